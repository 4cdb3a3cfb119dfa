"""One run of a page: the store it reads, the subject, the view that is open, and the link that opens the same again.

The address is the truth: a link, back and forward replace what the session held for the page. Only while the address
is the one that we wrote do the reader's choices in the session count, and they are written into it at the end of the
run. What comes in from an address is hostile until the parameters model accepted it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

# Streamlit imports pandas on first use and looks at half of it from another session's thread meanwhile; loaded whole
# here, before any session draws, it cannot be caught in between.
import pandas as _whole  # noqa: F401
import streamlit as st

from dashboard.exhibits import find
from dashboard.exhibits.base import Exhibit, NothingToShow
from dashboard.figures.theme import STYLES, Style
from dashboard.params import Params, as_text
from dashboard.queries import catalogue
from dashboard.ui import subject as subjects
from dashboard.ui.contents import Contents, PageSpec, ViewSpec
from dashboard.words.markdown import plain
from pipelines.store import Store, current_store

_VALUES, _STORE, _VIEW, _PATH, _SUBJECT = "view.values", "view.store", "view.open", "view.path", "view.subject"
_ADDRESS, _MEANS = "view.address", "view.means"
"""The query that the address holds, and the link that it stands for: other words for the same are left standing."""
KEPT_EXHIBITS = 256
SHARED = ("reporter", "partner", "currency", "senders", "types", "clock", "known_on")
"""Filters that mean the same on every page and follow the reader from one to the next."""
CHART = "chart"
"""The page of one exhibit, and the name in its link that says which."""


def take_store() -> Store:
    """Open the published build for this run. Called once by the entry script; a page never mixes two builds.

    Raises:
        StoreError: there is no build that can be read.
    """
    store = current_store(fallback=True)
    st.session_state[_STORE] = store
    return store


def store() -> Store:
    """The build of this run."""
    held: Store = st.session_state[_STORE]
    return held


def style() -> Style:
    """Light or dark, as the reader's browser shows the page."""
    kind = getattr(getattr(st.context, "theme", None), "type", None)
    return STYLES["dark" if kind == "dark" else "light"]


def _values() -> dict[str, Any]:
    values: dict[str, Any] = st.session_state.setdefault(_VALUES, {})
    return values


class View:
    """The open view of a page: its subject and the values of its settings."""

    def __init__(self, page: PageSpec, spec: ViewSpec, subject: str, contents: Contents) -> None:
        self.page = page.path
        self.spec = spec
        self.of = page
        self.subject = subject
        self.contents = contents
        self.specs = {one.id: one for one in page.specs}
        self.problems: list[str] = []
        self.told: list[str] = []
        self._default: dict[str, Any] = {}
        for one in page.specs:
            base = one.params()
            for name in one.params.model_fields:
                self._default.setdefault(name, getattr(base, name))
        follows = page.defaults(store(), subject)
        self._default |= {name: value for name, value in follows.items() if name in self._default}

    def _slot(self, name: str) -> str:
        """Where a value is kept: filters of the page head travel between pages, everything else stays on its page."""
        return name if name in SHARED else self.key(name)

    def key(self, name: str) -> str:
        """Session key of a parameter's widget on this page."""
        return f"{self.page}.{name}"

    def value(self, name: str) -> Any:
        """The current value of a parameter; its default when nobody chose one."""
        return _values().get(self._slot(name), self._default[name])

    def chose(self, name: str) -> bool:
        """Whether the reader, or the link, chose a value for the parameter."""
        return name in self._default and self._slot(name) in _values()

    def takes(self, name: str) -> bool:
        """Whether an exhibit of the page takes the parameter."""
        return name in self._default

    def default(self, name: str) -> Any:
        """The default of a parameter on this page, for this subject."""
        return self._default[name]

    def put(self, name: str, value: Any) -> None:
        """Keep a reader's choice. What equals the page's own default is no choice and never travels to other pages."""
        if value == self._default[name]:
            _values().pop(self._slot(name), None)
        else:
            _values()[self._slot(name)] = value

    def begin_with(self, name: str, value: Any) -> None:
        """Let a parameter that nobody chose start at another value: it follows from the others, so no link names it."""
        if value != self._default[name]:
            self._default[name] = value
            st.session_state.pop(self.key(name), None)
        self.put(name, value)

    def changed(self) -> tuple[str, ...]:
        """Parameters of the open view that stand at another value than the subject's."""
        names = self.spec.names
        return tuple(
            name
            for name in self._default
            if name in names and name != "subject" and self.value(name) != self._default[name]
        )

    def forget(self) -> None:
        """Drop what was chosen for this view and what travels, with the state of the page's widgets."""
        for name in (*self.spec.names, *SHARED):
            _values().pop(self._slot(name), None)
        for key in [key for key in st.session_state if str(key).startswith(f"{self.page}.")]:
            del st.session_state[key]

    def read(self, asked: Mapping[str, str]) -> None:
        """Replace the choices of this page by what an address says, with a sentence for each that cannot be used."""
        problems = {
            name: f"“{name[:40]}” is not a setting of this page and was left out."
            for name in asked
            if name not in self._default
        }
        accepted: dict[str, Any] = {}
        for spec in self.specs.values():  # read together: some values are only right beside each other
            known = {name: asked[name] for name in asked if name in spec.params.model_fields}
            read, refused = spec.params.read_with_refusals(known)
            problems |= refused
            fine = [name for name in known if name not in refused]
            accepted |= {name: getattr(read, name) for name in fine}
        for name, value in accepted.items():
            if name not in problems:
                self.put(name, value)
        self.problems += dict.fromkeys(problems.values())

    def tell(self, sentence: str) -> None:
        """Say, below the settings, what is shown otherwise than it was asked for."""
        self.told.append(sentence)

    def params(self, exhibit: str) -> Params:
        """The checked parameters of one exhibit. Values that do not fit fall back to defaults, with a sentence."""
        model = self.specs[exhibit].params
        read, problems = model.read({name: self.value(name) for name in model.model_fields})
        for problem in problems:
            if problem not in self.problems:
                self.problems.append(problem)
                st.warning(plain(problem))
        return read

    def exhibit(self, exhibit: str) -> Exhibit | None:
        """Build one exhibit, or draw why there is none and return None: one that fails never takes others with it."""
        try:
            return _built(exhibit, store().build_id, self.params(exhibit), style().name, store())
        except NothingToShow as nothing:
            st.info(plain(str(nothing)))
        except Exception:  # the last line of defence: a reader gets our sentence, the maintainer the traceback
            logging.getLogger("tradewake").exception("The exhibit %s could not be drawn.", exhibit)
            title = self.specs[exhibit].title
            told = f"“{title}” could not be drawn. The rest of the page stands; the server's log has what went wrong."
            st.error(plain(told))
        return None

    def link(self, spec: ViewSpec | None = None) -> dict[str, str]:
        """What opens a view of this page: subject, view, and what of it differs from the subject's defaults."""
        shown = spec or self.spec
        names = shown.names
        chosen = {
            name: as_text(self.value(name))
            for name in self._default
            if name in names and name != "subject" and self.value(name) != self._default[name]
        }
        link = subjects.link(self.subject)
        if self.page == CHART:
            return {CHART: shown.id} | link | chosen
        meant = self.contents.meant(self.page, [*chosen]).view if chosen else self.of.views[0]
        return link | ({"view": shown.id} if meant != shown else {}) | chosen


