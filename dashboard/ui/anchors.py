"""Links that end in the name of an exhibit, as they were handed out before every chart had an address of its own.

A browser keeps what follows the # to itself, so the page asks it: an exhibit that is on the page is brought into sight,
one that is not is opened alone with the settings of the link.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

import streamlit as st

from dashboard.ui import state

_SCRIPT = """<script>
(() => {
  const name = location.hash.slice(1);
  if (!NAMES.includes(name)) return;
  const drawn = document.getElementById(name);
  if (drawn) { drawn.scrollIntoView(); return; }
  const alone = new URL(location.href);
  alone.hash = "";
  alone.pathname = alone.pathname.replace(/[^/]*$/, "CHART");
  alone.searchParams.set("CHART", name);
  location.replace(alone);
})();
</script>"""


def follow(exhibits: Iterable[str]) -> None:
    """Follow the anchor of the address, once in a session; called after the page has been drawn."""
    if st.session_state.get("anchors.followed"):
        return
    st.session_state["anchors.followed"] = True
    script = _SCRIPT.replace("NAMES", json.dumps(sorted(exhibits))).replace("CHART", state.CHART)
    st.html(script, unsafe_allow_javascript=True)
