"""The map in a browser: nothing is asked for outside, the pointer finds countries, a click has their codes."""

from __future__ import annotations

from math import hypot
from pathlib import Path

import pytest

from dashboard import exports
from dashboard.exhibits.trade.partners_map import PartnersMapParams, partners_map
from dashboard.figures.theme import LIGHT
from dashboard.figures.world import outlines
from pipelines.store import Store
from scripts.make_outlines import inside
from tests.browser.conftest import Tab

WATCH = """() => {
  const plot = document.getElementById("figure");
  plot.on("plotly_hover", (event) => { window.over = event.points[0].data.name; });
  plot.on("plotly_click", (event) => { window.clicked = event.points[0].customdata; });
}"""
AT = """([x, y]) => {
  const plot = document.getElementById("figure"), box = plot.getBoundingClientRect();
  const { xaxis, yaxis } = plot._fullLayout;
  return [box.left + xaxis._offset + xaxis.l2p(x), box.top + yaxis._offset + yaxis.l2p(y)];
}"""


@pytest.fixture
def opened(store: Store, tab: Tab, tmp_path: Path) -> Tab:
    file = tmp_path / "map.html"
    file.write_bytes(exports.to_html(partners_map(store, PartnersMapParams(), LIGHT)))
    tab.page.goto(file.as_uri())
    tab.page.wait_for_selector("#figure .js-fill", state="attached", timeout=30_000)
    tab.page.evaluate(WATCH)
    return tab


def _point(tab: Tab, x: float, y: float) -> None:
    left, top = tab.page.evaluate(AT, [x, y])
    tab.page.mouse.move(left - 1, top)
    tab.page.mouse.move(left, top)
    tab.page.wait_for_timeout(200)


def test_it_draws_without_a_request(opened: Tab) -> None:
    assert [url for url in opened.outside if not url.startswith("file:")] == []
    assert opened.complaints == []
    assert opened.page.locator("#figure .js-fill").count() > 170


@pytest.mark.parametrize("code", ["RUS", "DEU", "BEL", "UKR", "MLT", "SGP"])
def test_a_click_has_the_code_of_the_country(opened: Tab, code: str) -> None:
    shapes = outlines()
    x, y = (shapes.dots[code] if code in shapes.dots else shapes.discs[code][0])[:2]
    _point(opened, x, y)
    left, top = opened.page.evaluate(AT, [x, y])
    opened.page.mouse.click(left, top)
    opened.page.wait_for_function("window.clicked !== undefined", timeout=5_000)
    assert opened.page.evaluate("window.clicked") == code


def test_the_pointer_finds_a_country_away_from_its_discs(opened: Tab) -> None:
    shapes = outlines()
    rings = [list(zip(ring[::2], ring[1::2], strict=True)) for ring in shapes.rings["RUS"]]
    held = [(x, y, radius) for found in shapes.discs.values() for x, y, radius in found]
    held += [(x, y, 10) for x, y in shapes.dots.values()]
    free = {
        (x, y): min(hypot(x - a, y - b) - radius for a, b, radius in held)
        for x in range(0, 1000, 5)
        for y in range(500, 700, 5)
        if inside((x, y), rings)
    }
    farthest = max(free, key=lambda point: free[point])
    assert free[farthest] > 10
    _point(opened, *farthest)
    opened.page.wait_for_function("window.over !== undefined", timeout=5_000)
    assert opened.page.evaluate("window.over") == "RUS"
