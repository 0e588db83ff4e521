"""The one table of pages, and the links between them."""

from __future__ import annotations

from typing import Any, NamedTuple

import streamlit as st

from lib.people import policy
from lib.settings import ROOT
from lib.text.language import Language
from lib.ui.visit import Visit


class Screen(NamedTuple):
    """One page: its script and address, icon, the English title, the section it stands in, and the right to see it."""

    name: str
    icon: str
    title: str
    section: str = ""
    action: str = policy.SEE
    hidden: bool = False


SCREENS = (
    Screen("overview", ":material/monitoring:", "Overview"),
    Screen("payments", ":material/receipt_long:", "Payments"),
    Screen("payment", ":material/receipt:", "Payment", hidden=True),
    Screen("operations", ":material/pending_actions:", "Work in progress", section="Work"),
    Screen("approvals", ":material/group:", "Approvals", section="Work", action=policy.REFUND),
    Screen("bulk", ":material/upload_file:", "Bulk refunds", section="Work", action=policy.REFUND),
    Screen("virtual_accounts", ":material/account_balance:", "Virtual accounts", section="Orders"),
    Screen("escrow", ":material/local_shipping:", "Escrow", section="Orders"),
    Screen("checkout", ":material/add_card:", "Checkout", section="Orders", action=policy.ASK_PAYMENT),
    Screen("billing_keys", ":material/credit_card:", "Billing keys", section="Recurring payments"),
    Screen("billing_key", ":material/credit_card:", "Billing key", section="Recurring payments", hidden=True),
    Screen("schedules", ":material/calendar_month:", "Scheduled charges", section="Recurring payments"),
    Screen("activity", ":material/history:", "Activity", section="Records", action=policy.SEE_ACTIVITY),
)


def page_settings() -> None:
    """Title, icon (a local file: Streamlit would fetch another from outside) and width."""
    st.set_page_config(page_title="Paydesk", page_icon=str(ROOT / "static" / "icon.svg"), layout="wide")
    st.logo(str(ROOT / "static" / "logo.svg"), size="medium", icon_image=str(ROOT / "static" / "icon.svg"))


def choose(visit: Visit) -> Any:
    """Tell Streamlit the pages this person may see; returns the one asked for. Signed out, the menu is hidden."""
    sections: dict[str, list[Any]] = {}
    for screen in SCREENS:
        if visit.actor is None or policy.may(visit.actor, screen.action):
            sections.setdefault(visit.t(screen.section) if screen.section else "", []).append(_page(visit.t, screen))
    return st.navigation(sections, position="sidebar" if visit.actor else "hidden", expanded=True)


def page(visit: Visit, name: str) -> Any:
    """The page called `name`, for `st.switch_page` and `st.page_link`."""
    return _page(visit.t, next(screen for screen in SCREENS if screen.name == name))


def offered(visit: Visit, name: str) -> bool:
    """Whether there is a page of this name, and this person may see it."""
    return any(screen.name == name and policy.may(visit.me, screen.action) for screen in SCREENS)


def _page(t: Language, screen: Screen) -> Any:
    return st.Page(
        ROOT / "pages" / f"{screen.name}.py",
        title=t(screen.title),
        icon=screen.icon,
        url_path=screen.name,
        default=screen is SCREENS[0],
        visibility="hidden" if screen.hidden else "visible",
    )
