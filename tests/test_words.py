"""Every message has its Korean, and the catalogs are what the code says."""

from __future__ import annotations

import re

from lib.text.language import language
from lib.text.sentences import PAIRS, SENTENCES, sentence_of
from tests import words

PLACES = re.compile(r"\{(\w+)\}")


def test_the_template_is_what_the_code_says() -> None:
    """`python -m tests.words` would change nothing."""
    assert (words.TRANSLATIONS / "messages.pot").read_bytes() == words.written(words.template())


def test_every_message_has_korean_with_the_same_places() -> None:
    known = words.korean()
    for message in words.template():
        if not message.id:
            continue
        key = message.id if isinstance(message.id, str) else message.id[0]
        text = known.get(key).string if known.get(key) else ""
        text = text if isinstance(text, str) else text[0]
        assert text, f"no Korean: {key}"
        assert set(PLACES.findall(text)) <= set(
            PLACES.findall(key if isinstance(message.id, str) else " ".join(message.id))
        )


def test_no_message_is_left_that_nobody_says() -> None:
    said = {m.id if isinstance(m.id, str) else m.id[0] for m in words.template() if m.id}
    kept = {m.id if isinstance(m.id, str) else m.id[0] for m in words.korean() if m.id}
    assert kept <= said


def test_every_code_has_a_sentence_in_both_languages() -> None:
    ko, en = language("ko"), language("en")
    for code in {**SENTENCES, **PAIRS}:
        korean, english = sentence_of(code, ko), sentence_of(code, en)
        assert re.search("[가-힣]", korean), code
        assert not re.search("[가-힣]", english), code
        assert set(PLACES.findall(korean)) == set(PLACES.findall(english)), code


def test_money_and_days_as_each_language_writes_them() -> None:
    ko, en = language("ko-KR"), language("en-US")
    assert (ko.money(12_345), en.money(12_345)) == ("12,345원", "₩12,345")
    assert (ko.money(-500), en.money(1_999, "USD")) == ("-500원", "$19.99")
    assert (ko.short_money(339_123_456), en.short_money(339_123_456)) == ("3.39억원", "₩339M")
    assert ko.when(1_795_392_309) == "2026-11-23(월) 09:05:09"
    assert (ko.each("{n} case", "{n} cases", 1), en.each("{n} case", "{n} cases", 2)) == ("1건", "2 cases")
