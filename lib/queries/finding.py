"""How the rows of a filter are found: by its columns, by ids, by text or by amount. Decided once, then followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lib.payments import searching as forms
from lib.payments.state import State
from lib.queries import search
from lib.queries.filters import AMOUNT_MOST, FOREVER, Filter, question
from lib.queries.search import Understanding
from lib.store.engine import Connection
from lib.store.statements import counting, listing, searching
from lib.store.statements.counting import Sums
from lib.store.statements.listing import SHOWN, Key, Question, Values
from lib.store.statements.searching import Needle

HITS_MOST = 1_000
IDS_MOST = 1_000
EVERYTHING = Question(basis="requested", since=0, until=FOREVER, states=tuple(state.value for state in State))
_APPROVAL = range(6, 11)


@dataclass(frozen=True, slots=True)
class Plan:
    """`way`: list, exact (an id), text, amount or beside (both). A text has a `needle`, and is always newest requested
    first."""

    way: str
    question: Question
    needle: Needle | None = None

    def keys(self, connection: Connection, sort: str, after: Key | None, limit: int) -> list[Key]:
        """Up to `limit` keys after `after`."""
        if self.needle is not None:
            return searching.hits(connection, self.question, self.needle, after, limit)
        return [key for key, _ in listing.page(connection, self.question, sort, after, limit)]

    def rows(
        self, connection: Connection, sort: str, after: Key | None, limit: int, columns: Sequence[str] = SHOWN
    ) -> list[tuple[Key, Values]]:
        """Up to `limit` rows after `after`: each its key and its values of `columns`."""
        if self.needle is None:
            return listing.page(connection, self.question, sort, after, limit, columns)
        keys = self.keys(connection, sort, after, limit)
        values = listing.rows(connection, [key.id for key in keys], columns)
        return [(key, values[key.id]) for key in keys if key.id in values]

    def sums(self, connection: Connection) -> tuple[dict[str, Sums], bool]:
        """Sums by state, and whether there are more than were summed."""
        if self.needle is None:
            return counting.by_state(connection, self.question)
        keys = self.keys(connection, "newest", None, HITS_MOST + 1)
        standing = counting.standing(connection, sorted({key.id for key in keys}))
        events = self.question.basis == "cancelled"
        found: dict[str, Sums] = {}
        for key in keys[:HITS_MOST]:
            state, amount, cancelled, won = standing[key.id]
            n, a, c = found.get(state, (0, 0, 0))
            amount, cancelled = (0, key.event_amount) if events else (amount, cancelled)
            found[state] = Sums(n + 1, a + amount * won, c + cancelled * won)
        return found, len(keys) > HITS_MOST


def plan(connection: Connection, wanted: Filter, now: float, way: str = "") -> Plan:
    """The way to the rows of a filter; `way` names the one that an earlier page went. Raises `BadInput` bad_filter."""
    q = question(wanted, now)
    understood = search.understand(wanted.query)
    ids = (*wanted.ids, *(search.ids_of(understood.value) if understood.kind == "ids" else ()))
    if ids:
        q = replace(q, only=tuple(of_ids(connection, ids)[0]))
    if understood.kind in ("", "ids"):
        return Plan("list", q)
    if understood.kind in ("imp_uid", "order") and not understood.beside and way in ("", "exact"):
        exact = {key for key, _, _ in listing.of_ids(connection, search.written(understood, wanted.query))}
        if exact or understood.kind == "imp_uid":
            return Plan("exact", replace(q, only=tuple(sorted(exact & set(q.only) if q.only is not None else exact))))
    if understood.beside:
        return _beside(connection, q, understood, way)
    return _by_text_or_amount(connection, q, understood, way)


def _by_text_or_amount(connection: Connection, q: Question, understood: Understanding, way: str) -> Plan:
    by_text = Plan("text", q, _needle(understood.value))
    if understood.kind != "amount" and ("amount" not in understood.alternatives or way == "text"):
        return by_text
    by_amount = Plan("amount", _of_amount(q, int(understood.value)))
    if understood.kind == "amount" or way == "amount":
        return by_amount
    both = (by_amount, by_text) if search.round_amount(understood.value) else (by_text, by_amount)
    return both[0] if _finds(connection, both[0]) else both[1]


def otherwise(connection: Connection, wanted: Filter, now: float, most: int) -> tuple[str, int]:
    """Bare digits may be an amount or a piece of some number. What must be typed for the reading that `plan` did not
    take, and how many it finds (at most `most`); ("", 0) when there is none."""
    understood = search.understand(wanted.query)
    if understood.kind == "amount" or "amount" not in understood.alternatives:
        return "", 0
    taken = plan(connection, wanted, now).way
    typed = f'"{understood.value}"' if taken == "amount" else f"{int(understood.value):,}원"
    found = plan(connection, replace(wanted, query=typed), now).keys(connection, "newest", None, most)
    return (typed, len(found)) if found else ("", 0)


def _beside(connection: Connection, q: Question, understood: Understanding, way: str) -> Plan:
    """A text and an amount; while the number may belong to the text, the text with the number in it comes first."""
    by_text = Plan("text", q, _needle(f"{understood.value} {understood.beside}"))
    if way == "text" or (way == "" and "text" in understood.alternatives and _finds(connection, by_text)):
        return by_text
    return Plan("beside", _of_amount(q, understood.beside), _needle(understood.value))


def _needle(text: str) -> Needle:
    words = tuple(forms.normal(text).split())
    return Needle(words, " ".join(filter(None, map(forms.match, words))))


def _finds(connection: Connection, plan: Plan) -> bool:
    """Whether it finds anything in any state: what a number means must not hang on the chosen states, or the counts of
    the others would be of other rows."""
    whole = replace(plan, question=replace(plan.question, states=EVERYTHING.states))
    return bool(whole.keys(connection, "newest", None, 1))


def _of_amount(q: Question, amount: int) -> Question:
    """The question, for payments of this amount alone."""
    amount = min(amount, AMOUNT_MOST)
    least, most = q.amount_min, q.amount_max
    if (least is not None and least > amount) or (most is not None and most < amount):
        return replace(q, only=())
    return replace(q, amount_min=amount, amount_max=amount)


def of_ids(connection: Connection, ids: Sequence[str]) -> tuple[list[int], list[str]]:
    """Keys of the payments that carry these ids (imp_uid, order id, approval number), and the ids that none carries."""
    wanted = list(dict.fromkeys(search.cleaned(uid) for uid in ids))[:IDS_MOST]
    rows = listing.of_ids(connection, wanted)
    keys, known = {key for key, _, _ in rows}, {uid for _, *uids in rows for uid in uids}
    numbers = [uid for uid in wanted if uid not in known and uid.isdigit() and len(uid) in _APPROVAL]
    for key, number in searching.approved(
        connection, EVERYTHING, [(number, forms.match(number)) for number in numbers]
    ):
        keys.add(key)
        known.add(number)
    return sorted(keys, reverse=True), [uid for uid in wanted if uid not in known]
