"""How what i'mport puts on the wire becomes a `Payment`.

One msgspec decoder reads a page of 1,000 at once and refuses what it does not know; only when it meets such a thing the
page is read again record by record. Unknown fields then go to `Payment.extra`, a text that came as a number is text, and
a record that cannot be understood (an amount or a time beyond reason) is set aside as `Unread`, the others being read.
"""

from __future__ import annotations

import json
from functools import partial
from typing import Any
from zlib import crc32

import msgspec

from lib.iamport import scrubbing
from lib.iamport.errors import BadAnswer, OddPayment
from lib.iamport.shapes import Envelope, Opened, Text, WireCancellation, WirePage, WirePayment
from lib.payments.days import EARLIEST, LATEST
from lib.payments.money import minor
from lib.payments.record import NAMELESS, Cancellation, Payment, Unread

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
_TEXTS = frozenset(f.name for s in (WirePayment, WireCancellation) for f in msgspec.structs.fields(s) if f.type == Text)
_TIMES = ("vbank_date", "vbank_issued_at", "started_at", "paid_at", "failed_at", "cancelled_at")
_MONEY, _COUNTS = ("amount", "cancel_amount"), ("card_quota", "card_type")
_LONGEST_INTEGER = 18
_SMALL = 1 << 31


def opened(body: bytes) -> Opened | None:
    """The envelope of any answer, or None when `body` is not i'mport's."""
    try:
        return _opened.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def page(body: bytes) -> tuple[int, int, list[Payment], list[Unread]]:
    """(total, next, payments, those that cannot be understood) of a list's body. Raises `BadAnswer`."""
    if b"\\u0000" not in body:
        try:
            content = _page.decode(body).response
            if content is None:
                raise BadAnswer(why="a list without content")
            return content.total, content.next or 0, [_record(row) for row in content.rows or ()], []
        except (msgspec.DecodeError, OddPayment):
            pass  # an unknown field, most likely: the slow way tells
    content = _loose(body)
    if not isinstance(content, dict) or not isinstance(content.get("list") or [], list):
        raise BadAnswer(why="not a list of payments")
    total, following = content.get("total") or 0, content.get("next") or 0
    if not isinstance(total, int) or not isinstance(following, int):
        raise BadAnswer(why="total or next is no number")
    return total, following, *_each(content.get("list") or [])


def payments(body: bytes) -> tuple[list[Payment], list[Unread]]:
    """The payments of an answer that holds a bare array, and those that cannot be understood. Raises `BadAnswer`."""
    if b"\\u0000" not in body:
        try:
            return [_record(row) for row in _many.decode(body).response or ()], []
        except (msgspec.DecodeError, OddPayment):
            pass
    content = _loose(body)
    if not isinstance(content, list):
        raise BadAnswer(why="not an array of payments")
    return _each(content)


def payment(body: bytes) -> Payment:
    """The payment of an answer that holds one. Raises `BadAnswer`, `OddPayment`."""
    if b"\\u0000" not in body:
        try:
            row = _one.decode(body).response
            if row is None:
                raise BadAnswer(why="no payment in the answer")
            return _record(row)
        except (msgspec.DecodeError, OddPayment):
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
        whole = json.loads(body.decode("utf-8", "replace"), parse_int=_integer)
    except (ValueError, RecursionError):
        raise BadAnswer(why="the body is not JSON") from None
    if not isinstance(whole, dict) or not isinstance(whole.get("code"), int):
        raise BadAnswer(why="the body is not i'mport's envelope")
    return whole.get("response")


def _integer(digits: str) -> int | str:
    """A number longer than any amount or time stays as it is written."""
    return int(digits) if len(digits) <= _LONGEST_INTEGER else digits


def _each(rows: list[Any]) -> tuple[list[Payment], list[Unread]]:
    """Record by record: what can be understood, and what cannot; twins without a name are told apart by a counter."""
    found: list[Payment] = []
    odd: list[Unread] = []
    for row in rows:
        try:
            found.append(_from_dict(row))
        except OddPayment as wrong:
            name = str(wrong.facts["imp_uid"])
            if name.startswith(NAMELESS) and any(name == one.imp_uid for one in odd):
                name = f"{name}:{len(odd)}"
            odd.append(Unread(name, str(wrong.facts["why"])))
    return found, odd


def _from_dict(row: Any) -> Payment:
    """One payment the slow way: unknown fields go to `extra`, texts lose NUL and half surrogates. Raises `OddPayment`."""
    if not isinstance(row, dict):
        raise _odd(row, "a payment is no object")
    row = json.loads(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace").replace(b"\\u0000", b""))
    unknown = {name: row[name] for name in row if name not in KNOWN}
    known = {name: _as_text(value) if name in _TEXTS or name == "imp_uid" else value for name, value in row.items()}
    known = {name: value for name, value in known.items() if name in KNOWN}
    history = known.get("cancel_history")
    if isinstance(history, list):
        known["cancel_history"] = [
            {name: _as_text(entry[name]) if name in _TEXTS else entry[name] for name in entry if name in _HISTORY}
            for entry in history
            if isinstance(entry, dict)
        ]
    try:
        return _record(msgspec.convert(known, WirePayment, strict=False), unknown)
    except msgspec.ValidationError as wrong:
        raise _odd(row, str(wrong).replace("`", "").replace("$.", "")) from None
    except OddPayment as wrong:
        raise _odd(row, str(wrong.facts["why"])) from None


def _as_text(value: Any) -> Any:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _odd(row: Any, why: str) -> OddPayment:
    """The error of a record, named by its imp_uid or, without one, by its content."""
    told = _as_text(row.get("imp_uid")) if isinstance(row, dict) else None
    if not isinstance(told, str) or not told:
        told = f"{NAMELESS}{crc32(json.dumps(row, sort_keys=True).encode()):08x}"
    return OddPayment(imp_uid=told, why=why)


def _time(value: float | None) -> int:
    """Epoch seconds, 0 for unset. Raises `ValueError` before 2000 and after 2199."""
    if not value:
        return 0
    if EARLIEST <= value <= LATEST:
        return int(value)
    raise ValueError(f"{value!r} is no time of a payment")


def _small(value: float | None, unset: int) -> int:
    """A count or a code. Raises `ValueError` where it is none."""
    if value is None:
        return unset
    if -_SMALL < value < _SMALL:
        return int(value)
    raise ValueError(f"{value!r} is too large")


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
    """The wire's payment as the desk's. Raises `OddPayment` for an amount that is no money or a time beyond reason."""
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
            card_quota=_small(row.card_quota, 0),
            card_type=_small(row.card_type, -1),
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
        raise OddPayment(imp_uid=row.imp_uid, why=f"{_field(row, currency)}{wrong}"[:200]) from None


def _field(row: WirePayment, currency: str) -> str:
    """The first field that is no time, no money and no count, with a colon; the history where there is no other."""
    checks = dict.fromkeys(_TIMES, _time) | {name: partial(minor, currency=currency) for name in _MONEY}
    checks |= {name: partial(_small, unset=0) for name in _COUNTS}
    for name, check in checks.items():
        try:
            check(getattr(row, name))
        except (ValueError, OverflowError):
            return f"{name}: "
    return "cancel_history: "
