"""Data and methods: freshness, revisions, sources and licences, known gaps, dictionary, methods, the last refresh."""

from __future__ import annotations

import streamlit as st

from dashboard.exhibits.data import changelog as data_changelog
from dashboard.exhibits.data import changes, dictionary, methods
from dashboard.exhibits.data import choices as dp
from dashboard.ui import controls, panel, state
from dashboard.words.markdown import plain

view = state.open_view("freshness", "changelog", "vintage_revisions")
store = state.store()

panel.head("Where do the figures come from, and what do they leave out?")
controls.toggle(view, "only_statistics", "Only sources with a series of their own")
panel.show(view.exhibit("freshness"))

panel.section("What the last refresh changed")
last = changes.last_refresh(store)
panel.lines(last.summary, last.lines_shown())
with controls.row():
    controls.choice(view, "revised_by", "Source", data_changelog.choices(store))
    controls.segments(view, "revised_table", "Figures", data_changelog.TABLES)
    controls.number(view, "figures", "How many", 1, 200)
panel.show(view.exhibit("changelog"), table=True)

panel.section("How published years were revised")
with controls.row():
    reporter = controls.area(view, "reporter", "Reporter", dp.monthly_reporters(store))
    controls.areas(view, "partner", "Partner", dp.partners(store, reporter), most=1)
    controls.segments(view, "flow", "Flow", dp.FLOWS)
panel.show(view.exhibit("vintage_revisions"))

panel.section("Known gaps")
panel.table(dp.known_gaps(store))

panel.section("Sources and licences")
panel.text("The code is under the Apache License 2.0. Every figure is under the licence of its source.")
links = {name: st.column_config.LinkColumn(name) for name in ("Original", "Terms")}
st.dataframe(dp.sources(store), hide_index=True, column_config=links)
if (every := st.expander("All vintages", on_change="rerun", key="vintages")).open:
    every.dataframe(dp.vintages(store), hide_index=True, column_config=links)

panel.section("Dictionary of the tables")
asked = st.text_input("Search tables and columns, for example vintage or euros", key="data.words")
if not (found := dictionary.search(asked)):
    st.info("No table or column holds these words. Try fewer or shorter ones.")
for table in found:
    head, key = f"{table.name} · {table.summary}", f"table-{table.name}-{bool(asked)}"
    box = st.expander(plain(head), expanded=bool(asked), on_change="rerun", key=key)
    if box.open:
        box.text(table.rest)
        panel.table(dp.columns(table), inside=box)

panel.section("Methods")
panel.text("What each measure does, with its formula.")
for chapter in methods.chapters():
    box = st.expander(plain(chapter.title), on_change="rerun", key=f"methods-{chapter.module}")
    for title, told in chapter.paragraphs() if box.open else ():
        box.text(f"{title}\n\n{told}".lstrip())
