"""Questions on goods trade: one series, many partners, what there is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

import polars as pl

from pipelines.schema.terms import ALL_GOODS
from pipelines.store import Store

TradeFlowWord = Literal["export", "import", "total", "balance"]
FrequencyWord = Literal["M", "Q", "A"]

SOURCE_ORDER = ("census", "eurostat", "imf_imts", "fcs_russia", "un_syb")
"""Which statistical source answers when a reporter has several and none was asked for: the first that has the
frequency and the product. Sources are never mixed in one line."""

ON_REQUEST = ("comtrade",)
"""Sources that answer only when they are named. UN Comtrade's terms allow a reader's own use and no passing on, so no
figure may hold it that nobody asked for; it is also a mirror of what other sources here publish first-hand."""


def series(
    store: Store,
    *,
    reporter: str,
    partners: Sequence[str] | None,
    flow: TradeFlowWord,
    frequency: FrequencyWord = "M",
    product: str = ALL_GOODS,
    source: str | None = None,
    known_on: date | None = None,
    start: date | None = None,
    end: date | None = None,
) -> pl.DataFrame:
    """Trade of one reporter with some partners (None: every country, no groups) from one source.

    A frequency that the source publishes is taken as it is; else months are summed to quarters and years, and a period
    that lacks a month is_partial. One product only: chapters are never added to the total, nor to each other. Total
    and balance exist only where both flows do. Sorted by partner and period.

    Returns:
        period, reporter, partner, flow, product, value_usd, value_eur (None unless the source reports euros),
        is_estimate, is_partial, months (observed), first_month, last_month, flag, source, basis, valuation,
        release and known_from (the newest vintage in the figure).
    """
    chosen = source or default_source(store, reporter, frequency, product)
    if chosen is None:
        return _EMPTY.clone()
    stored = _stored_frequency(store, reporter, chosen, frequency, product)
    if stored is None:
        return _EMPTY.clone()
    flows = ["export", "import"] if flow in ("total", "balance") else [flow]
    sign = "CASE WHEN flow = 'import' THEN -1 ELSE 1 END" if flow == "balance" else "1"
    full = {("M", "A"): 12, ("M", "Q"): 3}.get((stored, frequency), 1)
    where, values = _where(partners, known_on, start, end)
    observed = {"M": 1, "Q": 3, "A": 12}[stored]
    both_flows = f"""
        SELECT period, ? AS reporter, partner, ? AS flow, ? AS product, sum({sign} * value_usd) AS value_usd,
               CASE WHEN count(value_eur) = count(*) THEN sum({sign} * value_eur) END AS value_eur,
               bool_or(is_estimate) AS is_estimate, false AS is_partial, {observed}::INTEGER AS months,
               period AS first_month, (period + INTERVAL {observed - 1} MONTH)::DATE AS last_month,
               max(flag) AS flag, ? AS source, max(basis) AS basis,
               CASE WHEN min(valuation) = max(valuation) THEN min(valuation)
                    ELSE min(valuation) || ' and ' || max(valuation) END AS valuation,
               arg_max(release, known_from) AS release, max(known_from) AS known_from
        FROM trade_flow
        WHERE reporter = ? AND frequency = ? AND product = ? AND source = ? AND flow IN ({_marks(flows)}) {where}
        GROUP BY partner, period HAVING count(*) = {len(flows)}
        """  # noqa: S608 - the inserted words are ours, every value is a parameter
    given = [reporter, flow, product, chosen, reporter, stored, product, chosen, *flows, *values]
    if full == 1:
        return store.query(f"{both_flows} ORDER BY partner, period", given)
    step = {"Q": "quarter", "A": "year"}[frequency]
    return store.query(
        f"""
        SELECT date_trunc('{step}', month.period)::DATE AS period, any_value(reporter) AS reporter, partner,
               any_value(flow) AS flow, any_value(product) AS product, sum(value_usd) AS value_usd,
               CASE WHEN count(value_eur) = count(*) THEN sum(value_eur) END AS value_eur,
               bool_or(is_estimate) AS is_estimate, count(*) < {full} AS is_partial, count(*)::INTEGER AS months,
               min(first_month) AS first_month, max(last_month) AS last_month, max(flag) AS flag,
               any_value(source) AS source, max(basis) AS basis, max(valuation) AS valuation,
               arg_max(release, known_from) AS release, max(known_from) AS known_from
        FROM ({both_flows}) AS month GROUP BY partner, date_trunc('{step}', month.period) ORDER BY partner, period
        """,  # noqa: S608 - as above
        given,
    )


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _where(
    partners: Sequence[str] | None, known_on: date | None, start: date | None, end: date | None
) -> tuple[str, list[object]]:
    """Only the conditions that were asked for: the planner pays for every one, and prunes by plain ones only."""
    parts: list[str] = []
    values: list[object] = []
    if partners is None:
        parts.append("partner IN (SELECT area FROM area WHERE area_kind = 'country')")
    else:
        parts.append(f"partner IN ({_marks(partners)})" if partners else "false")
        values += partners
    if known_on is None:
        parts.append("known_to IS NULL")
    else:
        parts.append("known_from <= ? AND (known_to IS NULL OR known_to > ?)")
        values += [known_on, known_on]
    for sign, day in ((">=", start), ("<=", end)):
        if day is not None:
            parts.append(f"period {sign} ?")
            values.append(day)
    return "".join(f"AND {part} " for part in parts), values


_EMPTY = pl.DataFrame(
    schema={
        "period": pl.Date,
        "reporter": pl.String,
        "partner": pl.String,
        "flow": pl.String,
        "product": pl.String,
        "value_usd": pl.Float64,
        "value_eur": pl.Float64,
        "is_estimate": pl.Boolean,
        "is_partial": pl.Boolean,
        "months": pl.Int32,
        "first_month": pl.Date,
        "last_month": pl.Date,
        "flag": pl.String,
        "source": pl.String,
        "basis": pl.String,
        "valuation": pl.String,
        "release": pl.String,
        "known_from": pl.Date,
    }
)


def coverage(store: Store, *, product: str | None = ALL_GOODS) -> pl.DataFrame:
    """What trade there is: reporter, source, frequency, product, basis → partners, first_period, last_period,
    known_from. Of all goods together unless another product is named; None: of every product, a row each.

    Static for a build; ask once and keep.
    """
    return store.query(
        """
        SELECT reporter, source, frequency, product, basis, count(DISTINCT partner)::INTEGER AS partners,
               min(period) AS first_period, max(period) AS last_period, max(known_from) AS known_from
        FROM trade_flow WHERE known_to IS NULL AND (? IS NULL OR product = ?)
        GROUP BY ALL ORDER BY reporter, source, frequency, product
        """,
        [product, product],
    )


def monthly_reporters(store: Store) -> list[str]:
    """Who has months of all goods from a source that answers unasked; by code."""
    held = coverage(store).filter(pl.col("frequency") == "M", ~pl.col("source").is_in(ON_REQUEST))
    codes: list[str] = held["reporter"].unique().sort().to_list()
    return codes


def partners(store: Store, *, reporter: str, source: str | None = None) -> pl.DataFrame:
    """Partners that a reporter has figures of all goods for: area, name, area_kind, last_period; countries first."""
    return store.query(
        """
        SELECT partner AS area, any_value(name) AS name, any_value(area_kind) AS area_kind, max(period) AS last_period
        FROM trade_flow JOIN area ON area.area = trade_flow.partner
        WHERE reporter = ? AND product = ? AND (? IS NULL OR source = ?) AND known_to IS NULL
        GROUP BY partner ORDER BY area_kind, name
        """,
        [reporter, ALL_GOODS, source, source],
    )


def default_source(store: Store, reporter: str, frequency: FrequencyWord, product: str = ALL_GOODS) -> str | None:
    """The source that answers unasked for a reporter, frequency and product: see SOURCE_ORDER and ON_REQUEST.

    A source that publishes months answers for quarters and years too: we sum them. None when there is none.
    """
    found = store.query(
        """SELECT DISTINCT source FROM trade_flow
           WHERE reporter = ? AND product = ? AND (frequency = ? OR (frequency = 'M' AND ? IN ('Q', 'A')))""",
        [reporter, product, frequency, frequency],
    )
    rank = {name: place for place, name in enumerate(SOURCE_ORDER)}
    names: list[str] = sorted(set(found["source"]) - set(ON_REQUEST), key=lambda name: (rank.get(name, 99), name))
    return names[0] if names else None


def _stored_frequency(store: Store, reporter: str, source: str, frequency: FrequencyWord, product: str) -> str | None:
    """The source's own years where it publishes them, its months where it does not; None where it has neither."""
    have = set(
        store.query(
            "SELECT DISTINCT frequency FROM trade_flow WHERE reporter = ? AND source = ? AND product = ?",
            [reporter, source, product],
        )["frequency"]
    )
    if frequency in have:
        return frequency
    return "M" if "M" in have else None


def first_known(store: Store, *, reporter: str, source: str) -> date | None:
    """The day of the first vintage of a reporter's series, for the sentence that explains an empty past view."""
    day: date | None = store.query(
        "SELECT min(known_from) AS day FROM trade_flow WHERE reporter = ? AND source = ? AND product = ?",
        [reporter, source, ALL_GOODS],
    ).item()
    return day


def vintages(
    store: Store,
    *,
    reporter: str,
    partner: str,
    flow: TradeFlowWord,
    year: int,
    product: str = ALL_GOODS,
    source: str | None = None,
) -> pl.DataFrame:
    """Every vintage of one year's monthly figures of one product from one source: release, known_from, period, …"""
    flows = ["export", "import"] if flow in ("total", "balance") else [flow]
    chosen = source or default_source(store, reporter, "M", product)
    return store.query(
        """
        SELECT period, flow, source, release, known_from, known_to, value_usd FROM trade_flow
        WHERE reporter = ? AND partner = ? AND flow IN (SELECT unnest(?)) AND year(period) = ? AND frequency = 'M'
          AND product = ? AND source = ?
        ORDER BY period, flow, known_from
        """,
        [reporter, partner, flows, year, product, chosen],
    )
