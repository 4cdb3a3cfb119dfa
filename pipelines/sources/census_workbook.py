"""The public workbook of the Census: one sheet, one row per code and year, million dollars by month.

It prints 0 for months that are not published yet and for states that do not exist; both are cut here.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from pipelines.errors import ParseError
from pipelines.formats.excel import read_sheet
from pipelines.normalise import countries
from pipelines.raw import Payload
from pipelines.schema.terms import ALL_GOODS, Flow

SHEET = "country"
WORLD, _EU = "0015", "0003"
_COUNTRY = r"^[1-9]\d{3}$"
_GROUP = r"^00\d{2}$"
"""World seasonally adjusted, technology products, continents, trade areas: no places, or sums of places."""

_MILLION = 1_000_000
_TENTH = 100_000
"""Until 2002 countries are printed to 0.1 million, since then to the dollar."""

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_TURN = {word: n for n, word in enumerate(_MONTHS)}
_FLOWS = {"I": Flow.IMPORT.value, "E": Flow.EXPORT.value}
_VALUES = {f"{letter}{word}": (flow, word) for letter, flow in _FLOWS.items() for word in (*_MONTHS, "YR")}

_CAME_OR_WENT = [
    "ANT",
    "ARM",
    "AZE",
    "BIH",
    "BLR",
    "CSK",
    "CUW",
    "ERI",
    "GEO",
    "HRV",
    "KAZ",
    "KGZ",
    "MDA",
    "MKD",
    "NTZ",
    "SCG",
    "SSD",
    "SUN",
    "SVN",
    "SXM",
    "TJK",
    "TKM",
    "TLS",
    "UKR",
    "UZB",
    "XIO",
    "YUG",
]
"""States that began or ended since 1985, and one code that went out of use: the workbook prints 0 in both flows before
they were and after. Elsewhere a printed 0 is a reported 0."""


def figures(payload: Payload, known: Mapping[str, str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Months (partner, flow, product, period, value_usd, rounding_usd) and the totals of complete years.

    Raises:
        ParseError: a column or World is missing, a cell is no number, a code is unknown, or World has a hole.
    """
    cells = _cells(payload)
    months = _cut(cells.filter(pl.col("word") != "YR"), payload.name)
    years = cells.filter(pl.col("word") == "YR")
    month = pl.col("word").replace_strict(_TURN, return_dtype=pl.Int32) + 1
    by_month = _by_area(months.with_columns(period=pl.date("year", month, 1)), known, payload.name)
    by_month = _without_zeros_outside_trade(by_month).with_columns(
        product=pl.lit(ALL_GOODS), rounding_usd=_width(coarsest=_MILLION)
    )
    complete = (
        by_month.group_by("partner", "flow", pl.col("period").dt.truncate("1y")).len().filter(pl.col("len") == 12)
    )
    totals = (
        _by_area(years.with_columns(period=pl.date("year", 1, 1)), known, payload.name)
        .with_columns(rounding_usd=_width(coarsest=_TENTH))
        .join(complete, on=["partner", "flow", "period"], how="semi")
    )
    return by_month, totals


