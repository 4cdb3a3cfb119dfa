"""What became of the trade with every partner around an event, on a map: the measures of the table of all partners."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Literal

import plotly.graph_objects as go
import polars as pl
from pydantic import Field

from dashboard import words
from dashboard.exhibits import passports
from dashboard.exhibits.base import Column, Exhibit, NothingToShow, Spec
from dashboard.exhibits.trade import choices
from dashboard.exhibits.trade import collapse_table as every
from dashboard.exhibits.trade.collapse import MonthsAfter, MonthsBefore
from dashboard.exhibits.trade.collapse_table import CollapseTableParams, Ranking
from dashboard.figures import theme
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import Style
from dashboard.figures.world import Kind, Land, Region, outlines, world_map
from dashboard.params import Area, CurrencyWord, Month, PageFlow, Params, SourceName
from dashboard.words import trade as trade_words
from dashboard.words.flows import FLOWS
from pipelines.store import Store

Shown = Literal["depth", "regained", "now"]
NO_POSITION = "Borders are drawn to find a place and imply no position. Outlines: Natural Earth."
COLUMNS = {
    "partner": Column("Code"),
    "partner_name": Column("Partner"),
    "shown_as": Column("Class on the map"),
    "flow": Column("Flow"),
    "depth_pct": Column("Fall from the peak, %", "%.1f"),
    "share_regained_pct": Column("Loss regained, %", "%.1f"),
    "rebound_from_trough_pct": Column("Rebound from the trough, %", "%.1f"),
    "now_against_peak_pct": Column("Now against the peak, %", "%.1f"),
    **{
        name: column
        for name, column in every.COLUMNS.items()
        if name in ("time_to_trough", "state", "currency", "drawn", "source", "known_from")
        or name.split("_")[0] in ("peak", "trough", "now")
    },
}


class PartnersMapParams(Params):
    """A reporter, a flow, an event, the months searched around it, and which measure colours the map.

    `shown` is the fall from the peak before the event to the trough after it (`depth`), the share of that loss that
    has been regained (`regained`), or the last 12 months (the last year) against the peak (`now`). The flow `both` is
    measured as exports plus imports, or as the one flow that the reporter has. Partners whose peak is below
    `min_peak_musd` millions of the currency shown are not measured: there a single ship moves a year's total.
    """

    reporter: Area = "USA"
    flow: PageFlow = "both"
    event: Month = date(2022, 2, 1)
    before_months: MonthsBefore = 24
    after_months: MonthsAfter = 36
    before_years: Annotated[int, Field(ge=1, le=15)] = 5
    min_peak_musd: Annotated[float, Field(ge=0, le=1e6)] = 50.0
    shown: Shown = "depth"
    region: Region = "world"
    currency: CurrencyWord = "reported"
    source: SourceName | None = None
    known_on: date | None = None

    @property
    def of_the_table(self) -> CollapseTableParams:
        """The same question to the table of all partners."""
        return CollapseTableParams(
            **{
                name: getattr(self, name)
                for name in CollapseTableParams.model_fields
                if name in type(self).model_fields
            }
        )


def partners_map(store: Store, params: PartnersMapParams, style: Style) -> Exhibit:
    """Fall, regained share or present level of trade with every partner, as classes on a map of the world."""
    ranking = one_flow(every.rank(store, params.of_the_table), params)
    mapped = Mapped(ranking, params, reporting(store, params.reporter))
    return write(store, params, mapped, draw(mapped, params, style))


def one_flow(ranking: Ranking, params: PartnersMapParams) -> Ranking:
    """The study cut to the flow that is shown; who has the others only counts as too small.

    Raises:
        NothingToShow: the reporter has no such flow, or it is a balance.
    """
    if params.flow == "balance":
        raise NothingToShow("A balance has no peak and no trough. Choose exports, imports or their sum.")
    if params.flow != "both" and params.flow not in ranking.present:
        who = trade_words.whose(ranking.names, params.reporter)
        held = words.listing([FLOWS[flow].goods for flow in ranking.present])
        raise NothingToShow(f"There are no {who} {FLOWS[params.flow].goods} by partner here, only {held}.")
    flow = ranking.lead if params.flow == "both" else params.flow
    rows = ranking.found.rows.filter(pl.col("flow") == flow)
    rest = set(ranking.found.rows["partner"]) - set(rows["partner"])
    found = replace(
        ranking.found,
        rows=rows,
        series=ranking.found.series.where(pl.col("flow") == flow),
        small=tuple(sorted({*ranking.found.small, *rest})),
        doubted=tuple(one for one in ranking.found.doubted if one.flow == flow),
    )
    ranked = rows.sort(["depth", "partner"], descending=[True, False])["partner"].to_list()
    targets = tuple(code for code in ranked if code in ranking.followed)
    others = tuple(code for code in ranked if code not in ranking.followed)
    return replace(ranking, found=found, present=(flow,), lead=flow, targets=targets, others=others)


def _depth(row: Mapping[str, Any]) -> float | None:
    """Nothing for a fall that is older than the event: it is none around it."""
    return None if row.get("is_older") else max(float(row["depth"]), 0.0)


def _share_regained(row: Mapping[str, Any]) -> float | None:
    share = row["share_regained"]
    return None if share is None or row.get("is_older") else float(share)


def _now(row: Mapping[str, Any]) -> float | None:
    return float(row["now"]) / float(row["peak"]) - 1


@dataclass(frozen=True)
class Scale:
    """How a measure becomes a class: `of` gives a fraction (None: there was no fall, so nothing to regain); `bounds`,
    in per cent, part the classes, whose names are one more; `below` of them are falls and orange."""

    of: Callable[[Mapping[str, Any]], float | None]
    bounds: tuple[int, ...]
    names: tuple[str, ...]
    below: int = 0

    def place(self, row: Mapping[str, Any]) -> int | None:
        """The index of a row's class."""
        value = self.of(row)
        return None if value is None else sum(100 * value >= bound for bound in self.bounds)


