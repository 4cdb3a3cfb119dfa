"""Growth that did not come: the last forecast before an event against the outcome, with every dated figure around it.

A forecast, a first estimate and a revised figure are three things, and a forecast made after the event would flip the
sign of the shortfall: only the last one from before it is compared. The panels hold the compared years, at most three;
whatever is said about the study is said of the panels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

import polars as pl

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.impact import GrowthShortfall, YearShortfall
from dashboard.analysis.impact import growth_shortfall as measure
from dashboard.queries import catalogue, coverage, macro
from dashboard.studies import yearly
from dashboard.studies.yearly import DATED, GROWTH, SOURCE_WORDS, YearlyQuery, YearlySeries
from pipelines.store import Store

FORECASTERS: Mapping[str, str] = MappingProxyType(
    {
        "any": "Last before the event",
        "imf_weo": "IMF, World Economic Outlook",
        "worldbank_gep": "World Bank",
        "ebrd": "EBRD",
        "imf_staff": "IMF staff",
        "iif": "IIF",
        "cbr": "Bank of Russia",
        "minecon_russia": "Russian economy ministry",
    }
)
"""Forecasters, as a control names them; the first is whoever published last before the event."""

MOST_PANELS = 3
OUTCOME = "outcome"
COLUMNS = (
    "period",
    "published",
    "kind",
    "value_pct",
    "low_pct",
    "high_pct",
    "compared",
    "shortfall_pp",
    "level_gap_pct",
    "title",
    "source",
    "release",
)
_KEY = ("period", "known_from", "kind", "release_title", "source", "release")


@dataclass(frozen=True)
class ShortfallQuery:
    """Whose growth around which event, whose forecast (any: the last that anybody published) and whose outcome."""

    target: str
    event: date
    forecaster: str = "any"
    outcome_source: str = "worldbank"
    known_on: date | None = None


@dataclass(frozen=True, eq=False)
class Shortfall:
    """The compared years and every dated figure for them.

    `frame` has `COLUMNS`: dots (value_pct) and ranges (low_pct to high_pct, an end that was not published is empty) by
    day of publication, and an outcome a year. `years` are the compared years that are drawn, in order.
    """

    query: ShortfallQuery
    name: str
    frame: pl.DataFrame
    years: tuple[YearShortfall, ...]
    label: str = ""
    forecast_release: str = ""
    forecast_day: date | None = None
    outcome_releases: tuple[str, ...] = ()
    outcome_published: date | None = None
    more_years: int = 0
    why_empty: str = ""

    unit = GROWTH.unit
    prices = GROWTH.prices

    @property
    def sources(self) -> tuple[str, ...]:
        """Who published what is drawn."""
        return tuple(self.frame["source"].drop_nulls().unique().sort())

    @property
    def releases(self) -> tuple[str, ...]:
        """The publications that are drawn."""
        return tuple(self.frame["release"].drop_nulls().unique().sort())

    @property
    def other_publications(self) -> int:
        """Publications beside the compared forecast and the outcome."""
        around = self.frame.filter(pl.col("kind") != OUTCOME)["release"].drop_nulls().unique().to_list()
        return len([release for release in around if release != self.forecast_release])

    @property
    def last_observation(self) -> str:
        """The last year whose outcome is drawn."""
        return str(self.years[-1].year)

    @property
    def edition(self) -> str:
        """Whose outcome, and of when: "World Bank figures, Jul 2026"."""
        assert self.outcome_published is not None
        source = self.query.outcome_source
        return f"{SOURCE_WORDS.get(source, source)} figures, {words.month(self.outcome_published)}"

    @property
    def published_words(self) -> str:
        """When the compared forecast came out; where only the month is known its last day is stored."""
        day = self.forecast_day
        assert day is not None
        following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        return words.month(day) if (following - day).days == 1 else words.day(day)

    def dots(self, year: int) -> pl.DataFrame:
        """What is drawn in one year's panel beside the outcome."""
        return self.frame.filter(pl.col("period") == date(year, 1, 1), pl.col("kind") != OUTCOME)


