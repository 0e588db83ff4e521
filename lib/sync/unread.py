"""Tries again what could not be understood: by name one by one, what has no name by reading its list again."""

from __future__ import annotations

from lib.iamport.errors import NotFound, OddPayment
from lib.payments.record import NAMELESS
from lib.store.statements import unread
from lib.store.statements.sync_state import Span
from lib.sync import intake, windows
from lib.sync.source import Source

MOST = 20
"""How many are tried at a time."""


def again(source: Source) -> int:
    """Try those that were tried longest ago; how many are read now, or gone at i'mport. Raises `IamportError`."""
    with source.store.reading() as connection:
        aside = unread.listed(connection, MOST)
        before = unread.count(connection)
    spans = {Span(row["first"], row["last"]) for row in aside if row["imp_uid"].startswith(NAMELESS)}
    for row in aside:
        if not row["imp_uid"].startswith(NAMELESS):
            _fetch(source, row["imp_uid"])
    for span in sorted(spans)[:1]:
        _read(source, span)
    with source.store.reading() as connection:
        return max(0, before - unread.count(connection))


def _fetch(source: Source, imp_uid: str) -> None:
    try:
        intake.refresh(source.store, source.iamport, imp_uid, source.world)
    except OddPayment:
        pass  # it is on record again
    except NotFound:
        with source.store.writing() as connection:
            unread.clear(connection, [imp_uid])


def _read(source: Source, span: Span) -> None:
    begun, told = int(source.world.now()), windows.Told()
    windows.read(source, [span], told, length_s=windows.LONGEST_S, index=True)
    if told.whole:
        with source.store.writing() as connection:
            unread.left(connection, span, begun)
