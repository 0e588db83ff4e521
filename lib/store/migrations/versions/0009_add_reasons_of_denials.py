"""Keep why a request for approval was denied."""

import sqlalchemy as sa
from alembic import op

from lib.store.tables import approvals

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    if "why" not in {column["name"] for column in sa.inspect(op.get_bind()).get_columns(approvals.name)}:
        op.add_column(approvals.name, sa.Column("why", sa.String(200), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column(approvals.name, "why")
