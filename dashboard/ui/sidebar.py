"""The sidebar: the product's name, the subject, the contents, and the search for a chart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from dashboard.ui import state
from dashboard.ui import subject as subjects
from dashboard.ui.contents import Contents, Found, PageSpec, ViewSpec
from dashboard.words.markdown import plain

MOST_FOUND = 5
_SUBJECT, _WORDS = "sidebar.subject", "sidebar.words"


@dataclass(frozen=True)
class Measures:
    """Where a measure is opened, and how measures are found: keys and titles of those that hold the typed words."""

    page: PageSpec
    view: ViewSpec
    find: Callable[[str, int], Mapping[str, str]]

    def search(self, words: str, *, most: int) -> Mapping[str, str]:
        """At most so many measures whose titles hold every word."""
        return self.find(words, most)


def show(contents: Contents, measures: Measures) -> None:
    """Draw the sidebar of this run."""
    view = state.current()
    with st.sidebar:
        st.html('<p class="tw-brand">Tradewake</p>')
        _subject(view)
        _contents(contents, view)
        _find(contents, measures)


def _subject(view: state.View) -> None:
    known = subjects.choices(state.store())
    # The box follows the address: a link, or back, may have brought another subject than the reader chose last.
    if st.session_state.get(_SUBJECT) != view.subject:
        st.session_state[_SUBJECT] = view.subject
    st.selectbox(
        "Subject",
        list(known),
        format_func=lambda code: known.get(code, code),
        key=_SUBJECT,
        filter_mode="contains",
        on_change=_chosen,
        help="All pages are about it. What you chose by hand stays where it does not follow from the subject.",
    )


def _chosen() -> None:
    state.choose_subject(st.session_state[_SUBJECT])


def _contents(contents: Contents, view: state.View) -> None:
    """Every page; of the open one its views too."""
    for page in contents:
        st.page_link(page.script, label=plain(page.title), query_params=state.travelling(page))
        if page.path != view.page:
            continue
        with st.container(key="contents-views", gap=None):
            for one in page.offered(state.store(), view.subject):
                st.page_link(page.script, label=plain(one.title), query_params=view.link(one))


def _find(contents: Contents, measures: Measures) -> None:
    """Views, measures and subjects that the typed words name."""
    typed = st.text_input("Find a chart", key=_WORDS, placeholder="oil, GDP, price cap, UAE …", max_chars=60)
    if not typed:
        return
    for found in (views := contents.search(typed, most=MOST_FOUND)):
        link_to(found)
    for key, title in (acts := measures.search(typed, most=MOST_FOUND)).items():
        st.page_link(
            measures.page.script,
            label=plain(title),
            query_params={**subjects.link(state.current().subject), "view": measures.view.id, "measure": key},
        )
    known = subjects.choices(state.store())
    named = [code for code, name in known.items() if typed.strip().casefold() in name.casefold()][:MOST_FOUND]
    for code in named if len(typed.strip()) > 1 else ():
        st.button(plain(known[code]), key=f"found-{code}", type="tertiary", on_click=state.choose_subject, args=(code,))
    if not (views or acts or named):
        st.caption(plain(f"Nothing is called “{typed[:40]}”. Try one word: trade, GDP, measure, list, revision."))


def link_to(one: Found) -> None:
    """A link to a view by its question."""
    st.page_link(
        one.page.script,
        label=plain(one.view.question),
        query_params=state.travelling(one.page, one.view),
    )
