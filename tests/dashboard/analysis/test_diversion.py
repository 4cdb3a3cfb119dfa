from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
import polars as pl
import pytest

from dashboard.analysis.diversion import Leg, diversion_ledger, partner_shift
from dashboard.analysis.errors import AnalysisError

Row = tuple[str, str, int, float]


def annual(rows: list[Row], flow: str = "export") -> pl.DataFrame:
    return pl.DataFrame(
        [(reporter, partner, date(year, 1, 1), value, flow) for reporter, partner, year, value in rows],
        schema={
            "reporter": pl.String,
            "partner": pl.String,
            "period": pl.Date,
            "value_usd": pl.Float64,
            "flow": pl.String,
        },
        orient="row",
    )


# EU27 exports 2021 → 2023, EUR million (Eurostat Comext).
EU = [
    ("EUU", "RUS", 2021, 89_169.0),
    ("EUU", "RUS", 2023, 38_182.0),
    ("EUU", "KGZ", 2021, 263.0),
    ("EUU", "KGZ", 2023, 2_734.0),
    ("EUU", "ARM", 2021, 757.0),
    ("EUU", "ARM", 2023, 2_162.0),
    ("EUU", "KAZ", 2021, 5_487.0),
    ("EUU", "KAZ", 2023, 12_110.0),
]


def test_without_onward_figures_there_are_only_bounds() -> None:
    result = diversion_ledger(
        annual(EU), target="RUS", senders=["EUU"], intermediaries=["KGZ", "ARM", "KAZ"], before=2021, after=2023
    )
    rise = (2734 - 263) + (2162 - 757) + (12110 - 5487)
    assert result.direct_loss_usd == pytest.approx(50_987)
    assert result.rise_to_intermediaries_usd == pytest.approx(rise)
    assert (result.rise_from_intermediaries_usd, result.matched_rise_usd, result.ratio) == (None, None, None)
    assert (result.ratio_lowest, result.ratio_highest) == (0.0, pytest.approx(rise / 50_987))
    assert "No complete figures of sales to RUS by KGZ, ARM and KAZ" in result.notes[0]
    assert "is not known" in result.words("EUR")


def test_matched_rise_takes_the_smaller_leg_of_each_and_never_adds_them() -> None:
    onward = annual([("KGZ", "RUS", 2021, 100.0), ("KGZ", "RUS", 2023, 1_100.0)])
    mirror = annual([("RUS", "KAZ", 2021, 7_000.0), ("RUS", "KAZ", 2023, 9_000.0)], flow="import")
    armenia = annual([("ARM", "RUS", 2021, 800.0), ("ARM", "RUS", 2023, 700.0)])
    result = diversion_ledger(
        pl.concat([annual(EU), onward, mirror, armenia]),
        target="RUS",
        senders=["EUU"],
        intermediaries=["KGZ", "ARM", "KAZ"],
        before=2021,
        after=2023,
    )
    by_area = {entry.area: entry for entry in result.intermediaries}
    assert by_area["KGZ"].matched_rise_usd == pytest.approx(1000.0)  # smaller than the 2,471 that came in
    assert by_area["KAZ"].matched_rise_usd == pytest.approx(2000.0)  # from Russia's own import figures
    assert by_area["ARM"].matched_rise_usd == 0.0
    assert result.matched_rise_usd == pytest.approx(3000.0)
    assert result.rise_from_intermediaries_usd == pytest.approx(1000 + 2000 - 100)
    assert result.ratio == pytest.approx(3000 / 50_987)
    assert result.ratio_lowest == pytest.approx(2900 / 50_987)  # Armenia's fall netted
    assert result.ratio_lowest <= result.ratio <= (result.ratio_highest or 0)
    assert "covers 5.9% of the loss" in result.words("EUR")
    frame = result.frame()
    assert frame["outward_rise_usd"].to_list() == pytest.approx([2471.0, 1405.0, 6623.0])
    assert frame.filter(pl.col("area") == "KAZ")["onward_rise_usd"].to_list() == [2000.0]


