"""How a page is laid out: the question, its views, the settings of the open one, the pictures."""

from __future__ import annotations

import streamlit as st

from dashboard import words
from dashboard.params import plain_name
from dashboard.ui import controls, panel, state
from dashboard.ui import subject as subjects
from dashboard.words.markdown import plain


def show() -> None:
    """The page of this run, with the view that is open. What is closed is neither measured nor sent."""
    view = state.current()
    store = state.store()
    panel.head(view.of.question(subjects.name_in_sentence(store, view.subject)))
    for problem in view.problems:
        st.warning(plain(problem))
    _switch(view)
    why = view.spec.wanting(store, view.subject)
    if why:
        st.info(plain(why))
        return
    _settings(view)
    if view.spec.before is not None:
        view.spec.before(view)
    for name in view.spec.exhibits:
        panel.show(view.exhibit(name), table=name in view.spec.tables, pick=view.spec.pick)
    if view.spec.after is not None:
        view.spec.after(view)


def show_alone() -> None:
    """One exhibit with its settings, its table open below it, its passport, terms and links, each under a heading."""
    view = state.current()
    panel.head(view.spec.title)
    for problem in view.problems:
        st.warning(plain(problem))
    _settings(view)
    found = view.exhibit(view.spec.id)
    panel.show(found)
    whole = view.contents.holding(view.spec.id)
    if found is not None:
        panel.section("Table")
        panel.rows(found)
        panel.section("Source and method")
        st.html(panel.passport(found))
        panel.section("Link, citation, embedding")
        panel.links(found)
    panel.section("Where it belongs")
    st.page_link(
        whole.page.script,
        label=plain(f"{whole.page.title}: {whole.view.title}"),
        query_params=state.travelling(whole.page, whole.view),
    )


def _switch(view: state.View) -> None:
    """The views of the page, one of them open."""
    offered = list(view.of.offered(state.store(), view.subject))
    if view.spec not in offered:
        offered.append(view.spec)
    if len(offered) < 2:
        return
    titles = {one.id: plain(one.title) for one in offered}
    key = f"switch.{view.page}"
    if st.session_state.get(key) != view.spec.id:
        st.session_state[key] = view.spec.id

    def opened() -> None:
        state.open_view(st.session_state[key])

    st.segmented_control(
        "View",
        list(titles),
        format_func=lambda name: titles.get(name, name),
        key=key,
        required=True,
        label_visibility="collapsed",
        on_change=opened,
    )


def _settings(view: state.View) -> None:
    """The settings that the open pictures listen to, and what was changed of them."""
    draw = view.of.controls
    if view.spec.settings:
        with controls.row():
            for name in view.spec.settings:
                draw[name](view)
    if view.spec.more:
        with controls.more(), controls.row():
            for name in view.spec.more:
                draw[name](view)
    for sentence in view.told:
        panel.told(sentence)
    changed = view.changed()
    if changed:
        with controls.row():
            st.caption(
                plain(f"Changed from what is shown at first: {words.listing([said(name) for name in changed])}.")
            )
            st.button("Set back", key="set-back", type="tertiary", on_click=state.set_back)


def said(name: str) -> str:
    """A setting's name inside a sentence."""
    return plain_name(name).lower() if name != "known_on" else "as known on a day"
