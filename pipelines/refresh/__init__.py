"""One refresh over all sources: fetch, parse, correct, hold to contract, check, publish. All of it or nothing."""

from __future__ import annotations

from pipelines.refresh.lock import locked
from pipelines.refresh.report import LAST_REFRESH, Progress, RefreshReport, Step
from pipelines.refresh.run import FIRST_RUN_PATIENCE_SECONDS, ensure_store, pick, refresh

__all__ = [
    "FIRST_RUN_PATIENCE_SECONDS",
    "LAST_REFRESH",
    "Progress",
    "RefreshReport",
    "Step",
    "ensure_store",
    "locked",
    "pick",
    "refresh",
]
