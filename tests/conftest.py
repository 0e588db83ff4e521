"""Fixtures of every test: real databases."""

pytest_plugins = ["tests.databases", "tests.desks"]
