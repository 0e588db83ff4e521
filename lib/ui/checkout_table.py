"""The sources of one payment side by side; on a phone below each other, field by field."""

from __future__ import annotations

from html import escape

import streamlit as st

from lib.payments.verified import Row
from lib.text.escaping import plain
from lib.text.language import Language

SOURCES = ("order", "callback", "server", "webhook")
STYLE = """<style>
table.pd-sources {width:100%; border-collapse:collapse; font-size:.93rem; margin:0}
.pd-sources :is(th, td) {padding:.42rem .7rem; text-align:left; font-weight:400; border:0; overflow-wrap:anywhere;
  border-bottom:1px solid color-mix(in srgb, currentColor 14%, transparent); font-variant-numeric:tabular-nums}
.pd-sources thead th {opacity:.8; font-size:.86rem; white-space:nowrap}
.pd-sources tbody th {white-space:nowrap}
.pd-sources tbody th span {display:inline-block; width:1.4em; font-weight:700}
.pd-sources tr.good th span {color:var(--good)}
.pd-sources tr.bad :is(th, td) {color:var(--bad); font-weight:600}
@media (max-width: 640px) {
  .pd-sources, .pd-sources tbody {display:block}
  .pd-sources thead {display:none}
  .pd-sources tr {display:grid; padding:.5rem 0; border-bottom:1px solid color-mix(in srgb, currentColor 14%, transparent)}
  .pd-sources :is(th, td) {border:0; padding:.1rem 0}
  .pd-sources td {display:grid; grid-template-columns:7.5rem 1fr; gap:.6rem; padding-left:1.4em}
  .pd-sources td:empty {display:none}
  .pd-sources td::before {content:attr(data-source); opacity:.75}
}
</style>"""
COLOURS = ("--good:#067647; --bad:#b42318", "--good:#6ce9a6; --bad:#fda29b")


def draw(t: Language, found: list[Row], *, dark: bool) -> None:
    """`found` with its values as literal text."""
    titles = (t("Order"), t("Browser's callback"), "GET /payments", t("Webhook"))
    heads = "".join(f'<th scope="col">{escape(title)}</th>' for title in (t("Field"), *titles))
    body = "".join(_row(t, row, titles) for row in found)
    st.html(
        f'{STYLE}<table class="pd-sources" aria-label="{escape(t("Result of the trial"))}" style="{COLOURS[dark]}">'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    )


def _row(t: Language, row: Row, titles: tuple[str, ...]) -> str:
    mark, look, said = ("✓", "good", t("agrees")) if row.agree else ("✗", "bad", t("differs"))
    cells = "".join(
        f'<td data-source="{escape(title)}">{_value(t, row.field, getattr(row, source))}</td>'
        for title, source in zip(titles, SOURCES, strict=True)
    )
    return f'<tr class="{look}"><th scope="row"><span role="img" aria-label="{said}">{mark}</span>{row.field}</th>{cells}</tr>'


def _value(t: Language, field: str, value: str | None) -> str:
    if field == "amount" and value is not None and value.isdecimal():
        return t.number(int(value[:18]))
    return escape(plain(value or ""))
