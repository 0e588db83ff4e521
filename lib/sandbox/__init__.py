"""An offline i'mport for a KICC merchant, over real HTTP, at least as strict as the real one.

`state` is what it knows, `rules` what it refuses, `endpoints` the API, `serving` the path of a call through them,
`faults` what goes wrong on order, `control` the API for tests. `webhooks` is what the merchant's server is told, through
`outbound`. `window` is the payment window and its script. `merchant` is the make-believe shop, `orders` one of its
payments, `people` its words, `growth` its days going on. It shares no rule with the rest of the desk, so that each checks the other.
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

from lib.sandbox import control, growth, merchant, rules, webhooks, window
from lib.sandbox.call import Endpoint, failed, refused
from lib.sandbox.endpoints import authenticate, cancel, payments, prepare, subscribe, tables
from lib.sandbox.endpoints.authenticate import KEY, SECRET
from lib.sandbox.faults import Cuttable
from lib.sandbox.rules import Rule
from lib.sandbox.serving import Service
from lib.sandbox.state import State
from lib.world import World

__all__ = ["KEY", "SECRET", "Sandbox", "build"]

TABLE: tuple[tuple[str, str, Endpoint], ...] = (
    ("POST", "/users/getToken", authenticate.get_token),
    ("GET", "/payments/status/{status}", payments.by_status),
    ("GET", "/payments/find/{merchant_uid}", payments.find),
    ("GET", "/payments/find/{merchant_uid}/{status}", payments.find),
    ("GET", "/payments/findAll/{merchant_uid}", payments.find_all),
    ("GET", "/payments/findAll/{merchant_uid}/{status}", payments.find_all),
    ("POST", "/payments/cancel", cancel.cancel),
    ("POST", "/payments/prepare", prepare.prepare),
    ("PUT", "/payments/prepare", prepare.prepare),
    ("GET", "/payments/prepare/{merchant_uid}", prepare.prepared),
    ("GET", "/payments", payments.several),
    ("GET", "/payments/{imp_uid}", payments.one),
    ("GET", "/subscribe/customers", subscribe.customers),
    ("GET", "/subscribe/customers/{customer_uid}", subscribe.customer),
    ("GET", "/subscribe/customers/{customer_uid}/payments", subscribe.customer_payments),
    ("GET", "/users/pg", tables.channels),
    ("GET", "/cards", tables.cards),
    ("GET", "/cards/{code}", tables.cards),
    ("GET", "/banks", tables.banks),
    ("GET", "/banks/{code}", tables.banks),
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
    grow: bool = True,
    webhook: str | None = None,
) -> Sandbox:
    """Open the shop in `state` (a file; None = memory); an empty one is filled with `payments` over `days` KST days.

    `partly` is the status word that a payment carries while a balance remains after a partial cancellation. `grow`:
    it goes on selling while it runs, and makes up for the time it was closed. `webhook` is the address on this machine
    that is told of payments ("" = none; None = as it was): see `webhooks`.
    """
    shop = State(world, state, partly)
    if not shop.fact("filled", False):
        now = shop.now()
        shop.fill(merchant.history(seed, now, payments, days, partly))
        shop.put_customers(merchant.customers(seed, now, payments))
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
