"""Every page runs on the real store, says what it shows, and survives hostile links and missing stores."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.app_pages.contents import CHARTS, CONTENTS
from dashboard.exhibits import find
from pipelines import settings

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
PAGES = tuple(page.script.removeprefix("app_pages/") for page in CONTENTS)
VIEWS = [
    pytest.param(found.page.path, found.view.id, id=f"{found.page.path}:{found.view.id}") for found in CONTENTS.every()
]
HOSTILE = ("<script>alert(1)</script>", "'; DROP TABLE trade_flow; --", "../../etc/passwd", "=1+1", "\x00", "9" * 500)


def _app() -> AppTest:
    return AppTest.from_file(str(APP), default_timeout=120)


def _page(name: str, **query: str) -> AppTest:
    app = _app().run()
    for key, value in query.items():
        app.query_params[key] = value
    return app.run() if name == "overview/page.py" else app.switch_page(f"app_pages/{name}").run()


def _means(page: AppTest) -> dict[str, str]:
    """The link that the address of a page stands for, in its shortest form."""
    found: dict[str, str] = page.session_state["view.means"]
    return found


@pytest.mark.usefixtures("store_home")
@pytest.mark.parametrize("name", PAGES)
def test_page_runs_without_an_exception_and_asks_a_question(name: str) -> None:
    page = _page(name)
    assert list(page.exception) == []
    assert list(page.error) == []
    assert page.title[0].value.endswith("?")
    assert _means(page) == {}


@pytest.mark.usefixtures("store_home")
@pytest.mark.parametrize("subject", ["RUS", pytest.param("IRN", marks=pytest.mark.slow), "PRK"])
@pytest.mark.parametrize(("path", "view"), VIEWS)
def test_every_view_shows_a_picture_or_says_why_not(path: str, view: str, subject: str) -> None:
    page = _page(CONTENTS.page(path).script.removeprefix("app_pages/"), view=view, subject=subject)
    spec = CONTENTS.page(path).view(view)
    assert spec is not None
    assert (list(page.exception), list(page.error), list(page.warning)) == ([], [], [])
    drawn, told = len(page.get("plotly_chart")), len(page.info)
    if spec.exhibits:
        assert drawn <= 2
        assert drawn + told >= (1 if told and not drawn else len(spec.exhibits))


@pytest.mark.usefixtures("store_home")
@pytest.mark.parametrize("name", sorted(CHARTS))
def test_every_exhibit_has_a_page_of_its_own(name: str) -> None:
    page = _page("chart.py", chart=name)
    assert (list(page.exception), list(page.error), list(page.warning)) == ([], [], [])
    assert page.title[0].value
    if not page.info:
        assert len(page.get("plotly_chart")) == 1
        codes = [code.value for code in page.code]
        assert any(f"/chart?chart={name}" in code for code in codes)
        assert any(code.startswith("<iframe src=") for code in codes)
        assert page.dataframe[0].value.shape[0] > 0


@pytest.mark.usefixtures("store_home")
def test_a_chart_of_a_link_opens_from_any_path_with_the_settings_of_the_link() -> None:
    page = _page("overview/page.py", chart="trade_over_time", partner="IRN", flow="export")
    assert page.title[0].value == CHARTS["trade_over_time"].title
    assert _means(page) == {"chart": "trade_over_time", "partner": "IRN", "flow": "export"}
    unknown = _page("chart.py", chart="nosuchchart")
    assert any("nosuchchart" in warning.value for warning in unknown.warning)
    assert unknown.get("plotly_chart")


@pytest.mark.usefixtures("store_home")
@pytest.mark.parametrize("name", [page for page in PAGES if page != "data/page.py"])
def test_every_figure_of_a_page_carries_alt_text(name: str) -> None:
    charts = _page(name).get("plotly_chart")
    assert charts
    assert [chart.proto.alt for chart in charts if len(chart.proto.alt) < 40] == []


@pytest.mark.usefixtures("store_home")
@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", ["trade/page.py", "timing/page.py", "effect/page.py", "impact/page.py"])
def test_hostile_values_in_a_link_get_a_sentence_and_the_default_view(name: str, value: str) -> None:
    page = _page(name, partner=value, target=value, event=value, junk=value)
    assert list(page.exception) == []
    assert any("is not a setting of this page" in warning.value for warning in page.warning)
    assert page.get("plotly_chart")


@pytest.mark.usefixtures("store_home")
@pytest.mark.parametrize(("day", "view"), [("1960-01-01", "timeline"), ("2023-04-01", "names")])
def test_the_timing_page_as_known_on_a_day_blames_the_day(day: str, view: str) -> None:
    page = _page("timing/page.py", known_on=day, target="IRN", view=view)
    assert list(page.exception) == []
    told = [one.value for one in (*page.info, *page.warning)]
    assert told and not any("are in the store" in text for text in told)


def test_no_store_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRADEWAKE_HOME", str(tmp_path))
    settings.load.cache_clear()
    page = _app().run()
    settings.load.cache_clear()
    assert list(page.exception) == []
    assert "There is no store" in page.error[0].value.replace("\\", "")
    assert "tradewake refresh" in page.error[0].value.replace("\\", "")


@pytest.mark.usefixtures("store_home")
def test_a_link_is_read_and_written_back_in_its_shortest_form() -> None:
    page = _page("trade/page.py", partner="irn", frequency="A", flow="both")
    assert _means(page) == {"partner": "IRN", "frequency": "A"}
    page.selectbox(key="trade.flow").select("export").run()
    assert _means(page) == {name: page.query_params[name] for name in page.query_params}
    assert _means(page) == {"partner": "IRN", "frequency": "A", "flow": "export"}


@pytest.mark.usefixtures("store_home")
def test_the_address_replaces_what_was_chosen_before() -> None:
    """As back and forward do: what the address no longer says is no longer chosen."""
    page = _page("trade/page.py", partner="VEN", frequency="A")
    assert page.selectbox(key="trade.reporter").value == "USA"
    del page.query_params["frequency"]
    page.query_params["partner"] = "CUB"
    page.run()
    assert _means(page) == {"partner": "CUB"}
    page.query_params.clear()
    page.run()
    assert _means(page) == {}


@pytest.mark.usefixtures("store_home")
def test_what_was_changed_is_said_and_set_back() -> None:
    page = _page("trade/page.py", subject="IRN", flow="export")
    assert any("Changed from what is shown at first: flow" in caption.value for caption in page.caption)
    page.button(key="set-back").click().run()
    assert _means(page) == {"subject": "IRN"}
    assert not any("Changed from" in caption.value for caption in page.caption)


@pytest.mark.usefixtures("store_home")
def test_what_follows_from_the_subject_follows_and_other_choices_stay() -> None:
    page = _page("trade/page.py", view="against-the-peak", partner="CUB", flow="export")
    page.selectbox(key="sidebar.subject").select("IRN").run()
    assert list(page.exception) == []
    assert _means(page) == {"subject": "IRN", "view": "against-the-peak", "flow": "export"}
    assert page.multiselect(key="trade.partner").value == ["IRN"]
    assert "Iran" in page.title[0].value


@pytest.mark.usefixtures("store_home")
@pytest.mark.parametrize("value", [*HOSTILE, "ATL", "EUU"])
def test_no_such_subject_gets_a_sentence(value: str) -> None:
    page = _page("trade/page.py", subject=value)
    assert list(page.exception) == []
    assert len([one for one in page.warning if "There is no subject" in one.value]) == 1
    assert "Russia" in page.title[0].value


@pytest.mark.usefixtures("store_home")
def test_the_defaults_of_a_subject_never_travel_to_another_page() -> None:
    page = _page("timing/page.py", subject="VEN", reporter="EUU", status="confirmed")
    links = {link.label: link.proto.query_string for link in page.get("page_link")}
    assert links["Trade collapse and rebound"] == "subject=VEN&reporter=EUU"


@pytest.mark.usefixtures("store_home")
def test_a_chart_is_found_by_other_words() -> None:
    for typed, view in (
        ("reroute", "Where did Russia’s trade go"),
        ("GDP", "How did the economy grow"),
        ("oil", "oil"),
    ):
        page = _page("overview/page.py")
        page.text_input(key="sidebar.words").input(typed).run()
        assert any(view in link.proto.label for link in page.get("page_link")), typed
    page.text_input(key="sidebar.words").input("unobtainium").run()
    assert any("Nothing is called" in caption.value for caption in page.caption)


@pytest.mark.usefixtures("store_home")
def test_an_exhibit_that_fails_takes_no_other_with_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from dashboard.exhibits import trade

    def broken(*_: object) -> str:
        raise ZeroDivisionError("secret detail")

    spec = next(one for one in trade.SPECS if one.id == "collapse_card")
    failing = replace(spec, build=broken)
    monkeypatch.setattr("dashboard.ui.state.find", lambda name: failing if name == spec.id else find(name))
    page = _page("trade/page.py", view="against-the-peak", before_months="25")
    assert list(page.exception) == []
    assert len(page.error) == 1 and "could not be drawn" in page.error[0].value
    assert "secret detail" not in page.error[0].value
    assert "ZeroDivisionError" in caplog.text
    assert len(page.get("plotly_chart")) == 1


@pytest.mark.usefixtures("store_home")
def test_settings_that_only_fit_together_are_read_together() -> None:
    page = _page("trade/page.py", year_from="2016", year_to="2019")
    assert list(page.warning) == []
    assert _means(page) == {"year_from": "2016", "year_to": "2019"}
    assert page.segmented_control(key="switch.trade").value == "where-it-went"
    crossed = _page("trade/page.py", year_from="2019", year_to="2016")
    assert any("do not fit together" in warning.value for warning in crossed.warning)


@pytest.mark.usefixtures("store_home")
def test_a_code_that_cannot_be_chosen_gets_a_sentence() -> None:
    assert any("XXX" in warning.value for warning in _page("trade/page.py", reporter="XXX").warning)
    assert any("QQQ" in warning.value for warning in _page("impact/page.py", target="QQQ").warning)


@pytest.mark.usefixtures("store_home")
def test_what_nobody_foresaw_gets_one_sentence_and_a_log_entry(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> str:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("dashboard.app_pages.overview.blocks.state_of_data", broken)
    page = _app().run()
    assert list(page.exception) == []
    assert "could not be drawn" in page.error[0].value
    assert "secret detail" not in page.error[0].value
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.usefixtures("store_home")
def test_a_link_opens_a_measure_whatever_the_filters_show() -> None:
    page = _page("timing/page.py", measure="us-irn-jcpoa-impl", partner="IRN")
    assert list(page.warning) == []
    assert page.selectbox(key="timing.measure").value == "us-irn-jcpoa-impl"
    assert any("Implementation Day" in chart.proto.alt for chart in page.get("plotly_chart"))


@pytest.mark.usefixtures("store_home")
def test_a_measure_that_is_not_there_gets_one_sentence_and_another_is_shown() -> None:
    page = _page("timing/page.py", measure="us-rus-never-was")
    assert list(page.exception) == []
    told = [warning.value for warning in page.warning if "us-rus-never-was" in warning.value]
    assert len(told) == 1 and "no measure" in told[0]


@pytest.mark.usefixtures("store_home")
def test_an_older_link_that_names_a_target_means_the_subject() -> None:
    page = _page("timing/page.py", target="ZAF")
    assert _means(page) == {"subject": "ZAF"}
    one = _page("timing/page.py", target="ZAF", view="measure")
    assert one.selectbox(key="timing.measure").value.startswith("us-zaf-")
    assert one.multiselect(key="timing.partner").value == ["ZAF"]
    kept = _page("timing/page.py", target="IRN", partner="CUB", view="measure")
    assert kept.multiselect(key="timing.partner").value == ["CUB"]
    pinned = _page("impact/page.py", target="IRN")
    assert _means(pinned) == {"subject": "IRN"}
    assert "Iran" in pinned.title[0].value and any("Iran and 3 peers" in html.proto.body for html in pinned.get("html"))


@pytest.mark.usefixtures("store_home")
def test_an_older_link_opens_the_view_that_takes_its_settings() -> None:
    for script, asked, view in (
        ("trade", {"economy": "PRK"}, "whole-economy"),
        ("overview", {"frequency": "Q"}, "us-russia"),
        ("impact", {"trend_years": "5"}, "level"),
    ):
        page = _page(f"{script}/page.py", **asked)
        assert page.segmented_control(key=f"switch.{'' if script == 'overview' else script}").value == view
        assert _means(page) == asked
    moved = _page("timing/page.py", max_breaks="3")
    assert moved.segmented_control(key="switch.effect").value == "breaks"
    assert _means(moved) == {"max_breaks": "3"}
    assert "move around the measures" in moved.title[0].value


@pytest.mark.usefixtures("store_home")
def test_words_filter_the_timeline_and_the_list_to_open_from() -> None:
    page = _page("timing/page.py", containing="price cap", view="timeline")
    assert list(page.exception) == []
    page.segmented_control(key="switch.timing").set_value("measure").run()
    options = page.selectbox(key="timing.measure").options
    assert 5 < len(options) < 60
    nothing = _page("timing/page.py", containing="unobtainium", start="2050")
    assert list(nothing.exception) == []
    assert any("holds no measure on Russia" in info.value for info in nothing.info)


@pytest.mark.usefixtures("store_home")
def test_easings_are_named_choices_that_follow_the_subject() -> None:
    page = _page("effect/page.py", subject="IRN", view="test", easings_only="true")
    box = page.selectbox(key="effect.event")
    assert str(box.value) == "2016-01-16"
    assert any(option.startswith("8 May 2018 · United States · ") for option in box.options)
    page.selectbox(key="sidebar.subject").select("MMR").run()
    assert list(page.exception) == []
    assert all("easing" in option or "lifted" in option for option in page.selectbox(key="effect.event").options)
    kept = _page("effect/page.py", subject="IRN", view="test", easings_only="true", event="2018-05-08", flow="export")
    assert str(kept.selectbox(key="effect.event").value) == "2018-05-08"


@pytest.mark.usefixtures("store_home")
def test_a_date_of_one_subject_does_not_stay_for_the_next() -> None:
    page = _page("effect/page.py", subject="IRN", view="test")
    first = page.selectbox(key="effect.event").value
    page.selectbox(key="sidebar.subject").select("MMR").run()
    assert page.selectbox(key="effect.event").value != first


@pytest.mark.usefixtures("store_home")
@pytest.mark.parametrize("event", ["2030-01", "1930-01"])
def test_a_date_beyond_the_years_offered_is_told_and_moved(event: str) -> None:
    page = _page("trade/page.py", event=event)
    assert (list(page.exception), list(page.error)) == ([], [])
    assert any("cannot be chosen here" in warning.value for warning in page.warning)


@pytest.mark.usefixtures("store_home")
@pytest.mark.parametrize("clock", ["wind_down_end", "lifted"])
def test_a_date_that_the_page_chooses_can_be_tested_on_every_clock(clock: str) -> None:
    page = _page("effect/page.py", view="test", clock=clock)
    assert list(page.exception) == []
    assert not any("months after" in info.value for info in page.info)
    assert any("band" in chart.proto.alt for chart in page.get("plotly_chart"))


@pytest.mark.usefixtures("store_home")
@pytest.mark.parametrize(("name", "view"), [("trade", "over-time"), ("effect", "around")])
def test_a_partner_that_the_reporter_lacks_is_told_and_replaced(name: str, view: str) -> None:
    page = _page(f"{name}/page.py", reporter="RUS", view=view)
    assert "There is no trade of Russia with Russia here; partner shown: China." in [one.value for one in page.info]
    assert _means(page)["partner"] == "CHN"
    fits = _page(f"{name}/page.py", reporter="USA", partner="IRN", view=view)
    assert not any("There is no trade of" in one.value for one in fits.info)


@pytest.mark.usefixtures("store_home")
def test_another_country_never_stands_in_for_the_subject() -> None:
    """The EU's shipped months reach Russia and a few others; about Iran there are none, and that is said."""
    page = _page("trade/page.py", subject="IRN", reporter="EUU", flow="export")
    assert (list(page.exception), list(page.error)) == ([], [])
    assert page.multiselect(key="trade.partner").value == ["IRN"]
    assert not page.get("plotly_chart") and page.info
    assert "partner" not in _means(page)


@pytest.mark.usefixtures("store_home")
def test_a_subject_without_named_acts_begins_with_its_newest_measure() -> None:
    page = _page("timing/page.py", subject="DEU", view="measure")
    assert list(page.exception) == []
    assert not page.selectbox(key="timing.measure").value.startswith("us-rus-")
    beside = _page("trade/page.py", subject="DEU", view="side-by-side")
    assert beside.multiselect(key="trade.panels").value[0] == "DEU"


@pytest.mark.usefixtures("store_home")
def test_measures_and_subjects_are_found_by_their_names() -> None:
    page = _page("overview/page.py")
    page.text_input(key="sidebar.words").input("price cap").run()
    found = [link.proto.query_string for link in page.get("page_link")]
    assert any("measure=eu-rus-cap" in query for query in found)
    page.text_input(key="sidebar.words").input("UAE").run()
    page.button(key="found-ARE").click().run()
    assert "United Arab Emirates" in page.title[0].value


@pytest.mark.usefixtures("store_home")
def test_a_chart_carries_the_subject_in_its_link() -> None:
    page = _page("chart.py", chart="trade_over_time", subject="IRN")
    assert any("subject=IRN" in code.value for code in page.code)
    assert not any("Changed from" in caption.value for caption in page.caption)
