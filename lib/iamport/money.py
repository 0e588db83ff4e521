"""The call that changes something: one request, under a permit, on a connection of its own. What the answer means is the journal's.

Nothing is reused between calls (no keep-alive), so that a connection the server just closed cannot swallow a request;
nothing is repeated; nothing is followed. JSON with a length: a body that is cut on the way is no other valid refund.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import httpx
import msgspec

from lib.iamport import scrubbing, wire
from lib.iamport.answer import Answer, Reached
from lib.iamport.errors import BadAnswer, IamportError
from lib.iamport.permit import SendPermit
from lib.iamport.transport import Got, TooLarge, exchange
from lib.payments.record import Payment
from lib.world import World

TIMEOUT = httpx.Timeout(connect=5, write=10, read=70, pool=5)
BODY_BYTES_MAX = 1024 * 1024
RECORD_CHARS_MAX = 2048

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


def send(base_url: str, permit: SendPermit, headers: Callable[[], dict[str, str]], world: World) -> Answer:
    """Send the permit's request; whatever happens becomes an `Answer`.

    `headers()` gives the token's headers and may raise an `IamportError`: then nothing was sent.
    """
    if hashlib.sha256(permit.body).hexdigest() != permit.body_sha256:
        return Answer(Reached.NOT_SENT, why="the body is not the one that was permitted")
    try:
        signed = headers()
    except IamportError as error:
        return Answer(Reached.NOT_SENT, why=f"no token: {error.code}")
    if permit.body:
        signed = signed | {"Content-Type": "application/json"}
    transport = httpx.HTTPTransport(
        retries=0, http2=False, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0)
    )
    with httpx.Client(timeout=TIMEOUT, trust_env=False, follow_redirects=False, transport=transport) as client:
        request = client.build_request(
            permit.method, base_url + permit.path, content=permit.body or None, headers=signed
        )
        if world.monotonic() > permit.deadline:
            return Answer(Reached.NOT_SENT, why="the permit's deadline passed")
        try:
            got = exchange(client, request, BODY_BYTES_MAX)
        except _NOT_SENT as error:
            return Answer(Reached.NOT_SENT, why=type(error).__name__)
        except TooLarge:
            return Answer(Reached.ANSWERED, why="the body is larger than 1 MB")
        except httpx.HTTPError as error:
            return Answer(Reached.NO_ANSWER, why=type(error).__name__)
    return answered(got)


def answered(got: Got) -> Answer:
    """The facts of an HTTP answer: whether it is i'mport's envelope, and the payment in it when it is whole."""
    envelope = wire.opened(got.body)
    body = recorded(got.body)
    if envelope is None:
        return Answer(Reached.ANSWERED, http_status=got.status, why="not i'mport's envelope", body=body)
    payment: Payment | None = None
    why = ""
    if bytes(envelope.response) != b"null":
        try:
            payment = wire.payment(got.body)
        except BadAnswer as bad:
            why = str(bad.facts["why"])
    return Answer(
        Reached.ANSWERED,
        http_status=got.status,
        envelope=True,
        code=envelope.code,
        message=envelope.message or "",
        payment=payment,
        why=why,
        body=body,
    )


def recorded(body: bytes) -> str:
    """The answer's text for the record: card numbers masked, at most 2 KB."""
    try:
        text = msgspec.json.encode(scrubbing.deep(msgspec.json.decode(body))).decode()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        text = scrubbing.text(body[: RECORD_CHARS_MAX * 4].decode("utf-8", "replace"))
    return text.replace("\x00", "")[:RECORD_CHARS_MAX]
