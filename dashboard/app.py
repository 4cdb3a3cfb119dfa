"""The entry script: pages, the view that the address asks for, the sidebar, and the store of this run."""

from __future__ import annotations

import logging

import streamlit as st

from dashboard.app_pages.contents import CHARTS, CONTENTS, MEASURES
from dashboard.ui import anchors, panel, sidebar, state, subject
from dashboard.ui.css import RULES
from dashboard.words.markdown import plain
from pipelines.errors import TradewakeError

st.set_page_config(page_title="Tradewake", layout="wide", initial_sidebar_state="auto")
st.html(RULES)

pages = [st.Page(one.script, title=one.title, url_path=one.path or None, default=not one.path) for one in CONTENTS]
page = st.navigation(
    [*pages, st.Page("app_pages/chart.py", title="One chart", url_path=state.CHART)], position="hidden"
)

try:
    store = state.take_store()
except TradewakeError as error:
    panel.no_store(str(error))
    st.stop()

if store.problem is not None:
    st.warning(plain(store.problem))
view = state.arrive(CONTENTS, page.url_path, CHARTS)
st.set_page_config(page_title=f"{subject.name(store, view.subject)} · {view.of.title} · Tradewake")
sidebar.show(CONTENTS, MEASURES)
try:
    page.run()
except TradewakeError as error:
    panel.failed(str(error))
except Exception:  # the last line of defence: a reader gets our sentence, the maintainer the traceback
    logging.getLogger("tradewake").exception("The page %s could not be drawn.", page.title)
    panel.failed("This page could not be drawn. What went wrong stands in the server's log.")
state.write_link()
panel.freshness(store)
anchors.follow(CHARTS)
