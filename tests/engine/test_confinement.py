"""A process can be kept from the network in two ways, and it is told when neither is to be had."""

from __future__ import annotations

import subprocess
import sys

import pytest


def found(expression: str) -> str:
    """What *expression* gives in a process of its own, which it may spoil."""
    code = f"from samenhang.engine import confinement as c; print({expression})"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_a_worker_is_kept_from_the_network_here() -> None:
    assert found("c.tried()") == "True"


@pytest.mark.parametrize("way", ["filtered", "isolated"])
def test_what_says_that_it_keeps_a_process_from_the_network_does(way: str) -> None:
    """A container may forbid one of them; then that is told."""
    assert found(f"(c.{way}(), c.connects())") in ("(True, False)", "(False, True)")
    assert found(f"c.tried(c.{way}) == c.{way}()") == "True"


def test_it_is_told_when_nothing_does() -> None:
    assert found("(c.tried(lambda: True), c.tried(lambda: False))") == "(False, False)"


def test_a_confined_process_validates_what_takes_threads() -> None:
    """None can be started by then; so they are beforehand."""
    code = """
from samenhang.engine import confinement
from samenhang.validation import engines, validate
engines.start()
confinement.disconnect(files=True)
SHAPE = b"<x:s> a sh:NodeShape ; sh:targetSubjectsOf <x:p> ; sh:property <x:q> . <x:q> sh:path <x:p> ; sh:maxCount 0 ."
data = b"".join(b"<x:%d> <x:p> <x:o> .\\n" % number for number in range(5_000))
print(len(validate(data, b"@prefix sh: <http://www.w3.org/ns/shacl#> . " + SHAPE).results))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "5000\n", done.stderr
