"""The audit chain: whatever is done to its rows behind the desk's back shows, and many writers make one chain.

Goal: every byte of every kind of row counts. Method: a real chain on each database, its triggers taken away as only the
database's owner can, then one change at a time, inside a transaction that is taken back afterwards.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lib import audit
from lib.store.engine import Store, open_store
from lib.store.migrate import upgrade
from lib.store.tables import metadata

SECRET = b"the desk's secret of 32 or more bytes"
ROWS = 60
TABLE = metadata.tables["audit"]
TEXTS = ("actor", "session", "action", "object", "before", "after", "reason", "mac", "key")


def write(store: Store, rows: int, secret: bytes = SECRET) -> None:
    for n in range(rows):
        with store.writing() as connection:
            audit.append(
                connection,
                secret,
                at=1_790_000_000 + n,
                actor="이수연",
                session=f"{n:064x}",
                action="refund",
                object=f"imp_{n:012}",
                before="PREPARED" if n % 2 else "",
                after="SENDING",
                reason="01JABCDEFGHJKMNPQRSTVWXYZ0 permit granted, \"quoted\", 'and' \\ more",
            )


@pytest.fixture
def chain(store: Store) -> Store:
    """A store with a chain of 60 rows and no triggers."""
    write(store, ROWS)
    assert audit.verify(store, SECRET) is None
    with store.writing() as connection:
        if store.postgresql:
            connection.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
        else:
            connection.execute(text("DROP TRIGGER audit_no_update"))
            connection.execute(text("DROP TRIGGER audit_no_delete"))
    return store


class Tampered:
    """The store inside a transaction in which somebody changed rows; `verify` sees it, nobody keeps it."""

    def __init__(self, connection) -> None:
        self.connection = connection

    def do(self, sql: str, **values: object) -> Tampered:
        done = self.connection.execute(text(sql), values)
        assert done.rowcount != 0, sql
        return self

    @contextmanager
    def reading(self) -> Iterator[object]:
        yield self.connection

    def bad(self) -> int | None:
        return audit.verify(self, SECRET)  # type: ignore[arg-type]


@contextmanager
def tampering(store: Store) -> Iterator[Tampered]:
    with store.engine.connect().execution_options(writes=True) as connection, connection.begin() as transaction:
        yield Tampered(connection)
        transaction.rollback()


def test_rows_cannot_be_changed_or_removed(store) -> None:
    write(store, 2)
    attempts = ["UPDATE audit SET reason = 'x'", "DELETE FROM audit WHERE seq = 1"]
    for sql in [*attempts, *(["TRUNCATE audit"] if store.postgresql else [])]:
        with pytest.raises(DBAPIError, match="append-only"), store.writing() as connection:
            connection.execute(text(sql))
    assert audit.verify(store, SECRET) is None


def test_every_byte_of_a_row_counts(chain) -> None:
    with tampering(chain) as change:
        row = change.connection.execute(TABLE.select().where(TABLE.c.seq == 40)).mappings().one()
        for name in TEXTS:
            for place, letter in enumerate(row[name]):
                other = row[name][:place] + chr(ord(letter) ^ 1) + row[name][place + 1 :]
                for value in (other, row[name][:place] + row[name][place + 1 :]):
                    assert change.do(f"UPDATE audit SET {name} = :v WHERE seq = 40", v=value).bad() == 40  # noqa: S608
            change.do(f"UPDATE audit SET {name} = :v WHERE seq = 40", v=row[name])  # noqa: S608
        for bit in range(40):
            assert change.do("UPDATE audit SET at = :v WHERE seq = 40", v=row["at"] ^ (1 << bit)).bad() == 40
        assert change.do("UPDATE audit SET at = :v WHERE seq = 40", v=row["at"]).bad() is None


def test_a_letter_cannot_move_to_the_next_field(chain) -> None:
    with tampering(chain) as change:
        assert change.do("UPDATE audit SET before = 'PREPARE', after = 'DSENDING' WHERE seq = 20").bad() == 20


def test_every_dropped_row_shows(chain) -> None:
    for seq in range(1, ROWS + 1):
        with tampering(chain) as change:
            assert change.do("DELETE FROM audit WHERE seq = :s", s=seq).bad() == seq
            if seq < ROWS:  # and closing the gap helps nobody
                change.do("UPDATE audit SET seq = -seq WHERE seq > :s", s=seq)
                change.do("UPDATE audit SET seq = -seq - 1 WHERE seq < 0")
                change.do("UPDATE audit_head SET seq = seq - 1")
                assert change.bad() == seq


def test_swapped_and_doubled_rows_show(chain) -> None:
    for one, two in ((1, 2), (30, 31), (7, 50), (59, 60)):
        with tampering(chain) as change:
            change.do("UPDATE audit SET seq = -1 WHERE seq = :s", s=one)
            change.do("UPDATE audit SET seq = :t WHERE seq = :s", s=two, t=one)
            assert change.do("UPDATE audit SET seq = :t WHERE seq = -1", t=two).bad() == one
    columns = ", ".join(column.name for column in TABLE.columns if column.name != "seq")
    with tampering(chain) as change:
        change.do(f"INSERT INTO audit (seq, {columns}) SELECT 61, {columns} FROM audit WHERE seq = 60")  # noqa: S608
        assert change.bad() == 61


HEADS = ("", "UPDATE audit_head SET seq = :kept", "UPDATE audit_head SET seq = :kept, mac = ''",
         "UPDATE audit_head SET seq = :kept, mac = (SELECT mac FROM audit WHERE seq = :kept)")  # fmt: skip


def test_a_cut_tail_shows_whatever_is_written_into_the_head(chain) -> None:
    """Whoever cuts cannot make the seal of the row that is then last; going on writing does not heal it."""
    for kept in (1, 30, 59):
        for head in HEADS:
            with tampering(chain) as change:
                assert change.do("DELETE FROM audit WHERE seq > :kept", kept=kept).bad() == kept + 1
                if head:
                    assert change.do(head, kept=kept).bad() == kept
                    audit.append(change.connection, SECRET, at=1, actor="이수연", action="refund", object="imp_1")
                    assert change.bad() == kept + 1


def test_a_head_that_was_set_back_or_is_gone_shows(chain) -> None:
    for sql in ("UPDATE audit_head SET seq = 0, mac = ''", "UPDATE audit_head SET seq = 61", "DELETE FROM audit_head"):
        with tampering(chain) as change:
            assert change.do(sql).bad() is not None


def test_rows_made_with_another_secret_show(store) -> None:
    write(store, 3)
    write(store, 1, b"somebody else's secret")
    write(store, 1)
    assert audit.verify(store, SECRET) == 4
    assert audit.verify(store, b"somebody else's secret") == 1


def test_the_secret_may_be_changed_and_the_old_one_is_then_good_for_the_old_rows_only(store) -> None:
    old, new = b"the first secret of the desk", b"the second secret of the desk"
    write(store, 3, old)
    write(store, 2, new)
    assert audit.verify(store, new) == 1
    assert audit.verify(store, new, old) is None
    write(store, 1, old)  # by somebody who has found the old one
    assert audit.verify(store, new, old) == 6


def test_rows_from_before_secrets_were_named_are_held_to_the_chain_as_well(chain) -> None:
    with tampering(chain) as change:
        assert change.do("UPDATE audit SET key = '' WHERE seq <= 30").bad() is None
        assert change.do("UPDATE audit SET reason = 'x' WHERE seq = 20").bad() == 20


def test_a_change_that_fails_leaves_no_row(store) -> None:
    def change() -> None:
        with store.writing() as connection:
            audit.append(connection, SECRET, at=1, actor="이수연", action="refund", object="imp_1")
            raise RuntimeError("the change failed")

    write(store, 1)
    with pytest.raises(RuntimeError):
        change()
    write(store, 1)
    assert [entry.seq for entry in audit.entries(store)] == [2, 1]
    assert audit.verify(store, SECRET) is None


WRITER = """
import sys
from lib import audit
from lib.store.engine import open_store
store = open_store(sys.argv[1])
for n in range(int(sys.argv[3])):
    with store.writing() as connection:
        audit.append(connection, sys.argv[2].encode(), at=n, actor="command", action="refund", object=f"imp_{n}")
