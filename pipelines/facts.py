"""Facts of the sources, from `data/sources/<name>.toml`: what each gives, on which terms, where and how it is asked.

Facts are data: whoever can edit a text file can mend a title, a licence, an address, a pace or a label. Every file is
checked when it is first needed, and kept. What each field means for a person stands in `data/sources/README.md`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from pipelines.errors import ParseError

_PACKAGE = Path(__file__).resolve().parent

UNRANKED = 500
"""The rank of a trade source that states none: behind those that do, and before those that hold totals only."""

REVISITS_MONTHS = 3
"""Published months that a refresh asks for again unless the source's file says otherwise."""

Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Address = Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]
Host = Annotated[str, StringConstraints(pattern=r"^https://[a-z0-9.-]+$")]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{3}$")]
Variable = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*_API_KEY$")]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+$")]


class Facts(BaseModel):
    """Facts in a file: nothing unknown, nothing of another kind."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


Model = TypeVar("Model", bound=Facts)


class Terms(Facts):
    """On which terms a source's figures may be used."""

    licence: Words
    short: Words | None = None
    address: Address
    credit: Words
    may_be_passed_on: bool = True
    changes: Words | None = None
    note: Words | None = None


class Trade(Facts):
    """How a source of goods trade answers: its statistical system, and its place when nobody names a source."""

    basis: Key
    basis_title: Words
    rank: int = Field(default=UNRANKED, ge=1, le=999)
    answers_unasked: bool = True
    totals_only: bool = False

    @model_validator(mode="after")
    def _totals_come_last(self) -> Self:
        if self.totals_only and self.rank <= UNRANKED:
            raise ValueError(f"a source of totals only ranks behind all others: give it a rank above {UNRANKED}")
        return self


class ApiKey(Facts):
    """The key that a live source can use."""

    variable: Variable
    to_be_had: Words
    needed: bool = False
    asked_without_it_only_by_name: bool = False


class Limits(Facts):
    """How fast a live source is asked; what is left out is as `raw.RequestLimits` has it."""

    pace_seconds: float | None = Field(default=None, gt=0)
    at_once: int | None = Field(default=None, ge=1)
    attempts: int | None = Field(default=None, ge=1)
    read_seconds: float | None = Field(default=None, gt=0)
    budget_seconds: float | None = Field(default=None, gt=0)
    budget_mb: float | None = Field(default=None, gt=0)
    user_agent: str | None = None

    def given(self) -> dict[str, Any]:
        """The limits that are stated, by name."""
        return self.model_dump(exclude_none=True)


class Revision(Facts):
    """The month of the year in which a source revises earlier years, and how many years."""

    month: int = Field(ge=1, le=12)
    years: int = Field(ge=1)


