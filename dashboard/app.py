"""The entry script: pages, navigation, the freshness line, and the store of this run; nothing else."""

from __future__ import annotations

import logging

import streamlit as st

from dashboard.ui import panel, state
from dashboard.ui.css import RULES
from dashboard.words.markdown import plain
from pipelines.errors import TradewakeError

st.set_page_config(page_title="Tradewake", layout="wide", initial_sidebar_state="auto")
st.html(RULES)

page = st.navigation(
    [
        st.Page("app_pages/overview.py", title="Overview", default=True),
        st.Page("app_pages/trade.py", title="Trade collapse and rebound", url_path="trade"),
        st.Page("app_pages/timing/page.py", title="Sanction timing", url_path="timing"),
        st.Page("app_pages/impact.py", title="Economic impact", url_path="impact"),
        st.Page("app_pages/data.py", title="Data and methods", url_path="data"),
    ]
)

try:
    store = state.take_store()
except TradewakeError as error:
    panel.no_store(str(error))
    st.stop()

if store.problem is not None:
    st.warning(plain(store.problem))
try:
    page.run()
except TradewakeError as error:
    panel.failed(str(error))
except Exception:  # the last line of defence: a reader gets our sentence, the maintainer the traceback
    logging.getLogger("tradewake").exception("The page %s could not be drawn.", page.title)
    panel.failed("This page could not be drawn. What went wrong stands in the server's log.")
state.write_link()
panel.freshness(store)
