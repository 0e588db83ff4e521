"""Rows of the list as they may leave: personal data masked, columns named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

import pandas as pd

from lib.payments.methods import group_of
from lib.payments.state import PAID_STATES, State, state_of
from lib.queries.filters import Basis
from lib.store.statements.listing import SHOWN, Key, Values
from lib.text import masking

ZONE = "Asia/Seoul"
FRAME = {
    "imp_uid": "str",
    "merchant_uid": "str",
    "state": "str",
    "method": "str",
    "pay_method": "str",
    "time": f"datetime64[s, {ZONE}]",
    "amount": "int64",
    "cancel_amount": "int64",
    "balance": "int64",
    "currency": "str",
    "name": "str",
    "buyer_name": "str",
    "buyer_tel": "str",
    "buyer_email": "str",
    "card_name": "str",
    "card_number": "str",
    "apply_num": "str",
    "pg_provider": "str",
    "pg_id": "str",
    "fail_reason": "str",
    "sandbox": "bool",
    "vbank_date": "int64",
    "expired": "bool",
}
"""Columns of the list: money in minor units, `time` on the basis' clock; names, phones, mails and cards masked.

On the basis `cancelled` a row is one cancellation and `cancel_amount` its own amount. `vbank_date` is the deadline in
epoch seconds (0 = none), `expired` a waiting virtual account whose deadline has passed. `sandbox`: a test payment, which
counts in no sum; its `state` is how it stands.
"""

MASKS: dict[str, Callable[[str], str]] = {
    "buyer_name": masking.name,
    "buyer_tel": masking.phone,
    "buyer_email": masking.email,
    "buyer_addr": masking.address,
    "buyer_postcode": masking.account,
    "vbank_num": masking.account,
    "vbank_holder": masking.name,
    "custom_data": lambda _: "",
}
"""How each personal field of a whole payment is masked; what a shop put into `custom_data` nobody can tell."""

_RAW = {"time": "datetime64[s]"}
_AT = {name: place for place, name in enumerate(SHOWN)}
_STATE, _METHOD, _AMOUNT, _CANCELLED, _DUE = (
    _AT[name] for name in ("state", "pay_method", "amount", "cancel_amount", "vbank_date")
)
_NAME, _TEL, _EMAIL, _CARD = (_AT[name] for name in ("buyer_name", "buyer_tel", "buyer_email", "card_number"))
_PAID_WORDS = frozenset(state.value for state in PAID_STATES)
_name = lru_cache(4096)(masking.name)  # names and card endings repeat; an export asks a million times
_card = lru_cache(4096)(masking.card)


def masked(key: Key, values: Values, basis: Basis, now: float) -> tuple[object, ...]:
    """One row as values of `FRAME`, `time` still in epoch seconds."""
    state, method, amount, cancelled, due = (
        values[_STATE],
        values[_METHOD],
        values[_AMOUNT],
        values[_CANCELLED],
        values[_DUE],
    )
    test = state == State.TEST.value
    if test:
        state = state_of(values[_AT["status"]], amount, cancelled, "issued" if due else "").value
    return (
        values[0],
        values[1],
        state,
        group_of(method),
        method,
        key.at,
        amount,
        key.event_amount if basis is Basis.CANCELLED else cancelled,
        amount - cancelled if state in _PAID_WORDS else 0,
        values[_AT["currency"]],
        values[_AT["name"]],
        _name(values[_NAME]),
        masking.phone(values[_TEL]),
        masking.email(values[_EMAIL]),
        values[_AT["card_name"]],
        _card(values[_CARD]),
        values[_AT["apply_num"]],
        values[_AT["pg_provider"]],
        values[_AT["pg_id"]],
        values[_AT["fail_reason"]],
        test,
        due,
        state == State.WAITING.value and 0 < due < int(now),
    )


def frame(rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    """The frame of masked rows."""
    columns: Iterable[Iterable[object]] = zip(*rows, strict=True) if rows else ((),) * len(FRAME)
    made = {
        name: pd.Series(list(column), dtype=_RAW.get(name, FRAME[name]))
        for name, column in zip(FRAME, columns, strict=True)
    }
    made["time"] = made["time"].dt.tz_localize("UTC").dt.tz_convert(ZONE)
    return pd.DataFrame(made)
