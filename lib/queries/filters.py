"""What to list: the filter as pages and commands say it, and the plain question that the store answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lib.errors import BadInput
from lib.payments.days import Period
from lib.payments.methods import OWN
from lib.payments.state import REAL_STATES, State
from lib.queries import totals
from lib.store.statements.listing import Question

FOREVER = (1 << 33) - 1
AMOUNT_MOST = 1 << 60


class Basis(StrEnum):
    """The clock of the list: paid (else requested), each cancellation, last change of state, requested."""

    PAID = "paid"
    CANCELLED = "cancelled"
    CHANGED = "changed"
    REQUESTED = "requested"


@dataclass(frozen=True, slots=True)
class Filter:
    """What to list. `states` empty = `shown_states`; `methods` are chart groups; amounts in minor units.

    `query` is what somebody typed, `ids` a pasted column of imp_uids, order ids or approval numbers, `attention` one of
    vbank_due, vbank_past, phone_month: with no other filter exactly the rows that `totals.attention` counts; or
    no_receipt: cash that came in and stayed, for which no receipt was issued; or standing_receipt: cash that went back in
    full, whose receipt i'mport shows as issued.
    """

    period: Period | None = None
    basis: Basis = Basis.PAID
    states: tuple[State, ...] = ()
    methods: tuple[str, ...] = ()
    gateways: tuple[str, ...] = ()
    mids: tuple[str, ...] = ()
    amount_min: int | None = None
    amount_max: int | None = None
    query: str = ""
    ids: tuple[str, ...] = ()
    attention: str = ""


def shown_states() -> tuple[State, ...]:
    """What a list without chosen states shows: all but windows that were left, and test payments, which are no money."""
    return tuple(state for state in REAL_STATES if state is not State.UNFINISHED)


def question(wanted: Filter, now: float) -> Question:
    """The filter without `query` and `ids`; `now` decides what is due. Raises `BadInput` bad_filter."""
    since, until = (max(0, wanted.period.start), wanted.period.end) if wanted.period else (0, FOREVER)
    due = phone = None
    match wanted.attention:
        case "vbank_due":
            due = totals.due_today(now)
        case "vbank_past":
            due = totals.past_due(now)
        case "phone_month":
            phone = totals.phone_month(now) or (1, 0)
            if wanted.basis is Basis.PAID:
                since, until = max(since, phone[0]), min(until, phone[1])
        case "no_receipt" | "standing_receipt" | "":
            pass
        case _:
            raise BadInput("bad_filter", value=wanted.attention)
    return Question(
        basis=wanted.basis.value,
        since=since,
        until=until,
        states=tuple(dict.fromkeys(state.value for state in wanted.states or shown_states())),
        methods=tuple(sorted(set(wanted.methods) - {"easy"})),
        other_methods="easy" in wanted.methods,
        known_methods=tuple(sorted(OWN)),
        gateways=wanted.gateways,
        mids=wanted.mids,
        amount_min=_amount(wanted.amount_min),
        amount_max=_amount(wanted.amount_max),
        due=due,
        phone=phone,
        without_receipt=wanted.attention == "no_receipt",
        standing_receipt=wanted.attention == "standing_receipt",
    )


def _amount(value: int | None) -> int | None:
    return None if value is None else max(-AMOUNT_MOST, min(AMOUNT_MOST, value))
