"""How outlines are made: borders that two sides share stay one line, parts are joined, and discs lie inside."""

from __future__ import annotations

from itertools import pairwise
from math import hypot, pi
from typing import Any

import pytest

from scripts.make_outlines import (
    RESULT,
    WIDTH,
    area,
    discs,
    inside,
    middle,
    on_the_plane,
    rounded,
    shapes,
    simplified,
)

SQUARE = [(0.0, 0.0), (0.0, 100.0), (100.0, 100.0), (100.0, 0.0), (0.0, 0.0)]


def _two_squares(names: tuple[str, str]) -> dict[str, Any]:
    """Two squares beside each other, ten degrees wide, that share the border at 20° E."""
    border = [[20, 0], [0, 10]]
    west = [[20, 10], [-10, 0], [0, -10], [10, 0]]
    east = [[20, 10], [10, 0], [0, -10], [-10, 0]]
    return {
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": [border, west, east],
        "objects": {
            "countries": {
                "geometries": [
                    {"type": "Polygon", "id": "1", "properties": {"name": names[0]}, "arcs": [[~0, ~1]]},
                    {"type": "MultiPolygon", "properties": {"name": names[1]}, "arcs": [[[0, 2]]]},
                ]
            }
        },
    }


def test_the_middle_is_in_the_middle_and_the_edges_are_at_the_edges() -> None:
    assert on_the_plane([(11.0, 0.0)])[0] == pytest.approx((0, 0))
    assert on_the_plane([(191.0 - 1e-9, 0.0)])[0][0] == pytest.approx(WIDTH / 2)
    assert on_the_plane([(-169.0, 0.0)])[0][0] == pytest.approx(-WIDTH / 2)


def test_the_projection_keeps_areas() -> None:
    def size(south: float, north: float) -> float:
        up = [(21.0, south + (north - south) * step / 90) for step in range(91)]
        down = [(11.0, y) for _, y in reversed(up)]
        return abs(area(on_the_plane([*up, *down, up[0]])))

    # Bands of equal area on the sphere: sin 30° − sin 0° = sin 90° − sin 30°.
    assert size(0.0, 30.0) == pytest.approx(size(30.0, 90.0), rel=0.002)


def test_a_line_over_the_cut_stays_together() -> None:
    line = on_the_plane([(-168.0, 60.0), (-170.0, 60.0), (-168.0, 61.0)])
    assert max(abs(a[0] - b[0]) for a, b in pairwise(line)) < 40


def test_shapes_of_one_area_become_one() -> None:
    apart = shapes(_two_squares(("Aland", "Kosovo")), {"1": "AAA"}, 0, join=True)
    assert {code: len(rings) for code, rings in apart.items()} == {"AAA": 1, "XKX": 1}
    one = shapes(_two_squares(("Somalia", "Somaliland")), {"1": "SOM"}, 0, join=True)
    assert [len(ring) for ring in one["SOM"]] == [7]
    assert area(one["SOM"][0]) == pytest.approx(sum(area(rings[0]) for rings in apart.values()))


def test_unknown_shapes_are_left_out() -> None:
    assert set(shapes(_two_squares(("Aland", "Atlantis")), {"1": "AAA"}, 0, join=True)) == {"AAA"}


def test_simplifying_keeps_corners_and_drops_what_is_near_the_line() -> None:
    line = [(0.0, 0.0), (5.0, 0.4), (10.0, 0.0), (10.0, 10.0)]
    assert simplified(line, 1.0) == [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)]
    assert simplified(line, 0.1) == line
    assert simplified(SQUARE, 1.0) == SQUARE


def test_area_and_middle_of_a_square() -> None:
    assert area(SQUARE) == 10_000
    assert area(SQUARE[::-1]) == -10_000
    assert middle(SQUARE) == pytest.approx((50, 50))
    assert inside((50, 50), [SQUARE]) and not inside((150, 50), [SQUARE])


def test_discs_lie_inside_and_do_not_overlap() -> None:
    found = discs([SQUARE])
    x, y, radius = found[0]
    assert (x, y) == pytest.approx((50, 50), abs=4) and radius == pytest.approx(50, abs=4)
    for one, two in pairwise(found):
        assert hypot(one[0] - two[0], one[1] - two[1]) >= one[2] + two[2] - 2
    assert 0.75 < sum(pi * r * r for _, _, r in found) / area(SQUARE) < 1


def test_whole_units_drop_what_falls_together() -> None:
    assert rounded([(0.0, 0.0), (0.2, 0.1), (0.0, 9.0), (9.0, 9.0), (0.0, 0.0)]) == [0, 0, 0, 9, 9, 9, 0, 0]
    assert rounded([(0.0, 0.0), (0.2, 0.1), (0.1, 0.3), (0.0, 0.0)]) == []


def test_the_file_is_small() -> None:
    assert RESULT.stat().st_size < 200_000
