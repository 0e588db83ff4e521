"""Operations and payments for the pure tests: 30,000 was paid, 10,000 of it is to go back, sent at second 1,000."""

from __future__ import annotations

from typing import Any

from lib.journal.life import Operation, State
from lib.payments.record import Cancellation, Payment

SENT_AT = 1_000
OPERATION: dict[str, Any] = {
    "id": "01JDABCDEFGHJKMNPQRSTVWXYZ",
    "kind": "refund",
    "subject": "imp_1",
    "imp_uid": "imp_1",
    "amount": 10_000,
    "balance": 30_000,
    "currency": "KRW",
    "pg_provider": "kicc",
    "method": "POST",
    "path": "/payments/cancel",
    "body": b"{}",
    "body_sha256": "",
    "known_ids": (),
    "marker": "#RSTVWXYZ",
    "reason": "고객 변심",
    "requested_by": "이수연",
    "session": "",
    "created_at": SENT_AT - 1,
    "state": State.SENDING,
    "version": 2,
    "attempts": 1,
    "owner": "",
    "lease_until": 0,
    "first_sent_at": SENT_AT,
    "last_sent_at": SENT_AT,
    "answered": False,
    "next_check_at": 0,
    "code": "",
    "message": "",
    "cancellation_id": "",
    "attribution": "",
    "intent_key": "k",
    "request_hash": "",
    "facts": "{}",
}


def operation(**changes: Any) -> Operation:
    return Operation(**{**OPERATION, **changes})


def cancelled(number: int, amount: int, reason: str = "", at: int = SENT_AT + 1) -> Cancellation:
    return Cancellation(cancellation_id=f"c{number}", amount=amount, cancelled_at=at, reason=reason)


def payment(*history: Cancellation, imp_uid: str = "imp_1", amount: int = 30_000, **changes: Any) -> Payment:
    given = {"cancel_amount": sum(entry.amount for entry in history), **changes}
    return Payment(imp_uid=imp_uid, amount=amount, status="paid", paid_at=1, cancellations=history, **given)
