"""Data and methods: freshness, revisions, sources and licences, known gaps, dictionary, methods, the last refresh."""

from __future__ import annotations

from dashboard.app_pages.data import blocks
from dashboard.app_pages.data.settings import CONTROLS
from dashboard.queries.subjects import subjects
from dashboard.ui.contents import PageSpec, ViewSpec

PAGE = PageSpec(
    path="data",
    title="Data and methods",
    question=lambda subject: "Where do the figures come from, and what do they leave out?",
    script="app_pages/data/page.py",
    controls=CONTROLS,
    defaults=lambda store, subject: {"partner": (subjects(store).traded_as(subject),)},
    views=(
        ViewSpec(
            "freshness",
            "How new they are",
            "How new are the figures, and what changed at the last refresh?",
            ("freshness", "changelog"),
            ("only_statistics", "revised_by", "revised_table", "figures"),
            words="fresh last observation refresh changelog schedule next release",
            before=blocks.last_refresh,
            tables=frozenset({"changelog"}),
        ),
        ViewSpec(
            "revisions",
            "Revisions",
            "How were published years revised?",
            ("vintage_revisions",),
            ("reporter", "partner", "flow"),
            words="vintage vintages edition revised first estimate",
        ),
        ViewSpec(
            "sources",
            "Sources and gaps",
            "Whose figures are these, under which licence, and what is missing?",
            words="licence licences terms credit gaps missing sources vintages",
            after=blocks.sources_and_gaps,
        ),
        ViewSpec(
            "dictionary",
            "Dictionary",
            "What do the tables and columns hold?",
            words="tables columns schema units terms glossary",
            after=blocks.dictionary_of_tables,
        ),
        ViewSpec(
            "methods",
            "Methods",
            "What does each measure do, with its formula?",
            words="formula STL deflate placebo breaks event study method",
            after=blocks.chapters,
        ),
    ),
)
