"""The window of the strip, and why a panel is missing or ends; on stores of a few months."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dashboard.analysis.errors import AnalysisError
from dashboard.studies import confounders
from dashboard.studies.confounders import BRENT, ROUBLE, Confounders, ConfoundersQuery
from dashboard.studies.pair import PairQuery
from pipelines.store import Store
from tests.dashboard import tiny
from tests.dashboard.studies import hand

KNOWN, LATER = date(2025, 1, 31), date(2025, 6, 30)


def _monthly(first: date, count: int) -> dict[date, float]:
    return {day: value for day, value in hand.months(first, [5.0] * count).items() if value is not None}


def _series(indicator: str, area: str, first: date, count: int, **more: Any) -> list[dict[str, Any]]:
    given = {"source": "brent", "release": "b-1", "known_from": KNOWN, "frequency": "M"} | more
    return [
        tiny.macro(area, {day.year: value}, indicator=indicator, **given)[0] | {"period": day}
        for day, value in _monthly(first, count).items()
    ]


def _store(
    *,
    world: int = 60,
    measures: tuple[dict[str, Any], ...] = (),
    macro: list[dict[str, Any]] | None = None,
    **more: Any,
) -> Store:
    """Five years of exports to Russia from January 2019, and the world for so many months."""
    first = date(2019, 1, 1)
    rows = [
        {"measure": f"m{place}", "sender": "US", "target": "RUS", "title": "Does", "types": "energy",
         "status": "confirmed", "precision": "day", "instrument": "EO"} | row
        for place, row in enumerate(measures)
    ]  # fmt: skip
    trade = [
        *tiny.months(_monthly(first, 60), known_from=KNOWN),
        *tiny.months(_monthly(first, world), partner="WLD", known_from=KNOWN),
        *tiny.months(_monthly(first, 60), partner="BBB", known_from=KNOWN),
    ]
    return tiny.store(trade_flow=trade, macro=macro or [], measure=rows, **more)


def _study(store: Store, *, keys: tuple[str, ...] = ("m0",), partner: str = "RUS", **more: Any) -> Confounders:
    pair = PairQuery("USA", partner, "export", known_on=more.pop("known_on", None))
    return confounders.study(store, ConfoundersQuery(pair, keys, "effective", **more))


def test_the_window_begins_in_january_two_years_before_the_first_mark() -> None:
    late = _store(measures=({"effective": date(2023, 3, 8)}, {"effective": date(2022, 3, 8)}))
    both = _study(late, keys=("m0", "m1"))
    assert (both.start, both.end) == (date(2020, 1, 1), date(2023, 12, 1))
    early = _study(_store(measures=({"effective": date(2020, 3, 8)},)))
    assert early.start == date(2019, 1, 1), "no figures before it"
    assert _study(late, keys=()).start == date(2019, 1, 1)
    assert _study(late, start=date(2022, 1, 1), end=date(2022, 6, 1)).trade.frame.height == 6


@pytest.mark.parametrize(
    ("effective", "lifted", "end"),
    [
        (date(2013, 5, 1), None, date(2023, 12, 1)),  # ten years before the last figure
        (date(2012, 5, 1), None, date(2017, 12, 1)),
        (date(2005, 5, 1), date(2012, 6, 1), date(2017, 12, 1)),
        (date(2005, 5, 1), date(2013, 6, 1), date(2023, 12, 1)),
    ],
)
def test_an_episode_long_over_is_shown_with_five_years_after_it(
    effective: date, lifted: date | None, end: date
) -> None:
    store = tiny.store(
        trade_flow=tiny.months(_monthly(date(2004, 1, 1), 240)),
        measure=[{"measure": "m0", "sender": "US", "target": "RUS", "types": "energy", "precision": "day",
                  "effective": effective, "lifted": lifted}],
    )  # fmt: skip
    assert _study(store).end == end


def test_oil_stands_beside_all_trade_and_the_rouble_beside_that_of_three() -> None:
    assert [confounders.kinds(code) for code in ("RUS", "BLR", "SUN", "CHN")] == [
        (BRENT, ROUBLE), (BRENT, ROUBLE), (BRENT, ROUBLE), (BRENT,),
    ]  # fmt: skip


OIL = _series("brent_usd_per_barrel", "WLD", date(2019, 1, 1), 60)
ENDED = _series("rub_per_usd", "RUS", date(2019, 1, 1), 38, source="ecb_fx", release="e-1")


def test_panels_are_cut_to_the_window_and_a_source_that_ended_is_told() -> None:
    found = _study(_store(macro=OIL + ENDED), keys=(), start=date(2021, 1, 1))
    assert [(one.kind.name, one.frame.height) for one in found.beside] == [("Brent", 36), ("Roubles per dollar", 14)]
    assert [one.stopped for one in found.beside] == ["", "the ECB stopped fixing the rouble after Feb 2022"]
    assert (found.lacking, found.absent) == ((), ())
    # A window that ends with the series or before it says nothing of an end.
    for end in (date(2022, 2, 1), date(2021, 6, 1)):
        assert _study(_store(macro=OIL + ENDED), keys=(), end=end).beside[1].stopped == ""


def test_another_source_that_ends_has_not_stopped_for_good() -> None:
    other = _series("rub_per_usd", "RUS", date(2019, 1, 1), 38, source="cbr_fx", release="c-1")
    assert _study(_store(macro=OIL + other), keys=()).beside[1].stopped == ""
    then = ENDED + _series("rub_per_usd", "RUS", date(2022, 3, 1), 5, source="ecb_fx", release="e-2", known_from=LATER)
    assert _study(_store(macro=then), keys=(), known_on=KNOWN).beside[0].stopped == ""


def test_why_a_panel_is_missing() -> None:
    nothing = _study(_store(), keys=())
    assert nothing.absent == ("Brent", "Roubles per dollar")
    assert nothing.lacking == ("Not shown: Brent (not in the store); Roubles per dollar (not in the store).",)
    late = [row | {"known_from": LATER} for row in OIL]
    then = _study(_store(macro=late + ENDED), keys=(), known_on=KNOWN)
    assert then.lacking == ("Not shown: Brent (not known to this store on 31 Jan 2025).",)
    beside = _study(_store(macro=OIL + ENDED), keys=(), start=date(2022, 3, 1))
    assert "Roubles per dollar (its figures are of Jan 2019–Feb 2022, outside these months)" in beside.lacking[0]


def test_the_reporters_total() -> None:
    whole = _study(_store(), keys=())
    assert (whole.world.frame.height, whole.world_stopped) == (60, "")
    short = _study(_store(world=48), keys=())
    assert short.world_stopped == ("ends Dec 2022, because the store has Dec 2023 for 2 partners and not for the world")
    assert _study(_store(world=48), keys=(), end=date(2022, 12, 1)).world_stopped == ""
    beyond = _study(_store(world=12), keys=(), start=date(2020, 1, 1))
    assert beyond.world.is_empty
    assert beyond.lacking[0] == "The reporter’s total is not shown: its figures are of Jan–Dec 2019."
    none = _study(_store(world=0), keys=())
    assert none.lacking[0] == "This source gives no monthly total for the reporter, so that panel is missing."
    itself = _study(_store(), keys=(), partner="WLD")
    assert (itself.world.is_empty, itself.lacking[0].startswith("Not shown: Brent")) == (True, True)


def test_a_window_beside_the_trade_is_refused() -> None:
    with pytest.raises(AnalysisError, match="its figures are of Jan 2019–Dec 2023"):
        _study(_store(), keys=(), start=date(2024, 1, 1))
