from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipelines import raw
from pipelines.errors import ParseError
from pipelines.normalise.periods import Window
from pipelines.settings import Settings
from pipelines.sources import Frames
from pipelines.sources.register import Register
from tests.pipelines import small

REGIME = "regimes/RUS-US.toml"
EVENTS = "events/us-russia.toml"
SUBJECT = "subjects/RUS.toml"


def parse(settings: Settings) -> Frames:
    source = Register()
    requests = raw.expand(source.requests(Window()), settings)
    return source.parse([raw.fetch(request, settings) for request in requests])


def test_a_measure_carries_the_file_s_regime_and_sender(settings: Settings) -> None:
    measures = parse(settings)["measure"]
    first = measures.row(by_predicate=pl.col("measure") == "us-rus-first", named=True)
    assert (first["regime"], first["sender"], first["target"]) == ("RUS-US", "US", "RUS")
    assert first["types"] == "asset_freeze;travel"
    assert first["signed"] == date(2014, 3, 6)
    assert first["lifted"] is None


def test_a_measure_may_have_targets_of_its_own(settings: Settings) -> None:
    measures = parse(settings)["measure"]
    second = measures.row(by_predicate=pl.col("measure") == "us-rus-second", named=True)
    assert second["target"] == "RUS;DEU"
    assert second["supersedes"] == "us-rus-first"


def test_regimes_are_the_register_s_and_the_catalogue_s(settings: Settings) -> None:
    regimes = parse(settings)["regime"]
    assert dict(regimes.select("regime", "kind").iter_rows()) == {"CA-RUS": "catalogue", "RUS-US": "register"}


def test_events_are_read(settings: Settings) -> None:
    event = parse(settings)["event"].row(0, named=True)
    assert (event["event"], event["date"], event["end_date"]) == ("invasion", date(2022, 2, 24), None)


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        (REGIME, 'key = "us-rus-first"', 'kee = "us-rus-first"', "measure number 1: the field key is missing"),
        (REGIME, "instrument = ", "instrumnt = ", "measure 'us-rus-first': the field instrument is missing"),
        (REGIME, 'reference = "79 FR 13493"', 'reference = ""', "'us-rus-first': the field reference is missing"),
        (REGIME, "wind_down_end", "wind_down", "measure 'us-rus-second': unknown field 'wind_down'"),
        (REGIME, "signed = 2014-03-06", 'signed = "2014-03-06"', "'us-rus-first', signed: '2014-03-06' is not a date"),
        (REGIME, "signed = 2014-03-06", "signed = 2014-03-06T10:00:00", "signed: .* is not a date like 2022-03-01"),
        (REGIME, 'types = ["energy"]', 'types = "energy"', "'us-rus-second', types: 'energy' is not a list of texts"),
        (REGIME, 'types = ["energy"]', "types = [1]", "types: .1. is not a list of texts"),
        (REGIME, 'types = ["energy"]', 'types = ["energy"]\neases = "a"', "eases: 'a' is not a list of texts"),
        (REGIME, 'types = ["energy"]', 'types = ["oil"]', "'us-rus-second', types: unknown type 'oil'"),
        (REGIME, 'targets = ["RUS"]', 'targets = ["RSU"]', r"\[regime\], targets: unknown area 'RSU'"),
        (REGIME, '["RUS", "DEU"]', '["RUS", "GER"]', "'us-rus-second', targets: unknown area 'GER'"),
        (REGIME, 'status = "confirmed"', 'status = "sure"', "status: unknown status 'sure'"),
        (REGIME, 'precision = "day"', 'precision = "hour"', "precision: unknown precision 'hour'"),
        (REGIME, "signed = 2014-03-06\neffective = 2014-03-06\n", "", "it has none of the dates announced"),
        (REGIME, "[regime]", "[regim]", "unknown section 'regim'"),
        (REGIME, "[[measure]]", "[measure]", "not readable TOML"),
        (REGIME, 'sender = "US"', "sender = 1", r"\[regime\], sender: 1 is not text"),
        (REGIME, '"US sanctions', '"US sanctions\n', "not readable TOML"),
        (EVENTS, "reference = ", "referenc = ", "event 'invasion': the field reference is missing"),
        (EVENTS, "kind = ", "sort = ", "event 'invasion': the field kind is missing"),
        (EVENTS, "date = 2022-02-24", "date = 2022", "event 'invasion', date: 2022 is not a date like 2022-03-01"),
        (EVENTS, 'status = "confirmed"', 'status = "sure"', "event 'invasion', status: unknown status 'sure'"),
        ("reference/programmes.csv", "RUS,Asset", "Asset", "programmes.csv, line 2: 6 fields instead of 7"),
        ("reference/programmes.csv", ",CA,Canada", ",XY,Canada", "programmes.csv: unknown sender 'XY'"),
        (REGIME, 'sender = "US"', 'sender = "XY"', r"\[regime\], sender: unknown sender 'XY'"),
        ("reference/senders.csv", ",1,1", ",1", "senders.csv, line 2: 5 fields instead of 6"),
        (SUBJECT, 'kind = "sanctioned"', 'kind = "bad"', "RUS.toml, kind: input should be 'sanctioned'"),
        (SUBJECT, 'name = "Russia"\n', "", "RUS.toml, name: the field is missing"),
        (SUBJECT, "rank = 1", "rang = 1", "RUS.toml, r.n[gk]: the field is"),
        (SUBJECT, '["CAN"]', '["CAN", "XXY"]', "RUS.toml, peers: there is no area 'XXY'"),
        (SUBJECT, '"us-rus-first"', '"us-rus-frist"', "RUS.toml, landmarks: there is no measure 'us-rus-frist'"),
        (SUBJECT, '"us-rus-second"', '"us-rus-third"', "RUS.toml, shown_first: there is no measure 'us-rus-third'"),
        (
            SUBJECT,
            '["us-rus-first"]',
            '["us-rus-second"]',
            "landmarks: there is no short name for the measure 'us-rus-s",
        ),
        (SUBJECT, '"USA"', '"XXY"', "RUS.toml, reporter: there is no area 'XXY'"),
        (
            SUBJECT,
            "[event]",
            '[price]\nseries = "gold"\ntitle = "Gold"\n[event]',
            "RUS.toml, price.series: input should",
        ),
        (SUBJECT, "rank = 1", 'rank = 1\nsender = "XY"', "RUS.toml, sender: there is no sender 'XY'"),
        (SUBJECT, "day = 2022-02-24", 'day = "2022-02-24"', "RUS.toml, event.day: input should be a valid date"),
        ("gaps.toml", 'topic = "Trade"', 'topic = "Fish"', "gaps.toml, gap.0.topic: input should be 'Trade'"),
        ("gaps.toml", 'source = "census"\n', "", "gap 'russia-by-month': a line is named by source and series"),
        ("gaps.toml", "are made up", "of {fish}", "gap 'russia-by-month', text: 'fish' is not counted; partners, tra"),
        ("gaps.toml", "are made up", "{", "gap 'russia-by-month', text: "),
        ("gaps.toml", "[[gap]]", "[gap]", "gaps.toml, gap: input should be a valid tuple"),
        ("reference/areas.csv", "area_kind", "kind", "areas.csv has no column area_kind"),
    ],
)
def test_a_broken_entry_is_refused_by_file_entry_and_field(
    settings: Settings, shipped: Path, name: str, old: str, new: str, sentence: str
) -> None:
    small.edit(shipped, name, old, new)
    with pytest.raises(ParseError, match=sentence) as caught:
        parse(settings)
    assert str(caught.value).startswith(name)


