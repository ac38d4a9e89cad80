"""A process that builds when it is told, each time in a child of its own, which can be killed."""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path
from typing import NoReturn

from samenhang.errors import SamenhangError
from samenhang.namespaces import scope_graph
from samenhang.release import Release, Shelf
from samenhang.release.build import build


def put(shelf: Shelf, size: int) -> Release:
    """A release of *size* triples that say nothing, kept on *shelf* and published."""
    graph = scope_graph("all")
    data = "".join(f'<http://x/{n}> <http://x/size> "{size}" <{graph}> .\n' for n in range(size)).encode()
    release = shelf.put({"data.nq": data}, {"quads": size}, {"copy.nq": data})
    shelf.publish(release)
    return release


def make(order: dict[str, str | int]) -> NoReturn:
    """Build what *order* says and end: 0 when it was published, 2 when it was refused with a reason."""
    status = 1
    try:
        if "bytes" in order:
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(order["bytes"]),) * 2)
        if "files" in order:
            resource.setrlimit(resource.RLIMIT_NOFILE, (int(order["files"]),) * 2)
        shelf = Shelf(Path(str(order["var"])))
        if "size" in order:
            put(shelf, int(order["size"]))
        else:
            build(Path(str(order["content"])), shelf)
        status = 0
    except SamenhangError:
        status = 2
    finally:
        os._exit(status)


def main() -> None:
    """Read orders, one a line; tell the number of the process, and when it ended how."""
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            make(json.loads(line))
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
