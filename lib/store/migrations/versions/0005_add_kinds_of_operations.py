"""Let the journal hold operations of other kinds than refunds: a subject, the frozen request, their own facts.

SQLite cannot change a table's checks, so there the journal's tables are made anew and filled from the old ones.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Connection

from lib.store.tables import attempts, decisions, evidence, operations
from lib.store.tables.guards import guard_again

revision = "0005"
down_revision = "0004"

NEW = {"subject": "imp_uid", "method": "'POST'", "path": "'/payments/cancel'", "facts": "'{}'"}
"""What a refund has in the new columns."""
CHECKS = ("amount_positive", "within_balance")
CHILDREN = (attempts, evidence, decisions)


def upgrade() -> None:
    connection = op.get_bind()
    if "subject" in {column["name"] for column in sa.inspect(connection).get_columns("operations")}:
        return
    if connection.dialect.name == "postgresql":
        _alter(connection)
    else:
        _make_anew(connection)
    guard_again(connection, operations)


def _alter(connection: Connection) -> None:
    for name in ("one_open_operation", "one_operation_per_fence"):
        op.drop_index(name, "operations")
    for part in ("guard", "born"):
        connection.exec_driver_sql(f"DROP TRIGGER operations_{part} ON operations")
    for name in NEW:
        op.add_column("operations", sa.Column(name, operations.c[name].type, nullable=True))
    connection.exec_driver_sql("UPDATE operations SET " + ", ".join(f"{name} = {of}" for name, of in NEW.items()))  # noqa: S608
    for name in NEW:
        op.alter_column("operations", name, nullable=False)
    for constraint in operations.constraints:
        if isinstance(constraint, sa.CheckConstraint) and str(constraint.name).endswith(CHECKS):
            op.drop_constraint(op.f(str(constraint.name)), "operations")
            op.create_check_constraint(op.f(str(constraint.name)), "operations", str(constraint.sqltext))
    for index in operations.indexes:
        if str(index.name).startswith("one_") or index.name == "ix_operations_double":
            index.create(connection)


def _make_anew(connection: Connection) -> None:
    tables = (operations, *CHILDREN)
    for table in tables:
        _strip(connection, table.name)
        op.rename_table(table.name, f"{table.name}_old")
    for table in tables:
        table.create(connection)
    for name in connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'operations'"
    ).scalars():
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    for table in tables:
        names = ", ".join(column.name for column in table.columns)
        values = ", ".join(NEW.get(column.name, column.name) for column in table.columns)
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) SELECT {values} FROM {table.name}_old")  # noqa: S608
    for table in reversed(tables):
        op.drop_table(f"{table.name}_old")


def _strip(connection: Connection, table: str) -> None:
    """Drop a table's triggers and named indexes: their names are wanted again."""
    rows = connection.exec_driver_sql(
        "SELECT type, name FROM sqlite_master WHERE tbl_name = ? AND type IN ('trigger', 'index') AND sql IS NOT NULL",
        (table,),
    ).all()
    for kind, name in rows:
        connection.exec_driver_sql(f"DROP {kind} {name}")


def downgrade() -> None:
    raise NotImplementedError("operations of other kinds have no place in the earlier schema")
