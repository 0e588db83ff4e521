"""What a real process of these tests does: it refunds or recovers, and may kill itself.

`given`: `do` (refund | recover), `database`, `url`, `key`, `secret`, `die` (a crash point, or ""), `later` (seconds the
wall clock is ahead), and for a refund `imp_uids`, `amount`, `balance`, `intent`.
"""

from __future__ import annotations

import os
import signal
import time
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from lib import journal as journals
from lib.errors import DeskError
from lib.iamport.client import Iamport, Retrying
from lib.journal.recover import recover
from lib.operations import refunds
from lib.operations.refunds import Ask
from lib.people.actor import Actor, Role
from lib.store.engine import open_store
from lib.sync import intake
from lib.world import World

SECRET = b"a secret of thirty-two characters"


def main(given: dict[str, Any], told: Connection) -> None:
    """Do it; what was said to each wish goes to `told`."""

    def hit(point: str) -> None:
        if point == given.get("die"):
            os.kill(os.getpid(), signal.SIGKILL)

    world = World(now=lambda: time.time() + given.get("later", 0), hit=hit)
    store = open_store(given["database"])
    quick = Retrying(attempts=2, seconds=2, first_s=0.01, most_s=0.02)
    iamport = Iamport(base_url=given["url"], key=given["key"], secret=given["secret"], world=world, retrying=quick)
    refresh = partial(intake.refresh, store, iamport, world=world)
    journal = journals.open_journal(store, iamport, world, SECRET, refresh, inline=True)
    journal.recovered.set()
    if given["do"] == "recover":
        recover(journal, now_all=True)
        return
    said = []
    for n, imp_uid in enumerate(given["imp_uids"]):
        ask = Ask(
            imp_uid=imp_uid,
            amount=given["amount"],
            seen_balance=given["balance"],
            reason="고객 변심",
            intent_key=given.get("intent") or f"{os.getpid()}-{n}",
        )
        try:
            said.append(refunds.submit(journal, Actor(f"담당자{os.getpid() % 97}", Role.CS), ask).state.value)
        except DeskError as wrong:
            said.append(wrong.code)
    told.send(said)
