"""What a real process of these tests does: it refunds, recovers or runs a file of refunds, and may kill itself.

`given`: `do` (a name of `DEEDS`), `database`, `url`, `key`, `secret`, and where they matter `die` (a crash point) at its
`passing`-th passing, `later` (seconds the wall clock is ahead), `limits`, `person`; the rest stands with each deed.
"""

from __future__ import annotations

import itertools
import logging
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from lib import journal as journals
from lib.errors import DeskError, Stale
from lib.iamport.client import Iamport, Retrying
from lib.journal import Journal
from lib.journal.life import State
from lib.journal.recover import recover as recover_all
from lib.operations import batches, refunds, running
from lib.operations.kinds import KINDS
from lib.operations.refunds import Ask
from lib.people.actor import Actor, Role
from lib.settings import Limits
from lib.store.engine import open_store
from lib.sync import intake
from lib.world import World

SECRET = b"a secret of thirty-two characters"
APPROVER = Actor("김민수", Role.FINANCE)
AMOUNTS = (100, 300, 700, 1_100)
MOVES_ON = {"CONFIRMED", "ABORTED", "in_progress", "PREPARED", "SENDING", "UNKNOWN", "NOT_EXECUTED"}
"""Words after which another try may end otherwise."""


def main(given: dict[str, Any], told: Connection) -> None:
    """Do it; what came of it goes to `told`."""
    logging.getLogger("paydesk").setLevel(logging.CRITICAL)  # troubles are ordered here, judged by what came of them
    passed = itertools.count(1)

    def hit(point: str) -> None:
        if point == given.get("die") and next(passed) == given.get("passing", 1):
            os.kill(os.getpid(), signal.SIGKILL)

    world = World(now=lambda: time.time() + given.get("later", 0), hit=hit)
    store = open_store(given["database"])
    quick = Retrying(attempts=2, seconds=2, first_s=0.01, most_s=0.02)
    iamport = Iamport(base_url=given["url"], key=given["key"], secret=given["secret"], world=world, retrying=quick)
    refresh = partial(intake.refresh, store, iamport, world=world)
    journal = journals.open_journal(
        store,
        iamport,
        world,
        SECRET,
        refresh,
        inline=given["do"] != "batch",
        limits=given.get("limits", Limits()),
        kinds=KINDS,
    )
    journal.recovered.set()
    said = DEEDS[given["do"]](journal, given)
    if said is not None:  # else nobody may be listening
        told.send(said)


def recover(journal: Journal, _given: dict[str, Any]) -> None:
    """One round over all that is unfinished."""
    recover_all(journal, now_all=True)


def janitor(journal: Journal, _given: dict[str, Any]) -> None:
    """Rounds without end, as the loop beside the pages makes them."""
    while True:
        recover_all(journal)
        time.sleep(1)


def refund(journal: Journal, given: dict[str, Any]) -> Counter[str]:
    """Refund `amount` of each of `imp_uids` at `balance` (with `intent`); again while a try may end otherwise, `passes`
    times at most. What was said."""
    numbers, said = itertools.count(), Counter[str]()
    for _ in range(given.get("passes", 1)):
        words = [
            _asked(journal, given, numbers, imp_uid, given["amount"], given["balance"])[0]
            for imp_uid in given["imp_uids"]
        ]
        said.update(words)
        if not MOVES_ON.intersection(words):
            break
    return said


def rounds(journal: Journal, given: dict[str, Any]) -> Counter[str]:
    """Refund parts of one or another of `imp_uids`, `rounds` times, by pages that are as old as what was last told."""
    chance, numbers, said = random.Random(given["seed"]), itertools.count(), Counter[str]()
    pages = dict.fromkeys(given["imp_uids"], given["balance"])
    for _ in range(given["rounds"]):
        imp_uid, amount = chance.choice(given["imp_uids"]), chance.choice(AMOUNTS)
        word, balance = _asked(journal, given, numbers, imp_uid, amount, pages[imp_uid])
        pages[imp_uid] = balance
        said[word] += 1
    return said


def work(journal: Journal, given: dict[str, Any]) -> str:
    """One piece of work of the kind `name`, with the `facts` that were prepared for it; its state."""
    from tests.faults.works import WORKS  # here: the bench that it needs imports pytest

    return WORKS[given["name"]].act(journal, given["facts"], journal.world.nonce()).state.value


def batch(journal: Journal, given: dict[str, Any]) -> None:
    """Say yes to `batch` (or `again`: continue it), and run it as the desk does."""
    take = batches.go_on if given.get("again") else batches.approve
    running.run(journal, take(journal, APPROVER, given["batch"]))
    journals.close(journal)


def _asked(
    journal: Journal, given: dict[str, Any], numbers: Iterator[int], imp_uid: str, amount: int, balance: int
) -> tuple[str, int]:
    """What was said to a wish, and the balance that is known after it."""
    actor = Actor(given.get("person") or f"담당자{os.getpid() % 97}", Role.CS)
    intent = given.get("intent") or f"{os.getpid()}-{time.monotonic_ns()}-{next(numbers)}"
    try:
        done = refunds.submit(journal, actor, Ask(imp_uid, amount, balance, "고객 변심", intent))
    except Stale as stale:
        return stale.code, int(str(stale.facts["now"]))
    except DeskError as wrong:
        return str(wrong.facts.get("why", wrong.code)), balance
    return done.state.value, balance - amount if done.state is State.CONFIRMED else balance


DEEDS: dict[str, Callable[[Journal, dict[str, Any]], object]] = {
    "recover": recover,
    "janitor": janitor,
    "refund": refund,
    "rounds": rounds,
    "work": work,
    "batch": batch,
}
