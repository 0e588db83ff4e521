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


@dataclass(frozen=True, slots=True)
class Actor:
    """`name` as others see it, `role`, and `session` (its row's id; "" for a command on the server)."""

    name: str
    role: Role
    session: str = ""
