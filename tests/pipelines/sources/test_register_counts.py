"""The shipped register: how much of it there is, and that every compiled fact is accounted for."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines import raw
from pipelines.normalise.periods import Window
from pipelines.settings import Settings, shipped_data
from pipelines.sources.register import Register

CLOCKS = ("announced", "signed", "effective", "wind_down_end", "lifted")
SENDERS = ("US", "EU", "UK", "UN", "CH", "CA", "JP", "AU")
TARGETS = ("RUS", "BLR", "IRN", "VEN", "PRK", "CUB", "MMR", "SYR")
NEVER = {
    *(("UN", target) for target in ("RUS", "BLR", "VEN", "CUB", "MMR")),
    *((sender, "CUB") for sender in ("UK", "CH", "CA", "JP", "AU")),
    *(("JP", target) for target in ("VEN", "MMR")),
    ("AU", "VEN"),
}
"""Pairs without sanctions of their own; the reasons stand in data/regimes/README.md."""
EPISODES = {
    "South Africa": ("ZAF", ("US", "EU", "UK", "UN", "Commonwealth"), 1985, 1994),
    "Iraq": ("IRQ", ("US", "EU", "UN"), 1990, 2003),
    "Haiti": ("HTI", ("US", "EU", "UN", "OAS"), 1991, 1994),
    "Yugoslavia": ("SRB", ("US", "EU", "UN"), 1991, 2001),
    "Libya": ("LBY", ("US", "EU", "UN"), 1992, 2004),
    "Rhodesia": ("ZWE", ("US", "UK", "UN"), 1965, 1979),
}
ACTS = {
    "us-rus-magnitsky-act": ("signed", date(2012, 12, 14)),
    "us-rus-eo13660": ("signed", date(2014, 3, 6)),
    "us-rus-eo13661": ("signed", date(2014, 3, 17)),
    "us-rus-eo13662": ("signed", date(2014, 3, 20)),
    "us-rus-eo13685": ("signed", date(2014, 12, 19)),
    "us-rus-ufsa": ("signed", date(2014, 12, 18)),
    "us-rus-caatsa": ("signed", date(2017, 8, 2)),
    "us-rus-eo14024": ("signed", date(2021, 4, 15)),
    "us-rus-eo14024-dir1": ("signed", date(2021, 4, 15)),
    "us-rus-eo14024-dir2": ("signed", date(2022, 2, 24)),
    "us-rus-eo14024-dir3": ("signed", date(2022, 2, 24)),
    "us-rus-eo14024-dir4": ("signed", date(2022, 2, 28)),
    "us-rus-eo14065": ("signed", date(2022, 2, 21)),
    "us-rus-eo14066": ("signed", date(2022, 3, 8)),
    "us-rus-eo14068-imports": ("signed", date(2022, 3, 11)),
    "us-rus-eo14071": ("signed", date(2022, 4, 6)),
    "us-rus-eo14114-ffi": ("signed", date(2023, 12, 22)),
    "us-rus-cap-crude": ("effective", date(2022, 12, 5)),
    "us-rus-rosneft-lukoil": ("effective", date(2025, 10, 22)),
    "eu-rus-p03-swift7": ("effective", date(2022, 3, 12)),
    "eu-rus-p06-swift-sberbank": ("effective", date(2022, 6, 14)),
    "eu-blr-2022-03-swift": ("effective", date(2022, 3, 20)),
    "eu-blr-2022-06-swift": ("effective", date(2022, 6, 14)),
    "eu-irn-swift2012": ("effective", date(2012, 3, 17)),
    "eu-irn-oil-embargo": ("wind_down_end", date(2012, 7, 1)),
}
EASINGS = {
    "eu-irn-jcpoa-impl": "eu-irn-oil-embargo",
    "us-irn-jcpoa-impl": "us-irn-eo13622",
    "un-irn-2231": "un-irn-1929",
    "us-mmr-eo13742": "us-mmr-eo13047",
    "us-cub-ease-2015-01": "us-cub-cacr",
    "us-cub-sst-removal-2015": "us-cub-sst-1982",
    "us-cub-ease-2016-03": "us-cub-cacr",
    "us-syr-eo14312": "us-syr-eo13582",
    "us-syr-caesar-repeal": "us-syr-caesar",
    "eu-syr-lift2025": "eu-syr-oil2011",
    "uk-syr-2025": "uk-syr-2019",
    "us-rus-ns2-waiver": "us-rus-peesca",
    "un-lby-1506": "un-lby-748",
    "us-zaf-eo12769": "us-zaf-caaa-minerals",
    "un-zwe-460": "un-zwe-253",
    "un-hti-944": "un-hti-917-trade",
    "un-yug-1022": "un-yug-757",
    "un-irq-1483": "un-irq-661",
}
REVERSED = {
    "us-irn-withdrawal2018": date(2018, 5, 8),
    "un-irn-snapback": date(2025, 9, 27),
    "eu-irn-snapback2025": date(2025, 9, 30),
}
"""What ended a relief, on the sender's own clock: the snapback took effect at 20:00 in New York on 27 September."""
CORRECTED = {"eu-irq-1210-2003", "eu-syr-lift2025"}
"""Facts whose leading date was corrected by the text of the act."""


