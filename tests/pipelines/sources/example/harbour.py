"""Iceland's goods trade by month: an example of a live source, whole and tested, from a publisher that we made up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pipelines.errors import ParseError
from pipelines.formats.json import json_number, read_json
from pipelines.normalise import flows, periods, releases
from pipelines.normalise.periods import Window
from pipelines.raw import Payload, Request
from pipelines.schema.terms import Flow
from pipelines.sources.base import Frames, Source


class Harbour(Source):
    """Monthly goods exports (FOB) and imports (CIF) of Iceland by partner, US dollars."""

    name = "harbour"
    tables = ("trade_flow", "release")

    def requests(self, window: Window) -> Sequence[Request]:
        """The months that can have changed since the last refresh."""
        return (Request(f"{self.url}/v1/trade?from={self.start(window):%Y-%m}", "trade.json", "json", most_mb=1),)

    def parse(self, payloads: Sequence[Payload]) -> Frames:
        """Flows of the months that are over. A month without a figure is a missing row, never 0.

        Raises:
            ParseError: another unit, an unknown partner, a row that lacks a field or comes twice, a negative value, or
                nothing came.
        """
        reply = payloads[0]
        document = read_json(reply)
        if not isinstance(document, dict) or document.get("unit") != "USD":
            raise ParseError(f"{reply.name} does not give dollars.")
        found: dict[tuple[str, str, date], float | None] = {}
        for row in document.get("trade") or ():
            if not isinstance(row, dict) or not {"month", "partner", "exports", "imports"} <= row.keys():
                raise ParseError(f"{reply.name} holds a row without month, partner, exports and imports.")
            where = f"{reply.name}, {row['partner']} {row['month']}"
            try:
                month = date.fromisoformat(f"{row['month']}-01")
            except ValueError as error:
                raise ParseError(f"{where} is not a month.") from error
            if row["partner"] not in self.labels.areas:
                raise ParseError(f"{where}: the partner is unknown. Known ones stand in data/sources/harbour.toml.")
            partner = self.labels.areas[row["partner"]]
            for flow, column in ((Flow.EXPORT.value, "exports"), (Flow.IMPORT.value, "imports")):
                if (partner, flow, month) in found:
                    raise ParseError(f"{where} comes twice.")
                value = json_number(row[column], where)
                if value is not None and value < 0:
                    raise ParseError(f"{where}: trade is negative.")
                found[partner, flow, month] = value
        rows = [
            (partner, flow, month, value)
            for (partner, flow, month), value in found.items()
            if value is not None and periods.months_before(month, -1) <= reply.day
        ]
        if not rows:
            raise ParseError(f"{reply.name} holds no figure of a month that is over.")
        last = max(month for _, _, month, _ in rows)
        release = releases.release(self.name, f"Goods trade of Iceland, to {last:%B %Y}", payloads, len(rows))
        trade = flows.monthly(
            rows,
            reporter="ISL",
            source=self.name,
            basis=self.basis,
            release=release["release"][0],
            known_from=reply.day,
        )
        return {"trade_flow": trade, "release": release}
