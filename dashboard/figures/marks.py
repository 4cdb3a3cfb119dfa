"""Sanction marks on a time axis: thin lines with numbered flags above the plot, spans as pale bands.

A mark shows a date; it never claims a cause. Marks closer to each other than a flag is wide are drawn as one
flag that says how many they are; the list under the figure names them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dashboard import words
from dashboard.figures.theme import Style

NOT_A_CAUSE = "Marks show dates. They do not show cause."


@dataclass(frozen=True)
class Mark:
    """One dated measure or event as a reader sees it.

    `end` makes it a span (for example from effective to lifted). `inferred` is drawn dashed. `kind` is what it is
    counted as in words: measure, or summit for an event beside the sanctions. `short` is a name that fits a flag.
    `began` and `ended` say what happened on `day` and on `end`: "took effect", "ended".
    """

    key: str
    day: date
    title: str
    sender: str
    end: date | None = None
    reference: str | None = None
    instrument: str | None = None
    inferred: bool = False
    kind: str = "measure"
    short: str = ""
    began: str = ""
    ended: str = ""

    @property
    def name(self) -> str:
        """The short name, or the title where there is none."""
        return self.short or self.title

    @property
    def dated(self) -> str:
        """The day and the end in words, each with what happened on it: "took effect 23 Jan 2012, ended 16 Jan 2016"."""
        day = f"{self.began} {words.day(self.day)}".strip()
        if self.end is None:
            return day
        return f"{day}, {self.ended} {words.day(self.end)}" if self.ended else f"{day} to {words.day(self.end)}"


@dataclass(frozen=True)
class Flag:
    """A numbered flag and the marks that stand under it, in order of date."""

    number: int
    marks: tuple[Mark, ...]

    @property
    def day(self) -> date:
        """Where the flag stands: the first of its marks."""
        return self.marks[0].day

    def counted(self) -> str:
        """What stands under the flag, in words: "6 measures and 2 summits"."""
        kinds = {
            kind: sum(mark.kind == kind for mark in self.marks) for kind in dict.fromkeys(m.kind for m in self.marks)
        }
        return " and ".join(f"{number} {kind}{'' if number == 1 else 's'}" for kind, number in kinds.items())

    @property
    def last_day(self) -> date:
        """The last of its marks."""
        return self.marks[-1].day

    def members(self, most: int = 6) -> str:
        """Days and names of what stands under the flag, the first `most` of them: "6 Mar 2014 First order; ..."."""
        named = [f"{words.day(mark.day)} {mark.name}" for mark in self.marks[:most]]
        more = len(self.marks) - len(named)
        return "; ".join(named) + (f"; and {more} more" if more else "")


def group(marks: Sequence[Mark], start: date, end: date, *, slots: int = 40) -> tuple[Flag, ...]:
    """Number the marks inside [start, end] in order of date; marks nearer than one slot share a flag.

    Args:
        slots: how many flags fit side by side over the whole axis.
    """
    inside = sorted((mark for mark in marks if start <= mark.day <= end), key=lambda mark: (mark.day, mark.key))
    width = timedelta(days=max((end - start).days / slots, 1))
    bundles: list[list[Mark]] = []
    for mark in inside:
        if bundles and mark.day - bundles[-1][0].day < width:
            bundles[-1].append(mark)
        else:
            bundles.append([mark])
    return tuple(Flag(number, tuple(bundle)) for number, bundle in enumerate(bundles, start=1))


FLAGS_ON_A_PHONE = 13
"""Flags that fit side by side where the plot is narrowest: some 17 pixels each."""
FLAG_ROW = 19
"""Pixels from one row of flags to the next."""
CROWD = 4
"""From so many different days on, a flag is one line and a pale band: single lines would hide what they mark."""


def shapes(flags: Sequence[Flag], style: Style, *, last: date, spans: bool = False) -> list[dict[str, Any]]:
    """Lines for the marks, a band where they crowd, and, when asked for, a band from a mark to its end."""
    drawn: list[dict[str, Any]] = []
    for flag in flags:
        days = sorted({mark.day for mark in flag.marks})
        crowded = len(days) >= CROWD
        if crowded:
            drawn.append(_span(days[0], days[-1], style))
        if spans:
            drawn += bands([(mark.day, min(mark.end, last)) for mark in flag.marks if mark.end is not None], style)
        for index, day in enumerate(days[:1] if crowded else days):
            inferred = all(mark.inferred for mark in flag.marks if mark.day == day)
            drawn.append(
                {
                    "type": "line",
                    "xref": "x",
                    "yref": "paper",
                    "x0": day.isoformat(),
                    "x1": day.isoformat(),
                    "y0": 0,
                    "y1": 1,
                    "layer": "below",
                    "opacity": 0.75,
                    "line": {
                        "width": 1 if index == 0 else 0.6,
                        "color": style.quiet,
                        "dash": "dash" if inferred else "solid",
                    },
                }
            )
    return drawn


def bands(spans: Sequence[tuple[date, date]], style: Style) -> list[dict[str, Any]]:
    """Pale bands over the whole height, from one day to another."""
    return [_span(start, end, style) for start, end in spans]


def _span(start: date, end: date, style: Style) -> dict[str, Any]:
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": start.isoformat(),
        "x1": end.isoformat(),
        "y0": 0,
        "y1": 1,
        "line": {"width": 0},
        "fillcolor": style.band,
        "layer": "below",
    }


def levels(flags: Sequence[Flag], start: date, end: date) -> list[int]:
    """The row of each flag, lowest first: neighbours that would touch on a phone stand above each other."""
    apart = timedelta(days=(end - start).days / FLAGS_ON_A_PHONE)
    free: list[date] = []
    found = []
    for flag in flags:
        level = next((row for row, day in enumerate(free) if flag.day >= day), len(free))
        free[level : level + 1] = [flag.day + apart]
        found.append(level)
    return found


def rise(flags: Sequence[Flag], start: date, end: date) -> int:
    """Pixels that the flags take above the lowest row."""
    return FLAG_ROW * max(levels(flags, start, end), default=0)


def flag_labels(
    flags: Sequence[Flag], style: Style, *, start: date | None = None, end: date | None = None, y: float = 1.0
) -> list[dict[str, Any]]:
    """The numbered flags above the plot; hover gives the first titles.

    Args:
        start, end: what the time axis covers, for flags that stand in rows; without them all stand in one.
    """
    rows = [0] * len(flags) if start is None or end is None else levels(flags, start, end)
    return [
        {
            "text": f"{flag.number}",
            "xref": "x",
            "yref": "paper",
            "x": flag.day.isoformat(),
            "y": y,
            "xanchor": "center",
            "yanchor": "bottom",
            "yshift": 2 + FLAG_ROW * level,
            "showarrow": False,
            "borderpad": 2,
            "font": {"size": 10, "color": style.ink},
            "bgcolor": style.paper,
            "bordercolor": style.quiet,
            "borderwidth": 1,
            "hovertext": hover(flag),
            "captureevents": True,
            "name": "flag",
        }
        for flag, level in zip(flags, rows, strict=True)
    ]


FLAG_NAME = "flag-name"
"""The name of the labels that carry the name of a flag."""
MOST_CHARACTERS = 32
"""Two names that are longer together are not both written on a flag."""


def flag_name(flag: Flag, most: int = MOST_CHARACTERS) -> str:
    """The name on a flag: its act's short name; of several acts all, or the first and how many more.

    Args:
        most: characters up to which the names of several acts are all written.
    """
    names = [mark.name for mark in flag.marks]
    all_of_them = ", ".join(names)
    return all_of_them if len(names) == 1 or len(all_of_them) <= most else f"{names[0]} +{len(names) - 1}"


def hover(flag: Flag) -> str:
    """Date, sender and title of a flag's first marks."""
    lines = [f"{mark.dated} · {mark.sender} · {mark.title}" for mark in flag.marks[:6]]
    more = len(flag.marks) - len(lines)
    return "<br>".join(lines + ([f"and {more} more"] if more > 0 else []))
