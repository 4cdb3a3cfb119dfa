"""Public: the tables' contracts and the words they use."""

from __future__ import annotations

from pipelines.schema.tables import BITEMPORAL, SORT_ORDER, TABLES, TABLES_VERSION

__all__ = ["BITEMPORAL", "SORT_ORDER", "TABLES", "TABLES_VERSION"]
