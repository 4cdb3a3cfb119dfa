"""Exhibits of the timing page."""

from __future__ import annotations

from dashboard.exhibits.base import Spec

SPECS: tuple[Spec, ...] = ()
