"""Public: the tables' contracts and the words they use."""

from __future__ import annotations

from pipelines.schema.tables import BITEMPORAL, SCHEMA_VERSION, SORT_ORDER, TABLES

__all__ = ["BITEMPORAL", "SCHEMA_VERSION", "SORT_ORDER", "TABLES"]
