"""What is not documented fails: verbs, settings, sources, pages and exhibits."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashboard.app_pages.contents import CONTENTS
from dashboard.exhibits import EXHIBITS
from pipelines import facts
from pipelines.settings import Settings
from pipelines.sources import SOURCES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
VERBS = ("serve", "refresh", "status", "check", "sources", "diff", "rollback", "data", "export", "exhibits", "doctor")


@pytest.mark.parametrize("verb", VERBS)
def test_readme_names_every_verb(verb: str) -> None:
    assert re.search(rf"`?tradewake [^\n]*\b{verb}\b|`{verb}\b", README)


def _variables() -> list[str]:
    own = [f"TRADEWAKE_{name.upper()}" for name in Settings.model_fields if name not in ("keys", "addresses")]
    return [*own, *facts.key_variables(), *(f"TRADEWAKE_{source.upper()}_URL" for source in facts.live())]


@pytest.mark.parametrize("variable", _variables())
def test_readme_names_every_setting(variable: str) -> None:
    assert variable in README


@pytest.mark.parametrize("source", [source.name for source in SOURCES])
def test_readme_names_every_source(source: str) -> None:
    assert f"`{source}`" in README


def test_readme_names_every_page_that_navigation_offers() -> None:
    titles = [page.title for page in CONTENTS]
    assert len(titles) >= 6
    assert [title for title in titles if f"| {title} |" not in README] == []


def test_readme_shows_pictures_that_are_there() -> None:
    pictures = set(re.findall(r"docs/pictures/[\w-]+\.png", README))
    assert len(pictures) >= 5
    assert [name for name in pictures if not (ROOT / name).is_file()] == []


def test_every_page_shows_only_registered_exhibits_and_every_exhibit_has_a_page() -> None:
    shown = [name for found in CONTENTS.every() for name in found.view.exhibits]
    assert sorted(shown) == sorted(spec.id for spec in EXHIBITS), "each on one view"
    assert {spec.id: spec.page for spec in EXHIBITS} == {
        name: found.page.path or "overview" for found in CONTENTS.every() for name in found.view.exhibits
    }


def test_links_between_documents_lead_somewhere() -> None:
    missing = [
        (document.name, target)
        for document in (*ROOT.glob("*.md"), *ROOT.glob("data/**/*.md"))
        for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", document.read_text(encoding="utf-8"))
        if not (document.parent / target).exists()
    ]
    assert missing == []
