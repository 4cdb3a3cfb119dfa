"""The example's facts stand beside it and not in `data/sources/`: its tests find them all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines import facts

FACTS = Path(__file__).parent / "harbour.toml"


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """The facts of the example among those of all sources."""
    own = facts.read("sources/harbour.toml", FACTS.read_text(encoding="utf-8"))
    every = {**facts.every(), own.source: own}
    monkeypatch.setattr(facts, "every", lambda: every)
