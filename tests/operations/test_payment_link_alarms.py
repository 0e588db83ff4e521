"""What comes under a link's order beside what was asked for: told to people with what to do, until it is done."""

from __future__ import annotations

import random
from dataclasses import asdict
from typing import Any

import pytest

from lib.operations import payment_links, vbanks
from lib.payments.days import moment
from lib.payments.payment_link import WHY, Link
from lib.payments.record import Payment
from lib.store.statements import payment_links as statements
from lib.store.statements.ingest import ingest
from tests.desks import CS, Bench
from tests.operations.test_payment_links import REGISTERED, made, states, window


def odd(bench: Bench) -> list[tuple[str, str]]:
    """(reason, imp_uid) of all that needs a person, as the list of alarms says it."""
    found = payment_links.alarms(bench.journal, CS)
    return [(odd.code, odd.payment.imp_uid) for one in found for odd in one.standing.odd]


def told(bench: Bench, link: Link, **changes: Any) -> str:
    """The customer finishes a window and the desk hears of it; the imp_uid."""
    imp_uid = str(window(bench, link, **changes)["imp_uid"])
    assert payment_links.bring(bench.journal, link, imp_uid)
    return imp_uid


def in_time(link: Link) -> dict[str, Any]:
    """What the page asks the window for: an account that is due when the link ends."""
    due = moment(link.expires)
    assert due is not None
    return {"pay_method": "vbank", "vbank_due": f"{due:%Y%m%d%H%M%S}"}


def deposited(bench: Bench, imp_uid: str, **given: Any) -> None:
    bench.shop.control("POST", "/deposit", {"imp_uid": imp_uid, **given})
    bench.journal.refresh(imp_uid)


def refunded(bench: Bench, imp_uid: str, amount: int) -> None:
    bench.outside(imp_uid, amount)
    bench.journal.refresh(imp_uid)


def closed(bench: Bench, imp_uid: str) -> None:
    vbanks.close(bench.journal, CS, imp_uid, "링크 종료", bench.world.nonce())
    bench.journal.refresh(imp_uid)


def test_an_account_that_waits_beside_a_payment_is_to_be_closed(bench: Bench) -> None:
    link = made(bench)
    account = told(bench, link, **in_time(link))
    assert odd(bench) == []
    told(bench, link)
    assert (states(bench), odd(bench)) == (["paid"], [("link_account_over", account)])
    closed(bench, account)
    assert (states(bench), odd(bench)) == (["paid"], [])


@pytest.mark.parametrize("refund", ["the first", "the second"])
def test_a_deposit_after_a_payment_by_card_is_paid_twice_until_one_goes_back(bench: Bench, refund: str) -> None:
    link = made(bench)
    account = told(bench, link, **in_time(link))
    card = told(bench, link)
    bench.clock.offset += 1  # the deposit is the later one
    deposited(bench, account, at=int(bench.world.now()))
    assert (states(bench), odd(bench)) == (["paid"], [("link_paid_twice", account)])
    refunded(bench, card if refund == "the first" else account, 30_000)
    assert (states(bench), odd(bench)) == (["paid"], [])


@pytest.mark.parametrize("amount", [30_000, 300], ids=["the same again", "another amount"])
def test_money_beside_what_pays_a_link_is_an_alarm_until_it_goes_back(bench: Bench, amount: int) -> None:
    link = made(bench)
    first = told(bench, link)
    beside = bench.payment(amount, merchant_uid=link.merchant_uid, paid_at=int(bench.world.now()) + 5)
    bench.journal.refresh(beside)
    one = payment_links.seen(bench.journal, CS, link.merchant_uid)
    assert one is not None
    assert one.standing.payment is not None
    assert (one.standing.state, one.standing.payment.imp_uid) == ("paid", first)
    assert odd(bench) == [("link_paid_twice", beside)]
    refunded(bench, beside, 100)  # a part of it is not all of it
    assert odd(bench) == [("link_paid_twice", beside)]
    refunded(bench, beside, amount - 100)
    assert odd(bench) == []


def test_every_payment_of_another_amount_is_told(bench: Bench) -> None:
    link = made(bench)
    both = [bench.payment(amount, merchant_uid=link.merchant_uid) for amount in (300, 400)]
    for imp_uid in both:
        bench.journal.refresh(imp_uid)
    assert sorted(odd(bench)) == sorted(("link_paid_amount", imp_uid) for imp_uid in both)


def test_what_took_no_money_is_no_alarm_beside_a_payment(bench: Bench) -> None:
    link = made(bench)
    told(bench, link, **REGISTERED)
    assert [code for code, _ in odd(bench)] == ["link_paid_key"]
    bench.journal.refresh(bench.payment(30_000, merchant_uid=link.merchant_uid))
    assert (states(bench), odd(bench)) == (["paid"], [])


def test_an_account_of_an_order_that_was_withdrawn_or_refunded_is_to_be_closed(bench: Bench) -> None:
    first, second = made(bench), made(bench)
    accounts = [told(bench, link, **in_time(link)) for link in (first, second)]
    card = told(bench, second)
    payment_links.withdraw(bench.journal, CS, first.merchant_uid)
    refunded(bench, card, 30_000)
    assert sorted(states(bench)) == ["cancelled", "withdrawn"]
    assert sorted(odd(bench)) == sorted(("link_account_over", account) for account in accounts)
    for account in accounts:
        closed(bench, account)
    assert odd(bench) == []


