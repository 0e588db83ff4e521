"""Every route of our own, in one table."""

from __future__ import annotations

from lib.web import exports, health, sign_in, webhooks
from lib.web.checkout import routes as checkout

ROUTES = [*sign_in.ROUTES, *exports.ROUTES, *health.ROUTES, *webhooks.ROUTES, *checkout.ROUTES]
