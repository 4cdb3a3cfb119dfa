"""Goods trade by partner from the International Monetary Fund (IMTS, formerly Direction of Trade Statistics)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import PurePosixPath

import polars as pl

from pipelines import facts
from pipelines.errors import ParseError
from pipelines.formats import sdmx
from pipelines.normalise import countries, releases
from pipelines.normalise.periods import Window, months, months_before
from pipelines.raw import SHIPPED, Payload, Request
from pipelines.schema import TABLES
from pipelines.schema.terms import ALL_GOODS, Basis, Flow, Frequency, Valuation
from pipelines.sources.base import Frames, Source

_DIMENSIONS = ("COUNTRY", "INDICATOR", "COUNTERPART_COUNTRY", "FREQUENCY")
_INDICATORS = {
    "XG_FOB_USD": (Flow.EXPORT, Valuation.FOB),
    "MG_CIF_USD": (Flow.IMPORT, Valuation.CIF),
    "MG_FOB_USD": (Flow.IMPORT, Valuation.FOB),
}
_WORLD = "G001"
_NO_COUNTRY = re.compile(r"^(GX?|TX)\d").pattern
"""Groups of countries, areas not specified and special categories; the world alone is kept."""

_GONE = ("DDR", "YAR", "YMD")
"""Dissolved in 1990, before the first year that is asked for."""

REPORTED = frozenset({"O", "OU", "R"})
ESTIMATED = frozenset({"FA", "SC", "SCC", "SE", "SEHI", "SEME", "SP", "TPD"})
MIXED = "M"
"""DERIVATION_TYPE: reported by the country; made by the IMF's staff or taken from others; a sum of both kinds."""

TOLERANCE = 0.05
"""By how much the countries may exceed the source's own world total. Areas not specified are left out, so they are
below it; above it by more, groups were counted as countries or a part came in another scale."""


def large() -> tuple[str, ...]:
    """Whose reports on all partners are asked for; what Russia bought and sold since 2022 is known from them alone."""
    groups = (facts.asked("imf_imts", group) for group in ("sanctioning", "others", "neighbours"))
    return tuple(sorted(code for group in groups for code in group))


def reporters() -> tuple[str, ...]:
    """All who are asked for: the economies under sanctions, then their large partners."""
    return (*facts.asked("imf_imts", "targets"), *large())


class ImfImts(Source):
    """Exports (FOB) and imports (CIF, or FOB where a country has nothing else) in US dollars, monthly and annual.

    One reply per reporter and frequency, with all partners. `SCALE` says how the IMF displays a figure and scales
    nothing: the value is whole dollars.
    """

    name = "imf_imts"
    tables = ("trade_flow", "release")

    first_year = date(1992, 1, 1)

    def requests(self, window: Window) -> Sequence[Request]:
        """Every reporter's months and years, from the first period that can have changed."""
        month = self.start(window)
        year = date(month.year - 1, 1, 1) if window.latest_period is not None else self.first_year
        if window.since is not None:
            year = max(date(window.since.year, 1, 1), self.first_year)
        starts = {Frequency.MONTH: month, Frequency.YEAR: year}
        asked = [
            Request(
                f"{self.url}/external/sdmx/3.0/data/dataflow/IMF.STA/IMTS/+/"
                f"{reporter}.{'+'.join(_INDICATORS)}.*.{frequency}?c%5BTIME_PERIOD%5D=ge%3A{start}"
                "&dimensionAtObservation=TIME_PERIOD&attributes=dsd&measures=all",
                name=f"{frequency}/{reporter}.json",
                kind="json",
                headers=(("Accept", "application/json"),),
            )
            for reporter in reporters()
            for frequency, start in starts.items()
        ]
        return [*asked, Request(SHIPPED + "reference/area_codes.csv")]

    def parse(self, payloads: Sequence[Payload]) -> Frames:
        """Rows of trade_flow, known from the day of retrieval: the source gives no day of publication.

        Raises:
            ParseError: no reply holds a figure, or one is not what was asked for.
        """
        replies = [payload for payload in payloads if not payload.is_shipped]
        area_codes = next(payload for payload in payloads if payload.is_shipped)
        known = countries.codes(area_codes, "imts")
        parts = {payload.name: _figures(payload, known) for payload in replies}
        parts = {name: part for name, part in parts.items() if not part.is_empty()}
        if not parts:
            raise ParseError(
                f"None of the {len(replies)} replies of {self.name} holds a figure, though each came as a success. "
                "The series may have moved; try again later."
            )
        for name in [name for name in parts if name.startswith("A/")]:
            monthly = parts.get(f"M/{PurePosixPath(name).name}")
            parts[name] = parts[name] if monthly is None else _whole_years(parts[name], monthly)
        day = max(payload.day for payload in replies)
        rows = pl.concat(list(parts.values()))
        del parts
        release = releases.release(
            self.name,
            f"International Trade in Goods by partner country (IMTS), as answered on {day}",
            replies,
            rows.height,
            url="https://data.imf.org/en/datasets/IMF.STA:IMTS",
        )
        columns = TABLES["trade_flow"].columns()
        constants = {
            "product": ALL_GOODS,
            "source": self.name,
            "known_from": day,
            "value_eur": None,
            "quantity": None,
            "quantity_unit": None,
            "basis": Basis.IMTS.value,
            "rounding_usd": 1.0,
            "release": release["release"][0],
        }
        rows = rows.with_columns(pl.lit(value, columns[name].dtype).alias(name) for name, value in constants.items())
        return {"trade_flow": rows.select(name for name in columns if name != "known_to"), "release": release}


