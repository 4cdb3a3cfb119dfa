"""Exhibits on what trade did around the dates of measures."""

from __future__ import annotations

from dashboard.exhibits.base import Spec
from dashboard.exhibits.timing.after_relief import SPEC as AFTER_RELIEF
from dashboard.exhibits.timing.breaks import SPEC as BREAKS
from dashboard.exhibits.timing.confounders import SPEC as CONFOUNDERS
from dashboard.exhibits.timing.event_time import SPEC as EVENT_TIME
from dashboard.exhibits.timing.every_measure import SPEC as EVERY_MEASURE
from dashboard.exhibits.timing.ordinary_dates import SPEC as ORDINARY_DATES

SPECS: tuple[Spec, ...] = (EVENT_TIME, ORDINARY_DATES, EVERY_MEASURE, AFTER_RELIEF, BREAKS, CONFOUNDERS)
