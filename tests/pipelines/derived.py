"""Replies in the recorded shape of each source of figures, filled from the figures that ship.

Made-up figures would be refused beside the real ones, as another unit or as parts that miss their whole. So a reply
holds what the shipped build says; where that ends, the last year that ships is repeated, up to the day of the test.
What nothing ships of (a chapter, a transit economy, a month of the IMF) is a fixed share of a figure that does.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from pipelines.normalise.periods import months, months_before
from pipelines.settings import shipped_data
from pipelines.store import Store

PAYLOADS = Path(__file__).parent / "sources" / "payloads"
MONTH_NAMES = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
Key = tuple[str, ...]


def fixture(name: str) -> bytes:
    """A recorded shape of the repository."""
    return (PAYLOADS / name).read_bytes()


class Shipped:
    """The shipped build's standing figures, carried forward by whole years, and the codes of each source."""

    def __init__(self, store: Store, today: date) -> None:
        self.today = today
        self.over = months_before(today, 1)
        """The last month that is over."""
        self._trade = store.query(
            "SELECT source, flow, partner, reporter, period, coalesce(value_eur, value_usd) AS value FROM trade_flow "
            "WHERE known_to IS NULL AND product = 'TOTAL' AND source IN ('census', 'eurostat', 'imf_imts')"
        )
        self._macro = store.query(
            "SELECT source, area, indicator, period, value FROM macro WHERE known_to IS NULL AND NOT is_forecast"
        )
        self.kinds = dict(store.query("SELECT area, area_kind FROM area").iter_rows())
        codes = pl.read_csv(shipped_data() / "reference" / "area_codes.csv", infer_schema=False)
        self.codes: dict[str, dict[str, str]] = {
            scheme: dict(part.select("area", "code").reverse().iter_rows())
            for (scheme,), part in codes.group_by("scheme")
        }

    def trade(self, source: str) -> Mapping[Key, dict[date, float]]:
        """Reporter, partner and flow to value by period."""
        return self._cached(self._trade, source, ["reporter", "partner", "flow"])

    def macro(self, source: str) -> Mapping[Key, dict[date, float]]:
        """Area and indicator to value by period."""
        return self._cached(self._macro, source, ["area", "indicator"])

    def _cached(self, frame: pl.DataFrame, source: str, by: Sequence[str]) -> Mapping[Key, dict[date, float]]:
        if source not in self._known:
            parts = frame.filter(pl.col("source") == source).group_by(by)
            self._known[source] = {
                tuple(map(str, key)): dict(part.select("period", "value").iter_rows()) for key, part in parts
            }
        return self._known[source]

    @cached_property
    def _known(self) -> dict[str, Mapping[Key, dict[date, float]]]:
        return {}

    @cached_property
    def full_census_months(self) -> set[date]:
        """Months of which every partner ships; of the newest only some do."""
        counts = self._trade.filter(pl.col("source") == "census").group_by("period").len()
        return set(counts.filter(pl.col("len") > 300)["period"])


def carried(series: Mapping[date, float], period: date) -> float | None:
    """The figure of a period, else that of the same month in the last year that has one."""
    for year in range(period.year, 1984, -1):
        if (found := series.get(period.replace(year=year))) is not None:
            return found
    return None


def dump(document: Any) -> bytes:
    """JSON as the sources write it."""
    return json.dumps(document).encode()


# Census


def census_month(shipped: Shipped, flow: str, month: date) -> dict[str, int]:
    """Whole dollars by the source's code; World is the sum of the countries."""
    whole = month
    while whole not in shipped.full_census_months:
        whole = whole.replace(year=whole.year - 1)
    found: dict[str, int] = {}
    union = 0
    for (_, partner, this), series in shipped.trade("census").items():
        if this != flow or (value := series.get(month, series.get(whole))) is None:
            continue
        code = shipped.codes["census"].get(partner, "")
        if partner == "EUU":
            union = round(value)
        elif shipped.kinds[partner] == "country" and code:
            found[code] = round(value)
    return {**found, "0003": union, "-": sum(found.values())}


