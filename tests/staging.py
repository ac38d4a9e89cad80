"""Ten changes of the real mapping, each a release, for trial and for pictures: ``python -m tests.history DIR``.

In DIR/content stands a copy of the mapping that the changes are made to, one after the other; the releases are in
DIR/var. What is added is invented and says so; nothing of it ever comes near ``data/``.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from samenhang.changes import Feed
from samenhang.release import Shelf
from samenhang.release.build import build
from samenhang.validation import Severity
from tests.support import ROOT

_HEAD = """@prefix actor: <https://w3id.org/samenhang/id/actor/> .
@prefix building-block: <https://w3id.org/samenhang/id/building-block/> .
@prefix claim: <https://w3id.org/samenhang/id/claim/> .
@prefix evidence: <https://w3id.org/samenhang/id/evidence/> .
@prefix information-object: <https://w3id.org/samenhang/id/information-object/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix sam: <https://w3id.org/samenhang/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix source: <https://w3id.org/samenhang/id/source/> .

"""
_BLOCK = """building-block:proefagenda a sam:BuildingBlock ;
    skos:prefLabel "Proefagenda"@nl , "Trial calendar"@en ;
    skos:definition "Verzonnen bouwblok, enkel om de geschiedenis te tonen."@nl ,
        "Invented building block, only to show history."@en ;
    sam:evidence evidence:proef ;
    sam:modality sam:fact .
evidence:proef a sam:Evidence ;
    sam:confidence sam:C ;
    sam:path "proef/een.md" ;
    sam:source source:publiq-apidocs .
"""
_EXCHANGE = """claim:proefagenda-from-uitdatabank a sam:Exchange ;
    sam:provider building-block:uitdatabank ;
    sam:consumer building-block:proefagenda ;
    sam:informationObject information-object:activiteitengegevens ;
    sam:need sam:existing ;
    sam:evidence evidence:proef ;
    sam:modality sam:fact ;
    sam:polarity sam:holds .
"""
_EVIDENCE = """evidence:proef-twee a sam:Evidence ;
    sam:confidence sam:A ;
    sam:path "proef/twee.md" ;
    sam:source source:publiq-apidocs .
claim:proefagenda-from-uitdatabank sam:evidence evidence:proef-twee .
"""
_OWNER = """claim:proefagenda-owner-{0} a sam:Responsibility ;
    sam:responsible actor:{0} ;
    sam:responsibleFor building-block:proefagenda ;
    sam:responsibilityType sam:responsibility-owns ;{1}
    sam:evidence evidence:proef ;
    sam:modality sam:fact ;
    sam:polarity sam:holds .
"""
_ENDED = """claim:proefagenda-ended a sam:Lifecycle ;
    sam:block building-block:proefagenda ;
    sam:lifecycleState sam:lifecycle-ended ;
    sam:evidence evidence:proef-twee ;
    sam:modality sam:fact ;
    sam:polarity sam:holds .
"""


def write(content: Path, name: str, text: str) -> None:
    """Add *text* to the trial file called *name*."""
    path = content / "data" / "field" / f"trial-{name}.ttl"
    before = path.read_text(encoding="utf-8") if path.exists() else _HEAD
    path.write_text(before + text, encoding="utf-8")


def swap(path: Path, old: str, new: str) -> None:
    """Put *new* in the place of the first *old* in the file at *path*, which has it."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path} lacks {old}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def question(content: Path) -> None:
    """A question of which the name is new."""
    text = (content / "queries" / "blocks" / "parts.rq").read_text(encoding="utf-8")
    (content / "queries" / "blocks" / "trial-parts.rq").write_text(text, encoding="utf-8")


STEPS = (
    ("the mapping as it is", lambda content: None),
    ("a block comes", lambda content: write(content, "blocks", _BLOCK)),
    ("an exchange comes", lambda content: write(content, "exchanges", _EXCHANGE)),
    ("evidence comes for it", lambda content: write(content, "evidence", _EVIDENCE)),
    (
        "two owners are claimed",
        lambda content: write(content, "owners", _OWNER.format("publiq", "") + _OWNER.format("meemoo", "")),
    ),
    (
        "one of them is replaced",
        lambda content: write(
            content, "more", _OWNER.format("cultuurconnect", "\n    sam:replaces claim:proefagenda-owner-meemoo ;")
        ),
    ),
    (
        "a term is deprecated",
        lambda content: swap(
            content / "ontology" / "claims.ttl",
            "sam:validUntil a owl:DatatypeProperty ;",
            "sam:validUntil a owl:DatatypeProperty ;\n    owl:deprecated true ;",
        ),
    ),
    ("a question comes", question),
    (
        "a label is corrected",
        lambda content: swap(content / "data" / "field" / "trial-blocks.ttl", '"Proefagenda"@nl', '"Proef-agenda"@nl'),
    ),
    (
        "a rule has another parameter",
        lambda content: swap(
            content / "queries" / "rules" / "stale-evidence.rq", "VALUES ?years { 5 }", "VALUES ?years { 2 }"
        ),
    ),
    ("the block ends", lambda content: write(content, "lifecycles", _ENDED)),
)


def main(folder: Path) -> int:
    """Make the releases in *folder*; the exit status."""
    content, shelf = folder / "content", Shelf(folder / "var")
    for name in ("ontology", "shapes", "queries", "data"):
        shutil.copytree(ROOT / name, content / name)
    for words, change in STEPS:
        change(content)
        built = build(content, shelf)
        if built.release is None:
            flaws = [flaw.result for flaw in built.inspection.flaws if flaw.result.severity is Severity.VIOLATION]
            print(f"{words}: refused", *flaws[:5], sep="\n  ")
            return 1
        index = Feed(shelf).keep()
        print(f"{built.release.name}  {words}: {index.steps[-1].members} versions", flush=True)
    return 0
