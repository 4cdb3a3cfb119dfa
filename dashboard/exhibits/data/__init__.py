"""Exhibits of the data page: how fresh the sources are, what the last refresh revised, how years were revised."""

from __future__ import annotations

from dashboard.exhibits.base import Spec
from dashboard.exhibits.data import (
    changelog as data_changelog,
)
from dashboard.exhibits.data import (
    freshness as data_freshness,
)
from dashboard.exhibits.data import (
    vintages as data_vintages,
)

SPECS: tuple[Spec, ...] = (*data_freshness.SPECS, *data_changelog.SPECS, *data_vintages.SPECS)
