"""Exhibits of the timing page."""

from __future__ import annotations

from dashboard.exhibits.base import Spec
from dashboard.exhibits.timing_breaks import SPEC as BREAKS
from dashboard.exhibits.timing_catalogue import SPEC as CATALOGUE
from dashboard.exhibits.timing_confounders import SPEC as CONFOUNDERS
from dashboard.exhibits.timing_event_time import SPEC as EVENT_TIME
from dashboard.exhibits.timing_listings import SPEC as LISTINGS
from dashboard.exhibits.timing_measure import SPEC as MEASURE
from dashboard.exhibits.timing_names import SPEC as NAMES
from dashboard.exhibits.timing_register import SPEC as REGISTER
from dashboard.exhibits.timing_register_whole import SPEC as WHOLE
from dashboard.exhibits.timing_test import SPEC as TEST
from dashboard.exhibits.timing_tests import SPEC as TESTS

SPECS: tuple[Spec, ...] = (
    REGISTER,
    MEASURE,
    EVENT_TIME,
    TEST,
    TESTS,
    BREAKS,
    CONFOUNDERS,
    LISTINGS,
    NAMES,
    CATALOGUE,
    WHOLE,
)
