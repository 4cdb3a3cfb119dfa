"""Where a module can be mutated, and what each mutation makes of it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cosmic_ray.ast import Visitor, get_ast
from cosmic_ray.mutating import mutate_code

from mutants.operators import OPERATORS
from mutants.rooms import ROOT


@dataclass(frozen=True)
class Mutant:
    """One change of one module, not made yet."""

    module: str
    operator: str
    occurrence: int
    start: tuple[int, int]
    end: tuple[int, int]
    function: str

    def code(self, root: Path = ROOT) -> str:
        """The whole module with the change."""
        text = (root / self.module).read_text(encoding="utf-8")
        changed = mutate_code(text, OPERATORS[self.operator], self.occurrence)
        if changed is None or changed == text:
            raise ValueError(f"{self} changes nothing.")
        return str(changed)

    def told(self, root: Path = ROOT) -> tuple[int, str, str]:
        """The line of the change, what stands there and what would stand there; white space is evened out."""
        before = (root / self.module).read_text(encoding="utf-8").splitlines()
        after = self.code(root).splitlines()
        for kind, i, j, m, n in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            if kind != "equal":
                return i + 1, _even(before[i:j]), _even(after[m:n])
        raise ValueError(f"{self} changes nothing.")


def mutants_of(module: str, root: Path = ROOT) -> list[Mutant]:
    """Every mutant of a module, in the order of the text."""
    finder = _Finder(module)
    finder.walk(get_ast((root / module).read_text(encoding="utf-8")))
    return finder.found


class _Finder(Visitor):  # type: ignore[misc]
    """Counts as Cosmic Ray counts, and leaves out what decides no number."""

    def __init__(self, module: str) -> None:
        self.module = module
        self.found: list[Mutant] = []
        self.seen = dict.fromkeys(OPERATORS, 0)

    def visit(self, node: Any) -> Any:
        for name, operator in OPERATORS.items():
            for start, end in operator.mutation_positions(node):
                if not (_is_idle(node) or (name == "ReplaceUnaryOperator_Delete_USub" and _names_the_last_axis(node))):
                    self.found.append(Mutant(self.module, name, self.seen[name], start, end, _function(node)))
                self.seen[name] += 1
        return node


def _is_idle(node: Any) -> bool:
    """Whether nothing of a node is executed, or only for whoever writes code: annotations, docstrings, decorators,
    imports, names of types and `strict=` of a zip; and what no test can hold to: where a random generator starts, and
    whether rows keep an order that polars need not keep."""
    if node.type == "assert_stmt":
        return True
    child = node
    for parent in _ancestors(node):
        kind, place = parent.type, _index(parent, child)
        if kind in ("decorator", "import_from", "import_name", "assert_stmt"):
            return True
        if kind == "simple_stmt" and child.type in ("string", "fstring"):
            return True
        if kind == "parameters" and child is node:  # the star before names that must be given
            return True
        if kind == "annassign" and place == 1:
            return True
        if kind == "tfpdef" and place > 0:
            return True
        if kind == "funcdef" and place > 0 and parent.children[place - 1].get_code().strip() == "->":
            return True
        if kind == "argument" and parent.children[0].get_code().strip() in ("strict", "maintain_order", "hermitian"):
            return True
        if kind == "trailer" and parent.get_code().startswith("(") and _before(parent) == "default_rng":
            return True
        if kind == "if_stmt" and parent.children[1].get_code().strip() == "TYPE_CHECKING":
            return True
        if kind == "expr_stmt" and parent.parent.type == "simple_stmt" and parent.parent.parent.type == "file_input":
            value = parent.children[-1]
            if "|" in value.get_code() and "(" not in value.get_code():
                return True
        if kind == "trailer" and parent.get_code().startswith("[") and _before(parent) == "Literal":
            return True
        child = parent
    return False


def _names_the_last_axis(node: Any) -> bool:
    """Whether it is the sign of `axis=-1` or `shape[-1]`: nearly every array here is a stack of series, whose last
    axis is the second."""
    if node.parent.type == "argument":
        return bool(node.parent.children[0].get_code().strip() == "axis")
    return node.parent.type == "trailer" and _before(node.parent) == "shape"


def _ancestors(node: Any) -> Iterator[Any]:
    while node.parent is not None:
        node = node.parent
        yield node


def _index(parent: Any, child: Any) -> int:
    return next(place for place, other in enumerate(parent.children) if other is child)


def _before(node: Any) -> str:
    leaf = node.get_first_leaf().get_previous_leaf()
    return leaf.value if leaf is not None else ""


def _function(node: Any) -> str:
    names = [parent.name.value for parent in _ancestors(node) if parent.type in ("funcdef", "classdef")]
    return ".".join(reversed(names)) or "(module)"


def _even(lines: list[str]) -> str:
    return " ".join(" ".join(lines).split())
