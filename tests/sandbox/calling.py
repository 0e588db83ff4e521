"""A plain caller of the sandbox: httpx and a token, none of the desk's own client."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.sandbox_server import Served


@dataclass
class Caller:
    served: Served
    http: httpx.Client
    token: str = field(default="")

    def sign_in(self) -> None:
        answer = self.http.post("/users/getToken", json={"imp_key": self.served.key, "imp_secret": self.served.secret})
        self.token = answer.json()["response"]["access_token"]

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.http.get(path, params=query or None, headers={"Authorization": self.token})

    def post(self, path: str, **body: Any) -> httpx.Response:
        return self.http.post(path, json=body, headers={"Authorization": self.token})

    def send(self, method: str, path: str, **body: Any) -> httpx.Response:
        return self.http.request(method, path, json=body or None, headers={"Authorization": self.token})

    def cancel(self, imp_uid: str, **body: Any) -> dict[str, Any]:
        answer = self.post("/payments/cancel", imp_uid=imp_uid, **body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def payment(self, imp_uid: str) -> dict[str, Any]:
        return self.get(f"/payments/{imp_uid}").json()["response"]

    def make(self, **wished: Any) -> dict[str, Any]:
        return self.served.control("POST", "/payments", wished)

    def fault(self, kind: str, endpoint: str = "*", **more: Any) -> None:
        self.served.control("POST", "/faults", {"kind": kind, "endpoint": endpoint, **more})

    def now(self) -> int:
        return self.served.control("GET", "")["now"]

    def pages(self, status: str = "all", **query: Any) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        page = 1
        while page:
            answer = self.get(f"/payments/status/{status}", page=page, **{"limit": 1000, **query}).json()["response"]
            rows += answer["list"]
            page = answer["next"]
        assert answer["total"] == len(rows)
        return rows


def calling(served: Served) -> Caller:
    caller = Caller(served, httpx.Client(base_url=served.url, timeout=20))
    caller.sign_in()
    return caller


def said(answer: httpx.Response) -> tuple[int, int, str]:
    """A refusal: HTTP status, code and sentence."""
    body = answer.json()
    assert body["response"] is None
    assert body["code"] != 0
    return answer.status_code, body["code"], body["message"]
