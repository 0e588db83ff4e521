"""The mark that lets an operation be found again in `cancel_history`: `#` and 8 characters after the reason.

Naver Pay demands that the reason be the real one, so it gets no mark. Whether a gateway hands the reason back is learned
from the operations it confirmed.
"""

from __future__ import annotations

import re

REASON_BYTES = 80
NO_MARK = frozenset({"naverpay", "naverco"})
_ANY = re.compile(r"#(?=[0-9]*[A-Z])[0-9A-HJKMNP-TV-Z]{8}$")
"""A mark of some operation: digits alone are rather somebody's order number."""


def of(operation_id: str, pg_provider: str) -> str:
    """The mark of an operation at this gateway; "" where there must be none."""
    return "" if pg_provider in NO_MARK else f"#{operation_id[-8:]}"


def marked(reason: str, mark: str) -> str:
    """The reason with its mark, at most 80 bytes in EUC-KR, on one line."""
    clean = " ".join(reason.split())
    room = REASON_BYTES - (len(mark) + 1 if mark else 0)
    while len(clean.encode("euc-kr", "replace")) > room:
        clean = clean[:-1]
    return f"{clean} {mark}".strip()


def carries(reason: str, mark: str) -> bool:
    """Whether a reason that came back carries this mark."""
    return bool(mark) and re.search(re.escape(mark) + r"(?![0-9A-Z])", reason) is not None


def any_in(reason: str) -> str:
    """The mark at the end of a reason, whoever's it is; "" when there is none."""
    found = _ANY.search(reason.strip())
    return found.group() if found else ""
