"""What must hold before anything is published: each table's contract, and the tables together.

Too little fails, too much warns. Every threshold says where it comes from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

import dataframely as dy
import polars as pl

from pipelines.schema import TABLES
from pipelines.schema.changes import standing
from pipelines.schema.terms import ALL_GOODS, AreaKind, Frequency
from pipelines.store import Store

Frames = Mapping[str, pl.DataFrame]

MINIMUM_ROWS: Mapping[str, int] = {"area": 1, "source": 1, "release": 1, "trade_flow": 1}
"""Without these a build answers nothing: no area, source, vintage or trade row at all."""

CURATED = ("area", "source", "release", "regime", "measure", "event")
"""Tables that people edit: a row may go. Rows of observations may not, except by a correction."""

CURATED_SHARE_LEFT = 0.5
"""A curated table that loses half of its rows at once was cut, not edited."""

CENSUS_SUM_FROM = date(1992, 1, 1)
"""Before 1992 the partners of the Census workbook do not add up: it carries the Soviet Union's successors late."""

CARRYOVER_SHARE = 0.005
"""Until the annual revision each June a month's total carries late documents that its countries do not: up to 0.40% of
the world in the workbook of March 2023 (exports of November 2022), nothing in the years revised before it."""

DAYS_EARLY = 2
"""A month of working days is over on its last one: rates of October 2026 were complete on Friday the 30th."""

SCALE_FACTOR = 10.0
"""Revisions of official trade figures stay far below a factor of ten; thousands for units give a factor of 1,000."""

SCALE_ROWS = 12
"""A year of months: fewer revised figures say nothing on the scale of a release."""

SCALE_SHARE = 0.2
"""A wrong scale revises every figure that overlaps; a fifth leaves room for releases that overlap in part."""

GROWTH_RANGE_PCT = (-80.0, 200.0)
"""Annual real growth outside it is no figure of World Bank or IMF since 1960 but for Libya 2011–12 and Iraq 1991."""


@dataclass(frozen=True)
class Finding:
    """One thing a check found: level fail or warn, the check, the table, a sentence for the reader, rows concerned."""

    level: Literal["fail", "warn"]
    check: str
    table: str
    sentence: str
    rows: int

    def as_dict(self) -> dict[str, Any]:
        """The finding as JSON-ready facts."""
        return asdict(self)


def contract(frames: Frames) -> list[Finding]:
    """Hold every frame to its contract; one failing finding per table and rule, with the count and an example key."""
    found: list[Finding] = []
    for name, schema in TABLES.items():
        if name not in frames:
            found.append(Finding("fail", "contract", name, f"The table {name} is missing.", 0))
            continue
        frame = frames[name]
        shape = _shape(name, schema, frame)
        if shape is not None:
            found.append(shape)
            continue
        result = schema.filter(frame)
        counts = result.failure.counts()
        if counts:
            details = result.failure.details()
            for rule, rows in sorted(counts.items()):
                example = (
                    details.filter(pl.col(rule) == "invalid") if rule in details.columns else result.failure.invalid()
                )
                sentence = (
                    f"{name}: {rows:,} rows break the rule {_rule_name(rule)}, for example {_key_of(example, schema)}."
                )
                found.append(Finding("fail", "contract", name, sentence, rows))
    return found


def _shape(name: str, schema: type[dy.Schema], frame: pl.DataFrame) -> Finding | None:
    missing = [column for column in schema.column_names() if column not in frame.columns]
    if missing:
        return Finding("fail", "contract", name, f"{name} has no column {', '.join(missing)}.", frame.height)
    for column, facts in schema.columns().items():
        if frame.schema[column] != facts.dtype:
            kind = f"{name}.{column} is {frame.schema[column]} instead of {facts.dtype}."
            return Finding("fail", "contract", name, kind, frame.height)
    return None


def _rule_name(rule: str) -> str:
    names = {"primary_key": "that its key is unique", "nullability": "that it is not empty", "min": "of its minimum"}
    column, _, kind = rule.rpartition("|")
    said = (names | {"regex": "of its form", "min_length": "that it is not blank"}).get(kind, kind)
    return f"{said} ({column})" if column else said


def _key_of(rows: pl.DataFrame, schema: type[dy.Schema]) -> str:
    row = rows.row(0, named=True)
    return " ".join(str(row[column]) for column in schema.primary_key())


