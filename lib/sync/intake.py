"""Takes in a single payment: after a refund, a webhook's hint, or a finding."""

from __future__ import annotations

from lib.iamport.client import Iamport
from lib.payments.record import Payment
from lib.store.engine import Store
from lib.store.statements.ingest import ingest
from lib.world import World

_WORLD = World()


def refresh(store: Store, iamport: Iamport, imp_uid: str, world: World = _WORLD) -> Payment:
    """Read one payment and merge it. Raises `IamportError` (`NotFound` where there is none)."""
    asked_at = int(world.now() * 1000)
    payment = iamport.payment(imp_uid)
    with store.writing() as connection:
        ingest(connection, [payment], asked_at)
    return payment
