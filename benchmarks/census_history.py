"""Section census: twelve years of the Census interface, all partners, read into rows and loaded, beside a bare read.

The replies are made up: the shape of the interface, figures of our own, the same bytes at every run. They are arrays of
arrays, which `read_json` of polars refuses; its bare read of them is `json_decode`, with every column left as text and
nothing checked.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from benchmarks.report import Table, middle
from benchmarks.workplace import ROOT, Workplace, child
from pipelines.normalise import vintages
from pipelines.raw import SHIPPED, Payload, payload
from pipelines.schema import TABLES
from pipelines.sources import census_api
from pipelines.sources.census import Census
from pipelines.store import build_store

AIM = 3.0
"""Reading and loading may cost this many times the bare read."""

_YEARS = range(2013, 2025)
_GROUPS = ("0001", "0003", "0014", "0017", "0020", "0021", "0022", "0023", "0024", "0025", "0026", "0027", "0028")
_CLOCKS = ("seconds", "cpu")
_CELLS = pl.List(pl.List(pl.String))


def replies() -> list[Payload]:
    """One reply per flow, year and detail, as the source's own questions name them; and the table of codes."""
    codes = (ROOT / "data/reference/area_codes.csv").read_bytes()
    known = pl.read_csv(codes, infer_schema=False).filter(pl.col("scheme") == "census")["code"]
    partners = known.filter(known.str.contains(r"^[1-7]\d{3}$")).sort().to_list()
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    made = [payload("reference/area_codes.csv", codes, SHIPPED + "reference/area_codes.csv", retrieved=moment)]
    for year in _YEARS:
        for name, path in census_api.questions(date(year, 1, 1), date(year, 12, 1), list(Census().asked("by_chapter"))):
            body = _chapters(name, year) if "-hs2/" in name else _totals(name, year, partners)
            made.append(payload(name, orjson.dumps(body), f"https://example.org{path}", retrieved=moment))
    return made


def measure(place: Workplace) -> list[Table]:
    """Time and memory of each reading, each repetition in a fresh process, by turns."""
    runs: dict[str, list[dict[str, Any]]] = {task: [] for task in _TASKS}
    for _ in range(place.repeat):
        for task, found in runs.items():
            found.append(child("benchmarks.census_history", task))
    cost = {task: [middle([run[kind] for run in found]) for kind in _CLOCKS] for task, found in runs.items()}
    rows: list[list[Any]] = []
    for task, (words, twin, _) in _TASKS.items():
        times = [ours / bare if twin else None for ours, bare in zip(cost[task], cost[twin or task], strict=True)]
        more = max(run["peak_mb"] - run["base_mb"] for run in runs[task])
        rows.append([words, *cost[task], *times, runs[task][0]["rows"], more])
    one = runs["read"][0]
    size = f"{one['rows']:,} rows in {one['replies']} replies, {one['mb']:.1f} MB"
    return [
        Table(
            f"The Census interface, {len(_YEARS)} years of all partners: {size}",
            ["", "seconds", "CPU seconds", "× bare", "× bare, CPU", "rows", "MB more"],
            rows,
            f"Median of {place.repeat}, each in a process of its own, imports left out. Aim: at most {AIM:g}.",
            {"aim_ratio": AIM},
        )
    ]


def _totals(name: str, year: int, partners: list[str]) -> list[list[str]]:
    value = "ALL_VAL_MO" if name.startswith("exports") else "GEN_VAL_MO"
    rows = [["CTY_CODE", "CTY_NAME", value, "YEAR", "MONTH"]]
    for month in range(1, 13):
        figures = {code: _figure(code, year, month) for code in partners}
        continents = {f"{digit}XXX": 0 for digit in range(1, 8)}
        for code, figure in figures.items():
            continents[f"{code[0]}XXX"] += figure
        groups = {code: 2 * _figure(code, year, month) for code in _GROUPS}
        every = figures | continents | groups | {"-": sum(figures.values())}
        rows += [[code, f"PARTNER {code}", str(n), str(year), f"{month:02}"] for code, n in every.items()]
    return rows


def _chapters(name: str, year: int) -> list[list[str]]:
    side = ("E_COMMODITY", "ALL_VAL_MO") if name.startswith("exports") else ("I_COMMODITY", "GEN_VAL_MO")
    header = ["CTY_CODE", "CTY_NAME", *side, "COMM_LVL", "CTY_CODE", "YEAR", "MONTH"]
    rows = [
        [code, words, "27", str(_figure(code, year, month)), "HS2", code, str(year), f"{month:02}"]
        for month in range(1, 13)
        for code, words in Census().asked("by_chapter").items()
    ]
    return [header, *rows]


def _figure(code: str, year: int, month: int) -> int:
    return (int(code) * 7919 + year * 104_729 + month * 613) * 31 % 9_000_000_019


def _bare(made: list[Payload]) -> list[pl.DataFrame]:
    frames = []
    for one in made:
        if not one.is_shipped:
            rows = pl.Series([one.body.decode()]).str.json_decode(_CELLS).explode()
            names = [f"{place} {name}" for place, name in enumerate(rows[0])]
            frames.append(pl.DataFrame([rows.list.get(place).alias(name) for place, name in enumerate(names)]).slice(1))
    return frames


def _read(made: list[Payload]) -> int:
    return sum(frame.height for frame in _bare(made))


def _read_and_write(made: list[Payload]) -> int:
    with tempfile.TemporaryDirectory(prefix="tradewake-bench-") as folder:
        frame = pl.concat(_bare(made), how="diagonal")
        frame.write_parquet(Path(folder) / "history.parquet")
    return frame.height


def _parse(made: list[Payload]) -> int:
    return Census().parse(made)["trade_flow"].height


def _load(made: list[Payload]) -> int:
    """Parsed, put into vintages, held to its contract, written and opened as a build."""
    contract = TABLES["trade_flow"]
    key = [name for name in contract.primary_key() if name != "known_from"]
    trade = Census().parse(made)["trade_flow"]
    trade = vintages.chain(trade, key, "value_usd", rounding="rounding_usd", same="is_estimate")
    frames = {name: pl.DataFrame(schema={c: f.dtype for c, f in t.columns().items()}) for name, t in TABLES.items()}
    frames["trade_flow"] = contract.validate(trade)
    with tempfile.TemporaryDirectory(prefix="tradewake-bench-") as folder:
        build_store(frames, {"content_hash": "0" * 64}, Path(folder))
    return trade.height


_TASKS: dict[str, tuple[str, str, Callable[[list[Payload]], int]]] = {
    "read": ("bare read, columns of text", "", _read),
    "parse": ("Census.parse: checked rows of trade_flow", "read", _parse),
    "write": ("bare read and write, Parquet", "", _read_and_write),
    "load": ("parsed, chained, checked, written as a build", "write", _load),
}


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)


def main() -> None:
    """`python -m benchmarks.census_history TASK`: one reading, as JSON on the last line."""
    made = replies()
    base, start, used = _peak_mb(), time.perf_counter(), time.process_time()
    rows = _TASKS[sys.argv[1]][2](made)
    seconds, cpu = time.perf_counter() - start, time.process_time() - used
    sent = [one for one in made if not one.is_shipped]
    facts = {
        "seconds": seconds,
        "cpu": cpu,
        "rows": rows,
        "replies": len(sent),
        "mb": sum(len(one.body) for one in sent) / 1e6,
    }
    print(orjson.dumps(facts | {"base_mb": base, "peak_mb": _peak_mb()}).decode())


if __name__ == "__main__":
    main()
