"""Controls bound to a view: each reads its value from the view and puts the reader's choice back.

Options are mappings from a parameter's value to the word a reader sees.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import streamlit as st

from dashboard import words
from dashboard.ui.state import View
from dashboard.words.areas import findable
from dashboard.words.markdown import plain


@contextmanager
def row() -> Iterator[None]:
    """Controls side by side; they fold under each other on a phone."""
    with st.container(horizontal=True, vertical_alignment="bottom", key=None):
        yield


def more(label: str = "More settings") -> Any:
    """A closed box for the less used controls: use it in a `with`. Values are kept while it is closed."""
    return st.expander(plain(label), icon=None)


def _start(view: View, name: str, value: Any) -> str:
    key = view.key(name)
    if key not in st.session_state:
        st.session_state[key] = value
    return key


def choice(view: View, name: str, label: str, options: Mapping[Any, str], *, help: str | None = None) -> Any:
    """One of several, from a list that can be searched; the word of None stands in the box while nothing is chosen."""
    values = list(options)
    current = view.value(name)
    if current not in options:
        wanted, current = current, view.default(name) if view.default(name) in options else values[0]
        if wanted != view.default(name):
            st.warning(plain(f"{label}: “{str(wanted)[:40]}” cannot be chosen here; {options[current]} is shown."))
        st.session_state.pop(view.key(name), None)
    if st.session_state.get(view.key(name), current) not in options:
        st.session_state.pop(view.key(name), None)
    key = _start(view, name, current)
    chosen = st.selectbox(
        label,
        values,
        format_func=lambda value: options.get(value, str(value)),
        key=key,
        help=help,
        placeholder=str(options.get(None, "Choose")),
        filter_mode="contains",
    )
    view.put(name, chosen)
    return chosen


def area(view: View, name: str, label: str, areas: Mapping[str, str], *, help: str | None = None) -> Any:
    """One country or group, by any of its names."""
    return choice(view, name, label, {code: findable(code, text) for code, text in areas.items()}, help=help)


def areas(
    view: View, name: str, label: str, options: Mapping[str, str], *, most: int = 8, help: str | None = None
) -> tuple[str, ...]:
    """Several countries, by name; an emptied box goes back to the default."""
    named = {code: findable(code, text) for code, text in options.items()}
    return many(view, name, label, named, most=most, help=help, empty_is_default=True)


def many(
    view: View,
    name: str,
    label: str,
    options: Mapping[Any, str],
    *,
    most: int | None = None,
    help: str | None = None,
    placeholder: str = "All",
    empty_is_default: bool = False,
) -> tuple[Any, ...]:
    """Any number of several; empty means all unless it goes back to the default."""
    wanted = view.value(name)
    current = [value for value in wanted if value in options][: most or None]
    lost = ", ".join(str(value)[:20] for value in wanted if value not in options)
    if lost and tuple(wanted) != tuple(view.default(name)):
        st.warning(plain(f"{label}: {lost} cannot be chosen here and was left out."))
    held = st.session_state.get(view.key(name))
    if held is not None and any(value not in options for value in held):
        st.session_state.pop(view.key(name))
    key = _start(view, name, current)
    chosen: Sequence[Any] = st.multiselect(
        label,
        list(options),
        format_func=lambda value: options.get(value, str(value)),
        key=key,
        max_selections=most,
        help=help,
        placeholder=placeholder,
        filter_mode="contains",
        select_all=False,
    )
    result = tuple(chosen) or (tuple(view.default(name)) if empty_is_default else ())
    view.put(name, result)
    return result


def segments(view: View, name: str, label: str, options: Mapping[Any, str], *, help: str | None = None) -> Any:
    """One of a few, all in sight."""
    values = list(options)
    current = view.value(name)
    if current not in options:
        if current != view.default(name):
            told = f"{label}: “{str(current)[:40]}” cannot be chosen here; {options[values[0]]} is shown."
            st.warning(plain(told))
        current = values[0]
    key = _start(view, name, current)
    chosen = st.segmented_control(
        label,
        values,
        format_func=lambda value: plain(options.get(value, str(value))),
        key=key,
        help=help,
        required=True,
    )
    result = values[0] if chosen is None else chosen
    view.put(name, result)
    return result


def text(view: View, name: str, label: str, *, most: int, help: str | None = None) -> str:
    """Words that the reader types, at most so many characters; empty means none."""
    current = str(view.value(name) or "")[:most]
    typed = st.text_input(label, key=_start(view, name, current), max_chars=most, help=help)
    chosen = str(typed or "").strip()
    view.put(name, chosen)
    return chosen


def toggle(view: View, name: str, label: str, *, help: str | None = None) -> bool:
    """Yes or no."""
    chosen = st.toggle(label, key=_start(view, name, bool(view.value(name))), help=help)
    view.put(name, chosen)
    return chosen


def number(
    view: View, name: str, label: str, least: int, most: int, *, start: int = 0, step: int = 1, help: str | None = None
) -> int:
    """A whole number in a range; `start` is shown where the view has none."""
    value = view.value(name)
    current = min(max(start if value is None else int(value), least), most)
    chosen = int(st.number_input(label, least, most, step=step, key=_start(view, name, current), help=help))
    view.put(name, chosen)
    return chosen


def day(
    view: View, name: str, label: str, *, least: date, most: date | None = None, help: str | None = None
) -> date | None:
    """A date up to `most` (today when omitted), or none; None means the default of the exhibit."""
    latest = date.today() if most is None else most
    current = view.value(name)
    inside = current if current is None else min(max(current, least), latest)
    if inside is not None and inside != current:
        st.warning(plain(f"{label}: {words.day(current)} cannot be chosen here; {words.day(inside)} is shown."))
        st.session_state.pop(view.key(name), None)
    chosen = st.date_input(
        label,
        min_value=least,
        max_value=latest,
        key=_start(view, name, inside),
        help=help,
        format="YYYY-MM-DD",
        value=None,
    )
    result = chosen if isinstance(chosen, date) else None
    view.put(name, result)
    return result


def years(view: View, first: str, last: str, *, least: int, most: int) -> None:
    """The window in years, from and to; an end of the range means no bound there.

    Months of a link stay as they are until the reader moves that end of the slider.
    """
    start, end = view.value(first), view.value(last)
    shown = (least if start is None else max(start.year, least), most if end is None else min(end.year, most))
    if shown[0] > shown[1]:  # a link that contradicts itself is told by the exhibits, not mended here
        return
    low, high = st.slider("From and to", least, most, value=shown, key=view.key(f"{first}-{last}"))
    if low != shown[0]:
        view.put(first, None if low == least else date(low, 1, 1))
    if high != shown[1]:
        view.put(last, None if high == most else date(high, 12, 1))


def month(
    view: View, name: str, label: str, *, first_year: int = 1945, last_year: int = 2026, help: str | None = None
) -> date:
    """A month, picked as a date and cut to the first of its month; one beyond the years offered is told and moved."""
    least, most = date(first_year, 1, 1), date(last_year, 12, 31)
    current: date = view.value(name)
    inside = min(max(current, least), most)
    if inside != current:
        told = f"{label}: {words.month(current)} cannot be chosen here; {words.month(inside)} is shown."
        st.warning(plain(told))
        st.session_state.pop(view.key(name), None)
    chosen = st.date_input(
        label,
        min_value=least,
        max_value=most,
        key=_start(view, name, inside),
        help=help,
        format="YYYY-MM-DD",
    )
    result = (chosen if isinstance(chosen, date) else inside).replace(day=1)
    view.put(name, result)
    return result
