"""Scheduled charges as i'mport tells them. Windows of a list are at most three months and exclusive at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from lib.iamport.client import Iamport
from lib.iamport.errors import BadAnswer

WINDOW_S = 80 * 86_400
AHEAD_S = 400 * 86_400
"""How far ahead planned charges are looked for, and may be planned."""
PAGES_MAX, PAGE = 1_000, 1_000
SCHEDULED, EXECUTED, REVOKED = "scheduled", "executed", "revoked"


@dataclass(frozen=True, slots=True)
class Schedule:
    """One charge that was planned. `status`: scheduled, executed or revoked; `payment_status` of what came of it ("" =
    nothing yet); `amount` in won, times epoch seconds (0 = unset); `imp_uid` of its payment."""

    merchant_uid: str
    customer_uid: str
    schedule_at: int
    amount: int
    name: str
    status: str
    payment_status: str = ""
    imp_uid: str = ""
    executed_at: int = 0
    fail_reason: str = ""

    @property
    def failed(self) -> bool:
        """It ran and was not paid."""
        return self.status == EXECUTED and self.payment_status == "failed"


def one(iamport: Iamport, merchant_uid: str) -> Schedule | None:
    """The schedule of an order number; None when there is none."""
    found = iamport.read(f"/subscribe/payments/schedule/{quote(merchant_uid, safe='')}")
    return None if found is None else _schedule(found)


def of_customer(iamport: Iamport, customer_uid: str, since: int, until: int) -> list[Schedule]:
    """Those of a billing key whose time lies from `since` to before `until` (epoch seconds), by time."""
    path = f"/subscribe/payments/schedule/customers/{quote(customer_uid, safe='')}"
    return _all(iamport, path, ("from", "to"), since, until)


def between(iamport: Iamport, since: int, until: int) -> list[Schedule]:
    """All whose time lies from `since` to before `until` (epoch seconds), by time."""
    return _all(iamport, "/subscribe/payments/schedule", ("schedule_from", "schedule_to"), since, until, limit=PAGE)


def _all(iamport: Iamport, path: str, names: tuple[str, str], since: int, until: int, limit: int = 0) -> list[Schedule]:
    found: dict[str, Schedule] = {}
    for start in range(since, until, WINDOW_S):
        window = {names[0]: str(start), names[1]: str(min(start + WINDOW_S, until))}
        if limit:  # not taken by a customer's list
            window["limit"] = str(limit)
        for schedule in _pages(iamport, path, window):
            found[schedule.merchant_uid] = schedule
    return sorted(found.values(), key=lambda schedule: (schedule.schedule_at, schedule.merchant_uid))


def _pages(iamport: Iamport, path: str, window: dict[str, str]) -> Iterator[Schedule]:
    """The schema publishes a bare array, older clients read pages: both are taken."""
    for page in range(1, PAGES_MAX):
        answer = iamport.read(path, {**window, "page": str(page)}, nothing={400} if page > 1 else frozenset())
        rows = answer.get("list") if isinstance(answer, dict) else answer
        if not isinstance(rows, list) or not rows:
            return
        yield from map(_schedule, rows)
        if not isinstance(answer, dict) or not answer.get("next"):
            return


def _schedule(row: object) -> Schedule:
    if not isinstance(row, dict) or not row.get("merchant_uid"):
        raise BadAnswer(why="no schedule in the answer")
    try:
        return Schedule(
            merchant_uid=str(row["merchant_uid"]),
            customer_uid=str(row.get("customer_uid") or ""),
            schedule_at=int(row.get("schedule_at") or 0),
            amount=int(row.get("amount") or 0),
            name=str(row.get("name") or ""),
            status=str(row.get("schedule_status") or ""),
            payment_status=str(row.get("payment_status") or ""),
            imp_uid=str(row.get("imp_uid") or ""),
            executed_at=int(row.get("executed_at") or 0),
            fail_reason=str(row.get("fail_reason") or ""),
        )
    except (TypeError, ValueError) as wrong:
        raise BadAnswer(why=f"a schedule: {wrong}") from None
