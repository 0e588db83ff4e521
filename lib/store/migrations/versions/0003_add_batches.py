"""Add bulk refunds: batches and their rows."""

from alembic import op

from lib.store.tables import batch_rows, batches

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    connection = op.get_bind()
    batches.create(connection, checkfirst=True)
    batch_rows.create(connection, checkfirst=True)


def downgrade() -> None:
    batch_rows.drop(op.get_bind())
    batches.drop(op.get_bind())
