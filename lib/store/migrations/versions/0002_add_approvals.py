"""Add approvals, the second person of an operation, and the totals by state; guard the moves as they are now.

The first step makes whatever is declared when it runs, so on a new database this one finds everything there.
"""

import sqlalchemy as sa
from alembic import op

from lib.store.statements import rollup
from lib.store.tables import approvals, operations, state_totals
from lib.store.tables.guards import guard_again

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    connection = op.get_bind()
    there = sa.inspect(connection)
    approvals.create(connection, checkfirst=True)
    if not there.has_table("state_totals"):
        state_totals.create(connection)
        rollup.fill_state_totals(connection)
    if "approved_by" not in {column["name"] for column in there.get_columns("operations")}:
        op.add_column("operations", sa.Column("approved_by", sa.String(40), nullable=False, server_default=""))
        op.create_index("ix_operations_created", "operations", ["created_at"])
        guard_again(connection, operations)


def downgrade() -> None:
    approvals.drop(op.get_bind())
    state_totals.drop(op.get_bind())