def census(shipped: Shipped, side: str, begin: date, end: date, chapters: Sequence[str]) -> bytes:
    """The interface: a header and rows of text; the two newest months are not published yet."""
    flow, value = {"exports": ("export", "ALL_VAL_MO"), "imports": ("import", "GEN_VAL_MO")}[side]
    header = ["CTY_CODE", "CTY_NAME", value, "YEAR", "MONTH"]
    product = [f"{side[0].upper()}_COMMODITY"] if chapters else []
    rows: list[list[str]] = [[*header, *product]]
    for month in months(begin, min(end, months_before(shipped.today, 2))):
        dated = [f"{month:%Y}", f"{month:%m}"]
        cells = census_month(shipped, flow, month)
        if chapters:
            for code in chapters:
                oil = cells.get(code, 0) // 2
                rows.append([code, "A PARTNER", str(oil), *dated, "27"])
                rows.append([code, "A PARTNER", str(cells.get(code, 0) - oil), *dated, "84"])
            continue
        cells["4XXX"] = sum(v for code, v in cells.items() if code not in ("-", "0003") and not code.startswith("8"))
        rows += [[code, "A PARTNER", str(v), *dated] for code, v in cells.items()]
    return dump(rows) if len(rows) > 1 else b""


def census_workbook(shipped: Shipped, years: int = 2) -> bytes:
    """The public workbook: million dollars by month, 0 where nothing is published yet, and the year's sum."""
    packed = io.BytesIO()
    book = xlsxwriter.Workbook(packed, {"in_memory": True})
    sheet = book.add_worksheet("country")
    sheet.write_row(0, 0, ["year", "CTY_CODE", "CTYNAME"] + [f"{x}{m}" for x in "IE" for m in (*MONTH_NAMES, "YR")])
    last, line = months_before(shipped.today, 2), 1
    for year in range(last.year - years + 1, last.year + 1):
        by_month = {
            (letter, month): census_month(shipped, flow, date(year, month, 1))
            for letter, flow in (("I", "import"), ("E", "export"))
            for month in range(1, 13)
            if date(year, month, 1) <= last
        }
        for code in sorted({code for cells in by_month.values() for code in cells} - {"-"} | {"0015"}):
            cells: list[float] = []
            for letter in "IE":
                dollars = [by_month.get((letter, m), {}).get("-" if code == "0015" else code, 0) for m in range(1, 13)]
                cells += [value / 1e6 for value in (*dollars, sum(dollars))]
            sheet.write_row(line, 0, [str(year), code, "A partner", *cells])
            line += 1
    book.close()
    return packed.getvalue()


# World Bank


def worldbank_countries(shipped: Shipped) -> bytes:
    """The bank's list of countries and aggregates."""
    rows = [
        {
            "id": code,
            "iso2Code": code,
            "name": area,
            "region": {"id": "ECS" if shipped.kinds[area] == "country" else "NA", "value": "A region"},
        }
        for area, code in shipped.codes["wdi"].items()
    ]
    return dump([{"page": "1", "pages": "1", "per_page": "400", "total": str(len(rows))}, rows])


def worldbank(shipped: Shipped, indicator: str, first: int, last: int) -> bytes:
    """One indicator: every economy and year, null where there is no figure."""
    title = json.loads(fixture(f"worldbank/{indicator}/1.json"))[1][0]["indicator"]
    figures = shipped.macro("worldbank")
    rows = [
        {
            "indicator": title,
            "country": {"id": code, "value": area},
            "countryiso3code": code,
            "date": str(year),
            "value": carried(figures.get((area, indicator), {}), date(year, 1, 1)),
            "unit": "",
            "obs_status": "",
            "decimal": 0,
        }
        for area, code in shipped.codes["wdi"].items()
        for year in range(first, last + 1)
    ]
    return dump([{"page": 1, "pages": 1, "per_page": 20000, "total": len(rows), "lastupdated": "2026-07-13"}, rows])


# IMF: the recorded structure with other codes, periods and series


def _codes(words: Iterable[str]) -> list[dict[str, str]]:
    return [{"id": word} for word in words]


