"""Title, subtitle, answer, cards and note of the aligned picture of a subject: every sentence from what is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dashboard import words
from dashboard.analysis.collapse import State
from dashboard.exhibits.alt import lines_alt
from dashboard.exhibits.base import Card
from dashboard.exhibits.passports import basis_words, valuation_words
from dashboard.exhibits.trade import collapse_words, over_time_words
from dashboard.figures.aligned import Bars, Panel
from dashboard.figures.lines import Line
from dashboard.figures.marks import NOT_A_CAUSE, Flag, Mark
from dashboard.studies import rounding
from dashboard.studies.at_a_glance import Glance, Price
from dashboard.studies.collapse import CollapseStudy
from dashboard.studies.over_time import NewestLevel, OverTimeStudy
from dashboard.studies.yearly import SOURCE_WORDS
from dashboard.words import indicators
from dashboard.words import trade as trade_words
from dashboard.words.flows import FLOWS

CANNOT = (
    "Panels under each other suggest, and prove nothing: prices, war, demand and policy move at the same time. Trade "
    "is that with one partner, in current prices; output and prices are those of the whole economy."
)
_FORECASTERS = {**SOURCE_WORDS, "imf_weo": "IMF", "worldbank_gep": "World Bank", "ebrd": "EBRD", "iif": "IIF"}


def title(found: Glance) -> str:
    """ "Iran at a glance: trade, sanctions and economy"."""
    text = f"{found.about.name} at a glance: trade, sanctions and economy"
    return text if len(text) <= 70 else f"{text.split(':')[0]}"[:70]


def pair(found: Glance, names: Mapping[str, str]) -> str:
    """ "United States with Iran"; the area's own name where it is not the subject's."""
    whom = words.in_sentence(names.get(found.about.area, found.about.area))
    return f"{trade_words.in_title(names, found.reporter or '')} with {whom}"


def trade_head(found: Glance, names: Mapping[str, str], unit: str) -> str:
    """ "Goods trade of the United States with Iran, 12-month sums, $ million"."""
    whom = trade_words.whom(names, found.about.area)
    who = trade_words.whose(names, found.reporter) if found.reporter is not None else ""
    every = over_time_words.PERIOD_WORDS[found.query.period]
    head = f"{who} goods trade with {whom}".strip()
    return ", ".join([head[:1].upper() + head[1:], *([every, unit] if unit else [])])


def output_name(found: Glance) -> str:
    """ "Real GDP growth" or "Real GDP"."""
    return "Real GDP growth" if found.query.output == "growth" else "Real GDP"


def price_unit(price: Price) -> str:
    """The unit of a value for the table: "US dollars per barrel", "percent on the year before", or the series' name."""
    if price.unit.startswith("%"):
        return "percent on the year before"
    return "US dollars per barrel" if price.unit.startswith("$") else price.title.lower()


def price_basis(found: Glance) -> str:
    """Prices of the panels that are drawn."""
    parts = ["trade in current prices"] if isinstance(found.trade, OverTimeStudy) else []
    parts += [] if found.output.lack else [f"GDP in {found.output.series.measure.prices}"]
    return "; ".join(parts) or "current prices"


def series_words(found: Glance, names: Mapping[str, str], name: str) -> str:
    """A drawn series as the passport names it."""
    if name != "Goods trade":
        return f"{name} of {words.in_sentence(names[found.about.area])}" if name.startswith("Real GDP") else name
    return f"Goods trade, all products: {pair(found, names)}"


def subtitle(found: Glance, names: Mapping[str, str], shown: Sequence[tuple[str, date, str]]) -> str:
    """What the panels hold, in which unit and prices, from when to when, and which of them end long before the newest.

    Args:
        shown: name, last month and last period in words of each panel with figures.
    """
    parts = []
    if isinstance(found.trade, OverTimeStudy):
        whole = found.trade.whole
        basis = ", ".join(part for part in (basis_words(whole.frame), valuation_words(whole.frame)) if part)
        parts.append(f"Goods trade in current prices, {basis}, not seasonally adjusted")
    if not found.output.lack:
        series = found.output.series
        parts.append(f"GDP in {series.measure.prices}, {SOURCE_WORDS[series.query.source]}")
    parts.append(f"{found.start.year} to {max(shown, key=lambda one: one[1])[2]}")
    text = "; ".join(parts)
    late = [f"{_lower(name)} to {when}" for name, last, when in shown if found.is_late(last)]
    return f"{text}; {', '.join(late)}" if late else text


