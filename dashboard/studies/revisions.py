"""Figures that a build revised against the one before it, largest change first, and how many each source revised.

A build names its largest revisions and counts all of them. `change_pct` is in percent of the figure before; of a rate,
which is in percent itself, it is in percentage points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from dashboard import words
from dashboard.queries import catalogue
from dashboard.words import indicators
from dashboard.words import trade as trade_words
from dashboard.words.flows import FLOWS
from pipelines.store import Store

TABLES: Mapping[str, str] = {"trade_flow": "Trade", "macro": "Economy"}
"""Tables whose figures are revised, as a control names them."""

COLUMNS = (
    "what",
    "period",
    "frequency",
    "before",
    "after",
    "unit",
    "change_pct",
    "area",
    "area_name",
    "partner",
    "partner_name",
    "item",
    "source",
    "publisher",
    "known_from",
)


@dataclass(frozen=True)
class RevisionsQuery:
    """Whose revisions (None: all sources), of which kind of figures (None: all), and how many of them."""

    source: str | None = None
    table: str | None = None
    most: int = 10

    @property
    def is_filtered(self) -> bool:
        """Whether the reader chose a part."""
        return self.source is not None or self.table is not None


@dataclass(frozen=True, eq=False)
class RevisedFigures:
    """The revised figures that are drawn (`COLUMNS`), of all that the choice holds.

    `named` are all that the build names of the choice, `counts` all that it counts, by source, most first.
    `why_empty` says why none is shown: there is none, the build does not say, or the choice leaves none.
    """

    query: RevisionsQuery
    frame: pl.DataFrame
    built: datetime
    named: pl.DataFrame
    counts: Mapping[str, int]
    publishers: Mapping[str, str]
    releases: tuple[str, ...] = ()
    why_empty: str = ""

    @property
    def total(self) -> int:
        """Revised figures of the choice, named or not."""
        return sum(self.counts.values())

    @property
    def sources(self) -> tuple[str, ...]:
        """Who made the revisions that are drawn."""
        return tuple(self.frame["source"].unique().sort())

    @property
    def last_observation(self) -> str:
        """The period of the newest figure that is drawn."""
        row = self.frame.sort("period").row(-1, named=True)
        return words.period(row["period"], row["frequency"])

    def largest_of(self, source: str) -> dict[str, Any] | None:
        """The largest named revision of one source, with `before` and `after`; None when none is named."""
        mine = self.named.filter(pl.col("source") == source).head(1)
        return None if mine.is_empty() else mine.row(0, named=True)


def study(store: Store, query: RevisionsQuery, publishers: Mapping[str, str]) -> RevisedFigures:
    """The figures that the published build revised.

    Args:
        publishers: sources by who publishes them.
    """
    built = store.build.created
    recorded = catalogue.revisions(store)
    why = _nothing(store, recorded, built)
    if recorded is None or why:
        empty = pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.Null))
        return RevisedFigures(query, empty, built, empty, {}, publishers, why_empty=why)
    kept = _of_choice(recorded, query)
    names = catalogue.names(store)
    named = _worded(kept, names, publishers)
    drawn = named.head(query.most)
    chosen = "" if not kept.is_empty() else _none_of_choice(query, built, publishers)
    counts = _of_choice(store.changes().filter(pl.col("revised") > 0, pl.col("table").is_in(list(TABLES))), query)
    by_source = counts.group_by("source").agg(pl.col("revised").sum())
    counted = dict(by_source.sort("revised", "source", descending=[True, False]).iter_rows())
    return RevisedFigures(query, drawn, built, named, counted, publishers, _releases(store, drawn), chosen)


def _of_choice(rows: pl.DataFrame, query: RevisionsQuery) -> pl.DataFrame:
    wanted = [pl.col("source") == query.source] if query.source is not None else []
    wanted += [pl.col("table") == query.table] if query.table is not None else []
    return rows.filter(*wanted) if wanted else rows


def _nothing(store: Store, recorded: pl.DataFrame | None, built: datetime) -> str:
    """Why the build names no revision at all; empty when it names some."""
    when = moment(built)
    if recorded is None:
        return f"The build of {when} does not record which figures it revised; the next refresh will."
    if not recorded.is_empty():
        return ""
    if store.provenance().get("previous_build") is None:
        return (
            f"The build of {when} is the first, so there is no figure before it that could have been revised. "
            "A refresh that finds other figures lists them here: tradewake refresh."
        )
    return f"The build of {when} revised no figure of the build before it."


def _none_of_choice(query: RevisionsQuery, built: datetime, publishers: Mapping[str, str]) -> str:
    """The reader's choice holds none of the revised figures: the choice is the cause."""
    kind = {"trade_flow": "of trade", "macro": "of economies"}.get(query.table or "", "")
    whose = "" if query.source is None else f"from {publishers.get(query.source, query.source)}"
    chosen = " ".join(part for part in ("figures", kind, whose) if part)
    return (
        f"The build of {moment(built)} revised figures, but none of this choice ({chosen}). Choose all sources and all "
        "figures."
    )


