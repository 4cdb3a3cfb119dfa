"""Contrast of colours (WCAG 2): words that can be read on what lies under them, and in the colour of what they name."""

from __future__ import annotations

from functools import lru_cache

from dashboard.figures.theme import Style

READABLE = 4.5
_EXTREMES = ("#000000", "#FFFFFF")


@lru_cache(maxsize=4096)
def words_in(colour: str, style: Style) -> str:
    """The colour of a line or mark for words that name it: mixed with ink until they stand out by 4.5 to 1.

    The colours of the palette stand out by 3 to 1 and more, which is enough for a mark and not for words.
    """
    for share in range(0, 100, 4):
        mixed = [round(a + (b - a) * share / 100) for a, b in zip(channels(colour), channels(style.ink), strict=True)]
        written = "#" + "".join(f"{part:02X}" for part in mixed)
        if contrast(written, style.paper) >= READABLE:
            return written
    return style.ink


def readable_on(colour: str, style: Style) -> str:
    """Ink or paper where either stands out by 4.5 to 1 (WCAG 2); on middle tones plain black or white, which do."""
    kept = max((style.ink, style.paper), key=lambda ink: contrast(ink, colour))
    return kept if contrast(kept, colour) >= READABLE else max(_EXTREMES, key=lambda ink: contrast(ink, colour))


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours written #RRGGBB, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of a colour written #RRGGBB, each from 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
