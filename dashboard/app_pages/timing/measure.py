"""One measure opened, found by words or in a table, with links to what it acted upon."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from html import escape
from urllib.parse import parse_qsl, urlencode

import polars as pl
import streamlit as st

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.exhibits.register import measure_words as mw
from dashboard.exhibits.register.measure import MeasureCardParams
from dashboard.exhibits.register.timeline import RegisterTimelineParams
from dashboard.queries import measures, register
from dashboard.queries.per_build import per_build
from dashboard.queries.senders import senders
from dashboard.studies import one_measure
from dashboard.studies.measures import choice
from dashboard.studies.one_measure import Facts
from dashboard.studies.pair import PairQuery
from dashboard.ui import controls, state
from dashboard.words import register as tw
from dashboard.words.markdown import plain
from pipelines.store import Store

_TABLE = "timing.measure-table"


def measure(view: state.View) -> None:
    """Choose a measure of those that the timeline shows; a link may open any measure, whatever the filters show."""
    store = state.store()
    choices = tw.choices(_listed(view))
    key = view.value("measure")
    row = measures.one(store, key)
    if row is not None and key not in choices:
        choices = tw.choices(register.measures(store, keys=[key], clock=view.value("clock"))) | choices
    if not choices:
        st.info("No measure fits the filters of the timeline; widen them to choose one.")
        return
    if row is None and key != view.default("measure"):
        st.warning(plain(f"There is no measure “{key[:40]}” in the register; choose one from the list."))
        view.put("measure", next(iter(choices)))
        st.session_state.pop(view.key("measure"), None)
    controls.choice(view, "measure", "Measure", choices, help="Type to search: a date, a sender, words of the title.")
    _follow(view)


def _follow(view: state.View) -> None:
    """Let the boxes of the pair begin with the pair that is drawn: what nobody chose of it follows the measure."""
    chosen = {name: view.value(name) for name in MeasureCardParams.model_fields if view.chose(name)}
    pair = _pair(state.store(), MeasureCardParams.read({**chosen, "measure": view.value("measure")})[0])
    if pair is not None:
        for name, value in (("reporter", pair.reporter), ("partner", (pair.partner,)), ("flow", pair.flow)):
            if name not in chosen:
                view.begin_with(name, value)


@per_build
def _pair(store: Store, params: MeasureCardParams) -> PairQuery | None:
    try:
        return one_measure.study(store, params.question()).query.pair
    except AnalysisError:
        return None


def _listed(view: state.View) -> pl.DataFrame:
    """The measures that the timeline shows."""
    held = {name: view.value(name) for name in RegisterTimelineParams.model_fields if view.takes(name)}
    listed = RegisterTimelineParams.read({"target": view.subject, **held})[0]
    return choice(state.store(), listed.question())


def facts_of_measure(view: state.View) -> None:
    """What the register says of the measure; and all of them in a table to choose from, when that is opened."""
    if (box := st.expander("Choose from a table", on_change="rerun", key="measure-table")).open:
        with box:
            _table(view, _listed(view))
    with suppress(AnalysisError):  # the card says what is the matter with a measure that cannot be opened
        held = one_measure.facts(state.store(), view.value("measure"), view.value("known_on"))
        st.html(_sheet(held, _related(state.store(), view.value("measure"), view.value("known_on"))))


def _table(view: state.View, found: pl.DataFrame) -> None:
    """The measures of the timeline, to sort and search; a click on a row opens it."""
    keys = found["measure"].to_list()
    shown = found.select(
        "date",
        pl.col("sender").replace(senders(state.store()).names()),
        "title",
        "instrument",
        pl.col("status").replace_strict(tw.STATUS_WORDS, return_dtype=pl.String),
        "reference",
    )
    labels = {"sender": "Sender", "title": "Measure", "instrument": "Act", "status": "Status"}
    config = {name: st.column_config.Column(label) for name, label in labels.items()}
    config["date"] = st.column_config.DateColumn("Date", format="YYYY-MM-DD")
    config["reference"] = st.column_config.LinkColumn("Reference")

    def opened() -> None:
        rows = st.session_state[_TABLE].selection.rows
        if rows and rows[0] < len(keys):
            st.session_state.pop(view.key("measure"), None)
            view.put("measure", keys[rows[0]])

    st.dataframe(
        shown,
        hide_index=True,
        column_config=config,
        height=min(38 + 35 * shown.height, 360),
        key=_TABLE,
        on_select=opened,
        selection_mode="single-row",
    )
    st.caption(plain(f"{words.plural(shown.height, 'measure')}, as filtered above. Tick a row to open it."))


@per_build
def _related(store: Store, key: str, known_on: date | None) -> tuple[mw.Relation, ...]:
    return mw.relations(one_measure.facts(store, key, known_on))


def _sheet(held: Facts, related: tuple[mw.Relation, ...]) -> str:
    """The facts of a measure as a table, its act as a link, and the measures before and after it as links."""
    lines = [
        (fact.label, _linked(fact.text, fact.href)) for fact in mw.facts(held) if fact.label not in ("By", "Dates")
    ]
    for relation in dict.fromkeys(one.words for one in related):
        mine = [one for one in related if one.words == relation]
        lines.append(
            (relation, "<br>".join(f'<a href="{escape(_address(one.key))}">{escape(one.line())}</a>' for one in mine))
        )
    if not related:
        lines.append(("Before and after", "The register links no other measure to this one."))
    return (
        '<table class="tw-passport">'
        + "".join(
            f'<tr><th style="white-space:normal;max-width:8rem">{escape(a)}</th><td>{b}</td></tr>' for a, b in lines
        )
        + ("</table>")
    )


def _linked(text: str, href: str) -> str:
    if not href.startswith(("https://", "http://")):
        return escape(text)
    return f'<a href="{escape(href)}" target="_blank" rel="noopener noreferrer">{escape(text)}</a>'


def _address(key: str) -> str:
    """This view with another measure open."""
    query = dict(parse_qsl(state.address().partition("?")[2])) | {"view": "measure", "measure": key}
    return f"?{urlencode(query)}"
