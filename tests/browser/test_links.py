"""A copied link opens the same view, also after moving between pages; a hostile one gets a sentence."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlparse

import pytest

from tests.browser.conftest import Served, Tab


def _query(tab: Tab) -> dict[str, list[str]]:
    return parse_qs(urlparse(tab.page.url).query)


def test_deep_link_opens_the_view_it_names(tab: Tab, served: Served) -> None:
    tab.open(f"{served.url}/trade?partner=IRN&frequency=A&flow=export", "trade_over_time")
    title = tab.page.locator(".st-key-exhibit-trade_over_time .tw-title").inner_text()
    assert "Iran" in title
    assert "exports" in title
    assert _query(tab) == {"partner": ["IRN"], "frequency": ["A"], "flow": ["export"]}


def test_what_means_the_same_on_every_page_travels_with_the_links_of_the_sidebar(tab: Tab, served: Served) -> None:
    tab.open(f"{served.url}/trade?subject=VEN&currency=USD&frequency=A", "trade_over_time")
    tab.page.get_by_role("link", name="Economic impact").first.click()
    tab.painted("gdp_growth")
    assert _query(tab) == {"subject": ["VEN"]}
    assert "Venezuela" in tab.page.locator("h1").first.inner_text()


def test_back_and_forward_undo_and_redo_choices(tab: Tab, served: Served) -> None:
    tab.open(f"{served.url}/trade?subject=IRN", "trade_over_time")
    tab.page.get_by_role("radio", name="Years").first.click()
    tab.page.wait_for_function("window.location.search.includes('frequency=A')", timeout=45_000)
    tab.page.get_by_role("radio", name="Against the peak").first.click()
    tab.painted("collapse_card")
    tab.page.go_back()
    tab.painted("trade_over_time")
    assert _query(tab) == {"subject": ["IRN"], "frequency": ["A"]}
    tab.page.go_back()
    tab.page.wait_for_function("!window.location.search.includes('frequency=A')", timeout=45_000)
    tab.page.locator(".st-key-exhibit-trade_over_time .tw-subtitle", has_text="Monthly").wait_for(timeout=45_000)
    tab.page.go_forward()
    tab.page.locator(".st-key-exhibit-trade_over_time .tw-subtitle", has_text="Yearly").wait_for(timeout=45_000)


def test_an_anchor_of_an_older_link_opens_the_chart_it_names(tab: Tab, served: Served) -> None:
    tab.open(f"{served.url}/timing?reporter=USA&partner=IRN#break_dates", "break_dates")
    assert _query(tab) == {"chart": ["break_dates"], "reporter": ["USA"], "partner": ["IRN"]}
    assert "Iran" in tab.page.locator(".st-key-exhibit-break_dates .tw-title").inner_text()


def test_choosing_a_control_changes_the_link_and_the_copied_link_opens_it(tab: Tab, served: Served) -> None:
    tab.open(f"{served.url}/trade", "trade_over_time")
    tab.page.get_by_role("radio", name="Years").first.click()
    tab.page.wait_for_function("window.location.search.includes('frequency=A')", timeout=45_000)
    tab.open(tab.page.url, "trade_over_time")
    assert "Yearly" in tab.page.locator(".st-key-exhibit-trade_over_time .tw-subtitle").inner_text()


def test_hostile_link_gets_a_sentence_and_the_default_view(tab: Tab, served: Served) -> None:
    tab.open(
        f"{served.url}/trade?partner=%3Cscript%3Ealert(1)%3C/script%3E&nonsense=1&known_on=yesterday", "trade_over_time"
    )
    alerts = " ".join(tab.page.locator('[data-testid="stAlert"]').all_inner_texts())
    assert "nonsense" in alerts
    assert "Partner cannot be" in alerts
    assert "Known on cannot be" in alerts
    assert "Russia" in tab.page.locator(".st-key-exhibit-trade_over_time .tw-title").inner_text()
    assert tab.page.locator("script", has_text="alert(1)").count() == 0


@pytest.mark.parametrize(
    "text",
    [
        "**x** `y` ~~z~~",
        "[a](javascript:alert(1))",
        "![](http://evil.example/p.png)",
        ":red[x] :smile: :material/delete:",
        "$x$ and $y$",
        "https://evil.example a@evil.example",
        "<b>x</b> www.evil.example",
    ],
)
def test_a_hostile_value_is_shown_letter_for_letter(tab: Tab, served: Served, text: str) -> None:
    tab.open(f"{served.url}/effect?{urlencode({'event': text, 'view': 'test'})}", "timing_test")
    alert = tab.page.locator('[data-testid="stAlertContainer"]').first
    assert alert.inner_text().replace("\u2060", "").strip() == f"Event cannot be “{text}”; the default is shown."
    inside = alert.locator('[data-testid="stMarkdownContainer"] p *')
    assert inside.count() == 0
    assert tab.outside == []
