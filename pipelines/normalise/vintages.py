"""Which published figures stand, and until when: from vintages to bitemporal rows.

Releases overlap. A later value that says the same as the one that stands is no revision and is left out; one that
says something else closes the standing row (`known_to` = its own `known_from`) and opens the next. Nothing is
overwritten, so `known_from ≤ D < known_to` is what was known on day D.

"The same" means: the estimate mark is the same, and the number is the same or, where the later value is not more
precise than the standing one, equals it within the later value's own rounding. So a coarser release leaves a finer
figure standing. A finer release that only adds digits opens a row: they were not known before, and "as known on" must
not show them earlier.

Forecasts, first estimates and their revisions are another matter: that a forecaster said the same again, and when, is
itself a fact. There every release opens a row of its own, so that "the last forecast before the event" is the last.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pipelines.schema.order import sort_rows

TINY = 1e-9
"""Share of a value below which two floats are one figure: the width of the arithmetic, not of the statistics."""

_DECIMALS = 10
_PRINTED_DECIMALS = 1
"""Official rates are printed to at least one decimal, so that a forecast of 2 after one of 2.3 is a revision."""


VINTAGE_FLAGS = ("forecast", "first_estimate", "revised")
"""First words of `flag` that mark a dated vintage of a forecaster or statistical office."""


def is_vintage() -> pl.Expr:
    """Whether a row of `macro` is a dated vintage: a forecast, a first estimate or its revision."""
    first = pl.col("flag").str.split(";").list.first()
    return pl.col("is_forecast") | first.is_in(VINTAGE_FLAGS).fill_null(value=False)


def chain(
    frame: pl.DataFrame, key: Sequence[str], value: str, *, rounding: str, same: str, always: pl.Expr | None = None
) -> pl.DataFrame:
    """The rows that open a vintage, with `known_to`.

    Args:
        frame: every published row, one per `key` and `known_from`.
        key: columns that name a figure, without `known_from`.
        value: the published value.
        rounding: column with the width to which the value is rounded.
        same: column with the estimate mark; a change of it is a revision.
        always: which rows open a vintage though they repeat the standing figure; none when omitted.

    Returns:
        The rows that stand or stood, in the frame's columns plus `known_to`; sorted by key and known_from. Two rows
        with the same key and known_from both stay, for the contract to refuse.
    """
    row, figure, turn = "__row", "__figure", "__turn"
    begins = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in key)
    rows = sort_rows(frame, [*key, "known_from"]).with_columns(begins.cum_sum().alias(figure)).with_row_index(row)
    # Most figures were published once; only the others are walked, by number instead of by their long key.
    again = (pl.col(figure) == pl.col(figure).shift()) & (pl.col("known_from") != pl.col("known_from").shift())
    several = rows.filter(pl.col(figure).is_in(rows.filter(again)[figure].unique().implode()))
    dated = pl.col("known_from")
    opens = pl.lit(value=False) if always is None else always
    picked = several.select(figure, row, "known_from", value, rounding, same, opens.alias("__opens"))
    turns = picked.with_columns(dated.rank("dense").over(figure).alias(turn)).partition_by(turn, maintain_order=False)
    turns.sort(key=lambda part: int(part[turn][0]))
    standing = turns[0] if turns else picked.with_columns(pl.lit(1).alias(turn))
    stays, ends = [standing.select(row)], [pl.DataFrame(schema={row: rows.schema[row], "known_to": pl.Date})]
    # One pass per vintage of a figure (a handful), each over all figures at once.
    for later in turns[1:]:
        pair = later.join(standing, on=figure, suffix="_old")
        opened = pair.filter(pl.col("__opens") | ~_agrees(value, rounding, same))
        stays.append(opened.select(row))
        ends.append(opened.select(pl.col(f"{row}_old").alias(row), pl.col("known_from").alias("known_to")))
        standing = pl.concat([standing.join(opened, on=figure, how="anti"), opened.select(standing.columns)])
    # A figure that one day published twice is an error whatever it says: both rows stay, for the contract to refuse.
    twice = several.filter(pl.struct(figure, "known_from").is_duplicated()).select(row)
    dropped = several.select(row).join(pl.concat([*stays, twice]), on=row, how="anti")[row]
    ended = rows.select(row).join(pl.concat(ends).unique(row), on=row, how="left", maintain_order="left")["known_to"]
    chained = rows.with_columns(ended).drop(row, figure)
    return chained if dropped.is_empty() else chained.filter(~rows[row].is_in(dropped.implode()))


def _agrees(value: str, rounding: str, same: str) -> pl.Expr:
    new, old = pl.col(value), pl.col(f"{value}_old")
    apart, tiny = (new - old).abs(), TINY * new.abs()
    not_finer = pl.col(rounding) >= pl.col(f"{rounding}_old")
    alike = (apart <= tiny) | (not_finer & (apart <= pl.col(rounding) / 2 + tiny))
    return pl.col(same).eq_missing(pl.col(f"{same}_old")) & alike


def printed_rounding(frame: pl.DataFrame, value: str, within: Sequence[str]) -> pl.Series:
    """The width to which values are rounded where the source does not say: that of the finest value of each group.

    Args:
        frame: published rows.
        value: the published value.
        within: columns that name a series of one release; a lone 2.0 in a release of 2.31 and 1.87 has two decimals.

    Returns:
        0.1, 0.01 … per row; never coarser than 0.1 (see `_PRINTED_DECIMALS`).
    """
    number = pl.col(value)
    decimals = pl.lit(_DECIMALS)
    for places in reversed(range(_PRINTED_DECIMALS, _DECIMALS)):
        fits = (number - number.round(places)).abs() <= TINY * number.abs()
        decimals = pl.when(fits).then(pl.lit(places)).otherwise(decimals)
    return frame.select((10.0 ** -decimals.max().over(within).cast(pl.Float64)).alias("rounding")).to_series()
