"""An exhibit as one HTML page that opens offline, and as JSON with everything another program needs."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import polars as pl

from dashboard.exports.tables import facts, flat, marks_table, number_format
from dashboard.exports.text import clean
from dashboard.exports.typeface import font_face
from dashboard.figures.theme import FONT, LIGHT

if TYPE_CHECKING:
    from dashboard.exhibits.base import Exhibit

JSON_VERSION = 1
"""Raised when a field of the JSON file changes its meaning or goes; new fields do not raise it."""

_DRAW = (
    'const spec = JSON.parse(document.getElementById("spec").textContent);'
    'Plotly.newPlot("figure", spec.data, spec.layout, spec.config);'
)
_STYLE = f"""
*{{box-sizing:border-box}} body{{margin:0;background:{LIGHT.page};color:{LIGHT.ink};font:17px/1.5 {FONT}}}
main{{max-width:1120px;margin:0 auto;padding:32px 24px 64px}} h1{{font-size:30px;line-height:1.2;margin:0 0 4px}}
h2{{font-size:19px;margin:32px 0 8px}} .quiet{{color:{LIGHT.quiet};margin:0 0 12px}} .answer{{font-size:19px}}
figure{{margin:20px 0 12px;padding:12px;background:{LIGHT.paper};border:1px solid {LIGHT.grid}}}
table{{border-collapse:collapse;font-size:15px}} th,td{{padding:4px 14px 4px 0;text-align:left;vertical-align:top}}
th{{font-weight:600}} tr{{border-bottom:1px solid {LIGHT.grid}}} td.n,th.n{{text-align:right;white-space:nowrap}}
td.n,td.d{{font-variant-numeric:tabular-nums;white-space:nowrap}}
.wide{{overflow:auto;max-height:70vh}} .wide thead th{{position:sticky;top:0;
background:{LIGHT.page}}} summary{{cursor:pointer;font-weight:600}} a{{color:{LIGHT.exports}}}
td,dd,p{{overflow-wrap:anywhere}}
@media print{{.wide{{overflow:visible;max-height:none}}}}
"""


def to_json(exhibit: Exhibit, size: str = "") -> bytes:
    """The figure's spec, the drawn data, the passport, the words and the parameters of an exhibit.

    Top level: `tradewake` (version, exhibit, build, parameters, view), title, subtitle, answer, alt, note, passport,
    cards, marks, columns, data (one object a row, dates ISO, missing null) and figure (data, layout of Plotly).
    """
    del size
    document: dict[str, Any] = {
        "tradewake": {
            "version": JSON_VERSION,
            "exhibit": exhibit.id,
            "build": exhibit.passport.build_id,
            "parameters": exhibit.params.model_dump(mode="json"),
            "view": exhibit.passport.view,
        },
        "title": exhibit.title,
        "subtitle": exhibit.subtitle,
        "answer": exhibit.answer,
        "alt": exhibit.alt,
        "note": exhibit.note,
        "passport": dict(exhibit.passport.rows()),
        "cards": [{"label": card.label, "value": card.value, "detail": card.detail} for card in exhibit.cards],
        "marks": marks_table(exhibit).to_dicts(),
        "columns": {
            name: {"label": exhibit.columns[name].label if name in exhibit.columns else name, "type": str(kind)}
            for name, kind in exhibit.data.schema.items()
        },
        "data": flat(exhibit.data).to_dicts(),
        "figure": orjson.loads(_spec(exhibit)),
    }
    return orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE, default=str)


def _spec(exhibit: Exhibit) -> str:
    return str(exhibit.figure.to_json(validate=False))


@lru_cache(maxsize=1)
def _library() -> str:
    import plotly

    return (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_text(encoding="utf-8")


@lru_cache(maxsize=2)
def _hash(script: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")


def to_html(exhibit: Exhibit, size: str = "") -> bytes:
    """One page with the live figure, its words, marks, passport and data. It opens offline and is not allowed to call
    anywhere: only the two scripts inside it may run, and nothing may be loaded."""
    del size
    figure = orjson.loads(_spec(exhibit))
    figure["layout"] |= {"autosize": True, "width": None}
    figure["config"] = {
        "responsive": True,
        "displaylogo": False,
        "modeBarButtonsToRemove": ["lasso2d", "select2d"],
        "toImageButtonOptions": {"filename": exhibit.stem, "format": "png", "scale": 2},
    }
    height = int(figure["layout"].get("height") or 460)
    # "<" may not stand inside a script element as it is; in JSON it can be written by its number.
    spec = orjson.dumps(figure).decode("utf-8").replace("<", "\\u003c")
    policy = (
        f"default-src 'none'; script-src '{_hash(_library())}' '{_hash(_DRAW)}'; style-src 'unsafe-inline'; "
        "font-src data:; img-src data: blob:; form-action 'none'; base-uri 'none'"
    )
    page = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{_text(exhibit.title)}</title>
<style>{font_face()}{_STYLE}</style></head><body><main>
<h1>{_text(exhibit.title)}</h1>
<p class="quiet">{_text(exhibit.subtitle)}</p>
{_paragraph(exhibit.answer, "answer")}
<figure><div id="figure" role="img" aria-label="{_text(exhibit.alt)}" style="height:{height}px"></div>
<noscript><p>The figure needs scripts; its data stand in the table below.</p></noscript></figure>
{_paragraph(exhibit.note, "quiet")}
<details><summary>The figure in words</summary><p>{_text(exhibit.alt)}</p></details>
{_marks(exhibit)}
<h2>Passport</h2><table><tbody>{"".join(_row(label, value) for label, value in facts(exhibit))}</tbody></table>
<h2>Drawn data</h2>{_table(exhibit)}
</main><script type="application/json" id="spec">{spec}</script>
<script>{_library()}</script><script>{_DRAW}</script></body></html>
"""
    return page.encode("utf-8")


