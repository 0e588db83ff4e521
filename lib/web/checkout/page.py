"""The HTML of the two pages. Every value is escaped; scripts read their part as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from lib.operations.trials import Trial
from lib.payments import browser_json
from lib.payments.days import moment
from lib.payments.payment_link import OVER, Link, Standing
from lib.payments.verified import Verdict, verdict
from lib.reports.figures.style import METHOD_TITLES
from lib.settings import Settings
from lib.text.escaping import plain
from lib.text.language import Language
from lib.text.sentences import sentence_of
from lib.web import saying

LOOKS: dict[Verdict, str] = {"paid": "good", "account": "wait", "key": "good", "not": "bad"}


def link_page(settings: Settings, t: Language, link: Link, standing: Standing, path: str) -> str:
    """What a customer sees of a payment link: the order, and the way to pay it or what became of it."""
    shown = SHOWN.get(standing.state)
    below = shown(t, standing) if shown else _to_pay(t, link, standing, ready=bool(settings.merchant_code))
    practice = t("A test: no money is really taken.")
    test = f'<p class="soft">{practice}</p>' if link.test else ""
    tax_free = _line(t("Of it tax-free"), t.money(link.tax_free)) if link.tax_free else ""
    until = _line(t("Link valid until"), t.when(link.expires)) if not shown else ""
    body = f"""<p class="shop">{escape(plain(settings.shop))}</p>
<h1>{escape(plain(link.name))}</h1>
<p class="amount">{t.money(link.amount)}</p>
{test}<dl>{tax_free}{_line(t("Order number"), link.merchant_uid)}{until}</dl>
{below}"""
    order = {
        "code": settings.merchant_code,
        "tier": settings.imp_tier,
        "path": path,
        "params": _order(link),
        "of": _of_method(link),
        "words": {"unreachable": t("The payment window cannot be reached. Check your connection and try again.")},
    }
    return saying.page(t, plain(link.name), body, "" if shown else _scripts("pay.js", order, settings))


def trial_page(settings: Settings, t: Language, trial: Trial) -> str:
    """What a tester sees: the parameters, the button that opens the window, and afterwards what came of it."""
    if trial.callback is not None:
        found = verdict(trial.params, trial.payment)
        more = t("Go back to Paydesk to compare what the browser, i'mport and the webhook say.")
        go, back = t("Close this tab and go back to Paydesk"), f"/checkout?view=window&trial={trial.id}"
        below = f"""<p class="said {LOOKS[found]}" role="status">{escape(_said(t, trial, found))}</p>
<p class="soft">{more}</p><a class="go" id="back" href="{escape(back)}">{go}</a>"""
    else:
        go = t("Open the payment window")
        below = f"""<p class="said bad" role="alert" id="said" hidden></p>
<button class="go" type="button" id="open">{go}</button>
<pre tabindex="0">{escape(browser_json.write(trial.params, indent=2))}</pre>"""
    title = t("Trial of the payment window")
    practice = t("This desk is live: what is paid in the window is really paid.")
    if not settings.live:
        practice = t("Practice sandbox")
    body = f"""<p class="shop">{title}</p>
