"""Passports from the store: credit lines, vintages and licences of what a figure draws."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from dashboard import words
from dashboard.exhibits.base import Passport
from dashboard.queries import catalogue
from dashboard.studies.series import TradeSeries, together
from pipelines.store import Store

VALUATION_WORDS = {
    "fas": "exports f.a.s.",
    "customs_value": "general imports, customs value",
    "fob": "exports FOB",
    "cif": "imports CIF",
}


def basis_words(frame: pl.DataFrame) -> str:
    """The statistical bases in a frame of trade, as their sources' facts title them."""
    return words.listing(frame["basis_title"].drop_nulls().unique().sort().to_list())


def valuation_words(frame: pl.DataFrame) -> str:
    """The valuations in a frame of trade, in words."""
    found = sorted({part for text in frame["valuation"].drop_nulls().unique() for part in text.split(" and ")})
    return words.listing([VALUATION_WORDS.get(name, name) for name in found])


MOST_VINTAGES = 4
"""Vintages named in full under a figure; the others are counted."""


@dataclass(frozen=True)
class StorePassport(Passport):
    """A passport of figures from the store, which also holds the keys of their releases, newest first."""

    releases: tuple[str, ...] = ()

    def rows(self) -> list[tuple[str, str]]:
        """As any passport's, with the keys of the releases in brackets behind their dates."""
        keys = ", ".join(self.releases)
        return [
            (label, f"{value} [{keys}]" if label == "Vintage" and keys else value) for label, value in super().rows()
        ]


def published_words(day: date, precision: str) -> str:
    """When a release came out, as precisely as it is known: "8 Mar 2023", "Sep 2026", "2022"."""
    return {"month": words.month(day), "year": str(day.year)}.get(precision, words.day(day))


def release_words(row: dict[str, Any]) -> str:
    """A release as a reader knows it: "Sep 2026 (US goods trade by country)"."""
    title = re.split(r"[,;:]", row["title"], maxsplit=1)[0].strip()
    return f"{published_words(row['published'], row['published_precision'])} ({title})"


def vintage_words(store: Store, releases: Sequence[str], known_on: date | None) -> str:
    """Which vintages a figure holds: the newest of each source, how many others, and the day it is seen from."""
    table = catalogue.releases(store).filter(pl.col("release").is_in(list(releases)))
    if table.is_empty():
        return "not recorded"
    newest = table.unique("source", keep="first", maintain_order=True).head(MOST_VINTAGES)
    told = [release_words(row) for row in newest.iter_rows(named=True)]
    rest = table.height - len(told)
    if rest:
        told.append(words.plural(rest, "earlier vintage" if table["source"].n_unique() == 1 else "other vintage"))
    text = words.listing(told)
    return text if known_on is None else f"{text}, as known on {words.day(known_on)}"


def last_observation(series: TradeSeries) -> str:
    """The newest period of the rows in words: "Jul 2026", "2025", "Jan–Jul 2026" for a part of a year."""
    row = series.frame.sort("last_month", "period").row(-1, named=True)
    if row["is_partial"]:
        return words.span(row["first_month"], row["last_month"])
    return words.period(row["period"], "M" if series.frequency == "S" else series.frequency)


def of_trade(
    store: Store,
    drawn: TradeSeries | Sequence[TradeSeries],
    *,
    series: str,
    unit: str = "",
    known_on: date | None = None,
    view: str = "",
    cannot_show: str = "",
    sources: Sequence[str] = (),
    releases: Sequence[str] = (),
    price_basis: str = "",
    adjustment: str = "not seasonally adjusted",
) -> StorePassport:
    """The passport of the rows that are drawn: last observation, currency, prices, editions, basis and valuation are
    theirs and follow every cut.

    Args:
        drawn: what the figure holds, after every filter; several lines share one currency and price basis.
        series: what it is, in words.
        unit: the unit of the values; the currency in plain units when empty.
        sources, releases: of what is drawn beside the trade.
        price_basis: more than the series' own price basis says, for example that it is an index.
    """
    whole = drawn if isinstance(drawn, TradeSeries) else together(drawn)
    made = passport(
        store,
        sources=[*whole.sources, *whole.price_sources, *sources],
        releases=[*whole.releases, *whole.prices.releases, *releases],
        series=series,
        unit=unit or whole.currency,
        last_observation=last_observation(whole),
        basis=basis_words(whole.frame),
        valuation=valuation_words(whole.frame),
        price_basis=price_basis or whole.prices.words(),
        adjustment=adjustment,
        known_on=known_on,
        view=view,
        cannot_show=cannot_show,
    )
    if not whole.mixes_editions:
        return made
    return replace(made, vintage=f"{made.vintage}; {MIXED_EDITIONS}")


MIXED_EDITIONS = "some sums hold months from two editions, see the column of the vintage"
"""Said where precise months of an earlier edition stand beside those of a later one that is rounded."""


def passport(
    store: Store,
    *,
    sources: Sequence[str],
    releases: Sequence[str],
    series: str,
    unit: str,
    last_observation: str,
    basis: str = "not applicable",
    valuation: str = "not applicable",
    price_basis: str = "current prices",
    adjustment: str = "not seasonally adjusted",
    known_on: date | None = None,
    view: str = "",
    cannot_show: str = "",
) -> StorePassport:
    """A passport with the sources' own titles, licences and credit lines.

    Args:
        sources: names in the source table; releases: names in the release table that the drawn rows carry.
        last_observation: worded, for example "Jul 2026".
    """
    credited = catalogue.credits(store, sorted(set(sources)))
    titles = [f"{row['publisher']}, {row['title']}" for row in credited.iter_rows(named=True)]
    held = set(releases)
    newest_first = [key for key in catalogue.releases(store)["release"] if key in held]
    return StorePassport(
        source="; ".join(titles) or "not recorded",
        series=series,
        basis=basis,
        valuation=valuation,
        price_basis=price_basis,
        adjustment=adjustment,
        unit=unit,
        last_observation=last_observation,
        vintage=vintage_words(store, sorted(set(releases)), known_on),
        licence="; ".join(dict.fromkeys(credited["licence"].to_list())),
        credit=" ".join(dict.fromkeys(credited["credit"].to_list())),
        source_url=" ".join(dict.fromkeys(credited["url"].to_list())),
        build_id=store.build_id,
        view=view,
        cannot_show=cannot_show,
        releases=tuple(newest_first),
    )