def test_what_was_sold_and_never_recorded_as_arriving() -> None:
    arrivals = annual([("KGZ", "EUU", 2021, 300.0), ("KGZ", "EUU", 2023, 1_000.0)], flow="import")
    result = diversion_ledger(
        pl.concat([annual(EU), arrivals]),
        target="RUS",
        senders=["EUU"],
        intermediaries=["KGZ", "KAZ"],
        before=2021,
        after=2023,
    )
    assert [entry.unrecorded_usd for entry in result.intermediaries] == [pytest.approx(1734.0), None]


def test_a_pair_with_a_missing_month_is_left_out_of_both_spans_and_named() -> None:
    rows = [(sender, partner, year) for sender in ("DEU", "FRA") for partner in ("RUS", "KGZ") for year in (2021, 2023)]
    flows = pl.concat(
        [
            pl.DataFrame(
                {"period": [date(year, m, 1) for m in range(1, 13)], "value_usd": [10.0 if year == 2021 else 5.0] * 12}
            ).with_columns(reporter=pl.lit(sender), partner=pl.lit(partner))
            for sender, partner, year in rows
        ]
    )
    hole = (pl.col("reporter") == "FRA") & (pl.col("partner") == "RUS") & (pl.col("period") == date(2023, 5, 1))
    result = diversion_ledger(
        flows.filter(~hole), target="RUS", senders=["DEU", "FRA"], intermediaries=["KGZ"], before=2021, after=2023
    )
    assert result.direct_loss_usd == pytest.approx(60.0)  # Germany alone
    assert result.gaps == ("FRA→RUS",)
    part = diversion_ledger(
        flows,
        target="RUS",
        senders=["DEU", "FRA"],
        intermediaries=["KGZ"],
        before=(date(2021, 1, 1), date(2021, 6, 1)),
        after=(date(2023, 1, 1), date(2023, 6, 1)),
    )
    assert part.direct_loss_usd == pytest.approx(60.0)


def test_no_loss_means_no_ratio() -> None:
    grown = annual([("EUU", "RUS", 2021, 1.0), ("EUU", "RUS", 2023, 2.0), *EU[2:]])
    result = diversion_ledger(grown, target="RUS", senders=["EUU"], intermediaries=["KGZ"], before=2021, after=2023)
    assert (result.ratio, result.ratio_highest) == (None, None)
    assert "nothing to divert" in result.words()
    assert "did not fall" in result.notes[0]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"senders": []}, "at least one sender"),
        ({"intermediaries": ["RUS"]}, "different areas"),
        ({"senders": ["EUU", "RUS"]}, "different areas"),
        ({"before": (date(2019, 1, 1), date(2020, 12, 1))}, "equally long"),
        ({"before": 2023, "after": 2021}, "must end before"),
        ({"senders": ["USA"]}, "No sender has complete figures"),
        ({"intermediaries": ["GEO"]}, "No intermediary has complete figures"),
    ],
)
def test_ledger_refusals(changes: dict[str, object], why: str) -> None:
    asked = {"target": "RUS", "senders": ["EUU"], "intermediaries": ["KGZ"], "before": 2021, "after": 2023, **changes}
    with pytest.raises(AnalysisError, match=why):
        diversion_ledger(annual(EU), **asked)  # type: ignore[arg-type]


def partners(rows: list[tuple[str, int, float]]) -> pl.DataFrame:
    return pl.DataFrame(
        [(partner, date(year, 1, 1), value) for partner, year, value in rows],
        schema={"partner": pl.String, "period": pl.Date, "value_usd": pl.Float64},
        orient="row",
    )


