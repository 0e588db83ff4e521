"""A key that no payment names is found again by the word in its address, which tells nothing of it."""

from __future__ import annotations

from lib.ui import key_address
from lib.world import World


def test_a_word_leads_back_to_its_key_and_is_the_same_every_time() -> None:
    mine, other = "hong@example.com", "kim@example.com"
    word = key_address.word_of(World(), mine)
    assert key_address.word_of(World(), mine) == word != key_address.word_of(World(), other)
    assert (key_address.key_of(word), key_address.key_of(""), key_address.key_of("0" * 32)) == (mine, "", "")
    assert "hong" not in word


def test_what_is_remembered_has_a_bound() -> None:
    first = key_address.word_of(World(), "first")
    for n in range(key_address.REMEMBERED):
        key_address.word_of(World(), f"customer_{n}")
    assert key_address.key_of(first) == ""
