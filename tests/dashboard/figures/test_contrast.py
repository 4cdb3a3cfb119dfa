"""Contrast of colours: worked by hand, and words in the colours of the palette."""

from __future__ import annotations

from itertools import chain

import pytest

from dashboard.figures.contrast import READABLE, channels, contrast, readable_on, words_in
from dashboard.figures.heat import colour_of
from dashboard.figures.theme import DARK, LIGHT, Style
from tests.dashboard.contrast import over

STYLES = pytest.mark.parametrize("style", [LIGHT, DARK], ids=lambda style: style.name)


def test_ratios_by_hand() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert channels("#0B5394") == (11, 83, 148)


@STYLES
def test_words_in_a_colour_of_the_palette_can_be_read(style: Style) -> None:
    for colour in (*style.series, style.grey, style.quiet):
        assert contrast(words_in(colour, style), style.paper) >= READABLE
        assert contrast(colour, style.paper) >= 3.0, "a mark"
    assert words_in(style.ink, style) == style.ink
    assert words_in(LIGHT.series[0], LIGHT) == LIGHT.series[0], "what can be read stays as it is"
    assert words_in("#FFFFFF", LIGHT) != "#FFFFFF"


@STYLES
def test_every_shade_of_a_heat_cell_carries_words(style: Style) -> None:
    shades = (colour_of(place / 500, 0.0, 1.0, style) for place in range(501))
    for under in chain(shades, [style.paper]):
        assert contrast(readable_on(under, style), under) >= READABLE


def test_opacity_is_mixed_with_the_paper() -> None:
    assert over("#000000", 0.5, "#FFFFFF") == "#808080"
    assert over("rgba(0, 0, 0, 0.5)", 0.5, "#FFFFFF") == "#BFBFBF"
    assert over("rgb(11, 83, 148)", 1.0, "#FFFFFF") == "#0B5394"
