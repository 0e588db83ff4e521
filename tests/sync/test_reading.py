"""Whatever happens while payments are brought, the totals are those of i'mport's own lists, to the won."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from lib.iamport.client import Iamport, Retrying
from lib.iamport.errors import IamportError
from lib.payments.days import DAY_S, Period, day_of
from lib.store.engine import Store, open_store
from lib.store.migrate import upgrade
from lib.sync import books, period
from lib.sync.source import Source
from lib.sync.worker import Pace, Worker
from lib.world import World
from tests.sandbox.calling import Caller, calling
from tests.sandbox_server import Served, running_sandbox

ROOT = Path(__file__).parents[2]
DAYS, PAYMENTS = 200, 4000
QUICK = Retrying(attempts=1, seconds=2, first_s=0.01, most_s=0.02)
LISTS = "GET /payments/status/{status}"

Sums = Counter[tuple[str, ...]]


@pytest.fixture(params=["cancelled", "paid"])
def shop(request: pytest.FixtureRequest) -> Iterator[Served]:
    """A shop of 200 days, in each spelling of a partly cancelled payment."""
    with running_sandbox(payments=PAYMENTS, days=DAYS, partly=request.param) as served:
        yield served


def raw(caller: Caller) -> list[dict[str, Any]]:
    """Every payment, once, from the raw pages of 89 days each."""
    end = int(time.time()) + 60
    found: dict[str, dict[str, Any]] = {}
    while end > time.time() - (DAYS + 100) * DAY_S:
        for row in caller.pages(**{"from": end - 89 * DAY_S, "to": end}):
            found[row["imp_uid"]] = row
        end -= 89 * DAY_S
    return list(found.values())


def day(at: int) -> str:
    return day_of(at).isoformat()


def judged(rows: list[dict[str, Any]]) -> Sums:
    """Sales on the day paid, cancellations on the day of each: a loop over the raw rows."""
    sums: Sums = Counter()
    for row in rows:
        channel = (row["pg_provider"], row["pg_id"], row["pay_method"], row["currency"])
        if row["paid_at"]:
            sums[(day(row["paid_at"]), *channel, "paid count")] += 1
            sums[(day(row["paid_at"]), *channel, "paid")] += row["amount"]
        for entry in row["cancel_history"]:
            sums[(day(entry["cancelled_at"]), *channel, "cancelled count")] += 1
            sums[(day(entry["cancelled_at"]), *channel, "cancelled")] += entry["amount"]
    return +sums


def kept(store: Store) -> Sums:
    """The same from the store's totals."""
    sums: Sums = Counter()
    for row in books.daily(store, Period(date(2020, 1, 1), date(2100, 1, 1))):
        key = (row.day, row.gateway, row.mid, row.method, row.currency)
        sums[(*key, "paid count")] += row.paid_count
        sums[(*key, "paid")] += row.paid_amount
        sums[(*key, "cancelled count")] += row.cancelled_count
        sums[(*key, "cancelled")] += row.cancelled_amount
    return +sums


def source(shop: Served, store: Store) -> Source:
    world = World()
    return Source(
        store, Iamport(base_url=shop.url, key=shop.key, secret=shop.secret, world=world, retrying=QUICK), world
    )


def everything() -> Period:
    today = day_of(int(time.time()))
    return Period(today - timedelta(days=DAYS + 30), today)


def settled() -> None:
    """Times are whole seconds: what happens in the second of a reading may belong to the next one."""
    time.sleep(1.2)


def agree(store: Store, shop: Served) -> None:
    assert books.check(store) == []
    truth, ours = judged(raw(calling(shop))), kept(store)
    assert truth == ours, [(key, truth[key], ours[key]) for key in {*truth, *ours} if truth[key] != ours[key]][:5]
    assert sum(truth.values()) > 0