def _figures(payload: Payload, known: Mapping[str, str]) -> pl.DataFrame:
    """The countries' and the world's figures of one reply, in our words; without rows where it is empty."""
    frequency, reporter = PurePosixPath(payload.name).with_suffix("").parts
    reply = sdmx.decode(payload, _DIMENSIONS, ("DERIVATION_TYPE", "STATUS"))
    if not reply.is_empty and "DERIVATION_TYPE" not in reply.declared:
        raise ParseError(f"{payload.name} no longer says which figures are estimates (DERIVATION_TYPE).")
    _check_asked(payload.name, reply.frame, reporter, frequency)
    # A running month or year is none yet; what a reporter prints of it would pass for the whole.
    last = payload.day.replace(day=1)
    last = months_before(last, 1) if frequency == Frequency.MONTH else date(last.year - 1, 1, 1)
    there = pl.col("value").is_not_null() & (pl.col("period") <= last)
    codes = reply.frame.select(pl.col("COUNTERPART_COUNTRY").filter(there).unique()).to_series()
    codes = codes.filter(((codes == _WORLD) | ~codes.str.contains(_NO_COUNTRY)) & ~codes.is_in(_GONE))
    areas = dict(zip(codes, countries.to_area(codes, known, f"{payload.name}, COUNTERPART_COUNTRY"), strict=True))
    if len(set(areas.values())) < len(areas):
        raise ParseError(f"{payload.name}: two of its partners are one area of ours.")
    valuations = dict(_INDICATORS)
    if "MG_CIF_USD" in reply.frame.select(pl.col("INDICATOR").filter(there).unique()).to_series():
        # One line never mixes two valuations: FOB stands only where the reporter has nothing else.
        del valuations["MG_FOB_USD"]
    frame = reply.frame.filter(
        there, pl.col("COUNTERPART_COUNTRY").is_in(codes.implode()), pl.col("INDICATOR").is_in(list(valuations))
    )
    negative = frame.filter(pl.col("value") < 0)
    if not negative.is_empty():
        row = negative.row(0, named=True)
        raise ParseError(
            f"{payload.name}: trade with {row['COUNTERPART_COUNTRY']} in {row['TIME_PERIOD']} is negative."
        )
    is_estimate, flag = _derivation(payload.name, frame["DERIVATION_TYPE"])
    rows = frame.select(
        reporter=pl.lit(countries.to_area(pl.Series([reporter]), known, f"{payload.name}, COUNTRY")[0]),
        partner=pl.col("COUNTERPART_COUNTRY").replace_strict(areas, return_dtype=pl.String),
        flow=pl.col("INDICATOR").replace_strict(
            {c: f.value for c, (f, _) in valuations.items()}, return_dtype=pl.String
        ),
        period=pl.col("period"),
        frequency=pl.lit(frequency),
        value_usd=pl.col("value"),
        is_estimate=is_estimate,
        flag=pl.coalesce("STATUS", flag),
        valuation=pl.col("INDICATOR").replace_strict(
            {c: v.value for c, (_, v) in valuations.items()}, return_dtype=pl.String
        ),
    )
    if rows.is_empty():
        return rows
    _check_months(payload.name, reporter, rows)
    return _checked_sums(payload.name, rows)


