"""XLSX: ids as text, money as numbers, a frozen header, and a sheet that says under which conditions it was made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import xlsxwriter

ROWS_MAX = 500_000
WIDTHS = {
    **dict.fromkeys(("name", "fail_reason", "cancel_reason", "details", "pg_tid", "cancel_pg_tid"), 30),
    **dict.fromkeys(("imp_uid", "merchant_uid", "time", "paid_at", "at", "object"), 21),
    "buyer_email": 24,
    "raw": 90,
}
Condition = tuple[str, str | int]
"""A line of the second sheet: its title and its value, a text or a number."""


def write(
    file: Path,
    columns: Sequence[str],
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    conditions: Callable[[], Sequence[Condition]],
    titles: tuple[str, str],
) -> None:
    """Write the rows and then, from `conditions()`, the second sheet. `titles` are the two sheets' names.

    Texts are written as strings whatever they begin with; numbers as numbers. One row is held at a time.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(file), options) as book:
        bold = book.add_format({"bold": True, "bg_color": "#F1F5F9"})
        money, decimal = (book.add_format({"num_format": form}) for form in ("#,##0", "#,##0.00"))
        plain = book.add_format({"num_format": "#,##0", "align": "left"})
        sheet = book.add_worksheet(titles[0])
        for n, name in enumerate(columns):
            sheet.set_column(n, n, WIDTHS.get(name, 14))
        sheet.freeze_panes(1, 0)
        for n, title in enumerate(header):
            sheet.write_string(0, n, title, bold)
        for at, row in enumerate(rows, 1):
            for n, value in enumerate(row):
                if isinstance(value, (int, float)):
                    sheet.write_number(at, n, value, decimal if isinstance(value, float) else money)
                elif value:
                    sheet.write_string(at, n, str(value))
        about = book.add_worksheet(titles[1])
        about.set_column(0, 0, 18)
        about.set_column(1, 1, 60)
        for at, (title, value) in enumerate(conditions()):
            about.write_string(at, 0, title, bold)
            if isinstance(value, int):
                about.write_number(at, 1, value, plain)
            else:
                about.write_string(at, 1, value)
