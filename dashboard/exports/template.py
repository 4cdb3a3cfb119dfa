"""The print template: the figure of the screen with its title, subtitle, marks, note and passport in one picture.

The plot itself is not redrawn: the same figure gets margins, and words around it; names of flags stand in fewer rows
where a picture is wider than a phone. Words are wrapped by width and never cut; a slide says fewer of them instead:
the answer, what the plot's signs mean, one or two lines of source. What it leaves out is in `layout.meta["notes"]`, and
from there in the text fields of PNG and SVG. Where a browser renders the picture it measures the labels of the plot and
moves the margins once more (`page.js`), so that nothing overlaps or is cut at an edge; without one the margins below
are close.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from dashboard import words
from dashboard.exports.text import clean, harmless, wrap
from dashboard.figures.aligned import replaced
from dashboard.figures.marks import MOST_CHARACTERS, NOT_A_CAUSE, flag_name
from dashboard.figures.theme import LIGHT

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from dashboard.exhibits.base import Exhibit, Passport
    from dashboard.figures.marks import Flag

LINE = 1.3
"""Height of a line of a Plotly label, in type sizes."""


@dataclass(frozen=True)
class Size:
    """A picture's size in pixels at scale 1, its outer margin and type sizes, columns of the list of marks, the share
    of the height that marks leave to the plot, and whether a picture may become taller for a figure that needs it.

    `enlarged` is how much a figure may grow that needs little room. `slide` is read from afar: few words."""

    name: str
    width: float
    height: float
    pad: float
    title: float
    subtitle: float
    small: float
    columns: int
    plot: float
    grows: bool
    enlarged: float = 1.0
    slide: bool = False

    def drawn_at(self, zoom: float, height: float) -> Size:
        """The same picture, drawn on a larger sheet that is then shrunk by `zoom`: words keep their size."""
        return replace(
            self,
            width=self.width / zoom,
            height=height / zoom,
            pad=self.pad / zoom,
            title=self.title / zoom,
            subtitle=self.subtitle / zoom,
            small=self.small / zoom,
        )


SIZES = MappingProxyType(
    {
        "slide": Size(
            "slide",
            1280,
            720,
            40,
            title=26,
            subtitle=15,
            small=13,
            columns=3,
            plot=0.62,
            grows=False,
            enlarged=1.15,
            slide=True,
        ),
        "page": Size("page", 960, 540, 28, title=22, subtitle=14, small=11, columns=2, plot=0.48, grows=True),
        "column": Size("column", 640, 480, 22, title=19, subtitle=13, small=10, columns=1, plot=0.5, grows=True),
        "square": Size("square", 1080, 1080, 40, title=27, subtitle=16, small=13, columns=2, plot=0.5, grows=False),
    }
)

_DENSE = 470
"""A figure that is taller than this on screen has rows or panels: it needs nearly all of its height to be read."""

_AXIS = 0.7
"""Share of a sheet's width that its time axis takes at least, where fewer rows of names let the sheet be smaller."""

_MOST_LINES = 2
"""Lines of a slide's title, note and source, each."""

_LEGEND = 30
"""Room for one row of a legend that stands at the foot of the picture."""


@dataclass(frozen=True)
class _Block:
    """Lines of one type size and colour; `x` is counted from the left edge, `y` from the top of head or foot."""

    lines: list[str]
    size: float
    colour: str
    x: float = 0.0
    y: float = 0.0
    bold: bool = False

    @property
    def height(self) -> float:
        return len(self.lines) * self.size * LINE


