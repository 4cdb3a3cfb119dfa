"""What must hold before anything is published: each table's contract, and the tables together.

Too little fails, too much warns. Every threshold says where it comes from.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from pipelines.checks import coverage, magnitude, totals, whole
from pipelines.checks.contract import contract
from pipelines.checks.expected import expected
from pipelines.checks.finding import Finding, Frames
from pipelines.schema import TABLES
from pipelines.store import Store

__all__ = ["Finding", "Frames", "contract", "expected", "review"]


def review(
    frames: Frames,
    previous: Store | Frames | None,
    *,
    fetched: Mapping[str, Sequence[Frames]] | None = None,
    today: date | None = None,
    removable: Collection[tuple[str, str]] = (),
    touched: tuple[Frames, Frames] | None = None,
) -> list[Finding]:
    """Look at the tables together and at the build before them. The frames have passed their contracts.

    Args:
        frames: all tables, vintages chained.
        previous: the published build or its tables, None when there is none.
        fetched: what live sources sent, by source name and fetch; nothing when omitted.
        today: the day from which a date counts as the future; today when omitted.
        removable: table and source of figures whose loss was declared; it warns instead of failing.
        touched: rows of the build before and of this one, by table, without those that are alike in both; looked at for
            what can only be wrong in a row that is new or gone. All rows when omitted.
    """
    day = date.today() if today is None else today
    old = {name: previous.table(name) for name in TABLES} if isinstance(previous, Store) else previous
    before, after = (old or {}, frames) if touched is None else touched
    return [
        *whole.enough(frames),
        *whole.references(frames),
        *whole.bases(frames),
        *whole.no_future(after),
        *totals.year_totals(frames),
        *totals.countries_to_world(frames),
        *magnitude.scale(frames),
        *magnitude.growth(frames),
        *magnitude.measure_dates(frames, day),
        *(coverage.coverage(frames, old, removable, (before, after)) if old is not None else ()),
        *(coverage.replies(fetched or {}, old) if old is not None else ()),
        *(coverage.licences(frames, old) if old is not None else ()),
    ]
