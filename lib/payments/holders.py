"""The holder of a refund account: as typed, and whether it bears the buyer's name."""

from __future__ import annotations

import unicodedata


def typed_holder(text: str) -> str:
    """Without the spaces around it. What is nothing but wide spaces stays: it was typed, and is told to be unseen."""
    return text.strip() or text.strip(" ")


def same_name(one: str, other: str) -> bool:
    """The same letters, however they are spaced, cased or composed: "㈜한빛" is "(주)한빛", typed on any machine.

    A name that is not told is nobody's.
    """
    return bool(_plain(one)) and _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
