"""What the exhibits of the timing page share: measures on a clock, monthly points with their gaps, passports."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl

from dashboard import words
from dashboard.exhibits import passports
from dashboard.exhibits.base import Passport
from pipelines.store import Store


def monthly_points(frame: pl.DataFrame, value: str, divisor: float = 1.0) -> tuple[list[date], list[float | None]]:
    """Every month from the first to the last; a month without a row is None, so that the line breaks there."""
    if frame.is_empty():
        return [], []
    months = frame.select(pl.date_range(pl.col("period").min(), pl.col("period").max(), "1mo").alias("period"))
    full = months.join(frame.select("period", value), on="period", how="left").sort("period")
    return full["period"].to_list(), (full[value] / divisor).to_list()


def register_passport(
    store: Store,
    *,
    source: str,
    series: str,
    unit: str,
    last_observation: str,
    cannot_show: str,
    view: str,
    known_on: date | None = None,
) -> Passport:
    """A passport for what is curated by hand: its vintage is the build it was published in."""
    made = passports.passport(
        store,
        sources=[source],
        releases=[],
        series=series,
        unit=unit,
        last_observation=last_observation,
        price_basis="not applicable",
        adjustment="not applicable",
        view=view,
        cannot_show=cannot_show,
    )
    return replace(made, vintage=f"{SHIPPED}{told_on(known_on)}")


SHIPPED = "as shipped with this build"
"""The vintage of what is curated by hand."""


def told_on(known_on: date | None) -> str:
    """ ", as known on 1 Jan 2023"; nothing today."""
    return "" if known_on is None else f", as known on {words.day(known_on)}"
