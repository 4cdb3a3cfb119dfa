"""Answer, cards, subtitle and note of the collapse picture: every sentence from the study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from dashboard import words
from dashboard.analysis.aggregates import part_year
from dashboard.analysis.collapse import Collapse, Spread, State
from dashboard.analysis.frames import month_of, ordinal_of
from dashboard.exhibits.base import Card
from dashboard.exhibits.passports import basis_words, valuation_words
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.studies import rounding
from dashboard.studies.collapse import CollapseStudy, OtherChoices
from dashboard.studies.deflate import index_words
from dashboard.studies.series import TradeSeries
from dashboard.words.flows import FLOWS

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


def cannot_show(found: CollapseStudy) -> str:
    """What the picture cannot show."""
    return YEARS_CANNOT_SHOW if found.frequency == "A" else CANNOT_SHOW


def answer(found: CollapseStudy, subject: str) -> str:
    """The result in sentences; where rounding could make the percentages, only the amounts and the bands."""
    result, money = found.result, found.sums.money
    if found.depth.is_sharp or result.state is State.NO_FALL:
        told = result.words(subject, _rebound_sentence(found), lambda value, when: amount_words(found, value, when))
        if found.trough_before_event and result.state is not State.NO_FALL:
            when = window_words(found, result.trough_period)
            told += f" The trough does not come after the event ({when}): this fall is an older one."
        return told
    band = found.depth.words(signed=False)
    how_far = "how far it fell cannot be told" if found.depth.value is None else f"the fall is {band}"
    trough = amount_words(found, result.trough, result.trough_period)
    return (
        f"{subject} stood at {money(result.peak)} in the {window_words(found, result.peak_period)} and at {trough} in "
        f"the {window_words(found, result.trough_period)}; the figures are rounded, so {how_far}."
    )


def _rebound_sentence(found: CollapseStudy) -> str:
    """The sentence on both rebounds where rounding could make one of them; else empty, for the result's own."""
    sharp = found.rebound.is_sharp and (found.share.value is None or found.share.is_sharp)
    if sharp or found.result.rebound_from_trough is None:
        return ""
    result = found.result
    now = amount_words(found, result.now, result.now_period)
    return (
        f"It stood at {now} in the {window_words(found, result.now_period)}; "
        f"against the trough {found.rebound.words()}, and {_share(found)} of the loss has been regained."
    )


def _share(found: CollapseStudy) -> str:
    return share_words(found.share.value) if found.share.is_sharp else found.share.words(signed=False)


def amount_words(found: CollapseStudy, value: float, when: date) -> str:
    """An amount of the drawn sums; one that rounding hides is told as less than its width."""
    width = found.sums.frame.filter(pl.col("period") == when)["rounding"].to_list()
    return rounding.amount(value, width[0] if width else None, found.sums.sign)


def cards(found: CollapseStudy) -> tuple[Card, ...]:
    """Level now, against the peak, both rebounds, last month (or complete year)."""
    result, fell = found.result, found.result.state is not State.NO_FALL
    peak = f"Peak {amount_words(found, result.peak, result.peak_period)}, {window_words(found, result.peak_period)}."
    trough = f"Trough {amount_words(found, result.trough, result.trough_period)}, "
    trough += window_words(found, result.trough_period)
    trough += f": {_STATE[result.state]}." if fell else "."
    if fell and found.trough_before_event:
        trough += " It does not come after the event."
    widths = dict(found.sums.frame.select("period", "rounding").iter_rows())
    against = rounding.change(result.peak, result.now, widths.get(result.peak_period), widths.get(result.now_period))
    return (
        Card("Level now", amount_words(found, result.now, result.now_period), window_words(found, result.now_period)),
        Card("Against the peak", against.words(), f"{peak} {_real_words(found)}".strip() if fell else peak),
        Card(
            "Rebound from trough | share of loss regained",
            _rebounds(found) if fell else "No fall",
            trough if fell else "No later window lies below the peak.",
        ),
        _last(found),
    )


