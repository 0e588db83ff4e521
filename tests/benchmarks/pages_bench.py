"""What a page costs the server: an overview's rerun against an empty page's, and 50 people against one alone.

`python -m tests.benchmarks.pages_bench [PAYMENTS]`. Speaks Streamlit's own socket, as a browser would, without drawing.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.conftest import ROOT, answers, environment, free_port

CLICKS = 30
PEOPLE, EVERY_S, ARRIVING_S, SECONDS = 50, 2.0, 10.0, 20


@contextmanager
def served(folder: Path, app: Path, payments: int) -> Iterator[str]:
    """`streamlit run` on a free port; ends with the block."""
    port = free_port()
    env = {**environment(folder, port), "PAYDESK_SANDBOX_PAYMENTS": str(payments)}
    with (folder / f"{port}.log").open("wb") as log:
        command = [sys.executable, "-m", "streamlit", "run", str(app), "--runner.postScriptGC", "false"]
        process = subprocess.Popen(command, cwd=app.parent, env=env, stdout=log, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 300
    while not answers(f"{url}/_stcore/health"):
        log_text = (folder / f"{port}.log").read_text()[-2000:]
        assert process.poll() is None, log_text
        assert time.monotonic() < deadline, log_text
        time.sleep(0.2)
    try:
        yield url
    finally:
        process.terminate()
        process.wait(90)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def cookie(url: str, person: str) -> str:
    """The session cookie of a demo person."""
    data = urllib.parse.urlencode({"person": person, "next": "/"}).encode()
    request = urllib.request.Request(f"{url}/sign-in/demo", data=data, headers={"Origin": url})
    try:
        urllib.request.build_opener(_Stay).open(request)
    except urllib.error.HTTPError as redirected:
        return str(redirected.headers["Set-Cookie"]).partition(";")[0]
    raise AssertionError("nobody was signed in")


async def rerun(socket: object) -> float:
    """Run the page once more; seconds until the script has finished."""
    message = BackMsg()
    message.rerun_script.query_string = ""
    began = time.perf_counter()
    await socket.send(message.SerializeToString())  # type: ignore[attr-defined]
    while True:
        answer = ForwardMsg()
        answer.ParseFromString(await socket.recv())  # type: ignore[attr-defined]
        if answer.WhichOneof("type") == "script_finished":
            return time.perf_counter() - began


def person(url: str, sid: str) -> object:
    address = url.replace("http", "ws") + "/_stcore/stream"
    headers = {"Cookie": sid, "Origin": url}
    return websockets.connect(address, additional_headers=headers, max_size=None, subprotocols=["streamlit"])


async def alone(url: str, sid: str = "") -> list[float]:
    async with person(url, sid) as socket:  # type: ignore[attr-defined]
        await rerun(socket)
        await rerun(socket)
        return [await rerun(socket) for _ in range(CLICKS)]


async def crowd(url: str, sid: str) -> list[float]:
    """50 people, each with a click every two seconds, once all have arrived."""
    opened = time.perf_counter()

    async def one(number: int) -> list[float]:
        await asyncio.sleep(ARRIVING_S * number / PEOPLE)
        async with person(url, sid) as socket:  # type: ignore[attr-defined]
            await rerun(socket)
            await asyncio.sleep(ARRIVING_S - (time.perf_counter() - opened) + EVERY_S * (1 + number / PEOPLE))
            took = []
            ends = time.perf_counter() + SECONDS
            while time.perf_counter() < ends:
                took.append(await rerun(socket))
                await asyncio.sleep(max(0.0, EVERY_S - took[-1]))
            return took

    return [t for person_ in await asyncio.gather(*(one(n) for n in range(PEOPLE))) for t in person_]


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def main() -> None:
    payments = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "empty").mkdir()
        (folder / "empty" / "app.py").write_text("import streamlit as st\nst.write('x')\n")
        with served(folder, folder / "empty" / "app.py", 0) as url:
            empty = asyncio.run(alone(url))
        with served(folder, ROOT / "app.py", payments) as url:
            sid = cookie(url, "김민수")
            wait = time.monotonic() + 300
            while not answers(f"{url}/health") and time.monotonic() < wait:
                time.sleep(0.5)
            time.sleep(float(os.environ.get("SETTLE_S", "15")))
            one = asyncio.run(alone(url, sid))
            many = asyncio.run(crowd(url, sid))
    few, full = statistics.median(empty), statistics.median(one)
    print(f"overview rerun {full * 1e3:.0f} ms, empty page {few * 1e3:.1f} ms: {full / few:.1f} x (goal <= 6)")
    print(
        f"50 people p95 {p95(many) * 1e3:.0f} ms, one alone p95 {p95(one) * 1e3:.0f} ms: {p95(many) / p95(one):.1f} x (goal <= 10)"
    )


if __name__ == "__main__":
    main()
