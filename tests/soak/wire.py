"""One HTTP request on a connection of its own, read to the last byte: nothing of a broken answer is smoothed over."""

from __future__ import annotations

import asyncio
import time
from typing import NamedTuple

PATIENCE = 60
"""Seconds without a whole answer after which the service has failed."""


class Answer(NamedTuple):
    """What came back, and after how many seconds."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float


async def fetch(
    port: int, path: str, *, source: str = "127.0.0.1", accept: str = "*/*", query: str | None = None
) -> Answer:
    """The answer to a GET of *path* from the address *source*, one of this machine; to a POST of a *query* if there is.

    Raises OSError or TimeoutError without one, ValueError when its body is not as long as its head says.
    """
    begun = time.perf_counter()
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
        try:
            fields = f"host: 127.0.0.1\r\naccept: {accept}\r\nconnection: close\r\n"
            if query is None:
                writer.write(f"GET {path} HTTP/1.1\r\n{fields}\r\n".encode())
            else:
                body = query.encode()
                fields += f"content-type: application/sparql-query\r\ncontent-length: {len(body)}\r\n"
                writer.write(f"POST {path} HTTP/1.1\r\n{fields}\r\n".encode() + body)
            got = await reader.read(-1)
        finally:
            writer.close()
    seconds = time.perf_counter() - begun
    first, _, body = got.partition(b"\r\n\r\n")
    line, *told = first.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in told)}
    if len(body) != int(headers.get("content-length", "-1")):
        raise ValueError(f"{path[:100]}: {len(body)} bytes of {headers.get('content-length', 'unknown')}")
    return Answer(int(line.split()[1]), headers, body, seconds)
