"""The make-believe shop: its shape, its rhythm, its edges; the same for the same seed and day."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lib.sandbox import build, growth, merchant, people
from lib.sandbox.body import FIELDS, Body
from lib.world import World
from tests.sandbox.calling import Caller, calling
from tests.sandbox_server import running_sandbox

NOON = 1_787_194_800  # 2026-08-20 12:00:00 KST, a Thursday
DAY = 86_400
TIMES = ("started_at", "paid_at", "failed_at", "cancelled_at", "vbank_date", "vbank_issued_at")


def shop(anchor: int = NOON, payments: int = 4_000, days: int = 60, seed: int = 1) -> list[Body]:
    return [body for body, _ in merchant.history(seed, anchor, payments, days, "cancelled")]


@pytest.fixture(scope="module")
def bodies() -> list[Body]:
    return shop()


def clock(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC) + timedelta(hours=9):%H:%M:%S}"


def test_every_payment_has_the_fields_of_the_contract(bodies: list[Body]):
    for body in bodies:
        assert list(body) == list(FIELDS)
        assert all(isinstance(body[name], int) for name in (*TIMES, "amount", "cancel_amount", "card_quota"))
        assert len(body["merchant_uid"]) <= 40
        assert body["channel"] in ("pc", "mobile", "api")
        assert body["card_issuer_code"] is None
        assert isinstance(body["cancel_history"], list)
        json.loads(body["custom_data"] or "{}")


def test_the_times_and_amounts_fit_the_status(bodies: list[Body]):
    for body in bodies:
        taken = sum(entry["amount"] for entry in body["cancel_history"])
        assert body["cancel_amount"] == taken <= body["amount"]
        assert all(body[name] <= NOON for name in ("started_at", "paid_at", "failed_at", "cancelled_at"))
        assert bool(body["paid_at"]) == (body["status"] in ("paid", "cancelled"))
        assert bool(body["failed_at"]) == bool(body["fail_reason"]) == (body["status"] == "failed")
        assert bool(body["cancelled_at"]) == bool(taken) == (body["status"] == "cancelled")
        if taken:
            assert body["cancelled_at"] == max(entry["cancelled_at"] for entry in body["cancel_history"])
            assert body["cancelled_at"] > body["paid_at"] >= body["started_at"]
        if body["status"] == "paid" and body["customer_uid_usage"] != "issue":
            assert body["amount"] > 0


def test_each_method_has_its_own_fields(bodies: list[Body]):
    for body in bodies:
        done = body["status"] in ("paid", "cancelled")
        if body["pay_method"] == "vbank":
            waits = body["vbank_num"] is not None
            assert waits or body["status"] == "ready"
            assert (body["vbank_date"] > body["vbank_issued_at"] >= body["started_at"]) == waits
        else:
            assert (body["vbank_num"], body["vbank_date"]) == (None, 0)
        if done and body["customer_uid_usage"] != "issue":
            assert body["pg_tid"]
            assert bool(body["card_number"]) == (body["pay_method"] == "card")
            assert bool(body["bank_code"]) == (body["pay_method"] == "trans")
        if not done and body["pay_method"] != "vbank":
            assert (body["pg_tid"], body["receipt_url"]) == (None, None)
        if body["card_quota"]:
            assert body["amount"] >= 50_000
        if body["pay_method"] == "phone":
            assert body["cancel_amount"] in (0, body["amount"])
        if body["pg_provider"] == "kicc" and done:
            assert len(body["pg_tid"]) == 20
            assert body["pg_tid"].isdecimal()


def test_no_identifier_twice_and_some_orders_tried_again(bodies: list[Body]):
    assert len({body["imp_uid"] for body in bodies}) == len(bodies) == 4_001  # and one of the test channel
    orders = Counter(body["merchant_uid"] for body in bodies)
    again = {order for order, count in orders.items() if count > 1}
    assert 20 < len(again) < 200
    for order in again:
        assert next(b["status"] for b in bodies if b["merchant_uid"] == order) == "failed"


def test_it_has_something_of_everything(bodies: list[Body]):
    methods = Counter(body["pay_method"] for body in bodies)
    assert methods.most_common(1)[0][0] == "card"
    assert set(methods) == {"card", "trans", "vbank", "phone", "kakaopay", "naverpay", "samsung", "point"}
    assert {b["pg_id"] for b in bodies} == {"IM000999", "IM000998", "MOIpaydesk", "T5102001"}
    waiting = [b for b in bodies if b["status"] == "ready" and b["vbank_num"]]
    assert any(b["vbank_date"] < NOON for b in waiting)
    assert any(NOON < b["vbank_date"] < NOON + 12 * 3600 for b in waiting)
    assert any(b["status"] == "ready" and not b["vbank_num"] for b in bodies)
    assert any(b["fail_reason"] == "계좌말소" for b in bodies)
    assert any(0 < b["cancel_amount"] < b["amount"] for b in bodies)
    assert any(len(b["cancel_history"]) > 1 for b in bodies)
    assert any(b["card_number"] and b["card_number"].isdecimal() for b in bodies)
    assert any(b["escrow"] for b in bodies)
    free = {json.loads(b["custom_data"])["tax_free"] < b["amount"] for b in bodies if b["custom_data"]}
    assert free == {True, False}
    assert set(people.HOSTILE) <= {b["buyer_name"] for b in bodies}
    assert {b["customer_uid_usage"] for b in bodies} == {None, "payment.scheduled", "issue"}


def test_the_last_and_the_first_second_of_a_day_and_phones_at_the_end_of_a_month(bodies: list[Body]):
    paid = Counter(clock(b["paid_at"]) for b in bodies if b["paid_at"])
    assert paid["23:59:59"] >= 1
    assert paid["00:00:00"] >= 1
    phones = [b["paid_at"] for b in bodies if b["pay_method"] == "phone" and b["paid_at"]]
    assert any(datetime.fromtimestamp(at + 9 * 3600 + DAY, UTC).day == 1 for at in phones)


@pytest.mark.parametrize("payments", [0, 1, 12, 300, 5_000])
@pytest.mark.parametrize("days", [1, 2, 30, 120])
def test_as_many_as_asked_for_in_the_days_asked_for(payments: int, days: int):
    made = [body for body in shop(payments=payments, days=days) if not body["sandbox"]]
    assert len(made) == payments
    first = (NOON + 9 * 3600) // DAY - days + 1
    assert all(first <= (b["started_at"] + 9 * 3600) // DAY for b in made)
    assert all(b["started_at"] <= NOON for b in made)


def test_days_and_hours_have_a_rhythm(bodies: list[Body]):
    hours = Counter(clock(b["started_at"])[:2] for b in bodies)
    assert hours["20"] > 5 * hours["04"]
    days = Counter((b["started_at"] + 9 * 3600) // DAY for b in bodies)
    sold = [days[day] for day in sorted(days)]
    assert sum(sold[-15:-1]) > 1.15 * sum(sold[1:15])  # and it grows


def test_the_same_seed_and_day_give_the_same_shop():
    assert shop() == shop()
    assert {b["imp_uid"] for b in shop(payments=300)} != {b["imp_uid"] for b in shop(payments=300, anchor=NOON + DAY)}
    assert [b["amount"] for b in shop()] != [b["amount"] for b in shop(seed=2)]


def test_past_days_do_not_depend_on_the_hour_of_the_anchor():
    midnight = NOON - 12 * 3600

    def settled(anchor: int) -> list[tuple]:
        old = [b for b in shop(anchor) if midnight - 40 * DAY < b["started_at"] < midnight - 20 * DAY]
        return [(b["imp_uid"], b["merchant_uid"], b["amount"], b["buyer_name"], b["paid_at"]) for b in old]

    assert settled(NOON) == settled(NOON - 6 * 3600) == settled(NOON + 8 * 3600)


@pytest.mark.parametrize("steps", [(60, 3000, 4140), (20,) * 360])
def test_it_goes_on_selling_the_same_way_however_often_it_is_asked(steps: tuple[int, ...]):
    once = grown((7200,))
    assert len(once) >= 200 + 7200 // growth.EVERY_S  # by day one each 20 s
    assert any(json.loads(row)["cancelled_at"] > NOON for row in once)
    assert grown(steps) == once


def grown(steps: tuple[int, ...]) -> list[str]:
    at = [float(NOON)]
    made = build(World(now=lambda: at[0]), payments=200, days=20)
    for step in steps:
        at[0] += step
        growth.catch_up(made.state)
    _, rows = made.state.page("all", NOON - 80 * DAY, NOON + DAY, "started, imp_uid", 0, 5_000)
    made.close()
    return rows


def test_growth_can_be_stopped(api: Caller):
    api.served.control("POST", "/growth", on=True)
    before = api.served.control("GET", "")["counts"]["all"]
    api.served.control("POST", "/growth", on=False)
    assert api.served.control("GET", "/")["growing"] is False
    assert api.served.control("GET", "/")["counts"]["all"] == before


def test_a_restart_continues_from_the_file(tmp_path: Path):
    file = tmp_path / "shop.db"
    with running_sandbox(payments=100, state=file) as served:
        api = calling(served)
        made = api.make(amount=9_000)
        api.cancel(made["imp_uid"], amount=1_000)
        served.control("POST", "/clock", {"advance": 3600})
        api.sign_in()
        token, now = api.token, served.control("GET", "")["now"]
    with running_sandbox(payments=5_000, seed=9, state=file) as served:
        api = calling(served)
        assert api.payment(made["imp_uid"])["cancel_amount"] == 1_000
        assert len(api.pages()) <= 101
        assert served.control("GET", "")["now"] - now < 60
        assert api.token == token


def test_whether_it_grows_is_decided_at_each_start(tmp_path: Path):
    at = [float(NOON)]
    world, file = World(now=lambda: at[0]), tmp_path / "shop.db"

    def count(grow: bool) -> int:
        made = build(world, payments=50, days=20, state=file, grow=grow)
        try:
            return made.state.count("all", 0, NOON + DAY)
        finally:
            made.close()

    assert count(grow=True) == 50
    at[0] += 3600
    assert count(grow=False) == 50
    assert count(grow=True) > 150


def test_a_window_that_moves_with_the_clock_shows_what_a_fresh_look_shows():
    """Windows are kept between pages; sliding one by seconds, hours and days must not show old rows nor miss any."""
    made = build(World(now=lambda: NOON), payments=600, days=30, grow=False)
    state = made.state
    bounds = [(NOON - n, NOON - m) for n in (0, 1, 59, 3600, DAY, 20 * DAY) for m in (0, 1, 59, 3600, DAY, -DAY)]
    for status in ("all", "paid", "cancelled"):
        for back, until in bounds:
            since = back - 9 * DAY
            total, rows = state.page(status, since, until, "updated, imp_uid", 0, 1_000)
            assert total == len(rows) == state.count(status, since, until)
            times = [max(b[name] for name in TIMES[:4]) for b in map(json.loads, rows)]
            assert all(since <= at <= until for at in times)
    made.close()


def test_a_filling_that_was_killed_is_begun_anew(tmp_path: Path):
    file = tmp_path / "shop.db"
    made = build(World(now=lambda: NOON - 3 * DAY), payments=50, days=20, state=file, grow=False)
    made.state.remember("filled", False)
    made.close()
    again = build(World(now=lambda: NOON), payments=50, days=20, state=file, grow=False)
    assert again.state.count("all", 0, NOON + DAY) == 50
    again.close()


def test_a_make_of_every_kind_is_well_formed(api: Caller):
    for method in ("card", "trans", "vbank", "phone", "kakaopay", "naverpay", "samsung", "payco"):
        for status in ("ready", "paid", "failed", "cancelled"):
            made = api.make(pay_method=method, status=status, amount=7_000, buyer_name="가")
            assert list(made) == list(FIELDS)
            assert (made["pay_method"], made["status"], made["buyer_name"]) == (method, status, "가")
            assert made["cancel_amount"] == (7_000 if status == "cancelled" else 0)
            assert api.payment(made["imp_uid"]) == made
    part = api.make(status="cancelled", amount=7_000, cancel_amount=2_000)
    assert (part["status"], len(part["cancel_history"])) == ("cancelled", 1)


def test_deposits_come_and_are_taken_back(api: Caller):
    made = api.make(pay_method="vbank", status="ready")
    paid = api.served.control("POST", "/deposit", imp_uid=made["imp_uid"])
    assert (paid["status"], paid["pg_tid"]) == ("paid", made["pg_tid"])
    assert api.payment(made["imp_uid"])["paid_at"] > 0
    back = api.served.control("POST", "/take-back", imp_uid=made["imp_uid"])
    assert (back["status"], back["paid_at"]) == ("ready", 0)
    assert back in api.get("/payments/status/all", sorting="-updated", limit=100).json()["response"]["list"]
    part = api.make(pay_method="vbank", status="cancelled", amount=9_000, cancel_amount=1_000)
    for path, uid in (("take-back", back["imp_uid"]), ("take-back", part["imp_uid"]), ("deposit", part["imp_uid"])):
        assert api.http.post(f"/_sandbox/{path}", json={"imp_uid": uid}).status_code == 400


@pytest.mark.parametrize(
    "wished",
    [
        {"amount": -1},
        {"amount": 10, "cancel_amount": 11},
        {"amount": 10, "tax_free": 11},
        {"price": 1},
        {"amount": "x"},
    ],
)
def test_a_payment_that_cannot_be_is_not_made(api: Caller, wished: dict):
    answer = api.http.post("/_sandbox/payments", json=wished)
    assert answer.status_code == 400
    assert answer.json()["wrong"]
    assert api.http.post("/_sandbox/growth", json=[1]).status_code == 400


def test_the_console_cancels_too(api: Caller):
    made = api.make(amount=9_000)
    api.served.control("POST", "/cancel", imp_uid=made["imp_uid"], amount=4_000, reason="콘솔")
    after = api.served.control("POST", "/cancel", imp_uid=made["imp_uid"])
    assert [entry["amount"] for entry in after["cancel_history"]] == [4_000, 5_000]
    answer = api.http.post("/_sandbox/cancel", json={"imp_uid": made["imp_uid"]})
    assert (answer.status_code, answer.json()) == (400, {"wrong": "refundable is 0"})
