"""Who may do what: one table. Pages hide what is not allowed; `lib` refuses it."""

from __future__ import annotations

from lib.errors import NotAllowed
from lib.people.actor import Actor, Role

SEE = "see"  # payments and totals, masked
SEE_RAW = "see_raw"  # what i'mport sent, unmasked
REFUND = "refund"
DECIDE = "decide"  # say of a refund that could not be told by reading whether it ran
APPROVE = "approve"  # be the second person of a refund above a limit
CHARGE = "charge"  # take money with a billing key, and delete one
BILLING = "billing"  # plan, move and cancel scheduled charges; send a failed one again
SHIP = "ship"  # register deliveries of escrow orders
ASK_PAYMENT = "ask_payment"  # try the payment window; send a customer a payment link
CASH = "cash"  # cash receipts and unpaid virtual accounts
EXPORT = "export"  # a file leaves the desk with personal data in it
SYNC_NOW = "sync_now"
SEE_ACTIVITY = "see_activity"  # the audit chain
MANAGE_PEOPLE = "manage_people"

# An admin decides who may move money and therefore moves none.
ALLOWED: dict[str, frozenset[Role]] = {
    SEE: frozenset({Role.VIEWER, Role.CS, Role.FINANCE, Role.ADMIN}),
    SEE_RAW: frozenset({Role.FINANCE, Role.ADMIN}),
    REFUND: frozenset({Role.CS, Role.FINANCE}),
    DECIDE: frozenset({Role.FINANCE}),
    APPROVE: frozenset({Role.FINANCE}),
    CHARGE: frozenset({Role.FINANCE}),
    BILLING: frozenset({Role.CS, Role.FINANCE}),
    SHIP: frozenset({Role.CS, Role.FINANCE}),
    ASK_PAYMENT: frozenset({Role.CS, Role.FINANCE}),
    CASH: frozenset({Role.CS, Role.FINANCE}),
    EXPORT: frozenset({Role.CS, Role.FINANCE}),
    SYNC_NOW: frozenset({Role.CS, Role.FINANCE}),
    SEE_ACTIVITY: frozenset({Role.FINANCE, Role.ADMIN}),
    MANAGE_PEOPLE: frozenset({Role.ADMIN}),
}


def may(actor: Actor, action: str) -> bool:
    """Whether this person's role permits the action; an action without a rule is nobody's."""
    return actor.role in ALLOWED.get(action, frozenset())


def require(actor: Actor, action: str) -> None:
    """Raise `NotAllowed` (role, action) unless the role permits it."""
    if not may(actor, action):
        raise NotAllowed(role=actor.role.value, action=action)
