"""The table of moves of a money operation: data only. The journal, the database's triggers and the tests read it.

`because` names the edge. A terminal state ends the sending, never the evidence: what i'mport shows later still counts.
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where an operation stands."""

    __hash__ = str.__hash__  # the same value, kept with the string; Enum's own is computed in Python each time

    PREPARED = "PREPARED"
    SENDING = "SENDING"
    CONFIRMED = "CONFIRMED"
    NOT_EXECUTED = "NOT_EXECUTED"
    ABORTED = "ABORTED"
    UNKNOWN = "UNKNOWN"
    NEEDS_HUMAN = "NEEDS_HUMAN"
    LATE_REVIEW = "LATE_REVIEW"


LIFE = (  # from, because, to
    (State.PREPARED, "permit granted", State.SENDING),
    (State.PREPARED, "could not begin", State.ABORTED),
    (State.PREPARED, "taken back", State.ABORTED),
    (State.PREPARED, "its process died before sending", State.ABORTED),
    (State.SENDING, "token renewed, sent again", State.SENDING),
    (State.SENDING, "i'mport says done", State.CONFIRMED),
    (State.SENDING, "never left", State.NOT_EXECUTED),
    (State.SENDING, "no usable answer", State.UNKNOWN),
    (State.SENDING, "its process died while sending", State.UNKNOWN),
    (State.UNKNOWN, "looked again", State.UNKNOWN),
    (State.UNKNOWN, "found in history", State.CONFIRMED),
    (State.UNKNOWN, "another took the balance", State.NOT_EXECUTED),
    (State.UNKNOWN, "found refused", State.NOT_EXECUTED),
    (State.UNKNOWN, "absent after the quiet time", State.NOT_EXECUTED),
    (State.UNKNOWN, "cannot tell", State.NEEDS_HUMAN),
    (State.UNKNOWN, "seen twice", State.NEEDS_HUMAN),
    (State.NEEDS_HUMAN, "found in history", State.CONFIRMED),
    (State.NEEDS_HUMAN, "another took the balance", State.NOT_EXECUTED),
    (State.NEEDS_HUMAN, "found refused", State.NOT_EXECUTED),
    (State.NEEDS_HUMAN, "a person found it", State.CONFIRMED),
    (State.NEEDS_HUMAN, "a person ruled it out", State.NOT_EXECUTED),
    (State.NOT_EXECUTED, "asked for again", State.SENDING),
    (State.NOT_EXECUTED, "late evidence", State.CONFIRMED),
    (State.NOT_EXECUTED, "late, perhaps ours", State.LATE_REVIEW),
    (State.ABORTED, "late evidence", State.CONFIRMED),
    (State.LATE_REVIEW, "late evidence", State.CONFIRMED),
    (State.LATE_REVIEW, "a person found it", State.CONFIRMED),
    (State.LATE_REVIEW, "a person ruled it out", State.NOT_EXECUTED),
    (State.CONFIRMED, "seen twice", State.CONFIRMED),
    (State.CONFIRMED, "a person looked into it", State.CONFIRMED),
)

REFUND = "refund"
"""The kind that the fence guards; the others are known by what they leave to be read."""

OPEN = (State.PREPARED, State.SENDING, State.UNKNOWN, State.NEEDS_HUMAN)
"""While an operation stands here, no other may begin on its subject. LATE_REVIEW is not among them: late evidence must
be recorded although another operation holds the payment."""

NOT_MOVED = (State.NOT_EXECUTED, State.ABORTED, State.LATE_REVIEW)
"""Closed as not moved, so far as is known."""

FROZEN = (
    "id kind subject imp_uid intent_key request_hash amount balance currency pg_provider method path body body_sha256 "
    "known_ids marker reason requested_by session approved_by created_at facts"
).split()
"""Columns that never change after the row is written: what was asked, and what will be sent."""
