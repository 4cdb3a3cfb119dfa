"""What readers of a load run do: pages, and controls of each page with values that its exhibits accept."""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from typing import Any, Literal, get_args, get_origin

from benchmarks.session import Run, Session

THINK_SECONDS = 5.0
PARTNERS = ("RUS", "CHN", "IRN", "TUR", "KAZ", "ARE", "ARM", "KGZ", "GEO", "CUB", "VEN", "BLR")
_STAY, _FLIP = 0.5, 0.25
"""Half of the clicks change a control by value, a quarter turn a switch, the rest go to another page."""


def choices() -> dict[str, list[tuple[str, str]]]:
    """For each page the (name, value) pairs a reader may choose: words of a closed list, and partners."""
    from dashboard.exhibits import EXHIBITS

    found: dict[str, list[tuple[str, str]]] = {}
    for spec in EXHIBITS:
        page = found.setdefault("" if spec.page == "overview" else spec.page, [])
        for name, facts in spec.params.model_fields.items():
            if get_origin(facts.annotation) is Literal:
                page += [(name, str(value)) for value in get_args(facts.annotation)]
            elif name == "partner" and spec.page == "trade":
                page += [(name, code) for code in PARTNERS]
    return {page: sorted(set(pairs)) for page, pairs in found.items()}


class Reader:
    """One reader: thinks, clicks, waits, thinks again."""

    def __init__(self, number: int, port: int, pages: dict[str, list[tuple[str, str]]]) -> None:
        self.random = random.Random(number)
        self.session = Session(port)
        self.choices = pages
        self.page = ""
        self.first: list[Run] = []
        self.clicks: list[Run] = []

    async def read(self, starts: float, until: float) -> None:
        """Come in at `starts`, click until `until` (both by the monotonic clock)."""
        await asyncio.sleep(max(0.0, starts - time.monotonic()))
        async with self.session:
            self.first.append(await self.session.go(self.page))
            while True:
                think = self.random.uniform(0.5, 1.5) * THINK_SECONDS
                if time.monotonic() + think >= until:
                    return
                await asyncio.sleep(think)
                self.clicks.append(await self._click())

    async def _click(self) -> Run:
        what = self.random.random()
        if what < _FLIP and self.session.switches:
            return await self.session.flip(self.random.choice(sorted(self.session.switches)))
        if what < _FLIP + _STAY and self.choices.get(self.page):
            name, value = self.random.choice(self.choices[self.page])
            return await self.session.go(self.page, {name: value})
        self.page = self.random.choice(sorted(self.choices))
        return await self.session.go(self.page)


async def run(port: int, readers: int, seconds: float) -> dict[str, Any]:
    """All readers at once; they come in over the first think time."""
    pages = choices()
    crowd = [Reader(number, port, pages) for number in range(readers)]
    start = time.monotonic() + 0.5
    until = start + THINK_SECONDS + seconds
    await asyncio.gather(*(r.read(start + THINK_SECONDS * n / readers, until) for n, r in enumerate(crowd)))
    clicks = [click for reader in crowd for click in reader.clicks]
    return {
        "first": [run.ms for reader in crowd for run in reader.first],
        "clicks": [click.ms for click in clicks],
        "kilobytes": sum(click.kilobytes for click in clicks),
        "problems": sorted({problem for click in clicks for problem in click.problems}),
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))))
