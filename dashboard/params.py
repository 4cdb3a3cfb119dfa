"""What a link, a control or `--set NAME=VALUE` may ask for: checked text, areas, months, and frozen parameter models.

The same parameters model reads a link, the controls of a page and `--set NAME=VALUE` on the command line, so a
view means the same thing wherever it is opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from pipelines.schema.terms import Clock, MeasureType


def _split(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return tuple(value) if isinstance(value, list) else value


def _upper(value: Any) -> Any:
    return value.strip().upper() if isinstance(value, str) else value


def _month(value: Any) -> Any:
    """Accepts 2022, 2022-03 and 2022-03-01; gives the first day of the month."""
    if isinstance(value, str):
        parts = value.strip().split("-")
        if len(parts) in (1, 2) and all(part.isdigit() and len(part) <= 4 for part in parts):
            return date(int(parts[0]), int(parts[1]) if len(parts) == 2 else 1, 1)
    return value


Area = Annotated[str, BeforeValidator(_upper), StringConstraints(pattern=r"^[A-Z0-9]{3}$")]
Areas = Annotated[tuple[Area, ...], BeforeValidator(_split)]
Sender = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z ]{0,30}$")]
Senders = Annotated[tuple[Sender, ...], BeforeValidator(_split)]
Types = Annotated[tuple[MeasureType, ...], BeforeValidator(_split)]
Keys = Annotated[
    tuple[Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]{0,80}$")], ...], BeforeValidator(_split)
]
Month = Annotated[date, BeforeValidator(_month)]
FlowWord = Literal["export", "import", "total", "balance"]
FrequencyWord = Literal["M", "Q", "A"]
PageFlow = Literal["both", "export", "import", "total", "balance"]
"""What a page offers: one flow, their sum or difference, or exports and imports side by side."""
SourceName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{2,30}$")]
ClockWord = Clock
CurrencyWord = Literal["reported", "USD"]
"""The currency in which the source reports, or US dollars: one choice for a whole view."""


class Params(BaseModel):
    """Parameters of an exhibit or a page: frozen, checked, and nothing beyond the named ones."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_enum_values=True, validate_default=True)

    @classmethod
    def read_with_refusals(cls, raw: Mapping[str, Any]) -> tuple[Self, dict[str, str]]:
        """Parameters from text that nobody has checked, and a sentence for each name whose value could not be used.

        An unknown name or a bad value never raises: the default stands in its place and the sentence says so. Values
        that are fine alone but not together are all left out.
        """
        problems = {
            name: f"“{_short(name)}” is not a setting of this view and was left out."
            for name in raw
            if name not in cls.model_fields
        }
        given = {name: value for name, value in raw.items() if name in cls.model_fields}
        while True:
            try:
                return cls.model_validate(given), problems
            except ValidationError as error:
                bad = {str(item["loc"][0]) for item in error.errors() if item["loc"]} & set(given)
                if not bad:  # a rule over several fields: none of them can be trusted
                    reason = error.errors()[0]["msg"].removeprefix("Value error, ").rstrip(".")
                    sentence = f"Settings of the link do not fit together ({reason}); the defaults are shown."
                    return cls(), problems | dict.fromkeys(given, sentence)
                for name in sorted(bad):
                    value = _short(given.pop(name))
                    problems[name] = f"{plain_name(name)} cannot be “{value}”; the default is shown."

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> tuple[Self, list[str]]:
        """As `read_with_refusals`, with each sentence once."""
        params, problems = cls.read_with_refusals(raw)
        return params, list(dict.fromkeys(problems.values()))

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        """Parameters from text, strictly: the command line's way.

        Raises:
            ValueError: one sentence that names the first bad parameter.
        """
        unknown = [name for name in raw if name not in cls.model_fields]
        if unknown:
            known = ", ".join(cls.model_fields)
            raise ValueError(f"There is no parameter {_short(unknown[0])!r} here. Known: {known}.")
        try:
            return cls.model_validate(dict(raw))
        except ValidationError as error:
            raise ValueError(_plain(error)) from error

    def query(self) -> dict[str, str]:
        """What differs from the defaults, as text for a link."""
        default = type(self)()
        return {
            name: as_text(getattr(self, name))
            for name in type(self).model_fields
            if getattr(self, name) != getattr(default, name)
        }


def plain_name(name: str) -> str:
    """A parameter's name as a sentence begins with it: known_on is "Known on"."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


_PLAIN_REASONS = {
    "int_parsing": "it is no whole number",
    "int_from_float": "it is no whole number",
    "float_parsing": "it is no number",
    "bool_parsing": "it is true or false",
    "date_from_datetime_parsing": "a day is like 2022-03-08",
    "date_parsing": "a day is like 2022-03-08",
    "too_short": "name at least one",
}
"""What a reader can do something with, for the reasons that the models' library words for programmers."""


def _plain(error: ValidationError) -> str:
    first = error.errors()[0]
    reason = _PLAIN_REASONS.get(first["type"], first["msg"].removeprefix("Value error, ").rstrip("."))
    if not first["loc"]:
        return f"These settings do not fit together: {reason}."
    where = str(first["loc"][0])
    if first["type"] == "string_pattern_mismatch":
        reason = "it has another form" if where not in ("reporter", "partner", "target") else "a code is like RUS"
    return f"{where} cannot be “{_short(first['input'])}”: {reason[:1].lower()}{reason[1:]}."


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:39] + "…"


def as_text(value: Any) -> str:
    """A parameter's value as a link writes it."""
    if isinstance(value, tuple):
        return ",".join(as_text(part) for part in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
