"""Exhibits of the overview."""

from __future__ import annotations

from dashboard.exhibits.base import Spec
from dashboard.exhibits.overview import at_a_glance, subject

SPECS: tuple[Spec, ...] = (*at_a_glance.SPECS, *subject.SPECS)
