"""Real processes over a real database, that refund or recover and may kill themselves at a crash point."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Iterable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from lib.journal.parts import CrashPoint
from tests.desks import Bench
from tests.faults import child

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.faults.child"])
NOTHING_SENT = (
    CrashPoint.BEFORE_PREPARED,
    CrashPoint.INSIDE_PREPARED,
    CrashPoint.AFTER_PREPARED,
    CrashPoint.BEFORE_SENDING,
    CrashPoint.INSIDE_SENDING,
    CrashPoint.AFTER_SENDING,
)
ANSWERED = (CrashPoint.AFTER_ANSWER, CrashPoint.INSIDE_VERDICT, CrashPoint.AFTER_VERDICT)
RECOVERY = (
    CrashPoint.RECOVERING,
    CrashPoint.AFTER_READ,
    CrashPoint.INSIDE_RECOVERY,
    CrashPoint.AFTER_RECOVERY,
)


def start(bench: Bench, database: str, **given: Any) -> tuple[BaseProcess, Connection]:
    """A process of its own, and the end of the pipe on which it says what came of it."""
    parts = {"database": database, "url": bench.shop.url, "key": bench.shop.key, "secret": bench.shop.secret}
    ours, theirs = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=child.main, args=(parts | given, theirs))
    process.start()
    theirs.close()
    return process, ours


def run(bench: Bench, database: str, **given: Any) -> int | None:
    process, _ = start(bench, database, **given)
    process.join(60)
    return process.exitcode


def refund(bench: Bench, database: str, imp_uid: str, **given: Any) -> int | None:
    return run(bench, database, do="refund", imp_uids=[imp_uid], amount=10_000, balance=30_000, **given)


def crowd(bench: Bench, database: str, wishes: Iterable[dict[str, Any]]) -> Counter[str]:
    """What many processes, one for each of `wishes`, were told that work at the same time."""
    begun = [start(bench, database, **wish) for wish in wishes]
    told = Counter[str]()
    for process, said in begun:
        told += said.recv()
        process.join(60)
        assert process.exitcode == 0
    return told
