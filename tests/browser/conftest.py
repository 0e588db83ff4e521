"""The desk in a process of its own, on a free port with its own files, and a real Chromium before it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import chromium

ROOT = Path(__file__).parent.parent.parent
AT_REST = """() => { const a = document.querySelector('[data-testid="stApp"]');
  return a && a.dataset.testScriptState === 'notRunning' && !document.querySelector('[data-stale="true"]') }"""

expect.set_options(timeout=30_000)  # a busy machine must not fail what only takes its time


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@dataclass
class Running:
    """A running desk: its address, and the sandbox's control API beside it."""

    url: str
    folder: Path

    def control(self, method: str, path: str, body: object | None = None) -> dict:
        request = urllib.request.Request(
            f"{self.url}/sandbox/_sandbox{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"{}")

    def command(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """`python -m lib …` beside the running app, on its database."""
        return subprocess.run(
            [sys.executable, "-m", "lib", *words],
            cwd=ROOT,
            env=environment(self.folder, int(self.url.rsplit(":", 1)[1])),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


def environment(folder: Path, port: int) -> dict[str, str]:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("IMP_", "DATABASE_", "PAYDESK_", "STREAMLIT_"))}
    return {
        **env,
        "DATABASE_URL": f"sqlite:///{folder}/paydesk.db",
        "STREAMLIT_SERVER_PORT": str(port),
        "PAYDESK_SANDBOX_PAYMENTS": "3000",
        "PAYDESK_HOLD_SECONDS": "3",
        "PAYDESK_LIMIT_CS": "200000",
    }


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The app, its sandbox read completely."""
    folder, port = tmp_path_factory.mktemp("desk"), free_port()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py"],
            cwd=ROOT,
            env=environment(folder, port),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    running = Running(f"http://127.0.0.1:{port}", folder)
    try:
        deadline = time.monotonic() + 120
        while not answers(f"{running.url}/_stcore/health") or not synced(running):
            assert process.poll() is None, (folder / "log").read_text()[-3000:]
            assert time.monotonic() < deadline, (folder / "log").read_text()[-3000:]
            time.sleep(0.3)
        yield running
    finally:
        process.terminate()
        process.wait(90)


def synced(running: Running) -> bool:
    try:
        with urllib.request.urlopen(f"{running.url}/health", timeout=5) as answer:
            return bool(json.loads(answer.read())["as_of"])
    except OSError:
        return False


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        started = play.chromium.launch(executable_path=chromium.find(), args=quiet)
        yield started
        started.close()


Visitor = Callable[..., Page]


@pytest.fixture
def visitor(desk: Running, browser: Browser) -> Iterator[Visitor]:
    """Opens a page in a browser of its own: `visitor("김민수", locale="ko-KR", path="/payments")`; None = signed out."""
    contexts = []

    def open_page(person: str | None, *, locale: str = "ko-KR", path: str = "/", width: int = 1440) -> Page:
        size = {"width": width, "height": 900}
        context = browser.new_context(locale=locale, timezone_id="Asia/Seoul", viewport=size)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(40_000)
        page.goto(desk.url + path)
        at_rest(page)
        if person:
            page.locator("form.people button", has_text=person).click()
            page.wait_for_selector('[data-testid="stSidebar"]', state="attached")
            at_rest(page)
        return page

    yield open_page
    for context in contexts:
        context.close()


def at_rest(page: Page) -> None:
    """The script has run and nothing on the page is about to be replaced."""
    page.wait_for_selector('[data-testid="stApp"]')
    page.wait_for_function(AT_REST, timeout=60_000)
    page.wait_for_timeout(250)
    page.wait_for_function(AT_REST, timeout=60_000)
