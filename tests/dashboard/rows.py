"""Rows of trade as published, in US dollars: what tests of questions ask for most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from dashboard.studies.trade import TradeQuery, ask
from pipelines.store import Store


def of_trade(
    store: Store, *, reporter: str, partners: Sequence[str] | None, flow: Any, frequency: Any = "M", **more: Any
) -> pl.DataFrame:
    """The rows behind a study of trade, without summing anything that was not asked for."""
    whom = None if partners is None else tuple(partners)
    return ask(store, TradeQuery(reporter, whom, flow, frequency, currency="USD", **more)).frame
