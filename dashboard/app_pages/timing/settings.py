"""The settings of the register's page, a function each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from dashboard.app_pages.timing.measure import measure
from dashboard.exhibits.designations import lists
from dashboard.exhibits.designations import names as listed
from dashboard.exhibits.designations.names import NamesParams
from dashboard.exhibits.trade.choices import CURRENCIES, fitting, unfitting
from dashboard.queries import catalogue, register, trade
from dashboard.queries.per_build import per_build
from dashboard.queries.senders import senders
from dashboard.studies.listings import ALL
from dashboard.ui import controls, state
from dashboard.ui.state import View
from dashboard.words import register as tw
from dashboard.words.flows import FLOWS
from pipelines.store import Store

YEARS = (1945, 2030)
_CLOCKS = {clock: word[:1].upper() + word[1:] for clock, word in tw.CLOCK_WORDS.items()}


def reporter(view: View) -> None:
    names = catalogue.names(state.store())
    options = {code: names[code] for code in trade.monthly_reporters(state.store())}
    controls.area(view, "reporter", "Reporter", options)


def partner(view: View) -> None:
    """The first of the partners that pages share."""
    options = _partners(state.store(), view.value("reporter"))
    chosen = tuple(view.value("partner"))
    fits = fitting(chosen, options)[:1]
    untold = "" if fits[0] in chosen else unfitting(state.store(), view.value("reporter"), chosen, options)
    if chosen != fits:
        view.put("partner", fits)
    controls.areas(view, "partner", "Partner", options, most=1)
    if untold:
        view.tell(untold)


def measures(view: View) -> None:
    """Measures of the whole register, to lay over each other."""
    options = _every_measure(state.store(), view.value("clock"), view.value("known_on"))
    controls.many(view, "measures", "Measures", options, most=8, empty_is_default=True)


@per_build
def _every_measure(store: Store, clock: str, known_on: date | None) -> Mapping[str, str]:
    return MappingProxyType(tw.choices(register.measures(store, clock=clock, known_on=known_on)))


@per_build
def _partners(store: Store, reporter: str) -> Mapping[str, str]:
    held = trade.partners(store, reporter=reporter)
    return MappingProxyType(dict(zip(held["area"], held["name"], strict=True)))


def _senders(view: View) -> None:
    who = senders(state.store())
    controls.many(view, "senders", "Senders", {code: who.name(code) for code in register.senders(state.store())})


def _years(view: View) -> None:
    """The window in years; what lies outside every register is as good as no bound."""
    for name in ("start", "end"):
        bound: date | None = view.value(name)
        if bound is not None and not YEARS[0] <= bound.year <= YEARS[1]:
            view.put(name, None)
    start, end = view.value("start"), view.value("end")
    if start is not None and end is not None and start > end:
        view.put("start", None)
    controls.years(view, "start", "end", least=YEARS[0], most=YEARS[1])


def known_on(view: View) -> None:
    controls.day(
        view,
        "known_on",
        "As known on",
        least=date(YEARS[0], 1, 1),
        help="Measures, figures and lists as they could be told on that day.",
    )


def _programme(view: View) -> None:
    params = NamesParams.read({name: view.value(name) for name in ("target", "everyone", "list_name")})[0]
    programmes = lists.programmes(state.store(), params)
    if len(programmes) > 1:
        controls.choice(view, "programme", "Programme", programmes)
    else:
        view.put("programme", ALL)


def _listed_in(view: View) -> None:
    asked = view.params("designated_names")
    assert isinstance(asked, NamesParams)
    controls.choice(view, "listed_in", "Listed or removed in", listed.times(state.store(), asked))


CONTROLS = {
    "reporter": reporter,
    "partner": partner,
    "flow": lambda view: controls.segments(
        view, "flow", "Flow", {flow: FLOWS[flow].head for flow in ("import", "export", "total")}
    ),
    "currency": lambda view: controls.segments(
        view, "currency", "Currency", CURRENCIES, help="One choice for every figure of this page."
    ),
    "measures": measures,
    "measure": measure,
    "clock": lambda view: controls.segments(
        view, "clock", "Date of a measure", _CLOCKS, help="A measure has up to five dates."
    ),
    "senders": _senders,
    "types": lambda view: controls.many(view, "types", "Kinds", tw.TYPE_WORDS),
    "status": lambda view: controls.many(view, "status", "Status", tw.STATUS_WORDS),
    "containing": lambda view: controls.text(view, "containing", "Words in title, act or scope", most=80),
    "start": _years,
    "known_on": known_on,
    "catalogue_by": lambda view: controls.segments(
        view, "catalogue_by", "Count by", {"sender": "Sender", "target": "Target"}
    ),
    "list_name": lambda view: controls.choice(view, "list_name", "List", lists.lists(state.store())),
    "programme": _programme,
    "everyone": lambda view: controls.toggle(
        view, "everyone", "Whole lists, all countries", help="Also entries that name no country."
    ),
    "state": lambda view: controls.segments(view, "state", "State", listed.STATES),
    "listed_in": _listed_in,
    "search": lambda view: controls.text(view, "search", "Search names", most=80),
}
"""What draws each setting, by its name in a link."""
