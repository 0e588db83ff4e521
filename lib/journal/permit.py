"""The one place that makes a `SendPermit`, from an operation whose SENDING row is committed."""

from __future__ import annotations

from lib.iamport.permit import SendPermit
from lib.journal.life import NotALegalMove, Operation, State
from lib.world import World

LIFE_S = 5.0


def mint(operation: Operation, world: World) -> SendPermit:
    """Leave to send this operation's frozen request once, within 5 seconds (monotonic)."""
    if operation.state is not State.SENDING or not operation.attempts:
        raise NotALegalMove(f"{operation.state} may not send")
    return SendPermit(
        operation=operation.id,
        attempt=operation.attempts,
        method=operation.method,
        path=operation.path,
        body=operation.body,
        body_sha256=operation.body_sha256,
        deadline=world.monotonic() + LIFE_S,
    )
