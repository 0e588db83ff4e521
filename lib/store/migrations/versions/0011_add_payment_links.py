"""Add payment links, so that each can be sent again and withdrawn."""

from alembic import op

from lib.store.tables import payment_links

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    payment_links.create(op.get_bind(), checkfirst=True)


def downgrade() -> None:
    payment_links.drop(op.get_bind())
