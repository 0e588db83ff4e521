"""Find receipts that stand although their payment was cancelled in full, by an index."""

from alembic import op

from lib.store.tables import payments

revision = "0010"
down_revision = "0009"

NAME = "ix_payments_standing_receipt"


def upgrade() -> None:
    next(index for index in payments.indexes if index.name == NAME).create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    op.drop_index(NAME, "payments")
