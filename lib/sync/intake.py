"""Takes in a single payment: after a refund, a webhook's hint, or a finding."""

from __future__ import annotations

from lib.iamport.client import Iamport
from lib.iamport.errors import OddPayment
from lib.payments.record import Payment, Unread
from lib.store.engine import Store
from lib.store.statements import unread
from lib.store.statements.ingest import ingest
from lib.store.statements.sync_state import Span
from lib.world import World

_WORLD = World()


def refresh(store: Store, iamport: Iamport, imp_uid: str, world: World = _WORLD) -> Payment:
    """Read one payment and merge it. Raises `IamportError`: `NotFound` where there is none, `OddPayment` where it cannot
    be understood; then it is set aside by name, and what is stored of it stays."""
    asked_at = int(world.now() * 1000)
    try:
        payment = iamport.payment(imp_uid)
    except OddPayment as odd:
        at = asked_at // 1000
        with store.writing() as connection:
            unread.note(connection, [Unread(imp_uid, str(odd.facts["why"]))], at, Span(at, at))
        raise
    with store.writing() as connection:
        ingest(connection, [payment], asked_at)
    return payment
