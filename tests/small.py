"""A content folder of one building block, for tests that build, break and mend one: fast, and nobody else's."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.support import ROOT

PREFIXES: Final = """@prefix actor: <https://w3id.org/samenhang/id/actor/> .
@prefix building-block: <https://w3id.org/samenhang/id/building-block/> .
@prefix claim: <https://w3id.org/samenhang/id/claim/> .
@prefix evidence: <https://w3id.org/samenhang/id/evidence/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sam: <https://w3id.org/samenhang/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix source: <https://w3id.org/samenhang/id/source/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

BLOCK: Final = """
building-block:agenda a sam:BuildingBlock ;
    skos:prefLabel "Agenda"@nl , "Calendar"@en ;
    skos:definition "Verzonnen bouwblok."@nl , "Invented building block."@en ;
    sam:evidence evidence:agenda ;
    sam:modality sam:fact .
"""
EVIDENCE: Final = """
evidence:agenda a sam:Evidence ;
    sam:confidence sam:A ;
    sam:heading "Verzonnen hoofdstuk"@nl ;
    sam:slide 3 ;
    sam:source source:eindverslag-2021 .
"""
AGENDA: Final = PREFIXES + BLOCK + EVIDENCE
"""A description with which nothing is wrong."""

ACTORS: Final = "".join(
    f'actor:{name} a sam:Actor ; skos:prefLabel "{name.title()}"@nl , "{name.title()}"@en ;'
    ' skos:definition "Verzonnen."@nl , "Invented."@en ; sam:evidence evidence:agenda ; sam:modality sam:fact .\n'
    for name in ("anna", "berta")
)
"""Two organisations, Anna and Berta."""
OWNER: Final = """
claim:agenda-van-anna a sam:Responsibility ; sam:responsibilityType sam:responsibility-owns ;
    sam:responsible actor:anna ; sam:responsibleFor building-block:agenda ;
    sam:polarity sam:holds ; sam:modality sam:fact ; sam:evidence evidence:agenda .
"""
"""The block is Anna's."""


DECISIONS: Final = (
    PREFIXES
    + """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix finding: <https://w3id.org/samenhang/id/finding/> .
@prefix decision: <https://w3id.org/samenhang/id/finding-decision/> .
actor:a a sam:Actor ; skos:prefLabel "A"@nl , "A"@en ; skos:definition "Verzonnen."@nl , "Invented."@en ;
    sam:evidence evidence:agenda ; sam:modality sam:fact .
"""
)
FOUND: Final = "accountability-9c94c6e12cf3eab0"
"""The finding that it is not known who is accountable for the one block."""


def decided(name: str, finding: str, state: str, date: str) -> str:
    """A decision of the actor of DECISIONS on *finding*."""
    return (
        f"decision:{name} a sam:FindingDecision ; sam:decidedOn finding:{finding} ; sam:decider actor:a ;"
        f' sam:findingState sam:finding-{state} ; dct:date "{date}"^^xsd:date ; sam:evidence evidence:agenda ;'
        ' sam:reason "Daarom."@nl , "That is why."@en .\n'
    )


def content(folder: Path, files: Mapping[str, str] | None = None, *, copied: bool = False) -> Path:
    """A content folder: the project's ontology, shapes, queries and vocabularies, and *files* (name to text) as data.

    Without *files* ``data/field/blocks.ttl`` describes one building block. What is the project's is linked, or
    *copied* for a test that changes it.
    """
    (folder / "data").mkdir(parents=True)
    for name in ("ontology", "shapes", "queries", "data/vocabularies"):
        if copied:
            shutil.copytree(ROOT / name, folder / name)
        else:
            (folder / name).symlink_to(ROOT / name, target_is_directory=True)
    shutil.copy(ROOT / "data" / "dataset.ttl", folder / "data" / "dataset.ttl")
    for name, text in (files if files is not None else {"data/field/blocks.ttl": AGENDA}).items():
        write(folder / name, text)
    return folder


def write(path: Path, text: str) -> Path:
    """*text* in a file at *path*, with the folders that it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
