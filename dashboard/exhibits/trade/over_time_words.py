"""Title, subtitle, answer and note of the main picture: every sentence from the lines that are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from dashboard import words
from dashboard.exhibits.passports import basis_words, last_observation, valuation_words
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.studies import rounding
from dashboard.studies.deflate import index_words
from dashboard.studies.over_time import MOST_LINES, NewestLevel, OverTimeStudy
from dashboard.studies.series import TradeSeries
from dashboard.words import trade as trade_words
from dashboard.words.flows import FLOWS

PERIOD_WORDS = {"M": "monthly", "Q": "quarterly", "S": "12-month sums", "A": "yearly"}
GROWTH_CEILING_PCT = 300.0
"""Growth from almost nothing runs to thousands of percent; the axis ends here and the table holds the rest."""
MOST_GAPS = 3
MOST_TOLD = 5


def title(found: OverTimeStudy, names: dict[str, str]) -> str:
    """ "United States: goods trade with Russia"."""
    flow, codes = found.flow, dict.fromkeys(line.partner for line in found.lines)
    who = trade_words.in_title(names, found.query.trade.reporter)
    partners = [words.in_sentence(trade_words.in_title(names, code)) for code in codes]
    if len(partners) > 2:
        what = "goods trade" if flow == "total" else f"goods {FLOWS[flow].noun}"
        return f"{who}: {what} with {len(partners)} partners{', exports plus imports' if flow == 'total' else ''}"
    return f"{who}: {FLOWS[flow].with_partner(words.listing(partners))}"


def price_basis(found: OverTimeStudy) -> str:
    """Prices of what is drawn, and the base of an index."""
    prices = found.lines[0].prices.words()
    return prices if found.base is None else f"{prices}, index {found.base} = 100"


def subtitle(found: OverTimeStudy, names: dict[str, str], unit: str) -> str:
    """Period, unit, prices, basis, valuation, seasonal state, span, and lines that end long before the newest."""
    whole, period = found.whole, found.query.trade.period
    kind = "M" if period == "S" else period
    span = f"{words.period(found.first, kind)} to {last_observation(whole)}"
    shown_unit = "" if found.measure == "index" else unit
    parts = [PERIOD_WORDS[period], shown_unit, price_basis(found), basis_words(whole.frame)]
    ends = [f"{name} to {when}" for name, when in _late(found, names).items()]
    parts += [valuation_words(whole.frame), "not seasonally adjusted", span, *ends]
    text = ", ".join(part for part in parts if part)
    return text[0].upper() + text[1:]


def _late(found: OverTimeStudy, names: dict[str, str]) -> dict[str, str]:
    """Partners whose line ends long before the newest of the view, with its last period."""
    late: dict[str, str] = {}
    for line in found.late():
        late.setdefault(words.in_sentence(names.get(line.partner, line.partner)), last_observation(line))
    return late


def answer(found: OverTimeStudy, names: dict[str, str]) -> str:
    """The newest level against the highest on record in what is drawn, for every partner drawn (at most five)."""
    if not found.newest:
        return ""
    who = trade_words.whose(names, found.query.trade.reporter)
    sign = found.lines[0].sign
    told = {level.partner: _one(level, names, sign, yearly=found.newest_yearly) for level in found.newest}
    parts = [told[code] for code in found.query.trade.partners or () if code in told]
    prices = found.lines[0].prices
    basis = f"In prices of {prices.base}" if prices.is_real else "Current prices"
    return f"{who} {FLOWS[found.flow].spelled_out} {words.listing(parts[:MOST_TOLD])}. {basis}."


def _one(level: NewestLevel, names: dict[str, str], sign: str, *, yearly: bool) -> str:
    """ "Russia: $3.50 billion in the 12 months to Jul 2026, 92.1% below the highest ($44.2 billion to Feb 2012)"."""
    when = f"in {level.now_period.year}" if yearly else f"in the 12 months to {words.month(level.now_period)}"
    amount = rounding.amount(level.now, level.now_width, sign)
    now = f"{words.in_sentence(names.get(level.partner, level.partner))}: {amount} {when}"
    if level.flag is not None:
        return f"{now}, marked as {level.flag.replace('_', ' ')} and not compared"
    if level.is_highest:
        return f"{now}, the highest in the figures shown"
    if level.against.value is None or level.highest <= 0:
        return now
    then = str(level.highest_period.year) if yearly else f"to {words.month(level.highest_period)}"
    highest = f"the highest shown ({words.money(level.highest, sign)} {then})"
    if level.against.is_sharp:
        return f"{now}, {words.percent(-level.against.value)} below {highest}"
    return f"{now}, a change of {level.against.words()} on {highest}"


def note(found: OverTimeStudy, names: dict[str, str], *, marked: bool) -> str:
    """What is part, bridged, cut, missing, doubtful or estimated in the drawn lines, and what the source cannot see."""
    parts: list[str] = []
    if found.query.trade.period == "A" and any(bool(line.frame["is_partial"][-1]) for line in found.lines):
        parts.append("The last point is a part of a year, drawn hollow; it is not comparable with full years.")
    parts += [
        _index_note(found),
        gap_words(found.lines, names, found.measure),
        flag_words(found.lines, names),
    ]
    if found.measure == "growth":
        parts.append(
            f"The axis ends at {GROWTH_CEILING_PCT:.0f}%; larger changes, from very small bases, are in the table."
        )
        parts.append(_rounded_growth(found.lines))
    if found.partners_not_drawn:
        parts.append(f"Only the first {MOST_LINES} partners are drawn; the small multiples show more.")
    if found.partners_without_figures:
        listed = words.listing([words.in_sentence(names.get(code, code)) for code in found.partners_without_figures])
        parts.append(f"No figures in this view for {listed}.")
    if bool(found.whole.frame["is_estimate"].any()) and not found.lines[0].prices.is_real:
        parts.append(
            "Dotted parts are the source's estimates from partners' reports, not figures that the reporter published."
        )
    if found.whole.mixes_editions:
        parts.append("Some sums hold months from two editions, as the column of the vintage says.")
    parts.append(_SOURCE_NOTES.get(found.whole.sources[0], ""))
    if marked:
        parts.append(NOT_A_CAUSE)
    return " ".join(part for part in parts if part)


_SOURCE_NOTES = {
    "census": (
        "Imports count by country of origin, exports by the destination declared: goods sold on through third "
        "countries are not seen."
    ),
    "eurostat": "Goods that cross a third country on the way are not seen.",
}


def _index_note(found: OverTimeStudy) -> str:
    """The months whose price index is interpolated, and where constant prices end before current ones would."""
    prices = found.lines[0].prices
    if not prices.is_real:
        return ""
    months: list[date] = pl.date_range(
        found.first.replace(month=1), found.whole.last_month, "1mo", eager=True
    ).to_list()
    told = index_words(prices, months)
    last = prices.last_index
    if last is not None and last <= found.whole.last_month:
        told += f" {prices.deflator} end in {words.month(last)}, and so do constant prices."
    return told.strip()


def gap_words(lines: Sequence[TradeSeries], names: dict[str, str], measure: str = "level") -> str:
    """Periods without figures inside the drawn lines: "No figures on exports to North Korea for Jan 2017–Dec 2021"."""
    told = []
    for line in lines:
        gaps = line.gaps()
        if not gaps:
            continue
        flow, partner = line.flow, words.in_sentence(names.get(line.partner, line.partner))
        spans = [_gap(first, last, line.frequency) for first, last in gaps[:MOST_GAPS]]
        if len(gaps) > MOST_GAPS:
            spans.append(words.plural(len(gaps) - MOST_GAPS, "other gap"))
        told.append(f"{FLOWS[flow].noun} {FLOWS[flow].link} {partner} ({words.listing(spans)})")
    if not told:
        return ""
    what = "twelve complete months" if lines[0].frequency == "S" else "figures"
    if measure == "growth":
        what = "figures above zero in both years"
    return f"A line breaks where there are no {what}: {words.listing(told)}."


def _gap(first: date, last: date, frequency: str) -> str:
    if frequency != "A":
        return words.span(first, last)
    return str(first.year) if first.year == last.year else f"{first.year}{words.DASH}{last.year}"


def flag_words(lines: Sequence[TradeSeries], names: dict[str, str]) -> str:
    """Which drawn figures are doubtful, and as what they are marked."""
    told = []
    for line in lines:
        flagged = line.flagged
        if flagged.is_empty():
            continue
        kind = "A" if line.frequency == "A" else "M"
        periods = [words.period(day, kind) for day in flagged["period"]]
        marks = words.listing([mark.replace("_", " ") for mark in flagged["flag"].unique().sort()])
        partner = words.in_sentence(names.get(line.partner, line.partner))
        shown = periods if len(periods) <= 4 else [*periods[:3], f"{len(periods) - 3} more"]
        told.append(f"{FLOWS[line.flow].noun} {FLOWS[line.flow].link} {partner} in {words.listing(shown)} ({marks})")
    return f"Doubtful and not compared: {words.listing(told)}." if told else ""


def _rounded_growth(lines: Sequence[TradeSeries]) -> str:
    """Growth that rounding alone could make is told as such."""
    doubtful = 0
    for line in lines:
        frame = line.frame
        if frame.is_empty():
            continue
        before = frame["value"] / (1 + frame["shown"] / 100)
        changes = [
            rounding.change(one, other, width, width)
            for one, other, width in zip(before, frame["value"], frame["rounding"], strict=True)
        ]
        doubtful += sum(not change.is_sharp for change in changes)
    if not doubtful:
        return ""
    return f"{words.plural(doubtful, 'change')} could be a matter of rounding alone: the source prints rounded figures."
