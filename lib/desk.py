"""Opens the parts from settings and world, as one frozen record."""

from __future__ import annotations

from dataclasses import dataclass

from lib.iamport.client import Iamport
from lib.settings import Settings
from lib.store.engine import Store, open_store
from lib.store.migrate import upgrade
from lib.world import World


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts."""

    settings: Settings
    world: World
    store: Store
    iamport: Iamport


def open_desk(settings: Settings, world: World) -> Desk:
    """Open the database (migrating it) and the client."""
    store = open_store(settings.database_url)
    upgrade(store)
    key, secret = settings.key_pair
    iamport = Iamport(base_url=settings.api_url, key=key, secret=secret, tier=settings.imp_tier, world=world)
    return Desk(settings, world, store, iamport)
