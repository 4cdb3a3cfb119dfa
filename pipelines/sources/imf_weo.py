"""Growth and size of economies from the World Economic Outlook, the current edition and every archived one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from pipelines.errors import ParseError
from pipelines.formats import sdmx
from pipelines.formats.csv_parquet import read_table
from pipelines.formats.json import read_json
from pipelines.normalise import countries, releases
from pipelines.normalise.periods import Window, months_before
from pipelines.raw import SHIPPED, Payload, Request
from pipelines.schema import TABLES
from pipelines.schema.terms import Frequency, Precision
from pipelines.sources.base import Frames, Source

_AGENCY = "IMF.RES"
_CURRENT = "WEO/current.json"
_FLOWS = "dataflows.json"
_DATES = "snapshot/releases_macro.csv"
_DIMENSIONS = ("COUNTRY", "INDICATOR", "FREQUENCY")
_INDICATORS = {"NGDP_RPCH": ("gdp_growth", "%"), "NGDPD": ("gdp_usd", "USD")}
_UNITS = {"NGDP_RPCH": "PT", "NGDPD": "USD"}
_GROUP = re.compile(r"^GX?\d").pattern
"""Groups of countries. Those that our list of areas knows (the world, the euro area, the Union) stay as what they are;
the others are left out."""

_MONTH_NAMES = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_MONTHS = tuple(name[:3].upper() for name in _MONTH_NAMES)
_VINTAGE = re.compile(r"^WEO_(?P<year>20\d\d)_?(?P<month>[A-Z]{3})[A-Z]*(_VINTAGE)?$")

_WORLD_SHARE = 0.05
"""By how much the countries' GDP may differ from the source's own world total; a few countries lack single years."""

_USA_USD = (5e12, 1e14)
"""GDP of the United States since 2000 lies between these. Values come in dollars though SCALE says billions."""

STALE_DAYS = 90
"""An update this long after the stated day of publication is another edition under the old day."""


@dataclass(frozen=True)
class Edition:
    """One edition: its name ("2025-10"), the day from which it was known, and how exactly that is known."""

    name: str
    known: date
    precision: Precision

    @property
    def year(self) -> int:
        """The year in which it came out."""
        return int(self.name[:4])


class ImfWeo(Source):
    """Real GDP growth (percent) and GDP at current prices (US dollars) by economy and year, forecasts marked.

    Every edition is a vintage of its own. An archived edition is known from the day of publication that its reply, or
    our own list of editions, states; else from the last day of its month, so that it never shows too early.
    """

    name = "imf_weo"
    tables = ("macro", "release")

    least_economies = 150

    def requests(self, window: Window) -> Sequence[Request]:
        """The current edition in whole, and the list of data flows that names the archived ones."""
        del window
        return [
            self._edition("WEO", _CURRENT),
            Request(
                f"{self.url}/external/sdmx/3.0/structure/dataflow/all/*/+",
                name=_FLOWS,
                kind="json",
                optional=True,
                headers=(("Accept", "application/json"),),
            ),
            Request(SHIPPED + "reference/area_codes.csv"),
            Request(SHIPPED + _DATES, optional=True),
        ]

    def follow(self, payloads: Sequence[Payload]) -> Sequence[Request]:
        """Every archived edition that the list of data flows names; one that is named but empty answers 204."""
        flows = next((payload for payload in payloads if payload.name == _FLOWS), None)
        if flows is None:
            return ()
        there = {payload.name for payload in payloads}
        editions = {f"WEO/{edition}.json": flow for edition, flow in _archived(flows).items()}
        return [self._edition(flow, name, optional=True) for name, flow in editions.items() if name not in there]

    def _edition(self, flow: str, name: str, *, optional: bool = False) -> Request:
        # The day of publication and the last actual year are reference metadata: only `attributes=all` sends them, and
        # the service is said to leave those of groups of series out where no limit is given.
        return Request(
            f"{self.url}/external/sdmx/3.0/data/dataflow/{_AGENCY}/{flow}/+/*.{'+'.join(_INDICATORS)}.A"
            "?dimensionAtObservation=TIME_PERIOD&attributes=all&measures=all&limit=100000",
            name=name,
            kind="json",
            optional=optional,
            # An archived edition stays as it is.
            lasting=optional,
            headers=(("Accept", "application/json"),),
        )

    def parse(self, payloads: Sequence[Payload]) -> Frames:
        """Rows of macro with a release per edition.

        Raises:
            ParseError: the current edition is missing, empty, too small, in another scale, or does not say which
                edition it is.
        """
        by_name = {payload.name: payload for payload in payloads}
        if _CURRENT not in by_name:
            raise ParseError(f"{self.name} sent no current edition.")
        known = countries.codes(by_name["reference/area_codes.csv"], "imts")
        listed = _listed(by_name.get(_DATES))
        current = _read(by_name[_CURRENT], known)
        if current.is_empty:
            raise ParseError(f"{_CURRENT} came as a success but holds no figure.")
        self._check(current.frame)
        edition = _current_edition(by_name[_CURRENT], current, listed)
        rows, published = [_rows(current, edition, self.name)], [(edition, by_name[_CURRENT])]
        for name in sorted(by_name, reverse=True):
            archived = name.removeprefix("WEO/").removesuffix(".json")
            if name == _CURRENT or not name.startswith("WEO/") or archived == edition.name:
                continue
            reply = _read(by_name[name], known)
            if not reply.is_empty:
                earlier = _archived_edition(archived, reply.facts, listed)
                rows.append(_rows(reply, earlier, self.name))
                published.append((earlier, by_name[name]))
        described = [
            releases.release(
                self.name,
                f"World Economic Outlook, {_MONTH_NAMES[int(one.name[5:]) - 1]} {one.year}",
                [payload],
                part.height,
                published=one.known,
                edition=one.name,
                url="https://data.imf.org/en/datasets/IMF.RES:WEO",
            ).with_columns(published_precision=pl.lit(one.precision.value))
            for part, (one, payload) in zip(rows, published, strict=True)
        ]
        return {"macro": pl.concat(rows), "release": pl.concat(described)}

    def _check(self, frame: pl.DataFrame) -> None:
        """Coverage, scale, and the countries' sum against the source's own world."""
        growth = frame.filter(pl.col("INDICATOR") == "NGDP_RPCH")["area"].n_unique()
        if growth < self.least_economies:
            raise ParseError(
                f"{_CURRENT} has growth of {growth} economies only; at least {self.least_economies} belong."
            )
        level = frame.filter(pl.col("INDICATOR") == "NGDPD", pl.col("period") >= date(2000, 1, 1))
        low, high = _USA_USD
        usa = level.filter(pl.col("area") == "USA")
        if usa.is_empty() or not usa["value"].is_between(low, high).all():
            raise ParseError(
                f"{_CURRENT}: GDP of the United States is missing or not in dollars; the scale has changed."
            )
        value, world = pl.col("value"), pl.col("area") == "WLD"
        sums = level.group_by("period").agg(
            value.filter(~pl.col("is_group")).sum().alias("countries"), value.filter(world).first().alias("world")
        )
        off = sums.filter((pl.col("countries") / pl.col("world") - 1).abs() > _WORLD_SHARE).sort("period")
        if not off.is_empty():
            row = off.row(0, named=True)
            raise ParseError(
                f"{_CURRENT}: the countries' GDP of {row['period'].year} is {row['countries']:,.0f} dollars together, "
                f"the world's {row['world']:,.0f}; one of them is not what it was."
            )


def _archived(flows: Payload) -> Mapping[str, str]:
    """Edition ("2022-04") to the name of its data flow; empty where the list names none."""
    document = read_json(flows)
    try:
        listed = [(str(flow["agencyID"]), str(flow["id"])) for flow in document["data"]["dataflows"]]
    except (KeyError, TypeError) as error:
        raise ParseError(f"{flows.name} is not the list of data flows.") from error
    flow_by_edition = {}
    for agency, flow in sorted(listed):
        match = _VINTAGE.match(flow) if agency == _AGENCY else None
        if match is not None and match["month"] in _MONTHS:
            flow_by_edition[f"{match['year']}-{_MONTHS.index(match['month']) + 1:02d}"] = flow
    return flow_by_edition


def _listed(payload: Payload | None) -> Mapping[str, Edition]:
    """The days of publication that our own list of editions states."""
    if payload is None:
        return {}
    columns = TABLES["release"].columns()
    names = ("release", "source", "title", "published", "published_precision", "retrieved", "url")
    rows = read_table(payload, {name: columns[name].dtype for name in names}).filter(pl.col("source") == "imf_weo")
    editions = (row["release"].removeprefix("imf_weo-") for row in rows.to_dicts())
    return {
        edition: Edition(edition, row["published"], Precision(row["published_precision"]))
        for edition, row in zip(editions, rows.to_dicts(), strict=True)
    }


def _read(payload: Payload, known: Mapping[str, str]) -> sdmx.Reply:
    """The reply with `area` and `is_group`, groups that we do not know left out."""
    wanted = ("LATEST_ACTUAL_ANNUAL_DATA", "UNIT", "PUBLICATION_DATE", "UPDATE_DATE")
    reply = sdmx.decode(payload, _DIMENSIONS, wanted)
    frame = reply.frame.drop_nulls("value")
    for column, right in (("INDICATOR", [*_INDICATORS]), ("FREQUENCY", ["A"]), ("period_frequency", ["A"])):
        wrong = sorted(set(frame[column].unique()) - set(right))
        if wrong:
            raise ParseError(f"{payload.name} holds {wrong[0][:40]!r} under {column}, which was not asked for.")
    units = frame.filter(pl.col("UNIT").is_not_null() & (pl.col("UNIT") != pl.col("INDICATOR").replace_strict(_UNITS)))
    if not units.is_empty():
        row = units.row(0, named=True)
        raise ParseError(
            f"{payload.name}: {row['INDICATOR']} comes in {row['UNIT'][:40]!r}, not {_UNITS[row['INDICATOR']]!r}."
        )
    code = pl.col("COUNTRY")
    is_group = code.str.contains(_GROUP)
    frame = frame.filter(~is_group | code.is_in([*known])).with_columns(is_group=is_group)
    areas = countries.to_area(frame["COUNTRY"], known, f"{payload.name}, COUNTRY")
    return sdmx.Reply(frame.with_columns(areas.alias("area")), reply.facts, reply.declared)


def _rows(reply: sdmx.Reply, edition: Edition, source: str) -> pl.DataFrame:
    """Rows of macro. A year after the last actual one is a forecast, and so is one that was not over.

    The last actual year can be a fiscal one ("FY2023/24"): its first year counts, so that no forecast passes for a
    measured figure. Where the reply names no last actual year, the year before the edition may be an estimate.
    """
    year = pl.col("period").dt.year()
    last = pl.col("LATEST_ACTUAL_ANNUAL_DATA").str.extract(r"((?:19|20)\d\d)").cast(pl.Int32)
    forecast = (year >= edition.year) | (year > last).fill_null(value=False)
    unsure = ~forecast & last.is_null() & (year == edition.year - 1)
    columns = TABLES["macro"].columns()
    rows = reply.frame.select(
        pl.col("area"),
        pl.col("INDICATOR").replace_strict({code: name for code, (name, _) in _INDICATORS.items()}).alias("indicator"),
        pl.col("period"),
        pl.lit(Frequency.YEAR.value).alias("frequency"),
        pl.lit(source).alias("source"),
        pl.lit(edition.known).alias("known_from"),
        pl.col("value"),
        pl.col("INDICATOR").replace_strict({code: unit for code, (_, unit) in _INDICATORS.items()}).alias("unit"),
        forecast.alias("is_forecast"),
        pl.when(forecast).then(pl.lit("forecast")).when(unsure).then(pl.lit("may_be_estimate")).alias("flag"),
        pl.lit(releases.release_id(source, edition.name)).alias("release"),
    )
    return rows.select(name for name in columns if name != "known_to")


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text[:10])
    except ValueError:
        return None


def _archived_edition(name: str, facts: Mapping[str, str], listed: Mapping[str, Edition]) -> Edition:
    """An archived edition: a stated day counts only within its own month; archiving came later."""
    first = date(int(name[:4]), int(name[5:]), 1)
    last = months_before(first, -1) - timedelta(days=1)
    stated = _day(facts.get("PUBLICATION_DATE"))
    if stated is not None and first <= stated <= last:
        return Edition(name, stated, Precision.DAY)
    return listed.get(name, Edition(name, last, Precision.MONTH))


def _current_edition(payload: Payload, reply: sdmx.Reply, listed: Mapping[str, Edition]) -> Edition:
    """The current edition by its stated day of publication, else by how far it looks ahead."""
    published, updated = _day(reply.facts.get("PUBLICATION_DATE")), _day(reply.facts.get("UPDATE_DATE"))
    if published is None or (updated is not None and (updated - published).days > STALE_DAYS):
        published = updated
    if published is not None:
        if published > payload.day:
            raise ParseError(f"{payload.name} says it was published on {published}, after it was fetched.")
        return Edition(f"{published:%Y-%m}", published, Precision.DAY)
    # Both editions of a year look five years ahead of it.
    last = reply.frame["period"].max()
    assert isinstance(last, date)
    year = last.year - 5
    if payload.day.month == 10 and payload.day.year == year:
        raise ParseError(f"{payload.name} does not say which edition it is, and in October it may be either.")
    name = f"{year}-10" if payload.day > date(year, 10, 31) else f"{year}-04"
    if date(year, int(name[5:]), 1) > payload.day:
        raise ParseError(f"{payload.name} does not say which edition it is, and looks ahead to {last.year}.")
    edition = _archived_edition(name, {}, listed)
    return edition if edition.known <= payload.day else Edition(name, payload.day, Precision.DAY)
