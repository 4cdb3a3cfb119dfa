"""Questions on subjects: the economies that the dashboard follows, and what is shown first of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dashboard.queries.per_build import per_build
from pipelines.schema.terms import SubjectKind
from pipelines.store import Store


@dataclass(frozen=True)
class Subject:
    """An economy: its names, how it stands to sanctions, its area codes, its event, and what is shown first of it."""

    code: str
    name: str
    name_in_sentence: str
    kind: str
    rank: int
    codes: tuple[str, ...]
    sender: str | None
    event: date | None
    event_title: str | None
    peers: tuple[str, ...]
    seen_with: tuple[str, ...]
    reporter: str | None
    price: str | None
    price_title: str | None
    landmarks: tuple[str, ...]
    shown_first: tuple[str, ...]

    @property
    def traded_as(self) -> str:
        """The area under which its trade is read: the last of its codes."""
        return self.codes[-1]


class Subjects(dict[str, Subject]):
    """All subjects of a build by code, in their order."""

    def of_kind(self, kind: SubjectKind) -> tuple[str, ...]:
        """Codes of one kind, in their order."""
        return tuple(code for code, subject in self.items() if subject.kind == kind.value)

    @property
    def sanctioned(self) -> tuple[str, ...]:
        """The economies under sanctions today."""
        return self.of_kind(SubjectKind.SANCTIONED)

    @property
    def historic(self) -> tuple[str, ...]:
        """The past cases that history is read against."""
        return self.of_kind(SubjectKind.HISTORIC)

    def codes(self, code: str) -> tuple[str, ...]:
        """The area codes that a target stands for: its own, or all that it had."""
        return self[code].codes if code in self else (code,)

    def traded_as(self, code: str) -> str:
        """The area under which the trade of a target is read."""
        return self[code].traded_as if code in self else code

    def landmarks(self, code: str) -> tuple[str, ...]:
        """The measures that the overview marks; empty where none are named."""
        return self[code].landmarks if code in self else ()

    def shown_first(self, code: str) -> tuple[str, ...]:
        """The measures to begin with beside trade; empty where trade figures do not reach them."""
        return self[code].shown_first if code in self else ()

    def standing_for(self, area: str) -> str:
        """The subject that an area code belongs to; the code itself where there is none."""
        return next((code for code, subject in self.items() if area in subject.codes), area)


_LISTS = ("codes", "peers", "seen_with", "landmarks", "shown_first")


@per_build
def subjects(store: Store) -> Subjects:
    """All subjects, asked once per build."""
    found = Subjects()
    for row in store.table("subject").sort("rank").iter_rows(named=True):
        lists = {name: tuple(row[name].split(";")) if row[name] else () for name in _LISTS}
        code = row.pop("subject")
        found[code] = Subject(code=code, **{**row, **lists})
    return found