def test_a_subject_is_a_row_with_its_lists_joined(settings: Settings) -> None:
    subject = parse(settings)["subject"].row(0, named=True)
    assert (subject["subject"], subject["codes"], subject["rank"]) == ("RUS", "RUS", 1)
    assert (subject["event"], subject["event_title"]) == (date(2022, 2, 24), "the invasion of Ukraine")
    assert (subject["peers"], subject["shown_first"], subject["seen_with"]) == ("CAN", "us-rus-second", None)
    assert (subject["reporter"], subject["landmarks"], subject["price"]) == ("USA", "us-rus-first", None)


def test_a_price_is_its_series_and_how_it_is_headed(settings: Settings, shipped: Path) -> None:
    small.edit(shipped, SUBJECT, "[event]", '[price]\nseries = "brent_usd_per_barrel"\ntitle = "Oil"\n\n[event]')
    subject = parse(settings)["subject"].row(0, named=True)
    assert (subject["price"], subject["price_title"]) == ("brent_usd_per_barrel", "Oil")


def test_two_subjects_of_one_rank_are_refused(settings: Settings, shipped: Path) -> None:
    text = (shipped / SUBJECT).read_text(encoding="utf-8")
    (shipped / "subjects" / "CAN.toml").write_text(text.replace("Russia", "Canada"), encoding="utf-8")
    with pytest.raises(ParseError, match=r"subjects/RUS\.toml, rank: 1 is that of subjects/CAN\.toml"):
        parse(settings)


def test_gaps_stand_in_the_order_of_the_file(settings: Settings) -> None:
    gaps = parse(settings)["gap"]
    assert gaps.select("gap", "rank", "source", "series", "counterpart").row(0) == (
        "russia-by-month", 1, "census", "USA", "RUS",
    )  # fmt: skip


def test_a_regime_without_its_head_is_refused(settings: Settings, shipped: Path) -> None:
    (shipped / "regimes/X-Y.toml").write_text("")
    with pytest.raises(ParseError, match=r"regimes/X-Y\.toml: the section \[regime\] is missing"):
        parse(settings)
