"""How published years changed: the same year of trade as each vintage gave it."""

from __future__ import annotations

from typing import Annotated, Any

import plotly.graph_objects as go
import polars as pl
from pydantic import BeforeValidator, Field

from dashboard import words
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Passport, Spec
from dashboard.exhibits.passports import basis_words, passport, valuation_words
from dashboard.figures.dots import Kind, Point, Row, dot_rows
from dashboard.figures.theme import Style
from dashboard.params import Area, Areas, CurrencyWord, FlowWord, Params
from dashboard.studies import rounding, vintages
from dashboard.studies.vintages import Revisions, VintageQuery
from dashboard.words import trade as trade_words
from dashboard.words.flows import FLOWS
from pipelines.store import Store


def _one_sum(value: Any) -> Any:
    """Other pages show both flows side by side; here they are one sum."""
    return "total" if value == "both" else value


class RevisionParams(Params):
    """Whose trade with whom (the first partner), which flow, in which currency, and one year or all that were
    revised."""

    reporter: Area = "USA"
    partner: Areas = Field(default=("RUS",), min_length=1)
    flow: Annotated[FlowWord, BeforeValidator(_one_sum)] = "export"
    year: int | None = Field(default=None, ge=1985, le=2100)
    currency: CurrencyWord = "reported"


def vintage_revisions(store: Store, params: RevisionParams, style: Style) -> Exhibit:
    """Every complete year with more than one vintage: its change against the first one, and the figures themselves."""
    found = ask(store, params)
    if found.why_empty:
        raise NothingToShow(found.why_empty)
    return write(found, params, draw(found, style), passport_of(store, found, params))


def ask(store: Store, params: RevisionParams) -> Revisions:
    """The revisions that the parameters ask for.

    Raises:
        NothingToShow: a balance is asked for, which no vintage holds.
    """
    if params.flow == "balance":
        raise NothingToShow("A balance has no vintages of its own; choose exports, imports or their total.")
    query = VintageQuery(params.reporter, params.partner[0], params.flow, params.year, params.currency)
    return vintages.study(store, query)


def draw(found: Revisions, style: Style) -> go.Figure:
    """A row a year, a mark a vintage, on an axis of the change against the first one."""
    colour = style.flow(found.query.flow) if found.query.flow != "total" else style.total
    kinds = [
        Kind("first complete vintage", "circle-open", style.grey),
        Kind("later vintage", "diamond", colour),
        Kind("newest vintage", "circle", colour),
    ]
    rows = [_row(found, part) for part in found.years()]
    return dot_rows(rows, kinds, unit="change on the first complete vintage, %", style=style, zero=0.0, row_height=34)


def write(found: Revisions, params: RevisionParams, figure: go.Figure, passport: Passport) -> Exhibit:
    """Words and table of what is drawn."""
    title = f"Revisions of {subject(found)}, year by year"
    dollars = pl.col("value") if found.currency == "USD" else pl.lit(None, dtype=pl.Float64)
    change = pl.col("change") if found.currency == "USD" else pl.lit(None, dtype=pl.Float64)
    return Exhibit(
        id="vintage_revisions",
        title=title if len(title) <= 70 else "Revisions of yearly goods trade by vintage",
        subtitle=(
            f"{_basis(found)}, {found.currency}, current prices, not seasonally adjusted; change in %, figures in "
            f"million {_CURRENCY[found.currency]}"
        ),
        figure=figure,
        data=found.frame.with_columns(
            dollars.alias("value_usd"), change.alias("change_usd"), pl.lit(found.currency).alias("currency")
        )
        .rename({"low_pct": "change_low_pct", "high_pct": "change_high_pct", "rebuilt": "months_rebuilt"})
        .select(list(COLUMNS)),
        alt=alt(found, title),
        passport=passport,
        params=params,
        answer=answer(found),
        note=note(found),
        columns=COLUMNS,
        file_stem=f"revisions-{params.reporter}-{params.partner[0]}-{params.flow}".lower(),
    )


COLUMNS = {
    "period": Column("Year"),
    "known_from": Column("Known from"),
    "release": Column("Vintage"),
    "value_usd": Column("Value, USD", "%.0f"),
    "change_usd": Column("Change on the first, USD", "%.0f"),
    "change_pct": Column("Change on the first, %", "%.2f"),
    "place": Column("Vintage of the year"),
    "currency": Column("Currency"),
    "value": Column("Value", "%.0f"),
    "rounding": Column("Rounded to, months added", "%.0f"),
    "months_rebuilt": Column("Months rebuilt"),
    "change_low_pct": Column("Change at least, %", "%.2f"),
    "change_high_pct": Column("Change at most, %", "%.2f"),
    "printed": Column("Year as the vintage prints it", "%.0f"),
}
_CURRENCY = {"USD": "US dollars", "EUR": "euros"}


