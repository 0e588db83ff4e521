"""Simulated schedules, new ones each time, on every core, for SECONDS (default 900): `python -m tests.faults.soak`.

Prints what was gone through; exit code 1 and the schedule's number at the first violation.
"""

from __future__ import annotations

import os
import secrets
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed

from tests.faults.judge import Violation
from tests.faults.simulation import run
from tests.faults.stage import Tally

CHUNK = 200


def main() -> None:
    seconds = int(os.environ.get("SECONDS", "900"))
    ends, whole, cores = time.monotonic() + seconds, Tally(), os.cpu_count() or 1
    with ProcessPoolExecutor(cores) as pool:
        first = secrets.randbits(40)
        under_way = {pool.submit(run, range(first + n * CHUNK, first + (n + 1) * CHUNK)) for n in range(cores)}
        n = cores
        while under_way:
            done = next(as_completed(under_way))
            under_way.remove(done)
            try:
                whole += done.result()
            except Violation as broken:
                print(f"VIOLATION after {whole.schedules:,} schedules: {broken}", file=sys.stderr)
                sys.exit(1)
            if time.monotonic() < ends:
                under_way.add(pool.submit(run, range(first + n * CHUNK, first + (n + 1) * CHUNK)))
                n += 1
    print(
        f"{whole.schedules:,} schedules, {whole.operations:,} operations, {sum(whole.faults.values()):,} faults,"
        f" {whole.crashes:,} crashes, {whole.pauses:,} pauses, {whole.people:,} decisions by people: 0 violations"
    )


if __name__ == "__main__":
    main()