def _rebounds(found: CollapseStudy) -> str:
    if found.result.state is State.STILL_FALLING:
        return "None yet"
    return f"{found.rebound.words()} | {_share(found)}"


def share_words(share: float | None) -> str:
    """A share of the loss; what fell further has regained none of it."""
    return "none" if share is not None and share < 0 else words.percent(share)


def window_words(found: CollapseStudy, day: date) -> str:
    return words.twelve_months(day) if found.frequency == "M" else str(day.year)


def _real_words(found: CollapseStudy) -> str:
    real = found.real_result
    if real is None or real.state is State.NO_FALL or not found.real_depth.is_sharp or not found.rebound.is_sharp:
        return ""
    return f"In prices of {found.constant.prices.base} it fell by {words.percent(real.depth)} and {_since(real)}."


def _since(real: Collapse) -> str:
    by = words.month(real.now_period)
    if real.state is State.STILL_FALLING:
        return f"was lowest in the last window, to {by}"
    if real.share_regained is not None and real.share_regained < 0:
        return f"had fallen further by {by}"
    return f"had regained {words.percent(real.share_regained)} of that by {by}"


def _last(found: CollapseStudy) -> Card:
    """The last month or complete year against a year before; the part of the year beside the same months before."""
    series = found.flows
    rows = series.frame.select("period", "value", "rounding").sort("period")
    when, value, width = rows.row(-1)
    earlier = date(when.year - 1, when.month, 1)
    before = [(held, wide) for day, held, wide in rows.iter_rows() if day == earlier]
    shown = rounding.amount(value, width, series.sign)
    then = "".join(rounding.amount(held, wide, series.sign) for held, wide in before)
    detail = f"{then} in {words.period(earlier, found.frequency)}." if before else ""
    if found.frequency == "A":
        return Card(f"Last complete year, {when.year}", shown, detail)
    part = part_year(rows.rename({"value": "value_usd"}))
    if part.height and part["growth"][0] is not None:
        row = part.row(0, named=True)
        months = {day: wide for day, _, wide in rows.iter_rows()}
        this_year = [day for day in months if day.year == when.year]
        width_now = sum(months[day] for day in this_year)
        width_then = sum(months.get(date(day.year - 1, day.month, 1), 0.0) for day in this_year)
        growth = rounding.change(row["year_before_usd"], row["value_usd"], width_then, width_now)
        so_far = rounding.amount(row["value_usd"], width_now, series.sign)
        detail += f" {row['label']}: {so_far}, {growth.words()} on the same months a year before."
    return Card(f"Last month, {words.month(when)}", shown, detail.strip())


def subtitle(found: CollapseStudy, drawn: Sequence[TradeSeries], unit: str) -> str:
    """Unit, prices, basis, valuation, seasonal state, and what was searched."""
    basis = f"{basis_words(drawn[0].frame)}, {valuation_words(drawn[0].frame)}, not seasonally adjusted"
    asked = found.query
    if found.frequency == "A":
        return (
            f"Goods, complete years, {unit}, current prices. {basis}. Peak sought in the {asked.before_years} years "
            f"up to {asked.event.year}, trough in the years after the peak (shaded)."
        )
    real = f" (dashed: {drawn[1].prices.words()})" if len(drawn) > 1 else ""
    return (
        f"Goods, 12-month sums, {unit}, current prices{real}. {basis}. Event {words.month(asked.event)}; peak sought "
        f"in the {asked.before_months} months before it, trough in the {asked.after_months} months after (shaded)."
    )


def price_basis(drawn: Sequence[TradeSeries]) -> str:
    """Prices of what is drawn, for the passport."""
    return "current prices" if len(drawn) < 2 else f"current prices; dashed line {drawn[1].prices.words()}"


def sentence_case(text: str) -> str:
    """A phrase as a label begins with it."""
    return text[:1].upper() + text[1:]


