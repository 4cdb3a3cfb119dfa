"""How an exhibit is shown: answer, cards, picture, marks, words, table, downloads, passport, link."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any, Literal

import polars as pl
import streamlit as st

from dashboard import exports, words
from dashboard.exhibits import find
from dashboard.exhibits.base import Card, Exhibit
from dashboard.figures.marks import Flag, Mark
from dashboard.figures.theme import LIGHT
from dashboard.queries import catalogue
from dashboard.queries.senders import senders
from dashboard.ui import state, tables
from dashboard.words import glossary
from dashboard.words.markdown import plain
from pipelines.store import Store

_CONFIG: dict[str, Any] = {"displayModeBar": False, "responsive": True, "doubleClick": "reset"}
"""No toolbar: its camera would give a picture without title and source, and each of its buttons is a stop for the
keyboard. Dragging zooms, a double click goes back."""
LISTED_MARKS = 12
NAMED_IN_A_GROUP = 4
_STRETCHED = frozenset({"partners_map"})
"""Pictures that keep their shape: how high they are follows from the width of the screen (`ui/css`)."""


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
        f'<li class="tw-card"><div class="tw-label">{escape(card.label)}</div>'
        f'<div class="tw-value">{escape(card.value)}</div><div class="tw-detail">{escape(card.detail)}</div></li>'
        for card in row
    )
    return f'<ul class="tw-cards">{cells}</ul>'


def show(exhibit: Exhibit | None, *, table: bool = False, pick: Callable[[str], None] | None = None) -> None:
    """Show one exhibit whole; nothing when there is none (its empty state has been drawn already).

    With `table` its rows stand open below it: where they are what a reader comes for. With `pick`, a click on what
    carries the code of an area does something with that code.
    """
    if exhibit is None:
        return
    with st.container(key=f"exhibit-{exhibit.id}"):
        if pick is None:
            _picture(exhibit)
        else:
            _to_pick_from(exhibit, pick)
        if table:
            rows(exhibit, most=460)
        _drawers(exhibit)


# Exhibits never change, so what was sent for one is sent again as it is: Streamlit records the elements and replays
# them, and a figure is turned into JSON once. The kept value holds the exhibit, so that its id is nobody else's.
@st.cache_resource(max_entries=state.KEPT_EXHIBITS, show_spinner=False, hash_funcs={Exhibit: id})
def _picture(exhibit: Exhibit) -> Exhibit:
    """Everything of an exhibit that takes no clicks: what stands above the picture, the picture, what stands below.

    Three elements, not seven: every element is a message that the server and the browser pay for on every click.
    """
    st.html(_above(exhibit))
    key, height = f"chart-{exhibit.id}", _height(exhibit)
    st.plotly_chart(exhibit.figure, theme=None, config=_CONFIG, alt=exhibit.alt, key=key, height=height)
    st.html(_below(exhibit))
    return exhibit


def _to_pick_from(exhibit: Exhibit, pick: Callable[[str], None]) -> None:
    """The same, with a picture that can be clicked; it cannot be replayed, so it is sent anew in every run."""
    key = f"chart-{exhibit.id}"

    def picked() -> None:
        points = st.session_state[key]["selection"]["points"]
        code = points[0].get("customdata") if points else None
        code = code[0] if isinstance(code, list) and code else code
        if isinstance(code, str):
            pick(code)

    st.html(_above(exhibit))
    st.plotly_chart(
        exhibit.figure,
        theme=None,
        config=_CONFIG,
        alt=exhibit.alt,
        height=_height(exhibit),
        key=key,
        on_select=picked,
        selection_mode="points",
    )
    st.html(_below(exhibit))


def _height(exhibit: Exhibit) -> Literal["stretch", "content"]:
    return "stretch" if exhibit.id in _STRETCHED else "content"


def _above(exhibit: Exhibit) -> str:
    answer = f"<p><strong>{escape(exhibit.answer)}</strong></p>" if exhibit.answer else ""
    title = (
        f'<div><h2 class="tw-title" id="{escape(exhibit.id)}">{escape(exhibit.title)}</h2>'
        f'<p class="tw-subtitle">{escape(exhibit.subtitle)}</p></div>'
    )
    return _stacked([answer, _card_row(exhibit.cards) if exhibit.cards else "", title])


def _below(exhibit: Exhibit) -> str:
    note, foot = escape(exhibit.note), escape(exhibit.passport.foot())
    words_below = f'<div><p class="tw-note">{note}</p><p class="tw-foot">{foot}</p></div>'
    return _stacked([_flag_list(exhibit.flags, numbered=not exhibit.marks_named) if exhibit.flags else "", words_below])


def _stacked(parts: Sequence[str]) -> str:
    """Pieces of HTML under each other, as far apart as Streamlit sets its elements."""
    return f'<div class="tw-stack">{"".join(parts)}</div>'


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
    """Table, downloads, passport, terms and link: closed boxes whose content is made when they are opened."""
    terms = glossary.terms_in(_words_of(exhibit))
    with st.container(horizontal=True):
        opened = st.popover("Table", on_change="rerun", key=f"table-{exhibit.id}")
        download = st.popover("Download", on_change="rerun", key=f"download-{exhibit.id}")
        sources = st.popover("Source and method", on_change="rerun", key=f"passport-{exhibit.id}")
        told = st.popover("Terms", on_change="rerun", key=f"terms-{exhibit.id}") if terms else None
        link = st.popover("Link", on_change="rerun", key=f"link-{exhibit.id}")
    if opened.open:
        with opened:
            st.caption(plain(f"{exhibit.title}. The figures as drawn, {words.plural(exhibit.data.height, 'row')}."))
            rows(exhibit)
    if download.open:
        with download:
            _downloads(exhibit)
    if sources.open:
        with sources:
            st.html(passport(exhibit))
    if told is not None and told.open:
        told.html(definitions(terms))
    if link.open:
        with link:
            links(exhibit)


def passport(exhibit: Exhibit) -> str:
    """The passport as a table; a box that scrolls takes the keyboard only where something in it does."""
    facts = "".join(
        f'<tr><th scope="row">{escape(label)}</th><td>{escape(value)}</td></tr>'
        for label, value in exhibit.passport.rows()
        if value
    )
    table = f'<table class="tw-passport">{facts}</table>'
    return f'<div role="group" aria-label="Source and method" tabindex="0">{table}</div>'


def definitions(terms: Mapping[str, str]) -> str:
    """Terms and what they mean."""
    rows = "".join(f"<dt>{escape(term)}</dt><dd>{escape(meaning)}</dd>" for term, meaning in terms.items())
    return f'<div role="group" aria-label="Terms" tabindex="0"><dl class="tw-terms">{rows}</dl></div>'


def links(exhibit: Exhibit) -> None:
    """Full addresses of this chart alone and of the page around it, a sentence to cite, and code to embed it."""
    alone = state.host() + state.chart_address(exhibit)
    st.caption("This chart alone, with the same figures, settings and marks:")
    st.code(alone, language=None, wrap_lines=True)
    if state.current().page != state.CHART:
        st.caption("This page:")
        st.code(state.host() + state.address(), language=None, wrap_lines=True)
    st.caption("To cite:")
    st.code(citation(exhibit, alone), language=None, wrap_lines=True)
    st.caption("To embed, where the server allows frames:")
    st.code(embed_code(exhibit, alone), language="html", wrap_lines=True)


def citation(exhibit: Exhibit, address: str) -> str:
    """A sentence with its source: what is said, of which series, known from when, and where it can be seen."""
    said = exhibit.answer or f"{exhibit.title}."
    known = exhibit.passport
    return (
        f"{said} {exhibit.title}, {exhibit.subtitle}. Source: {known.source}, vintage {known.vintage}; "
        f"Tradewake, build {known.build_id}, {address}"
    )


def embed_code(exhibit: Exhibit, address: str) -> str:
    """A frame that shows the chart alone in another page."""
    title = escape(exhibit.title, quote=True)
    return (
        f'<iframe src="{escape(address, quote=True)}&amp;embed=true" title="{title}" loading="lazy" '
        'style="width:100%;height:900px;border:0"></iframe>'
    )


def _words_of(exhibit: Exhibit) -> str:
    told = (exhibit.title, exhibit.subtitle, exhibit.answer, exhibit.note, exhibit.passport.foot())
    return " ".join((*told, *(f"{card.label} {card.detail}" for card in exhibit.cards)))


def rows(exhibit: Exhibit, *, most: int = 420) -> None:
    """The drawn figures as a table to read, at most so many pixels high; what all rows share is said once above it."""
    store = state.store()
    read = tables.reading(
        exhibit.data,
        exhibit.columns,
        {**catalogue.names(store), **senders(store).names()},
        dict(catalogue.sources(store).select("source", "short_title").iter_rows()),
    )
    if read.in_every_row:
        st.caption(plain(read.in_every_row))
    st.dataframe(
        read.rows,
        hide_index=True,
        column_config={name: _column(head, read.rows.schema[name]) for name, head in read.heads.items()},
        height=min(38 + 35 * read.rows.height, most),
        placeholder="",
    )


def _column(head: tables.Head, kind: pl.DataType) -> Any:
    if kind == pl.Date:
        return st.column_config.DateColumn(head.label, format=head.format)
    if head.link:
        return st.column_config.LinkColumn(head.label)
    if kind.is_numeric():
        return st.column_config.NumberColumn(head.label, format=head.format)
    return st.column_config.Column(head.label)


def _downloads(exhibit: Exhibit) -> None:
    """One format at a time; the file is made when the button is pressed."""
    usable = {name: fmt for name, fmt in exports.FORMATS.items() if exports.available(name)}
    if len(usable) < len(exports.FORMATS):
        st.caption(
            "No Chrome or Chromium was found on the server, so it makes no pictures. HTML, CSV, XLSX and JSON need "
            "none; an HTML file can be printed."
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


def _flag_list(flags: Sequence[Flag], *, numbered: bool) -> str:
    rows = "".join(_flag_row(flag, numbered=numbered) for flag in flags[:LISTED_MARKS])
    rest = flags[LISTED_MARKS:]
    if rest:
        rows += (
            f"<li><details><summary>{words.plural(len(rest), 'more flag')}</summary><ul>"
            + "".join(_flag_row(flag, numbered=numbered) for flag in rest)
            + "</ul></details></li>"
        )
    return f'<ol class="tw-flags">{rows}</ol>'


def _flag_row(flag: Flag, *, numbered: bool) -> str:
    number = f'<span class="tw-flag">{flag.number}</span> ' if numbered else ""
    if len(flag.marks) == 1:
        return f"<li>{number}{_mark(flag.marks[0])}</li>"
    when = words.span(flag.day, flag.last_day)
    senders = words.listing(sorted({mark.sender for mark in flag.marks if mark.kind == "measure"}))
    who = f"{escape(senders)} · " if senders != "none" else ""
    inside = "".join(f"<li>{_mark(mark)}</li>" for mark in flag.marks)
    names = [escape(mark.name) for mark in flag.marks[:NAMED_IN_A_GROUP]]
    more = len(flag.marks) - len(names)
    named = words.listing([*names, f"{more} more"] if more else names)
    summary = f"{when} · {who}{flag.counted()}: {named}"
    return f"<li>{number}<details><summary>{summary}</summary><ul>{inside}</ul></details></li>"


def _mark(mark: Mark) -> str:
    when = f"{mark.dated[:1].upper()}{mark.dated[1:]}"
    doubt = " (inferred, not confirmed in a text)" if mark.inferred else ""
    title = f"{escape(mark.title)}{doubt}"
    source = escape(mark.instrument or "")
    if mark.reference is not None and mark.reference.startswith(("https://", "http://")):
        source = f'<a href="{escape(mark.reference)}" target="_blank" rel="noopener noreferrer">{source or "text"}</a>'
    return f"{when} · {escape(mark.sender)} · {title}" + (f" · {source}" if source else "")
