"""Exhibits of the overview: the one picture."""

from __future__ import annotations

from dashboard.exhibits.base import Spec

SPECS: tuple[Spec, ...] = ()
