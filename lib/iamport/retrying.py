"""How calls that may be repeated are repeated, and the line in the log that says of which call this was."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import httpx
import stamina
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from lib.iamport.errors import IamportError

log = logging.getLogger("paydesk.iamport")

_WORDS: Final = frozenset(
    "again balance customers escrows find findAll getToken logis payments pg prepare receipts schedule schedules status"
    " subscribe users vbanks".split()
)
"""The words of i'mport's paths; whatever else stands in one is a payment's, an order's or a buyer's."""


@dataclass(frozen=True, slots=True)
class Retrying:
    """How reads are repeated: at most `attempts`, within `seconds`, waiting `first_s`, doubling to `most_s`, jitter."""

    attempts: int = 5
    seconds: float = 60.0
    first_s: float = 0.2
    most_s: float = 8.0


class Again(Exception):
    """A call that may be repeated; `request` without its path's own numbers, `error` to raise when it may not any more."""

    def __init__(self, request: httpx.Request, error: IamportError) -> None:
        super().__init__(str(error))
        self.request = f"{request.method} {request.url.host}{_route(request.url.path)}"
        self.error = error


def attempts(rule: Retrying) -> Iterator[stamina.Attempt]:
    """The attempts of one call; each is entered, and repeated after `Again`."""
    return iter(
        stamina.retry_context(
            on=Again,
            attempts=rule.attempts,
            timeout=rule.seconds,
            wait_initial=rule.first_s,
            wait_max=rule.most_s,
            wait_jitter=rule.first_s * 2,
        )
    )


def _route(path: str) -> str:
    parts = path.removeprefix("/sandbox").split("/")  # where the desk's own stands
    return "/".join(part if part in _WORDS or not part else "…" for part in parts)


def _tell(details: RetryDetails) -> None:
    """stamina's own line keeps all of this in fields that a plain log does not show."""
    if isinstance(details.caused_by, Again):
        facts = details.caused_by.error.facts
        why = facts.get("http_status") or facts.get("why") or ""
        log.warning(
            "%s: attempt %d failed (%s %s), the next in %.1f s",
            details.caused_by.request,
            details.retry_num,
            details.caused_by.error.code,
            why,
            details.wait_for,
        )


set_on_retry_hooks([_tell])
