"""Every kind of operation has its words, wherever operations are told of."""

from __future__ import annotations

from lib.operations.kinds import KINDS
from lib.store.tables.moves import REFUND
from lib.ui import operations_table, work_words


def test_no_kind_is_without_words() -> None:
    assert set(operations_table.KINDS) == {*KINDS, REFUND}
    assert set(work_words.DONE) == set(KINDS)
