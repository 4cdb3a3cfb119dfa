"""Every format is downloaded from a page and opened."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import polars as pl
import pypdf
import pytest
from PIL import Image

from tests.browser.conftest import Served, Tab

SLIDE = (2560, 1440)


def _download(tab: Tab, label: str) -> Path:
    tab.page.locator(".st-key-download-us_russia_at_a_glance button").first.click()
    tab.page.get_by_role("radio", name=label, exact=True).click()
    button = tab.page.get_by_role("button", name=f"Download {label}")
    button.wait_for(timeout=45_000)
    with tab.page.expect_download(timeout=60_000) as waiting:
        button.click()
    return Path(waiting.value.path())


@pytest.mark.parametrize("label", ["PNG", "SVG", "PDF", "HTML", "CSV", "XLSX", "JSON"])
def test_download(tab: Tab, served: Served, label: str) -> None:
    tab.open(f"{served.url}/?view=us-russia", "us_russia_at_a_glance")
    data = _download(tab, label).read_bytes()
    if label == "PNG":
        assert Image.open(io.BytesIO(data)).size == SLIDE
    elif label == "SVG":
        assert b"<svg" in data[:400] and b"Census" in data
    elif label == "PDF":
        assert "Russia" in pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text()
    elif label == "HTML":
        assert (b"plotly" in data and b"Passport" in data) or b"passport" in data
    elif label == "CSV":
        rows = pl.read_csv(io.BytesIO(data), comment_prefix="#")
        assert rows.height > 400 and "value_usd" in rows.columns
    elif label == "XLSX":
        assert "Passport" in openpyxl.load_workbook(io.BytesIO(data)).sheetnames
    else:
        assert "data" in json.loads(data)["figure"]
