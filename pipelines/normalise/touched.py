"""Which figures of trade a refresh touches: the others keep their rows and their vintages as they are.

Vintages are chained figure by figure, so a figure for which nothing came, and whose rows all stay, comes out of the
chain as it went in. Of the IMF's four million rows a refresh of another source touches none.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.normalise.corrections import Correction
from pipelines.schema import SORT_ORDER, TABLES
from pipelines.schema.order import numbers, sort_rows

Frames = Mapping[str, pl.DataFrame]

TABLE = "trade_flow"
"""The one table that is large. The vintages of `macro` are read series by series, and it is small."""

_FIGURE = [name for name in SORT_ORDER[TABLE] if name != "known_from"]


@dataclass(frozen=True)
class Split:
    """A build before, in two.

    `touched` holds its tables, of trade the rows of touched figures only; `untouched` the other rows of trade.
    """

    before: Frames
    touched: Frames
    untouched: pl.DataFrame

    def whole(self, assembled: Frames) -> dict[str, pl.DataFrame]:
        """The tables with the rows that were left aside, in the store's order.

        Where the touched figures came out as they were, the table is the very frame of the build before.

        Args:
            assembled: what `assemble` made of what came and of `touched`.
        """
        if TABLE not in assembled or TABLE not in self.before:
            return dict(assembled)
        rows = assembled[TABLE].select(self.untouched.columns)
        if rows.equals(self.touched[TABLE]):
            return dict(assembled) | {TABLE: self.before[TABLE]}
        both = pl.concat([self.untouched, rows])
        return dict(assembled) | {TABLE: sort_rows(both, SORT_ORDER[TABLE])}


def split(
    incoming: Mapping[str, Sequence[Frames]], before: Frames, live: Collection[str], corrections: Sequence[Correction]
) -> Split:
    """Part the figures that are touched from those that are not; the arguments are those of `assemble`.

    Touched is a figure for which rows came, that loses rows because the step that took them in gives all of its rows
    anew, or that a declared correction names.
    """
    everything = Split(
        before, before, pl.DataFrame(schema={name: c.dtype for name, c in TABLES[TABLE].columns().items()})
    )
    if TABLE not in before or "release" not in before:
        return everything
    old = before[TABLE]
    parts = [frames[TABLE] for fetches in incoming.values() for frames in fetches if TABLE in frames]
    keys = numbers([old, *parts], _FIGURE)
    if keys is None:
        return everything
    replaced = [source for source in incoming if source not in live]
    gone = before["release"].filter(pl.col("origin").is_in(replaced))["release"]
    named = [
        pl.all_horizontal(pl.col(name) == value for name, value in correction.where.items())
        for correction in corrections
        if correction.table == TABLE
    ]
    goes = old.select(pl.any_horizontal(pl.col("release").is_in(gone.implode()), *named)).to_series()
    touched = pl.concat([keys[0].filter(goes), *(key.unique() for key in keys[1:])]).unique()
    if touched.is_empty():
        return Split(before, {**before, TABLE: old.clear()}, old)
    moves = keys[0].is_in(touched.implode())
    return Split(before, {**before, TABLE: old.filter(moves)}, old.filter(~moves))