def _lower(name: str) -> str:
    return "GDP" if name.startswith("Real GDP") else indicators.in_sentence(name)


def answer(found: Glance, names: Mapping[str, str]) -> str:
    """The newest trade against the highest of the window, the last year of output, the last price: one sentence."""
    parts = [part for part in (_trade_told(found, names), _output_told(found), _price_told(found)) if part]
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def _trade_told(found: Glance, names: Mapping[str, str]) -> str:
    trade = found.trade
    if isinstance(trade, str) or found.reporter is None:
        return ""
    who = trade_words.whose(names, found.reporter)
    if trade.newest:
        level = over_time_words.level_words(trade.newest[0], trade, dict(names))
        return f"{who} {FLOWS[trade.flow].spelled_out} {level}"
    return over_time_words.answer(trade, dict(names)).removesuffix(". Current prices.")


def _output_told(found: Glance) -> str:
    if found.output.lack:
        return ""
    rows = found.output.series.frame
    year, value = rows["period"][-1].year, rows["value"][-1]
    doubt = " (which may be an estimate)" if rows["is_estimate"][-1] else ""
    if found.query.output == "level":
        return f"real GDP {words.money(value)} in {year}{doubt}"
    moved = "grew by" if value >= 0 else "shrank by"
    return f"real GDP {moved} {words.percent(abs(value) / 100)} in {year}{doubt}"


def _price_told(found: Glance) -> str:
    price = found.price
    if price.lack:
        return ""
    when, value = words.period(price.frame["period"][-1], price.frequency), price.frame["value"][-1]
    name = indicators.in_sentence(price.title)
    if price.unit.startswith("%"):
        return f"{name} {words.percent(value / 100, signed=True)} in {when}"
    if price.unit.startswith("$"):
        return f"{name} ${words.number(value)} per barrel in {when}"
    return f"{words.number(value)} {name} in {when}"


def cards(found: Glance) -> tuple[Card, ...]:
    """The level against the peak, both rebounds, and the last growth (or price): never a part of a year as a year."""
    made = [*_fall_cards(found.fall)] if isinstance(found.fall, CollapseStudy) else [*_level_cards(found)]
    made += [card for card in (_output_card(found), _price_card(found)) if card is not None]
    if found.output.lack and found.price.lack:
        made.append(Card(output_name(found), "No figures", found.output.lack))
    return tuple(made[:3])


def _fall_cards(found: CollapseStudy) -> tuple[Card, Card]:
    """As the card of collapse and rebound on the trade page says them."""
    now, against, rebounds, _ = collapse_words.cards(found)
    peak = collapse_words.amount_words(found, found.result.peak, found.result.peak_period)
    when = collapse_words.window_words(found, found.result.peak_period)
    level = Card(f"Trade, {now.detail}", now.value, f"{against.value} against the peak of {peak} ({when}).")
    if found.result.state is State.NO_FALL:
        level = replace_detail(level, f"No fall since the peak of {peak} ({when}).")
    return level, rebounds


def replace_detail(card: Card, detail: str) -> Card:
    """The same card with another detail."""
    return Card(card.label, card.value, detail)


def _level_cards(found: Glance) -> tuple[Card, ...]:
    """Where nothing is measured around an event: the newest level, and why there is no rebound."""
    trade = found.trade
    if isinstance(trade, str) or not trade.newest:
        return ()
    level: NewestLevel = trade.newest[0]
    yearly, sign = trade.lines[0].frequency == "A", trade.lines[0].sign
    when = str(level.now_period.year) if yearly else words.twelve_months(level.now_period)
    high = str(level.highest_period.year) if yearly else words.twelve_months(level.highest_period)
    amount = rounding.amount(level.now, level.now_width, sign)
    detail = f"The highest of this view was {words.money(level.highest, sign)} ({high})."
    if level.against.value is not None and not level.is_highest:
        detail = (
            f"{level.against.words()} against the highest of this view, {words.money(level.highest, sign)} ({high})."
        )
    made = [Card(f"Trade, {when}", amount, "The highest of this view." if level.is_highest else detail)]
    if found.about.event is not None:
        made.append(Card("Rebound from trough | share of loss regained", "Not measured", str(found.fall)))
    return tuple(made)