def test_where_russias_exports_went() -> None:
    # IMTS, USD billion: India 9.1 → 68.7, China 68.4 → 112.1, Türkiye 26.5 → 40.3, Germany 29.7 → 1.2.
    rows = [
        *(("IND", 2021, 9.1), ("IND", 2024, 68.7), ("CHN", 2021, 68.4), ("CHN", 2024, 112.1)),
        *(("TUR", 2021, 26.5), ("TUR", 2024, 40.3), ("DEU", 2021, 29.7), ("DEU", 2024, 1.2), ("KAZ", 2021, 18.0)),
    ]
    flows = partners(rows).with_columns(is_estimate=pl.col("period") == date(2024, 1, 1))
    frame = partner_shift(flows, 2021, 2024)
    assert frame["partner"].to_list() == ["IND", "CHN", "TUR", "DEU", "KAZ"]
    assert frame["change_usd"].to_list()[:4] == pytest.approx([59.6, 43.7, 13.8, -28.5])
    assert frame["share_b"].sum() == pytest.approx(1.0)
    assert frame["share_b"][1] == pytest.approx(112.1 / 222.3)
    assert frame["share_change_pp"][0] == pytest.approx(100 * (68.7 / 222.3 - 9.1 / 151.7))
    missing = frame.row(by_predicate=pl.col("partner") == "KAZ", named=True)
    assert (missing["change_usd"], missing["growth"], missing["missing_in"]) == (None, None, 2024)
    assert frame["is_estimate"].to_list() == [True, True, True, True, False]


def test_partner_shift_leaves_groups_out_and_refuses_what_is_no_year() -> None:
    flows = partners([("IND", 2021, 1.0), ("IND", 2024, 2.0), ("WLD", 2021, 9.0), ("WLD", 2024, 9.0)])
    kinds = flows.with_columns(
        area_kind=pl.when(pl.col("partner") == "WLD").then(pl.lit("world")).otherwise(pl.lit("country"))
    )
    assert partner_shift(kinds, 2021, 2024)["partner"].to_list() == ["IND"]
    with pytest.raises(AnalysisError, match="no complete figures for 2024"):
        partner_shift(flows.with_columns(is_partial=pl.col("period") == date(2024, 1, 1)), 2021, 2024)
    with pytest.raises(AnalysisError, match="annual figures"):
        partner_shift(flows.with_columns(frequency=pl.lit("M")), 2021, 2024)


@pytest.mark.parametrize(
    ("senders", "intermediaries", "why"),
    [
        (["EUU", "EUU"], ["KGZ"], "EUU is named more than once as sender"),
        (["EUU"], ["KGZ", "ARM", "KGZ"], "KGZ is named more than once as intermediary"),
        (["EUU", "KGZ"], ["KGZ"], "must be different areas"),
        (["EUU", "RUS"], ["KGZ"], "must be different areas"),
        (["EUU"], ["RUS"], "must be different areas"),
    ],
)
def test_an_area_counts_once(senders: list[str], intermediaries: list[str], why: str) -> None:
    with pytest.raises(AnalysisError, match=why):
        diversion_ledger(
            annual(EU), target="RUS", senders=senders, intermediaries=intermediaries, before=2021, after=2023
        )


def test_a_leg_that_fell_matches_nothing() -> None:
    sold = [("EUU", "RUS", 2021, 9.0), ("EUU", "RUS", 2023, 1.0), ("EUU", "KGZ", 2021, 5.0), ("EUU", "KGZ", 2023, 4.0)]
    onward = [("KGZ", "RUS", 2021, 1.0), ("KGZ", "RUS", 2023, 3.0)]
    asked = {"target": "RUS", "senders": ["EUU"], "intermediaries": ["KGZ"], "before": 2021, "after": 2023}
    result = diversion_ledger(annual(sold + onward), **asked)  # type: ignore[arg-type]
    assert (result.intermediaries[0].matched_rise_usd, result.ratio) == (0.0, 0.0)
    other = [("KGZ", "RUS", 2021, 3.0), ("KGZ", "RUS", 2023, 1.0)]
    rose = [*sold[:2], ("EUU", "KGZ", 2021, 4.0), ("EUU", "KGZ", 2023, 5.0)]
    assert diversion_ledger(annual(rose + other), **asked).matched_rise_usd == 0.0  # type: ignore[arg-type]


