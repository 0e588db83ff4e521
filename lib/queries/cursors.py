"""Cursors: where a page ended, as an opaque text that fits an address."""

from __future__ import annotations

import base64
import binascii
from typing import NamedTuple

from lib.errors import BadInput
from lib.store.statements.listing import Key

LARGEST = (1 << 63) - 1


class Place(NamedTuple):
    """The last row of a page, and the `way` its rows were found: the following page must go the same."""

    way: str
    key: Key


def closed(place: Place) -> str:
    """The cursor of a place."""
    text = f"{place.way}.{place.key.sort}.{place.key.id}.{place.key.cancellation_id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def opened(cursor: str | None) -> Place | None:
    """The place of a cursor; raises `BadInput` bad_filter for a text that is none."""
    if cursor is None:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        way, sort, key, cancellation_id = text.split(".", 3)
        numbers = int(sort), int(key)
    except (ValueError, binascii.Error):
        raise BadInput("bad_filter", value=cursor) from None
    if max(map(abs, numbers)) > LARGEST or "\x00" in cancellation_id:
        raise BadInput("bad_filter", value=cursor)
    return Place(way, Key(numbers[0], numbers[1], cancellation_id, 0, 0))
