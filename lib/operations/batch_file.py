"""Reads a file of refunds, CSV or XLSX, as people make it in a spreadsheet. Nothing is looked up here.

One row a refund. Columns by their heading, in Korean or English, in any order: the payment (PortOne ID or order number),
amount and reason; where needed the tax-free part and the refund account.
"""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from pathlib import PurePath

from lib.errors import BadInput
from lib.operations.refunds import Account
from lib.operations.wish import account_number

BYTES_MAX = 5 * 1024 * 1024
ROWS_MAX = 1_000
CELL_CHARS_MAX = 300
NAME_CHARS_MAX = 200

HEADINGS = {
    "payment": ("imp_uid", "포트원 id", "포트원 번호", "portone id", "merchant_uid", "주문번호", "order number"),
    "amount": ("amount", "금액", "환불금액", "환불 금액", "refund amount"),
    "reason": ("reason", "사유", "환불사유", "환불 사유"),
    "tax_free": ("tax_free", "면세", "면세금액", "면세 금액", "tax-free part"),
    "bank": ("bank", "은행", "환불은행", "환불 은행"),
    "account": ("account", "계좌", "계좌번호", "환불계좌", "account number"),
    "holder": ("holder", "예금주", "account holder"),
}
"""What a column may be called; letter case does not matter."""
NEEDED = ("payment", "amount", "reason")
TITLES = {
    "payment": "포트원 ID",
    "amount": "환불금액",
    "reason": "사유",
    "tax_free": "면세금액",
    "bank": "은행",
    "account": "계좌번호",
    "holder": "예금주",
}
"""What a column is called wherever the desk itself names it; each is one of `HEADINGS`."""
EXAMPLE = "(예시)"
"""With this a row begins that shows how one is filled in; it is left out."""
TEMPLATE = (
    f"\ufeff{','.join(TITLES.values())}\r\n{EXAMPLE} imp_123456789012,10000,단순 변심,,국민은행,110123456789,홍길동\r\n"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One row as typed; `n` is its number in the spreadsheet, whose first row is 1."""

    n: int
    payment: str
    amount: str
    reason: str
    tax_free: str = ""
    account: Account | None = None
    shifted: bool = False
    """It holds more cells than there are headings: an amount such as 10,000 was cut in two, and nothing of it counts."""


@dataclass(frozen=True, slots=True)
class BatchFile:
    """What was read: the file's name, the SHA-256 of its bytes, and its rows but empty ones and examples."""

    name: str
    sha256: str
    lines: tuple[Line, ...]


def read(name: str, data: bytes) -> BatchFile:
    """Read a file. Raises `BadInput`: file_too_big (limit), file_unreadable, file_columns (missing), file_empty,
    file_too_long (limit)."""
    if len(data) > BYTES_MAX:
        raise BadInput("file_too_big", limit="5 MB")
    rows = _workbook(data) if data[:4] == b"PK\x03\x04" else _text(data)
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows:
        raise BadInput("file_empty")
    places = _places(rows[0])
    filled = (_line(n, cells, places, len(rows[0])) for n, cells in enumerate(rows[1:], 2) if any(cells))
    lines = tuple(line for line in filled if not line.payment.startswith(EXAMPLE))
    if not lines:
        raise BadInput("file_empty")
    if len(lines) > ROWS_MAX:
        raise BadInput("file_too_long", limit=f"{ROWS_MAX:,}")
    return BatchFile(PurePath(name).name[:NAME_CHARS_MAX], hashlib.sha256(data).hexdigest(), lines)


def _workbook(data: bytes) -> list[list[str]]:
    from python_calamine import CalamineError, load_workbook  # here: only a workbook needs it

    try:
        sheet = load_workbook(io.BytesIO(data)).get_sheet_by_index(0)
        if sheet.total_height > ROWS_MAX * 10:
            raise BadInput("file_too_long", limit=f"{ROWS_MAX:,}")
        return [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    except (CalamineError, ValueError, IndexError, OSError):
        raise BadInput("file_unreadable") from None


def _text(data: bytes) -> list[list[str]]:
    """UTF-8, or what Korean Excel saves as CSV (CP949); fields parted by commas, semicolons or tabs."""
    for encoding in ("utf-8-sig", "cp949"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise BadInput("file_unreadable")
    if "\x00" in text:
        raise BadInput("file_unreadable")
    heading = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=heading.count)
    try:
        return [
            [_cell(value) for value in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        ]
    except csv.Error:
        raise BadInput("file_unreadable") from None


def _cell(value: object) -> str:
    """A cell as text: whole numbers without a point, an apostrophe that a spreadsheet put before it taken away."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip().removeprefix("'")[:CELL_CHARS_MAX]


def _places(heading: list[str]) -> dict[str, int]:
    titles = [title.casefold() for title in heading]
    places: dict[str, int] = {}
    for column, names in HEADINGS.items():
        for name in names:
            if name in titles and column not in places:
                places[column] = titles.index(name)
    missing = [TITLES[column] for column in NEEDED if column not in places]
    if missing:
        raise BadInput("file_columns", missing=", ".join(missing))
    return places


def _line(n: int, cells: list[str], places: dict[str, int], width: int) -> Line:
    def of(column: str) -> str:
        at = places.get(column)
        return cells[at] if at is not None and at < len(cells) else ""

    bank, number, holder = of("bank"), of("account"), of("holder")
    account = Account(holder, bank, account_number(number)) if bank or number or holder else None
    shifted = any(cells[width:])
    return Line(n, of("payment"), of("amount"), of("reason"), of("tax_free"), account, shifted)
