"""What i'mport puts on the wire, and how it becomes a `Payment`.

One msgspec decoder reads a page of 1,000 at once and refuses unknown fields; only when it meets one (i'mport added a
field, a proxy of a number) the page is read again the slow way, which keeps such fields in `Payment.extra`.
"""

from __future__ import annotations

import json
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct

from lib.iamport import scrubbing
from lib.iamport.errors import BadAnswer
from lib.payments.money import minor
from lib.payments.record import Cancellation, Payment

T = TypeVar("T")
Text = str | None
Time = int | float | None
Number = int | float | None


class WireCancellation(Struct, forbid_unknown_fields=True):
    """One entry of `cancel_history`."""

    amount: Number = None
    cancelled_at: Time = None
    cancellation_id: Text = None
    pg_tid: Text = None
    reason: Text = None
    receipt_url: Text = None


class WirePayment(Struct, forbid_unknown_fields=True):
    """A payment as published (`PaymentAnnotation`); nearly everything may be null or missing."""

    imp_uid: str
    merchant_uid: Text = None
    status: Text = None
    pay_method: Text = None
    channel: Text = None
    pg_provider: Text = None
    emb_pg_provider: Text = None
    pg_tid: Text = None
    pg_id: Text = None
    escrow: bool | None = None
    apply_num: Text = None
    bank_code: Text = None
    bank_name: Text = None
    card_code: Text = None
    card_name: Text = None
    card_issuer_code: Text = None
    card_issuer_name: Text = None
    card_publisher_code: Text = None
    card_publisher_name: Text = None
    card_number: Text = None
    card_quota: Number = None
    card_type: Number = None
    vbank_code: Text = None
    vbank_name: Text = None
    vbank_num: Text = None
    vbank_holder: Text = None
    vbank_date: Time = None
    vbank_issued_at: Time = None
    name: Text = None
    amount: Number = None
    cancel_amount: Number = None
    currency: Text = None
    buyer_name: Text = None
    buyer_email: Text = None
    buyer_tel: Text = None
    buyer_addr: Text = None
    buyer_postcode: Text = None
    custom_data: Text = None
    user_agent: Text = None
    started_at: Time = None
    paid_at: Time = None
    failed_at: Time = None
    cancelled_at: Time = None
    fail_reason: Text = None
    cancel_reason: Text = None
    receipt_url: Text = None
    cash_receipt_issued: bool | None = None
    customer_uid: Text = None
    customer_uid_usage: Text = None
    sandbox: bool | None = None
    cancel_history: list[WireCancellation] | None = None
    cancel_receipt_urls: list[Any] | None = None
    deposit_history: list[Any] | None = None
    promotion: Any = None


class WirePage(Struct):
    """The answer of a list: at most 1,000 payments in `list`, called `rows` here."""

    total: int = 0
    previous: int | None = 0
    next: int | None = 0
    rows: list[WirePayment] | None = msgspec.field(default=None, name="list")


class Envelope(Struct, Generic[T]):
    """Every answer of i'mport."""

    code: int
    message: str | None = None
    response: T | None = None


class Opened(Struct):
    """An envelope whose content is still JSON text."""

    code: int
    message: str | None = None
    response: msgspec.Raw = msgspec.Raw(b"null")


_page = msgspec.json.Decoder(Envelope[WirePage])
_many = msgspec.json.Decoder(Envelope[list[WirePayment]])
_one = msgspec.json.Decoder(Envelope[WirePayment])
_opened = msgspec.json.Decoder(Opened)

KNOWN = frozenset(WirePayment.__struct_fields__)
_RARE = (
    "card_issuer_code",
    "card_issuer_name",
    "card_publisher_code",
    "card_publisher_name",
    "deposit_history",
    "promotion",
)
_HISTORY = frozenset(WireCancellation.__struct_fields__)