def review(
    frames: Frames,
    previous: Store | None,
    *,
    today: date | None = None,
    may_go: Collection[tuple[str, str]] = (),
) -> list[Finding]:
    """Look at the tables together and at the build before them. The frames have passed their contracts.

    Args:
        frames: all tables, vintages chained.
        previous: the published build, None when there is none.
        today: the day from which a date counts as the future; today when omitted.
        may_go: table and source of figures whose loss was declared; it warns instead of failing.
    """
    day = date.today() if today is None else today
    return [
        *_enough(frames),
        *_references(frames),
        *_no_future(frames),
        *_year_totals(frames),
        *_countries_to_world(frames),
        *_scale(frames),
        *_growth(frames),
        *_measure_dates(frames, day),
        *(_coverage(frames, previous, may_go) if previous is not None else ()),
    ]


def _enough(frames: Frames) -> Iterable[Finding]:
    for table, least in MINIMUM_ROWS.items():
        rows = frames[table].height
        if rows < least:
            yield Finding("fail", "rows", table, f"{table} holds {rows:,} rows, fewer than {least:,}.", rows)


def _references(frames: Frames) -> Iterable[Finding]:
    """Every area, source, release and regime that is named is described."""
    columns = [
        *(("area", "area", table, column) for table, column in _AREA_COLUMNS),
        *(("source", "source", table, "source") for table in _HAVE_SOURCE),
        *(("release", "release", table, "release") for table in _HAVE_SOURCE if table != "release"),
        ("regime", "regime", "measure", "regime"),
        ("measure", "measure", "measure", "supersedes"),
        ("measure", "measure", "measure", "eases"),
    ]
    for table, key, user, column in columns:
        known = frames[table].select(pl.col(key).alias("word"))
        words = frames[user].select(pl.col(column).alias("word")).drop_nulls()
        if column in _LISTS:
            words = words.select(pl.col("word").str.split(";").list.explode(keep_nulls=False, empty_as_null=False))
        strange = words.join(known, on="word", how="anti")
        if not strange.is_empty():
            first = ", ".join(strange["word"].unique().sort()[:3].to_list())
            sentence = f"{user}.{column} names {table} {first}, which the table {table} does not have."
            yield Finding("fail", "references", user, sentence, strange.height)


_AREA_COLUMNS = (
    ("trade_flow", "reporter"),
    ("trade_flow", "partner"),
    ("macro", "area"),
    ("published_total", "reporter"),
    ("published_total", "partner"),
    ("partner_share", "area"),
    ("partner_share", "partner"),
    ("listing_count", "area"),
    ("regime", "targets"),
    ("measure", "target"),
)
_HAVE_SOURCE = ("release", "trade_flow", "macro", "published_total", "partner_share", "listing_count")
_LISTS = ("targets", "target", "supersedes", "eases")


def _no_future(frames: Frames) -> Iterable[Finding]:
    """A period that was not over when its vintage came out is a forecast or an error."""
    steps = {Frequency.MONTH: "1mo", Frequency.QUARTER: "1q", Frequency.YEAR: "1y", Frequency.DAY: "1d"}
    for table in ("trade_flow", "macro", "listing_count"):
        frame = frames[table]
        ends = [
            pl.when(pl.col("frequency") == frequency.value).then(pl.col("period").dt.offset_by(step))
            for frequency, step in steps.items()
        ]
        end = pl.coalesce(ends)
        excused = pl.col("is_forecast") if table == "macro" else pl.lit(value=False)
        early = frame.filter(end > pl.col("known_from") + pl.duration(days=1 + DAYS_EARLY), ~excused)
        if not early.is_empty():
            row = early.sort("period").row(0, named=True)
            sentence = (
                f"{table}: {early.height:,} rows are about periods that were not over when they were published, "
                f"for example {row['period']} in {row['release']}."
            )
            yield Finding("fail", "period after vintage", table, sentence, early.height)


def _year_totals(frames: Frames) -> Iterable[Finding]:
    """The twelve months of a release add up to the year that it prints, within the rounding of all thirteen."""
    name = ["reporter", "partner", "flow", "source"]
    totals = frames["published_total"]
    if totals.is_empty():
        return
    months = (
        frames["trade_flow"]
        .filter(pl.col("frequency") == Frequency.MONTH.value, pl.col("product") == ALL_GOODS)
        .with_columns(pl.col("period").dt.truncate("1y").alias("year"))
    )
    pairs = totals.rename({"period": "year"}).join(
        months.select(*name, "year", "period", "value_usd", "rounding_usd", "known_from", "known_to"),
        on=[*name, "year"],
        how="inner",
        suffix="_month",
    )
    # The months as known on the day of the total, whichever release they came with.
    known = pairs.filter(
        pl.col("known_from_month") <= pl.col("known_from"),
        pl.col("known_to").is_null() | (pl.col("known_to") > pl.col("known_from")),
    )
    sums = known.group_by(*name, "year", "known_from", "release").agg(
        pl.len().alias("months"),
        pl.col("value_usd_month").sum().alias("sum"),
        ((pl.col("rounding_usd_month") / 2).sum() + pl.col("rounding_usd").first() / 2).alias("tolerance"),
        pl.col("value_usd").first(),
    )
    wrong = sums.filter(pl.col("months") == 12, (pl.col("sum") - pl.col("value_usd")).abs() > pl.col("tolerance"))
    if not wrong.is_empty():
        row = (
            wrong.with_columns(gap=(pl.col("sum") - pl.col("value_usd")).abs())
            .sort("gap", descending=True)
            .row(0, named=True)
        )
        sentence = (
            f"In {wrong.height:,} of {sums.height:,} years the months do not add up to the published year; the widest "
            f"gap is {row['reporter']}–{row['partner']} {row['flow']} {row['year'].year}: {row['sum']:,.0f} against "
            f"{row['value_usd']:,.0f} USD."
        )
        yield Finding("fail", "months make the year", "trade_flow", sentence, wrong.height)


