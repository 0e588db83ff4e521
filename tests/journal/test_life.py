"""The table of moves: what `move` and the database's triggers allow is what it lists, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from lib import audit
from lib.journal.life import LIFE, LOOK, NotALegalMove, Operation, Overtaken, State, move, of_row
from lib.store.engine import Store
from lib.store.statements import operations as statements
from lib.store.tables.moves import FROZEN, NOT_MOVED, OPEN
from lib.store.tables.operations import operations
from tests.desks import SECRET
from tests.journal.made import OPERATION

BECAUSE = sorted({because for _, because, _ in LIFE})
PATHS = {  # how to come to a state
    State.PREPARED: (),
    State.SENDING: ("permit granted",),
    State.CONFIRMED: ("permit granted", "i'mport says done"),
    State.NOT_EXECUTED: ("permit granted", "never left"),
    State.ABORTED: ("could not begin",),
    State.UNKNOWN: ("permit granted", "no usable answer"),
    State.NEEDS_HUMAN: ("permit granted", "no usable answer", "cannot tell"),
    State.LATE_REVIEW: ("permit granted", "never left", "late, perhaps ours"),
}


def born(store: Store, **changes: Any) -> Operation:
    row = {**OPERATION, "known_ids": "[]", "state": "PREPARED", "version": 1, "attempts": 0, "kind": "refund"}
    row |= {"first_sent_at": None, "last_sent_at": None, **changes}
    row["subject"] = row["imp_uid"]
    with store.writing() as connection:
        assert statements.add(connection, **row)
        made = statements.one(connection, row["id"])
        assert made is not None
        return of_row(made)


def moved(store: Store, operation: Operation, because: str) -> Operation:
    sends = because in ("permit granted", "token renewed, sent again", "asked for again")
    changes = {"attempts": operation.attempts + 1, "first_sent_at": operation.first_sent_at or 5} if sends else {}
    with store.writing() as connection:
        return move(connection, SECRET, operation, because, 7, **changes)


def at(store: Store, state: State, **changes: Any) -> Operation:
    operation = born(store, **changes)
    for because in PATHS[state]:
        operation = moved(store, operation, because)
    assert operation.state is state
    return operation


def test_every_state_has_words_and_can_be_reached() -> None:
    assert set(LOOK) == set(PATHS) == set(State)
    assert {look.exit_code for look in LOOK.values()} == {0, 3, 4}
    assert all(not LOOK[state].again for state in OPEN)
    assert not set(OPEN) & set(NOT_MOVED)


@pytest.mark.parametrize("state", State)
def test_from_each_state_only_the_listed_moves(store: Store, state: State) -> None:
    operation = at(store, state)
    legal = {because: end for start, because, end in LIFE if start is state}
    for because in BECAUSE:
        if because not in legal:
            with pytest.raises(NotALegalMove):
                moved(store, operation, because)
    for number, because in enumerate(legal):
        uid = f"{number:026d}"
        again = at(store, state, id=uid, imp_uid=f"imp_{number + 10}", intent_key=uid)
        assert moved(store, again, because).state is legal[because]
    assert audit.verify(store, SECRET) is None


@pytest.mark.parametrize("state", State)
def test_the_database_itself_refuses_every_other_move(store: Store, state: State) -> None:
    operation = at(store, state)
    legal = {end for start, _, end in LIFE if start is state}
    for end in set(State) - legal:
        change: dict[str, Any] = {"state": end.value, "version": operations.c.version + 1}
        if end is State.SENDING:
            change |= {"attempts": operations.c.attempts + 1, "first_sent_at": operation.first_sent_at or 5}
        with pytest.raises(DBAPIError, match="no listed move"), store.writing() as connection:
            connection.execute(update(operations).values(change))


def test_what_was_asked_never_changes(store: Store) -> None:
    at(store, State.UNKNOWN)
    others: dict[str, object] = {"body": b"other", "amount": 1, "balance": 99_999, "created_at": 1}
    version = operations.c.version + 1
    for column in FROZEN:
        change = update(operations).values({column: others.get(column, "new"), "version": version})
        with pytest.raises(DBAPIError, match="frozen"), store.writing() as connection:
            connection.execute(change)


CHANGES = (
    "UPDATE operations SET version = version + 2",
    "UPDATE operations SET code = 'x'",
    "UPDATE operations SET first_sent_at = 6, version = version + 1",
    "UPDATE operations SET attempts = 0, version = version + 1",
    "DELETE FROM operations",
    "DELETE FROM operation_evidence",
    "UPDATE operation_evidence SET detail = 'x'",
    "DELETE FROM audit",
)


def test_the_database_keeps_what_was_written(store: Store) -> None:
    at(store, State.UNKNOWN)
    for change in CHANGES:
        with pytest.raises(DBAPIError), store.writing() as connection:
            connection.execute(text(change))


@pytest.mark.parametrize("changes", [{"state": "SENDING"}, {"version": 2}, {"amount": 0}, {"balance": 1}])
def test_an_operation_begins_prepared_and_within_the_balance(store: Store, changes: dict[str, Any]) -> None:
    row = {**OPERATION, "known_ids": "[]", "state": "PREPARED", "version": 1, "attempts": 0, "kind": "refund"}
    row |= {"first_sent_at": None, "last_sent_at": None}
    with pytest.raises((DBAPIError, AssertionError)):  # PostgreSQL says it otherwise than SQLite
        born(store, **(row | changes))


def test_who_comes_second_is_overtaken(store: Store) -> None:
    operation = at(store, State.SENDING)
    moved(store, operation, "no usable answer")
    with pytest.raises(Overtaken):
        moved(store, operation, "i'mport says done")


def test_one_open_operation_a_payment_one_an_intent_no_sent_twin(store: Store) -> None:
    first = at(store, State.UNKNOWN)
    row = {**OPERATION, "known_ids": "[]", "state": "PREPARED", "version": 1, "attempts": 0, "kind": "refund"}
    row |= {"first_sent_at": None, "last_sent_at": None, "id": "0" * 26}
    with store.writing() as connection:
        assert not statements.add(connection, **row | {"intent_key": "another"})  # the payment is taken
        assert not statements.add(connection, **row | {"imp_uid": "imp_9", "subject": "imp_9"})  # the intent is taken
        assert statements.add(connection, **row | {"imp_uid": "imp_9", "subject": "imp_9", "intent_key": "another"})
    moved(store, first, "found in history")
    twin = born(store, id="1" * 26, intent_key="third")
    with pytest.raises(DBAPIError):
        moved(store, twin, "permit granted")
