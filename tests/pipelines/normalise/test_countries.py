from __future__ import annotations

import polars as pl
import pytest

from pipelines.errors import ParseError
from pipelines.normalise import countries
from pipelines.raw import payload

CODES = payload("reference/area_codes.csv", b"scheme,code,area\ncensus,4621,RUS\ncensus,4622,BLR\nwdi,RUS,RUS\n")


def test_codes_are_those_of_one_scheme() -> None:
    assert countries.codes(CODES, "census") == {"4621": "RUS", "4622": "BLR"}


def test_labels_become_areas() -> None:
    known = countries.codes(CODES, "census")
    areas = countries.to_area(pl.Series(["4622", "4621", "4621"]), known, "file, column CTY_CODE")
    assert areas.to_list() == ["BLR", "RUS", "RUS"]


def test_an_unknown_label_is_named() -> None:
    with pytest.raises(ParseError, match=r"file, column CTY_CODE: unknown area '9999', None\."):
        countries.to_area(pl.Series(["4621", "9999", None]), {"4621": "RUS"}, "file, column CTY_CODE")


def test_an_unknown_scheme_is_named() -> None:
    with pytest.raises(ParseError, match="no scheme 'comext'"):
        countries.codes(CODES, "comext")


def test_a_label_of_two_areas_is_refused() -> None:
    twice = payload("c.csv", b"scheme,code,area\nx,1,RUS\nx,1,BLR\n")
    with pytest.raises(ParseError, match="'1' stands for two areas"):
        countries.codes(twice, "x")


def test_the_first_of_several_doubled_labels_and_three_unknown_ones_are_named() -> None:
    doubled = payload("c.csv", b"scheme,code,area\nx,1,RUS\nx,2,CHN\nx,1,BLR\nx,2,IRN\n")
    with pytest.raises(ParseError, match=r"c\.csv, scheme x: '1' stands for two areas"):
        countries.codes(doubled, "x")
    with pytest.raises(ParseError, match=r"unknown area '1', '2', '3'\."):
        countries.to_area(pl.Series(["4", "3", "2", "1"]), {}, "file")
