"""What comes from a link, a store or an exception is never read as Markdown on a page."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from dashboard.words.markdown import plain
from pipelines.store import Store
from tests.dashboard.test_pages import APP, _app, _page

READ_AS_MARKDOWN = frozenset(
    {
        "badge", "button", "caption", "error", "expander", "header", "info", "markdown", "popover", "subheader",
        "success", "table", "title", "toast", "warning", "write",
    }
)  # fmt: skip
HOSTILE = (
    "**x**",
    "[a](javascript:alert(1))",
    ":red[x]",
    "$x$ $y$",
    "![](http://evil.example/p.png)",
    "`x` ``y``",
    "a\n\n# b",
    "<script>alert(1)</script>",
    "www.evil.example",
)


def said_plainly(text: ast.expr) -> bool:
    """A constant, a call of `plain`, or a constant around such calls."""
    if isinstance(text, ast.JoinedStr):
        return all(said_plainly(part) for part in text.values)
    if isinstance(text, ast.FormattedValue):
        return said_plainly(text.value)
    called = isinstance(text, ast.Call) and isinstance(text.func, ast.Name) and text.func.id == "plain"
    return called or isinstance(text, ast.Constant)


@pytest.mark.parametrize("path", sorted(APP.parent.rglob("*.py")), ids=lambda path: str(path.relative_to(APP.parent)))
def test_everything_that_is_put_together_is_made_plain_first(path: Path) -> None:
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    raw = [
        ast.unparse(call)
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in READ_AS_MARKDOWN
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "st"
        and not said_plainly(call.args[0])
    ]
    assert raw == []


@pytest.mark.usefixtures("store_home")
@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", ["event", "junk"])
def test_a_hostile_value_of_a_link_is_told_letter_for_letter(name: str, text: str) -> None:
    page = _page("timing/page.py", **({name: text} if name == "event" else {text: "1"}))
    assert list(page.exception) == []
    sentence = f"Event cannot be “{text}”; the default is shown." if name == "event" else (
        f"“{text}” is not a setting of this page and was left out."
    )  # fmt: skip
    assert [warning.value for warning in page.warning] == [plain(sentence)]


@pytest.mark.usefixtures("store_home")
def test_a_measure_that_is_not_there_is_no_address() -> None:
    page = _page("timing/page.py", measure="www.evil.example")
    (warning,) = page.warning
    assert warning.value == "There is no measure “www\u2060.evil.example” in the register; choose one from the list."


@pytest.mark.usefixtures("store_home")
def test_what_is_wrong_with_a_store_is_told_letter_for_letter(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "problem", "The build **x** [a](b) is damaged. Run `tradewake check`.")
    monkeypatch.setattr("dashboard.ui.state.current_store", lambda **_: store)
    (warning,) = _app().run().warning
    assert warning.value == r"The build \*\*x\*\* \[a\](b) is damaged. Run \`tradewake check\`."
