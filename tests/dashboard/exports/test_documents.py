from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import Any

import orjson
import plotly.graph_objects as go

from dashboard.exports.documents import JSON_VERSION, to_html, to_json
from tests.dashboard.exports.small import TITLE, exhibit


class Page(HTMLParser):
    """What a page is made of: its elements with their attributes, and the text inside each kind of element."""

    def __init__(self, content: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(content.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in {"meta", "br", "link", "img", "base"}:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        for tag in set(self._open):
            self.inside[tag] = self.inside.get(tag, "") + data

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]


def test_html_loads_nothing() -> None:
    page = Page(to_html(exhibit()))
    assert page.all("link", "img", "iframe", "object", "embed", "base", "video", "audio") == []
    assert [script for script in page.all("script") if "src" in script] == []
    styles = page.inside["style"] + " ".join(a.get("style") or "" for _, a in page.elements)
    assert re.findall(r"url\((?!data:)", styles) == []
    assert "@import" not in styles


def test_html_may_run_its_own_two_scripts_only() -> None:
    raw = to_html(exhibit())
    policy = next(
        meta["content"] or "" for meta in Page(raw).all("meta") if meta.get("http-equiv") == "Content-Security-Policy"
    )
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy and "http" not in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    scripts = re.findall(r"<script>(.*?)</script>", raw.decode("utf-8"), re.S)
    assert len(scripts) == 2
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy


def test_html_says_what_it_shows() -> None:
    made = exhibit()
    page = Page(to_html(made))
    assert page.inside["title"] == page.inside["h1"] == TITLE
    assert next(a for a in page.all("div") if a.get("id") == "figure")["aria-label"] == made.alt
    for words in (made.subtitle, made.answer, made.note, made.passport.source, made.passport.build_id):
        assert words in page.inside["main"]
    assert made.flags[0].marks[0].title in page.inside["table"]
    marks = sum(len(flag.marks) for flag in made.flags)
    facts = len([a for a in page.all("th") if a.get("scope") == "row"])
    assert len(page.all("tr")) == made.data.height + 1 + marks + 1 + facts


def _spec(content: bytes) -> Any:
    found = re.search(rb'<script type="application/json" id="spec">(.*?)</script>', content, re.S)
    assert found is not None
    return orjson.loads(found[1])


def test_html_holds_the_figure_of_the_screen() -> None:
    made = exhibit()
    assert _spec(to_html(made))["data"] == orjson.loads(made.figure.to_json())["data"]


def test_markup_in_data_stays_text() -> None:
    evil = "</script></td><script>alert(1)</script>"
    made = exhibit()
    made.figure.data[0].name = evil
    data = made.data.with_columns(note=made.data["note"].fill_null(evil))
    page = Page(to_html(exhibit(data=data, title=evil, figure=made.figure)))
    assert len(page.all("script")) == 3
    assert page.inside["h1"] == evil
    assert evil in page.inside["td"]


def test_json_round_trip() -> None:
    made = exhibit()
    document = orjson.loads(to_json(made))
    assert document["tradewake"] == {
        "version": JSON_VERSION, "exhibit": "small", "build": made.passport.build_id,
        "parameters": {"reporter": "USA", "log": True}, "view": made.passport.view,
    }  # fmt: skip
    assert go.Figure(document["figure"]).to_json() == made.figure.to_json()
    assert len(document["data"]) == made.data.height
    assert document["data"][0]["period"] == "2020-01-01"
    assert document["data"][1]["share_pct"] is None
    assert document["passport"]["Source"] == made.passport.source
    assert document["columns"]["value_usd"]["label"] == "Value, USD"
    assert document["marks"][0]["Sender"] in {"US", "EU"}
    assert to_json(made) == to_json(exhibit())
