"""Opens the parts from settings and world, as one frozen record; the app, the commands and the tests all call it."""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from lib import journal as journals
from lib import settings as setting
from lib.errors import BadInput, BadSetting, DeskError
from lib.iamport.client import Iamport
from lib.journal import Journal, gate
from lib.operations.kinds import KINDS
from lib.operations.trials import Trials
from lib.people import demo
from lib.settings import Settings
from lib.store.engine import Store, open_store
from lib.store.migrate import upgrade
from lib.store.statements.operations import StoreError, trouble
from lib.sync import intake
from lib.sync.hints import Hints
from lib.sync.worker import Worker
from lib.text.language import language
from lib.text.sentences import sentence
from lib.world import World

log = logging.getLogger("paydesk.desk")

HAND_OVER_S = 0.0005
"""How long a thread may compute while others wait. At Python's 5 ms a page whose rows come one by one from the database
waits 5 ms for each of them while payments are brought in."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts."""

    settings: Settings
    world: World
    store: Store
    iamport: Iamport
    journal: Journal
    worker: Worker
    hints: Hints
    trials: Trials


def open_desk(settings: Settings, world: World, *, inline: bool = False) -> Desk:
    """Open the database (migrating it), the client and the journal; starts nothing.

    `inline`: money calls run on the caller's thread, for commands, which wait for their answer anyway. Raises `BadInput`
    store_busy or disk_full where the database cannot be opened.
    """
    sys.setswitchinterval(HAND_OVER_S)
    store = open_store(settings.database_url)
    try:
        upgrade(store)
    except StoreError as broken:
        log.error("the database cannot be opened: %s", broken)
        raise BadInput("disk_full" if gate.disk_low(store) else trouble(broken)) from None
    key, secret = settings.key_pair
    iamport = Iamport(base_url=settings.api_url, key=key, secret=secret, tier=settings.imp_tier, world=world)
    journal = journals.open_journal(
        store,
        iamport,
        world,
        settings.secret,
        partial(intake.refresh, store, iamport),
        inline=inline,
        hold_s=settings.paydesk_hold_seconds,
        limits=settings.limits,
        kinds=KINDS,
    )
    if settings.sandboxed:
        demo.ensure(store, world, settings.secret)
    else:
        demo.refuse(store)
    return Desk(
        settings=settings,
        world=world,
        store=store,
        iamport=iamport,
        journal=journal,
        worker=Worker(store, iamport, world),
        hints=Hints(store, iamport, world),
        trials=Trials(world),
    )


def close_desk(desk: Desk) -> None:
    """Wait for the answers of money calls, then give everything back."""
    journals.close(desk.journal)
    desk.iamport.close()
    desk.store.close()


_running: list[Desk] = []


def running() -> Desk:
    """The desk of this process, opened by the app's lifespan; Streamlit's script has no other way to be handed it."""
    return _running[-1]


def lifespan(settings: Settings, world: World) -> Callable[[object], AbstractAsyncContextManager[None]]:
    """The app's start and end: migrate, recover, bring payments; at the end wait for money calls."""

    @asynccontextmanager
    async def live(_app: object) -> AsyncIterator[None]:
        import pandas  # noqa: F401  # imported before the first visitor, who would wait for it
        import plotly.graph_objects  # noqa: F401

        desk = open_desk(settings, world)
        _running.append(desk)
        journals.start(desk.journal)
        desk.worker.start()
        desk.hints.start()
        try:
            yield
        finally:
            desk.hints.stop()
            desk.worker.stop()
            close_desk(desk)
            _running.remove(desk)

    return live


def settings_or_exit(**overrides: object) -> Settings:
    """The settings; a bad one ends the process with one sentence."""
    try:
        return setting.load(**overrides)
    except BadSetting as wrong:
        sys.exit(said(wrong))


def said(error: DeskError) -> str:
    """The sentence of an error for a terminal."""
    return sentence(error, language("en"))