def study(store: Store, query: ShortfallQuery) -> Shortfall:
    """The shortfall, or with `why_empty` the reason why there is none and what brings one."""
    name = catalogue.names(store, [query.target]).get(query.target, query.target)
    rows = _dated(store, query.target)
    published = rows if query.known_on is None else rows.filter(pl.col("known_from") <= query.known_on)
    outcome = yearly.ask(store, _outcome_query(query))
    why = _no_forecasts(store, query, name, rows, published) or outcome.why_empty
    chosen = published.clear() if why else compared(published, query)
    why = why or ("" if not chosen.is_empty() else _none_before(query, name, compared(rows, query)))
    if why:
        return Shortfall(query, name, pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.Null)), (), why_empty=why)
    return shortfall_of(published, chosen, outcome, query, name)


def _outcome_query(query: ShortfallQuery) -> YearlyQuery:
    return YearlyQuery(GROWTH, (query.target,), query.outcome_source, query.known_on, others=tuple(SOURCE_WORDS))


def shortfall_of(
    published: pl.DataFrame, chosen: pl.DataFrame, outcome: YearlySeries, query: ShortfallQuery, name: str
) -> Shortfall:
    """The shortfall of some dated figures against an outcome.

    Args:
        published: period, known_from, kind, indicator, value, source, release, release_title of all dated figures.
        chosen: the rows of the forecast that is compared.
    """
    empty = Shortfall(query, name, pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.Null)), ())
    try:
        result = measure(chosen, outcome.frame.select("period", "value"), event=query.event)
    except AnalysisError as error:
        return replace(empty, why_empty=_no_outcome(outcome, query, name) or f"{error} {_CHOOSE}")
    years = result.years[:MOST_PANELS]
    drawn = outcome.frame.filter(pl.col("period").dt.year().is_in([year.year for year in years]))
    day = drawn["known_from"].max()
    return Shortfall(
        query,
        name,
        _frame(published, outcome, result, chosen, query),
        years,
        label=str(chosen["release_title"].unique().item()),
        forecast_release=str(chosen["release"].unique().item()),
        forecast_day=chosen["known_from"][0],
        outcome_releases=tuple(drawn["release"].drop_nulls().unique().sort()),
        outcome_published=day if isinstance(day, date) else None,
        more_years=len(result.years) - len(years),
    )


_CHOOSE = "Choose another event, forecaster or country."


def _dated(store: Store, target: str) -> pl.DataFrame:
    """Every dated forecast (points and ranges), first estimate and revision of yearly growth, ever published."""
    parts = [
        macro.vintages(store, indicator=indicator, area=target)
        for indicator in ("gdp_growth", "gdp_growth_low", "gdp_growth_high")
    ]
    rows = pl.concat(parts).with_columns(pl.col("flag").str.split(";").list.first().alias("kind"))
    return rows.filter(pl.col("kind").is_in(list(DATED)), pl.col("frequency") == "A")


def _no_forecasts(store: Store, query: ShortfallQuery, name: str, rows: pl.DataFrame, known: pl.DataFrame) -> str:
    """Why there is no forecast at all: nobody's is kept, or none was known on the day."""
    if not known.filter(pl.col("kind") == "forecast").is_empty():
        return ""
    ever = rows.filter(pl.col("kind") == "forecast")
    whom = words.in_sentence(name)
    if query.known_on is not None and not ever.is_empty():
        first = ever["known_from"].min()
        assert isinstance(first, date)
        return (
            f"No growth forecast for {whom} was known to this store on {words.day(query.known_on)}: the first one here "
            f"is of {words.day(first)}. Choose a later day."
        )
    codes = coverage.forecast_areas(store)
    have = sorted(catalogue.names(store, codes).values())
    return f"The store keeps no dated growth forecasts for {whom}; it has them for {words.listing(have)}."


