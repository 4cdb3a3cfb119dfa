"""Makes the outlines of the maps from Natural Earth: `python -m scripts.make_outlines world-atlas-2.0.2/package`.

By hand and rarely: the result ships in `dashboard/figures/outlines/`. The folder is the unpacked npm package
`world-atlas`, which holds Natural Earth's countries with borders that are stored once for both sides, so that a border
stays one line when it is simplified. Areas get the codes of `data/reference/areas.csv`; parts that statistics of trade
count elsewhere than Natural Earth draws them are moved (`MOVED`). What is written is already on the plane of the map.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import asin, cos, hypot, radians, sin, sqrt
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "dashboard" / "figures" / "outlines" / "world.json"
WIDTH = 3000
"""Units from the left edge of the world to the right one."""
MIDDLE_LONGITUDE = 11
"""The map is cut at 169° W, in the Bering Strait, so that no country is cut."""
LEFT_OUT = {"ATA"}
"""Antarctica trades with nobody and takes a fifth of the height."""
UNNUMBERED = {"Kosovo": "XKX", "Somaliland": "SOM", "N. Cyprus": "CYP"}
"""Shapes without an ISO number that trade statistics count under these codes."""
JOINED = {"PRI": "USA"}
"""Puerto Rico lies inside the customs territory that US figures count."""
TOLERANCE = 1.0
"""A line may move by so many units: about a third of a pixel of a map that is 1,100 pixels wide."""
LEAST_AREA = 190
"""Smaller areas, in units², get a dot: below about 14,000 km², which is some 25 pixels of such a map."""
LEAST_RADIUS, MOST_DISCS = 8.0, 10
"""Discs to click on: no smaller than this (but for one), and so many for one area."""

Point = tuple[float, float]
Ring = list[Point]


@dataclass(frozen=True)
class Moved:
    """A part of a shape that goes under another code: rings of `shape` whose middle lies in the box of degrees."""

    shape: str
    code: str
    west: float
    south: float
    east: float
    north: float

    def holds(self, code: str, ring: Ring) -> bool:
        """Whether a ring, in degrees, is that part."""
        x, y = (sum(values) / len(ring) for values in zip(*ring, strict=True))
        return code == self.shape and self.west <= x <= self.east and self.south <= y <= self.north


MOVED = (
    Moved("RUS", "UKR", 32.4, 44.3, 36.7, 46.3),  # Crimea: General Assembly resolution 68/262
    Moved("FRA", "GUF", -55, 1, -51, 7),
    Moved("FRA", "GLP", -62, 15.8, -60.9, 16.6),
    Moved("FRA", "MTQ", -61.3, 14.3, -60.7, 15),
    Moved("FRA", "REU", 55, -21.5, 56, -20.7),
    Moved("FRA", "MYT", 44.9, -13.1, 45.4, -12.5),
    Moved("NOR", "SJM", -10, 70.5, 35, 81.5),
)
PLACES = {"CXR": (105.6, -10.5), "CCK": (96.8, -12.2), "TKL": (-171.8, -9.2), "BES": (-68.3, 12.2), "CHI": (-2.4, 49.4)}
"""Places, in degrees, that Natural Earth draws inside another shape or not at all."""


def on_the_plane(line: Ring) -> Ring:
    """Equal Earth (Šavrič, Patterson and Jenny 2018): degrees to units, north up, 0 in the middle.

    A line that crosses the cut goes on beyond the edge, where it began.
    """
    turned = [(line[0][0] - MIDDLE_LONGITUDE + 180) % 360 - 180]
    for (before, _), (after, _) in pairwise(line):
        turned.append(turned[-1] + (after - before + 180) % 360 - 180)
    return [_equal_earth(x, y) for x, (_, y) in zip(turned, line, strict=True)]


def _equal_earth(turned: float, latitude: float) -> Point:
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    t = asin(sqrt(3) / 2 * sin(radians(latitude)))
    slope = a1 + 3 * a2 * t**2 + 7 * a3 * t**6 + 9 * a4 * t**8
    unit = WIDTH / 2 / (2 / sqrt(3) * radians(180) / a1)
    x = 2 / sqrt(3) * radians(turned) * cos(t) / slope
    return x * unit, (a1 * t + a2 * t**3 + a3 * t**7 + a4 * t**9) * unit


def shapes(
    topology: Mapping[str, Any], codes: Mapping[str, str], tolerance: float, *, join: bool
) -> dict[str, list[Ring]]:
    """Rings on the plane by area: outer ones clockwise, holes against it.

    Args:
        join: shapes of one area that touch become one.
    """
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    degrees = [_unpacked(arc, scale, shift) for arc in topology["arcs"]]
    arcs = [simplified(on_the_plane(arc), tolerance) for arc in degrees]
    found: dict[str, list[list[int]]] = {}
    for shape in topology["objects"]["countries"]["geometries"]:
        code = codes.get(shape.get("id", ""), "") or UNNUMBERED.get(shape["properties"]["name"], "")
        if not code or code in LEFT_OUT or not shape.get("arcs"):
            continue
        polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
        for part in (part for polygon in polygons for part in polygon):
            ring = _ring(part, degrees)
            whose = next((moved.code for moved in MOVED if moved.holds(code, ring)), JOINED.get(code, code))
            found.setdefault(whose, []).append(part)
    whole = {code: without_inner_borders(parts, degrees) if join else parts for code, parts in found.items()}
    return {code: [_ring(part, arcs) for part in parts] for code, parts in whole.items()}


def without_inner_borders(parts: Sequence[list[int]], arcs: Sequence[Ring]) -> list[list[int]]:
    """Rings, as lists of arcs, of which those that share a border become one."""
    inner = {arc for part in parts for arc in part if any(~arc in other for other in parts)}
    whole = [part for part in parts if not inner.intersection(part)]
    loose = [arc for part in parts if inner.intersection(part) for arc in part if arc not in inner]
    begins = {_ends(arc, arcs)[0]: arc for arc in loose}
    while begins:
        start, arc = begins.popitem()
        joined = [arc]
        while (end := _ends(joined[-1], arcs)[1]) != start:
            joined.append(begins.pop(end))
        whole.append(joined)
    return whole


def _ends(arc: int, arcs: Sequence[Ring]) -> tuple[Point, Point]:
    line = arcs[arc] if arc >= 0 else arcs[~arc][::-1]
    return line[0], line[-1]


def _unpacked(arc: Sequence[Sequence[int]], scale: Sequence[float], shift: Sequence[float]) -> Ring:
    x = y = 0
    points: Ring = []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        points.append((x * scale[0] + shift[0], y * scale[1] + shift[1]))
    return points


def _ring(part: Sequence[int], arcs: Sequence[Ring]) -> Ring:
    points: Ring = []
    for index in part:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points += arc if not points else arc[1:]
    return points


def simplified(line: Ring, tolerance: float) -> Ring:
    """Douglas and Peucker's line; a closed one is cut at its farthest point, so that an island stays an island."""
    if len(line) < 3:
        return line
    if line[0] == line[-1]:
        far = max(range(len(line)), key=lambda at: hypot(line[at][0] - line[0][0], line[at][1] - line[0][1]))
        return simplified(line[: far + 1], tolerance)[:-1] + simplified(line[far:], tolerance)
    off = [_away(point, line[0], line[-1]) for point in line[1:-1]]
    worst = max(range(len(off)), key=off.__getitem__)
    if off[worst] <= tolerance:
        return [line[0], line[-1]]
    return simplified(line[: worst + 2], tolerance)[:-1] + simplified(line[worst + 1 :], tolerance)


