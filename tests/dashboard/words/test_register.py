"""Short names of measures at the end of a line."""

from __future__ import annotations

import pytest

from dashboard.words import register


@pytest.mark.parametrize(
    ("instrument", "told"),
    [
        ("EO 14066 (87 FR 13625)", "EO 14066"),
        ("Decision (CFSP) 2022/1908", "Decision (CFSP) 2022/1908"),
        ("Decision (CFSP) 2022/1908 of the Council", "Decision (CFSP) 2022/1908…"),
        ("31 CFR 500.586 amendment of 2011", "31 CFR 500.586 amendment…"),
        ("31 CFR 500.586 amendments A; 76 FR", "31 CFR 500.586 amendments…"),
    ],
)
def test_an_act_is_never_cut_within_a_word(instrument: str, told: str) -> None:
    assert register.short({"measure": "none", "instrument": instrument}) == told
