"""Exhibits of the trade page."""

from __future__ import annotations

from dashboard.exhibits import (
    trade_collapse,
    trade_collapse_table,
    trade_diversion,
    trade_main_partners,
    trade_multiples,
    trade_over_time,
    trade_totals,
    trade_transit,
)
from dashboard.exhibits.base import Spec

SPECS: tuple[Spec, ...] = (
    *trade_over_time.SPECS,
    *trade_collapse.SPECS,
    *trade_collapse_table.SPECS,
    *trade_multiples.SPECS,
    *trade_diversion.SPECS,
    *trade_transit.SPECS,
    *trade_totals.SPECS,
    *trade_main_partners.SPECS,
)
