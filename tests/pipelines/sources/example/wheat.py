"""The monthly price of wheat: an example of a live source, complete and tested, from a publisher that we made up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pipelines.errors import ParseError
from pipelines.formats.json import json_number, read_json
from pipelines.normalise import indicators, periods, releases
from pipelines.normalise.periods import Window
from pipelines.raw import Payload, Request
from pipelines.raw.request_limits import RequestLimits
from pipelines.sources.base import Frames, Source


class Wheat(Source):
    """Monthly mean price of wheat, US dollars per tonne."""

    name = "wheat"
    gives = "the monthly mean price of wheat in US dollars per tonne"
    tables = ("macro", "release")
    complete = False
    url = "https://prices.example.org"
    limits = RequestLimits(pace_seconds=1.0, at_once=1, budget_mb=5)
    first = date(1990, 1, 1)

    def requests(self, window: Window) -> Sequence[Request]:
        """The months that can have changed since the last refresh."""
        return (Request(f"{self.url}/v1/wheat?from={self.start(window):%Y-%m}", "wheat.json", "json", most_mb=1),)

    def parse(self, payloads: Sequence[Payload]) -> Frames:
        """Prices of the months that are over. A month without a price is a missing row, never 0.

        Raises:
            ParseError: the unit is another one, a month is missing or comes twice, or nothing came.
        """
        reply = payloads[0]
        document = read_json(reply)
        if not isinstance(document, dict) or document.get("unit") != "USD/t":
            raise ParseError(f"{reply.name} does not give prices in USD/t.")
        prices: dict[date, float | None] = {}
        for row in document.get("prices") or ():
            if not isinstance(row, dict) or not {"month", "price"} <= row.keys():
                raise ParseError(f"{reply.name} holds a row without a month and a price.")
            try:
                month = date.fromisoformat(f"{row['month']}-01")
            except ValueError as error:
                raise ParseError(f"{reply.name}: {str(row['month'])[:20]!r} is not a month.") from error
            if month in prices:
                raise ParseError(f"{reply.name} holds {row['month']} twice.")
            prices[month] = json_number(row["price"], f"{reply.name}, {row['month']}")
        over = [month for month in prices if periods.months_before(month, -1) <= reply.day]
        if not over:
            raise ParseError(f"{reply.name} holds no month that is over.")
        absent = [month for month in periods.months(min(over), max(over)) if month not in prices]
        if absent:
            raise ParseError(f"{reply.name}: {absent[0]:%Y-%m} is missing between months that are there.")
        rows = [
            ("WLD", "wheat_usd_per_tonne", "USD per tonne", month, price)
            for month in over
            if (price := prices[month]) is not None
        ]
        release = releases.release(self.name, f"Wheat, monthly, to {max(over):%B %Y}", payloads, len(rows))
        macro = indicators.monthly(rows, source=self.name, release=release["release"][0], known_from=reply.day)
        return {"macro": macro, "release": release}
