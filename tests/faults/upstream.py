"""An i'mport in memory under virtual time, that can fail in every way the real one may: for simulated schedules.

It stands where the HTTP client stands (its answers go through the client's own reading of an answer); the client over
real HTTP has tests of its own.
"""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lib.iamport import money
from lib.iamport.answer import Answer, Reached
from lib.iamport.errors import HttpError, Unreachable
from lib.iamport.permit import SendPermit
from lib.iamport.transport import Got
from lib.iamport.wire import payment as decoded
from lib.payments.record import Payment

CANCELS = (
    "ok",
    "connect_error",
    "lost_before",
    "executes_no_answer",
    "executes_5xx",
    "only_5xx",
    "executes_garbage",
    "executes_truncated",
    "refused",
    "refused_but_executed",
    "executes_after_timeout",
    "executes_much_later",
    "delivered_twice",
    "unauthorized",
    "too_many",
    "executes_then_reset",
)
"""What may become of a cancel call."""
READS = ("ok", "timeout", "5xx", "stale")
OUTSIDE = "관리자페이지취소"
"""The reason of a cancellation that somebody made in i'mport's console."""
BUYER = {"buyer_name": "한가람", "buyer_tel": "010-2468-1357", "buyer_email": "garam@example.com"}
FORGETS = "html5_inicis"
"""The gateway that does not hand reasons back (A3 holds per gateway, not per call)."""
LATE_S, MUCH_LATER_S = 90, 900


@dataclass
class Paid:
    """A payment as i'mport holds it, and the copy that a lagging replica still shows."""

    imp_uid: str
    amount: int
    provider: str
    cancels: list[dict[str, Any]] = field(default_factory=list)
    before: list[dict[str, Any]] = field(default_factory=list)
    changed_at: float = 0.0

    @property
    def balance(self) -> int:
        return self.amount - sum(int(entry["amount"]) for entry in self.cancels)

    def body(self, cancels: list[dict[str, Any]]) -> bytes:
        done = sum(int(entry["amount"]) for entry in cancels)
        response = {
            "imp_uid": self.imp_uid,
            "merchant_uid": f"order-{self.imp_uid}",
            "pay_method": "card",
            "pg_provider": self.provider,
            "status": "cancelled" if done else "paid",
            "amount": self.amount,
            "cancel_amount": done,
            "currency": "KRW",
            **BUYER,
            "started_at": 1_699_000_000,
            "paid_at": 1_699_000_001,
            "cancelled_at": max((int(e["cancelled_at"]) for e in cancels), default=0),
            "cancel_history": cancels,
        }
        return json.dumps({"code": 0, "message": None, "response": response}).encode()