<h1>{escape(plain(str(trial.params.get("name", ""))))}</h1>
<p class="amount">{t.money(int(trial.params.get("amount", 0)))}</p>
<p class="soft">{practice}</p>
{below}"""
    order = {
        "code": settings.merchant_code,
        "tier": settings.imp_tier,
        "path": f"/checkout/run/{trial.id}",
        "params": dict(trial.params),
        "words": {"unreachable": t("The payment window cannot be reached. Check your connection and try again.")},
    }
    return saying.page(t, title, body, _scripts("trial.js", order, settings, opens=trial.callback is None))


def _said(t: Language, trial: Trial, found: Verdict) -> str:
    """What came of a trial, in a sentence."""
    words = {
        "paid": t("i'mport confirms amount and status of this order."),
        "account": t("The account is issued, the deposit is still missing. Do not deliver before status is paid."),
        "key": t("i'mport confirms the billing key of this order. Nothing was paid."),
    }
    if found in words:
        return words[found]
    why = plain(trial.why)
    if not trial.imp_uid:
        return t("The window did not open: {why}", why=why or "-")
    if trial.payment is None:
        return t("i'mport could not be asked, or knows no such payment. Do not deliver.")
    return t("i'mport does not confirm this order as paid: {why}", why=why or trial.payment.status)


def _order(link: Link) -> dict[str, Any]:
    params: dict[str, Any] = {"merchant_uid": link.merchant_uid, "name": link.name, "amount": link.amount}
    params |= {"channelKey": link.channel_key} if link.channel_key else {}
    return params | ({"tax_free": link.tax_free} if link.tax_free else {})


def _of_method(link: Link) -> dict[str, dict[str, Any]]:
    """What a method has beside: an account is due when the link ends, unless the customer asks the window otherwise."""
    due = moment(link.expires)
    assert due is not None
    return {"phone": {"digital": link.digital}, "vbank": {"vbank_due": f"{due:%Y%m%d%H%M%S}"}}


def _line(title: str, value: str) -> str:
    return f"<div><dt>{escape(title)}</dt><dd>{escape(value)}</dd></div>"


def _to_pay(t: Language, link: Link, standing: Standing, *, ready: bool) -> str:
    if not ready:
        closed = t("The shop cannot take payments at this moment.")
        return f'<p class="said bad" role="alert">{closed}</p>'
    methods = "".join(
        f'<label class="tile"><input type="radio" name="pay_method" value="{method}"{" checked" * (not n)}>'
        f"<span>{escape(t(METHOD_TITLES[method]))}</span></label>"
        for n, method in enumerate(link.methods)
    )
    failed = ""
    if standing.fail_reason:
        why = t("The last attempt did not succeed: {why}", why=plain(standing.fail_reason))
        failed = f'<p class="said bad">{escape(why)}</p>'
    way, phone, name = t("Way to pay"), t("Your phone number"), t("Your name")
    pay = t("Pay {amount}", amount=t.money(link.amount))
    return f"""{failed}<form id="pay" autocomplete="on">
<fieldset><legend>{way}</legend>{methods}</fieldset>
<label>{phone}<input name="buyer_tel" type="tel" autocomplete="tel" inputmode="tel" required
 maxlength="20" pattern="[0-9+ \\-]{{8,20}}" placeholder="010-0000-0000"></label>
<label>{name}<input name="buyer_name" autocomplete="name" maxlength="40"></label>
<p class="said bad" role="alert" id="said" hidden></p>
<button class="go" type="submit">{pay}</button></form>"""


def _paid(t: Language, standing: Standing) -> str:
    payment = standing.payment
    assert payment is not None
    if standing.state == "cancelled":
        said = t("This order was paid and has been cancelled since.")
    elif standing.state == "partly":
        said = t("This order is paid. A part of it has been cancelled since.")
    else:
        said = t("This order is paid. Thank you. ({at})", at=t.when(payment.paid_at))
    given = any(odd.code == OVER for odd in standing.odd)
    not_there = t("Do not deposit to the account that you were given before.")
    stop = f'<p class="said bad">{not_there}</p>' if given else ""
    return f'<p class="said good" role="status">{said}</p>{stop}'


def _wrong(t: Language, _standing: Standing) -> str:
    return f'<p class="said bad" role="alert">{sentence_of("link_wrong", t)}</p>'


def _account(t: Language, standing: Standing) -> str:
    payment = standing.payment
    assert payment is not None
    lines = (
        (t("Bank"), plain(payment.vbank_name)),
        (t("Account number"), plain(payment.vbank_num)),
        (t("Account holder"), plain(payment.vbank_holder)),
        (t("Amount"), t.money(payment.amount)),
        (t("Deposit due"), t.when(payment.vbank_date)),
    )
    deposit = t("Deposit exactly this amount to the account before it is due.")
    return f"""<p class="said good" role="status">{deposit}</p>
<dl class="account">{"".join(_line(title, value) for title, value in lines)}</dl>"""


SHOWN = {"paid": _paid, "partly": _paid, "cancelled": _paid, "account": _account, "wrong": _wrong}
"""What stands in the place of the form, by how the link stands."""


def _scripts(name: str, content: Mapping[str, Any], settings: Settings, *, opens: bool = True) -> str:
    """Our own script with what it reads; `opens`: a payment window, which needs iamport.js."""
    text = browser_json.write(content).replace("<", "\\u003c")
    sdk = f'\n<script src="{escape(settings.sdk_url)}"></script>' if opens else ""
    return f"""<script id="order" type="application/json">{text}</script>{sdk}
<script type="module" src="/checkout/files/{name}"></script>"""
