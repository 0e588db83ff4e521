"""What is to be said of one parameter of the payment window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Params = Mapping[str, Any]
"""The parameters of `IMP.request_pay`, as JSON values."""
DOUBTS = ("checkout_channel_unread", "checkout_billing_doubt")


@dataclass(frozen=True, slots=True)
class Finding:
    """`parameter` by its path, `code` names the sentence, `blocks`: the window does not open; else it is advice."""

    parameter: str
    code: str
    blocks: bool = True
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def doubts(self) -> bool:
        """Whether the window opens is for i'mport alone to say."""
        return self.code in DOUBTS


def advice(parameter: str, code: str, /, **facts: object) -> Finding:
    """Worth knowing."""
    return Finding(parameter, code, blocks=False, facts=facts)


def wrong(parameter: str, code: str, /, **facts: object) -> Finding:
    """No window opens."""
    return Finding(parameter, code, facts=facts)
