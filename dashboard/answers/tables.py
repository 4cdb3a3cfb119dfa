"""The store's questions as tables: what `tradewake data QUESTION` answers.

Each answer is a sorted frame with the columns that `INTERFACES` promises and a few more. `known_on` answers as the
store would have on that day and uses nothing that was learned later.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from difflib import get_close_matches

import polars as pl

from dashboard.queries import catalogue, macro, register, trade
from dashboard.queries.trade import FrequencyWord, TradeFlowWord
from dashboard.studies import legacy
from pipelines.errors import UsageError
from pipelines.store import Store

ALL = "all"
_STEP_MONTHS = {"M": 1, "Q": 3, "A": 12}


def checked_area(store: Store, code: str) -> str:
    """An area code of the store, in capitals.

    Raises:
        UsageError: there is no such area; the sentence names the nearest ones.
    """
    wanted = code.strip().upper()
    names = catalogue.names(store)
    if wanted in names:
        return wanted
    table = catalogue.areas(store)
    by_name = {name.casefold(): area for area, name in names.items()}
    iso2 = dict(table.filter(pl.col("iso2").is_not_null()).select("iso2", "area").iter_rows())
    word = code.strip().casefold()
    if wanted in iso2 or word in by_name:
        near = [iso2[wanted] if wanted in iso2 else by_name[word]]
    else:
        near = [area for name, area in by_name.items() if len(word) >= 3 and name.startswith(word)]
        mixed_up = [area for area in names if sorted(area) == sorted(wanted)]
        near += sorted(mixed_up, key=lambda area: area[0] != wanted[0])
        near += get_close_matches(wanted, list(names), n=2, cutoff=0.6)
        near += [by_name[name] for name in get_close_matches(word, list(by_name), n=2, cutoff=0.7)]
    found = list(dict.fromkeys(near))[:3]
    hint = "; did you mean " + " or ".join(f"{area} ({names[area]})" for area in found) + "?" if found else "."
    raise UsageError(f"{code[:40]} is not an area{hint} `tradewake data areas` lists them all.")


def checked_areas(store: Store, text: str) -> list[str] | None:
    """Codes parted by commas; None for "all".

    Raises:
        UsageError: one of them is no area, or none is given.
    """
    if text.strip().casefold() == ALL:
        return None
    codes = [checked_area(store, part) for part in text.split(",") if part.strip()]
    if not codes:
        raise UsageError("Name at least one area, for example RUS, or all.")
    return codes


def _one_of(value: str, known: Sequence[str], what: str) -> str:
    if value in known:
        return value
    near = get_close_matches(value, known, n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]}?" if near else ""
    raise UsageError(f"There is no {what} {value[:40]!r}.{hint} Known: {', '.join(known) or 'none'}.")


def trade_answer(
    store: Store,
    *,
    reporter: str,
    partner: str,
    flow: TradeFlowWord,
    frequency: FrequencyWord,
    product: str,
    source: str | None,
    start: date | None,
    end: date | None,
    known_on: date | None,
) -> pl.DataFrame:
    """Goods trade by period and partner. `start` and `end` are widened to whole periods, so that no year is cut.

    Raises:
        UsageError: an unknown area, source or product.
    """
    code = checked_area(store, reporter)
    partners = checked_areas(store, partner)
    coverage = trade.coverage(store, product=None)
    if source is not None:
        have = coverage.filter(pl.col("reporter") == code)["source"].unique().sort().to_list()
        _one_of(source, have, f"source of {code}'s trade")
    _one_of(product, coverage["product"].unique().sort().to_list(), "product")
    rows = legacy.series(
        store,
        reporter=code,
        partners=partners,
        flow=flow,
        frequency=frequency,
        product=product,
        source=source,
        known_on=known_on,
        start=None if start is None else _floor(start, frequency),
        end=None if end is None else _ceiling(end, frequency),
    )
    first = ["period", "reporter", "partner", "flow", "product", "value_usd", "is_estimate", "is_partial", "source"]
    return rows.select(*first, "known_from", pl.exclude(*first, "known_from"))


def _floor(day: date, frequency: str) -> date:
    step = _STEP_MONTHS[frequency]
    return date(day.year, (day.month - 1) // step * step + 1, 1)


def _ceiling(day: date, frequency: str) -> date:
    first, step = _floor(day, frequency), _STEP_MONTHS[frequency]
    months = first.month - 1 + step
    return date(first.year + months // 12, months % 12 + 1, 1) - timedelta(days=1)


def trade_note(store: Store, reporter: str, source: str | None, known_on: date | None) -> str:
    """Why an answer on trade is empty, in one sentence."""
    code = checked_area(store, reporter)
    chosen = source or trade.default_source(store, code, "M") or trade.default_source(store, code, "A")
    asked = set(trade.coverage(store, product=None).filter(reporter=code)["source"]) & set(trade.ON_REQUEST)
    if source is None and asked:
        named = " or ".join(f"--source {name}" for name in sorted(asked))
        return f"No source that answers unasked has these figures of {code}. For your own use, try {named}."
    first = None if chosen is None else trade.first_known(store, reporter=code, source=chosen)
    if first is None:
        have = ", ".join(trade.coverage(store)["reporter"].unique().sort().to_list())
        return f"{code} reports no trade in this store. Reporters: {have}."
    if known_on is not None and known_on < first:
        return f"Nothing was known on {known_on}: the first vintage of {chosen} in this store is of {first}."
    return f"The store has no figures of {code} with these partners, periods and frequency."


def macro_answer(
    store: Store,
    *,
    area: str,
    indicator: str,
    source: str | None,
    frequency: str | None,
    start: date | None,
    end: date | None,
    forecasts: bool,
    known_on: date | None,
) -> pl.DataFrame:
    """One indicator by area, source and period.

    Raises:
        UsageError: an unknown area or indicator.
    """
    _one_of(indicator, macro.indicators(store)["indicator"].unique().sort().to_list(), "indicator")
    rows = macro.series(
        store,
        indicator=indicator,
        areas=checked_areas(store, area),
        source=source,
        frequency=frequency,
        known_on=known_on,
        start=start,
        end=end,
        forecasts=forecasts,
    )
    first = ["period", "area", "indicator", "value", "unit", "is_forecast", "source", "known_from"]
    return rows.select(*first, pl.exclude(*first))


def measures_answer(
    store: Store, *, target: str, sender: str | None, clock: str, kind: str | None, known_on: date | None
) -> pl.DataFrame:
    """Dated measures of the register; `date` is the clock that was asked for, or the nearest that the measure has.

    With `known_on`, measures that were neither announced, signed nor in effect by then are left out, and liftings
    that came later are not shown.

    Raises:
        UsageError: an unknown area, sender or type.
    """
    targets = checked_areas(store, target)
    if sender is not None:
        _one_of(sender, register.senders(store), "sender")
    rows = register.measures(
        store,
        targets=targets or (),
        senders=() if sender is None else (sender,),
        clock=clock,
        types=() if kind is None else (kind,),
    )
    if known_on is not None:
        rows = rows.filter(pl.min_horizontal("announced", "signed", "effective", "date") <= known_on).with_columns(
            pl.when(pl.col("lifted") <= known_on).then("lifted").alias("lifted")
        )
    first = [
        "measure",
        "regime",
        "sender",
        "target",
        "title",
        "types",
        "announced",
        "signed",
        "effective",
        "wind_down_end",
        "lifted",
        "precision",
        "status",
        "instrument",
        "reference",
    ]
    return rows.select(*first, pl.exclude(*first))


def listings_answer(
    store: Store, *, target: str, name: str | None, known_on: date | None, programme: str | None = None
) -> pl.DataFrame:
    """Counts of names on lists for one area. Lists count different things: never add or compare two of them.

    Programmes of one list are not to be added either: an entry may stand under several, and `all` counts it once.

    Raises:
        UsageError: an unknown area, list or programme.
    """
    if name is not None:
        _one_of(name, register.lists(store), "list")
    area = checked_area(store, target)
    rows = register.listings(store, area=area, name_of_list=name)
    if programme is not None and not rows.is_empty():
        _one_of(programme, rows["programme"].unique().sort().to_list(), "programme")
        rows = register.listings(store, area=area, name_of_list=name, programme=programme)
    if known_on is not None:
        rows = rows.filter(pl.col("known_from") <= known_on)
    first = ["period", "list", "area", "level", "added", "removed"]
    return rows.select(*first, pl.exclude(*first))


def designations_answer(
    store: Store, *, target: str, name: str | None, programme: str | None, known_on: date | None
) -> pl.DataFrame:
    """Names on lists, a row per list, entry and programme; `target` all takes every entry, tied to a country or not.

    With `known_on`, names that this store did not know by then are left out, and removals that came later not shown.
    What was taken off a list before its first fetch is nowhere; lists count differently and are never added up.

    Raises:
        UsageError: an unknown area, list or programme.
    """
    areas = checked_areas(store, target)
    if areas is not None and len(areas) > 1:
        raise UsageError("Name one area, for example RUS, or all.")
    if name is not None:
        _one_of(name, register.lists_of_names(store), "list of names")
    everything = register.designations(store, name_of_list=name)
    if programme is not None and not everything.is_empty():
        _one_of(programme, everything["programme"].unique().sort().to_list(), "programme")
    area = None if areas is None or areas == ["WLD"] else areas[0]
    rows = register.designations(store, name_of_list=name, area=area, programme=programme)
    if known_on is not None:
        rows = rows.filter(pl.col("known_from") <= known_on).with_columns(
            pl.when(pl.col("removed") <= known_on).then(pl.col(column)).alias(column)
            for column in ("removed", "removed_basis")
        )
    first = ["list", "name", "entry_kind", "programme", "listed", "listed_basis", "removed", "legal_act"]
    return rows.select(*first, pl.exclude(*first)).sort(
        "list", "listed", "name", "entry", "programme", descending=[False, True, False, False, False], nulls_last=True
    )


def designations_note(store: Store) -> str:
    """Why an answer on names is empty, in one sentence."""
    if not register.lists_of_names(store):
        return (
            "The shipped figures count names and do not hold them. Names come with a live refresh: "
            "tradewake refresh ofac eu_fsf uk_sanctions un_sc"
        )
    return "No name in the store fits; `--target all` takes entries of every country and of none."


def releases_answer(store: Store, *, source: str | None, known_on: date | None) -> pl.DataFrame:
    """Vintages that were taken in, newest first.

    Raises:
        UsageError: an unknown source.
    """
    if source is not None:
        _one_of(source, catalogue.sources(store)["source"].to_list(), "source")
    rows = catalogue.releases(store, source=source)
    if known_on is not None:
        rows = rows.filter(pl.col("published") <= known_on)
    first = ["source", "release", "published", "retrieved", "sha256", "rows"]
    return rows.select(*first, pl.exclude(*first))


def areas_answer(store: Store) -> pl.DataFrame:
    """Every area of the store by code: countries, groups and the world, historic ones with their years."""
    return catalogue.areas(store).sort("area")


def events_answer(
    store: Store, *, kind: str | None, start: date | None, end: date | None, known_on: date | None
) -> pl.DataFrame:
    """Summits, treaties, wars and laws by date.

    Raises:
        UsageError: an unknown kind.
    """
    if kind is not None:
        _one_of(kind, register.events(store)["kind"].unique().sort().to_list(), "kind of event")
    last = end if known_on is None else min(end or known_on, known_on)
    return register.events(store, kinds=() if kind is None else (kind,), start=start, end=last)