"""


def test_processes_that_write_at_once_make_one_chain(database) -> None:
    """It is checked meanwhile, too: a check sees no damage in rows that are just being added."""
    store = open_store(database)
    upgrade(store)
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, database, SECRET.decode(), "30"]) for _ in range(3)]
    while any(writer.poll() is None for writer in writers):
        assert audit.verify(store, SECRET) is None
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    assert [entry.seq for entry in audit.entries(store, limit=1000)] == list(range(90, 0, -1))
    assert audit.verify(store, SECRET) is None
    store.close()


def test_entries_come_newest_first_by_page_and_by_what_they_are_about(store) -> None:
    write(store, 6)
    with store.writing() as connection:
        audit.append(connection, SECRET, at=9, actor="command", action="add_person", object="01J", after="cs")
    newest = audit.entries(store, limit=3)
    assert newest[1].session == "0" * 12  # enough to tell sessions apart
    assert [entry.seq for entry in newest] == [7, 6, 5]
    assert newest[0] == audit.Entry(7, 9, "command", "", "add_person", "01J", "", "cs", "")
    assert [entry.seq for entry in audit.entries(store, limit=3, below=5)] == [4, 3, 2]
    assert [entry.seq for entry in audit.entries(store, action="refund", limit=2)] == [6, 5]
    assert [entry.seq for entry in audit.entries(store, actor="command")] == [7]
    assert [entry.seq for entry in audit.entries(store, object="imp_000000000002")] == [3]
    assert audit.entries(store, object="imp_000000000002", actor="command") == []
