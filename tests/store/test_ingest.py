"""Goal: whatever order answers come in, the totals are those of the payments, counted independently.

Method: Hypothesis draws histories of a few payments (paid, failed, cancelled in parts, a deposit taken back), reads of
any version at any time, out of order, in pages of any cut; a naive count over the truth is the judge.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import date

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.payments.days import day_of
from lib.payments.record import Cancellation, Payment
from lib.store.engine import Store
from lib.store.statements import rollup, search_index, totals
from lib.store.statements.ingest import changes_nothing, ingest
from tests.payments_made import made

DAY = date(2026, 11, 2)
AT = 1_793_545_200  # 2026-11-02 00:00 KST
PARTLY = ("cancelled", "paid")


def after(payment: Payment, word: str, **changes: object) -> Payment:
    return msgspec.structs.replace(payment, **changes)


def cancelled(payment: Payment, amount: int, at: int, word: str) -> Payment:
    entry = Cancellation(cancellation_id=f"c{payment.cancel_amount}", amount=amount, cancelled_at=at, pg_tid="t")
    total = payment.cancel_amount + amount
    return msgspec.structs.replace(
        payment,
        cancel_amount=total,
        cancelled_at=at,
        status="cancelled" if total == payment.amount else word,
        cancellations=(*payment.cancellations, entry),
    )


def story(number: int, seed: int) -> list[Payment]:
    """The versions of one payment, oldest first."""
    chance = random.Random(seed)
    at = AT + chance.randrange(3 * 86_400)
    versions = [msgspec.structs.replace(made(number, at, chance), sandbox=chance.random() < 0.2)]
    word = chance.choice(PARTLY)
    if chance.random() < 0.2:
        return [*versions, msgspec.structs.replace(versions[0], status="failed", failed_at=at + 30)]
    paid = msgspec.structs.replace(versions[0], status="paid", paid_at=at + 60, apply_num="00123456")
    versions.append(paid)
    for _ in range(chance.randrange(4)):
        last = versions[-1]
        left = last.balance
        if left:
            at += chance.randrange(2 * 86_400)
            versions.append(cancelled(last, left if chance.random() < 0.3 else chance.randint(1, left), at + 90, word))
    return versions


def counted(payments: list[Payment]) -> Counter[tuple[str, ...]]:
    """The judge: a loop over the truth, in which test payments are no money."""
    sums: Counter[tuple[str, ...]] = Counter()
    for payment in payments:
        if payment.sandbox:
            continue
        channel = (payment.pg_provider, payment.pg_id, payment.pay_method, payment.currency)
        if payment.paid_at:
            sums[(day_of(payment.paid_at).isoformat(), *channel, "paid")] += payment.amount
        for entry in payment.cancellations:
            sums[(day_of(entry.cancelled_at).isoformat(), *channel, "cancelled")] += entry.amount
    return +sums


def kept(store: Store) -> Counter[tuple[str, ...]]:
    sums: Counter[tuple[str, ...]] = Counter()
    with store.reading() as connection:
        for row in totals.daily(connection, date(2026, 1, 1), date(2027, 12, 31)):
            sums[(*row[:5], "paid")] += row.paid_amount
            sums[(*row[:5], "cancelled")] += row.cancelled_amount
    return +sums


def clear(store: Store) -> None:
    tables = (
        "search_pending",
        "cancellations",
        "payments",
        "daily_totals",
        "hourly_totals",
        "issuer_totals",
        "state_totals",
        "sync_findings",
    )
    with store.writing() as connection:
        for table in tables:
            connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608
        if not store.postgresql:
            connection.exec_driver_sql("INSERT INTO payment_search (payment_search) VALUES ('delete-all')")


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    seeds=st.lists(st.integers(0, 10**6), min_size=1, max_size=8),
    order=st.randoms(use_true_random=False),
    index=st.booleans(),
)
def test_totals_are_right_whatever_order_answers_come_in(
    store: Store, seeds: list[int], order: random.Random, index: bool
) -> None:
    clear(store)
    stories = [story(number, seed) for number, seed in enumerate(seeds)]
    reads = [
        (n, version) for n, versions in enumerate(stories) for version in range(len(versions)) if order.random() < 0.7
    ]
    order.shuffle(reads)
    reads += [(n, len(versions) - 1) for n, versions in enumerate(stories)]
    while reads:
        cut = order.randint(1, 5)
        page, reads = reads[:cut], reads[cut:]
        for n, version in page:
            with store.writing() as connection:
                ingest(connection, [stories[n][version]], 1000 + version, index=index)
    truth = [versions[-1] for versions in stories]
    assert kept(store) == counted(truth)
    with store.reading() as connection:
        assert rollup.recount(connection, date(2026, 1, 1), date(2027, 12, 31)) == []
        assert changes_nothing(connection, truth, 5000)


def one(store: Store, payment: Payment, asked_at: int) -> list[str]:
    with store.writing() as connection:
        return [finding.kind for finding in ingest(connection, [payment], asked_at).findings]


def test_a_deposit_taken_back_is_believed_and_reported(store: Store) -> None:
    waiting = msgspec.structs.replace(made(1, AT, random.Random(1)), pay_method="vbank", vbank_num="1", amount=5000)
    paid = msgspec.structs.replace(waiting, status="paid", paid_at=AT + 60)
    assert one(store, paid, 1000) == []
    assert sum(kept(store).values()) == 5000
    assert one(store, waiting, 2000) == ["deposit_taken_back"]
    assert one(store, paid, 1500) == []  # an older answer, late
    assert kept(store) == Counter()


def test_a_history_that_shrinks_is_reported_and_not_believed(store: Store) -> None:
    paid = msgspec.structs.replace(made(1, AT, random.Random(1)), status="paid", paid_at=AT, amount=9000)
    twice = cancelled(cancelled(paid, 1000, AT + 9, "paid"), 2000, AT + 99, "paid")
    assert one(store, twice, 1000) == []
    assert one(store, cancelled(paid, 1000, AT + 9, "paid"), 2000) == ["cancel_amount_fell"]
    other = msgspec.structs.replace(twice, cancellations=twice.cancellations[1:])
    assert set(one(store, other, 3000)) == {"history_shrunk", "history_sum"}
    assert sum(amount for key, amount in kept(store).items() if key[-1] == "cancelled") == 3000


def test_an_entry_that_gets_its_id_later_counts_once(store: Store) -> None:
    paid = msgspec.structs.replace(made(1, AT, random.Random(1)), status="paid", paid_at=AT, amount=9000)
    named = cancelled(paid, 1000, AT + 9, "cancelled")
    entry = named.cancellations[0]
    unnamed = msgspec.structs.replace(entry, cancellation_id=f"{entry.pg_tid}:{entry.amount}:{entry.cancelled_at}")
    assert one(store, msgspec.structs.replace(named, cancellations=(unnamed,)), 1000) == []
    assert one(store, named, 2000) == []
    assert sum(amount for key, amount in kept(store).items() if key[-1] == "cancelled") == 1000


def test_a_cancelled_amount_without_history_counts_on_the_day_cancelled(store: Store) -> None:
    paid = msgspec.structs.replace(made(1, AT, random.Random(1)), status="paid", paid_at=AT, amount=9000)
    bare = msgspec.structs.replace(cancelled(paid, 4000, AT + 86_400, "paid"), cancellations=())
    assert one(store, bare, 1000) == ["history_sum"]
    assert [(key[0], amount) for key, amount in kept(store).items() if key[-1] == "cancelled"] == [("2026-11-03", 4000)]
    assert one(store, cancelled(paid, 4000, AT + 86_400, "paid"), 2000) == []
    assert sum(amount for key, amount in kept(store).items() if key[-1] == "cancelled") == 4000


def test_payments_of_one_second_get_keys_of_their_own(store: Store) -> None:
    payments = [made(number, AT, random.Random(number)) for number in range(3000)]
    with store.writing() as connection:
        assert ingest(connection, payments, 1000).new == 3000
        keys = connection.exec_driver_sql("SELECT id FROM payments").scalars().all()
    assert len(set(keys)) == 3000
    assert {key >> 20 for key in keys} == {AT}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # PostgreSQL keeps its index itself
@pytest.mark.parametrize("index", [True, False])
def test_the_search_index_holds_what_is_stored(store: Store, index: bool) -> None:
    first = made(1, AT, random.Random(1))
    second = msgspec.structs.replace(made(2, AT, random.Random(2)), buyer_name="곽봉팔")
    with store.writing() as connection:
        ingest(connection, [first, second], 1000, index=index)
        assert search_index.behind(connection) is not index
    with store.writing() as connection:
        ingest(connection, [msgspec.structs.replace(first, buyer_name="남궁민수")], 2000, index=index)
        search_index.index_pending(connection)
        assert not search_index.behind(connection)
        assert found(connection, "지민") == []
        assert found(connection, "궁민") == [first.imp_uid]
        assert found(connection, "봉팔") == [second.imp_uid]


def found(connection, query: str) -> list[str]:
    from lib.payments.searching import match

    rows = connection.exec_driver_sql(
        "SELECT p.imp_uid FROM payment_search f JOIN payments p ON p.id = f.rowid WHERE payment_search MATCH ?",
        (match(query),),
    )
    return [row[0] for row in rows]
