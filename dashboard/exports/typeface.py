"""The typeface of the screen for files too: Source Sans (SIL Open Font Licence), as it comes with Streamlit."""

from __future__ import annotations

import base64
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path


def font_file() -> Path | None:
    """The upright variable font inside the installed Streamlit, found without importing it; None when it moved."""
    spec = find_spec("streamlit")
    for place in (spec.submodule_search_locations or ()) if spec is not None else ():
        found = sorted((Path(place) / "static" / "static" / "media").glob("SourceSansVF-Upright*.woff2"))
        if found:
            return found[0]
    return None


@lru_cache(maxsize=1)
def font_face() -> str:
    """A style sheet that holds the typeface itself, so that a file needs nothing from outside.

    Empty when the font is not where Streamlit keeps it; pictures then use the machine's own sans.
    """
    path = font_file()
    if path is None:
        return ""
    data = base64.b64encode(path.read_bytes()).decode("ascii")
    return (
        '@font-face{font-family:"Source Sans";font-weight:200 900;font-style:normal;'
        f'src:url(data:font/woff2;base64,{data}) format("woff2")}}'
    )
