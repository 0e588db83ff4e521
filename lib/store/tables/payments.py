"""Payments and their cancellations: the mirror of i'mport. Columns carry i'mport's names.

Money is an integer in minor units of `currency`; times are epoch seconds, 0 = unset; texts are never null.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    and_,
    false,
    literal_column,
    text,
    true,
)

from lib.store.tables.base import metadata


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _time(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default="0")


payments = Table(
    "payments",
    metadata,
    # started_at << 20 | 20 bits of the imp_uid's hash: newest first, keyset and locality come free with the key.
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("imp_uid", Text, nullable=False, unique=True),
    _text("merchant_uid"),
    _text("status"),  # i'mport's word, kept for the record; nothing decides by it
    Column("state", String(12), nullable=False),  # Payment.listed_as: "test" on a test channel, else how it stands
    _text("pay_method"),
    _text("channel"),
    _text("pg_provider"),
    _text("emb_pg_provider"),
    _text("pg_tid"),
    _text("pg_id"),
    Column("escrow", Boolean, nullable=False),
    _text("apply_num"),
    _text("bank_code"),
    _text("bank_name"),
    _text("card_code"),
    _text("card_name"),
    _text("card_number"),  # first 6 and last 4 at most
    Column("card_quota", Integer, nullable=False, server_default="0"),
    Column("card_type", Integer, nullable=False, server_default="-1"),
    _text("vbank_code"),
    _text("vbank_name"),
    _text("vbank_num"),
    _text("vbank_holder"),
    _time("vbank_date"),
    _time("vbank_issued_at"),
    _text("name"),
    Column("amount", BigInteger, nullable=False),
    Column("cancel_amount", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    _text("buyer_name"),
    _text("buyer_email"),
    _text("buyer_tel"),
    _text("buyer_addr"),
    _text("buyer_postcode"),
    _text("custom_data"),
    _time("started_at"),
    _time("paid_at"),
    _time("failed_at"),
    _time("cancelled_at"),
    _time("sale_at"),  # paid, else started: Payment.sale_at
    _time("status_at"),  # Payment.status_at
    _text("fail_reason"),
    _text("cancel_reason"),
    _text("receipt_url"),
    Column("cash_receipt_issued", Boolean, nullable=False),
    _text("customer_uid"),
    _text("customer_uid_usage"),
    Column("sandbox", Boolean, nullable=False),
    _text("extra"),  # JSON object of unknown fields, or ""
    Column("read_at", BigInteger, nullable=False),  # ms: when the request that brought this version was *started*
    _text("search_text"),  # lib.payments.searching.text_of
)

# Two covering indexes decide every filter of the payments page inside the index; only the rows of one page are then read.
_DECIDING = ("state", "pay_method", "pg_provider", "pg_id", "amount", "cancel_amount", "currency")
Index("ix_payments_sale", payments.c.sale_at, payments.c.id, *(payments.c[n] for n in _DECIDING))
Index(
    "ix_payments_state",
    payments.c.state,
    payments.c.status_at,
    payments.c.id,
    *(payments.c[n] for n in _DECIDING if n != "state"),
)
# Few rows: virtual accounts that wait, by their deadline.
Index(
    "ix_payments_due",
    payments.c.vbank_date,
    payments.c.id,
    payments.c.amount,
    sqlite_where=payments.c.state == "waiting",
    postgresql_where=payments.c.state == "waiting",
)
# Few rows: cash that came in and stayed, for which no receipt was issued.
WITHOUT_RECEIPT = and_(
    payments.c.cash_receipt_issued.is_(false()),
    payments.c.pay_method.in_((literal_column("'trans'"), literal_column("'vbank'"))),
    payments.c.state.in_((literal_column("'paid'"), literal_column("'partly'"))),
)
"""The condition of the index, written out: only so SQLite considers it."""
Index(
    "ix_payments_without_receipt",
    *(payments.c[n] for n in ("sale_at", "id", "state", "amount", "cancel_amount", "currency")),
    sqlite_where=WITHOUT_RECEIPT,
    postgresql_where=WITHOUT_RECEIPT,
)
# Few rows: a receipt that stands although the cash went back, by the time of that.
STANDING_RECEIPT = and_(
    payments.c.cash_receipt_issued.is_(true()),
    payments.c.pay_method.in_((literal_column("'trans'"), literal_column("'vbank'"))),
    payments.c.state == literal_column("'cancelled'"),
)
"""The condition of the index, written out as above."""
Index(
    "ix_payments_standing_receipt",
    *(payments.c[n] for n in ("status_at", "id", "cash_receipt_issued", *_DECIDING)),
    sqlite_where=STANDING_RECEIPT,
    postgresql_where=STANDING_RECEIPT,
)
Index("ix_payments_merchant_uid", payments.c.merchant_uid)
# Few rows: escrow orders whose money is held, by the time paid; covering, for the board sums them all. The condition in
# words that both databases read alike.
ESCROW_HELD = text("escrow AND state IN ('paid', 'partly')")
Index(
    "ix_payments_escrow",
    *(payments.c[n] for n in ("paid_at", "id", "escrow", "state", "imp_uid", "amount", "cancel_amount")),
    sqlite_where=ESCROW_HELD,
    postgresql_where=ESCROW_HELD,
)

cancellations = Table(
    "cancellations",
    metadata,
    Column("payment_id", ForeignKey(payments.c.id), primary_key=True),
    Column("cancellation_id", Text, primary_key=True),
    Column("amount", BigInteger, nullable=False),
    Column("cancelled_at", BigInteger, nullable=False),
    _text("reason"),
    _text("pg_tid"),
    _text("receipt_url"),
)
Index("ix_cancellations_at", cancellations.c.cancelled_at, cancellations.c.payment_id, cancellations.c.amount)
