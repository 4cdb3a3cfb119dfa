"""What an exhibit is: one figure with its words, its drawn data, its passport and its parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import plotly.graph_objects as go
import polars as pl

from dashboard.figures.marks import FLAG_NAME, Flag
from dashboard.figures.theme import Style
from dashboard.params import Params
from pipelines.store import Store


class NothingToShow(Exception):  # noqa: N818 - it is an empty state, not an error
    """The question is sound but the store has no figures for it: what is missing and what brings it."""


@dataclass(frozen=True)
class Passport:
    """Where a figure's numbers come from and what they are. Printed under the figure and in every export."""

    source: str
    series: str
    basis: str
    unit: str
    last_observation: str
    vintage: str
    licence: str
    build_id: str
    valuation: str = "not applicable"
    price_basis: str = "current prices"
    adjustment: str = "not seasonally adjusted"
    view: str = ""
    cannot_show: str = ""
    credit: str = ""
    source_url: str = ""

    def rows(self) -> list[tuple[str, str]]:
        """Label and value, in the order in which a reader asks."""
        return [
            ("Source", self.source),
            ("Series", self.series),
            ("Basis", self.basis),
            ("Valuation", self.valuation),
            ("Prices", self.price_basis),
            ("Seasonal adjustment", self.adjustment),
            ("Unit", self.unit),
            ("Last observation", self.last_observation),
            ("Vintage", self.vintage),
            ("Licence", self.licence),
            ("Credit", self.credit),
            ("Original", self.source_url),
            ("Build", self.build_id),
            ("View in the dashboard", self.view),
            ("What this cannot show", self.cannot_show),
        ]

    def foot(self) -> str:
        """The source line under a figure."""
        parts = [f"Source: {self.source}", self.basis, self.valuation, self.adjustment, f"vintage {self.vintage}"]
        return ". ".join([" · ".join(p for p in parts if p and p != "not applicable"), f"Build {self.build_id}"]) + "."


@dataclass(frozen=True)
class Card:
    """A headline number with its words; `value` is already worded."""

    label: str
    value: str
    detail: str = ""


@dataclass(frozen=True)
class Column:
    """How a column of the drawn data is named and printed in tables and exports."""

    label: str
    format: str | None = None


@dataclass(frozen=True, eq=False)
class Exhibit:
    """One thing worth showing. `data` holds exactly what is drawn; `alt` tells it to those who cannot see it."""

    id: str
    title: str
    subtitle: str
    figure: go.Figure
    data: pl.DataFrame
    alt: str
    passport: Passport
    params: Params
    answer: str = ""
    note: str = ""
    flags: tuple[Flag, ...] = ()
    cards: tuple[Card, ...] = ()
    columns: Mapping[str, Column] = field(default_factory=dict)
    file_stem: str = ""

    @property
    def stem(self) -> str:
        """A file name that says what is inside, without ending: us-russia-goods-trade-monthly-1992-2026."""
        return self.file_stem or self.id

    @property
    def marks_named(self) -> bool:
        """Whether the picture's flags carry names, so that words about numbers would point at nothing."""
        return any(label.name == FLAG_NAME for label in self.figure.layout.annotations)


Build = Callable[[Store, Any, Style], Exhibit]


@dataclass(frozen=True)
class Spec:
    """An entry of the registry: how an exhibit is called, which page shows it, what it accepts, how it is made."""

    id: str
    title: str
    page: str
    params: type[Params]
    build: Build

    def view(self, params: Params) -> str:
        """Path and query that open this exhibit alone in the dashboard, with these parameters."""
        return f"/chart?{urlencode({'chart': self.id} | params.query())}"
