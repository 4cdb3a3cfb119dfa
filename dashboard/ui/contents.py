"""What the dashboard holds, page by page: each page asks one question, each of its views answers a part of it.

Pages are written down in `app_pages/`, as facts and without drawing anything, because the sidebar, the search for a
chart, the reading of links and the tests walk them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dashboard.exhibits import find
from dashboard.exhibits.base import Spec
from pipelines.store import Store

if TYPE_CHECKING:
    from dashboard.ui.state import View

Setting = Callable[["View"], object]
"""Draws the control of one setting and puts the reader's choice into the view."""


def _always(store: Store, subject: str) -> str:
    return ""


@dataclass(frozen=True)
class ViewSpec:
    """One view of a page: at most two pictures and the settings they listen to.

    Args:
        id: how a link names it.
        title: how the switch above the picture names it.
        question: what it answers, as a reader would ask; `words` are others for the same, for the search.
        settings, more: names of settings in the row above the pictures, and in the closed box beside it.
        wanting: why a subject cannot be shown here, in a sentence; empty where it can.
        named_only: links from before views had names never mean it.
        before, after: draw what stands above and below the pictures and is no exhibit.
        tables: exhibits whose rows stand open below the picture.
        pick: what is done with the code of an area that a reader picks in the picture.
        also: parameters of other views that a setting of this one listens to; they travel in its link.
    """

    id: str
    title: str
    question: str
    exhibits: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    words: str = ""
    wanting: Callable[[Store, str], str] = _always
    named_only: bool = False
    before: Callable[[View], None] | None = None
    after: Callable[[View], None] | None = None
    tables: frozenset[str] = frozenset()
    also: tuple[str, ...] = ()
    pick: Callable[[str], None] | None = None

    @property
    def specs(self) -> tuple[Spec, ...]:
        """The exhibits of the view."""
        return tuple(find(name) for name in self.exhibits)

    @property
    def own(self) -> frozenset[str]:
        """Names of all parameters that the exhibits of the view take."""
        return frozenset(name for spec in self.specs for name in spec.params.model_fields)

    @property
    def names(self) -> frozenset[str]:
        """Names of all parameters that the view listens to."""
        return self.own | {*self.also}


@dataclass(frozen=True)
class PageSpec:
    """A page: one question and its views.

    Args:
        path: the page's address without its slash; empty for the first page.
        title: how the contents name it.
        question: what it asks about a subject, named as in a sentence.
        script: the file that Streamlit runs, under `dashboard/`.
        controls: what draws each setting that a view of the page names.
        defaults: the values that follow from a subject, by name of the parameter.
        took_over: pages whose older links may mean a view of this one.
    """

    path: str
    title: str
    question: Callable[[str], str]
    script: str
    views: tuple[ViewSpec, ...]
    controls: Mapping[str, Setting] = field(default_factory=dict)
    defaults: Callable[[Store, str], Mapping[str, Any]] = lambda store, subject: {}
    took_over: tuple[str, ...] = ()

    @property
    def specs(self) -> tuple[Spec, ...]:
        """Every exhibit of the page, view by view."""
        return tuple(dict.fromkeys(spec for view in self.views for spec in view.specs))

    def view(self, name: str) -> ViewSpec | None:
        """The view of a name; None where there is none."""
        return next((view for view in self.views if view.id == name), None)

    def offered(self, store: Store, subject: str) -> tuple[ViewSpec, ...]:
        """The views that can be answered for a subject with what the store holds."""
        return tuple(view for view in self.views if not view.wanting(store, subject))


@dataclass(frozen=True)
class Found:
    """A view that a search found, with the page it is on."""

    page: PageSpec
    view: ViewSpec


_STEM = 6
"""Letters of a word that are looked for."""


class Contents(tuple[PageSpec, ...]):
    """All pages in their order."""

    def page(self, path: str) -> PageSpec:
        """The page of an address; the first where there is none."""
        return next((page for page in self if page.path == path), self[0])

    def every(self) -> Iterator[Found]:
        """Each view of each page."""
        return (Found(page, view) for page in self for view in page.views)

    def holding(self, exhibit: str) -> Found:
        """The view that shows an exhibit.

        Raises:
            KeyError: no view does.
        """
        for found in self.every():
            if exhibit in found.view.exhibits:
                return found
        raise KeyError(exhibit)

    def meant(self, path: str, names: Sequence[str]) -> Found:
        """What a link without a view means: the first view that takes the most of the settings it names.

        A link from before a page was divided may mean a view that moved to another page.
        """
        page = self.page(path)
        asked = set(names)
        candidates = [
            Found(one, view)
            for one in (page, *(other for other in self if path in other.took_over))
            for view in one.views
            if not view.named_only
        ]
        best = max(candidates, key=lambda found: len(found.view.own & asked))  # the first of equals
        return best if best.view.own & asked else Found(page, page.views[0])

    def search(self, words: str, *, most: int = 8) -> list[Found]:
        """Views whose titles, questions and other words hold every word that was typed; titles weigh most.

        Only the beginning of a long word counts, so that "rerouted" finds what "reroute" does.
        """
        wanted = [word[:_STEM] for word in re.findall(r"\w+", words.casefold())]
        if not wanted:
            return []
        ranked = []
        for place, found in enumerate(self.every()):
            titles = " ".join((found.view.title, *(spec.title for spec in found.view.specs))).casefold()
            told = " ".join((titles, found.page.title, found.view.question, found.view.words)).casefold()
            if all(word in told for word in wanted):
                ranked.append((-sum(word in titles for word in wanted), place, found))
        return [found for *_, found in sorted(ranked, key=lambda one: one[:2])[:most]]
