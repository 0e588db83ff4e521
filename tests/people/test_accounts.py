"""Accounts: names, passwords, and what happens to whoever guesses. Real argon2, both databases, a standing clock."""

from __future__ import annotations

import subprocess
import sys
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from lib import audit
from lib.errors import BadInput, NotAllowed
from lib.people import accounts, sessions
from lib.people.actor import Actor, Role
from lib.store.engine import open_store
from lib.store.migrate import upgrade

GOOD = "맑은 아침의 긴 비밀번호"
WRONG = "not the password at all"
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # where the database is not the point
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def why(call, *args, **named) -> str:
    with pytest.raises(BadInput) as refused:
        call(*args, **named)
    return refused.value.why


@pytest.fixture
def guess(store, world):
    """Try a password; the code of what was wrong, "" when it was right."""

    def try_it(name: str, password: str = WRONG) -> str:
        try:
            accounts.verify(store, world, name, password)
        except BadInput as wrong:
            return wrong.why
        return ""

    return try_it


@pytest.fixture
def hana(store, world, secret):
    return accounts.add(store, world, secret, "김하나", Role.CS, GOOD)


@on_postgresql
def test_an_account_opens_with_its_name_and_password_only(store, world, hana, guess) -> None:
    assert accounts.verify(store, world, "김하나", GOOD) == hana
    apart = [unicodedata.normalize("NFD", text) for text in ("김하나", GOOD)]  # as another keyboard sends it
    assert apart != ["김하나", GOOD]
    assert accounts.verify(store, world, *apart) == hana
    assert accounts.list_all(store) == [hana]
    assert guess("김하나") == guess("김하늬", GOOD) == "wrong_password"
    assert (
        guess("", GOOD)
        == guess("\x00", GOOD)
        == guess("\udcff", GOOD)
        == guess("김하나", "x" * 100_000)
        == "wrong_password"
    )


def test_names_that_look_alike_are_one_name(store, world, secret) -> None:
    accounts.add_without_password(store, world, secret, "Kim Hana", Role.CS)
    for twin in ("KIM hana", "kim hana", "  Kim Hana ", "Ｋｉｍ Ｈａｎａ"):
        assert why(accounts.add_without_password, store, world, secret, twin, Role.ADMIN) == "name_taken"
        assert accounts.actor_named(store, twin) == Actor("Kim Hana", Role.CS)


@on_sqlite
def test_a_name_can_be_read(store, world, secret) -> None:
    for name in ("", "   ", "x" * 41, "a\nb", "a\x00b", "a\u200bb", "\u3164", "\u202eabc", "\ufdfa" * 40):
        assert why(accounts.add, store, world, secret, name, Role.CS, GOOD) == "bad_name"
    assert accounts.list_all(store) == []


PASSWORDS = {
    "short_password": ["", "a" * 11, "짧은비밀번호", "long enough " * 11],
    "weak_password": ["password1234", "PASSWORD!!!!!!", "1q2w3e4r5t6y", "111111111111", "123456789012", "비밀번호123456789",
                      "Paydesk2026!!", "abababababab", "qwertyuiop123"],
}  # fmt: skip


@pytest.mark.parametrize(("code", "password"), [(code, p) for code, all_ in PASSWORDS.items() for p in all_])
def test_a_password_is_long_and_not_everybodys(code, password) -> None:
    assert why(accounts.check, password) == code


@pytest.mark.parametrize("password", [GOOD, "x1y2" * 3, "긴" * 120 + "비밀번호일뿐", "correct horse battery"])
def test_a_long_password_needs_nothing_else(password) -> None:
    accounts.check(password)


def stored_hash(store, name: str) -> str:
    with store.reading() as connection:
        sql = f"SELECT password_hash FROM people WHERE name = '{name}'"  # noqa: S608
        return str(connection.exec_driver_sql(sql).scalar_one())


@on_sqlite
def test_passwords_are_kept_as_argon2id_and_a_weaker_hash_is_made_new_at_sign_in(store, world, hana) -> None:
    kept = extract_parameters(stored_hash(store, hana.name))
    assert (kept.type, kept.memory_cost, kept.time_cost, kept.parallelism) == (Type.ID, 65_536, 3, 1)
    weak = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(GOOD)
    with store.writing() as connection:
        connection.exec_driver_sql(f"UPDATE people SET password_hash = '{weak}'")  # noqa: S608
    accounts.verify(store, world, hana.name, GOOD)
    assert extract_parameters(stored_hash(store, hana.name)) == kept


@on_sqlite
def test_guessing_slows_down_and_then_locks(store, world, clock, hana, guess) -> None:
    """Ten wrong passwords, each as soon as it is let in; then half an hour in which the right one is refused too."""
    assert guess(hana.name) == guess(hana.name) == "wrong_password"
    waits = []
    for _ in range(8):
        assert guess(hana.name) == "wrong_password"
        with pytest.raises(BadInput) as refused:
            accounts.verify(store, world, hana.name, GOOD)
        waits.append((refused.value.why, refused.value.facts["seconds"]))
        clock.wait(waits[-1][1] - 1)
        assert guess(hana.name, GOOD) == waits[-1][0]
        clock.wait(1)
    assert waits == [("slow_down", 2**n) for n in range(7)] + [("locked_out", 1800)]
    assert [guess(hana.name), guess(hana.name), guess(hana.name, GOOD)] == ["wrong_password", "wrong_password", ""]
    assert [guess(hana.name), guess(hana.name, GOOD)] == ["wrong_password", ""]  # counted from none again


