"""How fresh each source is: its last period, its newest vintage, and when the next figures are due."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl

from dashboard import words
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Passport, Spec
from dashboard.exhibits.passports import published_words
from dashboard.figures.dots import Kind, Point, Row, dot_rows
from dashboard.figures.theme import Style
from dashboard.params import Params
from dashboard.queries import coverage
from pipelines.schema.schedule import next_release
from pipelines.store import Store

SHORT_NAMES = {
    "bls_cpi": "US consumer prices",
    "brent": "Brent oil",
    "cbr": "Bank of Russia",
    "cbr_fx": "Bank of Russia rates",
    "census": "US Census trade",
    "comtrade": "UN Comtrade",
    "ebrd": "EBRD",
    "ecb_fx": "ECB exchange rates",
    "eu_fsf": "EU list",
    "eu_oj": "EU listings",
    "eurostat": "Eurostat trade",
    "fcs_russia": "Russian customs",
    "iif": "IIF",
    "imf_imts": "IMF trade",
    "imf_staff": "IMF staff",
    "imf_weo": "IMF outlook",
    "minecon_russia": "Russian ministry",
    "minecon_ukraine": "Ukrainian ministry",
    "ofac": "OFAC names",
    "rosstat": "Rosstat",
    "sp_global": "S&P Global",
    "uk_sanctions": "UK list",
    "ukrstat": "Ukrstat",
    "un_sc": "UN list",
    "un_syb": "UN yearbook",
    "worldbank": "World Bank",
    "worldbank_gep": "World Bank outlook",
}
"""Names that fit beside a figure on a phone; a source that is not here shows its own short name."""

_LENGTH = {"M": 1, "Q": 3, "A": 12}


class FreshnessParams(Params):
    """Forecasters and lists may be left out."""

    only_statistics: bool = False


def freshness(store: Store, params: FreshnessParams, style: Style) -> Exhibit:
    """Per source the end of its last observed period and its newest vintage, oldest last; ages on the build's day."""
    built = store.build.created.date()
    data = _data(store, built)
    if params.only_statistics:
        data = data.filter(pl.col("last_period").is_not_null())
    if data.is_empty():
        raise NothingToShow("The store names no source. A refresh (tradewake refresh --offline) builds it.")
    kinds = [
        Kind("end of the last observed period", "circle", style.exports),
        Kind("newest vintage published", "diamond-open", style.imports),
    ]
    figure = dot_rows(
        [_row(row) for row in data.iter_rows(named=True)], kinds, unit="last period, vintage", style=style
    )
    title = "How fresh the figures of each source are"
    late = data.filter(pl.col("state") == "overdue")
    note = (
        f"Ages are counted on {words.day(built)}, the day of this build; nothing is fetched without being asked. "
        "A source that ended (Russian customs) or that gives forecasts alone has no next release."
    )
    return Exhibit(
        id="freshness",
        title=title,
        subtitle=f"End of the last period and day of the newest vintage, {words.plural(data.height, 'source')}",
        figure=figure,
        data=data,
        alt=_alt(title, data),
        passport=Passport(
            source="Tradewake, table of sources and vintages",
            series="Coverage by source",
            basis="not applicable",
            unit="days",
            last_observation=words.day(built),
            vintage=f"as built on {words.day(built)}",
            price_basis="not applicable",
            adjustment="not applicable",
            licence="Apache License 2.0; each source under its own",
            credit="Source: Tradewake, from the sources' own periods and days of publication.",
            cannot_show=note,
            build_id=store.build_id,
            view=SPEC.view(params),
        ),
        params=params,
        answer=_answer(data, late),
        note=note,
        columns={
            "source": Column("Source"),
            "name": Column("Name"),
            "publisher": Column("Publisher"),
            "frequency": Column("Frequency"),
            "first_period": Column("First period"),
            "last_period": Column("Last period"),
            "last_day": Column("Last day covered"),
            "release": Column("Newest vintage"),
            "published": Column("Published"),
            "published_precision": Column("Published, known to the"),
            "age_days": Column("Age, days"),
            "next_due": Column("Next release usually by"),
            "state": Column("State"),
            "rows": Column("Rows"),
        },
        file_stem=f"freshness-of-sources-{built.isoformat()}",
    )


