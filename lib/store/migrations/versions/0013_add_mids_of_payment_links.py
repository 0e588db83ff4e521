"""Keep the MID of the channel that a payment link chose: payments tell theirs."""

import sqlalchemy as sa
from alembic import op

from lib.store.tables import payment_links

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    if "pg_id" not in {column["name"] for column in sa.inspect(op.get_bind()).get_columns(payment_links.name)}:
        op.add_column(payment_links.name, sa.Column("pg_id", sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column(payment_links.name, "pg_id")
