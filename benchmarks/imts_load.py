"""Section imts_load: reading a set of IMTS replies of five million observations, against a bare polars read.

The replies are made up: the shape of the International Monetary Fund's SDMX-JSON, figures of our own. Polars has no
reader of SDMX; its bare read of the same bytes is `read_json`, which gives one row with a column of nested records and
not one figure in a place of its own. So the figures are also written as the plainest table (CSV with the same columns,
codes as text) and read with `read_csv`: the fastest that a reader of our rows could be.
"""

from __future__ import annotations

import io
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from benchmarks.report import Table
from benchmarks.workplace import Workplace, child
from pipelines.formats import sdmx
from pipelines.normalise.periods import Window
from pipelines.raw import SHIPPED, Payload, payload
from pipelines.sources.imf_imts import ImfImts

OBSERVATIONS = 5_000_000
AIM = 3.0
_PERIODS = [f"{year}-M{month:02d}" for year in range(2004, 2026) for month in range(1, 13)]
_DIMENSIONS = ("COUNTRY", "INDICATOR", "COUNTERPART_COUNTRY", "FREQUENCY")
_DATA = Path(__file__).parent.parent / "data"


def reply(reporter: str, partners: list[str], seed: int) -> bytes:
    """One reply: exports and imports of a reporter with all partners and the world, every month."""
    codes = [*partners, "G001"]
    series: dict[str, Any] = {}
    totals = [[0] * len(_PERIODS), [0] * len(_PERIODS)]
    for place in range(len(codes)):
        for flow in (0, 1):
            if codes[place] == "G001":
                figures = totals[flow]
            else:
                figures = [
                    1_000 + (seed * 7919 + place * 104_729 + flow * 31 + month * 613) % 900_000_007
                    for month in range(len(_PERIODS))
                ]
                totals[flow] = [total + figure for total, figure in zip(totals[flow], figures, strict=True)]
            observations = {str(month): [str(figure), None, 0] for month, figure in enumerate(figures)}
            series[f"0:{flow}:{place}:0"] = {"attributes": [0, None, 0], "observations": observations}

    def named(name: str, values: list[str]) -> dict[str, Any]:
        return {"id": name, "values": [{"id": value} for value in values]}

    structure = {
        "dimensions": {
            "series": [
                named("COUNTRY", [reporter]),
                named("INDICATOR", ["XG_FOB_USD", "MG_CIF_USD"]),
                named("COUNTERPART_COUNTRY", codes),
                named("FREQUENCY", ["M"]),
            ],
            "observation": [{"id": "TIME_PERIOD", "values": [{"value": period} for period in _PERIODS]}],
        },
        "measures": {"observation": [{"id": "OBS_VALUE"}]},
        "attributes": {
            "series": [named("SCALE", ["6"]), named("DECIMALS_DISPLAYED", []), named("OVERLAP", ["OL"])],
            "observation": [named("PRECISION", []), named("DERIVATION_TYPE", ["O"])],
        },
    }
    return orjson.dumps(
        {"meta": {}, "data": {"dataSets": [{"structure": 0, "series": series}], "structures": [structure]}}
    )


def replies(observations: int) -> list[Payload]:
    """As many replies as the connector asks for, with about that many observations together."""
    known = pl.read_csv(_DATA / "reference/area_codes.csv", infer_schema=False).filter(scheme="imts")["code"]
    countries = sorted(code for code in known if not code.startswith(("G0", "G1", "G9", "TX")))
    names = [request.title for request in ImfImts().requests(Window()) if request.title.startswith("M/")]
    each = len(_PERIODS) * 2
    wide = min(-(-observations // (each * len(names))) - 1, len(countries))
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    made = [
        payload(name, reply(name[2:5], countries[: max(wide, 2)], number), "https://example.org/", retrieved=moment)
        for number, name in enumerate(names)
    ]
    codes = (_DATA / "reference/area_codes.csv").read_bytes()
    return [*made, payload("reference/area_codes.csv", codes, SHIPPED + "reference/area_codes.csv", retrieved=moment)]


def measure(place: Workplace) -> list[Table]:
    """Each reading in a process of its own, so that its memory is its own."""
    del place
    rows: list[list[Any]] = []
    found = {task: child("benchmarks.imts_load", task, str(OBSERVATIONS)) for task in _TASKS}
    for task, (words, _) in _TASKS.items():
        one = found[task]
        times = [one["seconds"] / found[bare]["seconds"] for bare in ("json", "csv")]
        rows.append([words, one["seconds"], *times, one["peak_mb"] - one["base_mb"]])
    note = (
        f"{found['decode']['rows']:,} observations in {found['decode']['replies']} replies, "
        f"{found['decode']['mb']:,.0f} MB. Aim: at most {AIM:g} times the bare read."
    )
    columns = ["reading", "seconds", "× read_json", "× read_csv", "MB more than before"]
    return [Table("A set of IMTS replies, parsed and loaded", columns, rows, note, {"aim_ratio": AIM})]


def _read_json(made: list[Payload]) -> int:
    return sum(pl.read_json(io.BytesIO(one.body), infer_schema_length=None).height for one in made)


def _read_csv(tables: list[bytes]) -> int:
    return sum(pl.read_csv(io.BytesIO(table)).height for table in tables)


def _loads(made: list[Payload]) -> int:
    return sum(len(orjson.loads(one.body)["data"]["dataSets"][0]["series"]) for one in made)


def _decode(made: list[Payload]) -> int:
    return sum(sdmx.decode(one, _DIMENSIONS, ("DERIVATION_TYPE", "STATUS")).frame.height for one in made)


def _parse(made: list[Payload]) -> int:
    return ImfImts().parse(made)["trade_flow"].height


_TASKS: dict[str, tuple[str, Callable[[Any], int]]] = {
    "json": ("polars read_json, same bytes", _read_json),
    "csv": ("polars read_csv, same figures as a table", _read_csv),
    "loads": ("orjson, same bytes, nothing made of them", _loads),
    "decode": ("decoder: one long frame per reply", _decode),
    "parse": ("connector: checked rows of trade_flow", _parse),
}


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """`python -m benchmarks.imts_load TASK [OBSERVATIONS]`: one reading, as JSON on the last line."""
    task = sys.argv[1]
    made = replies(int(sys.argv[2]) if len(sys.argv) > 2 else OBSERVATIONS)
    sent = [one for one in made if not one.is_shipped]
    given: list[Any] = made if task == "parse" else sent
    if task == "csv":
        columns = [*_DIMENSIONS, "TIME_PERIOD", "value", "DERIVATION_TYPE"]
        given = [
            sdmx.decode(one, _DIMENSIONS, ("DERIVATION_TYPE",)).frame.select(columns).write_csv().encode()
            for one in sent
        ]
    base = _peak_mb()
    start = time.perf_counter()
    rows = _TASKS[task][1](given)
    seconds = time.perf_counter() - start
    mb = sum(len(one.body) for one in sent) / 1e6
    facts = {"seconds": seconds, "rows": rows, "replies": len(sent), "mb": mb, "base_mb": base, "peak_mb": _peak_mb()}
    print(orjson.dumps(facts).decode())


if __name__ == "__main__":
    main()
