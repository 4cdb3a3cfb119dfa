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
) -> pl.DataFrame:
    """Measures by target, sender and type; an empty filter lets everything through.

    A measure without the chosen clock is dated by the nearest clock it has (effective, signed, announced, wind-down,
    lifted, in that order) and `clock_used` says so.

    Returns:
        every column of the contract, plus `date` (the mark) and `clock_used`; sorted by date and key.
    """
    wanted = Clock(clock).value  # an enum member, so it may name a column
    order = [wanted, *(other.value for other in _FALLBACK if other.value != wanted)]
    used = " ".join(f"WHEN {name} IS NOT NULL THEN '{name}'" for name in order)
    return store.query(
        f"""
        SELECT *, coalesce({", ".join(order)}) AS date, CASE {used} END AS clock_used
        FROM measure
        WHERE (len(?) = 0 OR list_has_any(string_split(target, ';'), ?))
          AND (len(?) = 0 OR list_contains(?, sender))
          AND (len(?) = 0 OR list_has_any(string_split(types, ';'), ?))
          AND (len(?) = 0 OR list_contains(?, measure))
        ORDER BY date, measure
        """,  # noqa: S608 - the inserted words are the clocks' own names
        [wish for wishes in (targets, senders, types, keys) for wish in (list(wishes), list(wishes))],
    )


_FALLBACK = (Clock.EFFECTIVE, Clock.SIGNED, Clock.ANNOUNCED, Clock.WIND_DOWN_END, Clock.LIFTED)


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


def listings(store: Store, *, area: str, name_of_list: str | None = None, programme: str | None = None) -> pl.DataFrame:
    """Counts on a list for one area: period, list, programme, level, added, removed.

    Never add two lists up, nor two programmes of one: an entry may stand on both, and programme `all` counts it once.
    """
    return store.query(
        """
        SELECT period, list, area, programme, frequency, level, added, removed, source, release, known_from
        FROM listing_count
        WHERE area = ? AND (? IS NULL OR list = ?) AND (? IS NULL OR programme = ?)
        ORDER BY list, period, programme
        """,
        [area, name_of_list, name_of_list, programme, programme],
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
    store: Store, *, name_of_list: str | None = None, area: str | None = None, programme: str | None = None
) -> pl.DataFrame:
    """Names on one list (or each), a row per entry and programme: every column of the contract; by list and entry.

    With an area, every row of the entries that are tied to it; with a programme, the rows under it that are.
    """
    if programme is not None:
        return store.query(
            """
            SELECT * FROM designation
            WHERE (? IS NULL OR list = ?) AND programme = ?
              AND (? IS NULL OR list_contains(string_split(areas, ';'), ?))
            ORDER BY list, entry, programme
            """,
            [name_of_list, name_of_list, programme, area, area],
        )
    return store.query(
        """
        SELECT * FROM designation
        WHERE (? IS NULL OR list = ?) AND (? IS NULL OR (list, entry) IN (
            SELECT (list, entry) FROM designation WHERE list_contains(string_split(areas, ';'), ?)))
        ORDER BY list, entry, programme
        """,
        [name_of_list, name_of_list, area, area],
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
