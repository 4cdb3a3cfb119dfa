"""Collapse and rebound of every partner of a reporter around one event: a heat map of the targets and the deepest
falls, with all partners in the data."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboard import words
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Passport, Spec
from dashboard.exhibits.passports import basis_words, passport, valuation_words
from dashboard.exhibits.trade.collapse_all import FLOWS, AllPartners, CollapseTableParams, measure_all
from dashboard.figures.heat import Row, heat_table
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import Style
from dashboard.params import FlowWord
from dashboard.queries import catalogue
from dashboard.words import trade as trade_words
from dashboard.words.trade import TARGETS
from pipelines.store import Store

HEADS = {"export": "Exports", "import": "Imports", "total": "Total"}
CANNOT_SHOW = (
    "Falls around the same months have many causes: for small partners a single aircraft or ship moves a year's total. "
    "The peak may lie before the pandemic of 2020, so some falls began long before the event."
)
OTHERS = "Deepest falls of other partners"
COLUMNS = {
    "partner": Column("Code"),
    "partner_name": Column("Partner"),
    "flow": Column("Flow"),
    "depth_pct": Column("Fall from the peak, %", "%.1f"),
    "share_regained_pct": Column("Loss regained, %", "%.1f"),
    "rebound_from_trough_pct": Column("Rebound from the trough, %", "%.1f"),
    "time_to_trough": Column("Months (years) from peak to trough"),
    "state": Column("State"),
    "peak_period": Column("Peak, sum up to"),
    "peak_usd": Column("Peak, USD", "%.0f"),
    "trough_period": Column("Trough, sum up to"),
    "trough_usd": Column("Trough, USD", "%.0f"),
    "now_period": Column("Now, sum up to"),
    "now_usd": Column("Now, USD", "%.0f"),
    "drawn": Column("In the picture"),
    "source": Column("Source"),
    "known_from": Column("Known from"),
}


def collapse_table(store: Store, params: CollapseTableParams, style: Style) -> Exhibit:
    """Depth of the fall of every partner and flow as a heat map, with what was regained beside it."""
    names = catalogue.names(store)
    found = measure_all(store, params)
    flows = found.rows
    if flows.is_empty():
        raise NothingToShow(
            f"{names.get(params.reporter, params.reporter)} has no figures by partner around "
            f"{words.month(params.event)}. Choose another reporter (the United States, Russia, an EU member) or event."
        )
    present = [flow for flow in FLOWS if flow in set(flows["flow"])]
    lead = "total" if "total" in present else present[0]
    targets, others = _order(flows, lead, params)
    drawn = [*targets, *others]
    cells = {(row["partner"], row["flow"]): row for row in flows.iter_rows(named=True)}
    figure = heat_table(
        [
            _row(
                code,
                names,
                present,
                lead,
                cells,
                found,
                "" if place != len(targets) or not targets else OTHERS,
            )
            for place, code in enumerate(drawn)
        ],
        columns=[HEADS[flow] for flow in present],
        plain_columns=("Regained",),
        title="Fall from the peak",
        style=style,
    )
    who = trade_words.whose(names, params.reporter)
    data = flows.with_columns(
        *((100 * pl.col(name)).alias(f"{name}_pct") for name in ("depth", "share_regained", "rebound_from_trough")),
        pl.col("partner").replace_strict(names, default=None).alias("partner_name"),
        pl.col("partner").is_in(drawn).alias("drawn"),
    ).select(list(COLUMNS))
    columns = COLUMNS
    if found.currency == "EUR":
        euros = {name: name.replace("_usd", "_eur") for name in COLUMNS if name.endswith("_usd")}
        data = data.rename(euros)
        columns = {
            euros.get(name, name): Column(held.label.replace("USD", "EUR"), held.format)
            for name, held in COLUMNS.items()
        }
    return Exhibit(
        id=SPEC.id,
        title=f"How far {who} goods trade fell, by partner",
        subtitle=_subtitle(params, found, lead),
        figure=figure,
        data=data.sort("drawn", "partner_name", "flow", descending=[True, False, False]),
        alt=_alt(drawn, cells, names, lead, who),
        passport=_passport(store, params, found, who),
        params=params,
        answer=_answer(found, lead, names, who, params),
        note=_note(params, found, names),
        columns=columns,
        file_stem=trade_words.stem(
            trade_words.short(names, params.reporter), "goods-trade-collapse-by-partner", params.event.strftime("%Y-%m")
        ),
    )


_Cells = dict[tuple[str, str], dict[str, Any]]


def _order(flows: pl.DataFrame, lead: str, params: CollapseTableParams) -> tuple[list[str], list[str]]:
    """Targets, then the deepest falls of the rest, both by depth of the leading flow."""
    ranked = (
        flows.filter(pl.col("flow") == lead).sort(["depth", "partner"], descending=[True, False])["partner"].to_list()
    )
    targets = [code for code in ranked if code in TARGETS]
    return targets, [code for code in ranked if code not in TARGETS][: params.rows_shown]


def _row(
    code: str,
    names: dict[str, str],
    present: list[FlowWord],
    lead: str,
    cells: _Cells,
    found: AllPartners,
    heading: str,
) -> Row:
    held = [cells.get((code, flow)) for flow in present]
    main = cells[(code, lead)]
    return Row(
        label=trade_words.short(names, code),
        values=[None if cell is None else max(cell["depth"], 0.0) for cell in held],
        words=["" if cell is None else _fall(cell) for cell in held],
        plain=(_regained(main["share_regained"]),),
        bold=code in TARGETS,
        heading=heading,
        hover=[_hover(names, code, flow, cell, found) for flow, cell in zip(present, held, strict=True)],
    )


def _fall(cell: dict[str, Any]) -> str:
    """A depth in whole per cent that never rounds up to all of it."""
    if cell["state"] == "no fall":
        return "none"
    return "> 99%" if 0.995 <= cell["depth"] < 1 else words.percent(cell["depth"], 0)


def _regained(share: float | None) -> str:
    if share is None:
        return "–"
    if share < 0:
        return "none"
    return "> 999%" if share > 9.99 else words.percent(share, 0)


def _hover(names: dict[str, str], code: str, flow: str, cell: dict[str, Any] | None, found: AllPartners) -> str:
    if cell is None:
        return ""
    sign = found.currency
    share = cell["share_regained"]
    regained = "" if share is None else f"loss regained {words.percent(share) if share >= 0 else 'none'}: "
    when = words.twelve_months if found.frequency == "M" else lambda day: str(day.year)
    return (
        f"<b>{names.get(code, code)}, {trade_words.FLOW_NOUNS[flow]}</b><br>"
        f"Peak {words.money(cell['peak_usd'], sign)}, {when(cell['peak_period'])}<br>"
        f"Trough {words.money(cell['trough_usd'], sign)}, {when(cell['trough_period'])}<br>"
        f"Now {words.money(cell['now_usd'], sign)}, {when(cell['now_period'])}<br>"
        f"Rebound {words.percent(cell['rebound_from_trough'], signed=True)}, {regained}{cell['state']}"
    )


def _subtitle(params: CollapseTableParams, found: AllPartners, lead: str) -> str:
    basis = f"{basis_words(found.rows)}, {valuation_words(found.rows)}, current prices, not seasonally adjusted"
    if found.frequency == "A":
        searched = (
            f"Complete years; peak in the {params.before_years} years up to {params.event.year}, trough after the peak"
        )
    else:
        searched = (
            f"12-month sums; event {words.month(params.event)}, peak in the {params.before_months} months before it, "
            f"trough in the {params.after_months} months after"
        )
    return (
        f"Goods, fall from the peak in %. {searched}. {basis}. Regained: share of the loss of {_LEAD[lead]}. "
        "Bold: economies under sanctions."
    )


def _answer(found: AllPartners, lead: str, names: dict[str, str], who: str, params: CollapseTableParams) -> str:
    ranked = found.rows.filter(pl.col("flow") == lead).sort(["depth", "partner"], descending=[True, False])
    halved = ranked.filter(pl.col("depth") >= 0.5)
    deepest = [
        f"{trade_words.whom(names, row['partner'])} ({words.percent(row['depth'], 0)})"
        for row in ranked.filter(pl.col("partner").is_in(TARGETS)).head(3).iter_rows(named=True)
    ]
    first = (
        f"Around {words.month(params.event)}, {who} goods {_NOUNS[lead]} fell by half or more with "
        f"{halved.height} of {words.plural(ranked.height, 'partner')}"
    )
    if not deepest:
        return f"{first}."
    return f"{first}. Among the economies under sanctions it fell most with {words.listing(deepest)}."


_LEAD = {"export": "exports", "import": "imports", "total": "both flows together"}
_NOUNS = {"export": "exports", "import": "imports", "total": "trade"}


def _note(params: CollapseTableParams, found: AllPartners, names: dict[str, str]) -> str:
    parts = [CANNOT_SHOW]
    lost = [trade_words.short(names, code) for code in found.small if code in TARGETS]
    least = words.money(params.min_peak_musd * 1e6, found.currency)
    if found.small:
        among = f" (among them {words.listing(lost)})" if lost else ""
        parts.append(
            f"Left out: {words.plural(len(found.small), 'partner')} with a peak below {least} or without complete "
            f"figures{among}; an empty cell is a flow below that."
        )
    if found.unnamed:
        parts.append(f"Trade without a named country ({words.plural(found.unnamed, 'code')}) is left out.")
    ends = found.rows.group_by("now_period").agg(pl.col("partner").n_unique().alias("n")).sort("n", "now_period")
    if ends.height > 1:
        said = [f"{words.period(day, found.frequency)} ({words.plural(n, 'partner')})" for day, n in ends.rows()[::-1]]
        parts.append(f"Figures end in {words.listing(said[:3])}; the table has the month of each.")
    if found.rows["is_estimate"].any():
        parts.append("Some years are estimates of the source.")
    return " ".join([*parts, NOT_A_CAUSE])


def _alt(drawn: list[str], cells: _Cells, names: dict[str, str], lead: str, who: str) -> str:
    said = [f"{trade_words.short(names, code)} {_fall(cells[(code, lead)])}" for code in drawn]
    return f"Heat map: fall of {who} goods {_NOUNS[lead]} from the peak, by partner: {words.listing(said)}."


def _passport(store: Store, params: CollapseTableParams, found: AllPartners, who: str) -> Passport:
    last = found.rows["now_period"].max()
    return passport(
        store,
        sources=found.rows["source"].unique().to_list(),
        releases=found.rows["release"].explode().unique().to_list(),
        series=f"{who} goods exports, imports and their sum by partner",
        unit="% of the peak",
        last_observation=words.period(last, found.frequency),  # type: ignore[arg-type]
        basis=basis_words(found.rows),
        valuation=valuation_words(found.rows),
        known_on=params.known_on,
        view=SPEC.view(params),
        cannot_show=f"{CANNOT_SHOW} {NOT_A_CAUSE}",
    )


SPEC = Spec("collapse_table", "Collapse and rebound of every partner", "trade", CollapseTableParams, collapse_table)
SPECS = (SPEC,)
