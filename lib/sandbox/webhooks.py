"""Webhooks as i'mport sends them: told of a payment's change, to the merchant's address or the payment's own.

Told are: paid (any method), a virtual account issued (`ready`) and deposited to (`paid`), a scheduled payment tried
(`paid` or `failed`), a cancellation in the console. Not told: any other failure, a window that was only opened, and a
cancellation by the API unless it asked for it. `{imp_uid, merchant_uid, status}` and, of a cancellation,
`cancellation_id`; unsigned. Sent once, or, with resending on, up to 5 times more, a minute apart, after a network
error or a 5xx. Source: the webhook section of i'mport's manual.

`send` writes into an outbox in the transaction of the change; a thread delivers, so no call waits for a receiver.
"""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lib.sandbox.body import Body
from lib.sandbox.outbound import NotThisMachine, Post, loopback
from lib.sandbox.state import State

CONNECT_S, READ_S = 10, 30
RESENDS, RESEND_EVERY_S, RESEND_READ_S = 5, 60, 15
KEPT = 1_000
POLL_S = 0.5
SOURCES = ("52.78.100.19", "52.78.48.223", "52.78.5.241")
"""Where i'mport sends from. Told in X-Forwarded-For, as the merchant's own proxy would."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the console holds: the addresses for live and test payments ("" = none), form instead of JSON, resending.

    `source` is the address that the webhooks come from.
    """

    url: str = ""
    test_url: str = ""
    form: bool = False
    resend: bool = False
    source: str = SOURCES[0]


def settings(state: State) -> Settings:
    """What is configured."""
    return Settings(**state.fact("webhook", {}))


def configure(state: State, wanted: Settings) -> None:
    """Configure. Raises NotThisMachine when an address is not of this machine."""
    for url in filter(None, (wanted.url, wanted.test_url)):
        loopback(url)
    state.remember("webhook", asdict(wanted))


def listen(state: State, imp_uid: str, urls: Sequence[str]) -> None:
    """A payment's own addresses (`notice_url`), called instead of the merchant's at each of its changes."""
    if urls:
        state.keep("notice", imp_uid, list(urls))


def addresses(state: State, body: Body) -> list[str]:
    """Where a payment's changes are told."""
    own: list[str] = state.kept("notice", body["imp_uid"]) or []
    return own or console(state, body)


def console(state: State, body: Body) -> list[str]:
    """The merchant's configured address for this payment: none or one."""
    known = settings(state)
    return list(filter(None, [known.test_url if body["sandbox"] else known.url]))


def send(state: State, body: Body, urls: Sequence[str] | None = None, *, cancellation_id: str | None = None) -> None:
    """Tell of a payment as it is now, when i'mport tells of such a change (see above), to `urls` or its addresses."""
    if cancellation_id is None and not _told(body):
        return
    content = {name: body[name] for name in ("imp_uid", "merchant_uid", "status")}
    if cancellation_id:
        content["cancellation_id"] = cancellation_id
    now = state.now()
    called = addresses(state, body) if urls is None else urls
    if called and body["status"] == "paid":
        state.keep("told", body["imp_uid"], True)
    for url in called:
        values = (now, now, url, json.dumps(content, ensure_ascii=False), "[]", "waiting")
        state.write("INSERT INTO webhooks(at, due, url, body, attempts, state) VALUES (?,?,?,?,?,?)", values)
        state.write("DELETE FROM webhooks WHERE id <= (SELECT max(id) FROM webhooks) - ?", (KEPT,))
        state.posted.set()


def _told(body: Body) -> bool:
    if body["status"] == "ready":
        return body["vbank_num"] is not None
    return body["status"] == "paid" or (body["status"], body["customer_uid_usage"]) == ("failed", "payment.scheduled")


def was_told(state: State, body: Body) -> bool:
    """A webhook was used when it was paid."""
    return bool(state.kept("told", body["imp_uid"]))


def sent(state: State) -> list[dict[str, Any]]:
    """The last webhooks, oldest first, each with its attempts: when, and the HTTP status or the error.

    `state`: waiting, delivered, given_up, or not_sent (an address that is not of this machine).
    """
    rows = state.rows("SELECT at, url, body, attempts, state FROM webhooks ORDER BY id")
    return [
        {"at": at, "url": url, "body": json.loads(body), "attempts": json.loads(attempts), "state": word}
        for at, url, body, attempts, word in rows
    ]


class Sender:
    """Delivers the outbox in a thread of its own."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._closing = False
        self._post: Post | None = None
        self._thread = threading.Thread(target=self._run, name="sandbox webhooks", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Send nothing more; what waits is kept for the next start."""
        self._closing = True
        self._state.posted.set()
        if self._post:
            self._post.stop()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._closing:
            self._state.posted.clear()
            waiting = self._state.rows("SELECT id, due FROM webhooks WHERE state = 'waiting' ORDER BY due, id LIMIT 1")
            if waiting and waiting[0][1] <= self._state.now():
                self._deliver(waiting[0][0])
            else:
                self._state.posted.wait(POLL_S if waiting else None)

    def _deliver(self, number: int) -> None:
        ((url, text, kept),) = self._state.rows("SELECT url, body, attempts FROM webhooks WHERE id = ?", (number,))
        attempts = json.loads(kept)
        known = settings(self._state)
        attempt: dict[str, Any] = {"at": self._state.now(), "status": None, "error": None}
        state, due = "delivered", self._state.now()
        try:
            self._post = Post(url)
            read_s = RESEND_READ_S if attempts else READ_S
            headers = {"X-Forwarded-For": known.source}
            reply = self._post.send(
                json.loads(text), form=known.form, headers=headers, connect_s=CONNECT_S, read_s=read_s
            )
            attempt["status"] = reply.status
        except NotThisMachine as no:
            attempt["error"], state = str(no), "not_sent"
        except (OSError, http.client.HTTPException, ValueError) as broken:
            attempt["error"] = type(broken).__name__
        if self._closing:
            return
        if state == "delivered" and (attempt["error"] or attempt["status"] >= 500):
            again = known.resend and len(attempts) < RESENDS
            state, due = ("waiting", due + RESEND_EVERY_S) if again else ("given_up", due)
        values = (json.dumps([*attempts, attempt]), state, due, number)
        self._state.write("UPDATE webhooks SET attempts = ?, state = ?, due = ? WHERE id = ?", values)
