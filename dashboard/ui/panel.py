"""How an exhibit is shown: answer, cards, picture, marks, words, table, downloads, passport, link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import polars as pl
import streamlit as st

from dashboard import exports, words
from dashboard.exhibits import find
from dashboard.exhibits.base import Card, Exhibit
from dashboard.figures.marks import Flag, Mark
from dashboard.figures.theme import LIGHT
from dashboard.queries import catalogue
from dashboard.ui import state
from dashboard.words.markdown import plain
from pipelines.store import Store

_CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "responsive": True,
    "doubleClick": "reset",
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d"],
}
LISTED_MARKS = 12


def head(question: str, answer: str = "") -> None:
    """The page's question and, when there is one, its answer in a sentence."""
    st.title(plain(question), anchor=False)
    if answer:
        st.markdown(f"**{plain(answer)}**")


def text(sentence: str) -> None:
    """A paragraph; characters that Markdown would read as markup are kept as they are."""
    st.markdown(plain(sentence))


def lines(sentence: str, told: Sequence[str]) -> None:
    """A paragraph and a line under it for each thing that it sums up."""
    text(sentence)
    for line in told:
        text(f"– {line}")


def told(sentence: str) -> None:
    """What is shown otherwise than it was asked for, and why."""
    st.info(plain(sentence))


def section(title: str) -> None:
    """A heading between exhibits."""
    st.header(plain(title), anchor=False)


def table(rows: pl.DataFrame, *, inside: Any = st) -> None:
    """A table of words that is read, not sorted; `inside` names the box that it stands in."""
    texts = pl.col(pl.String).map_elements(plain, return_dtype=pl.String)
    inside.table(rows.with_columns(texts), border="horizontal")


def cards(row: Sequence[Card]) -> None:
    """Headline numbers side by side, two by two on a phone."""
    st.html(_card_row(row))


def _card_row(row: Sequence[Card]) -> str:
    cells = "".join(
        f'<div class="tw-card"><div class="tw-label">{escape(card.label)}</div>'
        f'<div class="tw-value">{escape(card.value)}</div><div class="tw-detail">{escape(card.detail)}</div></div>'
        for card in row
    )
    return f'<div class="tw-cards" role="list">{cells}</div>'


def show(exhibit: Exhibit | None, *, heading: bool = True, table: bool = False) -> None:
    """Show one exhibit whole; nothing when there is none (its empty state has been drawn already).

    With `table` its rows stand open below it: where they are what a reader comes for.
    """
    if exhibit is None:
        return
    with st.container(key=f"exhibit-{exhibit.id}"):
        _picture(exhibit, heading)
        if table:
            _rows(exhibit, height=min(38 + 35 * exhibit.data.height, 460))
        _drawers(exhibit)


# Exhibits never change, so what was sent for one is sent again as it is: Streamlit records the elements and replays
# them, and a figure is turned into JSON once. The kept value holds the exhibit, so that its id is nobody else's.
@st.cache_resource(max_entries=state.KEPT_EXHIBITS, show_spinner=False, hash_funcs={Exhibit: id})
def _picture(exhibit: Exhibit, heading: bool) -> Exhibit:
    """Everything of an exhibit that takes no clicks: what stands above the picture, the picture, what stands below.

    Three elements, not seven: every element is a message that the server and the browser pay for on every click.
    """
    answer = f"<p><strong>{escape(exhibit.answer)}</strong></p>" if exhibit.answer else ""
    title = (
        f'<div><h3 class="tw-title" id="{escape(exhibit.id)}">{escape(exhibit.title)}</h3>'
        f'<p class="tw-subtitle">{escape(exhibit.subtitle)}</p></div>'
    )
    above = [answer, _card_row(exhibit.cards) if exhibit.cards else "", title if heading else ""]
    if any(above):
        st.html(_stacked(above))
    config = _CONFIG | {"toImageButtonOptions": {"filename": exhibit.stem, "format": "png", "scale": 2}}
    st.plotly_chart(exhibit.figure, theme=None, config=config, alt=exhibit.alt, key=f"chart-{exhibit.id}")
    note, foot = escape(exhibit.note), escape(exhibit.passport.foot())
    below = f'<div><p class="tw-note">{note}</p><p class="tw-foot">{foot}</p></div>'
    st.html(_stacked([_flag_list(exhibit.flags) if exhibit.flags else "", below]))
    return exhibit


