"""Questions on sanctions: dated measures, regimes, counts of listings, events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from pipelines.schema.terms import Clock
from pipelines.store import Store


def measures(
    store: Store,
    *,
    targets: Sequence[str] = (),
    senders: Sequence[str] = (),
    types: Sequence[str] = (),
    clock: str = Clock.EFFECTIVE.value,
    keys: Sequence[str] = (),
    known_on: date | None = None,
) -> pl.DataFrame:
    """Measures by target, sender and type; an empty filter lets everything through.

    A measure without the chosen clock is dated by the nearest clock it has (effective, signed, announced, wind-down,
    lifted, in that order) and `clock_used` says so. With `known_on`, as `as_known` can tell them on that day.

    Returns:
        every column of the contract, plus `date` (the mark) and `clock_used`; sorted by date and key.
    """
    wanted = Clock(clock)
    rows = store.query(
        """
        SELECT * FROM measure
        WHERE (len(?) = 0 OR list_has_any(string_split(target, ';'), ?))
          AND (len(?) = 0 OR list_contains(?, sender))
          AND (len(?) = 0 OR list_has_any(string_split(types, ';'), ?))
          AND (len(?) = 0 OR list_contains(?, measure))
        """,
        [wish for wishes in (targets, senders, types, keys) for wish in (list(wishes), list(wishes))],
    )
    return dated(rows if known_on is None else as_known(rows, known_on), wanted)


CLOCKS = tuple(clock.value for clock in Clock)
_FALLBACK = (Clock.EFFECTIVE, Clock.SIGNED, Clock.ANNOUNCED, Clock.WIND_DOWN_END, Clock.LIFTED)


def dated(measures: pl.DataFrame, clock: Clock) -> pl.DataFrame:
    """Measures with `date` on a clock, or the nearest that they have, and `clock_used`; sorted by date and key."""
    order = [clock.value, *(other.value for other in _FALLBACK if other is not clock)]
    used = [pl.when(pl.col(name).is_not_null()).then(pl.lit(name)) for name in order]
    return measures.with_columns(
        pl.coalesce(order).alias("date"), pl.coalesce(used).cast(pl.String).alias("clock_used")
    ).sort("date", "measure")


_LICENCE = r"(?i)\bGLs?\b|licen[cs]e"
"""How an instrument names a general licence."""


def as_known(measures: pl.DataFrame, day: date) -> pl.DataFrame:
    """Measures as the register can tell them on a day: what was out by then, with the dates that were fixed by then.

    The register holds one day for each clock, as it stands now, and not when that day was fixed. So a day that still
    lay ahead is told only where the measure's own act must have fixed it:

        announced, signed   happen on their day and never lie ahead
        effective           ahead once the act was signed; an announcement alone fixes no day
        wind_down_end       ahead once the act was signed, or in effect, and where it is the act's own end. An easing
                            and a licence are renewed, and the register keeps the last end alone: not told ahead
        lifted              never told ahead

    Some days that were known are thereby hidden; none that was unknown is told. Titles, scopes, status and references
    are in today's words. `note` is emptied, because it tells what came later.
    """
    now = pl.lit(day)
    signed = (pl.col("signed") <= now).fill_null(False)
    in_effect = pl.col("signed").is_null() & (pl.col("effective") <= now).fill_null(False)
    renewed = pl.col("eases").is_not_null() | pl.col("instrument").str.contains(_LICENCE)
    ahead = {"effective": signed, "wind_down_end": (signed | in_effect) & ~renewed}
    told = [
        pl.when((pl.col(name) <= now) | ahead.get(name, pl.lit(False))).then(pl.col(name)).alias(name)
        for name in CLOCKS
    ]
    out = pl.min_horizontal(CLOCKS) <= now
    return measures.with_columns(*told, pl.lit(None, dtype=pl.String).alias("note")).filter(out)


def measure_counts(store: Store) -> pl.DataFrame:
    """How many measures the register holds: target, sender, status → measures, first, last (effective or signed)."""
    return store.query(
        """
        SELECT target, sender, status, count(*)::INTEGER AS measures,
               min(coalesce(effective, signed, announced)) AS first, max(coalesce(effective, signed, announced)) AS last
        FROM measure GROUP BY ALL ORDER BY target, sender, status
        """
    )


def regimes(store: Store, *, target: str | None = None) -> pl.DataFrame:
    """Regimes of the register and the catalogue of programmes, with the number of dated measures of each."""
    return store.query(
        """
        SELECT regime.*, coalesce(counted.measures, 0)::INTEGER AS dated_measures
        FROM regime
        LEFT JOIN (SELECT regime, count(*) AS measures FROM measure GROUP BY regime) AS counted USING (regime)
        WHERE ? IS NULL OR list_contains(string_split(targets, ';'), ?)
        ORDER BY kind DESC, sender, regime
        """,
        [target, target],
    )


def listings(
    store: Store,
    *,
    area: str,
    name_of_list: str | None = None,
    programme: str | None = None,
    known_on: date | None = None,
) -> pl.DataFrame:
    """Counts on a list for one area: period, list, programme, level, added, removed.

    Never add two lists up, nor two programmes of one: an entry may stand on both, and programme `all` counts it once.
    With `known_on`, only counts that this store had by then.
    """
    return store.query(
        """
        SELECT period, list, area, programme, frequency, level, added, removed, source, release, known_from
        FROM listing_count
        WHERE area = ? AND (? IS NULL OR list = ?) AND (? IS NULL OR programme = ?) AND (? IS NULL OR known_from <= ?)
        ORDER BY list, period, programme
        """,
        [area, name_of_list, name_of_list, programme, programme, known_on, known_on],
    )


def lists(store: Store) -> list[str]:
    """Names of the lists that are counted."""
    return store.query("SELECT DISTINCT list FROM listing_count ORDER BY list")["list"].to_list()


def programmes(store: Store, *, name_of_list: str, area: str) -> list[str]:
    """Programmes of a list that are counted for an area, `all` first where the list has it."""
    return store.query(
        """
        SELECT DISTINCT programme FROM listing_count WHERE list = ? AND area = ?
        ORDER BY programme <> 'all', programme
        """,
        [name_of_list, area],
    )["programme"].to_list()


def lists_of_names(store: Store, *, area: str | None = None) -> list[str]:
    """Lists whose names the store holds, for an area or anywhere, the longest list first."""
    return store.query(
        """
        SELECT list FROM designation
        WHERE ? IS NULL OR list_contains(string_split(areas, ';'), ?)
        GROUP BY list ORDER BY count(DISTINCT entry) DESC, list
        """,
        [area, area],
    )["list"].to_list()


def designations(
    store: Store,
    *,
    name_of_list: str | None = None,
    area: str | None = None,
    programme: str | None = None,
    known_on: date | None = None,
) -> pl.DataFrame:
    """Names on one list (or each), a row per entry and programme: every column of the contract; by list and entry.

    With an area, every row of the entries that are tied to it; with a programme, the rows under it that are. With
    `known_on`, names that this store had by then, and of removals those that had come.
    """
    if programme is not None:
        rows = store.query(
            """
            SELECT * FROM designation
            WHERE (? IS NULL OR list = ?) AND programme = ?
              AND (? IS NULL OR list_contains(string_split(areas, ';'), ?))
            ORDER BY list, entry, programme
            """,
            [name_of_list, name_of_list, programme, area, area],
        )
    else:
        rows = store.query(
            """
            SELECT * FROM designation
            WHERE (? IS NULL OR list = ?) AND (? IS NULL OR (list, entry) IN (
                SELECT (list, entry) FROM designation WHERE list_contains(string_split(areas, ';'), ?)))
            ORDER BY list, entry, programme
            """,
            [name_of_list, name_of_list, area, area],
        )
    if known_on is None:
        return rows
    gone = pl.col("removed") <= known_on
    return rows.filter(pl.col("known_from") <= known_on).with_columns(
        pl.when(gone).then(pl.col(name)).alias(name) for name in ("removed", "removed_basis")
    )


def events(
    store: Store, *, kinds: Sequence[str] = (), start: date | None = None, end: date | None = None
) -> pl.DataFrame:
    """Summits, treaties, wars and laws by date."""
    return store.query(
        """
        SELECT * FROM event
        WHERE (len(?) = 0 OR list_contains(?, kind))
          AND date BETWEEN coalesce(?, DATE '1900-01-01') AND coalesce(?, DATE '9999-12-31')
        ORDER BY date, event
        """,
        [list(kinds), list(kinds), start, end],
    )


def senders(store: Store, *, target: str | None = None) -> list[str]:
    """Senders in the register, the most active first."""
    return store.query(
        """SELECT sender FROM measure WHERE ? IS NULL OR list_contains(string_split(target, ';'), ?)
           GROUP BY sender ORDER BY count(*) DESC, sender""",
        [target, target],
    )["sender"].to_list()
