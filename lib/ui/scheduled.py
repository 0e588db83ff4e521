"""Scheduled charges for pages: read from i'mport, kept a minute, and how each looks."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from lib.errors import DeskError
from lib.iamport.client import Iamport
from lib.iamport.schedules import Schedule
from lib.payments.days import KST, day_of
from lib.payments.failures import failure_of
from lib.payments.state import State
from lib.people import policy
from lib.people.actor import Actor
from lib.queries import schedules as query
from lib.text.escaping import plain
from lib.text.language import Language
from lib.text.sentences import sentence
from lib.ui import rows
from lib.ui.states import LOOKS, Look
from lib.ui.visit import Visit

KEPT_S = 60
STANDING = {
    query.DUE: Look("Planned", "blue", LOOKS[State.WAITING].pill),
    query.PAID: LOOKS[State.PAID],
    query.FAILED: LOOKS[State.FAILED],
    query.CANCELLED: Look("Called off", "gray", LOOKS[State.CANCELLED].pill),
}


def messages() -> list[str]:
    """The messages in this module's tables."""
    return [look.title for look in STANDING.values()]


def month(visit: Visit, first: date) -> list[Schedule]:
    """Those of a KST month, at most a minute old. Raises `NotAllowed`, `IamportError`."""
    policy.require(visit.me, policy.SEE)
    return _month(visit.desk.iamport, visit.me, first)


def of_key(visit: Visit, customer_uid: str) -> list[Schedule]:
    """Those of one key, at most a minute old. Raises as `month`."""
    policy.require(visit.me, policy.SEE)
    return _of_key(visit.desk.iamport, visit.me, customer_uid, visit.desk.world.now())


def coming(visit: Visit) -> dict[str, Schedule]:
    """The next schedule of each key, this month or next; with a word of why when i'mport cannot tell.

    An i'mport that cannot be reached makes a reading long, so it is not asked again at every click.
    """
    now = visit.desk.world.now()
    this = day_of(int(now)).replace(day=1)
    failed_at, why = st.session_state.get("coming_failed", (0.0, ""))
    if now - failed_at >= KEPT_S:
        try:
            return query.upcoming([*month(visit, this), *month(visit, query.following(this))], now)
        except DeskError as wrong:
            why = sentence(wrong, visit.t)
            st.session_state.coming_failed = (now, why)
    st.warning(why, icon=":material/cloud_off:")
    return {}


def when(t: Language, at: int) -> str:
    """The KST day and minute of a schedule, which has no seconds that matter."""
    return f"{t.day(day_of(at))} {t.time(at)}"


def forget() -> None:
    """Read afresh next time: something was changed from here."""
    _month.clear()
    _of_key.clear()


@st.cache_data(ttl=KEPT_S, max_entries=24, show_spinner=False)
def _month(_iamport: Iamport, _actor: Actor, first: date) -> list[Schedule]:
    return query.month(_iamport, _actor, first)


@st.cache_data(ttl=KEPT_S, max_entries=200, show_spinner=False)
def _of_key(_iamport: Iamport, _actor: Actor, customer_uid: str, _now: float) -> list[Schedule]:
    return query.of_key(_iamport, _actor, customer_uid, _now)


def table(visit: Visit, listed: list[Schedule], *, key: str, whose: bool = False) -> Schedule | None:
    """The schedules as a table; the one whose row was just clicked. `whose`: with the key of each."""
    t = visit.t
    columns = ("at", "state", *(("whose",) if whose else ()), "name", "amount", "told")
    frame = pd.DataFrame(
        {
            "at": pd.to_datetime([s.schedule_at for s in listed], unit="s", utc=True).tz_convert(KST),
            "state": [[t(STANDING[query.standing(s)].title)] for s in listed],
            "whose": [plain(s.customer_uid) for s in listed],
            "name": [plain(s.name) for s in listed],
            "amount": [s.amount for s in listed],
            "told": [t(failure_of(s.fail_reason).title) if s.failed else "" for s in listed],
        }
    )
    at = rows.clicked(
        frame[list(columns)],
        {
            "at": st.column_config.DatetimeColumn(t("Planned for"), format="YYYY-MM-DD HH:mm", timezone="Asia/Seoul"),
            "state": st.column_config.MultiselectColumn(
                t("State"),
                options=[t(look.title) for look in STANDING.values()],
                color=[look.pill[visit.dark] for look in STANDING.values()],
                width=96,
            ),
            "whose": st.column_config.TextColumn(t("Billing key")),
            "name": st.column_config.TextColumn(t("Product")),
            "amount": st.column_config.NumberColumn(t("Amount (KRW)"), format="localized"),
            "told": st.column_config.TextColumn(t("Reason of failure")),
        },
        key=key,
        tallest=420,
        alt=t("Scheduled charges"),
    )
    return None if at is None else listed[at]
