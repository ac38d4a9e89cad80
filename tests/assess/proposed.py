"""A small invented sector with claims of every class, and proposals that change it in every way that there is."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from hypothesis import strategies as st

from samenhang.namespaces import ID, NS, PREFIXES

Triple = tuple[str, str, str]
Pick = Callable[[list[str]], str]

TYPE, SUBJECT, PREDICATE, OBJECT = (f"<{PREFIXES['rdf']}{name}>" for name in ("type", "subject", "predicate", "object"))


def sam(name: str) -> str:
    return f"<{NS}{name}>"


def thing(kind: str, name: str | int) -> str:
    return f"<{ID}{kind}/{name}>"


def several(kind: str, count: int) -> list[str]:
    return [thing(kind, f"x{number}") for number in range(count)]


BLOCKS: Final = several("building-block", 12)
ACTORS: Final = several("actor", 4)
CAPABILITIES: Final = several("capability", 5)
OBJECTS: Final = several("information-object", 2)
GROUPS: Final = several("target-group", 2)
STANDARDS: Final = several("standard", 3)
INTERFACES: Final = several("interface", 3)
DATASETS: Final = several("dataset", 1)
AGREEMENTS: Final = several("agreement", 1)
CASES: Final = several("business-case", 2)
STEPS: Final = several("roadmap-step", 1)
DECISIONS: Final = several("decision", 1)
TASKS: Final = several("task", 1)
QUANTITIES: Final = several("quantity", 1)
EVIDENCE: Final = several("evidence", 3)
SOURCES: Final = several("source", 2)
_KINDS: Final = {
    "BuildingBlock": BLOCKS,
    "Actor": ACTORS,
    "Capability": CAPABILITIES,
    "InformationObject": OBJECTS,
    "TargetGroup": GROUPS,
    "Standard": STANDARDS,
    "Interface": INTERFACES,
    "Dataset": DATASETS,
    "Agreement": AGREEMENTS,
    "BusinessCase": CASES,
    "RoadmapStep": STEPS,
    "Decision": DECISIONS,
    "Task": TASKS,
    "Quantity": QUANTITIES,
    "Source": SOURCES,
}
CRITERIA: Final = ["erkende-standaard", "gedeeld-gebruik", "open-koppelvlak", "vrij-hergebruik"]
_RIGHTS: Final = "http://publications.europa.eu/resource/authority/access-right/"
_STATUS: Final = "https://data.vlaanderen.be/id/concept/StandaardStatus/"
ASPECTS: Final = [
    sam(f"aspect-{name}")
    for name in ("owner", "standard", "realisation", "management", "funding", "interface", "use", "reuse")
]
STATES: Final = [sam(f"lifecycle-{name}") for name in ("proposed", "in-development", "live", "phasing-out", "ended")]


def described(kind: str, name: str) -> list[Triple]:
    """A thing of the class *kind*, with a name in both languages."""
    label, local = f"<{PREFIXES['skos']}prefLabel>", name.rpartition("/")[2].rstrip(">")
    return [
        (name, TYPE, sam(kind)),
        *((name, label, f'"{kind} {local} {lang}"@{lang}') for lang in ("nl", "en")),
        (name, sam("modality"), sam("fact")),
        (name, sam("evidence"), EVIDENCE[0]),
    ]


def things() -> list[Triple]:
    """Everything that claims can be about."""
    facets = ["model", "protocol", "format"]
    return [
        *(t for kind, names in _KINDS.items() for name in names for t in described(kind, name)),
        (CAPABILITIES[1], f"<{PREFIXES['skos']}broader>", CAPABILITIES[0]),
        (CAPABILITIES[2], f"<{PREFIXES['skos']}broader>", CAPABILITIES[1]),
        *((name, sam("facet"), sam(f"facet-{facet}")) for name, facet in zip(STANDARDS, facets, strict=True)),
        *(
            (name, sam("layer"), f"<http://data.europa.eu/IL{layer}>")
            for name, layer in zip(STANDARDS, (5, 6, 6), strict=True)
        ),
        *((thing("criterion", name), TYPE, sam("Criterion")) for name in CRITERIA),
        *((thing("criterion", name), sam("principle"), thing("principle", "p")) for name in CRITERIA),
        (DECISIONS[0], sam("decisionState"), sam("decision-open")),
        (QUANTITIES[0], sam("hedge"), '"ongeveer"@nl'),
        (SOURCES[0], f"<{PREFIXES['dct']}issued>", f'"2012-01-01"^^<{PREFIXES["xsd"]}date>'),
        *((name, TYPE, sam("Evidence")) for name in EVIDENCE),
        *((name, sam("source"), SOURCES[number // 2]) for number, name in enumerate(EVIDENCE)),
        *((name, sam("confidence"), sam("A")) for name in EVIDENCE),
    ]


def _statement(pick: Pick, blocks: list[str]) -> list[tuple[str, str]]:
    prefixed = {name: f"<{PREFIXES['dct']}{name}>" for name in ("accessRights", "requires")}
    reuse = [sam(f"reuse-{name}") for name in ("open", "conditional", "not-permitted")]
    subjects, predicate, objects = {
        "interface": (INTERFACES, sam("interfaceOf"), blocks),
        "covers": (AGREEMENTS, sam("covers"), [*blocks, thing("claim", "m0"), thing("claim", "m1")]),
        "party": (AGREEMENTS, sam("party"), ACTORS),
        "reuse": ([*blocks, *INTERFACES, *DATASETS], sam("reuseCondition"), reuse),
        "rights": (INTERFACES, prefixed["accessRights"], [f"<{_RIGHTS}{name}>" for name in ("PUBLIC", "NON_PUBLIC")]),
        "status": (
            STANDARDS,
            f"<{PREFIXES['adms']}status>",
            [f"<{_STATUS}{name}>" for name in ("ErkendeStandaard", "KandidaatStandaard", "VervangenStandaard")],
        ),
        "standard": (STANDARDS, sam("succeeds"), STANDARDS),
        "block": (blocks, sam("succeeds"), blocks),
        "needs": (CASES, sam("needs"), CAPABILITIES),
        "targets": ([*CASES, *blocks], sam("targets"), GROUPS),
        "requires": (STEPS, prefixed["requires"], DECISIONS),
        "performed": (TASKS, sam("performedBy"), ACTORS),
        "serves": (INTERFACES, f"<{PREFIXES['dcat']}servesDataset>", DATASETS),
        "meant": (QUANTITIES, sam("meantFor"), [*blocks, *CASES]),
        "depends": (blocks, sam("dependsOn"), blocks),
    }[pick(["interface", "covers", "party", "reuse", "rights", "status", "standard", "block", "needs", "targets",
            "requires", "performed", "serves", "meant", "depends"])]  # fmt: skip
    return [(SUBJECT, pick(subjects)), (PREDICATE, predicate), (OBJECT, pick(objects))]


_DEPENDENCIES: Final = [sam(f"dependency-{n}") for n in ("hosting", "contract", "data-feed", "identity", "hard")]


def claim(pick: Pick, name: str, blocks: list[str]) -> list[Triple]:
    """A claim of any class, about any of *blocks* and the other things, as *pick* chooses."""
    year = f'"{pick(["2019", "2024", "2035"])}"^^<{PREFIXES["xsd"]}gYear>'
    classes: dict[str, Callable[[], list[tuple[str, str]]]] = {
        "Responsibility": lambda: [
            (sam("responsible"), pick(ACTORS)),
            (sam("responsibleFor"), pick([*blocks, *STEPS, *TASKS])),
            (
                sam("responsibilityType"),
                sam(pick(["responsibility-owns", "responsibility-owns", "responsibility-operates"])),
            ),
        ],
        "CapabilityRealisation": lambda: [
            (sam("block"), pick(blocks)),
            (sam("capability"), pick(CAPABILITIES)),
            *([(sam("targetGroup"), pick(GROUPS))] if pick(["yes", "no"]) == "yes" else []),
        ],
        "InformationUse": lambda: [
            (sam("block"), pick(blocks)),
            (sam("informationObject"), pick(OBJECTS)),
            (sam("informationRole"), sam(f"information-{pick(['creates', 'source-of-record', 'uses'])}")),
        ],
        "StandardSupport": lambda: [
            (sam("block"), pick(blocks)),
            (sam("standard"), pick(STANDARDS)),
            (sam("supportLevel"), sam(f"support-{pick(['implemented', 'implemented', 'claimed', 'deviating'])}")),
        ],
        "Dependency": lambda: [
            (sam("dependent"), pick(blocks)),
            (sam("dependedOn"), pick(blocks)),
            (sam("dependencyKind"), pick(_DEPENDENCIES)),
            *([(sam("validUntil"), year)] if pick(["yes", "no"]) == "yes" else []),
        ],
        "Exchange": lambda: [
            (sam("provider"), pick(blocks)),
            (sam("consumer"), pick(blocks)),
            (sam("need"), sam(pick(["existing", "required"]))),
            *([(sam("protocol"), STANDARDS[1])] if pick(["yes", "no"]) == "yes" else []),
        ],
        "Lifecycle": lambda: [
            (sam("block"), pick(blocks)),
            (sam("lifecycleState"), pick(STATES)),
            *([(sam("validFrom"), year)] if pick(["yes", "no"]) == "yes" else []),
        ],
        "Management": lambda: [(sam("managed"), pick(blocks)), (sam("manager"), pick(ACTORS))],
        "Use": lambda: [(sam("block"), pick(blocks)), (sam("user"), pick(ACTORS))],
        "Funding": lambda: [
            (sam("funded"), pick([*blocks, *CASES])),
            (sam("fundingSource"), pick(ACTORS)),
            *([(sam("hedge"), '"circa"@nl')] if pick(["yes", "no"]) == "yes" else []),
        ],
        "Cost": lambda: [(sam("costOf"), pick([*blocks, *STEPS])), (sam("quantity"), QUANTITIES[0])],
        "Completeness": lambda: [
            (sam("thing"), pick([*blocks, *CAPABILITIES, *TASKS, *CASES])),
            (sam("aspect"), pick(ASPECTS)),
        ],
        "Search": lambda: [(sam("thing"), pick(blocks)), (sam("soughtStandard"), pick(STANDARDS))],
        "Statement": lambda: _statement(pick, blocks),
    }
    kind = pick([*classes, "Statement", "Statement", "Statement", "Statement", "Dependency"])
    node = thing("claim", name)
    return [
        (node, TYPE, sam(kind)),
        (node, sam("polarity"), sam(pick(["holds", "holds", "holds", "doesNotHold"]))),
        (node, sam("modality"), sam(pick(["fact", "fact", "fact", "proposed", "derived", "open"]))),
        (node, sam("evidence"), pick(EVIDENCE)),
        *((node, predicate, value) for predicate, value in classes[kind]()),
    ]


CLAIMS: Final = 220


def sector(seed: int) -> list[Triple]:
    """Things, and claims about them; always the same for one *seed*."""
    chance = random.Random(seed)
    return [*things(), *(t for number in range(CLAIMS) for t in claim(chance.choice, f"m{number}", BLOCKS))]


@st.composite
def proposals(draw: st.DrawFn) -> list[Triple]:
    """New claims about what there is and about a new block, claims that are withdrawn or replaced, and additions."""

    def pick(choices: list[str]) -> str:
        return draw(st.sampled_from(choices))

    new = thing("building-block", "new")
    blocks = [*BLOCKS, new] if draw(st.booleans()) else BLOCKS
    known = st.integers(0, CLAIMS - 1).map(lambda number: thing("claim", f"m{number}"))
    offered = described("BuildingBlock", new) if new in blocks else []
    for number in range(draw(st.integers(0, 4))):
        offered += claim(pick, f"p{number}", blocks)
        if draw(st.integers(0, 3)) == 0:
            offered.append((thing("claim", f"p{number}"), sam("replaces"), draw(known)))
    mine = thing("evidence", "mine")
    offered += [(mine, TYPE, sam("Evidence")), (mine, sam("source"), SOURCES[1]), (mine, sam("confidence"), sam("B"))]
    offered += [(mine, sam("withdraws"), gone) for gone in draw(st.lists(known, max_size=3))]
    if draw(st.integers(0, 3)) == 0:
        offered.append((draw(known), sam("evidence"), pick(EVIDENCE)))
    if draw(st.integers(0, 3)) == 0:
        # A known thing described otherwise.
        subject, predicate, value = draw(
            st.sampled_from(
                [
                    (STANDARDS[1], sam("facet"), sam("facet-model")),
                    (DECISIONS[0], sam("decisionState"), sam("decision-taken")),
                    (STEPS[0], sam("isPast"), f'"true"^^<{PREFIXES["xsd"]}boolean>'),
                    (STEPS[0], sam("expectedAround"), '"voorjaar 2019"@nl'),
                    (CAPABILITIES[3], f"<{PREFIXES['skos']}broader>", CAPABILITIES[0]),
                    (SOURCES[1], f"<{PREFIXES['dct']}issued>", f'"2010-05-05"^^<{PREFIXES["xsd"]}date>'),
                    (QUANTITIES[0], sam("hedge"), '"minstens"@nl'),
                ]
            )
        )
        offered.append((subject, predicate, value))
    return offered


def text(triples: list[Triple]) -> str:
    """As N-Triples."""
    return "".join(f"{subject} {predicate} {value} .\n" for subject, predicate, value in triples)