def opened(body: bytes) -> Opened | None:
    """The envelope of any answer, or None when `body` is not i'mport's."""
    try:
        return _opened.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def page(body: bytes) -> tuple[int, int, list[Payment]]:
    """(total, next, payments) of a list's body. Raises `BadAnswer`."""
    if b"\\u0000" not in body:
        try:
            content = _page.decode(body).response
            if content is None:
                raise BadAnswer(why="a list without content")
            return content.total, content.next or 0, [_record(row) for row in content.rows or ()]
        except msgspec.DecodeError:
            pass  # an unknown field, most likely: the slow way tells
    content = _loose(body)
    if not isinstance(content, dict) or not isinstance(content.get("list") or [], list):
        raise BadAnswer(why="not a list of payments")
    total, following = content.get("total") or 0, content.get("next") or 0
    if not isinstance(total, int) or not isinstance(following, int):
        raise BadAnswer(why="total or next is no number")
    return total, following, [_from_dict(row) for row in content.get("list") or []]


def payments(body: bytes) -> list[Payment]:
    """The payments of an answer that holds a bare array. Raises `BadAnswer`."""
    if b"\\u0000" not in body:
        try:
            return [_record(row) for row in _many.decode(body).response or ()]
        except msgspec.DecodeError:
            pass
    content = _loose(body)
    if not isinstance(content, list):
        raise BadAnswer(why="not an array of payments")
    return [_from_dict(row) for row in content]


def payment(body: bytes) -> Payment:
    """The payment of an answer that holds one. Raises `BadAnswer`."""
    if b"\\u0000" not in body:
        try:
            row = _one.decode(body).response
            if row is None:
                raise BadAnswer(why="no payment in the answer")
            return _record(row)
        except msgspec.DecodeError:
            pass
    return _from_dict(_loose(body))


def raw(body: bytes) -> dict[str, object]:
    """The answer's payment as it came, card numbers masked. Raises `BadAnswer`."""
    content = scrubbing.deep(_loose(body))
    if not isinstance(content, dict):
        raise BadAnswer(why="no payment in the answer")
    return content


def content(body: bytes) -> object:
    """The answer's content as plain JSON values, card numbers masked. Raises `BadAnswer`."""
    return scrubbing.deep(_loose(body))


def plain(body: bytes) -> object:
    """The answer's content as plain JSON values, as it came: for tokens, which nobody stores. Raises `BadAnswer`."""
    return _loose(body)


def _loose(body: bytes) -> Any:
    """The envelope's content through the standard reader: half surrogates and odd numbers do not stop it."""
    try:
        whole = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise BadAnswer(why="the body is not JSON") from None
    if not isinstance(whole, dict) or not isinstance(whole.get("code"), int):
        raise BadAnswer(why="the body is not i'mport's envelope")
    return whole.get("response")


