"""Find what went to the same account before, by an index; from the refunds that were written down so far."""

import hashlib
import json

from alembic import op

from lib.store.tables import refund_accounts

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    connection = op.get_bind()
    refund_accounts.create(connection, checkfirst=True)
    named = "SELECT id, body FROM operations WHERE kind = 'refund' ORDER BY id"
    found = []
    for operation_id, body in connection.exec_driver_sql(named):
        said = json.loads(body)
        if "refund_account" in said:
            account = f"{said['refund_bank']} {said['refund_account']}"
            found.append({"operation_id": operation_id, "account": hashlib.sha256(account.encode()).hexdigest()})
    if found:
        connection.execute(refund_accounts.insert(), found)


def downgrade() -> None:
    refund_accounts.drop(op.get_bind())
