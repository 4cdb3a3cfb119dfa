"""What a source must do: say what to get, and read what came. Facts about a source are data, in its file."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import ClassVar

import polars as pl

from pipelines.facts import REVISITS_MONTHS, ApiKey, Labels, Live, Rows, SourceFacts, asked, of
from pipelines.normalise.periods import Window, months_before
from pipelines.raw import Payload, Request
from pipelines.raw.request_limits import RequestLimits

Frames = Mapping[str, pl.DataFrame]
"""Table name to frame, as one source gives it."""


class Source(ABC):
    """One place that figures come from. A subclass names itself and its tables, and states the methods.

    What else is known of it are facts, read from `data/sources/<name>.toml` when they are first asked for. A subclass
    may state one of its own instead, as a plain attribute.

    Attributes:
        name: what a maintainer types, `tradewake refresh NAME`; the name of its file of facts.
        tables: the tables it fills.
    """

    name: ClassVar[str]
    tables: ClassVar[tuple[str, ...]]

    @cached_property
    def facts(self) -> SourceFacts | None:
        """What its file says; None where it has none."""
        return of(self.name)

    @property
    def _live(self) -> Live | None:
        return None if self.facts is None else self.facts.live

    @property
    def _key(self) -> ApiKey | None:
        return None if self._live is None else self._live.key

    @property
    def labels(self) -> Labels:
        """Its own words: labels of areas, names, words for no country."""
        return Labels() if self.facts is None else self.facts.labels

    def asked(self, what: str) -> Mapping[str, str]:
        """Whom or what it is asked about: its own codes and what they stand for."""
        return asked(self.name, what)

    @property
    def basis(self) -> str:
        """The statistical system of its figures on trade.

        Raises:
            ValueError: its file has no section [trade].
        """
        if self.facts is None or self.facts.trade is None:
            raise ValueError(f"data/sources/{self.name}.toml has no section [trade]")
        return self.facts.trade.basis

    @cached_property
    def gives(self) -> str:
        """One line on what a refresh of it gives."""
        if self._live is not None:
            return self._live.gives
        return "" if self.facts is None else self.facts.gives

    @cached_property
    def url(self) -> str:
        """The address that TRADEWAKE_<NAME>_URL replaces; empty for files that ship."""
        return "" if self._live is None else self._live.address

    @cached_property
    def complete(self) -> bool:
        """Whether every refresh gives all of its rows, as the files that ship do.

        A source on the web does not: its earlier rows stay, and what it sends is added as a further vintage.
        """
        return not self.is_live

    @cached_property
    def key(self) -> str | None:
        """The environment variable with the key it can use, if any."""
        return None if self._key is None else self._key.variable

    @cached_property
    def key_needed(self) -> bool:
        """Whether there is nothing to ask without the key; the source is left out then and says so."""
        return self._key is not None and self._key.needed

    @cached_property
    def unkeyed_by_name(self) -> bool:
        """Whether it is asked without the key only when a maintainer names it, because little can be had."""
        return self._key is not None and self._key.asked_without_it_only_by_name

    @cached_property
    def key_from(self) -> str:
        """Where a key is to be had, for `doctor`."""
        return "" if self._key is None else self._key.to_be_had

    @cached_property
    def limits(self) -> RequestLimits:
        """How fast it is asked, and how much of it is taken at most."""
        return RequestLimits() if self._live is None else RequestLimits(**self._live.limits.given())

    @cached_property
    def first(self) -> date | None:
        """The first period that it has, where it is asked by period."""
        return None if self._live is None else self._live.first

    @cached_property
    def revisits_months(self) -> int:
        """Published months that are asked for again at every refresh, because they are revised."""
        return REVISITS_MONTHS if self._live is None else self._live.revisits_months

    @cached_property
    def revision(self) -> tuple[int, int] | None:
        """The month of the year in which earlier years are revised, and how many years; None when never."""
        found = None if self._live is None else self._live.revision
        return None if found is None else (found.month, found.years)

    @cached_property
    def expected_rows(self) -> Mapping[str, Rows]:
        """How many rows of a table one refresh gives; empty where its file says nothing."""
        return {} if self._live is None else self._live.rows

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
    def first_period(self) -> date:
        """The first period that it has.

        Raises:
            ValueError: it is not asked by period.
        """
        if self.first is None:
            raise ValueError(f"{self.name} is not asked by period")
        return self.first

    @property
    def is_live(self) -> bool:
        """Whether it is asked over the network."""
        return bool(self.url)

    def start(self, window: Window) -> date:
        """The first period to ask for: what can have changed since the last refresh, or all there is at the first.

        `--since` decides where it is given. Else the months that are revised are asked for again; and when the yearly
        revision has come out since the last refresh, the years that it changes.
        """
        first = self.first_period
        if window.since is not None:
            return max(window.since, first)
        if window.latest_period is None or window.last_asked is None:
            return first
        start = months_before(window.latest_period, self.revisits_months - 1)
        if self.revision is not None:
            month, years = self.revision
            this_year = date(window.today.year, month, 1)
            last = this_year if this_year <= window.today else date(window.today.year - 1, month, 1)
            if window.last_asked < months_before(last, -2) and window.today >= last:
                start = min(start, date(last.year - years, 1, 1))
        return max(start, first)
