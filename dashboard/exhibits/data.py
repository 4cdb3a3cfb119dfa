"""Exhibits of the data page: how fresh the sources are, and how published years were revised."""

from __future__ import annotations

from dashboard.exhibits import data_freshness, data_vintages
from dashboard.exhibits.base import Spec

SPECS: tuple[Spec, ...] = (*data_freshness.SPECS, *data_vintages.SPECS)
