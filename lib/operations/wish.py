"""What one person wants refunded: its contents, its text, and the fingerprint to which an approval is bound."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import asdict, dataclass

from lib.text import masking

_NUMBER = re.compile(r"[0-9]{7,20}")
_BETWEEN = re.compile(r"[\s\-\u2010-\u2015]")


@dataclass(frozen=True, slots=True)
class Account:
    """Where a paid virtual account's refund goes: `bank` is the gateway's code. Kept in the frozen body only."""

    holder: str
    bank: str
    number: str

    def __repr__(self) -> str:
        """Without the holder and all but the last digits, for logs."""
        return f"Account(bank={self.bank!r}, number={masking.account(self.number)!r})"

    @property
    def plausible(self) -> bool:
        """The number is one that a bank may give out."""
        return _NUMBER.fullmatch(self.number) is not None


def account_number(typed: str) -> str:
    """An account's number without the blanks and hyphens in it, full-width digits as plain ones; whatever else was typed
    stays, and is no number then."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", typed))


@dataclass(frozen=True, slots=True)
class Ask:
    """One person's wish. `amount`, `seen_balance`, `tax_free` in minor units; `intent_key` is minted when the dialog
    opens: the same key with the same contents is the same refund, however often it comes."""

    imp_uid: str
    amount: int
    seen_balance: int
    reason: str
    intent_key: str
    tax_free: int | None = None
    account: Account | None = None


def written(ask: Ask) -> str:
    """A wish as text, to be kept; `read_back` is its other half."""
    return json.dumps(asdict(ask), ensure_ascii=False)


def read_back(text: str) -> Ask:
    """The wish of what `written` made."""
    values = json.loads(text)
    account = values.pop("account")
    return Ask(**values, account=Account(**account) if account else None)


def content_of(ask: Ask) -> str:
    """The SHA-256 of everything a wish holds."""
    return hashlib.sha256(json.dumps(asdict(ask), sort_keys=True, ensure_ascii=False).encode()).hexdigest()
