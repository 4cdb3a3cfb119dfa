"""How published years were revised: every edition summed from its own months, and compared with itself alone.

The store keeps a later figure only where it says something new. A coarser edition that agrees with a finer one within
its own rounding opens no row, so a sum over the standing rows mixes two editions: 528.4 million dollars of US exports
to Russia in 2024, where the edition of September 2026 gives 528.5. An edition's own months are therefore rebuilt:

    x̂_m   the edition's row of month m where it has one
           else the row that stood on its day, rounded to the step of the edition's rows of that pair (of the same
           year where there are any; an exact half upwards); an edition as fine or finer leaves the figure as it is
    year   Σ x̂_m over twelve months, of each flow that is asked for

Worked examples, US exports to Russia, million dollars: 2022 was 1,715.1 in the workbook of March 2023 and 1,655.4 in
the interface of October 2025; 2023 was 598.8 there and 606.3 in September 2026; 2024 was 528.3 and then 528.5, made of
three revised months and nine that the interface gives to the dollar and the later edition to 0.1 million.

What the store cannot say: which months an edition printed. It is taken to cover a pair, when it has a row of it, from
the first to the last month in which it said something new about anybody. A month inside this span that it left out
would be filled with what stood. Years of which an edition covers a part are left out and named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Literal

import polars as pl
from polars._typing import PolarsDataType

from dashboard import words
from dashboard.queries import catalogue, coverage, trade
from dashboard.studies import rounding
from dashboard.studies.rounding import Change
from dashboard.studies.series import SIGNS, Currency, CurrencyChoice
from dashboard.words.flows import FLOWS
from pipelines.store import Store

RevisedFlow = Literal["export", "import", "total"]

MONTHS: Final[Mapping[str, PolarsDataType]] = {
    "period": pl.Date,
    "flow": pl.String,
    "value": pl.Float64,
    "rounding": pl.Float64,
    "rebuilt": pl.Boolean,
    "release": pl.String,
    "known_from": pl.Date,
}
"""Months of editions. `rebuilt` marks a value that is a finer one rounded to the edition's step."""

COLUMNS: Final[Mapping[str, PolarsDataType]] = {
    "period": pl.Date,
    "known_from": pl.Date,
    "release": pl.String,
    "value": pl.Float64,
    "rounding": pl.Float64,
    "rebuilt": pl.Int64,
    "printed": pl.Float64,
    "change": pl.Float64,
    "change_pct": pl.Float64,
    "low_pct": pl.Float64,
    "high_pct": pl.Float64,
    "place": pl.String,
}
"""Years of editions: the sum of the months, the width in which it may lie for their rounding, how many of its months
are rebuilt, the total that the edition itself prints where the store holds it, the change on the year's first edition
with the band that rounding leaves, and whether it is the first, a later or the newest edition of the year."""


@dataclass(frozen=True)
class VintageQuery:
    """Whose trade with whom, in which flow and currency, and one year or all that were revised."""

    reporter: str
    partner: str
    flow: RevisedFlow = "export"
    year: int | None = None
    currency: CurrencyChoice = "reported"


@dataclass(frozen=True)
class Part:
    """A year of which an edition that revised it holds only some months."""

    year: int
    release: str
    known_from: date
    months: int


@dataclass(frozen=True, eq=False)
class Revisions:
    """Revised years, newest first, with a row for each edition, oldest first (`COLUMNS`).

    `steps` are the widths to which rebuilt months are rounded. `parts` are editions that hold only a part of a year
    they revised, `from_zero` years whose first figure is zero, so that no change in percent exists. `why_empty` says
    why there is no revised year.
    """

    query: VintageQuery
    frame: pl.DataFrame
    names: dict[str, str]
    source: str = ""
    currency: Currency = "USD"
    bases: pl.DataFrame | None = None
    steps: tuple[float, ...] = ()
    parts: tuple[Part, ...] = ()
    from_zero: tuple[int, ...] = ()
    why_empty: str = ""

    prices = "current prices"

    @property
    def sign(self) -> str:
        """The currency before an amount."""
        return SIGNS[self.currency]

    @property
    def releases(self) -> tuple[str, ...]:
        """The editions that are compared."""
        return tuple(self.frame["release"].unique().sort())

    @property
    def last_observation(self) -> str:
        """The last revised year."""
        last = self.frame["period"].max()
        assert isinstance(last, date)
        return str(last.year)

    @property
    def rebuilt(self) -> int:
        """Months that are rebuilt, of all editions and years shown."""
        return int(self.frame["rebuilt"].sum())

    def years(self) -> list[pl.DataFrame]:
        """The editions of each revised year, newest year first."""
        return self.frame.partition_by("period", maintain_order=True)

    def change_of(self, row: dict[str, Any]) -> Change:
        """The change of a row on the year's first edition, with the band of rounding."""
        return Change(
            *(None if row[name] is None else row[name] / 100 for name in ("change_pct", "low_pct", "high_pct"))
        )


