"""Choices of the trade page: values of parameters and the words a reader sees for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

import polars as pl

from dashboard import words
from dashboard.queries import catalogue, register, trade
from dashboard.queries import senders as described
from dashboard.queries.per_build import per_build
from dashboard.words import flows
from dashboard.words.register import CLOCK_WORDS, TYPE_WORDS
from pipelines.store import Store

FLOWS = {"both": "Exports and imports", **{flow: said.choice for flow, said in flows.FLOWS.items()}}
FREQUENCIES = {"M": "Months", "Q": "Quarters", "S": "12-month sums", "A": "Years"}
MEASURES = {"level": "Level", "index": "Index", "growth": "Change on a year before"}
CURRENCIES = {"reported": "As reported", "USD": "US dollars"}
PRICES = {"nominal": "Current", "real": "Constant"}
MARKS = {"landmarks": "Landmark acts", "all": "All measures", "none": "None"}
TYPES = dict(TYPE_WORDS)
CLOCKS = {clock: word[:1].upper() + word[1:] for clock, word in CLOCK_WORDS.items()}
PANEL_PERIODS = {"sum12": "12-month sums", "year": "Years"}
PANEL_MEASURES = {"level": "Level", "index": "Index"}
DIRECTIONS = {flow: flows.FLOWS[flow].head for flow in ("export", "import")}
FIRST = ("USA", "RUS", "EUU")
FIRST_DAY = date(1990, 1, 1)
"""The earliest day of knowledge that the page offers; before the first vintage it says that nothing was known."""
INDEX_BASE = 2021


@per_build
def reporters(store: Store) -> Mapping[str, str]:
    """Everyone who reports trade: the three that are asked for most, those with partners, those with totals only."""
    held = trade.coverage(store)
    names = catalogue.names(store)
    bilateral = set(held.filter(pl.col("source") != "un_syb")["reporter"])
    every = sorted(set(held["reporter"]), key=lambda code: names.get(code, code))
    ordered = [
        *(code for code in FIRST if code in bilateral),
        *(code for code in every if code in bilateral and code not in FIRST),
        *(code for code in every if code not in bilateral),
    ]
    return MappingProxyType(
        {code: names.get(code, code) + ("" if code in bilateral else " (yearly totals)") for code in ordered}
    )


@per_build
def partners(store: Store, reporter: str) -> Mapping[str, str]:
    """Partners of a reporter that are places or groups, countries first; what names no country is left out."""
    rows = trade.partners(store, reporter=reporter)
    named = rows.filter(~pl.col("area").str.starts_with("X") | (pl.col("area") == "XKX"))
    return MappingProxyType(dict(zip(named["area"], named["name"], strict=True)))


@per_build
def europeans(store: Store) -> Mapping[str, str]:
    """The EU and its members, as Eurostat reports them."""
    held = trade.coverage(store).filter(pl.col("source") == "eurostat")["reporter"]
    names = catalogue.names(store)
    return MappingProxyType({code: names.get(code, code) for code in sorted(held, key=lambda c: (c != "EUU", c))})


@per_build
def economies(store: Store) -> Mapping[str, str]:
    """Economies with totals in the UN yearbook, by name."""
    held = set(trade.coverage(store).filter(pl.col("source") == "un_syb")["reporter"])
    names = catalogue.names(store)
    return MappingProxyType(
        {code: name for code, name in sorted(names.items(), key=lambda item: item[1]) if code in held}
    )


@per_build
def senders(store: Store) -> Mapping[str, str]:
    """Senders of dated measures, the most active first."""
    return MappingProxyType({code: described.senders(store).name(code) for code in register.senders(store)})


@per_build
def sources(store: Store, reporter: str) -> Mapping[str | None, str]:
    """Who publishes a reporter's trade; the first choice leaves it to the page, which never mixes two in one line."""
    held = sorted(set(trade.coverage(store).filter(pl.col("reporter") == reporter)["source"]))
    titles = dict(zip(*catalogue.sources(store).select("source", "title").get_columns(), strict=True))
    own_use = trade.on_request(store)
    asked = {name: titles.get(name, name) + (", your own use only" if name in own_use else "") for name in held}
    return MappingProxyType({None: "The fullest", **asked})


@per_build
def imts_years(store: Store) -> tuple[int, int]:
    """First and last year of Russia's trade by partner."""
    held = trade.coverage(store).filter(source="imf_imts", reporter="RUS", frequency="A")
    if held.is_empty():
        return 2016, 2024
    return held["first_period"].to_list()[0].year, held["last_period"].to_list()[0].year


def fitting(chosen: Sequence[str], options: Mapping[str, str]) -> tuple[str, ...]:
    """The chosen partners that a reporter has; the first of Russia, China, the world or any other where none fits."""
    kept = tuple(code for code in chosen if code in options)
    return kept or tuple(code for code in ("RUS", "CHN", "WLD", *options) if code in options)[:1]


def unfitting(store: Store, reporter: str, chosen: Sequence[str], options: Mapping[str, str]) -> str:
    """Which of the chosen partners a reporter does not have, and what is shown; empty where it has them all."""
    lost = [code for code in chosen if code not in options]
    if not lost:
        return ""
    names = catalogue.names(store)
    said = words.listing([words.in_sentence(names.get(code, code)) for code in lost])
    who = words.in_sentence(names.get(reporter, reporter))
    shown = words.listing([options[code] for code in fitting(chosen, options)])
    return f"There is no trade of {who} with {said} here; partner shown: {shown}."
