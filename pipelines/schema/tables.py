"""The tables of the store as contracts: key, type, range, unit and meaning of every column.

A contract is the only description of a table: the pipeline holds frames to it before anything is published,
the store creates its tables from it, and the data dictionary in the app and the documents is printed from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import dataframely as dy
import polars as pl

from pipelines.schema.terms import (
    AreaKind,
    EntryKind,
    Flow,
    Frequency,
    GapCondition,
    GapTopic,
    MeasureType,
    Precision,
    RegimeKind,
    Status,
    SubjectKind,
    SubjectPrice,
    Valuation,
)

TABLES_VERSION = 4
"""Raised by one whenever a contract changes, be it a column, a type, a key, a range, a rule or the order of rows, and
when a column comes to mean something else. A build of another version is refused, never half-read, and built anew.

A number and not a digest of the contracts, because a build should be told as older or newer, and because a meaning can
change where no contract does; `tests/pipelines/schema/test_tables_version.py` holds the digest and fails when the
contracts change without it. Words of description may change freely."""

_WORD = r"^[a-z0-9_]+$"
AREA_CODE = r"^[A-Z0-9]{3}$"
_CODES = r"^[A-Z0-9]{3}(;[A-Z0-9]{3})*$"
_KIND = "(" + "|".join(kind.value for kind in MeasureType) + ")"
_TYPES = f"^{_KIND}(;{_KIND})*$"
_KNOWN_FROM = "The day from which this figure was known: publication where the source gives it."
_KNOWN_TO = "The day on which a revision replaced it; empty while it stands."


def _one_of(words: type, *, nullable: bool = False, primary_key: bool = False, description: str) -> dy.String:
    pattern = "^(" + "|".join(str(word.value) for word in words) + ")$"  # type: ignore[attr-defined]
    return dy.String(regex=pattern, nullable=nullable, primary_key=primary_key, description=description)


def _first_of_period(period: str, frequency: str) -> pl.Expr:
    day = pl.col(period)
    return (
        pl.when(pl.col(frequency) == Frequency.YEAR.value)
        .then(day == day.dt.truncate("1y"))
        .when(pl.col(frequency) == Frequency.QUARTER.value)
        .then(day == day.dt.truncate("1q"))
        .when(pl.col(frequency) == Frequency.MONTH.value)
        .then(day == day.dt.truncate("1mo"))
        .otherwise(pl.lit(value=True))
    )


class Area(dy.Schema):
    """Countries, groups of countries and the world, past and present."""

    area = dy.String(primary_key=True, regex=AREA_CODE, description="ISO 3166 alpha-3 code, or ours for groups.")
    name = dy.String(description="Plain English name.")
    area_kind = _one_of(AreaKind, description="country, group or world; only countries are ever summed.")
    iso2 = dy.String(nullable=True, regex=r"^[A-Z]{2}$", description="ISO 3166 alpha-2 code.")
    m49 = dy.String(nullable=True, regex=r"^\d{3}$", description="United Nations M49 code, as text.")
    region = dy.String(nullable=True, description="United Nations region.")
    valid_from = dy.Date(nullable=True, description="First day of a historic area.")
    valid_to = dy.Date(nullable=True, description="Last day of a historic area.")


class Source(dy.Schema):
    """Who publishes what, on which terms, and which source of trade answers when nobody names one."""

    source = dy.String(primary_key=True, regex=r"^[a-z0-9_]+$", description="Short name used in every table.")
    title = dy.String(description="Name of the data set.")
    short_title = dy.String(max_length=30, description="A name that fits a menu.")
    publisher = dy.String(description="Who publishes it.")
    gives = dy.String(description="What it gives to this store.")
    licence = dy.String(description="Licence or terms, in words.")
    licence_url = dy.String(nullable=True, description="Where the terms stand.")
    credit = dy.String(description="Credit line that the source asks for.")
    may_be_passed_on = dy.Bool(description="Whether its figures may be passed on; false: for the reader's own use.")
    url = dy.String(regex=r"^https?://", description="Where a reader finds the original.")
    frequency = dy.String(nullable=True, description="How often it is published.")
    schedule_days = dy.Int64(nullable=True, min=0, description="Usual days from the end of a period to its release.")
    key_needed = dy.Bool(description="Whether a refresh needs a key of the reader's own.")
    basis = dy.String(nullable=True, regex=_WORD, description="Statistical system of its trade figures.")
    basis_title = dy.String(nullable=True, description="The same as a reader sees it.")
    rank = dy.Int64(min=1, description="Which source of trade answers when nobody names one: the lowest that has it.")
    answers_unasked = dy.Bool(description="Whether it answers when nobody names it.")
    totals_only = dy.Bool(description="Whether it holds totals only; such a source ranks behind all others.")


class Release(dy.Schema):
    """One row per payload that was taken in: the vintage."""

    release = dy.String(primary_key=True, description="Name of the vintage, for example census-2023-03.")
    source = dy.String(description="Source that published it.")
    title = dy.String(description="What was published.")
    published = dy.Date(description="Day of publication; the last day of the month where only that is known.")
    published_precision = _one_of(Precision, description="How exactly the day is known.")
    retrieved = dy.Date(nullable=True, description="Day on which the bytes were fetched, where known.")
    url = dy.String(nullable=True, description="Where it was published.")
    sha256 = dy.String(nullable=True, regex=r"^[0-9a-f]{64}$", description="Fingerprint of the bytes that were read.")
    rows = dy.Int64(nullable=True, min=0, description="Rows that this release gave.")
    origin = dy.String(description="Which step of the pipeline took it in.")


class TradeFlow(dy.Schema):
    """Goods trade by reporter, partner, flow, product and period, every vintage kept.

    Grain: one figure as published in one release. A missing month is a missing row. Exports are f.a.s. or FOB,
    imports customs value or CIF: see `valuation`. Rows of groups and the world are totals of their own.
    """

    reporter = dy.String(primary_key=True, regex=AREA_CODE, description="Who reports the figure.")
    partner = dy.String(primary_key=True, regex=AREA_CODE, description="The trading partner.")
    flow = _one_of(Flow, primary_key=True, description="export or import, seen from the reporter.")
    product = dy.String(
        primary_key=True,
        regex=r"^(TOTAL|\d{2}|\d{4}|\d{6}|\d{8})$",
        description="TOTAL for all goods, or an HS code as text.",
    )
    period = dy.Date(primary_key=True, min=date(1900, 1, 1), description="First day of the month, quarter or year.")
    frequency = _one_of(Frequency, primary_key=True, description="M, Q or A.")
    source = dy.String(primary_key=True, description="Statistical source.")
    known_from = dy.Date(primary_key=True, description=_KNOWN_FROM)
    value_usd = dy.Float64(min=0, description="Value in US dollars at current prices.")
    value_eur = dy.Float64(nullable=True, min=0, description="Value in euros where the source reports euros.")
    quantity = dy.Float64(nullable=True, min=0, description="Quantity where the source gives one.")
    quantity_unit = dy.String(nullable=True, description="Unit of the quantity.")
    is_estimate = dy.Bool(description="Modelled, mirrored or forecast by the source, not reported.")
    flag = dy.String(nullable=True, description="The source's own mark or ours, never turned into a number.")
    basis = dy.String(regex=_WORD, description="Statistical system, that of its source; lines never mix two.")
    valuation = _one_of(Valuation, description="fas, customs_value, fob or cif.")
    rounding_usd = dy.Float64(min_exclusive=0, description="The published value is rounded to this many US dollars.")
    release = dy.String(description="Vintage that published it.")
    known_to = dy.Date(nullable=True, description=_KNOWN_TO)

    @dy.rule()
    def first_day_of_period(cls) -> pl.Expr:  # noqa: N805
        """A period is dated by its first day."""
        return _first_of_period("period", "frequency")

    @dy.rule()
    def known_span(cls) -> pl.Expr:  # noqa: N805
        """A vintage ends after it began."""
        return pl.col("known_to").is_null() | (pl.col("known_to") > pl.col("known_from"))


class Macro(dy.Schema):
    """Economic series by area: GDP, prices, population, exchange rates, oil. Every vintage kept."""

    area = dy.String(primary_key=True, regex=AREA_CODE, description="The economy; WLD for world prices.")
    indicator = dy.String(
        primary_key=True, regex=r"^[a-z0-9_]+$", description="Name of the series; it ends in its unit."
    )
    period = dy.Date(primary_key=True, min=date(1900, 1, 1), description="First day of the period.")
    frequency = _one_of(Frequency, primary_key=True, description="M, Q or A.")
    source = dy.String(primary_key=True, description="Statistical source or forecaster.")
    known_from = dy.Date(primary_key=True, description=_KNOWN_FROM)
    value = dy.Float64(description="Value in `unit`.")
    unit = dy.String(description="Unit of the value.")
    is_forecast = dy.Bool(description="Published before the period was over or measured.")
    flag = dy.String(nullable=True, description="forecast, first_estimate, revised, or the source's own mark.")
    release = dy.String(description="Vintage that published it.")
    known_to = dy.Date(nullable=True, description=_KNOWN_TO)

    @dy.rule()
    def first_day_of_period(cls) -> pl.Expr:  # noqa: N805
        """A period is dated by its first day."""
        return _first_of_period("period", "frequency")

    @dy.rule()
    def known_span(cls) -> pl.Expr:  # noqa: N805
        """A vintage ends after it began."""
        return pl.col("known_to").is_null() | (pl.col("known_to") > pl.col("known_from"))


class PublishedTotal(dy.Schema):
    """Year totals as the source prints them, kept to check the months against; never drawn."""

    reporter = dy.String(primary_key=True, regex=AREA_CODE, description="Who reports the figure.")
    partner = dy.String(primary_key=True, regex=AREA_CODE, description="The trading partner.")
    flow = _one_of(Flow, primary_key=True, description="export or import.")
    period = dy.Date(primary_key=True, description="First day of the year.")
    source = dy.String(primary_key=True, description="Statistical source.")
    known_from = dy.Date(primary_key=True, description=_KNOWN_FROM)
    value_usd = dy.Float64(min=0, description="Published total in US dollars.")
    rounding_usd = dy.Float64(min_exclusive=0, description="Rounded to this many US dollars.")
    release = dy.String(description="Vintage that published it.")


class PartnerShare(dy.Schema):
    """Top partners of an economy by direction, as the United Nations yearbook gives them."""

    area = dy.String(primary_key=True, regex=AREA_CODE, description="The economy.")
    period = dy.Date(primary_key=True, description="First day of the year.")
    direction = _one_of(Flow, primary_key=True, description="export or import.")
    rank = dy.Int64(primary_key=True, min=1, description="1 is the largest partner.")
    partner = dy.String(regex=AREA_CODE, description="The partner.")
    share_pct = dy.Float64(min=0, max=100, description="Share of the economy's exports or imports, percent.")
    source = dy.String(description="Statistical source.")
    release = dy.String(description="Vintage that published it.")
    known_from = dy.Date(description=_KNOWN_FROM)


class Sender(dy.Schema):
    """Who imposes sanctions: every sender that the register or the catalogue of programmes names."""

    sender = dy.String(primary_key=True, min_length=2, description="Code, as the regimes' files write it.")
    name = dy.String(min_length=2, description="Plain English name.")
    short_name = dy.String(min_length=2, max_length=22, description="A name that fits beside a lane of a figure.")
    name_in_sentence = dy.String(min_length=2, description="The name inside a sentence, with its article.")
    rank = dy.Int64(min=1, description="Order in lists; each its own.")
    colour = dy.Int64(nullable=True, min=1, max=5, description="Which of the series colours is its own; else grey.")


class Subject(dy.Schema):
    """Economies that the dashboard follows: those under sanctions, those affected, and past cases.

    Grain: one economy. Lists are separated by semicolons. Measures are keys of `measure`, in order of their dates.
    """

    subject = dy.String(primary_key=True, regex=AREA_CODE, description="Area code; for a past case its first one.")
    name = dy.String(min_length=2, description="Name in a list or a title.")
    name_in_sentence = dy.String(min_length=2, description="Name inside a sentence, with its article.")
    kind = _one_of(SubjectKind, description="sanctioned, affected or historic.")
    rank = dy.Int64(min=1, description="Order of choice; each its own.")
    codes = dy.String(regex=_CODES, description="Area codes that it had, oldest first; trade is read under the last.")
    sender = dy.String(nullable=True, description="Its own code as a sender, where it imposes measures itself.")
    event = dy.Date(nullable=True, description="The day that divides before and after unless a reader says otherwise.")
    event_title = dy.String(nullable=True, description="What happened on it.")
    peers = dy.String(nullable=True, regex=_CODES, description="Economies that its output is drawn against.")
    seen_with = dy.String(nullable=True, regex=_CODES, description="Economies that are also drawn together with it.")
    reporter = dy.String(nullable=True, regex=AREA_CODE, description="Whose figures tell its trade best.")
    price = _one_of(SubjectPrice, nullable=True, description="The price or rate that matters for it.")
    price_title = dy.String(nullable=True, max_length=40, description="That price or rate as a panel is headed.")
    landmarks = dy.String(nullable=True, description="Measures that the overview marks; each has a short name.")
    shown_first = dy.String(nullable=True, description="Measures shown first beside trade.")


class Gap(dy.Schema):
    """Known gaps: what the store lacks and why. Where a line of figures ends is read from the store.

    A gap with an expected end is told only while its line still ends there, so that newer figures silence it.
    """

    gap = dy.String(primary_key=True, regex=r"^[a-z0-9][a-z0-9-]*$", description="Key.")
    rank = dy.Int64(min=1, description="Order in which gaps are told.")
    topic = _one_of(GapTopic, description="Trade, Economy or Sanctions.")
    subject = dy.String(min_length=5, description="What it is about.")
    frequency = _one_of(Frequency, description="M, Q or A.")
    source = dy.String(nullable=True, description="Source of the line that ends.")
    series = dy.String(nullable=True, description="Its reporter or indicator.")
    counterpart = dy.String(nullable=True, description="Its partner or area; empty: the last of all of them.")
    expected_end = dy.Date(nullable=True, description="First day of its last period; empty: it was never there.")
    condition = _one_of(GapCondition, nullable=True, description="What must be so in the store for it to be told.")
    text = dy.String(min_length=10, description="Why, in words; {partners} and the like are counted in the store.")


class Regime(dy.Schema):
    """Sanction regimes: those whose measures we date, and the catalogue of programmes worldwide."""

    regime = dy.String(primary_key=True, description="Key; for our register the file's name.")
    title = dy.String(description="Name of the regime.")
    sender = dy.String(description="Who imposes it.")
    issuer = dy.String(nullable=True, description="The authority.")
    targets = dy.String(nullable=True, regex=_CODES, description="Target areas, separated by semicolons.")
    measures = dy.String(nullable=True, description="Kinds of measures as the catalogue words them.")
    url = dy.String(nullable=True, description="Official page.")
    kind = _one_of(RegimeKind, description="register or catalogue.")


class Measure(dy.Schema):
    """Dated sanction measures: five clocks, an instrument and a reference each, or the row does not load."""

    measure = dy.String(primary_key=True, regex=r"^[a-z0-9][a-z0-9.-]*$", description="Key.")
    regime = dy.String(description="Regime it belongs to.")
    sender = dy.String(description="Who imposes it.")
    target = dy.String(regex=_CODES, description="Target areas, separated by semicolons.")
    title = dy.String(min_length=5, description="What it does, in one plain line.")
    short = dy.String(nullable=True, min_length=3, max_length=22, description="A name that fits a flag on a figure.")
    types = dy.String(regex=_TYPES, description="Kinds, separated by semicolons.")
    scope = dy.String(nullable=True, description="Goods, sectors or persons it covers.")
    announced = dy.Date(nullable=True, description="Made public.")
    signed = dy.Date(nullable=True, description="Signed or adopted.")
    effective = dy.Date(nullable=True, description="Applies from.")
    wind_down_end = dy.Date(nullable=True, description="Last day of the wind-down.")
    lifted = dy.Date(nullable=True, description="Lifted, suspended or replaced.")
    precision = _one_of(Precision, description="How exactly the dates are known.")
    status = _one_of(Status, description="How well the dates are backed.")
    instrument = dy.String(min_length=2, description="The legal act.")
    reference = dy.String(min_length=4, description="Where the act stands.")
    confirmed_in = dy.String(nullable=True, description="The text that was read.")
    supersedes = dy.String(nullable=True, description="Measures it replaces, separated by semicolons.")
    eases = dy.String(nullable=True, description="Measures it eases, suspends or lifts, separated by semicolons.")
    note = dy.String(nullable=True, description="What a careful reader should know.")

    @dy.rule()
    def at_least_one_date(cls) -> pl.Expr:  # noqa: N805
        """A measure carries at least one date."""
        return pl.any_horizontal(
            pl.col(clock).is_not_null() for clock in ("announced", "signed", "effective", "wind_down_end", "lifted")
        )


class ListingCount(dy.Schema):
    """Names on a sanctions list by area and period. Counts of different lists are never compared or added."""

    list = dy.String(primary_key=True, description="The list.")
    area = dy.String(primary_key=True, regex=AREA_CODE, description="The country the names are tied to.")
    programme = dy.String(primary_key=True, description="Programme or act, `all` where the list gives none.")
    period = dy.Date(primary_key=True, description="First day of the month, or the day of listing.")
    frequency = _one_of(Frequency, primary_key=True, description="M or D.")
    source = dy.String(primary_key=True, description="Source.")
    level = dy.Int64(nullable=True, min=0, description="Names on the list at the end of the period.")
    added = dy.Int64(nullable=True, min=0, description="Names added in the period.")
    removed = dy.Int64(nullable=True, min=0, description="Names removed in the period.")
    release = dy.String(description="Vintage.")
    known_from = dy.Date(description=_KNOWN_FROM)


class Designation(dy.Schema):
    """Names on a sanctions list, one row per list, entry and programme: what a count of listings opens to.

    Grain: one entry under one programme of one list. `listed` is dated by what the list gives, and `listed_basis` says
    what that is. An entry that a later fetch no longer finds is `removed` on the day of that fetch.
    """

    list = dy.String(primary_key=True, description="The list.")
    entry = dy.String(primary_key=True, description="The list's own number of the entry, as text.")
    programme = dy.String(primary_key=True, description="Programme or act under which it is listed.")
    name = dy.String(min_length=1, description="Primary name as the list prints it.")
    entry_kind = _one_of(EntryKind, description="person, entity, vessel or aircraft.")
    areas = dy.String(nullable=True, regex=_CODES, description="Countries the entry is tied to, by semicolons.")
    listed = dy.Date(nullable=True, description="Day of listing; empty where the list gives none.")
    listed_basis = dy.String(nullable=True, description="Which date of the list `listed` is, in words.")
    removed = dy.Date(nullable=True, description="Day of removal; empty while it is on the list.")
    removed_basis = dy.String(nullable=True, description="Which date `removed` is, in words.")
    legal_act = dy.String(nullable=True, description="The act that listed it, where the list names one.")
    source = dy.String(description="Source.")
    release = dy.String(description="Vintage that first showed it.")
    known_from = dy.Date(description=_KNOWN_FROM)


class Event(dy.Schema):
    """Dated events beside the sanctions: summits, treaties, wars, laws."""

    event = dy.String(primary_key=True, description="Key.")
    date = dy.Date(description="First day.")
    end_date = dy.Date(nullable=True, description="Last day.")
    kind = dy.String(description="Summit, treaty, war, law or another kind.")
    title = dy.String(description="What it was.")
    participants = dy.String(nullable=True, description="Who took part.")
    place = dy.String(nullable=True, description="Where.")
    what_happened = dy.String(nullable=True, description="In one sentence.")
    reference = dy.String(description="Where a reader can look it up.")
    status = _one_of(Status, description="How well the date is backed.")


TABLES: Mapping[str, type[dy.Schema]] = MappingProxyType(
    {
        "area": Area,
        "source": Source,
        "release": Release,
        "trade_flow": TradeFlow,
        "macro": Macro,
        "published_total": PublishedTotal,
        "partner_share": PartnerShare,
        "sender": Sender,
        "subject": Subject,
        "gap": Gap,
        "regime": Regime,
        "measure": Measure,
        "listing_count": ListingCount,
        "designation": Designation,
        "event": Event,
    }
)
"""Every table of the store by name, in the order in which the store writes them."""

SORT_ORDER: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "trade_flow": ("reporter", "frequency", "product", "partner", "flow", "source", "period", "known_from"),
        "macro": ("indicator", "frequency", "area", "source", "period", "known_from"),
        "listing_count": ("list", "area", "period", "programme"),
        "designation": ("list", "programme", "listed", "entry"),
        "measure": ("target", "sender", "measure"),
        "event": ("date", "event"),
        "gap": ("rank", "gap"),
        "sender": ("rank", "sender"),
        "subject": ("rank", "subject"),
    }
)
"""Physical order of rows where it is not the key: the column a question filters on first comes first."""

BITEMPORAL = ("trade_flow", "macro")
"""Tables whose rows carry known_from and known_to."""
