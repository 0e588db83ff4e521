"""Every table, a module per subject, under one naming convention; `metadata` holds them all."""

from __future__ import annotations

from lib.store.tables.approvals import approvals
from lib.store.tables.audit import audit, audit_head
from lib.store.tables.base import metadata
from lib.store.tables.batches import batch_rows, batches
from lib.store.tables.billing_keys import billing_keys
from lib.store.tables.decisions import decisions
from lib.store.tables.escrow import escrow_records
from lib.store.tables.operations import attempts, evidence, operations
from lib.store.tables.payment_links import payment_links
from lib.store.tables.payments import cancellations, payments
from lib.store.tables.people import people, sessions, sign_in_failures
from lib.store.tables.refund_accounts import refund_accounts
from lib.store.tables.sync import search_pending, sync_findings, sync_lease, sync_state, sync_unread, sync_windows
from lib.store.tables.totals import daily_totals, hourly_totals, issuer_totals, state_totals

__all__ = [
    "approvals",
    "attempts",
    "audit",
    "audit_head",
    "batch_rows",
    "batches",
    "billing_keys",
    "cancellations",
    "daily_totals",
    "decisions",
    "escrow_records",
    "evidence",
    "hourly_totals",
    "issuer_totals",
    "metadata",
    "operations",
    "payment_links",
    "payments",
    "people",
    "refund_accounts",
    "search_pending",
    "sessions",
    "sign_in_failures",
    "state_totals",
    "sync_findings",
    "sync_lease",
    "sync_state",
    "sync_unread",
    "sync_windows",
]
