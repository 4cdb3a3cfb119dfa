"""Choices of the impact page: values of parameters and the words a reader sees for them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from dashboard.exhibits.impact.targets import cases
from dashboard.queries import catalogue, macro
from dashboard.queries.per_build import per_build
from dashboard.queries.subjects import subjects
from dashboard.studies.shortfall import FORECASTERS
from dashboard.studies.yearly import SOURCE_WORDS
from pipelines.store import Store

LEVELS = {"chained": "Chained growth", "constant": "Constant 2015 dollars"}
GDP_SOURCES = dict(SOURCE_WORDS)
FORECASTS_OF = dict(FORECASTERS)


@per_build
def countries(store: Store) -> Mapping[str, str]:
    """Countries with a growth figure since 2013, by name; the presets' targets come first, with figures or without.

    A preset whose country has none must not turn into another country: its figures say that there are none.
    """
    rows = macro.series(store, indicator="gdp_growth", areas=None, source="worldbank", frequency="A")
    presets = dict.fromkeys(str(case["target"]) for case in cases(store).values())
    held = {*rows.filter(pl.col("period").dt.year() >= 2013)["area"], *presets}
    named = catalogue.areas(store).filter(pl.col("area_kind") == "country", pl.col("area").is_in(list(held)))
    names = dict(zip(named["area"], named["name"], strict=True))
    first = [code for code in presets if code in names]
    return MappingProxyType({code: names[code] for code in (*first, *(code for code in names if code not in first))})


def exposure_heading(store: Store, target: str) -> str:
    """The heading above the figure of exposure: only who is under sanctions has a sanctioning side."""
    sanctioned = target in subjects(store).sanctioned
    return "Exposure to the sanctioning side" if sanctioned else "Goods trade in % of GDP"


def partners(store: Store) -> Mapping[str, str]:
    """Countries that may stand on the sanctioning side."""
    named = catalogue.areas(store).filter(pl.col("area_kind") == "country", ~pl.col("area").str.starts_with("X"))
    return MappingProxyType(dict(zip(named["area"], named["name"], strict=True)))
