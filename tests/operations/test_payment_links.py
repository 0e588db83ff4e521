"""Payment links: made once, fixed at i'mport, signed, ending; and how their orders stand."""

from __future__ import annotations

from typing import Any

import pytest

from lib import audit
from lib.errors import BadInput, NotAllowed
from lib.iamport.errors import IamportError
from lib.journal.parts import Journal
from lib.operations import payment_links
from lib.payments.payment_link import Link
from lib.people.actor import Actor
from lib.sandbox.window.opened import Windows
from lib.sandbox.window.parameters import Wrong
from tests.desks import ADMIN, CS, FINANCE, VIEWER, Bench

PREPARE = "POST /payments/prepare"


def made(bench: Bench, actor: Actor = CS, **changes: Any) -> Link:
    given: dict[str, Any] = {
        "merchant_uid": payment_links.order(bench.world),
        "name": "기계식 키보드",
        "amount": 30_000,
        "methods": ["vbank", "card"],
    }
    return payment_links.make(bench.journal, actor, **given | changes)


def state(bench: Bench, link: Link, *, look: bool = False) -> str:
    """How the link stands now."""
    now = payment_links.find(bench.journal, link.merchant_uid)
    assert now is not None
    return payment_links.standing(bench.journal, now, look=look).state


def states(bench: Bench) -> list[str]:
    return [one.standing.state for one in payment_links.latest(bench.journal, CS)]


def written(journal: Journal) -> list[audit.Entry]:
    return audit.entries(journal.store, action=payment_links.ACTION)


def window(bench: Bench, link: Link, **changes: Any) -> dict[str, Any]:
    """The customer pays in the payment window; what the browser is told."""
    windows = Windows(bench.shop.shop.state)
    params = {"merchant_uid": link.merchant_uid, "name": link.name, "amount": link.amount, "pay_method": "card"}
    params |= {"buyer_tel": "010-1234-5678", "channelKey": "channel-key-00000000-0000-4000-8000-000000000001"} | changes
    wish = {"code": "imp00000000", "tier": None, "mobile": False, "origin": "http://127.0.0.1", "params": params}
    shown = windows.open(wish, "")
    choice: dict[str, Any] = {"outcome": "approve", "bank": "004", "card": "366"}
    return windows.decide(shown, choice)


def test_a_link_is_its_order_and_is_written_down_before_it_is_sent(bench: Bench) -> None:
    link = made(bench, tax_free=10_000)
    assert (link.name, link.amount, link.tax_free, link.methods) == ("기계식 키보드", 30_000, 10_000, ("card", "vbank"))
    assert 86_399 <= link.expires - bench.world.now() <= 86_400
    (entry,) = written(bench.journal)
    assert (entry.actor, entry.object, entry.after) == (CS.name, link.merchant_uid, "30000")
    assert bench.shop.shop.state.prepared(link.merchant_uid) == 30_000


def test_no_window_opens_for_another_amount(bench: Bench) -> None:
    link = made(bench)
    with pytest.raises(Wrong):
        window(bench, link, amount=1_000)
    assert window(bench, link)["success"] is True


def test_a_double_click_makes_one_link_and_other_terms_are_refused(bench: Bench) -> None:
    order = payment_links.order(bench.world)
    first = made(bench, merchant_uid=order)
    bench.clock.offset += 5
    assert made(bench, merchant_uid=order) == first
    for terms in ({"amount": 1_000}, {"name": "다른 상품"}, {"methods": ["card"]}, {"hours": 1}, {"tax_free": 5}):
        with pytest.raises(BadInput, match="link_taken"):
            made(bench, merchant_uid=order, **terms)
    assert len(written(bench.journal)) == 1
    assert bench.shop.shop.state.prepared(order) == 30_000
    assert payment_links.find(bench.journal, order) == first


@pytest.mark.parametrize("actor", [VIEWER, ADMIN])
def test_not_everybody_may_make_one(bench: Bench, actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        made(bench, actor)
    with pytest.raises(NotAllowed):
        payment_links.latest(bench.journal, actor)
    with pytest.raises(NotAllowed):
        payment_links.alarms(bench.journal, actor)
    assert written(bench.journal) == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"name": "  "}, "link_name"),
        ({"name": "가" * 41}, "link_name"),
        ({"amount": None}, "link_amount"),
        ({"amount": 99}, "link_amount"),
        ({"amount": 100_000_001}, "link_amount"),
        ({"tax_free": 30_001}, "link_tax_free"),
        ({"tax_free": -1}, "link_tax_free"),
        ({"methods": []}, "link_methods"),
        ({"methods": ["kakaopay"]}, "link_methods"),
        ({"hours": 0}, "link_hours"),
        ({"hours": 169}, "link_hours"),
    ],
)
def test_what_cannot_be_asked_for_is_not(bench: Bench, changes: dict[str, Any], why: str) -> None:
    with pytest.raises(BadInput, match=why):
        made(bench, **changes)
    assert written(bench.journal) == []


