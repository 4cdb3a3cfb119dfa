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
from dashboard.studies.rounding import Change
from dashboard.studies.series import TradeSeries
from dashboard.words import trade as trade_words
from dashboard.words.flags import flag
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
    span = _span_words(found, "M" if period == "S" else period)
    shown_unit = "" if found.measure == "index" else unit
    parts = [PERIOD_WORDS[period], shown_unit, price_basis(found), basis_words(whole.frame)]
    ends = [f"{name} to {when}" for name, when in _late(found, names).items()]
    parts += [valuation_words(whole.frame), "not seasonally adjusted", span, *ends]
    text = ", ".join(part for part in parts if part)
    return text[0].upper() + text[1:]


def _span_words(found: OverTimeStudy, kind: str) -> str:
    """ "Jan 1992 to Jul 2026"; a part of a year by its months, also where it stands alone."""
    last = last_observation(found.whole)
    if found.whole.frame.select(pl.col("period").n_unique()).item() == 1:
        return last
    return f"{words.period(found.first, kind)} to {last}"


def _late(found: OverTimeStudy, names: dict[str, str]) -> dict[str, str]:
    """Partners whose line ends long before the newest of the view, with its last period."""
    late: dict[str, str] = {}
    for line in found.late():
        late.setdefault(words.in_sentence(names.get(line.partner, line.partner)), last_observation(line))
    return late


def answer(found: OverTimeStudy, names: dict[str, str]) -> str:
    """The newest level against the highest of the window for every partner drawn (at most five); where the window holds
    no twelve months, the last figure that is drawn."""
    who = trade_words.whose(names, found.query.trade.reporter)
    prices = found.lines[0].prices
    basis = f"In prices of {prices.base}" if prices.is_real else "Current prices"
    told = {level.partner: level_words(level, found, names) for level in found.newest}
    parts = [told[code] for code in found.query.trade.partners or () if code in told]
    if parts:
        return f"{who} {FLOWS[found.flow].spelled_out} {words.listing(parts[:MOST_TOLD])}. {basis}."
    drawn = [_last_drawn(line, names) for line in found.lines]
    return f"{who} goods {words.listing([part for part in drawn if part][:MOST_TOLD])}. {basis}." if any(drawn) else ""


def level_words(level: NewestLevel, found: OverTimeStudy, names: dict[str, str]) -> str:
    """ "Russia: $3.50 billion in the 12 months to Jul 2026, 92.1% below the highest 12 months of the window ($44.2
    billion to Feb 2012)"."""
    sign, yearly = found.lines[0].sign, found.lines[0].frequency == "A"
    when = f"in {level.now_period.year}" if yearly else f"in the 12 months to {words.month(level.now_period)}"
    amount = rounding.amount(level.now, level.now_width, sign)
    now = f"{words.in_sentence(names.get(level.partner, level.partner))}: {amount} {when}"
    if level.doubted:
        day, mark = level.doubted[-1]
        newer = str(day.year) if yearly else words.month(day)
        now += f" ({newer} is marked as {flag(mark)} and left out)"
    span = "year" if yearly else "12 months"
    if level.is_highest:
        return f"{now}, the highest {span} of the window"
    if level.against.value is None or level.highest <= 0:
        return now
    then = f"in {level.highest_period.year}" if yearly else f"to {words.month(level.highest_period)}"
    highest = f"the highest {span} of the window ({words.money(level.highest, sign)} {then})"
    if level.against.is_sharp:
        return f"{now}, {words.percent(-level.against.value)} below {highest}"
    return f"{now}, {level.against.words()} against {highest}"


def _last_drawn(line: TradeSeries, names: dict[str, str]) -> str:
    """ "exports to Russia: $37.9 million in Jun 2024": the last figure of a line that nobody doubts."""
    trusted = line.trusted()
    if trusted.is_empty:
        return ""
    last = trusted.frame.row(-1, named=True)
    said = FLOWS[line.flow]
    partner = words.in_sentence(names.get(line.partner, line.partner))
    amount = rounding.amount(last["value"], last["rounding"], line.sign)
    return f"{said.noun} {said.link} {partner}: {amount} in {last_observation(trusted)}"