def print_figure(exhibit: Exhibit, size: str = "slide") -> go.Figure:
    """The exhibit's figure in the print template. The exhibit's own figure is left as it is.

    A figure that needs more height than the size leaves is drawn on a larger sheet: `layout.meta["print"]` holds the
    width and height of the picture in pixels, and `layout.width` may be more. Pages and columns become taller than
    their size before a figure gets too small to read.

    Args:
        exhibit: drawn in the light style.
        size: slide 1280×720, page 960×540, column 640×480 or square 1080×1080.

    Raises:
        KeyError: there is no such size.
    """
    import plotly.graph_objects as go

    spec = copy.deepcopy(exhibit.figure.to_plotly_json())
    layout: dict[str, Any] = spec["layout"]
    form, zoom, height = _fitted(exhibit, SIZES[size], layout)
    if exhibit.marks_named:  # the names have at least the width that this sheet gives them
        replaced(layout, exhibit.flags, form.width * _AXIS, _most(form))
        form, zoom, height = _fitted(exhibit, SIZES[size], layout)
    own = _margin(layout)
    head, head_height = _head(exhibit, form)
    foot, foot_height = _foot(exhibit, form, form.height * (1 - form.plot) - head_height)
    at_foot = (layout.get("legend") or {}).get("yref") == "container"
    margin = {
        "l": round(form.pad + max(own["l"], 44)),
        "r": round(form.pad + own["r"]),
        "t": round(head_height + own["t"]),
        "b": round(foot_height + 28 + (_LEGEND if at_foot else 0)),
        "pad": own.get("pad", 0),
        "autoexpand": True,
    }
    layout |= {
        "width": round(form.width),
        "height": round(form.height),
        "autosize": False,
        "margin": margin,
        "title": None,
    }
    if at_foot:
        layout["legend"] |= {
            "xref": "container",
            "x": form.pad / form.width,
            "xanchor": "left",
            "yanchor": "bottom",
            "y": foot_height / form.height,
        }
    words_around = [
        *(_label(block, "print-head", margin["t"] - block.y, margin, y=1) for block in head),
        *(_label(block, "print-foot", foot_height - margin["b"] - block.y, margin, y=0) for block in foot),
    ]
    layout["annotations"] = [*(layout.get("annotations") or ()), *words_around]
    layout["meta"] = {
        "print": {
            "pad": form.pad,
            "head": head_height,
            "foot": foot_height,
            "width": SIZES[size].width,
            "height": round(height),
            "zoom": zoom,
        },
        "title": clean(exhibit.title),
        "alt": clean(exhibit.alt),
        "notes": notes(exhibit),
    }
    return go.Figure(spec, skip_invalid=False)


def _margin(layout: dict[str, Any]) -> dict[str, Any]:
    """The margins that a figure has by itself, in pixels."""
    return {"l": 12, "r": 24, "t": 40, "b": 8} | (layout.get("margin") or {})


def _fitted(exhibit: Exhibit, form: Size, layout: dict[str, Any]) -> tuple[Size, float, float]:
    """What `_fitting` gives for a figure's layout."""
    own, rigid = _margin(layout), bool((layout.get("meta") or {}).get("rigid"))
    return _fitting(exhibit, form, float(layout.get("height") or 460), own["t"] + own["b"], rigid=rigid)


def _fitting(exhibit: Exhibit, form: Size, natural: float, margins: float, *, rigid: bool) -> tuple[Size, float, float]:
    """The size to draw on, how much it is shrunk, and the height of the picture.

    Args:
        rigid: the figure cannot give up any of its own height, because words stand at places of its axis.
    """
    _, head = _head(exhibit, form)
    share = 1.0 if rigid else 0.55 if natural <= _DENSE else 0.85 if form.grows else 0.7
    needed = margins + (natural - margins) * share
    for chosen in (form, replace(form, columns=0)):  # before a figure shrinks much, the list of marks goes
        _, foot = _foot(exhibit, chosen, form.height * (1 - form.plot) - head)
        zoom = min((form.height - head - foot) / needed, form.enlarged)
        if zoom >= 0.8 or form.grows:
            break
    height = form.height
    if form.grows and zoom < 0.75:
        zoom = 0.8
        height = max(head + foot + zoom * needed, form.height)
    zoom = max(zoom, 0.4 if rigid else 0.5)
    return chosen.drawn_at(zoom, height), zoom, height


