"""`users`: who may sign in."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from lib import settings
from lib.desk import Desk, close_desk, open_desk
from lib.payments.days import day_of
from lib.people import accounts
from lib.people.actor import Role
from lib.world import World


@contextmanager
def _desk() -> Iterator[Desk]:
    desk = open_desk(settings.load(), World(), inline=True)
    try:
        yield desk
    finally:
        close_desk(desk)


@click.group()
def users() -> None:
    """Add, change and list the people who may sign in."""


@users.command()
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="What they are here for.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add(name: str, role: str, password_stdin: bool) -> None:
    """Add NAME. At a terminal the password is asked for; elsewhere a random one is made and printed once."""
    made = not password_stdin and not sys.stdin.isatty()
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif made:
        password = secrets.token_urlsafe(18)
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    with _desk() as desk:
        account = accounts.add(desk.store, desk.world, desk.settings.secret, name, Role(role), password)
    click.echo(f"{account.name}: {account.role.value}")
    if made:
        click.echo(f"password: {password}")


@users.command("role")
@click.argument("name")
@click.argument("role", type=click.Choice([role.value for role in Role]))
def role_(name: str, role: str) -> None:
    """Give NAME another ROLE; it counts at once on their open pages."""
    with _desk() as desk:
        accounts.set_role(desk.store, desk.world, desk.settings.secret, name, Role(role))
        account = accounts.named(desk.store, name)
    click.echo(f"{account.name}: {account.role.value}")


@users.command()
@click.argument("name")
def disable(name: str) -> None:
    """Close the account of NAME and end its sessions."""
    with _desk() as desk:
        account = accounts.named(desk.store, name)
        accounts.disable(desk.store, desk.world, desk.settings.secret, name)
    click.echo(f"{account.name}: disabled")


@users.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(as_json: bool) -> None:
    """Everyone who may sign in."""
    with _desk() as desk:
        everyone = accounts.list_all(desk.store)
    if as_json:
        rows = [
            {"name": a.name, "role": a.role.value, "disabled": a.disabled, "created_at": a.created_at} for a in everyone
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for a in everyone:
        state = "disabled" if a.disabled else "active"
        click.echo(f"{a.name}\t{a.role.value}\t{state}\t{day_of(a.created_at).isoformat()}")
