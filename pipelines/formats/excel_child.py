"""Run as a program: a workbook on standard input, one of its sheets as JSON rows of text on standard output.

It runs in a process of its own because a damaged old workbook can stop the process that reads it (see `excel`).
"""

from __future__ import annotations

import json
import sys


def main() -> int:
    """Read standard input, write the rows of the sheet named by the first argument; 1 with a line on standard error."""
    import fastexcel

    try:
        book = fastexcel.read_excel(sys.stdin.buffer.read())
        if sys.argv[1] not in book.sheet_names:
            print(f"no sheet {sys.argv[1]!r}", file=sys.stderr)
            return 1
        rows = book.load_sheet(sys.argv[1], header_row=None, dtypes="string").to_polars().rows()
    except fastexcel.FastExcelError as error:
        print(str(error).split("\n", 1)[0], file=sys.stderr)
        return 1
    json.dump(rows, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
