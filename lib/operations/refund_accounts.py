"""Whose account a refund goes to: what a second person must look at, as far as names and earlier refunds tell.

Nothing here knows who an account really belongs to: neither i'mport nor KICC tells its holder, so the holder is what
somebody typed. The same account for two buyers is what gives a made-up holder away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from lib.journal.parts import Journal
from lib.operations.wish import Account
from lib.payments.holders import same_name
from lib.people import policy
from lib.people.actor import Actor
from lib.store.engine import Connection
from lib.store.statements import listing
from lib.store.statements import refund_accounts as statements

OTHER_HOLDER, OF_ANOTHER = "other_holder", "account_of_another"
DOUBTS = (OTHER_HOLDER, OF_ANOTHER)
"""The account is not in the buyer's name; another buyer's refund went to it already."""


def fingerprint(account: Account) -> str:
    """SHA-256 of bank and number."""
    return hashlib.sha256(f"{account.bank} {account.number}".encode()).hexdigest()


def keep(connection: Connection, operation_id: str, account: Account) -> None:
    """Write down where a refund goes, in the transaction that writes the refund down."""
    statements.add(connection, operation_id, fingerprint(account))


def doubt(connection: Connection, buyer: str, account: Account | None) -> str:
    """Which of `DOUBTS` a refund of this buyer to this account raises; "" for none."""
    if account is None:
        return ""
    mark = fingerprint(account)
    return _doubt(buyer, account, statements.buyers(connection, [mark]).get(mark, ()))


def doubt_of(journal: Journal, actor: Actor, buyer: str, account: Account | None) -> str:
    """`doubt`, asked by a page."""
    policy.require(actor, policy.REFUND)
    with journal.store.reading() as connection:
        return doubt(connection, buyer, account)


def doubts(journal: Journal, actor: Actor, accounts: Mapping[str, Account]) -> dict[str, str]:
    """The doubts about many refunds at once, by imp_uid: also that two buyers among them have the same account."""
    policy.require(actor, policy.REFUND)
    marks = {uid: fingerprint(account) for uid, account in accounts.items()}
    with journal.store.reading() as connection:
        buyers = {row["imp_uid"]: row["buyer_name"] for row in listing.briefs(connection, list(accounts))}
        names = statements.buyers(connection, set(marks.values()))
    for uid, mark in marks.items():
        names.setdefault(mark, set()).add(buyers.get(uid, ""))
    found = {uid: _doubt(buyers.get(uid, ""), account, names[marks[uid]]) for uid, account in accounts.items()}
    return {uid: why for uid, why in found.items() if why}


def _doubt(buyer: str, account: Account, others: Iterable[str]) -> str:
    """`others`: whose money went to the account, or is to go there with this."""
    if not same_name(buyer, account.holder):
        return OTHER_HOLDER
    return "" if all(same_name(buyer, other) for other in others) else OF_ANOTHER
