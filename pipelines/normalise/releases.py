"""The row of the table `release` for what a live source sent: one release a source and day."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

import polars as pl

from pipelines.raw import Payload
from pipelines.schema import TABLES
from pipelines.schema.terms import Precision


def release_id(source: str, day: date | str) -> str:
    """Name of a live vintage: `census-live-2026-11-22`, or an edition: `imf_weo-live-2026-10`."""
    return f"{source}-live-{day}"


def release(
    source: str,
    title: str,
    payloads: Sequence[Payload],
    rows: int,
    *,
    published: date | None = None,
    edition: str | None = None,
    url: str | None = None,
) -> pl.DataFrame:
    """One row for what was fetched, without `origin`.

    Args:
        source: the source.
        title: what was fetched, in words for a reader.
        payloads: the replies; at least one.
        rows: rows that they gave.
        published: the day the source states, where it states one; else the day of retrieval stands.
        edition: name of the edition where a source publishes editions; else the day of retrieval names the release.
        url: where a reader finds it; the address of the first reply when omitted.
    """
    day = max(payload.day for payload in payloads)
    prints = sorted(payload.sha256 for payload in payloads)
    # Of one reply the release has its fingerprint; of several the fingerprint of them all.
    sha256 = prints[0] if len(prints) == 1 else hashlib.sha256("".join(prints).encode()).hexdigest()
    facts = {
        "release": release_id(source, day.isoformat() if edition is None else edition),
        "source": source,
        "title": title,
        "published": day if published is None else published,
        "published_precision": Precision.DAY.value,
        "retrieved": day,
        "url": payloads[0].url if url is None else url,
        "sha256": sha256,
        "rows": rows,
    }
    columns = TABLES["release"].columns()
    return pl.DataFrame([facts], schema={name: columns[name].dtype for name in facts})
