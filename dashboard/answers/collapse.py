"""The answer of `tradewake data collapse`: one row a partner, those that cannot be measured with the reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Literal

import polars as pl

from dashboard import words
from dashboard.analysis.errors import AnalysisError
from dashboard.answers.checked import checked_areas
from dashboard.answers.trade import TradeOptions, trade_note, trade_series
from dashboard.params import CurrencyWord
from dashboard.studies import collapse as study
from dashboard.studies.collapse import AFTER_MONTHS, BEFORE_MONTHS, BEFORE_YEARS, CollapseQuery
from dashboard.studies.rounding import Change
from dashboard.studies.series import TradeSeries
from pipelines.errors import UsageError
from pipelines.store import Store

NOT_MEASURED = "not measured"
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
    currency: CurrencyWord = "reported",
) -> pl.DataFrame:
    """Collapse and both rebounds around an event, one row a partner, measured as `dashboard.analysis.collapse` says.

    `before` counts months, or years with `annual`; None is 24 months or 5 years. `after` (None is 36 months) belongs
    to months, `horizon` (a year; None is the last complete one) to years. Money stands in `peak`, `trough` and `now`,
    in `currency`; columns that end in _usd hold dollars or nothing, in _low and _high what
    rounding leaves of a share. Partners that cannot be measured have state
    "not measured", the reason in `notes` and no figures.

    Raises:
        UsageError: an unknown area, an option of the other measure, or nothing can be measured; the sentence says why.
    """
    if annual and after is not None:
        raise UsageError("--after counts months; with --annual name the last year looked at with --horizon.")
    if not annual and horizon is not None:
        raise UsageError("--horizon is a year for --annual; without it say how many months to search with --after.")
    asked = TradeOptions(
        reporter, partner, flow, "A" if annual else "M", source=source, known_on=known_on, currency=currency
    )
    series = trade_series(store, asked)
    if series.is_empty:
        raise UsageError(trade_note(store, asked))
    query = CollapseQuery(
        reporter=reporter,
        partner="",
        flow=flow,
        event=event,
        before_months=BEFORE_MONTHS if before is None else before,
        after_months=AFTER_MONTHS if after is None else after,
        before_years=BEFORE_YEARS if before is None else before,
        horizon=horizon,
    )
    measure = _by_years if annual else _by_months
    measured, refused = _measured(store, series, query, partner, measure)
    if not measured:
        raise UsageError(_why_none(refused))
    facts = {"reporter": series.frame["reporter"][0], "flow": flow, "currency": series.currency}
    return _table(measured, refused, facts, "years_to_trough" if annual else "months_to_trough")


Measure = Callable[[TradeSeries, CollapseQuery], dict[str, Any]]


def _measured(
    store: Store, series: TradeSeries, query: CollapseQuery, partner: str, measure: Measure
) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """Rows by partner, and the reason for each partner that cannot be measured."""
    lines = {line.partner: line for line in series.lines()}
    measured: dict[str, dict[str, Any]] = {}
    refused: dict[str, str] = {}
    for code in dict.fromkeys(checked_areas(store, partner) or sorted(lines)):
        if code not in lines:
            refused[code] = "The store has no figures with this partner."
            continue
        try:
            row = measure(lines[code], query)
        except AnalysisError as error:
            refused[code] = str(error)
            continue
        measured[code] = {"partner": code} | row | {"source": lines[code].sources[0]}
    return measured, refused


def _by_months(line: TradeSeries, query: CollapseQuery) -> dict[str, Any]:
    result = study.by_months(line, query)
    return result.row() | _band_columns(study.bands(line.trusted(), result))


def _by_years(line: TradeSeries, query: CollapseQuery) -> dict[str, Any]:
    result = study.by_years(line, query)
    return result.row() | _band_columns(study.bands(line.whole().trusted(), result))


def _band_columns(bands: tuple[Change, Change, Change]) -> dict[str, Any]:
    """What rounding alone leaves of the three shares: lowest and highest, empty where there is no end."""
    named = zip(("depth", "rebound_from_trough", "share_regained"), bands, strict=True)
    return {f"{name}_{end}": getattr(band, end) for name, band in named for end in ("low", "high")}


def _why_none(refused: dict[str, str]) -> str:
    """Why no partner could be measured; of several, the first three."""
    if len(refused) == 1:
        return next(iter(refused.values()))
    shown = " ".join(f"{code}: {why}" for code, why in list(refused.items())[:3])
    return f"None of the {len(refused)} partners can be measured. {shown}"


def _table(
    measured: dict[str, dict[str, Any]], refused: dict[str, str], facts: dict[str, Any], steps: str
) -> pl.DataFrame:
    """Measured rows first taken for the types, then every partner in the order of its code."""
    first = ["reporter", "partner", "flow", "peak_period", "peak_usd", "trough_period", "trough_usd", "depth", steps]
    first += ["half_fall", "rebound_from_trough", "share_regained", "state", "currency", "peak", "trough"]
    known = pl.DataFrame([facts | row for row in measured.values()], infer_schema_length=None)
    numbers = [name for name in known.columns if name.endswith(("_usd", "_low", "_high"))]
    known = known.with_columns(pl.col(numbers).cast(pl.Float64))
    missing = pl.DataFrame(
        [facts | {"partner": code, "state": NOT_MEASURED, "notes": why} for code, why in refused.items()],
        schema={name: known.schema[name] for name in ("reporter", "flow", "currency", "partner", "state", "notes")},
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
