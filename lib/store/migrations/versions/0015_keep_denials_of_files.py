"""Keep who denied a file of refunds, and why."""

import sqlalchemy as sa
from alembic import op

from lib.store.tables import batches

revision = "0015"
down_revision = "0014"

COLUMNS = {"denied_by": 40, "why": 200}


def upgrade() -> None:
    there = {column["name"] for column in sa.inspect(op.get_bind()).get_columns(batches.name)}
    for name, length in COLUMNS.items():
        if name not in there:
            op.add_column(batches.name, sa.Column(name, sa.String(length), nullable=False, server_default=""))


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column(batches.name, name)
