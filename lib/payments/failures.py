"""Why an issuer refused a charge, in plain words: what it means, what to do, and whether trying again can help.

Sources: KICC's published error codes (docs.kicc.co.kr) and i'mport's developers' documentation. i'mport hands the
gateway's text on as it is and promises no place for the code, so the code is looked for anywhere in the text, then the
words that issuers use. The text itself is always shown beside.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple


class Retry(StrEnum):
    """Whether the same card can be charged again with success."""

    NOW = "now"
    LATER = "later"
    NEVER = "never"


class Failure(NamedTuple):
    """`name`: a stable word for it. `title`, `remedy`: English messages. `codes` of KICC; `words` of issuers' texts."""

    name: str
    title: str
    remedy: str
    retry: Retry
    codes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


FAILURES = (
    Failure(
        "limit",
        "Over the card's limit",
        "Try again in a few days or with the new month's limit, or ask the customer for another card.",
        Retry.LATER,
        ("8521",),
        ("한도",),
    ),
    Failure(
        "balance",
        "Not enough money in the account",
        "Tell the customer and try again once they have paid money in.",
        Retry.LATER,
        ("8035",),
        ("잔액",),
    ),
    Failure(
        "expired",
        "The card has expired",
        "This card can never be charged again. Have the customer register a new one.",
        Retry.NEVER,
        ("8314", "8315", "8316"),
        ("유효기간",),
    ),
    Failure(
        "lost",
        "The card is reported lost or stolen",
        "This card can never be charged again. Have the customer register a new one.",
        Retry.NEVER,
        ("8350",),
        ("분실", "도난"),
    ),
    Failure(
        "password",
        "The registered password is wrong",
        "Trying again does not help. Have the customer register the card again.",
        Retry.NEVER,
        ("8311",),
        ("비밀번호",),
    ),
    Failure(
        "points",
        "Not enough points on the card",
        "Tell the customer; without the points, charge another card.",
        Retry.LATER,
        ("8527",),
        ("포인트",),
    ),
    Failure(
        "timeout",
        "The issuer did not answer in time",
        "See at the gateway that no approval was given, then try again.",
        Retry.LATER,
        ("VTIM", "VT00"),
        ("시간이 초과", "시간초과"),
    ),
    Failure(
        "left",
        "The buyer closed the payment window",
        "Nothing is wrong with the card. Ask the customer to try again.",
        Retry.NOW,
        ("W002",),
        ("결제포기", "사용자가 결제를 취소"),
    ),
    Failure(
        "no_key",
        "The billing key is gone",
        "There is nothing left to charge. Have the customer register a card again.",
        Retry.NEVER,
        (),
        ("빌링키", "등록되지 않은 구매자"),
    ),
    Failure(
        "issuer",
        "The issuer wants the customer to call",
        "Ask the customer to call the issuer, and try again after that.",
        Retry.LATER,
        ("8373",),
        ("카드사로 문의", "카드사 문의", "정지", "거래제한"),
    ),
)
"""The first that fits is taken; a code is looked for before any words."""

UNKNOWN = Failure(
    "unknown",
    "The issuer refused",
    "Read the issuer's words. If they do not help, ask the customer to call the issuer before trying again.",
    Retry.LATER,
)


def failure_of(text: str) -> Failure:
    """What an issuer's text means; `UNKNOWN` when neither a code nor a word of it is in the table."""
    for failure in FAILURES:
        if any(re.search(rf"(?<![0-9A-Za-z]){code}(?![0-9A-Za-z])", text) for code in failure.codes):
            return failure
    return next((failure for failure in FAILURES if any(word in text for word in failure.words)), UNKNOWN)


def messages() -> list[str]:
    """The English messages of the table."""
    return [message for failure in (*FAILURES, UNKNOWN) for message in (failure.title, failure.remedy)]
