"""`python -m lib sandbox`: three lines, an answer, a good end."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_three_lines_then_it_answers_until_told_to_stop(tmp_path: Path):
    command = [sys.executable, "-m", "lib", "sandbox", "--port", "0", "--payments", "50", "--state", "shop.db"]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        lines = [process.stdout.readline().strip() for _ in range(3)]
        names, values = zip(*(line.split(": ", 1) for line in lines), strict=True)
        assert names == ("url", "key", "secret")
        with urllib.request.urlopen(f"{values[0]}/_sandbox", timeout=5) as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert process.stdout.read() == ""
    assert (tmp_path / "shop.db").exists()


def test_a_port_that_is_taken_is_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "lib", "sandbox", "--port", port, "--payments", "5"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.returncode != 0
    assert port in done.stderr
    assert "Traceback" not in done.stderr


def test_webhooks_are_sent_to_this_machine_only():
    command = [
        sys.executable,
        "-m",
        "lib",
        "sandbox",
        "--port",
        "0",
        "--payments",
        "5",
        "--webhook",
        "http://192.0.2.1/",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert done.returncode != 0
    assert "only addresses of this machine are called" in done.stderr
    assert "Traceback" not in done.stderr
