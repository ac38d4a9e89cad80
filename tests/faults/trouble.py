"""Faults that are no kill: disks, files, handles, clocks, and all at once."""

from __future__ import annotations

import functools
import os
import resource
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import httpx

from samenhang.release import Shelf
from tests.faults.scene import Scene
from tests.service import children, until
from tests.test_serving import ENDLESS

Fault = Callable[[Scene], str]


def limited(scene: Scene, limits: Mapping[str, int], sizes: Iterator[int] | range) -> str:
    """Builds that may write or open only so much: each is refused with a reason, and what there was stays."""
    (kind,) = limits
    statuses: dict[int, int] = {}
    for size in sizes:
        before = scene.shelf.current().name
        _, ended = scene.build(size, whole=False, **{kind: size})
        status = int(next(ended))
        statuses[status] = statuses.get(status, 0) + 1
        if status == 2 and scene.shelf.current().name != before:
            scene.problems.append(f"a build that was refused with {size} {kind} is published")
        if status not in (0, 2):
            scene.problems.append(f"a build with {size} {kind} ended with {status}")
        scene.note(kind=kind, size=size)
    return f"{statuses.get(2, 0)} builds refused with a reason, {statuses.get(0, 0)} published"


def small_disk(scene: Scene) -> str:
    """A file system that is full before the release is whole, for one size after the other."""
    refused = 0
    for kilobytes in range(16, 2000, 120):
        with _mounted("-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs") as place:
            if place is None:
                return "NOT DONE: this system lets nobody mount"
            scene.shelf = Shelf(place)
            scene.known.clear()
            _, ended = scene.build(0, whole=False)
            status = int(next(ended))
            if status == 0:
                break
            refused += 1
            if status != 2 or scene.shelf.names():
                scene.problems.append(f"on {kilobytes} kB a build ended with {status}, with {scene.shelf.names()}")
    scene.shelf = Shelf(scene.folder / "var")
    return f"{refused} builds refused on a full disk"


def read_only(scene: Scene) -> str:
    """A disk that cannot be written to: what is published is served, and a build is refused."""
    release = scene.shelf.current()
    with _mounted("--bind", "-o", "ro", str(scene.shelf.folder)) as place:
        if place is None:
            return "NOT DONE: this system lets nobody mount"
        scene.shelf = Shelf(place)
        with scene.service() as (_, client):
            scene.expect(client, release)
        _, ended = scene.build(0, whole=False)
        if (status := int(next(ended))) != 2:
            scene.problems.append(f"a build ended with {status}")
        scene.problems += scene.look()
    scene.shelf = Shelf(scene.folder / "var")
    return "served, and a build refused"


@contextmanager
def _mounted(*arguments: str) -> Iterator[Path | None]:
    """Something mounted, as ``mount`` has it; None when the system does not let us."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["mount", *arguments, folder], capture_output=True, check=False)
        if done.returncode == 0 and "ro" in arguments:
            subprocess.run(["mount", "-o", "remount,bind,ro", folder], capture_output=True, check=False)
        try:
            yield Path(folder) if done.returncode == 0 else None
        finally:
            if done.returncode == 0:
                subprocess.run(["umount", folder], check=True)


def damaged(scene: Scene) -> str:
    """One byte of each file of the published release is another: an earlier one is served, and that is said."""
    old = scene.shelf.current()
    new = scene.put(7)
    files = sorted(path for path in new.folder.iterdir() if path.is_file())
    for path in files:
        whole = path.read_bytes()
        harmed = bytearray(whole)
        place = len(harmed) // 2
        if path.name == "manifest.json":  # where the byte matters: in a checksum
            place = whole.index(b'"sha256": "') + 12
        harmed[place] = ord("0") if harmed[place] != ord("0") else ord("1")
        path.write_bytes(harmed)
        with scene.service() as (_, client):
            scene.expect(client, old, "degraded")
        path.write_bytes(whole)
    with scene.service() as (_, client):
        scene.expect(client, new)
    return f"{len(files)} files, each damaged once"


def together(scene: Scene) -> str:
    """Builds at the same time, of the same and of other content."""
    others = [Scene(scene.folder / f"beside{n}") for n in range(4)]
    for other in others:
        other.shelf = scene.shelf
    running = [other.build(n % 2, whole=False)[1] for n, other in enumerate(others)]
    statuses = [int(next(ended)) for ended in running]
    for other in others:
        other.__exit__(None, None, None)
    if statuses != [0] * len(others):
        scene.problems.append(f"builds at the same time ended with {statuses}")
    return f"{len(others)} builds at once"


def no_handles(scene: Scene, files: int = 160) -> str:
    """More connections than files may be open: some are dropped, and afterwards it answers as before."""
    release = scene.shelf.current()
    with scene.service() as (process, client):
        scene.expect(client, release)
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (files, files))
        address = (client.base_url.host, client.base_url.port or 0)
        with ThreadPoolExecutor(8) as pool:
            opened = list(pool.map(functools.partial(_knock, address), range(2 * files)))
        dropped = sum(not one for one in opened)
        for _ in range(3):  # workers must be replaced too, when there are no handles for them
            with suppress(httpx.HTTPError):
                client.get("/sparql", params={"query": "ASK {}"})
        until(lambda: _well(client))
        scene.expect(client, release)
    return f"{2 * files} connections for {files} files, {dropped} without an answer"


def _knock(address: tuple[str, int], _number: int) -> bool:
    try:
        return httpx.get(f"http://{address[0]}:{address[1]}/health", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def storm(scene: Scene, queries: int = 60) -> str:
    """Queries that never end, from many clients, while the workers are killed under them."""
    release = scene.shelf.current()
    with scene.service(SAMENHANG_SECONDS="1") as (process, client):
        until(lambda: len(children(process.pid)) >= 4)
        number = len(children(process.pid))

        def ask(turn: int) -> int:
            text = {"query": f"{ENDLESS} # {turn}"}
            with suppress(httpx.HTTPError):
                return httpx.get(f"{client.base_url}/sparql", params=text, timeout=60).status_code
            return 0

        with ThreadPoolExecutor(16) as pool:
            asked = [pool.submit(ask, turn) for turn in range(queries)]
            while not all(one.done() for one in asked):
                for victim in children(process.pid)[1:]:
                    with suppress(ProcessLookupError):
                        os.kill(victim, 9)
                with suppress(httpx.HTTPError):
                    client.get("/health")
        statuses = {one.result() for one in asked}
        if not statuses <= {413, 429, 503, 504, 200}:
            scene.problems.append(f"answers {statuses}")
        until(lambda: _well(client))
        until(lambda: len(children(process.pid)) == number)
        scene.expect(client, release)
    return f"{queries} endless queries answered with {sorted(statuses)}"


def _well(client: httpx.Client) -> bool:
    with suppress(httpx.HTTPError):
        return bool(client.get("/health").json()["status"] == "ok")
    return False


FAULTS: Final[Mapping[str, Fault]] = {
    "full disk": small_disk,
    "no room": lambda scene: limited(scene, {"bytes": 0}, range(0, 700_000, 70_000)),
    "read-only disk": read_only,
    "damaged file": damaged,
    "builds together": together,
    "no handles": no_handles,
    "build, no handles": lambda scene: limited(scene, {"files": 0}, range(3, 30, 3)),
    "worker storm": storm,
}