def test_without_i_mport_there_is_no_link_but_the_wish_is_on_record(bench: Bench) -> None:
    bench.fault("http_5xx", PREPARE, count=9)
    order = payment_links.order(bench.world)
    with pytest.raises(IamportError):
        made(bench, merchant_uid=order)
    assert len(written(bench.journal)) == 1
    assert states(bench) == []
    bench.shop.control("DELETE", "/faults")
    made(bench, merchant_uid=order)
    assert (len(written(bench.journal)), states(bench)) == (1, ["open"])


def test_an_address_holds_the_order_alone_and_is_refused_wherever_it_was_changed(bench: Bench) -> None:
    secret, link = bench.journal.secret, made(bench)
    token = payment_links.token(secret, link)
    assert token.startswith(f"{link.merchant_uid}.")
    assert payment_links.signed(secret, token) == link.merchant_uid
    for place in range(len(token)):
        other = "A" if token[place] not in "ABCD" else "z"  # base64: the last letter says four bits
        assert payment_links.signed(secret, token[:place] + other + token[place + 1 :]) is None
    for nonsense in ("", ".", "a.b", token + "a", token[:-1], "한글", "\udc80.x", "x" * 5_000):
        assert payment_links.signed(secret, nonsense) is None
    assert payment_links.signed(b"another secret of thirty-two bytes", token) is None


def test_a_link_ends(bench: Bench) -> None:
    made(bench, hours=1)
    assert states(bench) == ["open"]
    bench.clock.offset += 3_601
    assert states(bench) == ["expired"]


def test_how_an_order_stands_is_read_from_i_mport_where_nothing_was_stored(bench: Bench) -> None:
    link = made(bench)
    assert payment_links.standing(bench.journal, link, look=True).state == "open"
    window(bench, link)
    assert payment_links.standing(bench.journal, link, look=False).state == "open"
    assert payment_links.standing(bench.journal, link, look=True).state == "paid"
    bench.fault("http_5xx", "GET /payments/findAll/{merchant_uid}/{status}", count=9)
    assert payment_links.standing(bench.journal, link, look=True).state == "open"


def test_an_account_that_waits_is_shown_again_until_it_is_over(bench: Bench) -> None:
    link = made(bench)
    told = window(bench, link, pay_method="vbank")
    assert payment_links.bring(bench.journal, link, told["imp_uid"])
    stands = payment_links.standing(bench.journal, link, look=False)
    assert stands.payment is not None
    assert (stands.state, stands.payment.vbank_num) == ("account", told["vbank_num"])
    bench.clock.offset += 60 * 86_400
    assert state(bench, link) == "expired"


def test_a_payment_of_another_order_is_none_of_this_link(bench: Bench) -> None:
    link = made(bench)
    assert not payment_links.bring(bench.journal, link, bench.payment())
    assert not payment_links.bring(bench.journal, link, "imp_000000000000")
    assert payment_links.standing(bench.journal, link, look=False).state == "open"


def test_the_latest_links_say_who_made_them_and_what_became_of_them(bench: Bench) -> None:
    first, second = (made(bench) for _ in range(2))
    told = window(bench, first)
    payment_links.bring(bench.journal, first, told["imp_uid"])
    found = {one.link.merchant_uid: one for one in payment_links.latest(bench.journal, CS)}
    assert {uid: (one.link, one.standing.state) for uid, one in found.items()} == {
        second.merchant_uid: (second, "open"),
        first.merchant_uid: (first, "paid"),
    }
    payment = found[first.merchant_uid].standing.payment
    assert payment is not None
    assert (payment.imp_uid, first.made_by) == (told["imp_uid"], CS.name)
    assert payment_links.alarms(bench.journal, CS) == []


REGISTERED = {"customer_uid": "thief", "channelKey": None, "pg": "kicc.IM000998"}
TEST = {"channelKey": None, "pg": "kicc.T5102001"}


@pytest.mark.parametrize("changes", [REGISTERED, TEST], ids=["a card registered for nothing", "a test channel"])
def test_what_was_not_paid_for_does_not_pay_a_link(bench: Bench, changes: dict[str, Any]) -> None:
    link = made(bench)
    told = window(bench, link, **changes)
    assert told["success"] is True
    assert payment_links.bring(bench.journal, link, told["imp_uid"])
    stands = payment_links.standing(bench.journal, link, look=True)
    assert stands.payment is not None
    assert (stands.state, stands.payment.imp_uid) == ("wrong", told["imp_uid"])
    assert states(bench) == ["wrong"]
    assert [one.link for one in payment_links.alarms(bench.journal, CS)] == [link]
    payment_links.withdraw(bench.journal, CS, link.merchant_uid)  # no money came in: nothing else is left to do
    assert (states(bench), payment_links.alarms(bench.journal, CS)) == (["withdrawn"], [])


