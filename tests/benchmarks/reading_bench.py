"""How fast the desk answers, as ratios of one run: `python -m tests.benchmarks.reading_bench [PAYMENTS] [postgresql]`.

Stores of 10,000 and 1,000,000 payments of the make-believe shop, a year each, are made once and kept in data/bench; on
PostgreSQL they are made for the run.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

from lib.iamport import wire
from lib.payments.days import Period, day_of
from lib.people.actor import Actor, Role
from lib.queries import billing_keys, escrow, payments, totals, vbanks
from lib.queries import export as exporting
from lib.queries.escrow import Stage
from lib.queries.payments import Filter, Sums
from lib.queries.vbanks import Group
from lib.reports.workbooks import csv_file
from lib.sandbox import merchant
from lib.store.engine import Store, open_store
from lib.store.migrate import upgrade
from lib.store.statements import search_index
from lib.store.statements.ingest import ingest
from tests.databases import Server

FOLDER = Path(__file__).parents[2] / "data" / "bench"
NOW = 1_795_400_000  # 2026-11-23 10:13 KST
DAYS, PAGE = 365, 5_000
MONTH = Period(day_of(NOW) - timedelta(days=29), day_of(NOW))
ME = Actor("bench", Role.FINANCE)


def kept_store(payments: int) -> Store:
    """The store of so many payments, made when it is not there yet."""
    file = FOLDER / f"reading-{payments}.db"
    if not file.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        making = file.with_suffix(".making")
        for left in FOLDER.glob(f"{making.name}*"):
            left.unlink()
        store = open_store(f"sqlite:///{making}")
        fill(store, payments)
        store.close()
        making.rename(file)
    return open_store(f"sqlite:///{file}")


def fill(store: Store, payments: int) -> None:
    """Bring the shop's whole history in, as a sync would, and index it."""
    upgrade(store)
    bodies, page = merchant.history(7, NOW, payments, DAYS, "cancelled"), []
    for body, _ in bodies:
        page.append(body)
        if len(page) == PAGE:
            _take(store, page)
            page = []
    _take(store, page)
    done = 1
    while done:
        with store.writing() as connection:
            done = search_index.index_pending(connection, 20_000)
    if store.postgresql:  # what autovacuum does within a minute
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _take(store: Store, page: list[dict[str, object]]) -> None:
    envelope = {"code": 0, "message": None, "response": {"total": len(page), "previous": 0, "next": 0, "list": page}}
    with store.writing() as connection:
        ingest(connection, wire.page(json.dumps(envelope).encode())[2], NOW * 1000, index=False)


def overview(store: Store) -> None:
    """What the overview asks, as if the totals had just changed."""
    totals.daily(store, ME, MONTH)
    totals.daily(store, ME, MONTH.previous())
    totals.hours(store, ME, MONTH)
    totals.issuers(store, ME, MONTH)
    totals.attention(store, ME, NOW)


def first_page(store: Store) -> None:
    """What the payments page asks when it is opened."""
    payments.counts(store, ME, Filter(period=MONTH), now=NOW)
    payments.page(store, ME, Filter(period=MONTH), now=NOW)


def escrow_board(store: Store) -> None:
    """What the escrow page asks: every stage's sum, and the orders to ship."""
    escrow.board(store, ME, NOW)
    escrow.page(store, ME, Stage.SHIP, NOW)


def keys_page(store: Store) -> None:
    """What the billing keys page asks."""
    billing_keys.counts(store, ME)
    billing_keys.page(store, ME)


def accounts_page(store: Store) -> None:
    """What the virtual accounts page asks."""
    vbanks.counts(store, ME, NOW)
    vbanks.page(store, ME, Group.WAITING, now=NOW)


def took(ask: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each of so many runs, sorted; two runs before do not count."""
    ask()
    ask()
    spent = []
    for _ in range(times):
        begun = time.perf_counter()
        ask()
        spent.append((time.perf_counter() - begun) * 1e3)
    return sorted(spent)


def terms(store: Store) -> list[str]:
    """What people type: names, pieces of phone and order numbers, mails, approval numbers, cards, and what is not there."""
    with store.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT buyer_name, buyer_tel, buyer_email, merchant_uid, apply_num, card_number, imp_uid FROM payments"
            " WHERE buyer_name <> '' AND apply_num <> '' AND mod(id, 9973) = 1 LIMIT 12"
        ).all()
    found: list[str] = []
    for name, phone, mail, order, approval, card, imp_uid in rows:
        found += [name, name[-2:], phone, phone[-4:], phone.replace("-", "")[-8:], mail, mail.split("@")[0]]
        found += [order, order[-6:], approval, card[-4:], imp_uid]
    return [*found, "곽봉팔", "없는이름", "98765432"]


def searching(store: Store) -> list[float]:
    """Milliseconds of each search over the whole year, sorted."""
    year = Period(MONTH.last - timedelta(days=DAYS), MONTH.last)
    return sorted(
        took(lambda text=text: payments.page(store, ME, Filter(query=text, period=year), now=NOW), 3)[1]  # type: ignore[misc]
        for text in terms(store)
    )


def export(store: Store) -> None:
    """The whole year as CSV; prints rows, seconds and the peak of memory beyond what the process began with."""
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    sums = Sums()
    with tempfile.TemporaryDirectory() as folder:
        csv_file.write(
            Path(folder) / "all.csv", exporting.COLUMNS, exporting.rows(store, ME, Filter(), now=NOW, sums=sums)
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    spent = time.perf_counter() - begun
    print(
        f"CSV of {sums.rows:,} rows: {sums.rows / spent:,.0f} rows/s, peak {peak / 1024:.0f} MB,"
        f" {(peak - before) / 1024:.0f} MB of it for the export (goal <= 100)"
    )


def main() -> None:
    """Print the ratios."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    if "postgresql" in sys.argv:
        server = Server()
        try:
            large, small = (open_store(server.new()) for _ in range(2))
            fill(large, many)
            fill(small, 10_000)
            measured(large, small, many)
        finally:
            server.stop()
        return
    measured(kept_store(many), kept_store(10_000), many)
    sys.stdout.flush()
    subprocess.run([sys.executable, "-m", "tests.benchmarks.reading_bench", str(many), "export"], check=True)


def measured(large: Store, small: Store, many: int) -> None:
    """Print what pages and searches take."""
    for name, ask, goal in PAGES:
        turns = [(took(partial(ask, large), 5), took(partial(ask, small), 5)) for _ in range(12)]
        spent = [statistics.median(ms for turn in turns for ms in turn[side]) for side in (0, 1)]
        ratio = f"{spent[0] / spent[1]:.2f} (goal <= {goal})" if goal else f"{spent[0] / spent[1]:.2f}"
        print(f"{name}: {spent[0]:.1f} ms at {many:,}, {spent[1]:.1f} ms at 10,000: {ratio}", flush=True)
    spent = searching(large)
    worst = spent[int(len(spent) * 0.95)]
    print(f"search at {many:,}: median {statistics.median(spent):.1f} ms, p95 {worst:.1f} ms (goal <= 50)")


PAGES = (
    ("overview", overview, 1.2),
    ("first page of payments", first_page, 1.2),
    ("escrow board", escrow_board, 0),  # grows with the orders that hold money
    ("billing keys", keys_page, 0),  # grows with the keys
    ("virtual accounts", accounts_page, 1.2),
)


if __name__ == "__main__":
    if sys.argv[2:] == ["export"]:
        export(kept_store(int(sys.argv[1])))
    else:
        main()
