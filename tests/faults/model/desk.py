"""The desk's own code, asked what it makes of the model's abstract state. Each answer is remembered."""

from __future__ import annotations

from functools import cache

from lib.iamport.answer import Answer, Reached
from lib.journal import classify, late, resolve
from lib.journal.classify import AGAIN
from lib.journal.life import Operation, State
from lib.journal.resolve import Known, Verdict
from lib.payments.record import Cancellation, Payment
from lib.store.tables.moves import REFUND
from tests.faults.model.state import AMOUNT, OUTSIDE, PAID, Ran, Row, Step

IMP_UID = "imp_model"
NOW, FIRST_AT, APART_S = 1_000_000, 1_000, 60
SINCE_S = (1, 200, 700)
"""What the three ages stand for: at once; past the lag and the lease; past the quiet time."""


class Desk:
    """`marks`: the gateway hands reasons back."""

    def __init__(self, marks: bool) -> None:
        self.marks = marks
        self.entry, self.payment, self.operation = cache(self._entry), cache(self._payment), cache(self._operation)
        self.verdict, self.meaning, self.lately = cache(self._verdict), cache(self._meaning), cache(self._lately)

    def _entry(self, n: int, by: int) -> Cancellation:
        reason = "관리자페이지취소" if by == OUTSIDE else f"고객 요청 {_mark(by)}" if self.marks else "고객 변심"
        return Cancellation(cancellation_id=f"c{n}", amount=AMOUNT, cancelled_at=FIRST_AT + n * APART_S, reason=reason)

    def _payment(self, history: tuple[Ran, ...]) -> Payment:
        entries = tuple(self.entry(n, ran.by) for n, ran in enumerate(history))
        return Payment(
            imp_uid=IMP_UID, amount=PAID, cancel_amount=AMOUNT * len(history), cancellations=entries, paid_at=1
        )

    def _operation(self, n: int, row: Row) -> Operation:
        sent_at = NOW - SINCE_S[row.age]
        return Operation(
            id=f"operation {n}",
            kind=REFUND,
            subject=IMP_UID,
            imp_uid=IMP_UID,
            amount=AMOUNT,
            balance=PAID - AMOUNT * row.seen,
            currency="KRW",
            pg_provider="model",
            method="POST",
            path="",
            body=b"",
            body_sha256="",
            known_ids=tuple(f"c{known}" for known in range(row.seen)),
            marker=_mark(n),
            reason="",
            requested_by="",
            session="",
            created_at=sent_at,
            state=row.state,
            version=1,
            attempts=row.attempts,
            owner="",
            lease_until=0,
            first_sent_at=sent_at if row.attempts else None,
            last_sent_at=sent_at if row.attempts else None,
            answered=row.answered,
            next_check_at=0,
            code=row.code,
            message="",
            cancellation_id=f"c{row.entry}" if row.entry >= 0 else "",
            attribution=row.attribution,
            intent_key="",
            request_hash="",
            facts="{}",
        )

    def _others(self, n: int, count: int) -> frozenset[str]:
        return frozenset(_mark(other) for other in range(count) if other != n)

    def _verdict(
        self, n: int, row: Row, history: tuple[Ran, ...], stored: int, kept: bool, count: int
    ) -> tuple[Verdict, int]:
        """The resolver's verdict of one reading, and the entry it found."""
        known = Known(
            markers_kept=kept,
            answered_at=NOW - SINCE_S[row.heard] if row.heard >= 0 else None,
            stored_ids=frozenset(f"c{i}" for i in range(stored)),
            other_marks=self._others(n, count),
        )
        verdict = resolve.resolve(self.operation(n, row), self.payment(history), NOW, known)
        return verdict, int(verdict.cancellation_id[1:]) if verdict.attribution else -1

    def _meaning(self, n: int, attempts: int, seen: int, answer: str, history: tuple[Ran, ...], count: int) -> Step:
        """Where the sender stands after this answer."""
        whole = self.payment(history)
        given = {
            "not sent": Answer(Reached.NOT_SENT, why="ConnectError"),
            "no answer": Answer(Reached.NO_ANSWER, why="ReadTimeout"),
            "server error": Answer(Reached.ANSWERED, http_status=502),
            "done": Answer(Reached.ANSWERED, http_status=200, envelope=True, payment=whole),
            "refused": Answer(Reached.ANSWERED, http_status=200, envelope=True, code=-1, message="취소 실패"),
            "unsure": Answer(Reached.ANSWERED, http_status=200, envelope=True, code=-1, message="통신 오류"),
            "token": Answer(Reached.ANSWERED, http_status=401, envelope=True, code=-1, message="Unauthorized"),
            "too many": Answer(Reached.ANSWERED, http_status=429, envelope=True, code=-1, message="too many"),
        }[answer]
        sending = Row(0, seen, State.SENDING, attempts=attempts)
        meaning = classify.classify(given, self.operation(n, sending), self._others(n, count))
        if meaning.because == AGAIN:
            return Step("renewing")
        entry = int(meaning.cancellation_id[1:]) if meaning.cancellation_id else -1
        return Step("answered", meaning.because, meaning.answered, meaning.attribution, entry)

    def _lately(
        self, n: int, row: Row, stored: tuple[Ran, ...], taken: frozenset[int], busy: bool, count: int
    ) -> tuple[str, int]:
        """What late evidence there is of a closed operation: the edge to take and the entry found."""
        free = [self.entry(i, ran.by) for i, ran in enumerate(stored) if i not in taken]
        operation = self.operation(n, row)
        entries = resolve.marked(operation, free)
        if entries:
            return "late evidence", int(entries[0].cancellation_id[1:])
        marks = frozenset(_mark(i) for i in range(count))
        if not busy and late._perhaps_ours(operation, free, marks):
            return "late, perhaps ours", -1
        return "", -1


def _mark(n: int) -> str:
    return f"#MARK000{n}"
