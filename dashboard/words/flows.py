"""The words for a direction of trade, once for all figures: exports to, imports from, trade with, balance with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class FlowWords:
    """How one flow is spoken of.

    `noun` "exports"; `goods` "goods exports"; `link` "to"; `head` for a column or a control, "Exports"; `exact` says
    what is summed, "exports plus imports"; `stem` for a file name.
    """

    noun: str
    goods: str
    link: str
    head: str
    exact: str
    stem: str

    def with_partner(self, partner: str) -> str:
        """ "goods exports to Russia", "goods trade with Russia"."""
        return f"{self.goods} {self.link} {partner}"


FLOWS: Mapping[str, FlowWords] = MappingProxyType(
    {
        "export": FlowWords("exports", "goods exports", "to", "Exports", "exports", "exports"),
        "import": FlowWords("imports", "goods imports", "from", "Imports", "imports", "imports"),
        "total": FlowWords("trade", "goods trade", "with", "Total", "exports plus imports", "goods-trade"),
        "balance": FlowWords(
            "balance", "goods trade balance", "with", "Balance", "exports less imports", "trade-balance"
        ),
    }
)
"""By the word that links, controls and commands use."""
