"""Exhibits of the impact page: growth, level, gap to the path, forecasts and outcome, inflation, exposure."""

from __future__ import annotations

from dashboard.exhibits.base import Spec
from dashboard.exhibits.impact import (
    exposure as impact_exposure,
)
from dashboard.exhibits.impact import (
    forecast as impact_forecast,
)
from dashboard.exhibits.impact import (
    gap as impact_gap,
)
from dashboard.exhibits.impact import (
    growth as impact_growth,
)
from dashboard.exhibits.impact import (
    level as impact_level,
)

SPECS: tuple[Spec, ...] = (
    *impact_growth.SPECS,
    *impact_level.SPECS,
    *impact_gap.SPECS,
    *impact_forecast.SPECS,
    *impact_exposure.SPECS,
)
