"""Exhibits of the trade page."""

from __future__ import annotations

from dashboard.exhibits.base import Spec
from dashboard.exhibits.trade import (
    collapse as trade_collapse,
)
from dashboard.exhibits.trade import (
    collapse_table as trade_collapse_table,
)
from dashboard.exhibits.trade import (
    eu_transit as trade_transit,
)
from dashboard.exhibits.trade import (
    multiples as trade_multiples,
)
from dashboard.exhibits.trade import (
    over_time as trade_over_time,
)
from dashboard.exhibits.trade import (
    partners_map as trade_map,
)
from dashboard.exhibits.trade import (
    russia_partners as trade_diversion,
)
from dashboard.exhibits.trade import (
    target_partners as trade_main_partners,
)
from dashboard.exhibits.trade import (
    target_totals as trade_totals,
)

SPECS: tuple[Spec, ...] = (
    *trade_over_time.SPECS,
    *trade_collapse.SPECS,
    *trade_collapse_table.SPECS,
    *trade_map.SPECS,
    *trade_multiples.SPECS,
    *trade_diversion.SPECS,
    *trade_transit.SPECS,
    *trade_totals.SPECS,
    *trade_main_partners.SPECS,
)
