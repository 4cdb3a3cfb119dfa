"""Collapse and rebound of a pair, or of every partner: measured once for the card, the table and the command.

On 12-month sums where months reach past the event, else on complete years. Figures that carry a flag are left out and
named. What rounding alone could make of depth and rebounds stands beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

import polars as pl

from dashboard import words
from dashboard.analysis.collapse import (
    AnnualCollapse,
    Collapse,
    Spread,
    collapse_and_rebound,
    collapse_and_rebound_annual,
    spread,
    spread_range,
)
from dashboard.analysis.collapse import collapse_table as table_of_partners
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import month_of, ordinal_of
from dashboard.queries.trade import TradeFlowWord
from dashboard.studies import rounding
from dashboard.studies.deflate import Deflator, deflate, us_consumer_prices
from dashboard.studies.rounding import Change
from dashboard.studies.series import CurrencyChoice, TradeSeries, together
from dashboard.studies.trade import TradeQuery, ask, ask_flows
from dashboard.words.flags import flag
from pipelines.store import Store

BEFORE_MONTHS, AFTER_MONTHS, BEFORE_YEARS = 24, 36, 5
SINGLE_YEARS = ("un_syb",)
"""Sources that print single years: there is no run of years to search."""


@dataclass(frozen=True)
class CollapseQuery:
    """Whose trade with whom, around which event, and how far before and after it is searched.

    The flow `both` is measured as exports plus imports, or as the one flow that the reporter has. `horizon` is the
    last year looked at where years are measured; None is the last complete one.
    """

    reporter: str
    partner: str
    flow: Literal["both", "export", "import", "total", "balance"]
    event: date
    before_months: int = BEFORE_MONTHS
    after_months: int = AFTER_MONTHS
    before_years: int = BEFORE_YEARS
    horizon: int | None = None
    currency: CurrencyChoice = "reported"
    source: str | None = None
    known_on: date | None = None

    def trade(self, flow: TradeFlowWord, period: Literal["M", "A"]) -> TradeQuery:
        """The question to the store behind this one."""
        return TradeQuery(
            self.reporter,
            (self.partner,),
            flow,
            period,
            currency=self.currency,
            source=self.source,
            known_on=self.known_on,
        )


@dataclass(frozen=True)
class OtherChoices:
    """How the result moves over other windows, and over flows and prices at the same windows."""

    befores: tuple[int, ...]
    afters: tuple[int, ...]
    windows: Spread
    every: Spread
    combinations: int
    with_prices: bool


@dataclass(frozen=True, eq=False)
class CollapseStudy:
    """The result and what it was measured on.

    `flows` are the months (or complete years) without flagged ones, `sums` what is drawn, `constant` the sums in
    constant prices (empty for years, and for a currency whose prices are not held). `depth`, `rebound` and `share`
    repeat the result with the band of rounding. `left_out` names flagged figures.
    """

    query: CollapseQuery
    result: Collapse | AnnualCollapse
    flow: TradeFlowWord
    flows: TradeSeries
    sums: TradeSeries
    constant: TradeSeries
    real_result: Collapse | None
    real_depth: Change
    depth: Change
    rebound: Change
    share: Change
    other_choices: OtherChoices | None = None
    left_out: tuple[str, ...] = field(default_factory=tuple)

    @property
    def frequency(self) -> Literal["M", "A"]:
        """M for 12-month sums of months, A for complete years."""
        return "A" if isinstance(self.result, AnnualCollapse) else "M"

    @property
    def trough_before_event(self) -> bool:
        """Whether nothing fell after the event: the trough is an earlier year, or the window that ends with the month
        of the event. Then the fall is an older one."""
        return older_than_event(self.result.trough_period, self.query.event, self.frequency)


def older_than_event(trough: date, event: date, frequency: Literal["M", "A"]) -> bool:
    """Whether a trough lies before an event: a year before its year, a 12-month window up to its month."""
    if frequency == "A":
        return trough.year < event.year
    return ordinal_of(trough) <= ordinal_of(event)


_FLOWS: tuple[TradeFlowWord, ...] = ("total", "export", "import")


def study(store: Store, query: CollapseQuery, *, other_choices: bool = True) -> CollapseStudy:
    """The monthly measure where months reach past the event, otherwise the annual one.

    Raises:
        AnalysisError: there are no figures for this pair and flow, no window before or after the event, or the flow
            is a balance; one sentence for the reader.
    """
    wanted: tuple[TradeFlowWord, ...] = _FLOWS if query.flow == "both" else (query.flow,)
    found = ask_flows(store, query.trade("total", "M"), wanted)
    months = found[0] if found else ask(store, query.trade(wanted[0], "M"))
    if months.is_empty or months.last_month <= query.event:
        return _by_years(store, query, wanted)
    deflator = us_consumer_prices(store, query.known_on)
    others = [one for one in ask_flows(store, query.trade("total", "M"), _FLOWS) if one.flows != months.flows]
    return of_months(months, query, deflator, others if other_choices else None)


def of_months(
    months: TradeSeries, query: CollapseQuery, deflator: Deflator | None, others: Sequence[TradeSeries] | None = None
) -> CollapseStudy:
    """The monthly measure of one line: a pure function of its rows.

    Args:
        others: the pair's other flows, for the spread over choices; None leaves the spread away.
        deflator: for the result in constant prices; None, or one of another currency, leaves it away.

    Raises:
        AnalysisError: as `collapse_and_rebound`.
    """
    trusted = months.trusted()
    result = by_months(months, query)
    sums = trusted.summed("S")
    constant = _constant(trusted, deflator)
    real, real_sums = _attempt(constant, query), constant.summed("S")
    widths = _widths(sums, result)
    return CollapseStudy(
        query,
        result,
        months.flow,
        trusted,
        sums,
        real_sums,
        real,
        rounding.NO_CHANGE if real is None else _bands(real, _widths(real_sums, real))[0],
        *_bands(result, widths),
        other_choices=None
        if others is None
        else _spread([trusted, *(one.trusted() for one in others)], deflator, query),
        left_out=flag_words(months),
    )


def by_months(series: TradeSeries, query: CollapseQuery) -> Collapse:
    """`collapse_and_rebound` on months of one line, in their own currency; flagged ones are left out.

    Raises:
        AnalysisError: as `collapse_and_rebound`; flagged months are named, since they may be what is missing.
    """
    try:
        return collapse_and_rebound(
            series.trusted().frame,
            event=query.event,
            before_months=query.before_months,
            after_months=query.after_months,
            value="value",
            currency=series.currency,
        )
    except AnalysisError as reason:
        raise _with_doubts(reason, series) from reason


def by_years(series: TradeSeries, query: CollapseQuery) -> AnnualCollapse:
    """`collapse_and_rebound_annual` on complete years of one line, in their own currency; flagged ones are left out.

    Raises:
        AnalysisError: there is no complete year after the event (unless the question names the last year looked at), or
            none before it; flagged years are named, since they may be what is missing.
    """
    whole = series.whole()
    years = whole.trusted()
    if whole.is_empty:
        raise AnalysisError(series.why_empty or "There is no complete year.")
    if years.is_empty:
        raise _with_doubts(AnalysisError("There is no complete year that nobody doubts."), whole)
    last = years.last_month.year
    if query.horizon is None and last <= query.event.year:
        raise AnalysisError(_nothing_after(whole, last, query.event))
    try:
        return collapse_and_rebound_annual(
            years.frame.with_columns(frequency=pl.lit("A")),
            event_year=query.event.year,
            before_years=query.before_years,
            horizon=query.horizon if query.horizon is not None else last,
            value="value",
            currency=series.currency,
        )
    except AnalysisError as reason:
        raise _with_doubts(reason, whole) from reason


def _nothing_after(years: TradeSeries, last: int, event: date) -> str:
    """Why no complete year follows the event: the figures end, or those that follow are marked as doubtful."""
    nothing = f"nothing can be measured after {words.month(event)}. Choose an earlier event."
    doubted = years.where(pl.col("period") > date(last, 12, 31))
    if doubted.is_empty:
        return f"Complete years end in {last}, so {nothing}"
    return (
        f"Complete years run to {doubted.last_month.year}, but those after {last} are marked as doubtful and left out "
        f"({_doubts(doubted)}), so {nothing}"
    )


def _with_doubts(reason: AnalysisError, series: TradeSeries) -> AnalysisError:
    """The reason, and which figures are there but left out: nobody is told that the source has none."""
    doubted = _doubts(series)
    return AnalysisError(f"{reason} Marked as doubtful and left out: {doubted}.") if doubted else reason


def _by_years(store: Store, query: CollapseQuery, wanted: Sequence[TradeFlowWord]) -> CollapseStudy:
    found = ask_flows(store, query.trade("total", "A"), wanted)
    years = (found[0] if found else ask(store, query.trade(wanted[0], "A"))).whole()
    if years.is_empty and found:
        raise AnalysisError("There is no complete year. Choose another partner.")
    if years.is_empty:
        raise AnalysisError(ask(store, query.trade(wanted[0], "M")).why_empty or years.why_empty)
    if years.sources[0] in SINGLE_YEARS:
        raise AnalysisError(
            "There are no monthly figures after the event and no run of years for this reporter, partner and flow. "
            "Choose exports or imports, another partner, or an earlier event."
        )
    trusted, result = years.trusted(), by_years(years, query)
    widths = _widths(trusted, result)
    none = trusted.with_rows(trusted.frame.clear())
    return CollapseStudy(
        query,
        result,
        years.flow,
        trusted,
        trusted,
        none,
        None,
        rounding.NO_CHANGE,
        *_bands(result, widths),
        left_out=flag_words(years),
    )


def bands(line: TradeSeries, result: Collapse | AnnualCollapse) -> tuple[Change, Change, Change]:
    """Depth, rebound and share of the loss of a result on one line of months or years, with the band of rounding."""
    levels = line.summed("S") if isinstance(result, Collapse) else line
    return _bands(result, _widths(levels, result))


def _widths(levels: TradeSeries, result: Collapse | AnnualCollapse) -> list[float | None]:
    """The widths of rounding at peak, trough and now."""
    at = dict(levels.frame.select("period", "rounding").iter_rows())
    return [at.get(day) for day in (result.peak_period, result.trough_period, result.now_period)]


def _bands(result: Collapse | AnnualCollapse, widths: Sequence[float | None]) -> tuple[Change, Change, Change]:
    """Depth (a fraction of the peak, positive for a fall), rebound and share of the loss, with the band of rounding."""
    peak, trough, now = widths
    fall = rounding.change(result.peak, result.trough, peak, trough)
    depth = Change(*(None if part is None else -part for part in (fall.value, fall.high, fall.low)))
    rebound = rounding.change(result.trough, result.now, trough, now)
    share = rounding.share_regained(result.peak, result.trough, result.now, peak, trough, now)
    return depth, rebound, share


def _doubts(series: TradeSeries) -> str:
    """Flagged figures of a line by their mark: "2023 and 2024, implausible"; of many the first, and how many more."""
    frequency = "A" if series.frequency == "A" else "M"
    told: dict[str, list[str]] = {}
    for day, mark in series.flagged.select("period", "flag").iter_rows():
        told.setdefault(flag(mark), []).append(words.period(day, frequency))
    few = {mark: held if len(held) <= 4 else [*held[:3], f"{len(held) - 3} more"] for mark, held in told.items()}
    return "; ".join(f"{words.listing(periods)}, {mark}" for mark, periods in few.items())


def flag_words(series: TradeSeries) -> tuple[str, ...]:
    """Flagged figures in words: "2024 (implausible)", "2024 (incomplete)"."""
    rows = series.flagged.select("period", "flag").iter_rows()
    frequency = "A" if series.frequency == "A" else "M"
    return tuple(f"{words.period(day, frequency)} ({flag(mark)})" for day, mark in rows)


def _constant(months: TradeSeries, deflator: Deflator | None) -> TradeSeries:
    """Months in constant prices; none where no prices of their currency are held."""
    if deflator is None or deflator.currency != months.currency or deflator.base is None:
        return months.with_rows(months.frame.clear())
    return deflate(months, deflator)


def _attempt(series: TradeSeries, query: CollapseQuery) -> Collapse | None:
    try:
        return by_months(series, query)
    except AnalysisError:
        return None


def _spread(lines: Sequence[TradeSeries], deflator: Deflator | None, query: CollapseQuery) -> OtherChoices | None:
    """Depth and both rebounds over other windows; the first line is the one that was asked for."""
    befores = tuple(sorted({12, 24, 36, query.before_months}))
    afters = tuple(sorted({24, 36, 48, query.after_months}))
    bases: dict[str, pl.DataFrame] = {}
    for one in lines:
        bases[one.flow] = one.frame
        constant = _constant(one, deflator)
        if not constant.is_empty:
            bases[f"{one.flow} real"] = constant.frame
    tables = {name: _windows(frame, query.event, befores, afters) for name, frame in bases.items()}
    tables = {name: table for name, table in tables.items() if table.height}
    own = tables.get(lines[0].flow)
    if own is None:
        return None
    return OtherChoices(
        befores,
        afters,
        windows=spread_range(own),
        every=spread_range(pl.concat(list(tables.values()))),
        combinations=len(tables),
        with_prices=any(name.endswith(" real") for name in tables),
    )


def _windows(frame: pl.DataFrame, event: date, befores: Sequence[int], afters: Sequence[int]) -> pl.DataFrame:
    try:
        return spread(frame, event, befores=befores, afters=afters, value="value")
    except AnalysisError:
        return pl.DataFrame()


@dataclass(frozen=True)
class Doubted:
    """A flow of a partner with flagged figures in the span that is searched, which are left out.

    `words` are its periods and marks: "2023 and 2024, implausible".
    """

    partner: str
    flow: str
    words: str


@dataclass(frozen=True, eq=False)
class EveryPartner:
    """One row a partner and flow with a peak worth showing, and what was left out.

    `rows`: partner, flow, peak_period, peak, trough_period, trough, depth, time_to_trough (months or years),
    rebound_from_trough, share_regained, now_period, now, state, is_older (a fall whose trough does not come after the
    event, so that it is no fall around it), and is_estimate, source, known_from; money in the currency of `series`.
    `series` holds the months or years of the partners in `rows`. Partners without a row: `ended` have a peak worth
    showing, but figures that end with or before the event, with their last period; `small` are the rest, whose peak
    stays below the least worth showing in every flow (or that cannot be measured). Those that lack a row for their
    flagged figures stand in `doubted` alone. `unnamed` counts codes that stand for no place.
    """

    rows: pl.DataFrame
    series: TradeSeries
    small: tuple[str, ...]
    unnamed: int
    frequency: Literal["M", "A"]
    ended: Mapping[str, date] = field(default_factory=dict)
    doubted: tuple[Doubted, ...] = ()


_FIELDS: dict[str, type[pl.DataType]] = {
    "peak_period": pl.Date,
    "peak": pl.Float64,
    "trough_period": pl.Date,
    "trough": pl.Float64,
    "depth": pl.Float64,
    "time_to_trough": pl.Int32,
    "rebound_from_trough": pl.Float64,
    "share_regained": pl.Float64,
    "now_period": pl.Date,
    "now": pl.Float64,
    "state": pl.String,
}


def every_partner(store: Store, query: CollapseQuery, *, least_peak: float, place: pl.Expr) -> EveryPartner:
    """Every partner by months where these reach past the event, otherwise by complete years; maybe without rows.

    Args:
        query: its partner is not used.
        least_peak: in the currency of the figures; smaller peaks are left out.
        place: which partner codes stand for a place.
    """
    found = _every_partner(store, query, "M", least_peak, place)
    return found if found.rows.height else _every_partner(store, query, "A", least_peak, place)


def _every_partner(
    store: Store, query: CollapseQuery, frequency: Literal["M", "A"], least_peak: float, place: pl.Expr
) -> EveryPartner:
    reach = query.before_months + 11 if frequency == "M" else 12 * query.before_years + 11
    tables: list[pl.DataFrame] = []
    lines: list[TradeSeries] = []
    flagged: list[TradeSeries] = []
    unnamed: set[str] = set()
    for flow in ("export", "import", "total"):
        asked = replace(query.trade(flow, frequency), partners=None, start=month_of(ordinal_of(query.event) - reach))
        series = ask(store, asked)
        unnamed |= set(series.frame.filter(~place)["partner"])
        placed = series.where(place)
        flagged += placed.with_rows(placed.flagged).lines()
        series = placed.trusted()
        if series.is_empty:
            continue
        facts = series.frame.group_by("partner").agg(
            pl.col("source").first(), pl.col("known_from").max(), pl.col("is_estimate").any()
        )
        measured = _months_table(series, query) if frequency == "M" else _years_table(series, query)
        kept = measured.filter(pl.col("peak") >= least_peak)
        tables.append(kept.join(facts, on="partner").with_columns(pl.lit(flow).alias("flow")))
        lines.append(series)
    if not tables:
        return EveryPartner(pl.DataFrame(schema={"partner": pl.String, "flow": pl.String}), series, (), 0, frequency)
    rows = pl.concat(tables).sort("partner", "flow")
    older = [
        depth > 0 and older_than_event(day, query.event, frequency)
        for day, depth in rows.select("trough_period", "depth").iter_rows()
    ]
    rows = rows.with_columns(pl.Series("is_older", older, dtype=pl.Boolean))
    whole = together(lines)
    held = whole.frame.join(rows.select("partner", "flow"), on=["partner", "flow"], how="semi")
    doubted = tuple(Doubted(one.partner, one.flow, _doubts(one)) for one in flagged)
    missing = sorted(set(whole.partners) - set(rows["partner"]) - {one.partner for one in doubted})
    ended = _ended(whole.where(pl.col("partner").is_in(missing)), query.event, least_peak)
    small = tuple(code for code in missing if code not in ended)
    return EveryPartner(rows, whole.with_rows(held), small, len(unnamed), frequency, ended, doubted)


def _ended(series: TradeSeries, event: date, least_peak: float) -> dict[str, date]:
    """Partners worth showing whose figures end with or before the event, with their last year or month."""
    ended: dict[str, date] = {}
    for line in series.lines():
        levels = line.summed("S") if line.frequency == "M" else line.whole()
        if levels.is_empty or levels.frame.select(pl.col("value").max()).item() < least_peak:
            continue
        last: date = line.frame["period"][-1]
        ended[line.partner] = max(last, ended.get(line.partner, last))
    frequency: Literal["M", "A"] = "A" if series.frequency == "A" else "M"
    return {code: last for code, last in ended.items() if _at_or_before(last, event, frequency)}


def _at_or_before(last: date, event: date, frequency: Literal["M", "A"]) -> bool:
    """Whether figures that end so have nothing after an event: a year up to its year, a month up to its month."""
    return last.year <= event.year if frequency == "A" else ordinal_of(last) <= ordinal_of(event)


def _months_table(series: TradeSeries, query: CollapseQuery) -> pl.DataFrame:
    table = table_of_partners(
        series.frame,
        query.event,
        before_months=query.before_months,
        after_months=query.after_months,
        value="value",
        currency=series.currency,
    )
    after = pl.col("now_period") > month_of(ordinal_of(query.event))
    return table.filter(after).rename({"months_to_trough": "time_to_trough"}).select("partner", *_FIELDS)


def _years_table(series: TradeSeries, query: CollapseQuery) -> pl.DataFrame:
    years = series.whole().where(~pl.col("source").is_in(SINGLE_YEARS))
    found: list[dict[str, object]] = []
    if not years.is_empty:
        newest = years.last_month.year
        for line in years.lines():
            # The horizon is that of the table, so a line that ends before the event has to be refused here.
            if _at_or_before(line.last_month, query.event, "A"):
                continue
            try:
                result = by_years(line, replace(query, horizon=query.horizon or newest)).row()
            except AnalysisError:
                continue
            result["time_to_trough"] = result["years_to_trough"]
            found.append({"partner": line.partner, **{name: result[name] for name in _FIELDS}})
    return pl.DataFrame(found, schema={"partner": pl.String, **_FIELDS})
