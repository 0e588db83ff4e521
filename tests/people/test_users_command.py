"""`python -m lib users` as an administrator types it: real processes, pipes and a real terminal."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import subprocess
import sys
import termios

import pytest

from lib import audit
from lib.errors import BadInput
from lib.people import accounts, demo
from lib.people.actor import Role
from lib.settings import ROOT
from lib.store.engine import open_store
from lib.world import World

SECRET = "the desk's secret of 32 or more bytes"
GOOD = "맑은 아침의 긴 비밀번호"
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@pytest.fixture
def environment(database) -> dict[str, str]:
    """A desk with a key of its own, for which the sandbox's people do not exist."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    desk = {"DATABASE_URL": database, "IMP_KEY": "key", "IMP_SECRET": "hidden", "PAYDESK_SECRET": SECRET}
    return kept | desk | {"LANG": "C.UTF-8", "PYTHONUTF8": "1"}


@pytest.fixture
def users(environment):
    def run(*words: str, typed: str | None = None) -> subprocess.CompletedProcess[str]:
        given = {"stdin": subprocess.DEVNULL} if typed is None else {"input": typed}
        command = [sys.executable, "-m", "lib", "users", *words]
        return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, **given)

    return run


def opens(database: str, name: str, password: str) -> Role:
    store = open_store(database)
    account = accounts.verify(store, World(), name, password)
    assert audit.verify(store, SECRET.encode()) is None
    store.close()
    return account.role


@on_postgresql
def test_people_are_added_and_listed(users, database) -> None:
    piped = users("add", "김하나", "--role", "cs", "--password-stdin", typed=GOOD + "\n")
    assert (piped.returncode, piped.stdout, piped.stderr) == (0, "김하나: cs\n", "")
    made = users("add", "이두리", "--role", "admin")
    assert made.returncode == 0, made.stderr
    first, second = made.stdout.splitlines()
    assert first == "이두리: admin"
    password = second.removeprefix("password: ")
    assert len(password) >= 24
    assert opens(database, "김하나", GOOD) is Role.CS
    assert opens(database, "이두리", password) is Role.ADMIN

    again = users("add", "김하나", "--role", "viewer")
    assert (again.returncode, again.stdout) == (1, "")
    assert "김하나" in again.stderr

    listed = json.loads(users("list", "--json").stdout)
    assert [(row["name"], row["role"], row["disabled"]) for row in listed] == [
        ("김하나", "cs", False),
        ("이두리", "admin", False),
    ]
    lines = users("list").stdout.splitlines()
    assert [line.split("\t")[:3] for line in lines] == [["김하나", "cs", "active"], ["이두리", "admin", "active"]]


@on_sqlite
def test_a_role_is_changed_and_an_account_closed(users, database) -> None:
    users("add", "김하나", "--role", "cs", "--password-stdin", typed=GOOD + "\n")
    changed = users("role", "김하나", "finance")
    assert (changed.returncode, changed.stdout, changed.stderr) == (0, "김하나: finance\n", "")
    assert opens(database, "김하나", GOOD) is Role.FINANCE
    assert users("role", "김하나", "owner").returncode == 2

    closed = users("disable", "김하나")
    assert (closed.returncode, closed.stdout) == (0, "김하나: disabled\n")
    with pytest.raises(BadInput, match="disabled"):
        opens(database, "김하나", GOOD)
    for words in (("disable", "김하나"), ("role", "김하나", "cs")):
        again = users(*words)
        assert (again.returncode, again.stdout) == (1, "")
        assert again.stderr == "This account is closed. Ask an administrator.\n"
    nobody = users("disable", "이두리")
    assert (nobody.returncode, "이두리" in nobody.stderr) == (1, True)


@on_sqlite
def test_what_cannot_be_is_said_in_one_sentence(users) -> None:
    refused = users("add", "김하나", "--role", "cs", "--password-stdin", typed="short\n")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "A password has 12 to 128 characters. Type another.\n"


@on_sqlite
def test_at_a_terminal_the_password_is_asked_for_twice_and_never_shown(environment, database) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "lib", "users", "add", "김하나", "--role", "finance"]
    process = subprocess.Popen(
        command, env=environment, cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )  # fmt: skip
    os.close(theirs)
    seen = b""
    try:
        for prompt in (b"Password: ", b"confirmation: "):
            while not seen.endswith(prompt):
                seen += os.read(ours, 1000)
            os.write(ours, (GOOD + "\n").encode())
        while chunk := _read(ours):
            seen += chunk
    finally:
        assert process.wait(30) == 0, seen.decode()
        os.close(ours)
    assert "김하나: finance" in seen.decode()
    assert GOOD not in seen.decode()
    assert opens(database, "김하나", GOOD) is Role.FINANCE


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1000)
    except OSError:  # the other side closed it
        return b""


@on_sqlite
def test_the_sandboxs_people_are_there_until_the_desk_has_a_key(environment, users) -> None:
    key = {name: environment.pop(name) for name in ("IMP_KEY", "IMP_SECRET")}
    listed = json.loads(users("list", "--json").stdout)
    assert {(row["name"], row["role"], row["disabled"]) for row in listed} == {
        (person.name, person.role.value, False) for person in demo.PEOPLE
    }
    environment.update(key)
    assert all(row["disabled"] for row in json.loads(users("list", "--json").stdout))
