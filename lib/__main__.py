"""`python -m lib …`: one command per file of `lib.commands`, loaded when it is called."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

import click

from lib.errors import DeskError

COMMANDS = Path(__file__).parent / "commands"


class Verbs(click.Group):
    """The commands, by file name; a file `x.py` holds a command or group named `x` ("_" is written "-")."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every verb there is."""
        return sorted(path.stem.replace("_", "-") for path in COMMANDS.glob("[a-z]*.py"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb's command, loaded now."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = cmd_name.replace("-", "_")
        command = getattr(importlib.import_module(f"lib.commands.{module}"), module)
        assert isinstance(command, click.Command)
        return command


@click.group(name="paydesk", cls=Verbs)
def main() -> None:
    """Paydesk's commands. Settings come from the environment or .streamlit/secrets.toml."""


def _sentence(error: DeskError) -> str:
    from lib.text.language import language  # here: only an error needs the words
    from lib.text.sentences import sentence

    return sentence(error, language("ko" if os.environ.get("LANG", "").startswith("ko") else "en"))


def run() -> None:
    """The command line: an error the desk knows is one sentence on stderr and exit code 1."""
    try:
        main(prog_name="python -m lib")
    except DeskError as error:
        click.echo(_sentence(error), err=True)
        sys.exit(1)


if __name__ == "__main__":
    run()
