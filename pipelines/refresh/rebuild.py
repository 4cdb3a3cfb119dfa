"""What a build made anew no longer holds of the one before, when that one had other tables and could not be kept.

A build with an older or a newer version of the tables is made anew from the shipped figures and the raw cache. What the
raw cache no longer holds is lost then, and somebody should hear of it: the vintages for good, the figures until the
source is asked again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.raw.cache import Cache
from pipelines.schema.changes import rows_words
from pipelines.store import Holdings

_MOST_NAMED = 4
"""Vintages named in a sentence; the others are counted."""


@dataclass(frozen=True)
class Loss:
    """What the new build lacks of one live source.

    Attributes:
        source: the source, as it is named in `tradewake refresh NAME`.
        build: the build that held it.
        vintages: releases that are in no table any more, oldest first.
        rows: by how many rows it has fewer, over all tables; none where only revisions within a day are lost.
        fetches: fetches that the old build was made from and the new one could not be made from.
        is_in_cache: whether the raw cache still holds them all, so that only their reader failed.
    """

    source: str
    build: str
    vintages: tuple[str, ...]
    rows: int
    fetches: int
    is_in_cache: bool = False

    @property
    def words(self) -> str:
        """What is lost and why, to stand after "Lost:"."""
        what = [rows_words(self.rows)] if self.rows else []
        if self.vintages:
            more = len(self.vintages) - _MOST_NAMED
            names = ", ".join(self.vintages[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
            what.insert(0, f"{len(self.vintages)} vintage{'s' * (len(self.vintages) > 1)} ({names})")
        count = f"{self.fetches} fetch{'es' * (self.fetches > 1)}"
        why = "no longer has"
        if self.is_in_cache:
            why = "still has, though nothing could be read from,"
        lost = f"{' and '.join(what) or 'revisions'} of {self.source}"
        return f"{lost}, which the build {self.build} held; the raw cache {why} {count}."

    @property
    def sentence(self) -> str:
        """For the reader."""
        return f"Lost: {self.words}"

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {**asdict(self), "vintages": list(self.vintages), "sentence": self.sentence}


@dataclass(frozen=True)
class RefusedBuild:
    """The published build, where it was made with other tables.

    Attributes:
        build_id: its name.
        what: what is wrong with it, in words without an end.
        holdings: what it holds; None where that cannot be told.
    """

    build_id: str
    what: str
    holdings: Holdings | None

    @property
    def rebuilding(self) -> str:
        """In words, while another one is made."""
        return f"{self.what}; it is built anew from the shipped figures and the raw cache"

    @property
    def rebuilt(self) -> str:
        """In words, when another one was made."""
        unknown = " What it held of live sources cannot be told." if self.holdings is None else ""
        return f"{self.what}; it was built anew from the shipped figures and the raw cache.{unknown}"

    def losses(
        self,
        raw_dir: Path,
        fetches: Mapping[str, Sequence[str]],
        frames: Mapping[str, pl.DataFrame],
        asked_in_full: Collection[str],
    ) -> list[Loss]:
        """What the new tables lack of it, by source.

        A source of which every fetch was read again lost nothing: other rows are then what the new tables make of it.

        Args:
            raw_dir: the raw cache.
            fetches: the fetches that the new tables were made from, by source.
            frames: the new tables.
            asked_in_full: sources that gave all they have just now, so that what stands is theirs.
        """
        if self.holdings is None:
            return []
        counts = [
            frame.group_by("release").len("rows")
            for name, frame in frames.items()
            if name != "release" and "release" in frame.columns
        ]
        none = pl.DataFrame(schema={"release": pl.String, "rows": pl.get_index_type()})
        new = frames["release"].join(pl.concat([none, *counts]), on="release", how="left", suffix="_counted")
        lost = []
        for source, made_from in sorted(self.holdings.fetches.items()):
            gone = [name for name in made_from if name not in fetches.get(source, ())]
            before = self.holdings.releases.filter(pl.col("origin") == source)
            after = new.filter(pl.col("origin") == source)
            vintages = before.join(after, on="release", how="anti").sort("release")["release"].to_list()
            rows = int(before["rows"].sum()) - int(after["rows_counted"].sum())
            if gone and (vintages or rows > 0 or source not in asked_in_full):
                is_in_cache = not _missing(raw_dir, source, gone)
                lost.append(Loss(source, self.build_id, tuple(vintages), max(rows, 0), len(gone), is_in_cache))
        return lost


def expected_losses(old: Holdings, raw_dir: Path) -> list[str]:
    """A sentence per source of which the raw cache lacks fetches that a build was made from, before it is made anew."""
    sentences = []
    for source, made_from in sorted(old.fetches.items()):
        gone = _missing(raw_dir, source, made_from)
        if gone:
            which = f"{len(gone)} of the {len(made_from)} fetches" if len(made_from) > 1 else "the one fetch"
            what = ""
            if len(gone) == len(made_from):
                of_source = old.releases.filter(pl.col("origin") == source)
                vintages = of_source.height
                what = f" ({vintages} vintage{'s' * (vintages != 1)}, {rows_words(int(of_source['rows'].sum()))})"
            sentences.append(
                f"The raw cache no longer has {which} of {source} that it was made from; what only these gave{what} is "
                "lost when it is built anew."
            )
    return sentences


def _missing(raw_dir: Path, source: str, fetches: Sequence[str]) -> list[str]:
    """The fetches of which the raw cache lacks the description or the bytes."""
    cache = Cache(raw_dir, source)
    there = {fetch.fetch for fetch in cache.fetches() if cache.holds(fetch)}
    return [name for name in fetches if name not in there]
