"""Add the list of billing keys, counted from the payments, and the indexes it is read by."""

from alembic import op
from sqlalchemy import Index

from lib.store.statements.billing_keys import fill
from lib.store.tables import billing_keys, operations, payments

revision = "0007"
down_revision = "0006"


def _indexes() -> list[Index]:
    wanted = ("ix_payments_customer_uid", "ix_operations_subject")
    return [index for table in (payments, operations) for index in table.indexes if index.name in wanted]


def upgrade() -> None:
    connection = op.get_bind()
    for index in _indexes():
        index.create(connection, checkfirst=True)
    billing_keys.create(connection, checkfirst=True)
    fill(connection)


def downgrade() -> None:
    connection = op.get_bind()
    billing_keys.drop(connection)
    for index in _indexes():
        index.drop(connection)
