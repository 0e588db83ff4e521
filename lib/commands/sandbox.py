"""`sandbox`: an offline i'mport over HTTP, for trying and testing."""

from __future__ import annotations

import contextlib
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, cast

import click
import uvicorn

from lib import sandbox as offline
from lib.world import World


class Server(uvicorn.Server):
    """Says where it answers once it does."""

    lines: tuple[str, ...] = ()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Being told to stop is a good end: leave, but do not die of the signal afterwards."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.handle_exit)
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then print the three lines."""
        await super().startup(sockets)
        for line in self.lines:
            click.echo(line)


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), required=True, help="Port on 127.0.0.1; 0 takes a free one.")
@click.option("--payments", type=click.IntRange(0), default=20_000, show_default=True, help="How many to begin with.")
@click.option("--days", type=click.IntRange(1, 3650), default=120, show_default=True, help="Over how many days back.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same shop.")
@click.option("--state", type=click.Path(dir_okay=False, path_type=Path), help="Keep the shop in this file.")
@click.option(
    "--partly",
    type=click.Choice(["cancelled", "paid"]),
    default="cancelled",
    show_default=True,
    help="The status word of a payment that is partly cancelled.",
)
@click.option(
    "--deliveries",
    type=click.Choice(["kicc", "published"]),
    default="kicc",
    show_default=True,
    help="Whether KICC takes escrow deliveries, or is refused as it is not on the published list.",
)
@click.option("--grow/--still", default=True, show_default=True, help="Whether the shop goes on selling.")
def sandbox(
    port: int, payments: int, days: int, seed: int, state: Path | None, partly: str, deliveries: str, grow: bool
) -> None:
    """Serve an offline i'mport until it is told to stop. Prints its url, key and secret once it answers.

    Its page /shop opens the payment window for each way to pay.
    """
    shop = offline.build(
        World(),
        payments=payments,
        days=days,
        seed=seed,
        state=state,
        partly=cast(Literal["cancelled", "paid"], partly),
        deliveries=cast(Literal["kicc", "published"], deliveries),
        grow=grow,
    )
    listener = socket.socket(proto=socket.IPPROTO_TCP)  # named, or asyncio leaves Nagle on: 40 ms a call
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        raise click.ClickException(f"Port {port} is taken. Choose another, or 0 for a free one.") from None
    server = Server(uvicorn.Config(shop.app, log_level="warning", timeout_graceful_shutdown=5))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.lines = (f"url: {url}", f"key: {shop.key}", f"secret: {shop.secret}")
    with contextlib.suppress(KeyboardInterrupt):
        server.run([listener])
    shop.close()
