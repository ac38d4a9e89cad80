"""What a worker cannot do: open connections or files, start processes, use more than its share, outlive its parent.

Everything here works for an unprivileged user on Linux. Where a sandbox forbids system call filters, a network
namespace without any network takes their place; where that is forbidden too, :func:`tried` tells so, and what is left
is the guard that refuses ``SERVICE``, and the other limits.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import resource
import signal
import socket
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Final

from samenhang.engine.budget import Budget

_LIBC: Final = ctypes.CDLL(None, use_errno=True)
_SET_PDEATHSIG, _SET_SECCOMP, _SET_NO_NEW_PRIVS = 1, 22, 38  # of prctl(2)
_FILTER_MODE: Final = 2
_NEW_USER, _NEW_NET = 0x10000000, 0x40000000  # of unshare(2)

# seccomp(2): load a word, jump if equal or greater, return.
_LOAD, _EQUAL, _ATLEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1  # EPERM
_NUMBER_AT, _MACHINE_AT = 0, 4

_FORBIDDEN: Final = {
    # machine: (its audit number, the first number of another calling convention, the calls)
    "x86_64": (
        0xC000003E,
        0x40000000,
        {
            "socket": 41, "connect": 42, "accept": 43, "bind": 49, "listen": 50, "socketpair": 53, "accept4": 288,
            "clone": 56, "fork": 57, "vfork": 58, "execve": 59, "execveat": 322, "clone3": 435, "ptrace": 101,
            "open": 2, "creat": 85, "openat": 257, "openat2": 437, "io_uring_setup": 425, "kill": 62,
        },
    ),
    "aarch64": (
        0xC00000B7,
        0xFFFFFFFF,
        {
            "socket": 198, "connect": 203, "accept": 202, "bind": 200, "listen": 201, "socketpair": 199,
            "accept4": 242, "clone": 220, "execve": 221, "execveat": 281, "clone3": 435, "ptrace": 117,
            "openat": 56, "openat2": 437, "io_uring_setup": 425, "kill": 129,
        },
    ),
}  # fmt: skip


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))


def confine(budget: Budget, parent: int, files: int = 0, *, connections: bool = False) -> None:
    """Take from this process what a worker does not need, for good.

    *parent*: the process with which it has to end. *files*: how many it has to be able to open; without any, it cannot.
    *connections*: whether it has to be able to open these, to the server that it asks.
    """
    follow(parent)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")  # memory short: workers first
    inherited = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    for kind, most in (
        (resource.RLIMIT_AS, inherited + budget.memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, budget.answer),
        (resource.RLIMIT_NOFILE, 16 + files),
    ):
        _, hard = resource.getrlimit(kind)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))
    if connections:
        filtered(("open", "socket", "connect"))
    else:
        disconnect(files=files > 0)


def follow(parent: int) -> None:
    """Let this process end when *parent* does, however that ends."""
    _LIBC.prctl(_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended before we asked to be told
        os._exit(0)


def disconnect(files: bool = False) -> bool:
    """Keep this process from opening connections, and but for *files* from opening files. Whether the system let us."""
    return filtered(("open",) if files else ()) or isolated()


def isolated() -> bool:
    """Put this process in a network of its own, without anything in it. Whether the system let us."""
    return bool(_LIBC.unshare(_NEW_USER | _NEW_NET) == 0)


def tried(forbid: Callable[[], bool] = disconnect) -> bool:
    """Whether a child of this process can be kept from opening connections, found by trying."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            status = 0 if forbid() and not connects() else 1
        finally:
            os._exit(status)
    return os.waitpid(pid, 0)[1] == 0


def connects() -> bool:
    """Whether a connection can be tried: to a port of this machine where nobody answers."""
    try:
        socket.create_connection(("127.0.0.1", 9), timeout=1).close()
    except ConnectionRefusedError:
        return True
    except OSError:
        return False  # not permitted, or no network to reach it by
    return True


def allow(seconds: float) -> None:
    """Let this process use *seconds* more of processor time; then the system ends it, should nobody else do so."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime + seconds) + 2
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def dirt() -> int:
    """Bytes of memory that this process touched first or wrote to first, since it began (at most: some count twice)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt * resource.getpagesize()


def filtered(but: tuple[str, ...] = ()) -> bool:
    """Forbid this process the calls of the table, *but* those that begin so. Whether the system let us."""
    if platform.machine() not in _FORBIDDEN:
        return False
    machine, other, calls = _FORBIDDEN[platform.machine()]
    numbers = sorted(number for name, number in calls.items() if not name.startswith(but))
    refuse = len(numbers)  # instructions from the first comparison of a number to the refusal, less one
    code = [
        (_LOAD, 0, 0, _MACHINE_AT),
        (_EQUAL, 0, refuse + 3, machine),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_ATLEAST, refuse + 1, 0, other),
        *((_EQUAL, refuse - i, 0, number) for i, number in enumerate(numbers)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    packed = b"".join(struct.pack("=HBBI", *step) for step in code)
    _LIBC.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    program = _Program(len(code), packed)
    return bool(_LIBC.prctl(_SET_SECCOMP, _FILTER_MODE, ctypes.byref(program), 0, 0) == 0)
