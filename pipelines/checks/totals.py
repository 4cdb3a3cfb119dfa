"""Parts that must make their whole: months the year, countries the world."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import polars as pl

from pipelines.checks.finding import Finding, Frames
from pipelines.schema.terms import ALL_GOODS, AreaKind, Frequency

CENSUS_SUM_FROM = date(1992, 1, 1)
"""Before 1992 the partners of the Census workbook do not add up: it carries the Soviet Union's successors late."""

CARRYOVER_SHARE = 0.005
"""Until the annual revision each June a month's total carries late documents that its countries do not: up to 0.40% of
the world in the workbook of March 2023 (exports of November 2022), nothing in the years revised before it."""


def year_totals(frames: Frames) -> Iterable[Finding]:
    """The twelve months of a release add up to the year that it prints, within the rounding of all thirteen."""
    name = ["reporter", "partner", "flow", "source"]
    totals = frames["published_total"]
    if totals.is_empty():
        return
    months = (
        frames["trade_flow"]
        .filter(
            pl.col("source").is_in(totals["source"].unique().implode()),
            pl.col("frequency") == Frequency.MONTH.value,
            pl.col("product") == ALL_GOODS,
        )
        .with_columns(pl.col("period").dt.truncate("1y").alias("year"))
    )
    pairs = totals.rename({"period": "year"}).join(
        months.select(*name, "year", "period", "value_usd", "rounding_usd", "known_from", "known_to"),
        on=[*name, "year"],
        suffix="_month",
    )
    # The months as known on the day of the total, whichever release they came with.
    known = pairs.filter(
        pl.col("known_from_month") <= pl.col("known_from"),
        pl.col("known_to").is_null() | (pl.col("known_to") > pl.col("known_from")),
    )
    sums = (
        known.group_by(*name, "year", "known_from", "release", "value_usd", "rounding_usd")
        .agg(
            pl.len().alias("months"),
            pl.col("value_usd_month").sum().alias("sum"),
            pl.col("rounding_usd_month").sum().alias("widths"),
        )
        .with_columns(gap=(pl.col("sum") - pl.col("value_usd")).abs())
    )
    tolerance = (pl.col("widths") + pl.col("rounding_usd")) / 2
    wrong = sums.filter(pl.col("months") == 12, pl.col("gap") > tolerance)
    if not wrong.is_empty():
        row = wrong.sort("gap", descending=True).row(0, named=True)
        sentence = (
            f"In {wrong.height:,} of {sums.height:,} years the months do not add up to the published year; the widest "
            f"gap is {row['reporter']}–{row['partner']} {row['flow']} {row['year'].year}: {row['sum']:,.0f} against "
            f"{row['value_usd']:,.0f} USD."
        )
        yield Finding("fail", "months make the year", "trade_flow", sentence, wrong.height)


def countries_to_world(frames: Frames) -> Iterable[Finding]:
    """Each release's countries add up to its own World, where the release holds all partners.

    Vintages are compared as known on the day of the release, so a figure that a release only confirmed counts.
    """
    kinds = frames["area"].select(pl.col("area").alias("partner"), "area_kind")
    rows = (
        frames["trade_flow"]
        .filter(
            pl.col("basis") == "census",
            pl.col("frequency") == Frequency.MONTH.value,
            pl.col("product") == ALL_GOODS,
            pl.col("period") >= CENSUS_SUM_FROM,
        )
        .join(kinds, on="partner")
    )
    world_releases = (
        rows.filter(pl.col("area_kind") == AreaKind.WORLD.value).select("release", day="known_from").unique()
    )
    for release, day in world_releases.sort("day").iter_rows():
        known = rows.filter(pl.col("known_from") <= day, pl.col("known_to").is_null() | (pl.col("known_to") > day))
        last = known.filter(pl.col("area_kind") == AreaKind.WORLD.value)
        cell = ["reporter", "flow", "period", "source"]
        sums = (
            known.filter(pl.col("area_kind") == AreaKind.COUNTRY.value)
            .group_by(cell)
            .agg(pl.col("value_usd").sum().alias("sum"), (pl.col("rounding_usd") / 2).sum().alias("tolerance"))
        )
        # Only what this release changed: a month that it does not touch was looked at when its own release came.
        touched = rows.filter(pl.col("release") == release).select(cell).unique()
        both = last.join(sums, on=cell, how="inner").join(touched, on=cell, how="semi")
        gap = (pl.col("sum") - pl.col("value_usd")).abs()
        world = pl.col("value_usd")
        unrevised = pl.col("period").dt.year() >= day.year - 1
        carried = pl.when(unrevised).then(world * CARRYOVER_SHARE).otherwise(0.0)
        allowed = pl.col("tolerance") + pl.col("rounding_usd") / 2 + carried
        wrong = both.filter(gap > allowed).with_columns(gap=gap)
        if not wrong.is_empty():
            row = wrong.sort("gap", descending=True).row(0, named=True)
            sentence = (
                f"As of {release}, in {wrong.height:,} of {both.height:,} months the countries do not add up to the "
                f"world; the widest gap is {row['flow']} {row['period']:%Y-%m}: {row['sum']:,.0f} against "
                f"{row['value_usd']:,.0f} USD."
            )
            yield Finding("fail", "countries make the world", "trade_flow", sentence, wrong.height)
