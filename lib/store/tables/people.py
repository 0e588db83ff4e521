"""Accounts, wrong passwords and sessions. Passwords are argon2id hashes, session ids are kept hashed."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text

from lib.store.tables.base import metadata

people = Table(
    "people",
    metadata,
    Column("id", String(26), primary_key=True),  # ULID
    Column("name", String(40), nullable=False),
    Column("name_key", String(80), nullable=False, unique=True),  # NFKC, case folded
    Column("role", String(12), nullable=False),
    Column("password_hash", Text, nullable=False),  # "" = nobody can sign in with a password
    Column("disabled", Boolean, nullable=False, server_default="0"),
    Column("demo", Boolean, nullable=False, server_default="0"),
    Column("created_at", BigInteger, nullable=False),
    CheckConstraint("role IN ('viewer', 'cs', 'finance', 'admin')", name="role"),
)

# By sha256 of the folded name, whether an account has it or not: a stranger learns no names from who has to wait.
sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("name_hash", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),  # in a row
    Column("blocked_until", BigInteger, nullable=False),  # epoch seconds
    Column("at", BigInteger, nullable=False),  # of the last try
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(64), primary_key=True),  # sha256 of the cookie
    Column("person_id", ForeignKey(people.c.id), nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)
Index("ix_sessions_person", sessions.c.person_id)
