from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from pipelines import checks, store
from pipelines.checks import Finding
from pipelines.refresh import refresh
from pipelines.schema import TABLES
from pipelines.settings import Settings
from pipelines.sources import SOURCES
from pipelines.store import Store
from tests.pipelines import small

TODAY = date(2026, 11, 22)
Frames = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def previous(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The miniature of the shipped figures as a build, made once; the tests change frames of it, never the build."""
    folder = tmp_path_factory.mktemp("checks")
    settings = Settings(home=folder / "home", data=small.write(folder / "shipped"), offline=False, keep_builds=5)
    refresh(SOURCES, settings)
    return store.current_store(settings.store_dir)


@pytest.fixture
def frames(previous: Store) -> Frames:
    """The tables of a build in which nothing is wrong."""
    return {name: previous.table(name) for name in TABLES}


def failing(findings: list[Finding], check: str) -> Finding:
    found = [finding for finding in findings if finding.check == check]
    assert len(found) == 1, findings
    return found[0]


def row(frame: pl.DataFrame, **values: Any) -> pl.DataFrame:
    """The frame with one more row: the first one with other values."""
    return pl.concat(
        [frame, frame.head(1).with_columns(pl.lit(v, frame.schema[k]).alias(k) for k, v in values.items())]
    )


def test_a_good_build_has_no_findings(frames: Frames, previous: Store) -> None:
    assert checks.contract(frames) == []
    assert checks.review(frames, previous, today=TODAY) == []


def test_a_duplicate_key_is_counted_with_an_example(frames: Frames) -> None:
    frames["trade_flow"] = pl.concat([frames["trade_flow"], frames["trade_flow"].head(1)])
    finding = failing(checks.contract(frames), "contract")
    assert (finding.level, finding.table, finding.rows) == ("fail", "trade_flow", 2)
    assert finding.sentence == (
        "trade_flow: 2 rows break the rule that its key is unique, for example "
        "DEU RUS export TOTAL 2022-01-01 M eurostat 2024-11-30."
    )


def test_a_negative_value_is_named_by_its_column(frames: Frames) -> None:
    frames["trade_flow"] = row(frames["trade_flow"], value_usd=-1.0, period=date(2022, 5, 1))
    finding = failing(checks.contract(frames), "contract")
    assert "of its minimum (value_usd)" in finding.sentence
    assert "2022-05-01" in finding.sentence


def test_a_period_that_is_no_first_day_breaks_its_rule(frames: Frames) -> None:
    frames["trade_flow"] = row(frames["trade_flow"], period=date(2022, 5, 17))
    assert "first_day_of_period" in failing(checks.contract(frames), "contract").sentence


def test_a_missing_value_is_no_value(frames: Frames) -> None:
    frames["trade_flow"] = row(frames["trade_flow"], period=date(2022, 5, 1), value_usd=None)
    assert "that it is not empty (value_usd)" in failing(checks.contract(frames), "contract").sentence


def test_a_missing_table_column_or_type_is_told_apart(frames: Frames) -> None:
    assert (
        "table macro is missing"
        in failing(checks.contract({k: v for k, v in frames.items() if k != "macro"}), "contract").sentence
    )
    assert (
        "macro has no column unit"
        in failing(checks.contract(frames | {"macro": frames["macro"].drop("unit")}), "contract").sentence
    )
    as_text = frames | {"macro": frames["macro"].cast({"value": pl.String})}
    assert "macro.value is String instead of Float64" in failing(checks.contract(as_text), "contract").sentence


@pytest.mark.parametrize(
    ("table", "column", "sentence"),
    [
        ("trade_flow", "partner", "trade_flow.partner names area XYZ"),
        ("macro", "area", "macro.area names area XYZ"),
        ("listing_count", "area", "listing_count.area names area XYZ"),
        ("trade_flow", "source", "trade_flow.source names source XYZ"),
        ("trade_flow", "release", "trade_flow.release names release XYZ"),
        ("measure", "target", "measure.target names area XYZ"),
        ("measure", "regime", "measure.regime names regime XYZ"),
        ("measure", "supersedes", "measure.supersedes names measure XYZ"),
        ("measure", "eases", "measure.eases names measure XYZ"),
        ("measure", "sender", "measure.sender names sender XYZ"),
        ("regime", "sender", "regime.sender names sender XYZ"),
        ("subject", "landmarks", "subject.landmarks names measure XYZ"),
        ("subject", "shown_first", "subject.shown_first names measure XYZ"),
        ("subject", "peers", "subject.peers names area XYZ"),
        ("gap", "source", "gap.source names source XYZ"),
    ],
)
def test_what_is_named_must_be_described(frames: Frames, table: str, column: str, sentence: str) -> None:
    frames[table] = frames[table].with_columns(pl.lit("XYZ").alias(column))
    found = [finding.sentence for finding in checks.review(frames, None, today=TODAY) if finding.check == "references"]
    assert len(found) == 1
    assert found[0].startswith(sentence)


def test_a_figure_stands_on_the_basis_of_its_source(frames: Frames) -> None:
    own = pl.when(pl.col("source") == "eurostat").then(pl.lit("imts")).otherwise("basis")
    frames["trade_flow"] = frames["trade_flow"].with_columns(own.alias("basis"))
    (found,) = [finding for finding in checks.review(frames, None, today=TODAY) if finding.check == "basis"]
    assert found.sentence == "trade_flow has figures of eurostat on the basis 'imts'; its facts name 'comext'."


def test_months_that_do_not_make_the_year_fail(frames: Frames) -> None:
    off = pl.when(pl.col("partner") == "RUS").then(pl.col("value_usd") + 8).otherwise("value_usd")
    frames["published_total"] = frames["published_total"].with_columns(off.alias("value_usd"))
    finding = failing(checks.review(frames, None, today=TODAY), "months make the year")
    assert (finding.level, finding.rows) == ("fail", 2)
    assert "USA–RUS" in finding.sentence
    assert "12,078 against 12,086 USD" in finding.sentence


def test_months_may_miss_the_year_by_their_rounding(frames: Frames) -> None:
    # Twelve months rounded to 1 and a year rounded to 1 may differ by 6.5.
    frames["published_total"] = frames["published_total"].with_columns(pl.col("value_usd") + 6)
    assert checks.review(frames, None, today=TODAY) == []


def test_a_year_that_is_not_complete_is_not_compared(frames: Frames) -> None:
    frames["published_total"] = frames["published_total"].with_columns(pl.col("value_usd") + 99)
    keep = ~((pl.col("period") == date(2022, 5, 1)) & (pl.col("source") == "census"))
    frames["trade_flow"] = frames["trade_flow"].filter(keep)
    assert checks.review(frames, None, today=TODAY) == []


def census(period: date, partner: str = "RUS") -> pl.Expr:
    return (
        (pl.col("source") == "census")
        & (pl.col("partner") == partner)
        & (pl.col("period") == period)
        & (pl.col("flow") == "export")
    )


def test_countries_that_do_not_make_the_world_fail(frames: Frames) -> None:
    more = pl.when(census(date(2022, 5, 1))).then(pl.col("value_usd") + 3).otherwise("value_usd")
    frames["trade_flow"] = frames["trade_flow"].with_columns(more.alias("value_usd"))
    frames["published_total"] = frames["published_total"].clear()
    found = [
        finding for finding in checks.review(frames, None, today=TODAY) if finding.check == "countries make the world"
    ]
    assert [finding.rows for finding in found] == [1], "the release that gave May 2022, not the later one"
    assert "As of census-2024-03" in found[0].sentence
    assert "export 2022-05: 4,013 against 4,010 USD" in found[0].sentence


def test_late_documents_are_allowed_until_the_annual_revision(frames: Frames) -> None:
    # In the release of March 2024 the months of 2023 are not yet revised: 0.5% of 4,010 is 20.
    more = pl.when(census(date(2023, 5, 1))).then(pl.col("value_usd") + 15).otherwise("value_usd")
    only_first = frames["trade_flow"].filter(pl.col("release") != "census-2025-10").with_columns(known_to=None)
    frames["trade_flow"] = only_first.with_columns(more.alias("value_usd"), pl.col("known_to").cast(pl.Date))
    assert [
        finding for finding in checks.review(frames, None, today=TODAY) if finding.check == "countries make the world"
    ] == []


def test_a_period_after_its_vintage_fails_unless_it_is_a_forecast(frames: Frames) -> None:
    frames["macro"] = row(frames["macro"].sort("is_forecast", descending=True), period=date(2030, 1, 1))
    assert checks.review(frames, None, today=TODAY) == []
    frames["macro"] = frames["macro"].with_columns(is_forecast=pl.lit(value=False))
    finding = failing(checks.review(frames, None, today=TODAY), "period after vintage")
    assert finding.rows == 2
    assert finding.level == "fail"


def test_thousands_for_units_fail(frames: Frames) -> None:
    revised = (pl.col("release") == "census-2025-10") & (pl.col("partner") == "RUS")
    thousands = pl.when(revised).then(pl.col("value_usd") * 1000).otherwise("value_usd")
    frames["trade_flow"] = frames["trade_flow"].with_columns(thousands.alias("value_usd"))
    finding = failing([f for f in checks.review(frames, None, today=TODAY) if f.check == "scale"], "scale")
    assert finding.level == "fail"
    assert "looks like another unit" in finding.sentence


def test_a_few_large_revisions_are_no_scale(frames: Frames) -> None:
    few = census(date(2023, 5, 1)) & (pl.col("release") == "census-2025-10")
    larger = pl.when(few).then(pl.col("value_usd") * 1000).otherwise("value_usd")
    frames["trade_flow"] = frames["trade_flow"].with_columns(larger.alias("value_usd"))
    assert [finding for finding in checks.review(frames, None, today=TODAY) if finding.check == "scale"] == []


def test_growth_out_of_range_warns(frames: Frames) -> None:
    forecast = pl.when(pl.col("indicator") == "gdp_growth").then(-85.0).otherwise("value")
    frames["macro"] = frames["macro"].with_columns(forecast.alias("value"))
    finding = failing(checks.review(frames, None, today=TODAY), "growth range")
    assert (finding.level, finding.rows) == ("warn", 2)


def test_dates_of_a_measure_out_of_order_warn(frames: Frames) -> None:
    frames["measure"] = frames["measure"].with_columns(lifted=pl.lit(date(2001, 1, 1)))
    finding = failing(checks.review(frames, None, today=TODAY), "order of dates")
    assert (finding.level, finding.rows) == ("warn", 2)


def test_a_signing_long_before_the_announcement_warns_unless_its_note_declares_it(frames: Frames) -> None:
    late = pl.lit(date(2014, 8, 1))
    first = pl.col("measure") == "us-rus-first"
    frames["measure"] = frames["measure"].with_columns(announced=pl.when(first).then(late).otherwise("announced"))
    finding = failing(checks.review(frames, None, today=TODAY), "order of dates")
    assert finding.sentence.startswith("1 measure has dates out of order")
    frames["measure"] = frames["measure"].with_columns(note=pl.lit("signed = Secretary's decision"))
    found = [one.check for one in checks.review(frames, None, today=TODAY)]
    assert "order of dates" not in found


def test_a_broken_form_is_told_without_the_rule_book(frames: Frames) -> None:
    partner = pl.lit("lower")
    frames["trade_flow"] = frames["trade_flow"].with_columns(partner.alias("partner"))
    told = " ".join(finding.sentence for finding in checks.contract(frames))
    assert "break the rule of its form (partner)" in told
    assert "regex" not in told


def test_a_measure_may_apply_next_year_but_not_in_a_century(frames: Frames) -> None:
    frames["measure"] = frames["measure"].with_columns(wind_down_end=pl.lit(date(2027, 11, 1)))
    assert checks.review(frames, None, today=TODAY) == []
    frames["measure"] = frames["measure"].with_columns(wind_down_end=pl.lit(date(2127, 11, 1)))
    assert failing(checks.review(frames, None, today=TODAY), "far dates").level == "warn"


def test_an_empty_table_of_trade_fails(frames: Frames) -> None:
    frames["trade_flow"] = frames["trade_flow"].clear()
    assert failing(checks.review(frames, None, today=TODAY), "rows").sentence.startswith("trade_flow holds 0 rows")


def test_figures_that_stood_may_not_go(frames: Frames, previous: Store) -> None:
    frames["trade_flow"] = frames["trade_flow"].filter(~census(date(2022, 5, 1)))
    finding = failing(checks.review(frames, previous, today=TODAY), "coverage")
    assert finding.level == "fail"
    assert finding.sentence == "trade_flow: 1 of 216 figures of census would be gone."


def test_the_last_period_may_not_move_back(frames: Frames, previous: Store) -> None:
    frames["trade_flow"] = frames["trade_flow"].filter(pl.col("period") < date(2024, 12, 1))
    finding = failing(checks.review(frames, previous, today=TODAY), "coverage")
    assert "census reached 2024-12 and would now end with 2024-11" in finding.sentence


def test_a_source_may_not_vanish(frames: Frames, previous: Store) -> None:
    frames["listing_count"] = frames["listing_count"].clear()
    finding = failing(checks.review(frames, previous, today=TODAY), "coverage")
    assert "ofac reached 2024-01 and would now end with nothing" in finding.sentence


def test_a_curated_table_may_lose_a_row_but_not_half(frames: Frames, previous: Store) -> None:
    one_less = frames | {"area": frames["area"].filter(pl.col("area") != "ZZZ")}
    assert checks.review(one_less, previous, today=TODAY) == []
    one_less["event"] = frames["event"].clear()
    assert failing(checks.review(one_less, previous, today=TODAY), "coverage").level == "fail"
    one_less["event"] = frames["event"]
    one_less["measure"] = frames["measure"].filter(pl.col("measure") == "us-rus-first")
    assert failing(checks.review(one_less, previous, today=TODAY), "coverage").level == "warn"


def test_the_real_store_passes_its_own_checks(store: Store) -> None:
    real = {name: store.table(name) for name in TABLES}
    assert checks.contract(real) == []
    assert [finding for finding in checks.review(real, None) if finding.level == "fail"] == []
