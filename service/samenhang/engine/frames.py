"""What passes between the service and a worker: small binary frames over a pair of sockets.

A request is its length and the inquiry, as ``marshal`` writes it: both ends are one Python, and only the service
writes requests. An answer is its kind, its length and its bytes; of a large one the bytes stand in a nameless file
whose descriptor comes along. A problem is JSON.
"""

from __future__ import annotations

import array
import json
import marshal
import mmap
import os
import socket
import struct
from enum import IntEnum
from typing import Any, Final

from samenhang.engine.body import Body
from samenhang.engine.inquiry import Inquiry
from samenhang.errors import Busy, NotFound, SamenhangError, SyntaxProblem, TooMuch, Unreadable, WrongValue

INLINE: Final = 128 * 1024
"""Bytes; an answer that is larger goes through a file."""
SPACE: Final = socket.CMSG_SPACE(2 * array.array("i").itemsize)
"""What receiving descriptors takes."""


class State(IntEnum):
    """What a worker says of itself with an answer."""

    FRESH = 0
    TIRED = 1
    """It unshared much of what workers share; replace it when nobody asks anything."""
    LAST = 2
    """It ends after this."""


_LENGTH: Final = struct.Struct("<I")
_HEAD: Final = struct.Struct("<BBxxI")
_STATES: Final = tuple(State)
_BYTES, _FILE, _PROBLEM = range(3)
_ERRORS: Final = {kind.__name__: kind for kind in (Busy, NotFound, SyntaxProblem, TooMuch, Unreadable, WrongValue)}


def request(inquiry: Inquiry, polite: bool) -> bytes:
    """The frame that asks *inquiry*; *polite*: the worker gives way to other processes from now on."""
    frame = marshal.dumps((*inquiry, polite))
    return _LENGTH.pack(len(frame)) + frame


def receive(sock: socket.socket) -> tuple[Inquiry, bool] | None:
    """The next request that comes in on *sock*, and whether to be polite; None when the other end is gone."""
    got = sock.recv(1 << 16)
    while len(got) < _LENGTH.size or len(got) < _LENGTH.size + _LENGTH.unpack_from(got)[0]:
        more = sock.recv(1 << 20)
        if not more:
            return None
        got += more
    *asked, polite = marshal.loads(got[_LENGTH.size :])
    return Inquiry(*asked), polite


def send_bytes(sock: socket.socket, parts: list[bytes], state: State) -> None:
    """Answer with what is joined from *parts*."""
    sock.sendall(b"".join([_HEAD.pack(_BYTES, state, sum(map(len, parts))), *parts]))


def send_file(sock: socket.socket, file: int, state: State) -> None:
    """Answer with the whole of *file* (a descriptor), which stays open here."""
    socket.send_fds(sock, [_HEAD.pack(_FILE, state, 0)], [file])


def send_problem(sock: socket.socket, problem: SamenhangError, state: State) -> None:
    """Answer that it cannot be answered, and why."""
    text = dump(problem)
    sock.sendall(_HEAD.pack(_PROBLEM, state, len(text)) + text)


def read(got: bytes | bytearray | memoryview, files: list[int]) -> tuple[Body | SamenhangError, State] | None:
    """The answer in what a worker sent so far, and what it says of itself; None while that is not whole.

    A descriptor in *files* is closed here, once what it stands for is mapped.
    """
    if len(got) < _HEAD.size:
        return None
    kind, state, length = _HEAD.unpack_from(got)
    if kind == _FILE:
        try:
            return Body(mmap.mmap(files[0], 0, prot=mmap.PROT_READ)), _STATES[state]
        finally:
            os.close(files.pop(0))
    if len(got) < _HEAD.size + length:
        return None
    content = bytes(got[_HEAD.size : _HEAD.size + length])
    return (Body(content) if kind == _BYTES else load(json.loads(content))), _STATES[state]


def descriptors(extra: list[tuple[int, int, bytes]]) -> list[int]:
    """The descriptors that came along with a message."""
    files = array.array("i")
    for level, kind, data in extra:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            files.frombytes(data[: len(data) - len(data) % files.itemsize])
    return files.tolist()


def told(problem: SamenhangError) -> dict[str, Any]:
    """*problem* as plain values."""
    return {"kind": type(problem).__name__, **vars(problem)}


def dump(problem: SamenhangError) -> bytes:
    """*problem* as JSON."""
    return json.dumps(told(problem)).encode()


def load(told: dict[str, Any]) -> SamenhangError:
    """The error that :func:`told` told."""
    kind = _ERRORS.get(told.pop("kind"), SamenhangError)
    return kind(**told)
