"""Collapse and rebound of every partner of a reporter around one event: a heat map of the targets and the deepest
falls, with all partners in the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import plotly.graph_objects as go
import polars as pl
from pydantic import Field

from dashboard import words
from dashboard.exhibits import passports
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Spec
from dashboard.exhibits.passports import basis_words, valuation_words
from dashboard.exhibits.trade.collapse import MonthsAfter, MonthsBefore
from dashboard.figures.heat import Row, heat_table
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import Style
from dashboard.params import Area, CurrencyWord, FlowWord, Month, Params, SourceName
from dashboard.queries import catalogue
from dashboard.queries.subjects import subjects
from dashboard.studies.collapse import CollapseQuery, EveryPartner, every_partner, older_than_event
from dashboard.words import trade as trade_words
from dashboard.words.flows import FLOWS
from pipelines.store import Store

MEASURED: tuple[FlowWord, ...] = ("export", "import", "total")
CANNOT_SHOW = (
    "Falls around the same months have many causes: for small partners a single aircraft or ship moves a year's total."
)
PANDEMIC = " The peak may lie before the pandemic of 2020, so some falls began long before the event."
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
    "currency": Column("Currency"),
    "peak_period": Column("Peak, sum up to"),
    "peak": Column("Peak", "%.0f"),
    "peak_usd": Column("Peak, USD", "%.0f"),
    "trough_period": Column("Trough, sum up to"),
    "trough": Column("Trough", "%.0f"),
    "trough_usd": Column("Trough, USD", "%.0f"),
    "now_period": Column("Now, sum up to"),
    "now": Column("Now", "%.0f"),
    "now_usd": Column("Now, USD", "%.0f"),
    "drawn": Column("In the picture"),
    "source": Column("Source"),
    "known_from": Column("Known from"),
}


class CollapseTableParams(Params):
    """A reporter, an event, the months searched around it, and from which peak on a partner is shown.

    `rows_shown` is how many partners beside the targets are drawn; the data holds all of them. Where a reporter has
    years only, the peak is sought over the last `before_years` up to the event. `min_peak_musd` counts millions of the
    currency that is shown (dollars; euros for Eurostat unless dollars are chosen).
    """

    reporter: Area = "USA"
    event: Month = date(2022, 2, 1)
    before_months: MonthsBefore = 24
    after_months: MonthsAfter = 36
    before_years: Annotated[int, Field(ge=1, le=15)] = 5
    min_peak_musd: Annotated[float, Field(ge=0, le=1e6)] = 50.0
    rows_shown: Annotated[int, Field(ge=1, le=60)] = 15
    currency: CurrencyWord = "reported"
    source: SourceName | None = None
    known_on: date | None = None


def collapse_table(store: Store, params: CollapseTableParams, style: Style) -> Exhibit:
    """Depth of the fall of every partner and flow as a heat map, with what was regained beside it."""
    ranking = rank(store, params)
    return write(store, params, ranking, draw(ranking, style))


@dataclass(frozen=True, eq=False)
class Ranking:
    """The study in the order in which it is shown.

    `lead` is the flow that ranks partners, `followed` the economies under sanctions, which come first; `others` are
    the deepest falls of the rest. `cells` holds a row of the study by partner and flow.
    """

    found: EveryPartner
    names: dict[str, str]
    followed: tuple[str, ...]
    present: tuple[FlowWord, ...]
    lead: FlowWord
    targets: tuple[str, ...]
    others: tuple[str, ...]
    cells: Mapping[tuple[str, str], dict[str, Any]]

    @property
    def drawn(self) -> tuple[str, ...]:
        """Partners from top to bottom."""
        return (*self.targets, *self.others)


def rank(store: Store, params: CollapseTableParams) -> Ranking:
    """Ask for every partner, and put those under sanctions and the deepest falls of the rest in order.

    Raises:
        NothingToShow: no partner can be measured.
    """
    names = catalogue.names(store)
    query = CollapseQuery(
        reporter=params.reporter,
        partner="",
        flow="both",
        event=params.event,
        before_months=params.before_months,
        after_months=params.after_months,
        before_years=params.before_years,
        currency=params.currency,
        source=params.source,
        known_on=params.known_on,
    )
    found = every_partner(store, query, least_peak=params.min_peak_musd * 1e6, place=trade_words.PLACE)
    if found.rows.is_empty():
        raise NothingToShow(
            found.series.why_empty
            or f"{names.get(params.reporter, params.reporter)} has no figures by partner around "
            f"{words.month(params.event)}. Choose another reporter (the United States, Russia, an EU member) or event."
        )
    flows = set(found.rows["flow"])
    present = tuple(flow for flow in MEASURED if flow in flows)
    lead: FlowWord = "total" if "total" in present else present[0]
    deepest = found.rows.filter(pl.col("flow") == lead).sort(["depth", "partner"], descending=[True, False])
    followed = subjects(store).sanctioned
    ranked = deepest["partner"].to_list()
    return Ranking(
        found,
        names,
        followed,
        present,
        lead,
        targets=tuple(code for code in ranked if code in followed),
        others=tuple(code for code in ranked if code not in followed)[: params.rows_shown],
        cells={(row["partner"], row["flow"]): row for row in found.rows.iter_rows(named=True)},
    )


def draw(ranking: Ranking, style: Style) -> go.Figure:
    """The heat map: a row a partner, a column a flow, what was regained beside it."""
    first_other = ranking.others[0] if ranking.others and ranking.targets else ""
    return heat_table(
        [_row(code, ranking, OTHERS if code == first_other else "") for code in ranking.drawn],
        columns=[FLOWS[flow].head for flow in ranking.present],
        plain_columns=("Regained",),
        title="Fall from the peak",
        style=style,
    )


def table(ranking: Ranking) -> pl.DataFrame:
    """Every partner above the least peak, drawn ones first."""
    euros = ranking.found.series.currency == "EUR"
    dollars = [(pl.lit(None, dtype=pl.Float64) if euros else pl.col(name)).alias(f"{name}_usd") for name in _AMOUNTS]
    data = ranking.found.rows.with_columns(
        *((100 * pl.col(name)).alias(f"{name}_pct") for name in ("depth", "share_regained", "rebound_from_trough")),
        *dollars,
        *(pl.col(name).alias(f"{name}_eur") for name in _AMOUNTS if euros),
        pl.lit(ranking.found.series.currency).alias("currency"),
        pl.col("partner").replace_strict(ranking.names, default=None).alias("partner_name"),
        pl.col("partner").is_in(ranking.drawn).alias("drawn"),
    )
    columns = [*COLUMNS, *(f"{name}_eur" for name in _AMOUNTS if euros)]
    return data.select(columns).sort("drawn", "partner_name", "flow", descending=[True, False, False])


def write(store: Store, params: CollapseTableParams, ranking: Ranking, figure: go.Figure) -> Exhibit:
    """Words, table and passport of what is measured."""
    names, found = ranking.names, ranking.found
    who = trade_words.whose(names, params.reporter)
    return Exhibit(
        id=SPEC.id,
        title=f"How far {who} goods trade fell, by partner",
        subtitle=_subtitle(params, found, ranking.lead),
        figure=figure,
        data=table(ranking),
        alt=_alt(ranking, who),
        passport=passports.of_trade(
            store,
            found.series,
            series=f"{who} goods exports, imports and their sum by partner",
            unit="% of the peak",
            known_on=params.known_on,
            view=SPEC.view(params),
            cannot_show=f"{cannot_show(found, params)} {NOT_A_CAUSE}",
        ),
        params=params,
        answer=fall_answer(ranking, who, params),
        note=note(params, ranking, "an empty cell is a flow below that"),
        columns=COLUMNS | {f"{name}_eur": Column(f"{name.capitalize()}, EUR", "%.0f") for name in _AMOUNTS},
        file_stem=trade_words.stem(
            trade_words.short(names, params.reporter), "goods-trade-collapse-by-partner", params.event.strftime("%Y-%m")
        ),
    )


def _row(code: str, ranking: Ranking, heading: str) -> Row:
    held = [ranking.cells.get((code, flow)) for flow in ranking.present]
    main = ranking.cells[(code, ranking.lead)]
    return Row(
        label=trade_words.short(ranking.names, code),
        values=[None if cell is None else max(cell["depth"], 0.0) for cell in held],
        words=["" if cell is None else fall_words(cell) for cell in held],
        plain=(regained_words(main["share_regained"]),),
        bold=code in ranking.followed,
        heading=heading,
        hover=[
            _hover(ranking.names, code, flow, cell, ranking.found)
            for flow, cell in zip(ranking.present, held, strict=True)
        ],
    )


def fall_words(cell: dict[str, Any]) -> str:
    """A depth in whole per cent that never rounds up to all of it."""
    if cell["state"] == "no fall":
        return "none"
    return "> 99%" if 0.995 <= cell["depth"] < 1 else words.percent(cell["depth"], 0)


def regained_words(share: float | None) -> str:
    if share is None:
        return "–"
    if share < 0:
        return "none"
    return "> 999%" if share > 9.99 else words.percent(share, 0)


def _hover(names: dict[str, str], code: str, flow: str, cell: dict[str, Any] | None, found: EveryPartner) -> str:
    if cell is None:
        return ""
    money = found.series.money
    share = cell["share_regained"]
    regained = "" if share is None else f"loss regained {words.percent(share) if share >= 0 else 'none'}: "
    when = words.twelve_months if found.frequency == "M" else lambda day: str(day.year)
    return (
        f"<b>{names.get(code, code)}, {FLOWS[flow].exact}</b><br>"
        f"Peak {money(cell['peak'])}, {when(cell['peak_period'])}<br>"
        f"Trough {money(cell['trough'])}, {when(cell['trough_period'])}<br>"
        f"Now {money(cell['now'])}, {when(cell['now_period'])}<br>"
        f"Rebound {words.percent(cell['rebound_from_trough'], signed=True)}, {regained}{cell['state']}"
    )


def searched_words(params: CollapseTableParams, found: EveryPartner) -> str:
    """Where peak and trough were looked for, and what the figures are."""
    rows = found.series.frame
    basis = f"{basis_words(rows)}, {valuation_words(rows)}, current prices, not seasonally adjusted"
    if found.frequency == "A":
        searched = (
            f"Complete years; peak in the {params.before_years} years up to {params.event.year}, trough after the peak"
        )
    else:
        searched = (
            f"12-month sums; event {words.month(params.event)}, peak in the {params.before_months} months before it, "
            f"trough in the {params.after_months} months after"
        )
    return f"{searched}. {basis}"


def _subtitle(params: CollapseTableParams, found: EveryPartner, lead: str) -> str:
    return (
        f"Goods, fall from the peak in %. {searched_words(params, found)}. Regained: share of the loss of "
        f"{FLOWS[lead].exact}. Bold: economies under sanctions."
    )


def fall_answer(ranking: Ranking, who: str, params: CollapseTableParams) -> str:
    """With how many partners trade fell by half or more, and with whom among those under sanctions most."""
    lead, names = ranking.lead, ranking.names
    ranked = ranking.found.rows.filter(pl.col("flow") == lead).sort(["depth", "partner"], descending=[True, False])
    halved = ranked.filter(pl.col("depth") >= 0.5)
    followed = ranked.filter(pl.col("partner").is_in(ranking.followed), pl.col("depth") > 0)
    deepest = [
        f"{trade_words.whom(names, row['partner'])} ({words.percent(row['depth'], 0)})"
        for row in followed.head(3).iter_rows(named=True)
    ]
    first = (
        f"Around {words.month(params.event)}, {who} goods {FLOWS[lead].noun} fell by half or more with "
        f"{halved.height} of {words.plural(ranked.height, 'partner')}"
    )
    if not deepest:
        return f"{first}."
    return f"{first}. Among the economies under sanctions it fell most with {words.listing(deepest)}."


_AMOUNTS = ("peak", "trough", "now")


def note(params: CollapseTableParams, ranking: Ranking, below: str) -> str:
    """What the figures cannot show and what was left out; `below` says how a flow under the least peak looks."""
    found, names = ranking.found, ranking.names
    parts = [cannot_show(found, params)]
    older = _older_than_event(found, params, names)
    if older:
        parts.append(
            f"The trough does not come after the event, so the fall is an older one, with {words.listing(older[:6])}"
            + (f" and {len(older) - 6} more." if len(older) > 6 else ".")
        )
    lost = [trade_words.short(names, code) for code in found.small if code in ranking.followed]
    least = found.series.money(params.min_peak_musd * 1e6)
    if found.small:
        among = f" (among them {words.listing(lost)})" if lost else ""
        parts.append(
            f"Left out: {words.plural(len(found.small), 'partner')} with a peak below {least} or without complete "
            f"figures{among}; {below}."
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


def _alt(ranking: Ranking, who: str) -> str:
    names, lead = ranking.names, ranking.lead
    said = [f"{trade_words.short(names, code)} {fall_words(ranking.cells[(code, lead)])}" for code in ranking.drawn]
    return f"Heat map: fall of {who} goods {FLOWS[lead].noun} from the peak, by partner: {words.listing(said)}."


def cannot_show(found: EveryPartner, params: CollapseTableParams) -> str:
    """The pandemic is named only where a peak lies before it and the event after it."""
    peaks = found.rows["peak_period"].min()
    assert isinstance(peaks, date)
    return CANNOT_SHOW + (PANDEMIC if peaks <= _PANDEMIC < params.event else "")


_PANDEMIC = date(2020, 2, 1)


def _older_than_event(found: EveryPartner, params: CollapseTableParams, names: dict[str, str]) -> list[str]:
    """Partners with a fall whose trough is older than the event; only years can have one."""
    rows = found.rows.filter(pl.col("depth") > 0)
    older = [older_than_event(day, params.event, found.frequency) for day in rows["trough_period"].to_list()]
    rows = rows.filter(pl.Series(older, dtype=pl.Boolean))
    return [trade_words.whom(names, code) for code in rows["partner"].unique().sort()]


SPEC = Spec("collapse_table", "Collapse and rebound of every partner", "trade", CollapseTableParams, collapse_table)
SPECS = (SPEC,)
