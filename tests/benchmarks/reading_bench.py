"""How fast the desk answers, as ratios of one run: `python -m tests.benchmarks.reading_bench [PAYMENTS]`.

Stores of 10,000 and 1,000,000 payments of the make-believe shop, a year each, are made once and kept in data/bench.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from lib.iamport import wire
from lib.sandbox import merchant
from lib.store.engine import Store, open_store
from lib.store.migrate import upgrade
from lib.store.statements import search_index
from lib.store.statements.ingest import ingest

FOLDER = Path(__file__).parents[2] / "data" / "bench"
NOW = 1_795_400_000  # 2026-11-23 10:13 KST
DAYS, PAGE = 365, 5_000


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


def _take(store: Store, page: list[dict[str, object]]) -> None:
    envelope = {"code": 0, "message": None, "response": {"total": len(page), "previous": 0, "next": 0, "list": page}}
    with store.writing() as connection:
        ingest(connection, wire.page(json.dumps(envelope).encode())[2], NOW * 1000, index=False)


if __name__ == "__main__":
    begun = time.perf_counter()
    kept_store(int(sys.argv[1]))
    print(f"{time.perf_counter() - begun:.1f} s")
