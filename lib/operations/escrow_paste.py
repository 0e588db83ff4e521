"""A column of invoice numbers as pasted from a spreadsheet: read, and tried out row by row. Sends nothing.

One row a parcel: the order number or PortOne ID, the invoice number, and the courier where it is written; parted by
tabs, commas or semicolons. A heading may name the columns; without one they are known by what stands in them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lib.errors import BadInput
from lib.journal.parts import Journal
from lib.operations import couriers, escrow, escrow_draft
from lib.operations.couriers import Guess
from lib.operations.escrow import Delivery, Person
from lib.people import policy
from lib.people.actor import Actor
from lib.store.engine import Connection
from lib.store.statements import escrow as statements
from lib.store.statements import listing
from lib.store.tables.escrow import UNSUPPORTED
from lib.store.tables.moves import OPEN

CHARS_MAX, ROWS_MAX, CELL_CHARS_MAX = 200_000, 1_000, 120
HEADINGS = {
    "order": (
        "주문번호",
        "포트원id",
        "포트원번호",
        "impuid",
        "merchantuid",
        "ordernumber",
        "orderno",
        "order",
        "portoneid",
    ),
    "invoice": (
        "송장번호",
        "운송장번호",
        "운송장",
        "송장",
        "등기번호",
        "invoice",
        "invoicenumber",
        "invoiceno",
        "trackingnumber",
    ),
    "courier": ("택배사", "배송사", "택배", "courier", "company", "carrier"),
}
"""What a column may be called, without spaces, points and underscores; letter case does not matter."""
_SHORTENED = re.compile(r"\d(\.\d+)?e\+?\d+", re.IGNORECASE)
"""A long number as a spreadsheet shows it in a narrow column: its digits are lost."""
_WRITTEN_OUT = re.compile(r"(\S+)\s+(\d(?:[\d\s-]*\d)?)(?:\s+([^\d\s-].*))?")
"""A row parted by blanks alone: order, number, courier."""
_FILLING = re.compile(r"[\s\-'.]")
_INVOICE = re.compile(r"[0-9]{9,20}")


@dataclass(frozen=True, slots=True)
class Line:
    """One row as pasted; `n` counts the rows of the paste from 1, `invoice` without spaces and hyphens ("" where nothing
    looks like one), `typed` what stands in its place; `cells` is what to paste again."""

    n: int
    order: str
    invoice: str
    courier: str = ""
    typed: str = ""
    cells: tuple[str, ...] = ()


UNTOLD = Guess("", None)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What would become of a row: with a `delivery` it can be registered, else `code` names the sentence of why not,
    filled by `facts`."""

    line: Line
    guess: Guess = UNTOLD
    imp_uid: str = ""
    name: str = ""
    held: int = 0
    delivery: Delivery | None = None
    code: str = ""
    facts: Mapping[str, object] | None = None


def read(text: str) -> tuple[Line, ...]:
    """The rows that are not empty. Raises `BadInput`: paste_empty, paste_too_long (limit)."""
    if len(text) > CHARS_MAX:
        raise BadInput("paste_too_long", limit=f"{ROWS_MAX:,}")
    parting = max("\t,;", key=text.count)
    plain = text.replace("\x00", "").replace("\ufeff", "")
    cells = [
        [cell.strip().removeprefix("'")[:CELL_CHARS_MAX] for cell in _parted(row)]
        for row in csv.reader(io.StringIO(plain), delimiter=parting, quoting=csv.QUOTE_MINIMAL)
    ]
    rows = [(n, row) for n, row in enumerate(cells, 1) if any(row)]
    places = _places(rows[0][1]) if rows else {}
    lines = tuple(_line(n, row, places) for n, row in (rows[1:] if places else rows))
    if not lines:
        raise BadInput("paste_empty")
    if len(lines) > ROWS_MAX:
        raise BadInput("paste_too_long", limit=f"{ROWS_MAX:,}")
    return lines


def written(lines: Iterable[Line]) -> str:
    """Rows as they may be pasted again, parted by tabs."""
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(line.cells for line in lines)
    return out.getvalue()


def _parted(row: list[str]) -> list[str]:
    """The cells of a row; one that stands in a single cell, while others are parted well, is parted as it is written."""
    whole = row[0].strip() if len(row) == 1 else ""
    for sign in "\t,;":
        if sign in whole:
            return whole.split(sign)
    found = _WRITTEN_OUT.fullmatch(whole) if len(whole) <= 3 * CELL_CHARS_MAX else None
    return [cell or "" for cell in found.groups()] if found else row