def _cells(payload: Payload) -> pl.DataFrame:
    """One row per printed number: year, code, flow, word (JAN … DEC, YR) and value in million dollars."""
    rows = read_sheet(payload, SHEET)
    header = rows[0] if rows else []
    missing = [column for column in ("year", "CTY_CODE", *_VALUES) if column not in header]
    if missing:
        raise ParseError(f"{payload.name}, sheet {SHEET}, has no column {', '.join(missing[:5])}.")
    wanted = ["year", "CTY_CODE", *_VALUES]
    sheet = pl.DataFrame(rows[1:], schema=dict.fromkeys(map(str, header), pl.String), orient="row").select(wanted)
    sheet = sheet.with_row_index("line", offset=2)
    keys = sheet.filter(
        ~pl.col("year").str.contains(r"^(19|20)\d{2}$").fill_null(value=False)
        | ~pl.col("CTY_CODE").str.contains(f"{_COUNTRY}|{_GROUP}").fill_null(value=False)
    )
    if not keys.is_empty():
        row = keys.row(0, named=True)
        raise ParseError(
            f"{payload.name}, line {row['line']}: {row['year']!r} and {row['CTY_CODE']!r} are not a year and a code."
        )
    twice = sheet.filter(pl.struct("year", "CTY_CODE").is_duplicated())
    if not twice.is_empty():
        row = twice.row(0, named=True)
        raise ParseError(f"{payload.name} gives code {row['CTY_CODE']} in {row['year']} more than once.")
    kept = sheet.filter(pl.col("CTY_CODE").str.contains(_COUNTRY) | pl.col("CTY_CODE").is_in([WORLD, _EU]))
    long = kept.unpivot(list(_VALUES), index=["line", "year", "CTY_CODE"], value_name="said").drop_nulls("said")
    long = long.with_columns(value=pl.col("said").cast(pl.Float64, strict=False))
    bad = long.filter(pl.col("value").is_null() | ~pl.col("value").is_finite() | (pl.col("value") < 0))
    if not bad.is_empty():
        row = bad.row(0, named=True)
        raise ParseError(
            f"{payload.name}, line {row['line']}, column {row['variable']}: {row['said']!r} is not a number from 0 up."
        )
    return long.select(
        pl.col("year").cast(pl.Int32),
        code="CTY_CODE",
        flow=pl.col("variable").replace_strict({name: flow for name, (flow, _) in _VALUES.items()}),
        word=pl.col("variable").str.slice(1),
        value="value",
    )


def _cut(months: pl.DataFrame, name: str) -> pl.DataFrame:
    """Each flow up to its last published month: the last in which World is not 0. World has no hole before it."""
    turn = (pl.col("year") * 12 + pl.col("word").replace_strict(_TURN, return_dtype=pl.Int32)).alias("turn")
    dated = months.with_columns(turn)
    published = dated.filter(pl.col("code") == WORLD, pl.col("value") > 0)
    for flow in _FLOWS.values():
        turns = published.filter(pl.col("flow") == flow)["turn"].sort()
        if turns.is_empty():
            raise ParseError(f"{name} has no {flow}s of World (code {WORLD}).")
        holes = sorted(set(range(turns[0], turns[-1] + 1)) - set(turns))
        if holes:
            year, month = divmod(holes[0], 12)
            raise ParseError(f"{name}: World (code {WORLD}) has no {flow}s in {year}-{month + 1:02}, but later ones.")
    ends = published.group_by("flow").agg(pl.col("turn").max().alias("end"))
    return dated.join(ends, on="flow").filter(pl.col("turn") <= pl.col("end")).drop("turn", "end")


def _by_area(cells: pl.DataFrame, known: Mapping[str, str], name: str) -> pl.DataFrame:
    """Whole dollars by partner, flow and period; two codes that stand for one area are added up."""
    partner = countries.to_area(cells["code"], known, f"{name}, CTY_CODE").alias("partner")
    dollars = (pl.col("value").sum() * _MILLION).round(0).alias("value_usd")
    return (
        cells.with_columns(partner).group_by("partner", "flow", "period").agg(dollars).sort("partner", "flow", "period")
    )


def _without_zeros_outside_trade(months: pl.DataFrame) -> pl.DataFrame:
    """Without the zeros of a state before its first recorded trade and after its last."""
    traded = pl.col("period").filter(pl.col("value_usd") > 0)
    lived = pl.col("period").is_between(traded.min().over("partner"), traded.max().over("partner"))
    return months.filter(~pl.col("partner").is_in(_CAME_OR_WENT) | lived.fill_null(value=False))


def _width(coarsest: int) -> pl.Expr:
    """To how many dollars a value is rounded: what most values of its year need, for countries, the Union and World
    apart, because the three are printed differently."""
    dollars = pl.col("value_usd")
    kind = pl.when(pl.col("partner").is_in(["WLD", "EUU"])).then("partner").alias("kind")
    series = [kind, pl.col("flow"), pl.col("period").dt.year()]
    finer = (dollars % _TENTH != 0).mean().over(series) > 0.5
    tenths = (dollars % _MILLION != 0).mean().over(series) > 0.5
    coarse = pl.when(tenths).then(float(_TENTH)).otherwise(float(coarsest))
    return pl.when(finer).then(1.0).otherwise(coarse)
