"""The root of everything the desk refuses or cannot do: facts here, words in `lib.text.sentences`.

DeskError                       code                facts
  ├ BadSetting                  bad_setting         name, why
  ├ BadInput                    bad_input           field, why (a code of its own)
  ├ NotAllowed                  not_allowed         role, action
  ├ SignedOut                   signed_out
  ├ Stale                       stale               seen, now (KRW)
  ├ InProgress                  in_progress         operation, by, since
  │   └ InProgressOwn           in_progress_own     operation, by, since
  ├ Busy                        busy                operation, by, since
  └ IamportError (lib.iamport)  unreachable, http, refused, bad_answer
"""

from __future__ import annotations

from typing import ClassVar


class DeskError(Exception):
    """Something a person can be told: `code` names the sentence, `facts` fill its places. Never holds a secret."""

    code: ClassVar[str] = "error"

    def __init__(self, **facts: object) -> None:
        super().__init__(f"{self.code}: {facts}")
        self.facts = facts


class BadSetting(DeskError):
    """A setting that stops the start: `name`, `why`."""

    code = "bad_setting"


class BadInput(DeskError):
    """What somebody typed cannot be used: `why` is the code of the sentence, the other facts fill it."""

    code = "bad_input"

    def __init__(self, why: str, **facts: object) -> None:
        super().__init__(why=why, **facts)
        self.why = why


class NotAllowed(DeskError):
    """This person's role does not permit `action`: `role`, `action`."""

    code = "not_allowed"


class SignedOut(DeskError):
    """Nobody is signed in, or the session ended."""

    code = "signed_out"


class Stale(DeskError):
    """The balance is not what the person saw: `seen`, `now` in KRW. Nothing was sent."""

    code = "stale"


class InProgress(DeskError):
    """Another operation on this payment is open: `operation` (id), `by` (name), `since` (epoch seconds)."""

    code = "in_progress"


class InProgressOwn(InProgress):
    """The same, begun by the very person who asks: in another window."""

    code = "in_progress_own"


class Busy(DeskError):
    """Another operation on the same subject is open: `operation` (id), `by` (name), `since` (epoch seconds)."""

    code = "busy"