def _stacked(parts: Sequence[str]) -> str:
    """Pieces of HTML under each other, as far apart as Streamlit sets its elements."""
    return f'<div class="tw-stack">{"".join(parts)}</div>'


def doors(pages: Mapping[str, tuple[str, str]]) -> None:
    """Links to the other pages with a line on what each answers."""
    for column, (name, (title, what)) in zip(st.columns(2) * ((len(pages) + 1) // 2), pages.items(), strict=False):
        with column:
            st.page_link(f"app_pages/{name}.py", label=plain(title), width="content")
            st.caption(plain(what))


def no_store(reason: str) -> None:
    """The state before the first build: what is missing and the command that brings it."""
    st.title("There are no figures yet", anchor=False)
    st.error(plain(reason))
    st.caption("This page shows the figures as soon as the command has run; reload it then.")


def failed(reason: str) -> None:
    """A page that cannot be answered: one sentence, what still works, where to look."""
    st.error(plain(reason))
    st.caption("The other pages may still work. “Data and methods” shows the state of the store.")


def freshness(store: Store) -> None:
    """The line at the foot of every page: how new the figures are and which build is shown."""
    st.html(f'<p class="tw-fresh">{escape(fresh_words(store))}</p>')


def fresh_words(store: Store) -> str:
    """How far US trade reaches, from when it is known, and which build is shown."""
    last = catalogue.last_observations(store)
    us = last.filter(pl.col("source") == "census")
    parts = []
    if not us.is_empty():
        row = us.row(0, named=True)
        parts.append(
            f"US trade figures to {words.month(row['last_period'])}, known from {words.month(row['known_from'])}"
        )
    parts.append(f"build {store.build_id}, made {words.day(store.build.created.date())}")
    parts.append("figures are official, with the vintage on each; see Data and methods for sources and licences")
    return ". ".join(part[0].upper() + part[1:] for part in parts) + "."


def _drawers(exhibit: Exhibit) -> None:
    """Table, downloads, passport and link: closed boxes whose content is made when they are opened."""
    with st.container(horizontal=True):
        opened = st.popover("Table", on_change="rerun", key=f"table-{exhibit.id}")
        download = st.popover("Download", on_change="rerun", key=f"download-{exhibit.id}")
        sources = st.popover("Source and method", on_change="rerun", key=f"passport-{exhibit.id}")
        link = st.popover("Link", on_change="rerun", key=f"link-{exhibit.id}")
    if opened.open:
        with opened:
            st.caption(plain(f"{exhibit.title}. The figures as drawn, {words.plural(exhibit.data.height, 'row')}."))
            _rows(exhibit)
    if download.open:
        with download:
            _downloads(exhibit)
    if sources.open:
        with sources:
            facts = "".join(
                f"<tr><th>{escape(label)}</th><td>{escape(value)}</td></tr>"
                for label, value in exhibit.passport.rows()
                if value
            )
            st.html(f'<table class="tw-passport">{facts}</table>')
    if link.open:
        with link:
            st.caption("Opens this view: the same figures, filters and marks.")
            st.code(_address(exhibit), language=None)


def _rows(exhibit: Exhibit, *, height: int = 420) -> None:
    """The drawn figures as a table that can be sorted and searched."""
    st.dataframe(exhibit.data, hide_index=True, column_config=_columns(exhibit), height=height, placeholder="")


def _address(exhibit: Exhibit) -> str:
    path = f"{state.address()}#{exhibit.id}"
    url = getattr(st.context, "url", None) or ""
    parts = url.split("/", 3)
    return "/".join(parts[:3]) + path if len(parts) >= 3 else path


def _columns(exhibit: Exhibit) -> dict[str, Any]:
    config: dict[str, Any] = {}
    for name, kind in exhibit.data.schema.items():
        named = exhibit.columns.get(name)
        label = named.label if named is not None else name.replace("_", " ")
        if kind == pl.Date:
            config[name] = st.column_config.DateColumn(label, format="YYYY-MM-DD")
        elif name in ("reference", "url", "reference_url"):
            config[name] = st.column_config.LinkColumn(label)
        elif kind.is_numeric() and named is not None and named.format is not None:
            config[name] = st.column_config.NumberColumn(label, format=named.format)
        else:
            config[name] = st.column_config.Column(label)
    return config


def _downloads(exhibit: Exhibit) -> None:
    """One format at a time; the file is made when the button is pressed."""
    usable = {name: fmt for name, fmt in exports.FORMATS.items() if exports.available(name)}
    if len(usable) < len(exports.FORMATS):
        st.caption(
            "No Chrome or Chromium was found on the server, so pictures come from your own browser: use the camera "
            "above the figure. HTML, CSV, XLSX and JSON need none."
        )
    name = st.segmented_control(
        "Format",
        list(usable),
        format_func=str.upper,
        default=next(iter(usable)),
        key=f"format-{exhibit.id}",
        required=True,
    )
    chosen = name or next(iter(usable))
    size = "slide"
    if usable[chosen].needs_browser:
        exports.prepare()
        sizes = {"slide": "Slide 16:9", "page": "Page", "column": "Column", "square": "Square"}
        size = st.selectbox("Size", list(sizes), format_func=lambda key: sizes[key], key=f"size-{exhibit.id}")
    store = state.store()

    def make() -> bytes:
        printed = find(exhibit.id).build(store, exhibit.params, LIGHT)
        return exports.export(printed, chosen, size=size)

    st.download_button(
        f"Download {chosen.upper()}",
        data=make,
        file_name=exports.file_name(exhibit, chosen),
        mime=usable[chosen].mime,
        on_click="ignore",
        key=f"file-{exhibit.id}",
        type="primary",
    )


def _flag_list(flags: Sequence[Flag]) -> str:
    rows = "".join(_flag_row(flag) for flag in flags[:LISTED_MARKS])
    rest = flags[LISTED_MARKS:]
    if rest:
        rows += (
            f"<li><details><summary>{words.plural(len(rest), 'more flag')}</summary><ul>"
            + "".join(_flag_row(flag) for flag in rest)
            + "</ul></details></li>"
        )
    return f'<ol class="tw-flags">{rows}</ol>'


def _flag_row(flag: Flag) -> str:
    number = f'<span class="tw-flag">{flag.number}</span>'
    if len(flag.marks) == 1:
        return f"<li>{number} {_mark(flag.marks[0])}</li>"
    when = words.span(flag.day, flag.last_day)
    senders = words.listing(sorted({mark.sender for mark in flag.marks if mark.kind == "measure"}))
    who = f"{escape(senders)} · " if senders != "none" else ""
    inside = "".join(f"<li>{_mark(mark)}</li>" for mark in flag.marks)
    summary = f"{when} · {who}{flag.counted()}"
    return f"<li>{number} <details><summary>{summary}</summary><ul>{inside}</ul></details></li>"


def _mark(mark: Mark) -> str:
    when = words.day(mark.day) + (f" to {words.day(mark.end)}" if mark.end is not None else "")
    doubt = " (inferred, not confirmed in a text)" if mark.inferred else ""
    title = f"{escape(mark.title)}{doubt}"
    source = escape(mark.instrument or "")
    if mark.reference is not None and mark.reference.startswith(("https://", "http://")):
        source = f'<a href="{escape(mark.reference)}" target="_blank" rel="noopener noreferrer">{source or "text"}</a>'
    return f"{when} · {escape(mark.sender)} · {title}" + (f" · {source}" if source else "")
