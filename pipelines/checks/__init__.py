"""What must hold before anything is published: each table's contract, and the tables together.

Too little fails, too much warns. Every threshold says where it comes from.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from pipelines.checks import coverage, magnitude, totals, whole
from pipelines.checks.contract import contract
from pipelines.checks.finding import Finding, Frames
from pipelines.store import Store

__all__ = ["Finding", "Frames", "contract", "review"]


def review(
    frames: Frames,
    previous: Store | None,
    *,
    came: Mapping[str, Sequence[Frames]] | None = None,
    today: date | None = None,
    may_go: Collection[tuple[str, str]] = (),
) -> list[Finding]:
    """Look at the tables together and at the build before them. The frames have passed their contracts.

    Args:
        frames: all tables, vintages chained.
        previous: the published build, None when there is none.
        came: what live sources sent, by source name and fetch; nothing when omitted.
        today: the day from which a date counts as the future; today when omitted.
        may_go: table and source of figures whose loss was declared; it warns instead of failing.
    """
    day = date.today() if today is None else today
    return [
        *whole.enough(frames),
        *whole.references(frames),
        *whole.no_future(frames),
        *totals.year_totals(frames),
        *totals.countries_to_world(frames),
        *magnitude.scale(frames),
        *magnitude.growth(frames),
        *magnitude.measure_dates(frames, day),
        *(_since(frames, previous, came or {}, may_go) if previous is not None else ()),
    ]


def _since(
    frames: Frames, previous: Store, came: Mapping[str, Sequence[Frames]], may_go: Collection[tuple[str, str]]
) -> list[Finding]:
    """What changed since the build before."""
    return [
        *coverage.coverage(frames, previous, may_go),
        *coverage.replies(came, previous),
        *coverage.licences(frames, previous),
    ]
