"""A row of the export in words: what the page shows in words stands in the file in the same ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from operator import itemgetter

from lib.payments.methods import WALLETS
from lib.payments.money import major
from lib.payments.state import State
from lib.queries.export import COLUMNS
from lib.queries.payments import Basis, Sums
from lib.reports.figures.style import METHOD_TITLES
from lib.text.language import Language
from lib.ui import columns, words
from lib.ui.states import LOOKS

Row = tuple[object, ...]
_AT = {name: place for place, name in enumerate(COLUMNS)}


def in_words(t: Language, basis: Basis, rows: Iterator[Row]) -> Iterator[Row]:
    """Rows of `lib.queries.export` as values of `columns.filed(basis)`.

    Ids and MIDs stay as they are, for other programs look payments up by them.
    """
    chosen = itemgetter(*(_AT[name] for name in columns.filed(basis)))
    told = _told(t)
    for row in rows:
        worded = list(row)
        for place, word in told:
            worded[place] = word(row)
        yield chosen(worded)


def _told(t: Language) -> list[tuple[int, Callable[[Row], object]]]:
    """Where words stand in place of codes, and what they are."""
    states = {state.value: t(look.title) for state, look in LOOKS.items()}
    methods = {method: t(title) for method, title in METHOD_TITLES.items()}
    wallets = {code: t(title) for code, title in WALLETS.items()}
    state, method, way, wallet, quota, gateway, free = (
        _AT[name]
        for name in ("state", "method", "pay_method", "emb_pg_provider", "card_quota", "pg_provider", "tax_free")
    )

    def wallet_of(row: Row) -> object:
        code = str(row[wallet] or (row[way] if row[method] == "easy" else ""))
        return wallets.get(code, code)

    return [
        (state, lambda row: states[str(row[state])]),
        (method, lambda row: methods[str(row[method])]),
        (wallet, wallet_of),
        (quota, lambda row: words.months(int(str(row[quota])), t) if row[method] == "card" else ""),
        (gateway, lambda row: words.gateway(str(row[gateway]))),
        *((place, partial(_major, place)) for place in (_AT["amount"], _AT["cancel_amount"], _AT["balance"])),
        (_AT["sandbox"], lambda row: t("Test") if row[_AT["sandbox"]] else ""),
        (free, lambda row: _major(free, row) or ""),
    ]


def _major(place: int, row: Row) -> int | float:
    """Money as its currency is written, for the file's readers add it up."""
    return major(int(str(row[place])), str(row[_AT["currency"]]))


def sums(t: Language, basis: Basis, states: tuple[State, ...], held: Sums) -> list[tuple[str, int]]:
    """What the rows add up to, in won, with its title: what the page's foot says."""
    titles = {"paid": t("Paid (KRW)"), "cancelled": t("Cancelled (KRW)"), "net": t("Net sales (KRW)")}
    titles["waiting"] = t("Awaiting deposit (KRW)")
    return [(titles[name], getattr(held, name)) for name in summed(basis, states, held)]


def summed(basis: Basis, states: tuple[State, ...], held: Sums) -> list[str]:
    """Which of the sums say something of these rows: of failed, unfinished and test payments alone none does."""
    if states == (State.TEST,):
        return []
    if basis is Basis.CANCELLED:
        return ["cancelled"]
    paid = ["paid", "cancelled", "net"] if not states or any(state.was_paid for state in states) else []
    return paid + (["waiting"] if held.waiting or State.WAITING in states else [])
