"""The sentence for every code an error can carry: what happened, what it means for the money, what to do now.

Errors hold facts, these tables hold the words. A test asserts that each code has them in both languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lib.errors import DeskError
from lib.text.batch_sentences import BATCH_SENTENCES
from lib.text.checkout_sentences import CHECKOUT_SENTENCES
from lib.text.escrow_sentences import ESCROW_SENTENCES
from lib.text.language import Language
from lib.text.operation_sentences import OPERATION_SENTENCES
from lib.text.people_sentences import PEOPLE_SENTENCES
from lib.text.refund_sentences import REFUND_SENTENCES

SENTENCES: Final[dict[str, str]] = {
    "error": "Something went wrong here. Nothing was sent. Try again; if it stays, tell your administrator.",
    "bad_setting": "{name} {why}. Set it in the environment or in .streamlit/secrets.toml and start again.",
    "signed_out": "Your session has ended. Sign in again.",
    "not_allowed": "Your role does not permit this. Ask an administrator for it.",
    "stale": "What can be refunded is {now} now, not {seen}; it may have been refunded meanwhile. Nothing was sent."
    " Look at the payment again.",
    "in_progress": "{by} is already refunding this payment (since {since}). Yours was not sent. Wait for the result.",
    "in_progress_own": "You are already refunding this payment in another window (since {since}). Nothing was sent from"
    " here. Wait for the result.",
    "unreachable": "i'mport cannot be reached. You see what was read before. Refunds open again when it is back.",
    "http": "Something between us and i'mport answered with HTTP {http_status}. Nothing was changed. Try again in a minute.",
    "bad_answer": "i'mport's answer could not be read. Nothing was changed. Try again in a minute; if it stays so, tell your"
    " administrator.",
    "odd_payment": "i'mport's record of this payment cannot be understood ({why}). Nothing was changed. Look it up in"
    " i'mport's console and tell i'mport; the desk tries again every ten minutes.",
    "iamport_refused": "i'mport refused: {message_ko}",
    "not_found": "i'mport does not know this payment. Check the number.",
    "wrong_key": "i'mport does not accept the key. Check IMP_KEY and IMP_SECRET in the console under API keys.",
    "address_blocked": "i'mport refuses this server's address. Allow it in the console under API keys, then try again.",
    "no_such_payment": "There is no such payment here. Search for it, or refresh if it was just made.",
    "wrong_password": "Name or password is not right. Check both.",
    "locked_out": "Too many attempts. Wait 30 minutes, or ask an administrator.",
    "slow_down": "Too many attempts one after the other. Wait {seconds} seconds.",
    "disabled": "This account is closed. Ask an administrator.",
    "recovering": "The desk has just started and is checking earlier refunds. Nothing was sent. Try again in a moment.",
    "in_progress_here": "A refund of this payment is being checked. Do not refund again; wait for its result.",
    "bad_amount": "‘{value}’ is not an amount in whole won. Nothing was sent. Type digits only.",
    "bad_period": "The first day is after the last. Choose the days again.",
    "bad_filter": "This filter cannot be read: {value}. Clear it and choose again.",
    "too_many_rows": "{rows} rows are too many for a workbook. Choose fewer days, or take CSV.",
}


PAIRS: Final[dict[str, tuple[str, str]]] = {
    **REFUND_SENTENCES,
    **BATCH_SENTENCES,
    **PEOPLE_SENTENCES,
    **OPERATION_SENTENCES,
    **CHECKOUT_SENTENCES,
    **ESCROW_SENTENCES,
}
"""The sentences about money and accounts, kept as (Korean, English), for they are written and judged together."""


def sentence_of(code: str, t: Language, **facts: object) -> str:
    """The sentence of a code in this language, its places filled; an unknown code gets the general one."""
    pair = PAIRS.get(code)
    message = pair[t.code == "en"] if pair else t(SENTENCES.get(code, SENTENCES["error"]))
    try:
        return message.format(**facts) if facts else message
    except (KeyError, IndexError):
        return message


def sentence(error: DeskError, t: Language) -> str:
    """The sentence for an error, from its code (for `BadInput` the code of what was wrong) and its facts."""
    code = str(error.facts.get("why")) if error.code == "bad_input" else error.code
    return sentence_of(code, t, **shown_facts(error.facts, t))


def shown_facts(facts: Mapping[str, object], t: Language) -> dict[str, object]:
    """An error's facts as they are read: money and times in words."""
    return {name: _shown(name, fact, t) for name, fact in facts.items()}


_MONEY = {"seen", "now", "balance", "limit", "used", "floor", "most", "total"}


def _shown(name: str, fact: object, t: Language) -> object:
    if name in _MONEY and isinstance(fact, int):
        return t.money(fact)
    if name == "since" and isinstance(fact, (int, float)):
        return t.time(fact)
    if name == "on" and isinstance(fact, int):
        return t.minute(fact)
    return fact
