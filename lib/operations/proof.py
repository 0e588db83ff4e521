"""The evidence that a person gives for what the desk cannot see itself."""

from __future__ import annotations

from lib.errors import BadInput

CHARS_MIN, CHARS_MAX = 4, 200


def checked(typed: str) -> str:
    """The evidence in one line. Raises `BadInput` proof_needed when it is too short to be any, or too long to be kept."""
    said = " ".join(typed.split())
    if not CHARS_MIN <= len(said) <= CHARS_MAX:
        raise BadInput("proof_needed")
    return said
