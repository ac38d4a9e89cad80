"""``samenhang`` as a process of its own each time, without paying each time for what a process imports.

A process imports what the commands use (pyoxigraph, click, the service below its commands), reads the published release
of its environment, and forks for each command: the fork has arguments, folder, environment, input and outputs of its
own, imports the commands and ends as they say. Only a release that is the same to the byte is not read again. Run as a
module, this file is that process.
"""

from __future__ import annotations

import hashlib
import json
import os
import runpy
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from tests.support import ROOT

if TYPE_CHECKING:
    import pyoxigraph as ox

    from samenhang.engine import Holding

Done = subprocess.CompletedProcess[str]
_BEFOREHAND: Final = (
    "click",
    "samenhang.assessment",
    "samenhang.engine.embedded",
    "samenhang.exchange",
    "samenhang.release.build",
)


class Commands:
    """Runs commands one after the other; ``close`` it afterwards."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self._folder = tempfile.TemporaryDirectory()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.command"],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: object, stdin: str = "", cwd: Path = ROOT, **more: str) -> Done:
        """``samenhang`` with these arguments, in a pipe; *more* goes into the environment."""
        asks, tells = self._process.stdin, self._process.stdout
        assert asks is not None
        assert tells is not None
        given, out, err = (Path(self._folder.name) / name for name in ("in", "out", "err"))
        given.write_text(stdin, encoding="utf-8")
        words = [str(argument) for argument in arguments]
        order = {"arguments": words, "cwd": str(cwd), "environment": {**self.environment, **more}}
        asks.write(json.dumps(order | {"files": [str(given), str(out), str(err)]}) + "\n")
        asks.flush()
        code = int(tells.readline())
        return Done(words, code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))

    def close(self) -> None:
        """End the process, and remove what it wrote."""
        self._process.communicate()
        self._folder.cleanup()


def _serve(orders: IO[str]) -> None:
    for name in _BEFOREHAND:
        __import__(name)
    _read()
    for line in orders:
        child = os.fork()
        if child == 0:
            os._exit(_obey(json.loads(line)))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _read() -> None:
    """Read the published release, for commands that open the same; they still check what stands in its folder."""
    from samenhang.engine import Holding
    from samenhang.release import open_current

    kept = open_current()
    known, store, load = _same(kept.holding()), kept.engine.store, Holding.load

    def once(self: Holding) -> ox.Store:
        return store if _same(self) == known else load(self)

    Holding.load = once  # type: ignore[method-assign]


def _same(holding: Holding) -> tuple[bytes, ...]:
    """What *holding* would be read from."""
    return tuple(hashlib.sha256(path.read_bytes()).digest() for path in holding.files)


def _obey(order: dict[str, object]) -> int:
    """Be the command of *order*; its exit status."""
    files, environment, arguments = order["files"], order["environment"], order["arguments"]
    assert isinstance(files, list)
    assert isinstance(environment, dict)
    assert isinstance(arguments, list)
    for number, path in enumerate(files):
        handle = os.open(path, os.O_RDWR | os.O_CREAT | (os.O_TRUNC if number else 0), 0o600)
        os.dup2(handle, number)
        os.close(handle)
    os.chdir(str(order["cwd"]))
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["samenhang", *arguments]
    try:
        runpy.run_module("samenhang", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


if __name__ == "__main__":
    # What forks read of their own input must not be lost in ours.
    _serve(os.fdopen(os.dup(0), encoding="utf-8"))
