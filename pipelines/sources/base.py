"""What a source must do: say what to get, and read what came. Facts about a source are data on its class."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar

import polars as pl

from pipelines.normalise.periods import Window
from pipelines.raw import Payload, Request

Frames = Mapping[str, pl.DataFrame]
"""Table name to frame, as one source gives it."""


class Source(ABC):
    """One place that figures come from. A subclass states the facts below and the two methods, nothing else.

    Facts:
        name: what a maintainer types, `tradewake refresh NAME`.
        gives: one line on what it gives.
        tables: the tables it fills.
        key: the environment variable with the key it needs, if any.
        complete: every refresh gives all of its rows. A source that gives only a window of them is not complete:
            its earlier rows stay, and what it sends is added as a further vintage.
    """

    name: ClassVar[str]
    gives: ClassVar[str]
    tables: ClassVar[tuple[str, ...]]
    key: ClassVar[str | None] = None
    complete: ClassVar[bool] = True

    @abstractmethod
    def requests(self, window: Window) -> Sequence[Request]:
        """What to get for this window. Pure: addresses only, no network and no disk."""

    @abstractmethod
    def parse(self, payloads: Sequence[Payload]) -> Frames:
        """Read the payloads into frames with the contracts' column names and types. Pure.

        Frames of bitemporal tables come without `known_to`, which follows from the vintages together; value_usd may
        be empty where value_eur is given. The `release` frame leaves `origin` to the pipeline.

        Raises:
            ParseError: a payload is not what the source should send; names the file, the place and the label.
        """