def passport_of(store: Store, found: Revisions, params: RevisionParams) -> Passport:
    """The passport of the editions that are compared."""
    assert found.bases is not None
    return passport(
        store,
        sources=[found.source],
        releases=found.releases,
        series=f"{subject(found)[0].upper()}{subject(found)[1:]}, complete years by vintage",
        unit=found.currency,
        basis=basis_words(found.bases),
        valuation=valuation_words(found.bases),
        last_observation=found.last_observation,
        price_basis=found.prices,
        cannot_show=note(found),
        view=SPEC.view(params),
    )


def _basis(found: Revisions) -> str:
    assert found.bases is not None
    return f"{basis_words(found.bases)}, {valuation_words(found.bases)}"


def subject(found: Revisions) -> str:
    """ "US goods exports to Russia", "US goods trade with Russia"."""
    flow = FLOWS[found.query.flow]
    whose, whom = (
        function(found.names, area)
        for function, area in ((trade_words.whose, found.query.reporter), (trade_words.whom, found.query.partner))
    )
    return f"{whose} {flow.goods} {flow.link} {whom}"


def _million(value: float) -> str:
    return words.number(value / 1e6, 1)


def _money(found: Revisions, value: float, width: float) -> str:
    """ "$1,655.4 million"; what rounding hides is told as a bound."""
    if value < width / 2 and width >= rounding.LEAST_TOLD_WIDTH:
        return rounding.amount(value, width, found.sign)
    gap = " " if found.sign.isalpha() else ""
    return f"{found.sign}{gap}{_million(value)} million"


def _row(found: Revisions, part: pl.DataFrame) -> Row:
    kinds = {"first": 0, "later": 1, "newest": 2}
    points = [
        Point(
            row["change_pct"],
            kinds[row["place"]],
            f"<b>{row['period'].year}: {_money(found, row['value'], row['rounding'])}</b><br>known from "
            f"{words.day(row['known_from'])}<br>{_change(found, row)}",
        )
        for row in part.iter_rows(named=True)
    ]
    values = part["value"].to_list()
    return Row(str(part["period"][0].year), points, text=f"{_million(values[0])} → {_million(values[-1])}")


def _change(found: Revisions, row: dict[str, Any]) -> str:
    if row["place"] == "first":
        return "first complete vintage"
    return f"{found.change_of(row).words()} on the first"


def note(found: Revisions) -> str:
    """Which years are shown, how an edition's months are made, and what is left out."""
    parts = [
        "Each vintage is summed from its own months and compared with nothing but vintages of the same year; only "
        "years of which two vintages hold all twelve months are shown."
    ]
    if found.rebuilt:
        steps = words.listing([words.money(step, found.sign) for step in found.steps])
        parts.append(
            f"{words.plural(found.rebuilt, 'month')} of a coarser vintage that agreed with a finer one "
            f"{'was' if found.rebuilt == 1 else 'were'} not kept apart and {'is' if found.rebuilt == 1 else 'are'} the "
            f"finer figure rounded to {steps}, as that vintage rounds."
        )
    parts += [
        f"The vintage of {words.month(part.known_from)} holds only {words.plural(part.months, 'month')} of {part.year} "
        "and is left out there."
        for part in found.parts
    ]
    if found.from_zero:
        zero = words.listing([str(year) for year in found.from_zero])
        parts.append(f"{zero}: zero in the first vintage, so no change in percent.")
    parts.append("The vintages in between were not kept, so steps may hide in one.")
    return " ".join(parts)


def answer(found: Revisions) -> str:
    """The largest revision that rounding cannot make, in words, and among how many years."""
    newest = list(found.frame.filter(pl.col("place") == "newest").iter_rows(named=True))
    sharp = [row for row in newest if found.change_of(row).is_sharp]
    row = max(sharp or newest, key=lambda one: abs(one["change_pct"]))
    first = found.frame.filter(pl.col("period") == row["period"], pl.col("place") == "first").row(0, named=True)
    among = f", the largest change of {len(newest)} revised years" if len(newest) > 1 and sharp else ""
    were = "was" if found.query.flow == "total" else "were"
    change, whole = found.change_of(row), subject(found)
    before, after = (_money(found, one["value"], one["rounding"]) for one in (first, row))
    if change.is_sharp:
        way = "down" if row["change_pct"] < 0 else "up"
        told = f"revised {way} from {before} to {after} ({change.words()})"
    elif change.low is not None and change.high is not None and change.low <= 0 <= change.high:
        told = f"{before} and then {after}, a change of {change.words()} that rounding alone could make"
    else:
        told = f"revised from {before} to {after}, a change of {change.words()}"
    return f"{whole[0].upper()}{whole[1:]} in {row['period'].year} {were} {told}{among}."


def alt(found: Revisions, title: str) -> str:
    """Every year with all its vintages."""
    parts = []
    for part in found.years():
        values = [_money(found, value, width) for value, width in part.select("value", "rounding").iter_rows()]
        parts.append(f"{part['period'][0].year}: {' then '.join(values)}")
    return f"Rows of dots: {title}. {'; '.join(parts)}."


SPEC = Spec("vintage_revisions", "How published years of trade were revised", "data", RevisionParams, vintage_revisions)
SPECS: tuple[Spec, ...] = (SPEC,)
