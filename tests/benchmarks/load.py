"""How many requests a second a server answers: eight connections, by ``wrk`` (Debian's package of that name)."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

CONNECTIONS = 8

_ONE = 'request = function() return wrk.format("GET", "{address}", {{["Accept"] = "{accept}"}}) end\n'
# Each request is another text, so that no answer was given before: a number in a comment at its end.
_FRESH = """local number, run = 0, {seed}
request = function()
  number = number + 1
  return wrk.format("GET", "{address}%23" .. run .. "x" .. number, {{["Accept"] = "{accept}"}})
end
"""
_EACH_ONCE = """local number, addresses = 0, {{}}
for line in io.lines("{file}") do addresses[#addresses + 1] = line end
request = function()
  number = number + 1
  return wrk.format("GET", addresses[(number - 1) % #addresses + 1], {{["Accept"] = "{accept}"}})
end
"""


def available() -> bool:
    """Whether there is a ``wrk`` here."""
    return shutil.which("wrk") is not None


def repeated(base: str, address: str, accept: str, seconds: float) -> float:
    """Requests a second for one *address* (a path with its query), asked over and over."""
    return _run(base, _ONE.format(address=address, accept=accept), seconds)


def fresh(base: str, address: str, accept: str, seconds: float, seed: int) -> float:
    """Requests a second for *address*, which ends in a query that takes a comment, each time with another one."""
    return _run(base, _FRESH.format(address=address, accept=accept, seed=seed), seconds)


def each_once(base: str, addresses: Sequence[str], accept: str, seconds: float) -> float:
    """Requests a second for *addresses*, of which so many are asked as there is time for, each once.

    Raises RuntimeError when there are too few: to ask one again would be another measurement, and so would waiting
    until the time is over.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("".join(f"{address}\n" for address in addresses))
        file.flush()
        rate = _run(base, _EACH_ONCE.format(file=file.name, accept=accept), seconds)
    if rate * seconds > len(addresses):
        raise RuntimeError(f"{len(addresses)} addresses are too few for {seconds:g} seconds at {rate:.0f} a second")
    return rate


def _run(base: str, script: str, seconds: float) -> float:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "load.lua"
        path.write_text(script, encoding="utf-8")
        command = [
            "wrk",
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{max(1, round(seconds))}s",
            "--timeout",
            "60s",
            "-s",
            str(path),
            base,
        ]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if wrong := re.search(r"(Non-2xx or 3xx responses|Socket errors): .*", told):
        raise RuntimeError(f"{base}: {wrong[0]}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    assert rate, told
    return float(rate[1])
