"""What a form is told that is not taken: a small page, Korean first, and nothing is done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.web import exports, sign_in
from lib.web.body import MOST_BYTES
from tests.sandbox_server import running_sandbox
from tests.web.standing import Stand, standing

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    folder: Path = tmp_path_factory.mktemp("desk")
    with (
        running_sandbox(payments=0) as shop,
        standing(shop, folder, [*sign_in.ROUTES, *exports.ROUTES], thread=False) as made,
    ):
        yield made


@pytest.mark.parametrize(
    ("path", "origin", "status", "ko", "en"),
    [
        ("/sign-in", "https://evil.example", 403, "다른 사이트에서 보낸 양식", "from another site"),
        ("/sign-in", "", 403, "다른 사이트에서 보낸 양식", "from another site"),
        ("/sign-out", "https://evil.example", 403, "다른 사이트에서 보낸 양식", "from another site"),
        ("/language", "https://evil.example", 403, "다른 사이트에서 보낸 양식", "from another site"),
        ("/language", "own", 400, "한국어와 영어로만", "in Korean and English"),
        ("/sign-in/demo", "own", 403, "연습용 계정이 없습니다", "no demo people"),
    ],
)
def test_a_form_that_is_not_taken_is_told_so_on_a_page(
    stand: Stand, path: str, origin: str, status: int, ko: str, en: str
) -> None:
    sent = FORM | ({"Origin": stand.url if origin == "own" else origin} if origin else {})
    for language, words in (("", ko), ("en-US", en)):
        got = stand.call(path, b"language=xx", **sent, **({"Accept-Language": language} if language else {}))
        assert (got.status, got.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert words in got.text
        assert "set-cookie" not in got.headers
        assert 'href="/checkout/files/pay.css"' in got.text


def test_a_file_is_refused_on_a_page_to_whoever_is_signed_out(stand: Stand) -> None:
    got = stand.call("/exports/x")
    assert (got.status, "다시 로그인하세요" in got.text) == (401, True)


def test_a_form_larger_than_any_is_not_read(stand: Stand) -> None:
    own = FORM | {"Origin": stand.url}
    assert stand.call("/language", b"language=en&next=/payments", **own).headers["location"] == "/payments"
    got = stand.call("/language", b"language=en&next=" + b"x" * MOST_BYTES, **own)
    assert (got.status, "set-cookie" in got.headers) == (400, False)
