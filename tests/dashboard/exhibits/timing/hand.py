"""Monthly trade and measures made by hand, for exhibits that are drawn from a study and not from a store."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from dashboard.analysis.frames import month_of, ordinal_of
from dashboard.queries import register
from dashboard.queries.senders import Sender, Senders
from dashboard.studies.measures import MeasureQuery, Measures, on_clock
from dashboard.studies.pair import PairQuery
from dashboard.studies.series import TradeSeries
from pipelines.schema.terms import Clock
from tests.dashboard import tiny
from tests.dashboard.studies.hand import months, series

PAIR = PairQuery("USA", "RUS", "export")
FIRST = date(2010, 1, 1)
WHO = Senders({"US": Sender("US", "United States", "US", "the United States", 1, 1)})
_MEASURE = {
    "sender": "US",
    "target": "RUS",
    "types": "energy",
    "status": "confirmed",
    "precision": "day",
    "instrument": "EO 1",
    "reference": "79 FR 1",
}


def flow(
    values: Sequence[float | None], first: date = FIRST, *, rounding: Mapping[date, float] | None = None, **more: Any
) -> TradeSeries:
    """Months from a first one; None is a gap. `rounding` gives widths by month."""
    made = series(months(first, values), **more)
    if rounding is None:
        return made
    widths = pl.col("period").replace_strict(dict(rounding), default=1.0, return_dtype=pl.Float64)
    return made.with_rows(made.frame.with_columns(widths.alias("rounding")))


def level(size: int, *, fall: float = 0.0, at: int = 0, base: float = 1e9) -> list[float]:
    """A flow with a season and small waves; `fall` is the share that is gone from month `at` on."""
    return [
        base
        * math.exp(0.1 * math.sin(2 * math.pi * place / 12) + 0.05 * math.sin(2.1 * place) + 0.03 * math.cos(5 * place))
        * (1 - fall if place >= at and fall else 1)
        for place in range(size)
    ]


def month(place: int, first: date = FIRST) -> date:
    """The month so many after the first."""
    return month_of(ordinal_of(first) + place)


def chosen(rows: Sequence[Mapping[str, Any]], clock: Clock = Clock.EFFECTIVE, known_on: date | None = None) -> Measures:
    """Measures by key and dates, as a clock shows them."""
    full = [_MEASURE | {"title": f"Measure {row['measure']}", "regime": "RUS-US"} | dict(row) for row in rows]
    frame = register.dated(tiny.frame("measure", full), clock)
    shown = on_clock(frame, clock.value)
    query = MeasureQuery(target="RUS", clock=clock.value, known_on=known_on)
    by_target = bool((frame["sender"] == "RUS").any())
    return Measures(shown, query, frame.height, by_target, _no_links(), WHO)


def _no_links() -> pl.DataFrame:
    names = ("measure", "title", "sender", "by", "by_title", "by_sender", "relation")
    return pl.DataFrame(schema=dict.fromkeys(names, pl.String) | {"date": pl.Date, "by_date": pl.Date})
