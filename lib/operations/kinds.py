"""Every kind of operation but refunds, by name: how its outcome is read, for the journal."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lib.journal.kinds import Kind
from lib.operations import charges, escrow, keys, receipts, schedules, vbanks

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            *charges.KINDS,
            *schedules.KINDS,
            *keys.KINDS,
            *escrow.KINDS,
            *receipts.KINDS,
            *vbanks.KINDS,
        )
    }
)