SCALES: Mapping[Shown, Scale] = {
    "depth": Scale(_depth, (10, 25, 50, 75), ("Under 10%, or no fall", "10–25%", "25–50%", "50–75%", "75% and more")),
    "regained": Scale(
        _share_regained,
        (0, 25, 50, 100),
        ("None: fell further", "Under 25%", "25–50%", "50–100%", "All of it, or more"),
        below=1,
    ),
    "now": Scale(
        _now,
        (-50, -25, 0, 25),
        ("More than 50% below", "25–50% below", "Up to 25% below", "Up to 25% above", "25% above, or more"),
        below=3,
    ),
}


class Mapped:
    """Every area of the map with its class, and the partners that have no place on it.

    `names` are the classes in the order of the legend: those of the measure, then no fall, the reporter, too small,
    no figures.
    """

    def __init__(self, ranking: Ranking, params: PartnersMapParams, reporters: frozenset[str]) -> None:
        found, scale = ranking.found, SCALES[params.shown]
        self.ranking, self.scale = ranking, scale
        self.rows = {row["partner"]: row for row in found.rows.iter_rows(named=True)}
        least = found.series.money(params.min_peak_musd * 1e6)
        left_out = {*found.small, *found.ended, *(one.partner for one in found.doubted)}
        self.names = (
            *scale.names,
            "No fall after the event",
            f"{trade_words.short(ranking.names, params.reporter)} (reporter)",
            f"Peak below {least}, or gaps",
            "No figures",
        )
        no_fall, reporter, small, nothing = range(len(scale.names), len(self.names))
        self.places: dict[str, int] = {}
        for code in sorted({*outlines().rings, *self.rows, *(reporters & outlines().dots.keys())}):
            if code in self.rows:
                place = scale.place(self.rows[code])
                self.places[code] = no_fall if place is None else place
            elif code in reporters:
                self.places[code] = reporter
            else:
                self.places[code] = small if code in left_out else nothing
        self.dotted = frozenset(code for code in outlines().dots if code in self.rows or code in reporters)
        self.drawn = frozenset(code for code in self.places if outlines().seen(code, params.region))
        self.nowhere = tuple(code for code in self.rows if not outlines().seen(code, "world"))

    def name(self, code: str) -> str:
        """The plain name of an area."""
        return self.ranking.names.get(code, code)

    def members(self, place: int) -> list[str]:
        """Measured partners of a class, those under sanctions first, then the largest before."""
        codes = [code for code in self.rows if self.places[code] == place]
        return sorted(codes, key=lambda code: (code not in self.ranking.followed, -self.rows[code]["peak"], code))


