"""Cards, subtitle and note of the collapse picture."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from dashboard import words
from dashboard.analysis.aggregates import part_year
from dashboard.analysis.collapse import Collapse, State
from dashboard.analysis.frames import month_of, ordinal_of
from dashboard.exhibits.base import Card
from dashboard.exhibits.passports import basis_words, valuation_words
from dashboard.exhibits.trade.collapse_measure import DEFLATOR, CollapseParams, Measured
from dashboard.figures.marks import NOT_A_CAUSE

CANNOT_SHOW = (
    "A 12-month sum smears a break over a year, so the dates of peak and trough say little about timing. "
    "Nominal values mix prices with quantities."
)
YEARS_CANNOT_SHOW = "Years hide what happened within them. Nominal values mix prices with quantities."


_STATE: Mapping[State, str] = {
    State.STILL_FALLING: "the latest of all, so it may still be falling",
    State.FELL_FURTHER: "fell further after the months searched",
    State.FLAT: "little or none of the loss regained since",
    State.RECOVERING: "part of the loss regained since",
    State.RECOVERED: "all of the loss regained since",
}


def cards(found: Measured) -> tuple[Card, ...]:
    """Level now, against the peak, both rebounds, last month (or complete year)."""
    result, fell = found.result, found.result.state is not State.NO_FALL
    peak = f"Peak {found.money(result.peak_usd)}, {_when(found, result.peak_period)}."
    trough = f"Trough {found.money(result.trough_usd)}, {_when(found, result.trough_period)}"
    trough += f": {_STATE[result.state]}." if fell else "."
    return (
        Card("Level now", found.money(result.now_usd), _when(found, result.now_period)),
        Card(
            "Against the peak",
            words.percent(result.now_usd / result.peak_usd - 1, signed=True),
            f"{peak} {_real_words(found)}".strip() if fell else peak,
        ),
        Card(
            "Rebound from trough | share of loss regained",
            _rebounds(found) if fell else "No fall",
            trough if fell else "No later window lies below the peak.",
        ),
        _last(found),
    )


def _rebounds(found: Measured) -> str:
    if found.result.state is State.STILL_FALLING:
        return "None yet"
    rebound = words.percent(found.result.rebound_from_trough, signed=True)
    return f"{rebound} | {share_words(found.result.share_regained)}"


def share_words(share: float | None) -> str:
    """A share of the loss; what fell further has regained none of it."""
    return "none" if share is not None and share < 0 else words.percent(share)


def _when(found: Measured, day: date) -> str:
    return words.twelve_months(day) if found.frequency == "M" else str(day.year)


def _real_words(found: Measured) -> str:
    real = found.real_result
    if real is None or real.state is State.NO_FALL:
        return ""
    return f"{found.price_words} it fell by {words.percent(real.depth)} and {_since(real)}."


def _since(real: Collapse) -> str:
    by = words.month(real.now_period)
    if real.state is State.STILL_FALLING:
        return f"was lowest in the last window, to {by}"
    if real.share_regained is not None and real.share_regained < 0:
        return f"had fallen further by {by}"
    return f"had regained {words.percent(real.share_regained)} of that by {by}"


def _last(found: Measured) -> Card:
    """The last month or complete year against a year before; the part of the year beside the same months before."""
    rows = found.flows.select("period", "value_usd").sort("period")
    when, value = rows.row(-1)
    earlier = date(when.year - 1, when.month, 1)
    before = rows.filter(pl.col("period") == earlier)["value_usd"].to_list()
    detail = f"{found.money(before[0])} in {words.period(earlier, found.frequency)}." if before else ""
    if found.frequency == "A":
        return Card(f"Last complete year, {when.year}", found.money(value), detail)
    part = part_year(rows)
    if part.height and part["growth"][0] is not None:
        row = part.row(0, named=True)
        growth = words.percent(row["growth"], signed=True)
        detail += f" {row['label']}: {found.money(row['value_usd'])}, {growth} on the same months a year before."
    return Card(f"Last month, {words.month(when)}", found.money(value), detail.strip())


def subtitle(params: CollapseParams, found: Measured, unit: str) -> str:
    """Unit, prices, basis, valuation, seasonal state, and what was searched."""
    basis = f"{basis_words(found.flows)}, {valuation_words(found.flows)}, not seasonally adjusted"
    if found.frequency == "A":
        return (
            f"Goods, complete years, {unit}, current prices. {basis}. Peak sought in the {params.before_years} years "
            f"up to {params.event.year}, trough in the years after the peak (shaded)."
        )
    real = (
        f" (dashed: {_lower(found.price_words)}, deflated by {DEFLATOR})"
        if params.show_real and found.price_words
        else ""
    )
    return (
        f"Goods, 12-month sums, {unit}, current prices{real}. {basis}. Event {words.month(params.event)}; peak sought "
        f"in the {params.before_months} months before it, trough in the {params.after_months} months after (shaded)."
    )


def _why_they_end(found: Measured, ends: date) -> str:
    """The month after the last complete window is the one that the deflator lacks."""
    lacking = month_of(ordinal_of(ends) + 1)
    if found.prices_end is not None and lacking < found.prices_end:
        return f"no index was published for {words.month(lacking)}, so every later 12-month sum so far lacks a month"
    return f"{DEFLATOR} end there as well"


def _lower(price_words: str) -> str:
    return price_words[:1].lower() + price_words[1:]


def price_basis(params: CollapseParams, found: Measured) -> str:
    """Prices of what is drawn, for the passport and the data."""
    real = params.show_real and found.constant.height
    return (
        f"current prices; dashed line {_lower(found.price_words)}, deflated by {DEFLATOR}" if real else "current prices"
    )


def note(params: CollapseParams, found: Measured, whom: str) -> str:
    """What the figure cannot show, the spread over other choices, and what is missing or estimated."""
    parts = [*found.result.notes, CANNOT_SHOW if found.frequency == "M" else YEARS_CANNOT_SHOW, *found.spread]
    if found.constant.height:
        ends, goes_on = found.constant["period"].to_list()[-1], found.sums["period"].to_list()[-1]
        if ends < goes_on:
            parts.append(f"Sums in constant prices end in {words.month(ends)}: {_why_they_end(found, ends)}.")
    if found.currency != "$":
        parts.append("In euros as the source reports; not deflated, since US prices do not fit them.")
    if found.sums["is_estimate"].any():
        first = found.sums.filter(pl.col("is_estimate"))["period"].to_list()[0]
        parts.append(f"Dotted: estimates of the source, from {words.period(first, found.frequency)} on.")
    if params.flow == "both" and found.flow != "total":
        parts.append(f"Only {found.flow}s are reported for this pair, so they alone are measured.")
    if len(params.partner) > 1:
        parts.append(f"Measured for {whom}, the first of the chosen partners.")
    return " ".join([*parts, NOT_A_CAUSE])
