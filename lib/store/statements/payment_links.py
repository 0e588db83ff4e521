"""The rows of payment links, and the payments that i'mport has under their orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, insert, or_, select, update

from lib.payments.checkout import METHODS
from lib.payments.record import Payment
from lib.payments.state import PAID_STATES, State
from lib.store.tables.payment_links import payment_links
from lib.store.tables.payments import payments

L, P = payment_links.c, payments.c
_FIELDS = [P[name] for name in Payment.__struct_fields__ if name not in ("cancellations", "extra")]
_ONE = select(payment_links).where(L.merchant_uid == bindparam("merchant_uid"))
_LATEST = select(payment_links).where(L.fixed_at > 0).order_by(L.made_at.desc(), L.merchant_uid.desc())
_BESIDE = payments.alias("beside")
_SETTLED = P.state.in_(sorted(PAID_STATES))
_ODD = (
    select(payment_links)
    .join(payments, P.merchant_uid == L.merchant_uid)
    .with_hint(payments, "INDEXED BY ix_payments_merchant_uid", "sqlite")
    .where(
        L.made_at >= bindparam("since"),
        or_(
            P.state == State.TEST,
            _SETTLED
            & or_(
                P.amount != L.amount,
                P.currency != "KRW",
                P.customer_uid_usage == "issue",
                L.withdrawn_at > 0,
                P.pay_method.in_(METHODS) & ~(" " + L.methods + " ").contains(" " + P.pay_method + " "),
                (L.pg_id != "") & (P.pg_id != "") & (P.pg_id != L.pg_id),
                select(_BESIDE.c.id)
                .with_hint(_BESIDE, "INDEXED BY ix_payments_merchant_uid", "sqlite")
                .where(
                    _BESIDE.c.merchant_uid == L.merchant_uid,
                    _BESIDE.c.id != P.id,
                    _BESIDE.c.state.in_([State.PAID, State.PARTLY_CANCELLED, State.WAITING]),
                )
                .exists(),
            ),
            (P.state == State.WAITING) & or_(L.withdrawn_at > 0, P.vbank_date > L.expires),
        ),
    )
    .order_by(L.made_at.desc(), L.merchant_uid.desc())
    .distinct()
)
"""The rule itself is `lib.payments.payment_link`; this finds every link of which it may say something."""


def add(connection: Connection, row: dict[str, Any]) -> None:
    """Insert a link."""
    connection.execute(insert(payment_links), row)


def one(connection: Connection, merchant_uid: str) -> RowMapping | None:
    """The link of this order."""
    return connection.execute(_ONE, {"merchant_uid": merchant_uid}).mappings().first()


def latest(connection: Connection, limit: int) -> list[RowMapping]:
    """The links made last whose amount i'mport has, newest first."""
    return list(connection.execute(_LATEST.limit(limit)).mappings())


def odd(connection: Connection, since: int) -> list[RowMapping]:
    """Links made since then under whose order something may need a person, newest first: some more than do, for who knows
    the rule looks at each."""
    return list(connection.execute(_ODD, {"since": since}).mappings())


def fix(connection: Connection, merchant_uid: str, at: int) -> None:
    """i'mport has the amount."""
    connection.execute(update(payment_links).where(L.merchant_uid == merchant_uid, L.fixed_at == 0).values(fixed_at=at))


def withdraw(connection: Connection, merchant_uid: str, at: int) -> bool:
    """Withdraw it; False where it was."""
    wanted = update(payment_links).where(L.merchant_uid == merchant_uid, L.withdrawn_at == 0)
    return bool(connection.execute(wanted.values(withdrawn_at=at)).rowcount)


def paid_under(connection: Connection, merchant_uids: Sequence[str]) -> dict[str, list[Payment]]:
    """What was stored under each of these orders (at most some hundreds), paid or not; without cancellations."""
    found: dict[str, list[Payment]] = {uid: [] for uid in merchant_uids}
    wanted = select(*_FIELDS).where(P.merchant_uid.in_(merchant_uids)).order_by(P.id.desc())
    for row in connection.execute(wanted).mappings():
        found[row["merchant_uid"]].append(Payment(**row))
    return found
