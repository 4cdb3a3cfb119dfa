"""A new build is seen at once, and the one before it is let go: nothing that is kept belongs to the wrong build."""

from __future__ import annotations

import ast
import gc
import weakref
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import dashboard
from dashboard.exhibits.data import choices as data_choices
from dashboard.exhibits.data.freshness import FreshnessParams, freshness
from dashboard.exhibits.data.vintages import RevisionParams, vintage_revisions
from dashboard.exhibits.impact import choices as impact_choices
from dashboard.exhibits.impact.growth import GrowthParams, gdp_growth
from dashboard.exhibits.trade import choices as trade_choices
from dashboard.figures.theme import LIGHT
from dashboard.ui import panel
from pipelines import store as stores
from pipelines.store import Store
from tests.dashboard import tiny


def _build(folder: Path, growth: float, january: float, hash_: str) -> Store:
    """US months to the dollar with one that a later edition revised, and one year of growth."""
    rows = tiny.months(tiny.year_of(2024, [30e6] * 12))
    rows[0]["known_to"] = date(2026, 9, 30)
    later = {"release": "census-2026-09", "known_from": date(2026, 9, 30)}
    rows += tiny.months({date(2024, 1, 1): january}, **later)  # type: ignore[arg-type]
    rows += tiny.months({date(2026, 7, 1): january}, partner="CCC" if growth < 0 else "BBB", **later)  # type: ignore[arg-type]
    built = tiny.store(folder, macro=tiny.macro("AAA", {2022: growth}), trade_flow=rows, content_hash=hash_ * 64)
    return stores.publish(folder, built.build_id)


def _told(store: Store) -> dict[str, object]:
    """What a reader sees of a build, through everything that keeps answers."""
    return {
        "growth": gdp_growth(store, GrowthParams.parse({"target": "AAA", "peers": ""}), LIGHT).answer,
        "vintages": vintage_revisions(store, RevisionParams(), LIGHT).answer,
        "freshness": freshness(store, FreshnessParams(), LIGHT).passport.build_id,
        "sources": data_choices.sources(store)["Rows"].to_list(),
        "editions": data_choices.vintages(store)["Key"].to_list(),
        "gaps": data_choices.known_gaps(store).height,
        "reporters": dict(data_choices.monthly_reporters(store)),
        "partners": dict(data_choices.partners(store, "USA")),
        "countries": dict(impact_choices.countries(store)),
        "sides": dict(impact_choices.partners(store)),
        "trade": dict(trade_choices.reporters(store)),
        "foot": panel.fresh_words(store),
    }


def test_the_second_build_is_what_is_seen(tmp_path: Path) -> None:
    first = _build(tmp_path, -1.0, 33e6, "a")
    before = _told(first)
    assert _told(first) == before
    second = _build(tmp_path, 2.0, 36e6, "b")
    after = _told(second)
    assert second.build_id != first.build_id
    assert "shrank by 1.0%" in str(before["growth"])
    assert "grew by 2.0%" in str(after["growth"])
    assert "$363.0 million" in str(before["vintages"])
    assert "$366.0 million" in str(after["vintages"])
    assert after["freshness"] == second.build_id
    assert "CCC" in before["partners"] and "BBB" in after["partners"] and "CCC" not in after["partners"]  # type: ignore[operator]
    assert second.build_id in str(after["foot"])
    assert _told(first) == before  # a session that still reads the older build is not shown the new one


def test_nothing_keeps_a_build_that_nobody_reads(tmp_path: Path) -> None:
    first = _build(tmp_path, -1.0, 33e6, "a")
    _told(first)
    watched = weakref.ref(first)
    second = _build(tmp_path, 2.0, 36e6, "b")
    assert stores.current_store(tmp_path) == second
    del first
    gc.collect()
    assert watched() is None


WITHOUT_A_STORE = {
    "analysis/loess.py", "analysis/timing_null.py", "exhibits/data/dictionary.py", "exhibits/data/methods.py",
    "exports/documents.py", "exports/typeface.py", "figures/contrast.py", "figures/world.py", "queries/per_build.py",
}  # fmt: skip
"""Files that keep answers which no figure of the store is in, and the one that keeps a build's with the build."""

KEYED_BY_BUILD = {"ui/panel.py", "ui/state.py"}
"""Files with a bounded cache of drawn exhibits, by build id."""


def _kept(path: Path) -> Iterator[str]:
    """Names of the caches that a file puts around its functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        for decorator in getattr(node, "decorator_list", ()):
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if "cache" in name:
                yield name
                if name not in ("cache", "cached_property"):
                    bounds = {word.arg for word in getattr(decorator, "keywords", ())}
                    assert bounds & {"maxsize", "max_entries"}, f"{path}: {name} has no bound"


def test_only_these_files_keep_answers_and_each_is_bounded() -> None:
    """A new cache needs a word: what it holds, and why it cannot hold a build that was replaced."""
    root = Path(dashboard.__file__).parent
    found = {path.relative_to(root).as_posix() for path in sorted(root.rglob("*.py")) if list(_kept(path))}
    assert found <= WITHOUT_A_STORE | KEYED_BY_BUILD


@pytest.mark.parametrize("name", sorted(KEYED_BY_BUILD))
def test_what_is_kept_by_build_names_the_build(name: str) -> None:
    text = (Path(dashboard.__file__).parent / name).read_text(encoding="utf-8")
    assert "build_id" in text
