"""A real process that refunds or recovers and may kill itself: `python -m tests.faults.child '{"…": …}'`.

Keys: `do` (refund | recover), `database`, `url`, `key`, `secret`, `die` (a crash point, or ""), `later` (seconds the wall
clock is ahead), and for a refund `imp_uid`, `amount`, `balance`, `intent`, `tries`. Prints one JSON line.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from functools import partial
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


def main(given: dict[str, Any]) -> None:
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
    print(json.dumps(said))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
