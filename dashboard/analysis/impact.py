"""Economic impact: a forecast made before the event against what happened, and levels against their own past.

None of these measures is an effect of sanctions: war, oil prices and policy are in the same figures. Real growth is in
local currency at constant prices; it is neither nominal dollars nor purchasing power.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

import polars as pl

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import frequency_of, prepare, require, without_partial

MIN_TREND_YEARS = 4
"""A line through fewer points than this is not a path."""


@dataclass(frozen=True)
class YearShortfall:
    """One year: forecast and outcome in percent, shortfall in percentage points, cumulative level gap in percent.

    `forecast_known_from` is the day on which this year's forecast was published.
    """

    year: int
    forecast_percent: float
    outcome_percent: float
    shortfall_pp: float
    level_gap_percent: float
    forecast_known_from: date


@dataclass(frozen=True)
class GrowthShortfall:
    """Growth against the last forecast before the event; less than forecast is a positive shortfall, a negative gap.

    `forecast_known_from` and `forecast_label` are of the newest publication before the event. Years for which it has
    no figure of its own stand as last published before; their own days are in `years` and in the words.
    """

    event: date
    forecast_known_from: date
    forecast_label: str | None
    years: tuple[YearShortfall, ...]

    def frame(self) -> pl.DataFrame:
        """One row a year: `period`, forecast, outcome, shortfall and level gap."""
        rows = [{"period": date(year.year, 1, 1), **asdict(year)} for year in self.years]
        return pl.DataFrame(rows).drop("year")

    def words(self, area: str = "Output") -> str:
        """First year and last level gap in plain sentences; the vintage is always named."""
        first, last = self.years[0], self.years[-1]
        source = f"the forecast of {words.day(self.forecast_known_from)}"
        older = [year for year in self.years if year.forecast_known_from != self.forecast_known_from]
        carried = words.listing(
            [f"{year.year} as published on {words.day(year.forecast_known_from)}" for year in older]
        )
        details = [] if self.forecast_label is None else [self.forecast_label]
        details += [carried] if older else []
        if details:
            source += f" ({'; '.join(details)})"
        moved = "grew" if first.outcome_percent >= 0 else "shrank"
        side = "less" if first.shortfall_pp >= 0 else "more"
        below = "below" if last.level_gap_percent < 0 else "above"
        return (
            f"{area} {moved} by {words.percent(abs(first.outcome_percent) / 100)} in {first.year}, "
            f"{words.points(abs(first.shortfall_pp))} {side} than {source}; by {last.year} the level was "
            f"{words.percent(abs(last.level_gap_percent) / 100)} {below} the forecast path."
        )


def _last_vintage_before(forecast: pl.DataFrame, event: date) -> pl.DataFrame:
    """Per year, the newest figure known before the event.

    A store keeps a row until it is replaced, so a release that repeats a figure may have no row of its own for that
    year: the years of one path can carry different days.
    """
    if forecast.is_empty():
        raise AnalysisError("There is no forecast to compare with.")
    earlier = forecast.filter(pl.col("known_from") < event)
    if earlier.is_empty():
        oldest = forecast["known_from"].min()
        shown = words.day(oldest) if isinstance(oldest, date) else "an unknown day"
        raise AnalysisError(
            f"The forecast is of {shown}, not before the event of {words.day(event)}; "
            "a forecast made after the event flips the sign, so none is used."
        )
    figures = earlier.filter(pl.col("value").is_not_null() & pl.col("value").cast(pl.Float64).is_not_nan())
    return figures.filter(pl.col("known_from") == pl.col("known_from").max().over("period"))


def growth_shortfall(forecast: pl.DataFrame, outcome: pl.DataFrame, *, event: date) -> GrowthShortfall:
    """GDP growth that did not come: the last forecast before the event less the outcome.

    `forecast`: `period`, `value` (growth in percent, 2.8 is 2.8%), `known_from`, optionally `source` and `release` (one
    forecaster at a time); per year, the newest figure with `known_from` before the event is used, as a store keeps
    a figure from one release until another replaces it. `outcome`: `period`, `value`.
    Per year from the event's year on, as long as both run without a gap:

        shortfall   f_y − g_y                                             percentage points
        level gap   100 · (Π (1 + g/100) / Π (1 + f/100) − 1)             percent, compounded since the event's year

    Raises `AnalysisError` when no forecast was known before the event, when forecasters or vintages are mixed, when
    the outcome is marked a forecast, or when the event's year is missing on either side.
    """
    require(forecast, ["period", "value", "known_from"], "forecasts")
    for column in ("source", "area", "indicator"):
        for name, frame in (("forecasts", forecast), ("outcomes", outcome)):
            if column in frame.columns and frame[column].n_unique() > 1:
                raise AnalysisError(f"The {name} hold more than one {column}; choose one.")
    vintage = prepare(_last_vintage_before(forecast, event), value="value", what="forecasts")
    actual = prepare(outcome, value="value", what="outcomes")
    if "is_forecast" in actual.columns and actual["is_forecast"].any():
        raise AnalysisError("The outcome holds forecasts; compare with published results only.")
    expected = {when.year: value for when, value in vintage.select("period", "value").iter_rows()}
    known = {when.year: day for when, day in vintage.select("period", "known_from").iter_rows()}
    happened = {when.year: value for when, value in actual.select("period", "value").iter_rows()}
    if event.year not in expected or event.year not in happened:
        side = "forecast" if event.year not in expected else "outcome"
        raise AnalysisError(f"There is no {side} for {event.year}, the year of the event.")
    years: list[YearShortfall] = []
    forecast_level = outcome_level = 1.0
    year = event.year
    while year in expected and year in happened:
        forecast_level *= 1 + expected[year] / 100
        outcome_level *= 1 + happened[year] / 100
        gap = 100 * (outcome_level / forecast_level - 1)
        short = expected[year] - happened[year]
        years.append(YearShortfall(year, expected[year], happened[year], short, gap, known[year]))
        year += 1
    newest = vintage.sort("known_from").row(-1, named=True)
    known_from: date = newest["known_from"]
    label = newest.get("release")
    return GrowthShortfall(event, known_from, None if label is None else str(label), tuple(years))


def index_before_event(
    levels: pl.DataFrame, event_year: int, *, by: Sequence[str] = ("area",), value: str = "value"
) -> pl.DataFrame:
    """Levels as an index, 100 in the last full year before the event: 100 · x_y / x_(event_year − 1), per area.

    `levels`: annual `period`, `value` (constant prices for real output) and the key columns. Areas without a positive
    value in the base year are left out. Adds `index`; sorted by key and period.
    """
    frame = without_partial(prepare(levels, by=by, value=value, what="levels"))
    base = frame.filter(pl.col("period") == date(event_year - 1, 1, 1)).select(*by, pl.col(value).alias("_base"))
    if base.filter(pl.col("_base") > 0).is_empty():
        raise AnalysisError(f"No area has a level for {event_year - 1}, the last full year before the event.")
    joined = frame.join(base, on=list(by)) if by else frame.join(base, how="cross")
    return (
        joined.filter(pl.col("_base") > 0)
        .with_columns((100 * pl.col(value) / pl.col("_base")).alias("index"))
        .drop("_base")
        .sort([*by, "period"])
    )


def path_gap(
    levels: pl.DataFrame,
    event_year: int,
    pre_years: int = 8,
    *,
    by: Sequence[str] = ("area",),
    value: str = "value",
    skip_missing: bool = False,
) -> pl.DataFrame:
    """Levels against the log-linear trend of the years before the event, both as an index.

        ln x_y = a + b·y, least squares over event_year − pre_years … event_year − 1
        path   exp(a + b·y)          gap = 100 · (x/path − 1), percent

    Returns one row per key and year from the first trend year on: `period`, `value`, `index` and `path_index` (100 is
    the level of the last year before the event), `gap_percent`, `trend_percent` (growth of the path a year) and
    `fit_percent` (typical miss of the path before the event: root mean square of the log residuals). The path is
    the past prolonged, not what would have been. Raises `AnalysisError` for fewer than four trend years or a level
    that is not positive; with `skip_missing` such areas are left out, and only their being all is an error.
    """
    frame = without_partial(prepare(levels, by=by, value=value, what="levels"))
    parts: list[pl.DataFrame] = []
    refusal = AnalysisError("There are no levels to compare with a path.")
    for part in frame.partition_by(list(by), maintain_order=True) if by else [frame]:
        try:
            parts.append(_gap_of_one(part, event_year, pre_years, by, value))
        except AnalysisError as reason:
            refusal = reason
            if not skip_missing:
                raise
    if not parts:
        raise refusal
    return pl.concat(parts)


def _gap_of_one(part: pl.DataFrame, event_year: int, pre_years: int, by: Sequence[str], value: str) -> pl.DataFrame:
    first = event_year - pre_years
    points = {when.year: level for when, level in part.select("period", value).iter_rows() if when.year >= first}
    whose = "".join(f" of {part[key].unique().item()}" for key in by)
    if any(level <= 0 for level in points.values()):
        raise AnalysisError(f"A level{whose} is not above zero, so it has no logarithm.")
    before = {year: math.log(level) for year, level in points.items() if year < event_year}
    if len(before) < MIN_TREND_YEARS or event_year - 1 not in before:
        raise AnalysisError(
            f"The levels{whose} hold {words.plural(len(before), 'year')} from {first} to {event_year - 1}; "
            f"a path needs {MIN_TREND_YEARS} and the last one."
        )
    mean_year, mean_log = sum(before) / len(before), sum(before.values()) / len(before)
    spread = sum((year - mean_year) ** 2 for year in before)
    slope = sum((year - mean_year) * log for year, log in before.items()) / spread
    miss = math.sqrt(sum((log - mean_log - slope * (y - mean_year)) ** 2 for y, log in before.items()) / len(before))
    base = points[event_year - 1]
    years = pl.col("period").dt.year().cast(pl.Float64)
    path = ((years - mean_year) * slope + mean_log).exp()
    return part.filter(pl.col("period").dt.year() >= first).select(
        *by,
        "period",
        value,
        (100 * pl.col(value) / base).alias("index"),
        (100 * path / base).alias("path_index"),
        (100 * (pl.col(value) / path - 1)).alias("gap_percent"),
        pl.lit(100 * (math.exp(slope) - 1)).alias("trend_percent"),
        pl.lit(100 * miss).alias("fit_percent"),
    )


def exposure(trade: pl.DataFrame, gdp: pl.DataFrame, *, by: Sequence[str] = ()) -> pl.DataFrame:
    """Trade with the sanctioning side in percent of GDP: 100 · trade / GDP, year by year.

    `trade`: annual `period`, `value_usd` (parts of years are left out); `gdp`: annual `period`, `value` in current US
    dollars. Both nominal, so the ratio has no price basis; exchange rates move it. Years that lack either are gaps.
    Returns `period`, `value_usd`, `gdp_usd`, `share_percent` and `is_estimate` if given.
    """
    flows = without_partial(prepare(trade, by=by, what="trade"))
    output = prepare(gdp, by=by, value="value", what="GDP")
    for frame, name in ((flows, "trade"), (output, "GDP")):
        if not frame.is_empty() and frequency_of(frame, name) != "A":
            raise AnalysisError(f"Exposure compares years; the {name} figures are not annual.")
    estimate = ["is_estimate"] if "is_estimate" in flows.columns else []
    return (
        flows.join(output.select(*by, "period", pl.col("value").alias("gdp_usd")), on=[*by, "period"])
        .filter(pl.col("gdp_usd") > 0)
        .select(
            *by,
            "period",
            "value_usd",
            "gdp_usd",
            (100 * pl.col("value_usd") / pl.col("gdp_usd")).alias("share_percent"),
            *estimate,
        )
        .sort([*by, "period"])
    )