def _check_asked(name: str, frame: pl.DataFrame, reporter: str, frequency: str) -> None:
    """Nothing but what was asked for: a reply with other series would be counted under the wrong name."""
    asked = {
        "COUNTRY": [reporter],
        "FREQUENCY": [frequency],
        "INDICATOR": list(_INDICATORS),
        "period_frequency": [frequency],
    }
    for column, right in asked.items():
        wrong = sorted(set(frame[column].unique()) - set(right))
        if wrong:
            raise ParseError(f"{name} holds {wrong[0][:40]!r} under {column}, which was not asked for.")


def _derivation(name: str, marks: pl.Series) -> tuple[pl.Expr, pl.Expr]:
    """Which figures are estimates, and our flag for sums of reported and estimated parts.

    The world's total is such a sum wherever one partner is estimated; see `_checked_sums`.
    """
    unknown = set(marks.drop_nulls().unique()) - REPORTED - ESTIMATED - {MIXED}
    if unknown:
        raise ParseError(
            f"{name}: the DERIVATION_TYPE {min(unknown)[:40]!r} is not known, so estimates cannot be told from reports."
        )
    derivation, partner = pl.col("DERIVATION_TYPE"), pl.col("COUNTERPART_COUNTRY")
    part = (derivation == MIXED) & (partner != _WORLD)
    estimated = derivation.is_in(sorted(ESTIMATED)) | part
    return estimated.fill_null(value=False), pl.when(derivation == MIXED).then(pl.lit("mixed"))


def _check_months(name: str, reporter: str, rows: pl.DataFrame) -> None:
    """Those who took part in the sanctions report every month; a hole between two of theirs is a fault of the reply."""
    if not name.startswith("M/") or reporter not in facts.asked("imf_imts", "sanctioning"):
        return
    for (flow,), part in rows.filter(partner="WLD").group_by("flow", maintain_order=True):
        there = set(part["period"])
        gaps = [month for month in months(min(there), max(there)) if month not in there]
        if gaps:
            raise ParseError(f"{name} has no {flow}s to or from the world for {gaps[0]:%Y-%m}, but later ones.")


def _checked_sums(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows, the world's marked as estimates where most of the countries' value is one."""
    value, is_world = pl.col("value_usd"), pl.col("partner") == "WLD"
    sums = rows.group_by("flow", "period").agg(
        value.filter(~is_world).sum().alias("countries"),
        value.filter(~is_world & pl.col("is_estimate")).sum().alias("estimated"),
        value.filter(is_world).first().alias("world"),
    )
    if sums["world"].null_count() == sums.height:
        raise ParseError(f"{name} has no world total ({_WORLD}) to hold the countries against.")
    over = sums.filter(pl.col("countries") > pl.col("world") * (1 + TOLERANCE) + 1).sort("flow", "period")
    if not over.is_empty():
        row = over.row(0, named=True)
        raise ParseError(
            f"{name}: the countries' {row['flow']}s of {row['period']:%Y-%m} are {row['countries']:,.0f} dollars, "
            f"above the world total of {row['world']:,.0f}. Groups may be counted among them."
        )
    mostly = sums.filter(pl.col("estimated") * 2 > pl.col("countries"))
    if mostly.is_empty():
        return rows
    marks = mostly.select("flow", "period", partner=pl.lit("WLD"), mostly=pl.lit(value=True))
    marked = rows.join(marks, on=["flow", "period", "partner"], how="left", maintain_order="left")
    return marked.with_columns(pl.col("is_estimate") | pl.col("mostly").fill_null(value=False)).drop("mostly")


def _whole_years(years: pl.DataFrame, monthly: pl.DataFrame) -> pl.DataFrame:
    """Years without the one in which the reporter's months end before December: its figure is no year's."""
    last = monthly["period"].max()
    assert isinstance(last, date)
    if last.month == 12 or months_before(last, -1).month == 1:
        return years
    return years.filter(pl.col("period") != date(last.year, 1, 1))
