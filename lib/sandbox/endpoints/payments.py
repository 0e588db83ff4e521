"""Reading payments: lists by status and time, one, several, by order."""

from __future__ import annotations

import json

from lib.sandbox import gateways, rules
from lib.sandbox.body import Body, last_change
from lib.sandbox.call import Call, Raw
from lib.sandbox.rules import Refusal
from lib.sandbox.state import State

DAYS_90, MOST = 90 * 86_400, 1000
SORTINGS = {
    "started": "started, imp_uid",
    "-started": "started DESC, imp_uid DESC",
    "paid": "paid, started, imp_uid",
    "-paid": "paid DESC, started DESC, imp_uid DESC",
    "updated": "updated, imp_uid",
    "-updated": "updated DESC, imp_uid DESC",
}
STATUSES = ("all", "ready", "paid", "cancelled", "failed")


def by_status(state: State, call: Call) -> object:
    """GET /payments/status/{status}: the time compared is that of the final status, bounds inclusive."""
    status = call.path["status"]
    order = SORTINGS.get(call.text("sorting", "-started"))
    page, limit = call.number("page", 1), call.number("limit", 20)
    until = call.number("to", state.now())
    since = call.number("from", until - DAYS_90)
    if status not in STATUSES:
        raise Refusal(rules.BAD_STATUS)
    if order is None or page < 1 or since > until:
        raise Refusal(rules.BAD_PARAMETER)
    if not 1 <= limit <= MOST:
        raise Refusal(rules.LIMIT)
    if until - since > DAYS_90:
        raise Refusal(rules.TOO_LONG_WINDOW)
    total, rows = state.page(status, since, until, order, (page - 1) * limit, limit, call.stale)
    return paged(total, rows, page, limit)


def paged(total: int, rows: list[str], page: int, limit: int) -> Raw:
    """A page of ready-made JSON; a page past the end is refused, but for an empty first one."""
    if not rows and page > 1:
        raise Refusal(rules.PAGE_PAST_END)
    following = page + 1 if page * limit < total else 0
    return Raw(f'{{"total":{total},"previous":{page - 1},"next":{following},"list":[{",".join(rows)}]}}')


def one(state: State, call: Call) -> object:
    """GET /payments/{imp_uid}; a test channel's payment only with include_sandbox=true."""
    found = state.payment(call.path["imp_uid"], call.stale)
    if found is None or (found[0]["sandbox"] and call.text("include_sandbox") != "true"):
        raise Refusal(rules.NO_SUCH_PAYMENT)
    return found[0]


def balance(state: State, call: Call) -> object:
    """GET /payments/{imp_uid}/balance: how an amount splits up, in KRW; PAYCO's payments only."""
    found = state.payment(call.path["imp_uid"], call.stale)
    if found is None:
        raise Refusal(rules.NO_SUCH_PAYMENT)
    body, free = found
    gateways.demand("balance", body["pg_provider"])
    taxed = body["amount"] - body["cancel_amount"] - free
    vat = round(taxed / 11)
    nothing = {"tax_free": 0, "supply": 0, "vat": 0, "service": 0}
    split = {
        "cash_receipt": nothing,
        "primary": {"tax_free": free, "supply": taxed - vat, "vat": vat, "service": 0},
        "secondary": nothing,
        "discount": nothing,
    }
    return {"amount": body["amount"], **split, "histories": [split | {"created": last_change(body)}]}


def several(state: State, call: Call) -> object:
    """GET /payments?imp_uid[]=…&merchant_uid[]=…: 207 when some are missing, 404 when all are."""
    imp_uids, orders = call.query.get("imp_uid[]", []), call.query.get("merchant_uid[]", [])
    if not imp_uids and not orders:
        raise Refusal(rules.BAD_PARAMETER)
    if len(imp_uids) + len(orders) > 100:
        raise Refusal(rules.TOO_MANY_IDS)
    bodies, missing = {}, False
    for imp_uid in imp_uids:
        found = state.payment(imp_uid, call.stale)
        if found and not found[0]["sandbox"]:
            bodies[imp_uid] = found[0]
        missing |= imp_uid not in bodies
    for order in orders:
        attempts = _shown(state.attempts(order, call.stale))
        bodies |= {body["imp_uid"]: body for body in attempts[:1]}
        missing |= not attempts
    if not bodies:
        raise Refusal(rules.NO_SUCH_PAYMENT)
    return Raw(json.dumps(list(bodies.values()), ensure_ascii=False), 207 if missing else 200)


def find(state: State, call: Call) -> object:
    """GET /payments/find/{merchant_uid}[/{status}]: the last started."""
    found = _of_order(state, call)
    if not found:
        raise Refusal(rules.NO_SUCH_PAYMENT)
    return found[0]


def find_all(state: State, call: Call) -> object:
    """GET /payments/findAll/{merchant_uid}[/{status}], paged."""
    found, page, limit = _of_order(state, call), call.number("page", 1), call.number("limit", 20)
    if not found:
        raise Refusal(rules.NO_SUCH_PAYMENT)
    if page < 1:
        raise Refusal(rules.BAD_PARAMETER)
    if not 1 <= limit <= MOST:
        raise Refusal(rules.LIMIT)
    rows = [json.dumps(body, ensure_ascii=False) for body in found[(page - 1) * limit : page * limit]]
    return paged(len(found), rows, page, limit)


def _shown(bodies: list[Body]) -> list[Body]:
    """Payments of the test channel are asked for singly, and nowhere else."""
    return [body for body in bodies if not body["sandbox"]]


def _of_order(state: State, call: Call) -> list[Body]:
    status, sorting = call.path.get("status", "all"), call.text("sorting", "-started")
    if status not in STATUSES:
        raise Refusal(rules.BAD_STATUS)
    if sorting not in SORTINGS:
        raise Refusal(rules.BAD_PARAMETER)
    attempts = _shown(state.attempts(call.path["merchant_uid"], call.stale))
    found = [body for body in attempts if status in ("all", body["status"])]
    return sorted(found, key=lambda body: _moment(body, sorting.lstrip("-")), reverse=sorting.startswith("-"))


def _moment(body: Body, sorting: str) -> tuple[int, int]:
    at = last_change(body) if sorting == "updated" else int(body[f"{sorting}_at"])
    return at, int(body["started_at"])
