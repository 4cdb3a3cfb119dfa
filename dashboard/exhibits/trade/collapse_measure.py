"""What the collapse picture is made of: the measure by months or by years, in current and constant prices, and its
spread over other windows, flows and prices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

import polars as pl
from pydantic import Field, StringConstraints

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
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import without_partial
from dashboard.analysis.transforms import real, rolling_sum
from dashboard.exhibits.base import NothingToShow
from dashboard.params import Area, Areas, FlowWord, FrequencyWord, Month, Params
from dashboard.queries import macro
from dashboard.studies import legacy
from pipelines.store import Store

DEFLATOR = "US consumer prices (CPI-U)"
MonthsBefore = Annotated[int, Field(ge=6, le=60)]
MonthsAfter = Annotated[int, Field(ge=6, le=120)]
PageFlow = Literal["both", "export", "import", "total", "balance"]
SourceName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{2,30}$")]


class CollapseParams(Params):
    """One reporter with one partner (the first of those chosen), a flow, an event and the months searched around it.

    The flow `both` is measured as exports plus imports, or as the one flow that the reporter has.
    Where a reporter has years only, the peak is sought over the last `before_years` up to the event and the trough
    up to the last complete year.
    """

    reporter: Area = "USA"
    partner: Areas = ("RUS",)
    flow: PageFlow = "both"
    event: Month = date(2022, 2, 1)
    before_months: MonthsBefore = 24
    after_months: MonthsAfter = 36
    before_years: Annotated[int, Field(ge=1, le=15)] = 5
    show_real: bool = False
    source: SourceName | None = None
    known_on: date | None = None


@dataclass(frozen=True)
class Measured:
    """The result, the flow, and what it was measured on.

    `flows` are the months (or complete years), `sums` what is drawn, `constant` the same in constant prices (empty for
    years and for euros, which US prices do not fit), each with `period` and `value_usd`. `spread` says how the result
    moves over other choices. Where `currency` is "EUR" all these values are euros, as the source reports them.
    `prices_end` is the last month of the deflator.
    """

    result: Collapse | AnnualCollapse
    flow: FlowWord
    flows: pl.DataFrame
    sums: pl.DataFrame
    constant: pl.DataFrame
    real_result: Collapse | None
    price_words: str
    spread: tuple[str, ...]
    currency: str = "$"
    prices_end: date | None = None

    @property
    def frequency(self) -> FrequencyWord:
        """M for 12-month sums of months, A for complete years."""
        return "A" if isinstance(self.result, AnnualCollapse) else "M"

    def money(self, value: float) -> str:
        """An amount in words, in the currency of the source."""
        return words.money(value, self.currency)


def measure(store: Store, params: CollapseParams, partner: str) -> Measured:
    """The monthly measure where months reach past the event, otherwise the annual one.

    Raises:
        AnalysisError: there is no window before or after the event, or the flow is a balance.
        NothingToShow: there are no figures for this pair and flow.
    """
    flow, monthly = _chosen(store, params, partner, "M")
    currency, monthly = in_own_currency(monthly)
    if monthly.is_empty() or monthly["period"].to_list()[-1] <= params.event:
        return _by_years(store, params, partner)
    result = collapse_and_rebound(
        monthly, event=params.event, before_months=params.before_months, after_months=params.after_months
    )
    prices = macro.one_source(store, indicator="cpi_index", areas=["USA"], frequency="M", known_on=params.known_on)
    prices = prices.sort("period").unique("period", keep="last", maintain_order=True)
    if currency != "$":
        prices = prices.clear()  # US prices say nothing about euros
    constant = _in_constant_prices(monthly, prices)
    flows: dict[FlowWord, pl.DataFrame] = {flow: monthly}
    for other in _FLOWS:
        if other != flow:
            rows = _series(store, params, partner, other, "M")
            flows[other] = rows if currency == "$" else in_own_currency(rows)[1]
    return Measured(
        result=result,
        flow=flow,
        flows=monthly,
        sums=rolling_sum(monthly),
        constant=rolling_sum(constant),
        real_result=_real_result(constant, params),
        price_words="" if constant.is_empty() else f"In prices of {base_year(prices)}",
        spread=_spread(flows, flow, prices, params),
        currency=currency,
        prices_end=None if prices.is_empty() else prices["period"].to_list()[-1],
    )


def in_own_currency(rows: pl.DataFrame) -> tuple[str, pl.DataFrame]:
    """("EUR", rows with the source's euros as their value) where every row has euros, else ("$", rows as they are)."""
    if rows.height and rows["value_eur"].null_count() == 0:
        return "EUR", rows.with_columns(pl.col("value_eur").alias("value_usd"))
    return "$", rows


def base_year(prices: pl.DataFrame) -> int | None:
    """The last year with all twelve months of a price index, the base that the main picture uses too."""
    counted = prices.group_by(pl.col("period").dt.year().alias("year")).len().filter(pl.col("len") == 12)
    return max(counted["year"].to_list(), default=None)


_FLOWS: tuple[FlowWord, ...] = ("total", "export", "import")


def _chosen(
    store: Store, params: CollapseParams, partner: str, frequency: FrequencyWord
) -> tuple[FlowWord, pl.DataFrame]:
    """The flow that was asked for; for both, their total, or the one of them that is there."""
    wanted: tuple[FlowWord, ...] = _FLOWS if params.flow == "both" else (params.flow,)
    for flow in wanted:
        rows = _series(store, params, partner, flow, frequency)
        if rows.height:
            break
    return flow, rows


def _by_years(store: Store, params: CollapseParams, partner: str) -> Measured:
    flow, rows = _chosen(store, params, partner, "A")
    currency, rows = in_own_currency(rows)
    years = without_partial(rows)
    if years.is_empty() or years["source"][0] == "un_syb":
        raise NothingToShow(
            "There are no monthly figures after the event and no run of years for this reporter, partner and flow. "
            "Choose exports or imports, another partner, or an earlier event."
        )
    last = years["period"].to_list()[-1].year
    if last <= params.event.year:
        raise NothingToShow(
            f"Complete years end in {last}, so nothing can be measured after {words.month(params.event)}. Choose an "
            "earlier event."
        )
    result = collapse_and_rebound_annual(
        years,
        event_year=params.event.year,
        before_years=params.before_years,
        horizon=last,
    )
    return Measured(result, flow, years, years, years.clear(), None, "", (), currency)


def _series(
    store: Store, params: CollapseParams, partner: str, flow: FlowWord, frequency: FrequencyWord
) -> pl.DataFrame:
    return legacy.series(
        store,
        reporter=params.reporter,
        partners=[partner],
        flow=flow,
        frequency=frequency,
        source=params.source,
        known_on=params.known_on,
    )


def _in_constant_prices(monthly: pl.DataFrame, prices: pl.DataFrame) -> pl.DataFrame:
    """Months in the prices of the deflator's last full year; months without a deflator are gaps."""
    base = base_year(prices)
    if base is None:
        return monthly.clear()
    return real(monthly.with_columns(pl.lit("M").alias("frequency")), prices, base=base, name=DEFLATOR).select(
        monthly.columns
    )


def _real_result(constant: pl.DataFrame, params: CollapseParams) -> Collapse | None:
    try:
        return collapse_and_rebound(
            constant, event=params.event, before_months=params.before_months, after_months=params.after_months
        )
    except AnalysisError:
        return None


def _spread(
    flows: dict[FlowWord, pl.DataFrame], flow: FlowWord, prices: pl.DataFrame, params: CollapseParams
) -> tuple[str, ...]:
    """How depth and both rebounds move over other windows, and over flows and prices at the same windows."""
    befores = sorted({12, 24, 36, params.before_months})
    afters = sorted({24, 36, 48, params.after_months})
    bases: dict[str, pl.DataFrame] = {}
    for name, frame in flows.items():
        if frame.height:
            bases[name] = frame
            if prices.height:
                bases[f"{name} real"] = _in_constant_prices(frame, prices)
    rows = [frame for name in bases if (frame := _rows(bases[name], name, params.event, befores, afters)).height]
    if not rows:
        return ()
    table = pl.concat(rows)
    chosen = spread_range(table.filter(pl.col("basis") == flow))
    every = spread_range(table)
    said = (
        f"Peak sought over {_months(befores)} months before and trough over {_months(afters)} months after: "
        f"{_range_words(chosen)}.",
    )
    if len(rows) == 1:
        return said
    prices_said = " and prices (current, constant)" if prices.height else ""
    return (
        *said,
        f"Over the same windows and all {len(rows)} combinations of flow{prices_said}: {_range_words(every)}.",
    )


def _range_words(found: Spread) -> str:
    """Depth and both rebounds over several choices; a window without a fall has neither a depth nor a loss."""
    low, high = found.depth
    if low is None or high is None or high <= 0:
        return "no fall"
    depth = f"depth from no fall to {words.percent(high)}" if low <= 0 else f"depth {words.percent_range(low, high)}"
    parts = [depth]
    if found.rebound_from_trough[0] is not None:
        parts.append(f"rebound from the trough {words.percent_range(*found.rebound_from_trough)}")
    least, most = found.share_regained
    if least is not None and most is not None:
        share = f"none to {words.percent(most)}" if least < 0 else words.percent_range(least, most)
        parts.append(f"{share} of the loss regained" if most > 0 else "none of the loss regained")
    return ", ".join(parts)


def _rows(frame: pl.DataFrame, name: str, event: date, befores: list[int], afters: list[int]) -> pl.DataFrame:
    try:
        return spread({name: frame}, event, befores=befores, afters=afters)
    except AnalysisError:
        return pl.DataFrame()


def _months(choices: list[int]) -> str:
    return f"{choices[0]} to {choices[-1]}"
