"""Evidence holds: fragments are short, are what was found in the source, and stand where they are said to stand."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from samenhang.release import Release
from tests.support import ROOT, cells

PREFIXES = "PREFIX sam: <https://w3id.org/samenhang/ns#> PREFIX source: <https://w3id.org/samenhang/id/source/>"


def fragments(release: Release, where: str = "") -> list[tuple[str, ...]]:
    rows = cells(
        release.query(
            f"{PREFIXES} SELECT ?e ?fragment ?digest ?heading WHERE {{ ?e a sam:Evidence ; sam:fragment ?fragment ;"
            f" sam:fragmentDigest ?digest ; sam:source ?source . OPTIONAL {{ ?e sam:heading ?heading }} {where} }}"
        )
    )
    return [tuple(cell or "" for cell in row) for row in rows]


def plain(text: str) -> str:
    """Text as a reader sees it: without the asterisks of bold and footnotes, white space as one space."""
    return " ".join(text.replace("*", "").split())


def test_fragments_have_at_most_twelve_words_and_are_as_they_were_found(release: Release) -> None:
    found = fragments(release)
    assert len(found) > 100
    for evidence, fragment, digest, _ in found:
        assert 0 < len(fragment.split()) <= 12, evidence
        assert digest == hashlib.sha256(fragment.encode()).hexdigest()[:16], evidence


def test_fragments_of_the_report_stand_in_it_verbatim(release: Release, shared: Path) -> None:
    text = (shared / "facts" / "vbh-eindverslag-2021.txt").read_text(encoding="utf-8")
    lines = [plain(line) for line in text.splitlines()]
    found = fragments(release, "FILTER (?source = source:eindverslag-2021)")
    assert len(found) > 100
    for evidence, fragment, _, _ in found:
        assert any(plain(fragment) in line for line in lines), f"{evidence}: {fragment}"


def test_headings_of_the_report_are_those_of_the_report(release: Release, shared: Path) -> None:
    headings = set(
        re.findall(r"^\| S\d\d \| (.+?) \| ", (shared / "facts" / "report.md").read_text("utf-8"), re.MULTILINE)
    )
    rows = cells(
        release.query(
            f"{PREFIXES} SELECT DISTINCT ?heading"
            " WHERE { ?e sam:source source:eindverslag-2021 ; sam:heading ?heading }"
        )
    )
    assert rows
    for (heading,) in rows:
        assert heading in headings


def test_fragments_of_the_field_stand_in_its_facts(release: Release, shared: Path) -> None:
    lines = [plain(line) for line in (shared / "facts" / "field.md").read_text(encoding="utf-8").splitlines()]
    found = fragments(release, "FILTER (?source != source:eindverslag-2021)")
    assert found
    for evidence, fragment, _, _ in found:
        assert any(plain(fragment) in line for line in lines), f"{evidence}: {fragment}"


@pytest.mark.parametrize("scope", ["report-2021", "field"])
def test_each_source_speaks_only_from_its_own_sources(release: Release, scope: str) -> None:
    """No fact of the field in the report's scope, and none of the report's in the field's."""
    rows = cells(
        release.query(
            f"{PREFIXES} SELECT DISTINCT ?source WHERE {{ ?claim a sam:Claim ; sam:evidence/sam:source ?source }}",
            scope=scope,
        )
    )
    named = {source for (source,) in rows}
    assert named
    assert (named == {"source:eindverslag-2021"}) is (scope == "report-2021")
    assert ("source:eindverslag-2021" in named) is (scope == "report-2021")


def test_no_person_is_named_anywhere(shared: Path) -> None:
    """The report lists participants; none of their names may occur in any file of the project."""
    report = (shared / "facts" / "vbh-eindverslag-2021.txt").read_text(encoding="utf-8")
    attended = report.split("Bilaterale gesprekken")[1].split("Opbouw van dit eindverslag")[0]
    listed = re.findall(r"(?:DCJM|Vlaanderen|Cultuurconnect|Publiq|meemoo) – ([^;\n]+)", attended)
    names = {name.strip(" .") for part in listed for name in re.split(r",| en ", part)}
    names |= {line.strip() for line in report.split("CONTACTPERSOON")[1].splitlines()[1:4] if line.count(" ") == 2}
    names |= set(re.findall(r"\bF\. (?:De )?[A-Z]\w+", report))
    names |= {name.partition(". ")[2] for name in names if ". " in name}
    assert len(names) > 9
    files = [
        path
        for path in ROOT.rglob("*")
        if path.is_file() and not set(path.parts) & {".git", ".venv", "var", ".mypy_cache", ".ruff_cache"}
    ]
    for path in files:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for name in names:
            assert name not in text, path
