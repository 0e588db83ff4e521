"""How fast payments come in, as ratios of one run: `python -m tests.benchmarks.sync_bench [PAYMENTS] [DATABASE_URL]`.

1. Against the bare floor: the same pages, decoded by msgspec and written by one executemany a page into the same
   tables with the same indexes, the search index among them, and nothing else: no HTTP, no merge, no totals.
2. At 300 ms a request, against the loop one would write first: pages of 20, one after the other, written the same way.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx

from lib.iamport import wire
from lib.iamport.client import Iamport
from lib.payments.days import Period, day_of
from lib.store.engine import Store, open_store
from lib.store.migrate import upgrade
from lib.store.statements import search_index
from lib.store.statements.ingest import history_of
from lib.store.statements.rows import AT, COLUMNS, HISTORY_COLUMNS, history_rows, insert, row_of
from lib.sync import books, feed
from lib.sync.period import bring
from lib.sync.source import Source
from lib.sync.windows import LONGEST_S
from lib.world import World
from tests.benchmarks.pages_server import DAYS

LOOP_PAGES, FAR = 25, 4


@contextmanager
def server(payments: int, delay_ms: int) -> Iterator[str]:
    """A server process; gives its address."""
    command = [sys.executable, "-m", "tests.benchmarks.pages_server", str(payments), str(delay_ms)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    yield process.stdout.readline().strip()
    process.terminate()
    process.wait()


def fresh(url: str, folder: str, name: str) -> Store:
    """An empty store."""
    store = open_store(url or f"sqlite:///{folder}/{name}.db")
    upgrade(store)
    if url:
        with store.writing() as connection:
            connection.exec_driver_sql(
                "TRUNCATE payments, cancellations, daily_totals, hourly_totals, issuer_totals, sync_windows, sync_state,"
                " search_pending CASCADE"
            )
    return store


def bodies(address: str) -> list[bytes]:
    """Every page of 1,000, as it came."""
    now = int(time.time())
    found = []
    with httpx.Client(trust_env=False) as client:
        for piece in feed.chunks(feed.Span(now - (DAYS + 2) * 86_400, now)):
            for number in range(1, 10_000):
                query = {"from": piece.first, "to": piece.last, "page": number, "limit": 1000, "sorting": "started"}
                body = client.get(f"{address}/payments/status/all", params=query).content
                found.append(body)
                if not wire.page(body)[1]:
                    break
    return found


def floor(store: Store, pages: list[bytes]) -> float:
    """Seconds to decode the pages and to write ready rows; making the rows is not counted."""
    spent = 0.0
    for body in pages:
        begun = time.perf_counter()
        wire._page.decode(body)
        spent += time.perf_counter() - begun
        payments = wire.page(body)[2]
        rows = [row_of(payment, (payment.started_at << 20) + hash(payment.imp_uid) % 2**20, 1) for payment in payments]
        entries = [
            entry
            for row, payment in zip(rows, payments, strict=True)
            for entry in history_rows(row[0], history_of(payment, []))
        ]
        begun = time.perf_counter()
        with store.writing() as connection:
            insert(connection, "payments", COLUMNS, rows)
            insert(connection, "cancellations", HISTORY_COLUMNS, entries)
            search_index.add(connection, [(row[0], row[AT["search_text"]]) for row in rows], now=True)
        spent += time.perf_counter() - begun
    return spent


def synced(store: Store, address: str) -> tuple[float, int]:
    """Seconds, and payments stored, of a whole sync over HTTP."""
    world = World()
    iamport = Iamport(base_url=address, key="k", secret="s", world=world)
    today = day_of(int(world.now()))
    begun = time.perf_counter()
    brought = bring(Source(store, iamport, world), Period(today - timedelta(days=DAYS + 1), today))
    spent = time.perf_counter() - begun
    assert brought.complete
    assert books.check(store) == []
    with store.reading() as connection:
        return spent, int(connection.exec_driver_sql("SELECT COUNT(*) FROM payments").scalar_one())


def loop(store: Store, address: str) -> tuple[float, int]:
    """Seconds and rows of the plain loop: 20 a page, one request after the other."""
    rows, begun, now = 0, time.perf_counter(), int(time.time())
    with httpx.Client(trust_env=False) as client:
        for number in range(1, LOOP_PAGES + 1):
            query = {"from": now - LONGEST_S, "to": now, "page": number}
            payments = wire.page(client.get(f"{address}/payments/status/all", params=query).content)[2]
            with store.writing() as connection:
                made = [row_of(p, (p.started_at << 20) + hash(p.imp_uid) % 2**20, 1) for p in payments]
                insert(connection, "payments", COLUMNS, made)
            rows += len(payments)
    return time.perf_counter() - begun, rows


def main() -> None:
    """Print the ratios."""
    payments = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    url = sys.argv[2] if len(sys.argv) > 2 else ""
    with tempfile.TemporaryDirectory() as folder:
        with server(payments, 0) as address:
            pages = bodies(address)
            for turn in range(2):
                bare = floor(fresh(url, folder, f"floor{turn}"), pages)
                spent, rows = synced(fresh(url, folder, f"sync{turn}"), address)
                print(
                    f"floor {payments / bare:,.0f} rows/s · sync {rows / spent:,.0f} rows/s · ratio {bare / spent:.2f}"
                )
        with server(FAR * payments, 300) as address:
            spent, rows = synced(fresh(url, folder, "far"), address)
            loop_spent, loop_rows = loop(fresh(url, folder, "loop"), address)
            ratio = (rows / spent) / (loop_rows / loop_spent)
            print(
                f"300 ms: loop {loop_rows / loop_spent:,.0f} rows/s · sync {rows / spent:,.0f} rows/s · {ratio:.0f} times"
            )


if __name__ == "__main__":
    main()
