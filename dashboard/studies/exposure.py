"""Exposure: an economy's goods trade with the sanctioning side in percent of its GDP, both in current US dollars.

    share_y = 100 · Σ over the side (trade_y) / GDP_y

The trade is the economy's own by partner; where no source here has it, what the United States reports with the economy
stands in its place, which is a part of the side. A sum over the side holds the same partners in every year: a year in
which one of them lacks a figure that it has in other years is a gap, and partners without any figure are named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Final

import polars as pl
from polars._typing import PolarsDataType

from dashboard import words
from dashboard.analysis.impact import exposure as measure
from dashboard.queries import catalogue, trade
from dashboard.queries.subjects import subjects
from dashboard.queries.trade import TradeFlowWord
from dashboard.studies import yearly
from dashboard.studies.series import TradeSeries, edition_words, together
from dashboard.studies.trade import TradeQuery, ask
from dashboard.studies.yearly import GDP, YearlySeries
from pipelines.store import Store

GDP_SOURCES = ("worldbank", "imf_weo")
"""Whose GDP in dollars is taken: the first that had figures on the day."""

MIRROR: Mapping[TradeFlowWord, TradeFlowWord] = MappingProxyType({"export": "import", "import": "export"})
"""The economy's flow, and the flow of the United States that shows it."""

FROM: Final = "USA"
"""Who reports the trade of economies that do not report it by partner."""

COLUMNS: Final[Mapping[str, PolarsDataType]] = {
    "period": pl.Date,
    "flow": pl.String,
    "share_pct": pl.Float64,
    "value_usd": pl.Float64,
    "gdp_usd": pl.Float64,
    "partners": pl.Int64,
    "is_estimate": pl.Boolean,
    "flag": pl.String,
    "source": pl.String,
    "release": pl.String,
    "gdp_release": pl.String,
    "known_from": pl.Date,
}
"""Columns of an exposure. `release` is the vintage of the trade, `gdp_release` that of the GDP; a share is known from
the day on which both were."""


@dataclass(frozen=True)
class ExposureQuery:
    """Whose trade with which side, as known when."""

    target: str
    side: tuple[str, ...]
    known_on: date | None = None

    @property
    def partners(self) -> tuple[str, ...]:
        """The side without the economy itself."""
        return tuple(dict.fromkeys(code for code in self.side if code != self.target))


@dataclass(frozen=True, eq=False)
class Exposure:
    """Shares of GDP by flow and year: rows of `COLUMNS`, sorted by flow and period; gaps are missing rows.

    `trade` and `gdp` are the rows behind the shares and nothing else. `mirrored`: seen from the United States alone.
    `sanctioned`: the economy is under sanctions, so that a sanctioning side exists.
    `uncounted` are partners of the side without any figure here, `broken` the years that are gaps because a partner
    lacks one (year to the partners' names, by flow). `why_empty` says why there is no share.
    """

    query: ExposureQuery
    frame: pl.DataFrame
    names: Mapping[str, str]
    trade: TradeSeries | None = None
    gdp: YearlySeries | None = None
    mirrored: bool = False
    sanctioned: bool = False
    uncounted: tuple[str, ...] = ()
    broken: Mapping[tuple[str, int], tuple[str, ...]] = field(default_factory=dict)
    why_empty: str = ""

    currency = "USD"
    prices = "current US dollars in both"
    unit = "% of GDP"

    @property
    def name(self) -> str:
        """The economy's plain name."""
        return self.names[self.query.target]

    @property
    def years(self) -> tuple[int, int]:
        """First and last year with a share."""
        return yearly.span(self.frame)

    @property
    def counted(self) -> tuple[str, ...]:
        """Partners that are in the sums."""
        return tuple(code for code in self.query.partners if code not in self.uncounted)

    @property
    def estimated(self) -> list[int]:
        """Years in which a share rests on an estimate of the source."""
        years: list[int] = self.frame.filter("is_estimate")["period"].dt.year().unique().sort().to_list()
        return years

    @property
    def doubtful(self) -> pl.DataFrame:
        """Shares that rest on a flagged figure."""
        return self.frame.filter(pl.col("flag").is_not_null())

    def total(self, year: int) -> float | None:
        """Both flows together in percent of GDP; None when one is missing or doubtful."""
        rows = self.frame.filter(pl.col("period") == date(year, 1, 1), pl.col("flag").is_null())
        return float(rows["share_pct"].sum()) if rows.height == 2 else None

    def of(self, flow: str) -> pl.DataFrame:
        """The rows of one flow, by year."""
        return self.frame.filter(pl.col("flow") == flow)


def study(store: Store, query: ExposureQuery) -> Exposure:
    """The exposure, or with `why_empty` the reason why there is none and what brings one."""
    names = catalogue.names(store, [query.target, *query.side])
    names = {code: names.get(code, code) for code in (query.target, *query.side)}
    empty = Exposure(query, pl.DataFrame(schema=dict(COLUMNS)), MappingProxyType(names))
    found, mirrored, why = _trade(store, query, names[query.target])
    if found is None:
        return replace(empty, why_empty=why, mirrored=mirrored)
    gdp = yearly.first_source(store, GDP, query.target, GDP_SOURCES, query.known_on)
    if gdp.is_empty:
        return replace(empty, why_empty=gdp.why_empty, mirrored=mirrored)
    sanctioned = query.target in subjects(store).sanctioned
    return replace(exposure_of(found, gdp, query, names, mirrored=mirrored), sanctioned=sanctioned)


