"""The confirm process: just before an approval the shop is asked, and anything but HTTP 200 in time stops the payment.

A virtual account is taken for approved when it is issued; a card that is only registered is not approved at all.
"""

from __future__ import annotations

import http.client
import json
import threading

from lib.sandbox.body import Body
from lib.sandbox.outbound import Post

WITHIN_S = 10.0
STOPPED = "고객사 요청에 의해 결제를 중단합니다. (상세사유 : {reason})"
UNKNOWN = "알 수 없음"


def stopped(url: str, body: Body, within_s: float = WITHIN_S) -> str | None:
    """Why the payment stops, as `fail_reason` keeps it; None lets it go on."""
    asked = {name: body[name] for name in ("imp_uid", "merchant_uid", "amount")}
    post, late = Post(url), threading.Event()

    def ring() -> None:
        late.set()
        post.stop()

    bell = threading.Timer(within_s, ring)  # for the whole call: a shop that answers byte by byte is late, too
    bell.start()
    try:
        reply = post.send(asked, connect_s=within_s, read_s=within_s)
    except (OSError, http.client.HTTPException):
        return STOPPED.format(reason=UNKNOWN)
    finally:
        bell.cancel()
    if late.is_set():
        return STOPPED.format(reason=UNKNOWN)
    return None if reply.status == 200 else STOPPED.format(reason=_reason(reply.body))


def _reason(answer: bytes) -> str:
    try:
        told = json.loads(answer)
    except ValueError:
        return UNKNOWN
    reason = told.get("reason") if isinstance(told, dict) else None
    return reason if isinstance(reason, str) and reason else UNKNOWN
