"""From a file that an organisation keeps to whoever follows the map, as the README shows it."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import httpx

from samenhang.release import Shelf
from samenhang.release.build import build
from tests.command import Commands
from tests.harvest import scene
from tests.harvest.host import hosted
from tests.test_readme import commands, curl
from tests.test_web import served


def test_a_change_goes_all_the_way(tmp_path: Path) -> None:
    """Each command of the README's block, on a small map with one registered address; the first release is before."""
    steps = commands("shell-session")
    assert [re.split(r"\s", command)[0] for command, _ in steps].count("curl") >= 2
    with hosted() as host:
        content = scene.map_of(tmp_path / "content", scene.registered(host, "anna", "anna"))
        environment = os.environ | {
            "SAMENHANG_CONTENT": str(content),
            "SAMENHANG_VAR": str(tmp_path / "var"),
            "SAMENHANG_HARVEST_LOOPBACK": "yes",
        }
        shelf = Shelf(tmp_path / "var")
        assert build(content, shelf).release is not None
        run = Commands(environment)
        try:
            host.tell("/anna", scene.use("anna", "anna"))
            client: httpx.Client | None = None
            service: Iterator[httpx.Client] = iter(())
            for command, shown in steps:
                if command.startswith("curl "):
                    if client is None:
                        service = served(shelf.current())
                        client = next(service)
                    output = curl(client, command)
                else:
                    done = run.run(*shlex.split(command)[1:])
                    assert done.returncode in ((0, 1) if " diff " in command else (0,)), done.stderr
                    output = done.stdout
                assert shown
                lines = iter(line.strip() for line in output.splitlines())
                for expected in shown:
                    start = expected.removesuffix("...")
                    assert any(line == expected or (start != expected and line.startswith(start)) for line in lines), (
                        f"{command}: not in the output, or not in this order: {expected}\n{output}"
                    )
            assert next(service, None) is None  # it ends
        finally:
            run.close()
