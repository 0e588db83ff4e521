"""Limits and four eyes: above a limit nothing moves without another person, and never more than was shown to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from unicodedata import normalize

import pytest

from lib import audit
from lib.errors import BadInput, DeskError, NotAllowed, Stale
from lib.journal.life import State
from lib.operations import approvals, refunds
from lib.operations.approvals import Approval
from lib.operations.refunds import Account
from lib.payments.days import day_of, first_second, last_second
from lib.people import accounts
from lib.people.actor import Actor, Role
from lib.settings import Limits
from lib.store.engine import Store
from lib.store.statements import approvals as statements
from tests.desks import CS, FINANCE, SECRET, VIEWER, Bench, bench_of
from tests.sandbox_server import Served

PASSWORD = "correct horse battery staple"
OTHER = Actor("오민지", Role.FINANCE)


@pytest.fixture
def limited(shop: Served, store: Store) -> Iterator[Bench]:
    """Agents refund 10,000 alone and 25,000 a day, finance 40,000 and no daily limit, all together 90,000 a day."""
    made = bench_of(shop, store)
    limits = Limits({"cs": 10_000, "finance": 40_000}, {"cs": 25_000, "finance": 0}, 90_000)
    made.journal = replace(made.journal, limits=limits)
    for actor in (CS, FINANCE, OTHER):
        accounts.add(store, made.world, SECRET, actor.name, actor.role, PASSWORD)
    yield made
    made.iamport.close()


def refused(bench: Bench, why: str, amount: int, actor: Actor = CS) -> None:
    imp_uid = bench.payment()
    with pytest.raises(BadInput) as over:
        bench.refund(imp_uid, amount, actor=actor)
    assert over.value.why == why
    assert (bench.sent(imp_uid), refunds.of_payment(bench.store, imp_uid)) == (0, [])


def test_each_limit_holds_to_the_won(limited: Bench) -> None:
    refused(limited, "over_own_limit", 10_001)
    for _ in range(2):
        assert limited.refund(limited.payment(), 10_000).state is State.CONFIRMED
    refused(limited, "over_own_day", 5_001)
    assert limited.refund(limited.payment(), 5_000).state is State.CONFIRMED
    refused(limited, "over_own_day", 1)
    assert limited.refund(limited.payment(50_000), 40_000, 50_000, actor=FINANCE).state is State.CONFIRMED
    refused(limited, "over_team_day", 25_001, actor=FINANCE)
    assert limited.refund(limited.payment(), 25_000, actor=FINANCE).state is State.CONFIRMED


def test_slices_of_one_payment_count_as_one_refund(limited: Bench) -> None:
    imp_uid = limited.payment()
    assert limited.refund(imp_uid, 6_000).state is State.CONFIRMED
    with pytest.raises(BadInput, match="over_own_payment"):
        limited.refund(imp_uid, 4_001, 24_000)
    assert limited.refund(imp_uid, 4_000, 24_000).state is State.CONFIRMED
    assert limited.refund(limited.payment(), 10_000).state is State.CONFIRMED  # another payment is another refund


def test_money_to_another_holder_than_the_buyer_wants_a_second_person(limited: Bench) -> None:
    limits = limited.journal.limits._replace(other_holder=frozenset({"finance"}))
    limited.journal = replace(limited.journal, limits=limits)
    stranger = Account(holder="나도둑", bank="088", number="110123456789")
    imp_uid = limited.payment(pay_method="vbank", buyer_name="박윤서")
    with pytest.raises(BadInput, match="other_holder"):
        limited.refund(imp_uid, 5_000, account=stranger)
    assert (limited.sent(imp_uid), refunds.of_payment(limited.store, imp_uid)) == (0, [])
    assert (
        limited.refund(imp_uid, 5_000, account=replace(stranger, holder=normalize("NFD", "박 윤서"))).state
        is State.CONFIRMED
    )
    asked = approvals.request(limited.journal, CS, limited.ask(imp_uid, 5_000, 25_000, account=stranger))
    assert approvals.approve(limited.journal, FINANCE, asked.id).state is State.CONFIRMED
    assert limited.refund(imp_uid, 5_000, 20_000, actor=FINANCE, account=stranger).state is State.CONFIRMED


def test_money_that_no_limit_in_won_can_measure_wants_a_second_person(limited: Bench) -> None:
    imp_uid = limited.payment(9_000, currency="USD")
    for actor in (CS, FINANCE):
        with pytest.raises(BadInput, match="foreign_money"):
            limited.refund(imp_uid, 100, 900_000, actor=actor)
    asked = approvals.request(limited.journal, CS, limited.ask(imp_uid, 900_000, 900_000))
    assert approvals.approve(limited.journal, FINANCE, asked.id).state is State.CONFIRMED
    assert limited.refund(limited.payment(), 10_000).state is State.CONFIRMED  # it took nothing of the day's won


def test_while_an_approval_waits_nobody_refunds_the_payment_alone(limited: Bench) -> None:
    imp_uid = limited.payment()
    asked = approvals.request(limited.journal, CS, limited.ask(imp_uid, 20_000))
    for actor in (CS, FINANCE):
        with pytest.raises(BadInput, match="approval_waits"):
            limited.refund(imp_uid, 5_000, actor=actor)
    assert approvals.approve(limited.journal, FINANCE, asked.id).state is State.CONFIRMED
    assert limited.refund(imp_uid, 5_000, 10_000).state is State.CONFIRMED


def test_tomorrow_is_another_day(limited: Bench) -> None:
    for _ in range(2):
        limited.refund(limited.payment(), 10_000)
    refused(limited, "over_own_day", 6_000)
    with limited.store.reading() as connection:
        today = day_of(int(limited.world.now()))
        spent = [
            statements.refunded(connection, first_second(day), last_second(day), CS.name)
            for day in (today - timedelta(days=1), today, today + timedelta(days=1))
        ]
    assert spent == [0, 20_000, 0]


def test_what_did_not_move_does_not_count(limited: Bench) -> None:
    limited.fault("forbidden")
    assert limited.refund(limited.payment(), 10_000).state is State.NOT_EXECUTED
    for _ in range(2):
        assert limited.refund(limited.payment(), 10_000).state is State.CONFIRMED


def test_another_person_lets_exactly_the_shown_refund_through(limited: Bench) -> None:
    imp_uid = limited.payment()
    asked = approvals.request(limited.journal, CS, limited.ask(imp_uid, 20_000))
    assert [a.id for a in approvals.waiting(limited.journal, FINANCE)] == [asked.id]
    assert limited.sent(imp_uid) == 0
    done = approvals.approve(limited.journal, FINANCE, asked.id)
    assert (done.state, done.requested_by, done.approved_by) == (State.CONFIRMED, CS.name, FINANCE.name)
    assert [amount for amount, _ in limited.history(imp_uid)] == [20_000]
    with pytest.raises(BadInput, match="approval_gone"):
        approvals.approve(limited.journal, OTHER, asked.id)
    assert limited.sent(imp_uid) == 1
    assert limited.refund(limited.payment(), 10_000).state is State.CONFIRMED  # it took nothing of the agent's own day


def test_nobody_approves_their_own_or_above_their_limit_or_without_the_right(limited: Bench) -> None:
    own = approvals.request(limited.journal, FINANCE, limited.ask(limited.payment(), 20_000))
    with pytest.raises(BadInput, match="approval_own"):
        approvals.approve(limited.journal, FINANCE, own.id)
    big = approvals.request(limited.journal, CS, limited.ask(limited.payment(60_000), 50_000, 60_000))
    with pytest.raises(BadInput, match="over_approver_limit"):
        approvals.approve(limited.journal, FINANCE, big.id)
    for actor in (CS, VIEWER):
        with pytest.raises(NotAllowed):
            approvals.approve(limited.journal, actor, own.id)
    assert all(refunds.of_payment(limited.store, a.ask.imp_uid) == [] for a in (own, big))


def test_a_balance_that_moved_voids_what_was_shown(limited: Bench) -> None:
    imp_uid = limited.payment()
    asked = approvals.request(limited.journal, CS, limited.ask(imp_uid, 20_000))
    limited.outside(imp_uid, 5_000)
    with pytest.raises(Stale):
        approvals.approve(limited.journal, FINANCE, asked.id)
    assert [amount for amount, _ in limited.history(imp_uid)] == [5_000]


def test_denied_withdrawn_and_expired_requests_let_nothing_through(limited: Bench) -> None:
    ended = []
    for end in ("deny", "withdraw", "expire"):
        asked = approvals.request(limited.journal, CS, limited.ask(limited.payment(), 20_000))
        if end == "expire":
            limited.clock.offset += approvals.EXPIRES_S + 1
        else:
            approvals.deny(limited.journal, FINANCE if end == "deny" else CS, asked.id)
        ended.append(asked)
    for asked in ended:
        with pytest.raises(BadInput, match="approval_gone"):
            approvals.approve(limited.journal, FINANCE, asked.id)
        assert limited.sent(asked.ask.imp_uid) == 0


def test_one_payment_has_one_request_at_a_time(limited: Bench) -> None:
    imp_uid = limited.payment()
    approvals.request(limited.journal, CS, limited.ask(imp_uid, 20_000))
    with pytest.raises(BadInput, match="approval_waits"):
        approvals.request(limited.journal, CS, limited.ask(imp_uid, 15_000))


def test_two_who_approve_at_once_send_one_refund(limited: Bench) -> None:
    imp_uid = limited.payment()
    asked = approvals.request(limited.journal, CS, limited.ask(imp_uid, 20_000))

    def say_yes(actor: Actor) -> str:
        try:
            return approvals.approve(limited.journal, actor, asked.id).id
        except DeskError as late:
            return late.code

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(say_yes, (FINANCE, OTHER, FINANCE, OTHER)))
    assert [amount for amount, _ in limited.history(imp_uid)] == [20_000]
    assert len(refunds.of_payment(limited.store, imp_uid)) == 1


def test_many_at_once_never_pass_the_days_limit(limited: Bench) -> None:
    """Ten refunds of 4,000 at once against 25,000 a day: six go, whatever the order."""
    payments = [limited.payment() for _ in range(10)]

    def go(imp_uid: str) -> str:
        try:
            return limited.refund(imp_uid, 4_000).state.value
        except BadInput as over:
            return over.why

    with ThreadPoolExecutor(5) as pool:
        assert Counter(pool.map(go, payments)) == {"CONFIRMED": 6, "over_own_day": 4}
    assert sum(amount for imp_uid in payments for amount, _ in limited.history(imp_uid)) == 24_000


def test_an_approval_is_a_row_of_the_approvers(limited: Bench) -> None:
    imp_uid = limited.payment()
    waiting = approvals.request(limited.journal, CS, limited.ask(imp_uid, 15_000))
    approvals.approve(limited.journal, FINANCE, waiting.id)
    told = [(entry.actor, entry.action) for entry in audit.entries(limited.store, object=imp_uid) if entry.before == ""]
    assert told == [(CS.name, "refund"), (FINANCE.name, "approve"), (CS.name, "ask_approval")]
    assert audit.verify(limited.store, SECRET) is None


def test_the_payments_page_knows_what_waits_and_what_was_denied_today(limited: Bench) -> None:
    imp_uid = limited.payment()
    assert approvals.of_payment(limited.journal, VIEWER, imp_uid) == (None, None)
    first = approvals.request(limited.journal, CS, limited.ask(imp_uid, 15_000))
    assert approvals.of_payment(limited.journal, VIEWER, imp_uid) == (first, None)
    approvals.deny(limited.journal, FINANCE, first.id, " 영수증이  없음 ")
    waits, denied = approvals.of_payment(limited.journal, VIEWER, imp_uid)
    assert denied is not None
    assert denied.why == "영수증이 없음"
    assert (waits, denied and (denied.by, denied.amount, denied.requested_by)) == (
        None,
        (FINANCE.name, 15_000, CS.name),
    )
    second = approvals.request(limited.journal, CS, limited.ask(imp_uid, 16_000))
    approvals.deny(limited.journal, CS, second.id)  # withdrawn: nobody said no
    assert approvals.of_payment(limited.journal, VIEWER, imp_uid)[1] == denied
    limited.clock.offset += 86_400
    assert approvals.of_payment(limited.journal, VIEWER, imp_uid) == (None, None)


def denied_once(limited: Bench) -> str:
    imp_uid = limited.payment()
    asked = approvals.request(limited.journal, CS, limited.ask(imp_uid, 20_000))
    approvals.deny(limited.journal, FINANCE, asked.id, "영수증이 없음")
    assert approvals.of_payment(limited.journal, CS, imp_uid)[1] is not None
    return imp_uid


def test_a_denial_ends_with_the_next_request_that_waits_or_is_let_through(limited: Bench) -> None:
    imp_uid = denied_once(limited)
    again = approvals.request(limited.journal, CS, limited.ask(imp_uid, 20_000))
    assert approvals.of_payment(limited.journal, CS, imp_uid) == (again, None)
    approvals.approve(limited.journal, FINANCE, again.id)
    assert approvals.of_payment(limited.journal, CS, imp_uid) == (None, None)


def test_a_denial_stands_again_once_the_next_request_expired(limited: Bench) -> None:
    imp_uid = denied_once(limited)
    approvals.request(limited.journal, CS, limited.ask(imp_uid, 20_000))
    limited.clock.offset += approvals.EXPIRES_S + 1
    waits, denied = approvals.of_payment(limited.journal, CS, imp_uid)
    same_day = day_of(int(limited.world.now())) == day_of(int(limited.world.now() - approvals.EXPIRES_S - 1))
    assert (waits, denied is not None) == (None, same_day)


def test_a_denial_ends_with_a_refund_from_here_or_elsewhere_but_not_with_one_that_did_not_run(limited: Bench) -> None:
    here, elsewhere, failed = denied_once(limited), denied_once(limited), denied_once(limited)
    limited.refund(here, 10_000)
    limited.outside(elsewhere, 10_000)
    limited.fault("forbidden")
    assert limited.refund(failed, 10_000).state is State.NOT_EXECUTED
    limited.journal.refresh(elsewhere)
    stands = [
        approvals.of_payment(limited.journal, CS, imp_uid)[1] is not None for imp_uid in (here, elsewhere, failed)
    ]
    assert stands == [False, False, True]


def test_the_asker_reads_what_became_of_todays_requests(limited: Bench) -> None:
    def ask(actor: Actor = CS) -> Approval:
        return approvals.request(limited.journal, actor, limited.ask(limited.payment(), 20_000))

    lost, yes, no, back, others = ask(), ask(), ask(), ask(), ask(OTHER)
    approvals.approve(limited.journal, FINANCE, yes.id)
    approvals.deny(limited.journal, FINANCE, no.id, "반품이 도착하지 않음")
    approvals.deny(limited.journal, CS, back.id)
    approvals.deny(limited.journal, FINANCE, others.id, "not theirs")

    def told() -> dict[str, tuple[object, ...]]:
        found = approvals.answered(limited.journal, CS)
        return {answer.id: (answer.outcome, answer.by, answer.why, answer.went, answer.amount) for answer in found}

    answered = {
        yes.id: ("approved", FINANCE.name, "", State.CONFIRMED, 20_000),
        no.id: ("denied", FINANCE.name, "반품이 도착하지 않음", None, 20_000),
    }
    assert told() == answered  # neither what waits, nor what was taken back, nor another's
    limited.clock.offset = lost.expires_at - lost.created_at + 1
    if day_of(int(limited.world.now())) == day_of(lost.created_at):
        assert told() == {lost.id: ("expired", "", "", None, 20_000), **answered}
    limited.clock.offset = 86_400 + approvals.EXPIRES_S
    assert told() == {}
    with pytest.raises(NotAllowed):
        approvals.answered(limited.journal, VIEWER)
