"""Every exhibit, with the parameters it has when nobody chose any, in every format that needs no browser."""

from __future__ import annotations

import io
from functools import lru_cache

import openpyxl
import orjson
import plotly.graph_objects as go
import polars as pl
import pytest
from PIL import Image

from dashboard import exports
from dashboard.exhibits import EXHIBITS, find
from dashboard.exhibits.base import Exhibit
from dashboard.exports import render
from dashboard.exports.template import SIZES
from dashboard.figures.theme import LIGHT
from pipelines.store import Store
from tests.dashboard.refreshed import ONLY_WHEN_REFRESHED

IDS = [spec.id for spec in EXHIBITS]


@lru_cache(maxsize=2)
def _built(store: Store, name: str) -> Exhibit:
    spec = find(name)
    return spec.build(store, spec.params(), LIGHT)


def _store_for(name: str, store: Store, request: pytest.FixtureRequest) -> Store:
    """The shipped figures, or those of a live refresh for what shows nothing else."""
    refreshed: Store = request.getfixturevalue("refreshed")
    return refreshed if name in ONLY_WHEN_REFRESHED else store


@pytest.mark.parametrize("name", IDS)
def test_documents_and_tables(store: Store, name: str, request: pytest.FixtureRequest) -> None:
    store = _store_for(name, store, request)
    made = _built(store, name)
    assert (
        pl.read_csv(io.BytesIO(exports.to_csv(made)), comment_prefix="#", infer_schema=False).shape == made.data.shape
    )
    book = openpyxl.load_workbook(io.BytesIO(exports.to_xlsx(made)), read_only=True)
    assert book.sheetnames[:2] == ["Data", "Passport"]
    assert book["Data"].max_row == made.data.height + 1
    document = orjson.loads(exports.to_json(made))
    assert go.Figure(document["figure"]).data
    assert document["passport"]["Build"] == store.build_id
    page = exports.to_html(made)
    assert b"<script src" not in page and b"<link" not in page
    assert store.build_id.encode() in page
    assert exports.file_name(made, "csv").endswith(f"-build-{store.build_id[:8]}.csv")


@pytest.mark.parametrize("name", IDS)
def test_print_template(store: Store, name: str, request: pytest.FixtureRequest) -> None:
    made = _built(_store_for(name, store, request), name)
    for size in SIZES:
        layout = exports.print_figure(made, size).layout
        left = layout.height - layout.margin.t - layout.margin.b
        assert left > layout.height * 0.25, f"{size}: the words leave no room for the plot"
        assert layout.meta["print"]["zoom"] >= 0.5


@pytest.mark.browser
@pytest.mark.skipif(render.browser() is None, reason="no Chrome or Chromium on this machine: pictures not drawn")
@pytest.mark.parametrize("name", IDS[:2])
def test_picture(store: Store, name: str) -> None:
    picture = Image.open(io.BytesIO(exports.to_png(_built(store, name))))
    assert picture.size == (2560, 1440)
    colours = picture.convert("RGB").getcolors(maxcolors=10**6)
    assert colours is not None and len(colours) > 100
