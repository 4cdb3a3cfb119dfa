"""Every turn of the register on one target, tested at once on one flow, adjusted for how many were looked at."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

import plotly.graph_objects as go
import polars as pl
from pydantic import Field

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.exhibits import passports
from dashboard.exhibits.base import Exhibit, NothingToShow, Spec
from dashboard.exhibits.timing import every_measure_words as said
from dashboard.exhibits.timing.clocks import told_on
from dashboard.exhibits.timing.pair import PairParams, basis
from dashboard.figures.effects_by_date import Effect, Finding, Panel, effects_by_date
from dashboard.figures.theme import Style
from dashboard.params import Area, ClockWord, Senders, Types
from dashboard.queries import catalogue
from dashboard.studies import measures, placebo
from dashboard.studies.measures import MeasureQuery
from dashboard.studies.placebo import ALPHA, EveryMeasure, EveryMeasureQuery
from dashboard.words import register as tw
from dashboard.words.trade import stem, subject
from pipelines.schema.terms import Clock
from pipelines.store import Store

MARGIN = timedelta(days=240)
"""Room at the ends of the picture."""


class TimingTestsParams(PairParams):
    """Which turns of the register are tested, by which of their dates, on which flow, over how many months.

    `easings_only`: easings, liftings and ends of relief, without what was imposed. The target's own counter-measures
    are tested only where it is named among the senders.
    """

    target: Area = "RUS"
    senders: Senders = ()
    types: Types = ()
    clock: ClockWord = Clock.EFFECTIVE
    easings_only: bool = False
    window_months: Annotated[int, Field(ge=3, le=36)] = 12

    def question(self) -> EveryMeasureQuery:
        """What the parameters ask of the study."""
        chosen = MeasureQuery(
            target=self.target,
            senders=self.senders,
            types=self.types,
            clock=self.clock,
            known_on=self.known_on,
            by_target=False,
        )
        return EveryMeasureQuery(self.pair(), chosen, self.window_months, self.easings_only)


def timing_tests_exhibit(store: Store, params: TimingTestsParams, style: Style) -> Exhibit:
    """One test for each month with turns; the rows are the turns, those of one month with the same figures."""
    try:
        found = placebo.every_measure(store, params.question())
    except AnalysisError as reason:
        raise NothingToShow(str(reason)) from reason
    return write(store, params, found, draw(found, style))


def draw(found: EveryMeasure, style: Style) -> go.Figure:
    """A panel for what was imposed and one for relief, a mark for each test with its interval."""
    dates: list[date] = found.done["date"].to_list()
    findings = (
        Finding("distinguishable, also among all", "diamond", style.total, 11),
        Finding("distinguishable alone", "square", style.exports, 8),
        Finding("not distinguishable", "circle-open", style.grey, 7),
    )
    panels = []
    for name, kinds in said.PANELS.items():
        mine = found.done.filter(pl.col("kind").is_in(kinds))
        tests = placebo.one_a_test(mine)
        if tests.is_empty():
            continue
        least = tests.sort("p_value", "date").row(0, named=True)
        panels.append(
            Panel(
                said.panel_name(name, mine),
                [
                    Effect(
                        row["date"],
                        1 + row["effect"],
                        _ratio(row["low"]),
                        _ratio(row["high"]),
                        said.VERDICTS.index(said.verdict(row)),
                        said.hover(mine.filter(pl.col("month") == row["month"]), row, found.who),
                        label=words.month(row["date"]) if row == least and least["p_value"] <= ALPHA else "",
                    )
                    for row in tests.iter_rows(named=True)
                ],
            )
        )
    return effects_by_date(
        panels, findings, start=min(dates) - MARGIN, end=max(dates) + MARGIN, unit="change, log scale", style=style
    )


def _ratio(fraction: float | None) -> float | None:
    return None if fraction is None else max(1 + fraction, 1e-9)


def write(store: Store, params: TimingTestsParams, found: EveryMeasure, figure: go.Figure) -> Exhibit:
    """The tests with their words, the table of all turns and the passport of the flow."""
    names = catalogue.names(store)
    what = subject(names, params.reporter, params.whom, params.flow)
    whom = measures.whom(store, found.query.measures, by_target=params.target in params.senders)
    title = said.title(tw.bare(what), easings=params.easings_only)
    return Exhibit(
        id="timing_tests",
        title=title,
        subtitle=(
            f"{what}, by month, without season: {words.plural(params.window_months, 'month')} after against as many "
            f"before, beyond the usual change; {said.counted(found.table)} {whom}{told_on(params.known_on)}, tested at "
            f"{words.plural(found.tests.height, 'date')}. {basis(found.series)}, "
            f"{words.span(found.series.frame['period'][0], found.series.last_month)}"
        ),
        figure=figure,
        data=said.table(found),
        alt=said.alt(title, found),
        passport=passports.of_trade(
            store,
            found.series,
            series=f"{what}, monthly; measures {whom}",
            unit="change in percent, beyond the usual one",
            sources=["register"],
            adjustment="seasonally adjusted here: STL on logs",
            known_on=params.known_on,
            view=SPEC.view(params),
            cannot_show=said.CANNOT,
        ),
        params=params,
        answer=said.answer(what, found),
        note=said.note(found),
        columns=said.COLUMNS,
        file_stem=stem(params.reporter, params.whom, "goods", params.flow, "tests of measures on", params.target),
    )


SPEC = Spec("timing_tests", "Every measure tested at once", "effect", TimingTestsParams, timing_tests_exhibit)
