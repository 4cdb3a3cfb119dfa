"""The words for a direction of trade, once for all figures: exports to, imports from, trade with, balance with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class FlowWords:
    """How one flow is spoken of.

    `noun` "exports"; `goods` "goods exports"; `link` "to"; `head` for a column or a control, "Exports"; `line` at the
    end of a line, "Total trade"; `exact` says what is summed, "exports plus imports"; `stem` for a file name.
    """

    noun: str
    goods: str
    link: str
    head: str
    line: str
    exact: str
    stem: str

    def with_partner(self, partner: str) -> str:
        """ "goods exports to Russia", "goods trade with Russia"."""
        return f"{self.goods} {self.link} {partner}"

    @property
    def spelled_out(self) -> str:
        """Goods and link with what is summed: "goods exports to", "goods trade (exports plus imports) with"."""
        summed = "" if self.exact == self.noun else f" ({self.exact})"
        return f"{self.goods}{summed} {self.link}"

    @property
    def choice(self) -> str:
        """The flow in a menu: "Exports", "Exports plus imports"."""
        return self.exact[:1].upper() + self.exact[1:]


_BALANCE = "trade-balance"
_WORDS = (
    ("export", "exports", "goods exports", "to", "Exports", "Exports", "exports", "exports"),
    ("import", "imports", "goods imports", "from", "Imports", "Imports", "imports", "imports"),
    ("total", "trade", "goods trade", "with", "Total", "Total trade", "exports plus imports", "goods-trade"),
    (
        "balance",
        "balance",
        "goods trade balance",
        "with",
        "Balance",
        "Balance",
        "exports less imports",
        "trade-balance",
    ),
)
FLOWS: Mapping[str, FlowWords] = MappingProxyType({flow: FlowWords(*said) for flow, *said in _WORDS})
"""By the word that links, controls and commands use."""
