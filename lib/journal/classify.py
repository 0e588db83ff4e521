"""What an answer to the cancel call means, as a table. A definite failure is rare: everything else is unknown until
i'mport has been read again.

| what came | first attempt | later attempt |
| --- | --- | --- |
| no byte left us | never left | unknown: an earlier attempt may have run |
| no answer | unknown | unknown |
| 2xx, code 0, our cancellation in the history | done | done |
| 2xx, code 0 otherwise | unknown | unknown |
| 2xx, code 0, of another kind than a refund | unknown until it is read | same |
| 2xx, code not 0 | unknown: read again after the lag; a text about communication or time: after the quiet time | same |
| 401 in the envelope | send again once with a fresh token | unknown |
| 403, 429 in the envelope | never ran | unknown |
| anything else | unknown | unknown |
"""

from __future__ import annotations

from typing import NamedTuple

from lib.iamport.answer import Answer, Reached
from lib.journal import kinds, resolve
from lib.journal.life import Operation
from lib.store.tables.moves import REFUND

AGAIN = "send again"
REFUSALS = (  # a part of the gateway's text, the code of our sentence; for display only, never for the state
    ("전액취소", "refused_already_cancelled"),
    ("기취소", "refused_cancelled_at_gateway"),
    ("미정산", "refused_unsettled_short"),
    ("잔액이 일치", "refused_balance_differs"),
    ("취소가능 잔액보다", "refused_over_balance"),
    ("휴대폰", "refused_month_over"),
    ("기간이 지", "refused_window_over"),
    ("특약", "refused_no_contract"),
    ("계약", "refused_no_contract"),
    ("면세", "refused_tax_free"),
    ("계좌", "refused_account"),
    ("은행", "refused_account"),
    ("존재하지 않", "refused_no_payment"),
)
UNSURE = (
    "통신",
    "시간초과",
    "시간 초과",
    "타임아웃",
    "timeout",
    "time out",
    "vtim",
    "vt00",
    "응답",
    "지연",
    "처리중",
    "처리 중",
    "시스템",
)
"""Parts of refusals that say the gateway does not know itself; KICC's time-outs are VTIM and VT00."""


class Meaning(NamedTuple):
    """`because`: the edge of `LIFE` to take (or `AGAIN`); `code`, `message`: how to say it; `cancellation_id` if done.

    `answered`: i'mport itself refused, in words that do not leave the outcome open.
    """

    because: str
    code: str = ""
    message: str = ""
    cancellation_id: str = ""
    attribution: str = ""
    answered: bool = False


def classify(answer: Answer, operation: Operation, other_marks: frozenset[str] = frozenset()) -> Meaning:
    """The meaning of this answer for this operation's present attempt; `other_marks` of the payment's other operations."""
    first = operation.attempts == 1
    if answer.reached is Reached.NOT_SENT:
        return (
            Meaning("never left", "not_reached", answer.why) if first else Meaning("no usable answer", "being_checked")
        )
    if answer.reached is Reached.NO_ANSWER or not answer.envelope:
        return Meaning("no usable answer", "being_checked", answer.why)
    if 200 <= answer.http_status < 300:
        if operation.kind != REFUND and answer.code == 0:
            return Meaning("no usable answer", kinds.ACCEPTED, answer.message)
        if answer.code == 0 and answer.payment is not None:
            found = resolve.ours(operation, answer.payment, other_marks)
            if found:
                return Meaning("i'mport says done", "confirmed", "", found.cancellation_id, found.by)
        if answer.code != 0:
            sure = not any(part in answer.message.lower() for part in UNSURE)
            code = _refusal_of(operation, answer.message) if sure else "being_checked"
            return Meaning("no usable answer", code, answer.message, answered=sure)
        return Meaning("no usable answer", "being_checked")
    if first and answer.http_status == 401:
        return Meaning(AGAIN)
    if first and answer.http_status == 403:
        return Meaning("never left", "address_refused", answer.message)
    if first and answer.http_status == 429:
        return Meaning("never left", "too_many_calls", answer.message)
    answered = answer.http_status in (400, 401, 403, 404, 405, 409, 422, 429)
    code = _refusal_of(operation, answer.message) if answered else "being_checked"
    return Meaning("no usable answer", code, answer.message, answered=answered)


def _refusal_of(operation: Operation, message: str) -> str:
    return refusal(message) if operation.kind == REFUND else kinds.REFUSED


def refusal(message: str) -> str:
    """The code of the sentence for a gateway's text."""
    return next((code for part, code in REFUSALS if part in message), "refused")
