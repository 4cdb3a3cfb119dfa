"""The main picture: goods trade of one reporter with one or several partners over time, with sanctions marked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from dashboard import words
from dashboard.analysis.aggregates import months_covered
from dashboard.exhibits import marks as register_marks
from dashboard.exhibits.alt import lines_alt
from dashboard.exhibits.base import (
    Column,
    Exhibit,
    NothingToShow,
    Passport,
    Spec,
)
from dashboard.exhibits.passports import basis_words, passport, valuation_words
from dashboard.exhibits.trade.answer import answer
from dashboard.exhibits.trade.series import (
    FREQUENCY_WORDS,
    MOST_LINES,
    Series,
    TradeParams,
    check_areas,
    currency_of,
    deflator,
    measure,
    observe,
    stored,
    why_empty,
    window,
    with_gaps,
)
from dashboard.figures import theme
from dashboard.figures.before_after import year_ticks
from dashboard.figures.lines import Line, time_lines
from dashboard.figures.marks import NOT_A_CAUSE, Flag
from dashboard.figures.theme import Style
from dashboard.queries import catalogue, trade
from pipelines.store import Store

FLOW_WORDS = {"export": "exports", "import": "imports", "total": "total trade", "balance": "balance"}


def trade_over_time(store: Store, params: TradeParams, style: Style) -> Exhibit:
    """Draw goods trade over time.

    Raises:
        NothingToShow: the store holds no such series, or none was known on the chosen day.
    """
    names = catalogue.names(store, [params.reporter, *params.partner])
    check_areas(params, names)
    source = params.source or trade.default_source(store, params.reporter, stored(params.frequency))
    observed = observe(store, params, source)
    flows = tuple(dict.fromkeys(item.flow for item in observed))
    if not observed or source is None:
        raise NothingToShow(why_empty(store, params, source, names))
    currency, unit_column = currency_of(observed)
    drawn, price_basis = measure(store, params, observed, unit_column)
    drawn = [Series(item.partner, item.flow, window(item.frame, params)) for item in drawn]
    drawn = [item for item in drawn if not item.frame.is_empty()]
    if not drawn:
        raise NothingToShow("There are no figures in this window. Choose an earlier “From” or a later “To”.")
    scale = (
        theme.Scale(1.0, "")
        if params.measure != "level"
        else theme.money_scale(
            [value for item in drawn for value in item.frame["shown"].to_list()], "$" if currency == "$" else "EUR"
        )
    )
    lines = _lines(drawn, params, names, style, scale, currency)
    first = min(item.frame["period"][0] for item in drawn)
    last = max(item.frame["period"][-1] for item in drawn)
    flags = _flags(store, params, first, _end_of(last, params.frequency))
    unit, value_format, suffix = _unit(params, scale)
    figure = time_lines(
        lines,
        unit=unit,
        style=style,
        flags=flags,
        spans=params.spans,
        value_format=value_format,
        suffix=suffix,
        log=params.log and params.measure != "growth" and params.flow != "balance",
        hover_date=_hover_date(params.frequency),
        ceiling=GROWTH_CEILING_PCT if params.measure == "growth" else None,
    )
    if params.frequency == "A":
        figure.layout.xaxis.update(year_ticks(first.year, _last_full(drawn).year))
    rows = pl.concat([item.frame for item in observed])
    note = _note(params, observed, drawn, source, bool(flags))
    pass_ = _passport(store, params, names, rows, source, unit, price_basis, note)
    title = _title(params, names, flows)
    return Exhibit(
        id="trade_over_time",
        title=title,
        subtitle=_subtitle(params, pass_, unit, first, drawn),
        figure=figure,
        data=_table(drawn, names, params, currency),
        alt=lines_alt(
            title,
            lines,
            lambda value: f"{value:{value_format}}{suffix} {scale.unit}".strip(),
            frequency=stored(params.frequency) if params.frequency == "A" else "M",
            flags=flags,
        ),
        passport=pass_,
        params=params,
        answer=answer(store, params, names, flows, source, currency, unit_column),
        note=note,
        flags=flags,
        columns=COLUMNS,
        file_stem=_stem(params, drawn, first, last),
    )


GROWTH_CEILING_PCT = 300.0
"""Growth from almost nothing runs to thousands of percent; the axis ends here and the table holds the rest."""

COLUMNS = {
    "period": Column("Period"),
    "label": Column("Period in words"),
    "reporter": Column("Reporter code"),
    "partner": Column("Partner code"),
    "partner_name": Column("Partner"),
    "flow": Column("Flow"),
    "source": Column("Source"),
    "release": Column("Vintage"),
    "value_usd": Column("Value, US dollars", "%.0f"),
    "value_eur": Column("Value, euros", "%.0f"),
    "index": Column("Index", "%.1f"),
    "growth_pct": Column("Change on a year before, percent", "%.1f"),
    "is_estimate": Column("Estimate"),
    "is_partial": Column("Part of a period"),
    "known_from": Column("Known from"),
}


_PARTNER_COLOURS = (3, 2, 4, 0, 1)
"""Several partners: the first is the subject; blue and orange, which mean exports and imports elsewhere, come last."""


def _lines(
    drawn: Sequence[Series],
    params: TradeParams,
    names: dict[str, str],
    style: Style,
    scale: theme.Scale,
    currency: str,
) -> list[Line]:
    several = len({item.partner for item in drawn}) > 1
    dashes = ("solid", "dash", "dot", "dashdot", "longdash")
    lines = []
    for place, item in enumerate(drawn):
        frame = with_gaps(item.frame, params.frequency)
        colour = style.series[_PARTNER_COLOURS[place]] if several else style.flow(item.flow)
        partial = bool(item.frame["is_partial"][-1])
        lines.append(
            Line(
                name=(names[item.partner] if several else FLOW_WORDS[item.flow].capitalize())
                + (f" ({_partial_label(item.frame)})" if partial else ""),
                x=_middles(frame, params.frequency),
                y=[None if value is None else value / scale.divisor for value in frame["shown"].to_list()],
                colour=colour,
                dash=dashes[place % len(dashes)] if several else "solid",
                estimates=frame["is_estimate"].fill_null(value=False).to_list(),
                partial=partial,
                hover=_hover(frame, params, scale),
                width=1.6 if params.frequency == "M" else 2.2,
            )
        )
    return lines


def _middles(frame: pl.DataFrame, frequency: str) -> list[date]:
    """Where a period's value stands on the axis: its middle, so that a mark of March 2022 does not seem to come after
    the year 2022. A 12-month sum stands at its last month; a part of a year in the middle of its months."""
    days = {"M": 14, "Q": 45, "A": 181, "S": 14}[frequency]
    places = [period + timedelta(days=days) for period in frame["period"].to_list()]
    if frequency != "S" and frame["is_partial"][-1]:
        first, last = frame["first_month"][-1], frame["last_month"][-1]
        places[-1] = first + timedelta(days=((last - first).days + 30) // 2)
    return places


def _hover(frame: pl.DataFrame, params: TradeParams, scale: theme.Scale) -> list[str]:
    """Under the value: the level where another measure is drawn, the same period a year before, doubts, the vintage."""
    before = dict(zip(frame["period"], frame["level"], strict=True))
    money = scale if params.measure == "level" else theme.money_scale(frame["level"].to_list())
    level = params.measure != "level"
    vintages = {day: f"vintage {words.month(day)}" for day in frame["known_from"].drop_nulls().unique()}
    texts = []
    columns = ("period", "level", "is_partial", "is_estimate", "known_from", "first_month", "last_month")
    for day, value, partial, estimate, known_from, first, last in frame.select(columns).iter_rows():
        if value is None:
            texts.append("")
            continue
        earlier = before.get(day.replace(year=day.year - 1))
        parts = [f"level {value / money.divisor:,.3g} {money.unit}"] if level else []
        if partial:
            parts.append(months_covered(_months_between(first, last)))
        elif earlier is not None:
            parts.append(f"a year before {earlier / money.divisor:,.3g} {money.unit}")
        if estimate:
            parts.append("estimate")
        parts.append(vintages[known_from])
        texts.append(", ".join(parts))
    return texts


def _months_between(first: date, last: date) -> list[date]:
    return pl.date_range(first, last, "1mo", eager=True).to_list()


def _partial_label(frame: pl.DataFrame) -> str:
    row = frame.row(-1, named=True)
    return words.span(row["first_month"], row["last_month"])


def _flags(store: Store, params: TradeParams, first: date, last: date) -> tuple[Flag, ...]:
    if params.marks == "none":
        return ()
    targets = [code for code in (params.reporter, *params.partner) if code != "USA"]
    landmarks = params.marks == "landmarks"
    if landmarks and "RUS" not in targets:
        return ()
    return register_marks.flags(
        store,
        start=first,
        end=last,
        keys=register_marks.LANDMARKS if landmarks else (),
        targets=() if landmarks else targets,
        senders=params.senders,
        types=params.types,
        clock=str(params.clock),
        with_summits=params.summits,
    )


def _end_of(period: date, frequency: str) -> date:
    days = {"M": 31, "S": 31, "Q": 92, "A": 366}[frequency]
    return period + timedelta(days=days - 1)


def _unit(params: TradeParams, scale: theme.Scale) -> tuple[str, str, str]:
    if params.measure == "growth":
        return "% change on the same period a year before", ",.1f", "%"
    if params.measure == "index":
        return "index", ",.1f", ""
    return scale.unit, ",.2f" if scale.divisor >= 1e9 else ",.1f", ""


def _hover_date(frequency: str) -> str:
    return {"A": "%Y", "Q": "Q%q %Y", "S": "12 months to %b %Y"}.get(frequency, "%b %Y")


def _title(params: TradeParams, names: dict[str, str], flows: Sequence[str]) -> str:
    who = short_name(names[params.reporter])
    partners = [words.in_sentence(short_name(names[code])) for code in params.partner[:MOST_LINES]]
    what = "goods trade" if len(flows) == 2 or flows[0] == "total" else f"goods {FLOW_WORDS[flows[0]]}"
    if len(partners) > 2:
        return f"{who}: {what} with {len(partners)} partners{', exports plus imports' if flows[0] == 'total' else ''}"
    if flows[0] == "balance":
        return f"{who}: goods trade balance with {words.listing(partners)}"
    link = {"export": "to", "import": "from"}.get(flows[0], "with") if len(flows) == 1 else "with"
    return f"{who}: {what} {link} {words.listing(partners)}"


def short_name(name: str) -> str:
    """Names as titles use them."""
    return {"European Union (27)": "EU"}.get(name, name)


def _subtitle(params: TradeParams, pass_: Passport, unit: str, first: date, drawn: Sequence[Series]) -> str:
    last = max(drawn, key=lambda item: item.frame["period"].max()).frame  # type: ignore[arg-type,return-value]
    row = last.row(-1, named=True)
    until = (
        _partial_label(last)
        if row["is_partial"]
        else words.period(row["period"], "M" if params.frequency == "S" else params.frequency)
    )
    since = words.period(first, "M" if params.frequency == "S" else params.frequency)
    parts = [
        FREQUENCY_WORDS[params.frequency],
        unit if unit != "index" else "",
        pass_.price_basis,
        pass_.basis,
        pass_.valuation,
        pass_.adjustment,
        f"{since} to {until}",
    ]
    text = ", ".join(part for part in parts if part)
    return text[0].upper() + text[1:]


def _note(params: TradeParams, observed: Sequence[Series], drawn: Sequence[Series], source: str, marked: bool) -> str:
    parts = []
    if params.frequency == "A" and any(bool(item.frame["is_partial"][-1]) for item in drawn):
        parts.append("The last point is a part of a year, drawn hollow; it is not comparable with full years.")
    if params.prices == "real":
        parts.append(
            "Constant prices have a gap wherever the month's US consumer price index was not published (Oct 2025)."
        )
    if params.measure == "growth":
        parts.append(
            f"The axis ends at {GROWTH_CEILING_PCT:.0f}%; larger changes, from very small bases, are in the table."
        )
    if len(params.partner) > MOST_LINES:
        parts.append(f"Only the first {MOST_LINES} partners are drawn; the small multiples show more.")
    if any(bool(item.frame["is_estimate"].any()) for item in observed):
        parts.append(
            "Dotted parts are the source's estimates from partners' reports, not figures that the reporter published."
        )
    if source == "census":
        parts.append(
            "Imports count by country of origin, exports by the destination declared: goods sold on through third "
            "countries are not seen."
        )
    if source == "eurostat":
        parts.append("Goods that cross a third country on the way are not seen.")
    if marked:
        parts.append(NOT_A_CAUSE)
    return " ".join(parts)


def _passport(
    store: Store,
    params: TradeParams,
    names: dict[str, str],
    rows: pl.DataFrame,
    source: str,
    unit: str,
    price_basis: str,
    note: str,
) -> Passport:
    last = rows.sort("last_month").row(-1, named=True)["last_month"]
    partners = [words.in_sentence(names[code]) for code in params.partner[:MOST_LINES]]
    return passport(
        store,
        sources=[source, *(["bls_cpi"] if params.prices == "real" else [])],
        releases=[*rows["release"].drop_nulls().unique(), *_price_releases(store, params)],
        series=f"Goods trade, all products: {names[params.reporter]} with {words.listing(partners)}",
        unit=unit,
        last_observation=words.period(last, "M" if rows["months"].max() != 1 or params.frequency != "A" else "A"),
        basis=basis_words(rows),
        valuation=valuation_words(rows),
        price_basis=price_basis,
        known_on=params.known_on,
        view=SPEC.view(params),
        cannot_show=note or "Services, and goods that pass through third countries.",
    )


def _price_releases(store: Store, params: TradeParams) -> list[str]:
    """The vintages of the deflator, when there is one."""
    return deflator(store, params.known_on)["release"].unique().to_list() if params.prices == "real" else []


def _table(drawn: Sequence[Series], names: dict[str, str], params: TradeParams, currency: str) -> pl.DataFrame:
    """The drawn figures in long form, exact."""
    value = "value_usd" if currency == "$" else "value_eur"
    extra = {"index": [pl.col("shown").alias("index")], "growth": [pl.col("shown").alias("growth_pct")]}.get(
        params.measure, []
    )
    frames = []
    for item in drawn:
        label = [
            words.span(row["first_month"], row["last_month"])
            if row["is_partial"]
            else words.twelve_months(row["period"])
            if params.frequency == "S"
            else words.period(row["period"], params.frequency)
            for row in item.frame.iter_rows(named=True)
        ]
        frames.append(
            item.frame.select(
                "period",
                pl.Series("label", label),
                "reporter",
                "partner",
                pl.lit(names[item.partner]).alias("partner_name"),
                "flow",
                pl.col("level").alias(value),
                *extra,
                "is_estimate",
                "is_partial",
                "source",
                "release",
                "known_from",
            )
        )
    return pl.concat(frames)


def _last_full(drawn: Sequence[Series]) -> date:
    """The last period that is whole in any line."""
    whole: list[date] = [day for item in drawn for day in item.frame.filter(~pl.col("is_partial"))["period"].to_list()]
    return max(whole)


def _stem(params: TradeParams, drawn: Sequence[Series], first: date, last: date) -> str:
    partners = "-".join(code.lower() for code in params.partner[:MOST_LINES])
    flow = {
        "both": "goods-trade",
        "total": "goods-trade",
        "export": "exports",
        "import": "imports",
        "balance": "trade-balance",
    }[params.flow]
    every = {"M": "monthly", "Q": "quarterly", "S": "12-month-sums", "A": "yearly"}[params.frequency]
    what = "" if params.measure == "level" else f"-{params.measure}"
    end = str(last.year)
    if params.frequency == "A" and any(bool(item.frame["is_partial"][-1]) for item in drawn):
        part = words.span(drawn[0].frame["first_month"][-1], drawn[0].frame["last_month"][-1])
        end = f"{_last_full(drawn).year}-and-{part.lower().replace(words.DASH, '-').replace(' ', '-')}"
    return f"{params.reporter.lower()}-{partners}-{flow}{what}-{every}-{first.year}-{end}"


SPEC = Spec("trade_over_time", "Goods trade over time", "trade", TradeParams, trade_over_time)
SPECS: tuple[Spec, ...] = (SPEC,)
