"""Collapse and rebound of one pair: 12-month sums (or complete years) around an event, with both rebounds."""

from __future__ import annotations

from datetime import date

import polars as pl

from dashboard import words
from dashboard.analysis.collapse import State
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import month_of, ordinal_of
from dashboard.exhibits.alt import lines_alt
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Passport, Spec
from dashboard.exhibits.passports import basis_words, passport, valuation_words
from dashboard.exhibits.trade.collapse_measure import DEFLATOR, CollapseParams, Measured, measure
from dashboard.exhibits.trade.collapse_words import CANNOT_SHOW, YEARS_CANNOT_SHOW, cards, note, price_basis, subtitle
from dashboard.exhibits.trade.lines import line, middle
from dashboard.figures import theme
from dashboard.figures.collapse import Point, collapse_line
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import Style
from dashboard.queries import catalogue
from dashboard.words import trade as trade_words
from pipelines.store import Store

YEARS_SHOWN_BEFORE = 5
"""The picture begins so many years before the search for the peak does."""
COLUMNS = {
    "period": Column("Period (12 months up to it, or year)"),
    "price_basis": Column("Prices"),
    "value_usd": Column("Goods trade, USD", "%.0f"),
    "value_eur": Column("Goods trade, EUR", "%.0f"),
    "point": Column("Named point"),
    "is_estimate": Column("Estimate"),
    "source": Column("Source"),
    "known_from": Column("Known from"),
}
_NOUNS = {"export": "exports to", "import": "imports from", "total": "trade with", "balance": "balance with"}


def collapse_card(store: Store, params: CollapseParams, style: Style) -> Exhibit:
    """How far trade of one pair fell around an event, and how much of the fall has been regained."""
    partner = params.partner[0] if params.partner else "RUS"
    try:
        found = measure(store, params, partner)
    except AnalysisError as reason:
        raise NothingToShow(f"{reason} Choose another event, partner or flow.") from reason
    result, names, annual = found.result, catalogue.names(store), found.frequency == "A"
    begin = ordinal_of(params.event) - 12 * YEARS_SHOWN_BEFORE
    begin -= 12 * params.before_years if annual else params.before_months
    constant = found.constant if params.show_real else found.constant.clear()
    sums, constant = (frame.filter(pl.col("period") >= month_of(begin)) for frame in (found.sums, constant))
    scale = theme.money_scale([*sums["value_usd"], *constant["value_usd"]], found.currency)
    drawn = line(
        sums, frequency=found.frequency, name="Current prices", colour=style.flow(found.flow), divisor=scale.divisor
    )
    real = line(
        constant,
        frequency="M",
        name=found.price_words,
        colour=style.grey,
        divisor=scale.divisor,
        dash="dash",
        width=1.5,
    )
    figure = collapse_line(
        drawn,
        _points(found, scale.divisor),
        event=params.event,
        event_words=words.month(params.event),
        search=_search(params, found),
        unit=scale.unit + (", years" if annual else ", 12-month sums"),
        style=style,
        beside=real if constant.height else None,
        hover_date="%Y" if annual else "12 months to %b %Y",
    )
    who, whom = trade_words.short(names, params.reporter), trade_words.short(names, partner)
    subject = trade_words.subject(names, params.reporter, partner, found.flow)
    title = f"{trade_words.whose(names, params.reporter)} goods {_NOUNS[found.flow]} {trade_words.whom(names, partner)}"
    title += ": collapse and rebound"
    title = title if len(title) <= 70 else f"{who} and {whom}: goods trade, collapse and rebound"[:70]
    said = result.words(subject, found.currency)
    alt = lines_alt(title, [drawn], lambda value: f"{words.number(value)} {scale.unit}", frequency=found.frequency)
    return Exhibit(
        id=SPEC.id,
        title=title,
        subtitle=subtitle(params, found, scale.unit),
        figure=figure,
        data=_data(sums, constant, found),
        alt=f"{alt} {said}",
        passport=_passport(store, params, found, subject),
        params=params,
        answer=said,
        note=note(params, found, whom),
        cards=cards(found),
        columns=COLUMNS,
        file_stem=trade_words.stem(
            who,
            whom,
            "goods",
            found.flow,
            "collapse",
            params.event.year,
            "to",
            result.now_period.strftime("%Y" if annual else "%Y-%m"),
        ),
    )


