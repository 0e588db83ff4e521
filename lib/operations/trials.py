"""Trials of the payment window: the parameters to open it with, and what the browser, i'mport and the webhook then say.

Kept in memory, drafts of the form too, for an hour, the last few hundred; a trial's id is its secret name, for a phone
that comes back from a gateway's page brings no cookie. What was paid in one is a payment like any other.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lib.iamport.errors import IamportError
from lib.journal.parts import Journal
from lib.payments.record import Payment
from lib.people import policy
from lib.people.actor import Actor
from lib.world import World

KEPT = 300
LIFE_S = 3_600


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody was typing: the example begun with, and the form's parameters as JSON, or the `text` of a person
    who writes JSON."""

    by: str
    at: float
    preset: str
    text: str
    written: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """`params` of `IMP.request_pay`; `callback` what the browser was told (None before); `payment` what i'mport says of
    its imp_uid, read after that (None: not there). `at` and `answered_at` epoch seconds."""

    id: str
    by: str
    at: float
    params: Mapping[str, Any]
    callback: Mapping[str, Any] | None = None
    payment: Payment | None = None
    answered_at: float = 0

    @property
    def imp_uid(self) -> str:
        """The payment's, or "" where no window opened."""
        return str((self.callback or {}).get("imp_uid") or "")

    @property
    def why(self) -> str:
        """Why it did not end well, in the browser's words or else i'mport's; "" where neither says."""
        told = str((self.callback or {}).get("error_msg") or "")
        return told or (self.payment.fail_reason if self.payment else "")


class Trials:
    """The trials of this process. Safe for threads."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Trial] = OrderedDict()
        self._drafts: OrderedDict[str, Draft] = OrderedDict()

    def put(self, actor: Actor, id: str, params: Mapping[str, Any]) -> None:  # the field's own name
        """Open the trial `id` with these parameters, or change them until it has its answer. Raises `NotAllowed`."""
        policy.require(actor, policy.ASK_PAYMENT)
        with self._lock:
            known = self._kept.get(id)
            if known is None or known.callback is None:
                self._kept[id] = Trial(id, actor.name, self._world.now(), dict(params))
                self._kept.move_to_end(id)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)

    def draft(self, actor: Actor, id: str, preset: str, text: str, *, written: bool) -> None:  # the field's own name
        """Keep what this person types, so that a reload brings it back. Raises `NotAllowed`."""
        policy.require(actor, policy.ASK_PAYMENT)
        with self._lock:
            self._drafts[id] = Draft(actor.name, self._world.now(), preset, text, written)
            self._drafts.move_to_end(id)
            while len(self._drafts) > KEPT:
                self._drafts.popitem(last=False)

    def drafted(self, actor: Actor, id: str) -> Draft | None:  # the field's own name
        """What this person typed within the last hour, and nobody else's."""
        with self._lock:
            found = self._drafts.get(id)
        return found if found and found.by == actor.name and found.at > self._world.now() - LIFE_S else None

    def find(self, id: str) -> Trial | None:  # the field's own name
        """A trial of the last hour."""
        with self._lock:
            found = self._kept.get(id)
        return found if found and found.at > self._world.now() - LIFE_S else None

    def answered(self, journal: Journal, id: str, callback: Mapping[str, Any]) -> Trial | None:  # the field's own name
        """Write down what the browser was told, and read what i'mport says of it: the first answer counts."""
        with self._lock:
            known = self._kept.get(id)
            if known is None or known.callback is not None:
                return known
            told = self._kept[id] = replace(known, callback=dict(callback), answered_at=self._world.now())
        if not told.imp_uid:
            return told
        try:
            payment = journal.refresh(told.imp_uid)
        except IamportError:
            return told
        with self._lock:
            self._kept[id] = told = replace(told, payment=payment)
        return told
