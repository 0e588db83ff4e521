"""An HTTP server on loopback that says exactly what a test wrote, byte by byte: for what no sandbox would do."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Answer = bytes | Callable[[socket.socket], None]


def http(body: bytes | str, status: int = 200, headers: str = "") -> bytes:
    """A whole HTTP answer."""
    content = body.encode() if isinstance(body, str) else body
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(content)}\r\nContent-Type: application/json\r\n{headers}\r\n"
    return head.encode() + content


def token(seconds: int = 1800, value: str = "t1") -> bytes:
    return http(
        f'{{"code":0,"message":null,"response":{{"access_token":"{value}","now":1000,"expired_at":{1000 + seconds}}}}}'
    )


@dataclass
class Server:
    """`answers` by path (without query), used up from the left, the last one again and again; `seen` requests."""

    answers: dict[str, list[Answer]]
    url: str = ""
    seen: list[tuple[str, str, bytes]] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, path: str) -> int:
        return sum(1 for _, seen, _ in self.seen if seen.partition("?")[0] == path)


@contextmanager
def serving(answers: dict[str, list[Answer]]) -> Iterator[Server]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(answers, f"http://127.0.0.1:{listener.getsockname()[1]}")
    threading.Thread(target=_accept, args=(listener, server), daemon=True).start()
    yield server
    listener.shutdown(socket.SHUT_RDWR)  # close alone would leave the thread in accept
    listener.close()


def _accept(listener: socket.socket, server: Server) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(connection, server), daemon=True).start()


def _serve(connection: socket.socket, server: Server) -> None:
    data = b""
    with connection:
        while True:
            while b"\r\n\r\n" not in data:
                got = connection.recv(65536)
                if not got:
                    return
                data += got
            head, _, rest = data.partition(b"\r\n\r\n")
            text = head.decode()
            lengths = [
                int(line.split(":")[1]) for line in text.splitlines() if line.lower().startswith("content-length")
            ]
            length = lengths[0] if lengths else 0
            while len(rest) < length:
                rest += connection.recv(65536)
            body, data = rest[:length], rest[length:]
            method, path, _ = text.split(" ", 2)
            with server.lock:
                server.seen.append((method, path, body))
                server.heads.append(text)
                plan = server.answers[path.partition("?")[0]]
                answer = plan.pop(0) if len(plan) > 1 else plan[0]
            if callable(answer):
                answer(connection)
                return
            connection.sendall(answer)


def reset(connection: socket.socket) -> None:
    """Closes without an answer."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    connection.close()


def endless(connection: socket.socket) -> None:
    """A body that never ends."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    chunk = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
    try:
        while True:
            connection.sendall(chunk)
    except OSError:
        return


def slow(seconds: float, answer: bytes) -> Callable[[socket.socket], None]:
    def later(connection: socket.socket) -> None:
        time.sleep(seconds)
        connection.sendall(answer)

    return later