def test_a_card_registered_for_nothing_is_known_when_nobody_tells_of_it(bench: Bench) -> None:
    link = made(bench)
    window(bench, link, **REGISTERED)
    assert state(bench, link, look=True) == "wrong"


@pytest.mark.parametrize(
    "fields", [{"amount": 1_000}, {"amount": 30_000, "currency": "USD"}], ids=["another amount", "another currency"]
)
def test_money_of_another_kind_is_an_alarm_until_it_goes_back(bench: Bench, fields: dict[str, Any]) -> None:
    link = made(bench)
    imp_uid = bench.payment(merchant_uid=link.merchant_uid, **fields)
    bench.journal.refresh(imp_uid)
    assert states(bench) == ["wrong"]
    payment_links.withdraw(bench.journal, CS, link.merchant_uid)
    assert [one.link.merchant_uid for one in payment_links.alarms(bench.journal, CS)] == [link.merchant_uid]
    bench.outside(imp_uid, fields["amount"])
    bench.journal.refresh(imp_uid)
    assert (states(bench), payment_links.alarms(bench.journal, CS)) == (["withdrawn"], [])


def test_a_link_made_for_a_test_channel_is_paid_on_it(bench: Bench) -> None:
    link = made(bench, test=True, channel_key="channel-key-00000000-0000-4000-8000-000000000004")
    told = window(bench, link, channelKey=link.channel_key)
    payment_links.bring(bench.journal, link, told["imp_uid"])
    assert (states(bench), payment_links.alarms(bench.journal, CS)) == (["paid"], [])


def test_an_account_of_a_test_channel_is_shown_to_nobody(bench: Bench) -> None:
    link = made(bench)
    told = window(bench, link, pay_method="vbank", **TEST)
    assert payment_links.bring(bench.journal, link, told["imp_uid"])
    assert state(bench, link) == "open"


def test_what_was_paid_and_went_back_is_neither_paid_nor_open(bench: Bench) -> None:
    link = made(bench)
    imp_uid = window(bench, link)["imp_uid"]
    for amount, stands in ((10_000, "partly"), (20_000, "cancelled")):
        bench.outside(imp_uid, amount)
        payment_links.bring(bench.journal, link, imp_uid)
        assert state(bench, link) == stands
    with pytest.raises(BadInput, match="link_over"):
        payment_links.withdraw(bench.journal, CS, link.merchant_uid)


def test_a_link_is_withdrawn_once_by_who_may_and_stays_so(bench: Bench) -> None:
    link = made(bench)
    for actor in (VIEWER, ADMIN):
        with pytest.raises(NotAllowed):
            payment_links.withdraw(bench.journal, actor, link.merchant_uid)
    for _ in range(2):
        payment_links.withdraw(bench.journal, FINANCE, link.merchant_uid)
    (entry,) = audit.entries(bench.store, action=payment_links.WITHDRAWN)
    assert (entry.actor, entry.object) == (FINANCE.name, link.merchant_uid)
    assert state(bench, link) == "withdrawn"
    with pytest.raises(BadInput, match="link_taken"):
        made(bench, merchant_uid=link.merchant_uid)
    with pytest.raises(BadInput, match="link_broken"):
        payment_links.withdraw(bench.journal, CS, "link-nothing")


def test_a_withdrawn_link_names_the_account_that_still_waits(bench: Bench) -> None:
    link = made(bench)
    told = window(bench, link, pay_method="vbank")
    payment_links.bring(bench.journal, link, told["imp_uid"])
    payment_links.withdraw(bench.journal, CS, link.merchant_uid)
    one = payment_links.seen(bench.journal, CS, link.merchant_uid)
    assert one is not None
    assert one.standing.payment is not None
    assert (one.standing.state, one.standing.payment.imp_uid) == ("withdrawn", told["imp_uid"])


def test_a_link_that_was_paid_is_not_withdrawn_though_nobody_told_of_it(bench: Bench) -> None:
    link = made(bench)
    window(bench, link)
    with pytest.raises(BadInput, match="link_over"):
        payment_links.withdraw(bench.journal, CS, link.merchant_uid)


def test_what_is_paid_after_the_withdrawal_is_paid_and_an_alarm(bench: Bench) -> None:
    link = made(bench)
    payment_links.withdraw(bench.journal, CS, link.merchant_uid)
    told = window(bench, link)
    payment_links.bring(bench.journal, link, told["imp_uid"])
    (one,) = payment_links.alarms(bench.journal, CS)
    assert (one.link.merchant_uid, one.standing.state) == (link.merchant_uid, "paid")
    bench.outside(told["imp_uid"], 30_000)
    payment_links.bring(bench.journal, link, told["imp_uid"])
    assert payment_links.alarms(bench.journal, CS) == []
