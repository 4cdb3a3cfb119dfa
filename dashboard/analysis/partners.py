"""Where trade went: the change by partner between two years, in money and in shares."""

from __future__ import annotations

import polars as pl

from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import frequency_of, prepare, without_partial


def partner_shift(
    flows: pl.DataFrame, year_a: int, year_b: int, *, by: str = "partner", value: str = "value_usd"
) -> pl.DataFrame:
    """Change by partner between two complete years.

    `flows`: annual `period`, `partner`, `value_usd`, countries only (groups and World are left out by the caller, or
    here by a column `area_kind`). Returns `partner`, `value_a_usd`, `value_b_usd`, `change_usd`, `growth`, `share_a`,
    `share_b` (fractions of the sum over the partners present in that year), `share_change_pp`, `missing_in` (the year
    without a figure; change and growth are then null, for missing is not zero) and `is_estimate` if given; largest
    rise first. Raises `AnalysisError` when a year has no complete figures.
    """
    frame = without_partial(prepare(flows, by=[by], value=value))
    if "area_kind" in frame.columns:
        frame = frame.filter(pl.col("area_kind") == "country")
    if not frame.is_empty() and frequency_of(frame) != "A":
        raise AnalysisError("A shift between years is measured on annual figures; aggregate the months first.")
    flag = ["is_estimate"] if "is_estimate" in frame.columns else []
    sides = []
    for year, side in ((year_a, "a"), (year_b, "b")):
        chosen = frame.filter(pl.col("period").dt.year() == year)
        if chosen.is_empty():
            raise AnalysisError(f"There are no complete figures for {year}.")
        share = (pl.col(value) / pl.col(value).sum()).alias(f"share_{side}")
        named = [pl.col("is_estimate").alias(f"_estimate_{side}")] if flag else []
        sides.append(chosen.select(by, pl.col(value).alias(f"value_{side}_usd"), share, *named))
    joined = sides[0].join(sides[1], on=by, how="full", coalesce=True)
    estimate = [pl.any_horizontal("_estimate_a", "_estimate_b").fill_null(False).alias("is_estimate")] if flag else []
    change = pl.col("value_b_usd") - pl.col("value_a_usd")
    return joined.select(
        by,
        "value_a_usd",
        "value_b_usd",
        change.alias("change_usd"),
        pl.when(pl.col("value_a_usd") > 0).then(change / pl.col("value_a_usd")).alias("growth"),
        "share_a",
        "share_b",
        (100 * (pl.col("share_b") - pl.col("share_a"))).alias("share_change_pp"),
        pl.when(pl.col("value_a_usd").is_null())
        .then(pl.lit(year_a))
        .when(pl.col("value_b_usd").is_null())
        .then(pl.lit(year_b))
        .alias("missing_in"),
        *estimate,
    ).sort("change_usd", by, descending=[True, False], nulls_last=True)
