"""One piece of work of every kind of operation but refunds: what it needs, how it is asked for, how often it took effect."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from lib.iamport import schedules as upstream
from lib.journal.life import Operation
from lib.journal.parts import Journal
from lib.operations import charges, escrow, keys, receipts, schedules, vbanks
from lib.operations.escrow import Delivery, Person
from lib.people.actor import Actor, Role
from tests.desks import Bench

FINANCE = Actor("김민수", Role.FINANCE)
Facts = dict[str, Any]
SHOP = Person("페이데스크상점", "02-1234-5678", "서울시 중구 세종대로 110", "04524")
BUYER = Person("홍길동", "010-1234-5678", "부산시 해운대구 센텀로 1", "48058")
AMOUNT = 12_000


class Work(NamedTuple):
    """`endpoint`: where the sandbox may be told to fail. `prepare` makes what it needs, `act` asks for it, `took_effect`
    counts at i'mport."""

    endpoint: str
    prepare: Callable[[Bench], Facts]
    act: Callable[[Journal, Facts, str], Operation]
    took_effect: Callable[[Bench, Facts], int]


def key(bench: Bench) -> str:
    """A fresh billing key."""
    uid = f"member_{bench.world.nonce()[:12]}"
    bench.shop.control("POST", "/customers", {"customer_uid": uid})
    return uid


def scheduled(bench: Bench, **more: Any) -> Facts:
    """A key with one charge that is planned, through the desk itself."""
    uid = key(bench)
    at = int(time.time()) + 86_400
    planned = schedules.plan(bench.journal, FINANCE, uid, AMOUNT, "월 구독", at, bench.world.nonce())
    return {"uid": uid, "order": planned.cancellation_id, "at": at, **more}


def failed(bench: Bench) -> Facts:
    """A schedule whose charge was refused by the issuer."""
    uid, order = key(bench), f"order_{bench.world.nonce()[:12]}"
    bench.shop.control("POST", "/charges", {"customer_uid": uid, "fail_reason": "[8521] 한도초과"})
    soon = int(bench.shop.shop.state.now()) + 3  # still ahead when the call arrives
    entry = {"merchant_uid": order, "schedule_at": soon, "amount": AMOUNT, "name": "월 구독"}
    bench.post("/subscribe/payments/schedule", {"customer_uid": uid, "schedules": [entry]})
    ends = time.monotonic() + 20
    while True:
        bench.shop.control("GET", "")
        found = upstream.one(bench.iamport, order)
        if found and found.failed:
            return {"uid": uid, "order": order}
        assert time.monotonic() < ends, found
        time.sleep(0.1)


def paid_orders(bench: Bench, facts: Facts) -> int:
    return sum(body["status"] == "paid" for body in bench.shop.shop.state.of_customer(facts["uid"]))


def seen(journal: Journal, facts: Facts) -> upstream.Schedule:
    found = upstream.one(journal.iamport, facts["order"])
    assert found is not None
    return found


def _charge(journal: Journal, facts: Facts, intent: str) -> Operation:
    return charges.charge(journal, FINANCE, facts["uid"], AMOUNT, "정기 결제", intent)


def _plan(journal: Journal, facts: Facts, intent: str) -> Operation:
    return schedules.plan(journal, FINANCE, facts["uid"], AMOUNT, "월 구독", facts["at"], intent)


def _planned(bench: Bench, facts: Facts) -> int:
    now = int(time.time())
    return len(upstream.of_customer(bench.iamport, facts["uid"], now, now + 40 * 86_400))


def _ship(journal: Journal, facts: Facts, intent: str) -> Operation:
    delivery = Delivery(SHOP, BUYER, "HYUNDAI", "123456789012", facts["at"])
    return escrow.register(journal, FINANCE, facts["imp_uid"], delivery, intent)


def _reship(journal: Journal, facts: Facts, intent: str) -> Operation:
    delivery = Delivery(SHOP, BUYER, "HYUNDAI", "999999999999", facts["at"])
    now = escrow.registered(journal.iamport, facts["imp_uid"])
    return escrow.register(journal, FINANCE, facts["imp_uid"], delivery, intent, now)


def _escrow_order(bench: Bench) -> Facts:
    return {"imp_uid": bench.payment(pay_method="trans", escrow=True), "at": int(time.time())}


def _shipped_order(bench: Bench) -> Facts:
    facts = _escrow_order(bench)
    _ship(bench.journal, facts, bench.world.nonce())
    return facts


def _invoice(number: str) -> Callable[[Bench, Facts], int]:
    def count(bench: Bench, facts: Facts) -> int:
        found = escrow.registered(bench.iamport, facts["imp_uid"])
        return int(found is not None and found.invoice == number)

    return count


def _status(bench: Bench, facts: Facts, status: str) -> int:
    return int(bench.iamport.payment(facts["imp_uid"]).status == status)


WORKS: dict[str, Work] = {
    "charge": Work("POST /subscribe/payments/again", lambda bench: {"uid": key(bench)}, _charge, paid_orders),
    "schedule": Work(
        "POST /subscribe/payments/schedule",
        lambda bench: {"uid": key(bench), "at": int(time.time()) + 86_400},
        _plan,
        _planned,
    ),
    "reschedule": Work(
        "PUT /subscribe/payments/schedule/{merchant_uid}",
        lambda bench: scheduled(bench, to=int(time.time()) + 2 * 86_400),
        lambda journal, facts, intent: schedules.move(journal, FINANCE, seen(journal, facts), facts["to"], intent),
        lambda bench, facts: int(seen(bench.journal, facts).schedule_at == facts["to"]),
    ),
    "unschedule": Work(
        "POST /subscribe/payments/unschedule",
        scheduled,
        lambda journal, facts, intent: schedules.cancel(journal, FINANCE, seen(journal, facts), intent),
        lambda bench, facts: int(seen(bench.journal, facts).status == "revoked"),
    ),
    "retry_schedule": Work(
        "POST /subscribe/payments/schedule/{merchant_uid}/retry",
        failed,
        lambda journal, facts, intent: schedules.retry(journal, FINANCE, seen(journal, facts), intent),
        paid_orders,
    ),
    "delete_key": Work(
        "DELETE /subscribe/customers/{customer_uid}",
        lambda bench: {"uid": key(bench)},
        lambda journal, facts, intent: keys.delete(journal, FINANCE, facts["uid"], "탈퇴", intent),
        lambda bench, facts: int(bench.iamport.customer(facts["uid"]) is None),
    ),
    "escrow": Work("POST /escrows/logis/{imp_uid}", _escrow_order, _ship, _invoice("123456789012")),
    "escrow_change": Work("PUT /escrows/logis/{imp_uid}", _shipped_order, _reship, _invoice("999999999999")),
    "receipt": Work(
        "POST /receipts/{imp_uid}",
        lambda bench: {"imp_uid": bench.payment(pay_method="trans", cash_receipt_issued=False)},
        lambda journal, facts, intent: receipts.issue(
            journal, FINANCE, facts["imp_uid"], "phone", "010-1234-5678", intent
        ),
        lambda bench, facts: int(receipts.issued(bench.iamport, facts["imp_uid"]) is not None),
    ),
    "close_vbank": Work(
        "DELETE /vbanks/{imp_uid}",
        lambda bench: {"imp_uid": bench.payment(pay_method="vbank", status="ready")},
        lambda journal, facts, intent: vbanks.close(journal, FINANCE, facts["imp_uid"], "고객 요청", intent),
        lambda bench, facts: _status(bench, facts, "failed"),
    ),
}
"""By the name of the kind."""
