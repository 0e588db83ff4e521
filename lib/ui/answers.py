"""What became of one's own requests for approval: said in the side bar until it was seen, and today's in a table.

It counts as seen, in this session, once the payment's page or the page of approvals has shown it: a page that is loaded
anew begins with every answer of today again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd
import streamlit as st

from lib.journal.life import LOOK
from lib.operations import approvals
from lib.operations.approvals import Answer
from lib.payments.days import KST
from lib.payments.state import State
from lib.people import policy
from lib.queries import approving
from lib.text.escaping import markdown, plain
from lib.ui import links, rows
from lib.ui.states import LOOKS
from lib.ui.visit import Visit

SEEN = "answers_seen"
"""In the session: the ids of the requests whose answers were shown."""
SHOWN = 3
LEFT = "<style>.st-key-answers button, .st-key-answers p {justify-content: left; text-align: left; word-break: keep-all}</style>"
"""A button has its words in the middle; a sentence of two lines begins at the left."""
OUTCOMES = {
    approvals.APPROVED: ("Approval given", State.PAID),
    approvals.REFUSED: ("Approval denied", State.FAILED),
    approvals.EXPIRED: ("Expired unanswered", State.CANCELLED),
}
"""What each outcome is called, and the state whose colours it has."""


def messages() -> list[str]:
    """The messages in this module's tables."""
    return [title for title, _ in OUTCOMES.values()]


def notice(visit: Visit) -> None:
    """In the side bar: the newest answers that were not seen yet, each a button to its payment."""
    if not policy.may(visit.me, policy.REFUND):
        return
    t, seen = visit.t, st.session_state.get(SEEN, frozenset())
    unseen = [answer for answer in approvals.answered(visit.desk.journal, visit.me) if answer.id not in seen]
    if not unseen:
        return
    with st.container(key="answers"):
        st.html(LEFT)
        for answer in unseen[:SHOWN]:
            icon, told = _told(visit, answer)
            if st.button(told, icon=icon, type="tertiary", key=f"answer_{answer.id}"):
                _saw([answer])
                links.to_payment(visit, answer.imp_uid)
        more = t("and {n} more", n=t.number(len(unseen) - SHOWN))
        if len(unseen) > SHOWN and st.button(more, type="tertiary", key="answers_more"):
            links.to(visit, "approvals")


def _told(visit: Visit, answer: Answer) -> tuple[str, str]:
    """Icon and sentence (Markdown)."""
    t, name, amount = visit.t, markdown(answer.by), visit.t.money(answer.amount, answer.currency)
    if answer.outcome == approvals.APPROVED:
        told = t("{name} approved the refund of {amount}.", name=name, amount=amount)
        return ":material/check_circle:", f":green[**{told}**]"
    if answer.outcome == approvals.REFUSED:
        told = t("{name} denied the refund of {amount}.", name=name, amount=amount)
        return ":material/block:", f":red[**{told}**]"
    told = t("The request for {amount} expired unanswered.", amount=amount)
    return ":material/timer_off:", f":orange[**{told}**]"


def saw_payment(visit: Visit, imp_uid: str) -> None:
    """The page of this payment shows what became of the requests about it."""
    if policy.may(visit.me, policy.REFUND):
        _saw(answer for answer in approvals.answered(visit.desk.journal, visit.me) if answer.imp_uid == imp_uid)


def _saw(answers: Iterable[Answer]) -> None:
    st.session_state[SEEN] = st.session_state.get(SEEN, frozenset()) | {answer.id for answer in answers}


def draw(visit: Visit) -> None:
    """Today's answers to this person's own requests: who, when and why; a click on one opens its payment."""
    t = visit.t
    answers = approvals.answered(visit.desk.journal, visit.me)
    _saw(answers)
    if answers:
        st.subheader(t("Your requests answered today"), anchor=False)
        at = _table(visit, answers)
        if at is not None:
            links.to_payment(visit, answers[at].imp_uid)
    _follow(visit, answers)


def _table(visit: Visit, answers: Sequence[Answer]) -> int | None:
    t = visit.t
    briefs = approving.briefs(visit.desk.store, visit.me, [answer.imp_uid for answer in answers])
    found = [briefs.get(answer.imp_uid, approving.Brief()) for answer in answers]
    amounts, amount = rows.money(t, [answer.amount for answer in answers], [answer.currency for answer in answers])
    frame = pd.DataFrame(
        {
            "outcome": [[t(OUTCOMES[answer.outcome][0])] for answer in answers],
            "amount": amounts,
            "by": [plain(answer.by) for answer in answers],
            "why": [plain(answer.why) for answer in answers],
            "at": pd.to_datetime([answer.at for answer in answers], unit="s", utc=True).tz_convert(KST),
            "buyer": [plain(brief.buyer) for brief in found],
            "went": [_went(visit, answer) for answer in answers],
            "merchant_uid": [plain(brief.merchant_uid) for brief in found],
        }
    )
    pills = {t(title): LOOKS[state].pill[visit.dark] for title, state in OUTCOMES.values()}
    return rows.clicked(
        frame,
        {
            "outcome": st.column_config.MultiselectColumn(t("Answer"), options=list(pills), color=list(pills.values())),
            "amount": amount,
            "buyer": st.column_config.TextColumn(t("Buyer")),
            "by": st.column_config.TextColumn(t("Answered by")),
            "at": st.column_config.DatetimeColumn(t("Time"), format="HH:mm", timezone="Asia/Seoul"),
            "why": st.column_config.TextColumn(t("Why")),
            "went": st.column_config.TextColumn(t("Refund")),
            "merchant_uid": st.column_config.TextColumn(t("Order number")),
        },
        key=f"answers_{len(answers)}",
        tallest=400,
        alt=t("Your requests answered today"),
    )


def _went(visit: Visit, answer: Answer) -> str:
    return "" if answer.went is None else LOOK[answer.went].name(visit.t.code)


@st.fragment(run_every="2s")
def _follow(visit: Visit, shown: Sequence[Answer]) -> None:
    """Draw the page again when one was answered or what was let through has moved on."""
    if approvals.answered(visit.desk.journal, visit.me) != shown:
        st.rerun()