def _label(block: _Block, name: str, rise: float, margin: dict[str, Any], *, y: int) -> dict[str, Any]:
    """A block as a label that hangs from a corner of the plot, at a place counted from the corner of the picture."""
    text = "<br>".join(harmless(line) for line in block.lines)
    return {
        "name": name,
        "text": f"<b>{text}</b>" if block.bold else text,
        "showarrow": False,
        "align": "left",
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": y,
        "xanchor": "left",
        "yanchor": "top",
        "xshift": round(block.x - margin["l"], 1),
        "yshift": round(rise, 1),
        "borderpad": 0,
        "borderwidth": 0,
        "font": {"size": round(block.size, 2), "color": block.colour},
    }


def _head(exhibit: Exhibit, form: Size) -> tuple[list[_Block], float]:
    """Title and subtitle, and how far down from the top edge they reach."""
    room = form.width - 2 * form.pad
    answer = headline(exhibit.answer, form.title, room * 0.97) if form.slide else []
    above = _Block([], form.subtitle, LIGHT.quiet, form.pad, form.pad * 0.7)
    if answer:
        above = replace(above, lines=wrap(exhibit.title, form.subtitle, room * 0.97, bold=True), bold=True)
    lines = answer or wrap(exhibit.title, form.title, room * 0.97, bold=True)
    title = _Block(lines, form.title, LIGHT.ink, form.pad, above.y + above.height, bold=True)
    below = title.y + title.height + 2
    subtitle = _Block(wrap(exhibit.subtitle, form.subtitle, room * 0.97), form.subtitle, LIGHT.quiet, form.pad, below)
    return [block for block in (above, title, subtitle) if block.lines], below + subtitle.height + form.small * 0.7


def headline(answer: str, size: float, room: float) -> list[str]:
    """The answer as a title of at most two lines: as many of its first sentences, or parts of a sentence up to a
    semicolon, as fit. No line where not even the first fits."""
    lines: list[str] = []
    for end in re.finditer(r"(?<=[a-z0-9%)]{2})[.;](?= |$)", clean(answer)):
        longer = wrap(clean(answer)[: end.start()] + ".", size, room, bold=True)
        if len(longer) > _MOST_LINES:
            break
        lines = longer
    return lines


def _foot(exhibit: Exhibit, form: Size, room: float) -> tuple[list[_Block], float]:
    """Marks, note and passport from the top of the foot, and the foot's height; marks give way where room is short."""
    wide = form.width - 2 * form.pad
    if form.slide:
        source = form.small * 12 / 13
        passport = source_lines(exhibit.passport, source, wide * 0.97)
        note = note_lines(exhibit, form.small, wide * 0.97)
    else:
        source = form.small - 1
        passport = wrap(passport_line(exhibit.passport, exhibit.note), source, wide * 0.97)
        note = wrap(exhibit.note, form.small, wide * 0.97)
    fixed = len(passport) * source * LINE + len(note) * form.small * LINE + form.pad * 0.6 + 2 * form.small
    rows = int((room - fixed) / (form.small * LINE))
    marks = _mark_blocks(exhibit, form, min(rows, 8 if form.columns == 1 else 6))
    blocks = [replace(block, y=float(form.small)) for block in marks]
    top = float(form.small)
    if blocks:
        top += max(block.height for block in blocks) + form.small * 0.5
    for lines, size in ((note, form.small), (passport, source)):
        if lines:
            blocks.append(_Block(lines, size, LIGHT.quiet, form.pad, top))
            top += blocks[-1].height + form.small * 0.5
    return blocks, top + form.pad * 0.5


