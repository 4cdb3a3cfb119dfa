"""What came over what stood: live windows, shipped files given anew, silent revisions; frames of a few rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
import pytest

from pipelines.errors import ParseError
from pipelines.normalise.assemble import assemble
from pipelines.normalise.corrections import Correction
from pipelines.schema import TABLES
from tests.dashboard.tiny import frame, macro, months

Frames = dict[str, pl.DataFrame]
JAN, FEB, MAR = (date(2024, month, 1) for month in (1, 2, 3))
DAY, NEXT, THIRD = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


def _fetch(
    *rows: dict[str, Any],
    release: str = "r-1",
    retrieved: date = DAY,
    series: Sequence[dict[str, Any]] = (),
    **more: Any,
) -> Frames:
    """What a source sent, each table without the columns that assemble adds."""
    told = {"release": release, "source": "census", "title": "t", "published": DAY, "published_precision": "day"}
    tables = {"trade_flow": [row | {"release": release} for row in rows], "macro": series} | more
    given = {name: frame(name, list(held)) for name, held in tables.items()}
    whole = {name: held.drop("known_to", strict=False) for name, held in given.items()}
    return whole | {"release": frame("release", [told | {"retrieved": retrieved}]).drop("origin")}


def _trade(values: Mapping[date, float], known_from: date = DAY, **more: Any) -> list[dict[str, Any]]:
    return months(values, known_from=known_from, **more)


def _after(*steps: tuple[str, Frames], live: Sequence[str] = ("live",)) -> Frames:
    before: Frames = {}
    for source, frames in steps:
        before, _ = assemble({source: [frames]}, before, live, [])
    return before


def _told(build: Frames) -> list[tuple[Any, ...]]:
    rows = build["trade_flow"].sort("partner", "period", "known_from")
    return rows.select("period", "value_usd", "known_from", "known_to").rows()


def test_a_live_window_stands_beside_what_was_there() -> None:
    build = _after(
        ("live", _fetch(*_trade({JAN: 1.0, FEB: 2.0}))), ("live", _fetch(*_trade({FEB: 3.0}, NEXT), release="r-2"))
    )
    assert _told(build) == [(JAN, 1.0, DAY, None), (FEB, 2.0, DAY, NEXT), (FEB, 3.0, NEXT, None)]
    assert sorted(build["release"].select("release", "origin").rows()) == [("r-1", "live"), ("r-2", "live")]


def test_a_figure_that_reads_the_same_stays_as_it_is() -> None:
    again = _fetch(*_trade({JAN: 1.0}), release="r-2", retrieved=NEXT)
    build = _after(("live", _fetch(*_trade({JAN: 1.0}))), ("live", again))
    assert _told(build) == [(JAN, 1.0, DAY, None)]
    assert build["trade_flow"]["release"].to_list() == ["r-1"]


def test_a_silent_revision_is_known_from_the_day_it_was_fetched() -> None:
    again = _fetch(*_trade({JAN: 5.0}), release="r-2", retrieved=NEXT)
    build = _after(("live", _fetch(*_trade({JAN: 1.0}))), ("live", again))
    assert _told(build) == [(JAN, 1.0, DAY, NEXT), (JAN, 5.0, NEXT, None)]


def test_a_changed_estimate_mark_alone_is_a_revision_too() -> None:
    again = _fetch(*_trade({JAN: 1.0}, is_estimate=True), release="r-2", retrieved=NEXT)
    build = _after(("live", _fetch(*_trade({JAN: 1.0}))), ("live", again))
    assert [row[2] for row in _told(build)] == [DAY, NEXT]


def test_two_fetches_of_one_day_are_one_vintage_the_later_one() -> None:
    build = _after(
        ("live", _fetch(*_trade({JAN: 1.0, FEB: 2.0}))), ("live", _fetch(*_trade({JAN: 5.0}), release="r-2"))
    )
    assert _told(build) == [(JAN, 5.0, DAY, None), (FEB, 2.0, DAY, None)]


def test_a_figure_that_is_new_keeps_the_day_that_its_source_states() -> None:
    build = _after(
        ("live", _fetch(*_trade({JAN: 1.0}))),
        ("live", _fetch(*_trade({MAR: 9.0}), release="r-2", retrieved=NEXT)),
    )
    assert _told(build) == [(JAN, 1.0, DAY, None), (MAR, 9.0, DAY, None)]


def test_euros_decide_whether_a_figure_was_revised_where_there_are_euros() -> None:
    """Dollars are made of euros: they move with the rate, and that is no word of the source."""
    rate = macro("EMU", {2024: 1.0}, indicator="usd_per_eur", frequency="M", source="ecb_fx", release="r-1")
    series = [row | {"period": JAN, "value": 1.1} for row in rate]
    first = _fetch(*_trade({JAN: 5.0}, value_eur=4.0), series=series)
    again = _fetch(*_trade({JAN: 6.0}, value_eur=4.0), release="r-2", retrieved=NEXT, series=series)
    assert [row[:2] for row in _told(_after(("live", first), ("live", again)))] == [(JAN, 5.0)]


def test_a_source_that_gives_all_of_its_rows_loses_what_it_no_longer_gives() -> None:
    build = _after(
        ("shipped", _fetch(*_trade({JAN: 1.0, FEB: 2.0}))),
        ("shipped", _fetch(*_trade({FEB: 2.0}, NEXT), release="r-2")),
    )
    assert _told(build) == [(FEB, 2.0, NEXT, None)]
    assert build["release"]["release"].to_list() == ["r-2"]


def test_rows_of_a_source_that_gave_nothing_now_stay() -> None:
    build = _after(
        ("shipped", _fetch(*_trade({JAN: 1.0}))),
        ("live", _fetch(*_trade({FEB: 2.0}), release="r-2")),
        ("other", _fetch(*_trade({MAR: 3.0}), release="r-3")),
    )
    assert [row[:2] for row in _told(build)] == [(JAN, 1.0), (FEB, 2.0), (MAR, 3.0)]
    assert sorted(build["release"]["origin"]) == ["live", "other", "shipped"]


def test_of_one_figure_of_one_day_the_live_word_stands() -> None:
    build = _after(
        ("live", _fetch(*_trade({JAN: 1.0}))),
        ("shipped", _fetch(*_trade({JAN: 7.0, FEB: 8.0}), release="r-2")),
    )
    assert [row[:2] for row in _told(build)] == [(JAN, 1.0), (FEB, 8.0)]


def test_of_two_shipped_sources_the_one_that_came_now_stands() -> None:
    build = _after(
        ("shipped", _fetch(*_trade({JAN: 1.0, FEB: 2.0}))), ("other", _fetch(*_trade({JAN: 7.0}), release="r-2"))
    )
    assert [row[:2] for row in _told(build)] == [(JAN, 7.0), (FEB, 2.0)]


def _events(*names: str) -> Frames:
    return _fetch(event=[{"event": name, "date": JAN} for name in names])


def test_a_table_without_releases_stays_or_goes_as_a_whole() -> None:
    first = ("shipped", _events("a", "b"))
    assert sorted(_after(first, ("shipped", _events("b", "c")))["event"]["event"]) == ["b", "c"]
    assert sorted(_after(first, ("shipped", _fetch()))["event"]["event"]) == ["a", "b"]
    assert sorted(_after(first, ("live", _events("c")))["event"]["event"]) == ["a", "b", "c"]


def test_a_forecast_that_is_told_again_is_a_vintage_and_a_figure_is_not() -> None:
    told = macro("AAA", {2030: 1.5}, is_forecast=True, flag="forecast", known_from=DAY, release="r-1")
    fact = macro("AAA", {2020: 2.0}, known_from=DAY, release="r-1")
    later = [row | {"known_from": NEXT, "release": "r-2"} for row in (*told, *fact)]
    build = _after(("live", _fetch(series=[*told, *fact])), ("live", _fetch(series=later, release="r-2")))
    rows = build["macro"].sort("period", "known_from").select("value", "known_from", "known_to").rows()
    assert rows == [(2.0, DAY, None), (1.5, DAY, NEXT), (1.5, NEXT, None)]


def test_the_precision_of_an_edition_is_that_of_its_series() -> None:
    """2.04 and then 2.0 in an edition that prints one decimal: no revision; in one that prints two it is one."""

    def rows(values: dict[int, float], release: str, known_from: date) -> list[dict[str, Any]]:
        return macro("AAA", values, known_from=known_from, release=release)

    first = _fetch(series=rows({2020: 2.04, 2021: 1.11}, "r-1", DAY))
    coarse = _fetch(series=rows({2020: 2.0, 2021: 1.1}, "r-2", NEXT), release="r-2")
    fine = _fetch(series=rows({2020: 2.0, 2021: 1.11}, "r-2", NEXT), release="r-2")
    assert _after(("live", first), ("live", coarse))["macro"].height == 2
    assert _after(("live", first), ("live", fine))["macro"].height == 3


def test_every_table_has_the_columns_of_its_contract() -> None:
    build = _after(("live", _fetch(*_trade({JAN: 1.0}))))
    for name, held in build.items():
        assert set(held.columns) == set(TABLES[name].column_names()), name


def _names(*entries: str, day: date, release: str) -> Frames:
    rows = [
        {"list": "sdn", "entry": entry, "programme": "x", "name": entry, "areas": "AAA", "listed": JAN,
         "source": "ofac", "release": release, "known_from": day}
        for entry in entries
    ]  # fmt: skip
    return _fetch(designation=rows, release=release, retrieved=day)


def test_names_are_folded_list_upon_list_and_counted() -> None:
    build = _after(
        ("live", _names("1", "2", day=DAY, release="r-1")), ("live", _names("2", "3", day=NEXT, release="r-2"))
    )
    rows = build["designation"].sort("entry")
    assert rows.select("entry", "known_from", "removed").rows() == [
        ("1", DAY, NEXT), ("2", DAY, None), ("3", NEXT, None),
    ]  # fmt: skip
    counted = build["listing_count"].filter(programme="all").select("period", "level", "added").rows()
    assert sorted(counted) == [(JAN, None, 3), (DAY, 3, 0)], "April, in which one went, is not over"
    with pytest.raises(ParseError, match="it was cut short"):
        _after(("live", _names("1", "2", "3", day=DAY, release="r-1")), ("live", _names("1", day=NEXT, release="r-2")))


def test_a_declared_correction_is_made_before_vintages_are_told() -> None:
    mend = Correction(
        table="trade_flow", where={"period": FEB}, column="value_usd", wrong=20.0, right=2.0, reason="r", reported=DAY
    )
    came = {"live": [_fetch(*_trade({FEB: 20.0}, NEXT), release="r-2")]}
    before = _after(("live", _fetch(*_trade({FEB: 2.0}))))
    build, tripped = assemble(came, before, ("live",), [mend])
    assert tripped != [], "the row that stood holds the right value, so the guard trips"
    fresh, none = assemble(came, {}, ("live",), [mend])
    assert (_told(fresh), none) == ([(FEB, 2.0, NEXT, None)], [])
    assert _told(build)[-1][1] == 20.0
