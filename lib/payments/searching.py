"""The one normal form of searching: what a payment can be found by, and how a query is cut for the index.

Text is NFC, lower case and without hyphens, so that 010-1234-5678 and 01012345678 meet. The index works on trigrams of
the *decomposed* form (NFD): a Hangul syllable is two or three jamo there, so that two Korean letters are enough.
Every hit is checked again against the normal form: the index only narrows.
"""

from __future__ import annotations

import re
from unicodedata import is_normalized, normalize

from lib.payments.record import Payment

GRAM = 3
GRAMS_MOST = 4
_NOT_DIGITS = re.compile(r"\D")


def text_of(payment: Payment) -> str:
    """Buyer's name, phone digits, e-mail, order id, product name, card's last 4, approval number; one a line."""
    phone = payment.buyer_tel.replace("-", "")
    return normal(
        f"{payment.buyer_name}\n{phone if phone.isdigit() else _NOT_DIGITS.sub('', phone)}\n{payment.buyer_email}\n"
        f"{payment.merchant_uid}\n{payment.name}\n{payment.card_number[-4:]}\n{payment.apply_num}"
    )


def normal(query: str) -> str:
    """A text as it is compared: NFC, lower case, no hyphens, trimmed."""
    text = query.strip().lower().replace("-", "")
    return text if text.isascii() or is_normalized("NFC", text) else normalize("NFC", text)


def trigrams(word: str) -> tuple[str, ...]:
    """Trigrams of the decomposed word that narrow well: side by side from its end, at most `GRAMS_MOST`.

    Overlapping ones would cost a list each and narrow little; of a mail address the domain, and of a mobile number its
    "010", are in nearly every text. None when the word has fewer than three jamo or letters.
    """
    text = normalize("NFD", normal(word))
    local, at, _ = text.partition("@")
    if at and len(local) >= GRAM:
        text = local
    if text.startswith("010") and len(text) >= 2 * GRAM:
        text = text[GRAM:]
    ends = range(len(text), GRAM - 1, -GRAM)
    starts = [end - GRAM for end in ends][:GRAMS_MOST]
    if starts and starts[-1] > 0 and len(starts) < GRAMS_MOST:
        starts.append(0)
    return tuple(dict.fromkeys(text[start : start + GRAM] for start in starts))


def match(query: str) -> str:
    """The trigrams as an FTS5 MATCH text, each quoted; "" when there is none."""
    return " ".join('"' + gram.replace('"', '""') + '"' for gram in trigrams(query))
