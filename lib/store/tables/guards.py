"""Triggers that hold the journal to its table of moves, whoever writes: made from `moves`, for both databases.

An operation is born PREPARED; a change is one of the listed moves and makes the version one greater; what was frozen
stays; the time of the first sending stays; each sending counts one attempt more; no row is deleted.
"""

from __future__ import annotations

from sqlalchemy import DDL, Connection, Table, event

from lib.store.tables.moves import FROZEN, LIFE, State


def _broken(differs: str) -> dict[str, str]:
    """By name: the condition under which an UPDATE breaks a rule. `differs` is the dialect's null-safe inequality."""
    pairs = sorted({f"'{start.value}>{end.value}'" for start, _, end in LIFE})
    sending = f"NEW.state = '{State.SENDING.value}'"
    return {
        "is no listed move": f"OLD.state || '>' || NEW.state NOT IN ({', '.join(pairs)})",
        "must take the next version": "NEW.version <> OLD.version + 1",
        "is frozen": " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in FROZEN),
        "was sent first at another time": f"OLD.first_sent_at IS NOT NULL AND NEW.first_sent_at {differs} OLD.first_sent_at",
        "must count its attempts": f"NEW.attempts <> OLD.attempts + (CASE WHEN {sending} THEN 1 ELSE 0 END)"
        f" OR ({sending} AND NEW.first_sent_at IS NULL)",
    }


_BORN = "NEW.state <> 'PREPARED' OR NEW.version <> 1 OR NEW.attempts <> 0 OR NEW.first_sent_at IS NOT NULL"


def guard(table: Table) -> None:
    """Attach the triggers to the creation of the journal's table."""
    for statement in _sqlite(table.name):
        event.listen(table, "after_create", _ddl(statement).execute_if(dialect="sqlite"))
    for statement in _postgresql(table.name):
        event.listen(table, "after_create", _ddl(statement).execute_if(dialect="postgresql"))


def guard_again(connection: Connection, table: Table) -> None:
    """Replace the triggers of a table made by an earlier schema with those of this one."""
    name = table.name
    if connection.dialect.name == "postgresql":
        for part in ("born", "guard", "kept"):
            connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {name}_{part}() CASCADE")
        statements = _postgresql(name)
    else:
        for part in ("born", "no_delete", *(f"guard_{n}" for n in range(1, len(_broken("")) + 1))):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}_{part}")
        statements = _sqlite(name)
    for statement in statements:
        connection.execute(_ddl(statement))


def _ddl(statement: str) -> DDL:
    return DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]


def _sqlite(name: str) -> list[str]:
    def trigger(suffix: str, when: str, verb: str, why: str) -> str:
        condition = f"WHEN {when} " if when else ""
        return (
            f"CREATE TRIGGER {name}_{suffix} BEFORE {verb} ON {name} {condition}"
            f"BEGIN SELECT RAISE(ABORT, 'an operation {why}'); END"
        )

    made = [trigger("born", _BORN, "INSERT", "begins PREPARED"), trigger("no_delete", "", "DELETE", "is never deleted")]
    made += [trigger(f"guard_{n}", when, "UPDATE", why) for n, (why, when) in enumerate(_broken("IS NOT").items(), 1)]
    return made


def _postgresql(name: str) -> list[str]:
    raises = "".join(
        f"IF {when} THEN RAISE EXCEPTION 'an operation {why}'; END IF; "
        for why, when in _broken("IS DISTINCT FROM").items()
    )
    return [
        f"CREATE FUNCTION {name}_born() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN "
        f"IF {_BORN} THEN RAISE EXCEPTION 'an operation begins PREPARED'; END IF; RETURN NEW; END $body$",
        f"CREATE FUNCTION {name}_guard() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN {raises}RETURN NEW; END $body$",
        f"CREATE FUNCTION {name}_kept() RETURNS trigger LANGUAGE plpgsql AS $body$ "
        "BEGIN RAISE EXCEPTION 'an operation is never deleted'; END $body$",
        f"CREATE TRIGGER {name}_born BEFORE INSERT ON {name} FOR EACH ROW EXECUTE FUNCTION {name}_born()",
        f"CREATE TRIGGER {name}_guard BEFORE UPDATE ON {name} FOR EACH ROW EXECUTE FUNCTION {name}_guard()",
        f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name} FOR EACH ROW EXECUTE FUNCTION {name}_kept()",
        f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {name} FOR EACH STATEMENT "
        f"EXECUTE FUNCTION {name}_kept()",
    ]
