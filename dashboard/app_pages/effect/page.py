"""The script of this page; what it shows is written down in the folder's `PAGE`."""

from dashboard.ui import layout

layout.show()
