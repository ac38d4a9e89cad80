"""Who writes a site: asks our own application for one address after the other."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from fastapi import FastAPI

from samenhang.errors import Unreadable
from samenhang.release import Release
from samenhang.site.address import Address, read
from samenhang.site.folder import put
from samenhang.site.page import Leaf
from samenhang.web import application, assets, edition

_TOGETHER: Final = 6
"""Addresses that are asked at a time: while one is worked out another is written."""
_BUSY: Final = (429, 503, 504)
_PAUSES: Final = (1, 5, 15)
"""Seconds."""


class Done(NamedTuple):
    """What came of one address: the checksum of its file, if it has one, whether that changed, and where it leads."""

    address: Address
    digest: str
    changed: bool
    found: list[Address]


class Scribe:
    """Writes the site of *release* at *base* into *folder*, in this process."""

    def __init__(self, release: Release, folder: Path, base: str) -> None:
        self._app = application(release, public=base, still=True)
        self._folder, self._base = folder, base
        self._loop = asyncio.new_event_loop()

    @property
    def seeds(self) -> list[Address]:
        """The addresses that the application itself says it has; what it has beside these, they lead to."""
        fixed = [path for path in self._app.state.addresses if "{" not in path]
        return sorted(found for path in (*fixed, *assets.addresses()) if (found := read(path)))

    def write(self, addresses: Iterable[Address]) -> list[Done]:
        """Write the files of *addresses*. Raises Unreadable, and what keeps the application from answering."""
        return self._loop.run_until_complete(self._write(addresses))

    def close(self) -> None:
        """End its processes."""
        edition.stop(self._app)
        self._loop.close()

    async def _write(self, addresses: Iterable[Address]) -> list[Done]:
        turn = asyncio.Semaphore(_TOGETHER)

        async def one(address: Address) -> Done:
            async with turn:
                return await self._one(address)

        # Of several that fail one is told; the others are let go to their end first.
        found = await asyncio.gather(*map(one, addresses), return_exceptions=True)
        if wrong := next((each for each in found if isinstance(each, BaseException)), None):
            raise wrong
        return [each for each in found if isinstance(each, Done)]

    async def _one(self, address: Address) -> Done:
        accept = "text/html" if address.form == "html" else "*/*"
        status, headers, body = await self._asked(address.target, accept)
        if status in (303, 307):
            status, headers, body = await self._asked(headers["location"].removeprefix(self._base), accept)
        page = headers.get("content-type", "").startswith("text/html")
        if status == 404 and not page:
            return Done(address, "", False, [])
        # What was withdrawn says so in every form; a page that leads to nothing says what is like it.
        if status not in (200, 404, 410):
            raise Unreadable(
                f"De toepassing antwoordt {status} op {address.target}; de site is niet af.",
                f"The application answers {status} to {address.target}; the site is not finished.",
            )
        leaf = Leaf(address, self._base)
        content = leaf.written(body, headers)
        changed = put(self._folder / address.file, content)
        return Done(address, hashlib.sha256(content).hexdigest(), changed, sorted(leaf.found))

    async def _asked(self, target: str, accept: str) -> tuple[int, dict[str, str], bytes]:
        """The answer to *target*; one that the application is too busy for at the moment is asked again."""
        for pause in _PAUSES:
            answer = await ask(self._app, target, accept)
            if answer[0] not in _BUSY:
                return answer
            await asyncio.sleep(pause)
        return await ask(self._app, target, accept)


async def ask(app: FastAPI, target: str, accept: str) -> tuple[int, dict[str, str], bytes]:
    """The answer of *app* to a GET of *target*: its status, headers and body."""
    path, _, query = target.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"accept", accept.encode()), (b"host", b"site")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    sent: list[Any] = []
    coming = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict[str, Any]:
        if not coming:
            await asyncio.Event().wait()  # the client stays
        return coming.pop()

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:])
