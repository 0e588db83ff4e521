"""The list of billing keys against the same question asked of plain Python objects, however the payments came in."""

from __future__ import annotations

import importlib
import random
from collections import Counter
from pathlib import Path
from zlib import crc32

import msgspec
import pytest

from lib.errors import BadInput
from lib.payments.record import Payment
from lib.people.actor import Actor, Role
from lib.queries import billing_keys as query
from lib.store.engine import Store
from lib.store.migrate import upgrade
from lib.store.migrations import versions
from lib.store.statements.ingest import ingest

_MIGRATION = next(Path(versions.__path__[0]).glob("*_add_billing_keys.py")).stem
BEFORE = importlib.import_module(f"{versions.__name__}.{_MIGRATION}").down_revision
ME = Actor("박서영", Role.VIEWER, "s")
AT = 1_790_000_000
CARDS = ("451842******7781", "531070******0042", "")
NAMES = ("홍길동", "김지민", "Jane_100%")


def shop() -> list[Payment]:
    """Registrations, charges that were paid and that failed, windows that were left, and payments without a key."""
    chance = random.Random(11)
    made = []
    for n in range(600):
        uid = f"member_{chance.randrange(40):02d}" if chance.random() < 0.8 else ""
        usage = chance.choice(("issue", "payment", "payment.scheduled", "payment.scheduled", "")) if uid else ""
        at = AT + chance.randrange(60 * 86_400)
        outcome = chance.choice(("paid", "paid", "failed", "ready", "cancelled"))
        made.append(
            Payment(
                imp_uid=f"imp_{n:012d}", merchant_uid=f"o{n}", status=outcome, pay_method="card", pg_provider="kicc",
                amount=9_900, started_at=at, paid_at=at + 1 if outcome in ("paid", "cancelled") else 0,
                failed_at=at + 1 if outcome == "failed" else 0, fail_reason="[8521] 한도" if outcome == "failed" else "",
                customer_uid=uid, customer_uid_usage=usage, buyer_name=chance.choice(NAMES),
                card_name="신한카드", card_number=chance.choice(CARDS),
            )
        )  # fmt: skip
    return made


SHOP = shop()


def counted(payments: list[Payment]) -> dict[str, tuple[object, ...]]:
    """By key: state, charges, paid, failures in a row, imp_uid of the last charge, card, newest payment."""
    found = {}
    for uid in {p.customer_uid for p in payments} - {""}:
        known = [p for p in payments if p.customer_uid == uid]
        known = sorted(
            (p for p in known if p.paid_at or (p.status == "failed" and p.customer_uid_usage != "issue")), key=order
        )
        if not known:
            continue
        charges = [p for p in known if p.customer_uid_usage != "issue"]
        row = 0
        for p in reversed(charges):
            if p.paid_at:
                break
            row += 1
        issued = max((order(p) for p in known if p.customer_uid_usage == "issue"), default=(0, 0))
        state = "new" if not charges or issued > order(charges[-1]) else "paid" if charges[-1].paid_at else "failed"
        carded = [p for p in known if p.card_number] or known
        found[uid] = (
            state,
            len(charges),
            sum(bool(p.paid_at) for p in charges),
            row,
            charges[-1].imp_uid if charges else "",
            carded[-1].card_number[-4:],
            known[-1].imp_uid,
        )
    return found


def order(payment: Payment) -> tuple[int, int]:
    return payment.started_at, crc32(payment.imp_uid.encode()) & 0xFFFFF


def told(store: Store, **wanted: object) -> dict[str, tuple[object, ...]]:
    found: list[query.Subscriber] = []
    after = None
    while True:
        page = query.page(store, ME, after=after, size=7, **wanted)  # type: ignore[arg-type]
        found += page.subscribers
        after = page.next
        if after is None:
            break
    assert len({s.customer_uid for s in found}) == len(found)
    return {
        s.customer_uid: (
            s.state, s.charges, s.paid, s.failures, s.last.imp_uid if s.last else "", s.card_number[-4:], s.of,
        )
        for s in found
    }  # fmt: skip


def test_every_key_is_listed_once_as_a_plain_loop_counts_it(store: Store) -> None:
    for start in range(0, len(SHOP), 90):
        with store.writing() as connection:
            ingest(connection, SHOP[start : start + 90], AT * 1000)
    expected = counted(SHOP)
    assert told(store) == expected
    assert query.counts(store, ME) == {"deleted": 0, **Counter(row[0] for row in expected.values())}
    for state in ("failed", "paid", "new"):
        assert told(store, state=state) == {uid: row for uid, row in expected.items() if row[0] == state}
    assert told(store, text="MEMBER_07") == {uid: row for uid, row in expected.items() if uid == "member_07"}
    assert set(told(store, text="0042")) == {uid for uid, row in expected.items() if row[5] == "0042"}
    assert told(store, text="r_0") != told(store, text="r%0") == {}


def test_a_charge_that_changes_afterwards_is_counted_anew(store: Store) -> None:
    late = [
        msgspec.structs.replace(p, status="paid", paid_at=p.started_at + 900, failed_at=0, fail_reason="")
        if n % 3 == 0 and p.status == "failed"
        else p
        for n, p in enumerate(SHOP)
    ]
    with store.writing() as connection:
        ingest(connection, SHOP, AT * 1000)
    with store.writing() as connection:
        ingest(connection, late, AT * 1000 + 60_000)
    assert counted(late) != counted(SHOP)
    assert told(store) == counted(late)


def test_one_key_its_payments_and_where_it_is_named_by(store: Store) -> None:
    with store.writing() as connection:
        ingest(connection, SHOP, AT * 1000)
    uid = "member_07"
    mine = sorted((p for p in SHOP if p.customer_uid == uid), key=order, reverse=True)
    assert [c.imp_uid for c in query.charges(store, ME, uid)] == [p.imp_uid for p in mine]
    assert query.of_payment(store, ME, mine[3].imp_uid) == uid
    assert query.of_payment(store, ME, "imp_nowhere") == ""
    found = query.one(store, ME, uid)
    assert found is not None
    assert found.holder in ("홍*동", "김*민", "J***%")
    assert query.one(store, ME, "member_nowhere") is None
    with pytest.raises(BadInput):
        query.page(store, ME, state="'; DROP TABLE payments")


def test_keys_of_a_database_from_before_are_counted_when_it_is_opened(store: Store) -> None:
    with store.writing() as connection:
        ingest(connection, SHOP, AT * 1000)
    with store.writing() as connection:
        connection.exec_driver_sql("DROP TABLE billing_keys")
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{BEFORE}'")  # noqa: S608
    upgrade(store)
    assert told(store) == counted(SHOP)
