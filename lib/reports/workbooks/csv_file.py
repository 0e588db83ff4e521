"""CSV for Excel: UTF-8 with BOM, CRLF, and no cell that a spreadsheet would run as a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "\x00")


def harmless(value: object) -> object:
    """A text that begins like a formula gets an apostrophe before it; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return "'" + value
    return value


def write(file: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write header and rows; holds one row at a time."""
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(header)
        writer.writerows([harmless(value) for value in row] for row in rows)
