"""What is looked at before data become a release: each flaw with its place, and each check firing where it must."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox
import pytest

from samenhang import inspection, questions, sources
from samenhang.errors import SyntaxProblem, WrongValue
from samenhang.inspection import CHECKS, Flaw, Inspection
from samenhang.namespaces import GRAPH, ID, SHAPES, shorten
from samenhang.release.build import Look, look
from samenhang.validation import Severity, validate
from tests.small import AGENDA, BLOCK, DECISIONS, EVIDENCE, FOUND, PREFIXES, content, decided, write
from tests.support import ROOT, derived

BLOCKS = "data/field/blocks.ttl"
GONE, SOLVED = "accountability-0000000000000000", "accountability-1111111111111111"
"""Two findings that no rule makes."""


def told(flaw: Flaw, folder: Path) -> tuple[str, str | None, str | None, str, list[str], list[str]]:
    """A flaw in short: what found it, property, value, thing, files and graphs."""
    result = flaw.result
    return (
        result.shape.removeprefix(CHECKS).removeprefix(SHAPES),
        result.path and shorten(result.path),
        None if result.value is None else str(result.value),
        result.focus if result.focus.startswith("_:") else shorten(result.focus),
        [path.relative_to(folder).as_posix() for path in flaw.files],
        [graph.removeprefix(GRAPH) for graph in flaw.graphs],
    )


def found(folder: Path, *extra: Path) -> list[tuple[str, str | None, str | None, str, list[str], list[str]]]:
    return sorted((told(flaw, folder) for flaw in look(folder, extra).inspection.flaws), key=str)


def test_nothing_is_wrong_with_a_good_description(tmp_path: Path) -> None:
    seen = look(content(tmp_path / "content")).inspection
    assert seen.flaws == ()
    assert not any(seen.fails(level) for level in Severity)
    assert seen.engine.startswith(("shacl ", "pySHACL "))


def test_the_project_itself_has_no_flaw() -> None:
    seen = look(ROOT).inspection
    assert [told(flaw, ROOT) for flaw in seen.flaws if flaw.result.severity is Severity.VIOLATION] == []


def test_a_triple_term_is_refused(tmp_path: Path) -> None:
    said = AGENDA + "building-block:agenda sam:evidence <<( actor:a sam:polarity sam:holds )>> .\n"
    with pytest.raises(SyntaxProblem, match="triple term"):
        look(content(tmp_path / "content", {BLOCKS: said}))


@pytest.mark.parametrize("known", [False, True])
def test_data_that_are_looked_up_are_seen_as_those_that_are_read(tmp_path: Path, known: bool) -> None:
    """The same results, and the same shapes that select nothing: whether another source describes a thing counts."""
    wrong = AGENDA.replace("sam:slide 3", "sam:slide 0") + "actor:a skos:prefLabel 'A'@nl ; skos:related actor:b .\n"
    other = PREFIXES + 'actor:a a sam:Actor ; skos:prefLabel "B"@nl .\nactor:b a sam:Actor ; skos:prefLabel "C"@nl .\n'
    folder = content(tmp_path / "content", {BLOCKS: wrong, "data/other/a.ttl": other})
    store, files = ox.Store(), sources.find(folder)
    sources.load(store, files)
    beside = sorted({f.graph for f in files if f.source in ("ontology", "vocabularies")})
    looked = inspection._Looked(store, [f"{GRAPH}field/blocks"], beside, [f"{GRAPH}other/a"], known=known)
    shapes, written = inspection.shapes_text(folder / "shapes"), looked.ntriples()
    # Of actor b the type, of actor a only what the source itself says.
    assert (written.count(b"/actor/a> "), written.count(b"/actor/b> ")) == (2, 2 if known else 1)
    seen = validate(written, shapes, held=looked)
    assert seen == validate(written, shapes)
    assert f"{SHAPES}BuildingBlock" not in seen.idle
    assert f"{SHAPES}Tool" in seen.idle


def test_a_violation_has_its_file_its_graph_and_its_value(tmp_path: Path) -> None:
    folder = content(
        tmp_path / "content",
        {
            BLOCKS: PREFIXES + BLOCK,
            "data/field/evidence.ttl": PREFIXES + EVIDENCE.replace("sam:slide 3", "sam:slide 0"),
            # The thing is described in two files of the source; the wrong value stands in this one.
            "data/field/more.ttl": PREFIXES + 'building-block:agenda skos:prefLabel "Agenda 2"@nl .\n',
        },
    )
    assert found(folder) == [
        ("Evidence-slide", "sam:slide", "0", "evidence:agenda", ["data/field/evidence.ttl"], ["field/evidence"]),
        (
            "Thing-label",
            "skos:prefLabel",
            None,
            "building-block:agenda",
            [BLOCKS, "data/field/more.ttl"],
            ["field/blocks", "field/more"],
        ),
        *(
            ("two-labels", "skos:prefLabel", label, "building-block:agenda", [file], [graph])
            for label, file, graph in (
                ("Agenda 2", "data/field/more.ttl", "field/more"),
                ("Agenda", BLOCKS, "field/blocks"),
            )
        ),
    ]
    seen = look(folder).inspection
    assert seen.count(Severity.VIOLATION) == 4
    assert [level for level in Severity if seen.fails(level)] == list(Severity)
    assert not seen.fails(None)
    for flaw in seen.flaws:
        assert flaw.result.message("nl")
        assert flaw.result.message("en") != flaw.result.message("nl")


def test_a_warning_does_not_refuse(tmp_path: Path) -> None:
    text = AGENDA.replace('    sam:heading "Verzonnen hoofdstuk"@nl ;\n    sam:slide 3 ;\n', "")
    assert text != AGENDA
    seen = look(content(tmp_path / "content", {BLOCKS: text}))
    assert [(f.result.severity, f.result.shape.removeprefix(SHAPES)) for f in seen.inspection.flaws] == [
        (Severity.WARNING, "Evidence-place")
    ]
    assert seen.inspection.fails(Severity.INFO)
    assert seen.inspection.fails(Severity.WARNING)
    assert not seen.inspection.fails(Severity.VIOLATION)


# Each check, with files that only it may refuse, and what it must say of them.
ANOTHER = 'building-block:agenda skos:prefLabel "Kalender"@nl , "Calendar"@en .'
INTERFACE = """<https://w3id.org/samenhang/id/interface/b> a sam:Interface ; skos:prefLabel "B"@nl , "B"@en ;
    skos:definition "Verzonnen."@nl , "Invented."@en ; sam:modality sam:fact ; sam:evidence evidence:agenda ."""
NOTE = """<https://w3id.org/samenhang/id/source-note/b> a sam:SourceNote ; sam:noteKind sam:note-anomaly ;
    skos:prefLabel "B"@nl , "B"@en ; skos:definition "Staat er twee keer."@nl , "Is there twice."@en ;
    sam:modality sam:fact ; sam:evidence evidence:agenda ."""
CHECKED: Mapping[str, tuple[dict[str, str], list[tuple[str | None, str | None, str, list[str]]]]] = {
    "blank-node": (
        {"data/field/x.ttl": PREFIXES + '[] skos:editorialNote "a"@nl . evidence:agenda skos:editorialNote [] .'},
        [
            ("skos:editorialNote", "a", "_:field.x.x.c14n0", ["data/field/x.ttl"]),
            ("skos:editorialNote", "field.x.x.c14n1", "evidence:agenda", ["data/field/x.ttl"]),
        ],
    ),
    "dangling-reference": (
        {"data/field/x.ttl": PREFIXES + "building-block:agenda rdfs:seeAlso building-block:weg ."},
        [
            (
                "rdfs:seeAlso",
                "https://w3id.org/samenhang/id/building-block/weg",
                "building-block:agenda",
                ["data/field/x.ttl"],
            )
        ],
    ),
    "hand-written-shortcut": (
        {"data/field/x.ttl": PREFIXES + "building-block:agenda sam:dependsOn building-block:agenda ."},
        [
            (
                "sam:dependsOn",
                "https://w3id.org/samenhang/id/building-block/agenda",
                "building-block:agenda",
                ["data/field/x.ttl"],
            )
        ],
    ),
    "interface-apart": (
        {
            "data/x/imports/x.ttl": PREFIXES + INTERFACE + EVIDENCE,
            "data/field/x.ttl": PREFIXES + INTERFACE.replace("/b", "/c"),
        },
        [(None, None, "interface:b", ["data/x/imports/x.ttl"])],
    ),
    "lapsed-decision": (
        {
            "data/field/x.ttl": DECISIONS
            + decided("stays", FOUND, "accepted", "2026-01-01")
            + decided("gone", GONE, "planned", "2026-01-01")
            + decided("planned", SOLVED, "planned", "2026-01-01")
            + decided("closed", SOLVED, "solved", "2026-02-01")
        },
        [("sam:decidedOn", f"{ID}finding/{GONE}", "finding-decision:gone", ["data/field/x.ttl"])],
    ),
    "unsolved-finding": (
        {
            "data/field/x.ttl": DECISIONS
            + decided("planned", FOUND, "planned", "2026-01-01")
            + decided("early", FOUND, "solved", "2026-02-01")
        },
        [("sam:decidedOn", f"{ID}finding/{FOUND}", "finding-decision:early", ["data/field/x.ttl"])],
    ),
    "others-words": (
        {
            "data/field/x.ttl": PREFIXES
            + """<https://w3id.org/samenhang/graph/field/x> <http://www.w3.org/ns/prov#wasDerivedFrom> source:x .
            source:x a sam:Source ; skos:prefLabel "x"@nl , "x"@en ;
                sam:collected "2026-11-30T06:00:00Z"^^xsd:dateTime .
            evidence:agenda sam:path "ergens anders" ; sam:source source:eindverslag-2021 ."""
        },
        [("sam:path", "ergens anders", "evidence:agenda", ["data/field/x.ttl"])],
    ),
    # What the mapping itself notes about its sources is known.
    "source-anomaly": (
        {
            "data/field/x.ttl": PREFIXES + NOTE,
            "data/field/imports/x.ttl": PREFIXES + NOTE.replace("/b", "/c") + EVIDENCE,
        },
        [(None, None, "source-note:c", ["data/field/imports/x.ttl"])],
    ),
    "two-labels": (
        {"data/report-2021/x.ttl": AGENDA.replace('"Agenda"@nl', '"Kalender"@nl')},
        [
            ("skos:prefLabel", "Agenda", "building-block:agenda", [BLOCKS]),
            ("skos:prefLabel", "Kalender", "building-block:agenda", ["data/report-2021/x.ttl"]),
        ],
    ),
    "two-spellings": (
        {
            "data/field/x.ttl": PREFIXES + "evidence:agenda rdfs:seeAlso <http://example.org/a> .",
            "data/field/y.ttl": PREFIXES + "evidence:agenda rdfs:seeAlso <https://example.org/a/> .",
            "data/field/z.ttl": PREFIXES + "evidence:agenda rdfs:seeAlso <http://schema.org/Thing> .",
        },
        [
            ("rdfs:seeAlso", "http://example.org/a", "evidence:agenda", ["data/field/x.ttl"]),
            ("rdfs:seeAlso", "http://schema.org/Thing", "evidence:agenda", ["data/field/z.ttl"]),
            ("rdfs:seeAlso", "https://example.org/a/", "evidence:agenda", ["data/field/y.ttl"]),
        ],
    ),
    "undeclared-term": (
        {
            "data/field/x.ttl": PREFIXES
            + 'evidence:agenda skos:hidenLabel "x"@nl ; skos:editorialNote "y"@nl ; a skos:Konzept .'
        },
        [
            ("rdf:type", "http://www.w3.org/2004/02/skos/core#Konzept", "evidence:agenda", ["data/field/x.ttl"]),
            ("skos:hidenLabel", "x", "evidence:agenda", ["data/field/x.ttl"]),
        ],
    ),
    "withdrawn-claim": (
        {
            "data/field/x.ttl": PREFIXES
            + """claim:x a sam:Lifecycle ; sam:block building-block:agenda ; sam:lifecycleState sam:lifecycle-live ;
                sam:evidence evidence:agenda ; sam:modality sam:fact ; sam:polarity sam:holds ; sam:replaces claim:x .
            evidence:agenda sam:withdraws claim:weg ."""
        },
        [
            ("sam:replaces", "https://w3id.org/samenhang/id/claim/x", "claim:x", ["data/field/x.ttl"]),
            ("sam:withdraws", "https://w3id.org/samenhang/id/claim/weg", "evidence:agenda", ["data/field/x.ttl"]),
        ],
    ),
    "undocumented-term": (
        {
            "ontology/nieuw.ttl": PREFIXES
            + 'sam:Nieuw a owl:Class ; rdfs:label "Nieuw"@nl ; skos:definition "Iets nieuws."@nl , "Something."@en ;'
            " rdfs:isDefinedBy <https://w3id.org/samenhang/ns> ; rdfs:subClassOf sam:Thing ."
        },
        [
            ("rdfs:label", "en", "sam:Nieuw", ["ontology/nieuw.ttl"]),
            ("skos:example", None, "sam:Nieuw", ["ontology/nieuw.ttl"]),
        ],
    ),
}


def test_every_check_has_a_case() -> None:
    assert set(CHECKED) == {path.stem for path in (ROOT / "queries" / "checks").glob("*.rq")}


@pytest.mark.parametrize("check", CHECKED)
def test_a_check_fires_where_it_must_and_only_it(tmp_path: Path, check: str) -> None:
    files, wanted = CHECKED[check]
    folder = content(tmp_path / "content", copied=any(name.startswith("ontology") for name in files))
    for name, text in files.items():
        write(folder / name, text)
    assert [(shape, *rest) for shape, *rest, _ in found(folder)] == [(check, *expected) for expected in wanted]


def test_a_finding_solved_too_soon_is_told_until_it_is_decided_on_again(tmp_path: Path) -> None:
    solved = DECISIONS + decided("early", FOUND, "solved", "2026-02-01")
    again = solved + decided("again", FOUND, "planned", "2026-03-01")
    seen = look(content(tmp_path / "one", {BLOCKS: AGENDA, "data/field/x.ttl": solved})).inspection
    assert [(flaw.result.shape, flaw.result.severity) for flaw in seen.flaws] == [
        (CHECKS + "unsolved-finding", Severity.INFO)
    ]
    assert found(content(tmp_path / "two", {BLOCKS: AGENDA, "data/field/x.ttl": again})) == []


def test_a_lapsed_decision_is_a_warning_and_stays_in_the_data(tmp_path: Path) -> None:
    text = DECISIONS + decided("gone", GONE, "accepted", "2026-01-01")
    seen = look(content(tmp_path / "content", {BLOCKS: AGENDA, "data/field/x.ttl": text}))
    assert [flaw.result.severity for flaw in seen.inspection.flaws] == [Severity.WARNING]
    decision = ox.NamedNode(f"{ID}finding-decision/gone")
    assert any(derived(seen).quads_for_pattern(decision, None, None, ox.NamedNode(f"{GRAPH}scope/all")))


def test_each_source_stands_by_itself(tmp_path: Path) -> None:
    """The report may not lean on what only the field describes; it describes the thing itself, in its own words."""
    claim = (
        "claim:x a sam:Lifecycle ; sam:block building-block:agenda ; sam:lifecycleState sam:lifecycle-live ;"
        " sam:evidence evidence:agenda ; sam:modality sam:fact ; sam:polarity sam:holds ."
    )
    folder = content(tmp_path / "content")
    path = write(folder / "data/report-2021/claims.ttl", PREFIXES + claim)
    assert {(shape, files[0]) for shape, _, _, _, files, _ in found(folder)} >= {
        ("dangling-reference", "data/report-2021/claims.ttl")
    }
    write(path, PREFIXES + claim + BLOCK + EVIDENCE)
    assert found(folder) == []


@pytest.fixture(scope="module")
def flawed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A content folder that has a flaw of its own."""
    folder = tmp_path_factory.mktemp("flawed") / "content"
    return content(folder, {BLOCKS: AGENDA.replace("sam:slide 3", "sam:slide 0")})