def _worded(rows: pl.DataFrame, names: Mapping[str, str], publishers: Mapping[str, str]) -> pl.DataFrame:
    """The revised figures with names, in the order in which they came."""
    what = pl.Series("what", [subject(row, names) for row in rows.iter_rows(named=True)], dtype=pl.String)
    named = pl.col("area").replace_strict(dict(names), default=pl.col("area"), return_dtype=pl.String)
    other = pl.col("partner").replace_strict(dict(names), default=pl.col("partner"), return_dtype=pl.String)
    whose = [start(publishers.get(name, name)) for name in rows["source"]]
    return (
        rows.with_columns(
            what, named.alias("area_name"), other.alias("partner_name"), pl.Series("publisher", whose, dtype=pl.String)
        )
        .rename({"old": "before", "new": "after"})
        .select(list(COLUMNS))
    )


def subject(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """A figure's subject: "US exports to Fiji", "US imports from Russia, HS 27", "Population, Tuvalu"."""
    if row["table"] != "trade_flow":
        return f"{indicators.name(row['item'])}, {names.get(row['area'], row['area'])}"
    word, _, product = row["item"].partition(" ")
    flow = FLOWS[word]
    whose, whom = trade_words.whose(names, row["area"]), trade_words.whom(names, row["partner"])
    told = f"{whose} {flow.noun} {flow.link} {whom}"
    return f"{told}, HS {product}" if product else told


def is_rate(row: Mapping[str, Any]) -> bool:
    """Whether a figure is in percent itself, so that its change is in percentage points."""
    return str(row["unit"]).startswith("%")


def change_words(row: Mapping[str, Any]) -> str:
    """The change in percent; of a rate in percentage points; a figure that was zero has no percentage."""
    if is_rate(row):
        return words.points(row["after"] - row["before"], signed=True)
    if row["change_pct"] is None:
        return "from zero"
    return words.percent(row["change_pct"] / 100, signed=True)


def _releases(store: Store, drawn: pl.DataFrame) -> tuple[str, ...]:
    """The vintages that brought the drawn figures: those of the sources from the days on which these became known."""
    every = catalogue.releases(store)
    days = drawn.select("source", pl.col("known_from").alias("published")).unique()
    held = every.join(days, on=["source", "published"], how="semi")
    if held.is_empty():
        mine = every.filter(pl.col("source").is_in(drawn["source"].unique().to_list()))
        held = mine.unique("source", keep="first", maintain_order=True)
    return tuple(held["release"])


def start(text: str) -> str:
    """Words as a sentence begins with them."""
    return text[:1].upper() + text[1:]


def moment(when: datetime) -> str:
    """A day and minute: "22 Nov 2026, 08:30 UTC"."""
    return f"{words.day(when.date())}, {when:%H:%M} UTC"
