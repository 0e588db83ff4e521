"""One scheduled charge: what became of it, and what may be done with it now."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from lib.iamport.schedules import Schedule
from lib.operations import schedules
from lib.payments.days import KST
from lib.payments.failures import Retry, failure_of
from lib.people import policy
from lib.queries import schedules as query
from lib.text.escaping import markdown
from lib.ui import key_dialogs, links, scheduled
from lib.ui.visit import Visit

MOVE, CANCEL, RETRY = "move", "cancel", "retry"
ACTIONS = {MOVE: "Another time", CANCEL: "Call off", RETRY: "Charge now"}


def messages() -> list[str]:
    """The messages in this module's tables."""
    return [*ACTIONS.values()]


def open_dialog(visit: Visit, schedule: Schedule) -> None:
    """Show it; its actions are those that its state and the person's right permit."""
    key_dialogs.opened(visit)
    t = visit.t

    @st.dialog(t("Scheduled charge"), width="medium")
    def show() -> None:
        standing = query.standing(schedule)
        look = scheduled.STANDING[standing]
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{t.money(schedule.amount)}** · {markdown(schedule.name)}", width="content")
            st.badge(t(look.title), color=look.colour)
        st.caption(
            " · ".join(
                (
                    t("Planned for {time}", time=scheduled.when(t, schedule.schedule_at)),
                    t("Order number {id}", id=markdown(schedule.merchant_uid)),
                )
            )
        )
        if schedule.failed:
            _why(visit, schedule)
        if schedule.imp_uid and st.button(t("See the payment"), icon=":material/receipt:", key="key_see_payment"):
            links.to_payment(visit, schedule.imp_uid)
        if standing == query.FAILED and not policy.may(visit.me, policy.CHARGE) and _heals(schedule):
            st.caption(t("Only finance charges a card again: ask them for it."))
        choices = _choices(visit, standing)
        if not choices:
            return
        words = {choice: t(ACTIONS[choice]) for choice in choices}
        chosen = st.segmented_control(
            t("What to do"),
            list(words),
            default=choices[0],
            required=True,
            key="kd_do",
            format_func=words.__getitem__,
            label_visibility="collapsed",
        )
        {MOVE: _move, CANCEL: _cancel, RETRY: _retry}[str(chosen or choices[0])](visit, schedule)

    show()


def _choices(visit: Visit, standing: str) -> list[str]:
    plans, charges = policy.may(visit.me, policy.BILLING), policy.may(visit.me, policy.CHARGE)
    match standing:
        case query.DUE:
            return [MOVE, CANCEL] if plans else []
        case query.FAILED:
            return [*([RETRY] if charges else []), *([MOVE] if plans else [])]
        case query.CANCELLED:
            return [MOVE] if plans else []
    return []


def _why(visit: Visit, schedule: Schedule) -> None:
    t = visit.t
    failure = failure_of(schedule.fail_reason)
    st.error(f"**{t(failure.title)}.** {t(failure.remedy)}", icon=":material/credit_card_off:")
    if schedule.fail_reason:
        st.caption(t("The gateway's words: {text}", text=markdown(schedule.fail_reason)))


def _heals(schedule: Schedule) -> bool:
    return failure_of(schedule.fail_reason).retry is not Retry.NEVER


def _retry(visit: Visit, schedule: Schedule) -> None:
    t = visit.t
    helps = _heals(schedule)
    if not helps:
        st.caption(t("Trying this card again cannot succeed; the customer must register another one."))
    label = t("Charge {amount} again", amount=t.money(schedule.amount))
    if key_dialogs.footer(visit, label, enabled=helps, key="key_retry_confirm"):
        key_dialogs.ask(
            visit,
            lambda nonce: [schedules.retry(visit.desk.journal, visit.me, schedule, nonce)],
        )


def _move(visit: Visit, schedule: Schedule) -> None:
    t = visit.t
    if key_dialogs.dead(visit, schedule.customer_uid):
        key_dialogs.close(visit)
        return
    if "kd_first" not in st.session_state:  # kept, for a field whose default changes is another field
        st.session_state.kd_first = max(schedule.schedule_at, schedules.soonest(visit.desk.world.now()))
    first = datetime.fromtimestamp(st.session_state.kd_first, KST).replace(second=0)
    chosen = key_dialogs.moment(visit, first.date(), first.time())
    at = int(chosen.timestamp())
    moved = at // 60 != schedule.schedule_at // 60
    if not moved:
        st.caption(t("It is planned for this time. Choose another one."))
    in_time = not moved or key_dialogs.reachable(visit, at)
    label = t("Move to {time}", time=scheduled.when(t, at))
    if key_dialogs.footer(visit, label, enabled=moved and in_time, key=f"key_move_confirm_{at}"):
        key_dialogs.ask(
            visit,
            lambda nonce: [schedules.move(visit.desk.journal, visit.me, schedule, at, nonce)],
        )


def _cancel(visit: Visit, schedule: Schedule) -> None:
    t = visit.t
    st.markdown(t("This one charge will not be made. The customer's others stay planned."))
    label = t("Call off {amount}", amount=t.money(schedule.amount))
    if key_dialogs.footer(visit, label, enabled=True, key="key_call_off_confirm"):
        key_dialogs.ask(
            visit,
            lambda nonce: schedules.cancel_all(visit.desk.journal, visit.me, [schedule], nonce),
        )
