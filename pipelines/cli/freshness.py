"""What `status` says of every source: what is held, whether newer figures are out, and when it was last asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from pipelines.settings import Settings
    from pipelines.sources import Source
    from pipelines.store import Store

_TABLES = ("trade_flow", "macro", "listing_count", "partner_share", "release")


def fetched(source: Source, settings: Settings) -> date | None:
    """The day on which a live source last answered in full; None when it never did."""
    from pipelines.raw.cache import Cache

    last = Cache(settings.raw_dir, source.name).last_answered()
    return None if last is None else last.astimezone(UTC).date()


def freshness_rows(store: Store, settings: Settings, last: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """One row per source that gave figures, by name; then one per live source that gave none yet.

    Args:
        store: the published build.
        settings: where the raw cache lies, and which keys are set.
        last: what the last refresh came to; None when there was none.
    """
    from pipelines.schema.schedule import Freshness, freshness, last_observations
    from pipelines.sources import SOURCES

    facts = {row["source"]: row for row in store.table("source").iter_rows(named=True)}
    live = {source.name: source for source in SOURCES if source.is_live}
    days = {name: fetched(source, settings) for name, source in live.items()}
    failed = dict(store.provenance().get("failed", {})) | dict((last or {}).get("failed", {}))
    lists = {name for table in ("listing_count", "designation") for name in store.table(table)["source"].unique()}
    newest = dict(store.table("release").group_by("source").agg(pl.col("published").max()).iter_rows())
    today = datetime.now(UTC).date()
    never = Freshness(None, False, "no series of its own")
    rows = []
    for row in last_observations({name: _newest(store, name) for name in _TABLES}).iter_rows(named=True):
        name, fact = row["source"], facts[row["source"]]
        state = (
            never
            if row["last_observation"] is None
            else freshness(
                name,
                fact["frequency"] or "",
                last_period=row["last_observation"],
                frequency=row["frequency"],
                schedule_days=fact["schedule_days"],
                seen=days.get(name) or newest[name],
                is_list=name in lists,
                today=today,
            )
        )
        rows.append(
            {
                **row,
                "title": fact["title"],
                "due": state.due,
                "overdue": state.overdue,
                "next": state.words,
                "age_days": (today - row["published"]).days,
                "fetched": days.get(name),
                "live": _live(live.get(name), days.get(name), settings, has_figures=True),
                "can_refresh": name in live and not _lacks_key(live[name], settings),
                "last_error": failed.get(name, failed.get(row["origin"])),
            }
        )
    with_figures = {row["source"] for row in rows}
    empty = dict.fromkeys((*(rows[0] if rows else ()),))
    for name in sorted(live.keys() - with_figures):
        live_words = _live(live[name], days[name], settings, has_figures=False)
        rows.append(
            empty
            | {"source": name, "title": facts.get(name, {}).get("title"), "overdue": False, "fetched": days[name]}
            | {"next": "", "live": live_words, "can_refresh": not _lacks_key(live[name], settings)}
            | {"last_error": failed.get(name)}
        )
    return rows


def _lacks_key(source: Source, settings: Settings) -> bool:
    return source.key_needed and settings.secret(source.key) is None


def _live(source: Source | None, day: date | None, settings: Settings, *, has_figures: bool) -> str:
    """When it was last fetched, or how that is done."""
    if source is None:
        return "comes with the snapshot"
    if day is not None:
        return f"fetched {day.day} {day:%b %Y}"
    what = "shipped figures only" if has_figures else "no figures yet"
    if _lacks_key(source, settings):
        return f"{what}; needs {source.key}, see `tradewake doctor`"
    return f"{what}; tradewake refresh {source.name}"


def _newest(store: Store, table: str) -> pl.DataFrame:
    """Of trade, the largest table by far, only the last standing row of each source and frequency; the others whole."""
    if table != "trade_flow":
        return store.table(table)
    return store.query(
        """
        SELECT source, period, frequency, release, known_from, known_to FROM trade_flow WHERE known_to IS NULL
        QUALIFY row_number() OVER (PARTITION BY source, frequency ORDER BY period DESC, known_from DESC, release) = 1
        """
    )