@st.cache_resource(max_entries=KEPT_EXHIBITS, show_spinner="Drawing …")
def _built(exhibit: str, build_id: str, params: Params, style_name: str, _store: Store) -> Exhibit:
    """Exhibits are immutable, so one drawn picture serves every session that asks for the same view."""
    return find(exhibit).build(_store, params, STYLES[style_name])


def arrive(contents: Contents, path: str, charts: Mapping[str, PageSpec]) -> View:
    """The view of this run, from the address where it is new and from the session where we wrote it.

    Args:
        path: the page that Streamlit opened; charts: a page for each exhibit, for `chart=`.
    """
    asked = {name: st.query_params[name] for name in st.query_params}
    if path != CHART and asked.get(CHART) in charts:
        st.switch_page("app_pages/chart.py", query_params=asked)
    fresh = asked != st.session_state.get(_ADDRESS) or path != st.session_state.get(_PATH)
    st.session_state[_PATH], st.session_state[_ADDRESS] = path, asked
    if fresh:
        st.session_state.pop(_MEANS, None)
    view = _from_address(contents, path, charts, asked) if fresh else _from_session(contents, path, charts, asked)
    st.session_state[_VIEW] = view
    return view


def _page_of(contents: Contents, path: str, charts: Mapping[str, PageSpec], asked: Mapping[str, str]) -> PageSpec:
    if path != CHART:
        return contents.page(path)
    return charts.get(asked.get(CHART, ""), next(iter(charts.values())))


def _from_session(contents: Contents, path: str, charts: Mapping[str, PageSpec], asked: Mapping[str, str]) -> View:
    page = _page_of(contents, path, charts, asked)
    opened = page.view(str(_values().get(f"{path}.view", ""))) or page.views[0]
    return View(page, opened, subjects.of_link(asked)[0], contents)


