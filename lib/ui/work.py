"""An operation, followed where it was asked for (a refund: where it was approved): sending, checked, done or refused."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

import streamlit as st

from lib.errors import DeskError
from lib.journal.kinds import UNHEARD
from lib.journal.life import REFUND, Operation, State, look_of
from lib.operations import decisions, refunds, repeat
from lib.queries import billing_keys as query
from lib.text.escaping import markdown
from lib.text.sentences import sentence
from lib.ui import decision
from lib.ui import words as refund_words
from lib.ui import work_words as words
from lib.ui.operations_table import KINDS
from lib.ui.visit import Visit

SENT = "work_sent"
"""In the session: the operations that were just asked for from here."""
BOXES = {"done": st.success, "refused": st.error, "checking": st.warning, "sending": st.info}
BROUGHT_S = 30
"""Within so long what came of an operation is read; after it no page waits for it."""


class Told(NamedTuple):
    """An operation in words (Markdown); `kind` is done, refused, checking or sending."""

    kind: str
    icon: str
    sentence: str
    detail: str = ""


def sent(operations: Sequence[Operation]) -> None:
    """Remember what was just asked for from here, to tell how it ends."""
    st.session_state[SENT] = [operation.id for operation in operations]


def was_sent(operation: Operation) -> bool:
    """It was just asked for from here."""
    return operation.id in st.session_state.get(SENT, ())


def just_sent(visit: Visit, kinds: Collection[str]) -> list[Operation]:
    """The operations of these kinds that were just asked for from here."""
    found = (refunds.operation(visit.desk.store, each) for each in st.session_state.get(SENT, ()))
    return [operation for operation in found if operation.kind in kinds]


def forget() -> None:
    """What was asked for from here has been told."""
    st.session_state.pop(SENT, None)


def runs(visit: Visit, operation: Operation) -> bool:
    """It is not certain yet, or the payment that came of it is just being brought here."""
    if operation.open:
        return operation.state is not State.NEEDS_HUMAN
    paid = operation.cancellation_id if decisions.makes_a_payment(operation) else ""
    return bool(paid) and just_sent_out(visit, operation) and not query.of_payment(visit.desk.store, visit.me, paid)


def just_sent_out(visit: Visit, operation: Operation) -> bool:
    """It was sent so lately that what came of it may still be on its way here."""
    return visit.desk.world.now() - (operation.last_sent_at or operation.created_at) < BROUGHT_S


def draw(visit: Visit, operation: Operation, about: str = "") -> None:
    """One operation, followed while it runs. `about`: which one it is, where a page shows several."""
    if runs(visit, operation):
        follow(visit, (operation.id,), about)
    else:
        outcome(visit, operation, about)


@st.fragment(run_every="1s")
def follow(visit: Visit, watched: tuple[str, ...], about: str = "", then: Callable[[], None] | None = None) -> None:
    """Polls the journal's rows until all are over; a closed tab changes nothing."""
    t = visit.t
    operations = [refunds.operation(visit.desk.store, each) for each in watched]
    running = [operation for operation in operations if runs(visit, operation)]
    if not running:
        if then:
            then()
        st.rerun()
    if len(watched) > 1:
        over = len(watched) - len(running)
        st.progress(over / len(watched), t("{n} of {all} done", n=t.number(over), all=t.number(len(watched))))
    outcome(visit, running[-1], about)


def outcome(visit: Visit, operation: Operation, about: str = "") -> None:
    """One operation in a box, and the button to send it again where that is safe."""
    told = told_of(visit, operation)
    BOXES[told.kind](told.sentence, icon=told.icon)
    detail = " · ".join(part for part in (about, told.detail) if part)
    if detail:
        st.caption(detail)
    if decisions.to_decide(operation) and operation.kind != REFUND:  # that is decided on the payment's page
        decision.of_work(visit, operation)
    if repeat.possible(operation, visit.me, visit.desk.world.now()):
        send_again(visit, operation, key="again")


def send_again(visit: Visit, operation: Operation, *, key: str) -> None:
    """The same operation once more, for who asked for it and learned that nothing was heard of it. `key` tells its
    button on the page from the one in a dialog."""
    t = visit.t
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        amount = t.money(operation.amount, operation.currency)
        if st.button(t("Send {amount} again", amount=amount), icon=":material/replay:", key=f"{key}_{operation.id}"):
            try:
                with st.spinner(t("Asking i'mport …")):
                    repeated = repeat.send_again(visit.desk.journal, visit.me, operation.id)
            except DeskError as wrong:
                st.error(sentence(wrong, t), icon=":material/error:")
                return
            sent([repeated])
            st.rerun()
        st.caption(t("The same request under the same order number. The customer cannot be charged twice by it."))


def told_of(visit: Visit, operation: Operation) -> Told:
    """How it stands, what that means, and what to do."""
    t = visit.t
    if operation.kind == REFUND:
        return Told(*refund_words.outcome_of(operation, t, visit.me.name))
    parcel, kind = markdown(words.parcel(operation, t)), t(KINDS[operation.kind])
    who = t(
        "{what} · {name} · {time}", what=kind, name=markdown(operation.requested_by), time=t.time(operation.created_at)
    )
    match operation.state:
        case State.CONFIRMED:
            return Told("done", ":material/check_circle:", words.done(operation, t))
        case State.PREPARED | State.SENDING:
            doing = t("Being sent. It goes on if you close this page.")
            return Told("sending", ":material/send:", f"{parcel}: {doing}" if parcel else doing, who)
        case State.UNKNOWN | State.NEEDS_HUMAN | State.LATE_REVIEW:
            checked = operation.state is State.UNKNOWN
            said = words.not_done(operation, t)
            icon = ":material/hourglass_top:" if checked else ":material/person_alert:"
            if checked:
                who += " · " + t("Next check at {time}.", time=t.time(operation.next_check_at))
            return Told("checking", icon, f"{parcel}: {said}" if parcel else said, who)
    said = words.not_done(operation, t)
    if operation.code != "charge_failed":
        look = look_of(operation)
        said = f"{parcel or kind} · {look.name(t.code)}. {said}"
    heard = operation.message and operation.code != UNHEARD  # otherwise it tells how the connection broke
    gateway = t("The gateway's words: {text}", text=markdown(operation.message)) if heard else ""
    return Told("refused", ":material/block:", said, gateway)
