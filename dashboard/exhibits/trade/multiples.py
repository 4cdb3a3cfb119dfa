"""Small multiples: goods trade of one reporter with several partners, each on a scale of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Literal

import polars as pl
from pydantic import Field

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.transforms import index_to
from dashboard.exhibits import passports
from dashboard.exhibits.base import Exhibit, NothingToShow, Spec
from dashboard.exhibits.columns import TRADE
from dashboard.exhibits.passports import basis_words, valuation_words
from dashboard.exhibits.trade.lines import line
from dashboard.exhibits.trade.over_time_words import flag_words
from dashboard.figures import theme
from dashboard.figures.multiples import Panel, multiples
from dashboard.figures.theme import Style
from dashboard.params import Area, Areas, CurrencyWord, Month, PageFlow, Params, SourceName
from dashboard.queries import catalogue
from dashboard.queries.trade import TradeFlowWord
from dashboard.studies.rounding import amount
from dashboard.studies.series import TradeSeries, together
from dashboard.studies.trade import TradeQuery, ask, ask_flows
from dashboard.words import trade as trade_words
from dashboard.words.flows import FLOWS
from pipelines.store import Store

MOST_PANELS = 12
CANNOT_SHOW = (
    "Every panel has a scale of its own, so heights cannot be compared between panels: read the unit beside each name. "
    "Goods that reach a partner through a third country are not in its panel."
)


class MultiplesParams(Params):
    """One reporter, up to twelve partners, 12-month sums or years, as level or as an index of a base year."""

    reporter: Area = "USA"
    panels: Areas = trade_words.TARGETS
    flow: PageFlow = "both"
    panel_period: Literal["sum12", "year"] = "sum12"
    panel_measure: Literal["level", "index"] = "level"
    panel_base: Annotated[int, Field(ge=1985, le=2100)] = 2021
    start: Month | None = None
    currency: CurrencyWord = "reported"
    source: SourceName | None = None
    known_on: date | None = None


@dataclass(frozen=True, eq=False)
class Panels:
    """What the panels draw: the series (with `index` where one is shown), partners without figures, and partners that
    lack the base year of the index."""

    series: TradeSeries
    without_figures: tuple[str, ...]
    without_base: tuple[str, ...]


def trade_multiples(store: Store, params: MultiplesParams, style: Style) -> Exhibit:
    """One small picture per partner, aligned in time."""
    names = catalogue.names(store)
    found = study(store, params)
    return write(store, params, found, names, style)


def study(store: Store, params: MultiplesParams) -> Panels:
    """12-month sums, or complete years and the running part of a year, for every flow and partner that was asked for.

    Raises:
        NothingToShow: there are none, or no partner has the base year; the sentence says which.
    """
    if params.flow == "balance" and params.panel_measure == "index":
        raise NothingToShow("A balance has no index, since it changes sign. Choose “Level”.")
    chosen = params.panels[:MOST_PANELS]
    if not chosen:
        raise NothingToShow("Choose at least one partner.")
    wanted: tuple[TradeFlowWord, ...] = ("export", "import") if params.flow == "both" else (params.flow,)
    query = TradeQuery(
        params.reporter,
        chosen,
        wanted[0],
        "S" if params.panel_period == "sum12" else "A",
        currency=params.currency,
        source=params.source,
        known_on=params.known_on,
    )
    found = ask_flows(store, query, wanted)
    if not found:
        reasons = [ask(store, replace(query, flow=flow)).why_empty for flow in wanted[::-1]]
        raise NothingToShow(next((reason for reason in reasons if reason), "There are no figures with these partners."))
    series = together(found)
    if params.panel_period == "year":
        # A year that lacks months is a gap; only the running year is shown, as the part of a year that it is.
        running = (pl.col("period") == series.frame["period"].max()) & (pl.col("first_month") == pl.col("period"))
        series = series.where(~pl.col("is_partial") | running)
    held = set(series.partners)
    if params.panel_measure == "index":
        series = _indexed(series, params)
    based = set(series.partners)
    series = series.between(params.start, None)
    if series.is_empty:
        raise NothingToShow("There are no figures in this window. Choose an earlier start.")
    ordered = series.with_rows(series.frame.sort("partner", "flow", "period"))
    return Panels(
        ordered,
        without_figures=tuple(code for code in chosen if code not in held),
        without_base=tuple(code for code in chosen if code in held and code not in based),
    )


def _indexed(series: TradeSeries, params: MultiplesParams) -> TradeSeries:
    """100 = the base year; pairs without that year are left out, and a part of a year has no index."""
    base = date(params.panel_base, 12 if params.panel_period == "sum12" else 1, 1)
    try:
        frame = index_to(
            series.frame,
            base=base,
            frequency="M" if params.panel_period == "sum12" else "A",
            by=("partner", "flow"),
            value="value",
            skip_missing=True,
        )
    except AnalysisError as reason:
        raise NothingToShow(str(reason)) from reason
    if frame.is_empty():
        raise NothingToShow(f"None of these partners has figures for {params.panel_base}; choose another base year.")
    return series.with_rows(frame)


def write(store: Store, params: MultiplesParams, found: Panels, names: dict[str, str], style: Style) -> Exhibit:
    """The panels with their words, table and passport."""
    series, index = found.series, params.panel_measure == "index"
    shown = [code for code in params.panels[:MOST_PANELS] if code in series.partners]
    flows = [flow for flow in FLOWS if flow in series.flows]
    figure = multiples(
        [_panel(series.one(code), names, flows, params, style) for code in shown],
        style=style,
        key=[(FLOWS[flow].exact, style.flow(flow), _dash(flow, flows)) for flow in flows],
        base=100.0 if index else None,
        hover_date="%Y" if params.panel_period == "year" else "12 months to %b %Y",
    )
    who = trade_words.whose(names, params.reporter)
    data = table(series, names, index=index)
    whole_years = series.whole().frame["period"].dt.year().max()  # a part of a year is none
    return Exhibit(
        id=SPEC.id,
        title=_title(who, shown, flows, names),
        subtitle=_subtitle(series, params),
        figure=figure,
        data=data,
        alt=_alt(series, names, shown, flows, who),
        passport=passports.of_trade(
            store,
            series,
            series=f"{who} goods trade with {words.listing([trade_words.whom(names, code) for code in shown])}",
            unit=f"index, {params.panel_base} = 100" if index else "",
            known_on=params.known_on,
            view=SPEC.view(params),
            cannot_show=CANNOT_SHOW,
        ),
        params=params,
        note=_note(found, names, params),
        columns=TRADE,
        file_stem=trade_words.stem(
            trade_words.short(names, params.reporter),
            "goods-trade",
            len(shown),
            "partners",
            params.panel_measure,
            series.frame["period"].dt.year().min(),
            whole_years if whole_years is not None else "part-year",
        ),
    )


def _title(who: str, shown: list[str], flows: list[str], names: dict[str, str]) -> str:
    what = FLOWS[flows[0] if len(flows) == 1 else "total"]
    if len(shown) == 1:
        return f"{who} {what.with_partner(trade_words.whom(names, shown[0]))}"
    return f"{who} {what.goods} {what.link} {words.plural(len(shown), 'partner')}, each on its own scale"


def table(series: TradeSeries, names: dict[str, str], *, index: bool) -> pl.DataFrame:
    """What the panels draw, exact, in long form."""
    euros = ["value_eur"] if series.currency == "EUR" else []
    columns = ["period", "label", "partner", "partner_name", "flow", "currency", "value", "value_usd", *euros]
    columns += [
        "rounding",
        *(["index"] if index else []),
        "is_estimate",
        "is_partial",
        "flag",
        "source",
        "release",
        "known_from",
    ]
    rows = series.table().with_columns(
        pl.Series("label", _labels(series), dtype=pl.String),
        pl.col("partner").replace_strict(names, default=None).alias("partner_name"),
    )
    return rows.select(columns).sort("partner", "flow", "period")


def _labels(series: TradeSeries) -> list[str]:
    """ "12 months to Jul 2026", "2025", "Jan–Jul 2026"."""
    if series.frequency == "S":
        return [words.twelve_months(day) for day in series.frame["period"]]
    facts = series.frame.select("period", "is_partial", "first_month", "last_month").iter_rows()
    return [words.span(first, last) if partial else str(day.year) for day, partial, first, last in facts]


def _panel(
    series: TradeSeries, names: dict[str, str], flows: list[str], params: MultiplesParams, style: Style
) -> Panel:
    index = params.panel_measure == "index"
    amounts = series.frame["value"].to_list()
    scale = theme.Scale(1.0, f"{params.panel_base} = 100") if index else theme.money_scale(amounts, series.sign)
    drawn = [
        line(
            part.frame.with_columns(
                pl.Series("hover", _labels(part), dtype=pl.String), pl.col("flag").is_not_null().alias("is_doubtful")
            ),
            frequency="M" if params.panel_period == "sum12" else "A",
            name=FLOWS[flow].exact,
            colour=style.flow(flow),
            divisor=scale.divisor,
            value="index" if index else "value",
            dash=_dash(flow, flows),
            width=2.0,
            sign="" if index else series.sign,
        )
        for flow in flows
        if not (part := series.one(series.partner, flow)).is_empty
    ]
    when = _labels(series)[series.frame["period"].arg_max() or 0].removeprefix("12 months ")
    return Panel(trade_words.short(names, series.partner), scale.unit, drawn, last=when)


def _dash(flow: str, flows: list[str]) -> str:
    return "dash" if flow == "import" and len(flows) > 1 else "solid"


def _subtitle(series: TradeSeries, params: MultiplesParams) -> str:
    rows = series.frame
    basis = f"{basis_words(rows)}, {valuation_words(rows)}, current prices, not seasonally adjusted"
    hollow = "; a hollow point is a part of a year" if rows["is_partial"].any() else ""
    what = "12-month sums" if params.panel_period == "sum12" else f"Years{hollow}"
    money = {"USD": "US dollars", "EUR": "euros"}[series.currency]
    measure = (
        f"index, {params.panel_base} = 100, from {money}"
        if params.panel_measure == "index"
        else f"{money}, own scale in every panel"
    )
    return f"Goods. {what}; {measure}. {basis}."


def _note(found: Panels, names: dict[str, str], params: MultiplesParams) -> str:
    """Whose figures end early or lack the base year, what is doubtful, and who has none."""
    parts = [CANNOT_SHOW]
    late = _late(found.series, names)
    if late:
        parts.append(f"Figures end earlier for {words.listing(late)}.")
    parts.append(flag_words(found.series.lines(), names))
    if found.without_base:
        listed = words.listing([trade_words.whom(names, code) for code in found.without_base])
        parts.append(f"No index for {listed}: there are no figures for the base year {params.panel_base}.")
    if found.without_figures:
        listed = words.listing([trade_words.whom(names, code) for code in found.without_figures])
        day = "" if params.known_on is None else f" as known on {words.day(params.known_on)}"
        what = _WHAT[params.panel_period]
        parts.append(f"No {what} to show for {listed}{day}.")
    return " ".join(part for part in parts if part)


_WHAT = {"sum12": "twelve months in a row", "year": "years"}


def _late(series: TradeSeries, names: dict[str, str]) -> list[str]:
    """Whose last figure is older than the newest one."""
    ends = {code: series.one(code) for code in series.partners}
    return [
        f"{trade_words.whom(names, code)} ({passports.last_observation(one)})"
        for code, one in ends.items()
        if one.last_month < series.last_month
    ]


def _alt(series: TradeSeries, names: dict[str, str], shown: list[str], flows: list[str], who: str) -> str:
    sentences = [f"Small multiples: {who} goods trade with {words.plural(len(shown), 'partner')}."]
    for code in shown:
        for flow in flows:
            part = series.one(code, flow).whole().trusted()
            if part.is_empty:
                continue
            labels, values = _labels(part), part.frame["value"].to_list()
            widths = part.frame["rounding"].to_list()
            high = values.index(max(values))
            highest = amount(values[high], widths[high], series.sign)
            last = amount(values[-1], widths[-1], series.sign)
            sentences.append(
                f"{names.get(code, code)}, {FLOWS[flow].exact}: highest {highest} ({labels[high]}), last {last} "
                f"({labels[-1]})."
            )
    return " ".join(sentences)


SPEC = Spec("trade_multiples", "Several partners side by side", "trade", MultiplesParams, trade_multiples)
SPECS = (SPEC,)
