"""Letters that show as nothing: pasted with a name they make it another one, and nobody sees why."""

from __future__ import annotations

from typing import Final

_BLANK: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
"""Hangul fillers and their like, which Unicode calls letters, marks or symbols."""


def holds_unseen(text: str) -> bool:
    """Whether something in it is not seen: control and format characters (zero width, soft hyphen, BOM, direction), any
    space but the plain one, letters that are blank."""
    return not text.isprintable() or not _BLANK.isdisjoint(text)
