"""Demo people: there in the sandbox, without passwords; closed for good where a real key is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from lib import audit
from lib.errors import BadInput, SignedOut
from lib.people import accounts, demo, sessions
from lib.people.actor import Role


def test_there_is_one_person_of_each_role(store, world, secret) -> None:
    demo.ensure(store, world, secret)
    demo.ensure(store, world, secret)
    assert [tuple(person) for person in demo.PEOPLE] == [
        ("이수연", Role.CS),
        ("김민수", Role.FINANCE),
        ("박서영", Role.VIEWER),
        ("정하늘", Role.ADMIN),
    ]
    assert {(a.name, a.role) for a in accounts.list_all(store)} == {(p.name, p.role) for p in demo.PEOPLE}
    for person in demo.PEOPLE:
        account = demo.account(store, person.name)
        cookie = sessions.start(store, world, account)
        assert sessions.actor(store, world, cookie).role is person.role
    assert len(audit.entries(store)) == 4


def test_processes_that_start_together_make_them_once(store, world, secret) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: demo.ensure(store, world, secret), range(4)))
    assert len(accounts.list_all(store)) == 4
    assert audit.verify(store, secret) is None


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_password_opens_them(store, world, secret) -> None:
    demo.ensure(store, world, secret)
    for password in ("", "nobody's password"):
        with pytest.raises(BadInput) as refused:
            accounts.verify(store, world, "이수연", password)
        assert refused.value.why == "wrong_password"


def test_only_demo_people_come_in_without_a_password(store, world, secret) -> None:
    """Not a real person, not even one called like a demo person, who had the name first."""
    real = accounts.add(store, world, secret, "김민수", Role.ADMIN, "맑은 아침의 긴 비밀번호")
    demo.ensure(store, world, secret)
    for name in ("김민수", "아무도 아님", ""):
        with pytest.raises(BadInput) as refused:
            demo.account(store, name)
        assert refused.value.why == "unknown_person"
    demo.refuse(store)
    assert accounts.named(store, "김민수") == real


def test_a_real_key_closes_them_for_good(store, world, secret) -> None:
    demo.ensure(store, world, secret)
    cookie = sessions.start(store, world, demo.account(store, "이수연"))
    demo.refuse(store)
    demo.refuse(store)
    demo.ensure(store, world, secret)
    with pytest.raises(SignedOut):
        sessions.actor(store, world, cookie)
    with pytest.raises(BadInput):
        demo.account(store, "이수연")
    assert all(account.disabled for account in accounts.list_all(store))
