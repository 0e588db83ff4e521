"""The only door to SQL: tables, statements named for their question, migrations, and the engine that opens them.

SQLite (through PyPI's pysqlite3 where it has a wheel) and PostgreSQL hold one schema. With WAL one file serves both the
irreplaceable tables (operations, audit, people) and the mirror of i'mport, which can be rebuilt.
"""
