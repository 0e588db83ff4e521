"""An offline i'mport for a KICC merchant, over real HTTP, at least as strict as the real one.

`state` is what it knows, `rules` what it refuses, `gateways` who can do what, `endpoints` the API, `serving` the path of
a call through them. `charges` and `schedules` take money without a window, `keyed` are cards typed into the API, `window`
is the payment window and its script. `webhooks` is what the merchant's server is told, through `outbound`. `faults` is
what goes wrong on order, `control` the API for tests, `console` what people do in it. `merchant` is the make-believe
shop, `orders` one of its payments, `people` its words, `subscriptions` its subscribers, `growth` its days going on.

It shares no rule with the rest of the desk, so that each checks the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from lib.sandbox import control, growth, merchant, rules, subscriptions, webhooks, window
from lib.sandbox.call import Endpoint, failed, refused
from lib.sandbox.endpoints import (
    authenticate,
    cancel,
    certifications,
    customers,
    elsewhere,
    escrow,
    payments,
    prepare,
    receipts,
    schedule,
    subscribe,
    tables,
    vbanks,
)
from lib.sandbox.endpoints.authenticate import KEY, SECRET
from lib.sandbox.faults import Cuttable
from lib.sandbox.rules import Rule
from lib.sandbox.serving import Service
from lib.sandbox.state import State, Switches
from lib.world import World

__all__ = ["KEY", "SECRET", "Sandbox", "build"]

TABLE: tuple[tuple[str, str, Endpoint], ...] = (
    ("POST", "/users/getToken", authenticate.get_token),
    ("GET", "/payments/status/{status}", payments.by_status),
    ("GET", "/payments/find/{merchant_uid}", payments.find),
    ("GET", "/payments/find/{merchant_uid}/", payments.find),
    ("GET", "/payments/find/{merchant_uid}/{status}", payments.find),
    ("GET", "/payments/findAll/{merchant_uid}", payments.find_all),
    ("GET", "/payments/findAll/{merchant_uid}/", payments.find_all),
    ("GET", "/payments/findAll/{merchant_uid}/{status}", payments.find_all),
    ("POST", "/payments/cancel", cancel.cancel),
    ("POST", "/payments/prepare", prepare.prepare),
    ("PUT", "/payments/prepare", prepare.prepare),
    ("GET", "/payments/prepare/{merchant_uid}", prepare.prepared),
    ("GET", "/payments", payments.several),
    ("GET", "/payments/{imp_uid}", payments.one),
    ("GET", "/payments/{imp_uid}/balance", payments.balance),
    ("POST", "/subscribe/payments/again", subscribe.again),
    ("POST", "/subscribe/payments/onetime", subscribe.onetime),
    ("GET", "/subscribe/payments/schedule", schedule.several),
    ("POST", "/subscribe/payments/schedule", schedule.register),
    ("POST", "/subscribe/payments/unschedule", schedule.unschedule),
    ("GET", "/subscribe/payments/schedule/customers/{customer_uid}", schedule.of_customer),
    ("GET", "/subscribe/payments/schedule/{merchant_uid}", schedule.one),
    ("PUT", "/subscribe/payments/schedule/{merchant_uid}", schedule.move),
    ("POST", "/subscribe/payments/schedule/{merchant_uid}/reschedule", schedule.reschedule),
    ("POST", "/subscribe/payments/schedule/{merchant_uid}/retry", schedule.retry),
    ("GET", "/subscribe/customers", customers.several),
    ("GET", "/subscribe/customers/{customer_uid}", customers.one),
    ("POST", "/subscribe/customers/{customer_uid}", customers.register),
    ("DELETE", "/subscribe/customers/{customer_uid}", customers.delete),
    ("GET", "/subscribe/customers/{customer_uid}/payments", customers.payments),
    ("GET", "/subscribe/customers/{customer_uid}/schedules", schedule.of_customer),
    ("POST", "/vbanks", vbanks.issue),
    ("PUT", "/vbanks/{imp_uid}", vbanks.change),
    ("DELETE", "/vbanks/{imp_uid}", vbanks.close),
    ("GET", "/escrows/logis/{imp_uid}", escrow.one),
    ("POST", "/escrows/logis/{imp_uid}", escrow.register),
    ("PUT", "/escrows/logis/{imp_uid}", escrow.change),
    ("GET", "/receipts/external/{merchant_uid}", receipts.external),
    ("POST", "/receipts/external/{merchant_uid}", receipts.issue_external),
    ("DELETE", "/receipts/external/{merchant_uid}", receipts.cancel_external),
    ("GET", "/receipts/{imp_uid}", receipts.one),
    ("POST", "/receipts/{imp_uid}", receipts.issue),
    ("DELETE", "/receipts/{imp_uid}", receipts.cancel),
    ("POST", "/certifications/otp/request", certifications.request),
    ("POST", "/certifications/otp/confirm/{imp_uid}", certifications.confirm),
    ("GET", "/certifications/{imp_uid}", certifications.one),
    ("DELETE", "/certifications/{imp_uid}", certifications.delete),
    ("GET", "/users/pg", tables.channels),
    ("GET", "/tiers/{tier_code}", tables.tier),
    ("GET", "/cards", tables.cards),
    ("GET", "/cards/{code}", tables.cards),
    ("GET", "/banks", tables.banks),
    ("GET", "/banks/{code}", tables.banks),
    *((method, path, elsewhere.unsupported) for method, path in elsewhere.PATHS),
)


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running shop: mount `app` anywhere; `key` and `secret` are the pair it accepts."""

    app: ASGIApp
    key: str
    secret: str
    state: State
    service: Service

    def close(self) -> None:
        """Stop what is still to come, and close its file."""
        self.service.close()
        self.state.close()


