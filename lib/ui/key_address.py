"""The address of a billing key that no payment here was made with.

Its id may be personal data, so the address holds a random word for it, known to this process alone: after a restart, or
when a thousand others came later, the key is looked up again.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

from lib.world import World

REMEMBERED = 1_000
_words: OrderedDict[str, str] = OrderedDict()  # by customer_uid
_lock = threading.Lock()


def word_of(world: World, customer_uid: str) -> str:
    """The word that stands for this key in an address."""
    with _lock:
        word = _words.setdefault(customer_uid, world.nonce())
        _words.move_to_end(customer_uid)
        while len(_words) > REMEMBERED:
            _words.popitem(last=False)
        return word


def key_of(word: str) -> str:
    """The customer_uid that a word stands for, "" for none."""
    with _lock:
        return next((customer_uid for customer_uid, known in _words.items() if known == word), "")