class Rows(Facts):
    """How many rows of a table one refresh gives, at least and at most."""

    least: int = Field(default=1, ge=1)
    most: int = Field(ge=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.least > self.most:
            raise ValueError("least is above most")
        return self


class Live(Facts):
    """A source on the web: where it is, what it gives a refresh, how it is asked."""

    gives: Words
    address: Host
    first_refresh: Words
    first: date | None = None
    revisits_months: int = Field(default=REVISITS_MONTHS, ge=1)
    revision: Revision | None = None
    key: ApiKey | None = None
    limits: Limits = Limits()
    rows: Mapping[str, Rows] = Field(default_factory=dict)


class Labels(Facts):
    """The source's own words: labels of areas as our codes, names as a reader knows them, words for no country."""

    areas: Mapping[str, Code] = Field(default_factory=dict)
    names: Mapping[str, Words] = Field(default_factory=dict)
    no_country: tuple[str, ...] = Field(default=(), strict=False)


class SourceFacts(Facts):
    """All facts of one source."""

    source: Key
    title: Words
    short_title: Annotated[Words, StringConstraints(max_length=30)]
    publisher: Words
    gives: Words
    site: Address
    section: Annotated[str, StringConstraints(pattern=r"^(trade|economy|forecasts|sanctions)$")]
    frequency: Words | None = None
    schedule_days: int | None = Field(default=None, ge=0)
    ships: bool = True
    shipped: Words | None = None
    terms: Terms
    trade: Trade | None = None
    live: Live | None = None
    labels: Labels = Labels()
    asked: Mapping[str, Mapping[str, Words]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.live is None and not self.ships:
            raise ValueError("a source that ships nothing needs a section [live]")
        if self.live is not None and self.terms.short is None:
            raise ValueError("a live source needs terms.short, its licence in a few words")
        return self

    @property
    def shipped_words(self) -> str:
        """What of it ships, or what is fetched where nothing does."""
        return self.gives if self.shipped is None else self.shipped

    def row(self) -> dict[str, Any]:
        """The source's row of the store's table `source`."""
        live, trade = self.live, self.trade
        return {
            "source": self.source,
            "title": self.title,
            "short_title": self.short_title,
            "publisher": self.publisher,
            "gives": self.gives,
            "licence": self.terms.licence,
            "licence_url": self.terms.address,
            "credit": self.terms.credit,
            "may_be_passed_on": self.terms.may_be_passed_on,
            "url": self.site,
            "frequency": self.frequency,
            "schedule_days": self.schedule_days,
            "key_needed": live is not None and live.key is not None and live.key.needed,
            "basis": None if trade is None else trade.basis,
            "basis_title": None if trade is None else trade.basis_title,
            "rank": UNRANKED if trade is None else trade.rank,
            "answers_unasked": True if trade is None else trade.answers_unasked,
            "totals_only": False if trade is None else trade.totals_only,
        }


def read(name: str, text: str) -> SourceFacts:
    """The facts in one file.

    Args:
        name: the file's name, `sources/census.toml`; its stem is the source's.
        text: what is in it.

    Raises:
        ParseError: it is no TOML, or a field is missing, unknown or of the wrong kind; the sentence names both.
    """
    return read_as(SourceFacts, name, text, source=Path(name).stem)


def read_as(model: type[Model], name: str, text: str, **known: Any) -> Model:
    """A TOML file as a checked model; `known` are fields that the file's name gives.

    Raises:
        ParseError: it is no TOML, or a field is missing, unknown or of the wrong kind; the sentence names both.
    """
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ParseError(f"{name} is not readable TOML: {str(error).rstrip('.')}.") from error
    try:
        return model.model_validate({**known, **found})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        plain = {"missing": "the field is missing", "extra_forbidden": "the field is unknown"}.get(first["type"])
        said = plain or first["msg"].removeprefix("Value error, ")
        raise ParseError(f"{name}{f', {where}' if where else ''}: {said[:1].lower()}{said[1:]}.") from error


def checkout() -> Path | None:
    """The root of the source checkout this code runs from, or None when it runs from an installed wheel."""
    root = _PACKAGE.parent
    return root if (root / "pyproject.toml").is_file() and (root / "data" / "snapshot").is_dir() else None


def shipped_data() -> Path:
    """The folder with `sources/`, `snapshot/`, `regimes/` and the others: the checkout's, or the wheel's own."""
    root = checkout()
    return root / "data" if root is not None else _PACKAGE / "shipped"


@lru_cache(maxsize=1)
def every() -> Mapping[str, SourceFacts]:
    """The facts of all sources that this version knows, by name.

    Raises:
        ParseError: a file cannot be read as what it should be.
    """
    files = sorted((shipped_data() / "sources").glob("*.toml"))
    return {file.stem: read(f"sources/{file.name}", file.read_text(encoding="utf-8")) for file in files}


def of(source: str) -> SourceFacts | None:
    """The facts of one source; None where it has no file of its own."""
    return every().get(source)


def labels(source: str) -> Labels:
    """A source's own words; empty where it has no file."""
    found = of(source)
    return Labels() if found is None else found.labels


def asked(source: str, what: str) -> Mapping[str, str]:
    """Whom or what a source is asked about: its own codes and what they stand for.

    Raises:
        KeyError: its file has no such list.
    """
    found = of(source)
    if found is None or what not in found.asked:
        raise KeyError(f"data/sources/{source}.toml has no section [asked.{what}]")
    return found.asked[what]


def live() -> tuple[str, ...]:
    """Names of the sources on the web, in alphabetical order."""
    return tuple(name for name, facts in every().items() if facts.live is not None)


def key_variables() -> tuple[str, ...]:
    """The environment variables that hold the keys of live sources, in alphabetical order."""
    keys = (facts.live.key for facts in every().values() if facts.live is not None)
    return tuple(sorted(key.variable for key in keys if key is not None))