def _away(point: Point, start: Point, end: Point) -> float:
    """Distance of a point from a piece of a line."""
    (x, y), (x0, y0), (x1, y1) = point, start, end
    along = (x1 - x0) ** 2 + (y1 - y0) ** 2
    share = 0.0 if along == 0 else min(max(((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / along, 0.0), 1.0)
    return hypot(x - x0 - share * (x1 - x0), y - y0 - share * (y1 - y0))


def area(ring: Ring) -> float:
    """Units², positive where the ring runs clockwise, as outer rings do."""
    return sum((x1 - x0) * (y1 + y0) for (x0, y0), (x1, y1) in pairwise(ring)) / 2


def middle(ring: Ring) -> Point:
    """The centre of gravity of a ring."""
    twice = cx = cy = 0.0
    first_x, first_y = ring[0]
    flat = [(x - first_x, y - first_y) for x, y in ring]
    for (x0, y0), (x1, y1) in pairwise(flat):
        cross = x0 * y1 - x1 * y0
        twice, cx, cy = twice + cross, cx + (x0 + x1) * cross, cy + (y0 + y1) * cross
    return (first_x + cx / (3 * twice), first_y + cy / (3 * twice)) if abs(twice) > 1e-9 else ring[0]


def inside(point: Point, rings: Sequence[Ring]) -> bool:
    """Whether a point lies in an odd number of rings."""
    x, y = point
    crossings = 0
    for ring in rings:
        for (x0, y0), (x1, y1) in pairwise(ring):
            crossings += (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0)
    return crossings % 2 == 1


def discs(rings: Sequence[Ring]) -> list[tuple[int, int, int]]:
    """Discs (x, y, radius) inside an area, the largest that fits first, that do not overlap: what a click can hit."""
    edges = [pair for ring in rings for pair in pairwise(ring)]
    step = LEAST_RADIUS / 2
    room: list[tuple[float, float, float]] = []
    for ring in rings:
        if area(ring) <= 0:
            continue
        left, right = min(x for x, _ in ring), max(x for x, _ in ring)
        low, high = min(y for _, y in ring), max(y for _, y in ring)
        for row in range(int((high - low) / step) + 1):
            for column in range(int((right - left) / step) + 1):
                point = (left + (column + 0.5) * step, low + (row + 0.5) * step)
                if inside(point, rings):
                    room.append((*point, min(_away(point, *edge) for edge in edges)))
    found: list[tuple[int, int, int]] = []
    while room and len(found) < MOST_DISCS:
        x, y, radius = max(room, key=lambda one: one[2])
        if found and radius < LEAST_RADIUS:
            break
        found.append((round(x), round(y), max(round(radius), 3)))
        room = [(a, b, min(r, hypot(a - x, b - y) - radius)) for a, b, r in room if hypot(a - x, b - y) > radius]
    return found


def rounded(ring: Ring) -> list[int]:
    """Whole units, x and y in turn, points that fall together once; empty where nothing is left."""
    whole: list[tuple[int, int]] = []
    for x, y in ring:
        point = (round(x), round(y))
        if not whole or point != whole[-1]:
            whole.append(point)
    return [value for point in whole for value in point] if len(whole) >= 4 else []


def world(folder: Path, codes: Mapping[str, str]) -> dict[str, Any]:
    """Outlines and discs by area, and the places of the small ones, as they ship."""

    def read(scale: str) -> Any:
        return json.loads((folder / f"countries-{scale}.json").read_text(encoding="utf-8"))

    coarse = shapes(read("110m"), codes, TOLERANCE, join=True)
    fine = shapes(read("10m"), codes, 0.2, join=False)
    outlines = {code: flat for code in sorted(coarse) if (flat := [one for one in map(rounded, coarse[code]) if one])}
    dots = {code: on_the_plane([place])[0] for code, place in PLACES.items()}
    for code, parts in fine.items():
        if code not in outlines or sum(map(area, coarse[code])) < LEAST_AREA:
            dots[code] = middle(max(parts, key=area))
    return {
        "outlines": outlines,
        "discs": {code: found for code in outlines if (found := discs(coarse[code]))},
        "dots": {code: [round(value) for value in dots[code]] for code in sorted(dots)},
    }


def main() -> None:
    """Reads the folder that is named and writes the file."""
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    with (ROOT / "data" / "reference" / "areas.csv").open(encoding="utf-8") as file:
        codes = {row["m49"]: row["area"] for row in csv.DictReader(file) if row["m49"]}
    made = world(Path(sys.argv[1]), codes)
    parts = ",\n".join(_lines(name, values) for name, values in made.items())
    RESULT.write_text(f"{{\n{parts}\n}}\n", encoding="utf-8")
    told = ", ".join(f"{sum(map(len, made[name].values()))} {name}" for name in ("outlines", "discs"))
    sys.stdout.write(f"{told}, {len(made['dots'])} dots, {RESULT.stat().st_size:,} bytes\n")


def _lines(name: str, values: Mapping[str, Any]) -> str:
    """An object with a line for each area, so that a change can be read."""
    rows = [f"  {json.dumps(code)}: {json.dumps(value, separators=(',', ':'))}" for code, value in values.items()]
    return f' "{name}": {{\n' + ",\n".join(rows) + "\n }"


if __name__ == "__main__":
    main()