def test_an_account_that_is_due_later_than_the_link_ends_is_told_at_once_and_until_it_is_over(bench: Bench) -> None:
    link, other = made(bench, hours=1), made(bench, hours=1)
    account = told(bench, link, pay_method="vbank", vbank_due="20991231235959")
    closed_at_once = told(bench, other, pay_method="vbank", vbank_due="20991231235959")
    both = sorted(("link_account_long", imp_uid) for imp_uid in (account, closed_at_once))
    assert (states(bench), sorted(odd(bench))) == (["account", "account"], both)
    closed(bench, closed_at_once)
    bench.clock.offset += 7_200
    assert (sorted(states(bench)), odd(bench)) == (["account", "expired"], [("link_account_long", account)])
    deposited(bench, account)
    assert (sorted(states(bench)), odd(bench)) == (["expired", "paid"], [])


def test_what_is_paid_after_the_end_in_a_window_opened_before_it_stays_paid(bench: Bench) -> None:
    link = made(bench, hours=1)
    imp_uid = bench.payment(30_000, merchant_uid=link.merchant_uid, paid_at=int(bench.world.now()) + 4_000)
    bench.clock.offset += 5_000
    bench.journal.refresh(imp_uid)
    assert (states(bench), odd(bench)) == (["paid"], [])


def test_a_method_that_was_not_offered_pays_a_link_and_is_an_alarm(bench: Bench) -> None:
    link = made(bench, methods=["vbank"])
    card = told(bench, link)
    assert (states(bench), odd(bench)) == (["paid"], [("link_paid_method", card)])
    refunded(bench, card, 30_000)
    assert odd(bench) == []


def test_a_wallet_is_no_method_that_was_not_offered(bench: Bench) -> None:
    link = made(bench, methods=["card"])
    bench.journal.refresh(bench.payment(30_000, merchant_uid=link.merchant_uid, pay_method="kakaopay"))
    assert (states(bench), odd(bench)) == (["paid"], [])


@pytest.mark.parametrize(("pg_id", "codes"), [("IM000999", []), ("IM000998", ["link_paid_channel"]), ("", [])])
def test_another_channel_than_was_chosen_pays_a_link_and_is_an_alarm(
    bench: Bench, pg_id: str, codes: list[str]
) -> None:
    link = made(bench, channel_key="chosen" * bool(pg_id), pg_id=pg_id)
    told(bench, link)  # on IM000999
    assert (states(bench), [code for code, _ in odd(bench)]) == (["paid"], codes)


def test_the_alarms_are_found_without_reading_every_link(bench: Bench) -> None:
    """Links and payments by chance: what the query leaves out is nothing of which the rule says anything."""
    chance, now = random.Random(7), int(bench.world.now())
    with bench.store.writing() as connection:
        for n in range(400):
            link = Link(
                merchant_uid=f"link-{n:03d}",
                name="상품",
                amount=1_000,
                methods=chance.choice([("card", "vbank"), ("trans",), ("card", "trans", "vbank", "phone")]),
                pg_id=chance.choice(["", "IM000999"]),
                test=chance.random() < 0.1,
                made_by="이수연",
                made_at=now - 100,
                expires=now + chance.choice([-10, 100]),
                withdrawn_at=chance.choice([0, 0, 0, now - 50]),
            )
            statements.add(connection, asdict(link) | {"methods": " ".join(link.methods), "fixed_at": now - 100})
            ingest(connection, [_by_chance(chance, link, f"{n}{m}", now) for m in range(chance.randrange(4))], now)
    every = payment_links.latest(bench.journal, CS, 1_000)
    wanted = [one for one in every if one.standing.odd]
    found = payment_links.alarms(bench.journal, CS)
    with bench.store.reading() as connection:
        assert len(statements.odd(connection, now - 100)) < len(every) == 400
    assert {code for one in wanted for _, code in one.standing.odd} == set(WHY)
    assert {one.link.merchant_uid for one in found} == {one.link.merchant_uid for one in wanted}


def _by_chance(chance: random.Random, link: Link, name: str, now: int) -> Payment:
    method = chance.choice(["card", "vbank", "vbank", "trans", "phone", "kakaopay"])
    status = chance.choice(["paid", "paid", "paid", "ready", "failed", "cancelled"])
    waits = method == "vbank" and status != "failed"
    amount = chance.choice([1_000, 1_000, 1_000, 300])
    return Payment(
        imp_uid=f"imp_{name}",
        merchant_uid=link.merchant_uid,
        status=status,
        pay_method=method,
        pg_provider="kicc",
        pg_id=chance.choice(["IM000999", "IM000999", "IM000998", ""]),
        amount=amount,
        cancel_amount={"cancelled": amount, "paid": chance.choice([0, 0, 0, 100])}.get(status, 0),
        currency=chance.choice(["KRW"] * 9 + ["USD"]),
        vbank_num="26100000123" if waits else "",
        vbank_date=link.expires + chance.choice([0, 0, 60, -1_000]) if waits else 0,
        started_at=now - 90,
        paid_at=now - chance.choice([40, 60]) if status in ("paid", "cancelled") else 0,
        sandbox=chance.random() < 0.1,
        customer_uid_usage=chance.choice([""] * 8 + ["issue", "payment"]),
    )
