"""Collapse and rebound of every partner of a reporter: by 12-month sums where there are months, else by years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

import polars as pl
from pydantic import Field

from dashboard.analysis.collapse import collapse_and_rebound_annual
from dashboard.analysis.collapse import collapse_table as by_months
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import month_of, ordinal_of, without_partial
from dashboard.exhibits.trade.collapse_measure import MonthsAfter, MonthsBefore, SourceName, in_own_currency
from dashboard.params import Area, FlowWord, FrequencyWord, Month, Params
from dashboard.studies import legacy
from dashboard.words import trade as trade_words
from pipelines.store import Store

FLOWS: tuple[FlowWord, ...] = ("export", "import", "total")
_FIELDS: dict[str, type[pl.DataType]] = {
    "peak_period": pl.Date,
    "peak_usd": pl.Float64,
    "trough_period": pl.Date,
    "trough_usd": pl.Float64,
    "depth": pl.Float64,
    "time_to_trough": pl.Int32,
    "rebound_from_trough": pl.Float64,
    "share_regained": pl.Float64,
    "now_period": pl.Date,
    "now_usd": pl.Float64,
    "state": pl.String,
}


class CollapseTableParams(Params):
    """A reporter, an event, the months searched around it, and from which peak on a partner is shown.

    `rows_shown` is how many partners beside the targets are drawn; the data holds all of them. Where a reporter has
    years only, the peak is sought over the last `before_years` up to the event. `min_peak_musd` counts millions of the
    currency that the source reports (dollars, euros for Eurostat).
    """

    reporter: Area = "USA"
    event: Month = date(2022, 2, 1)
    before_months: MonthsBefore = 24
    after_months: MonthsAfter = 36
    before_years: Annotated[int, Field(ge=1, le=15)] = 5
    min_peak_musd: Annotated[float, Field(ge=0, le=1e6)] = 50.0
    rows_shown: Annotated[int, Field(ge=1, le=60)] = 15
    source: SourceName | None = None
    known_on: date | None = None


@dataclass(frozen=True)
class AllPartners:
    """One row a partner and flow with a peak worth showing, and what was left out.

    `small` are partners whose peak stays below the least worth showing in every flow (or that cannot be measured),
    `unnamed` counts codes that stand for no place.
    """

    rows: pl.DataFrame
    small: tuple[str, ...]
    unnamed: int
    frequency: FrequencyWord
    currency: str = "$"


def measure_all(store: Store, params: CollapseTableParams) -> AllPartners:
    """Every partner by months where these reach past the event, otherwise by complete years; maybe empty."""
    found = _measured(store, params, "M")
    return found if found.rows.height else _measured(store, params, "A")


def _measured(store: Store, params: CollapseTableParams, frequency: FrequencyWord) -> AllPartners:
    reach = params.before_months + 11 if frequency == "M" else 12 * params.before_years + 11
    frames: list[pl.DataFrame] = []
    seen: set[str] = set()
    unnamed: set[str] = set()
    currency = "$"
    for flow in FLOWS:
        rows = legacy.series(
            store,
            reporter=params.reporter,
            partners=None,
            flow=flow,
            frequency=frequency,
            source=params.source,
            known_on=params.known_on,
            start=month_of(ordinal_of(params.event) - reach),
        )
        unnamed |= set(rows.filter(~trade_words.PLACE)["partner"])
        rows = rows.filter(trade_words.PLACE)
        if rows.is_empty():
            continue
        currency, rows = in_own_currency(rows)
        seen |= set(rows["partner"])
        facts = rows.group_by("partner").agg(
            pl.col("source").first(),
            pl.col("known_from").max(),
            pl.col("basis").first(),
            pl.col("valuation").first(),
            pl.col("release").unique().sort(),
            pl.col("is_estimate").any(),
        )
        measured = _by_months(rows, params) if frequency == "M" else _by_years(rows, params)
        kept = measured.filter(pl.col("peak_usd") >= params.min_peak_musd * 1e6)
        frames.append(kept.join(facts, on="partner", how="left").with_columns(pl.lit(flow).alias("flow")))
    every = pl.concat(frames) if frames else pl.DataFrame(schema={"partner": pl.String, "flow": pl.String})
    small = tuple(sorted(seen - set(every["partner"])))
    return AllPartners(every.sort("partner", "flow"), small, len(unnamed), frequency, currency)


def _by_months(rows: pl.DataFrame, params: CollapseTableParams) -> pl.DataFrame:
    table = by_months(rows, params.event, before_months=params.before_months, after_months=params.after_months)
    return table.rename({"months_to_trough": "time_to_trough"}).select("partner", *_FIELDS)


def _by_years(rows: pl.DataFrame, params: CollapseTableParams) -> pl.DataFrame:
    years = without_partial(rows).filter(pl.col("source") != "un_syb")
    found: list[dict[str, object]] = []
    last = max((period.year for period in years["period"].to_list()), default=0)
    if last <= params.event.year:  # nothing after the event to measure
        years = years.clear()
    for (partner,), series in sorted(years.group_by("partner"), key=lambda group: str(group[0])):
        try:
            result = collapse_and_rebound_annual(
                series,
                event_year=params.event.year,
                before_years=params.before_years,
                horizon=last,
            ).row()
        except AnalysisError:
            continue
        result["time_to_trough"] = result["years_to_trough"]
        found.append({"partner": partner, **{name: result[name] for name in _FIELDS}})
    return pl.DataFrame(found, schema={"partner": pl.String, **_FIELDS})
