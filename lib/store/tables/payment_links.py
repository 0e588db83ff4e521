"""Payment links: the orders that customers pay on a page of their own. A link's address is not kept, it is signed anew."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table, Text

from lib.store.tables.base import metadata

payment_links = Table(
    "payment_links",
    metadata,
    Column("merchant_uid", String(40), primary_key=True),
    Column("name", String(40), nullable=False),  # the product, as the customer sees it
    Column("amount", BigInteger, nullable=False),  # KRW
    Column("tax_free", BigInteger, nullable=False),
    Column("methods", Text, nullable=False),  # parted by spaces
    Column("digital", Boolean, nullable=False),
    Column("channel_key", Text, nullable=False),  # "" = the console's default
    Column("test", Boolean, nullable=False),  # what a test channel takes counts as paid
    Column("made_by", String(40), nullable=False),
    Column("made_at", BigInteger, nullable=False),  # epoch seconds, as all times
    Column("expires", BigInteger, nullable=False),
    Column("fixed_at", BigInteger, nullable=False, server_default="0"),  # when i'mport had the amount; 0 = not yet
    Column("withdrawn_at", BigInteger, nullable=False, server_default="0"),
    Column("pg_id", Text, nullable=False, server_default=""),  # the MID of channel_key; "" = it is not known
)
Index("ix_payment_links_made_at", payment_links.c.made_at, payment_links.c.merchant_uid)