def _mark_blocks(exhibit: Exhibit, form: Size, rows: int) -> list[_Block]:
    """The list of marks in as many columns as the size has; what finds no room is counted. On a slide names in the
    picture are enough: only groups that hide a name are told."""
    flags, numbered = exhibit.flags, not exhibit.marks_named
    if form.slide and not numbered:
        return _hidden_names(flags, form)
    if not flags:
        return []
    if form.columns == 0:
        line = _rest(len(flags), alone=True, numbered=numbered)
        return [_Block(wrap(line, form.small, (form.width - 2 * form.pad) * 0.97), form.small, LIGHT.ink, form.pad)]
    gap = form.small * 2
    wide = (form.width - 2 * form.pad - gap * (form.columns - 1)) / form.columns
    whole = [wrap(flag_line(flag, numbered=numbered, brief=form.slide), form.small, wide * 0.97) for flag in flags]
    columns = _columns(whole, form.columns, rows)
    if columns is None:  # a line each, the last words left to the table
        short = [[lines[0] if len(lines) == 1 else _shortened(lines[0])] for lines in whole]
        columns = _columns(short, form.columns, rows)
        if columns is None:
            shown = max(form.columns * rows - 1, 0)
            shown = shown if shown * 2 >= len(flags) else 0
            rest = _rest(len(flags) - shown, alone=shown == 0, numbered=numbered)
            columns = _columns([*short[:shown], [rest]], form.columns, max(rows, 1)) or [[rest]]
    return [
        _Block(column, form.small, LIGHT.ink, form.pad + index * (wide + gap))
        for index, column in enumerate(columns)
        if column
    ]


def _hidden_names(flags: Sequence[Flag], form: Size) -> list[_Block]:
    """The members of groups whose flag has no room for all their names; none where every name is in the picture."""
    most = _most(form)
    groups = [flag for flag in flags if flag_name(flag, most) != flag_name(flag, 10**6)]
    told = " · ".join(f"{flag_name(flag, most)}: {flag.members()}" for flag in groups)
    lines = wrap(told, form.small, (form.width - 2 * form.pad) * 0.97)
    return [_Block(lines, form.small, LIGHT.ink, form.pad)] if lines else []


def _most(form: Size) -> int:
    """Characters up to which a flag names all of its acts."""
    return 2 * MOST_CHARACTERS if form.slide else MOST_CHARACTERS


def _columns(entries: Sequence[list[str]], count: int, rows: int) -> list[list[str]] | None:
    """Entries set in columns as even as they go, never one entry over two columns; None where they do not fit."""
    for height in range(1, rows + 1):
        columns: list[list[str]] = [[]]
        for entry in entries:
            if len(columns[-1]) + len(entry) > height:
                columns.append([])
            columns[-1] += entry
        if len(columns) <= count and all(len(column) <= height for column in columns):
            return columns
    return None


def _shortened(line: str) -> str:
    return line.rsplit(" ", 1)[0].rstrip(",;:.· ") + "…"


def _rest(left: int, *, alone: bool, numbered: bool) -> str:
    if alone and not numbered:
        return (
            f"The days and acts of the {words.plural(left, 'mark')} are in the HTML, XLSX and JSON files of this view."
        )
    if alone:
        return f"The {words.plural(left, 'numbered mark')} are named in the HTML, XLSX and JSON files of this view."
    return f"and {left} more in the table of marks"


def flag_line(flag: Flag, *, numbered: bool = True, brief: bool = False) -> str:
    """One entry of the list of marks: "3 · took effect 24 Feb 2022 · US · …", or "3 · Mar 2022 · 2 measures: …" with
    the names of its members.

    Args:
        numbered: the picture has numbers and no names.
        brief: "3 · 24 Feb 2022 · name".
    """
    first, number = flag.marks[0], f"{flag.number} · " if numbered else ""
    if len(flag.marks) > 1:
        named = flag.members(2 if brief else 4)
        return (
            f"{number}{named}"
            if brief
            else f"{number}{words.span(flag.day, flag.last_day)} · {flag.counted()}: {named}"
        )
    if brief:
        return f"{number}{words.day(first.day)} · {first.name}"
    dated = first.dated if numbered else f"{first.dated[:1].upper()}{first.dated[1:]}"
    return f"{number}{dated} · {first.sender} · {first.title}"


_SIGNS = re.compile(
    r"\b(shaded|hatched|dotted|dashed|hollow|stippled|faint|pale|grey|darker|circles?|no point|gaps?)\b", re.IGNORECASE
)
"""Words of a sentence that explains a sign of the plot."""


