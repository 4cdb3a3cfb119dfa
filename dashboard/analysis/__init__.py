"""Measures of trade and output: pure functions, Polars in, frames or frozen results out.

One file per idea. Nothing here reads a file, asks the store or draws; every docstring gives formula, units and source.
"""
