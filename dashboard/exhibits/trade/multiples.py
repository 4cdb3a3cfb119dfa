"""Small multiples: goods trade of one reporter with several partners, each on a scale of its own."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import polars as pl
from pydantic import Field

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.transforms import index_to, rolling_sum
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Passport, Spec
from dashboard.exhibits.passports import basis_words, passport, valuation_words
from dashboard.exhibits.trade.collapse_measure import PageFlow, SourceName
from dashboard.exhibits.trade.lines import line
from dashboard.figures import theme
from dashboard.figures.multiples import Panel, multiples
from dashboard.figures.theme import Style
from dashboard.params import Area, Areas, FlowWord, Month, Params
from dashboard.queries import catalogue
from dashboard.studies import legacy
from dashboard.words import trade as trade_words
from pipelines.store import Store

MOST_PANELS = 12
CANNOT_SHOW = (
    "Every panel has a scale of its own, so heights cannot be compared between panels: read the unit beside each name. "
    "Goods that reach a partner through a third country are not in its panel."
)
COLUMNS = {
    "period": Column("Period"),
    "label": Column("Covers"),
    "partner": Column("Code"),
    "partner_name": Column("Partner"),
    "flow": Column("Flow"),
    "value_usd": Column("Goods trade, USD", "%.0f"),
    "index": Column("Index", "%.1f"),
    "is_estimate": Column("Estimate"),
    "is_partial": Column("Part of a year"),
    "source": Column("Source"),
    "known_from": Column("Known from"),
}


class MultiplesParams(Params):
    """One reporter, up to twelve partners, 12-month sums or years, as level or as an index of a base year."""

    reporter: Area = "USA"
    panels: Areas = trade_words.TARGETS
    flow: PageFlow = "both"
    panel_period: Literal["sum12", "year"] = "sum12"
    panel_measure: Literal["level", "index"] = "level"
    panel_base: Annotated[int, Field(ge=1985, le=2100)] = 2021
    start: Month | None = None
    source: SourceName | None = None
    known_on: date | None = None


def trade_multiples(store: Store, params: MultiplesParams, style: Style) -> Exhibit:
    """One small picture per partner, aligned in time."""
    names = catalogue.names(store)
    chosen = params.panels[:MOST_PANELS]
    rows = _rows(store, params, chosen)
    if params.panel_measure == "index":
        rows = _indexed(rows, params)
    if params.start is not None:
        rows = rows.filter(pl.col("period") >= params.start)
    shown = [code for code in chosen if code in set(rows["partner"])]
    if not shown:
        raise NothingToShow(
            f"{names.get(params.reporter, params.reporter)} reports no {_WHAT[params.panel_period]} with these "
            f"partners for this flow and window. Choose other partners, another flow, or an earlier start."
        )
    flows = [flow for flow in ("export", "import", "total", "balance") if flow in set(rows["flow"])]
    index = params.panel_measure == "index"
    figure = multiples(
        [_panel(rows.filter(pl.col("partner") == code), names, code, flows, params, style) for code in shown],
        style=style,
        key=[(_KEYS[flow], style.flow(flow), _dash(flow, flows)) for flow in flows],
        base=100.0 if index else None,
        hover_date="%Y" if params.panel_period == "year" else "12 months to %b %Y",
    )
    who = trade_words.whose(names, params.reporter)
    missing = [trade_words.whom(names, code) for code in chosen if code not in shown]
    last = rows.filter(~pl.col("is_partial").fill_null(False))["period"].dt.year().max()  # a part of a year is none
    return Exhibit(
        id=SPEC.id,
        title=f"{who} goods trade with {words.plural(len(shown), 'partner')}, each on its own scale",
        subtitle=_subtitle(rows, params),
        figure=figure,
        data=rows.with_columns(pl.col("partner").replace_strict(names, default=None).alias("partner_name"))
        .select([name for name in COLUMNS if name != "index" or index])
        .sort("partner", "flow", "period"),
        alt=_alt(rows, names, shown, flows, who),
        passport=_passport(store, params, rows, who),
        params=params,
        note=" ".join(
            [
                CANNOT_SHOW,
                *_gaps(rows, names, params),
                *([f"No figures to show for {words.listing(missing)}."] if missing else []),
            ]
        ),
        columns=COLUMNS,
        file_stem=trade_words.stem(
            trade_words.short(names, params.reporter),
            "goods-trade",
            len(shown),
            "partners",
            params.panel_measure,
            rows["period"].dt.year().min(),
            last if last is not None else "part-year",
        ),
    )


_WHAT = {"sum12": "monthly figures", "year": "yearly figures"}
_KEYS = {"export": "exports", "import": "imports", "total": "exports plus imports", "balance": "exports less imports"}


def _rows(store: Store, params: MultiplesParams, partners: tuple[str, ...]) -> pl.DataFrame:
    """12-month sums, or complete years and the running part of a year, for every flow that was asked for."""
    wanted: tuple[FlowWord, ...] = ("export", "import") if params.flow == "both" else (params.flow,)
    frequency: Literal["M", "A"] = "M" if params.panel_period == "sum12" else "A"
    frames = [
        legacy.series(
            store,
            reporter=params.reporter,
            partners=partners,
            flow=flow,
            frequency=frequency,
            source=params.source,
            known_on=params.known_on,
        )
        for flow in wanted
    ]
    rows = pl.concat(frames).sort("partner", "flow", "period")
    if params.panel_period == "sum12":
        summed = rolling_sum(rows, by=("partner", "flow"))
        ends = [words.twelve_months(day) for day in summed["period"]]
        return summed.with_columns(pl.Series("label", ends, dtype=pl.String))
    newest = rows["period"].max()
    # A year that lacks months is a gap; only the running year is shown, as the part of a year that it is.
    running = (pl.col("period") == newest) & (pl.col("first_month") == pl.col("period"))
    kept = rows.filter(~pl.col("is_partial") | running)
    labels = [
        words.span(row["first_month"], row["last_month"]) if row["is_partial"] else str(row["period"].year)
        for row in kept.iter_rows(named=True)
    ]
    return kept.with_columns(pl.Series("label", labels, dtype=pl.String))


def _indexed(rows: pl.DataFrame, params: MultiplesParams) -> pl.DataFrame:
    """100 = the base year; pairs without that year are left out, and a part of a year has no index."""
    base = date(params.panel_base, 12 if params.panel_period == "sum12" else 1, 1)
    try:
        return index_to(
            rows,
            base=base,
            frequency="M" if params.panel_period == "sum12" else "A",
            by=("partner", "flow"),
            skip_missing=True,
        )
    except AnalysisError as reason:
        raise NothingToShow(f"{reason}") from reason


def _panel(
    rows: pl.DataFrame, names: dict[str, str], code: str, flows: list[str], params: MultiplesParams, style: Style
) -> Panel:
    index = params.panel_measure == "index"
    scale = theme.Scale(1.0, f"{params.panel_base} = 100") if index else theme.money_scale(rows["value_usd"].to_list())
    lines = []
    for flow in flows:
        series = rows.filter(pl.col("flow") == flow)
        if series.is_empty():
            continue
        lines.append(
            line(
                series.with_columns(pl.col("label").alias("hover")),
                frequency="M" if params.panel_period == "sum12" else "A",
                name=_KEYS[flow],
                colour=style.flow(flow),
                divisor=scale.divisor,
                value="index" if index else "value_usd",
                dash=_dash(flow, flows),
                width=2.0,
            )
        )
    last = rows.row(rows["period"].arg_max() or 0, named=True)
    when = last["label"].removeprefix("12 months ")
    return Panel(trade_words.short(names, code), scale.unit, lines, last=when)


def _dash(flow: str, flows: list[str]) -> str:
    return "dash" if flow == "import" and len(flows) > 1 else "solid"


def _subtitle(rows: pl.DataFrame, params: MultiplesParams) -> str:
    basis = f"{basis_words(rows)}, {valuation_words(rows)}, current prices, not seasonally adjusted"
    hollow = "; a hollow point is a part of a year" if rows["is_partial"].fill_null(False).any() else ""
    what = "12-month sums" if params.panel_period == "sum12" else f"Years{hollow}"
    measure = f"index, {params.panel_base} = 100" if params.panel_measure == "index" else "own scale in every panel"
    return f"Goods. {what}; {measure}. {basis}."


def _gaps(rows: pl.DataFrame, names: dict[str, str], params: MultiplesParams) -> list[str]:
    """Whose last figure is older than the newest one."""
    ends = rows.group_by("partner").agg(pl.col("period").max()).sort("partner")
    newest = ends["period"].max()
    frequency = "M" if params.panel_period == "sum12" else "A"
    late = [
        f"{trade_words.whom(names, row['partner'])} ({words.period(row['period'], frequency)})"
        for row in ends.filter(pl.col("period") < newest).iter_rows(named=True)
    ]
    return [f"Figures end earlier for {words.listing(late)}."] if late else []


def _alt(rows: pl.DataFrame, names: dict[str, str], shown: list[str], flows: list[str], who: str) -> str:
    sentences = [f"Small multiples: {who} goods trade with {words.plural(len(shown), 'partner')}."]
    complete = rows.filter(~pl.col("is_partial").fill_null(False))
    for code in shown:
        for flow in flows:
            series = complete.filter((pl.col("partner") == code) & (pl.col("flow") == flow)).sort("period")
            if series.is_empty():
                continue
            high = series.row(series["value_usd"].arg_max() or 0, named=True)
            last = series.row(-1, named=True)
            sentences.append(
                f"{names.get(code, code)}, {_KEYS[flow]}: highest {words.money(high['value_usd'])} ({high['label']}), "
                f"last {words.money(last['value_usd'])} ({last['label']})."
            )
    return " ".join(sentences)


def _passport(store: Store, params: MultiplesParams, rows: pl.DataFrame, who: str) -> Passport:
    last = rows.row(rows["period"].arg_max() or 0, named=True)
    return passport(
        store,
        sources=rows["source"].unique().to_list(),
        releases=rows["release"].unique().to_list(),
        series=f"{who} goods trade with {', '.join(params.panels[:MOST_PANELS])}",
        unit=f"index, {params.panel_base} = 100" if params.panel_measure == "index" else "USD",
        last_observation=last["label"],
        basis=basis_words(rows),
        valuation=valuation_words(rows),
        known_on=params.known_on,
        view=SPEC.view(params),
        cannot_show=CANNOT_SHOW,
    )


SPEC = Spec("trade_multiples", "Several partners side by side", "trade", MultiplesParams, trade_multiples)
SPECS = (SPEC,)