def note(found: CollapseStudy, drawn: Sequence[TradeSeries], first_of_several: str = "") -> str:
    """What the figure cannot show, the spread over other choices, and what is missing, doubtful or estimated.

    Args:
        first_of_several: the partner that is measured, where several were chosen.
    """
    parts = [*found.result.notes, cannot_show(found)]
    sharp = found.depth.is_sharp and found.rebound.is_sharp
    if found.other_choices is not None and (sharp or found.result.state is State.NO_FALL):
        parts += other_choices_words(found.other_choices)
    if not found.depth.is_sharp and found.result.state is not State.NO_FALL:
        parts.append("The source prints these figures rounded, so a change is a range or cannot be told.")
    if found.left_out:
        parts.append(f"Marked as doubtful and left out: {words.listing(found.left_out)}.")
    if not found.constant.is_empty:
        parts += _constant_words(found, shown=len(drawn) > 1)
    if found.sums.currency == "EUR":
        parts.append("In euros as the source reports; not deflated, since US prices do not fit them.")
    estimates = drawn[0].frame.filter(pl.col("is_estimate"))
    if estimates.height:
        parts.append(
            f"Dotted: estimates of the source, from {words.period(estimates['period'].min(), found.frequency)} on."  # type: ignore[arg-type]
        )
    if found.query.flow == "both" and found.flow != "total":
        parts.append(f"Only {FLOWS[found.flow].noun} are reported for this pair, so they alone are measured.")
    if first_of_several:
        parts.append(f"Measured for {first_of_several}, the first of the chosen partners.")
    return " ".join([*parts, NOT_A_CAUSE])


def _constant_words(found: CollapseStudy, *, shown: bool) -> list[str]:
    """Where the sums in constant prices end, and which month's index is interpolated."""
    ends, goes_on = found.constant.frame["period"].max(), found.sums.frame["period"].max()
    assert isinstance(ends, date) and isinstance(goes_on, date)
    parts = []
    if ends < goes_on:
        lacking = month_of(ordinal_of(ends) + 1)
        last = found.constant.prices.last_index
        why = (
            f"{found.constant.prices.deflator} end there as well"
            if last is None or lacking > last
            else f"no index was published for {words.month(lacking)}"
        )
        parts.append(f"Sums in constant prices end in {words.month(ends)}: {why}.")
    if shown:
        first = found.constant.frame["first_month"].min()
        assert isinstance(first, date)
        months = [month_of(at) for at in range(ordinal_of(first), ordinal_of(ends) + 1)]
        parts.append(index_words(found.constant.prices, months))
    return [part for part in parts if part]


def other_choices_words(found: OtherChoices) -> list[str]:
    """Depth and both rebounds over other windows, and over other flows and prices."""
    told = [
        f"Peak sought over {_months(found.befores)} months before and trough over {_months(found.afters)} months "
        f"after: {_range_words(found.windows)}."
    ]
    if found.combinations > 1:
        prices = " and prices (current, constant)" if found.with_prices else ""
        told.append(
            f"Over the same windows and all {found.combinations} combinations of flow{prices}: "
            f"{_range_words(found.every)}."
        )
    return told


def _months(choices: Sequence[int]) -> str:
    return f"{choices[0]} to {choices[-1]}"


def _range_words(found: Spread) -> str:
    """Depth and both rebounds over several choices; a window without a fall has neither a depth nor a loss."""
    low, high = found.depth
    if low is None or high is None or high <= 0:
        return "no fall"
    depth = f"depth from no fall to {words.percent(high)}" if low <= 0 else f"depth {words.percent_range(low, high)}"
    parts = [depth]
    if found.rebound_from_trough[0] is not None:
        parts.append(f"rebound from the trough {words.percent_range(*found.rebound_from_trough)}")
    least, most = found.share_regained
    if least is not None and most is not None:
        share = f"none to {words.percent(most)}" if least < 0 else words.percent_range(least, most)
        parts.append(f"{share} of the loss regained" if most > 0 else "none of the loss regained")
    return ", ".join(parts)