def note(found: OverTimeStudy, names: dict[str, str], *, marked: bool) -> str:
    """What is part, bridged, cut, missing, doubtful or estimated in the drawn lines, and what the source cannot see."""
    parts: list[str] = []
    if (
        found.query.measure == "level"
        and found.query.trade.period == "A"
        and any(bool(line.frame["is_partial"][-1]) for line in found.lines)
    ):
        parts.append("The last point is a part of a year, drawn hollow; it is not comparable with full years.")
    parts += [
        _index_note(found),
        *(_growth_words(found, names) if found.measure == "growth" else [gap_words(found.lines, names)]),
        flag_words([*found.lines, *found.untold], names),
    ]
    if found.measure == "growth":
        if any((line.frame["shown"] > GROWTH_CEILING_PCT).any() for line in found.lines):
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


def _growth_words(found: OverTimeStudy, names: dict[str, str]) -> list[str]:
    """Why a line of growth breaks, each with its own reason: no figures, a year before that may be nothing for being
    rounded, a year before that is nothing. Doubtful figures are told for all measures alike."""
    left = {(one.partner, one.flow): one for one in found.untold}
    every = []
    for line in found.lines:
        beside = left.get((line.partner, line.flow))
        frames = [line.frame, *([] if beside is None else [beside.frame])]
        every.append(line.with_rows(pl.concat(frames, how="diagonal").sort("period")))
    return [
        gap_words(every, names, "figures for both years"),
        _untold_words(
            "Not told, since the year before is printed rounded and may be next to nothing", "rounding", found, names
        ),
        _untold_words("Not told, since a rise from zero has no percentage", "zero", found, names),
    ]


def _untold_words(why: str, reason: str, found: OverTimeStudy, names: dict[str, str]) -> str:
    """ "Not told, since …: exports to North Korea in 1995, 1997 and 2002"."""
    told = []
    for line in found.untold:
        days = line.frame.filter(pl.col("why") == reason)["period"].to_list()
        if days:
            told.append(f"{_direction(line, names)} in {_periods(days, line)}")
    return f"{why}: {words.listing(told)}." if told else ""


def _direction(line: TradeSeries, names: dict[str, str]) -> str:
    """ "exports to North Korea"."""
    said = FLOWS[line.flow]
    return f"{said.noun} {said.link} {words.in_sentence(names.get(line.partner, line.partner))}"


def _periods(days: Sequence[date], line: TradeSeries) -> str:
    """Periods of a line; of more than four the first three, and how many more."""
    said = [words.period(day, "A" if line.frequency == "A" else "M") for day in days]
    return words.listing(said if len(said) <= 4 else [*said[:3], f"{len(said) - 3} more"])


def gap_words(lines: Sequence[TradeSeries], names: dict[str, str], what: str = "") -> str:
    """Periods without figures inside the drawn lines: "No figures on exports to North Korea for Jan 2017–Dec 2021".

    Args:
        what: what is missing there; empty: figures, or twelve complete months for sums.
    """
    told = []
    for line in lines:
        gaps = line.gaps()
        if not gaps:
            continue
        spans = [_gap(first, last, line.frequency) for first, last in gaps[:MOST_GAPS]]
        if len(gaps) > MOST_GAPS:
            spans.append(words.plural(len(gaps) - MOST_GAPS, "other gap"))
        told.append(f"{_direction(line, names)} ({words.listing(spans)})")
    if not told:
        return ""
    what = what or ("twelve complete months" if lines[0].frequency == "S" else "figures")
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
        marks = words.listing([flag(mark) for mark in flagged["flag"].unique().sort()])
        told.append(f"{_direction(line, names)} in {_periods(flagged['period'].to_list(), line)} ({marks})")
    return f"Doubtful and not compared: {words.listing(told)}." if told else ""


def _rounded_growth(lines: Sequence[TradeSeries]) -> str:
    """Growth that rounding alone could make is told as such; the table has its band."""
    doubtful = 0
    for line in lines:
        parts = line.frame.select("shown", "shown_low", "shown_high").iter_rows()
        doubtful += sum(not Change(*(part / 100 for part in change)).is_sharp for change in parts)
    if not doubtful:
        return ""
    return (
        f"The source prints rounded figures: {words.plural(doubtful, 'change')} may be anything inside the range that "
        "the table gives."
    )
