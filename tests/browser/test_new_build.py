"""A running dashboard shows a newly published build on its next run, and the last good one while it is damaged."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from pipelines.store import builds, published_id
from tests.browser.conftest import Served, Tab


def _refresh(home: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pipelines", "refresh", "--offline", "--force"],
        env=os.environ | {"TRADEWAKE_HOME": str(home)}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    published = published_id(home / "store")
    assert published is not None
    return published


def _foot(tab: Tab) -> str:
    return str(tab.page.locator(".tw-fresh").first.inner_text())


def test_new_build_is_picked_up_without_a_restart_and_every_exhibit_names_it(tab: Tab, served: Served) -> None:
    tab.open(f"{served.url}/", "subject_at_a_glance")
    before = published_id(served.home / "store")
    assert before is not None and before in _foot(tab)
    after = _refresh(served.home)
    assert after != before
    tab.page.get_by_text("Monthly", exact=True).first.click()
    tab.page.wait_for_function(
        "build => document.querySelector('.tw-fresh')?.innerText.includes(build)", arg=after, timeout=45_000
    )
    foots = tab.page.locator(".tw-foot").all_inner_texts()
    assert foots
    assert all(after in foot and before not in foot for foot in foots)
    assert len(builds(served.home / "store")) >= 2
