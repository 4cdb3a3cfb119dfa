"""Changes of words: what a name, a text or a line of SQL can be mistaken for. Pure, so that they are tested as text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple


def _both_ways(pairs: Mapping[str, str]) -> dict[str, str]:
    return {**pairs, **{after: before for before, after in pairs.items()}}


METHODS: Mapping[str, str] = {
    **_both_ways({
        "min": "max", "min_horizontal": "max_horizontal", "arg_min": "arg_max", "cum_min": "cum_max",
        "first": "last", "head": "tail", "any": "all", "any_horizontal": "all_horizontal", "floor": "ceil",
        "is_null": "is_not_null", "backward_fill": "forward_fill", "mean": "median",
    }),
    "sum": "first", "sum_horizontal": "max_horizontal", "cum_sum": "cum_max", "abs": "floor",
}  # fmt: skip
"""What a method is replaced by: another one that takes the same and gives the same kind of thing."""

FUNCTIONS: Mapping[str, str] = {**_both_ways({"min": "max", "any": "all", "floor": "ceil"}), "sum": "max"}
"""The same for functions, of the language and of numpy."""

WORDS: Mapping[str, str] = {
    **_both_ways({
        "M": "A", "export": "import", "USD": "EUR", "value_usd": "value_eur", "known_from": "known_to",
        "first_period": "last_period", "first_month": "last_month", "reporter": "partner", "first": "last",
        "both": "left", "country": "group", "real": "nominal",
    }),
    "Q": "M", "left": "inner", "inner": "left", "anti": "semi", "semi": "anti", "right": "left",
    "total": "export", "balance": "total", "value": "nominal", "effective": "signed", "period": "known_from",
}  # fmt: skip
"""What a text in a comparison, in a named argument or in the name of a column is replaced by."""


class Change(NamedTuple):
    """One replacement in a text: from a place to a place, by other words."""

    start: int
    end: int
    words: str


_SQL = re.compile(
    r"\b(SELECT|FROM|WHERE|HAVING|GROUP BY|ORDER BY|CASE WHEN|AND|OR|UNION|FILTER|IS NULL|IS NOT NULL)\b"
    r"|\b(sum|min|max|count|coalesce|arg_max|arg_min)\("
)
_BARE = re.compile(r"\s*(>=|<=|<>|<|>|=)\s*")
_QUOTED = re.compile(r"'([^']*)'")
_SWAPS: tuple[tuple[re.Pattern[str], Mapping[str, str] | str], ...] = (
    (re.compile(r">=|<=|<>|!=|(?<![<>!=:])[<>=](?![<>=])"),
     {">=": ">", ">": ">=", "<=": "<", "<": "<=", "=": "<>", "<>": "=", "!=": "="}),
    (re.compile(r"\b(AND|OR)\b(?! BETWEEN)"), {"AND": "OR", "OR": "AND"}),
    (re.compile(r"\b(DESC|ASC)\b"), {"DESC": "ASC", "ASC": "DESC"}),
    (re.compile(r"\b(min|max|sum|arg_min|arg_max|first|last|bool_or|bool_and)(?=\()"),
     _both_ways({"min": "max", "arg_min": "arg_max", "first": "last", "bool_or": "bool_and"}) | {"sum": "max"}),
    (re.compile(r"\bIS (NOT )?NULL\b"), {"IS NULL": "IS NOT NULL", "IS NOT NULL": "IS NULL"}),
    (re.compile(r"\b(NOT )?IN(?= [(\w])"), {"IN": "NOT IN", "NOT IN": "IN"}),
    (re.compile(r"\bNOT(?= (?!IN\b|NULL\b))"), ""),
    (re.compile(r"\bUNION ALL\b"), "UNION"),
    (re.compile(r"\bLEFT JOIN\b"), "JOIN"),
    (re.compile(r"\bDISTINCT "), ""),
    (re.compile(r"(?<=[-+] )INTERVAL\b"), "2 * INTERVAL"),
)  # fmt: skip
_BETWEEN = re.compile(r"\bBETWEEN\b[^()]*?(?:\([^()]*\))?[^()]*?\bAND\b")
_ORDER = re.compile(r"\bORDER BY ((?:\w+\.)?\w+)(?=\s*(?:[,)]|$))", re.MULTILINE)
_NUMBER = re.compile(r"(?<![\w.'-])-?\d+(?![\w.'])")
_COALESCE = re.compile(r"\bcoalesce\(")


def is_sql(text: str) -> bool:
    """Whether a text is SQL, or a piece of it."""
    return bool(_SQL.search(text) or _BARE.fullmatch(text))


def sql_changes(text: str) -> Iterator[Change]:
    """Every small change of a piece of SQL: comparisons, and / or, least / greatest, order, nulls, joins, numbers."""
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    between = [match.end() - 3 for match in _BETWEEN.finditer(text)]

    def inside(place: int) -> bool:
        return any(start <= place < end for start, end in quoted)

    for pattern, swap in _SWAPS:
        for match in pattern.finditer(text):
            found = match.group(0)
            if inside(match.start()) or match.start() in between:
                continue
            yield Change(*match.span(), swap if isinstance(swap, str) else swap[found])
    for match in _ORDER.finditer(text):
        yield Change(match.end(1), match.end(1), " DESC")
    for match in _NUMBER.finditer(text):
        if not inside(match.start()):
            yield Change(*match.span(), str(int(match.group(0)) + 1))
    for match in _QUOTED.finditer(text):
        if match.group(1) in WORDS:
            yield Change(*match.span(1), WORDS[match.group(1)])
    for match in _COALESCE.finditer(text):
        given = _two_arguments(text, match.end())
        if given is not None:
            yield given


def _two_arguments(text: str, start: int) -> Change | None:
    """Two arguments of a call the other way round; None if they are not two or not whole."""
    depth, commas = 0, []
    for place in range(start, len(text)):
        letter = text[place]
        if letter == "(":
            depth += 1
        elif letter == "," and depth == 0:
            commas.append(place)
        elif letter == ")":
            if depth == 0:
                if len(commas) != 1:
                    return None
                first, second = text[start : commas[0]], text[commas[0] + 1 : place]
                return Change(start, place, f"{second.strip()}, {first.strip()}")
            depth -= 1
    return None