def dry_run(
    journal: Journal, actor: Actor, lines: Sequence[Line], sender: Person, company: str, sent_at: int
) -> list[Verdict]:
    """The verdict of every row. `sender`, `sent_at` (epoch seconds) go for all of them, `company` where a row names no
    courier. Reads the store only: i'mport is asked when a row is registered. Raises `NotAllowed`."""
    policy.require(actor, policy.SHIP)
    verdicts: list[Verdict] = []
    orders: set[str] = set()
    invoices: set[tuple[str, str]] = set()
    with journal.store.reading() as connection:
        for line in lines:
            guess = couriers.guess(line.courier, line.invoice, company)
            verdict = _verdict(connection, line, guess, sender, company, sent_at)
            if verdict.imp_uid and verdict.imp_uid in orders:
                verdict = replace(verdict, delivery=None, code="escrow_row_twice")
            elif verdict.delivery and (guess.company, line.invoice) in invoices:
                verdict = replace(verdict, delivery=None, code="invoice_twice")
            orders.add(verdict.imp_uid)
            invoices.add((guess.company, line.invoice))
            verdicts.append(verdict)
    return verdicts


def _verdict(connection: Connection, line: Line, guess: Guess, sender: Person, chosen: str, sent_at: int) -> Verdict:
    found = Verdict(line, guess)
    try:
        payment, standing = _order(connection, line.order)
        found = Verdict(line, guess, payment["imp_uid"], payment["name"], payment["amount"] - payment["cancel_amount"])
        code = _why_not(standing, line, guess, chosen)
        if code:
            facts = {"company": chosen, "n": len(line.invoice)} if code == "courier_length" else None
            return replace(found, code=code, facts=facts)
        receiver = escrow_draft.receiver_of(connection, payment)
        delivery = Delivery(sender, receiver, guess.company, line.invoice, sent_at)
        escrow.check(delivery)
    except BadInput as wrong:
        return replace(found, code=wrong.why, facts=wrong.facts)
    return replace(found, delivery=delivery)


def _order(connection: Connection, typed: str) -> tuple[Mapping[Any, Any], Mapping[Any, Any]]:
    """The paid escrow payment that is meant, and how its delivery stands. Raises `BadInput`: no_such_payment,
    row_unparted, not_escrow, escrow_order_unclear."""
    ids = [typed] if listing.by_imp_uid(connection, typed) else statements.of_order(connection, typed)
    if not ids and re.search(r"\s", typed):
        raise BadInput("row_unparted")
    if not ids:
        raise BadInput("no_such_payment", imp_uid=typed)
    found = []
    for imp_uid in ids:
        payment, standing = listing.by_imp_uid(connection, imp_uid), statements.one(connection, imp_uid, 0)
        if payment and standing and payment["state"] in ("paid", "partly"):
            found.append((payment, standing))
    if not found:
        raise BadInput("not_escrow")
    if len(found) > 1:
        raise BadInput("escrow_order_unclear")
    return found[0]


def _why_not(standing: Mapping[Any, Any], line: Line, guess: Guess, chosen: str) -> str:
    if standing["newest_state"] in OPEN:
        return "escrow_open"
    if standing["heard"] not in ("", UNSUPPORTED):
        return "escrow_there"
    if _SHORTENED.fullmatch(line.invoice):
        return "invoice_shortened"
    if not _INVOICE.fullmatch(line.invoice):
        return "invoice_wrong"
    if guess.company:
        return ""
    return "courier_length" if chosen and not line.courier else "courier_unknown"


def _places(heading: Sequence[str]) -> dict[str, int]:
    """The columns that a heading names; none when the row is no heading."""
    titles = [re.sub(r"[\s._]", "", title).casefold() for title in heading]
    places = {
        column: next(at for at, title in enumerate(titles) if title in names)
        for column, names in HEADINGS.items()
        if any(title in names for title in titles)
    }
    return places if {"order", "invoice"} <= set(places) else {}


def _line(n: int, cells: Sequence[str], places: Mapping[str, int]) -> Line:
    if places:
        order, invoice, courier = (
            cells[places[name]] if name in places and places[name] < len(cells) else ""
            for name in ("order", "invoice", "courier")
        )
        number = invoice if _SHORTENED.fullmatch(invoice) else _FILLING.sub("", invoice)
        return Line(n, order, number, courier, invoice, (order, invoice, courier))
    order, *rest = cells
    numbers = [cell for cell in rest if _INVOICE.fullmatch(_FILLING.sub("", cell)) or _SHORTENED.fullmatch(cell)]
    invoice = numbers[0] if numbers else next((cell for cell in rest if re.search(r"\d{4}", cell)), "")
    courier = next((cell for cell in rest if cell and cell != invoice and couriers.named(cell)), "")
    if not courier and len(cells) <= len(HEADINGS):  # a name that nobody knows must not be passed over
        courier = next((cell for cell in rest if cell and cell != invoice and not re.search(r"\d", cell)), "")
    number = invoice if _SHORTENED.fullmatch(invoice) else _FILLING.sub("", invoice)
    typed = invoice or next((cell for cell in rest if cell and cell != courier), "")
    return Line(n, order, number, courier, typed, tuple(cells))
