"""Where a refund goes: an account in another name than the buyer's, or another buyer's, wants a second person."""

from __future__ import annotations

from dataclasses import replace
from unicodedata import normalize

import pytest

from lib.errors import BadInput
from lib.journal.life import State
from lib.operations import approvals, refund_accounts, refunds
from lib.operations.wish import Account, account_number
from lib.people import accounts
from tests.desks import CS, FINANCE, SECRET, Bench

ACCOUNT = Account(holder="박하나", bank="088", number="110999888777")


@pytest.fixture
def guarded(bench: Bench) -> Bench:
    """Only finance may refund alone to an account in doubt."""
    limits = bench.journal.limits._replace(other_holder=frozenset({"finance"}))
    bench.journal = replace(bench.journal, limits=limits)
    for actor in (CS, FINANCE):
        accounts.add(bench.store, bench.world, SECRET, actor.name, actor.role, "correct horse battery staple")
    return bench


def paid(bench: Bench, buyer: str) -> str:
    return bench.payment(pay_method="vbank", buyer_name=buyer)


def test_an_account_that_got_another_buyers_money_wants_a_second_person(guarded: Bench) -> None:
    first, second = paid(guarded, "박하나"), paid(guarded, "최두리")
    assert guarded.refund(first, 5_000, account=ACCOUNT).state is State.CONFIRMED
    assert guarded.refund(first, 5_000, 25_000, account=ACCOUNT).state is State.CONFIRMED  # the same buyer again
    typed = replace(ACCOUNT, holder="최두리")  # the holder is what somebody types
    with pytest.raises(BadInput, match="account_of_another"):
        guarded.refund(second, 5_000, account=typed)
    assert (guarded.sent(second), refunds.of_payment(guarded.store, second)) == (0, [])
    other = replace(typed, number="110999888778")
    assert guarded.refund(second, 5_000, account=other).state is State.CONFIRMED
    asked = approvals.request(guarded.journal, CS, guarded.ask(second, 5_000, 25_000, account=typed))
    assert approvals.approve(guarded.journal, FINANCE, asked.id).state is State.CONFIRMED


def test_what_was_not_executed_made_no_account_known(guarded: Bench) -> None:
    first, second = paid(guarded, "박하나"), paid(guarded, "최두리")
    guarded.fault("too_many")
    assert guarded.refund(first, 5_000, account=ACCOUNT).state is State.NOT_EXECUTED
    guarded.shop.control("DELETE", "/faults")
    assert guarded.refund(second, 5_000, account=replace(ACCOUNT, holder="최두리")).state is State.CONFIRMED


def test_the_name_is_compared_as_letters(bench: Bench) -> None:
    asked = {
        holder: refund_accounts.doubt_of(bench.journal, FINANCE, "박하나", replace(ACCOUNT, holder=holder))
        for holder in ("박하나", " 박 하나", normalize("NFD", "박하나"), "박하니", "박하나\u200b")
    }
    assert list(asked.values()) == ["", "", "", "other_holder", "other_holder"]
    assert refund_accounts.doubt_of(bench.journal, FINANCE, "", ACCOUNT) == "other_holder"
    assert refund_accounts.doubt_of(bench.journal, FINANCE, "박하나", None) == ""


def test_many_at_once_are_compared_with_each_other_too(bench: Bench) -> None:
    buyers = ("박하나", "최두리", "정세라", "박하나")
    imp_uids = [paid(bench, buyer) for buyer in buyers]
    for imp_uid in imp_uids:
        bench.journal.refresh(imp_uid)
    shared = [replace(ACCOUNT, holder=buyer) for buyer in buyers]
    shared[2] = replace(ACCOUNT, holder="나도둑", number="220123456789")
    doubts = refund_accounts.doubts(bench.journal, FINANCE, dict(zip(imp_uids, shared, strict=True)))
    assert doubts == {
        imp_uids[0]: "account_of_another",
        imp_uids[1]: "account_of_another",
        imp_uids[2]: "other_holder",
        imp_uids[3]: "account_of_another",
    }
    assert refund_accounts.doubts(bench.journal, FINANCE, {imp_uids[0]: shared[0], imp_uids[3]: shared[3]}) == {}


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("110-233-445566", "110233445566"),
        (" 110 233 445566 ", "110233445566"),
        ("１１０－２３３－４４５５６６", "110233445566"),
        ("110–233–445566", "110233445566"),
        ("110-233-44556O7", "11023344556O7"),
    ],
)
def test_a_number_keeps_whatever_is_no_digit_so_that_it_is_refused(typed: str, number: str) -> None:
    assert account_number(typed) == number
    assert Account("박하나", "088", number).plausible == number.isdigit()
