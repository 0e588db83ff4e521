"""What the journal works with, and the instants at which a process may die (named for the tests that kill it there)."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from lib import audit
from lib.iamport.client import Iamport
from lib.journal.kinds import Kind
from lib.journal.life import By
from lib.payments.record import Payment
from lib.settings import Limits
from lib.store.engine import Connection, Store
from lib.world import World


class CrashPoint(StrEnum):
    """Where tests kill the process: between every two steps of a refund and of its recovery."""

    BEFORE_PREPARED = "before prepared"
    INSIDE_PREPARED = "inside prepared"  # the transaction is not committed yet
    AFTER_PREPARED = "after prepared"
    BEFORE_SENDING = "before sending"
    INSIDE_SENDING = "inside sending"
    AFTER_SENDING = "after sending"
    AFTER_ANSWER = "after answer"
    INSIDE_VERDICT = "inside verdict"
    AFTER_VERDICT = "after verdict"
    RECOVERING = "recovering"
    AFTER_READ = "after read"
    INSIDE_RECOVERY = "inside recovery"
    AFTER_RECOVERY = "after recovery"


@dataclass(frozen=True, slots=True)
class Journal:
    """`sender` runs money calls away from the caller's thread (None: on it, for commands). `refresh(imp_uid)` reads a
    payment and brings it into the store. `hold_s`: how long a refund waits, and can be taken back, before it is sent; a
    command has no hold. `limits`: what its operations are held to. `kinds`: how the outcome of each kind but a refund is
    read. `damage`: codes of what was found broken at the start (`gate.look_for_damage`). `recovered` is set once what an
    earlier process left was looked at."""

    store: Store
    iamport: Iamport
    world: World
    secret: bytes
    refresh: Callable[[str], Payment]
    sender: Executor | None
    owner: str
    hold_s: float = 0.0
    limits: Limits = field(default_factory=Limits)
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    damage: list[str] = field(default_factory=list)
    recovered: threading.Event = field(default_factory=threading.Event)
    stopping: threading.Event = field(default_factory=threading.Event)
    wake: threading.Event = field(default_factory=threading.Event)

    def note(
        self,
        connection: Connection,
        by: By,
        action: str,
        object: str,  # the chain's own name
        reason: str = "",
        *,
        after: str = "",
    ) -> None:
        """Say in the audit chain who did what to which payment, batch or operation, in the caller's transaction."""
        audit.append(
            connection,
            self.secret,
            at=int(self.world.now()),
            actor=by.name,
            session=by.session,
            action=action,
            object=object,
            after=after,
            reason=reason,
        )

    def hit(self, point: CrashPoint) -> None:
        """Pass a crash point."""
        self.world.hit(point.value)


def this_process() -> str:
    """Host, process and its start, so that a process number used again is not taken for the same process."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def is_gone(owner: str) -> bool:
    """The process of this name ran on this host and is no more. False when it cannot be told."""
    host, _, rest = owner.partition(":")
    number, _, started = rest.partition(":")
    if host != socket.gethostname() or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return bool(started) and _started(int(number)) != started


def _started(process: int) -> str:
    """The kernel's start time of a process; "" where there is no /proc. A dead one that waits for its parent is gone."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "gone" if fields[0] == "Z" else fields[19]
