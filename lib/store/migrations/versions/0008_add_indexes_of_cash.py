"""Find cash without a receipt, and deposits that were taken back, by an index."""

from alembic import op

from lib.store.tables import payments, sync_findings

revision = "0008"
down_revision = "0007"

INDEXES = (("ix_payments_without_receipt", payments), ("ix_sync_findings_kind", sync_findings))


def upgrade() -> None:
    for name, table in INDEXES:
        next(index for index in table.indexes if index.name == name).create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    for name, table in INDEXES:
        op.drop_index(name, table.name)
