"""Questions on senders: who imposes sanctions, and how each is named."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.queries.per_build import per_build
from pipelines.store import Store


@dataclass(frozen=True)
class Sender:
    """A sender: code, plain name, a name that fits beside a lane, the name inside a sentence, order, series colour."""

    code: str
    name: str
    short_name: str
    name_in_sentence: str
    rank: int
    colour: int | None


class Senders(dict[str, Sender]):
    """All senders of a build by code, in their order. A code that nobody described stands for itself."""

    def name(self, code: str) -> str:
        """Plain name: "United Kingdom"."""
        return self[code].name if code in self else code

    def short_name(self, code: str) -> str:
        """A name that fits beside a lane: "OAPEC"."""
        return self[code].short_name if code in self else code

    def name_in_sentence(self, code: str) -> str:
        """The name inside a sentence: "the United Kingdom"."""
        return self[code].name_in_sentence if code in self else code

    def colour(self, code: str) -> int | None:
        """Which of the series colours is its own, from 1 on; None for those that stay grey."""
        return self[code].colour if code in self else None

    def names(self) -> dict[str, str]:
        """Plain names by code, for columns of codes."""
        return {code: sender.name for code, sender in self.items()}


@per_build
def senders(store: Store) -> Senders:
    """All senders, asked once per build."""
    rows = store.table("sender").sort("rank").iter_rows(named=True)
    found = (Sender(code=row.pop("sender"), **row) for row in rows)
    return Senders({sender.code: sender for sender in found})
