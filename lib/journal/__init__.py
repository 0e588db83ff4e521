"""A money operation's life: `life` (the table of moves), `permit`, `send`, `classify`, `resolve`, `recover`, `gate`.

Written down before it is sent, sent once, resolved by reading. Knows neither kinds of operations nor people.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType

from lib.iamport.client import Iamport
from lib.journal.kinds import Kind
from lib.journal.life import State
from lib.journal.parts import Journal, this_process
from lib.journal.recover import recover
from lib.payments.record import Payment
from lib.settings import Limits
from lib.store.engine import Store
from lib.world import World

__all__ = ["Journal", "close", "open_journal", "start"]

log = logging.getLogger("paydesk.journal")

LOOP_S = 20.0
SOON_S = 1.0
WAIT_S = 75.0


def open_journal(
    store: Store,
    iamport: Iamport,
    world: World,
    secret: bytes,
    refresh: Callable[[str], Payment],
    *,
    inline: bool = False,
    hold_s: float = 0.0,
    limits: Limits = Limits(),  # noqa: B008 - a frozen tuple
    kinds: Mapping[str, Kind] = MappingProxyType({}),
) -> Journal:
    """The journal over these parts. `inline`: money calls run on the caller's thread, for commands."""
    sender = None if inline else ThreadPoolExecutor(max_workers=4, thread_name_prefix="money")
    hold_s = 0.0 if inline else hold_s
    return Journal(store, iamport, world, secret, refresh, sender, this_process(), hold_s, limits, kinds)


def start(journal: Journal) -> None:
    """Recover what an earlier process left, then keep looking, in a thread. Money may move after the first round."""
    threading.Thread(target=_loop, args=(journal,), name="journal", daemon=True).start()


def _loop(journal: Journal) -> None:
    while not journal.stopping.is_set():
        left = True
        try:
            left = any(op.open and op.state is not State.NEEDS_HUMAN for op in recover(journal))
        except Exception:
            log.exception("recovery could not finish its round")
        journal.wake.wait(SOON_S if left else LOOP_S)
        journal.wake.clear()


def close(journal: Journal, wait_s: float = WAIT_S) -> None:
    """Accept nothing more and wait for the answers of what was sent, at most `wait_s` seconds.

    What is still on hold is never sent.
    """
    journal.stopping.set()
    journal.wake.set()
    if journal.sender is not None:
        waiter = threading.Thread(target=journal.sender.shutdown, kwargs={"wait": True})
        waiter.start()
        waiter.join(wait_s)