def proposal(folder: Path, text: str, name: str = "voorstel.ttl") -> Path:
    return write(folder / name, PREFIXES + text)


def test_of_a_proposal_only_its_own_flaws_are_told(tmp_path: Path, flawed: Path) -> None:
    assert [flaw[0] for flaw in found(flawed)] == ["Evidence-slide"]
    good = proposal(
        tmp_path,
        BLOCK.replace("agenda", "tickets").replace("Agenda", "Tickets") + EVIDENCE.replace("agenda", "tickets"),
    )
    seen: Look = look(flawed, [good])
    assert seen.inspection.flaws == ()
    assert seen.inspection.idle == ()
    bad = proposal(tmp_path, EVIDENCE.replace("agenda", "b").replace("sam:slide 3", "sam:slide 0"), "mijn voorstel.ttl")
    (flaw,) = look(flawed, [good, bad]).inspection.flaws
    assert (flaw.result.shape, flaw.files) == (SHAPES + "Evidence-slide", (bad,))
    assert flaw.graphs == (GRAPH + "proposal/mijn%20voorstel",)


def test_a_proposal_may_point_at_the_map_but_not_at_nothing(tmp_path: Path, flawed: Path) -> None:
    def state(of: str) -> str:
        return (
            f"claim:{of}-live a sam:Lifecycle ; sam:block building-block:{of} ; sam:lifecycleState sam:lifecycle-live ;"
            " sam:evidence evidence:mine ; sam:modality sam:fact ; sam:polarity sam:holds ."
        ) + EVIDENCE.replace("agenda", "mine")

    assert look(flawed, [proposal(tmp_path, state("agenda"))]).inspection.flaws == ()
    seen = look(flawed, [proposal(tmp_path, state("agena"))]).inspection
    assert {flaw.result.shape.removeprefix(CHECKS) for flaw in seen.flaws} >= {"dangling-reference"}
    assert all(flaw.files == (tmp_path / "voorstel.ttl",) for flaw in seen.flaws)


