"""One exhibit alone: picture, its settings, its table, sources, downloads, link and embed code."""

from dashboard.ui import layout

layout.show_alone()
