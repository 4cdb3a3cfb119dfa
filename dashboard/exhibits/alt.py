"""Alt text made from the drawn data: what it is, range, last value, largest change, marks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise

from dashboard import words
from dashboard.figures.lines import Line
from dashboard.figures.marks import Flag


def lines_alt(
    title: str,
    lines: Sequence[Line],
    value: Callable[[float], str],
    *,
    frequency: str = "M",
    flags: Sequence[Flag] = (),
) -> str:
    """Words for a line figure.

    Args:
        value: words of one drawn value, for example `lambda v: f"{v:.1f} $ billion"`.
    """
    sentences = [f"Line figure: {title}."]
    for line in lines[:6]:
        doubtful = list(line.doubtful) or [False] * len(line.x)
        every = [(place, v, doubtful[place]) for place, v in enumerate(line.y) if v is not None]
        points = [(line.x[place], v, line.words_at(place) or value(v)) for place, v, doubt in every if not doubt]
        doubted = f" Hollow because doubtful: {words.plural(len(every) - len(points), 'point')}."
        doubted = doubted if len(every) > len(points) else ""
        if not points:
            sentences.append(
                f"{line.name}: no figures that nobody doubts.{doubted}" if every else f"{line.name}: no figures."
            )
            continue
        if len(points) == 1:
            sentences.append(f"{line.name}: {points[0][2]} in {_when(points[0][0], frequency)}.{doubted}")
            continue
        # A part of a period is said apart: it is neither a low nor a fall of a whole one.
        whole = points[:-1] if line.partial and len(points) > 1 else points
        high, low = max(whole, key=lambda p: p[1]), min(whole, key=lambda p: p[1])
        part = f" The hollow last point, a part of a period, is {points[-1][2]}." if line.partial else ""
        sentences.append(
            f"{line.name} from {_when(whole[0][0], frequency)} to {_when(whole[-1][0], frequency)}: highest "
            f"{high[2]} in {_when(high[0], frequency)}, lowest {low[2]} in {_when(low[0], frequency)}, "
            f"last {whole[-1][2]}.{_largest_change(whole, frequency)}{part}{doubted}"
        )
    if len(lines) > 6:
        sentences.append(f"And {len(lines) - 6} more lines; the table holds them all.")
    if flags:
        total = sum(len(flag.marks) for flag in flags)
        sentences.append(
            f"{words.plural(total, 'mark')} from {words.day(flags[0].day)} to {words.day(flags[-1].last_day)}."
        )
    return " ".join(sentences)


def _when(day: date, frequency: str) -> str:
    return words.day(day) if frequency == "D" else words.period(day, frequency)


def _largest_change(points: Sequence[tuple[date, float, str]], frequency: str) -> str:
    if len(points) < 3:
        return ""
    before, after = max(pairwise(points), key=lambda pair: abs(pair[1][1] - pair[0][1]))
    way = "rise" if after[1] > before[1] else "fall"
    when = _when(after[0], frequency)
    return f" Largest {way} from one point to the next: {before[2]} to {after[2]} in {when}."
