"""What a source must do: say what to get, and read what came. Facts about a source are data on its class."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from typing import ClassVar

import polars as pl

from pipelines.normalise.periods import Window, months_before
from pipelines.raw import Payload, Request
from pipelines.raw.request_limits import RequestLimits

Frames = Mapping[str, pl.DataFrame]
"""Table name to frame, as one source gives it."""


class Source(ABC):
    """One place that figures come from. A subclass states the facts below and the methods, nothing else.

    Facts:
        name: what a maintainer types, `tradewake refresh NAME`.
        gives: one line on what it gives.
        tables: the tables it fills.
        key: the environment variable with the key it can use, if any.
        key_needed: without the key there is nothing to ask; the source is left out and says so.
        unkeyed_by_name: without the key it is asked only when a maintainer names it, because little can be had.
        key_from: where a key is to be had, for `doctor`.
        complete: every refresh gives all of its rows (the files that ship). A source on the web is not complete: its
            earlier rows stay, and what it sends is added as a further vintage.
        url: the address that TRADEWAKE_<NAME>_URL replaces; empty for files that ship.
        limits: how fast it is asked, and how much of it is taken at most.
        first: the first period that it has, where it is asked by period.
        revisits_months: published months that are asked for again at every refresh, because they are revised.
        revision: the month of the year in which earlier years are revised, and how many years; None when never.
    """

    name: ClassVar[str]
    gives: ClassVar[str]
    tables: ClassVar[tuple[str, ...]]
    key: ClassVar[str | None] = None
    key_needed: ClassVar[bool] = False
    unkeyed_by_name: ClassVar[bool] = False
    key_from: ClassVar[str] = ""
    complete: ClassVar[bool] = True
    url: ClassVar[str] = ""
    limits: ClassVar[RequestLimits] = RequestLimits()
    first: ClassVar[date | None] = None
    revisits_months: ClassVar[int] = 3
    revision: ClassVar[tuple[int, int] | None] = None

    @abstractmethod
    def requests(self, window: Window) -> Sequence[Request]:
        """What to get for this window. Pure: addresses only, no network and no disk."""

    def follow(self, payloads: Sequence[Payload]) -> Sequence[Request]:
        """What the replies say is still to get: further pages, parts of a reply that was cut, files of an index.

        Asked again after every round with all payloads so far, until it names nothing new. Pure.

        Raises:
            ParseError: a reply is not what it should be.
        """
        del payloads
        return ()

    @abstractmethod
    def parse(self, payloads: Sequence[Payload]) -> Frames:
        """Read the payloads into frames with the contracts' column names and types. Pure.

        Frames of bitemporal tables come without `known_to`, which follows from the vintages together; value_usd may
        be empty where value_eur is given. The `release` frame leaves `origin` to the pipeline.

        Raises:
            ParseError: a payload is not what the source should send; names the file, the place and the label.
        """

    @property
    def is_live(self) -> bool:
        """Whether it is asked over the network."""
        return bool(self.url)

    def start(self, window: Window) -> date:
        """The first period to ask for: what can have changed since the last refresh, or all there is at the first.

        `--since` decides where it is given. Else the months that are revised are asked for again; and when the yearly
        revision has come out since the last refresh, the years that it changes.
        """
        if self.first is None:
            raise ValueError(f"{self.name} is not asked by period")
        if window.since is not None:
            return max(window.since, self.first)
        if window.latest_period is None or window.last_asked is None:
            return self.first
        start = months_before(window.latest_period, self.revisits_months - 1)
        if self.revision is not None:
            month, years = self.revision
            this_year = date(window.today.year, month, 1)
            last = this_year if this_year <= window.today else date(window.today.year - 1, month, 1)
            if window.last_asked < months_before(last, -2) and window.today >= last:
                start = min(start, date(last.year - years, 1, 1))
        return max(start, self.first)