def _output_card(found: Glance) -> Card | None:
    if found.output.lack:
        return None
    rows, source = found.output.series.frame, SOURCE_WORDS[found.output.series.query.source]
    year, value = rows["period"][-1].year, rows["value"][-1]
    doubt = "; may be an estimate" if rows["is_estimate"][-1] else ""
    if found.query.output == "level":
        return Card(f"Real GDP, {year}", words.money(value), f"{found.output.series.measure.prices}, {source}{doubt}")
    forecast = found.output.forecast
    after = "".join(
        f" Forecast for {row['year']}: {words.percent(row['value'] / 100, signed=True)}."
        for row in forecast.tail(1).iter_rows(named=True)
    )
    return Card(f"Real GDP growth, {year}", words.percent(value / 100, signed=True), f"{source}{doubt}.{after}")


def _price_card(found: Glance) -> Card | None:
    price = found.price
    if price.lack:
        return None
    when, value = words.period(price.frame["period"][-1], price.frequency), price.frame["value"][-1]
    shown = words.percent(value / 100, signed=True) if price.unit.startswith("%") else words.number(value)
    return Card(f"{price.title}, {when}", f"${shown}" if price.unit.startswith("$") else shown, price.unit)


def forecast_words(row: Mapping[str, Any]) -> str:
    """ "forecast of the IMF, Jan 2026"."""
    who = words.in_sentence(_FORECASTERS.get(row["source"], row["source"]))
    who = f"the {who}" if not who.startswith("the ") else who
    return f"forecast of {who}, {words.month(row['known_from'])}"


def note(found: Glance, names: Mapping[str, str], *, shaded: Sequence[Mark], outside: bool) -> str:
    """What is part, missing, doubtful, estimated or forecast in the panels, what is shaded, and no cause.

    Args:
        shaded: acts whose spans are drawn. outside: landmark acts are wanted, and none lies in the window.
    """
    parts = []
    if isinstance(found.trade, OverTimeStudy):
        parts.append(over_time_words.note(found.trade, dict(names), marked=False))
    if not found.output.lack:
        years = [day.year for day in found.output.series.estimates["period"]]
        if years:
            whose = SOURCE_WORDS[found.output.series.query.source]
            listed = words.listing([str(year) for year in years])
            parts.append(f"Dotted: the {whose} does not say whether GDP of {listed} is a result or an estimate.")
        rows = found.output.forecast.head(1).iter_rows(named=True)
        parts += [f"Hatched: {forecast_words(row)}; the other years are no forecasts." for row in rows]
    if found.price.unit.endswith("official rate"):
        parts.append("Official rates may stand far from those of the street.")
    if shaded:
        parts.append("Shaded: from a landmark act until it was lifted or withdrawn, darker where two or more stood.")
    earlier = [_stood(mark) for mark in shaded if mark.day < found.start]
    parts.append(f"Shaded from before these years: {words.listing(earlier)}." if earlier else "")
    parts.append("The landmark acts lie outside these years." if outside else "")
    parts += [CANNOT, NOT_A_CAUSE]
    return " ".join(part for part in parts if part)


def _stood(mark: Mark) -> str:
    """ "UN embargo (6 Aug 1990 to 22 May 2003)"."""
    return f"{mark.short or mark.title} ({words.day(mark.day)} to {words.day(mark.end or mark.day)})"


def alt(title_: str, panels: Sequence[Panel], flags: Sequence[Flag]) -> str:
    """The panels in words, then the marks."""
    told = [f"{len(panels)} panels on one time axis: {title_}."]
    for panel in panels:
        if panel.told:
            told.append(f"{panel.head}: no panel. {panel.told}")
            continue
        lines = [*panel.lines, *([] if panel.bars is None else [_as_line(panel.bars)])]
        named = [
            Line(f"{panel.head}, {line.name}", line.x, line.y, "", doubtful=line.doubtful, partial=line.partial)
            for line in lines
        ]
        told.append(
            lines_alt("", named, lambda value: words.number(value), frequency="A" if panel.bars else "M").split(
                ". ", 1
            )[1]
        )
    if flags:
        marks = [mark.short or mark.title for flag in flags for mark in flag.marks]
        named_marks = f": {words.listing(marks)}" if len(marks) <= 12 else ""
        total = words.plural(len(marks), "mark")
        told.append(f"{total} from {words.day(flags[0].day)} to {words.day(flags[-1].last_day)}{named_marks}.")
    return " ".join(told)


def _as_line(bars: Bars) -> Line:
    return Line(bars.name, bars.x, bars.y, bars.colour)
