"""What is written about the project is true: settings, commands, make targets, the wheel."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import zipfile
from pathlib import Path

from samenhang.cli.running import table
from samenhang.release import Release
from samenhang.settings import SETTINGS
from tests.support import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_setting_is_documented_as_it_is_declared() -> None:
    written = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert table() in written, "samenhang settings --format markdown"
    for setting in SETTINGS:
        assert all(text.endswith(".") for text in (setting.nl, setting.en)), setting.name
        assert setting.nl != setting.en
        assert setting.absent("nl") or setting.secret, setting.name


def test_no_other_setting_is_read_from_the_environment() -> None:
    declared = {setting.name for setting in SETTINGS}
    reading = re.compile(r"\benviron\b|\bgetenv\b")
    for path in (ROOT / "service").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"\bSAMENHANG(?:_[A-Z]+)+\b", text)) <= declared, path
        assert path.name == "settings.py" or not reading.search(text), path


def test_every_module_says_what_it_is() -> None:
    for path in (ROOT / "service").rglob("*.py"):
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path


def public(module: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Functions and classes of a module, and methods of its classes, that others may use."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    found = [node for node in module.body if isinstance(node, kinds) and not node.name.startswith("_")]
    for node in [node for node in found if isinstance(node, ast.ClassDef)]:
        found += [part for part in node.body if isinstance(part, kinds) and not part.name.startswith("_")]
    # What overrides click says nothing new; a command has its words in its decorator, in two languages.
    return [
        node
        for node in found
        if node.name not in ("get_help", "get_usage")
        and not any(ast.unparse(decorator).startswith("click.") for decorator in node.decorator_list)
    ]


def test_every_public_name_has_a_docstring() -> None:
    missing = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in sorted((ROOT / "service").rglob("*.py"))
        for node in public(ast.parse(path.read_text(encoding="utf-8")))
        if not ast.get_docstring(node)
    ]
    assert missing == []


def test_make_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    answer = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(phony.split()) == set(re.findall(r"^  make (\w+)", answer.stdout, re.MULTILINE))
    assert {"help", "run", "check", "test", "bench", "soak"} <= set(phony.split())


def test_the_wheel_holds_all_content(tmp_path: Path) -> None:
    """``pip install samenhang`` has ontology, shapes, queries and data with it, the same as the checkout."""
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", tmp_path, ROOT],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    held = {name.removeprefix("samenhang/content/") for name in zipfile.ZipFile(wheel).namelist()}
    for folder, kind in (
        ("ontology", "ttl"),
        ("shapes", "ttl"),
        ("data", "ttl"),
        ("queries", "rq"),
        ("queries", "yaml"),
    ):
        wanted = {str(path.relative_to(ROOT)) for path in (ROOT / folder).rglob(f"*.{kind}")}
        assert wanted
        assert wanted <= held
    assert "samenhang/py.typed" in held
    for package in ("web", "exchange"):
        assert any(name.startswith(f"samenhang/{package}/templates/") for name in held)


def test_the_installed_wheel_builds_a_release(release: Release, tmp_path: Path) -> None:
    """From the wheel alone, far from the checkout: the packaged content makes the release that the checkout makes."""
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "-t",
            tmp_path / "site",
            ROOT,
        ],
        check=True,
        capture_output=True,
    )
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); import samenhang.settings as s;"
        " assert str(s.content()).startswith(sys.argv[1]);"
        " from samenhang.release import Shelf; from samenhang.release.build import build; from pathlib import Path;"
        " print(build(s.content(), Shelf(Path(sys.argv[2]))).release.name)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "site"), str(tmp_path / "var")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == release.name
