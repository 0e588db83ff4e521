"""Payment links: made once, fixed at i'mport, signed, ending; and how their orders stand."""

from __future__ import annotations

from typing import Any

import pytest

from lib import audit
from lib.errors import BadInput, NotAllowed
from lib.iamport.errors import IamportError
from lib.journal.parts import Journal
from lib.operations import payment_links
from lib.people.actor import Actor
from lib.sandbox.window.opened import Windows
from lib.sandbox.window.parameters import Wrong
from tests.desks import ADMIN, CS, VIEWER, Bench

PREPARE = "POST /payments/prepare"


def made(bench: Bench, actor: Actor = CS, **changes: Any) -> str:
    given: dict[str, Any] = {
        "merchant_uid": payment_links.order(bench.world),
        "name": "기계식 키보드",
        "amount": 30_000,
        "methods": ["vbank", "card"],
    }
    return payment_links.make(bench.journal, actor, **given | changes)


def opened(bench: Bench, token: str) -> payment_links.Link:
    return payment_links.opened(bench.journal.secret, token)


def written(journal: Journal) -> list[audit.Entry]:
    return audit.entries(journal.store, action=payment_links.ACTION)


def window(bench: Bench, link: payment_links.Link, **changes: Any) -> dict[str, Any]:
    """The customer pays in the payment window; what the browser is told."""
    windows = Windows(bench.shop.shop.state)
    params = {"merchant_uid": link.merchant_uid, "name": link.name, "amount": link.amount, "pay_method": "card"}
    params |= {"buyer_tel": "010-1234-5678", "channelKey": "channel-key-00000000-0000-4000-8000-000000000001"} | changes
    wish = {"code": "imp00000000", "tier": None, "mobile": False, "origin": "http://127.0.0.1", "params": params}
    shown = windows.open(wish, "")
    choice: dict[str, Any] = {"outcome": "approve", "bank": "004", "card": "366"}
    return windows.decide(shown, choice)


def test_a_link_is_its_order_and_is_written_down_before_it_is_sent(bench: Bench) -> None:
    link = opened(bench, made(bench, tax_free=10_000))
    assert (link.name, link.amount, link.tax_free, link.methods) == ("기계식 키보드", 30_000, 10_000, ["card", "vbank"])
    assert 86_399 <= link.expires - bench.world.now() <= 86_400
    (entry,) = written(bench.journal)
    assert (entry.actor, entry.object, entry.after) == (CS.name, link.merchant_uid, "30000")
    assert bench.shop.shop.state.prepared(link.merchant_uid) == 30_000


def test_no_window_opens_for_another_amount(bench: Bench) -> None:
    link = opened(bench, made(bench))
    with pytest.raises(Wrong):
        window(bench, link, amount=1_000)
    assert window(bench, link)["success"] is True


def test_a_double_click_makes_one_link_and_another_amount_is_refused(bench: Bench) -> None:
    order = payment_links.order(bench.world)
    first = made(bench, merchant_uid=order)
    bench.clock.offset += 5
    assert made(bench, merchant_uid=order) == first
    assert len(written(bench.journal)) == 1
    with pytest.raises(BadInput, match="link_taken"):
        made(bench, merchant_uid=order, amount=1_000)
    assert bench.shop.shop.state.prepared(order) == 30_000


@pytest.mark.parametrize("actor", [VIEWER, ADMIN])
def test_not_everybody_may_make_one(bench: Bench, actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        made(bench, actor)
    with pytest.raises(NotAllowed):
        payment_links.latest(bench.journal, actor)
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
    with pytest.raises(IamportError):
        made(bench)
    assert len(written(bench.journal)) == 1


def test_a_changed_link_is_refused_wherever_it_was_changed(bench: Bench) -> None:
    token = made(bench)
    for place in range(len(token)):
        other = "A" if token[place] not in "ABCD" else "z"  # base64: the last letter says four bits
        changed = token[:place] + other + token[place + 1 :]
        with pytest.raises(BadInput, match="link_broken"):
            opened(bench, changed)
    for nonsense in ("", ".", "a.b", token + "a", token[:-1], "한글", "x" * 5_000):
        with pytest.raises(BadInput, match="link_broken"):
            opened(bench, nonsense)
    with pytest.raises(BadInput, match="link_broken"):
        payment_links.opened(b"another secret of thirty-two bytes", token)


def test_a_link_ends(bench: Bench) -> None:
    token = made(bench, hours=1)
    assert [one.state for one in payment_links.latest(bench.journal, CS)] == ["open"]
    bench.clock.offset += 3_601
    assert opened(bench, token).expires < bench.world.now()
    assert [one.state for one in payment_links.latest(bench.journal, CS)] == ["expired"]


def test_how_an_order_stands_is_read_from_i_mport_where_nothing_was_stored(bench: Bench) -> None:
    link = opened(bench, made(bench))
    assert payment_links.standing(bench.journal, link, look=True).state == "open"
    window(bench, link)
    assert payment_links.standing(bench.journal, link, look=False).state == "open"
    assert payment_links.standing(bench.journal, link, look=True).state == "paid"
    bench.fault("http_5xx", "GET /payments/findAll/{merchant_uid}/{status}", count=9)
    assert payment_links.standing(bench.journal, link, look=True).state == "open"


def test_an_account_that_waits_is_shown_again_until_it_is_over(bench: Bench) -> None:
    link = opened(bench, made(bench))
    told = window(bench, link, pay_method="vbank")
    assert payment_links.bring(bench.journal, link, told["imp_uid"])
    stands = payment_links.standing(bench.journal, link, look=False)
    assert stands.payment is not None
    assert (stands.state, stands.payment.vbank_num) == ("account", told["vbank_num"])
    bench.clock.offset += 60 * 86_400
    assert payment_links.standing(bench.journal, link, look=False).state == "open"


def test_a_payment_of_another_order_is_none_of_this_link(bench: Bench) -> None:
    link = opened(bench, made(bench))
    assert not payment_links.bring(bench.journal, link, bench.payment())
    assert not payment_links.bring(bench.journal, link, "imp_000000000000")
    assert payment_links.standing(bench.journal, link, look=False).state == "open"


def test_the_latest_links_say_who_made_them_and_what_became_of_them(bench: Bench) -> None:
    first, second = (opened(bench, made(bench)) for _ in range(2))
    told = window(bench, first)
    payment_links.bring(bench.journal, first, told["imp_uid"])
    latest = payment_links.latest(bench.journal, CS)
    assert [(one.merchant_uid, one.state, one.by) for one in latest] == [
        (second.merchant_uid, "open", CS.name),
        (first.merchant_uid, "paid", CS.name),
    ]
    assert latest[1].imp_uid == told["imp_uid"]


@pytest.mark.parametrize(
    "changes",
    [
        {"customer_uid": "thief", "channelKey": None, "pg": "kicc.IM000998"},
        {"channelKey": None, "pg": "kicc.T5102001"},
    ],
    ids=["a card registered for nothing", "a test channel"],
)
def test_what_was_not_paid_for_does_not_pay_a_link(bench: Bench, changes: dict[str, Any]) -> None:
    link = opened(bench, made(bench))
    told = window(bench, link, **changes)
    assert told["success"] is True
    assert payment_links.standing(bench.journal, link, look=True).state == "wrong"
    assert payment_links.bring(bench.journal, link, told["imp_uid"])
    stands = payment_links.standing(bench.journal, link, look=False)
    assert stands.payment is not None
    assert (stands.state, stands.payment.imp_uid) == ("wrong", told["imp_uid"])
    assert [one.state for one in payment_links.latest(bench.journal, CS)] == ["wrong"]
