"""Eurostat: EU members' goods trade with Russia and five transit economies by month, and quarterly real GDP.

Trade is Comext DS-045409, in euros, imports CIF at the EU's border, exports FOB. It answers one indicator and one
product at a time: several indicators collapse the cube, several products are prepared in the background (413). So
there is one request for the total with each partner (all reporters), and one for each product (the EU alone).

GDP is `namq_10_gdp`, chain-linked volumes. Their base year moves every five years. The base is not written down here:
a first small request shows which bases there are and a second one takes the newest. All quarters are fetched each
time, so a new base revises the whole series together under one indicator, and the unit names the base.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import polars as pl

from pipelines import facts
from pipelines.errors import ParseError
from pipelines.formats import jsonstat
from pipelines.normalise import countries
from pipelines.normalise.periods import Window, months, months_before, parse_period
from pipelines.normalise.releases import release, release_id
from pipelines.raw import SHIPPED, Payload, Request
from pipelines.schema import TABLES
from pipelines.schema.terms import ALL_GOODS, Basis, Flow, Frequency, Valuation
from pipelines.sources.base import Frames, Source

_COMEXT = "/eurostat/api/comext/dissemination/statistics/1.0/data/DS-045409?format=JSON&freq=M"
_GDP = "/eurostat/api/dissemination/statistics/1.0/data/namq_10_gdp?format=JSON&freq=Q&s_adj=SCA&na_item=B1GQ"
_READER_URL = "https://ec.europa.eu/eurostat/web/international-trade-in-goods/database"
_VALUE = "VALUE_IN_EUROS"
_PREPARING = (413,)

CHAPTERS = tuple(f"{number:02d}" for number in range(1, 100) if number != 77)
"""HS chapters; 77 is reserved and empty, 98 and 99 are the EU's own."""

ENERGY = ("2701", "2704", "2707", "2709", "2710", "2711", "2716")
DUAL_USE = (
    *("8457", "8458", "8459", "8460", "8462", "8466", "8471", "8482", "8504", "8517", "8523", "8525", "8526", "8529"),
    *("8532", "8533", "8534", "8536", "8541", "8542", "8543", "8548", "8803", "8807", "9013", "9014", "9026", "9027"),
    *("9030", "9031"),
)
"""HS headings that hold the items which sanctioning countries list as common high priority; aircraft parts moved from
8803 to 8807 in 2022."""

