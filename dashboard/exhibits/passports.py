"""Passports from the store: credit lines, vintages and licences of what a figure draws."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from dashboard.analysis import words
from dashboard.exhibits.base import Passport
from dashboard.queries import catalogue
from pipelines.store import Store

BASIS_WORDS = {
    "census": "Census basis",
    "imts": "IMTS basis",
    "comext": "Comext basis",
    "customs": "Russian customs basis",
    "un_syb": "UN yearbook totals",
}
VALUATION_WORDS = {
    "fas": "exports f.a.s.",
    "customs_value": "general imports, customs value",
    "fob": "exports FOB",
    "cif": "imports CIF",
}
BASIS_SHORT = {"fas": "f.a.s.", "customs_value": "customs value", "fob": "FOB", "cif": "CIF"}


def basis_words(frame: pl.DataFrame) -> str:
    """The statistical bases in a frame of trade, in words."""
    return words.listing([BASIS_WORDS.get(name, name) for name in frame["basis"].drop_nulls().unique().sort()])


def valuation_words(frame: pl.DataFrame) -> str:
    """The valuations in a frame of trade, in words."""
    found = sorted({part for text in frame["valuation"].drop_nulls().unique() for part in text.split(" and ")})
    return words.listing([VALUATION_WORDS.get(name, name) for name in found])


def vintage_words(store: Store, releases: Sequence[str], known_on: date | None) -> str:
    """Which vintages a figure holds: the newest by name, how many, and the day it is seen from."""
    table = catalogue.releases(store).filter(pl.col("release").is_in(list(releases)))
    if table.is_empty():
        return "not recorded"
    newest = table.row(0, named=True)
    day = newest["published"]
    when = words.month(day) if newest["published_precision"] == "month" else words.day(day)
    text = f"{newest['release']} (published {when})"
    if table.height > 1:
        text += f" and {words.plural(table.height - 1, 'earlier vintage')}"
    return text if known_on is None else f"{text}, as known on {words.day(known_on)}"


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
) -> Passport:
    """A passport with the sources' own titles, licences and credit lines.

    Args:
        sources: names in the source table; releases: names in the release table that the drawn rows carry.
        last_observation: worded, for example "Jul 2026".
    """
    credited = catalogue.credits(store, sorted(set(sources)))
    titles = [f"{row['publisher']}, {row['title']}" for row in credited.iter_rows(named=True)]
    return Passport(
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
    )
