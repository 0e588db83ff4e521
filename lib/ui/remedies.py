"""Why rows of a file or a paste were refused, in full: a table cuts a long sentence off."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from lib.text.escaping import markdown
from lib.ui.visit import Visit

LINES_MOST = 12
SENTENCES_PX = 260


def draw(visit: Visit, told: Iterable[tuple[int, str]], key: str) -> None:
    """Each sentence once, with the lines that it is told of, in their order. `told`: (line, sentence as plain text);
    empty sentences say nothing."""
    t = visit.t
    lines: dict[str, list[int]] = {}
    for n, sentence in told:
        if sentence:
            lines.setdefault(sentence, []).append(n)
    if not lines:
        return
    words = []
    for sentence, of in lines.items():
        named = ", ".join(t.number(n) for n in of[:LINES_MOST]) + (" …" if len(of) > LINES_MOST else "")
        where = t.each("Line {lines}", "Lines {lines}", len(of), lines=named)
        words.append(f"- **{where}** {markdown(sentence)}")
    with st.container(height=SENTENCES_PX if len(lines) > 6 else "content", border=len(lines) > 6, key=key):
        st.markdown("\n".join(words))
