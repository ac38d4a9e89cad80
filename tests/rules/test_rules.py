"""Each rule on small data of its own: exactly the findings that it must make, and no others.

The expected findings were written from the comment on top of the data, before the rule was run.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from samenhang.engine import EmbeddedEngine
from samenhang.namespaces import ID, expand
from samenhang.questions import Query
from samenhang.release import Release
from tests.support import analysis, cells, tiny

HERE = Path(__file__).parent
RULES = {rule.name: rule for rule in analysis().rules}

PREFIXES = (
    "PREFIX sam: <https://w3id.org/samenhang/ns#> PREFIX dct: <http://purl.org/dc/terms/>"
    " PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"
)
SINGLE = ("layer", "principle", "criterion", "outcome", "findingKind", "severity", "score", "confidence")
SEVERAL = ("about", "because", "missingFor", "missingAspect", "askActor")


def findings(engine: EmbeddedEngine, rule: str) -> dict[str, dict[str, Any]]:
    """What *rule* found, by the IRI of the finding, as plain values and sorted lists of short names."""
    found: dict[str, dict[str, Any]] = {}
    rows = cells(
        engine.query(
            f"{PREFIXES} SELECT ?f ?p ?o WHERE {{ ?f a sam:Finding ; sam:rule <{ID}rule/{rule}> ; ?p ?o ."
            " FILTER (STRSTARTS(STR(?p), STR(sam:))) }"
        )
    )
    for finding, predicate, value in rows:
        assert finding and predicate and value
        name = predicate.removeprefix("sam:")
        entry = found.setdefault(finding, {})
        if name in SINGLE:
            assert name not in entry, f"{finding} has two values for {name}"
            entry[name] = value
        elif name in SEVERAL:
            entry.setdefault(name, []).append(value)
    return found


def expected() -> list[Any]:
    return [
        pytest.param(rule, yaml.safe_load((HERE / f"{rule}.yaml").read_text(encoding="utf-8")), id=rule)
        for rule in RULES
    ]


@pytest.mark.parametrize("rule", RULES)
def test_has_expected_findings(rule: str) -> None:
    assert (HERE / f"{rule}.yaml").is_file()
    assert (HERE / f"{rule}.ttl").is_file()


@pytest.mark.parametrize(("rule", "wanted"), expected())
def test_finds_exactly_this(rule: str, wanted: list[dict[str, Any]]) -> None:
    found = findings(tiny(HERE / f"{rule}.ttl"), rule).values()

    def key(entry: dict[str, Any]) -> str:
        return f"{sorted(entry['about'])} {entry.get('layer')} {entry.get('criterion')}"

    plain = [{name: sorted(v) if isinstance(v, list) else str(v) for name, v in entry.items()} for entry in wanted]
    assert sorted(
        ({n: sorted(v) if isinstance(v, list) else v for n, v in e.items()} for e in found), key=key
    ) == sorted(plain, key=key)


@pytest.mark.parametrize("rule", RULES)
def test_every_finding_speaks_both_languages_and_an_unknown_one_asks(rule: str) -> None:
    engine = tiny(HERE / f"{rule}.ttl")
    rows = cells(
        engine.query(
            f"{PREFIXES} SELECT ?f ?o (COUNT(DISTINCT ?d) AS ?says) (COUNT(DISTINCT ?m) AS ?asks)"
            f" {{ ?f sam:rule <{ID}rule/{rule}> ; sam:outcome ?o OPTIONAL {{ ?f dct:description ?d }}"
            " OPTIONAL { ?f sam:missing ?m } } GROUP BY ?f ?o"
        )
    )
    assert {(says, asks == "2") for _, outcome, says, asks in rows if outcome == "sam:outcome-unknown"} <= {("2", True)}
    assert {(says, asks) for _, outcome, says, asks in rows if outcome != "sam:outcome-unknown"} <= {("2", "0")}


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_header_tells_all_that_the_findings_can_be(rule: Query, release: Release) -> None:
    """Why it matters, which problem of the report it answers, and the layers, severities and principles that occur."""
    assert rule.header["why"].keys() == {"nl", "en"}
    assert cells(release.query(f"{PREFIXES} SELECT ?l {{ <{ID}problem/{rule.header['problem']}> skos:prefLabel ?l }}"))
    modalities = {f"sam:{word}" for words in rule.header["modalities"].values() for word in words}
    known = cells(release.query(f"{PREFIXES} SELECT ?m {{ ?m a sam:Modality }}"))
    assert modalities <= {str(m) for (m,) in known}
    wanted = yaml.safe_load((HERE / f"{rule.name}.yaml").read_text(encoding="utf-8"))
    for name in ("layer", "severity", "principle"):
        told = set(rule.header[name])
        assert {entry[name] for entry in wanted if name in entry} <= told
        found = cells(
            release.query(f"{PREFIXES} SELECT DISTINCT ?v {{ ?f sam:rule <{ID}rule/{rule.name}> ; sam:{name} ?v }}")
        )
        assert {v for (v,) in found} <= told
        for iri in told:
            assert cells(release.query(f"{PREFIXES} SELECT ?l {{ <{expand(iri)}> skos:prefLabel ?l }}")), iri


def test_a_rule_stands_in_the_graph_with_what_its_header_says(release: Release) -> None:
    told = cells(
        release.query(
            f"{PREFIXES} SELECT ?p ?o {{ <{ID}rule/accountability> ?p ?o FILTER (STRSTARTS(STR(?p), STR(sam:))"
            " && (!isLiteral(?o) || LANG(?o) != 'nl')) }"
        )
    )
    assert told == [
        ("sam:answersProblem", "problem:onduidelijke-verantwoordelijkheden-collecties"),
        ("sam:key", "thing"),
        ("sam:layer", "eif:IL4"),
        ("sam:principle", "principle:netwerk-accountability"),
        ("sam:readsModality", "sam:conditional"),
        ("sam:readsModality", "sam:derived"),
        ("sam:readsModality", "sam:fact"),
        ("sam:readsModality", "sam:proposed"),
        ("sam:severity", "sam:severity-high"),
        ("sam:severity", "sam:severity-low"),
        ("sam:severity", "sam:severity-medium"),
        (
            "sam:why",
            "The report names unclear responsibilities, and a task of which no organisation is the problem owner.",
        ),
    ]
    whys = cells(release.query(f"{PREFIXES} SELECT ?r {{ ?r sam:why ?w ; a sam:Rule ; sam:answersProblem ?p }}"))
    assert len(whys) == 2 * len(RULES)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_identity_is_what_the_header_says(rule: Query) -> None:
    """The variables that are hashed into the address, by themselves or through ?key, are those of the header."""
    (hashed,) = re.findall(rf'SHA256\(CONCAT\("{rule.name}\|", (.+)\)\), 1, 16\)', rule.text)
    if hashed == "?key":
        hashed = " ".join(re.findall(r"BIND \((.+) AS \?key\)", rule.text))
    assert set(re.findall(r"\?(\w+)", hashed)) == set(rule.header["key"])


def test_each_finding_leads_to_a_claim_to_evidence_to_a_source(release: Release) -> None:
    """finding → claims → evidence → source, for every finding on the real mapping, in every scope."""
    for scope in ("all", "report-2021", "field"):
        whole = cells(release.query(f"{PREFIXES} SELECT ?f WHERE {{ ?f a sam:Finding }}", scope=scope))
        proven = cells(
            release.query(
                f"{PREFIXES} SELECT DISTINCT ?f WHERE {{ ?f a sam:Finding ; sam:because ?claim ."
                " ?claim a sam:Claim ; sam:evidence ?evidence . ?evidence a sam:Evidence ; sam:source ?source ;"
                " sam:confidence ?confidence . ?source a sam:Source }",
                scope=scope,
            )
        )
        broken = cells(
            release.query(
                f"{PREFIXES} SELECT ?f ?claim WHERE {{ ?f a sam:Finding ; sam:because ?claim ."
                " FILTER NOT EXISTS { ?claim sam:evidence/sam:source ?source . ?source a sam:Source } }",
                scope=scope,
            )
        )
        silent = cells(
            release.query(
                f"{PREFIXES} SELECT ?f WHERE {{ ?f a sam:Finding ; sam:outcome sam:outcome-unknown ;"
                " sam:missingFor ?t . FILTER NOT EXISTS { ?f sam:because ?claim } ?t sam:evidence/sam:source ?source }",
                scope=scope,
            )
        )
        assert broken == []
        # A finding that something is unknown may rest on no claim at all: then on the thing's own evidence.
        assert {f for (f,) in whole} == {f for (f,) in proven} | {f for (f,) in silent}
        assert whole


def test_findings_speak_dutch_and_english(release: Release) -> None:
    rows = cells(
        release.query(
            f"{PREFIXES} SELECT ?f (COUNT(?d) AS ?n) WHERE {{ ?f a sam:Finding ; dct:description ?d }} GROUP BY ?f"
        )
    )
    assert rows
    assert {n for _, n in rows} == {"2"}


def test_the_matrix_says_of_each_unknown_what_would_settle_it_and_whom_to_ask(release: Release) -> None:
    """Nobody to ask only where no source says who owns or operates the block."""
    rows = cells(release.ask("principle-matrix"), ["block", "answer", "missingNl", "missingEn", "ask"])
    known = cells(
        release.query(
            f"{PREFIXES} SELECT DISTINCT ?b {{ ?c sam:responsibleFor ?b ; sam:polarity sam:holds ; sam:modality ?m ;"
            " sam:responsible ?who ; sam:responsibilityType ?t . FILTER (?m != sam:open &&"
            " ?t IN (sam:responsibility-owns, sam:responsibility-operates)) }"
        )
    )
    unknown = [row for row in rows if row[1] == "sam:answer-unknown"]
    assert len(unknown) > 100
    for block, _, nl, en, ask in unknown:
        assert nl and en and nl != en, block
        assert (ask is not None) is ((block,) in known), block


def test_names_survive_scopes(release: Release) -> None:
    """The finding about one exchange and layer has one address, whatever the scope says of it."""
    pair = ("building-block:uitdatabank", "building-block:data-uitwisselingsplatform")
    query = (
        f"{PREFIXES} SELECT ?f WHERE {{ ?f sam:rule <{ID}rule/interoperability-gap> ;"
        f" sam:layer <http://data.europa.eu/IL4> ; sam:about <{expand(pair[0])}> , <{expand(pair[1])}> }}"
    )
    report, everything = cells(release.query(query, scope="report-2021")), cells(release.query(query))
    assert len(report) == 1
    assert report == everything
    # Of this exchange only the report speaks, so the field alone has no finding about it.
    assert cells(release.query(query, scope="field")) == []


def test_every_problem_of_the_report_is_decided_on_once(release: Release) -> None:
    """A rule or question that exists shows it, or it is said why none can; a rule shows the problem in its header."""
    rows = cells(
        release.query(
            f"{PREFIXES} SELECT ?p ?by ?why {{ ?p a sam:Problem OPTIONAL {{ ?p sam:observedBy ?by }}"
            " OPTIONAL { ?p sam:notComputable ?why FILTER (LANG(?why) = 'nl') } }"
        )
    )
    assert len({problem for problem, _, _ in rows}) == 78
    for problem, by, why in rows:
        assert (by is None) != (why is None), problem
        name = (by or "").strip("<>").rpartition("/" if "/" in (by or "") else ":")[2]
        assert by is None or name in RULES or name in release.questions, by
    answered = {(problem, by) for problem, by, _ in rows}
    for rule in RULES.values():
        assert (f"problem:{rule.header['problem']}", f"rule:{rule.name}") in answered, rule.name
