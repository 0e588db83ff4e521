"""Who may do what: one table. Pages hide what is not allowed; `lib` refuses it."""

from __future__ import annotations

from lib.errors import NotAllowed
from lib.people.actor import Actor, Role

SEE = "see"
SEE_RAW = "see_raw"
REFUND = "refund"
EXPORT = "export"
MANAGE_PEOPLE = "manage_people"

EVERYONE = frozenset(Role)
ALLOWED: dict[str, frozenset[Role]] = {
    SEE: EVERYONE,
    SEE_RAW: frozenset({Role.FINANCE, Role.ADMIN}),
    REFUND: frozenset({Role.CS, Role.FINANCE}),
    EXPORT: frozenset({Role.CS, Role.FINANCE}),
    MANAGE_PEOPLE: frozenset({Role.ADMIN}),
}


def may(actor: Actor, action: str) -> bool:
    """Whether this person's role permits the action; an action without a rule is nobody's."""
    return actor.role in ALLOWED.get(action, frozenset())


def require(actor: Actor, action: str) -> None:
    """Raise `NotAllowed` (role, action) unless the role permits it."""
    if not may(actor, action):
        raise NotAllowed(role=actor.role.value, action=action)
