"""What the build section times, in a process of its own: `tradewake HOME` or `bare FOLDER`."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any


class _Clock:
    """Seconds on the wall and of the processor (all threads) since it was made."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def read(self) -> dict[str, float]:
        """What has passed."""
        return {"seconds": time.perf_counter() - self._wall, "cpu": time.process_time() - self._cpu}


def tradewake(home: Path) -> dict[str, Any]:
    """The whole walk: read, check, chain vintages, hold to contract, write, publish."""
    from pipelines.refresh import refresh
    from pipelines.settings import Settings
    from pipelines.sources import SOURCES

    clock = _Clock()
    report = refresh(SOURCES, Settings(home=home), force=True)
    return clock.read() | {"stored": sum(report.rows.values())}


def bare(folder: Path) -> dict[str, Any]:
    """The same files, scanned and written as Parquet, with nothing checked and nothing joined."""
    import polars as pl

    from pipelines.settings import shipped_data

    clock = _Clock()
    for path in files(shipped_data()):
        scan = pl.scan_parquet if path.suffix == ".parquet" else pl.scan_csv
        scan(path).sink_parquet(folder / f"{path.stem}.parquet")
    return clock.read()


def files(data: Path) -> list[Path]:
    """The shipped tables."""
    return [path for path in sorted((data / "snapshot").iterdir()) if path.suffix in (".csv", ".parquet")]


def rows() -> dict[str, Any]:
    """How many rows the shipped tables hold, and how many bytes."""
    import polars as pl

    from pipelines.settings import shipped_data

    every = files(shipped_data())
    count = sum(
        (pl.scan_parquet if path.suffix == ".parquet" else pl.scan_csv)(path).select(pl.len()).collect().item()
        for path in every
    )
    return {"rows": count, "bytes": sum(path.stat().st_size for path in every)}


if __name__ == "__main__":
    what = sys.argv[1]
    found = rows() if what == "rows" else (tradewake if what == "tradewake" else bare)(Path(sys.argv[2]))
    # Linux gives kilobytes, macOS bytes.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    print(json.dumps(found | {"peak_mb": peak}))
