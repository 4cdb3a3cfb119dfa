"""What the exhibits on one pair share: their parameters, and how the drawn months are named under a picture."""

from __future__ import annotations

from datetime import date

import polars as pl

from dashboard.exhibits import passports
from dashboard.exhibits.columns import TRADE
from dashboard.params import Area, Areas, CurrencyWord, FlowWord, Params, SourceName
from dashboard.studies.pair import PairQuery
from dashboard.studies.rounding import Change
from dashboard.studies.series import TradeSeries

CURRENCIES = {"USD": "US dollars", "EUR": "euros"}


class PairParams(Params):
    """Whose monthly trade with whom (the first of the partners), in which flow and currency, as known when."""

    reporter: Area = "USA"
    partner: Areas = ("RUS",)
    flow: FlowWord = "import"
    source: SourceName | None = None
    currency: CurrencyWord = "reported"
    known_on: date | None = None

    @property
    def whom(self) -> str:
        """The partner that is shown."""
        return self.partner[0] if self.partner else "RUS"

    def pair(self) -> PairQuery:
        """What the parameters ask of the store."""
        return PairQuery(self.reporter, self.whom, self.flow, self.currency, self.source, self.known_on)


def basis(series: TradeSeries) -> str:
    """ "Census basis, exports f.a.s., US dollars, current prices"."""
    parts = [
        passports.basis_words(series.frame),
        passports.valuation_words(series.frame),
        CURRENCIES[series.currency],
        series.prices.words(),
    ]
    return ", ".join(parts)


def on_card(change: Change) -> str:
    """A change as a card has room for it: one number, the band that rounding leaves, or that it hides the change."""
    return "rounding hides it" if change.value is None else change.words()


MONEY = ("currency", "value", "value_usd", "value_eur")
ORIGIN = ("is_estimate", "flag", "source", "release", "known_from")


def months_table(series: TradeSeries) -> pl.DataFrame:
    """The months by period: money in the currency of the series (euros in a column of their own, and none in the
    column of dollars), then estimate, doubt, source and vintage."""
    table = series.table()
    return table.select("period", *(name for name in MONEY if name in table.columns), *ORIGIN)


COLUMNS = {name: TRADE[name] for name in (*MONEY, *ORIGIN)}
