"""An application that always answers the same, in as many bytes as ``CONSTANT`` says: the floor under other figures."""

from __future__ import annotations

import os

from starlette.types import Receive, Scope, Send

BODY = b'{"head":{"vars":["s","p","o"]},"results":{"bindings":[]}}'.ljust(int(os.environ.get("CONSTANT", "0")))
HEADERS = [(b"content-type", b"application/sparql-results+json"), (b"content-length", str(len(BODY)).encode())]


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request, as ASGI has it."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await send({"type": "http.response.body", "body": BODY})
