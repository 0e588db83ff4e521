"""What a person sees when a page breaks: a sentence and a number to report, never a stack trace."""

from __future__ import annotations

import logging

import streamlit as st

from lib.errors import DeskError
from lib.text.language import language
from lib.text.sentences import sentence, sentence_of
from lib.world import World

log = logging.getLogger("paydesk")


def show(error: Exception) -> bool:
    """Streamlit's hook for an exception in a page; True keeps its own box away."""
    t = language(st.context.locale or "ko")
    if isinstance(error, DeskError):
        st.error(sentence(error, t), icon=":material/error:")
        return True
    number = World().new_id()[-8:]
    log.error("page failed, incident %s", number, exc_info=error)
    incident = t("incident {number}", number=number)
    st.error(f"{sentence_of('page_broken', t)} ({incident})", icon=":material/error:")
    return True
