"""Diversion: what the sanctioning side stopped selling, and what may have gone another way.

    direct loss         senders → target, before − after
    outward leg         senders → each intermediary, after − before
    onward leg          each intermediary → target, after − before (its own exports, or the target's imports from it)
    matched rise        Σ over intermediaries of min(outward rise, onward rise), rises only
    substitution ratio  matched rise / direct loss
    bounds              lowest: falls netted against rises and the smaller leg taken; with no onward figures, zero
                        highest: every extra dollar sold to an intermediary went on, Σ outward rises / direct loss

The two legs describe the same goods twice and are never added. A rise in an intermediary's purchases may as well be
its own growth, prices or the season: the ratio is what could have been diverted, not what was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

import polars as pl

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.analysis.frames import (
    PER_YEAR,
    frequency_of,
    ordinal_of,
    prepare,
    require,
    without_partial,
)
from dashboard.analysis.partners import partner_shift

__all__ = ["DiversionLedger", "Intermediary", "Leg", "diversion_ledger", "partner_shift"]

Span = tuple[date, date]


@dataclass(frozen=True)
class Leg:
    """Trade over one leg before and after, in the unit of the flows."""

    before_usd: float
    after_usd: float

    @property
    def rise_usd(self) -> float:
        """After less before; negative is a fall."""
        return self.after_usd - self.before_usd


@dataclass(frozen=True)
class Intermediary:
    """One intermediary's outward leg, onward leg (None where no figures exist) and their matched rise.

    `unrecorded_usd` is what senders recorded as sold to it in the span after less what it recorded as bought from the
    same senders; imports carry freight and insurance, so a small negative figure is ordinary. None without its
    import figures.
    """

    area: str
    outward: Leg
    onward: Leg | None
    matched_rise_usd: float | None
    unrecorded_usd: float | None


@dataclass(frozen=True)
class DiversionLedger:
    """The ledger of one target. Amounts in the unit of the flows (USD), ratios as fractions of the direct loss.

    `ratio` is None without onward figures or without a loss; `notes` say which, and which pairs were left out because
    a period is missing (`gaps`).
    """

    target: str
    senders: tuple[str, ...]
    before: Span
    after: Span
    direct: Leg
    direct_loss_usd: float
    intermediaries: tuple[Intermediary, ...]
    rise_to_intermediaries_usd: float
    rise_from_intermediaries_usd: float | None
    matched_rise_usd: float | None
    ratio: float | None
    ratio_lowest: float | None
    ratio_highest: float | None
    gaps: tuple[str, ...]
    notes: tuple[str, ...]

    def frame(self) -> pl.DataFrame:
        """One row per intermediary with both legs side by side; the legs are not to be added."""
        names = ("outward", "onward")
        rows = []
        for entry in self.intermediaries:
            row = asdict(entry)
            legs = dict(zip(names, (entry.outward, entry.onward), strict=True))
            for name, leg in legs.items():
                row.pop(name)
                row[f"{name}_before_usd"] = None if leg is None else leg.before_usd
                row[f"{name}_after_usd"] = None if leg is None else leg.after_usd
                row[f"{name}_rise_usd"] = None if leg is None else leg.rise_usd
            rows.append(row)
        amounts = [f"{name}_{part}_usd" for name in names for part in ("before", "after", "rise")]
        columns = ["area", *amounts, "matched_rise_usd", "unrecorded_usd"]
        schema = {column: pl.String if column == "area" else pl.Float64 for column in columns}
        return pl.DataFrame(rows, schema=schema)

    def words(self, currency: str = "$") -> str:
        """The ledger in plain sentences."""
        if self.direct_loss_usd <= 0:
            return "Direct sales did not fall between the two spans, so there is nothing to divert."
        first = (
            f"Direct sales fell by {words.money(self.direct_loss_usd, currency)}; sales to the intermediaries changed "
            f"by {words.money(self.rise_to_intermediaries_usd, currency, signed=True)}."
        )
        bounds = words.percent_range(self.ratio_lowest, self.ratio_highest)
        if self.ratio is None:
            return f"{first} What they sold on is not known, so between {bounds} of the loss could have been replaced."
        return f"{first} A matched rise covers {words.percent(self.ratio)} of the loss (bounds {bounds})."


def diversion_ledger(
    flows: pl.DataFrame,
    *,
    target: str,
    senders: Sequence[str],
    intermediaries: Sequence[str],
    before: int | Span,
    after: int | Span,
) -> DiversionLedger:
    """The ledger of diversion between two spans of equal length and season.

    `flows`: `period`, `reporter`, `partner`, `value_usd`, optionally `flow` ("export" or "import"; exports without it),
    one frequency, any pairs. `before` and `after` are years, or (first period, last period) with both ends included.
    A pair that lacks a period in either span is left out of both and named in `gaps`: missing is not zero.
    Every area must be named once, or its trade would count twice. A group beside its own members is the caller's to
    avoid: the flows do not say who belongs to whom.
    Raises `AnalysisError` for repeated areas, for spans that cannot be compared or when no direct trade is complete.
    """
    if not senders or not intermediaries:
        raise AnalysisError("A ledger needs at least one sender and one intermediary.")
    if {target, *senders} & set(intermediaries) or target in senders:
        raise AnalysisError("Target, senders and intermediaries must be different areas.")
    for what, named in (("sender", senders), ("intermediary", intermediaries)):
        twice = sorted({area for area in named if list(named).count(area) > 1})
        if twice:
            raise AnalysisError(
                f"{words.listing(twice)} {'is' if len(twice) == 1 else 'are'} named more than once as {what}; "
                "its trade would count twice."
            )
    book = _Book(flows, _span(before), _span(after))
    direct = book.sum_of([("export", sender, target) for sender in senders])
    if direct is None:
        raise AnalysisError(f"No sender has complete figures for sales to {target} in both spans.")
    entries = tuple(entry for area in intermediaries if (entry := _entry(book, area, target, senders)) is not None)
    if not entries:
        raise AnalysisError("No intermediary has complete figures in both spans.")
    loss = -direct.rise_usd
    onward = [entry.onward.rise_usd for entry in entries if entry.onward is not None]
    outward_net = sum(entry.outward.rise_usd for entry in entries)
    matched = sum(entry.matched_rise_usd for entry in entries if entry.matched_rise_usd is not None)
    highest = sum(max(entry.outward.rise_usd, 0.0) for entry in entries)
    lowest = min(matched, max(0.0, min(outward_net, sum(onward)))) if onward else 0.0
    notes = []
    if loss <= 0:
        notes.append("Direct sales did not fall, so there is no ratio.")
    if len(onward) < len(entries):
        silent = words.listing([entry.area for entry in entries if entry.onward is None])
        notes.append(
            f"No complete figures of sales to {target} by {silent}; their rise counts only in the upper bound."
        )
    if book.gaps:
        notes.append("Pairs with a missing period are left out of both spans.")
    return DiversionLedger(
        target=target,
        senders=tuple(senders),
        before=book.before,
        after=book.after,
        direct=direct,
        direct_loss_usd=loss,
        intermediaries=entries,
        rise_to_intermediaries_usd=outward_net,
        rise_from_intermediaries_usd=sum(onward) if onward else None,
        matched_rise_usd=matched if onward else None,
        ratio=matched / loss if onward and loss > 0 else None,
        ratio_lowest=lowest / loss if loss > 0 else None,
        ratio_highest=highest / loss if loss > 0 else None,
        gaps=tuple(sorted(book.gaps)),
        notes=tuple(notes),
    )


def _span(given: int | Span) -> Span:
    return (date(given, 1, 1), date(given, 12, 1)) if isinstance(given, int) else given


class _Book:
    """Sums of complete pairs over the two spans."""

    def __init__(self, flows: pl.DataFrame, before: Span, after: Span) -> None:
        require(flows, ["reporter", "partner", "period", "value_usd"])
        marked = flows if "flow" in flows.columns else flows.with_columns(pl.lit("export").alias("flow"))
        kept = without_partial(prepare(marked, by=["flow", "reporter", "partner"]))
        step = 12 // PER_YEAR[frequency_of(kept)]
        lengths = [(ordinal_of(last) - ordinal_of(first)) // step + 1 for first, last in (before, after)]
        if lengths[0] != lengths[1] or before[0].month != after[0].month or min(lengths) < 1:
            raise AnalysisError("The two spans must cover the same months of the year and be equally long.")
        if before[1] >= after[0]:
            raise AnalysisError("The span before must end before the span after begins.")
        self.before, self.after, self.gaps = before, after, set[str]()
        self._known: dict[tuple[str, str, str], Leg] = {}
        inside = [pl.col("period").is_between(first, last) for first, last in (before, after)]
        sums = kept.group_by("flow", "reporter", "partner").agg(
            *(pl.col("value_usd").filter(rows).sum().alias(f"sum_{i}") for i, rows in enumerate(inside)),
            *(rows.sum().alias(f"n_{i}") for i, rows in enumerate(inside)),
        )
        for flow, reporter, partner, first, second, n_first, n_second in sums.iter_rows():
            if n_first == n_second == lengths[0]:
                self._known[flow, reporter, partner] = Leg(first, second)

    def knows(self, flow: str, reporter: str, partner: str) -> bool:
        """Whether a pair is complete in both spans."""
        return (flow, reporter, partner) in self._known

    def sum_of(self, pairs: Sequence[tuple[str, str, str]], required: bool = True) -> Leg | None:
        """The sum of the complete pairs; None if there is none. Incomplete required pairs are noted as gaps."""
        legs = [self._known[pair] for pair in pairs if pair in self._known]
        if required:
            self.gaps |= {f"{reporter}→{partner}" for _, reporter, partner in set(pairs) - set(self._known)}
        return Leg(sum(leg.before_usd for leg in legs), sum(leg.after_usd for leg in legs)) if legs else None


def _entry(book: _Book, area: str, target: str, senders: Sequence[str]) -> Intermediary | None:
    outward = book.sum_of([("export", sender, area) for sender in senders])
    if outward is None:
        return None
    onward = book.sum_of([("export", area, target)], required=False)
    if onward is None:
        onward = book.sum_of([("import", target, area)], required=False)
    matched = None if onward is None else min(max(outward.rise_usd, 0.0), max(onward.rise_usd, 0.0))
    # Only senders with both mirrors, so that a silent importer does not look like goods that never arrived.
    both = [sender for sender in senders if book.knows("export", sender, area) and book.knows("import", area, sender)]
    sold = book.sum_of([("export", sender, area) for sender in both])
    arrived = book.sum_of([("import", area, sender) for sender in both])
    unrecorded = sold.after_usd - arrived.after_usd if sold is not None and arrived is not None else None
    return Intermediary(area, outward, onward, matched, unrecorded)
