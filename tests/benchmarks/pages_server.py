"""Serves lists of made payments from memory, as fast as Python can: an i'mport that is never the bottleneck.

Run as a process of its own: `python -m tests.benchmarks.pages_server PAYMENTS DELAY_MS` prints its address.
"""

from __future__ import annotations

import json
import random
import sys
import time
from bisect import bisect_left, bisect_right
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

DAYS = 300
SURNAMES, GIVEN = "김이박최정강조윤장임", ("지민", "서연", "하준", "도윤", "봉팔", "민수", "은우", "서준")
GOODS = ("노르웨이 회전 의자", "원목 책상", "여름 원피스", "캠핑 랜턴", "무선 청소기")


def made(number: int, now: int, chance: random.Random) -> dict[str, object]:
    """One payment with all published fields, 15 % of them cancelled."""
    started = now - chance.randrange(DAYS * 86_400) - 100
    status = chance.choices(("paid", "cancelled", "failed", "ready"), (75, 15, 5, 5))[0]
    amount = chance.randrange(10, 3000) * 100
    method = chance.choices(("card", "trans", "vbank", "phone"), (75, 10, 10, 5))[0]
    tid = f"{chance.randrange(10**19):020d}"
    cancelled_at = min(now - 50, started + chance.randrange(86_400)) if status == "cancelled" else 0
    entry = {"pg_tid": tid, "amount": amount, "cancelled_at": cancelled_at, "reason": "단순 변심"}
    history = [entry | {"cancellation_id": f"c{number}", "receipt_url": None}] if cancelled_at else []
    texts = ("bank_code", "bank_name", "vbank_code", "vbank_name", "vbank_num", "vbank_holder", "emb_pg_provider")
    texts += ("card_issuer_code", "card_issuer_name", "card_publisher_code", "card_publisher_name")
    card = method == "card"
    return dict.fromkeys(texts) | {
        "imp_uid": f"imp_{chance.randrange(10**12):012d}",
        "merchant_uid": f"ORD{number:010d}-{chance.randrange(10**6):06d}",
        "pay_method": method,
        "channel": "mobile",
        "pg_provider": "kicc",
        "pg_tid": tid,
        "pg_id": f"T51020{chance.randrange(4)}",
        "escrow": False,
        "apply_num": f"{chance.randrange(10**8):08d}" if card else None,
        "card_code": "366" if card else None,
        "card_name": "신한카드" if card else None,
        "card_quota": 0,
        "card_number": f"940000******{chance.randrange(10**4):04d}" if card else None,
        "card_type": 0 if card else None,
        "vbank_date": 0,
        "vbank_issued_at": 0,
        "name": chance.choice(GOODS),
        "amount": amount,
        "cancel_amount": amount if history else 0,
        "currency": "KRW",
        "buyer_name": chance.choice(SURNAMES) + chance.choice(GIVEN),
        "buyer_email": f"buyer{chance.randrange(10**6)}@example.com",
        "buyer_tel": f"010-{chance.randrange(10**4):04d}-{chance.randrange(10**4):04d}",
        "buyer_addr": "서울특별시 강남구 예시로 1",
        "buyer_postcode": "06000",
        "custom_data": '{"channel":"web","agent":null}',
        "user_agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)",
        "status": status,
        "started_at": started,
        "paid_at": started + 40 if status in ("paid", "cancelled") else 0,
        "failed_at": started + 40 if status == "failed" else 0,
        "cancelled_at": cancelled_at,
        "fail_reason": None,
        "cancel_reason": "단순 변심" if history else None,
        "receipt_url": f"https://office.easypay.co.kr/receipt/ReceiptBranch.jsp?controlNo={tid}&payment=01",
        "cancel_history": history,
        "cancel_receipt_urls": [],
        "cash_receipt_issued": False,
        "customer_uid": None,
        "customer_uid_usage": None,
        "sandbox": False,
    }


class Lists:
    """The payments as encoded rows, in order of the time that lists go by."""

    def __init__(self, payments: int, seed: int = 1) -> None:
        chance, now = random.Random(seed), int(time.time())
        rows = [made(number, now, chance) for number in range(payments)]
        clocks = {"paid": "paid_at", "cancelled": "cancelled_at", "failed": "failed_at", "ready": "started_at"}
        ordered = sorted((row[clocks[str(row["status"])]], row["imp_uid"], row) for row in rows)
        self.clock = [at for at, _, _ in ordered]
        self.rows = [json.dumps(row, ensure_ascii=False).encode() for _, _, row in ordered]

    def page(self, since: int, until: int, number: int, limit: int, newest: bool) -> bytes:
        """The body of one page; all orders are that of the list's time."""
        first, last = bisect_left(self.clock, since), bisect_right(self.clock, until)
        total, at = last - first, (number - 1) * limit
        if newest:  # noqa: SIM108  # each side fills a line
            part = self.rows[max(first, last - at - limit) : max(first, last - at)][::-1]
        else:
            part = self.rows[first + at : min(last, first + at + limit)]
        following = number + 1 if at + limit < total else 0
        head = f'{{"code":0,"message":null,"response":{{"total":{total},"previous":{number - 1},"next":{following},"list":['
        return head.encode() + b",".join(part) + b"]}}"


def serve(lists: Lists, delay_s: float) -> None:
    """Answer for ever; the address goes to stdout."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *_args: object) -> None:
            pass

        def answer(self, body: bytes) -> None:
            time.sleep(delay_s)
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            self.wfile.write(head.encode() + f"Date: {self.date_time_string()}\r\n\r\n".encode() + body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            now = int(time.time())
            token = {"access_token": "t", "now": now, "expired_at": now + 1800}
            self.answer(json.dumps({"code": 0, "message": None, "response": token}).encode())

        def do_GET(self) -> None:
            query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            if not self.path.startswith("/payments/status/"):
                return self.answer(b'{"code":0,"message":null,"response":[]}')
            until = int(query.get("to", time.time()))
            since = int(query.get("from", until - 90 * 86_400))
            number, limit = int(query.get("page", 1)), int(query.get("limit", 20))
            return self.answer(lists.page(since, until, number, limit, query.get("sorting", "-")[0] == "-"))

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    serve(Lists(int(sys.argv[1])), int(sys.argv[2]) / 1000)
