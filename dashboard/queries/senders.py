"""Questions on senders: who imposes sanctions, and how each is named."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.queries.per_build import per_build
from pipelines.store import Store


@dataclass(frozen=True)
class Sender:
    """A sender: code, plain name, a name that fits beside a lane, the name inside a sentence, order, series colour.

    `area` is the code of the area whose trade is the sender's own; None for a body without any.
    """

    code: str
    name: str
    short_name: str
    name_in_sentence: str
    rank: int
    colour: int | None
    area: str | None = None


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

    def area(self, code: str) -> str | None:
        """The area whose trade is the sender's own: "USA" for US, "EUU" for EU, none for the United Nations."""
        return self[code].area if code in self else None

    def of_area(self, area: str) -> tuple[str, ...]:
        """The senders whose own trade is that of an area; none for most areas."""
        return tuple(code for code, sender in self.items() if sender.area == area)

    def names(self) -> dict[str, str]:
        """Plain names by code, for columns of codes."""
        return {code: sender.name for code, sender in self.items()}


@per_build
def senders(store: Store) -> Senders:
    """All senders, asked once per build. A sender is an area by its code (of two letters or of three) or its name."""
    rows = store.query(
        """
        SELECT sender.*, any_value(area.area) AS area FROM sender
        LEFT JOIN area ON sender.sender IN (area.area, area.iso2)
            OR (sender.name = area.name AND area.area_kind = 'country')
        GROUP BY ALL ORDER BY rank
        """
    ).iter_rows(named=True)
    found = (Sender(code=row.pop("sender"), **row) for row in rows)
    return Senders({sender.code: sender for sender in found})
