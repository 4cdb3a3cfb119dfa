"""An exhibit as a file: pictures, documents and tables. FORMATS is the only list of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from dashboard.exports.documents import to_html, to_json
from dashboard.exports.errors import ExportError
from dashboard.exports.render import NO_BROWSER, browser, prepare, to_pdf, to_png, to_svg
from dashboard.exports.tables import to_csv, to_xlsx
from dashboard.exports.template import SIZES, print_figure

if TYPE_CHECKING:
    from dashboard.exhibits.base import Exhibit

__all__ = [
    "FORMATS",
    "NO_BROWSER",
    "SIZES",
    "ExportError",
    "Format",
    "available",
    "browser",
    "export",
    "file_name",
    "prepare",
    "print_figure",
    "to_csv",
    "to_html",
    "to_json",
    "to_pdf",
    "to_png",
    "to_svg",
    "to_xlsx",
]


@dataclass(frozen=True)
class Format:
    """A kind of file: what makes it from an exhibit and a size, its media type, its ending, whether it needs a
    browser on this machine, and words for a reader."""

    make: Callable[[Exhibit, str], bytes]
    mime: str
    ending: str
    needs_browser: bool
    title: str


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "png": Format(to_png, "image/png", "png", True, "Picture for slides and mail"),
        "svg": Format(to_svg, "image/svg+xml", "svg", True, "Picture that scales"),
        "pdf": Format(to_pdf, "application/pdf", "pdf", True, "One page for print"),
        "html": Format(to_html, "text/html", "html", False, "Live figure that opens offline"),
        "csv": Format(to_csv, "text/csv", "csv", False, "Drawn data with the passport in comment lines"),
        "xlsx": Format(
            to_xlsx,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "xlsx",
            False,
            "Workbook with data, passport and marks",
        ),
        "json": Format(to_json, "application/json", "json", False, "Figure, data and passport for programs"),
    }
)


def available(name: str) -> bool:
    """Whether a format can be made on this machine; pictures need a Chrome or Chromium."""
    return not FORMATS[name].needs_browser or browser() is not None


def export(exhibit: Exhibit, name: str, size: str = "slide") -> bytes:
    """The bytes of a file.

    Args:
        exhibit: drawn in the light style.
        name: a key of FORMATS.
        size: a key of SIZES; pictures only.

    Raises:
        ExportError: no such format or size, or the picture could not be drawn.
    """
    if name not in FORMATS:
        raise ExportError(f"There is no format {name[:20]!r}. The formats are {', '.join(FORMATS)}.")
    if size not in SIZES:
        raise ExportError(f"There is no size {size[:20]!r}. The sizes are {', '.join(SIZES)}.")
    return FORMATS[name].make(exhibit, size)


def file_name(exhibit: Exhibit, name: str) -> str:
    """A name that says what is inside and which build it is from: "us-russia-goods-…-build-20261122.png"."""
    stem = re.sub(r"[^a-z0-9.]+", "-", exhibit.stem.lower().replace("–", "-")).strip("-.")[:110]
    build = re.match(r"\d{8}", exhibit.passport.build_id)
    return f"{stem or exhibit.id}{f'-build-{build[0]}' if build else ''}.{FORMATS[name].ending}"
