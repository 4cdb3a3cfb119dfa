"""Questions on goods trade: one series, many partners, what there is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

import polars as pl

from dashboard.queries.per_build import per_build
from pipelines.schema.terms import ALL_GOODS
from pipelines.store import Store

TradeFlowWord = Literal["export", "import", "total", "balance"]
FrequencyWord = Literal["M", "Q", "A"]


@per_build
def on_request(store: Store) -> frozenset[str]:
    """Sources that answer only when they are named. UN Comtrade's terms allow a reader's own use and no passing on, so
    no figure may hold it that nobody asked for; it is also a mirror of what other sources here publish first-hand."""
    rows = store.query("SELECT source FROM source WHERE NOT answers_unasked")
    return frozenset(rows["source"])


@per_build
def basis_titles(store: Store) -> dict[str, str]:
    """The statistical systems of trade as a reader sees them: "Census basis", by key."""
    rows = store.query("SELECT DISTINCT basis, basis_title FROM source WHERE basis IS NOT NULL ORDER BY basis")
    return {key: title or key for key, title in rows.iter_rows()}


def observations(
    store: Store,
    *,
    reporter: str,
    partners: Sequence[str] | None,
    flow: TradeFlowWord,
    frequency: FrequencyWord,
    source: str,
    product: str = ALL_GOODS,
    known_on: date | None = None,
    start: date | None = None,
    end: date | None = None,
) -> pl.DataFrame:
    """Figures as one source publishes them at one frequency, as known today or on a day; sorted by partner and period.

    One reporter with some partners (None: every country, no groups) and one product: chapters are never added to the
    total, nor to each other. Total and balance exist only where both flows do. Nothing is summed over time here.

    Returns:
        period, reporter, partner, flow, product, value_usd, value_eur (None unless the source reports euros),
        is_estimate, is_partial (false), months (covered by the period), first_month, last_month, flag, rounding (USD,
        or EUR where the source reports euros: the width in which the value may lie for being rounded), source, basis,
        valuation, releases (those of the value, sorted) and known_from (the newest of them).
    """
    flows = ["export", "import"] if flow in ("total", "balance") else [flow]
    sign = "CASE WHEN flow = 'import' THEN -1 ELSE 1 END" if flow == "balance" else "1"
    months = {"M": 1, "Q": 3, "A": 12}[frequency]
    where, values = _where(partners, known_on)
    window, days = _window(start, end)
    flag, judged = _with_implausible(frequency)
    # Of one flow every row is an answer; two flows are two rows, so that least and greatest name both.
    pair = f"""
               sum({sign} * value_usd) AS value_usd,
               CASE WHEN count(value_eur) = count(*) THEN sum({sign} * value_eur) END AS value_eur,
               bool_or(is_estimate) AS is_estimate, {_both(flag, "; ")} AS flag, sum(rounding_usd) AS rounding,
               max(basis) AS basis, {_both("valuation", " and ")} AS valuation,
               CASE WHEN min(release) = max(release) THEN [min(release)] ELSE [min(release), max(release)] END
                   AS releases, max(known_from) AS known_from"""
    single = f"""
               value_usd, value_eur, is_estimate, {flag} AS flag, rounding_usd AS rounding, basis, valuation,
               [release] AS releases, known_from"""
    grouped = f"GROUP BY partner, period HAVING count(*) = {len(flows)}" if len(flows) > 1 else ""
    return store.query(
        f"""
        SELECT period, ? AS reporter, partner, ? AS flow, ? AS product, ? AS source, false AS is_partial,
               {months}::INTEGER AS months, period AS first_month,
               (period + INTERVAL {months - 1} MONTH)::DATE AS last_month, {pair if grouped else single}
        FROM (SELECT *{judged} FROM trade_flow
              WHERE reporter = ? AND frequency = ? AND product = ? AND source = ? AND flow IN ({_marks(flows)}) {where})
        {window}{grouped} ORDER BY partner, period
        """,  # noqa: S608 - the inserted words are ours, every value is a parameter
        [reporter, flow, product, source, reporter, frequency, product, source, *flows, *values, *days],
    )


def _both(column: str, between: str) -> str:
    """The words of two rows in one text: one where they agree, nothing where both are empty."""
    least, most = f"min({column})", f"max({column})"
    return f"CASE WHEN {least} = {most} THEN {least} ELSE {least} || '{between}' || {most} END"


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _where(partners: Sequence[str] | None, known_on: date | None) -> tuple[str, list[object]]:
    """Only the conditions that were asked for: the planner pays for every one, and prunes by plain ones only."""
    known, days = _known(known_on)
    whom = "partner IN (SELECT area FROM area WHERE area_kind = 'country')"
    if partners is not None:
        whom = f"partner IN ({_marks(partners)})" if partners else "false"
    return f"AND {whom} {known}", [*(partners or ()), *days]


def _window(start: date | None, end: date | None) -> tuple[str, list[object]]:
    bounds = [(sign, day) for sign, day in ((">=", start), ("<=", end)) if day is not None]
    words = " AND ".join(f"period {sign} ?" for sign, _ in bounds)
    return f"WHERE {words} " if words else "", [day for _, day in bounds]


IMPLAUSIBLE_TIMES, IMPLAUSIBLE_FROM_USD = 100, 1e9
"""A source's estimate above the amount, and above so many times the highest value that the reporter itself published
for the partner and flow, is taken for a fault of the estimate. India's exports from Russia rose 7.5 times, the largest
rise with a known reason."""


def _with_implausible(frequency: FrequencyWord) -> tuple[str, str]:
    """The flag of a figure, with ours on estimates that cannot be, and the column that it needs. Estimates are yearly;
    months are spared the window function."""
    if frequency != "A":
        return "flag", ""
    rule = f"""is_estimate AND value_usd > {IMPLAUSIBLE_FROM_USD} AND value_usd > {IMPLAUSIBLE_TIMES}
               * max(value_usd) FILTER (NOT is_estimate) OVER (PARTITION BY partner, flow)"""
    return "coalesce(flag, judged)", f", CASE WHEN {rule} THEN 'implausible' END AS judged"


def _known(known_on: date | None) -> tuple[str, list[object]]:
    """The condition for what is known today, or was on a day."""
    if known_on is None:
        return "AND known_to IS NULL", []
    return "AND known_from <= ? AND (known_to IS NULL OR known_to > ?)", [known_on, known_on]


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


@per_build
def monthly_reporters(store: Store) -> list[str]:
    """Who has months of all goods from a source that answers unasked; by code."""
    held = coverage(store).filter(pl.col("frequency") == "M", ~pl.col("source").is_in(on_request(store)))
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


def reporters_of(store: Store, partner: str) -> list[str]:
    """Who reports all goods with an area, from sources that answer unasked: months before years, then who has the
    newest figures, then who has the most."""
    found = store.query(
        """
        SELECT reporter FROM trade_flow JOIN source USING (source)
        WHERE partner = ? AND product = ? AND known_to IS NULL AND answers_unasked AND NOT totals_only
          AND reporter <> partner AND trade_flow.frequency IN ('M', 'A')
        GROUP BY reporter, trade_flow.frequency
        ORDER BY trade_flow.frequency DESC, max(period) DESC, count(*) DESC, reporter
        """,
        [partner, ALL_GOODS],
    )
    return list(dict.fromkeys(found["reporter"]))


def sources_of(
    store: Store,
    reporter: str,
    product: str = ALL_GOODS,
    known_on: date | None = None,
    partners: Sequence[str] | None = None,
) -> list[tuple[str, str]]:
    """Who publishes a reporter's trade in a product, as known today or on a day: (source, frequency), in the order in
    which they answer; with `partners`, only who has one of them. The source's own facts say the order: those that
    answer only when they are named come last, before them those that hold totals and no partners."""
    known, values = _known(known_on)
    whom = "" if partners is None else f"AND partner IN ({_marks(partners)})" if partners else "AND false"
    found = store.query(
        f"""SELECT source, held.frequency FROM (
                SELECT DISTINCT source, frequency FROM trade_flow WHERE reporter = ? AND product = ? {known} {whom}
            ) AS held LEFT JOIN source USING (source)
            ORDER BY answers_unasked DESC, totals_only, rank, source, held.frequency""",  # noqa: S608
        [reporter, product, *values, *(partners or ())],
    )
    return list(found.iter_rows())


def default_source(
    store: Store,
    reporter: str,
    frequency: FrequencyWord,
    product: str = ALL_GOODS,
    known_on: date | None = None,
    partners: Sequence[str] | None = None,
) -> str | None:
    """The source that answers unasked for a reporter, frequency and product, among what was known on the day.

    With `partners` it is the first that has one of them; where none has, the first that has the reporter. A source that
    publishes months answers for quarters and years too: we sum them. None when there is none.
    """
    for source, stored in sources_of(store, reporter, product, known_on, partners):
        if source not in on_request(store) and (stored == frequency or (stored == "M" and frequency in ("Q", "A"))):
            return source
    return None if partners is None else default_source(store, reporter, frequency, product, known_on)


def first_known(store: Store, *, reporter: str, source: str, product: str = ALL_GOODS) -> date | None:
    """The day of the first vintage of a reporter's series, for the sentence that explains an empty past view."""
    day: date | None = store.query(
        "SELECT min(known_from) AS day FROM trade_flow WHERE reporter = ? AND source = ? AND product = ?",
        [reporter, source, product],
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
