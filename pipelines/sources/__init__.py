"""Where figures come from: one file per source, and the explicit list of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipelines.errors import FetchError, ParseError, UsageError
from pipelines.raw import SHIPPED, Request, expand, fetch
from pipelines.schema import TABLES
from pipelines.settings import Settings
from pipelines.sources.base import Frames, Source
from pipelines.sources.brent import Brent
from pipelines.sources.cbr_fx import CbrFx
from pipelines.sources.census import Census
from pipelines.sources.comtrade import Comtrade
from pipelines.sources.ecb_fx import EcbFx
from pipelines.sources.eu_fsf import EuFsf
from pipelines.sources.eurostat import Eurostat
from pipelines.sources.imf_imts import ImfImts
from pipelines.sources.imf_weo import ImfWeo
from pipelines.sources.ofac import Ofac
from pipelines.sources.register import Register
from pipelines.sources.snapshot import FACTS, Snapshot, rows_of_sources
from pipelines.sources.uk_sanctions import UkSanctions
from pipelines.sources.un_sc import UnSc
from pipelines.sources.worldbank import WorldBank

SOURCES: tuple[Source, ...] = (
    *(Snapshot(), Register()),
    *(Census(), WorldBank(), ImfImts(), ImfWeo(), Eurostat(), Comtrade()),
    *(Ofac(), EuFsf(), UkSanctions(), UnSc()),
    *(EcbFx(), CbrFx(), Brent()),
)
"""Every source, in the order in which a refresh asks them: first what ships, then trade, output, lists and prices."""


def listed(settings: Settings) -> list[dict[str, Any]]:
    """What every source gives, as rows: the publishers of the shipped list, and which step refreshes them.

    Raises:
        ParseError, FetchError: the shipped list of sources cannot be read.
    """
    columns = TABLES["source"].column_names()
    files = [fetch(request, settings) for request in expand([Request(SHIPPED + FACTS)], settings)]
    rows = rows_of_sources(files).sort("source").to_dicts()
    own = {source.name: source for source in SOURCES}
    published = [{**row, "refreshed_by": row["source"] if row["source"] in own else SOURCES[0].name} for row in rows]
    steps = [
        {**dict.fromkeys(columns), "source": name, "title": name, "publisher": "Tradewake", "gives": source.gives}
        | {"licence": "that of each source", "key_needed": source.key is not None, "refreshed_by": name}
        for name, source in own.items()
        if name not in {row["source"] for row in rows}
    ]
    return [*steps, *published]


def check_names(names: Sequence[str], settings: Settings) -> None:
    """Only sources that a refresh asks may be named; whose figures come with another's is said.

    Raises:
        UsageError: a name is none of them.
    """
    own = [source.name for source in SOURCES]
    for name in names:
        if name in own:
            continue
        by = {row["source"]: row["refreshed_by"] for row in _listed_or_none(settings)}.get(name)
        if by is not None:
            raise UsageError(f"The figures of {name} come with {by}: run `tradewake refresh {by}`.")
        raise UsageError(f"There is no source {name[:60]!r}. The sources are {', '.join(own)}.")


def _listed_or_none(settings: Settings) -> list[dict[str, Any]]:
    try:
        return listed(settings)
    except (FetchError, ParseError):
        return []


__all__ = ["SOURCES", "Frames", "Source", "check_names", "listed"]
