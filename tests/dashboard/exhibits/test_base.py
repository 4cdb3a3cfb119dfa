"""Parameters: the same model reads links leniently and the command line strictly."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.exhibits import EXHIBITS
from dashboard.exhibits.trade.over_time import TradeParams


def test_link_round_trip_keeps_only_what_differs_from_the_defaults() -> None:
    params = TradeParams(partner=("IRN", "VEN"), frequency="A", log=True, start=date(2000, 1, 1))
    query = params.query()
    assert query == {"partner": "IRN,VEN", "frequency": "A", "log": "true", "start": "2000-01-01"}
    assert TradeParams.read(query) == (params, [])


def test_months_are_read_as_people_write_them() -> None:
    assert TradeParams.parse({"start": "2022"}).start == date(2022, 1, 1)
    assert TradeParams.parse({"start": "2022-03"}).start == date(2022, 3, 1)


def test_lenient_reading_drops_each_bad_value_with_a_sentence() -> None:
    params, problems = TradeParams.read({"partner": "RU", "frequency": "weekly", "flow": "export", "nonsense": "1"})
    assert params == TradeParams(flow="export")
    assert len(problems) == 3
    assert any("nonsense" in problem for problem in problems)


def test_strict_reading_names_the_bad_parameter_and_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"no parameter 'partners' here\. Known: reporter, partner"):
        TradeParams.parse({"partners": "RUS"})
    with pytest.raises(ValueError, match="flow cannot be “sideways”"):
        TradeParams.parse({"flow": "sideways"})
    with pytest.raises(ValueError, match="start cannot be"):
        TradeParams.parse({"start": "2022-13"})
    for raw in ({"start": "2022-13"}, {"partner": "lower"}):
        with pytest.raises(ValueError, match="cannot be") as caught:
            TradeParams.parse(raw)
        assert not any(word in str(caught.value).lower() for word in ("value error", "pattern", ".0 "))


@given(st.dictionaries(st.sampled_from([*TradeParams.model_fields, "x"]), st.text(max_size=60)))
def test_no_text_whatsoever_breaks_the_lenient_reader(raw: dict[str, str]) -> None:
    params, _ = TradeParams.read(raw)
    assert TradeParams.read(params.query()) == (params, [])


@pytest.mark.parametrize("spec", EXHIBITS, ids=lambda spec: spec.id)
def test_every_exhibit_has_defaults_for_all_its_parameters(spec) -> None:  # type: ignore[no-untyped-def]
    assert spec.params().query() == {}
    assert len(spec.title) <= 70
    assert spec.page in {"overview", "trade", "timing", "effect", "impact", "data"}
