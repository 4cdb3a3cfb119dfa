"""Whom measures are aimed at: names, areas that belong together, and the order of choice; on a register by hand."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.studies import targets
from pipelines.store import Store
from tests.dashboard import tiny

NAMES = {"RUS": "Russia", "IRN": "Iran", "YUG": "Yugoslavia", "SCG": "Serbia and Montenegro", "BHS": "Bahamas",
         "AAA": "Aland", "IRQ": "Iraq"}  # fmt: skip


@pytest.fixture(scope="module")
def held() -> Store:
    def subject(code: str, rank: int, kind: str, **more: Any) -> dict[str, Any]:
        return {"subject": code, "name": f"{NAMES[code]} (all)", "name_in_sentence": f"the {NAMES[code]}",
                "rank": rank, "kind": kind, "codes": code} | more  # fmt: skip

    aimed = ["RUS", "SCG", "BHS", "AAA", "IRN"]
    return tiny.store(
        subject=[
            subject("RUS", 1, "sanctioned", shown_first="m0"), subject("IRN", 2, "sanctioned"),
            subject("YUG", 3, "historic", codes="YUG;SCG"), subject("IRQ", 4, "historic"),
        ],
        measure=[
            {"measure": f"m{place}", "target": code, "sender": "US", "types": "energy", "precision": "day"}
            for place, code in enumerate(aimed)
        ],
        area=[{"area": code, "name": name, "area_kind": "country"} for code, name in NAMES.items()],
    )  # fmt: skip


def test_the_order_of_choice(held: Store) -> None:
    """Today's subjects, past cases under their first code, all together, then the others by name."""
    assert targets.choices(held, NAMES) == {
        "RUS": "Russia (all)", "IRN": "Iran (all)", "YUG": "Yugoslavia (all)", "WLD": "All targets", "AAA": "Aland",
        "BHS": "Bahamas",
    }  # fmt: skip
    assert list(targets.choices(held, NAMES)) == ["RUS", "IRN", "YUG", "WLD", "AAA", "BHS"]


def test_what_belongs_together(held: Store) -> None:
    assert targets.together(held, "YUG") == ("YUG", "SCG")
    assert targets.together(held, "AAA") == ("AAA",)
    assert targets.together(held, "WLD") == ()
    assert (targets.traded_as(held, "YUG"), targets.traded_as(held, "AAA")) == ("SCG", "AAA")
    assert targets.traded_as(held, "WLD") == "RUS"


def test_names(held: Store) -> None:
    assert (targets.name(held, NAMES, "RUS"), targets.name(held, NAMES, "AAA")) == ("Russia (all)", "Aland")
    assert (targets.name(held, NAMES, "WLD"), targets.name(held, NAMES, "ZZZ")) == ("All targets", "ZZZ")
    assert targets.in_sentence(held, NAMES, "RUS") == "the Russia"
    assert targets.in_sentence(held, NAMES, "BHS") in ("Bahamas", "the Bahamas")
    assert targets.in_sentence(held, NAMES, "WLD") == "all targets"
    assert (targets.landmarks(held, "RUS"), targets.landmarks(held, "AAA")) == (("m0",), ())
