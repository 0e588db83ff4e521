"""The long form of the fault tests, other chances each time: `python -m tests.faults.soak`, about an hour and a half.

| setting | meaning |
| --- | --- |
| SCHEDULES | how many schedules are simulated (200000) |
| SECONDS | how long processes are killed at random (900), by turns on SQLite and PostgreSQL |
| GRID | 0: leave out the whole grid of kills on PostgreSQL, and the outcomes in pairs |

Prints what was gone through; exit code 1, and what was found, at the first violation.
"""

from __future__ import annotations

import logging
import os
import random
import secrets
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from contextlib import contextmanager
from itertools import islice

from lib.store.engine import open_store
from lib.store.migrate import upgrade
from tests.databases import Server
from tests.desks import Bench, bench_of
from tests.faults.grid import CASES, OUTCOMES, played
from tests.faults.pairs import AMOUNTS, paired
from tests.faults.simulation import run
from tests.faults.stage import Tally
from tests.faults.storm import weathered
from tests.sandbox_server import running_sandbox

CHUNK, TOLD_EACH = 200, 10_000
SPELL_S = 120
"""How long one storm lasts before everything heals and is judged."""
CORES = os.cpu_count() or 1


def main() -> None:
    logging.getLogger("paydesk").setLevel(logging.CRITICAL)  # troubles are ordered here, judged by what came of them
    schedules, seconds = int(os.environ.get("SCHEDULES", "200000")), float(os.environ.get("SECONDS", "900"))
    try:
        if os.environ.get("GRID", "1") != "0":
            pairs()
            grid()
        storms(seconds)
        simulated(schedules)
    except AssertionError as violation:
        print(f"VIOLATION: {violation!r}", file=sys.stderr)
        raise SystemExit(1) from violation


def each(play: Callable[[str], int]) -> int:
    """Play something for every outcome, on every core; the sum of its figures. The first violation ends it."""
    whole = 0
    with ProcessPoolExecutor(CORES) as pool:
        try:
            for outcome, n in zip(OUTCOMES, pool.map(play, OUTCOMES), strict=True):
                whole += n
                print(f"  {outcome}: {n:,}", flush=True)
        except AssertionError:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return whole


def pairs() -> None:
    """Every pair of outcomes for a refund and the one asked for after it."""
    print(f"{each(_paired):,} pairs of outcomes: 0 violations", flush=True)


def _paired(first: str) -> int:
    cases = [(second, amount) for second in OUTCOMES for amount in AMOUNTS]
    with desk(postgresql=False) as (bench, _):
        for case in cases:
            paired(bench, first, *case)
    return len(cases)


def grid() -> None:
    """Every crash point under every outcome with every way to recover, on PostgreSQL."""
    kills = each(_killed)
    print(f"{len(OUTCOMES) * len(CASES):,} cases on PostgreSQL, {kills:,} kills: 0 violations", flush=True)


def _killed(outcome: str) -> int:
    with desk(postgresql=True) as (bench, database):
        return sum(played(bench, database, outcome, case) for case in CASES)


def storms(seconds: float) -> None:
    """Random kills under random faults."""
    seed, left, turn = secrets.randbits(40), seconds, 0
    whole = Counter[str]()
    while left > 0:
        with desk(postgresql=turn % 2 == 1) as (bench, database):
            whole += weathered(bench, database, min(left, SPELL_S), random.Random(seed + turn))
        left, turn = left - SPELL_S, turn + 1
    if turn:
        print(", ".join(f"{n:,} {name}" for name, n in whole.items()), f"in {turn} storms: 0 violations", flush=True)


def simulated(schedules: int) -> None:
    """Schedules of the simulation, on every core."""
    first, whole = secrets.randbits(40), Tally()
    chunks = iter(range(first, first + schedules, CHUNK))
    with ProcessPoolExecutor(CORES) as pool:
        ends = first + schedules
        under_way = {pool.submit(run, range(at, min(at + CHUNK, ends))) for at in islice(chunks, CORES)}
        while under_way:
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for chunk in done:
                whole += chunk.result()
                if whole.schedules % TOLD_EACH == 0:
                    print(f"  {whole.schedules:,} schedules", flush=True)
                at = next(chunks, None)
                if at is not None:
                    under_way.add(pool.submit(run, range(at, min(at + CHUNK, ends))))
    print(
        f"{whole.schedules:,} schedules, {whole.operations:,} operations, {sum(whole.faults.values()):,} faults,"
        f" {whole.crashes:,} crashes, {whole.pauses:,} pauses, {whole.people:,} decisions by people: 0 violations"
    )


@contextmanager
def desk(*, postgresql: bool) -> Iterator[tuple[Bench, str]]:
    """A bench over a shop and an empty database of its own, and the database's URL."""
    server = Server() if postgresql else None
    try:
        with tempfile.TemporaryDirectory() as folder, running_sandbox(payments=20) as shop:
            url = server.new() if server else f"sqlite:///{folder}/desk.db"
            store = open_store(url)
            upgrade(store)
            bench = bench_of(shop, store)
            yield bench, url
            bench.iamport.close()
            store.close()
    finally:
        if server:
            server.stop()


if __name__ == "__main__":
    main()