def disturb(shop: Served, chance: random.Random) -> None:
    """One thing that happens at a shop: a sale, or the console cancels part or all of some payment, old or new."""
    if chance.random() < 0.4:
        shop.control("POST", "/payments", {"amount": chance.randrange(1, 50) * 1000, "pay_method": "card"})
        return
    caller = calling(shop)
    days = chance.randrange(1, DAYS)
    end = int(time.time()) - max(0, days - 80) * DAY_S
    listed = caller.get("/payments/status/paid", **{"from": end - 80 * DAY_S, "to": end, "limit": 50}).json()
    rows = [row for row in (listed["response"] or {"list": []})["list"] if row["amount"] > row["cancel_amount"]]
    if rows:
        row = chance.choice(rows)
        left = row["amount"] - row["cancel_amount"]
        amount = left if chance.random() < 0.4 or row["pay_method"] == "phone" else max(1, left // 3)
        shop.control("POST", "/cancel", {"imp_uid": row["imp_uid"], "amount": amount, "reason": "고객 요청"})


def test_totals_are_those_of_the_raw_pages(store: Store, shop: Served) -> None:
    brought = period.bring(source(shop, store), everything())
    assert brought.complete
    agree(store, shop)


def test_sales_and_cancellations_during_the_reading_are_neither_lost_nor_doubled(store: Store, shop: Served) -> None:
    done = threading.Event()
    chance = random.Random(7)

    def busy() -> None:
        while not done.is_set():
            disturb(shop, chance)

    shop.control("POST", "/faults", {"endpoint": LISTS, "kind": "delay", "seconds": 0.15, "count": 400})
    people = [threading.Thread(target=busy) for _ in range(2)]
    for person in people:
        person.start()
    try:
        period.bring(source(shop, store), everything())
    finally:
        done.set()
        for person in people:
            person.join()
    shop.control("DELETE", "/faults")
    settled()
    assert period.bring(source(shop, store), everything()).complete
    agree(store, shop)


def test_the_worker_follows_changes_of_old_and_new_payments(store: Store, shop: Served) -> None:
    parts = source(shop, store)
    worker = Worker(store, parts.iamport, parts.world, Pace(every_s=0.0, since_days=DAYS + 30))
    while worker.step():
        pass
    agree(store, shop)
    chance = random.Random(3)
    for _ in range(12):
        disturb(shop, chance)
    settled()
    worker.step()
    with store.writing() as connection:  # the list by change over everything, which comes once a night
        connection.exec_driver_sql("UPDATE sync_state SET value = '1' WHERE name = 'followed_all'")
    worker.step()
    agree(store, shop)


@pytest.mark.parametrize("kind", ["http_5xx", "truncated", "reset", "not_json"])
def test_a_list_that_fails_stops_the_reading_and_the_next_one_completes_it(
    store: Store, shop: Served, kind: str
) -> None:
    shop.control("POST", "/faults", {"endpoint": LISTS, "kind": "delay", "count": 6})
    shop.control("POST", "/faults", {"endpoint": LISTS, "kind": kind})
    parts = source(shop, store)
    with pytest.raises(IamportError):
        period.bring(parts, everything())
    shop.control("DELETE", "/faults")
    assert period.bring(parts, everything()).complete
    agree(store, shop)


def command(shop: Served, file: Path) -> list[str]:
    first = (date.today() - timedelta(days=DAYS + 30)).isoformat()
    return [sys.executable, "-m", "lib", "sync", "--from", first]


def surroundings(shop: Served, file: Path) -> dict[str, str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("IMP_", "PAYDESK_", "DATABASE_"))}
    keys = {"IMP_KEY": shop.key, "IMP_SECRET": shop.secret, "IMP_API_URL": shop.url}
    return {**clean, **keys, "DATABASE_URL": f"sqlite:///{file}", "PAYDESK_SECRET": "k" * 40}


def killed_after(lists: int, shop: Served, file: Path) -> bool:
    """The reading ends by a kill once i'mport has been asked for so many lists more; false: it was done before."""
    before = _lists(shop)
    process = subprocess.Popen(command(shop, file), cwd=ROOT, env=surroundings(shop, file), stderr=subprocess.DEVNULL)
    while process.poll() is None and _lists(shop) < before + lists:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def test_killed_at_any_moment_and_begun_again_it_comes_to_the_same(tmp_path: Path) -> None:
    file = tmp_path / "desk.db"
    with running_sandbox(payments=PAYMENTS, days=DAYS) as shop:
        shop.control("POST", "/faults", {"endpoint": LISTS, "kind": "delay", "seconds": 0.2, "count": 10_000})
        for lists in (1, 2, 4, 7):
            assert killed_after(lists, shop, file)
            if file.exists():
                store = open_store(f"sqlite:///{file}")
                upgrade(store)
                assert books.check(store) == []
                store.close()
        shop.control("DELETE", "/faults")
        done = subprocess.run(
            command(shop, file), cwd=ROOT, env=surroundings(shop, file), capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        store = open_store(f"sqlite:///{file}")
        agree(store, shop)
        store.close()


def test_of_two_workers_one_works(store: Store, shop: Served) -> None:
    first, second = source(shop, store), source(shop, store)
    one = Worker(store, first.iamport, first.world, Pace(every_s=0.5, since_days=30))
    two = Worker(store, second.iamport, second.world, Pace(every_s=0.5, since_days=30))
    one.start()
    deadline = time.monotonic() + 30
    while not _as_of(store):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    before = _tokens(shop)
    two.start()
    time.sleep(2)
    assert _tokens(shop) == before
    one.stop()
    two.stop()


def _as_of(store: Store) -> int:
    with store.reading() as connection:
        row = connection.exec_driver_sql("SELECT value FROM sync_state WHERE name = 'as_of'").first()
        return int(row[0]) if row else 0


def _tokens(shop: Served) -> int:
    """How many clients have asked for a token: without one nothing can be read."""
    return sum(call["endpoint"] == "POST /users/getToken" for call in shop.control("GET", "/requests")["requests"])


def _lists(shop: Served) -> int:
    return sum(call["endpoint"] == LISTS for call in shop.control("GET", "/requests")["requests"])
