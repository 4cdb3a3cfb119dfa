"""Every page in its order. A new page is a folder with a `PAGE` and a `page.py`, and a line here."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.app_pages import data, effect, impact, overview, timing, trade
from dashboard.studies import targets
from dashboard.studies.measures import MeasureQuery, choice
from dashboard.ui import state
from dashboard.ui.contents import Contents, PageSpec, ViewSpec
from dashboard.ui.sidebar import Measures
from dashboard.words import register

CONTENTS = Contents((overview.PAGE, trade.PAGE, timing.PAGE, effect.PAGE, impact.PAGE, data.PAGE))


def _alone(exhibit: str) -> PageSpec:
    """The page of one exhibit: its picture with those settings of its view that it takes."""
    found = CONTENTS.holding(exhibit)
    (spec,) = (one for one in found.view.specs if one.id == exhibit)
    takes = spec.params.model_fields
    shown = ViewSpec(
        exhibit,
        spec.title,
        found.view.question,
        (exhibit,),
        tuple(name for name in found.view.settings if name in takes),
        tuple(name for name in found.view.more if name in takes),
        tables=frozenset({exhibit}),
    )
    return PageSpec(
        path="chart",
        title=spec.title,
        question=lambda subject: spec.title,
        script="app_pages/chart.py",
        views=(shown,),
        controls=found.page.controls,
        defaults=found.page.defaults,
    )


CHARTS = {name: _alone(name) for found in CONTENTS.every() for name in found.view.exhibits}
"""The page of each exhibit, by the name that `chart=` gives."""


def _measures(words: str, most: int) -> Mapping[str, str]:
    """Measures whose title, act or scope holds every word, the newest first: "5 Dec 2022 · EU · Price cap …" by key."""
    found = choice(state.store(), MeasureQuery(target=targets.EVERYBODY, containing=words))
    return register.choices(found.sort("date", descending=True, nulls_last=True).head(most))


MEASURES = Measures(timing.PAGE, CONTENTS.holding("measure_card").view, _measures)
