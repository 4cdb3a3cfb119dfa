"""Mutation operators: those of Cosmic Ray that make a small change, and ours for names, texts, numbers and SQL."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

from cosmic_ray.operators import (
    binary_operator_replacement,
    boolean_replacer,
    break_continue,
    comparison_operator_replacement,
    number_replacer,
    unary_operator_replacement,
)
from cosmic_ray.operators.operator import Example, Operator
from parso.python.tree import Keyword, Name, Number
from parso.python.tree import Operator as Sign

from mutants.changes import FUNCTIONS, METHODS, WORDS, Change, is_sql, sql_changes

Position = tuple[tuple[int, int], tuple[int, int]]

COMPARISONS = (
    "Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt", "Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is", "Lt_GtE", "Gt_LtE",
    "LtE_GtE", "GtE_LtE",
)  # fmt: skip
ARITHMETIC = (
    "Add_Sub",
    "Sub_Add",
    "Mul_Div",
    "Div_Mul",
    "FloorDiv_Mul",
    "Mod_FloorDiv",
    "BitAnd_BitOr",
    "BitOr_BitAnd",
)
UNARY = ("Delete_USub", "Delete_Not", "Delete_Invert")
"""One or two small changes a sign. Cosmic Ray has all pairs; most of them (`a / b` to `a << b`) no test could miss."""

SMALL, GUARD = 100, 1e-8
"""Numbers up to `SMALL` are moved by one; larger ones and fractions are doubled and halved. Fractions below `GUARD`
keep a division from failing or are the width of the arithmetic, and are left as they are."""


def _of(module: Any, kind: str, names: Sequence[str]) -> list[type[Operator]]:
    return [getattr(module, f"{kind}_{name}") for name in names]


class _Texts(Operator):
    """A replacement inside the text of one leaf."""

    @abstractmethod
    def changes(self, node: Any) -> Sequence[Change]:
        """What may stand instead of a part of this leaf; nothing where it is no text of this kind."""

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        for change in self.changes(node):
            yield _place(node, change.start), _place(node, change.end)

    def mutate(self, node: Any, index: int) -> Any:
        start, end, words = self.changes(node)[index]
        node.value = node.value[:start] + words + node.value[end:]
        return node

    @classmethod
    def examples(cls) -> Sequence[Example]:
        return ()


class OtherName(_Texts):
    """`min` for `max`, `first` for `sum`, `all` for `any`: in calls."""

    def changes(self, node: Any) -> Sequence[Change]:
        if not isinstance(node, Name) or not _is_called(node):
            return ()
        before = node.get_previous_leaf()
        method = before is not None and before.value == "." and before.get_previous_leaf().value != "np"
        other = (METHODS if method else FUNCTIONS).get(node.value)
        return () if other is None else (Change(0, len(node.value), other),)


class OtherWord(_Texts):
    """`"import"` for `"export"`, `"left"` for `"inner"`: in comparisons, named arguments and names of columns."""

    def changes(self, node: Any) -> Sequence[Change]:
        if node.type != "string" or node.value[0] not in "\"'" or node.value[1:-1] not in WORDS:
            return ()
        if node.parent.type in ("comparison", "argument") or _names_a_column(node):
            return (Change(1, len(node.value) - 1, WORDS[node.value[1:-1]]),)
        return ()


class OtherSql(_Texts):
    """A small change of a query."""

    def changes(self, node: Any) -> Sequence[Change]:
        if node.type not in ("string", "fstring_string") or not is_sql(_bare(node.value)):
            return ()
        return list(sql_changes(node.value))


class OtherScale(_Texts):
    """Double and half of a fraction or a large number."""

    def changes(self, node: Any) -> Sequence[Change]:
        if not isinstance(node, Number) or not _is_scale(node) or float(node.value) < GUARD:
            return ()
        whole = node.value.replace("_", "").isdigit()
        held = int(node.value) if whole else float(node.value)
        return [
            Change(0, len(node.value), str(held * 2)),
            Change(0, len(node.value), str(held // 2 if whole else held / 2)),
        ]


class SmallNumber(number_replacer.NumberReplacer):  # type: ignore[misc]
    """One more and one less."""

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        if isinstance(node, Number) and not _is_scale(node):
            yield from super().mutation_positions(node)


class NotOfAPlainTest(boolean_replacer.AddNot):  # type: ignore[misc]
    """`not` before a condition that has no sign to change in it."""

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        for start, end in super().mutation_positions(node):
            test = next(child for child in node.children if child.start_pos == start)
            if test.type in ("name", "atom_expr", "power"):
                yield start, end


class OtherMembership(Operator):
    """`in` for `not in` and the other way round."""

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        if node.type == "comparison":
            for place in self._places(node):
                yield node.children[place].start_pos, node.children[place].end_pos

    def mutate(self, node: Any, index: int) -> Any:
        place = self._places(node)[index]
        sign = node.children[place]
        if sign.type == "comp_op":
            node.children[place] = Keyword("in", sign.start_pos, prefix=" ")
        else:
            sign.value = "not in"
        return node

    @staticmethod
    def _places(node: Any) -> list[int]:
        return [place for place, sign in enumerate(node.children) if place % 2 and sign.get_code().split()[-1] == "in"]

    @classmethod
    def examples(cls) -> Sequence[Example]:
        return (Example("x in y", "x not in y"), Example("x not in y", "x in y"))


class OtherOrder(Operator):
    """`coalesce(b, a)` for `coalesce(a, b)`: what is taken first."""

    def mutation_positions(self, node: Any) -> Iterator[Position]:
        if node.type == "arglist" and _called_name(node) == "coalesce" and len(self._given(node)) > 1:
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        given = self._given(node)
        node.children[given[0]], node.children[given[1]] = node.children[given[1]], node.children[given[0]]
        return node

    @staticmethod
    def _given(node: Any) -> list[int]:
        return [place for place, child in enumerate(node.children) if not isinstance(child, Sign)]

    @classmethod
    def examples(cls) -> Sequence[Example]:
        return (Example("coalesce(x, y)", "coalesce(y, x)"),)


OPERATORS: dict[str, Operator] = {
    kind.__name__: kind()
    for kind in (
        *_of(comparison_operator_replacement, "ReplaceComparisonOperator", COMPARISONS),
        *_of(binary_operator_replacement, "ReplaceBinaryOperator", ARITHMETIC),
        *_of(unary_operator_replacement, "ReplaceUnaryOperator", UNARY),
        boolean_replacer.ReplaceTrueWithFalse,
        boolean_replacer.ReplaceFalseWithTrue,
        boolean_replacer.ReplaceAndWithOr,
        boolean_replacer.ReplaceOrWithAnd,
        break_continue.ReplaceBreakWithContinue,
        break_continue.ReplaceContinueWithBreak,
        NotOfAPlainTest,
        SmallNumber,
        OtherScale,
        OtherMembership,
        OtherName,
        OtherWord,
        OtherSql,
        OtherOrder,
    )
}


def _bare(text: str) -> str:
    return text.lstrip("rRbBuU").strip("\"'")


def _is_scale(node: Any) -> bool:
    if node.value.replace("_", "").isdigit():
        return int(node.value) > SMALL
    return not node.value.lower().startswith(("0x", "0b", "0o")) and float(node.value) != 0


def _is_called(node: Any) -> bool:
    """Whether a name is that of a call: `min(…)` or `.min(…)`."""
    after = node.get_next_leaf()
    return after is not None and after.value == "(" and after.parent.type == "trailer"


def _called_name(arguments: Any) -> str:
    opened = arguments.get_first_leaf().get_previous_leaf()
    named = opened.get_previous_leaf() if opened is not None and opened.value == "(" else None
    return named.value if isinstance(named, Name) else ""


def _names_a_column(node: Any) -> bool:
    outer = node.parent if node.parent.type == "arglist" else node
    return _called_name(outer) in ("col", "lit", "select", "group_by", "sort", "over", "partition_by", "unique")


def _place(node: Any, at: int) -> tuple[int, int]:
    """The line and column of a place inside a leaf."""
    before = node.value[:at].split("\n")
    line, column = node.start_pos
    return (line, column + at) if len(before) == 1 else (line + len(before) - 1, len(before[-1]))
