"""Where words beside points go, so that they cover neither each other nor the line, on a wide and on a narrow screen.

A figure does not know how wide it will be shown, so every place is judged at both widths.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from typing import Any, NamedTuple

SIGHTS = ((830, 1.0), (215, 1.0), (840, 0.6))
"""Plot widths in pixels, and shares of the height: on a page, on a phone, and in a picture on a slide or page."""
_CHARACTER, _LINE = 6.7, 17
_GIVE_UP = 240.0
_WEIGHTS = (1.0, 0.35, 0.8)
"""A page is where most readers look; a phone and a slide should still be legible."""
_MARGIN = 80
"""Words may reach so far into the right margin, which is there for the last value's words."""
_NEAR = 10
"""Optional words stand next to their point or nowhere: only the first candidates are tried for them."""


@dataclass(frozen=True)
class Words:
    """Words beside a point; `x` and `y` are shares of the plot's width and height (y upwards).

    Args:
        optional: leave the words out when every place is bad.
        fixed: already placed to the right of the point, in the margin; only others avoid it.
    """

    text: str
    x: float
    y: float
    optional: bool = False
    fixed: bool = False


class _Box(NamedTuple):
    left: float
    bottom: float
    right: float
    top: float


_CANDIDATES: tuple[tuple[str, str, int, int], ...] = (
    ("center", "bottom", 0, 9),
    ("right", "bottom", 6, 9),
    ("left", "bottom", -6, 9),
    ("left", "middle", 12, 0),
    ("right", "middle", -12, 0),
    ("center", "top", 0, -9),
    ("left", "top", -6, -9),
    ("right", "top", 6, -9),
    ("right", "bottom", -7, 4),
    ("left", "bottom", 7, 4),
    ("center", "bottom", 0, 32),
    ("right", "bottom", 6, 32),
    ("left", "bottom", -6, 32),
    ("center", "bottom", 0, 60),
    ("right", "bottom", 6, 60),
    ("left", "bottom", -6, 60),
    ("left", "middle", 40, 0),
    ("center", "bottom", 0, 90),
)
"""xanchor, yanchor, xshift, yshift; the earlier, the nearer to the point and the better."""


def place(
    words: Sequence[Words],
    lines: Sequence[Sequence[tuple[float, float]]],
    *,
    height: int,
    sights: Sequence[tuple[int, float]] = SIGHTS,
) -> list[dict[str, Any] | None]:
    """Anchors and shifts for every label, in the order given; None where an optional one found no room.

    Args:
        lines: the drawn lines as shares of the plot; height: of the plot in pixels.
    """
    seen = [(width, round(share * height)) for width, share in sights]
    taken: list[list[_Box]] = [
        [_box(label, _CANDIDATES[3], *sight) for label in words if label.fixed] for sight in seen
    ]
    marks = [[_around(label, *sight) for label in words] for sight in seen]
    paths = [
        [point for line in lines for point in _dense([(x * width, y * tall) for x, y in line])] for width, tall in seen
    ]
    placed: list[dict[str, Any] | None] = []
    for label in words:
        if label.fixed:
            placed.append(_anchors(_CANDIDATES[3]))
            continue
        boxes = [[_box(label, candidate, *sight) for sight in seen] for candidate in _CANDIDATES]
        scores = [
            sum(
                _WEIGHTS[i] * (_cost(box, taken[i], marks[i], paths[i]) + 30 * _outside(box, *seen[i]))
                for i, box in enumerate(sighted)
            )
            + 10 * rank
            for rank, sighted in enumerate(boxes[: _NEAR if label.optional else None])
        ]
        best = min(range(len(scores)), key=scores.__getitem__)
        if label.optional and scores[best] > _GIVE_UP:
            placed.append(None)
            continue
        for i, box in enumerate(boxes[best]):
            taken[i].append(box)
        placed.append(_anchors(_CANDIDATES[best]))
    return placed


def _anchors(candidate: tuple[str, str, int, int]) -> dict[str, Any]:
    xanchor, yanchor, xshift, yshift = candidate
    return {"xanchor": xanchor, "yanchor": yanchor, "xshift": xshift, "yshift": yshift, "align": xanchor}


def _box(label: Words, candidate: tuple[str, str, int, int], width: int, height: int) -> _Box:
    lines = label.text.replace("<b>", "").replace("</b>", "").split("<br>")
    wide, tall = max(len(line) for line in lines) * _CHARACTER, len(lines) * _LINE
    xanchor, yanchor, xshift, yshift = candidate
    left = label.x * width + xshift - {"left": 0.0, "center": wide / 2, "right": wide}[xanchor]
    bottom = label.y * height + yshift - {"bottom": 0.0, "middle": tall / 2, "top": float(tall)}[yanchor]
    return _Box(left, bottom, left + wide, bottom + tall)


def _around(label: Words, width: int, height: int) -> _Box:
    x, y = label.x * width, label.y * height
    return _Box(x - 7, y - 7, x + 7, y + 7)


def _dense(path: Sequence[tuple[float, float]], step: float = 6.0) -> list[tuple[float, float]]:
    """The line as points so close that words cannot slip between two of them."""
    points = list(path[:1])
    for (x0, y0), (x1, y1) in pairwise(path):
        pieces = max(int(hypot(x1 - x0, y1 - y0) / step), 1)
        points += [(x0 + (x1 - x0) * k / pieces, y0 + (y1 - y0) * k / pieces) for k in range(1, pieces + 1)]
    return points


def _cost(box: _Box, taken: Sequence[_Box], marks: Sequence[_Box], path: Sequence[tuple[float, float]]) -> float:
    """Pixels of other words and marks that would be covered, and points of the line under the words."""
    covered = sum(_overlap(box, other) for other in taken) + sum(_overlap(box, mark) for mark in marks)
    crossed = sum(1 for x, y in path if box.left < x < box.right and box.bottom < y < box.top)
    return covered + 40 * crossed


def _outside(box: _Box, width: int, height: int) -> float:
    return max(-box.left, 0) + max(box.right - width - _MARGIN, 0) + max(-box.bottom, 0) + max(box.top - height, 0)


def _overlap(one: _Box, other: _Box) -> float:
    wide = min(one.right, other.right) - max(one.left, other.left)
    tall = min(one.top, other.top) - max(one.bottom, other.bottom)
    return wide * tall if wide > 0 and tall > 0 else 0.0
