"""Exhibits of names on sanctions lists: how many, and who."""

from __future__ import annotations

from dashboard.exhibits.base import Spec
from dashboard.exhibits.designations.counts import SPEC as COUNTS
from dashboard.exhibits.designations.names import SPEC as NAMES

SPECS: tuple[Spec, ...] = (COUNTS, NAMES)
