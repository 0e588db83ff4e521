"""What needs a person today, counted: few rows, by index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, func, select

from lib.store.statements.listing import P, due, phone
from lib.store.tables.payments import payments
from lib.store.tables.sync import sync_findings

F = sync_findings.c
TAKEN_BACK = "deposit_taken_back"


class TakenBack(NamedTuple):
    """A deposit that the gateway took back: the payment's key and amount, when it had been paid and when the desk noticed
    that it was gone (epoch seconds)."""

    id: int
    amount: int
    paid_at: int
    noticed_at: int


def due_sum(connection: Connection, since: int, until: int) -> tuple[int, int]:
    """(count, amount) of waiting virtual accounts whose deadline lies within the bounds (epoch seconds)."""
    wanted = select(func.count(), func.coalesce(func.sum(P.amount), 0)).where(*due(since, until))
    return _pair(connection, wanted.with_hint(payments, "INDEXED BY ix_payments_due", "sqlite"))


def phone_sum(connection: Connection, since: int, until: int) -> tuple[int, int]:
    """(count, balance) of phone payments paid within the bounds that have a balance."""
    balance = func.coalesce(func.sum(P.amount - P.cancel_amount), 0)
    wanted = select(func.count(), balance).where(*phone(since, until))
    return _pair(connection, wanted.with_hint(payments, "INDEXED BY ix_payments_sale", "sqlite"))


def taken_back(connection: Connection, since: int, most: int) -> list[TakenBack]:
    """Virtual accounts of which a deposit was taken back since then and that are not paid now, the latest first."""
    wanted = _gone_again(select(P.id, P.amount, F.stored, F.last_at), since)
    return [TakenBack(*row) for row in connection.execute(wanted.order_by(F.last_at.desc(), P.id.desc()).limit(most))]


def taken_back_sum(connection: Connection, since: int) -> tuple[int, int]:
    """(count, amount) of all of them."""
    return _pair(connection, _gone_again(select(func.count(), func.coalesce(func.sum(P.amount), 0)), since))


def taken_back_at(connection: Connection, imp_uid: str) -> tuple[int, int]:
    """When a payment's deposit had come in and when the desk noticed that it was gone (epoch seconds); zeros for never."""
    wanted = select(F.stored, F.last_at).where(F.imp_uid == imp_uid, F.kind == TAKEN_BACK)
    row = connection.execute(wanted).first()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def taken_back_of(connection: Connection, imp_uids: Sequence[str]) -> dict[str, int]:
    """Of those payments whose deposit was taken back, when it had come in (epoch seconds)."""
    wanted = select(F.imp_uid, F.stored).where(F.imp_uid.in_(imp_uids), F.kind == TAKEN_BACK)
    return {row[0]: int(row[1]) for row in connection.execute(wanted)}


def _gone_again(wanted: Select[Any], since: int) -> Select[Any]:
    counts_not = P.state.in_(("paid", "partly", "cancelled", "test"))
    return wanted.join_from(sync_findings, payments, P.imp_uid == F.imp_uid).where(
        F.kind == TAKEN_BACK, F.last_at >= since, P.pay_method == "vbank", ~counts_not
    )


def _pair(connection: Connection, wanted: Any) -> tuple[int, int]:
    count, amount = connection.execute(wanted).one()
    return int(count), int(amount)
