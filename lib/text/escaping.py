"""Strings from outside, made harmless for where they go: plain text, and the Markdown that most of Streamlit is.

Names and product texts are written by buyers; Streamlit draws labels, captions and messages as Markdown, images
included.
"""

from __future__ import annotations

import re
import unicodedata

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=])")
_INVISIBLE = {"Cf", "Cc", "Co", "Cs"}
_WIDEST = 200


def plain(value: str) -> str:
    """One line without control, zero-width and direction characters, at most 200 characters."""
    shown = "".join(" " if c in "\r\n\t" else c for c in value)
    shown = "".join(c for c in shown if unicodedata.category(c) not in _INVISIBLE or c == "\u200d")
    return shown if len(shown) <= _WIDEST else shown[: _WIDEST - 1] + "…"


def markdown(value: str) -> str:
    """The value as literal text inside Markdown."""
    return _MARKDOWN.sub(r"\\\1", plain(value))