def reporting(store: Store, reporter: str) -> frozenset[str]:
    """Whose figures these are: the reporter, or the members of the European Union."""
    if reporter != "EUU":
        return frozenset({reporter})
    # Eurostat's reporters are the members and, until it left, the United Kingdom.
    return frozenset(choices.europeans(store)) - {"GBR"}


def draw(mapped: Mapped, params: PartnersMapParams, style: Style) -> go.Figure:
    """The map: a colour a class; who reports stands out, what is too small is stippled and what is unknown hatched."""
    scale = mapped.scale
    colours = theme.classes(style, len(scale.names) - scale.below, scale.below)
    others = ((style.paper, ""), (style.total, ""), (style.paper, "."), (style.paper, "/"))
    kinds = [
        Kind(name, colour, pattern)
        for name, (colour, pattern) in zip(mapped.names, (*((one, "") for one in colours), *others), strict=True)
    ]
    lands = {code: Land(place, _hover(mapped, code)) for code, place in mapped.places.items() if code in mapped.drawn}
    return world_map(lands, kinds, dotted=mapped.dotted, style=style, region=params.region)


def _hover(mapped: Mapped, code: str) -> str:
    head = f"<b>{mapped.name(code)}</b>"
    row = mapped.rows.get(code)
    if row is None:
        return f"{head}<br>{mapped.names[mapped.places[code]]}"
    frequency, money = mapped.ranking.found.frequency, mapped.ranking.found.series.money
    regained = "" if row["share_regained"] is None else f", {every.regained_words(row['share_regained'])} regained"
    sums = "12-month sums: peak" if frequency == "M" else "Peak"
    dated = [
        f"{money(row[name])} in {words.period(row[f'{name}_period'], frequency)}" for name in ("peak", "trough", "now")
    ]
    return (
        f"{head}<br>Fall {every.fall_words(row)}{regained}<br>{sums} {dated[0]},<br>trough {dated[1]}, now {dated[2]}"
    )


def table(mapped: Mapped) -> pl.DataFrame:
    """Every area of the world: measured partners by name, then those without a measure and their reason."""
    rows = every.table(mapped.ranking)
    places = pl.DataFrame(
        [(code, mapped.names[place], code in mapped.rows) for code, place in mapped.places.items()],
        schema={"partner": pl.String, "shown_as": pl.String, "_measured": pl.Boolean},
        orient="row",
    )
    joined = places.join(rows, on="partner", how="left").with_columns(
        pl.col("partner").replace_strict(mapped.ranking.names, default=None).alias("partner_name"),
        pl.col("partner").is_in(mapped.drawn).alias("drawn"),
        (100 * (pl.col("now") / pl.col("peak") - 1)).alias("now_against_peak_pct"),
    )
    columns = [*COLUMNS, *(name for name in rows.columns if name.endswith("_eur"))]
    return joined.sort("_measured", "partner_name", descending=[True, False]).select(columns)


def write(store: Store, params: PartnersMapParams, mapped: Mapped, figure: go.Figure) -> Exhibit:
    """Words, table and passport of what is measured."""
    ranking = mapped.ranking
    who, said = trade_words.whose(ranking.names, params.reporter), FLOWS[ranking.lead]
    cannot = every.cannot_show(ranking.found, params.of_the_table)
    return Exhibit(
        id=SPEC.id,
        title=_title(params, ranking),
        subtitle=f"{_subtitle(params, ranking)}. {every.searched_words(params.of_the_table, ranking.found)}.",
        figure=figure,
        data=table(mapped),
        alt=_alt(mapped, params),
        passport=passports.of_trade(
            store,
            ranking.found.series,
            series=f"{who} {said.exact} of goods by partner",
            unit="% of the loss" if params.shown == "regained" else "% of the peak",
            known_on=params.known_on,
            view=SPEC.view(params),
            cannot_show=f"{cannot} {NO_POSITION} {NOT_A_CAUSE}",
        ),
        params=params,
        answer=_answer(mapped, params, who),
        note=_note(mapped, params),
        columns=COLUMNS
        | {f"{name}_eur": Column(f"{name.capitalize()}, EUR", "%.0f") for name in ("peak", "trough", "now")},
        file_stem=trade_words.stem(
            trade_words.short(ranking.names, params.reporter),
            said.stem,
            "map",
            params.shown,
            params.event.strftime("%Y-%m"),
        ),
    )


