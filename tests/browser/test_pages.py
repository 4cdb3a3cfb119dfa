"""First paint, light and dark, wide and narrow, nothing from outside, no complaint in the console."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import Served, Tab

PAGES = {
    "": "subject_at_a_glance",
    "trade": "trade_over_time",
    "timing": "register_timeline",
    "effect": "trade_in_event_time",
    "impact": "gdp_growth",
    "data": None,
    "chart?chart=partners_map": "partners_map",
}


@pytest.mark.parametrize("path", PAGES)
def test_page_paints_and_asks_nobody_outside(tab: Tab, served: Served, path: str) -> None:
    tab.open(f"{served.url}/{path}", PAGES[path])
    assert tab.page.locator("h1").first.inner_text().strip()
    assert tab.page.locator('[data-testid="stException"]').count() == 0
    assert tab.page.locator('[data-testid="stAlertContentError"]').count() == 0
    assert tab.outside == []
    assert tab.complaints == []


@pytest.mark.parametrize("path", PAGES)
def test_page_fits_a_phone_without_scrolling_sideways(chromium: Any, served: Served, path: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True)
    page = context.new_page()
    narrow = Tab(page, [], [])
    narrow.open(f"{served.url}/{path}", PAGES[path])
    wide = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth - window.innerWidth")
    context.close()
    assert wide <= 1


def test_dark_readers_get_dark_figures(chromium: Any, served: Served) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, color_scheme="dark")
    page = context.new_page()
    dark = Tab(page, [], [])
    dark.open(f"{served.url}/", "subject_at_a_glance")
    page.wait_for_function(
        "() => getComputedStyle(document.querySelector('.js-plotly-plot .main-svg')).backgroundColor"
        " === 'rgb(20, 24, 29)'",
        timeout=45_000,
    )
    background = page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
    context.close()
    assert background == "rgb(20, 24, 29)"


def test_figures_carry_alt_text(tab: Tab, served: Served) -> None:
    tab.open(f"{served.url}/", "subject_at_a_glance")
    labels = tab.page.locator("[aria-label*='on one time axis'], [alt*='on one time axis']")
    assert labels.count() >= 1


def test_every_control_is_reached_with_the_keyboard(tab: Tab, served: Served) -> None:
    tab.open(f"{served.url}/trade", "trade_over_time")
    reached = set()
    for _ in range(60):
        tab.page.keyboard.press("Tab")
        label = tab.page.evaluate(
            "document.activeElement ? (document.activeElement.getAttribute('aria-label') || "
            "document.activeElement.innerText || '').slice(0, 60) : ''"
        )
        reached.add(label)
    assert any("Reporter" in label for label in reached)
    assert any("Download" in label for label in reached)
