"""Processes killed, in the way that cannot be caught, at any moment of a build, a switch or serving."""

from __future__ import annotations

import functools
import os
import random
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

import httpx

from samenhang.release import Release
from tests.faults.scene import Scene
from tests.service import children, command

Fault = Callable[[Scene], str]


def faults(rounds: int, seed: int) -> Mapping[str, Fault]:
    """What kills *rounds* times in all, at moments that follow from *seed*.

    Half in builds (most of them while they write), the rest while serving.
    """
    builds, switches = rounds // 2, rounds // 4
    return {
        "kill a build": functools.partial(builds_killed, rounds=builds // 4, seed=seed),
        "kill a writer": functools.partial(builds_killed, rounds=builds - builds // 4, seed=seed, whole=False),
        "kill a switch": functools.partial(switches_killed, rounds=switches, seed=seed),
        "kill a service": functools.partial(services_killed, rounds=rounds - builds - switches, seed=seed),
    }


def builds_killed(scene: Scene, rounds: int, seed: int, whole: bool = True) -> str:
    """Builds, or not *whole* only their ends, that are killed; after each, what was published is there and whole."""
    moments = random.Random(seed)
    lasts = 0.0
    for _ in range(2):  # the first one includes the start of the process in which they are
        begun = time.monotonic()
        _, ended = scene.build(0, whole)
        if int(next(ended)) != 0:
            scene.problems.append("a build failed that nobody hindered")
        lasts = time.monotonic() - begun
    killed = 0
    for turn in range(rounds):
        pid, ended = scene.build(turn, whole)
        time.sleep(moments.uniform(0, lasts))
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        killed += int(next(ended)) == -signal.SIGKILL
        scene.note(turn=turn)
    _, ended = scene.build(0, whole)
    if int(next(ended)) != 0:
        scene.problems.append("no build succeeds afterwards")
    scene.problems += [f"left behind: {path.name}" for path in scene.shelf.folder.glob(".*")]
    return f"{rounds} builds, {killed} of them killed"


def switches_killed(scene: Scene, rounds: int, seed: int) -> str:
    """Services that are killed while they take another release; the next one serves what is published."""
    moments = random.Random(seed)
    for turn in range(rounds):
        with scene.service() as (process, client):
            release = scene.put(4 + turn % 5)
            process.send_signal(signal.SIGHUP)
            asked = 0
            end = time.monotonic() + moments.uniform(0, 1)
            while time.monotonic() < end:
                asked += 1
                _whole(scene, client)
        scene.note(turn=turn)
        if turn % 5 == 0 or turn == rounds - 1:
            with scene.service() as (_, client):
                scene.expect(client, release)
    return f"{rounds} services killed in a switch"


def services_killed(scene: Scene, rounds: int, seed: int) -> str:
    """Processes of a service that are killed; the others go on, and what ended is there again."""
    moments = random.Random(seed)
    turn = 0
    while turn < rounds:
        with scene.service() as (process, client):
            release: Release = scene.shelf.current()
            for _ in range(min(10, rounds - turn)):
                turn += 1
                victim = moments.choice(children(process.pid) or [process.pid])
                told = command(victim)
                with suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL)
                time.sleep(moments.uniform(0, 0.2))
                _whole(scene, client)
                _again(scene, client, f"after {told!r}")
            scene.expect(client, release)
            if len(children(process.pid)) > 8:
                scene.problems.append(f"processes pile up: {len(children(process.pid))}")
        scene.note(turn=turn)
    return f"{rounds} processes of services killed"


def _whole(scene: Scene, client: httpx.Client) -> None:
    """What is answered is of one release, or a refusal that says to come back."""
    query = "SELECT (COUNT(*) AS ?n) (SAMPLE(?o) AS ?size) (COUNT(DISTINCT ?o) AS ?kinds) { ?s ?p ?o }"
    answer = client.get("/sparql", params={"query": f"{query} # {time.monotonic()}", "format": "csv"})
    if answer.status_code == 200:
        number, size, kinds = answer.text.split("\r\n")[1].split(",")
        if (number, kinds) != (size, "1"):
            scene.problems.append(f"an answer of two releases: {answer.text!r}")
    elif answer.status_code not in (503, 413):  # 413: it was the worker of this query that was killed
        scene.problems.append(f"{answer.status_code} {answer.text[:200]!r}")


def _again(scene: Scene, client: httpx.Client, when: str) -> None:
    """Within half a minute there is an answer again."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        query = {"query": f"ASK {{}} # {time.monotonic()}"}
        if client.get("/sparql", params=query).status_code == 200 and client.get("/health").status_code == 200:
            return
        time.sleep(0.1)
    scene.problems.append(f"no answer within 30 s {when}")
