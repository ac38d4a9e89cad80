"""A program of ours at the other end of a socket: how the service starts one, and how one is it.

It is a new program, so that nothing of the service (threads, connections) is in it. It says with JSON that it is ready
or what is wrong, and ends when the socket is closed at the other end.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable

from samenhang.engine import frames
from samenhang.errors import SamenhangError

LONGEST = 1 << 16
"""Bytes of a message, at most."""


def start(module: str) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start *module* as a program; the process, and our end of its socket. Raises OSError (no memory, descriptors)."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        try:
            process = subprocess.Popen(
                [sys.executable, "-m", module, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # what is typed at the terminal is for the service
            )
        except OSError:
            ours.close()
            raise
    return process, ours


def be(work: Callable[[socket.socket], None]) -> None:
    """Do *work* with the socket of which the number is the first argument, and end; a problem that it has is told."""
    try:
        control = socket.socket(fileno=int(sys.argv[1]))
        try:
            work(control)
        except SamenhangError as problem:
            control.send(b'{"problem": ' + frames.dump(problem) + b"}")
            while control.recv(LONGEST):
                pass  # what is left unread at our end would take the place of what we said
    except (BrokenPipeError, ConnectionResetError, KeyboardInterrupt):
        pass  # the service is gone
    except Exception:
        traceback.print_exc()
    finally:
        # Giving each quad back would take longer than loading it did.
        os._exit(0)
