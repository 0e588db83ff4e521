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
}