@dataclass
class Upstream:
    """`switch()` lets others run, `tell` notes an event; `guarded` False lets others run between the comparison with the
    checksum and the execution (assumption A1 broken)."""

    chance: random.Random
    now: Callable[[], float]
    switch: Callable[[], None]
    trouble: float = 0.35
    guarded: bool = True
    tell: Callable[..., None] = lambda *_what: None
    paid: dict[str, Paid] = field(default_factory=dict)
    executed: Counter[str] = field(default_factory=Counter)
    executed_at: dict[str, float] = field(default_factory=dict)
    posted_at: dict[str, float] = field(default_factory=dict)
    made_by: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    posts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    later: list[tuple[float, bytes, str]] = field(default_factory=list)
    made: int = 0

    # -- what the journal calls ------------------------------------------------------------------------------------

    def token_ready(self, _seconds: float) -> None:
        self.switch()

    def clock_offset(self) -> float:
        return 0.0

    def payment(self, imp_uid: str) -> Payment:
        self.switch()
        self.deliver()
        kind = self._kind(READS)
        if kind == "timeout":
            raise Unreachable(host="sim")
        if kind == "5xx":
            raise HttpError(http_status=502)
        paid = self.paid[imp_uid]
        stale = kind == "stale" and self.now() - paid.changed_at < 30
        answer = decoded(paid.body(paid.before if stale else paid.cancels))
        self.switch()
        return answer

    def send(self, permit: SendPermit) -> Answer:
        self.switch()
        if self.now() > permit.deadline:
            return Answer(Reached.NOT_SENT, why="the permit's deadline passed")
        self.deliver()
        self.posts[permit.operation] += 1
        kind = self._kind(CANCELS)
        if kind != "connect_error":
            self.posted_at[permit.operation] = self.now()
        answer = self._answer(kind, permit)
        self.switch()
        return answer

    # -- what happens ----------------------------------------------------------------------------------------------

    def _kind(self, kinds: tuple[str, ...]) -> str:
        kind = self.chance.choice(kinds[1:]) if self.chance.random() < self.trouble else "ok"
        self.faults[kind] += kind != "ok"
        self.tell("goes", kind)
        return kind

    def _answer(self, kind: str, permit: SendPermit) -> Answer:
        lost = Answer(Reached.NO_ANSWER, why="ReadTimeout")
        match kind:
            case "connect_error":
                self.posts[permit.operation] -= 1
                return Answer(Reached.NOT_SENT, why="ConnectError")
            case "lost_before":
                return lost
            case "only_5xx":
                return got(502, b"<html>")
            case "refused":
                return refusal_of(200, "통신 오류로 결과를 확인할 수 없습니다.")
            case "unauthorized":
                return refusal_of(401, "Unauthorized")
            case "too_many":
                return refusal_of(429, "too many")
            case "executes_after_timeout" | "executes_much_later":
                wait = LATE_S if kind == "executes_after_timeout" else MUCH_LATER_S
                self.later.append((self.now() + wait, permit.body, permit.operation))
                return lost
        refused = self.execute(permit.body, permit.operation)
        if kind == "delivered_twice":
            self.execute(permit.body, permit.operation)
        if refused:
            return refused
        whole = self.paid[json.loads(permit.body)["imp_uid"]]
        match kind:
            case "executes_no_answer" | "executes_then_reset":
                return lost
            case "executes_5xx":
                return got(502, b"<html>")
            case "executes_garbage":
                return got(200, b"OK")
            case "executes_truncated":
                return got(200, whole.body(whole.cancels)[:60])
            case "refused_but_executed":
                return refusal_of(200, "통신 오류")
        return got(200, whole.body(whole.cancels))

    def execute(self, body: bytes, operation: str) -> Answer | None:
        """i'mport's own rule: only while the balance is the checksum. None when it ran."""
        refused = self.refusal(body)
        if refused is None:
            if not self.guarded:
                self.switch()
            self.act(body, operation)
        return refused

    def refusal(self, body: bytes) -> Answer | None:
        """Why this would not run now; None when it would."""
        given = json.loads(body)
        paid = self.paid[given["imp_uid"]]
        if "checksum" in given and given["checksum"] != paid.balance:
            return refusal_of(200, "취소 가능한 잔액이 일치하지 않습니다.")
        if given["amount"] > paid.balance:
            return refusal_of(200, "취소가능 잔액보다 큽니다.")
        return None

    def act(self, body: bytes, operation: str) -> None:
        """Run it, whatever the balance is by now."""
        given = json.loads(body)
        paid = self.paid[given["imp_uid"]]
        self.executed[operation] += 1
        self.executed_at.setdefault(operation, self.now())
        reason = given["reason"] if paid.provider != FORGETS else "고객 변심"
        self.made_by[operation].add(self._cancelled(paid, given["amount"], reason))
        self.tell("executed", operation)

    def outside(self, imp_uid: str, amount: int) -> None:
        """Somebody cancels in i'mport's console."""
        paid = self.paid[imp_uid]
        if 0 < amount <= paid.balance:
            self._cancelled(paid, amount, OUTSIDE)

    def _cancelled(self, paid: Paid, amount: int, reason: str) -> str:
        paid.before, paid.changed_at = list(paid.cancels), self.now()
        self.made += 1
        entry = {"cancellation_id": f"{paid.imp_uid}-{self.made}", "amount": amount, "reason": reason}
        paid.cancels.append(entry | {"cancelled_at": int(self.now()), "pg_tid": f"t{self.made}"})
        return str(entry["cancellation_id"])

    def deliver(self) -> None:
        """What was under way arrives when its time has come."""
        for due in [item for item in self.later if item[0] <= self.now()]:
            if due not in self.later:  # somebody else delivered it meanwhile
                continue
            self.later.remove(due)
            self.execute(due[1], due[2])


def got(status: int, body: bytes) -> Answer:
    return money.answered(Got(status, body, None))


def refusal_of(status: int, message: str) -> Answer:
    return got(status, json.dumps({"code": -1, "message": message, "response": None}).encode())