def _data(store: Store, built: date) -> pl.DataFrame:
    rows = []
    for row in coverage.by_source(store).iter_rows(named=True):
        last, often = row["last_period"], row["frequency"]
        ends = None if last is None else _last_day(last, often)
        due = None if last is None or often is None else next_release(last, often, row["schedule_days"])
        stopped = row["source"] in STOPPED
        state = "no schedule" if due is None or stopped else "overdue" if due.due < built else "up to date"
        rows.append(
            {
                "source": row["source"],
                "name": SHORT_NAMES.get(row["source"], row["source"]),
                "publisher": row["publisher"],
                "frequency": often,
                "first_period": row["first_period"],
                "last_period": last,
                "last_day": ends,
                "release": row["release"],
                "published": row["published"],
                "published_precision": row["published_precision"],
                "age_days": None if ends is None else (built - ends).days,
                "next_due": None if due is None or stopped else due.due,
                "state": "ended" if stopped else state,
                "rows": row["rows"],
            }
        )
    schema = {
        "source": pl.String,
        "name": pl.String,
        "publisher": pl.String,
        "frequency": pl.String,
        "first_period": pl.Date,
        "last_period": pl.Date,
        "last_day": pl.Date,
        "release": pl.String,
        "published": pl.Date,
        "published_precision": pl.String,
        "age_days": pl.Int64,
        "next_due": pl.Date,
        "state": pl.String,
        "rows": pl.Int64,
    }
    frame = pl.DataFrame(rows, schema=schema)
    held = frame.filter(pl.col("last_day").is_not_null() | pl.col("published").is_not_null())
    return held.sort("last_day", "published", "source", descending=[True, True, False], nulls_last=True)


STOPPED = ("fcs_russia",)
"""Sources that said or showed that they publish no more: not overdue, ended."""


def _last_day(period: date, frequency: str) -> date:
    months = _LENGTH.get(frequency, 0)
    if months == 0:
        return period
    index = period.year * 12 + period.month - 1 + months
    return date(index // 12, index % 12 + 1, 1) - timedelta(days=1)


def _row(row: dict[str, Any]) -> Row:
    points = []
    name = f"<b>{row['name']}</b><br>"
    last, published = row["last_day"], row["published"]
    if isinstance(last, date):
        points.append(Point(last, 0, f"{name}figures to {words.day(last)}, {row['age_days']} days old"))
    if isinstance(published, date):
        points.append(Point(published, 1, f"{name}newest vintage, published {_published(row)}"))
    if isinstance(last, date):
        text = (
            words.day(last)
            if row["frequency"] == "D"
            else str(last.year)
            if row["frequency"] == "A"
            else words.month(last)
        )
    else:
        text = "vintages only"
    return Row(str(row["name"]), points, text=text, quiet=not isinstance(last, date))


def _published(row: dict[str, Any]) -> str:
    return published_words(row["published"], row["published_precision"])


def _answer(data: pl.DataFrame, late: pl.DataFrame) -> str:
    newest = data.filter(pl.col("source") == "census")
    sentence = ""
    if newest.height == 1 and newest["last_period"][0] is not None:
        vintage = _published(newest.row(0, named=True))
        sentence = f"US trade reaches {words.month(newest['last_period'][0])} (vintage of {vintage}). "
    if late.is_empty():
        return sentence + "No source is overdue by its own schedule."
    return sentence + (
        f"{words.plural(late.height, 'source')} could have newer figures by their own schedules: "
        f"{words.listing(late['name'].sort().to_list())}."
    )


def _alt(title: str, data: pl.DataFrame) -> str:
    parts = [
        f"{row['name']} to {words.day(row['last_day'])}"
        for row in data.filter(pl.col("last_day").is_not_null()).iter_rows(named=True)
    ]
    others = data.height - len(parts)
    return f"Rows of dots: {title}. {'; '.join(parts)}. {words.plural(others, 'source')} without a series of its own."


SPEC = Spec("freshness", "How fresh each source is", "data", FreshnessParams, freshness)
SPECS: tuple[Spec, ...] = (SPEC,)
