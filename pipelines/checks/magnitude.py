"""Figures of a plausible size: no wrong unit, no impossible growth, no order of dates that cannot be."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import polars as pl

from pipelines.checks.finding import Finding, Frames
from pipelines.schema import TABLES

SCALE_FACTOR = 10.0
"""Revisions of official trade figures stay far below a factor of ten; thousands for units give a factor of 1,000."""

SCALE_ROWS = 12
"""A year of months: fewer revised figures say nothing on the scale of a release."""

SCALE_SHARE = 0.2
"""A wrong scale revises every figure that overlaps; a fifth leaves room for releases that overlap in part."""

GROWTH_RANGE_PCT = (-80.0, 200.0)
"""Annual real growth outside it is no figure of World Bank or IMF since 1960 but for Libya 2011–12 and Iraq 1991."""


def scale(frames: Frames) -> Iterable[Finding]:
    """A release whose revisions are by a median factor above ten (or below a tenth) is in another unit."""
    for table, value in (("trade_flow", "value_usd"), ("macro", "value")):
        frame = frames[table]
        key = [name for name in TABLES[table].primary_key() if name != "known_from"]
        old = frame.select(*key, pl.col(value).alias("old"), known_from="known_to").drop_nulls("known_from")
        revising = frame.filter(pl.col("known_from").is_in(old["known_from"].unique().implode()))
        pairs = revising.join(old, on=[*key, "known_from"]).filter(pl.col("old") != 0, pl.col(value) != 0)
        by = ["release"] if table == "trade_flow" else ["release", "indicator"]
        given = frame.group_by(by).len("given")
        factors = pairs.group_by(by).agg(
            pl.len().alias("rows"), (pl.col(value) / pl.col("old")).abs().median().alias("factor")
        )
        odd = factors.join(given, on=by).filter(
            pl.col("rows") >= SCALE_ROWS,
            pl.col("rows") >= SCALE_SHARE * pl.col("given"),
            (pl.col("factor") > SCALE_FACTOR) | (pl.col("factor") < 1 / SCALE_FACTOR),
        )
        for row in odd.sort(by).iter_rows(named=True):
            sentence = (
                f"{table}: {row['rows']:,} figures of {row['release']} are {row['factor']:,.4g} times those that stood "
                "(median). It looks like another unit."
            )
            yield Finding("fail", "scale", table, sentence, row["rows"])


def growth(frames: Frames) -> Iterable[Finding]:
    """Annual real growth in percent outside `GROWTH_RANGE_PCT` deserves a look; it warns and never refuses."""
    low, high = GROWTH_RANGE_PCT
    odd = frames["macro"].filter(pl.col("indicator") == "gdp_growth", ~pl.col("value").is_between(low, high))
    if not odd.is_empty():
        row = odd.sort("area", "period").row(0, named=True)
        names = dict(frames["area"].select("area", "name").iter_rows())
        example = f"{names.get(row['area'], row['area'])} {row['period'].year}: {row['value']:.1f}%"
        many = "growth rate is" if odd.height == 1 else "growth rates are"
        sentence = f"{odd.height:,} {many} outside {low:g} … {high:g}%, for example {example}."
        yield Finding("warn", "growth range", "macro", sentence, odd.height)


def measure_dates(frames: Frames, today: date) -> Iterable[Finding]:
    """Nothing ends before it begins, nor stays secret for long unless its note says what "signed =" is; a date far
    ahead is a slip of the pen."""
    measures = frames["measure"]
    begins = pl.min_horizontal("announced", "signed", "effective")
    unsaid = ~pl.col("note").str.starts_with("signed =").fill_null(value=False)
    secret = unsaid & (pl.col("announced") - pl.col("signed") > pl.duration(days=DAYS_SECRET))
    odd = measures.filter((pl.col("lifted") < begins) | (pl.col("wind_down_end") < begins) | secret)
    if not odd.is_empty():
        sentence = f"{_measures(odd.height)} dates out of order{_example(odd)}."
        yield Finding("warn", "order of dates", "measure", sentence, odd.height)
    limit = date(today.year + YEARS_AHEAD, 12, 31)
    far = measures.filter(pl.max_horizontal("announced", "signed", "effective", "wind_down_end", "lifted") > limit)
    if not far.is_empty():
        sentence = f"{_measures(far.height)} a date after {limit.year}{_example(far)}."
        yield Finding("warn", "far dates", "measure", sentence, far.height)


def _measures(n: int) -> str:
    return "1 measure has" if n == 1 else f"{n:,} measures have"


def _example(measures: pl.DataFrame) -> str:
    """The first of them by its title, for readers of the dashboard."""
    return f"{': ' if measures.height == 1 else ', for example '}“{measures.sort('measure')['title'][0]}”"


DAYS_SECRET = 60
"""Acts are often signed a day before they are made public; determinations of the US State Department some weeks."""

YEARS_AHEAD = 10
"""Wind-downs run for years (the EU's gas ban to late 2027), not for decades."""
