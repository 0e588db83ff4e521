"""Refunds through the real parts: the sandbox over HTTP, SQLite and PostgreSQL. Who may, how much, and what is said."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from lib import audit
from lib.errors import BadInput, InProgress, NotAllowed, Stale
from lib.iamport.errors import NotFound
from lib.journal.life import LOOK, State
from lib.operations import offers, refunds
from lib.operations.refunds import Account
from lib.payments.days import KST
from lib.store.statements import operations as statements
from lib.store.tables import metadata
from lib.text.language import language
from lib.text.sentences import sentence
from tests.desks import ADMIN, CS, FINANCE, SECRET, VIEWER, Bench

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ACCOUNT = Account(holder="홍길동", bank="088", number="110123456789")


def refused(bench: Bench, imp_uid: str, amount: Any, balance: int = 30_000, **more: Any) -> str:
    """The code of why it is refused; nothing must have left."""
    with pytest.raises(BadInput) as wrong:
        bench.refund(imp_uid, amount, balance, **more)
    assert bench.sent(imp_uid) == 0
    assert refunds.of_payment(bench.store, imp_uid) == []
    return wrong.value.why


def test_a_refund_is_made_once_and_the_lists_know_it(bench: Bench) -> None:
    imp_uid = bench.payment()
    done = bench.refund(imp_uid, 10_000)
    assert (done.state, LOOK[done.state].exit_code) == (State.CONFIRMED, 0)
    [(amount, reason)] = bench.history(imp_uid)
    assert amount == 10_000
    assert reason == f"고객 변심 {done.marker}"
    assert bench.sent(imp_uid) == 1
    with bench.store.reading() as connection:
        assert [row["amount"] for row in statements.stored_history(connection, imp_uid)] == [10_000]
    assert offers.offer(bench.journal, CS, imp_uid).balance == 20_000
    assert refunds.of_payment(bench.store, imp_uid) == [done]
    assert audit.verify(bench.store, SECRET) is None


def test_the_body_is_frozen_with_the_balance_the_person_saw(bench: Bench) -> None:
    imp_uid = bench.payment()
    body = json.loads(bench.refund(imp_uid, 10_000).body)
    assert body.pop("reason").startswith("고객 변심 #")
    assert body == {"imp_uid": imp_uid, "amount": 10_000, "checksum": 30_000}


@pytest.mark.parametrize("actor", [VIEWER, ADMIN])
def test_a_viewer_and_an_admin_move_no_money(bench: Bench, actor: Any) -> None:
    imp_uid = bench.payment()
    with pytest.raises(NotAllowed):
        bench.refund(imp_uid, 10_000, actor=actor)
    with pytest.raises(NotAllowed):
        offers.offer(bench.journal, actor, imp_uid)
    assert bench.sent(imp_uid) == 0


def test_the_same_intent_is_the_same_refund(bench: Bench) -> None:
    imp_uid = bench.payment()
    first = bench.refund(imp_uid, 10_000, intent_key="once")
    assert bench.refund(imp_uid, 10_000, intent_key="once") == first
    assert bench.sent(imp_uid) == 1
    with pytest.raises(BadInput, match="intent_reused"):
        bench.refund(imp_uid, 9_000, intent_key="once")


def test_the_second_on_a_stale_page_is_told_the_balance(bench: Bench) -> None:
    imp_uid = bench.payment()
    bench.refund(imp_uid, 10_000)
    with pytest.raises(Stale) as stale:
        bench.refund(imp_uid, 10_000, actor=FINANCE)
    assert stale.value.facts == {"seen": 30_000, "now": 20_000}
    assert bench.sent(imp_uid) == 1


def test_a_cancellation_in_the_console_makes_the_page_stale(bench: Bench) -> None:
    imp_uid = bench.payment()
    bench.outside(imp_uid, 1_000)
    with pytest.raises(Stale):
        bench.refund(imp_uid, 10_000)
    assert bench.sent(imp_uid) == 0


def test_while_one_is_not_certain_nobody_else_begins(bench: Bench) -> None:
    imp_uid = bench.payment()
    bench.fault("reset")
    first = bench.refund(imp_uid, 10_000)
    assert first.state is State.UNKNOWN
    with pytest.raises(InProgress) as running:
        bench.refund(imp_uid, 20_000, actor=FINANCE)
    assert running.value.facts == {"operation": first.id, "by": "이수연", "since": first.created_at}
    assert offers.offer(bench.journal, CS, imp_uid).open == first
    assert refunds.open_operations(bench.store) == [first]


@pytest.mark.parametrize("amount", [0, -1, -30_000, 1.5, True, "100", None])
def test_an_amount_is_a_whole_number_of_one_or_more(bench: Bench, amount: Any) -> None:
    assert refused(bench, bench.payment(), amount) == "amount_needed"


def test_an_amount_is_not_more_than_the_balance(bench: Bench) -> None:
    assert refused(bench, bench.payment(), 30_001) == "over_balance"


def test_a_reason_is_needed(bench: Bench) -> None:
    assert refused(bench, bench.payment(), 1, reason=" \n\t ") == "reason_needed"


def test_the_whole_balance_and_a_single_won(bench: Bench) -> None:
    imp_uid = bench.payment()
    assert bench.refund(imp_uid, 1).state is State.CONFIRMED
    assert bench.refund(imp_uid, 29_999, 29_999).state is State.CONFIRMED
    with pytest.raises(BadInput, match="nothing_left"):
        bench.refund(imp_uid, 1, 0)


@pytest.mark.parametrize("status", ["ready", "failed"])
def test_what_was_not_paid_is_not_refunded(bench: Bench, status: str) -> None:
    assert refused(bench, bench.payment(status=status), 1) == "not_paid"


def test_an_unknown_payment(bench: Bench) -> None:
    with pytest.raises(NotFound):
        bench.refund("imp_nobody", 1)


def test_a_phone_payment_goes_back_whole(bench: Bench) -> None:
    imp_uid = bench.payment(pay_method="phone")
    assert refused(bench, imp_uid, 10_000) == "whole_only"
    assert bench.refund(imp_uid, 30_000).state is State.CONFIRMED


def test_a_phone_payment_goes_back_in_its_own_month_only(bench: Bench) -> None:
    first = datetime.now(KST).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    imp_uid = bench.payment(pay_method="phone", paid_at=int((first - timedelta(seconds=1)).timestamp()))
    assert offers.offer(bench.journal, CS, imp_uid).blocked == "phone_month_over"
    assert refused(bench, imp_uid, 30_000) == "phone_month_over"
    imp_uid = bench.payment(pay_method="phone", paid_at=int(first.timestamp()))
    assert bench.refund(imp_uid, 30_000).state is State.CONFIRMED


UNSEEN = "\u200b\u200d\u00ad\ufeff\u200f\u202e\u3164\u3000\n"


@pytest.mark.parametrize(
    ("account", "why"),
    [
        (None, "account_needed"),
        (Account("", "088", "110123456789"), "account_needed"),
        (Account("홍길동", "999", "110123456789"), "bank_unknown"),
        (Account("홍길동", "088", "110-123-456789"), "account_digits"),
        (Account("홍길동", "088", "１１０"), "account_digits"),
        (Account("가" * 41, "088", "110123456789"), "holder_long"),
        *((Account(f"홍{unseen}길동", "088", "110123456789"), "holder_unseen") for unseen in UNSEEN),
        (Account("\u3000", "088", "110123456789"), "holder_unseen"),
    ],
)
def test_a_virtual_account_needs_where_to(bench: Bench, account: Account | None, why: str) -> None:
    imp_uid = bench.payment(pay_method="vbank")
    assert offers.offer(bench.journal, CS, imp_uid).needs_account
    assert refused(bench, imp_uid, 10_000, account=account) == why


def test_a_refund_account_is_sent_and_shown_nowhere(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    imp_uid = bench.payment(pay_method="vbank")
    done = bench.refund(imp_uid, 10_000, account=ACCOUNT)
    assert done.state is State.CONFIRMED
    assert json.loads(done.body)["refund_account"] == ACCOUNT.number
    with bench.store.reading() as connection:
        tables = (metadata.tables[name] for name in metadata.tables if name != "operations")
        kept = "".join(str(connection.execute(select(table)).all()) for table in tables)
    for text in (kept, caplog.text, repr(done), repr(ACCOUNT), str(bench.ask(imp_uid, 1, account=ACCOUNT))):
        assert ACCOUNT.number not in text


def test_others_take_no_account(bench: Bench) -> None:
    assert refused(bench, bench.payment(), 10_000, account=ACCOUNT) == "account_not_wanted"


def test_a_mixed_order_names_its_tax_free_part(bench: Bench) -> None:
    imp_uid = bench.payment(tax_free=12_000)
    offer = offers.offer(bench.journal, CS, imp_uid)
    assert (offer.needs_tax_free, offer.tax_free) == (True, 12_000)
    assert refused(bench, imp_uid, 10_000) == "tax_free_needed"
    assert refused(bench, imp_uid, 10_000, tax_free=10_001) == "tax_free_wrong"
    assert refused(bench, imp_uid, 20_000, tax_free=12_001) == "tax_free_wrong"
    assert refused(bench, imp_uid, 10_000, tax_free=-1) == "tax_free_wrong"
    done = bench.refund(imp_uid, 10_000, tax_free=9_000)
    assert json.loads(done.body)["tax_free"] == 9_000
    assert offers.offer(bench.journal, CS, imp_uid).tax_free == 3_000
    with pytest.raises(BadInput, match="tax_free_wrong"):
        bench.refund(imp_uid, 10_000, 20_000, tax_free=3_001)
    assert bench.refund(imp_uid, 10_000, 20_000, tax_free=3_000).state is State.CONFIRMED
    assert json.loads(bench.refund(imp_uid, 10_000, 10_000, tax_free=0).body)["tax_free"] == 0


def test_the_taxable_part_is_not_refunded_beyond_what_is_left_of_it(bench: Bench) -> None:
    """Of 30,000 won 12,000 are tax-free: with 25,000 at least 7,000 of them go back; what others cancelled is unknown."""
    imp_uid = bench.payment(tax_free=12_000)
    assert offers.tax_free_range(offers.offer(bench.journal, CS, imp_uid), 30_000) == (12_000, 12_000)
    assert offers.tax_free_range(offers.offer(bench.journal, CS, imp_uid), 25_000) == (7_000, 12_000)
    assert refused(bench, imp_uid, 25_000, tax_free=6_999) == "tax_free_wrong"
    bench.outside(imp_uid, 1_000)
    assert offers.tax_free_range(offers.offer(bench.journal, CS, imp_uid), 25_000) == (0, 12_000)


def test_what_may_go_wrong_is_said_before(bench: Bench) -> None:
    old = bench.payment(pay_method="trans", paid_at=int(bench.clock.now()) - 100 * 86_400, cash_receipt_issued=False)
    assert offers.offer(bench.journal, CS, old).warnings == ("beyond_usual_window",)
    check = bench.payment(card_type=1)
    assert offers.offer(bench.journal, CS, check).warnings == ("check_card_partial",)


def test_a_balance_that_rises_stops_the_desk(bench: Bench) -> None:
    imp_uid = bench.payment()
    bench.refund(imp_uid, 10_000)
    state = bench.shop.shop.state
    found = state.payment(imp_uid)
    assert found is not None
    state.put(found[0] | {"cancel_amount": 0, "cancel_history": [], "status": "paid"}, 0, state.now())
    assert offers.offer(bench.journal, CS, imp_uid).blocked == "balance_rose"


def test_an_older_copy_is_not_believed(bench: Bench) -> None:
    imp_uid = bench.payment()
    bench.refund(imp_uid, 10_000)
    bench.fault("stale", "GET /payments/{imp_uid}")
    with pytest.raises(BadInput, match="balance_rose"):
        bench.refund(imp_uid, 10_000)
    assert bench.sent(imp_uid) == 1


@pytest.mark.parametrize("code", ["stopping", "recovering", "clock_wrong"])
def test_a_shut_gate_sends_nothing(bench: Bench, code: str) -> None:
    imp_uid = bench.payment()
    match code:
        case "stopping":
            bench.journal.stopping.set()
        case "recovering":
            bench.journal.recovered.clear()
        case _:
            bench.clock.offset = 120
    assert refused(bench, imp_uid, 10_000) == code


def test_who_has_begun_it_in_another_window_is_told_so_and_others_by_whom(bench: Bench) -> None:
    imp_uid = bench.payment()
    bench.fault("reset")
    assert bench.refund(imp_uid, 10_000).open
    told = {}
    for actor in (CS, FINANCE):
        why = offers.in_the_way(offers.offer(bench.journal, actor, imp_uid))
        assert why is not None
        told[actor.name] = sentence(why, language("ko"))
    assert told[CS.name].startswith("다른 창에서")
    assert CS.name not in told[CS.name]
    assert told[FINANCE.name].startswith(f"{CS.name} 님이")
