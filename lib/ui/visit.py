"""Who is here: the person, the language, the time of day and the running desk. Every page begins with `required()`."""

from __future__ import annotations

import html
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import streamlit as st

from lib import desk
from lib.desk import Desk
from lib.errors import SignedOut
from lib.people import demo, sessions
from lib.people.actor import Actor
from lib.text.language import Language, language
from lib.text.sentences import sentence_of

SESSION, LANGUAGE = "paydesk_session", "paydesk_language"


@dataclass(frozen=True, slots=True)
class Visit:
    """One run of a page: `desk` (the parts), `t` (the language), `actor` (None when signed out), `dark`, and the `cookie`
    of the session."""

    desk: Desk
    t: Language
    actor: Actor | None
    dark: bool
    cookie: str = ""

    @property
    def me(self) -> Actor:
        """The person who is signed in now, with the role of this moment: asked each time, for a dialog may stay open
        longer than the session of the run that drew it. Raises `SignedOut`."""
        return sessions.actor(self.desk.store, self.desk.world, self.cookie)


def current() -> Visit:
    """This run's visit. The session row is asked at every run, so that a session that ended stays out at once."""
    parts = desk.running()
    cookie = st.context.cookies.get(SESSION, "")
    try:
        actor = sessions.actor(parts.store, parts.world, cookie)
    except SignedOut:
        actor = None
    chosen = st.context.cookies.get(LANGUAGE) or st.context.locale or "ko"
    return Visit(parts, language(chosen), actor, st.context.theme.type == "dark", cookie)


def required() -> Visit:
    """The visit of somebody signed in; anybody else is asked to sign in and the page ends there."""
    visit = current()
    if visit.actor is None:
        sign_in(visit)
        st.stop()
    return visit


def here() -> str:
    """The path and query of the page in the browser, for a form that comes back to it."""
    path = urlsplit(st.context.url or "/").path or "/"
    query = {name: st.query_params.get_all(name) for name in st.query_params if name not in ("sign_in", "seconds")}
    return path + (f"?{urlencode(query, doseq=True)}" if query else "")


def sign_in(visit: Visit) -> None:
    """The sign-in screen: a form to our own route, and in the sandbox one button for each demo person."""
    t = visit.t
    _, middle, _ = st.columns([1, 1.2, 1])
    with middle, st.container(border=True):
        st.header(t("Sign in to Paydesk"), anchor=False)
        wrong = st.query_params.get("sign_in")
        if wrong:
            st.error(sentence_of(wrong, t, seconds=st.query_params.get("seconds", "")), icon=":material/error:")
        st.html(_form(t, here()))
        if visit.desk.settings.sandboxed:
            st.caption(t("This is the sandbox: no real money moves. Look around as one of these people."))
            st.html(_demo_forms(t, here()))
        st.html(language_form(t, here()))


def _form(t: Language, back: str) -> str:
    name, password, enter = t("Name"), t("Password"), t("Sign in")
    return f"""{STYLE}<form class="pd" method="post" action="/sign-in">
<input type="hidden" name="next" value="{html.escape(back)}">
<label>{name}<input type="text" name="account" autocomplete="username" required maxlength="80"></label>
<label>{password}<input type="password" name="password" autocomplete="current-password" required maxlength="128">
</label><button class="main" type="submit">{enter}</button></form>"""


def _demo_forms(t: Language, back: str) -> str:
    buttons = "".join(
        f'<button type="submit" name="person" value="{html.escape(person.name)}"><b>{html.escape(person.name)}</b>'
        f"<span>{t(person.role.words)}</span></button>"
        for person in demo.PEOPLE
    )
    return f"""<form class="pd people" method="post" action="/sign-in/demo">
<input type="hidden" name="next" value="{html.escape(back)}">{buttons}</form>"""


def language_form(t: Language, back: str) -> str:
    """Two small buttons: 한국어, English."""
    return f"""{STYLE}<form class="pd words" method="post" action="/language">
<input type="hidden" name="next" value="{html.escape(back)}">
<button type="submit" name="language" value="ko" {"disabled" if t.code == "ko" else ""} lang="ko">한국어</button>
<button type="submit" name="language" value="en" {"disabled" if t.code == "en" else ""} lang="en">English</button>
</form>"""


STYLE = """<style>
form.pd {display:grid; gap:.7rem; margin:0; font:inherit; color:inherit}
form.pd label {display:grid; gap:.3rem; font-weight:600; font-size:.9rem}
form.pd input {font:inherit; font-weight:400; color:inherit; background:transparent; border:1px solid #8892a6;
  border-radius:8px; padding:.55rem .7rem; min-width:0}
form.pd button {font:inherit; color:inherit; background:transparent; border:1px solid rgba(128,140,160,.45);
  border-radius:8px; padding:.5rem .8rem; cursor:pointer; min-height:2.6rem}
form.pd button:hover {border-color:#2563eb}
form.pd button:focus-visible, form.pd input:focus-visible {outline:2px solid #2563eb; outline-offset:1px}
form.pd button.main {background:#1d4ed8; border-color:#1d4ed8; color:#fff; font-weight:650}
form.pd.people {grid-template-columns:1fr 1fr}
form.pd.people button {display:grid; text-align:left; gap:.1rem}
form.pd.people span {opacity:.75; font-size:.86rem}
form.pd.words {display:flex; gap:.3rem}
form.pd.words button {border:0; padding:.2rem .4rem; min-height:0; font-size:.86rem; text-decoration:underline}
form.pd.words button:disabled {text-decoration:none; font-weight:650; color:inherit; cursor:default}
form.pd.out button {width:100%; min-height:2.1rem; padding:.25rem .6rem; font-size:.92rem}
</style>"""
