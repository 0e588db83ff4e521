"""Who may do what, written out: the table of rights against a drawing of it, and nothing beside it."""

from __future__ import annotations

import pytest

from lib.errors import NotAllowed
from lib.people import policy
from lib.people.actor import Actor, Role

RIGHTS = """
              | viewer | cs  | finance | admin
see           | yes    | yes | yes     | yes
see_raw       |        |     | yes     | yes
refund        |        | yes | yes     |
decide        |        |     | yes     |
approve       |        |     | yes     |
charge        |        |     | yes     |
billing       |        | yes | yes     |
ship          |        | yes | yes     |
cash          |        | yes | yes     |
ask_payment   |        | yes | yes     |
export        |        | yes | yes     |
sync_now      |        | yes | yes     |
see_activity  |        |     | yes     | yes
manage_people |        |     |         | yes
"""


def drawn() -> dict[tuple[str, Role], bool]:
    head, *rows = [[cell.strip() for cell in line.split("|")] for line in RIGHTS.strip("\n").splitlines()]
    return {
        (action, Role(role)): cell == "yes"
        for action, *cells in rows
        for role, cell in zip(head[1:], cells, strict=True)
    }


@pytest.mark.parametrize(("action", "role"), drawn())
def test_a_role_may_do_what_is_drawn(action: str, role: Role) -> None:
    actor, allowed = Actor("김하나", role), drawn()[action, role]
    assert policy.may(actor, action) is allowed
    if allowed:
        policy.require(actor, action)
    else:
        with pytest.raises(NotAllowed) as refused:
            policy.require(actor, action)
        assert refused.value.facts == {"role": role.value, "action": action}


def test_every_action_is_drawn() -> None:
    constants = {value for name, value in vars(policy).items() if name.isupper() and isinstance(value, str)}
    assert {action for action, _ in drawn()} == set(policy.ALLOWED) == constants
    assert {role for _, role in drawn()} == set(Role)


@pytest.mark.parametrize("role", Role)
def test_what_has_no_rule_is_nobodys(role: Role) -> None:
    assert not policy.may(Actor("김하나", role), "close_the_books")


def test_roles_are_called_what_people_call_them() -> None:
    titles = {Role.VIEWER: "Viewer", Role.CS: "CS agent", Role.FINANCE: "Finance", Role.ADMIN: "Administrator"}
    assert {role: role.words for role in Role} == titles
