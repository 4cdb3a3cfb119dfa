"""A live source in miniature: US exports to Russia and Canada by month from a server on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

import orjson
import polars as pl

from pipelines.errors import ParseError
from pipelines.formats.json import json_number, read_json
from pipelines.normalise import releases
from pipelines.normalise.periods import Window, months
from pipelines.raw import Payload, Request
from pipelines.raw.request_limits import RequestLimits
from pipelines.schema import TABLES
from pipelines.sources import Frames, Source
from tests.pipelines.replay import Replay, Reply

COLUMNS = ["partner", "month", "usd"]


class Toy(Source):
    """One reply a year; rows of partner, month and dollars."""

    name = "toy"
    gives = "figures for tests"
    tables = ("release", "trade_flow")
    complete = False
    url = "http://127.0.0.1"
    limits: ClassVar[RequestLimits] = RequestLimits(pace_seconds=0, attempts=3, read_seconds=0.5, budget_seconds=30)
    first = date(2024, 1, 1)

    def __init__(self, server: str) -> None:
        self.server = server

    def requests(self, window: Window) -> Sequence[Request]:
        years = sorted({month.year for month in months(self.start(window), date(2025, 12, 1))})
        return [Request(f"{self.server}/{year}", name=f"{year}.json", kind="json") for year in years]

    def parse(self, payloads: Sequence[Payload]) -> Frames:
        rows = []
        for payload in payloads:
            document = read_json(payload)
            if not isinstance(document, list):
                raise ParseError(f"{payload.name} is not a list of rows.")
            header, *lines = document
            if header != COLUMNS:
                raise ParseError(f"{payload.name} has the columns {header} instead of {COLUMNS}.")
            for partner, month, usd in lines:
                value = json_number(usd, f"{payload.name}, {partner} {month}")
                if value is not None:
                    rows.append((partner, date.fromisoformat(f"{month}-01"), value))
        day = payloads[0].day
        frame = pl.DataFrame(rows, schema=["partner", "period", "value_usd"], orient="row").with_columns(
            **{name: pl.lit(value) for name, value in FIXED.items()},
            known_from=pl.lit(day),
            release=pl.lit(releases.release_id(self.name, day)),
            value_eur=pl.lit(None, pl.Float64),
            quantity=pl.lit(None, pl.Float64),
            quantity_unit=pl.lit(None, pl.String),
            flag=pl.lit(None, pl.String),
        )
        columns = [name for name in TABLES["trade_flow"].column_names() if name != "known_to"]
        release = releases.release("census", "Toy figures", payloads, frame.height)
        return {
            "release": release.with_columns(release=pl.lit(releases.release_id(self.name, day))),
            "trade_flow": frame.select(columns),
        }


FIXED = {
    "reporter": "USA",
    "flow": "export",
    "product": "TOTAL",
    "frequency": "M",
    "source": "census",
    "is_estimate": False,
    "basis": "census",
    "valuation": "fas",
    "rounding_usd": 1.0,
}


def year(number: int, *, times: float = 1, skip: Sequence[str] = (), change: dict[str, float] | None = None) -> bytes:
    """The reply for a year: the figures of the shipped miniature, so that nothing is new unless it is made so."""
    lines: list[list[object]] = [list(COLUMNS)]
    for partner, base in (("CAN", 3000), ("RUS", 1000)):
        for month in range(1, 13):
            name = f"{number}-{month:02d}"
            if name not in skip:
                value = (change or {}).get(f"{partner} {name}", base + month)
                lines.append([partner, name, value * times])
    return orjson.dumps(lines)


def script(server: Replay, **years: bytes) -> None:
    """Answer for 2024 and 2025 as given, else with the figures as they are."""
    for number in (2024, 2025):
        server.on(f"/{number}", Reply(years.get(f"y{number}", year(number))))
