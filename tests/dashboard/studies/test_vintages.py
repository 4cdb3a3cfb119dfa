"""Editions compared with themselves: by hand, at random through the pipeline's own chain, and against shipped files."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.studies import vintages
from dashboard.studies.vintages import Revisions, VintageQuery
from pipelines.normalise.vintages import chain
from pipelines.store import Store
from tests.dashboard import tiny

OLD, NEW = date(2025, 10, 31), date(2026, 9, 30)
ROUNDED = {"release": "census-2026-09", "known_from": NEW, "rounding_usd": 1e5}


def _store(second: dict[int, float], *, first: float = 30_040_000.0, **more: object) -> Store:
    """US exports to Russia in 2024: twelve months to the dollar, of which the second edition revises some."""
    rows = tiny.months(tiny.year_of(2024, [first] * 12))
    later = {date(2024, month, 1): value for month, value in second.items()}
    for row in rows:
        row["known_to"] = NEW if row["period"] in later else None
    rows += tiny.months(later, **ROUNDED)  # type: ignore[arg-type]
    rows += tiny.months({date(2026, 7, 1): 1e6}, partner="CCC", **ROUNDED)  # type: ignore[arg-type]
    return tiny.store(trade_flow=rows, **more)  # type: ignore[arg-type]


def _study(store: Store, **more: object) -> Revisions:
    return vintages.study(store, VintageQuery(**{"reporter": "USA", "partner": "RUS"} | more))  # type: ignore[arg-type]


def test_a_month_that_a_coarser_edition_repeated_is_rounded_as_it_rounds() -> None:
    """Jan is revised to 31.0; Feb to Dec stand at 30.04 and read 30.0 in the later edition: 361.0, and not 361.44."""
    found = _study(_store({1: 31e6}))
    assert found.frame.select("release", "value", "rebuilt", "place").rows() == [
        ("census-2025-10", 12 * 30.04e6, 0, "first"),
        ("census-2026-09", 361e6, 11, "newest"),
    ]
    assert found.frame["change_pct"].to_list() == [0.0, pytest.approx(100 * (361 / 360.48 - 1))]
    assert (found.steps, found.rebuilt, found.last_observation) == ((1e5,), 11, "2024")


def test_an_edition_covers_only_the_months_between_its_first_and_last_word() -> None:
    """The second edition begins in May: it has no year 2024 of its own, and says so."""
    found = _study(_store({5: 31e6}))
    assert found.frame.is_empty()
    assert [(part.year, part.release, part.months) for part in found.parts] == [(2024, "census-2026-09", 8)]
    assert found.why_empty == (
        "No later vintage in the store changed a complete year of goods exports of the United States to Russia; one "
        "that agrees with the figures before it is no revision. A later vintage holds only 8 months of 2024. Choose "
        "another year, partner or flow."
    )


def test_rounding_leaves_a_band() -> None:
    """A revision from 12 · 0.2 to 0.3 + 11 · 0.2 million, rounded to 0.1: somewhere between a fall and a rise."""
    found = _study(_store({1: 3e5}, first=2e5))
    row = found.frame.row(1, named=True)
    change = found.change_of(row)
    assert row["change_pct"] == pytest.approx(100 * (2.5 / 2.4 - 1))
    assert (row["low_pct"], row["high_pct"]) == (pytest.approx(100 * (1.9 / 2.4 - 1), abs=0.01),
                                                 pytest.approx(100 * (3.1 / 2.4 - 1), abs=0.01))  # fmt: skip
    assert not change.is_sharp
    assert (change.value, change.low) == (row["change_pct"] / 100, row["low_pct"] / 100)


def test_a_year_that_was_zero_first_has_no_percentage() -> None:
    found = _study(_store({1: 1e5}, first=0.0))
    assert (found.from_zero, found.frame.height) == ((2024,), 0)
    assert "were zero in the first vintage of 2024" in found.why_empty


def test_the_total_needs_both_flows_of_one_edition() -> None:
    rows = tiny.months(tiny.year_of(2024, [10e6] * 12))
    rows += tiny.months(tiny.year_of(2024, [20_040_000.0] * 12), flow="import")
    rows[0]["known_to"] = NEW
    rows += tiny.months({date(2024, 1, 1): 12e6}, **ROUNDED)  # type: ignore[arg-type]
    rows += tiny.months({date(2026, 1, 1): 1e6}, partner="CCC", **ROUNDED)  # type: ignore[arg-type]
    total = _study(tiny.store(trade_flow=rows), flow="total")
    assert total.frame["value"].to_list() == [pytest.approx(360.48e6), pytest.approx(12e6 + 11 * 10e6 + 12 * 20e6)]
    assert total.frame["rebuilt"].to_list() == [0, 23]


def test_of_a_total_months_are_counted_once() -> None:
    """The second edition says something new of both flows from May on: eight months, and not sixteen."""
    rows = [row for flow in ("export", "import") for row in tiny.months(tiny.year_of(2024, [1e6] * 12), flow=flow)]
    for row in rows:
        row["known_to"] = NEW if row["period"].month == 5 else None
    for flow in ("export", "import"):
        rows += tiny.months({date(2024, 5, 1): 2e6, date(2025, 1, 1): 1e6}, flow=flow, **ROUNDED)  # type: ignore[arg-type]
    (part,) = _study(tiny.store(trade_flow=rows), flow="total").parts
    assert (part.year, part.months) == (2024, 8)


def test_euros_are_compared_in_euros() -> None:
    of = {"reporter": "DEU", "source": "eurostat", "release": "comext-2025", "known_from": OLD}
    rows = tiny.months(tiny.year_of(2024, [1.1e6] * 12), **of, value_eur=1e6)  # type: ignore[arg-type]
    rows[0]["known_to"] = NEW
    later = of | {"release": "comext-2026", "known_from": NEW}
    rows += tiny.months({date(2024, 1, 1): 9.9e6, date(2025, 1, 1): 1e6}, **later, value_eur=2e6)  # type: ignore[arg-type]
    store = tiny.store(trade_flow=rows)
    found = _study(store, reporter="DEU")
    assert (found.currency, found.frame["value"].to_list()) == ("EUR", [12e6, 13e6])
    dollars = _study(store, reporter="DEU", currency="USD")
    assert (dollars.currency, dollars.frame["value"].to_list()) == ("USD", [pytest.approx(13.2e6), pytest.approx(22e6)])


def test_the_printed_year_stands_beside_the_sum() -> None:
    printed = {"reporter": "USA", "partner": "RUS", "flow": "export", "period": date(2024, 1, 1), "source": "census",
               "known_from": OLD, "value_usd": 360.5e6, "rounding_usd": 1e5, "release": "census-2025-10"}  # fmt: skip
    found = _study(_store({1: 31e6}, published_total=[printed]))
    assert found.frame["printed"].to_list() == [360.5e6, None]


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"reporter": "BBB"}, "The store has no monthly trade of BBB. Choose another reporter."),
        (
            {"partner": "BBB"},
            "Goods exports of the United States to BBB has no monthly figures in this source. Choose another partner.",
        ),
        (
            {"year": 2005},
            "No later vintage in the store changed a complete year of goods exports of the United States to Russia in "
            "2005; one that agrees with the figures before it is no revision. Choose another year, partner or flow.",
        ),
    ],
)
def test_what_is_missing_is_told(more: dict[str, object], text: str) -> None:
    assert _study(_store({1: 31e6}), **more).why_empty == text


@settings(max_examples=25, deadline=None)
@given(
    fine=st.lists(st.integers(0, 10**9), min_size=24, max_size=24),
    moved=st.dictionaries(st.integers(0, 23), st.integers(-(10**8), 10**8), min_size=1),
    step=st.sampled_from([1, 10, 1000, 10**5]),
)
def test_what_the_pipeline_dropped_is_rebuilt(fine: list[int], moved: dict[int, int], step: int) -> None:
    """A later edition at any rounding, some months revised, through the chain that builds the store: its own months
    come back, to the cent, for every month between the first and the last of which it said something new."""
    periods = [date(2023 + at // 12, at % 12 + 1, 1) for at in range(24)]
    printed = [(max(value + moved.get(at, 0), 0) + step // 2) // step * step for at, value in enumerate(fine)]
    key = {"flow": "export", "basis": "census", "valuation": "fas", "value_eur": None, "is_estimate": False}
    rows = [
        {"period": when, "value_usd": float(value), "rounding_usd": float(width), "release": name, "known_from": day}
        for name, day, width, values in (("a", OLD, 1, fine), ("b", NEW, step, printed))
        for when, value in zip(periods, values, strict=True)
    ]
    chained = chain(
        pl.DataFrame([row | key for row in rows], schema_overrides={"value_eur": pl.Float64}),
        ["flow", "period"],
        "value_usd",
        rounding="rounding_usd",
        same="is_estimate",
    ).with_columns(pl.col("value_usd").alias("value"))
    spans = chained.group_by("release", "known_from").agg(first=pl.col("period").min(), last=pl.col("period").max())
    months = vintages.months_of(chained, spans.sort("known_from"))
    mine = months.filter(pl.col("release") == "b")
    said = chained.filter(pl.col("release") == "b")["period"]
    if said.is_empty():
        assert mine.is_empty()
        return
    expected = {when: value for when, value in zip(periods, printed, strict=True) if said.min() <= when <= said.max()}  # type: ignore[operator]
    assert dict(mine.select("period", "value").iter_rows()) == pytest.approx(expected)


def test_years_stand_newest_first_with_their_editions_in_order() -> None:
    """2022 to 2024 by three editions; 2023 was zero first and has no percentage, which hides none of the others."""
    third = {"release": "census-2027-01", "known_from": date(2027, 1, 31), "rounding_usd": 1e5}
    rows = []
    for year, value in ((2022, 10e6), (2023, 0.0), (2024, 20e6)):
        rows += tiny.months(tiny.year_of(year, [value] * 12), rounding_usd=1e5)
    ends = {date(2022, 1, 1), date(2023, 6, 1), date(2024, 12, 1)}
    for row in rows:
        row["known_to"] = NEW if row["period"] in ends else None
    rows += tiny.months(dict.fromkeys(ends, 30000000.0), **ROUNDED, known_to=third["known_from"])  # type: ignore[arg-type]
    rows += tiny.months(dict.fromkeys(ends, 40000000.0), **third)  # type: ignore[arg-type]
    found = _study(tiny.store(trade_flow=rows))
    assert found.frame.select("period", "release", "place").rows() == [
        (date(year, 1, 1), release, place)
        for year in (2024, 2022)
        for release, place in (("census-2025-10", "first"), ("census-2026-09", "later"), ("census-2027-01", "newest"))
    ]
    assert found.from_zero == (2023,)
    assert [(part["period"][0].year, part.height) for part in found.years()] == [(2024, 3), (2022, 3)]
    first, _, last = found.frame.filter(pl.col("period") == date(2022, 1, 1)).to_dicts()
    assert (first["change"], first["change_pct"], first["low_pct"], first["high_pct"]) == (0.0, 0.0, 0.0, 0.0)
    assert (last["value"], last["change"], last["change_pct"]) == (150e6, 30e6, pytest.approx(25.0))
    assert (last["low_pct"], last["high_pct"]) == (
        pytest.approx(100 * (149.4 / 120.6 - 1)), pytest.approx(100 * (150.6 / 119.4 - 1)),
    )  # fmt: skip
    assert found.currency == "USD"


HAND = {
    ("export", 2020): [4889.0, 4889.1],
    ("export", 2021): [6387.1, 6388.2],
    ("export", 2022): [1715.1, 1655.4],
    ("export", 2023): [598.8, 606.3],
    ("export", 2024): [528.3, 528.5],
    ("import", 2020): [16899.6, 16902.0],
    ("import", 2022): [14457.8, 14437.1],
    ("import", 2024): [3007.3, 3007.9],
    ("total", 2023): [5169.7, 5177.0],
    ("total", 2024): [3535.6, 3536.4],
}
"""US trade with Russia, million dollars, by edition: `reference/README.md`."""


@pytest.mark.parametrize(("flow", "year"), HAND)
def test_us_russia_by_edition_as_the_reference_has_it(store: Store, flow: str, year: int) -> None:
    found = _study(store, flow=flow, year=year)
    assert [round(value / 1e6, 1) for value in found.frame["value"]] == pytest.approx(HAND[flow, year], abs=0.051)


def test_every_rebuilt_year_is_the_sum_of_the_shipped_file(store: Store) -> None:
    """The edition of September 2026 for all its partners: what it prints, summed, is what the study rebuilds."""
    shipped = pl.read_csv("data/snapshot/trade_census_2026-09.csv", try_parse_dates=True)
    sums = (
        shipped.group_by("partner", "flow", pl.col("period").dt.truncate("1y"))
        .agg(pl.col("value_usd").sum(), pl.len())
        .filter(pl.col("len") == 12)
    )
    compared = 0
    for (partner, flow), part in sums.partition_by("partner", "flow", as_dict=True).items():
        found = _study(store, partner=partner, flow=flow).frame.filter(pl.col("release") == "census-2026-09")
        both = found.join(part, on="period")
        assert both["value"].to_list() == pytest.approx(both["value_usd"].to_list(), abs=1)
        compared += both.height
    assert compared > 30


def test_first_editions_agree_with_the_years_that_they_print(store: Store) -> None:
    found = _study(store, flow="total").frame.drop_nulls("printed")
    assert found.height >= 3
    assert found["value"].to_list() == pytest.approx(found["printed"].to_list(), abs=5e4)


def test_an_edition_that_says_nothing_of_the_pair_hides_none_after_it() -> None:
    key = {"flow": "export", "rounding_usd": 1.0, "known_to": None}
    rows = pl.DataFrame(
        [
            {"period": date(2024, 1, 1), "value": 1.0, "release": "a", "known_from": OLD, **key},
            {"period": date(2024, 2, 1), "value": 2.0, "release": "c", "known_from": NEW, **key},
        ],
        schema_overrides={"known_to": pl.Date},
    )
    day = date(2024, 1, 1)
    spans = pl.DataFrame(
        [("a", OLD, day, day), ("b", date(2026, 1, 1), day, day), ("c", NEW, day, date(2024, 2, 1))],
        schema=["release", "known_from", "first", "last"],
        orient="row",
    )
    found = vintages.months_of(rows, spans)
    assert found.select("release", "period", "value").rows() == [
        ("a", day, 1.0), ("c", day, 1.0), ("c", date(2024, 2, 1), 2.0),
    ]  # fmt: skip
