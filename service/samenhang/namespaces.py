"""The names that everything is written with: prefixes, graph names and the kinds of things.

Source of the spellings: DESIGN §4. External IRIs have one spelling here (https for data.vlaanderen.be and
schema.org); a check refuses any other (see ``queries/checks``).
"""

from __future__ import annotations

import re
from typing import Final

BASE: Final = "https://w3id.org/samenhang/"
NS: Final = f"{BASE}ns#"
ID: Final = f"{BASE}id/"
SHAPES: Final = f"{BASE}shapes#"
GRAPH: Final = f"{BASE}graph/"

KINDS: Final = (
    "actor",
    "added-value",
    "agreement",
    "body",
    "building-block",
    "business-case",
    "capability",
    "claim",
    "collective",
    "condition",
    "criterion",
    "dataset",
    "decision",
    "definition",
    "document",
    "domain",
    "event",
    "evidence",
    "finding",
    "finding-decision",
    "indicator",
    "information-object",
    "instrument",
    "interface",
    "observation",
    "output",
    "part",
    "place",
    "policy",
    "portfolio",
    "position",
    "principle",
    "problem",
    "project",
    "quantity",
    "question",
    "recommendation",
    "roadmap-step",
    "role",
    "rule",
    "scheme",
    "search",
    "service",
    "source",
    "source-note",
    "standard",
    "study",
    "target",
    "target-group",
    "task",
    "tool",
    "value",
)
"""The second part of the IRI of a thing, ``/id/{kind}/{slug}``; a test holds this list against the ontology."""

PREFIXES: Final[dict[str, str]] = {
    "sam": NS,
    "shapes": SHAPES,
    "graph": GRAPH,
    **{kind: f"{ID}{kind}/" for kind in KINDS},
    "adms": "http://www.w3.org/ns/adms#",
    "as": "https://www.w3.org/ns/activitystreams#",
    "bibo": "http://purl.org/ontology/bibo/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "eif": "http://data.europa.eu/",
    "eira": "http://data.europa.eu/dr8/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "formats": "http://www.w3.org/ns/formats/",
    "ldes": "https://w3id.org/ldes#",
    "m8g": "http://data.europa.eu/m8g/",
    "oa": "http://www.w3.org/ns/oa#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "org": "http://www.w3.org/ns/org#",
    "ovo": "https://data.vlaanderen.be/id/organisatie/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "rov": "http://www.w3.org/ns/regorg#",
    "schema": "https://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "standaardstatus": "https://data.vlaanderen.be/id/concept/StandaardStatus/",
    "tree": "https://w3id.org/tree#",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "void-ext": "http://ldf.fi/void-ext#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Prefix to namespace: the one table for Turtle files, queries and answers. A kind is its own prefix."""

SCOPES: Final = ("all", "report-2021", "field")
"""The choices of sources that a question can be asked of; the first is the default."""


LOCAL: Final = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_-])?\Z")
"""What may stand behind a prefix without escapes, in Turtle and in SPARQL."""


def scope_graph(scope: str) -> str:
    """The IRI of the graph that holds everything of *scope* once, without duplicates."""
    return f"{GRAPH}scope/{scope}"


def shorten(iri: str) -> str:
    """The prefixed form of *iri* where a prefix fits and the rest is a plain local name, else ``<iri>``.

    >>> shorten("https://w3id.org/samenhang/id/building-block/uitdatabank")
    'building-block:uitdatabank'
    """
    # Each namespace ends in one of these two, and neither stands in a plain local name.
    end = max(iri.rfind("/"), iri.rfind("#")) + 1
    prefix = _PREFIX_OF.get(iri[:end])
    return f"{prefix}:{iri[end:]}" if prefix and LOCAL.match(iri, end) else f"<{iri}>"


def expand(name: str) -> str | None:
    """The IRI for a prefixed name, ``<iri>`` or bare http(s) IRI; None when *name* is none of these.

    >>> expand("actor:publiq")
    'https://w3id.org/samenhang/id/actor/publiq'
    """
    if name.startswith("<") and name.endswith(">"):
        return name[1:-1]
    if name.startswith(("http://", "https://")):
        return name
    prefix, colon, local = name.partition(":")
    if colon and prefix in PREFIXES:
        return PREFIXES[prefix] + local
    return None


_PREFIX_OF: Final = {namespace: prefix for prefix, namespace in PREFIXES.items()}
