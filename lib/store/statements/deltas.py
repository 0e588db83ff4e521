"""What a payment contributes to the totals, and how a change of it changes them.

Sales count on the KST day paid whatever was cancelled later, cancellations on the day of each, failures and waiting
virtual accounts on the day started; a test payment is counted among its kind alone. `rollup` counts the same from the
rows by SQL alone, to check this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from lib.payments.days import DAY_S, OFFSET_S, day_of
from lib.payments.record import Cancellation
from lib.payments.state import PAID_STATES, State
from lib.store.statements import sync_state
from lib.store.statements.rows import AT, Row, many
from lib.store.tables.totals import DAILY_MEASURES

_STATE, _AMOUNT, _CURRENCY = AT["state"], AT["amount"], AT["currency"]
_PAID_AT, _STARTED_AT, _SALE_AT = AT["paid_at"], AT["started_at"], AT["sale_at"]
_CANCEL_AMOUNT = AT["cancel_amount"]
_GATEWAY, _MID, _METHOD = AT["pg_provider"], AT["pg_id"], AT["pay_method"]
_CARD, _CARD_NAME = AT["card_code"], AT["card_name"]
_PAID_WORDS = frozenset(state.value for state in PAID_STATES)
_PAID, _CANCELLED, _FAILED, _WAITING = 0, 2, 4, 6  # the first of each pair in DAILY_MEASURES

Key = tuple[str | int, ...]


class Deltas:
    """Changes of the four totals, gathered in memory and written once per transaction."""

    def __init__(self) -> None:
        self.daily: dict[Key, list[int]] = {}
        self.hourly: dict[Key, list[int]] = {}
        self.issuer: dict[Key, list[int]] = {}
        self.state: dict[Key, list[int]] = {}
        self._days: dict[int, str] = {}

    def day(self, at: int) -> str:
        """The KST day of an epoch second as text."""
        number = (at + OFFSET_S) // DAY_S
        found = self._days.get(number)
        if found is None:
            found = self._days[number] = day_of(at).isoformat()
        return found

    def add(self, row: Row, history: Mapping[str, Cancellation], sign: int = 1) -> None:
        """Count a payment and its cancellations (`sign` 1), or take them out again (-1)."""
        state, amount, currency = row[_STATE], row[_AMOUNT], row[_CURRENCY]
        channel = (row[_GATEWAY], row[_MID], row[_METHOD], currency)
        self._state((self.day(row[_SALE_AT]), state, *channel), amount, row[_CANCEL_AMOUNT], sign)
        if state == State.TEST:
            return
        if state in _PAID_WORDS:
            paid_at = row[_PAID_AT]
            if paid_at:
                day = self.day(paid_at)
                self._daily((day, *channel), _PAID, amount, sign)
                _count(self.hourly, (paid_at - paid_at % 3600, currency), amount, sign)
                if row[_CARD] or row[_CARD_NAME]:
                    _count(self.issuer, (day, row[_CARD], row[_CARD_NAME], currency), amount, sign)
        elif state == State.FAILED:
            self._daily((self.day(row[_STARTED_AT]), *channel), _FAILED, amount, sign)
        elif state == State.WAITING:
            self._daily((self.day(row[_STARTED_AT]), *channel), _WAITING, amount, sign)
        for entry in history.values():
            self._daily((self.day(entry.cancelled_at), *channel), _CANCELLED, entry.amount, sign)

    def _state(self, key: Key, amount: int, cancel_amount: int, sign: int) -> None:
        sums = self.state.get(key)
        if sums is None:
            sums = self.state[key] = [0, 0, 0]
        sums[0] += sign
        sums[1] += sign * amount
        sums[2] += sign * cancel_amount

    def _daily(self, key: Key, measure: int, amount: int, sign: int) -> None:
        sums = self.daily.get(key)
        if sums is None:
            sums = self.daily[key] = [0] * len(DAILY_MEASURES)
        sums[measure] += sign
        sums[measure + 1] += sign * amount

    def write(self, connection: Connection) -> None:
        """Add the gathered changes to the tables; keys in order, so that two writers cannot deadlock."""
        if not self.state:
            return
        channel = ("pg_provider", "pg_id", "pay_method", "currency")
        _add(connection, "daily_totals", ("day", *channel), DAILY_MEASURES, self.daily)
        _add(connection, "hourly_totals", ("hour", "currency"), DAILY_MEASURES[:2], self.hourly)
        issuer = ("day", "card_code", "card_name", "currency")
        _add(connection, "issuer_totals", issuer, DAILY_MEASURES[:2], self.issuer)
        _add(connection, "state_totals", ("day", "state", *channel), ("count", "amount", "cancel_amount"), self.state)
        sync_state.count(connection, "changes")


def _count(sums: dict[Key, list[int]], key: Key, amount: int, sign: int) -> None:
    found = sums.get(key)
    if found is None:
        found = sums[key] = [0, 0]
    found[0] += sign
    found[1] += sign * amount


def _add(
    connection: Connection, table: str, keys: Iterable[str], measures: Iterable[str], changes: dict[Key, list[int]]
) -> None:
    keys, measures = tuple(keys), tuple(measures)
    rows = [(*key, *sums) for key, sums in sorted(changes.items()) if any(sums)]
    columns = ", ".join((*keys, *measures))
    places = ", ".join("?" * (len(keys) + len(measures)))
    setting = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in measures)
    statement = (
        f"INSERT INTO {table} ({columns}) VALUES ({places}) "  # noqa: S608 - names of columns
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {setting}"
    )
    many(connection, statement, rows)
