"""OFAC's lists as CSV: the second way, when the XML is not there.

Three files make a list: entries, addresses, and the rest of remarks that were cut at 1,000 characters. They have no
header; empty is `-0- ` with a trailing blank; several programmes stand in one cell as `A] [B`; the last byte is 0x1A.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pipelines.errors import FetchError, ParseError
from pipelines.raw import Payload
from pipelines.sources.ofac_entries import Entry, Reading, kind, once, refuse_twice, remark_dates

_EMPTY = "-0-"
_END = "\x1a"
_TIE = re.compile(r"^(?:alt\. )?(?:nationality|citizen) (?!possibly )(.+?)\.?$")
_ENTRY, _ADDRESS, _COMMENT = 12, 6, 2
_NO_KIND = "entity"
"""The file leaves the kind of companies and other bodies empty."""


def read(entries: Payload, addresses: Payload, comments: Payload, list_name: str) -> Reading:
    """The entries of one list; `list_name` is our name of the list. The files state no day.

    Raises:
        ParseError: a file is cut short or has another width, an entry lacks name or programme, or an address belongs
            to no entry (the files are of different days).
    """
    more: defaultdict[str, str] = defaultdict(str)
    for _, row in _rows(comments, _COMMENT):
        more[_trimmed(row[0])] += row[1] or ""
    ties: defaultdict[str, list[str]] = defaultdict(list)
    for _, row in _rows(addresses, _ADDRESS):
        ties[_trimmed(row[0])].append(_trimmed(row[4]))
    listed = [
        _entry(row, f"{entries.name}, line {line}", more, ties, list_name) for line, row in _rows(entries, _ENTRY)
    ]
    refuse_twice(listed, entries.name)
    numbers = {entry.number for entry in listed}
    for payload, others in ((addresses, ties), (comments, more)):
        strangers = sorted(set(others) - numbers)
        if strangers:
            raise ParseError(
                f"{payload.name} names entry {strangers[0]}, which {entries.name} lacks; they are of different days."
            )
    return Reading(listed)


def _entry(
    row: Sequence[str | None], where: str, more: Mapping[str, str], ties: Mapping[str, list[str]], list_name: str
) -> Entry:
    number, name, word, programmes = (_trimmed(cell) for cell in row[:4])
    for value, what in ((number, "number"), (name, "name"), (programmes, "programme")):
        if not value:
            raise ParseError(f"{where}: the entry has no {what}.")
    remarks = (row[11] or "") + more.get(number, "")
    tied = [match[1] for part in re.split(r"; ?", remarks) if (match := _TIE.match(part)) is not None]
    return Entry(
        number,
        name,
        kind(word or _NO_KIND, where),
        once(tag.strip() for tag in programmes.split("] [")),
        {list_name: None},
        once([*ties.get(number, ()), *tied]),
        remark_dates(remarks, where),
    )


def _trimmed(cell: str | None) -> str:
    return " ".join((cell or "").split())


def _rows(payload: Payload, width: int) -> Iterator[tuple[int, list[str | None]]]:
    try:
        text = payload.text()
    except FetchError:
        # Older files hold Western letters of the Windows code page.
        text = payload.text("windows-1252")
    text = text.rstrip(_END)
    if not text.endswith("\n"):
        raise ParseError(f"{payload.name} is cut short or empty: its last line does not end.")
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in lines:
            if len(row) != width:
                raise ParseError(f"{payload.name}, line {lines.line_num}: {len(row)} fields instead of {width}.")
            # A blank at the end of a remark stays: the rest of a remark that was cut goes on right after it.
            yield lines.line_num, [None if cell.strip() in ("", _EMPTY) else cell for cell in row]
    except csv.Error as error:
        raise ParseError(f"{payload.name}, line {lines.line_num}: {error}.") from error