def _countries_to_world(frames: Frames) -> Iterable[Finding]:
    """Each release's countries add up to its own World, where the release holds all partners.

    Vintages are compared as known on the day of the release, so a figure that a release only confirmed counts.
    """
    kinds = frames["area"].select(pl.col("area").alias("partner"), "area_kind")
    rows = (
        frames["trade_flow"]
        .filter(
            pl.col("basis") == "census",
            pl.col("frequency") == Frequency.MONTH.value,
            pl.col("product") == ALL_GOODS,
            pl.col("period") >= CENSUS_SUM_FROM,
        )
        .join(kinds, on="partner", how="left")
    )
    world_releases = (
        rows.filter(pl.col("area_kind") == AreaKind.WORLD.value).select("release", day="known_from").unique()
    )
    for release, day in world_releases.sort("day").iter_rows():
        known = rows.filter(pl.col("known_from") <= day, pl.col("known_to").is_null() | (pl.col("known_to") > day))
        last = known.filter(pl.col("area_kind") == AreaKind.WORLD.value)
        cell = ["reporter", "flow", "period", "source"]
        sums = (
            known.filter(pl.col("area_kind") == AreaKind.COUNTRY.value)
            .group_by(cell)
            .agg(pl.col("value_usd").sum().alias("sum"), (pl.col("rounding_usd") / 2).sum().alias("tolerance"))
        )
        both = last.join(sums, on=cell, how="inner")
        gap = (pl.col("sum") - pl.col("value_usd")).abs()
        world = pl.col("value_usd")
        unrevised = pl.col("period").dt.year() >= day.year - 1
        carried = pl.when(unrevised).then(world * CARRYOVER_SHARE).otherwise(0.0)
        allowed = pl.col("tolerance") + pl.col("rounding_usd") / 2 + carried
        wrong = both.filter(gap > allowed).with_columns(gap=gap)
        if not wrong.is_empty():
            row = wrong.sort("gap", descending=True).row(0, named=True)
            sentence = (
                f"As of {release}, in {wrong.height:,} of {both.height:,} months the countries do not add up to the "
                f"world; the widest gap is {row['flow']} {row['period']:%Y-%m}: {row['sum']:,.0f} against "
                f"{row['value_usd']:,.0f} USD."
            )
            yield Finding("fail", "countries make the world", "trade_flow", sentence, wrong.height)


def _scale(frames: Frames) -> Iterable[Finding]:
    """A release whose revisions are by a median factor above ten (or below a tenth) is in another unit."""
    for table, value in (("trade_flow", "value_usd"), ("macro", "value")):
        frame = frames[table]
        key = [name for name in TABLES[table].primary_key() if name != "known_from"]
        old = frame.filter(pl.col("known_to").is_not_null()).select(
            *key, pl.col(value).alias("old"), known_from="known_to"
        )
        pairs = frame.join(old, on=[*key, "known_from"], how="inner").filter(pl.col("old") != 0, pl.col(value) != 0)
        by = ["release"] if table == "trade_flow" else ["release", "indicator"]
        given = frame.group_by(by).len("given")
        factors = pairs.group_by(by).agg(
            pl.len().alias("rows"), (pl.col(value) / pl.col("old")).abs().median().alias("factor")
        )
        odd = factors.join(given, on=by, how="left").filter(
            pl.col("rows") >= SCALE_ROWS,
            pl.col("rows") >= SCALE_SHARE * pl.col("given"),
            (pl.col("factor") > SCALE_FACTOR) | (pl.col("factor") < 1 / SCALE_FACTOR),
        )
        for row in odd.sort(by).iter_rows(named=True):
            sentence = (
                f"{table}: {row['rows']:,} figures of {row['release']} are {row['factor']:,.4g} times those that stood "
                "(median). It looks like another unit."
            )
            yield Finding("fail", "scale", table, sentence, row["rows"])


