"""What one refresh of a source should give: too few rows are a reply cut short, too many deserve a look.

The numbers stand in the source's file of facts (`[live.rows]`); they are orders of magnitude, not forecasts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipelines.checks.finding import Finding, Frames
from pipelines.facts import Rows


def expected(source: str, frames: Frames, rows: Mapping[str, Rows]) -> Iterable[Finding]:
    """A failing finding for a table with fewer rows than one refresh of the source ever gives, a warning for more."""
    for table, bounds in rows.items():
        came = frames[table].height if table in frames else 0
        if came < bounds.least:
            sentence = f"{source} gave {came:,} rows of {table}; fewer than {bounds.least:,} are a reply cut short."
            yield Finding("fail", "expected rows", table, sentence, came)
        elif came > bounds.most:
            sentence = (
                f"{source} gave {came:,} rows of {table}, more than {bounds.most:,}: see whether all belong there."
            )
            yield Finding("warn", "expected rows", table, sentence, came)
