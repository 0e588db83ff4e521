"""Webhooks over real HTTP: sandbox or stranger -> the desk's route -> its thread -> i'mport's answer -> the store."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from lib.errors import BadSetting
from lib.iamport.client import Iamport
from lib.queries import payments as query
from lib.settings import load
from lib.store.engine import open_store
from lib.store.migrate import upgrade
from lib.sync.hints import AGAIN_S, BURST, EVERY_S, IN_A_ROW, LONGEST_QUEUE, RATE, REMEMBERED, UNKNOWN_S, Hint, Hints
from lib.web import webhooks
from lib.world import World
from tests.desks import READ
from tests.sandbox.receiver import until
from tests.sandbox_server import Served, running_sandbox
from tests.web.standing import WHO, Stand, made, said, standing

PATH = "/webhooks/iamport"


def tell(stand: Stand, **fields: Any) -> int:
    return stand.call(PATH, said(**fields)).status


@pytest.fixture(scope="module")
def shop() -> Iterator[Served]:
    with running_sandbox(payments=20) as served:
        yield served


@pytest.fixture
def stand(shop: Served, tmp_path: Path) -> Iterator[Stand]:
    """The thread runs."""
    with standing(shop, tmp_path, webhooks.ROUTES) as made:
        yield made


@pytest.fixture
def still(shop: Served, tmp_path: Path) -> Iterator[Stand]:
    """The thread does not run and its time stands still: `step()` and `clock.paused` move it."""
    with standing(shop, tmp_path, webhooks.ROUTES, thread=False) as made:
        yield made


@pytest.mark.parametrize("form", [False, True], ids=["json", "form"])
def test_what_the_sandbox_tells_arrives_by_itself(stand: Stand, form: bool) -> None:
    shop = stand.shop
    shop.control("POST", "/webhook", {"url": stand.url + PATH, "form": form})
    imp_uid = made(shop, pay_method="vbank", status="ready")
    until(lambda: stand.state(imp_uid) == "waiting")
    shop.control("POST", "/webhook", {"url": ""})
    heard = stand.desk.hints.heard(imp_uid)
    assert heard is not None
    assert (heard.status, heard.merchant_uid) == ("ready", shop.shop.state.payment(imp_uid)[0]["merchant_uid"])


def test_a_forged_cancellation_changes_nothing(stand: Stand) -> None:
    imp_uid = made(stand.shop)
    assert tell(stand, imp_uid=imp_uid, merchant_uid="x", status="cancelled", cancellation_id="c1") == 200
    until(lambda: stand.state(imp_uid))
    assert stand.state(imp_uid) == "paid"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[" * 4_000,
        b"{" + b'"a":{' * 600,
        b"null",
        b'{"imp_uid": null}',
        b'{"imp_uid": 5}',
        b'{"imp_uid": ["imp_1"]}',
        b'{"imp_uid": "../users"}',
        b'{"imp_uid": "imp 1"}',
        b"imp_uid=",
        b"imp_uid=" + b"1" * 51,
        b"\xff\xfe",
        b"&" * 4_000,
        b'{"imp_uid": "imp_1", "more": "' + b"x" * 4_096 + b'"}',
    ],
)
def test_what_is_no_hint_is_answered_and_forgotten(still: Stand, body: bytes) -> None:
    assert still.call(PATH, body).status == 200
    assert still.desk.hints.waiting == 0


def test_a_body_that_does_not_arrive_is_answered_all_the_same(still: Stand) -> None:
    line = http.client.HTTPConnection(still.url.removeprefix("http://"), timeout=10)
    line.putrequest("POST", PATH)
    line.putheader("Content-Length", "50")
    line.endheaders()
    line.send(b'{"imp_uid":')
    assert line.getresponse().status == 200
    line.close()
    assert still.desk.hints.waiting == 0


def test_ten_thousand_replays_are_three_fetches_and_then_one_in_ten_seconds(still: Stand) -> None:
    imp_uid, hints = made(still.shop), still.desk.hints
    for _ in range(100):
        tell(still, imp_uid=imp_uid, status="paid")
    fetched_at, known = [], 0
    for second in range(41):
        still.clock.paused = second
        for _ in range(300):
            hints.take(Hint(imp_uid))
        hints.step()
        if still.calls(READ, imp_uid) > known:
            known += 1
            fetched_at.append(second)
    assert known == still.calls(READ, imp_uid)
    assert fetched_at == [0, 2, 4, 10, 20, 30, 40]
    hints.take(Hint(imp_uid))
    for _ in range(2):
        still.clock.paused += IN_A_ROW * EVERY_S
        hints.step()
    assert (still.calls(READ, imp_uid), hints.waiting) == (known + 1, 0)  # the last hint, and nothing by itself


def test_replays_of_many_known_payments_pass_the_bucket(still: Stand) -> None:
    """However many ids a stranger has collected, no more join the queue than so many a second."""
    hints = still.desk.hints
    for second in range(60):
        still.clock.paused = second
        for n in range(1_000):
            hints.take(Hint(f"imp_{n:012d}"))
    assert hints.waiting <= BURST + RATE * 60


def test_a_second_change_three_seconds_after_the_first_shows_at_once(still: Stand) -> None:
    """A virtual account is issued and paid."""
    imp_uid, hints = made(still.shop, pay_method="vbank", status="ready"), still.desk.hints
    tell(still, imp_uid=imp_uid, status="ready")
    hints.step()
    assert still.state(imp_uid) == "waiting"
    still.shop.control("POST", "/deposit", {"imp_uid": imp_uid})
    still.clock.paused = AGAIN_S + 1
    tell(still, imp_uid=imp_uid, status="paid")
    hints.step()
    assert still.state(imp_uid) == "paid"


def test_the_last_hint_within_two_seconds_brings_the_last_change(still: Stand) -> None:
    imp_uid, hints = made(still.shop), still.desk.hints
    tell(still, imp_uid=imp_uid, status="paid")
    hints.step()
    still.shop.control("POST", "/cancel", {"imp_uid": imp_uid, "amount": 10_000})
    still.clock.paused = AGAIN_S / 2
    tell(still, imp_uid=imp_uid, status="cancelled")
    hints.step()
    assert still.state(imp_uid) == "paid"
    still.clock.paused = AGAIN_S
    hints.step()
    assert still.state(imp_uid) == "cancelled"


def test_a_flood_of_unknown_payments_is_bounded_and_forgotten(still: Stand) -> None:
    hints = still.desk.hints
    for n in range(30_000):
        still.clock.paused += 0.0002  # 5,000 a second
        hints.take(Hint(f"imp_{n:012d}"))
    assert hints.waiting <= 250
    for n in range(60_000):  # a day of it, the thread being stuck
        still.clock.paused += 1
        hints.take(Hint(f"imp_{n:012d}", "order", "paid"))
    assert hints.waiting == LONGEST_QUEUE
    kept = [value for value in vars(hints).values() if hasattr(value, "__len__")]
    assert sum(map(len, kept)) <= LONGEST_QUEUE + 3 * REMEMBERED


def test_an_unknown_payment_is_let_be_for_a_minute(still: Stand) -> None:
    hints, unknown = still.desk.hints, "imp_000000000000"
    assert tell(still, imp_uid=unknown, status="paid") == 200
    hints.step()
    before = still.calls(READ, unknown)
    assert before == 1
    for still.clock.paused in (15, 30, 45, UNKNOWN_S - 1):
        tell(still, imp_uid=unknown, status="paid")
        hints.step()
    assert (still.calls(READ, unknown), still.state(unknown)) == (before, None)
    still.clock.paused = UNKNOWN_S + 1
    tell(still, imp_uid=unknown, status="paid")
    hints.step()
    assert still.calls(READ, unknown) == 2


def test_a_trouble_does_not_end_the_thread(stand: Stand) -> None:
    lost, later = made(stand.shop), made(stand.shop)
    stand.shop.control("POST", "/faults", {"endpoint": READ, "kind": "refused", "count": 1})
    tell(stand, imp_uid=lost, status="paid")
    tell(stand, imp_uid=later, status="paid")
    until(lambda: stand.state(later) == "paid")
    stand.shop.control("DELETE", "/faults")


@pytest.mark.parametrize(
    ("addresses", "taken"),
    [("", True), ("127.0.0.1", True), ("52.78.100.19 127.0.0.0/8", True), ("52.78.100.19 52.78.48.223 ::1", False)],
)
def test_only_listed_addresses_are_listened_to(shop: Served, tmp_path: Path, addresses: str, taken: bool) -> None:
    with standing(shop, tmp_path, webhooks.ROUTES, thread=False, paydesk_webhook_addresses=addresses) as still:
        assert tell(still, imp_uid=made(shop), status="paid") == 200
        assert still.desk.hints.waiting == int(taken)


def test_a_proxy_on_this_machine_may_name_the_sender(shop: Served, tmp_path: Path) -> None:
    """As the sandbox does: uvicorn believes X-Forwarded-For of 127.0.0.1 alone."""
    with standing(shop, tmp_path, webhooks.ROUTES, paydesk_webhook_addresses="52.78.100.19") as stand:
        shop.control("POST", "/webhook", {"url": stand.url + PATH, "source": "52.78.100.19"})
        known = made(shop)
        until(lambda: stand.state(known) == "paid")
        shop.control("POST", "/webhook", {"url": stand.url + PATH, "source": "203.0.113.9"})
        stranger = made(shop)
        until(lambda: shop.control("GET", "/webhooks")["webhooks"][-1]["state"] == "delivered")
        assert stand.desk.hints.heard(stranger) is None
        shop.control("POST", "/webhook", {"url": "", "source": "52.78.100.19"})


@pytest.mark.parametrize(
    ("host", "taken"),
    [("52.78.100.19", True), ("::ffff:52.78.100.19", True), ("52.78.100.20", False), ("testclient", False)],
)
def test_an_address_counts_in_each_of_its_forms(host: str, taken: bool) -> None:
    assert webhooks.welcome(load(paydesk_webhook_addresses="52.78.100.19 10.0.0.0/8"), host) is taken


def test_an_address_that_is_none_stops_the_start() -> None:
    with pytest.raises(BadSetting) as wrong:
        load(paydesk_webhook_addresses="52.78.100.19 i'mport")
    assert wrong.value.facts["name"] == "PAYDESK_WEBHOOK_ADDRESSES"


def test_a_hint_that_comes_while_the_thread_waits_for_another_is_not_late(shop: Served, database: str) -> None:
    """One payment waits for its next turn; the next one's turn is now. On each kind of store."""
    store = open_store(database)
    upgrade(store)
    client = Iamport(base_url=shop.url, key=shop.key, secret=shop.secret)
    with closing(client):
        hints = Hints(store, client, World())
        hints.start()
        first, second = made(shop), made(shop)
        for imp_uid in (first, first, second):
            hints.take(Hint(imp_uid))
            until(lambda uid=imp_uid: query.mark(store, WHO, uid))
        hints.take(Hint(first))
        third = made(shop)
        hints.take(Hint(third))
        until(lambda: query.mark(store, WHO, third), seconds=5)
        hints.stop()
    store.close()
