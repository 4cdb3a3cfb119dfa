"""Every page runs on the real store, says what it shows, and survives hostile links and missing stores."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pipelines import settings

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
PAGES = sorted(
    path.relative_to(APP.parent / "app_pages").as_posix()
    for pattern in ("[a-z]*.py", "*/page.py")
    for path in (APP.parent / "app_pages").glob(pattern)
)
HOSTILE = ("<script>alert(1)</script>", "'; DROP TABLE trade_flow; --", "../../etc/passwd", "=1+1", "\x00", "9" * 500)


def _app() -> AppTest:
    return AppTest.from_file(str(APP), default_timeout=120)


def _page(name: str, **query: str) -> AppTest:
    app = _app().run()
    for key, value in query.items():
        app.query_params[key] = value
    return app if name == "overview.py" and not query else app.switch_page(f"app_pages/{name}").run()


@pytest.mark.usefixtures("store_home")
@pytest.mark.parametrize("name", PAGES)
def test_page_runs_without_an_exception_and_asks_a_question(name: str) -> None:
    page = _page(name)
    assert list(page.exception) == []
    assert list(page.error) == []
    assert page.title[0].value.endswith("?")


@pytest.mark.usefixtures("store_home")
@pytest.mark.parametrize("name", [page for page in PAGES if page != "data.py"])
def test_every_figure_of_a_page_carries_alt_text(name: str) -> None:
    charts = _page(name).get("plotly_chart")
    assert charts
    assert [chart.proto.alt for chart in charts if len(chart.proto.alt) < 40] == []


@pytest.mark.usefixtures("store_home")
@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", ["trade.py", "timing/page.py", "impact.py"])
def test_hostile_values_in_a_link_get_a_sentence_and_the_default_view(name: str, value: str) -> None:
    page = _page(name, partner=value, target=value, event=value, junk=value)
    assert list(page.exception) == []
    assert any("is not a setting of this page" in warning.value for warning in page.warning)
    assert page.get("plotly_chart")


@pytest.mark.usefixtures("store_home")
@pytest.mark.parametrize("day", ["1960-01-01", "2023-04-01"])
def test_the_timing_page_as_known_on_a_day_blames_the_day(day: str) -> None:
    page = _page("timing/page.py", known_on=day, target="IRN")
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
    page = _page("trade.py", partner="irn", frequency="A", flow="both")
    assert page.query_params["partner"] in ("IRN", ["IRN"])
    assert page.query_params["frequency"] in ("A", ["A"])
    assert "flow" not in page.query_params


@pytest.mark.usefixtures("store_home")
def test_a_view_survives_moving_to_another_page_and_back() -> None:
    page = _page("trade.py", partner="VEN")
    page.switch_page("app_pages/impact.py").run()
    page.switch_page("app_pages/trade.py").run()
    assert page.query_params["partner"] in ("VEN", ["VEN"])
    assert list(page.exception) == []


@pytest.mark.usefixtures("store_home")
def test_the_defaults_of_one_page_never_travel_to_another() -> None:
    page = _page("timing/page.py")
    page.switch_page("app_pages/impact.py").run()
    page.switch_page("app_pages/trade.py").run()
    assert dict(page.query_params) == {}
    page.switch_page("app_pages/overview.py").run()
    assert dict(page.query_params) == {}


@pytest.mark.usefixtures("store_home")
def test_settings_that_only_fit_together_are_read_together() -> None:
    page = _page("trade.py", year_from="2016", year_to="2019")
    assert list(page.warning) == []
    assert {name: page.query_params[name] for name in ("year_from", "year_to")} in (
        {"year_from": "2016", "year_to": "2019"},
        {"year_from": ["2016"], "year_to": ["2019"]},
    )
    crossed = _page("trade.py", year_from="2019", year_to="2016")
    assert any("do not fit together" in warning.value for warning in crossed.warning)


@pytest.mark.usefixtures("store_home")
def test_a_code_that_cannot_be_chosen_gets_a_sentence() -> None:
    assert any("XXX" in warning.value for warning in _page("trade.py", reporter="XXX").warning)
    assert any("ZZZ" in warning.value for warning in _page("impact.py", target="ZZZ").warning)


@pytest.mark.usefixtures("store_home")
def test_what_nobody_foresaw_gets_one_sentence_and_a_log_entry(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> str:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("dashboard.exhibits.overview.at_a_glance.state_of_data", broken)
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
def test_trade_and_marks_follow_the_target_but_not_against_a_link() -> None:
    page = _page("timing/page.py", target="ZAF")
    assert page.query_params["partner"] in ("ZAF", ["ZAF"])
    assert "us-zaf-eo12532" in str(page.query_params["measures"])
    assert page.selectbox(key="timing.measure").value == "us-zaf-eo12532"
    kept = _page("timing/page.py", target="IRN", partner="CUB")
    assert kept.query_params["partner"] in ("CUB", ["CUB"])
    page.selectbox(key="timing.target").select("RUS").run()
    assert list(page.exception) == []
    assert "partner" not in page.query_params and "measures" not in page.query_params


@pytest.mark.usefixtures("store_home")
def test_words_filter_the_timeline_and_the_list_to_open_from() -> None:
    page = _page("timing/page.py", containing="price cap")
    options = page.selectbox(key="timing.measure").options
    assert 5 < len(options) < 60
    assert list(page.exception) == []
    nothing = _page("timing/page.py", containing="unobtainium", start="2050")
    assert list(nothing.exception) == []
    assert any("holds no measure on Russia" in info.value for info in nothing.info)


@pytest.mark.usefixtures("store_home")
def test_easings_are_named_choices_that_follow_the_target() -> None:
    page = _page("timing/page.py", target="IRN", easings_only="true")
    box = page.selectbox(key="timing.event")
    assert str(box.value) == "2016-01-16"
    assert any(option.startswith("8 May 2018 · United States · ") for option in box.options)
    page.selectbox(key="timing.target").select("MMR").run()
    assert list(page.exception) == []
    assert all("easing" in option or "lifted" in option for option in page.selectbox(key="timing.event").options)
    kept = _page("timing/page.py", target="IRN", partner="IRN", easings_only="true", event="2018-05-08", flow="export")
    assert str(kept.selectbox(key="timing.event").value) == "2018-05-08"


@pytest.mark.usefixtures("store_home")
def test_a_date_of_one_target_does_not_stay_for_the_next() -> None:
    page = _page("timing/page.py", target="IRN")
    first = page.selectbox(key="timing.event").value
    page.selectbox(key="timing.target").select("MMR").run()
    assert page.selectbox(key="timing.event").value != first


@pytest.mark.usefixtures("store_home")
@pytest.mark.parametrize("clock", ["wind_down_end", "lifted"])
def test_a_date_that_the_page_chooses_can_be_tested_on_every_clock(clock: str) -> None:
    page = _page("timing/page.py", clock=clock)
    assert list(page.exception) == []
    assert not any("months after" in info.value for info in page.info)
    assert any("band" in chart.proto.alt for chart in page.get("plotly_chart"))


@pytest.mark.usefixtures("store_home")
@pytest.mark.parametrize("name", ["trade.py", "timing/page.py"])
def test_a_partner_that_the_reporter_lacks_is_told_and_replaced(name: str) -> None:
    page = _page(name, reporter="RUS")
    assert "There is no trade of Russia with Russia here; partner shown: China." in [one.value for one in page.info]
    assert page.query_params["partner"] in ("CHN", ["CHN"])
    assert not any("There is no trade of" in one.value for one in _page(name, reporter="USA", partner="IRN").info)
