"""Trade after relief: the year before, of and after every easing, lifting and end of relief of one target."""

from __future__ import annotations

import textwrap
from datetime import date
from html import escape
from typing import Annotated

import plotly.graph_objects as go
from pydantic import Field

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.exhibits import passports
from dashboard.exhibits.base import Exhibit, NothingToShow, Spec
from dashboard.exhibits.timing import relief_words as said
from dashboard.exhibits.timing.pair import basis
from dashboard.figures import three_steps as steps
from dashboard.figures.theme import Style, money_scale
from dashboard.params import Area, CurrencyWord, FlowWord, Params, Senders, SourceName, Types
from dashboard.queries import catalogue
from dashboard.studies import relief, targets
from dashboard.studies.measures import MeasureQuery
from dashboard.studies.pair import PairQuery
from dashboard.studies.relief import Relief, ReliefQuery, Row, Spans
from dashboard.words import register as tw
from dashboard.words.trade import stem, subject
from pipelines.store import Store

LABEL = 50
"""Characters that stand side by side on a phone; a name has two lines, and the whole of it stands in the table."""


class AfterReliefParams(Params):
    """Relief of which target, by whom and of what kind, and the monthly trade of which reporter and flow around it.

    `spans`: the calendar years around each date, or the `window_months` before, after and after those.
    """

    target: Area = "VEN"
    reporter: Area = "USA"
    flow: FlowWord = "import"
    spans: Spans = "years"
    window_months: Annotated[int, Field(ge=3, le=36)] = 12
    senders: Senders = ()
    types: Types = ()
    source: SourceName | None = None
    currency: CurrencyWord = "reported"
    known_on: date | None = None

    def question(self, partner: str) -> ReliefQuery:
        """What the parameters ask of the study.

        Args:
            partner: the area under which the target's trade is read.
        """
        pair = PairQuery(self.reporter, partner, self.flow, self.currency, self.source, self.known_on)
        chosen = MeasureQuery(
            target=self.target, senders=self.senders, types=self.types, known_on=self.known_on, by_target=False
        )
        return ReliefQuery(pair, chosen, self.spans, self.window_months)


def after_relief(store: Store, params: AfterReliefParams, style: Style) -> Exhibit:
    """What was traded before, at and after every date of relief, and of its end; one row a month and direction.

    Nominal values in the currency of the series, not seasonally adjusted. A year that is not over has no point; its
    months so far stand in words beside the same months of the year before.
    """
    if params.target == targets.EVERYBODY:
        raise NothingToShow("Relief is held against the trade of one target at a time; choose one.")
    partner = targets.traded_as(store, params.target)
    try:
        found = relief.study(store, params.question(partner))
    except AnalysisError as reason:
        raise NothingToShow(str(reason)) from reason
    what = subject(catalogue.names(store), params.reporter, partner, params.flow)
    return write(store, params, found, draw(found, style), what)


def draw(found: Relief, style: Style) -> go.Figure:
    """Relief first, then its ends; the sender's own in the colour of the flow, those of others in grey."""
    held = [span.value for row in found.rows for span in row.spans]
    scale = money_scale(held, found.series.sign)
    rows = [_row(found, row, place, scale.divisor, style) for place, row in enumerate(found.rows)]
    return steps.three_steps(
        rows, names=said.names(found.query), unit=f"{scale.unit}{said.a_span(found.query)}", style=style
    )


def _row(found: Relief, row: Row, place: int, divisor: float, style: Style) -> steps.Row:
    first = place == 0 or found.rows[place - 1].relief is not row.relief
    before, during, after = (None if span.value is None else span.value / divisor for span in row.spans)
    figures = said.figures(found, row)
    return steps.Row(
        label=_label(said.when(row), said.name(found, row)),
        figures="<br>".join(_kept_together(figures)),
        values=(before, during, after),
        colour=style.flow(found.query.pair.flow) if row.own or not found.has_own else style.grey,
        hover="<br>".join([*(tw.wrapped(line) for line in said.turns(found, row)), tw.wrapped(figures), said.age(row)]),
        heading="" if not first else "After relief" if row.relief else "After relief had ended",
    )


def _kept_together(figures: str) -> list[str]:
    """The values in one line or two, broken between values and never inside of one."""
    whole = " · ".join(part.replace(" ", "\u00a0") for part in figures.split(" · "))
    return textwrap.wrap(whole, LABEL + 12, break_long_words=False)


def _label(when: str, name: str) -> str:
    """The date in bold and what happened, in two lines at most."""
    lines = textwrap.wrap(f"{when} · {name}", LABEL, max_lines=2, placeholder=" …")
    text = "<br>".join(escape(line, quote=False) for line in lines)
    return f"<b>{when}</b>{text.removeprefix(when)}"


def write(store: Store, params: AfterReliefParams, found: Relief, figure: go.Figure, what: str) -> Exhibit:
    """The rows with their words, their table and their passport."""
    title = f"{tw.bare(what)} after relief"
    title = title if len(title) <= 70 else "Goods trade after relief"
    first: date = found.series.frame["first_month"].min()  # type: ignore[assignment]
    return Exhibit(
        id="after_relief",
        title=title,
        subtitle=(
            f"{what}, {said.compared(found.query)} each month in which sanctions on {found.whom} were eased, or relief "
            f"from them ended. {basis(found.series)}, not seasonally adjusted, "
            f"{words.span(first, found.series.last_month)}"
        ),
        figure=figure,
        data=said.table(found),
        alt=said.alt(title, found),
        passport=passports.of_trade(
            store,
            found.series,
            series=f"{what}, {said.SPAN_WORDS[found.query.spans]}; relief of {found.whom}",
            sources=["register"],
            known_on=params.known_on,
            view=SPEC.view(params),
            cannot_show=said.CANNOT,
        ),
        params=params,
        answer=said.answer(what, found),
        note=said.note(found),
        cards=said.cards(found),
        columns=said.COLUMNS,
        file_stem=stem(params.reporter, found.query.pair.partner, "goods", params.flow, "after relief"),
    )


SPEC = Spec("after_relief", "Trade after relief", "effect", AfterReliefParams, after_relief)