def study(store: Store, query: VintageQuery) -> Revisions:
    """The revisions of a pair's complete years, or with `why_empty` the reason why there are none."""
    names = catalogue.names(store, [query.reporter, query.partner])
    names = {code: names.get(code, code) for code in (query.reporter, query.partner)}
    empty = Revisions(query, pl.DataFrame(schema=dict(COLUMNS)), names)
    source = trade.default_source(store, query.reporter, "M")
    if source is None:
        reporter = words.in_sentence(names[query.reporter])
        return replace(empty, why_empty=f"The store has no monthly trade of {reporter}. Choose another reporter.")
    asked = {"reporter": query.reporter, "source": source}
    rows = coverage.months_by_vintage(store, partner=query.partner, **asked)
    if rows.is_empty():
        why = f"{_pair(query, names)} has no monthly figures in this source. Choose another partner."
        return replace(empty, source=source, why_empty=why)
    rows = rows.with_columns(pl.col("basis").replace(trade.basis_titles(store)))
    printed = coverage.printed_years(store, partner=query.partner, **asked)
    spans, titles = coverage.months_of_editions(store, **asked), trade.basis_titles(store)
    return revisions_of(rows, spans, printed, query, names, source, titles)


def revisions_of(
    rows: pl.DataFrame,
    spans: pl.DataFrame,
    printed: pl.DataFrame,
    query: VintageQuery,
    names: dict[str, str],
    source: str,
    titles: Mapping[str, str],
) -> Revisions:
    """The revisions that some rows hold: see `coverage.months_by_vintage`, `months_of_editions`, `printed_years`.

    Args:
        titles: statistical bases as a reader sees them.
    """
    euros = query.currency == "reported" and rows.height > 0 and rows["value_eur"].null_count() == 0
    currency: Currency = "EUR" if euros else "USD"
    flows = ("export", "import") if query.flow == "total" else (query.flow,)
    rows = rows.filter(pl.col("flow").is_in(flows)).with_columns(
        pl.col("value_eur" if euros else "value_usd").alias("value")
    )
    months = months_of(rows, spans)
    years, parts = _years(months, rows, len(flows))
    if query.year is not None:
        years = years.filter(pl.col("period") == date(query.year, 1, 1))
        parts = tuple(part for part in parts if part.year == query.year)
    several = years.filter(pl.len().over("period") > 1)
    frame, from_zero = _changes(several if euros else _with_printed(several, printed, flows))
    of_year = months.with_columns(pl.col("period").dt.truncate("1y"))
    shown = of_year.filter("rebuilt").join(frame, on=["period", "release", "known_from"], how="semi")
    found = Revisions(
        query,
        frame,
        names,
        source,
        currency,
        rows.select("basis", "valuation", pl.col("basis").replace(dict(titles)).alias("basis_title")),
        steps=tuple(shown["rounding"].unique().sort()),
        parts=parts,
        from_zero=from_zero,
    )
    return found if not frame.is_empty() else replace(found, why_empty=_none(query, names, parts, from_zero))


