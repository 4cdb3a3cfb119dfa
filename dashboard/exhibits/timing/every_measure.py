"""Every turn of the register on one target, tested at once on one flow, adjusted for how many were looked at."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

import polars as pl
from pydantic import Field

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.timing_many import timing_tests
from dashboard.exhibits import passports
from dashboard.exhibits.base import Exhibit, NothingToShow, Spec
from dashboard.exhibits.timing import every_measure_words as said
from dashboard.exhibits.timing.clocks import no_flow
from dashboard.figures.effects_by_date import Effect, Finding, Panel, effects_by_date
from dashboard.figures.theme import Style
from dashboard.params import Area, Areas, ClockWord, FlowWord, Params, Senders, Types
from dashboard.queries import catalogue
from dashboard.studies import legacy, reversals
from dashboard.studies import targets as tt
from dashboard.studies.measures import MeasureQuery
from dashboard.words import register as tw
from dashboard.words.trade import stem, subject
from pipelines.schema.terms import Clock
from pipelines.store import Store

ALPHA = 0.05
MARGIN = timedelta(days=240)
"""Room at the ends of the picture."""
_END = "|end"


class TimingTestsParams(Params):
    """Which turns of the register are tested, by which of their dates, on which flow, over how many months.

    `easings_only`: easings, liftings and ends of relief, without what was imposed.
    """

    target: Area = "RUS"
    reporter: Area = "USA"
    partner: Areas = ("RUS",)
    flow: FlowWord = "import"
    source: str | None = None
    senders: Senders = ()
    types: Types = ()
    clock: ClockWord = Clock.EFFECTIVE
    easings_only: bool = False
    window_months: Annotated[int, Field(ge=3, le=36)] = 12
    known_on: date | None = None


def timing_tests_exhibit(store: Store, params: TimingTestsParams, style: Style) -> Exhibit:
    """One test for each month with turns; the rows are the turns, those of one month with the same figures."""
    if params.flow == "balance":
        raise NothingToShow("A balance has no logarithm, because it may be below zero; choose exports or imports.")
    partner = params.partner[0] if params.partner else "RUS"
    names = catalogue.names(store)
    flows = legacy.series(
        store,
        reporter=params.reporter,
        partners=[partner],
        flow=params.flow,
        frequency="M",
        source=params.source,
        known_on=params.known_on,
    )
    if flows.is_empty():
        raise NothingToShow(no_flow(store, names, params.reporter, partner, params.flow))
    first, last = min(flows["period"]), max(flows["period"])
    query = MeasureQuery(
        target=params.target,
        senders=params.senders,
        types=params.types,
        clock=params.clock,
        known_on=params.known_on,
        by_target=False,
    )
    every = reversals.turns(store, query)
    if params.easings_only:
        every = every.filter(pl.col("kind") != reversals.IMPOSED)
    inside = every.filter(pl.col("date").dt.truncate("1mo").is_between(first, last))
    whom = tw.the(tt.in_sentence(names, params.target))
    if inside.is_empty():
        raise NothingToShow(said.nothing_inside(whom, every.height, first, last, easings=params.easings_only))
    table = _tested(flows, inside, params.window_months)
    done = table.filter(pl.col("p_value").is_not_null())
    what = subject(names, params.reporter, partner, params.flow)
    if done.is_empty():
        raise NothingToShow(said.all_refused(table))
    months = _tests(done)
    title = said.title(tw.bare(what), easings=params.easings_only)
    cannot = said.CANNOT
    return Exhibit(
        id="timing_tests",
        title=title,
        subtitle=(
            f"{what}, by month, without season: {words.plural(params.window_months, 'month')} after against as many "
            f"before, beyond the usual change; {said.counted(table)} on {whom}, tested at "
            f"{words.plural(months.height, 'date')}. {passports.basis_words(flows)}, "
            f"{passports.valuation_words(flows)}, current prices, {words.span(first, last)}"
        ),
        figure=_figure(table, style),
        data=table.drop("month"),
        alt=said.alt(title, months),
        passport=passports.passport(
            store,
            sources=[*flows["source"].unique().to_list(), "register"],
            releases=flows["release"].drop_nulls().unique().to_list(),
            series=f"{what}, monthly; measures on {whom}",
            unit="change in percent, beyond the usual one",
            last_observation=words.month(last),
            basis=passports.basis_words(flows),
            valuation=passports.valuation_words(flows),
            adjustment="seasonally adjusted here: STL on logs",
            known_on=params.known_on,
            view=SPEC.view(params),
            cannot_show=cannot,
        ),
        params=params,
        answer=said.answer(what, months, done, relief=params.easings_only),
        note=said.note(table, every.height - inside.height, months, first=first, last=last),
        columns=said.COLUMNS,
        file_stem=stem(params.reporter, partner, "goods", params.flow, "tests of measures on", params.target),
    )


def _tested(flows: pl.DataFrame, turns: pl.DataFrame, window: int) -> pl.DataFrame:
    """The turns with the figures of their tests; those that cannot be tested say why."""
    keyed = turns.with_columns(
        pl.when(pl.col("clock_used") == Clock.LIFTED.value)
        .then(pl.col("measure") + _END)
        .otherwise(pl.col("measure"))
        .alias("event"),
    ).unique("event", maintain_order=True)
    dated = keyed.filter(pl.col("precision") != "year")
    if dated.is_empty():
        raise NothingToShow("The register dates these measures by the year alone, and a year cannot be tested.")
    events = {row["event"]: row["date"] for row in dated.iter_rows(named=True)}
    try:
        found = timing_tests(flows, events=events, by=(), window_months=window, windows=(), alpha=ALPHA)
    except AnalysisError as reason:
        raise NothingToShow(f"{reason} Choose another partner or flow.") from reason
    percent = [(100 * pl.col(name)).alias(f"{name}_pct") for name in ("effect", "low", "high")]
    return (
        keyed.join(found.drop("date"), on="event", how="left", maintain_order="left")
        .with_columns(
            pl.when(pl.col("precision") == "year")
            .then(pl.lit("The register knows the year alone."))
            .otherwise(pl.col("refused"))
            .alias("refused"),
            pl.col("date").dt.truncate("1mo").alias("month"),
            pl.struct("p_value", "p_holm")
            .map_elements(said.verdict, return_dtype=pl.String, skip_nulls=False)
            .alias("verdict"),
            pl.len().over(pl.col("date").dt.truncate("1mo"), pl.col("date").dt.day() == 1).alias("in_this_test"),
            pl.col("sender").replace(tw.SENDER_WORDS),
            pl.col("clock_used").replace_strict(tw.CLOCK_WORDS, return_dtype=pl.String).alias("clock"),
            pl.col("types").map_elements(tw.type_list, return_dtype=pl.String),
            *percent,
        )
        .select(
            "date",
            "effect_pct",
            "p_value",
            "p_holm",
            "sender",
            "title",
            "kind",
            "verdict",
            "low_pct",
            "high_pct",
            "p_bh",
            "in_this_test",
            "tests",
            "months",
            "refused",
            "types",
            "clock",
            "measure",
            "month",
        )
        .sort("date", "measure", "kind")
    )


def _tests(done: pl.DataFrame) -> pl.DataFrame:
    """One row for each test: turns of one month share it, but for those of its first day."""
    return done.unique(["month", pl.col("date").dt.day() == 1], keep="first", maintain_order=True)


def _figure(table: pl.DataFrame, style: Style) -> Any:
    dates: list[date] = table.filter(pl.col("p_value").is_not_null())["date"].to_list()
    findings = (
        Finding("distinguishable, also among all", "diamond", style.total, 11),
        Finding("distinguishable alone", "square", style.exports, 8),
        Finding("not distinguishable", "circle-open", style.grey, 7),
    )
    place = {verdict: index for index, verdict in enumerate((said.ALSO, said.ALONE, said.NOT))}
    panels = []
    for name, kinds in said.PANELS.items():
        mine = table.filter(pl.col("kind").is_in(kinds) & pl.col("p_value").is_not_null())
        tests = _tests(mine)
        if tests.is_empty():
            continue
        least = tests.sort("p_value", "date").row(0, named=True)
        panels.append(
            Panel(
                said.panel_name(name, mine),
                [
                    Effect(
                        row["date"],
                        1 + row["effect_pct"] / 100,
                        _ratio(row["low_pct"]),
                        _ratio(row["high_pct"]),
                        place[row["verdict"]],
                        said.hover(mine.filter(pl.col("month") == row["month"]), row),
                        label=words.month(row["date"]) if row == least and least["p_value"] <= ALPHA else "",
                    )
                    for row in tests.iter_rows(named=True)
                ],
            )
        )
    return effects_by_date(
        panels, findings, start=min(dates) - MARGIN, end=max(dates) + MARGIN, unit="change, log scale", style=style
    )


def _ratio(percent: float | None) -> float | None:
    return None if percent is None else max(1 + percent / 100, 1e-9)


SPEC = Spec("timing_tests", "Every measure tested at once", "timing", TimingTestsParams, timing_tests_exhibit)
