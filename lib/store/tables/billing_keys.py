"""One row a billing key, counted from its payments in the transaction that writes them: a list costs keys, not payments."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from lib.store.tables.base import metadata
from lib.store.tables.operations import operations
from lib.store.tables.payments import payments

billing_keys = Table(
    "billing_keys",
    metadata,
    Column("customer_uid", Text, primary_key=True),
    Column("newest", BigInteger, nullable=False),  # payments.id of the latest registration or charge
    Column("issued", BigInteger, nullable=False),  # payments.id of the latest registration, 0 = not seen
    Column("last_charge", BigInteger, nullable=False),  # payments.id of the latest charge, 0 = none
    Column(
        "state", String(8), nullable=False
    ),  # of the latest charge: paid | failed; new: none since it was registered
    Column("charges", Integer, nullable=False),
    Column("paid", Integer, nullable=False),
    Column("failures", Integer, nullable=False),  # failed charges since the last paid one
    Column("buyer_name", Text, nullable=False),
    Column("card_name", Text, nullable=False),
    Column("card_number", Text, nullable=False),
)
Index("ix_billing_keys_newest", billing_keys.c.newest)
Index("ix_billing_keys_state", billing_keys.c.state, billing_keys.c.newest)

# Few rows: only payments made with a billing key.
Index(
    "ix_payments_customer_uid",
    payments.c.customer_uid,
    payments.c.id,
    sqlite_where=payments.c.customer_uid != "",
    postgresql_where=payments.c.customer_uid != "",
)
Index("ix_operations_subject", operations.c.subject)