def exposure_of(
    flows: TradeSeries, gdp: YearlySeries, query: ExposureQuery, names: Mapping[str, str], *, mirrored: bool
) -> Exposure:
    """The shares of some trade by partner, in the economy's own flows and in dollars, in its GDP."""
    partners = (FROM,) if mirrored else query.partners
    held = set(flows.frame["partner"])
    uncounted = tuple(code for code in partners if code not in held)
    summed, broken = _over_side(flows.frame, names)
    parts = [
        measure(summed.filter(pl.col("flow") == flow), gdp.frame.select("period", "value")).with_columns(
            pl.lit(flow).alias("flow")
        )
        for flow in MIRROR
    ]
    shares = pl.concat(parts).rename({"share_percent": "share_pct"})
    keys = ["period", "flow"]
    frame = (
        shares.drop("value_usd", "is_estimate")
        .join(summed, on=keys)
        .join(gdp.frame.select("period", gdp_release="release", gdp_known="known_from"), on="period")
        .with_columns(pl.max_horizontal("known_from", "gdp_known").alias("known_from"))
        .select(list(COLUMNS))
        .sort("flow", "period")
    )
    names = MappingProxyType(dict(names))
    kept = flows.with_rows(flows.frame.join(frame, on=keys, how="semi"))
    own_gdp = gdp.with_rows(gdp.frame.join(frame, on="period", how="semi"))
    why = "" if not frame.is_empty() else _no_year(names[query.target], flows, gdp)
    return Exposure(
        query,
        frame,
        names,
        trade=kept,
        gdp=own_gdp,
        mirrored=mirrored,
        uncounted=uncounted,
        broken=MappingProxyType(broken),
        why_empty=why,
    )


def _over_side(
    flows: pl.DataFrame, names: Mapping[str, str]
) -> tuple[pl.DataFrame, dict[tuple[str, int], tuple[str, ...]]]:
    """Sums over the partners of each flow; a year that lacks one of them is left out and told."""
    members = {key[0]: set(part["partner"]) for key, part in flows.partition_by("flow", as_dict=True).items()}
    rows, broken = [], {}
    for (flow, period), part in sorted(flows.partition_by("flow", "period", as_dict=True).items()):
        lacking = sorted(names.get(code, code) for code in members[flow] - set(part["partner"]))
        if lacking:
            broken[(flow, period.year)] = tuple(lacking)
            continue
        flags = sorted(set(part["flag"].drop_nulls()))
        releases = sorted(set(part["releases"].explode().drop_nulls()))
        rows.append(
            {
                "period": period,
                "flow": flow,
                "value_usd": float(part["value"].sum()),
                "partners": part.height,
                "is_estimate": bool(part["is_estimate"].any()),
                "flag": "; ".join(flags) or None,
                "source": part["source"].unique().item(),
                "release": edition_words(releases),
                "known_from": part["known_from"].max(),
            }
        )
    schema = {name: kind for name, kind in COLUMNS.items() if name not in ("share_pct", "gdp_usd", "gdp_release")}
    return pl.DataFrame(rows, schema=schema), broken


def _no_year(name: str, flows: TradeSeries, gdp: YearlySeries) -> str:
    """Trade and GDP do not meet in any year: both spans are told."""
    first, last = yearly.span(flows.frame)
    begin, end = gdp.years
    return (
        f"For {words.in_sentence(name)} no year has both: trade runs from {first} to {last}, GDP from {begin} to "
        f"{end}. Choose another country."
    )


def _trade(store: Store, query: ExposureQuery, name: str) -> tuple[TradeSeries | None, bool, str]:
    """Yearly flows seen from the economy, by partner; whether they are mirrored from US figures alone; why none."""
    own = _first_with_figures(store, query.target, query.partners, query.known_on)
    if own is not None:
        return own, False, ""
    if query.target == FROM:
        return None, False, ask(store, _query(query.target, query.partners, "export", None, query.known_on)).why_empty
    if FROM not in query.partners:
        return None, True, _only_mirrored(query, name)
    seen = _first_with_figures(store, FROM, (query.target,), query.known_on)
    if seen is None and query.known_on is not None and _first_with_figures(store, query.target, query.partners, None):
        return None, True, ask(store, _query(query.target, query.partners, "export", None, query.known_on)).why_empty
    if seen is None:
        return None, True, ask(store, _query(FROM, (query.target,), "import", None, query.known_on)).why_empty
    swapped = seen.frame.with_columns(
        pl.col("flow").replace_strict(dict(MIRROR)).alias("flow"), pl.lit(FROM).alias("partner")
    )
    return seen.with_rows(swapped), True, ""


def _only_mirrored(query: ExposureQuery, name: str) -> str:
    when = "" if query.known_on is None else f", as known on {words.day(query.known_on)}"
    return (
        f"No source here has the trade of {words.in_sentence(name)} with these partners{when}. What the United States "
        "reports can stand in its place: add the United States to the sanctioning side."
    )


def _query(
    reporter: str, partners: tuple[str, ...], flow: TradeFlowWord, source: str | None, known_on: date | None
) -> TradeQuery:
    return TradeQuery(reporter, partners, flow, "A", "USD", source=source, known_on=known_on)


def _first_with_figures(
    store: Store, reporter: str, partners: tuple[str, ...], known_on: date | None
) -> TradeSeries | None:
    """Complete years of both flows from the first source, among those known on the day, that has any of these pairs."""
    listed = dict.fromkeys(name for name, _ in trade.sources_of(store, reporter, known_on=known_on))
    for source in (name for name in listed if name not in trade.on_request(store)):
        found = [ask(store, _query(reporter, partners, flow, source, known_on)).whole() for flow in MIRROR]
        held = [one for one in found if not one.is_empty]
        if held:
            return together(held)
    return None
