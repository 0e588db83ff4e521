"""The sentences about accounts, by code: (Korean, English)."""

from __future__ import annotations

from typing import Final

PEOPLE_SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "unknown_person": (
        "‘{name}’ 계정이 없습니다. 이름을 확인하거나 users add로 만드세요.",
        "There is no account ‘{name}’. Check the name, or make one with users add.",
    ),
    "name_taken": (
        "‘{name}’ 계정이 이미 있습니다. 다른 이름을 쓰세요.",
        "There is an account ‘{name}’ already. Take another name.",
    ),
    "bad_name": (
        "이름은 1~{longest}자의 글자여야 합니다. 다시 입력하세요.",
        "A name has 1 to {longest} printable characters. Type another.",
    ),
    "short_password": (
        "비밀번호는 {least}~{longest}자여야 합니다. 다시 입력하세요.",
        "A password has {least} to {longest} characters. Type another.",
    ),
    "weak_password": (
        "너무 흔한 비밀번호입니다. 다른 비밀번호를 입력하세요.",
        "This password is known to everyone. Type another.",
    ),
    "foreign_form": (
        "다른 사이트에서 보낸 양식이라 처리하지 않았습니다. Paydesk 화면에서 다시 시도하세요.",
        "This form came from another site and was not taken. Try again on a page of Paydesk.",
    ),
    "no_demo": (
        "이 서버에는 연습용 계정이 없습니다. 이름과 비밀번호로 로그인하세요.",
        "There are no demo people here. Sign in with name and password.",
    ),
    "no_language": (
        "Paydesk는 한국어와 영어로만 볼 수 있습니다. 화면에서 언어를 고르세요.",
        "Paydesk is there in Korean and English. Choose one on the page.",
    ),
    "no_export": (
        "파일이 더 이상 없습니다. Paydesk에서 다시 내보내세요.",
        "There is no such file any more. Export again from Paydesk.",
    ),
}
