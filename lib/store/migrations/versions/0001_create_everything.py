"""Create every table."""

from alembic import op

from lib.store.statements import search_index
from lib.store.tables import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection)
    search_index.create(connection)


def downgrade() -> None:
    connection = op.get_bind()
    search_index.drop(connection)
    metadata.drop_all(connection)