def note_lines(exhibit: Exhibit, size: float, room: float) -> list[str]:
    """At most two lines of the note, in whole sentences: first that marks are no causes, what the figure cannot show
    and what its signs mean, then what else fits. The sentences stand in the note's order. What points to a table beside
    the picture is left out.

    Args:
        size, room: type size and width in pixels.
    """
    whole = clean(exhibit.note)
    cause = [NOT_A_CAUSE] if NOT_A_CAUSE in whole else []
    said = [one for one in re.split(r"(?<=[.?!]) (?=[A-Z0-9])", whole.replace(NOT_A_CAUSE, "").strip()) if one]
    cannot = [at for at, one in enumerate(said) if one in exhibit.passport.cannot_show]
    signs = [at for at, one in enumerate(said) if _SIGNS.search(one)]
    chosen: list[int] = []
    lines = wrap(" ".join(cause), size, room)
    for at in dict.fromkeys([*cannot[:1], *signs, *cannot, *range(len(said))]):
        if re.search(r"\b(tables?|columns?)\b", said[at]):
            continue
        tried = sorted([*chosen, at])
        longer = wrap(" ".join([*(said[one] for one in tried), *cause]), size, room)
        if len(longer) <= _MOST_LINES:
            chosen, lines = tried, longer
    return lines


def source_lines(passport: Passport, size: float, room: float) -> list[str]:
    """Source, vintage, licence and build in at most two lines: the fullest wording that fits.

    Args:
        size, room: type size and width in pixels.
    """
    titles = [part.strip() for part in passport.source.split(";") if part.strip()]
    publishers = list(dict.fromkeys(title.split(", ")[0] for title in titles))
    vintage = re.sub(r" *\[[^\]]*\]", "", passport.vintage.split("; some sums")[0])
    licence = "; ".join(dict.fromkeys(_short_licence(part.strip()) for part in passport.licence.split(";")))
    dates = re.sub(r" *\([^)]*\)", "", vintage)
    head, build = f"Vintage: {vintage}", f"Build {passport.build_id}"
    terms = f"Licence: {licence}"
    few = f"{'; '.join(publishers[:3])}" + (f" and {len(publishers) - 3} more" if len(publishers) > 3 else "")
    wordings = [
        [f"Source: {'; '.join(titles)}", head, terms, build],
        [f"Source: {'; '.join(titles)}", f"Vintage: {dates}", terms, build],
        [f"Source: {'; '.join(publishers)}", head, terms, build],
        [f"Source: {'; '.join(publishers)}", f"Vintage: {dates}", terms, build],
        [f"Source: {'; '.join(titles)}", terms, build],
        [f"Source: {'; '.join(publishers)}", terms, build],
        [f"Source: {few}", terms, build],
        [f"Source: {few}", build],
    ]
    for parts in wordings:
        lines = wrap(" · ".join(clean(part).rstrip(".") for part in parts) + ".", size, room)
        if len(lines) <= _MOST_LINES:
            return lines
    return wrap(f"{build}.", size, room)


def _short_licence(name: str) -> str:
    """A licence by its short name where it has one in brackets, else without what stands in brackets."""
    short = re.search(r"\((CC[^)]*|[A-Z]{2,}L)\)", name)
    return short.group(1) if short else re.sub(r" *\([^)]*\)", "", name)


def notes(exhibit: Exhibit) -> str:
    """Everything that the words around a picture may leave out: the answer, every mark, the note and the passport."""
    numbered = not exhibit.marks_named
    told = [exhibit.answer, *(flag_line(flag, numbered=numbered) + "." for flag in exhibit.flags), exhibit.note]
    return clean(" ".join([*told, passport_line(exhibit.passport, exhibit.note)]))


def passport_line(passport: Passport, note: str = "") -> str:
    """The passport as running text: everything but the address of the original, which every data file gives.

    Sentences that the note has are not said again.
    """
    unsaid = {"Original"}
    cannot = " ".join(part for part in re.split(r"(?<=\.) ", passport.cannot_show) if part not in note)
    passport = replace(passport, cannot_show=cannot)
    if passport.credit in passport.source:
        unsaid.add("Credit")
    parts = [
        f"{label}: {clean(value)}"
        for label, value in passport.rows()
        if value and value != "not applicable" and label not in unsaid
    ]
    return " · ".join(part.rstrip(".") for part in parts) + "."
