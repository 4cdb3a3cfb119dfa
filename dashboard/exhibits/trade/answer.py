"""The sentence above the main picture: the newest level against the highest on record, for what is drawn."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from dashboard import words
from dashboard.analysis import transforms
from dashboard.exhibits.trade.series import TradeParams
from dashboard.studies import legacy
from pipelines.store import Store

_SUBJECT = {
    "export": "goods exports to",
    "import": "goods imports from",
    "total": "goods trade (exports plus imports) with",
    "balance": "goods exports less imports with",
}
_REPORTER = {"USA": "US", "EUU": "EU", "GBR": "UK"}


def answer(
    store: Store,
    params: TradeParams,
    names: dict[str, str],
    flows: Sequence[str],
    source: str,
    currency: str,
    column: str,
) -> str:
    """One sentence on the drawn flow and partners, always in current prices, which it says.

    Monthly sources are summed over 12 months; yearly ones are taken as they are. Parts of a year are never compared.

    Args:
        flows: the flows that are drawn; both together are spoken of as their sum.
        column: value_usd or value_eur, with `currency` its sign.
    """
    flow = "total" if len(flows) == 2 else flows[0]
    rows = legacy.series(
        store,
        reporter=params.reporter,
        partners=params.partner,
        flow=flow,
        frequency="M",
        source=source,
        known_on=params.known_on,
    )
    yearly = rows.is_empty()
    if yearly:
        rows = legacy.series(
            store,
            reporter=params.reporter,
            partners=params.partner,
            flow=flow,
            frequency="A",
            source=source,
            known_on=params.known_on,
        ).filter(~pl.col("is_partial"))
    if rows.is_empty():
        return ""
    level = rows.with_columns(pl.col(column).alias("level"))
    if not yearly:
        level = transforms.rolling_sum(level, by=("partner",), value="level")
    who = _REPORTER.get(params.reporter, f"{names[params.reporter]}'s")
    parts = [
        _one(level.filter(pl.col("partner") == code), names[code], currency, yearly=yearly, compare=flow != "balance")
        for code in params.partner
        if code in set(level["partner"])
    ]
    if not parts:
        return ""
    return f"{who} {_SUBJECT[flow]} {words.listing(parts[:3])}. Current prices."


def _one(level: pl.DataFrame, name: str, currency: str, *, yearly: bool, compare: bool) -> str:
    """ "Russia: $3.50 billion in the 12 months to Jul 2026, 92.1% below the highest ($44.2 billion to Feb 2012)"."""
    last = level.row(-1, named=True)
    high = level.sort("level", "period", descending=[True, False]).row(0, named=True)
    when = f"in {last['period'].year}" if yearly else f"in the 12 months to {words.month(last['period'])}"
    now = f"{words.in_sentence(name)}: {words.money(last['level'], currency)} {when}"
    if not compare or high["level"] <= 0:
        return now
    if high["period"] == last["period"]:
        return f"{now}, the highest on record here"
    fall = words.percent(1 - last["level"] / high["level"])
    then = str(high["period"].year) if yearly else f"to {words.month(high['period'])}"
    return f"{now}, {fall} below the highest ({words.money(high['level'], currency)} {then})"
