"""A closed loop of HTTP clients on loopback: each asks again as soon as it is answered."""

import asyncio
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Request = tuple[str, str, bytes]
"""Method, path and body."""


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


class Connection:
    """One keep-alive connection."""

    def __init__(self, port: int, token: str) -> None:
        self.port = port
        self.head = f"Host: localhost\r\nAuthorization: Bearer {token}\r\n"
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        """Send one request, read its answer."""
        if self.reader is None or self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        kind = "Content-Type: application/json\r\n" if body else ""
        line = f"{method} {path} HTTP/1.1\r\n{self.head}{kind}Content-Length: {len(body)}\r\n\r\n"
        self.writer.write(line.encode() + body)
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = 0
        for field_line in head.split(b"\r\n")[1:]:
            name, _colon, value = field_line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        answer = await self.reader.readexactly(length) if length else b""
        return int(head[9:12]), answer


def run_block(
    port: int, token: str, make: Callable[[int, int], Request], clients: int, seconds: float
) -> Block:
    """One block; ``make(client, n)`` gives the n-th request of a client."""
    return asyncio.run(_run(port, token, make, clients, seconds))


async def _run(
    port: int, token: str, make: Callable[[int, int], Request], clients: int, seconds: float
) -> Block:
    block = Block()
    begin = time.perf_counter()

    async def one(client: int) -> None:
        connection = Connection(port, token)
        for n in itertools.count():
            asked = time.perf_counter()
            if asked - begin >= seconds:
                break
            status, _body = await connection.ask(*make(client, n))
            if status < 400:
                block.waits.append(time.perf_counter() - asked)
            else:
                block.errors[status] = block.errors.get(status, 0) + 1
        if connection.writer:
            connection.writer.close()

    await asyncio.gather(*(one(client) for client in range(clients)))
    block.seconds = time.perf_counter() - begin
    return block
