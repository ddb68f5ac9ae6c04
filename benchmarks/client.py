"""A closed loop of HTTP clients on loopback: each asks again as soon as it is answered.

One thread, bare sockets: the clients share the cores with what they measure, and pgbench, which
asks the floor, is lean as well.
"""

import select
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Request = tuple[str, str, bytes]
"""Method, path and body."""
PIECE = 1 << 18
_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass
class Block:
    """What one block of requests measured."""

    waits: list[float] = field(default_factory=list)
    errors: dict[int, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def per_s(self) -> float:
        """Answers a second."""
        return len(self.waits) / self.seconds if self.seconds else 0.0

    @property
    def p50(self) -> float:
        """Median wait in milliseconds."""
        return sorted(self.waits)[len(self.waits) // 2] * 1000 if self.waits else float("nan")

    def note(self, status: int, wait: float) -> None:
        """Count an answer."""
        if status < 400:
            self.waits.append(wait)
        else:
            self.errors[status] = self.errors.get(status, 0) + 1


class Connection:
    """One keep-alive connection of one client."""

    def __init__(self, port: int, token: str, client: int) -> None:
        self.client = client
        self.asked = 0.0
        self.count = 0
        self._head = f"Host: localhost\r\nAuthorization: Bearer {token}\r\n"
        self._came = b""
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, method: str, path: str, body: bytes) -> None:
        """Send one request."""
        kind = "Content-Type: application/json\r\n" if body else ""
        line = f"{method} {path} HTTP/1.1\r\n{self._head}{kind}Content-Length: {len(body)}\r\n\r\n"
        self.asked = time.perf_counter()
        self.socket.sendall(line.encode() + body)

    def answered(self) -> int | None:
        """The status of the answer, once all of it is there.

        Raises ConnectionError where it broke off.
        """
        piece = self.socket.recv(PIECE)
        if not piece:
            raise ConnectionError("the server hung up")
        self._came += piece
        end = self._came.find(_END)
        if end < 0 or len(self._came) < end + len(_END) + self._length(end):
            return None
        status = int(self._came[9:12])
        self._came = b""
        return status

    def _length(self, end: int) -> int:
        head = self._came[:end].lower()
        at = head.find(_LENGTH)
        return int(head[at + len(_LENGTH) :].split(b"\r", 1)[0]) if at >= 0 else 0


def run_block(
    port: int, token: str, make: Callable[[int, int], Request], clients: int, seconds: float
) -> Block:
    """One block; ``make(client, n)`` gives the n-th request of a client."""
    block = Block()
    ready = select.epoll()
    opened = [Connection(port, token, client) for client in range(clients)]
    waiting = {one.socket.fileno(): one for one in opened}
    begin = time.perf_counter()
    for number, one in waiting.items():
        ready.register(number, select.EPOLLIN)
        one.ask(*make(one.client, 0))
    while waiting:
        for number, _event in ready.poll():
            one = waiting[number]
            status = one.answered()
            if status is None:
                continue
            now = time.perf_counter()
            block.note(status, now - one.asked)
            one.count += 1
            if now - begin < seconds:
                one.ask(*make(one.client, one.count))
            else:
                ready.unregister(number)
                del waiting[number]
    block.seconds = time.perf_counter() - begin
    ready.close()
    for one in opened:
        one.socket.close()
    return block