def _points(found: Measured, divisor: float) -> list[Point]:
    """Peak, now, trough, half of the fall: in order of importance."""
    result, kind = found.result, found.frequency
    fell, lowest_now = result.state is not State.NO_FALL, result.trough_period == result.now_period
    peak = f"<b>Peak</b> {found.money(result.peak_usd)}<br>{words.period(result.peak_period, kind)}"
    now = "Now, lowest" if lowest_now else "Now"
    now = f"<b>{now}</b><br>{found.money(result.now_usd)}<br>{words.period(result.now_period, kind)}"
    points = [
        Point(peak, middle(result.peak_period, kind), result.peak_usd / divisor),
        Point(now, middle(result.now_period, kind), result.now_usd / divisor, margin=True),
    ]
    if not lowest_now:
        label = "Trough" if fell else "Lowest since"
        trough = f"<b>{label}</b> {found.money(result.trough_usd)}<br>{words.period(result.trough_period, kind)}"
        points.append(Point(trough, middle(result.trough_period, kind), result.trough_usd / divisor, "square"))
    if fell and result.half_fall is not None and kind == "M":
        at = found.sums.filter(pl.col("period") == result.half_fall)["value_usd"][0]
        half = f"Half of the fall<br>by {words.month(result.half_fall)}"
        points.append(Point(half, result.half_fall, at / divisor, "diamond", optional=True))
    return points


def _search(params: CollapseParams, found: Measured) -> tuple[date, date]:
    if found.frequency == "A":
        return date(params.event.year - params.before_years, 1, 1), middle(found.result.now_period, "A")
    at = ordinal_of(params.event)
    return month_of(at - params.before_months), month_of(at + params.after_months)


def _data(sums: pl.DataFrame, constant: pl.DataFrame, found: Measured) -> pl.DataFrame:
    """The drawn line or lines; the named points stand in a column of their own on the line in current prices."""
    result = found.result
    named: dict[date, list[str]] = {}
    for when, name in (
        (result.peak_period, "peak"),
        (result.half_fall, "half of the fall"),
        (result.trough_period, "trough"),
        (result.now_period, "now"),
    ):
        if when is not None:
            named.setdefault(when, []).append(name)
    points = pl.DataFrame(
        {"period": list(named), "point": [", ".join(names) for names in named.values()]},
        schema={"period": pl.Date, "point": pl.String},
    )
    value = "value_eur" if found.currency == "EUR" else "value_usd"
    columns = ["period", "price_basis", value, "point", "is_estimate", "source", "known_from"]
    current = sums.join(points, on="period", how="left").with_columns(pl.lit("current").alias("price_basis"))
    fixed = constant.with_columns(
        pl.lit(f"{found.price_words.removeprefix('In ')}, deflated by {DEFLATOR}").alias("price_basis"),
        pl.lit(None, dtype=pl.String).alias("point"),
    )
    both = [frame.with_columns(pl.col("value_usd").alias(value)).select(columns) for frame in (current, fixed)]
    return pl.concat(both).sort("price_basis", "period")


def _passport(store: Store, params: CollapseParams, found: Measured, subject: str) -> Passport:
    annual = found.frequency == "A"
    return passport(
        store,
        sources=[*found.flows["source"].unique(), *(["bls_cpi"] if found.constant.height else [])],
        releases=found.flows["release"].unique().to_list(),
        series=f"{subject}, {'complete years' if annual else '12-month sums of months'}",
        unit="EUR" if found.currency == "EUR" else "USD",
        last_observation=words.period(found.result.now_period, found.frequency),
        basis=basis_words(found.flows),
        valuation=valuation_words(found.flows),
        price_basis=price_basis(params, found),
        known_on=params.known_on,
        view=SPEC.view(params),
        cannot_show=f"{YEARS_CANNOT_SHOW if annual else CANNOT_SHOW} {NOT_A_CAUSE}",
    )


SPEC = Spec("collapse_card", "Collapse and rebound of one pair", "trade", CollapseParams, collapse_card)
SPECS = (SPEC,)