def test_a_proposal_gets_the_checks_too(tmp_path: Path, flawed: Path) -> None:
    path = proposal(tmp_path, "building-block:agenda sam:ownedBuy building-block:agenda .")
    shapes = {flaw.result.shape for flaw in look(flawed, [path]).inspection.flaws}
    assert CHECKS + "undeclared-term" in shapes


def test_a_blank_node_in_one_of_the_files_of_the_ontology_is_found_in_that_file(tmp_path: Path) -> None:
    folder = content(tmp_path / "content", copied=True)
    write(folder / "ontology/leeg.ttl", PREFIXES + '[] skos:editorialNote "a"@nl .')
    assert [(shape, files) for shape, _, _, _, files, _ in found(folder)] == [("blank-node", ["ontology/leeg.ttl"])]


def test_a_shape_that_selected_nothing_is_told_once_for_all_sources(tmp_path: Path) -> None:
    folder = content(tmp_path / "content")
    write(folder / "data/report-2021/blocks.ttl", AGENDA)
    idle = look(folder).inspection.idle
    assert SHAPES + "Use" in idle
    assert SHAPES + "BuildingBlock" not in idle
    assert SHAPES + "Evidence" not in idle


def test_two_inspections_joined() -> None:
    one, other = Inspection((), "x", ("a", "b")), Inspection((), "y", ("b", "c"))
    assert one.joined(other) == Inspection((), "x", ("b",))


