"""Block of the timing page: names on sanctions lists, counted by month, and the names behind a count."""

from __future__ import annotations

from dashboard.exhibits.designations import lists as timing_lists
from dashboard.exhibits.designations import names as timing_names
from dashboard.exhibits.designations.names import NamesParams
from dashboard.studies.listings import ALL
from dashboard.ui import controls, panel, state


def names_on_lists(view: state.View) -> None:
    """Which list, whose names, under which programme; the counts; then the names themselves, to search and sort."""
    panel.section("Names on lists")
    store = state.store()
    with controls.row():
        controls.choice(view, "list_name", "List", timing_lists.lists(store))
        params = NamesParams.read({name: view.value(name) for name in ("target", "everyone", "list_name")})[0]
        programmes = timing_lists.programmes(store, params)
        if len(programmes) > 1:
            controls.choice(view, "programme", "Programme", programmes)
        else:
            view.put("programme", ALL)
        controls.toggle(view, "everyone", "Whole lists, all countries", help="Also entries that name no country.")
    panel.show(view.exhibit("listings_over_time"))
    with controls.row():
        controls.segments(view, "state", "State", timing_names.STATES)
        asked = view.params("designated_names")
        assert isinstance(asked, NamesParams)
        controls.choice(view, "listed_in", "Listed or removed in", timing_names.times(store, asked))
        controls.text(view, "search", "Search names", most=80)
    panel.show(view.exhibit("designated_names"), table=True)