def months_of(rows: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """Every edition's own months of a pair, as it printed them or rebuilt. The columns are those of `MONTHS`.

    Args:
        rows: period, flow, value, rounding_usd, release, known_from, known_to of all rows of the pair, superseded ones
            too; `rounding_usd` is the step to which `value` is rounded.
        spans: release, known_from, first and last month of every edition.
    """
    found = []
    year = pl.col("period").dt.year()
    for release, known_from, first, last in spans.select("release", "known_from", "first", "last").iter_rows():
        own = rows.filter(pl.col("release") == release, pl.col("known_from") == known_from)
        if own.is_empty():
            continue
        step = dict(own.group_by(year).agg(pl.col("rounding_usd").max()).iter_rows())
        coarsest = max(step.values())
        stood = rows.filter(
            pl.col("known_from") < known_from,
            pl.col("known_to").is_null() | (pl.col("known_to") > known_from),
            pl.col("period").is_between(first, last),
        ).with_columns(year.replace_strict(step, default=coarsest, return_dtype=pl.Float64).alias("step"))
        rounded = (pl.col("value") / pl.col("step") + 0.5).floor() * pl.col("step")
        coarser = pl.col("step") > pl.col("rounding_usd")
        again = stood.with_columns(
            pl.when(coarser).then(rounded).otherwise("value").alias("value"),
            pl.max_horizontal("step", "rounding_usd").alias("rounding"),
            coarser.alias("rebuilt"),
        )
        mine = own.with_columns(pl.col("rounding_usd").alias("rounding"), pl.lit(value=False).alias("rebuilt"))
        both = pl.concat([part.select("period", "flow", "value", "rounding", "rebuilt") for part in (mine, again)])
        found.append(both.with_columns(release=pl.lit(release), known_from=pl.lit(known_from)))
    empty = pl.DataFrame(schema=dict(MONTHS))
    return pl.concat([empty, *found]).sort("known_from", "release", "flow", "period")


def _years(months: pl.DataFrame, rows: pl.DataFrame, flows: int) -> tuple[pl.DataFrame, tuple[Part, ...]]:
    """Complete years of the editions that said something new about them, and editions with a part of such a year."""
    year = pl.col("period").dt.truncate("1y")
    keys = ["period", "release", "known_from"]
    new = rows.select(year, "release", "known_from").unique()
    sums = (
        months.group_by(year, "release", "known_from")
        .agg(
            pl.col("value").sum(),
            pl.col("rounding").sum(),
            pl.col("rebuilt").sum().cast(pl.Int64),
            pl.len().alias("months"),
        )
        .join(new, on=keys, how="semi")
        .sort("period", "known_from", "release")
    )
    whole = pl.col("months") == 12 * flows
    known = sums.filter(whole)["period"].unique().implode()
    cut = sums.filter(~whole, pl.col("period").is_in(known))
    parts = tuple(
        Part(when.year, release, known_from, held // flows)
        for when, release, known_from, held in cut.select(*keys, "months").iter_rows()
    )
    return sums.filter(whole).drop("months"), parts


def _with_printed(years: pl.DataFrame, printed: pl.DataFrame, flows: Sequence[str]) -> pl.DataFrame:
    totals = (
        printed.filter(pl.col("flow").is_in(list(flows)))
        .group_by("period", "release")
        .agg(pl.col("value_usd").sum().alias("printed"), pl.len().alias("flows"))
        .filter(pl.col("flows") == len(flows))
        .drop("flows")
    )
    return years.join(totals, on=["period", "release"], how="left", maintain_order="left")


def _changes(years: pl.DataFrame) -> tuple[pl.DataFrame, tuple[int, ...]]:
    """Each edition's change on the year's first, newest year first; and the years whose first figure is zero."""
    rows, from_zero = [], []
    for part in years.sort("period", "known_from", descending=[True, False]).partition_by(
        "period", maintain_order=True
    ):
        first = part.row(0, named=True)
        if first["value"] <= 0:
            from_zero.append(first["period"].year)
            continue
        for place, row in enumerate(part.iter_rows(named=True)):
            change = rounding.change(first["value"], row["value"], first["rounding"], row["rounding"])
            rows.append(
                {
                    **row,
                    "change": row["value"] - first["value"],
                    "change_pct": 100 * (row["value"] / first["value"] - 1),
                    "low_pct": 0.0 if place == 0 else None if change.low is None else 100 * change.low,
                    "high_pct": 0.0 if place == 0 else None if change.high is None else 100 * change.high,
                    "place": "first" if place == 0 else "newest" if place == part.height - 1 else "later",
                }
            )
    return pl.DataFrame(rows, schema=dict(COLUMNS)), tuple(from_zero)


def _pair(query: VintageQuery, names: dict[str, str]) -> str:
    reporter, partner = words.in_sentence(names[query.reporter]), words.in_sentence(names[query.partner])
    return f"Goods {FLOWS[query.flow].noun} of {reporter} {FLOWS[query.flow].link} {partner}"


def _none(query: VintageQuery, names: dict[str, str], parts: Sequence[Part], from_zero: Sequence[int]) -> str:
    """No complete year with several editions: of the chosen year, where one is chosen."""
    pair = _pair(query, names)
    if from_zero:
        listed = words.listing([str(year) for year in from_zero])
        return (
            f"{pair} were zero in the first vintage of {listed}, so a revision has no percentage. Choose another year."
        )
    held = (
        ""
        if not parts
        else f" A later vintage holds only {words.plural(parts[-1].months, 'month')} of {parts[-1].year}."
    )
    when = "" if query.year is None else f" in {query.year}"
    return (
        f"No later vintage in the store changed a complete year of {pair[0].lower()}{pair[1:]}{when}; one that agrees "
        f"with the figures before it is no revision.{held} Choose another year, partner or flow."
    )
