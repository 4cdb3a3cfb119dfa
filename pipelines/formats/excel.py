"""Sheets of workbooks from outside, the old binary kind (.xls) and the newer one (.xlsx), as rows of text.

The old kind carries no checksum, and some damage makes its reader stop the whole process instead of raising an error.
It is therefore read in a process of its own: whatever happens there is one sentence here.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from pipelines.errors import ParseError
from pipelines.raw import Payload

_CHILD = Path(__file__).with_name("excel_child.py")
_SECONDS = 60
_STARTS = (b"\xd0\xcf\x11\xe0", b"PK\x03\x04")


def read_sheet(payload: Payload, sheet: str) -> list[list[str | None]]:
    """All rows of one sheet as text, header rows too; dates as `2026-05-15 00:00:00`, empty cells as None.

    Raises:
        ParseError: it is no workbook, is damaged, or has no sheet of that name.
    """
    if not payload.body.startswith(_STARTS):
        raise ParseError(f"{payload.name} is not a workbook.")
    try:
        done = subprocess.run(  # noqa: S603  # our own file, and a sheet name of our own
            [sys.executable, "-I", str(_CHILD), sheet],
            input=payload.body,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ParseError(f"{payload.name} could not be read within {_SECONDS} seconds; it may be damaged.") from error
    if done.returncode == 1 and done.stderr.startswith(b"no sheet"):
        raise ParseError(f"{payload.name} has no sheet {sheet!r}.")
    if done.returncode != 0:
        raise ParseError(f"{payload.name} is not a readable workbook; it may be damaged or cut short.")
    rows: list[list[str | None]] = json.loads(done.stdout)
    return rows
