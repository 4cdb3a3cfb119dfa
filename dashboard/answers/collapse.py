"""The answer of `tradewake data collapse`: one row a partner, those that cannot be measured with the reason."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import polars as pl

from dashboard import words
from dashboard.analysis.collapse import collapse_and_rebound, collapse_and_rebound_annual
from dashboard.analysis.collapse_annual import complete_years
from dashboard.analysis.errors import AnalysisError
from dashboard.answers.tables import checked_areas, trade_answer, trade_note
from pipelines.errors import UsageError
from pipelines.store import Store

NOT_MEASURED = "not measured"
BEFORE_MONTHS, AFTER_MONTHS, BEFORE_YEARS = 24, 36, 5
_MOST_NAMED = 12


def collapse_answer(
    store: Store,
    *,
    reporter: str,
    partner: str,
    flow: Literal["export", "import", "total"],
    event: date,
    before: int | None,
    after: int | None,
    annual: bool,
    horizon: int | None,
    source: str | None,
    known_on: date | None,
) -> pl.DataFrame:
    """Collapse and both rebounds around an event, one row a partner, measured as `dashboard.analysis.collapse` says.

    `before` counts months, or years with `annual`; None is 24 months or 5 years. `after` (None is 36 months) belongs
    to months, `horizon` (a year; None is the last complete one) to years. Partners that cannot be measured have state
    "not measured", the reason in `notes` and no figures.

    Raises:
        UsageError: an unknown area, an option of the other measure, or nothing can be measured; the sentence says why.
    """
    if annual and after is not None:
        raise UsageError("--after counts months; with --annual name the last year looked at with --horizon.")
    if not annual and horizon is not None:
        raise UsageError("--horizon is a year for --annual; without it say how many months to search with --after.")
    rows = trade_answer(
        store,
        reporter=reporter,
        partner=partner,
        flow=flow,
        frequency="A" if annual else "M",
        product="TOTAL",
        source=source,
        start=None,
        end=None,
        known_on=known_on,
    )
    if rows.is_empty():
        raise UsageError(trade_note(store, reporter, source, known_on))
    series = {str(key): part for (key,), part in rows.partition_by("partner", as_dict=True).items()}
    asked = {"reporter": rows["reporter"].to_list()[0], "flow": flow}
    measured: dict[str, dict[str, Any]] = {}
    refused: dict[str, str] = {}
    for code in dict.fromkeys(checked_areas(store, partner) or sorted(series)):
        if code not in series:
            refused[code] = "The store has no figures with this partner."
            continue
        part = series[code]
        try:
            row = _by_years(part, event, before, horizon) if annual else _by_months(part, event, before, after)
        except AnalysisError as error:
            refused[code] = str(error)
            continue
        measured[code] = asked | {"partner": code} | row | {"source": part["source"].to_list()[0]}
    if not measured:
        raise UsageError(_why_none(refused))
    return _table(measured, refused, asked, "years_to_trough" if annual else "months_to_trough")


def _by_months(part: pl.DataFrame, event: date, before: int | None, after: int | None) -> dict[str, Any]:
    return collapse_and_rebound(
        part.select("period", "value_usd"),
        event=event,
        before_months=BEFORE_MONTHS if before is None else before,
        after_months=AFTER_MONTHS if after is None else after,
    ).row()


def _by_years(part: pl.DataFrame, event: date, before: int | None, horizon: int | None) -> dict[str, Any]:
    years = complete_years(part.with_columns(frequency=pl.lit("A")))
    if years.is_empty():
        raise AnalysisError("There is no complete year.")
    last = max(years["period"].to_list()[-1].year, event.year) if horizon is None else horizon
    return collapse_and_rebound_annual(
        years, event_year=event.year, before_years=BEFORE_YEARS if before is None else before, horizon=last
    ).row()


def _why_none(refused: dict[str, str]) -> str:
    """Why no partner could be measured; of several, the first three."""
    if len(refused) == 1:
        return next(iter(refused.values()))
    shown = " ".join(f"{code}: {why}" for code, why in list(refused.items())[:3])
    return f"None of the {len(refused)} partners can be measured. {shown}"


def _table(
    measured: dict[str, dict[str, Any]], refused: dict[str, str], asked: dict[str, Any], steps: str
) -> pl.DataFrame:
    """Measured rows first taken for the types, then every partner in the order of its code."""
    first = [
        "reporter",
        "partner",
        "flow",
        "peak_period",
        "peak_usd",
        "trough_period",
        "trough_usd",
        "depth",
        steps,
        "half_fall",
        "rebound_from_trough",
        "share_regained",
        "state",
    ]
    known = pl.DataFrame(list(measured.values()), infer_schema_length=None)
    missing = pl.DataFrame(
        [asked | {"partner": code, "state": NOT_MEASURED, "notes": why} for code, why in refused.items()],
        schema={name: known.schema[name] for name in ("reporter", "flow", "partner", "state", "notes")},
    )
    return pl.concat([known, missing], how="diagonal").select(*first, pl.exclude(*first)).sort("partner")


def left_out(rows: pl.DataFrame) -> str | None:
    """One sentence on the partners of an answer that could not be measured; None if all could."""
    missing = rows.filter(pl.col("state") == NOT_MEASURED)
    if missing.is_empty():
        return None
    codes = missing["partner"].to_list()
    if len(codes) == 1:
        return f"{codes[0]} cannot be measured: {missing['notes'].to_list()[0]}"
    named = codes if len(codes) <= _MOST_NAMED else [*codes[:_MOST_NAMED], f"{len(codes) - _MOST_NAMED} more"]
    return f"{words.listing(named)} cannot be measured; the column notes says why."
