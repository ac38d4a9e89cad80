"""Generated data in our own ontology: any size, always the same for the same size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from samenhang.namespaces import ID, NS, PREFIXES

TRIPLES_PER_BLOCK: Final = 30.7
"""Different ones: several blocks share an owner and a capability, which are described with each."""
_RDF, _SKOS, _XSD = PREFIXES["rdf"], PREFIXES["skos"], PREFIXES["xsd"]


def ntriples(triples: int) -> bytes:
    """About *triples* triples as N-Triples: blocks with owner, capability, lifecycle and an exchange, each proven."""
    blocks = max(2, round(triples / TRIPLES_PER_BLOCK))
    return "".join([*_source(), *(line for number in range(blocks) for line in _block(number, blocks))]).encode()


def _source() -> Iterator[str]:
    """The one piece of evidence that everything rests on, and its source."""
    yield _line("evidence/e", _RDF + "type", f"<{NS}Evidence>")
    yield _line("evidence/e", NS + "source", f"<{ID}source/s>")
    yield _line("evidence/e", NS + "heading", '"Benchmark"@en')
    yield _line("evidence/e", NS + "confidence", f"<{NS}A>")
    yield _line("source/s", _RDF + "type", f"<{NS}Source>")
    for lang in ("nl", "en"):
        yield _line("source/s", _SKOS + "prefLabel", f'"Source {lang}"@{lang}')


def _block(number: int, blocks: int) -> Iterator[str]:
    block, actor = f"building-block/b{number}", f"actor/a{number % max(1, blocks // 5)}"
    capability = f"capability/c{number % max(1, blocks // 3)}"
    yield from _thing(block, "BuildingBlock", number)
    yield from _thing(actor, "Actor", number % max(1, blocks // 5))
    yield from _thing(capability, "Capability", number % max(1, blocks // 3))
    yield from _claim(f"own{number}", "Responsibility", responsible=actor, responsibleFor=block)
    yield _line(f"claim/own{number}", NS + "responsibilityType", f"<{NS}responsibility-owns>")
    yield from _claim(f"does{number}", "CapabilityRealisation", block=block, capability=capability)
    yield from _claim(f"gives{number}", "Exchange", provider=block, consumer=f"building-block/b{(number + 1) % blocks}")
    yield _line(f"claim/gives{number}", NS + "need", f"<{NS}existing>")


def _thing(name: str, kind: str, number: int) -> Iterator[str]:
    yield _line(name, _RDF + "type", f"<{NS}{kind}>")
    for lang in ("nl", "en"):
        yield _line(name, _SKOS + "prefLabel", f'"{kind} {number} {lang}"@{lang}')
        yield _line(name, _SKOS + "definition", f'"{kind} {number} {lang}."@{lang}')
    yield _line(name, NS + "modality", f"<{NS}fact>")
    yield _line(name, NS + "evidence", f"<{ID}evidence/e>")


def _claim(name: str, kind: str, **roles: str) -> Iterator[str]:
    claim = f"claim/{name}"
    yield _line(claim, _RDF + "type", f"<{NS}{kind}>")
    yield _line(claim, NS + "polarity", f"<{NS}holds>")
    yield _line(claim, NS + "modality", f"<{NS}fact>")
    yield _line(claim, NS + "evidence", f"<{ID}evidence/e>")
    for role, value in roles.items():
        yield _line(claim, NS + role, f"<{ID}{value}>")


def _line(subject: str, predicate: str, value: str) -> str:
    return f"<{ID}{subject}> <{predicate}> {value} .\n"
