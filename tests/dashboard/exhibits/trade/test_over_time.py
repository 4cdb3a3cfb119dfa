"""The main picture: figures checked by hand, refusals with a sentence, parts of a year kept apart."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dashboard.exhibits.base import Exhibit, NothingToShow
from dashboard.exhibits.trade.over_time import TradeParams, trade_over_time
from dashboard.figures.theme import LIGHT
from pipelines.store import Store
from tests.dashboard import tiny


def _draw(store: Store, **params: object) -> Exhibit:
    return trade_over_time(store, TradeParams(**params), LIGHT)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("year", "exports", "imports"),
    [
        (2011, 8318.4, 34619.0), (2013, 11144.7, 27085.7), (2019, 5787.4, 22279.1), (2020, 4889.1, 16902.0),
        (2021, 6388.2, 29638.3), (2022, 1655.4, 14437.1), (2023, 606.3, 4570.8), (2024, 528.5, 3007.9),
        (2025, 582.5, 3776.6),
    ],
)  # fmt: skip
def test_years_agree_with_figures_checked_by_hand(store: Store, year: int, exports: float, imports: float) -> None:
    data = _draw(store, frequency="A").data.filter(pl.col("period") == date(year, 1, 1))
    million = {row["flow"]: row["value_usd"] / 1e6 for row in data.iter_rows(named=True)}
    assert million["export"] == pytest.approx(exports, abs=0.15)
    assert million["import"] == pytest.approx(imports, abs=0.15)


def test_the_year_2026_is_a_part_of_a_year_in_table_and_figure(store: Store) -> None:
    exhibit = _draw(store, frequency="A")
    part = exhibit.data.filter(pl.col("period") == date(2026, 1, 1))
    assert part["label"].unique().to_list() == ["Jan–Jul 2026"]
    assert part["is_partial"].all()
    assert part.filter(pl.col("flow") == "import")["value_usd"].item() / 1e6 == pytest.approx(1956.1, abs=0.1)
    hollow = [trace for trace in exhibit.figure.data if trace.mode == "markers" and trace.marker.line.width == 2]
    assert len(hollow) == 2
    assert "part of a year" in exhibit.note


@pytest.mark.parametrize("measure", ["index", "growth"])
def test_no_comparison_uses_the_part_of_a_year(store: Store, measure: str) -> None:
    exhibit = _draw(store, frequency="A", measure=measure)
    assert exhibit.data["period"].max() == date(2025, 1, 1)


@pytest.mark.parametrize(
    ("day", "million"),
    [(date(2023, 6, 1), 1715.1), (date(2025, 12, 1), 1655.4), (None, 1655.4)],
)
def test_as_known_on_a_day_shows_the_vintage_of_that_day(store: Store, day: date | None, million: float) -> None:
    data = _draw(store, frequency="A", flow="export", known_on=day).data
    value = data.filter(pl.col("period") == date(2022, 1, 1))["value_usd"].item() / 1e6
    assert value == pytest.approx(million, abs=0.06)


def test_nothing_was_known_before_the_first_vintage(store: Store) -> None:
    with pytest.raises(NothingToShow, match="first vintage is of 8 Mar 2023"):
        _draw(store, known_on=date(2020, 1, 1))


def test_euros_stay_euros_and_are_never_mixed_with_dollars(store: Store) -> None:
    exhibit = _draw(store, reporter="EUU", partner=("RUS",), frequency="A", flow="export")
    million = {row["period"].year: row["value_eur"] / 1e6 for row in exhibit.data.iter_rows(named=True)}
    assert million[2021] == pytest.approx(89169, abs=1)
    assert million[2023] == pytest.approx(38182, abs=1)
    assert "EUR" in exhibit.passport.unit
    assert exhibit.data.filter(pl.col("period") == date(2024, 1, 1))["label"].item() == "Jan–Aug 2024"


def test_estimates_of_the_source_look_different(store: Store) -> None:
    exhibit = _draw(store, reporter="RUS", partner=("IND",), frequency="A", flow="export")
    billion = {row["period"].year: row["value_usd"] / 1e9 for row in exhibit.data.iter_rows(named=True)}
    assert billion[2021] == pytest.approx(9.1, abs=0.06)
    assert billion[2024] == pytest.approx(68.7, abs=0.06)
    assert any(trace.line.dash == "dot" for trace in exhibit.figure.data if trace.mode == "lines")
    assert "estimates" in exhibit.note


def test_real_values_name_their_deflator(store: Store) -> None:
    exhibit = _draw(store, frequency="A", prices="real", flow="total")
    assert "US consumer prices" in exhibit.passport.price_basis
    nominal = _draw(store, frequency="A", flow="total").data.filter(pl.col("period") == date(2011, 1, 1))
    real = exhibit.data.filter(pl.col("period") == date(2011, 1, 1))
    assert real["value_usd"].item() > nominal["value_usd"].item()


def test_balance_has_no_index(store: Store) -> None:
    with pytest.raises(NothingToShow, match="changes sign"):
        _draw(store, flow="balance", measure="index")


def test_unknown_area_and_unknown_source_get_a_sentence(store: Store) -> None:
    with pytest.raises(NothingToShow, match="XYZ is not an area"):
        _draw(store, partner=("XYZ",))
    with pytest.raises(NothingToShow, match="no monthly figures from the source nowhere"):
        _draw(store, source="nowhere")


def test_soviet_union_and_russia_are_two(store: Store) -> None:
    union = _draw(store, partner=("SUN",), frequency="A", flow="export").data
    assert union["period"].max() <= date(1992, 1, 1)
    assert _draw(store, partner=("RUS",), flow="export").data["period"].min() == date(1992, 1, 1)


def test_log_scale_is_said_on_the_axis(store: Store) -> None:
    figure = _draw(store, log=True).figure
    assert figure.layout.yaxis.type == "log"
    assert any("log scale" in (note.text or "") for note in figure.layout.annotations)


def test_constant_prices_use_nothing_learned_later_and_name_their_deflator(store: Store) -> None:
    with pytest.raises(NothingToShow, match=r"No deflator .* was known to this store on 1 Jan 2024"):
        _draw(store, prices="real", known_on=date(2024, 1, 1))
    exhibit = _draw(store, prices="real", frequency="A", flow="import")
    assert "Bureau of Labor Statistics" in exhibit.passport.source
    assert exhibit.data["label"].to_list()[-1] == "Jan–May 2026"  # where the index ends


def test_the_answer_follows_flow_and_partners(store: Store) -> None:
    assert _draw(store, flow="export").answer.startswith("US goods exports to Russia: $602 million in the 12 months")
    two = _draw(store, partner=("RUS", "IRN")).answer
    assert "Russia: $3.50 billion" in two and "Iran: " in two and "exports plus imports" in two
    assert "in 2024" in _draw(store, reporter="RUS", partner=("CHN",), frequency="A").answer
    assert "EUR" in _draw(store, reporter="EUU", partner=("RUS",)).answer


def test_years_of_euros_are_never_deflated_by_us_prices(store: Store) -> None:
    asked = {"reporter": "DEU", "flow": "export", "frequency": "A"}
    with pytest.raises(NothingToShow, match="Figures in euros are not deflated by US consumer prices"):
        _draw(store, **asked, prices="real")
    assert _draw(store, **asked).data["value"][0] / 1e9 == pytest.approx(26.68, abs=0.01)  # 2019, not 32.7
    dollars = _draw(store, **asked, prices="real", currency="USD")
    assert dollars.data["currency"].unique().to_list() == ["USD"]


def test_twelve_months_to_december_are_the_year_in_constant_prices_too(store: Store) -> None:
    sums = _draw(store, frequency="S", prices="real", flow="total").data
    years = _draw(store, frequency="A", prices="real", flow="total").data.filter(~pl.col("is_partial"))
    december = sums.filter(pl.col("period").dt.month() == 12)
    assert december["value"].to_list() == pytest.approx(years["value"].to_list())
    year = years.filter(pl.col("period") == date(2024, 1, 1)).row(0, named=True)
    assert year["value"] / 1e9 == pytest.approx(3.539, abs=0.001)
    june = sums.filter(pl.col("period") == date(2022, 6, 1))["value"].item()
    assert june / 1e9 == pytest.approx(34.70, abs=0.005)


def test_a_flagged_value_is_hollow_named_and_not_compared(store: Store) -> None:
    exhibit = _draw(store, reporter="RUS", partner=("UZB",), frequency="A", flow="export")
    assert "$6.10 billion in 2022 (2024 is marked as implausible and left out)" in exhibit.answer
    assert "28.5" not in exhibit.answer
    assert "highest 6.10 $ billion in 2022" in exhibit.alt and "2 points" in exhibit.alt
    assert exhibit.data.filter(pl.col("flag") == "implausible")["label"].to_list() == ["2023", "2024"]
    hollow = [trace for trace in exhibit.figure.data if trace.name.endswith("(doubtful)")]
    assert len(hollow[0].x) == 2
    iran = _draw(store, reporter="IRN", partner=("WLD",), frequency="A").answer
    assert "2024 is marked as incomplete and left out" in iran and "67.7" not in iran
    growth = _draw(store, reporter="RUS", partner=("UZB",), frequency="A", flow="export", measure="growth").data
    assert growth.drop_nulls("growth_pct")["period"].max() == date(2022, 1, 1)
    assert growth["flag"].drop_nulls().to_list() == ["implausible"] * 2, "in the table with its doubt"


@pytest.mark.parametrize(
    ("asked", "said", "never"),
    [
        ({"flow": "total", "start": date(2024, 1, 1), "end": date(2024, 6, 1)}, "in Jun 2024", "2025"),
        ({"flow": "total", "frequency": "A", "start": date(2026, 1, 1)}, "in Jan–Jul 2026", "2025"),
        (
            {"reporter": "DEU", "flow": "export", "start": date(2022, 1, 1), "end": date(2022, 8, 1)},
            "in Aug 2022",
            "2023",
        ),
        ({"flow": "total", "frequency": "A"}, "the highest year of the window ($42.9 billion in 2011)", "12 months"),
    ],
)
def test_the_answer_is_of_the_window_that_is_drawn(
    store: Store, asked: dict[str, object], said: str, never: str
) -> None:
    answer = _draw(store, **asked).answer
    assert said in answer
    assert never not in answer


def test_an_index_of_sums_is_that_of_the_year(store: Store) -> None:
    data = _draw(store, flow="import", measure="index", base=2021, frequency="S").data
    index = dict(zip(data["period"], data["index"], strict=True))
    assert index[date(2021, 12, 1)] == pytest.approx(100)
    assert index[date(2026, 7, 1)] == pytest.approx(9.76, abs=0.01)  # 2.8937 of 29.638 billion


def test_a_source_is_chosen_among_what_was_known(store: Store) -> None:
    exhibit = _draw(store, reporter="RUS", partner=("CHN",), frequency="A", known_on=date(2023, 1, 1))
    assert exhibit.data["source"].unique().to_list() == ["fcs_russia"]
    assert exhibit.data["period"].n_unique() == 16


def test_gaps_and_lines_that_end_early_are_told(store: Store) -> None:
    assert "exports to North Korea (Jan 2017–Nov 2022)" in _draw(store, partner=("PRK",), frequency="S").note
    assert "the world to 2024" in _draw(store, partner=("WLD", "RUS"), frequency="A").subtitle


def test_the_passport_follows_the_window(store: Store) -> None:
    exhibit = _draw(store, end=date(2024, 6, 1))
    assert exhibit.passport.last_observation == "Jun 2024"
    assert "Jul 2026" not in exhibit.answer + exhibit.subtitle
    real = _draw(store, prices="real", frequency="S", flow="total")
    assert real.passport.last_observation == "May 2026"
    assert "93.9% below" in real.answer and "In prices of 2024" in real.answer


def test_the_window_and_not_the_store_is_blamed_for_an_empty_view(store: Store) -> None:
    with pytest.raises(NothingToShow, match="The figures run from Jan 1992 to Jul 2026 and lie outside this window"):
        _draw(store, start=date(2030, 1, 1))


def test_a_year_of_two_editions_says_so(store: Store) -> None:
    exhibit = _draw(store, frequency="A", flow="export")
    year = exhibit.data.filter(pl.col("period") == date(2024, 1, 1)).row(0, named=True)
    assert year["release"] == "months from two editions: census-2025-10, census-2026-09"
    assert "months from two editions" in exhibit.passport.vintage


def test_every_partner_drawn_is_named(store: Store) -> None:
    answer = _draw(store, partner=("WLD", "RUS", "CHN", "KAZ", "UZB"), frequency="A").answer
    assert all(name in answer for name in ("the world", "Russia", "China", "Kazakhstan", "Uzbekistan"))


def _rounded(folder: Path, values: dict[date, float]) -> Store:
    """Exports from an edition that prints to 100,000."""
    rows = [row | {"rounding_usd": 1e5} for row in tiny.months(values)]
    return tiny.store(folder, trade_flow=rows)


def test_what_rounding_hides_is_less_than_at_the_lines_end_and_aloud(tmp_path: Path) -> None:
    months = tiny.year_of(2023, [5e6] * 12) | {date(2024, 1, 1): 0.0}
    drawn = _draw(_rounded(tmp_path, months), flow="export", marks="none")
    assert [note.text for note in drawn.figure.layout.annotations if note.name == "end-label"] == [
        "Exports less than $50,000"
    ]
    assert drawn.alt.endswith("last less than $50,000. Largest fall from one point to the next: 5.0 $ million to less "
                              "than $50,000 in Jan 2024.")  # fmt: skip
    hover = next(trace.text for trace in drawn.figure.data if trace.text)
    assert hover[-1] == "a year before 5 $ million, vintage Oct 2025"
    assert drawn.data["rounding"].to_list() == [1e5] * 13
    yearly = _draw(_rounded(tmp_path / "years", months | tiny.year_of(2024, [0.0] * 12)), flow="export", frequency="A")
    assert yearly.data["rounding"].to_list() == [12e5] * 2, "the widths of a sum add up"


def _years(folder: Path, values: dict[int, float], flags: dict[int, str] | None = None, **more: Any) -> Store:
    """Years of exports to Russia from a source that publishes years, with flags and other columns of its rows."""
    held = {date(year, 1, 1): value for year, value in values.items()}
    rows = tiny.months(held, frequency="A", source="imf_imts", release="imts-1", **more)
    marked = [row | {"flag": (flags or {}).get(row["period"].year)} for row in rows]
    return tiny.store(folder, trade_flow=marked)


def test_growth_says_which_figures_it_leaves_out_for_doubt(tmp_path: Path) -> None:
    values = {2019: 10e6, 2020: 20e6, 2021: 30e6, 2022: 900e6, 2023: 900e6}
    held = _years(tmp_path, values, dict.fromkeys((2022, 2023), "implausible"))
    drawn = _draw(held, flow="export", frequency="A", measure="growth", marks="none")
    assert drawn.answer == (
        "US goods exports to Russia: $30.0 million in 2021 (2023 is marked as implausible and left out), the highest "
        "year of the window. Current prices."
    )
    assert drawn.note == "Doubtful and not compared: exports to Russia in 2022 and 2023 (implausible)."
    assert drawn.data.select(pl.col("period").dt.year(), "growth_pct", "flag").rows() == [
        (2020, pytest.approx(100.0), None), (2021, pytest.approx(50.0), None),
        (2022, None, "implausible"), (2023, None, "implausible"),
    ]  # fmt: skip
    assert drawn.passport.last_observation == "2021", "of what is drawn"
    assert "2020 to 2021" in drawn.subtitle


def test_a_break_in_a_line_of_growth_has_its_own_reason(tmp_path: Path) -> None:
    """1994 is printed as 0.2 million and may be next to nothing; 2001 is nothing; 2004 is not there."""
    values = {1993: 9e6, 1994: 0.2e6, 1995: 11.6e6, 1996: 12e6}
    held = _years(tmp_path / "coarse", values, rounding_usd=1.2e6)
    coarse = _draw(held, flow="export", frequency="A", measure="growth", marks="none")
    assert coarse.note.startswith(
        "Not told, since the year before is printed rounded and may be next to nothing: exports to Russia in 1995. "
    )
    assert "both years" not in coarse.note
    exact = {2000: 5e6, 2001: 0.0, 2002: 7e6, 2003: 8e6, 2005: 9e6, 2006: 9e6}
    held = _years(tmp_path / "exact", exact, rounding_usd=1.0)
    other = _draw(held, flow="export", frequency="A", measure="growth", marks="none")
    assert other.note == (
        "A line breaks where there are no figures for both years: exports to Russia (2004–2005). Not told, since a "
        "rise from zero has no percentage: exports to Russia in 2002."
    )


def test_the_end_of_the_axis_is_told_where_it_ends(tmp_path: Path) -> None:
    def note(last: float) -> str:
        held = _years(tmp_path / str(last), {2020: 1e6, 2021: 2e6, 2022: last})
        return _draw(held, flow="export", frequency="A", measure="growth", marks="none").note

    assert "The axis ends at 300%" in note(8.1e6)
    assert note(7.9e6) == ""


def test_where_no_change_can_be_told_the_window_is_not_blamed(tmp_path: Path) -> None:
    held = _years(tmp_path, {2021: 5e6, 2022: 6e6}, {2022: "implausible"})
    with pytest.raises(NothingToShow, match="doubtful, zero or too coarsely rounded for a change to be told"):
        _draw(held, flow="export", frequency="A", measure="growth")


def test_months_that_are_not_there_point_to_years_that_are(store: Store) -> None:
    with pytest.raises(NothingToShow, match="monthly figures for Russia with North Korea in this source, but yearly"):
        _draw(store, reporter="RUS", partner=("PRK",))
