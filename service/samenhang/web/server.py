"""What listens on a port: uvicorn, set up for clients that one does not know, and for an end without loose ends."""

from __future__ import annotations

import asyncio
import gc
import socket
from typing import Final

import uvicorn
from fastapi import FastAPI

from samenhang.web import edition
from samenhang.web.connection import Connection, make_room

_GRACE: Final = 3.0
"""Seconds that queries have to end once the server was told to; after these they are told to come back."""

_GARBAGE: Final = 10_000
"""Objects more than before, after which garbage is looked for."""


class Server(uvicorn.Server):
    """Serves *app* until it gets SIGINT or SIGTERM."""

    def __init__(self, app: FastAPI) -> None:
        make_room()
        # What is here now stays, and of what comes most are answers that are kept: to look through all of it for
        # garbage as often as Python does by itself takes a tenth of the time.
        gc.freeze()
        gc.set_threshold(_GARBAGE)
        config = uvicorn.Config(
            app,
            http=Connection,
            ws="none",
            lifespan="on",
            log_level="error",  # a warning is about a client, and whoever sends nonsense must not fill the log
            access_log=False,
            server_header=False,
            log_config=None,  # whoever runs this says where it goes
            timeout_graceful_shutdown=5,
        )
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more requests, and let those that are here end."""
        asyncio.get_running_loop().call_later(_GRACE, edition.stop, self._app)
        await super().shutdown(sockets)
