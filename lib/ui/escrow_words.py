"""Escrow orders in words: their stages, a delivery, and what became of an operation on one."""

from __future__ import annotations

from typing import NamedTuple

from lib import codes
from lib.errors import DeskError
from lib.journal.life import Operation, told
from lib.operations.couriers import LENGTHS, How
from lib.queries.escrow import TRANSIT_DAYS, Said, Stage
from lib.text.language import Language
from lib.text.sentences import sentence, sentence_of
from lib.ui.states import Colour


class StageLook(NamedTuple):
    """`title` and `hint` are English messages; the hint says how the desk knows (see `hint_of`)."""

    title: str
    icon: str
    colour: Colour
    hint: str


STAGES = {
    Stage.SHIP: StageLook(
        "To ship",
        ":material/package_2:",
        "blue",
        "Paid, and no delivery is registered from here. Longest waiting first.",
    ),
    Stage.KICC: StageLook(
        "Register at KICC",
        ":material/edit_note:",
        "orange",
        "i'mport does not take deliveries of this gateway. Type them at KICC's merchant site and record it here.",
    ),
    Stage.TRANSIT: StageLook(
        "In transit",
        ":material/local_shipping:",
        "violet",
        "A delivery is registered and was sent less than {n} days ago. Whether it has arrived, i'mport does not tell.",
    ),
    Stage.WAITING: StageLook(
        "Awaiting confirmation",
        ":material/hourglass_top:",
        "yellow",
        "Sent {n} days ago or earlier. The buyer answers the gateway's mail; i'mport does not tell the answer: record it here.",
    ),
    Stage.REJECTED: StageLook(
        "Refused by the buyer",
        ":material/assignment_return:",
        "red",
        "Somebody here recorded that the buyer refused it. Settle it with the buyer and the gateway, then refund.",
    ),
    Stage.CONFIRMED: StageLook(
        "Confirmed by the buyer",
        ":material/task_alt:",
        "green",
        "Somebody here recorded that the buyer confirmed it.",
    ),
}
"""In the order of the board."""
SAID = {
    Said.SHIPPED: "Delivery recorded",
    Said.CONFIRMED: "Confirmed by the buyer",
    Said.REJECTED: "Refused by the buyer",
    Said.NOTHING: "Record taken back",
}
HOW = {How.ROW: "", How.FORM: "guessed by its length", How.LAST: "guessed: the one chosen"}
FIELDS = {
    "sender.name": "sender's name",
    "sender.tel": "sender's phone",
    "sender.addr": "sender's address",
    "sender.postcode": "sender's postcode",
    "receiver.name": "receiver's name",
    "receiver.tel": "receiver's phone",
    "receiver.addr": "receiver's address",
    "receiver.postcode": "receiver's postcode",
    "company": "courier",
    "sent_at": "when it was sent",
}
_OF_DELIVERIES = {
    "being_checked": "escrow_checking",
    "not_reached": "escrow_not_reached",
    "needs_human": "escrow_needs_human",
}
"""The sentences that speak of refunds, and those that stand for them here."""


def messages() -> list[str]:
    """The messages in this module's tables."""
    looks = (message for look in STAGES.values() for message in (look.title, look.hint))
    return [*looks, *SAID.values(), *(how for how in HOW.values() if how), *FIELDS.values()]


def hint_of(stage: Stage, t: Language) -> str:
    """How the desk knows that an order stands so."""
    return t(STAGES[stage].hint, n=TRANSIT_DAYS)


def courier(company: str, t: Language) -> str:
    """The courier's name; a code that no table has stands as it is."""
    known = codes.couriers().get(company)
    return known.name(t.code) if known else company


def parcel(company: str, invoice: str, t: Language) -> str:
    """CJ대한통운 123456789012."""
    return f"{courier(company, t)} {invoice}".strip()


def unusual(company: str, invoice: str, t: Language) -> str:
    """A word of warning where this courier's numbers have other lengths; "" where nothing is odd."""
    lengths = LENGTHS.get(company)
    if not lengths or not invoice.isdigit() or len(invoice) in lengths:
        return ""
    return t(
        "{courier} usually has {usual} digits; this number has {n}. Check it.",
        courier=courier(company, t),
        usual=_lengths(company),
        n=len(invoice),
    )


def _lengths(company: str) -> str:
    return " · ".join(str(length) for length in LENGTHS.get(company, ()))


def wrong(error: DeskError, t: Language) -> str:
    """The sentence of an error, the name of a field in words."""
    field = str(error.facts.get("field", ""))
    if field in FIELDS:
        return sentence_of(str(error.facts["why"]), t, field=t(FIELDS[field]))
    return sentence(error, t)


def code_told(code: str, t: Language, **facts: object) -> str:
    """The sentence of a code, as it is said of deliveries."""
    if facts.get("field") in FIELDS:
        facts["field"] = t(FIELDS[str(facts["field"])])
    if "company" in facts:
        chosen = str(facts["company"])
        facts |= {"courier": courier(chosen, t), "usual": _lengths(chosen)}
    return sentence_of(_OF_DELIVERIES.get(code, code), t, **facts)


def outcome(operation: Operation, t: Language) -> str:
    """What may be said of an operation now."""
    return code_told(told(operation.state, operation.code), t)
