"""The person (or command) on whose behalf something is read or done. Every reading and every operation takes one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is here for. An admin keeps accounts and cannot move money."""

    VIEWER = "viewer"
    CS = "cs"
    FINANCE = "finance"
    ADMIN = "admin"

    @property
    def words(self) -> str:
        """The role as an English message."""
        return ROLE_WORDS[self]


ROLE_WORDS = {
    Role.VIEWER: "Viewer",
    Role.CS: "CS agent",
    Role.FINANCE: "Finance",
    Role.ADMIN: "Administrator",
}


@dataclass(frozen=True, slots=True)
class Actor:
    """`name` as others see it, `role`, and `session` (its row's id; "" for a command on the server)."""

    name: str
    role: Role
    session: str = ""