def build(
    world: World,
    *,
    payments: int = 20_000,
    days: int = 120,
    seed: int = 1,
    state: Path | None = None,
    partly: Literal["cancelled", "paid"] = "cancelled",
    schedules: Literal["paged", "array"] = "paged",
    deliveries: Literal["kicc", "published"] = "kicc",
    grow: bool = True,
    webhook: str | None = None,
) -> Sandbox:
    """Open the shop in `state` (a file; None = memory); an empty one is filled with `payments` over `days` KST days.

    `partly`, `schedules` and `deliveries` are the `Switches`: what the contract leaves open. `grow`: it goes on selling
    while it runs, and makes up for the time it was closed. `webhook` is the address on this machine that is told of
    payments ("" = none; None = as it was): see `webhooks`.
    """
    shop = State(world, state, Switches(partly, schedules, deliveries))
    if not shop.fact("filled", False):
        now = shop.now()
        shop.fill(merchant.history(seed, now, payments, days, partly))
        shop.put_customers(merchant.customers(seed, now, payments))
        subscriptions.recall(shop)
        shop.remember("seed", seed)
        shop.remember("grown_to", now)
        shop.remember("filled", True)
    shop.remember("growing", grow)
    if webhook is not None:
        webhooks.configure(shop, replace(webhooks.settings(shop), url=webhook, test_url=webhook))
    growth.catch_up(shop)
    service = Service(shop)
    routes = control.routes(service, {f"{method} {path}" for method, path, _ in TABLE})
    for method, path, endpoint in TABLE:
        routes.append(Route(path, service.route(f"{method} {path}", endpoint), methods=[method]))
    routes += window.routes(window.Windows(shop))
    app = Starlette(
        routes=routes,
        exception_handlers={404: _unknown(rules.NO_SUCH_PATH), 405: _unknown(rules.WRONG_METHOD), 500: failed},
    )
    return Sandbox(Cuttable(app), KEY, SECRET, shop, service)


def _unknown(rule: Rule) -> Callable[[Request, Exception], Response]:
    return lambda _request, _error: refused(rule)
