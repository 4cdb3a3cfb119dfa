"""Whom the register's measures are aimed at: the order of choice, areas that belong together, acts to begin with."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dashboard.queries import measures
from dashboard.words.trade import TARGETS
from pipelines.store import Store

LANDMARK_MEASURES = ("us-rus-magnitsky-act", "us-rus-eo13662", "us-rus-caatsa", "us-rus-eo14066")
"""The acts shown when nothing was chosen: rights abusers 2012, sectors 2014, CAATSA 2017, oil 2022."""

EVERYBODY = "WLD"
"""The target that stands for all targets together."""

CLASSIC = ("ZAF", "IRQ", "HTI", "YUG", "LBY", "ZWE")
"""Episodes that history is read against; they follow the economies under sanctions today."""

_TOGETHER: Mapping[str, tuple[str, ...]] = MappingProxyType({"YUG": ("YUG", "SCG")})
"""A target whose area has another code after a break: Yugoslavia is YUG to April 1992 and SCG after."""

_NAMES: Mapping[str, str] = MappingProxyType(
    {EVERYBODY: "All targets", "YUG": "Yugoslavia", "ZWE": "Rhodesia (Zimbabwe)", "SUN": "Soviet Union"}
)
_IN_SENTENCE: Mapping[str, str] = MappingProxyType({EVERYBODY: "all targets", "ZWE": "Rhodesia"})

_LANDMARKS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "RUS": LANDMARK_MEASURES,
        "BLR": ("us-blr-eo13405", "us-blr-belneftekhim-2007", "us-blr-gl2-2015", "us-blr-belaruskali-2021"),
        "IRN": (
            "us-irn-eo12959",
            "us-irn-2000-carpets",
            "us-irn-cisada-import",
            "us-irn-jcpoa-impl",
            "us-irn-2018-tranche2",
        ),
        "VEN": ("us-ven-eo13692", "us-ven-eo13808", "us-ven-pdvsa-2019", "us-ven-gl41", "us-ven-gl44"),
        "PRK": ("us-prk-2000-ease", "us-prk-eo13570", "us-prk-eo13722"),
        "CUB": ("us-cub-tsra", "us-cub-cash-in-advance-2005", "us-cub-ease-2015-01", "us-cub-nspm5-2017"),
        "MMR": ("us-mmr-bfda-imports", "us-mmr-gl18", "us-mmr-eo13742", "us-mmr-eo14014"),
        "SYR": ("us-syr-eo13338", "us-syr-eo13582", "us-syr-caesar", "us-syr-gl25"),
        "ZAF": ("us-zaf-eo12532", "us-zaf-caaa-minerals", "us-zaf-eo12769", "us-zaf-pl103-149"),
        "IRQ": ("un-irq-986", "us-irq-eo13303", "us-irq-eo13350"),
        "HTI": ("us-hti-eo12779", "us-hti-eo12853", "us-hti-eo12917", "us-hti-eo12932"),
        "YUG": ("us-yug-eo12810", "us-yug-eo12846", "us-yug-pd96-7", "us-yug-eo13121", "us-yug-eo13192"),
        "LBY": ("us-lby-2004-apr", "us-lby-eo13357", "us-lby-eo13566", "us-lby-gl11-2011"),
    }
)
"""Measures shown first beside trade with a target: acts on trade, oil and banks, and their easing, inside the months
that the figures cover."""


def together(target: str) -> tuple[str, ...]:
    """The area codes that a target stands for; none stands for every target."""
    return () if target == EVERYBODY else _TOGETHER.get(target, (target,))


def name(names: Mapping[str, str], target: str) -> str:
    """A target as a list or a title names it."""
    return _NAMES.get(target, names.get(target, target))


def in_sentence(names: Mapping[str, str], target: str) -> str:
    """A target inside a sentence, before an article is put: "Rhodesia", "all targets", "Netherlands"."""
    return _IN_SENTENCE.get(target, name(names, target))


def landmarks(target: str) -> tuple[str, ...]:
    """The measures to begin with for a target; none where trade figures do not reach them."""
    return _LANDMARKS.get(target, ())


def traded_as(target: str) -> str:
    """The area whose trade stands for a target after a break of its code."""
    return together(target)[-1] if together(target) else TARGETS[0]


def choices(store: Store, names: Mapping[str, str]) -> dict[str, str]:
    """Every target of the register: today's first, the classic cases, then the others by name, and all of them."""
    held = set(measures.targets(store)["area"])
    inside = {code for codes in _TOGETHER.values() for code in codes[1:]}
    first = [code for code in (*TARGETS, *CLASSIC) if held & set(together(code))]
    others = sorted(held - inside - set(first), key=lambda code: name(names, code))
    return {code: name(names, code) for code in (*first, EVERYBODY, *others)}
