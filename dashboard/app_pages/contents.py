"""Every page in its order. A new page is a folder with a `PAGE` and a `page.py`, and a line here."""

from __future__ import annotations

from dashboard.app_pages import data, effect, impact, overview, timing, trade
from dashboard.ui.contents import Contents, PageSpec, ViewSpec

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