def _text(value: str) -> str:
    return escape(clean(value), quote=True)


def _paragraph(value: str, kind: str) -> str:
    return f'<p class="{kind}">{_text(value)}</p>' if value else ""


def _row(label: str, value: str) -> str:
    return f"<tr><th scope='row'>{_text(label)}</th><td>{_linked(value)}</td></tr>"


def _linked(value: str) -> str:
    """Text in which addresses can be followed; nothing is loaded by showing them."""
    words = [
        f'<a href="{escape(word)}" rel="noreferrer noopener">{escape(word)}</a>'
        if word.startswith(("https://", "http://"))
        else escape(word)
        for word in clean(value).split(" ")
    ]
    return " ".join(words)


def _marks(exhibit: Exhibit) -> str:
    if not exhibit.flags:
        return ""
    table = marks_table(exhibit)
    return f"<h2>Marks</h2><div class='wide'>{_html_table(table, table.columns, {})}</div>"


def _table(exhibit: Exhibit) -> str:
    frame = flat(exhibit.data)
    heads = [exhibit.columns[name].label if name in exhibit.columns else name for name in frame.columns]
    formats = {
        name: _decimals(exhibit.columns[name].format if name in exhibit.columns else None) for name in frame.columns
    }
    rows = "row" if frame.height == 1 else "rows"
    return (
        f"<details open><summary>{frame.height:,} {rows}</summary>"
        f"<div class='wide'>{_html_table(frame, heads, formats)}</div></details>"
    )


def _decimals(printf: str | None) -> int | None:
    shown = number_format(printf)
    return None if shown == "General" else len(shown.split(".")[1].rstrip('%"')) if "." in shown else 0


def _html_table(frame: pl.DataFrame, heads: Sequence[str], formats: dict[str, int | None]) -> str:
    kinds = ["n" if kind.is_numeric() else "d" if kind == pl.Date else "" for kind in frame.dtypes]
    head = "".join(
        f"<th scope='col' class='{kind}'>{_text(name)}</th>" for name, kind in zip(heads, kinds, strict=True)
    )
    decimals = [formats.get(name) for name in frame.columns]
    body = "".join(
        "<tr>"
        + "".join(
            f"<td class='{kind}'>{_cell(value, places)}</td>"
            for value, kind, places in zip(row, kinds, decimals, strict=True)
        )
        + "</tr>"
        for row in frame.iter_rows()
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: Any, decimals: int | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, float)):
        return (f"{value}" if decimals is None else f"{value:,.{decimals}f}").replace("-", "−")
    return _linked(str(value))