def compared(published: pl.DataFrame, query: ShortfallQuery) -> pl.DataFrame:
    """The rows of the last forecast before the event that covers the event's year; the IMF's where days tie."""
    points = published.filter(pl.col("kind") == "forecast", pl.col("indicator") == "gdp_growth")
    if query.forecaster != "any":
        points = points.filter(pl.col("source") == query.forecaster)
    of_year = points.filter(pl.col("period") == date(query.event.year, 1, 1), pl.col("known_from") < query.event).sort(
        "known_from", pl.col("source") == "imf_weo", "source"
    )
    if of_year.is_empty():
        return of_year
    newest = of_year.row(-1, named=True)
    return points.filter(pl.col("source") == newest["source"], pl.col("release") == newest["release"]).sort("period")


def _none_before(query: ShortfallQuery, name: str, ever: pl.DataFrame) -> str:
    """No forecast from before the event: none is kept, or the ones that are were not known on the day."""
    whose = "" if query.forecaster == "any" else f" of the {FORECASTERS[query.forecaster]}"
    told = f"growth of {words.in_sentence(name)} in {query.event.year}"
    if query.known_on is not None and not ever.is_empty():
        return (
            f"No forecast{whose} of {told} was known to this store on {words.day(query.known_on)}. Choose a later day."
        )
    before = words.day(query.event)
    return (
        f"The store keeps no forecast{whose} of {told} from before {before}; later ones are not compared. Choose "
        "another event or forecaster."
    )


def _no_outcome(outcome: YearlySeries, query: ShortfallQuery, name: str) -> str:
    """The outcome of the event's year is missing because of the day: that is said, and not that there is none."""
    end = outcome.end_of(query.target)
    year = query.event.year
    if query.known_on is None or year in outcome.of(query.target) or end.today is None or end.today < year:
        return ""
    return (
        f"The outcome for {words.in_sentence(name)} in {year} was not known on {words.day(query.known_on)}. Choose a "
        "later day or another event."
    )


def _frame(
    published: pl.DataFrame,
    outcome: YearlySeries,
    result: GrowthShortfall,
    chosen: pl.DataFrame,
    query: ShortfallQuery,
) -> pl.DataFrame:
    """What is drawn: the dots and ranges of the compared years, and an outcome each."""
    years = [date(year.year, 1, 1) for year in result.years[:MOST_PANELS]]
    around = published.filter(pl.col("period").is_in(years))
    points = around.filter(pl.col("indicator") == "gdp_growth").select(*_KEY, value_pct=pl.col("value"))
    low, high = (
        around.filter(pl.col("indicator") == f"gdp_growth_{end}").select(*_KEY, pl.col("value").alias(f"{end}_pct"))
        for end in ("low", "high")
    )
    ranges = low.join(high, on=list(_KEY), how="full", coalesce=True, nulls_equal=True)
    gaps = result.frame().select("period", "shortfall_pp", level_gap_pct="level_gap_percent")
    source = query.outcome_source
    final = outcome.frame.filter(pl.col("period").is_in(years)).join(gaps, on="period")
    final = final.select(
        "period",
        "known_from",
        "source",
        "release",
        "shortfall_pp",
        "level_gap_pct",
        value_pct="value",
        kind=pl.lit(OUTCOME),
        release_title=pl.lit(f"{SOURCE_WORDS.get(source, source)}, newest figures"),
    )
    used = pl.all_horizontal(pl.col(name).is_in(chosen[name].implode()) for name in ("release", "source"))
    return (
        pl.concat([points, ranges, final], how="diagonal")
        .with_columns((used & (pl.col("kind") == "forecast") & pl.col("value_pct").is_not_null()).alias("compared"))
        .rename({"known_from": "published", "release_title": "title"})
        .select(list(COLUMNS))
        .sort("period", "published", "source", "kind", "value_pct", "low_pct", nulls_last=True)
    )
