"""The map: outlines that ship, areas by class, and codes where a click can find them."""

from __future__ import annotations

import csv
from itertools import pairwise

import pytest

from dashboard.figures import theme
from dashboard.figures.contrast import contrast
from dashboard.figures.theme import DARK, LIGHT, Style
from dashboard.figures.world import REGIONS, Kind, Land, outlines, world_map
from pipelines.settings import shipped_data

KINDS = [
    Kind("Little", "#CFE0F0"),
    Kind("Much", "#08325A"),
    Kind("Nobody", "#FF0000"),
    Kind("No figures", "#FFFFFF", "/"),
]
LANDS = {"RUS": Land(1, "Russia"), "DEU": Land(0, "Germany"), "MLT": Land(0, "Malta"), "CHN": Land(3, "China")}


def _area(ring: list[int]) -> float:
    return sum((x1 - x0) * (y1 + y0) / 2 for (x0, y0), (x1, y1) in pairwise(zip(ring[::2], ring[1::2], strict=True)))


def test_every_shape_is_an_area_that_the_store_knows() -> None:
    with (shipped_data() / "reference" / "areas.csv").open(encoding="utf-8") as file:
        countries = {row["area"] for row in csv.DictReader(file) if row["area_kind"] == "country"}
    shapes = outlines()
    assert set(shapes.rings) <= countries
    assert set(shapes.dots) <= countries
    assert len(shapes.rings) > 170
    assert "ATA" not in shapes.rings


@pytest.mark.parametrize("code", ["MLT", "SGP", "HKG", "MAC", "XKX", "LUX", "BHR", "CYP", "REU"])
def test_what_cannot_be_seen_has_a_dot(code: str) -> None:
    assert code in outlines().dots


def test_rings_close_and_no_country_is_cut_at_the_edge() -> None:
    for code, rings in outlines().rings.items():
        assert _area(rings[0]) > 0, code
        for ring in rings:
            assert ring[:2] == ring[-2:] and len(ring) >= 8, code
            assert max(abs(a - b) for a, b in pairwise(ring[::2])) < 500, code


def test_parts_stand_where_statistics_of_trade_count_them() -> None:
    rings = outlines().rings
    assert len(rings["UKR"]) == len(rings["SOM"]) == 1
    crimea_x, crimea_y = 155, 477
    assert min(abs(x - crimea_x) + abs(y - crimea_y) for x, y in _points("UKR")) < 25
    assert min(abs(x - crimea_x) + abs(y - crimea_y) for x, y in _points("RUS")) > 25
    assert min(x for x, _ in _points("FRA")) > -200
    assert "PRI" not in rings


def _points(code: str) -> list[tuple[int, int]]:
    return [point for ring in outlines().rings[code] for point in zip(ring[::2], ring[1::2], strict=True)]


def test_areas_are_true() -> None:
    def size(code: str) -> float:
        return sum(map(_area, outlines().rings[code]))

    assert size("RUS") / size("BRA") == pytest.approx(17.1 / 8.5, rel=0.05)
    assert size("GRL") / size("COD") == pytest.approx(2.17 / 2.34, rel=0.06)


def test_an_area_is_a_trace_in_the_colour_of_its_kind() -> None:
    figure = world_map(LANDS, KINDS, dotted=frozenset({"MLT"}), style=LIGHT)
    by_name = {trace.name: trace for trace in figure.data}
    assert by_name["RUS"].fillcolor == "#08325A"
    assert by_name["RUS"].text == "Russia"
    assert list(by_name["RUS"].customdata) == ["RUS"]
    assert by_name["CHN"].fillpattern.shape == "/"
    assert by_name["CHN"].fillcolor is None
    assert "FRA" not in by_name
    assert None in by_name["RUS"].x


def test_a_click_finds_the_code_on_discs_and_dots() -> None:
    figure = world_map(LANDS, KINDS, dotted=frozenset({"MLT", "SGP"}), style=LIGHT)
    discs, dots = figure.data[-2:]
    assert set(discs.customdata) == {"RUS", "DEU", "CHN"}
    assert len(discs.customdata) == len(discs.x) == len(discs.text) == len(discs.marker.size)
    assert discs.marker.opacity == 0
    assert list(dots.customdata) == ["MLT"]
    assert list(dots.marker.color) == ["#CFE0F0"]


def test_the_legend_names_the_kinds_that_are_drawn() -> None:
    figure = world_map(LANDS, KINDS, dotted=frozenset(), style=LIGHT)
    keys = [trace for trace in figure.data if trace.type == "bar"]
    assert [trace.name for trace in keys] == ["Little", "Much", "No figures"]
    assert keys[-1].marker.pattern.shape == "/"


def test_one_scale_in_both_directions_and_nothing_to_fetch() -> None:
    figure = world_map(LANDS, KINDS, dotted=frozenset(), style=LIGHT)
    assert (figure.layout.yaxis.scaleanchor, figure.layout.yaxis.scaleratio) == ("x", 1)
    assert {trace.type for trace in figure.data} == {"scatter", "bar"}
    assert len(figure.to_json()) < 30_000


@pytest.mark.parametrize("region", REGIONS)
def test_a_region_is_a_part_of_the_world(region: str) -> None:
    left, bottom, right, top = REGIONS[region]
    figure = world_map(LANDS, KINDS, dotted=frozenset(), style=LIGHT, region=region)  # type: ignore[arg-type]
    assert figure.layout.xaxis.range == (left, right)
    assert figure.layout.yaxis.range == (bottom, top)
    world = REGIONS["world"]
    assert left >= world[0] and bottom >= world[1] and right <= world[2] and top <= world[3] + 10


def test_an_area_is_seen_where_any_of_it_lies() -> None:
    shapes = outlines()
    assert shapes.seen("RUS", "europe") and shapes.seen("RUS", "asia") and not shapes.seen("RUS", "africa")
    assert shapes.seen("MLT", "europe") and not shapes.seen("MLT", "americas")
    assert not shapes.seen("SUN", "world")


@pytest.mark.parametrize("style", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("above", "below"), [(5, 0), (4, 1), (2, 3)])
def test_neighbouring_classes_can_be_told_apart_in_grey(style: Style, above: int, below: int) -> None:
    colours = theme.classes(style, above, below)
    assert len(set(colours)) == above + below
    for one, other in pairwise(colours[below:]):
        assert contrast(one, other) > 1.3
    for one, other in pairwise(colours[:below]):
        assert contrast(one, other) > 1.3
    assert all(contrast(style.grey, style.paper) > 3 for _ in colours)
