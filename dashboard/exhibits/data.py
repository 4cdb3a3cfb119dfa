"""Exhibits of the data page: how fresh the sources are, what the last refresh revised, how years were revised."""

from __future__ import annotations

from dashboard.exhibits import data_changelog, data_freshness, data_vintages
from dashboard.exhibits.base import Spec

SPECS: tuple[Spec, ...] = (*data_freshness.SPECS, *data_changelog.SPECS, *data_vintages.SPECS)
