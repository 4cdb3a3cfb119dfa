"""What the exhibits of the impact page say, each sentence on figures made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from dashboard.exhibits.base import Exhibit, NothingToShow, Spec
from dashboard.exhibits.impact import SPECS, forecast, growth
from dashboard.exhibits.impact import exposure as exposed
from dashboard.exhibits.impact.exposure import ExposureParams
from dashboard.exhibits.impact.forecast import ShortfallParams, growth_shortfall
from dashboard.exhibits.impact.gap import GapParams, gdp_gap
from dashboard.exhibits.impact.growth import RATES, GrowthParams, gdp_growth
from dashboard.exhibits.impact.level import LevelParams, gdp_level
from dashboard.exhibits.impact.targets import PeerParams, cases, settled
from dashboard.figures.marks import NOT_A_CAUSE
from dashboard.figures.theme import LIGHT
from dashboard.queries.subjects import subjects
from dashboard.studies import yearly
from dashboard.studies.growth import Compared, Rates
from dashboard.studies.yearly import GROWTH, YearlyQuery, YearlySeries
from pipelines.store import Store

EVENT = date(2022, 2, 24)
WHO = {"target": "AAA", "peers": "NLD,BBB,CCC,DDD"}


def _rates(values: dict[str, dict[int, float]], *targets: str, doubt: int = 0) -> Rates:
    """Rates made by hand, the first economy being the target."""
    rows = [
        {"area": area, "period": date(year, 1, 1), "value": rate, "is_estimate": year == doubt, "flag": None,
         "source": "worldbank", "release": "worldbank-2026-07", "known_from": date(2026, 7, 1)}
        for area, rates in values.items() for year, rate in rates.items()
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema=dict(yearly.COLUMNS))
    query = YearlyQuery(GROWTH, tuple(values), "worldbank")
    series = YearlySeries(query, frame, frame, {area: f"Land {area}" for area in values})
    peers = tuple(area for area in values if area not in (targets or ("AAA",)))
    return Rates(series, Compared(targets or ("AAA",), peers), EVENT)


@pytest.mark.parametrize(
    ("rates", "doubt", "text"),
    [
        ({2022: -1.4, 2025: 1.0}, 0, "shrank by 1.4% in 2022 and grew by 1.0% in 2025"),
        ({2022: 2.0, 2025: 1.0}, 0, "grew by 2.0% in 2022 and by 1.0% in 2025"),
        ({2022: -2.0}, 0, "shrank by 2.0% in 2022"),
        ({2020: -2.7}, 0, "shrank by 2.7% in 2020"),
        ({2022: -1.4, 2024: 4.3}, 2024, "shrank by 1.4% in 2022 and grew by 4.3% in 2024 (which may be an estimate)"),
    ],
)
def test_the_answer_on_growth(rates: dict[int, float], doubt: int, text: str) -> None:
    said = growth.answer(_rates({"AAA": rates}, doubt=doubt), RATES["gdp_growth"])
    assert said == f"The economy of Land AAA {text}, by the World Bank's figures of Jul 2026."


def test_peers_are_named_while_there_are_two() -> None:
    names = {"AAA": "Aland", "NLD": "Netherlands", "CCC": "Cordia"}
    assert growth.peer_words(names, ["NLD", "CCC"]) == " beside the Netherlands and Cordia"
    assert growth.peer_words(names, ["AAA", "NLD", "CCC"]) == " and 3 peers"
    assert growth.peer_words(names, []) == ""


def test_the_median_of_peers_is_that_of_those_with_a_figure() -> None:
    found = _rates({"AAA": {2022: -1.0}, "B": {2022: 1.0}, "C": {2022: 2.0}, "D": {2022: 9.0}, "E": {2021: 5.0}})
    assert found.median_of_peers(2022) == 2.0
    assert growth.cards(found)[0].detail == "median of 3 peers +2.0%"
    assert _rates({"AAA": {2022: 1.0}, "B": {2022: 1.0}, "C": {2022: 2.0}}).median_of_peers(2022) == 1.5
    assert _rates({"AAA": {2022: 1.0}, "B": {2022: 1.0}}).median_of_peers(2022) is None


def _growth(store: Store, **values: object) -> Exhibit:
    return gdp_growth(store, GrowthParams.parse(WHO | values), LIGHT)


def test_the_note_names_the_cause_of_each_that_is_missing(lands: Store) -> None:
    note = _growth(lands, start="2018").note
    assert "Figures for Borduria lie outside these years." in note
    assert "No figures of the World Bank here for Cordia." in note
    assert "No figures here for Drakmar." in note
    assert note.endswith(NOT_A_CAUSE)


def test_a_window_that_ends_before_the_event_is_the_windows_doing(lands: Store) -> None:
    note = _growth(lands, end="2020").note
    assert "These years end in 2020, before the event; the figures for Aland go on to 2025." in note
    assert "The figures for Aland end" not in note


def test_only_who_is_drawn_is_counted_in_the_title_and_the_file_name(lands: Store) -> None:
    shown = _growth(lands)
    assert shown.title == "Real GDP growth of Aland beside the Netherlands and Borduria"
    assert shown.stem == "real-gdp-growth-aland-against-2-peers-2013-2025"


def test_what_may_be_an_estimate_is_dotted_and_named(lands: Store) -> None:
    shown = _growth(lands, gdp_source="imf_weo", peers="CCC")
    told = "Drawn dotted, since the IMF does not say whether it is a result or an estimate: 2024 for Aland and Cordia."
    assert told in shown.note
    assert told in shown.alt
    assert any(trace.line.dash == "dot" for trace in shown.figure.data if trace.mode == "lines")
    assert shown.answer.endswith("grew by 3.0% in 2024 (which may be an estimate), by the IMF's figures of Oct 2025.")


def test_target_is_coloured_and_peers_are_grey(lands: Store) -> None:
    figure = _growth(lands, also="BBB", peers="NLD", start="2010").figure
    labels = [label for label in figure.layout.annotations if label.name == "end-label"]
    colours = {label.text.split(" ")[0]: label.font.color for label in labels}
    assert (colours["Aland"], colours["Netherlands"]) == (LIGHT.total, LIGHT.grey)
    assert colours["Borduria"] not in (LIGHT.grey, LIGHT.total)


def test_event_line_stands_on_its_day_and_years_in_their_middle(lands: Store) -> None:
    figure = _growth(lands).figure
    assert [shape.x0 for shape in figure.layout.shapes if shape.name == "event"] == ["2022-02-24"]
    assert all(day.endswith("-07-01") for trace in figure.data for day in trace.x)


def test_a_year_without_a_figure_is_a_gap_in_the_line(lands: Store) -> None:
    line = next(trace for trace in _growth(lands).figure.data if trace.name == "Netherlands" and trace.mode == "lines")
    assert dict(zip(line.x, line.y, strict=True))["2021-07-01"] is None


def test_an_emptied_event_means_the_default() -> None:
    assert GrowthParams.model_validate({"event": None}).event == date(2022, 2, 24)


@pytest.mark.parametrize(
    "text", [{"target": "Russia"}, {"peers": "KAZ,nowhere"}, {"gdp_source": "oecd"}, {"event": "soon"}]
)
def test_bad_values_are_named(text: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(text))):
        GrowthParams.parse(text)


def test_levels_say_against_what_and_who_lacks_the_base(lands: Store) -> None:
    shown = gdp_level(lands, LevelParams.parse(WHO), LIGHT)
    assert shown.answer == "In 2025 real GDP of Aland was 1.7% below 2021."
    assert "No figures in 2021 for Borduria, so nothing to compare with." in shown.note
    assert shown.subtitle.startswith(
        "Real GDP, index, 2021 = 100, chained from growth rates, World Bank edition of Jul 2026, "
    )
    constant = gdp_level(lands, LevelParams.parse({"target": "AAA", "peers": "", "level": "constant"}), LIGHT)
    assert "GDP in constant 2015 US dollars, World Bank edition of May 2026" in constant.subtitle
    assert constant.passport.price_basis == "constant 2015 US dollars"
    assert constant.title == "Real GDP of Aland since before the event"


def test_the_gap_names_path_level_and_every_column(lands: Store) -> None:
    shown = gdp_gap(lands, GapParams.parse({"target": "AAA"}), LIGHT)
    assert shown.answer == "Real GDP of Aland was 11.8% below the path of 2014–2021 in 2022 and 9.2% below it in 2025."
    assert (
        "2022 −11.8%; 2023 −12.6%; 2024 −11.8%; 2025 −9.2%; before it, in hollow columns, from 0.0% to 0.0%"
        in shown.alt
    )
    alone = gdp_gap(lands, GapParams.parse({"target": "AAA", "event": "2026-03-01"}), LIGHT)
    assert alone.answer == "There is no figure for Aland from the event on yet."
    assert "the event: none yet; before it" in alone.alt


def _shortfall(store: Store, **values: object) -> Exhibit:
    return growth_shortfall(store, ShortfallParams.parse({"target": "AAA"} | values), LIGHT)


def test_the_shortfall_names_everything_that_is_drawn(lands: Store) -> None:
    shown = _shortfall(lands)
    assert shown.answer == (
        "The economy of Aland shrank by 10.0% in 2022, 13.0 percentage points below the last forecast before the event "
        "(World Economic Outlook); it grew by 1.0% in 2023, 1.0 percentage point below it; by 2023 output was 13.5% "
        "below the forecast path."
    )
    assert (
        "2022: 2 forecasts from −12.0% to +3.0%, 1 range of a forecast from −14.0% to +4.5%, 1 first estimate of −9.0% "
        "and 1 revised figure of −9.5%; the last before the event +3.0%, outcome −10.0%."
    ) in shown.alt
    assert shown.passport.last_observation == "2023"
    assert shown.passport.vintage == (
        "forecast of 31 Jan 2022 (World Economic Outlook), outcome of 1 Jul 2026 (World Development Indicators), and 4 "
        "other publications"
    )


def test_ranges_without_points_and_one_sided_ranges_are_told(lands: Store) -> None:
    found = forecast.ask(lands, ShortfallParams.parse({"target": "AAA"}))
    ranges = found.frame.filter(pl.col("low_pct").is_not_null())
    assert forecast.drawn_words(replace(found, frame=ranges), 2022) == "1 range of a forecast from −14.0% to +4.5%"
    one_sided = ranges.with_columns(pl.lit(None, dtype=pl.Float64).alias("high_pct"))
    assert forecast.drawn_words(replace(found, frame=one_sided), 2022) == "1 range of a forecast from −14.0%"


def test_later_years_that_are_not_drawn_are_counted(lands: Store) -> None:
    found = forecast.ask(lands, ShortfallParams.parse({"target": "AAA"}))
    assert " 2 later years of it are not drawn." in forecast.note(replace(found, more_years=2))
    assert "1 later year of it is not drawn." in forecast.note(replace(found, more_years=1))


def test_four_markers_for_four_things(lands: Store) -> None:
    symbols = {trace.name: trace.marker.symbol for trace in _shortfall(lands).figure.data if trace.mode == "markers"}
    assert symbols == {
        "forecast": "circle-open", "first estimate": "diamond", "revised figure": "square",
        "compared: the last before the event": "circle",
    }  # fmt: skip


def _exposure(store: Store, side: str = "USA,NLD", **values: object) -> Exhibit:
    return exposed.exposure(store, ExposureParams.parse({"target": "AAA", "side": side} | values), LIGHT)


def test_exposure_says_that_both_parts_are_dollars(lands: Store) -> None:
    shown = _exposure(lands)
    assert shown.subtitle == (
        "With the United States and the Netherlands; % of GDP, both in current US dollars, IMTS basis, exports FOB, "
        "2018–2024"
    )
    assert shown.answer == "Goods trade with the chosen countries was 9.6% of the GDP of Aland in 2024 (an estimate)."
    assert "Trade and GDP are both in current US dollars" in shown.note


def test_gaps_uncounted_partners_and_estimates_are_told(lands: Store) -> None:
    note = _exposure(lands, "USA,NLD,DDD").note
    assert "This source has no figures with Drakmar." in note
    assert "Gaps: 2021, no figure with the Netherlands." in note
    assert "2022–2024 are estimates of the source from partners' reports, drawn dotted." in note


def test_the_year_before_the_event_stands_beside_the_last(lands: Store) -> None:
    shown = _exposure(lands, "USA", event="2021-05-01")
    assert shown.answer.endswith("in 2024 (an estimate), after 4.0% in 2020, the year before the event.")
    assert shown.cards[0].detail == "$24.0 billion, estimate; 2.0% in 2020"


def test_what_is_in_doubt_is_drawn_and_leads_nothing(lands: Store) -> None:
    found = exposed.ask(lands, ExposureParams.parse({"target": "AAA", "side": "USA"}))
    last = pl.col("period") == date(2024, 1, 1)
    flagged = found.frame.with_columns(
        pl.when(last).then(pl.lit("implausible")).otherwise("flag").alias("flag"),
        pl.when(last).then(90.0).otherwise("share_pct").alias("share_pct"),
    )
    doubtful = replace(found, frame=flagged)
    params = ExposureParams.parse({"target": "AAA", "side": "USA"})
    assert "in 2023" in exposed.answer(doubtful, params)
    assert [card.label for card in exposed.cards(doubtful, params)] == [
        "Exports, 2023, share of GDP", "Imports, 2023, share of GDP",
    ]  # fmt: skip
    told = (
        "In doubt, since a figure in it is marked implausible, and drawn dotted: exports 2024 (90.0%) and imports 2024"
    )
    assert told in exposed.note(doubtful)
    alt = exposed.alt(doubtful, "Aland")
    assert told in alt
    assert "highest 90.0%" not in alt


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.id)
def test_a_target_in_the_box_and_the_button_of_it_are_one_view(spec: Spec, store: Store) -> None:
    for case in cases(store).values():
        if case["also"]:
            continue
        asked = {name: value for name, value in case.items() if name in spec.params.model_fields}
        told = []
        for chosen in (asked, {"target": case["target"]}):
            try:
                shown = spec.build(store, spec.params(**chosen), LIGHT)
                told.append((shown.title, shown.answer, shown.subtitle, shown.passport.view))
            except NothingToShow as reason:
                told.append((str(reason),) * 4)
        assert told[0] == told[1], case["target"]


def test_what_a_reader_chose_stands(store: Store) -> None:
    chosen = PeerParams(target="VEN", event=date(2022, 2, 1), peers=("COL",))
    assert settled(store, chosen) == chosen
    own = settled(store, PeerParams(target="VEN"))
    assert (own.event, own.peers) == (subjects(store)["VEN"].event, subjects(store)["VEN"].peers)
    assert settled(store, PeerParams()) == PeerParams()
    assert settled(store, PeerParams(target="FRA")) == PeerParams(target="FRA")


def test_a_path_is_told_no_further_than_it_is_long(store: Store) -> None:
    shown = gdp_gap(store, GapParams(target="NRU", event=date(2003, 3, 1)), LIGHT)
    assert "above it in 2010." in shown.answer
    assert "the years after 2010, to 2025, lie further from it than it is long" in shown.answer
    assert {card.label for card in shown.cards} == {f"Gap to the path, {year}" for year in range(2007, 2011)}
    near = gdp_gap(store, GapParams(), LIGHT)
    assert "further" not in near.answer and near.answer.endswith("in 2025.")
