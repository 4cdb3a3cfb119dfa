"""Collapse and rebound of every partner of a reporter around one event: a heat map of the targets and the deepest
falls, with all partners in the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from dashboard.studies.collapse import CollapseQuery, Doubted, EveryPartner, every_partner
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
    "older_than_event": Column("Fall older than the event"),
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
    the deepest falls of the rest. Falls that are older than the event come after those around it, and are no part of
    `others`. `cells` holds a row of the study by partner and flow.
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
    deepest = found.rows.filter(pl.col("flow") == lead).sort("is_older", "depth", "partner", descending=_DEEPEST_FIRST)
    followed = subjects(store).sanctioned
    ranked = deepest["partner"].to_list()
    around = set(deepest.filter(~pl.col("is_older"))["partner"])
    return Ranking(
        found,
        names,
        followed,
        present,
        lead,
        targets=tuple(code for code in ranked if code in followed),
        others=tuple(code for code in ranked if code in around and code not in followed)[: params.rows_shown],
        cells={(row["partner"], row["flow"]): row for row in found.rows.iter_rows(named=True)},
    )


_DEEPEST_FIRST = [False, True, False]


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
        pl.col("is_older").alias("older_than_event"),
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
        note=note(params, ranking, "An empty cell is a flow that is left out for one of these reasons"),
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
        # Colour is for falls around the event; an older one keeps its number, without colour.
        values=[None if cell is None or cell["is_older"] else max(cell["depth"], 0.0) for cell in held],
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
    """A depth in whole per cent that never rounds up to all of it, and whether the fall is older than the event."""
    if cell["state"] == "no fall":
        return "none"
    depth = "> 99%" if 0.995 <= cell["depth"] < 1 else words.percent(cell["depth"], 0)
    return f"{depth} (older)" if cell["is_older"] else depth


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
    """How many partners fell by half around the event, and the deepest falls of those under sanctions. A fall that is
    older than the event is none around it; what is under sanctions and fell earlier is named as that."""
    lead, names = ranking.lead, ranking.names
    ranked = ranking.found.rows.filter(pl.col("flow") == lead).sort(["depth", "partner"], descending=[True, False])
    around = ranked.filter(~pl.col("is_older"))
    halved = around.filter(pl.col("depth") >= 0.5)
    followed = around.filter(pl.col("partner").is_in(ranking.followed), pl.col("depth") > 0)
    deepest = [
        f"{trade_words.whom(names, row['partner'])} ({words.percent(row['depth'], 0)})"
        for row in followed.head(3).iter_rows(named=True)
    ]
    parts = [
        f"Around {words.month(params.event)}, {who} goods {FLOWS[lead].noun} fell by half or more with "
        f"{halved.height} of {words.plural(ranked.height, 'partner')}."
    ]
    if deepest:
        parts.append(f"Among the economies under sanctions it fell most with {words.listing(deepest)}.")
    earlier = ranked.filter(pl.col("is_older"), pl.col("partner").is_in(ranking.followed))["partner"].to_list()
    if earlier:
        told = words.listing([trade_words.whom(names, code) for code in earlier])
        parts.append(f"With {told} the fall is older than the event.")
    return " ".join(parts)


_AMOUNTS = ("peak", "trough", "now")


MOST_NAMED = 6
"""Partners that a sentence names; those under sanctions come first and are all named."""


def note(params: CollapseTableParams, ranking: Ranking, below: str) -> str:
    """What the figures cannot show and what was left out; `below` says how a flow that is left out looks."""
    found = ranking.found
    parts = [cannot_show(found, params)]
    older = found.rows.filter(pl.col("is_older"))["partner"].unique().to_list()
    if older:
        parts.append(
            f"The trough of a flow does not come after the event, so its fall is an older one, with "
            f"{_named(older, ranking)}; an older fall has no colour and is not counted."
        )
    parts += _left_out(params, ranking, below)
    if found.unnamed:
        parts.append(f"Trade without a named country ({words.plural(found.unnamed, 'code')}) is left out.")
    parts.append(_ends(ranking))
    if found.rows["is_estimate"].any():
        parts.append("Some years are estimates of the source.")
    return " ".join(part for part in [*parts, NOT_A_CAUSE] if part)


def _named(codes: Sequence[str], ranking: Ranking, most: int = MOST_NAMED) -> str:
    """Partners in a sentence, those under sanctions first and never uncounted: "North Korea, Albania and 22 more"."""
    names = ranking.names
    ordered = sorted(codes, key=lambda code: (code not in ranking.followed, names.get(code, code)))
    most = max(most, sum(code in ranking.followed for code in ordered))
    shown = [trade_words.whom(names, code) for code in ordered[:most]]
    if len(ordered) > most:
        shown.append(f"{len(ordered) - most} more")
    return words.listing(shown)


def _left_out(params: CollapseTableParams, ranking: Ranking, below: str) -> list[str]:
    """Who is not in the table and why: figures that are doubted, that end before the event, or a peak that is small."""
    found, parts = ranking.found, []
    if found.doubted:
        by_partner = {
            one.partner: [other for other in found.doubted if other.partner == one.partner] for one in found.doubted
        }
        told = [f"{trade_words.short(ranking.names, code)} ({_doubts(all_of)})" for code, all_of in by_partner.items()]
        parts.append(f"Marked as doubtful and left out: {words.listing(told)}.")
    if found.ended:
        parts.append(
            f"Left out, since their figures end with or before the event: {_named(list(found.ended), ranking)}."
        )
    if found.small:
        least = found.series.money(params.min_peak_musd * 1e6)
        lost = [trade_words.short(ranking.names, code) for code in found.small if code in ranking.followed]
        among = f" (among them {words.listing(lost)})" if lost else ""
        parts.append(
            f"Left out: {words.plural(len(found.small), 'partner')} with a peak below {least} or without complete "
            f"figures{among}."
        )
    parts.append(f"{below}." if parts else "")
    return parts


def _doubts(doubted: Sequence[Doubted]) -> str:
    """Flagged figures of one partner: "exports and imports in 2023 and 2024, implausible"; the sum of both flows is not
    told beside them."""
    single = [one for one in doubted if one.flow != "total"] or list(doubted)
    told: dict[str, list[str]] = {}
    for one in single:
        told.setdefault(one.words, []).append(FLOWS[one.flow].noun)
    return "; ".join(f"{words.listing(nouns)} in {said}" for said, nouns in told.items())


MOST_ENDS = 3


def _ends(ranking: Ranking) -> str:
    """When the figures of the flow that ranks end, each partner counted once, and none uncounted."""
    found = ranking.found
    led = found.rows.filter(pl.col("flow") == ranking.lead)
    ends = led.group_by("now_period").agg(pl.len().alias("n")).sort("now_period", descending=True).rows()
    if len(ends) < 2:
        return ""
    shown = ends if len(ends) <= MOST_ENDS + 1 else ends[:MOST_ENDS]
    said = [f"{words.period(day, found.frequency)} ({words.plural(n, 'partner')})" for day, n in shown]
    if len(shown) < len(ends):
        said.append(f"earlier ({words.plural(sum(n for _, n in ends[MOST_ENDS:]), 'partner')})")
    return f"Figures end in {words.listing(said)}; the table has the period of each."


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


SPEC = Spec("collapse_table", "Collapse and rebound of every partner", "trade", CollapseTableParams, collapse_table)
SPECS = (SPEC,)
