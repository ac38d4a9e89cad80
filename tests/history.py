"""Ten releases of an invented map, each with one real change, made by hand: history without ten builds.

``tiny(folder)`` puts them on a shelf in a second or so, published one a month; MONTHS says what each changed. For trial
and pictures ``python -m tests.history DIR`` stages ten changes of the real mapping (``staging``).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from samenhang.namespaces import GRAPH, PREFIXES, SCOPES
from samenhang.release import Release, Shelf
from samenhang.release.dumps import dumps
from samenhang.release.folders import DATA, canonical
from samenhang.release.materialise import materialise
from samenhang.release.shelf import LOG
from samenhang.sources import SourceFile
from tests.support import analysis

_HEAD: Final = "".join(f"@prefix {name}: <{space}> .\n" for name, space in PREFIXES.items())
_NAMED: Final = 'skos:prefLabel "{0}"@nl , "{1}"@en ; skos:definition "Verzonnen."@nl , "Invented."@en'
_SOURCED: Final = "sam:evidence evidence:e1 ; sam:modality sam:fact"


def _class(name: str, nl: str, en: str, above: str = "sam:Thing") -> str:
    return (
        f'sam:{name} a owl:Class ; rdfs:label "{nl}"@nl , "{en}"@en ; rdfs:subClassOf {above} ; rdfs:isDefinedBy '
        "<https://w3id.org/samenhang/ns> .\n"
    )


def _term(name: str, nl: str, en: str, more: str = "") -> str:
    return (
        f'sam:{name} a rdf:Property ; rdfs:label "{nl}"@nl , "{en}"@en ; rdfs:isDefinedBy '
        f"<https://w3id.org/samenhang/ns>{more} .\n"
    )


def _thing(address: str, of: str, nl: str, en: str) -> str:
    return f"{address} a sam:{of} ; {_NAMED.format(nl, en)} ; {_SOURCED} .\n"


def _finding(name: str, rule: str, about: str, outcome: str, nl: str, en: str) -> str:
    return (
        f"finding:{name} a sam:Finding ; sam:rule rule:{rule} ; sam:about {about} ; "
        f"sam:outcome sam:outcome-{outcome} ; sam:severity sam:severity-medium ; "
        f'dct:description "{nl}"@nl , "{en}"@en ; skos:prefLabel "{nl}"@nl , "{en}"@en .\n'
    )


def _question(name: str, nl: str, en: str) -> str:
    return (
        f'<https://w3id.org/samenhang/questions/{name}> a sh:SPARQLExecutable ; rdfs:label "{nl}"@nl , "{en}"@en ; '
        'sh:select "SELECT * { }" .\n'
    )


_OUTCOMES: Final = (
    ("outcome-unknown", "onbekend", "unknown"),
    ("outcome-present", "aanwezig", "present"),
)
ONTOLOGY: Final = (
    '<https://w3id.org/samenhang/ns> a owl:Ontology ; owl:versionInfo "0.1.0" .\n'
    + "sam:Thing a owl:Class ; rdfs:label "
    '"ding"@nl , "thing"@en ; rdfs:isDefinedBy <https://w3id.org/samenhang/ns> .\n'
    + _class("BuildingBlock", "bouwblok", "building block")
    + _class("Actor", "actor", "actor")
    + _class("Claim", "claim", "claim")
    + _class("Responsibility", "verantwoordelijkheid", "responsibility", "sam:Claim")
    + _class("Exchange", "uitwisseling", "exchange", "sam:Claim")
    + _class("Evidence", "bewijsstuk", "evidence")
    + _class("Finding", "bevinding", "finding")
    + _class("Rule", "regel", "rule")
    + _class("Source", "bron", "source")
    + _term("evidence", "bewijs", "evidence")
    + _term("responsible", "verantwoordelijke", "responsible")
    + _term("outcome", "uitkomst", "outcome")
    + "".join(f'sam:{name} rdfs:label "{nl}"@nl , "{en}"@en .\n' for name, nl, en in _OUTCOMES)
)
_OLD: Final = _term("oldWord", "oud woord", "old word")
_OWNER: Final = (
    "claim:agenda-owner a sam:Responsibility ; sam:polarity sam:holds ; sam:responsible actor:a ; "
    f"sam:responsibleFor building-block:agenda ; sam:responsibilityType sam:responsibility-owns ; {_SOURCED} .\n"
)
_EVIDENCE: Final = (
    "evidence:{0} a sam:Evidence ; sam:source source:invented ; sam:confidence sam:{1} ; "
    'sam:heading "Verzonnen hoofdstuk"@nl .\n'
)
_GAP: Final = "gap-1", "interoperability-gap", "building-block:agenda , building-block:tickets"
_FUNDING: Final = _finding(
    "funding-1",
    "funding",
    "building-block:agenda",
    "unknown",
    "Wie Agenda betaalt, is niet bekend",
    "Who pays Calendar is not known",
)
FIRST: Final[Mapping[str, str]] = {
    "ontology": ONTOLOGY + _OLD,
    "vocabularies/sources": f"source:invented a sam:Source ; {_NAMED.format('Verzonnen bron', 'Invented source')} .\n",
    "field/actors": _thing("actor:a", "Actor", "Vereniging A", "Association A")
    + _thing("actor:b", "Actor", "Vereniging B", "Association B"),
    "field/blocks": _thing("building-block:agenda", "BuildingBlock", "Agenda", "Calendar")
    + _thing("building-block:tickets", "BuildingBlock", "Tiket", "Tickets"),
    "field/claims": _OWNER,
    "field/evidence": _EVIDENCE.format("e1", "C"),
    "rules": "".join(
        f"rule:{name} a sam:Rule ; {_NAMED.format(nl, en)} .\n"
        for name, nl, en in (
            ("funding", "Geld", "Money"),
            ("interoperability-gap", "Kloof", "Gap"),
            ("contradiction", "Tegenspraak", "Contradiction"),
        )
    ),
    "findings/all": _FUNDING,
    "questions": _question("owners", "Wie is eigenaar?", "Who owns what?"),
}
"""What the first release says: Turtle for each named graph, without prefixes."""

Change = Callable[[dict[str, str]], None]


def _add(graph: str, text: str) -> Change:
    def change(graphs: dict[str, str]) -> None:
        graphs[graph] = graphs.get(graph, "") + text

    return change


def _swap(graph: str, old: str, new: str) -> Change:
    def change(graphs: dict[str, str]) -> None:
        assert old in graphs[graph], old
        graphs[graph] = graphs[graph].replace(old, new)

    return change


_ARCHIVE: Final = _thing("building-block:archive", "BuildingBlock", "Archief", "Archive")
_EXCHANGE: Final = (
    "claim:agenda-tickets a sam:Exchange ; sam:polarity sam:holds ; sam:provider building-block:agenda ; "
    "sam:consumer building-block:tickets ; sam:evidence evidence:e1 ; sam:modality sam:fact .\n"
)
_GAPS: Final = {
    outcome: _finding(*_GAP, outcome, nl, en)
    for outcome, nl, en in (
        ("unknown", "Past Agenda bij Tickets? Niet bekend", "Does Calendar fit Tickets? Not known"),
        ("present", "Agenda past niet bij Tickets", "Calendar does not fit Tickets"),
    )
}
_DOUBTED: Final = _finding(
    "contradiction-1",
    "contradiction",
    "building-block:agenda",
    "present",
    "Agenda heeft twee eigenaars",
    "Calendar has two owners",
)
_OTHER_OWNER: Final = _OWNER.replace("claim:agenda-owner", "claim:agenda-owner-b").replace("actor:a", "actor:b")
_RIGHT_OWNER: Final = _OTHER_OWNER.replace(
    "claim:agenda-owner-b a sam:Responsibility",
    "claim:agenda-owner-c sam:replaces claim:agenda-owner ; a sam:Responsibility",
)

MONTHS: Final[tuple[tuple[str, tuple[Change, ...]], ...]] = (
    ("the first release", ()),
    ("a block comes: archive", (_add("field/blocks", _ARCHIVE),)),
    (
        "an exchange comes: agenda-tickets; a finding opens: gap-1 (unknown)",
        (_add("field/claims", _EXCHANGE), _add("findings/all", _GAPS["unknown"])),
    ),
    (
        "evidence comes: e2, also for the exchange; gap-1 becomes present",
        (
            _add("field/evidence", _EVIDENCE.format("e2", "A")),
            _add("field/claims", "claim:agenda-tickets sam:evidence evidence:e2 .\n"),
            _swap("findings/all", _GAPS["unknown"], _GAPS["present"]),
        ),
    ),
    (
        "a second owner is claimed: agenda-owner-b; a finding opens: contradiction-1",
        (_add("field/claims", _OTHER_OWNER), _add("findings/all", _DOUBTED)),
    ),
    (
        "the first owner is replaced: agenda-owner-c for agenda-owner; contradiction-1 closes",
        (_add("field/claims", _RIGHT_OWNER), _swap("findings/all", _DOUBTED, "")),
    ),
    (
        "a term is deprecated: oldWord, for newWord, which comes",
        (
            _swap(
                "ontology",
                _OLD,
                _term("oldWord", "oud woord", "old word", " ; owl:deprecated true ; dct:isReplacedBy sam:newWord")
                + _term("newWord", "nieuw woord", "new word"),
            ),
        ),
    ),
    (
        "a question comes: blocks; a rule says more: funding",
        (
            _add("questions", _question("blocks", "Welke bouwblokken?", "Which building blocks?")),
            _add("rules", 'rule:funding sam:why "Daarom."@nl , "That is why."@en .\n'),
        ),
    ),
    ("a label is corrected: tickets", (_swap("field/blocks", '"Tiket"@nl', '"Tickets"@nl'),)),
    (
        "a block goes: archive, with agenda in its place; a file is renamed, which changes nothing",
        (
            _swap("field/blocks", _ARCHIVE, "building-block:agenda dct:replaces building-block:archive .\n"),
            lambda graphs: graphs.update({"field/people": graphs.pop("field/actors")}),
        ),
    ),
)
"""What each month changed, in words, and how."""

MOMENTS: Final = tuple(f"2026-{month:02}-01T08:00:00+00:00" for month in range(1, len(MONTHS) + 1))
"""When each was published."""


def stored(graphs: Mapping[str, str]) -> ox.Store:
    """*graphs* as a release has them: with what is withdrawn, labels, superclasses, and the graph of each scope."""
    store, files = ox.Store(), []
    for name, text in graphs.items():
        store.load(_HEAD + text, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(GRAPH + name))
        files.append(SourceFile(Path(name), GRAPH + name, "ontology" if name == "ontology" else "vocabularies"))
    whole = analysis()
    simple = tuple(query for query in whole.derivations if query.name in ("labels", "types"))
    materialise(store, files, replace(whole, derivations=simple, rules=(), conclusions=()), scopes=SCOPES)
    return store


def put(shelf: Shelf, graphs: Mapping[str, str]) -> Release:
    """*graphs* kept on *shelf* as a release, published."""
    store = stored(graphs)
    about = {"scopes": list(SCOPES), "rules": [], "quads": len(store), "violations": 0, "warnings": 0, "engine": ""}
    release = shelf.put({DATA: canonical(store)}, about, dumps())
    shelf.publish(release)
    return release


def dated(shelf: Shelf, names: list[str], moments: tuple[str, ...] = MOMENTS) -> None:
    """Let *shelf* tell that releases called *names* were published at *moments*, in this order."""
    lines = [json.dumps({"release": name, "at": at}) for name, at in zip(names, moments, strict=True)]
    (shelf.folder / LOG).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def months() -> list[dict[str, str]]:
    """The graphs of each release, in order."""
    graphs, found = dict(FIRST), []
    for _, changes in MONTHS:
        for change in changes:
            change(graphs)
        found.append(dict(graphs))
    return found


def tiny(folder: Path) -> Shelf:
    """A shelf in *folder* with the ten releases, published one a month."""
    shelf = Shelf(folder)
    dated(shelf, [put(shelf, graphs).name for graphs in months()])
    return shelf


if __name__ == "__main__":
    from tests import staging

    sys.exit(staging.main(Path(sys.argv[1])))
