"""An issuer's text is understood by KICC's code wherever it stands, else by its words, and is never guessed at."""

from __future__ import annotations

import pytest

from lib.payments.failures import FAILURES, UNKNOWN, Retry, failure_of


@pytest.mark.parametrize(
    ("text", "name", "retry"),
    [
        ("[8521] 이용한도를 초과하였습니다.", "limit", Retry.LATER),
        ("승인 거절(8035)", "balance", Retry.LATER),
        ("잔액부족", "balance", Retry.LATER),
        ("[8314] 유효기간이 지난 카드입니다.", "expired", Retry.NEVER),
        ("8316", "expired", Retry.NEVER),
        ("[8311] 비밀번호가 일치하지 않습니다.", "password", Retry.NEVER),
        ("[8350] 분실 또는 도난 신고된 카드입니다.", "lost", Retry.NEVER),
        ("[8373] 카드사로 문의하시기 바랍니다.", "issuer", Retry.LATER),
        ("[VTIM] 승인 응답 시간이 초과되었습니다.", "timeout", Retry.LATER),
        ("[결제포기] 사용자가 결제를 취소하셨습니다", "left", Retry.NOW),
        ("등록되지 않은 구매자입니다.", "no_key", Retry.NEVER),
        ("[8350] 카드사로 문의, 한도 확인", "lost", Retry.NEVER),  # the code says more than the words
        ("거래번호 1852100 오류", "unknown", Retry.LATER),  # digits inside a longer number are no code
        ("등록되지 않은 가맹점입니다.", "unknown", Retry.LATER),
        ("", "unknown", Retry.LATER),
    ],
)
def test_the_reason_is_known_and_whether_trying_again_helps(text: str, name: str, retry: Retry) -> None:
    found = failure_of(text)
    assert (found.name, found.retry) == (name, retry)


def test_no_code_stands_for_two_reasons() -> None:
    codes = [code for failure in FAILURES for code in failure.codes]
    assert len(codes) == len(set(codes))
    assert UNKNOWN not in FAILURES
