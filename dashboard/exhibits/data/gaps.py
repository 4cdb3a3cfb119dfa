"""Known gaps: where the figures end and why. The ends are read from the store; the reasons are ours.

A gap with an expected end is told only while the store still ends there: when newer figures come in, its sentence
goes away by itself instead of turning false.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from dashboard import words
from dashboard.queries import coverage
from pipelines.store import Store


@dataclass(frozen=True)
class Gap:
    """One gap: what it is about, where the figures end (None: they were never there), and why, in words."""

    topic: str
    subject: str
    ends: date | None
    text: str


Line = tuple[str, str, str | None]
"""Which line of figures to look at: source, reporter or indicator, partner or area (None: the last of all)."""


@dataclass(frozen=True)
class _Rule:
    """Told while the `line` ends in `expected` (None: while it is not there); without a line while it `holds`."""

    topic: str
    subject: str
    frequency: str
    expected: date | None
    text: str
    line: Line | None = None
    holds: Callable[[Store], bool] | None = None
    """Where no line ends, what must be so in the store for the gap to be told."""


SINGLE_FORECASTS = 12
"""Economies with dated forecasts up to which they are single figures that somebody read, and not whole editions."""

_RULES = (
    _Rule(
        "Trade",
        "US trade with the world and most partners",
        "M",
        date(2024, 12, 1),
        "The edition of autumn 2026 covers 23 partners; World, the European Union and all others end earlier.",
        ("census", "USA", "WLD"),
    ),
    _Rule(
        "Trade",
        "US trade with the world and its countries, 2023 and 2024",
        "M",
        date(2024, 12, 1),
        "As known today the countries no longer add up to the world: the newest edition revised 23 partners alone. "
        "As known in October 2025 they do.",
        ("census", "USA", "WLD"),
    ),
    _Rule(
        "Trade",
        "US trade with North Korea",
        "M",
        date(2025, 12, 1),
        "The newest edition ends earlier here than for other partners; 2017–2021 have no rows at all.",
        ("census", "USA", "PRK"),
    ),
    _Rule(
        "Trade",
        "Russian customs by partner and month",
        "M",
        date(2021, 12, 1),
        "Russia stopped publishing trade by partner in early 2022; later years come from partners' reports.",
        ("fcs_russia", "RUS", None),
    ),
    _Rule(
        "Trade",
        "Russian customs, Kazakhstan, July–December 2010",
        "M",
        None,
        "Blank in the source in both flows, while the customs border between the two was being abolished.",
    ),
    _Rule(
        "Trade",
        "Russia by partner and year",
        "A",
        date(2024, 1, 1),
        "2022–2024 are estimates of the IMF from partners' reports and marked as estimates in every row.",
        ("imf_imts", "RUS", "WLD"),
    ),
    _Rule(
        "Trade",
        "Russia with Kazakhstan by year",
        "A",
        date(2023, 1, 1),
        "2024 is missing in the source.",
        ("imf_imts", "RUS", "KAZ"),
    ),
    _Rule("Trade", "Russia's imports from Ukraine by year", "A", None, "2023 is missing in the source."),
    _Rule(
        "Trade",
        "EU exports to Russia and five transit economies",
        "M",
        date(2024, 8, 1),
        "The edition of November 2024 ends here; it holds exports only, and five economies beside Russia.",
        ("eurostat", "EUU", None),
    ),
    _Rule(
        "Trade",
        "UK exports in Eurostat's figures",
        "M",
        date(2020, 1, 1),
        "The United Kingdom left the statistics with the European Union.",
        ("eurostat", "GBR", None),
    ),
    _Rule(
        "Trade",
        "UN yearbook totals",
        "A",
        None,
        "Only the years 1995, 2005, 2010, 2015, 2022, 2023 and 2024, in total and for the three main partners.",
    ),
    _Rule(
        "Trade",
        "Products, quantities and services",
        "M",
        None,
        "Every trade figure is all goods together, in value: no products, no tonnes or barrels, no services.",
        holds=lambda store: not coverage.products(store),
    ),
    _Rule(
        "Trade",
        "Products, quantities and services",
        "M",
        None,
        "Only some flows with economies under sanctions come by product, and a chapter is never added to a total; no "
        "page draws products yet. There are no tonnes or barrels and no services.",
        holds=lambda store: bool(coverage.products(store)),
    ),
    _Rule(
        "Economy",
        "Roubles per dollar",
        "M",
        date(2022, 2, 1),
        "The European Central Bank last fixed the rouble on 1 Mar 2022; a refresh brings the Bank of Russia's.",
        ("ecb_fx", "rub_per_usd", "RUS"),
    ),
    _Rule(
        "Economy",
        "US consumer prices",
        "M",
        date(2026, 5, 1),
        "Real values in dollars of today end with this deflator.",
        ("bls_cpi", "cpi_index", "USA"),
    ),
    _Rule(
        "Economy",
        "GDP at constant prices",
        "A",
        date(2024, 1, 1),
        "Comes from an earlier World Bank edition than the growth rates; the two are never spliced.",
        ("worldbank", "gdp_constant_usd", None),
    ),
    _Rule(
        "Economy",
        "World Economic Outlook, published results",
        "A",
        date(2024, 1, 1),
        "2024 may be an estimate: the edition does not say where a country's reported years end.",
        ("imf_weo", "gdp_usd", None),
    ),
    _Rule(
        "Economy",
        "GDP of North Korea",
        "A",
        None,
        "No source of the store gives any.",
        ("worldbank", "gdp_growth", "PRK"),
    ),
    _Rule(
        "Economy",
        "GDP of Cuba in dollars",
        "A",
        date(2020, 1, 1),
        "Growth rates go on to 2024.",
        ("worldbank", "gdp_usd", "CUB"),
    ),
    _Rule(
        "Economy",
        "GDP of Syria",
        "A",
        date(2022, 1, 1),
        "The source has no later year.",
        ("worldbank", "gdp_growth", "SYR"),
    ),
    _Rule(
        "Economy",
        "Consumer prices of Cuba",
        "A",
        None,
        "No source of the store gives any.",
        ("worldbank", "cpi_inflation", "CUB"),
    ),
    _Rule(
        "Economy",
        "Consumer prices of Venezuela",
        "A",
        date(2016, 1, 1),
        "Only 2009–2016 are in the source.",
        ("worldbank", "cpi_inflation", "VEN"),
    ),
    _Rule(
        "Economy",
        "Consumer prices of Syria",
        "A",
        date(2019, 1, 1),
        "The source has no later year.",
        ("worldbank", "cpi_inflation", "SYR"),
    ),
    _Rule(
        "Economy",
        "Consumer prices of Myanmar",
        "A",
        date(2019, 1, 1),
        "The source has no later year.",
        ("worldbank", "cpi_inflation", "MMR"),
    ),
    _Rule(
        "Economy",
        "Share of fuels in Russia's exports",
        "A",
        date(2021, 1, 1),
        "Ends with Russia's own reporting.",
        ("worldbank", "fuel_exports_share", "RUS"),
    ),
    _Rule(
        "Economy",
        "Growth forecasts by vintage",
        "A",
        None,
        "Single published figures that somebody read and dated, for six economies; not every edition is there.",
        holds=lambda store: len(coverage.forecast_areas(store)) <= SINGLE_FORECASTS,
    ),
    _Rule(
        "Sanctions",
        "Dated measures",
        "A",
        None,
        "The register dates measures on the economies and in the cases that it names; other programmes stand in the "
        "catalogue without dates. Small senders, and acts before 2003, are covered unevenly.",
    ),
    _Rule(
        "Sanctions",
        "Counts of listings",
        "A",
        None,
        "Counts of different lists are never comparable, and names that were delisted may be missing.",
    ),
)


def known_gaps(store: Store) -> tuple[Gap, ...]:
    """Every gap that still holds in this store, by topic, with the end that the store really has."""
    trade = {row[:3]: row[3] for row in coverage.trade_ends(store).iter_rows()}
    economy = {row[:3]: row[3] for row in coverage.macro_ends(store).iter_rows()}
    found = []
    for rule in _RULES:
        if rule.holds is not None and not rule.holds(store):
            continue
        end = None if rule.line is None else _end(trade if rule.topic == "Trade" else economy, rule.line)
        if rule.line is None or end == rule.expected:
            where = "" if end is None else f"Ends {words.period(end, rule.frequency)}. "
            found.append(Gap(rule.topic, rule.subject, end, where + rule.text))
    found += _missing_months(store)
    return tuple(sorted(found, key=lambda gap: _TOPICS.index(gap.topic)))


def _end(ends: Mapping[tuple[str, str, str], date], line: Line) -> date | None:
    source, what, whom = line
    if whom is not None:
        return ends.get((source, what, whom))
    return max((end for key, end in ends.items() if key[:2] == (source, what)), default=None)


_TOPICS = ("Trade", "Economy", "Sanctions")


def _missing_months(store: Store) -> list[Gap]:
    """Months inside a monthly series that were never published."""
    gaps = []
    for source, indicator, area, subject, text in (
        ("bls_cpi", "cpi_index", "USA", "US consumer prices", "Never collected (lapse in appropriations)."),
        ("ecb_fx", "usd_per_eur", "EMU", "Dollars per euro", "Missing in the source."),
        ("brent", "brent_usd_per_barrel", "WLD", "Brent", "Missing in the source."),
    ):
        months = coverage.months_missing(store, source=source, indicator=indicator, area=area)
        if months:
            named = words.listing([words.month(month) for month in months[:6]])
            more = f" and {len(months) - 6} more" if len(months) > 6 else ""
            gaps.append(Gap("Economy", f"{subject}, {named}{more}", None, text))
    return gaps
