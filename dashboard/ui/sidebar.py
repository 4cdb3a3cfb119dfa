"""The sidebar: the product's name, the subject, the contents, and the search for a chart."""

from __future__ import annotations

import streamlit as st

from dashboard.ui import state
from dashboard.ui import subject as subjects
from dashboard.ui.contents import Contents, Found
from dashboard.words.markdown import plain

_SUBJECT, _WORDS = "sidebar.subject", "sidebar.words"


def show(contents: Contents) -> None:
    """Draw the sidebar of this run."""
    view = state.current()
    with st.sidebar:
        st.html('<p class="tw-brand">Tradewake</p>')
        _subject(view)
        _contents(contents, view)
        _find(contents)


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


def _find(contents: Contents) -> None:
    typed = st.text_input("Find a chart", key=_WORDS, placeholder="oil, GDP, reroute …", max_chars=60)
    if not typed:
        return
    found = contents.search(typed)
    if not found:
        st.caption(plain(f"Nothing is called “{typed[:40]}”. Try one word: trade, GDP, measure, list, revision."))
    for one in found:
        link_to(one)


def link_to(one: Found) -> None:
    """A link to a view by its question."""
    st.page_link(
        one.page.script,
        label=plain(one.view.question),
        query_params=state.travelling(one.page, one.view),
    )
