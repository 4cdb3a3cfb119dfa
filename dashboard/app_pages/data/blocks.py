"""What the data page tells in words and tables of words: the last refresh, sources, gaps, dictionary, methods."""

from __future__ import annotations

import streamlit as st

from dashboard.exhibits.data import changes, dictionary, methods
from dashboard.exhibits.data import choices as dp
from dashboard.ui import panel, state
from dashboard.words.markdown import plain


def last_refresh(view: state.View) -> None:
    """What the last refresh changed, in a sentence and a line for each table."""
    last = changes.last_refresh(state.store())
    panel.lines(last.summary, last.lines_shown())


def sources_and_gaps(view: state.View) -> None:
    """Known gaps; every source with its terms; every vintage, when that is opened."""
    store = state.store()
    panel.section("Known gaps")
    panel.table(dp.known_gaps(store))
    panel.section("Sources and licences")
    panel.text("The code is under the Apache License 2.0. Every figure is under the licence of its source.")
    links = {name: st.column_config.LinkColumn(name) for name in ("Original", "Terms")}
    st.dataframe(dp.sources(store), hide_index=True, column_config=links)
    if (every := st.expander("All vintages", on_change="rerun", key="vintages")).open:
        every.dataframe(dp.vintages(store), hide_index=True, column_config=links)


def dictionary_of_tables(view: state.View) -> None:
    """Tables and columns, found by words."""
    asked = st.text_input("Search tables and columns, for example vintage or euros", key="data.words")
    if not (found := dictionary.search(asked)):
        st.info("No table or column holds these words. Try fewer or shorter ones.")
    for table in found:
        head, key = f"{table.name} · {table.summary}", f"table-{table.name}-{bool(asked)}"
        box = st.expander(plain(head), expanded=bool(asked), on_change="rerun", key=key)
        if box.open:
            box.text(table.rest)
            panel.table(dp.columns(table), inside=box)


def chapters(view: state.View) -> None:
    """What each measure does, a chapter to open for each."""
    for chapter in methods.chapters():
        box = st.expander(plain(chapter.title), on_change="rerun", key=f"methods-{chapter.module}")
        for title, told in chapter.paragraphs() if box.open else ():
            box.text(f"{title}\n\n{told}".lstrip())
