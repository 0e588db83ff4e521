"""Personal data as a screen may show it: enough to recognise, too little to use. Common Korean practice.

| value | shown |
| --- | --- |
| name | 홍*동, 김*, 남**수; J*** for Latin letters |
| phone | 010-****-1234 |
| e-mail | hong***@example.com |
| card | first 6 and last 4 at most; ****-1234 in lists |
| account | last 4 |
| address | down to the district |
"""

from __future__ import annotations

import re

STAR = "*"


def name(value: str) -> str:
    """All but the first and the last letter; of two letters the first."""
    text = value.strip()
    if len(text) <= 1:
        return text and STAR
    if len(text) == 2:
        return text[0] + STAR
    return text[0] + STAR * min(len(text) - 2, 3) + text[-1]


def phone(value: str) -> str:
    """010-****-1234; a number too short to hide its middle is hidden whole."""
    digits = re.sub(r"\D", "", value)
    if not digits:
        return ""
    if len(digits) < 8:
        return STAR * 4
    return f"{digits[:3]}-****-{digits[-4:]}"


def email(value: str) -> str:
    """The first letters (at most four) of the local part, and the domain."""
    local, at, domain = value.partition("@")
    if not at:
        return STAR * 3 if value else ""
    return f"{local[: max(1, min(4, len(local) - 2))]}***@{domain}"


def card(value: str) -> str:
    """****-1234: the last four of a number that is already masked in the store."""
    last = value.strip()[-4:]
    return f"****-{last}" if last else ""


def account(value: str) -> str:
    """***-1234."""
    digits = re.sub(r"\W", "", value)
    return f"***-{digits[-4:]}" if len(digits) > 4 else (STAR * 3 if digits else "")


def address(value: str) -> str:
    """The first two words (province and district)."""
    words = value.split()
    return " ".join(words[:2]) + (" ***" if len(words) > 2 else "")
