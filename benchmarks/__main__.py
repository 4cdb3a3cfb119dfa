"""`python -m benchmarks [section…]`: measure, print one table per section, and keep nothing in the repository."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import (
    build,
    census_history,
    exhibits,
    first_paint,
    imts_load,
    load,
    memory,
    ofac_stream,
    refresh_noop,
    reruns,
    timing,
)
from benchmarks.report import Table, heading, show
from benchmarks.workplace import Workplace

SECTIONS: dict[str, Callable[[Workplace], list[Table]]] = {
    "build": build.measure,
    "census": census_history.measure,
    "imts_load": imts_load.measure,
    "ofac_stream": ofac_stream.measure,
    "refresh_noop": refresh_noop.measure,
    "exhibits": exhibits.measure,
    "timing": timing.measure,
    "reruns": reruns.measure,
    "load": load.measure,
    "memory": memory.measure,
    "first_paint": first_paint.measure,
}
"""Sections by name, in the order in which they run."""


def main() -> None:
    """Run the sections that were named, all of them when none was."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("section", nargs="*", help=f"what to measure: {', '.join(SECTIONS)} (default: all)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the tables to this file")
    parser.add_argument("--repeat", type=int, default=5, metavar="N", help="repetitions of each timing (default 5)")
    parser.add_argument("--seconds", type=int, default=40, metavar="S", help="length of each load run (default 40)")
    parser.add_argument("--reruns", type=int, default=100, metavar="N", help="warm reruns of each page (default 100)")
    asked = parser.parse_args()
    unknown = [name for name in asked.section if name not in SECTIONS]
    if unknown:
        parser.error(f"there is no section {unknown[0]!r}; there are {', '.join(SECTIONS)}")
    heading()
    found: dict[str, list[Table]] = {}
    with tempfile.TemporaryDirectory(prefix="tradewake-bench-") as folder:
        place = Workplace(Path(folder), repeat=asked.repeat, seconds=asked.seconds, reruns=asked.reruns)
        for name in asked.section or SECTIONS:
            found[name] = SECTIONS[name](place)
            for table in found[name]:
                show(table)
    if asked.json is not None:
        asked.json.write_text(json.dumps({name: [t.as_dict() for t in ts] for name, ts in found.items()}, indent=1))


if __name__ == "__main__":
    main()
