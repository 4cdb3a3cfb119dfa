"""Each table held to its contract."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from pipelines.checks.finding import Finding, Frames
from pipelines.schema import TABLES


def contract(frames: Frames) -> list[Finding]:
    """Hold every frame to its contract; one failing finding per table and rule, with the count and an example key."""
    findings: list[Finding] = []
    for name, schema in TABLES.items():
        if name not in frames:
            findings.append(Finding("fail", "contract", name, f"The table {name} is missing.", 0))
            continue
        frame = frames[name]
        shape = _shape(name, schema, frame)
        if shape is not None:
            findings.append(shape)
            continue
        result = schema.filter(frame)
        counts = result.failure.counts()
        if counts:
            details = result.failure.details()
            for rule, rows in sorted(counts.items()):
                example = (
                    details.filter(pl.col(rule) == "invalid") if rule in details.columns else result.failure.invalid()
                )
                sentence = (
                    f"{name}: {rows:,} rows break the rule {_rule_name(rule)}, for example {_key_of(example, schema)}."
                )
                findings.append(Finding("fail", "contract", name, sentence, rows))
    return findings


def _shape(name: str, schema: type[dy.Schema], frame: pl.DataFrame) -> Finding | None:
    missing = [column for column in schema.column_names() if column not in frame.columns]
    if missing:
        return Finding("fail", "contract", name, f"{name} has no column {', '.join(missing)}.", frame.height)
    for column, facts in schema.columns().items():
        if frame.schema[column] != facts.dtype:
            kind = f"{name}.{column} is {frame.schema[column]} instead of {facts.dtype}."
            return Finding("fail", "contract", name, kind, frame.height)
    return None


def _rule_name(rule: str) -> str:
    names = {"primary_key": "that its key is unique", "nullability": "that it is not empty", "min": "of its minimum"}
    column, _, kind = rule.rpartition("|")
    said = (names | {"regex": "of its form", "min_length": "that it is not blank"}).get(kind, kind)
    return f"{said} ({column})" if column else said


def _key_of(rows: pl.DataFrame, schema: type[dy.Schema]) -> str:
    row = rows.row(0, named=True)
    return " ".join(str(row[column]) for column in schema.primary_key())
