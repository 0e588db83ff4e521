"""Add what people recorded of escrow orders, and the indexes that find those orders and their deliveries.

The first step makes whatever is declared when it runs, so on a new database this one finds everything there.
"""

from alembic import op

from lib.store.tables import escrow_records, operations, payments

revision = "0006"
down_revision = "0005"

NAMES = ("ix_payments_escrow", "ix_operations_deliveries")


def upgrade() -> None:
    connection = op.get_bind()
    escrow_records.create(connection, checkfirst=True)
    for index in (*payments.indexes, *operations.indexes):
        if index.name in NAMES:
            index.create(connection, checkfirst=True)


def downgrade() -> None:
    escrow_records.drop(op.get_bind())
    for name, table in zip(NAMES, ("payments", "operations"), strict=True):
        op.drop_index(name, table)
