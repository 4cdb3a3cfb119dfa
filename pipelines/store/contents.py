"""What a build holds, whatever its tables."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import polars as pl

from pipelines.store.on_disk import Build
from pipelines.store.read import READ_CONFIG


@dataclass(frozen=True)
class Holdings:
    """What a build holds, by vintage and fetch, read without the contracts: so also of a build with other tables.

    Attributes:
        fetches: the fetches that it was made from, by live source, oldest first.
        releases: one row per vintage with `release`, `origin` (the source of the pipeline that took it in) and `rows`,
            over all tables whose rows name a vintage.
    """

    fetches: Mapping[str, Sequence[str]]
    releases: pl.DataFrame


def holdings(build: Build) -> Holdings | None:
    """What a build holds, whatever its tables; None where it cannot be told: the file is gone, damaged, too strange."""
    try:
        with duckdb.connect(str(build.path), read_only=True, config=READ_CONFIG) as connection:
            names = connection.execute(
                "SELECT table_name FROM information_schema.columns WHERE column_name = 'release' "
                "AND table_name <> 'release' ORDER BY table_name"
            ).fetchall()
            quoted = ['"' + str(name).replace('"', '""') + '"' for (name,) in names]
            counts = [f"SELECT release, count(*) AS counted FROM {name} GROUP BY release" for name in quoted]  # noqa: S608
            every = " UNION ALL ".join(["SELECT NULL::VARCHAR AS release, 0 AS counted", *counts])
            releases = connection.sql(
                f"SELECT release, origin, coalesce(sum(counted), 0)::BIGINT AS rows FROM release "  # noqa: S608
                f"LEFT JOIN ({every}) USING (release) GROUP BY release, origin ORDER BY release"
            ).pl()
            facts = connection.execute("SELECT value FROM build WHERE key = 'provenance'").fetchone()
        fetches = {} if facts is None else json.loads(facts[0]).get("fetches", {})
        return Holdings(
            {str(source): [str(name) for name in made_from] for source, made_from in fetches.items()}, releases
        )
    except (duckdb.Error, OSError, ValueError, TypeError, AttributeError):
        return None
