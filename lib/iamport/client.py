"""i'mport's REST API as typed calls. Reads are repeated with back-off; the one money call is in `lib.iamport.money`.

Source of every rule: i'mport's published schema and developers' documentation (V1).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx

from lib.iamport import money, wire
from lib.iamport.answer import Answer
from lib.iamport.errors import (
    AddressBlocked,
    BadAnswer,
    HttpError,
    NotFound,
    OddPayment,
    Refused,
    Unreachable,
    WrongKey,
)
from lib.iamport.permit import SendPermit
from lib.iamport.retrying import Again, attempts
from lib.iamport.retrying import Retrying as Retrying
from lib.iamport.token import EARLY_S, Token
from lib.iamport.transport import Got, TooLarge, checked, exchange, host_of, refusal
from lib.payments.record import Payment, Unread
from lib.world import World

BATCH = 100
PAGE = 1000
PAGES_MAX = 1000
WORLD = World()
RETRYING = Retrying()
TIMEOUT = httpx.Timeout(connect=5, write=10, read=30, pool=10)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list: `total` of the window, `next` page (0 at the end), `asked_at` ms before the request started;
    `unread`: records on it that cannot be understood."""

    total: int
    next: int
    payments: list[Payment]
    asked_at: int
    unread: list[Unread] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many records it holds."""
        return len(self.payments) + len(self.unread)


class Iamport:
    """The client; safe for many threads. `base_url` without a trailing slash; `tier` an agency's sub-merchant code.

    Every method may raise `Unreachable`, `HttpError`, `Refused` (and its kinds) and `BadAnswer`.
    """

    def __init__(
        self,
        *,
        base_url: str,
        key: str,
        secret: str,
        tier: str = "",
        world: World = WORLD,
        retrying: Retrying = RETRYING,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._key, self._secret, self._tier = key, secret, tier
        self._world = world
        self._retrying = retrying
        self._token = Token(self._fetch_token, world)
        self._offset: float | None = None
        self._lock = threading.Lock()
        self._client = httpx.Client(
            timeout=TIMEOUT,
            trust_env=False,
            follow_redirects=False,
            limits=httpx.Limits(max_connections=16, max_keepalive_connections=8),
        )

    # -- reading ---------------------------------------------------------------------------------------------------

    def payment(self, imp_uid: str) -> Payment:
        """One payment, test channel or not. Raises `NotFound`, `OddPayment`."""
        return wire.payment(self._get(f"/payments/{quote(imp_uid, safe='')}", {"include_sandbox": "true"}))

    def raw(self, imp_uid: str) -> dict[str, object]:
        """One payment as i'mport answered it, card numbers masked. Raises `NotFound`."""
        return wire.raw(self._get(f"/payments/{quote(imp_uid, safe='')}", {"include_sandbox": "true"}))

    def payments(self, imp_uids: Sequence[str]) -> tuple[list[Payment], list[Unread]]:
        """These payments, 100 a call, and those that cannot be understood; those that i'mport does not know are absent."""
        found: list[Payment] = []
        odd: list[Unread] = []
        for at in range(0, len(imp_uids), BATCH):
            query = "&".join(f"imp_uid[]={quote(uid, safe='')}" for uid in imp_uids[at : at + BATCH])
            try:
                read, unread = wire.payments(self._get(f"/payments?{query}"))
            except NotFound:
                continue
            found += read
            odd += unread
        return found, odd

    def find_all(self, merchant_uid: str) -> list[Payment]:
        """Every payment of an order, whatever its status; none is an empty list.

        Raises `OddPayment` where one of them cannot be understood: who asks must not think that it is not there.
        """
        found: list[Payment] = []
        path = f"/payments/findAll/{quote(merchant_uid, safe='')}/all"
        number = 1
        for _ in range(PAGES_MAX):
            try:
                _, following, rows, odd = wire.page(self._get(path, {"page": str(number)}))
            except NotFound:
                break
            except Refused as refused:
                if number > 1 and refused.facts["http_status"] == 400:
                    break
                raise
            if odd:
                raise OddPayment(**odd[0]._asdict())
            found += rows
            if not following or not rows:
                break
            number = following
        return found

    def page(
        self, *, status: str, since: int, until: int, page: int, limit: int = PAGE, sorting: str = "started"
    ) -> Page:
        """A page of `/payments/status/{…}`; `since` and `until` are inclusive epoch seconds, at most 90 days apart.

        A page past the data is 400: an empty page. So is a 400 on page 1 when another, surely valid call works.
        """
        asked_at = int(self._world.now() * 1000)
        query = {"page": page, "limit": limit, "from": since, "to": until, "sorting": sorting}
        try:
            body = self._get(f"/payments/status/{status}", {name: str(value) for name, value in query.items()})
        except Refused as refused:
            if refused.facts["http_status"] != 400:
                raise
            if page == 1:
                self.channels()
            return Page(0, 0, [], asked_at)
        total, following, rows, odd = wire.page(body)
        return Page(total, following, rows, asked_at, odd)

    def channels(self) -> list[dict[str, object]]:
        """The payment channels (gateway, MID, channel key) of this merchant."""
        content = wire.content(self._get("/users/pg"))
        if not isinstance(content, list):
            raise BadAnswer(why="not an array of channels")
        return [channel for channel in content if isinstance(channel, dict)]

    def customer(self, customer_uid: str) -> dict[str, object] | None:
        """A stored billing key, or None: unknown is 404 in the schema, 200 with code 1 in older answers."""
        content = self.read(f"/subscribe/customers/{quote(customer_uid, safe='')}")
        return content if isinstance(content, dict) else None

    def read(self, path: str, query: dict[str, str] | None = None, *, nothing: Set[int] = frozenset()) -> object:
        """The content of a GET as plain JSON values, card numbers masked; None where i'mport has nothing under it.

        Nothing is 404, HTTP 200 with code 1 (older answers), or one of the statuses in `nothing`.
        """
        try:
            return wire.content(self._get(path, query))
        except NotFound:
            return None
        except Refused as refused:
            status = refused.facts["http_status"]
            if status in nothing or (status == 200 and refused.facts["iamport_code"] == 1):
                return None
            raise

    def prepare(self, merchant_uid: str, amount: int) -> None:
        """Fix the amount (KRW) of an order that is not paid yet: no window opens for another one. Moves no money and may
        be repeated; the last amount counts. An order registered before answers code 1 to a POST and takes a PUT."""
        fixed = {"merchant_uid": merchant_uid, "amount": amount}
        try:
            self._call("POST", "/payments/prepare", json=fixed)
        except Refused as refused:
            if refused.facts["http_status"] != 200:
                raise
            self._call("PUT", "/payments/prepare", json=fixed)

    def token_ready(self, seconds: float) -> None:
        """Make sure, where i'mport permits it, that the token lives at least `seconds` more."""
        self._token.get(max(seconds, EARLY_S))

    def clock_offset(self) -> float | None:
        """The server's `Date` minus the local clock in seconds, from the last answer; None before the first."""
        return self._offset

    # -- the changing call --------------------------------------------------------------------------------------------

    def send(self, permit: SendPermit) -> Answer:
        """Send the permit's request once. Never raises for the network; see `lib.iamport.answer`."""
        return money.send(self._base_url, permit, self._headers, self._world)

    def close(self) -> None:
        """Give back the connections."""
        self._client.close()

    # -- how -------------------------------------------------------------------------------------------------------

    def _headers(self, refused: str = "") -> dict[str, str]:
        headers = {"Authorization": self._token.get(refused=refused), "Accept": "application/json"}
        return headers | {"Tier": self._tier} if self._tier else headers

    def _fetch_token(self) -> tuple[str, float]:
        """(token, remaining seconds). Raises `WrongKey` where the pair is not accepted."""
        pair = {"imp_key": self._key, "imp_secret": self._secret}
        try:
            body = self._repeat(
                lambda: self._client.build_request("POST", f"{self._base_url}/users/getToken", json=pair)
            )
        except AddressBlocked:
            raise
        except Refused as refused:
            raise WrongKey(**refused.facts) from None
        content = wire.plain(body)
        value = content.get("access_token") if isinstance(content, dict) else None
        if not isinstance(content, dict) or not isinstance(value, str) or not (value.isascii() and value.isprintable()):
            raise BadAnswer(why="no token in the answer")
        ends, now = content.get("expired_at"), content.get("now")
        life = float(ends - now) if isinstance(ends, int | float) and isinstance(now, int | float) else 60.0
        return value, life

    def _get(self, path: str, query: dict[str, str] | None = None) -> bytes:
        return self._call("GET", path, params=query)

    def _call(self, method: str, path: str, **content: Any) -> bytes:
        """A call that may be repeated: with a token, renewed once after a 401."""
        headers = self._headers()

        def build() -> httpx.Request:
            return self._client.build_request(method, self._base_url + path, headers=headers, **content)

        try:
            return self._repeat(build)
        except Refused as refused:
            if refused.facts["http_status"] != 401:
                raise
        headers = self._headers(refused=headers["Authorization"])
        try:
            return self._repeat(build)
        except Refused as refused:
            if refused.facts["http_status"] == 401:  # the pair is good, the token fresh: the address it is
                raise AddressBlocked(**refused.facts) from None
            raise

    def _repeat(self, build: Callable[[], httpx.Request]) -> bytes:
        """The body of a success; transport errors, 5xx and 429 are repeated with back-off and jitter, then raised."""
        try:
            for attempt in attempts(self._retrying):
                with attempt:
                    return checked(self._once(build()))
        except Again as again:
            raise again.error from None
        raise AssertionError("unreachable")

    def _once(self, request: httpx.Request) -> Got:
        try:
            got = exchange(self._client, request)
        except TooLarge:
            raise BadAnswer(why="the body is larger than any answer of i'mport") from None
        except httpx.HTTPError as broken:
            raise Again(request, Unreachable(url=host_of(self._base_url), why=type(broken).__name__)) from None
        if got.date is not None:
            self._offset = got.date - self._world.now()
        if got.status == 429 or got.status >= 500:
            envelope = wire.opened(got.body)
            raise Again(request, refusal(got.status, envelope) if envelope else HttpError(http_status=got.status))
        return got
