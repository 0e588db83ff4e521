"""What came back from a money call, as facts; what it means is for `lib.journal.classify`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lib.payments.record import Payment


class Reached(StrEnum):
    """How far the request came."""

    NOT_SENT = "not_sent"  # no byte of the request left: DNS, connect, TLS, pool, permit past its deadline
    NO_ANSWER = "no_answer"  # it may have arrived: write or read time-out, reset, closed without an answer
    ANSWERED = "answered"  # some HTTP answer came, whatever it says


@dataclass(frozen=True, slots=True)
class Answer:
    """`envelope`: the body was i'mport's own; `code`, `message` are then its words; `payment` when a whole one came.

    `why` is a short technical reason (class of the transport error, what was wrong with the body), free of secrets.
    `body` is the answer's text with card numbers masked, at most 2 KB, for the record.
    """

    reached: Reached
    http_status: int = 0
    envelope: bool = False
    code: int = 0
    message: str = ""
    payment: Payment | None = None
    why: str = ""
    body: str = ""