def _growth(frames: Frames) -> Iterable[Finding]:
    low, high = GROWTH_RANGE_PCT
    odd = frames["macro"].filter(pl.col("indicator") == "gdp_growth", ~pl.col("value").is_between(low, high))
    if not odd.is_empty():
        row = odd.sort("area", "period").row(0, named=True)
        names = dict(frames["area"].select("area", "name").iter_rows())
        example = f"{names.get(row['area'], row['area'])} {row['period'].year}: {row['value']:.1f}%"
        many = "growth rate is" if odd.height == 1 else "growth rates are"
        sentence = f"{odd.height:,} {many} outside {low:g} … {high:g}%, for example {example}."
        yield Finding("warn", "growth range", "macro", sentence, odd.height)


def _measure_dates(frames: Frames, today: date) -> Iterable[Finding]:
    """Nothing ends before it begins, nor stays secret for long unless its note says what "signed =" is; a date far
    ahead is a slip of the pen."""
    measures = frames["measure"]
    begins = pl.min_horizontal("announced", "signed", "effective")
    unsaid = ~pl.col("note").str.starts_with("signed =").fill_null(value=False)
    secret = unsaid & (pl.col("announced") - pl.col("signed") > pl.duration(days=DAYS_SECRET))
    odd = measures.filter((pl.col("lifted") < begins) | (pl.col("wind_down_end") < begins) | secret)
    if not odd.is_empty():
        sentence = f"{_measures(odd.height)} dates out of order{_example(odd)}."
        yield Finding("warn", "order of dates", "measure", sentence, odd.height)
    limit = date(today.year + YEARS_AHEAD, 12, 31)
    far = measures.filter(pl.max_horizontal("announced", "signed", "effective", "wind_down_end", "lifted") > limit)
    if not far.is_empty():
        sentence = f"{_measures(far.height)} a date after {limit.year}{_example(far)}."
        yield Finding("warn", "far dates", "measure", sentence, far.height)


def _measures(n: int) -> str:
    return "1 measure has" if n == 1 else f"{n:,} measures have"


def _example(measures: pl.DataFrame) -> str:
    """The first of them by its title, for readers of the dashboard."""
    return f"{': ' if measures.height == 1 else ', for example '}“{measures.sort('measure')['title'][0]}”"


DAYS_SECRET = 60
"""Acts are often signed a day before they are made public; determinations of the US State Department some weeks."""

YEARS_AHEAD = 10
"""Wind-downs run for years (the EU's gas ban to late 2027), not for decades."""


def _coverage(frames: Frames, previous: Store, may_go: Collection[tuple[str, str]]) -> Iterable[Finding]:
    """Nothing that stood in the build before may be gone: rows per table and source, and the last period."""
    for table, schema in TABLES.items():
        old, new = standing(table, previous.table(table)), standing(table, frames[table])
        if table in CURATED:
            if new.height < old.height * CURATED_SHARE_LEFT:
                sentence = f"{table} would shrink from {old.height:,} to {new.height:,} rows."
                yield Finding("fail", "coverage", table, sentence, old.height - new.height)
            elif new.height < old.height:
                sentence = f"{table} has {old.height - new.height:,} rows fewer than before."
                yield Finding("warn", "coverage", table, sentence, old.height - new.height)
            continue
        key = [name for name in schema.primary_key() if name != "known_from"]
        had = old.group_by("source").agg(pl.len().alias("rows"), pl.col("period").max().alias("last"))
        has = new.group_by("source").agg(pl.len().alias("rows"), pl.col("period").max().alias("last"))
        gone = old.join(new, on=key, how="anti").group_by("source").len("gone")
        both = had.join(has, on="source", how="left", suffix="_new").join(gone, on="source", how="left")
        for row in both.sort("source").iter_rows(named=True):
            level: Literal["fail", "warn"] = "warn" if (table, row["source"]) in may_go else "fail"
            if row["last_new"] is None or row["last_new"] < row["last"]:
                end = "nothing" if row["last_new"] is None else f"{row['last_new']:%Y-%m}"
                sentence = f"{table}: {row['source']} reached {row['last']:%Y-%m} and would now end with {end}."
                yield Finding(level, "coverage", table, sentence, row["gone"] or 0)
            elif row["gone"] is not None:
                sentence = f"{table}: {row['gone']:,} of {row['rows']:,} figures of {row['source']} would be gone."
                yield Finding(level, "coverage", table, sentence, row["gone"])
