"""A payment as the desk keeps it: i'mport's field names, money as integer minor units, times as epoch seconds (0 = unset).

i'mport sends `""` and null alike for an unset text; both are "" here. Card numbers are masked before a record exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from lib.payments.days import moment
from lib.payments.state import State, state_of


class Cancellation(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of `cancel_history`. `cancellation_id` is i'mport's, or `pg_tid:amount:cancelled_at` where it sends none."""

    cancellation_id: str
    amount: int
    cancelled_at: int
    reason: str = ""
    pg_tid: str = ""
    receipt_url: str = ""


class Unread(NamedTuple):
    """A record of i'mport that cannot be understood: its `imp_uid`, or `NAMELESS` and a number told from its content;
    `why` names the field and what is wrong with it, in a few words and without personal data."""

    imp_uid: str
    why: str


NAMELESS = "?"
"""How the name of a record begins that carries no imp_uid; i'mport's begin with "imp"."""


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """One i'mport payment, keyed by `imp_uid`; `merchant_uid` is the merchant's order id and may repeat."""

    imp_uid: str
    merchant_uid: str = ""
    status: str = ""
    pay_method: str = ""
    channel: str = ""
    pg_provider: str = ""
    emb_pg_provider: str = ""
    pg_tid: str = ""
    pg_id: str = ""
    escrow: bool = False
    apply_num: str = ""
    bank_code: str = ""
    bank_name: str = ""
    card_code: str = ""
    card_name: str = ""
    card_number: str = ""
    card_quota: int = 0
    card_type: int = -1
    vbank_code: str = ""
    vbank_name: str = ""
    vbank_num: str = ""
    vbank_holder: str = ""
    vbank_date: int = 0
    vbank_issued_at: int = 0
    name: str = ""
    amount: int = 0
    cancel_amount: int = 0
    currency: str = "KRW"
    buyer_name: str = ""
    buyer_email: str = ""
    buyer_tel: str = ""
    buyer_addr: str = ""
    buyer_postcode: str = ""
    custom_data: str = ""
    started_at: int = 0
    paid_at: int = 0
    failed_at: int = 0
    cancelled_at: int = 0
    fail_reason: str = ""
    cancel_reason: str = ""
    receipt_url: str = ""
    cash_receipt_issued: bool = False
    customer_uid: str = ""
    customer_uid_usage: str = ""
    sandbox: bool = False
    cancellations: tuple[Cancellation, ...] = ()
    extra: Mapping[str, object] = {}
    """Fields that this version does not know, kept as they came."""

    @property
    def balance(self) -> int:
        """What can still be cancelled, in minor units of `currency`; sent as `checksum`."""
        return self.amount - self.cancel_amount

    @property
    def state(self) -> State:
        """How it stands, from amounts and times; never from the status word of a cancelled payment."""
        return state_of(self.status, self.amount, self.cancel_amount, self.vbank_num)

    @property
    def listed_as(self) -> State:
        """Its state among the others: TEST for one of a test channel, which counts nowhere."""
        return State.TEST if self.sandbox else self.state

    @property
    def sale_at(self) -> int:
        """When it was paid, else when it was started: the clock of the payments list."""
        return self.paid_at if self.paid_at and self.state.was_paid else self.started_at

    @property
    def status_at(self) -> int:
        """When it came to stand as it stands: paid, last cancelled, failed, or started."""
        match self.state:
            case State.PAID:
                at = self.paid_at
            case State.PARTLY_CANCELLED | State.CANCELLED:
                at = self.cancelled_at
            case State.FAILED:
                at = self.failed_at
            case _:
                at = self.started_at
        return at or self.started_at

    def moment(self, field: str) -> datetime | None:
        """The time field `field` ("paid_at" …) as an aware KST datetime; None when unset."""
        return moment(getattr(self, field))
