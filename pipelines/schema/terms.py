"""The field's words as enums: the values that the tables' text columns may hold."""

from __future__ import annotations

from enum import StrEnum


class Flow(StrEnum):
    """Direction of goods trade seen from the reporter. Total and balance are derived, never stored."""

    EXPORT = "export"
    IMPORT = "import"


class Frequency(StrEnum):
    """How often a series is observed. D is used by counts of listings only."""

    MONTH = "M"
    QUARTER = "Q"
    YEAR = "A"
    DAY = "D"


class Basis(StrEnum):
    """The statistical system a trade figure belongs to; lines never mix two of them."""

    CENSUS = "census"
    IMTS = "imts"
    COMEXT = "comext"
    CUSTOMS = "customs"
    UN_SYB = "un_syb"
    COMTRADE = "comtrade"


class Valuation(StrEnum):
    """What a customs value includes: f.a.s. and FOB at the exporter's border, CIF at the importer's."""

    FAS = "fas"
    CUSTOMS_VALUE = "customs_value"
    FOB = "fob"
    CIF = "cif"


class AreaKind(StrEnum):
    """A country is summed; a group and the world are totals and never summed with countries."""

    COUNTRY = "country"
    GROUP = "group"
    WORLD = "world"


class Clock(StrEnum):
    """The five dates of a measure; the reader picks which one draws the mark."""

    ANNOUNCED = "announced"
    SIGNED = "signed"
    EFFECTIVE = "effective"
    WIND_DOWN_END = "wind_down_end"
    LIFTED = "lifted"


class Precision(StrEnum):
    """How exactly a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Status(StrEnum):
    """How well a measure's dates are backed by a text that somebody read."""

    CONFIRMED = "confirmed"
    LISTING_DATE_ONLY = "listing_date_only"
    INFERRED = "inferred"
    MEMORY = "memory"
    UNCERTAIN = "uncertain"


class MeasureType(StrEnum):
    """What a measure does."""

    TRADE_IMPORT = "trade_import"
    TRADE_EXPORT = "trade_export"
    ARMS = "arms"
    FINANCIAL = "financial"
    BANKING = "banking"
    ENERGY = "energy"
    TECHNOLOGY = "technology"
    TRANSPORT = "transport"
    TRAVEL = "travel"
    ASSET_FREEZE = "asset_freeze"
    SERVICES = "services"
    PRICE_CAP = "price_cap"
    AID = "aid"
    SPORT_CULTURE = "sport_culture"
    OTHER = "other"


class EntryKind(StrEnum):
    """What is listed."""

    PERSON = "person"
    ENTITY = "entity"
    VESSEL = "vessel"
    AIRCRAFT = "aircraft"


class SubjectKind(StrEnum):
    """How an economy that the dashboard follows stands to sanctions: under them today, affected, or a past case."""

    SANCTIONED = "sanctioned"
    AFFECTED = "affected"
    HISTORIC = "historic"


class SubjectPrice(StrEnum):
    """The prices and rates that can stand beside a subject's trade: indicators of the table of economic series."""

    OIL = "brent_usd_per_barrel"
    EXCHANGE_RATE = "fx_lcu_per_usd"
    ROUBLE = "rub_per_usd"
    INFLATION = "cpi_inflation"
    OUTPUT_PRICES = "gdp_deflator_growth"


class GapTopic(StrEnum):
    """What a known gap is about, in the order in which gaps are told."""

    TRADE = "Trade"
    ECONOMY = "Economy"
    SANCTIONS = "Sanctions"


class GapCondition(StrEnum):
    """What must be so in the store for a gap to be told, where it is not the end of a line."""

    NO_PRODUCTS = "no_products"
    PRODUCTS = "products"
    FEW_FORECASTS = "few_forecasts"
    MONTHS_MISSING = "months_missing"


GAP_COUNTS = ("partners", "transit", "forecast_economies")
"""What the text of a known gap may leave to be counted in the store: partners of the newest edition of US trade,
economies beside Russia in the EU's, economies with dated forecasts."""


class RegimeKind(StrEnum):
    """A regime with dated measures of ours, or an entry of the catalogue of programmes."""

    REGISTER = "register"
    CATALOGUE = "catalogue"


ALL_GOODS = "TOTAL"
"""The product code of total goods trade; HS codes stay text with their leading zeros."""
