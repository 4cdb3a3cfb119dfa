"""Words of a command that name something in the store: the thing itself, or a sentence with the nearest ones."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

import polars as pl

from dashboard.queries import catalogue
from pipelines.errors import UsageError
from pipelines.store import Store

ALL = "all"


def checked_area(store: Store, code: str) -> str:
    """An area code of the store, in capitals.

    Raises:
        UsageError: there is no such area; the sentence names the nearest ones.
    """
    wanted = code.strip().upper()
    names = catalogue.names(store)
    if wanted in names:
        return wanted
    table = catalogue.areas(store)
    by_name = {name.casefold(): area for area, name in names.items()}
    iso2 = dict(table.filter(pl.col("iso2").is_not_null()).select("iso2", "area").iter_rows())
    word = code.strip().casefold()
    if wanted in iso2 or word in by_name:
        near = [iso2[wanted] if wanted in iso2 else by_name[word]]
    else:
        near = [area for name, area in by_name.items() if len(word) >= 3 and name.startswith(word)]
        mixed_up = [area for area in names if sorted(area) == sorted(wanted)]
        near += sorted(mixed_up, key=lambda area: area[0] != wanted[0])
        near += get_close_matches(wanted, list(names), n=2, cutoff=0.6)
        near += [by_name[name] for name in get_close_matches(word, list(by_name), n=2, cutoff=0.7)]
    found = list(dict.fromkeys(near))[:3]
    hint = "; did you mean " + " or ".join(f"{area} ({names[area]})" for area in found) + "?" if found else "."
    raise UsageError(f"{code[:40]} is not an area{hint} `tradewake data areas` lists them all.")


def checked_areas(store: Store, text: str) -> list[str] | None:
    """Codes parted by commas; None for "all".

    Raises:
        UsageError: one of them is no area, or none is given.
    """
    if text.strip().casefold() == ALL:
        return None
    codes = [checked_area(store, part) for part in text.split(",") if part.strip()]
    if not codes:
        raise UsageError("Name at least one area, for example RUS, or all.")
    return codes


def one_of(value: str, known: Sequence[str], what: str) -> str:
    """The value, if it is a known one.

    Raises:
        UsageError: it is not; the sentence names the nearest and all known ones.
    """
    if value in known:
        return value
    near = get_close_matches(value, known, n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]}?" if near else ""
    raise UsageError(f"There is no {what} {value[:40]!r}.{hint} Known: {', '.join(known) or 'none'}.")
