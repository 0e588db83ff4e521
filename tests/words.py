"""The messages of the product: extracts them from code and tables, updates the template and the Korean catalog.

`python -m tests.words` rewrites the files; `test_words.py` asserts that nothing would change and nothing is missing.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from lib.payments import failures
from lib.payments.methods import WALLETS
from lib.people.actor import ROLE_WORDS
from lib.reports.figures.money_bar import PARTS
from lib.reports.figures.style import METHOD_TITLES
from lib.text.language import TRANSLATIONS
from lib.text.sentences import SENTENCES
from lib.ui import (
    activity,
    activity_words,
    answers,
    batch,
    billing_key,
    billing_keys,
    cash,
    cash_rows,
    checkout_form,
    columns,
    decision,
    escrow_column,
    escrow_dialog,
    escrow_form,
    escrow_section,
    escrow_words,
    key_dialogs,
    listing,
    navigation,
    operations_table,
    outside,
    overview,
    payment,
    payment_link_shown,
    periods,
    receipt,
    refund_account,
    refund_dialog,
    schedule_dialog,
    scheduled,
    states,
    unread,
    vbank_dialogs,
    virtual_accounts,
    work_words,
)

ROOT = Path(__file__).parent.parent
KEYWORDS = {"t": None, "self": None, "each": (1, 2)}
KOREAN = TRANSLATIONS / "ko" / "LC_MESSAGES" / "messages.po"


def tables() -> list[str]:
    """Messages that stand in tables rather than in a call."""
    return [
        *SENTENCES.values(),
        *METHOD_TITLES.values(),
        *WALLETS.values(),
        *(look.title for look in states.LOOKS.values()),
        *periods.PRESETS.values(),
        *overview.MEASURES.values(),
        *(screen.title for screen in navigation.SCREENS),
        *(screen.section for screen in navigation.SCREENS if screen.section),
        *listing.messages(),
        *activity.messages(),
        *activity_words.messages(),
        *answers.messages(),
        *batch.messages(),
        *refund_account.messages(),
        *failures.messages(),
        *billing_keys.messages(),
        billing_key.REGISTERED,
        *key_dialogs.messages(),
        *schedule_dialog.messages(),
        *scheduled.messages(),
        *checkout_form.messages(),
        *payment_link_shown.messages(),
        *outside.WAYS.values(),
        *operations_table.KINDS.values(),
        *cash.TITLES.values(),
        *cash_rows.TEXTS.values(),
        *operations_table.RECEIPT_FOR.values(),
        *receipt.FORMS.values(),
        receipt.NOT_FROM_HERE,
        *vbank_dialogs.REASONS.values(),
        *virtual_accounts.messages(),
        *work_words.messages(),
        *decision.messages(),
        *payment.DECIDED.values(),
        *escrow_words.messages(),
        *escrow_section.TITLES.values(),
        *escrow_column.messages(),
        *escrow_dialog.ANSWERS.values(),
        *escrow_form.TITLES.values(),
        *PARTS,
        *refund_dialog.REASONS.values(),
        *columns.messages(),
        *unread.messages(),
        *ROLE_WORDS.values(),
    ]


def template() -> Catalog:
    """Every message, sorted."""
    found: dict[str, str | tuple[str, ...]] = {}
    for folder in ("lib", "pages"):
        for _, _, message, _, _ in extract_from_dir(str(ROOT / folder), keywords=KEYWORDS):
            found[message if isinstance(message, str) else message[0]] = message
    found.update({message: message for message in tables()})
    catalog = Catalog(project="Paydesk", charset="utf-8", fuzzy=False)
    for key in sorted(found):
        if key:
            catalog.add(found[key], flags=["python-brace-format"] if "{" in key else [])
    return catalog


def korean() -> Catalog:
    """The Korean catalog as it stands."""
    if not KOREAN.exists():
        return Catalog(locale="ko", charset="utf-8")
    with KOREAN.open("rb") as lines:
        return read_po(lines, locale="ko")


def written(catalog: Catalog) -> bytes:
    """A catalog as text, without dates."""
    out = BytesIO()
    write_po(out, catalog, omit_header=True, no_location=True, sort_output=True, width=0)
    return out.getvalue()


def update() -> list[str]:
    """Rewrite template and catalog; returns the messages that still lack Korean."""
    fresh, known = template(), korean()
    merged = Catalog(locale="ko", charset="utf-8", fuzzy=False)
    missing = []
    for message in fresh:
        if not message.id:
            continue
        key = message.id if isinstance(message.id, str) else message.id[0]
        old = known.get(key)
        text = old.string if old else ""
        if isinstance(message.id, tuple) and isinstance(text, str):
            text = (text,)
        if isinstance(message.id, str) and isinstance(text, (tuple, list)):
            text = text[0]
        if not (text if isinstance(text, str) else text[0]):
            missing.append(key)
        merged.add(message.id, text, flags=message.flags)
    KOREAN.parent.mkdir(parents=True, exist_ok=True)
    (TRANSLATIONS / "messages.pot").write_bytes(written(fresh))
    KOREAN.write_bytes(
        b'msgid ""\nmsgstr ""\n"Language: ko\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        b'"Plural-Forms: nplurals=1; plural=0;\\n"\n\n' + written(merged)
    )
    return missing


if __name__ == "__main__":
    for message in update():
        print("no Korean:", message)