def test_spans_run_forward() -> None:
    backwards = {"before": (date(2021, 1, 1), date(2020, 1, 1)), "after": (date(2023, 1, 1), date(2022, 1, 1))}
    asked = {"target": "RUS", "senders": ["EUU"], "intermediaries": ["KGZ"], **backwards}
    with pytest.raises(AnalysisError, match="equally long"):
        diversion_ledger(annual(EU), **asked)  # type: ignore[arg-type]


QUARTERS = [date(2021, 1, 1), date(2021, 4, 1), date(2022, 1, 1), date(2022, 4, 1)]


def drawn(seed: int) -> pl.DataFrame:
    """Two quarters before and two after, of two senders, three intermediaries and a target; small, some lacking."""
    draw = np.random.default_rng(seed)
    pairs = [
        *(("export", sender, area) for sender in ("DEU", "FRA") for area in ("RUS", "ARM", "KAZ", "UZB")),
        *(("import", area, sender) for sender in ("DEU", "FRA") for area in ("ARM", "KAZ", "UZB")),
        *(pair for area in ("ARM", "KAZ", "UZB") for pair in (("export", area, "RUS"), ("import", "RUS", area))),
    ]
    rows = []
    for flow, reporter, partner in pairs:
        lacking = draw.integers(0, 12)  # a third of the pairs lack one of the four quarters
        for place, period in enumerate(QUARTERS):
            if place != lacking:
                rows.append((flow, reporter, partner, period, float(draw.integers(0, 5)) / 8))
    names = ["flow", "reporter", "partner", "period", "value_usd"]
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(frequency=pl.lit("Q"))


SENDERS, BETWEEN = ["DEU", "FRA"], ["ARM", "KAZ", "UZB"]
Pair = tuple[str, str, str]
Sums = tuple[float, float]


class Told:
    """The ledger of a frame told a second time from the definitions, in loops."""

    def __init__(self, flows: pl.DataFrame) -> None:
        rows = flows.select("flow", "reporter", "partner", "period", "value_usd").rows()
        self.values: dict[tuple[object, ...], float] = {row[:4]: row[4] for row in rows}

    def leg(self, *pairs: Pair) -> Sums | None:
        """Both spans of the pairs that have every quarter; None without any."""
        whole = [pair for pair in pairs if all((*pair, day) in self.values for day in QUARTERS)]
        before, after = (
            sum(self.values[*pair, day] for pair in whole for day in part) for part in (QUARTERS[:2], QUARTERS[2:])
        )
        return (before, after) if whole else None

    def entry(self, area: str) -> tuple[Sums | None, Sums | None, float | None, float | None]:
        """Outward and onward leg, matched rise, and what was sold and never arrived."""
        outward = self.leg(*(("export", sender, area) for sender in SENDERS))
        onward = self.leg(("export", area, "RUS")) or self.leg(("import", "RUS", area))
        matched = None if onward is None else min(max(rise(outward), 0), max(rise(onward), 0))
        mirrored = [
            sender for sender in SENDERS if self.leg(("export", sender, area)) and self.leg(("import", area, sender))
        ]
        sold = self.leg(*(("export", sender, area) for sender in mirrored))
        came = self.leg(*(("import", area, sender) for sender in mirrored))
        return outward, onward, matched, None if sold is None or came is None else sold[1] - came[1]


def rise(of: Sums | None) -> float:
    return 0.0 if of is None else of[1] - of[0]


def sums(leg: Leg | None) -> Sums | None:
    return None if leg is None else (leg.before_usd, leg.after_usd)


