from __future__ import annotations

import io
import threading
import unicodedata
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pypdf
import pytest
from PIL import Image

from dashboard import exports
from dashboard.exports import render
from dashboard.exports.template import SIZES, passport_line
from tests.dashboard.exports.small import TITLE, exhibit, passport

needs_browser = [
    pytest.mark.browser,
    pytest.mark.skipif(render.browser() is None, reason="no Chrome or Chromium on this machine: pictures not drawn"),
]


def _squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())  # a PDF may hold "ffi" as one letter


def _nothing_at_the_edge(picture: Image.Image, pad: int) -> bool:
    pixels = np.asarray(picture.convert("RGB"))
    edge = [pixels[:pad], pixels[-pad:], pixels[:, :pad], pixels[:, -pad:]]
    return all(bool((side == 255).all()) for side in edge)


class TestWithBrowser:
    pytestmark = needs_browser

    @pytest.mark.parametrize("size", SIZES)
    def test_png(self, size: str) -> None:
        picture = Image.open(io.BytesIO(exports.to_png(exhibit(), size)))
        form = SIZES[size]
        assert picture.size == (2 * form.width, 2 * form.height)
        colours = picture.convert("RGB").getcolors(maxcolors=10**6)
        assert colours is not None and len(colours) > 100
        assert picture.info["Title"] == TITLE
        assert "Statistics Office of Ruritania" in picture.info["Source"]
        assert _nothing_at_the_edge(picture, form.pad)

    def test_labels_that_run_far_out_are_not_cut(self) -> None:
        made = exhibit(60)
        made.figure.update_yaxes(tickvals=[2, 3], ticktext=["Two and a great many words more", "Three"])
        for annotation in made.figure.layout.annotations:
            if annotation.name == "end-label":
                annotation.text = "An end label that is far longer than its margin"
        picture = Image.open(io.BytesIO(exports.to_png(made, "page")))
        assert _nothing_at_the_edge(picture, SIZES["page"].pad)

    def test_svg(self) -> None:
        made = exhibit()
        root = ElementTree.fromstring(exports.to_svg(made, size="page"))
        space = "{http://www.w3.org/2000/svg}"
        assert root.findtext(f"{space}title") == TITLE
        assert str(root.findtext(f"{space}desc")).startswith(made.alt)
        said = _squeezed("".join("".join(text.itertext()) for text in root.iter(f"{space}text")))
        assert _squeezed(TITLE) in said
        assert _squeezed(passport_line(made.passport, made.note)) in said
        style = "".join(element.text or "" for element in root.iter(f"{space}style"))
        assert "@font-face" in style and "url(data:font/woff2" in style
        assert "http" not in style

    def test_pdf(self) -> None:
        made = exhibit()
        reader = pypdf.PdfReader(io.BytesIO(exports.to_pdf(made)))
        assert len(reader.pages) == 1
        box = reader.pages[0].mediabox
        assert round(float(box.width / box.height), 2) == round(1280 / 720, 2)
        said = _squeezed(reader.pages[0].extract_text())
        assert _squeezed(TITLE) in said
        assert _squeezed(made.passport.source) in said
        assert _squeezed(made.passport.build_id) in said

    def test_threads_share_one_browser(self) -> None:
        made, drawn = exhibit(), dict[int, bytes]()
        threads = [
            threading.Thread(target=lambda n=n: drawn.update({n: exports.to_png(made, "column")})) for n in range(3)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        assert len(drawn) == 3
        assert drawn[0] == drawn[1] == drawn[2]

    def test_a_browser_can_be_started_ahead(self) -> None:
        render.close()
        exports.prepare()
        worker = render._worker
        assert worker is not None and worker.alive
        assert exports.to_svg(exhibit(), "column").startswith(b"<svg")
        assert render._worker is worker

    def test_a_browser_that_was_killed_is_replaced(self) -> None:
        made = exhibit()
        exports.to_png(made, "column")
        worker = render._worker
        assert worker is not None and worker._kaleido is not None
        worker._kaleido.subprocess.kill()
        assert exports.to_png(made, "column").startswith(b"\x89PNG")
        assert render._worker is not worker

    def test_nothing_is_fetched(self) -> None:
        asked: list[str] = []

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(404)
                self.end_headers()

        made = exhibit()
        with HTTPServer(("127.0.0.1", 0), Answer) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            address = f"http://127.0.0.1:{server.server_port}/outside.png"
            made.figure.add_layout_image(source=address, x=0, y=1, sizex=1, sizey=1)
            try:
                exports.to_png(made, "column")
            except exports.ExportError as error:
                assert "small" in str(error)
            finally:
                server.shutdown()
                thread.join()
        assert asked == []


def test_without_a_browser_the_sentence_says_what_works(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("BROWSER_PATH", raising=False)
    monkeypatch.setattr(render, "_MAC", ())
    assert render.browser() is None
    assert not exports.available("png") and exports.available("xlsx")
    with pytest.raises(exports.ExportError, match=r"No Chrome or Chromium was found.*CSV, XLSX and JSON need none"):
        exports.to_png(exhibit())


def test_a_browser_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    named = tmp_path / "chrome"
    monkeypatch.setenv("BROWSER_PATH", str(named))
    assert render.browser() is None
    named.touch(mode=0o755)
    assert render.browser() == str(named)


def test_formats_and_sizes_that_do_not_exist_are_refused() -> None:
    with pytest.raises(exports.ExportError, match="no format 'bmp'"):
        exports.export(exhibit(), "bmp")
    with pytest.raises(exports.ExportError, match="no size 'poster'"):
        exports.export(exhibit(), "csv", "poster")


def test_file_names_say_what_is_inside() -> None:
    made = exhibit()
    assert exports.file_name(made, "xlsx") == "ruritania-goods-trade-monthly-2020-2024-build-20250131.xlsx"
    odd = exhibit(file_stem="../Ä b–c/..", passport=passport(build_id="x"))
    assert exports.file_name(odd, "csv") == "b-c.csv"
