"""Exhibits of the impact page: growth, level, gap to the path, forecasts and outcome, inflation, exposure."""

from __future__ import annotations

from dashboard.exhibits import impact_exposure, impact_forecast, impact_gap, impact_growth, impact_level
from dashboard.exhibits.base import Spec

SPECS: tuple[Spec, ...] = (
    *impact_growth.SPECS,
    *impact_level.SPECS,
    *impact_gap.SPECS,
    *impact_forecast.SPECS,
    *impact_exposure.SPECS,
)
