"""Add what people said of operations, the id of the secret in the audit chain, and the move of a repeated sending."""

import sqlalchemy as sa
from alembic import op

from lib.store.tables import decisions, operations
from lib.store.tables.guards import guard_again

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    connection = op.get_bind()
    decisions.create(connection, checkfirst=True)
    if "key" not in {column["name"] for column in sa.inspect(connection).get_columns("audit")}:
        op.add_column("audit", sa.Column("key", sa.String(8), nullable=False, server_default=""))
        guard_again(connection, operations)


def downgrade() -> None:
    decisions.drop(op.get_bind())
