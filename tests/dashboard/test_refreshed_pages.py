"""The pages on a store that live refreshes filled: names to search, figures that were revised."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pipelines import settings
from pipelines.store import Store

APP = Path(__file__).parents[2] / "dashboard" / "app.py"


@pytest.fixture
def at_home(refreshed: Store, store_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The refreshed store as the one that the dashboard opens."""
    del store_home
    monkeypatch.setenv("TRADEWAKE_HOME", str(refreshed.build.path.parent.parent))
    settings.load.cache_clear()
    yield refreshed
    monkeypatch.undo()
    settings.load.cache_clear()


def _page(name: str, **query: str) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=120).run()
    for key, value in query.items():
        app.query_params[key] = value
    return app.switch_page(f"app_pages/{name}/page.py").run()


@pytest.mark.usefixtures("at_home")
@pytest.mark.parametrize("name", ["overview", "trade", "timing", "effect", "impact", "data"])
def test_every_page_runs_on_a_refreshed_store(name: str) -> None:
    page = _page(name)
    assert list(page.exception) == []
    assert list(page.error) == []


@pytest.mark.usefixtures("at_home")
def test_a_list_is_chosen_and_its_names_are_searched() -> None:
    page = _page("timing", view="names", list_name="UK Sanctions List", search="volga")
    tables = [frame.value for frame in page.dataframe if "entry_kind" in frame.value.columns]
    assert len(tables) == 1
    assert tables[0]["name"].str.startswith("Volga").all()
    page.selectbox(key="timing.programme").set_value("Belarus").run()
    tables = [frame.value for frame in page.dataframe if "entry_kind" in frame.value.columns]
    assert list(tables[0]["entry"]) == ["0001"]
    assert list(page.exception) == []


@pytest.mark.usefixtures("at_home")
def test_words_that_no_name_holds_get_a_sentence() -> None:
    page = _page("timing", view="names", search="'; DROP TABLE designation; --")
    assert list(page.exception) == []
    assert any("choose another time, state or other words" in info.value for info in page.info)


@pytest.mark.usefixtures("at_home")
def test_the_data_page_names_revised_figures() -> None:
    page = _page("data")
    assert list(page.exception) == []
    assert [chart.proto.alt for chart in page.get("plotly_chart") if "US exports to Fiji" in chart.proto.alt]
    page.selectbox(key="data.revised_by").set_value("census").run()
    alt = next(chart.proto.alt for chart in page.get("plotly_chart") if "US exports to Fiji" in chart.proto.alt)
    assert "Tuvalu" not in alt


@pytest.mark.usefixtures("store_home")
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("data", "is the first, so there is no figure before it"),
        ("timing", "Names come with a live refresh"),
    ],
)
def test_on_shipped_figures_the_pages_say_what_brings_more(name: str, sentence: str) -> None:
    assert any(sentence in info.value for info in _page(name, **({"view": "names"} if name == "timing" else {})).info)
