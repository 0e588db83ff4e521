"""The capability without which no changing call leaves: `Iamport.send` takes a `SendPermit` and nothing else.

Only `lib.journal.permit` makes one, after the journal's SENDING row is committed; a test holds that.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SendPermit:
    """Leave to send one frozen request once. `deadline` (monotonic seconds): a process paused past it must not send."""

    operation: str
    attempt: int
    method: str
    path: str
    body: bytes
    body_sha256: str
    deadline: float