@on_sqlite
def test_a_stranger_learns_no_names_from_waiting(guess) -> None:
    assert [guess("아무도 아님") for _ in range(4)] == ["wrong_password"] * 3 + ["slow_down"]


@on_postgresql
def test_the_lock_holds_across_processes_and_restarts(database, clock, secret) -> None:
    store = open_store(database)
    upgrade(store)
    accounts.add(store, clock.world, secret, "김하나", Role.CS, GOOD)
    for _ in range(3):
        assert why(accounts.verify, store, clock.world, "김하나", WRONG) == "wrong_password"
    store.close()
    code = (
        "from lib.errors import BadInput; from lib.people import accounts; from lib.store.engine import open_store\n"
        "from lib.world import World\n"
        f"try: accounts.verify(open_store({database!r}), World(now=lambda: {clock.at}), '김하나', {GOOD!r})\n"
        "except BadInput as wrong: print(wrong.why)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said == "slow_down\n"


def test_many_guesses_at_the_same_moment_are_many_guesses(store, hana, guess) -> None:
    with ThreadPoolExecutor(12) as pool:
        said = list(pool.map(lambda _: guess(hana.name), range(12)))
    assert sorted(said) == ["slow_down"] * 9 + ["wrong_password"] * 3


def test_an_unknown_name_takes_as_long_as_a_wrong_password(clock, world, secret, tmp_path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/desk.db")
    upgrade(store)
    accounts.add(store, world, secret, "김하나", Role.CS, GOOD)

    def seconds(name: str) -> float:
        clock.wait(3600)
        began = time.perf_counter()
        assert why(accounts.verify, store, world, name, WRONG) == "wrong_password"
        return time.perf_counter() - began

    seconds("warm up")
    known, unknown = zip(*((seconds("김하나"), seconds(f"nobody {n}")) for n in range(3)), strict=True)
    store.close()
    assert 0.6 < min(known) / min(unknown) < 1.7  # without the hashing it would be a hundredth


@on_sqlite
def test_a_closed_account_opens_nothing(store, world, secret, hana, guess) -> None:
    cookie = sessions.start(store, world, hana)
    accounts.disable(store, world, secret, hana.name)
    assert guess(hana.name, GOOD) == "disabled"
    assert guess(hana.name) == "wrong_password"
    assert why(accounts.actor_named, store, hana.name) == "disabled"
    assert why(accounts.disable, store, world, secret, hana.name) == "disabled"
    assert why(accounts.set_role, store, world, secret, hana.name, Role.ADMIN) == "disabled"
    assert [account.disabled for account in accounts.list_all(store)] == [True]
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sessions").scalar_one() == 0
    assert cookie


@on_sqlite
def test_a_command_names_somebody_there_is(store) -> None:
    for name in ("", "아무도 아님", "\x00", "\udcff"):
        assert why(accounts.actor_named, store, name) == "unknown_person"


@on_sqlite
def test_only_who_manages_people_changes_people(store, world, secret) -> None:
    hana = accounts.add_without_password(store, world, secret, "김하나", Role.CS)
    for role in set(Role) - {Role.ADMIN}:
        by = Actor("누군가", role, "s")
        with pytest.raises(NotAllowed):
            accounts.add(store, world, secret, "새 사람", Role.ADMIN, GOOD, by=by)
        with pytest.raises(NotAllowed):
            accounts.set_role(store, world, secret, hana.name, Role.ADMIN, by=by)
        with pytest.raises(NotAllowed):
            accounts.disable(store, world, secret, hana.name, by=by)
    assert accounts.list_all(store) == [hana]


def test_every_change_of_people_is_in_the_audit_chain(store, world, secret) -> None:
    hana = accounts.add_without_password(store, world, secret, "김하나", Role.CS)
    admin = Actor("정하늘", Role.ADMIN, "5e55")
    accounts.set_role(store, world, secret, hana.name, Role.FINANCE, by=admin)
    accounts.set_role(store, world, secret, hana.name, Role.FINANCE, by=admin)  # changes nothing
    accounts.disable(store, world, secret, hana.name, by=admin)
    seen = [(e.actor, e.session, e.action, e.object, e.before, e.after) for e in audit.entries(store)]
    assert seen == [
        ("정하늘", "5e55", "disable_person", hana.id, "finance", "disabled"),
        ("정하늘", "5e55", "set_role", hana.id, "cs", "finance"),
        ("command", "", "add_person", hana.id, "", "cs"),
    ]
    assert audit.verify(store, secret) is None


def test_two_who_take_a_name_at_once_do_not_both_get_it(store, world, secret) -> None:
    def take(_: int) -> str:
        try:
            accounts.add_without_password(store, world, secret, "김하나", Role.CS)
        except BadInput as wrong:
            return wrong.why
        return "added"

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(take, range(6))) == ["added", *["name_taken"] * 5]
    assert len(audit.entries(store)) == 1
