"""How a payment stands, as one shows it.

i'mport's word `cancelled` means fully *or partly* cancelled, and gateways differ in whether the word changes after a
partial cancellation; so a payment that was paid is told by its amounts alone.
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """The six shown states, and TEST; the value is the code in URLs, files and the store.

    TEST is what lists, totals and the store say of a payment made on a test channel, however it stands: no money, so it
    is in none of what adds up the other six.
    """

    PAID = "paid"
    PARTLY_CANCELLED = "partly"
    CANCELLED = "cancelled"
    WAITING = "waiting"
    FAILED = "failed"
    UNFINISHED = "left"
    TEST = "test"

    @property
    def was_paid(self) -> bool:
        """Money came in at some time: it counts among the sales of the day it was paid."""
        return self in PAID_STATES


REAL_STATES = tuple(state for state in State if state is not State.TEST)
PAID_STATES = frozenset({State.PAID, State.PARTLY_CANCELLED, State.CANCELLED})


def state_of(status: str, amount: int, cancel_amount: int, vbank_num: str) -> State:
    """The shown state. `ready` without a virtual account number is only a window that was opened and left.

    Amounts in minor units. An expired virtual account stays WAITING here: expiry depends on the time of looking.
    """
    if status == "failed":
        return State.FAILED
    if status == "ready":
        return State.WAITING if vbank_num else State.UNFINISHED
    if 0 < cancel_amount < amount:
        return State.PARTLY_CANCELLED
    if cancel_amount or status == "cancelled":
        return State.CANCELLED
    return State.PAID