_MEMBERS = frozenset(
    (
        *("AUT", "BEL", "BGR", "CYP", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GRC", "HRV", "HUN"),
        *("IRL", "ITA", "LTU", "LUX", "LVA", "MLT", "NLD", "POL", "PRT", "ROU", "SVK", "SVN", "SWE"),
    )
)
# Other groups, and Northern Ireland, which is reported beside the Union since 2021.
_LEFT_OUT = re.compile(r"^((EU|EA)(\d.*|_.*|)|XI)$")
_FLOWS = {
    "1": (Flow.IMPORT.value, Valuation.CIF.value),
    "2": (Flow.EXPORT.value, Valuation.FOB.value),
}
_BASE = re.compile(r"^CLV(\d\d)_MEUR$")

SUM_FROM = date(2019, 1, 1)
"""Members are shown to add up to the EU27 from 2019, in all 408 partner-months of the shipped figures."""

SUM_WITHIN = 0.001
CHAPTERS_WITHIN = (0.5, 1.01)
"""Chapters over total: never above it; below it by what is withheld as confidential."""

GDP_WITHIN = (0.9, 1.1)
"""Members' GDP over the EU's: chain-linked volumes do not add up exactly outside the base year."""


class Eurostat(Source):
    """Monthly trade from 1999, when the euro and with it the dollar rate began; quarterly GDP from 1995."""

    name = "eurostat"
    tables = ("trade_flow", "macro", "release")

    def requests(self, window: Window) -> Sequence[Request]:
        """Totals with every partner, chapters and headings of the EU, and which bases real GDP has."""
        since = f"&sinceTimePeriod={self.start(window):%Y-%m}"
        partners = "".join(f"&partner={partner}" for partner in self.asked("partners"))
        flows = f"&flow=1&flow=2&indicators={_VALUE}{since}"
        union = f"{self.url}{_COMEXT}&reporter=EU27_2020{partners}"
        recent = f"&sinceTimePeriod={months_before(window.today, 24).year}-Q1"
        return (
            Request(SHIPPED + "reference/area_codes.csv"),
            *(
                self._asked(
                    f"{self.url}{_COMEXT}&partner={partner}&product={ALL_GOODS}{flows}", f"total/{partner}.json"
                )
                for partner in self.asked("partners")
            ),
            *(
                self._asked(f"{union}&product={product}{flows}", f"product/{product}.json", optional=True)
                for product in (*CHAPTERS, *ENERGY, *DUAL_USE)
            ),
            self._asked(f"{self.url}{_GDP}&geo=EU27_2020{recent}", "gdp/bases.json"),
        )

    def follow(self, payloads: Sequence[Payload]) -> Sequence[Request]:
        """All quarters of real GDP in its newest base.

        Raises:
            ParseError: there is no chain-linked volume in euros at all.
        """
        bases = [payload for payload in payloads if payload.name == "gdp/bases.json"]
        return [
            self._asked(f"{self.url}{_GDP}&unit={_newest_base(payload)}&sinceTimePeriod=1995-Q1", "gdp/volume.json")
            for payload in bases
        ]

    def parse(self, payloads: Sequence[Payload]) -> Frames:
        """`trade_flow` in euros (dollars follow from the month's ECB rate), `macro` with real GDP, and the release.

        A month without trade and a figure withheld as confidential are missing rows.

        Raises:
            ParseError: a reply is still being prepared, collapsed or about something else; a month is missing; the
                members are not the EU, the chapters not the total; a code is unknown.
        """
        by_name = {payload.name: payload for payload in payloads}
        codes = {**countries.codes(by_name["reference/area_codes.csv"], "iso2"), **self.labels.areas}
        replies = [payload for payload in payloads if not payload.is_shipped]
        lacking = [name for name in ("total/RU.json", "gdp/volume.json") if name not in by_name]
        if lacking:
            raise ParseError(f"Eurostat sent no reply for {lacking[0]}.")
        known_on = max(payload.day for payload in replies)
        here = release_id(self.name, known_on)
        parts = [_trade(payload, codes) for payload in replies if not payload.name.startswith("gdp/")]
        trade = pl.concat([rows for rows, _ in parts]).with_columns(source=pl.lit(self.name), release=pl.lit(here))
        withheld = sum(count for _, count in parts)
        _check_once(trade)
        _check_months(trade)
        _check_members(trade)
        _check_chapters(trade)
        volume, base = by_name["gdp/volume.json"], _newest_base(by_name["gdp/volume.json"])
        macro = _gdp(volume, base, codes).with_columns(source=pl.lit(self.name), release=pl.lit(here))
        secret = f"; {withheld:,} figures withheld as confidential" if withheld else ""
        title = (
            f"EU trade by partner (Comext DS-045409) to {max(trade['period'].to_list()):%b %Y}{secret}; quarterly real "
            f"GDP (namq_10_gdp, {base}) to {_quarter(macro['period'].to_list())}; as fetched on {known_on.day} "
            f"{known_on:%b %Y}"
        )
        stated = [day for payload in replies if (day := jsonstat.updated(payload)) is not None and day <= known_on]
        rows = trade.height + macro.height
        described = release(self.name, title, replies, rows, published=max(stated, default=None), url=_READER_URL)
        return {"trade_flow": _typed("trade_flow", trade), "macro": _typed("macro", macro), "release": described}

    def _asked(self, url: str, name: str, *, optional: bool = False) -> Request:
        return Request(url, name, "json", optional=optional, later=_PREPARING)


def _typed(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    columns = {name: column.dtype for name, column in TABLES[table].columns().items() if name != "known_to"}
    absent = [pl.lit(None).alias(name) for name in columns if name not in frame.columns]
    return frame.with_columns(absent).select(pl.col(name).cast(kind) for name, kind in columns.items())


def _quarter(periods: Sequence[date]) -> str:
    last = max(periods)
    return f"{last.year}-Q{(last.month + 2) // 3}"


def _cells(payload: Payload, dimensions: Mapping[str, str | None]) -> pl.DataFrame:
    """The cells of a reply; every dimension is there, and those with a code hold this code and no other.

    Raises:
        ParseError: a dimension is missing, or the reply is about something that was not asked for.
    """
    frame = jsonstat.decode(payload)
    for dimension, code in dimensions.items():
        if dimension not in frame.columns:
            raise ParseError(f"{payload.name}: the data set has no dimension {dimension}.")
        if code is not None and not (others := frame.filter(pl.col(dimension) != code)).is_empty():
            raise ParseError(f"{payload.name}: {dimension} is {others[dimension][0]!r} where {code!r} was asked for.")
    strange = [name for name in frame.columns if name not in {*dimensions, "value", "status"}]
    if strange:
        raise ParseError(f"{payload.name}: the data set has a dimension that is not known: {', '.join(strange)}.")
    return frame


def _trade(payload: Payload, codes: Mapping[str, str]) -> tuple[pl.DataFrame, int]:
    """Rows of one Comext reply without source and release, and how many figures are withheld."""
    kind, _, code = payload.name.removesuffix(".json").partition("/")
    about = {"partner": code, "product": ALL_GOODS} if kind == "total" else {"reporter": "EU27_2020", "product": code}
    fixed = {"freq": "M", "reporter": None, "partner": None, "flow": None, "indicators": _VALUE, "time": None} | about
    cells = _cells(payload, fixed).filter(~pl.col("reporter").str.contains(_LEFT_OUT.pattern) | _is_own("reporter"))
    for dimension, allowed in (("flow", list(_FLOWS)), ("partner", list(facts.asked("eurostat", "partners")))):
        odd = cells.filter(~pl.col(dimension).is_in(allowed))
        if not odd.is_empty():
            raise ParseError(f"{payload.name}: {dimension} {odd[dimension][0]!r} was not asked for.")
    withheld = cells.filter(pl.col("value").is_null()).height
    cells = cells.filter(pl.col("value").is_not_null())
    if kind == "total" and cells.is_empty():
        raise ParseError(f"{payload.name} holds no figure at all.")
    if cells.filter(pl.col("value") < 0).height:
        raise ParseError(f"{payload.name} holds a negative value.")
    where = f"{payload.name}, reporter"
    rows = cells.select(
        countries.to_area(cells["reporter"], codes, where).alias("reporter"),
        countries.to_area(cells["partner"], codes, f"{payload.name}, partner").alias("partner"),
        pl.col("flow").replace_strict({code: flow for code, (flow, _) in _FLOWS.items()}, return_dtype=pl.String),
        "product",
        _months(cells["time"], payload.name).alias("period"),
        pl.lit(Frequency.MONTH.value).alias("frequency"),
        pl.col("value").alias("value_eur"),
        pl.lit(value=False).alias("is_estimate"),
        pl.col("status").alias("flag"),
        pl.lit(Basis.COMEXT.value).alias("basis"),
        pl.col("flow")
        .replace_strict({code: valuation for code, (_, valuation) in _FLOWS.items()}, return_dtype=pl.String)
        .alias("valuation"),
        pl.lit(1.0).alias("rounding_usd"),
        pl.lit(payload.day).alias("known_from"),
    )
    over = months_before(payload.day + timedelta(days=1), 0)
    return rows.filter(pl.col("period") < over), withheld


def _is_own(dimension: str) -> pl.Expr:
    return pl.col(dimension).is_in(list(facts.labels("eurostat").areas))


def _months(texts: pl.Series, name: str) -> pl.Series:
    wrong = texts.filter(~texts.str.contains(r"^\d{4}-(0[1-9]|1[0-2])$"))
    if not wrong.is_empty():
        raise ParseError(f"{name}: {wrong[0]!r} is not a month.")
    return (texts + "-01").str.to_date("%Y-%m-%d")


def _check_once(trade: pl.DataFrame) -> None:
    """No figure comes twice, under two codes of one country."""
    key = ["reporter", "partner", "flow", "product", "period"]
    twice = trade.filter(pl.struct(key).is_duplicated()).sort(key)
    if not twice.is_empty():
        row = twice.row(0, named=True)
        figure = " ".join(str(row[name]) for name in key)
        raise ParseError(f"Comext gives one figure twice: {figure}.")


def _check_months(trade: pl.DataFrame) -> None:
    """The EU's total with Russia has every month between its first and its last, in both directions."""
    for flow in (Flow.IMPORT.value, Flow.EXPORT.value):
        union = trade.filter(
            pl.col("reporter") == "EUU",
            pl.col("partner") == "RUS",
            pl.col("flow") == flow,
            pl.col("product") == ALL_GOODS,
        )
        periods = sorted(union["period"])
        if not periods:
            raise ParseError(f"total/RU.json: the {flow}s of the EU27 are missing.")
        gone = sorted(set(months(periods[0], periods[-1])) - set(periods))
        if gone:
            raise ParseError(f"total/RU.json: the {flow}s of the EU27 lack {gone[0]:%B %Y}.")


def _check_members(trade: pl.DataFrame) -> None:
    """The 27 members add up to Eurostat's own EU27."""
    total = trade.filter(pl.col("product") == ALL_GOODS, pl.col("period") >= SUM_FROM)
    cell = ["partner", "flow", "period"]
    sums = total.filter(pl.col("reporter").is_in(_MEMBERS)).group_by(cell).agg(pl.col("value_eur").sum().alias("sum"))
    both = (
        total.filter(pl.col("reporter") == "EUU")
        .join(sums, on=cell, how="left")
        .with_columns(pl.col("sum").fill_null(0))
    )
    # Each member is rounded to the euro by itself.
    allowed = SUM_WITHIN * pl.col("value_eur") + len(_MEMBERS)
    wrong = both.filter((pl.col("sum") - pl.col("value_eur")).abs() > allowed).sort(cell)
    if not wrong.is_empty():
        row = wrong.row(0, named=True)
        raise ParseError(
            f"In {wrong.height:,} of {both.height:,} months the members do not add up to the EU27, first {row['flow']} "
            f"{row['partner']} {row['period']:%Y-%m}: {row['sum']:,.0f} against {row['value_eur']:,.0f} EUR."
        )


def _check_chapters(trade: pl.DataFrame) -> None:
    """The EU's chapters with a partner stay within its total, over all months together."""
    cell = ["partner", "flow", "period"]
    union = trade.filter(pl.col("reporter") == "EUU")
    chapters = (
        union.filter(pl.col("product").is_in(CHAPTERS)).group_by(cell).agg(pl.col("value_eur").sum().alias("sum"))
    )
    if chapters.is_empty():
        raise ParseError("Eurostat gave no HS chapter of the EU's trade.")
    both = union.filter(pl.col("product") == ALL_GOODS).join(chapters, on=cell, how="left")
    share = both.group_by("partner", "flow").agg((pl.col("sum").sum() / pl.col("value_eur").sum()).alias("share"))
    low, high = CHAPTERS_WITHIN
    wrong = share.filter(~pl.col("share").is_between(low, high)).sort("partner", "flow")
    if not wrong.is_empty():
        row = wrong.row(0, named=True)
        raise ParseError(
            f"The HS chapters of the EU's {row['flow']}s, partner {row['partner']}, are {row['share']:.0%} of the "
            "total."
        )


def _newest_base(payload: Payload) -> str:
    """The unit of the newest base year among those with figures: CLV20_MEUR."""
    fixed: dict[str, str | None] = {
        "freq": "Q",
        "s_adj": "SCA",
        "na_item": "B1GQ",
        "unit": None,
        "geo": None,
        "time": None,
    }
    units = _cells(payload, fixed).filter(pl.col("value").is_not_null())["unit"].unique().to_list()
    bases = sorted(unit for unit in units if _BASE.match(unit))
    if not bases:
        raise ParseError(f"{payload.name}: there is no chain-linked GDP in million euros.")
    return str(bases[-1])


def _gdp(payload: Payload, base: str, codes: Mapping[str, str]) -> pl.DataFrame:
    """Real GDP of the members, the EU27 and the euro area of 20 by complete quarter; others are left out."""
    fixed = {"freq": "Q", "s_adj": "SCA", "na_item": "B1GQ", "unit": base, "geo": None, "time": None}
    cells = _cells(payload, fixed).filter(pl.col("value").is_not_null())
    wrong = cells.filter(~pl.col("time").str.contains(r"^\d{4}-Q[1-4]$"))
    if not wrong.is_empty():
        raise ParseError(f"{payload.name}: {wrong['time'][0]!r} is not a quarter.")
    kept = _MEMBERS | {"EUU", "EMU"}
    year = 2000 + int(base[3:5])
    rows = cells.select(
        pl.col("geo").replace_strict(dict(codes), default=None, return_dtype=pl.String).alias("area"),
        pl.lit("gdp_volume_meur").alias("indicator"),
        pl.Series("period", [parse_period(text) for text in cells["time"]], dtype=pl.Date),
        pl.lit(Frequency.QUARTER.value).alias("frequency"),
        "value",
        pl.lit(f"million EUR, chain-linked volumes ({year})").alias("unit"),
        pl.lit(value=False).alias("is_forecast"),
        pl.col("status").alias("flag"),
        pl.lit(payload.day).alias("known_from"),
    ).filter(pl.col("area").is_in(kept), pl.col("period").dt.offset_by("1q") <= payload.day + timedelta(days=1))
    sums = rows.group_by("period").agg(
        pl.col("value").filter(pl.col("area").is_in(_MEMBERS)).sum().alias("sum"),
        pl.col("area").is_in(_MEMBERS).sum().alias("members"),
        pl.col("value").filter(pl.col("area") == "EUU").first().alias("union"),
    )
    whole = sums.filter(pl.col("members") == len(_MEMBERS), pl.col("union").is_not_null()).sort("period")
    if whole.is_empty():
        raise ParseError(f"{payload.name}: no quarter has real GDP of all {len(_MEMBERS)} members and of the EU27.")
    low, high = GDP_WITHIN
    odd = whole.filter(~(pl.col("sum") / pl.col("union")).is_between(low, high))
    if not odd.is_empty():
        row = odd.row(0, named=True)
        raise ParseError(
            f"{payload.name}: in {_quarter([row['period']])} the members add up to {row['sum']:,.0f}, the EU27 is "
            f"{row['union']:,.0f} million EUR."
        )
    return rows
