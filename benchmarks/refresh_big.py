"""Section refresh_big: refreshes, verbs and questions when the store holds four million rows of the IMF's trade.

A first live refresh of the IMF brings 38 reporters with some 220 partners each, by month from 2008 and by year. Such a
set is made up here (figures of our own) and put into the raw cache as if it had been fetched, so that the whole walk is
measured but for the network and the reading of SDMX-JSON, which `imts_load` measures.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.report import Table, middle
from benchmarks.workplace import Workplace, child
from pipelines.normalise import releases
from pipelines.normalise.periods import Window
from pipelines.raw import Payload, Request
from pipelines.raw.cache import Cache, Item
from pipelines.refresh import Step, refresh
from pipelines.schema import TABLES
from pipelines.settings import Settings, shipped_data
from pipelines.sources import SOURCES, Frames, Source
from pipelines.sources.imf_imts import reporters

PARTNERS = 220
FIRST, LAST = date(2008, 1, 1), date(2026, 6, 1)
AGAIN_MONTHS = 36
FETCHED = {
    "first": date(2026, 9, 20),
    "later": date(2026, 10, 20),
    "small": date(2026, 11, 19),
    "named": date(2026, 11, 20),
}
"""The days of the fetches, one after another."""

AIMS = {"first": 60.0, "later": 60.0, "small": 10.0, "named": 10.0}
QUESTION_AIM_MS = 50.0


class _Made(Source):
    """A live source whose replies are tables of Parquet."""

    complete = False
    url = "http://127.0.0.1"
    table = "trade_flow"
    tables = ("trade_flow", "release")

    def requests(self, window: Window) -> Sequence[Request]:
        del window
        return ()

    def parse(self, payloads: Sequence[Payload]) -> Frames:
        rows = pl.read_parquet(io.BytesIO(payloads[0].body))
        day = payloads[0].day
        named = rows.with_columns(known_from=pl.lit(day), release=pl.lit(releases.release_id(self.name, day)))
        columns = [name for name in TABLES[self.table].column_names() if name != "known_to"]
        release = releases.release(self.name, "Made up", payloads, rows.height, url="https://example.org/")
        return {self.table: named.select(columns), "release": release}


class _Imts(_Made):
    name = "imf_imts"
    gives = "made up"


class _Brent(_Made):
    name = "brent"
    gives = "made up"
    table = "macro"
    tables = ("macro", "release")


def trade(start: date, share_revised: float) -> pl.DataFrame:
    """Rows of trade_flow from a day on, without release and known_from; that share of them by 1% above the first."""
    areas = pl.read_csv(shipped_data() / "reference/areas.csv", infer_schema=False).filter(
        pl.col("area_kind") == "country", pl.col("valid_to").is_null()
    )["area"]
    partners = ["WLD", *areas.sort()[: PARTNERS - 1]]
    months = pl.DataFrame({"period": pl.date_range(start, LAST, "1mo", eager=True), "frequency": "M"})
    years = pl.DataFrame({"period": pl.date_range(start.replace(month=1), date(2025, 1, 1), "1y", eager=True),
                          "frequency": "A"})  # fmt: skip
    flows = pl.DataFrame({"flow": ["export", "import"], "valuation": ["fob", "cif"]})
    rows = (
        pl.DataFrame({"reporter": sorted(reporters())})
        .join(pl.DataFrame({"partner": partners}), how="cross")
        .filter(pl.col("reporter") != pl.col("partner"))
        .join(flows, how="cross")
        .join(pl.concat([months, years]), how="cross")
    )
    key = pl.struct("reporter", "partner", "flow", "period", "frequency").hash(7)
    revised = (key // 1_000 % 10_000) < share_revised * 10_000
    value = (key % 900_000_007).cast(pl.Float64) + 1_000
    columns = TABLES["trade_flow"].columns()
    constants = {
        "product": "TOTAL", "source": "imf_imts", "value_eur": None, "quantity": None, "quantity_unit": None,
        "flag": None, "is_estimate": False, "basis": "imts", "rounding_usd": 1.0,
    }  # fmt: skip
    return rows.with_columns(pl.when(revised).then((value * 1.01).round(0)).otherwise(value).alias("value_usd")).select(
        pl.all(), *(pl.lit(value, columns[name].dtype).alias(name) for name, value in constants.items())
    )


def oil(price: float = 70.1) -> pl.DataFrame:
    """Two months of the price of oil, as a small source sends them."""
    columns = TABLES["macro"].columns()
    facts = {"area": "WLD", "indicator": "brent_usd", "frequency": "M", "source": "brent", "unit": "USD per barrel",
             "is_forecast": False, "flag": None}  # fmt: skip
    return pl.DataFrame({"period": [date(2026, 9, 1), date(2026, 10, 1)], "value": [price, price - 1]}).with_columns(
        pl.lit(value, columns[name].dtype).alias(name) for name, value in facts.items()
    )


def _put(home: Path, step: str) -> None:
    """Put a fetch into the raw cache, as if it had been taken in on its day."""
    source = "brent" if step in ("small", "named") else "imf_imts"
    again = LAST.replace(year=LAST.year - AGAIN_MONTHS // 12)
    rows = (
        oil(70.1 if step == "small" else 70.2)
        if source == "brent"
        else trade(FIRST, 0)
        if step == "first"
        else trade(again, 0.01)
    )
    body = io.BytesIO()
    rows.write_parquet(body, compression="lz4")
    cache = Cache(home / "raw", source)
    moment = datetime.combine(FETCHED[step], datetime.min.time(), UTC) + timedelta(hours=8)
    item = Item("rows", "https://example.org/rows", cache.keep_bytes(body.getvalue()), moment.isoformat())
    cache.add_fetch(moment.strftime("%Y%m%dT%H%M%S"), [item])


def _refresh(home: Path, step: str) -> dict[str, Any]:
    """The refresh of what lies in the raw cache, with the seconds of its stages; `named` leaves the shipped files."""
    stages: dict[str, float] = {}
    at, doing = time.perf_counter(), "reading"

    def note(step: Step) -> None:
        nonlocal at, doing
        now = time.perf_counter()
        stages[doing] = stages.get(doing, 0.0) + now - at
        at, doing = now, "reading" if step.source else step.doing

    shipped = tuple(source for source in SOURCES if source.complete) if step != "named" else ()
    report = refresh((*shipped, _Imts(), _Brent()), Settings(home=home), progress=note)
    return {"stages": stages, "rows": sum(report.rows.values()), "outcome": report.outcome, "failed": report.failed}


def _verb(home: Path, verb: str) -> dict[str, Any]:
    """A verb of the command line, as a maintainer runs it; what it prints is thrown away."""
    import os
    from contextlib import redirect_stderr, redirect_stdout

    from pipelines.cli import app, run

    os.environ["TRADEWAKE_HOME"] = str(home)
    arguments = [verb]
    if verb == "diff":
        from pipelines.store import builds

        arguments += [build.build_id for build in reversed(builds(home / "store")[:2])]
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()) as said:
        try:
            run(app, arguments)
        except SystemExit as left:
            return {"exit_code": left.code, "said": said.getvalue()[-300:]}
    return {}


def questions() -> dict[str, Callable[[Any], Any]]:
    """Every question that the pages ask of trade and of what the store holds, by name."""
    from dashboard.queries import catalogue, coverage
    from dashboard.queries import trade as asked

    return {
        "trade.series, one partner": lambda s: asked.series(s, reporter="USA", partners=["RUS"], flow="total"),
        "trade.series, IMTS, one partner": lambda s: asked.series(
            s, reporter="DEU", partners=["RUS"], flow="total", source="imf_imts"
        ),
        "trade.series, IMTS, all partners": lambda s: asked.series(
            s, reporter="CHN", partners=None, flow="export", source="imf_imts", start=date(2018, 1, 1)
        ),
        "trade.series, IMTS, years": lambda s: asked.series(
            s, reporter="CHN", partners=None, flow="total", source="imf_imts", frequency="A"
        ),
        "trade.series, as known on": lambda s: asked.series(
            s, reporter="DEU", partners=["RUS"], flow="import", source="imf_imts", known_on=date(2026, 10, 1)
        ),
        "trade.coverage": asked.coverage,
        "trade.coverage, every product": lambda s: asked.coverage(s, product=None),
        "trade.partners": lambda s: asked.partners(s, reporter="USA", source="census"),
        "trade.partners, IMTS": lambda s: asked.partners(s, reporter="DEU", source="imf_imts"),
        "trade.default_source": lambda s: asked.default_source(s, "DEU", "M"),
        "trade.first_known": lambda s: asked.first_known(s, reporter="USA", source="census"),
        "trade.vintages": lambda s: asked.vintages(s, reporter="USA", partner="RUS", flow="total", year=2022),
        "catalogue.last_observations": catalogue.last_observations,
        "coverage.by_source": coverage.by_source,
        "coverage.trade_ends": coverage.trade_ends,
        "coverage.products": coverage.products,
        "coverage.macro_ends": coverage.macro_ends,
        "coverage.months_by_vintage": lambda s: coverage.months_by_vintage(
            s, reporter="USA", partner="RUS", source="census"
        ),
    }


def _ask(home: Path, repeat: int) -> dict[str, Any]:
    """Median milliseconds of each question, from a store that has not been asked it before."""
    from pipelines import store as stores

    opened = stores.current_store(home / "store")
    found = {}
    for name, ask in questions().items():
        times = []
        for _ in range(repeat):
            new = stores.Store(opened.build, opened._connection)
            start = time.perf_counter()
            ask(new)
            times.append((time.perf_counter() - start) * 1e3)
        found[name] = middle(times)
    return {"ms": found}


def measure(place: Workplace) -> list[Table]:
    """The three refreshes one after another, the verbs, then the questions on the store of shipped figures beside."""
    home = place.home("big")
    child("benchmarks.build_work", "tradewake", str(home))
    rows: list[list[Any]] = []
    for step, words in _STEPS.items():
        child("benchmarks.refresh_big", "put", str(home), step)
        one = child("benchmarks.refresh_big", "refresh", str(home), step)
        rows.append([words, one["seconds"], one["cpu"], one["peak_mb"], AIMS[step], *_stages(one["stages"])])
    for verb in ("check", "status", "diff"):
        one = child("benchmarks.refresh_big", "verb", str(home), verb)
        rows.append([f"tradewake {verb}", one["seconds"], one["cpu"], one["peak_mb"], *[None] * 5])
    asked = [child("benchmarks.refresh_big", "ask", str(at), str(place.repeat))["ms"] for at in (place.built(), home)]
    columns = ["", "seconds", "CPU seconds", "peak MB", "aim s", "reading", "vintages", "checking", "writing"]
    return [
        Table("Refreshes and verbs with four million rows of the IMF's trade", columns, rows, "Imports left out."),
        Table(
            "Questions of the pages, milliseconds",
            ["question", "shipped figures", "with the IMF's four million rows"],
            [[name, asked[0][name], asked[1][name]] for name in asked[1]],
            f"Medians of {place.repeat}; from a store that has answered nothing yet. Aim: {QUESTION_AIM_MS:g} ms.",
        ),
    ]


def _stages(stages: dict[str, float]) -> list[float]:
    return [stages.get(name, 0.0) for name in ("reading", "putting vintages together", "checking", "writing the build")]


_STEPS = {
    "first": "first refresh: four million rows come",
    "later": "later refresh: 36 months again, 1% revised",
    "small": "all sources, two months of oil are new",
    "named": "the one source alone, by name",
}


def main() -> None:
    """`python -m benchmarks.refresh_big put|refresh|verb|ask HOME [WHAT]`: one task, as JSON on the last line."""
    task, home = sys.argv[1], Path(sys.argv[2])
    if task == "put":
        _put(home, sys.argv[3])
        print("{}")
        return
    start, used = time.perf_counter(), time.process_time()
    if task == "refresh":
        found = _refresh(home, sys.argv[3])
    elif task == "verb":
        found = _verb(home, sys.argv[3])
    else:
        found = _ask(home, int(sys.argv[3]))
    found |= {"seconds": time.perf_counter() - start, "cpu": time.process_time() - used}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    print(json.dumps(found | {"peak_mb": peak}))


if __name__ == "__main__":
    main()
