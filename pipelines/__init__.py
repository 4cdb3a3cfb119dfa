"""Fetch, read, check and publish official trade, sanctions and GDP figures."""
