"""A bank's name as people write it -> the code a gateway's list has for it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

ALIASES = {
    "kb": "국민",
    "nh": "농협",
    "농협중앙회": "농협",
    "ibk": "기업",
    "중소기업": "기업",
    "kdb": "산업",
    "한국산업": "산업",
    "sc": "제일",
    "스탠다드차타드": "제일",
    "citi": "한국씨티",
    "씨티": "한국씨티",
    "시티": "한국씨티",
    "keb": "하나",
    "mg": "새마을금고",
    "새마을": "새마을금고",
    "im": "대구",
    "아이엠": "대구",
    "dgb": "대구",
    "수협중앙회": "수협",
    "우체국예금": "우체국",
    "k": "케이",
    "kakao": "카카오",
    "toss": "토스",
    "shinhan": "신한",
    "woori": "우리",
    "hana": "하나",
}
"""Other names, as `_folded` leaves both sides. iM Bank is what Daegu Bank has been called since 2024. 지역농협 and 단위농협
are not here: some lists keep them apart from 농협."""
_NOISE = re.compile(r"\(주\)|주식회사|[\s\W_]+")
_BRAND = re.compile(r"^[a-z]+(?=[가-힣])")  # KB국민, NH농협, SC제일 …
_ENDING = re.compile(r"(?<=.)(은행|뱅크|bank)$")


def code_of(typed: str, banks: Mapping[str, str]) -> str:
    """The code of the one bank that was meant, "" where it is none or more than one. `banks`: code -> name."""
    if typed in banks:
        return typed
    exact = [code for code, name in banks.items() if name == typed]
    wanted = _meant(typed)
    found = exact or [code for code, name in banks.items() if wanted and wanted in _names(name)]
    return found[0] if len(found) == 1 else ""


def _names(listed: str) -> set[str]:
    """하나(외환)은행 is 하나 and 외환."""
    inside = re.findall(r"\((.+?)\)", listed)
    return {_meant(part) for part in (re.sub(r"\(.*?\)", "", listed), *inside)} - {""}


def _meant(name: str) -> str:
    folded = _folded(name)
    return ALIASES.get(folded, folded)


def _folded(name: str) -> str:
    """Without spaces, signs, a brand before the name and 은행 behind it."""
    plain = _NOISE.sub("", unicodedata.normalize("NFKC", name).casefold())
    return _BRAND.sub("", _ENDING.sub("", plain))
