"""Generated data in our own ontology: any size, always the same for the same size.

A sector is made of neighbourhoods of ten blocks, each the same but for its number, with an exchange to the next. What a
neighbourhood holds is what ``data/field`` holds of ten of its 51 blocks, rounded: claims of each kind, standards,
organisations, pieces of evidence. So a sector of ten times the size has ten times as many of each. Beyond that, a
denial and two lists that are complete, of which the field has few or none and without which much of a rule is never
reached; the lists lack the fragment that they need, so that validation has something to find.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Final

from samenhang.namespaces import ID, NS, PREFIXES

_RDF, _SKOS = PREFIXES["rdf"], PREFIXES["skos"]
_NUMBER: Final = "~"
"""Stands for the number of the neighbourhood; doubled, for that of the next one."""
_OWNERS: Final = (0, 1, 2, 0, 3, 4)
_CAPABILITIES: Final = (0, 0, 1, 2, 2, 3)
_STATES: Final = ("live", "live", "live", "phasing-out", "proposed")
_FACETS: Final = ("model",) * 4 + ("protocol",) * 3 + ("format",) * 2 + ("authentication",) * 2
_SUPPORTS: Final = ((0, 0), (0, 4), (0, 7), (0, 9), (1, 0), (1, 4), (1, 8), (2, 1), (2, 5), (3, 2), (3, 7))
"""Of block and standard, as implemented."""
_USES: Final = (
    (0, 0, "source-of-record"),
    (1, 0, "source-of-record"),
    (1, 1, "creates"),
    (2, 1, "uses"),
    (3, 2, "creates"),
)
_DEPENDENCIES: Final = (
    (0, 6, "hosting"),
    (1, 7, "hosting"),
    (2, 7, "hosting"),
    (4, 0, "identity"),
    (5, 3, "data-feed"),
)


def ntriples(triples: int) -> bytes:
    """About *triples* triples as N-Triples, at least one neighbourhood of them."""
    text, lines = _neighbourhood()
    copies = max(1, round(triples / lines))
    return "".join(
        text.replace(_NUMBER * 2, str((number + 1) % copies)).replace(_NUMBER, str(number)) for number in range(copies)
    ).encode()


@functools.cache
def _neighbourhood() -> tuple[str, int]:
    lines = list(dict.fromkeys(_things())) + list(_claims())
    return "".join(lines), len(lines)


def _things() -> Iterator[str]:
    for number in range(8):
        yield from _described(f"source/{number}", "Source", evidence=None)
    for number in range(16):
        yield _line(f"evidence/{number}", _RDF + "type", "ns:Evidence")
        yield _line(f"evidence/{number}", NS + "source", f"source/{number % 8}")
        yield _line(f"evidence/{number}", NS + "path", f'"chapter {number}"')
        yield _line(f"evidence/{number}", NS + "confidence", f"ns:{'ABC'[number % 3]}")
    kinds = (("building-block", "BuildingBlock", 10), ("actor", "Actor", 6), ("interface", "Interface", 4))
    for folder, kind, count in (*kinds, ("dataset", "Dataset", 1), ("business-case", "BusinessCase", 1)):
        for number in range(count):
            yield from _described(f"{folder}/{number}", kind, evidence=number)
    for folder, kind, count in (("capability", "Capability", 4), ("target-group", "TargetGroup", 2)):
        for number in range(count):
            yield from _described(f"{folder}/{number}", kind, evidence=number)
    for number in range(3):
        yield from _described(f"information-object/{number}", "InformationObject", evidence=number)
    yield _line("capability/2", _SKOS + "broader", "capability/1")
    for number, facet in enumerate(_FACETS):
        yield from _described(f"standard/{number}", "Standard", evidence=number)
        yield _line(f"standard/{number}", NS + "facet", f"ns:facet-{facet}")
        yield _line(f"standard/{number}", NS + "layer", f"<{PREFIXES['eif']}{'IL5' if facet == 'model' else 'IL6'}>")


def _claims() -> Iterator[str]:
    for block, owner in enumerate(_OWNERS):
        yield from _responsibility(block, owner, "owns")
    for block in range(4):
        yield from _responsibility(block, 5, "operates")
    for block, capability in enumerate(_CAPABILITIES):
        roles = {"block": f"building-block/{block}", "capability": f"capability/{capability}"}
        if block in (0, 1):
            roles["targetGroup"] = f"target-group/{block}"
        yield from _claim(f"does-{block}", "CapabilityRealisation", modality="derived", **roles)
    for block, standard in _SUPPORTS:
        yield from _support(block, standard, "implemented")
    yield from _support(4, 1, "claimed")
    yield from _support(5, 2, "claimed")
    yield from _support(2, 9, "deviating")
    yield from _support(3, 0, "implemented", polarity="doesNotHold")
    for block, state in enumerate(_STATES):
        roles = {"block": f"building-block/{block}", "lifecycleState": f"ns:lifecycle-{state}"}
        yield from _claim(f"is-{block}", "Lifecycle", **roles)
    for block, information, role in _USES:
        roles = {"block": f"building-block/{block}", "informationObject": f"information-object/{information}"}
        yield from _claim(
            f"handles-{block}-{role}", "InformationUse", **roles, informationRole=f"ns:information-{role}"
        )
    for dependent, other, kind in _DEPENDENCIES:
        roles = {"dependent": f"building-block/{dependent}", "dependedOn": f"building-block/{other}"}
        yield from _claim(f"needs-{dependent}", "Dependency", **roles, dependencyKind=f"ns:dependency-{kind}")
    yield from _exchange("1", "0")
    yield from _exchange("2", f"0{_NUMBER}")  # of the next neighbourhood
    for block in (0, 1):
        yield from _claim(f"used-{block}", "Use", block=f"building-block/{block}", user="actor/5")
    for aspect in ("owner", "standard"):
        yield from _claim(f"all-{aspect}", "Completeness", thing="building-block/1", aspect=f"ns:aspect-{aspect}")
    yield from _statements()


def _statements() -> Iterator[str]:
    for interface in range(4):
        yield from _statement(f"interface/{interface}", NS + "interfaceOf", f"building-block/{interface}")
    yield from _statement("interface/0", NS + "reuseCondition", "ns:reuse-open")
    yield from _statement("interface/2", NS + "reuseCondition", "ns:reuse-not-permitted")
    yield from _statement("building-block/8", NS + "succeeds", "building-block/3")
    yield from _statement("building-block/9", NS + "succeeds", "building-block/3")
    yield from _statement("business-case/0", NS + "needs", "capability/3")
    yield from _statement("business-case/0", NS + "targets", "target-group/0")
    yield from _statement("dataset/0", NS + "concerns", "building-block/0")
    for block in range(9):
        yield from _statement("business-case/0", NS + "concerns", f"building-block/{block}")


def _responsibility(block: int, actor: int, kind: str) -> Iterator[str]:
    roles = {"responsible": f"actor/{actor}", "responsibleFor": f"building-block/{block}"}
    yield from _claim(f"{kind}-{block}", "Responsibility", **roles, responsibilityType=f"ns:responsibility-{kind}")


def _support(block: int, standard: int, level: str, polarity: str = "holds") -> Iterator[str]:
    roles = {"block": f"building-block/{block}", "standard": f"standard/{standard}"}
    name = f"follows-{block}-{standard}-{level}"
    yield from _claim(name, "StandardSupport", polarity=polarity, **roles, supportLevel=f"ns:support-{level}")


def _exchange(provider: str, consumer: str) -> Iterator[str]:
    roles = {"provider": f"building-block/{provider}", "consumer": f"building-block/{consumer}"}
    yield from _claim(
        f"gives-{provider}", "Exchange", **roles, need="ns:existing", informationObject="information-object/0"
    )


def _statement(subject: str, predicate: str, value: str) -> Iterator[str]:
    name = f"{subject}-{predicate.rpartition('#')[2]}-{value}".replace("/", "-").replace("ns:", "").lower()
    yield from _claim(name, "Statement")
    for role, term in (("subject", subject), ("predicate", f"<{predicate}>"), ("object", value)):
        yield _line(f"claim/{name}", _RDF + role, term)


def _described(name: str, kind: str, evidence: int | None) -> Iterator[str]:
    yield _line(name, _RDF + "type", f"ns:{kind}")
    for lang in ("nl", "en"):
        yield _line(name, _SKOS + "prefLabel", f'"{kind} {name.rpartition("/")[2]} {_NUMBER} {lang}"@{lang}')
        yield _line(name, _SKOS + "definition", f'"{kind} {name.rpartition("/")[2]} {_NUMBER} {lang}."@{lang}')
    if evidence is not None:
        yield _line(name, NS + "modality", "ns:fact")
        yield _line(name, NS + "evidence", f"evidence/{evidence}")


def _claim(name: str, kind: str, *, polarity: str = "holds", modality: str = "fact", **roles: str) -> Iterator[str]:
    claim = f"claim/{name}"
    yield _line(claim, _RDF + "type", f"ns:{kind}")
    yield _line(claim, NS + "polarity", f"ns:{polarity}")
    yield _line(claim, NS + "modality", f"ns:{modality}")
    yield _line(claim, NS + "evidence", f"evidence/{len(name) % 16}")
    for role, value in roles.items():
        yield _line(claim, NS + role, value)


def _line(subject: str, predicate: str, value: str) -> str:
    """A triple: names of things stand for their addresses in this neighbourhood, ``ns:`` for our terms."""
    written = value if value.startswith(("<", '"')) else f"<{_thing(value)}>"
    return f"<{_thing(subject)}> <{predicate}> {written} .\n"


def _thing(name: str) -> str:
    if name.startswith("ns:"):
        return NS + name.removeprefix("ns:")
    return f"{ID}{name.removesuffix(_NUMBER)}-{_NUMBER * (2 if name.endswith(_NUMBER) else 1)}"