def _title(params: PartnersMapParams, ranking: Ranking) -> str:
    """At most 70 characters: what a long name leaves no room for stands in the subtitle."""
    what = f"{trade_words.whose(ranking.names, params.reporter)} {FLOWS[ranking.lead].goods}"
    said, more = {
        "depth": (f"How far {what} fell", f" around {words.month(params.event)}"),
        "regained": (f"How much of the fall of {what} was regained", ""),
        "now": (f"{what[:1].upper()}{what[1:]} now against the peak", f" before {words.month(params.event)}"),
    }[params.shown]
    long = (f"{said}{more}, by partner", f"{said}, by partner", said)
    return next((one for one in long if len(one) <= 70), long[-1][:70])


def _subtitle(params: PartnersMapParams, ranking: Ranking) -> str:
    exact = FLOWS[ranking.lead].exact
    last = "last 12 months with figures" if ranking.found.frequency == "M" else "last complete year with figures"
    return {
        "depth": f"Goods, {exact}: fall from the peak in %",
        "regained": f"Goods, {exact}: share of the fall from peak to trough regained by the {last}, %",
        "now": f"Goods, {exact}: {last} against the peak, %",
    }[params.shown]


def _answer(mapped: Mapped, params: PartnersMapParams, who: str) -> str:
    ranking = mapped.ranking
    if params.shown == "depth":
        return every.fall_answer(ranking, who, params.of_the_table)
    goods, event = FLOWS[ranking.lead].goods, words.month(params.event)
    held = {code: value for code, row in mapped.rows.items() if (value := mapped.scale.of(row)) is not None}
    if not held:
        return f"Around {event}, {who} {goods} fell with no partner."
    followed = [
        f"{trade_words.whom(ranking.names, code)} {_said(held[code], params.shown)}"
        for code in mapped.ranking.targets
        if code in held
    ][:3]
    if params.shown == "regained":
        back, less = sum(value >= 1 for value in held.values()), sum(value < 0.25 for value in held.values())
        first = (
            f"Of {words.plural(len(held), 'partner')} with which {who} {goods} fell around {event}, {back} regained "
            f"all of the fall and {less} less than a quarter of it"
        )
    else:
        above, half = sum(value >= 0 for value in held.values()), sum(value < -0.5 for value in held.values())
        stand = "stands" if ranking.lead == "total" else "stand"
        first = (
            f"{who[:1].upper()}{who[1:]} {goods} {stand} at or above the peak before {event} with {above} of "
            f"{words.plural(len(held), 'partner')}, more than half below it with {half}"
        )
    if not followed:
        return f"{first}."
    measure = "Regained" if params.shown == "regained" else "Against the peak"
    return f"{first}. {measure} where it fell most among the economies under sanctions: {words.listing(followed)}."


def _said(value: float, shown: Shown) -> str:
    if shown == "regained":
        return "all of it" if value >= 1 else every.regained_words(value)
    return words.percent(value, 0, signed=True)


def _note(mapped: Mapped, params: PartnersMapParams) -> str:
    parts = [
        every.note(params.of_the_table, mapped.ranking, "They are stippled on the map").removesuffix(f" {NOT_A_CAUSE}")
    ]
    if mapped.nowhere:
        listed = words.listing([mapped.name(code) for code in mapped.nowhere])
        parts.append(f"In the table but not on the map: {listed}.")
    parts.append("Circles are partners too small to be seen at this scale.")
    return " ".join([*parts, NO_POSITION, NOT_A_CAUSE])


def _alt(mapped: Mapped, params: PartnersMapParams) -> str:
    said = []
    for place, name in enumerate(mapped.names):
        codes = mapped.members(place)
        if codes:
            first = [mapped.name(code) for code in codes[:4]]
            rest = f" and {len(codes) - 4} more" if len(codes) > 4 else ""
            said.append(f"{name}: {', '.join(first)}{rest}")
    return f"World map. {_title(params, mapped.ranking)}. {'; '.join(said)}."


SPEC = Spec("partners_map", "Trade with every partner on a map", "trade", PartnersMapParams, partners_map)
SPECS = (SPEC,)
