"""Exhibits of the impact page."""

from __future__ import annotations

from dashboard.exhibits.base import Spec

SPECS: tuple[Spec, ...] = ()
