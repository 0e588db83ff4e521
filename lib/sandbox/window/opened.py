"""The windows that are open: each belongs to one payment and is decided once, however often somebody clicks."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from lib.sandbox import keyed, rules, webhooks
from lib.sandbox.outbound import NotThisMachine, loopback
from lib.sandbox.state import State
from lib.sandbox.window import confirming, means, outcome, parameters
from lib.sandbox.window.means import APPROVE, FAILURES, LEFT, Choice, NotOffered
from lib.sandbox.window.parameters import PAID, Order, Wrong

KEPT = 1_000
NOT_PREPARED = "사전등록된 금액과 결제요청 금액이 일치하지 않습니다."
ELSEWHERE = "모의 결제창은 이 컴퓨터의 주소(localhost)만 호출할 수 있습니다(confirm_url)."


@dataclass(slots=True)
class Window:
    """One window: `key` is its secret name, `origin` the site that may hear its answer, `answer` what was told."""

    key: str
    order: Order
    imp_uid: str
    mobile: bool
    origin: str
    deciding: threading.Lock = field(default_factory=threading.Lock)
    answer: dict[str, Any] | None = None


class Windows:
    """The last windows of a shop, in memory: one that was open when the sandbox stopped stays a `ready` payment."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._open: OrderedDict[str, Window] = OrderedDict()

    def open(self, given: dict[str, Any], user_agent: str) -> Window:
        """Open what `given` asks for: {code, tier, mobile, origin, params}. Raises `Wrong`, and leaves no payment then."""
        state, mobile = self._state, bool(given.get("mobile"))
        params = given.get("params")
        parameters.merchant(given.get("code"), given.get("tier"))
        order = parameters.order(params if isinstance(params, dict) else {}, state.now(), mobile)
        _callable(order.confirm_url)
        with state.changing():
            self._refuse_paid(order)
            if state.prepared(order.merchant_uid) not in (None, order.amount):
                raise Wrong(NOT_PREPARED)
            bits = state.world.random_bits(36)
            body = outcome.started(order, state.now(), bits, mobile=mobile, user_agent=user_agent)
            state.put(body, order.tax_free, body["started_at"])
            webhooks.listen(state, body["imp_uid"], order.notice_url)
        window = Window(state.world.nonce(), order, body["imp_uid"], mobile, str(given.get("origin") or "null"))
        with state.lock:
            self._open[window.key] = window
            while len(self._open) > KEPT:
                self._open.popitem(last=False)
        return window

    def find(self, key: str) -> Window | None:
        """A window by its secret name."""
        with self._state.lock:
            return self._open.get(key)

    def decide(self, window: Window, choice: Choice) -> dict[str, Any]:
        """The buyer pays; `choice["outcome"]` is `approve` or the code of what goes wrong. Raises `NotOffered`."""
        with window.deciding:
            if window.answer is None:
                window.answer = self._decided(window, choice)
            return window.answer

    def leave(self, window: Window) -> dict[str, Any]:
        """The buyer closes the window; what was decided before stays."""
        with window.deciding:
            if window.answer is None:
                window.answer = self._failed(window, {}, FAILURES[LEFT])
            return window.answer

    def _decided(self, window: Window, choice: Choice) -> dict[str, Any]:
        order, state = window.order, self._state
        fields = means.fields(order, choice)
        wanted = choice.get("outcome", APPROVE)
        if wanted != APPROVE and wanted not in means.REASONS[order.method]:
            raise NotOffered("outcome")
        if order.confirm_url and not order.customer_uid:
            known = state.payment(window.imp_uid)
            assert known is not None
            if reason := confirming.stopped(order.confirm_url, known[0]):
                return self._failed(window, fields, reason)
        if wanted != APPROVE:
            return self._failed(window, fields, FAILURES[wanted])
        try:
            return self._approved(window, fields)
        except Wrong as wrong:
            return self._failed(window, fields, str(wrong)) | {"error_code": wrong.code}

    def _approved(self, window: Window, fields: dict[str, Any]) -> dict[str, Any]:
        order, state = window.order, self._state
        with state.changing():
            self._refuse_paid(order)  # another window of the same order may have been faster
            known = state.payment(window.imp_uid)
            assert known is not None
            at = state.now()
            body = outcome.approved(order, known[0], fields, at, state.world.random_bits(64))
            state.put(body, order.tax_free, at)
            if order.customer_uid:
                keyed.register(state, outcome.billing_key(body))
            webhooks.send(state, body)
        return outcome.told(order, body)

    def _failed(self, window: Window, fields: dict[str, Any], reason: str) -> dict[str, Any]:
        state = self._state
        with state.changing():
            known = state.payment(window.imp_uid)
            assert known is not None
            body = outcome.failed(known[0], fields, reason, state.now())
            state.put(body, window.order.tax_free, body["failed_at"])
        return outcome.told(window.order, body)

    def _refuse_paid(self, order: Order) -> None:
        if any(body["paid_at"] for body in self._state.attempts(order.merchant_uid)):
            raise Wrong(rules.PAID_ALREADY.message, PAID)


def _callable(url: str) -> None:
    """A shop that cannot be asked would stop every payment: say so before the window opens."""
    try:
        if url:
            loopback(url)
    except NotThisMachine:
        raise Wrong(ELSEWHERE) from None
