"""Exhibits of the register: the measures as a timeline, one measure opened, the whole register, the programmes."""

from __future__ import annotations

from dashboard.exhibits.base import Spec
from dashboard.exhibits.register.catalogue import SPEC as CATALOGUE
from dashboard.exhibits.register.measure import SPEC as MEASURE
from dashboard.exhibits.register.timeline import SPEC as TIMELINE
from dashboard.exhibits.register.whole import SPEC as WHOLE

SPECS: tuple[Spec, ...] = (TIMELINE, MEASURE, CATALOGUE, WHOLE)