def imts(shipped: Shipped, reporter: str, frequency: str, first: date) -> bytes:
    """Russia by partner and the world, Türkiye's and China's trade with Russia; the others answer empty."""
    document = json.loads(fixture("imf_imts/M/PRK.json"))
    dimensions = document["data"]["structures"][0]["dimensions"]
    series, observation = dimensions["series"], dimensions["observation"][0]
    series[0]["values"], series[3]["values"] = _codes([reporter]), _codes([frequency])
    sides = [("export", "RUS", reporter), ("import", "RUS", reporter)]
    if reporter == "RUS":
        sides = [(this, partner, partner) for (_, partner, this) in shipped.trade("imf_imts")]
    elif reporter not in ("TUR", "CHN"):
        return dump(document)
    if frequency == "A":
        starts, share = [date(year, 1, 1) for year in range(first.year, shipped.today.year)], 1.0
    else:
        starts, share = months(first, months_before(shipped.today, 3)), 1 / 12
    partners: dict[str, int] = {}
    found: dict[str, dict[str, Any]] = {}
    worlds: dict[tuple[int, int], float] = {}
    for flow, partner, shipped_partner in sides:
        if partner == "WLD" or partner not in shipped.codes["imts"]:
            continue
        figures = shipped.trade("imf_imts").get(("RUS", shipped_partner, flow), {})
        place = partners.setdefault(shipped.codes["imts"][partner], len(partners))
        side = 0 if flow == "export" else 1
        cells = {}
        for turn, start in enumerate(starts):
            value = carried(figures, date(start.year, 1, 1))
            if value is not None:
                cells[str(turn)] = [str(round(value * share)), None, 0]
                worlds[side, turn] = worlds.get((side, turn), 0) + round(value * share)
        if cells:
            found[f"0:{side}:{place}:0"] = {"attributes": [0, None, 0], "observations": cells}
    world = partners.setdefault("G001", len(partners))
    for side in (0, 1):
        cells = {str(turn): [str(value), None, 0] for (this, turn), value in worlds.items() if this == side}
        if cells:
            found[f"0:{side}:{world}:0"] = {"attributes": [0, None, 0], "observations": cells}
    series[2]["values"] = _codes(partners)
    form = "%Y" if frequency == "A" else "%Y-M%m"
    observation["values"] = [{"value": start.strftime(form)} for start in starts]
    document["data"]["dataSets"][0]["series"] = found
    return dump(document)


def weo(shipped: Shipped) -> bytes:
    """An edition that came out in the last April or October, a tenth of a point of growth above the shipped one."""
    newest = [date(year, month, 14) for year in (shipped.today.year - 1, shipped.today.year) for month in (4, 10)]
    published = max(day for day in newest if day <= shipped.today)
    document = json.loads(fixture("imf_weo/WEO/current.json"))
    dimensions = document["data"]["structures"][0]["dimensions"]
    data = document["data"]["dataSets"][0]
    years = range(published.year - 2, published.year + 6)
    figures, known = shipped.macro("imf_weo"), shipped.codes["imts"]
    areas = sorted({area for area, _ in figures if shipped.kinds[area] == "country" and area in known})
    dimensions["series"][0]["values"] = _codes([*(known[area] for area in areas), "G001"])
    dimensions["observation"][0]["values"] = [{"value": str(year)} for year in years]
    data["series"] = {}
    groups = {key: value for key, value in data["dimensionGroupAttributes"].items() if key in (":0:", ":1:")}
    worlds = dict.fromkeys(map(str, range(len(years))), 0.0)
    for place, area in enumerate(areas):
        for turn, indicator in enumerate(("gdp_growth", "gdp_usd")):
            cells = {}
            for number, year in enumerate(years):
                value = carried(figures.get((area, indicator), {}), date(year, 1, 1))
                if value is not None:
                    cells[str(number)] = [str(round(value + 0.1, 3) if turn == 0 else value)]
                    worlds[str(number)] += 0 if turn == 0 else value
            data["series"][f"{place}:{turn}:0"] = {"attributes": [turn, None], "observations": cells}
            groups[f"{place}:{turn}::"] = [None, [str(published.year - 1)]]
    cells = {number: [str(value)] for number, value in worlds.items()}
    data["series"][f"{len(areas)}:1:0"] = {"attributes": [1, None], "observations": cells}
    data["dimensionGroupAttributes"] = groups
    data["attributes"] = [f"{published}T13:00:00Z", f"{published}T13:00:00Z"]
    return dump(document)


# Eurostat

MEMBERS = tuple(list(json.loads(fixture("eurostat/gdp/volume.json"))["dimension"]["geo"]["category"]["index"])[:27])
UNION = "EU27_2020"


