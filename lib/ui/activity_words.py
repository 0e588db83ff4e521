"""What an entry of the audit chain holds beside who, what and on what, in words: the chain itself keeps terse English."""

from __future__ import annotations

import re

from lib.operations.decisions import ACTION as DECIDE
from lib.operations.decisions import NOT_RUN, RAN
from lib.operations.outside import ACTION as OUTSIDE
from lib.operations.outside import VOID
from lib.operations.payment_links import ACTION as LINK
from lib.operations.payment_links import WITHDRAWN
from lib.people.actor import ROLE_WORDS
from lib.text.language import Language
from lib.text.sentences import PAIRS, sentence_of
from lib.ui.operations_table import KINDS

MOVES = {
    "permit granted": "The desk may send it",
    "could not begin": "It could not begin",
    "taken back": "Taken back before it was sent",
    "its process died before sending": "The server stopped before it was sent",
    "token renewed, sent again": "The access token was renewed, and it was sent again",
    "i'mport says done": "i'mport says that it is done",
    "never left": "It never left this server",
    "no usable answer": "No usable answer came",
    "its process died while sending": "The server stopped while it was being sent",
    "looked again": "Looked again, not certain yet",
    "found in history": "Found in i'mport's history",
    "another took the balance": "Another cancellation took the balance first",
    "found refused": "Found to have been refused",
    "absent after the quiet time": "Not in the history after the waiting time",
    "cannot tell": "Cannot be told by reading",
    "seen twice": "Seen twice in the history",
    "a person found it": "A person found that it ran",
    "a person ruled it out": "A person found that it did not run",
    "asked for again": "Asked for again",
    "late evidence": "It appeared later",
    "late, perhaps ours": "A cancellation appeared later, perhaps this one",
    "a person looked into it": "A person looked into it",
}
"""Every `because` of `lib.journal.life.LIFE`."""
STATES = {
    RAN: "The refund ran",
    NOT_RUN: "The refund did not run",
    "disabled": "Account closed",
    **{role.value: title for role, title in ROLE_WORDS.items()},
}
"""What else stands under before and after."""
_ID = re.compile(r"([0-9A-HJKMNP-TV-Z]{26}) (.*)", re.DOTALL)
_ASKED = re.compile(r"([0-9]+) of ([0-9]+)(?:, approved by (.+)|: (.+))?", re.DOTALL)
_BATCH = re.compile(r"([0-9]+) refunds, ([0-9]+)(?:, [0-9a-f]{64})?")
_ROWS = re.compile(r"([0-9]+) rows( given up)?")


def messages() -> list[str]:
    """The messages in this module's tables."""
    return [*MOVES.values(), *STATES.values()]


def details(t: Language, action: str, reason: str, currency: str = "KRW") -> str:
    """The `reason` of an entry as people read it: amounts as money, an operation's id last."""
    found = _ID.fullmatch(reason)
    if found and (action == DECIDE or action in KINDS or action.endswith("approval") or action == "approve"):
        return f"{_said(t, action, found[2], currency)} · {found[1]}"
    if action == OUTSIDE:
        amount, _, proof = reason.partition(" ")
        return f"{t.money(int(amount), currency)} · {proof}" if amount.isdigit() else reason
    if action == VOID:
        number, _, why = reason.partition(" ")
        return t("Entry {n}: {why}", n=number, why=why)
    if action == LINK and reason:
        until, _, test = reason.partition(" ")
        return t("Open until {time}", time=t.minute(int(until))) + (f" · {t('Test channel')}" if test else "")
    if batch := _BATCH.fullmatch(reason):
        return t("{n} refunds, {total}", n=t.number(int(batch[1])), total=t.money(int(batch[2])))
    if rows := _ROWS.fullmatch(reason):
        n = int(rows[1])
        return t.each("{n} row given up", "{n} rows given up", n) if rows[2] else t.each("{n} row", "{n} rows", n)
    return sentence_of(reason, t) if reason in PAIRS else reason


def amount(action: str, after: str, reason: str) -> int | None:
    """The amount that an entry tells of, in minor units: what was asked for, not what it was of; None without one."""
    if action == LINK:
        return int(after) if after.isdigit() else None
    if batch := _BATCH.fullmatch(reason):
        return int(batch[2])
    if action == OUTSIDE:
        told = reason.partition(" ")[0]
        return int(told) if told.isdigit() else None
    found = _ID.fullmatch(reason)
    if found is None or action == DECIDE:
        return None
    asked = _ASKED.fullmatch(found[2])
    told = asked[1] if asked else found[2]
    return int(told) or None if told.isdigit() else None


def state(t: Language, action: str, word: str) -> str:
    """A `before` or `after` that is no state of an operation."""
    if action in (LINK, WITHDRAWN) and word.isdigit():
        return t.money(int(word))
    return t(STATES[word]) if word in STATES else word


def _said(t: Language, action: str, words: str, currency: str) -> str:
    if action == DECIDE:
        return words
    if words in MOVES:
        return t(MOVES[words])
    if asked := _ASKED.fullmatch(words):
        told = t(
            "{amount} of {balance}", amount=t.money(int(asked[1]), currency), balance=t.money(int(asked[2]), currency)
        )
        by = t("approved by {name}", name=asked[3]) if asked[3] else ""
        return ", ".join(part for part in (told, by, asked[4]) if part)
    if words == "0":
        return t("No money moves")
    return t.money(int(words), currency) if words.isdigit() else words
