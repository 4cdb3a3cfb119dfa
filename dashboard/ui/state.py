"""One run of a page: the store it reads, the view it shows, and the link that opens the same view again.

A view's values live in the session, so that they survive moving between pages, and in the address, so that a
copied link opens the same view. What comes in from an address is hostile until the parameters model accepted it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

# Streamlit imports pandas on first use and looks at half of it from another session's thread meanwhile; loaded whole
# here, before any session draws, it cannot be caught in between.
import pandas as _whole  # noqa: F401
import streamlit as st

from dashboard.exhibits import find
from dashboard.exhibits.base import Exhibit, NothingToShow, Spec
from dashboard.figures.theme import STYLES, Style
from dashboard.params import Params, as_text
from dashboard.words.markdown import plain
from pipelines.store import Store, current_store

_VALUES, _WRITTEN, _STORE, _VIEW = "view.values", "view.written", "view.store", "view.open"
KEPT_EXHIBITS = 256
SHARED = frozenset({"reporter", "partner", "currency", "senders", "types", "clock", "known_on"})
"""Filters that mean the same on every page and follow the reader from one to the next."""


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


class View:
    """The exhibits of one page and the values of their parameters."""

    def __init__(self, page: str, specs: tuple[Spec, ...]) -> None:
        self.page = page
        self.specs = {spec.id: spec for spec in specs}
        self._default: dict[str, Any] = {}
        for spec in specs:
            base = spec.params()
            for name in spec.params.model_fields:
                self._default.setdefault(name, getattr(base, name))
        self.problems: list[str] = []
        self._read_link()

    @property
    def _values(self) -> dict[str, Any]:
        values: dict[str, Any] = st.session_state.setdefault(_VALUES, {})
        return values

    def _slot(self, name: str) -> str:
        """Where a value is kept: filters of the page head travel between pages, everything else stays on its page."""
        return name if name in SHARED else self.key(name)

    def _read_link(self) -> None:
        """Take over what the address says, unless we wrote it there ourselves."""
        asked = {name: st.query_params[name] for name in st.query_params}
        if not asked or asked == st.session_state.get(_WRITTEN):
            return
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
            fine = [name for name in asked if name in spec.params.model_fields and name not in refused]
            accepted |= {name: getattr(read, name) for name in fine}
        for name, value in accepted.items():
            if name not in problems:
                self.put(name, value)
                st.session_state.pop(self.key(name), None)
        self.problems += dict.fromkeys(problems.values())

    def key(self, name: str) -> str:
        """Session key of a parameter's widget on this page."""
        return f"{self.page}.{name}"

    def value(self, name: str) -> Any:
        """The current value of a parameter; its default when nobody chose one."""
        return self._values.get(self._slot(name), self._default[name])

    def default(self, name: str) -> Any:
        """The default of a parameter on this page."""
        return self._default[name]

    def put(self, name: str, value: Any) -> None:
        """Keep a reader's choice. What equals the page's own default is no choice and never travels to other pages."""
        if value == self._default[name]:
            self._values.pop(self._slot(name), None)
        else:
            self._values[self._slot(name)] = value

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
        """Build one exhibit, or draw its empty state and return None when there is nothing to show."""
        try:
            return _built(exhibit, store().build_id, self.params(exhibit), style().name, store())
        except NothingToShow as nothing:
            st.info(plain(str(nothing)))
            return None

    def link(self) -> dict[str, str]:
        """What of this view differs from the page's defaults, as the address writes it."""
        chosen = {name: self.value(name) for name in self._default}
        return {name: as_text(value) for name, value in chosen.items() if value != self._default[name]}


@st.cache_resource(max_entries=KEPT_EXHIBITS, show_spinner="Drawing …")
def _built(exhibit: str, build_id: str, params: Params, style_name: str, _store: Store) -> Exhibit:
    """Exhibits are immutable, so one drawn picture serves every session that asks for the same view."""
    return find(exhibit).build(_store, params, STYLES[style_name])


def open_view(*exhibits: str) -> View:
    """The view of this page over some exhibits: merges their parameters by name, reads the address and the session."""
    specs = tuple(find(name) for name in exhibits)
    view = View(specs[0].page, specs)
    st.session_state[_VIEW] = view
    for problem in view.problems:
        st.warning(plain(problem))
    return view


def address() -> str:
    """Path and query that open the view of this run again: every setting of the page that is not its default."""
    view: View = st.session_state[_VIEW]
    query = urlencode(view.link())
    path = "/" if view.page == "overview" else f"/{view.page}"
    return path + (f"?{query}" if query else "")


def write_link() -> None:
    """Put the view of this run into the address. Called by the entry script after the page has run."""
    view = st.session_state.pop(_VIEW, None)
    query: Mapping[str, str] = {} if view is None else view.link()
    if dict(st.query_params) != dict(query):
        st.query_params.from_dict(dict(query))
    st.session_state[_WRITTEN] = dict(query)