def comext(
    shipped: Shipped, reporters: Sequence[str], partners: Sequence[str], product: str, first: date
) -> bytes | None:
    """One cube. Exports ship, imports are as large; chapters 27 and 84 are 40% of the total each."""
    share = {"TOTAL": 100, "27": 40, "84": 40, "2709": 20}.get(product)
    if share is None:
        return None
    periods = months(first, months_before(shipped.today, 3))
    dimensions: dict[str, Sequence[str]] = {
        "freq": ["M"], "reporter": reporters, "partner": partners, "product": [product], "flow": ["1", "2"],
        "indicators": ["VALUE_IN_EUROS"], "time": [f"{month:%Y-%m}" for month in periods],
    }  # fmt: skip
    areas = {code: area for area, code in shipped.codes["iso2"].items()} | {"EL": "GRC"}
    figures = shipped.trade("eurostat")

    def member(code: str, partner: str, month: date) -> int:
        return round(carried(figures.get((areas[code], areas[partner], "export"), {}), month) or 0)

    values: list[float] = []
    for reporter in reporters:
        for partner in partners:
            who = MEMBERS if reporter == UNION else [reporter]
            series = [sum(member(code, partner, month) for code in who) * share // 100 for month in periods]
            values += [*series, *series]
    return _cube(dimensions, values)


def _cube(dimensions: Mapping[str, Sequence[str]], values: Sequence[float]) -> bytes:
    return dump(
        {
            "version": "2.0", "class": "dataset", "source": "ESTAT", "updated": "2026-11-16T11:00:00+0100",
            "value": {str(place): value for place, value in enumerate(values)}, "id": list(dimensions),
            "size": [len(codes) for codes in dimensions.values()],
            "dimension": {
                name: {"category": {"index": {code: place for place, code in enumerate(codes)}}}
                for name, codes in dimensions.items()
            },
        }
    )  # fmt: skip


# UN Comtrade


def comtrade(shipped: Shipped, frequency: str, periods: Sequence[str]) -> bytes:
    """China's and Türkiye's totals with Russia; the newest three months are not reported yet."""
    row = json.loads(fixture("comtrade/A/2024.json"))["data"][0]
    last = f"{months_before(shipped.today, 3):%Y%m}" if frequency == "M" else str(shipped.today.year - 1)
    rows = []
    for period in periods:
        for reporter in (156, 792):
            value = 1e9 + reporter * int(period[-2:])
            facts = {"freqCode": frequency, "refYear": int(period[:4]), "period": period, "reporterCode": reporter}
            facts |= {"partnerCode": 643, "fobvalue": value, "primaryValue": value}
            if period <= last:
                rows.append(row | facts)
    return dump({"elapsedTime": "0.05 secs", "count": len(rows), "data": rows, "error": ""})


# Prices and rates

NEWS = 0.001
"""By so much every rate and price is above the shipped one: what equals it would leave no row of its own."""


def brent(shipped: Shipped, first: date) -> bytes:
    """Every month from the first one asked for to the last that is over."""
    row = json.loads(fixture("brent/prices.json"))["response"]["data"][0]
    figures = shipped.macro("brent")[("WLD", "brent_usd_per_barrel")]
    rows = [
        row | {"period": f"{month:%Y-%m}", "value": f"{(carried(figures, month) or 0) * (1 + NEWS):.4f}"}
        for month in months(first, shipped.over)
    ]
    return dump({"response": {"total": str(len(rows)), "frequency": "monthly", "data": rows}})


def _days(first: date, last: date) -> list[date]:
    found = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    return [day for day in found if day.weekday() < 5]


def _rate(shipped: Shipped, area: str, indicator: str, day: date) -> float:
    value = carried(shipped.macro("ecb_fx")[(area, indicator)], day.replace(day=1))
    return 80.0 if value is None else value * (1 + NEWS)


def ecb(shipped: Shipped, currency: str, first: date, last: date) -> bytes:
    """The month's mean on every weekday."""
    header = fixture("ecb_fx/USD.csv").decode().splitlines()[0]
    lines = [header]
    for day in _days(first, min(last, date(2022, 3, 1)) if currency == "RUB" else last):
        rate = _rate(shipped, "EMU", "usd_per_eur", day)
        rate *= _rate(shipped, "RUS", "rub_per_usd", day) if currency == "RUB" else 1
        lines.append(f"EXR.D.{currency}.EUR.SP00.A,D,{currency},EUR,SP00,A,{day},{rate:.6f},A,{currency},own figures")
    return ("\n".join(lines) + "\n").encode()


def cbr(shipped: Shipped, first: date, last: date) -> bytes:
    """The month's mean on every weekday, in windows-1251 with a decimal comma."""
    records = "".join(
        f'<Record Date="{day:%d.%m.%Y}" Id="R01235"><Nominal>1</Nominal><Value>{rate}</Value>'
        f"<VunitRate>{rate}</VunitRate></Record>"
        for day in _days(first, last)
        for rate in [f"{_rate(shipped, 'RUS', 'rub_per_usd', day):.4f}".replace(".", ",")]
    )
    head = f'<ValCurs ID="R01235" DateRange1="{first:%d.%m.%Y}" DateRange2="{last:%d.%m.%Y}" name="Динамика">'
    return f'<?xml version="1.0" encoding="windows-1251"?>{head}{records}</ValCurs>'.encode("windows-1251")
