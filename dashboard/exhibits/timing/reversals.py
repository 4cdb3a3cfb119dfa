"""What a test of a day of relief, or of the end of relief, says about it; and the days as a reader picks them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from dashboard import words
from dashboard.analysis.timing_result import TimingResult
from dashboard.queries.senders import Senders
from dashboard.studies.reversals import IMPOSED, RELIEF, is_relief


def named(found: pl.DataFrame, who: Senders, first: Sequence[str] = ()) -> dict[date, str]:
    """The days of some turns as a reader picks them: "16 Jan 2016 · United States · easing: Implementation Day …".

    Where a day has several, one of the measures `first` names it.
    """
    shown: dict[date, str] = {}
    ordered = found.sort("date", ~pl.col("measure").is_in(list(first)), maintain_order=True)
    for day, rows in ordered.group_by("date", maintain_order=True):
        one = next(rows.iter_rows(named=True))
        more = f" and {words.count(rows.height - 1)} more" if rows.height > 1 else ""
        when = day[0]
        assert isinstance(when, date)
        kind = "" if one["kind"] == IMPOSED else f"{one['kind']}: "
        shown[when] = f"{words.day(when)} · {who.name(one['sender'])} · {kind}{one['title']}{more}"
    return shown


def told(on: pl.DataFrame, result: TimingResult) -> str:
    """What the test of a day of relief says about a rebound, or of an end of relief about a fall; empty otherwise."""
    if on.is_empty():
        return ""
    relief = is_relief(on)
    imposed = on.filter(pl.col("kind") == IMPOSED).height
    on = on.filter(pl.col("kind") != IMPOSED)
    first = on.sort(pl.col("kind").is_in(RELIEF), descending=relief, maintain_order=True).row(0, named=True)
    more = f" and {words.count(on.height - 1)} more" if on.height > 1 else ""
    lead = (
        f"The register has this day as one of {'relief' if relief else 'the end of relief'}: “{first['title']}”{more}."
    )
    if relief and imposed:
        return f"{lead} The same day brought {words.plural(imposed, 'new measure')}, so no sign here speaks of relief."
    if not result.distinguishable:
        way = "higher" if result.effect > 0 else "lower"
        looked = "a rebound" if relief else "a fall"
        return f"{lead} Trade went {way} than usual, which shows neither {looked} nor its absence."
    rose = "rose" if result.effect > 0 else "fell"
    when = "after the relief" if relief else "after the relief had ended"
    return f"{lead} Trade {rose} {when}."
