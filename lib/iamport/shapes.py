"""The shapes of i'mport's answers, as published: what its JSON holds, before it becomes the desk's own."""

from __future__ import annotations

from typing import Annotated, Any, Generic, TypeVar

import msgspec
from msgspec import Meta, Struct

T = TypeVar("T")
Text = str | None
Time = int | float | None
Number = int | float | None


class WireCancellation(Struct, forbid_unknown_fields=True):
    """One entry of `cancel_history`."""

    amount: Number = None
    cancelled_at: Time = None
    cancellation_id: Text = None
    pg_tid: Text = None
    reason: Text = None
    receipt_url: Text = None


class WirePayment(Struct, forbid_unknown_fields=True):
    """A payment as published (`PaymentAnnotation`); nearly everything may be null or missing."""

    imp_uid: Annotated[str, Meta(min_length=1)]
    merchant_uid: Text = None
    status: Text = None
    pay_method: Text = None
    channel: Text = None
    pg_provider: Text = None
    emb_pg_provider: Text = None
    pg_tid: Text = None
    pg_id: Text = None
    escrow: bool | None = None
    apply_num: Text = None
    bank_code: Text = None
    bank_name: Text = None
    card_code: Text = None
    card_name: Text = None
    card_issuer_code: Text = None
    card_issuer_name: Text = None
    card_publisher_code: Text = None
    card_publisher_name: Text = None
    card_number: Text = None
    card_quota: Number = None
    card_type: Number = None
    vbank_code: Text = None
    vbank_name: Text = None
    vbank_num: Text = None
    vbank_holder: Text = None
    vbank_date: Time = None
    vbank_issued_at: Time = None
    name: Text = None
    amount: Number = None
    cancel_amount: Number = None
    currency: Text = None
    buyer_name: Text = None
    buyer_email: Text = None
    buyer_tel: Text = None
    buyer_addr: Text = None
    buyer_postcode: Text = None
    custom_data: Text = None
    user_agent: Text = None
    started_at: Time = None
    paid_at: Time = None
    failed_at: Time = None
    cancelled_at: Time = None
    fail_reason: Text = None
    cancel_reason: Text = None
    receipt_url: Text = None
    cash_receipt_issued: bool | None = None
    customer_uid: Text = None
    customer_uid_usage: Text = None
    sandbox: bool | None = None
    cancel_history: list[WireCancellation] | None = None
    cancel_receipt_urls: list[Any] | None = None
    deposit_history: list[Any] | None = None
    promotion: Any = None


class WirePage(Struct):
    """The answer of a list: at most 1,000 payments in `list`, called `rows` here."""

    total: int = 0
    previous: int | None = 0
    next: int | None = 0
    rows: list[WirePayment] | None = msgspec.field(default=None, name="list")


class Envelope(Struct, Generic[T]):
    """Every answer of i'mport."""

    code: int
    message: str | None = None
    response: T | None = None


class Opened(Struct):
    """An envelope whose content is still JSON text."""

    code: int
    message: str | None = None
    response: msgspec.Raw = msgspec.Raw(b"null")