def _from_dict(row: Any) -> Payment:
    """One payment the slow way: unknown fields go to `extra`, texts lose NUL and half surrogates."""
    if not isinstance(row, dict):
        raise BadAnswer(why="a payment is no object")
    row = json.loads(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace").replace(b"\\u0000", b""))
    unknown = {name: row[name] for name in row if name not in KNOWN}
    known: dict[str, Any] = {name: row[name] for name in row if name in KNOWN}
    history = known.get("cancel_history")
    if isinstance(history, list):
        known["cancel_history"] = [
            {name: entry[name] for name in entry if name in _HISTORY} for entry in history if isinstance(entry, dict)
        ]
    try:
        wire = msgspec.convert(known, WirePayment, strict=False)
    except msgspec.ValidationError as wrong:
        raise BadAnswer(why=str(wrong)) from None
    return _record(wire, unknown)


def _time(value: float | None) -> int:
    return int(value) if value else 0


def _cancellations(history: list[WireCancellation] | None, currency: str) -> tuple[Cancellation, ...]:
    """The history; an entry without an id is told by `pg_tid:amount:cancelled_at`, twins by a counter behind it."""
    if not history:
        return ()
    seen: dict[str, int] = {}
    entries = []
    for entry in history:
        amount = minor(entry.amount, currency)
        at = _time(entry.cancelled_at)
        identity = entry.cancellation_id or f"{entry.pg_tid or ''}:{amount}:{at}"
        seen[identity] = seen.get(identity, 0) + 1
        if seen[identity] > 1:
            if entry.cancellation_id:
                continue  # the same entry twice
            identity = f"{identity}:{seen[identity]}"
        entries.append(
            Cancellation(
                cancellation_id=identity,
                amount=amount,
                cancelled_at=at,
                reason=scrubbing.text(entry.reason or ""),
                pg_tid=entry.pg_tid or "",
                receipt_url=entry.receipt_url or "",
            )
        )
    return tuple(entries)


def _extra(row: WirePayment, unknown: dict[str, object] | None) -> dict[str, object]:
    """The published but rare fields that are set, and the unknown ones."""
    rare = row.promotion or row.deposit_history or row.card_issuer_code or row.card_issuer_name
    if not (unknown or rare or row.card_publisher_code or row.card_publisher_name):
        return {}
    extra = {name: value for name in _RARE if (value := getattr(row, name))}
    if unknown:
        extra.update(unknown)
    scrubbed = scrubbing.deep(extra)
    assert isinstance(scrubbed, dict)
    return scrubbed


def _record(row: WirePayment, unknown: dict[str, object] | None = None) -> Payment:
    """The wire's payment as the desk's. Raises `BadAnswer` for an amount that is no money."""
    currency = row.currency or "KRW"
    custom = row.custom_data or ""
    try:
        return Payment(
            imp_uid=row.imp_uid,
            merchant_uid=row.merchant_uid or "",
            status=row.status or "",
            pay_method=row.pay_method or "",
            channel=row.channel or "",
            pg_provider=row.pg_provider or "",
            emb_pg_provider=row.emb_pg_provider or "",
            pg_tid=row.pg_tid or "",
            pg_id=row.pg_id or "",
            escrow=bool(row.escrow),
            apply_num=row.apply_num or "",
            bank_code=row.bank_code or "",
            bank_name=row.bank_name or "",
            card_code=row.card_code or "",
            card_name=row.card_name or "",
            card_number=scrubbing.card_number(row.card_number) if row.card_number else "",
            card_quota=int(row.card_quota or 0),
            card_type=-1 if row.card_type is None else int(row.card_type),
            vbank_code=row.vbank_code or "",
            vbank_name=row.vbank_name or "",
            vbank_num=row.vbank_num or "",
            vbank_holder=row.vbank_holder or "",
            vbank_date=_time(row.vbank_date),
            vbank_issued_at=_time(row.vbank_issued_at),
            name=row.name or "",
            amount=minor(row.amount, currency),
            cancel_amount=minor(row.cancel_amount, currency),
            currency=currency,
            buyer_name=row.buyer_name or "",
            buyer_email=row.buyer_email or "",
            buyer_tel=row.buyer_tel or "",
            buyer_addr=row.buyer_addr or "",
            buyer_postcode=row.buyer_postcode or "",
            custom_data=scrubbing.text(custom) if len(custom) > 12 else custom,
            started_at=_time(row.started_at),
            paid_at=_time(row.paid_at),
            failed_at=_time(row.failed_at),
            cancelled_at=_time(row.cancelled_at),
            fail_reason=scrubbing.text(row.fail_reason or ""),
            cancel_reason=scrubbing.text(row.cancel_reason or ""),
            receipt_url=row.receipt_url or "",
            cash_receipt_issued=bool(row.cash_receipt_issued),
            customer_uid=row.customer_uid or "",
            customer_uid_usage=row.customer_uid_usage or "",
            sandbox=bool(row.sandbox),
            cancellations=_cancellations(row.cancel_history, currency),
            extra=_extra(row, unknown),
        )
    except (ValueError, OverflowError) as wrong:
        raise BadAnswer(why=f"{row.imp_uid}: {wrong}") from None