def _from_address(contents: Contents, path: str, charts: Mapping[str, PageSpec], asked: dict[str, str]) -> View:
    problems = [
        f"“{name[:40]}” stands in the link more than once; its last value is used."
        for name in asked
        if len(st.query_params.get_all(name)) > 1
    ]
    page = _page_of(contents, path, charts, asked)
    if path == CHART and CHART in asked and asked[CHART] not in charts:
        problems.append(f"There is no chart “{asked.get(CHART, '')[:40]}”; {page.views[0].title} is shown.")
    subject, problem = subjects.of_link(asked)
    problems += [problem] if problem else []
    settings = {name: text for name, text in asked.items() if name not in ("subject", "view", CHART)}
    if path == CHART:  # settings of other exhibits of its page came along in a link and mean nothing here
        beside = {name for view in contents.holding(page.views[0].id).page.views for name in view.names}
        settings = {name: text for name, text in settings.items() if name in page.views[0].names or name not in beside}
    if "subject" not in asked and "target" in settings and page.defaults(store(), subject).get("target"):
        adopted, problem = subjects.of_link({"subject": settings["target"]})
        if not problem:
            subject = adopted
        elif settings["target"].strip().upper() not in catalogue.names(store()):
            unknown, shown = settings.pop("target")[:40], subjects.name(store(), subject)
            problems.append(f"There is no economy “{unknown}”; {shown} is shown.")
    opened = page.view(asked.get("view", ""))
    if opened is None and "view" in asked:
        problems.append(f"There is no view “{asked['view'][:40]}” on this page; {page.views[0].title} is shown.")
    elif opened is None and path != CHART:
        meant = contents.meant(path, [*settings])
        if meant.page is not page:
            st.switch_page(meant.page.script, query_params={**asked, "view": meant.view.id})
        opened = meant.view
    view = View(page, opened or page.views[0], subject, contents)
    if st.session_state.get(_SUBJECT) != subject:  # what was chosen for another subject means nothing here
        _values().clear()
    st.session_state[_SUBJECT] = subject
    view.forget()
    _values()[f"{path}.view"] = view.spec.id
    view.read(settings)
    view.problems = [*problems, *view.problems]
    return view


def current() -> View:
    """The view of this run."""
    view: View = st.session_state[_VIEW]
    return view


def open_view(name: str, **values: Any) -> None:
    """Open another view of the page in the run that follows; what was chosen for the one that closes is kept.

    Args:
        values: parameters that are chosen with it.
    """
    view = current()
    for parameter, value in values.items():
        view.put(parameter, value)
        st.session_state.pop(view.key(parameter), None)
    spec = view.of.view(name)
    assert spec is not None
    _values()[f"{view.page}.view"] = name
    query = view.link(spec)
    st.query_params.from_dict(query)
    st.session_state[_ADDRESS] = st.session_state[_MEANS] = query


def set_back() -> None:
    """Forget what was changed of the open view, from the next run on."""
    view = current()
    view.forget()
    _go(View(view.of, view.spec, view.subject, view.contents).link())


def choose_subject(subject: str, view_name: str | None = None) -> None:
    """Follow another subject from the next run on: what followed from the old one goes, other choices stay.

    Args:
        view_name: the view of the page to open with it; the open one unless given.
    """
    view = current()
    spec = view.spec if view_name is None else view.of.view(view_name) or view.spec
    follow = {*view.of.defaults(store(), view.subject), *view.of.defaults(store(), subject), "subject", "view"}
    kept = {name: text for name, text in view.link(spec).items() if name not in follow}
    opened = {} if spec is view.of.views[0] or view.page == CHART else {"view": spec.id}
    _go(subjects.link(subject) | opened | kept)


def _go(query: Mapping[str, str]) -> None:
    st.query_params.from_dict(dict(query))
    st.session_state.pop(_ADDRESS, None)


def travelling(page: PageSpec, view: ViewSpec | None = None) -> dict[str, str]:
    """The query that opens another page for the same subject, with the filters that mean the same there."""
    here = current()
    takes = {name for spec in page.specs for name in spec.params.model_fields}
    shared = {
        name: as_text(here.value(name))
        for name in SHARED
        if name in takes and here.takes(name) and here.value(name) != here.default(name)
    }
    return subjects.link(here.subject) | ({"view": view.id} if view is not None else {}) | shared


def address(spec: ViewSpec | None = None) -> str:
    """Path and query that open the view of this run again."""
    view = current()
    query = urlencode(view.link(spec))
    return f"/{view.page}" + (f"?{query}" if query else "")


def chart_address(exhibit: Exhibit) -> str:
    """Path and query that open one exhibit alone, as it is drawn, about the subject that is chosen."""
    address = find(exhibit.id).view(exhibit.params)
    about = urlencode(subjects.link(current().subject))
    return address if not about or "subject=" in address else f"{address}&{about}"


def host() -> str:
    """Scheme and host under which the reader reached us; empty where that is not known."""
    url = getattr(st.context, "url", None) or ""
    found = re.match(r"https?://[^/?#]+", url)
    return found.group() if found else ""


def write_link() -> None:
    """Put the view of this run into the address, once a choice changed it; called by the entry script after the page.

    An address that was just followed stays as it is, whatever its words: writing our own into it would put a second
    entry into the browser's history, and back would lead nowhere. It is written all the same, because a link to the
    page that is open reaches us and not the browser's bar; one that stands there already changes nothing.
    """
    query = current().link()
    if _MEANS not in st.session_state:
        st.session_state[_MEANS] = query
        if all(len(st.query_params.get_all(name)) == 1 for name in st.query_params):
            st.query_params.from_dict(dict(st.session_state[_ADDRESS]))
    elif st.session_state[_MEANS] != query:
        st.query_params.from_dict(query)
        st.session_state[_ADDRESS] = st.session_state[_MEANS] = query