def test_the_ledger_in_loops() -> None:
    """Falls, rises and equal sums of less than a dollar, with and without onward figures."""
    seen: Counter[str] = Counter()
    for seed in range(150):
        flows = drawn(seed)
        told = Told(flows)
        asked = {"target": "RUS", "senders": SENDERS, "intermediaries": BETWEEN}
        spans = {"before": (QUARTERS[0], QUARTERS[1]), "after": (QUARTERS[2], QUARTERS[3])}
        direct = told.leg(*(("export", sender, "RUS") for sender in SENDERS))
        if direct is None:
            with pytest.raises(AnalysisError, match="No sender"):
                diversion_ledger(flows, **asked, **spans)  # type: ignore[arg-type]
            continue
        expected = {area: entry for area in BETWEEN if (entry := told.entry(area))[0] is not None}
        known = [entry for entry in expected.values() if entry[1] is not None]
        loss, silent = -rise(direct), len(expected) - len(known)
        result = diversion_ledger(flows, **asked, **spans)  # type: ignore[arg-type]
        assert (sums(result.direct), result.direct_loss_usd) == (direct, loss)
        assert {
            one.area: (sums(one.outward), sums(one.onward), one.matched_rise_usd, one.unrecorded_usd)
            for one in result.intermediaries
        } == expected
        up, on = sum(rise(one[0]) for one in expected.values()), sum(rise(one[1]) for one in known)
        matched = sum(one[2] or 0 for one in known)
        assert result.rise_to_intermediaries_usd == up
        assert result.rise_from_intermediaries_usd == (on if known else None)
        assert result.matched_rise_usd == (matched if known else None)
        highest = sum(max(rise(one[0]), 0) for one in expected.values())
        lowest = min(matched, max(0, min(up, on))) if known else 0
        ratios = (matched / loss if known else None, lowest / loss, highest / loss) if loss > 0 else (None, None, None)
        assert (result.ratio, result.ratio_lowest, result.ratio_highest) == ratios
        gaps = {
            f"{sender}→{area}"
            for sender in SENDERS
            for area in ("RUS", *BETWEEN)
            if told.leg(("export", sender, area)) is None
        }
        notes = " ".join(result.notes)
        assert set(result.gaps) == gaps
        assert [words in notes for words in ("no ratio", "upper bound", "left out of both spans")] == [
            loss <= 0, silent > 0, bool(gaps),
        ]  # fmt: skip
        assert ("nothing to divert" in result.words()) is (loss <= 0)
        seen["loss" if loss > 0 else "level" if loss == 0 else "gain"] += 1
        seen["all" if not silent else "partly" if known else "none"] += 1
    assert len(seen) == 6 and min(seen.values()) > 1, seen


def test_the_ledger_in_words_has_signs() -> None:
    asked = {"target": "RUS", "senders": ["EUU"], "intermediaries": ["KGZ"], "before": 2021, "after": 2023}
    words = diversion_ledger(annual(EU), **asked).words()  # type: ignore[arg-type]
    assert "sales to the intermediaries changed by +$2,470." in words


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ((date(2020, 1, 1), date(2021, 1, 1)), (date(2021, 1, 1), date(2022, 1, 1)), "must end before"),
        ((date(2020, 1, 1), date(2021, 1, 1)), (date(2022, 1, 1), date(2023, 1, 1)), ""),
    ],
)
def test_the_spans_share_no_year(before: tuple[date, date], after: tuple[date, date], why: str) -> None:
    rows = [(*pair, year, 1.0) for pair in (("EUU", "RUS"), ("EUU", "KGZ")) for year in range(2020, 2024)]
    asked = {"target": "RUS", "senders": ["EUU"], "intermediaries": ["KGZ"], "before": before, "after": after}
    if why:
        with pytest.raises(AnalysisError, match=why):
            diversion_ledger(annual(rows), **asked)  # type: ignore[arg-type]
    else:
        assert diversion_ledger(annual(rows), **asked).direct_loss_usd == 0  # type: ignore[arg-type]
