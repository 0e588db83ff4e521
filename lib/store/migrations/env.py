"""Alembic's entry: runs on the connection, and inside the transaction, that `lib.store.migrate` hands over."""

from __future__ import annotations

from alembic import context

from lib.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
