"""Imports point downwards: who reads a module need not know what stands above it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.support import ROOT

PACKAGE = ROOT / "service" / "samenhang"

LAYERS = [
    {"namespaces", "errors", "lexis", "lock"},
    {"settings", "turtle", "syntax", "journal", "progress"},
    {"sources"},
    {"validation"},
    {"questions"},
    {"mending"},
    {"inspection"},
    {"reports"},
    {"engine"},
    {"texts", "hints", "drawing"},
    {"exchange"},
    {"release"},
    {"changes"},
    {"assessment"},
    {"harvest"},
    {"web"},
    {"site"},
    {"cli"},
]
"""From the ground up, as CONTRIBUTING tells it; a module may import from its own layer and from those below."""

RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}


def modules() -> list[Path]:
    return [
        p for p in sorted(PACKAGE.rglob("*.py")) if p.name not in ("__init__.py", "__main__.py") or p.parent != PACKAGE
    ]


def imported(path: Path) -> set[str]:
    """The first names below ``samenhang`` that *path* imports, wherever in the file."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("samenhang"):
            parts = node.module.split(".")
            names |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("samenhang.")}
    return names - {"__version__"}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_from_below(path: Path) -> None:
    own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    for name in imported(path):
        assert RANK[name] <= RANK[own], f"{own} imports {name}, which stands above it"


def test_contributing_tells_the_same_order() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    told = text[text.index("Imports in `service/samenhang/`") :]
    places = [told.index(f"`{' '.join(sorted(layer))}`") for layer in LAYERS]
    assert places == sorted(places)
