"""What an answer means: the design's table, row by row, for the first attempt and for a later one."""

from __future__ import annotations

import pytest

from lib.iamport.answer import Answer, Reached
from lib.journal.classify import AGAIN, REFUSALS, Meaning, classify, refusal
from lib.text.sentences import PAIRS, SENTENCES
from tests.journal.made import cancelled, operation, payment

MINE = payment(cancelled(1, 10_000, "고객 변심 #RSTVWXYZ"))
AT_FENCE = payment(cancelled(1, 10_000, "고객 변심"))
OTHERS = payment(cancelled(1, 5_000, "고객 변심"))
NONE = payment()
FOREIGN = payment(cancelled(1, 10_000, "고객 변심 #AAAABBBB"))
TWICE = payment(cancelled(1, 10_000, "#RSTVWXYZ"), cancelled(2, 10_000, "#RSTVWXYZ"))
ELSEWHERE = payment(cancelled(1, 10_000, "#RSTVWXYZ"), imp_uid="imp_2")


def says(status: int, code: int = 0, message: str = "", content: object = None) -> Answer:
    return Answer(Reached.ANSWERED, status, True, code, message, content)  # type: ignore[arg-type]


LEFT, DONE, UNKNOWN = "never left", "i'mport says done", "no usable answer"
TABLE = [  # answer, first attempt, later attempt
    (Answer(Reached.NOT_SENT, why="ConnectError"), LEFT, UNKNOWN),
    (Answer(Reached.NO_ANSWER, why="ReadTimeout"), UNKNOWN, UNKNOWN),
    (says(200, content=MINE), DONE, DONE),
    (says(201, content=MINE), DONE, DONE),
    (says(200, content=AT_FENCE), DONE, DONE),
    (says(200, content=OTHERS), UNKNOWN, UNKNOWN),
    (says(200, content=NONE), UNKNOWN, UNKNOWN),
    (says(200, content=FOREIGN), UNKNOWN, UNKNOWN),
    (says(200, content=TWICE), UNKNOWN, UNKNOWN),
    (says(200, content=ELSEWHERE), UNKNOWN, UNKNOWN),
    (says(200), UNKNOWN, UNKNOWN),
    (says(200, 1, "이미 전액취소된 주문입니다."), UNKNOWN, UNKNOWN),
    (says(200, -1, "결제취소에 실패하였습니다. PG사 통신 오류"), UNKNOWN, UNKNOWN),
    (says(401, -1, "Unauthorized"), AGAIN, UNKNOWN),
    (says(403, -1, "허용되지 않은 IP입니다."), LEFT, UNKNOWN),
    (says(429, -1, "요청이 너무 많습니다."), LEFT, UNKNOWN),
    *((says(status, -1, "x"), UNKNOWN, UNKNOWN) for status in (400, 404, 405, 409, 422, 500, 503, 302)),
    *((Answer(Reached.ANSWERED, status), UNKNOWN, UNKNOWN) for status in (200, 301, 401, 403, 404, 429, 500, 502)),
]


@pytest.mark.parametrize("attempt", [1, 2])
@pytest.mark.parametrize(("answer", "first", "later"), TABLE)
def test_the_table(answer: Answer, first: str, later: str, attempt: int) -> None:
    asked = operation(attempts=attempt)
    meaning = classify(answer, asked, frozenset({"#AAAABBBB"}))
    assert meaning.because == (first if attempt == 1 else later)
    assert meaning.code in {*SENTENCES, *PAIRS} or meaning.because == AGAIN


def test_a_done_one_keeps_the_cancellation_and_how_it_was_known() -> None:
    assert classify(says(200, content=MINE), operation())[3:5] == ("c1", "marker")
    assert classify(says(200, content=AT_FENCE), operation())[3:5] == ("c1", "fence")


@pytest.mark.parametrize(
    ("status", "message", "answered", "code"),
    [
        (200, "취소가능 잔액이 일치하지 않습니다.", True, "refused_balance_differs"),
        (200, "취소금액이 미정산 금액보다 큽니다.", True, "refused_unsettled_short"),
        (200, "결제취소에 실패하였습니다. 기취소 거래", True, "refused_cancelled_at_gateway"),
        (200, "결제취소에 실패하였습니다. PG사 통신 오류", False, "being_checked"),
        (200, "[VTIM] 시간초과", False, "being_checked"),
        (200, "[VT00] timeout", False, "being_checked"),
        (404, "존재하지 않는 결제정보입니다.", True, "refused_no_payment"),
        (500, "서버 오류", False, "being_checked"),
    ],
)
def test_only_a_plain_refusal_shortens_the_wait(status: int, message: str, answered: bool, code: str) -> None:
    meaning: Meaning = classify(says(status, -1, message), operation())
    assert (meaning.because, meaning.answered, meaning.code) == (UNKNOWN, answered, code)
    assert meaning.message == message


def test_every_refusal_has_its_sentence() -> None:
    assert {code for _, code in REFUSALS} <= {*SENTENCES, *PAIRS}
    assert refusal("처음 보는 문구") == "refused"