@pytest.fixture(scope="module")
def folder() -> Path:
    return shipped_data() / "regimes"


@pytest.fixture(scope="module")
def measures() -> pl.DataFrame:
    settings = Settings(data=shipped_data())
    source = Register()
    requests = raw.expand(source.requests(Window()), settings)
    return source.parse([raw.fetch(request, settings) for request in requests])["measure"]


@pytest.fixture(scope="module")
def by_key(measures: pl.DataFrame) -> dict[str, dict[str, Any]]:
    return {row["measure"]: row for row in measures.iter_rows(named=True)}


@pytest.fixture(scope="module")
def ledger(folder: Path) -> list[dict[str, str]]:
    with (folder / "facts.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def words(row: dict[str, Any], column: str) -> list[str]:
    return row[column].split(";") if row[column] else []


def pairs(measures: pl.DataFrame) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for row in measures.iter_rows(named=True):
        for target in words(row, "target"):
            yield row["sender"], target, row


def test_there_are_at_least_a_thousand_measures_and_every_key_is_its_own(measures: pl.DataFrame) -> None:
    assert measures.height >= 1000
    assert measures["measure"].n_unique() == measures.height


def test_every_measure_has_an_instrument_and_a_reference(measures: pl.DataFrame) -> None:
    for column, least in (("instrument", 4), ("reference", 8), ("title", 15)):
        short = measures.filter(pl.col(column).fill_null("").str.len_chars() < least)
        assert short["measure"].to_list() == [], column


def test_confirmed_names_the_text_that_was_read(measures: pl.DataFrame) -> None:
    bare = measures.filter((pl.col("status") == "confirmed") & pl.col("confirmed_in").is_null())
    assert bare["measure"].to_list() == []


def test_titles_are_one_plain_line(measures: pl.DataFrame) -> None:
    assert measures.filter(pl.col("title").str.len_chars() > 112)["measure"].to_list() == []


def test_every_compiled_fact_is_a_measure_or_a_gap_with_its_reason(
    ledger: list[dict[str, str]], by_key: dict[str, dict[str, Any]]
) -> None:
    assert len(ledger) == 1048
    assert len({line["fact"] for line in ledger}) == 1048
    lost = [line["fact"] for line in ledger if line["measure"] not in by_key and len(line["gap"]) < 20]
    assert lost == []
    both = [line["fact"] for line in ledger if line["measure"] and line["gap"]]
    assert both == []
    assert sum(1 for line in ledger if line["gap"]) <= 10


def test_a_fact_and_its_measure_agree_on_sender_target_and_date(
    ledger: list[dict[str, str]], by_key: dict[str, dict[str, Any]]
) -> None:
    for line in ledger:
        if not line["measure"]:
            continue
        row = by_key[line["measure"]]
        assert row["sender"] == line["sender"], line["fact"]
        assert set(line["target"].split(";")) <= set(words(row, "target")), line["fact"]
        dates = [row[clock].isoformat() for clock in CLOCKS if row[clock]]
        fits = any(day.startswith(line["date"]) for day in dates)
        assert fits != (line["fact"] in CORRECTED), line["fact"]


def test_the_log_of_gaps_names_every_fact_that_is_left_out(ledger: list[dict[str, str]], folder: Path) -> None:
    text = (folder / "README.md").read_text(encoding="utf-8")
    missing = [line["fact"] for line in ledger if line["gap"] and f"`{line['fact']}`" not in text]
    assert missing == []


def test_the_readme_counts_the_files_as_they_are(measures: pl.DataFrame, folder: Path) -> None:
    text = (folder / "README.md").read_text(encoding="utf-8")
    counts = dict(re.findall(r"^\| `([A-Za-z-]+)\.toml` \|.*\| (\d+) \|$", text, re.MULTILINE))
    real = dict(measures.group_by("regime").len().iter_rows())
    assert {key: int(n) for key, n in counts.items()} == real
    assert f"| | **all** | **{measures.height:,}** |" in text
    for status, n in measures.group_by("status").len().iter_rows():
        assert f"{n} {status.replace('_', ' ')}" in text, status


def test_every_sender_that_sanctions_a_target_has_measures_on_it(measures: pl.DataFrame) -> None:
    there = {(sender, target) for sender, target, _ in pairs(measures)}
    asked = {(sender, target) for sender in SENDERS for target in TARGETS}
    assert asked - there == NEVER


@pytest.mark.parametrize("episode", EPISODES)
def test_classic_episodes_have_their_senders_from_start_to_end(measures: pl.DataFrame, episode: str) -> None:
    target, senders, first, last = EPISODES[episode]
    rows = [(sender, row) for sender, area, row in pairs(measures) if area == target]
    assert {sender for sender, _ in rows} >= set(senders)
    years = {row[clock].year for _, row in rows for clock in CLOCKS if row[clock]}
    assert min(years) <= first
    assert max(years) >= last
    assert any(row["eases"] for _, row in rows)


def test_russia_answers(measures: pl.DataFrame) -> None:
    assert measures.filter(pl.col("sender") == "RUS").height >= 20


def test_all_packages_of_the_union_are_there_and_the_21st_is_marked_as_inferred(measures: pl.DataFrame) -> None:
    keys = measures.filter(pl.col("sender") == "EU")["measure"]
    packages = {int(found.group(1)) for key in keys if (found := re.match(r"eu-rus-p(\d\d)", key))}
    assert packages == set(range(1, 22))
    assert set(measures.filter(keys_start("eu-rus-p21"))["status"]) == {"inferred"}
    for number in range(1, 21):
        states = set(measures.filter(keys_start(f"eu-rus-p{number:02d}"))["status"])
        assert "confirmed" in states, number


def keys_start(prefix: str) -> pl.Expr:
    return pl.col("measure").str.starts_with(prefix)


@pytest.mark.parametrize("key", ACTS)
def test_named_acts_have_their_days(by_key: dict[str, dict[str, Any]], key: str) -> None:
    clock, day = ACTS[key]
    assert by_key[key][clock] == day


def test_the_votes_on_caatsa_are_told(by_key: dict[str, dict[str, Any]]) -> None:
    note = by_key["us-rus-caatsa"]["note"]
    assert "98-2" in note
    assert "419-3" in note


@pytest.mark.parametrize("key", EASINGS)
def test_easings_are_linked_to_what_they_ease(by_key: dict[str, dict[str, Any]], key: str) -> None:
    assert EASINGS[key] in words(by_key[key], "eases")


@pytest.mark.parametrize("key", REVERSED)
def test_what_ends_a_relief_replaces_it(by_key: dict[str, dict[str, Any]], key: str) -> None:
    row = by_key[key]
    assert row["effective"] == REVERSED[key]
    assert any(by_key[old]["eases"] for old in words(row, "supersedes"))


def test_whatever_calls_itself_an_easing_says_what_it_eases(measures: pl.DataFrame) -> None:
    named = pl.col("title").str.contains(r"\(easing\)|^Relief:")
    assert measures.filter(named & pl.col("eases").is_null())["measure"].to_list() == []


def test_links_lead_to_measures_and_not_in_circles(by_key: dict[str, dict[str, Any]]) -> None:
    for key, row in by_key.items():
        for column in ("supersedes", "eases"):
            assert set(words(row, column)) <= set(by_key) - {key}, key
        assert not set(words(row, "supersedes")) & set(words(row, "eases")), key


def test_an_easing_does_not_come_before_what_it_eases(by_key: dict[str, dict[str, Any]]) -> None:
    def first(row: dict[str, Any]) -> date:
        return min(row[clock] for clock in CLOCKS if row[clock])

    def last(row: dict[str, Any]) -> date:
        return max(row[clock] for clock in CLOCKS if row[clock])

    early = [(key, old) for key, row in by_key.items() for old in words(row, "eases") if last(row) < first(by_key[old])]
    assert early == []
