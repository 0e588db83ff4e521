"""What was asked for with a billing key: followed while it is open, told when it is over, sent again where that is safe."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from lib.errors import DeskError
from lib.journal.kinds import UNHEARD
from lib.journal.life import Operation, State, look_of
from lib.operations import charges, keys, repeat, schedules
from lib.payments.failures import failure_of
from lib.queries import billing_keys as query
from lib.text.escaping import markdown
from lib.text.sentences import sentence, sentence_of
from lib.ui import scheduled
from lib.ui.operations_table import KINDS
from lib.ui.visit import Visit

SENT = "key_sent"
DONE = {
    "charge": "{amount} was charged.",
    "schedule": "{amount} is planned for {time}.",
    "reschedule": "The planned charge was moved to {time}.",
    "unschedule": "The planned charge of {amount} was called off.",
    "retry_schedule": "{amount} was charged.",
    "delete_key": "The billing key was deleted.",
}
BOXES = {"done": st.success, "refused": st.error, "checking": st.warning, "sending": st.info}
MAKES_A_PAYMENT = frozenset({charges.CHARGE, schedules.RETRY})
BROUGHT_S, SHOWN = 30, 6


def messages() -> list[str]:
    """The messages in this module's tables."""
    return [*DONE.values()]


class Told(NamedTuple):
    """An operation in words; `kind` is done, refused, checking or sending."""

    kind: str
    icon: str
    sentence: str
    detail: str = ""


def sent(customer_uid: str, operations: Sequence[Operation]) -> None:
    """Remember what was just asked for from this page, to tell how it ends."""
    st.session_state[SENT] = (customer_uid, [operation.id for operation in operations])


class Work(NamedTuple):
    """The operations of a key within a day: those that run, and those that are over."""

    running: list[Operation]
    over: list[Operation]

    @property
    def charging(self) -> bool:
        """A charge is not certain yet: no other may begin."""
        return any(operation.kind == charges.CHARGE and operation.open for operation in (*self.running, *self.over))


def gather(visit: Visit, customer_uid: str) -> Work:
    """Read first on the page: what is over by then shows in everything that is read after."""
    work = Work([], [])
    for operation in keys.operations_of(visit.desk.journal, visit.me, customer_uid):
        (work.running if _runs(visit, operation) else work.over).append(operation)
    return work


def _runs(visit: Visit, operation: Operation) -> bool:
    """It is not certain yet, or what came of it is just being brought here."""
    if operation.open:
        return operation.state is not State.NEEDS_HUMAN
    paid = operation.cancellation_id if operation.kind in MAKES_A_PAYMENT else ""
    fresh = visit.desk.world.now() - (operation.last_sent_at or 0) < BROUGHT_S
    return bool(paid) and fresh and not query.of_payment(visit.desk.store, visit.me, paid)


def draw(visit: Visit, customer_uid: str, work: Work, told_elsewhere: str = "") -> None:
    """What is open, what was just asked for, and what may be sent again; but not the failed payment `told_elsewhere`."""
    if work.running:
        _progress(visit, customer_uid, frozenset(operation.id for operation in work.running))
    whose, listed = st.session_state.get(SENT, ("", []))
    mine = [op for op in work.over if whose == customer_uid and op.id in listed]
    mine = [op for op in mine if op.code != "charge_failed" or op.cancellation_id != told_elsewhere]
    now = visit.desk.world.now()
    others = [
        op
        for op in work.over
        if op not in mine and (op.state in (State.NEEDS_HUMAN, State.LATE_REVIEW) or repeat.possible(op, visit.me, now))
    ]
    _together(visit, mine)
    for operation in others:
        outcome(visit, operation)


@st.fragment(run_every="1s")
def _progress(visit: Visit, customer_uid: str, watched: frozenset[str]) -> None:
    """Polls the journal's rows; a closed tab changes nothing."""
    t = visit.t
    running = [operation for operation in gather(visit, customer_uid).running if operation.id in watched]
    if not running:
        scheduled.forget()
        st.rerun()
    if len(watched) > 1:
        over = len(watched) - len(running)
        st.progress(over / len(watched), t("{n} of {all} done", n=t.number(over), all=t.number(len(watched))))
    outcome(visit, running[-1])


def _together(visit: Visit, mine: Sequence[Operation]) -> None:
    """One box for those that are done, one for each that is not."""
    t = visit.t
    done = [operation for operation in mine if operation.state is State.CONFIRMED]
    if len(done) > 1:
        st.success(t("All {n} done.", n=t.number(len(done))), icon=":material/check_circle:")
    shown = [operation for operation in mine if len(done) == 1 or operation.state is not State.CONFIRMED]
    for operation in shown[:SHOWN]:
        outcome(visit, operation)
    if len(shown) > SHOWN:
        st.caption(t("and {n} more", n=t.number(len(shown) - SHOWN)))


def outcome(visit: Visit, operation: Operation) -> None:
    """One operation in a box, and the button to send it again where that is safe."""
    told = told_of(visit, operation)
    BOXES[told.kind](told.sentence, icon=told.icon)
    if told.detail:
        st.caption(told.detail)
    if repeat.possible(operation, visit.me, visit.desk.world.now()):
        again(visit, operation, key="again")


def again(visit: Visit, operation: Operation, *, key: str) -> None:
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
            sent(str(json.loads(operation.facts)["customer_uid"]), [repeated])
            st.rerun()
        st.caption(t("The same request under the same order number. The customer cannot be charged twice by it."))


def told_of(visit: Visit, operation: Operation) -> Told:
    """How it stands, what that means for the money, and what to do."""
    t = visit.t
    kind, amount = t(KINDS[operation.kind]), t.money(operation.amount, operation.currency)
    who = t(
        "{what} · {name} · {time}", what=kind, name=markdown(operation.requested_by), time=t.time(operation.created_at)
    )
    match operation.state:
        case State.PREPARED | State.SENDING:
            return Told("sending", ":material/send:", t("Being sent. It goes on if you close this page."), who)
        case State.CONFIRMED:
            at = json.loads(operation.facts).get("at")
            told = t(DONE[operation.kind], amount=amount, time=scheduled.when(t, at) if at else "")
            return Told("done", ":material/check_circle:", told)
        case State.UNKNOWN:
            told = t("The result is being checked. Do not ask for it again.")
            return Told("checking", ":material/hourglass_top:", told, who)
        case State.NEEDS_HUMAN | State.LATE_REVIEW:
            told = t("It could not be confirmed. Do not ask for it again; look it up at the gateway and tell finance.")
            return Told("checking", ":material/person_alert:", told, who)
    if operation.code == "charge_failed":
        failure = failure_of(operation.message)
        told = " ".join((t("{amount} was not charged.", amount=amount), f"**{t(failure.title)}.**", t(failure.remedy)))
        return Told("refused", ":material/block:", told, _words(visit, operation))
    look = look_of(operation)
    state = look.ko if t.code == "ko" else look.en
    told = f"{kind} · {state}. {sentence_of(operation.code or 'not_done', t)}"
    return Told("refused", ":material/block:", told, _words(visit, operation))


def _words(visit: Visit, operation: Operation) -> str:
    if not operation.message or operation.code == UNHEARD:  # then it tells how the connection broke
        return ""
    return visit.t("The gateway's words: {text}", text=markdown(operation.message))