HEADER = """#+ title: {nl: Titel, en: Title}
#+ summary: {nl: Uitleg, en: Words}
#+ severity: SEVERITY
#+ message: {nl: Doe iets, en: Do something}
#+ columns:
#+   - {name: thing, about: {nl: A, en: A}}
#+   - {name: path, about: {nl: A, en: A}}
#+   - {name: value, about: {nl: A, en: A}}
#+   - {name: graph, about: {nl: A, en: A}}
"""
ROWS = "SELECT ?thing ?path ?value ?graph { GRAPH ?graph { ?thing ?path ?value } }"


def inspect(folder: Path, check: str) -> Inspection:
    path = write(folder / "check.rq", check)
    store, graph = ox.Store(), f"{GRAPH}field/a"
    file = sources.SourceFile(write(folder / "a.ttl", "<http://e.org/a> <http://e.org/p> 1 ."), graph, "field")
    sources.load(store, [file])
    return inspection.inspect(store, [file], b"", [questions.read(path)])


def test_a_check_says_how_bad_it_is(tmp_path: Path) -> None:
    seen = inspect(tmp_path, HEADER.replace("SEVERITY", "warning") + ROWS)
    assert [(f.result.severity, f.result.message("nl")) for f in seen.flaws] == [(Severity.WARNING, "Doe iets")]


@pytest.mark.parametrize(
    ("text", "nl"),
    [
        (HEADER.replace("SEVERITY", "erg") + ROWS, "severity is violation, warning of info"),
        (HEADER.replace("#+ severity: SEVERITY\n", "") + ROWS, "severity is violation, warning of info"),
        (HEADER.replace("SEVERITY", "info").replace(", en: Do something", "") + ROWS, "message in nl en en"),
        (
            "#+ title: {nl: T, en: T}\n#+ summary: {nl: T, en: T}\n#+ columns: [{name: thing, about: {nl: A, en: A}}]\n"
            "SELECT ?thing { ?thing ?b ?c }",
            "heeft de kolommen thing, path, value en graph",
        ),
    ],
)
def test_a_check_that_is_not_one_is_refused(tmp_path: Path, text: str, nl: str) -> None:
    with pytest.raises((WrongValue, SyntaxProblem)) as caught:
        inspect(tmp_path, text)
    assert nl in caught.value.nl
    assert str(tmp_path / "check.rq") in caught.value.nl
