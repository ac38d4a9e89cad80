"""The validation adapter: what it reports, by hand, and that both engines report exactly that."""

from __future__ import annotations

import pyoxigraph
import pytest
import rdflib
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import XSD

from samenhang.errors import SyntaxProblem, WrongValue
from samenhang.validation import BrokenShapes, Report, Severity, engines, validate
from samenhang.validation.engines import Choice

ENGINES: tuple[Choice, ...] = ("compiled", "reference")
EX = "http://example.org/"
SH = "http://www.w3.org/ns/shacl#"
PREFIXES = f"""@prefix ex: <{EX}> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <{SH}> .
@prefix xsd: <{XSD}> .
"""


def ntriples(turtle: str) -> bytes:
    # Not with rdflib, which rewrites values.
    quads = pyoxigraph.parse(PREFIXES + turtle, format=pyoxigraph.RdfFormat.TURTLE)
    return pyoxigraph.serialize(quads, format=pyoxigraph.RdfFormat.N_TRIPLES) or b""


def check(shapes: str, data: str | bytes) -> Report:
    """The report, after making sure that both engines give the same."""
    triples = data if isinstance(data, bytes) else ntriples(data)
    compiled, reference = (validate(triples, (PREFIXES + shapes).encode(), engine=engine) for engine in ENGINES)
    assert compiled.results == reference.results
    assert compiled.idle == reference.idle
    return compiled


def short(report: Report) -> list[tuple[str, str | None, object, str, str]]:
    """Focus, path, value, shape and component of each result, as short as the eye wants."""
    return [
        (
            r.focus.removeprefix(EX),
            r.path and r.path.replace(EX, ""),
            r.value.removeprefix(EX) if isinstance(r.value, URIRef) else r.value,
            r.shape.removeprefix(EX),
            r.component.removeprefix(SH).removesuffix("ConstraintComponent"),
        )
        for r in report.results
    ]


BLOCK = "ex:Block a sh:NodeShape ; sh:targetClass ex:BuildingBlock ; sh:property ex:Block-p . ex:Block-p sh:path ex:p ;"


@pytest.mark.parametrize(
    ("constraint", "good", "bad", "value", "component"),
    [
        ("sh:minCount 1", "ex:p 1", "ex:q 1", None, "MinCount"),
        ("sh:maxCount 1", "ex:p 1", "ex:p 1, 2", None, "MaxCount"),
        ("sh:class ex:Owner", "ex:p ex:small", "ex:p ex:other", "other", "Class"),
        ("sh:datatype xsd:date", 'ex:p "2021-03-01"^^xsd:date', 'ex:p "maart"', Literal("maart"), "Datatype"),
        ("sh:in ( ex:live ex:planned )", "ex:p ex:live", "ex:p ex:Live", "Live", "In"),
        ('sh:in ( "a" "b"@nl 1 )', 'ex:p "a", "b"@nl, 1', 'ex:p "b"', Literal("b"), "In"),
        ('sh:pattern "^https://"', 'ex:p "https://a"', 'ex:p "http://a"', Literal("http://a"), "Pattern"),
        ('sh:pattern "^b" ; sh:flags "i"', 'ex:p "Bouwblok"', 'ex:p "x"', Literal("x"), "Pattern"),
        ("sh:nodeKind sh:IRI", "ex:p ex:a", 'ex:p "a"', Literal("a"), "NodeKind"),
        ('sh:languageIn ( "nl" "en" )', 'ex:p "a"@nl-BE', 'ex:p "a"@fr', Literal("a", lang="fr"), "LanguageIn"),
        ("sh:uniqueLang true", 'ex:p "a"@nl, "a"@en', 'ex:p "a"@nl, "b"@nl', None, "UniqueLang"),
        ("sh:minInclusive 0", "ex:p 0", "ex:p -1", Literal(-1), "MinInclusive"),
        ("sh:maxLength 3", 'ex:p "abc"', 'ex:p "abcd"', Literal("abcd"), "MaxLength"),
        ("sh:hasValue ex:a", "ex:p ex:a, ex:b", "ex:p ex:b", None, "HasValue"),
        ("sh:not [ sh:class ex:Owner ]", "ex:p ex:a", "ex:p ex:small", "small", "Not"),
        ("sh:node [ sh:property [ sh:path ex:n ; sh:minCount 1 ] ]", "ex:p ex:hasN", "ex:p ex:a", "a", "Node"),
        ("sh:or ( [ sh:datatype xsd:date ] [ sh:class ex:Owner ] )", "ex:p ex:small", "ex:p ex:a", "a", "Or"),
        ("sh:xone ( [ sh:class ex:Owner ] [ sh:class ex:N ] )", "ex:p ex:small", "ex:p ex:hasN", "hasN", "Xone"),
        ("sh:disjoint ex:q", "ex:p ex:a ; ex:q ex:b", "ex:p ex:a ; ex:q ex:a", "a", "Disjoint"),
    ],
)
def test_core_constraints(constraint: str, good: str, bad: str, value: object, component: str) -> None:
    about = """ex:small a ex:SmallOwner . ex:SmallOwner rdfs:subClassOf ex:Owner . ex:hasN a ex:Owner, ex:N ; ex:n 1 .
    ex:good a ex:BuildingBlock ; {} . ex:bad a ex:BuildingBlock ; {} ."""
    report = check(f"{BLOCK} {constraint} .", about.format(good, bad))
    assert short(report) == [("bad", "p", value, "Block-p", component)]
    assert report.results[0].severity is Severity.VIOLATION
    assert report.results[0].messages == {}


def test_declared_messages_in_every_language_and_nothing_of_the_engine() -> None:
    report = check(
        BLOCK + 'sh:minCount 1 ; sh:message "Geef de eigenaar op"@nl, "Give the owner"@en, "Owner" .',
        "ex:a a ex:BuildingBlock .",
    )
    (result,) = report.results
    assert result.messages == {"nl": "Geef de eigenaar op", "en": "Give the owner", "": "Owner"}
    assert (result.message("nl"), result.message("fr")) == ("Geef de eigenaar op", "Give the owner")


def test_a_named_sparql_constraint_speaks_for_itself_in_both_languages() -> None:
    report = check(
        """ex:Block a sh:NodeShape ; sh:targetClass ex:BuildingBlock ; sh:message "Van de vorm"@nl ; sh:sparql ex:Loop .
        ex:Loop sh:message "{$this} keert terug via {?step}."@nl, "{$this} returns by {?step}."@en, "{?value}"@fr ;
            sh:select "SELECT $this ?step WHERE { $this ex:p ?step . ?step ex:p $this }" ; sh:prefixes ex:names .
        ex:names sh:declare [ sh:prefix "ex" ; sh:namespace "http://example.org/"^^xsd:anyURI ] .""",
        "ex:a a ex:BuildingBlock ; ex:p ex:b . ex:b ex:p ex:a .",
    )
    assert short(report) == [("a", None, "a", "Loop", "SPARQL")]
    assert report.results[0].messages == {
        "nl": f"{EX}a keert terug via {EX}b.",
        "en": f"{EX}a returns by {EX}b.",
        "fr": f"{EX}a",
    }


def test_a_message_that_is_the_same_in_two_languages_stays_in_both() -> None:
    report = check(
        """ex:Block a sh:NodeShape ; sh:targetClass ex:BuildingBlock ; sh:sparql ex:Own .
        ex:Own sh:message "{?value}: https"@nl, "{?value}: https"@en ;
            sh:select "SELECT $this ?value WHERE { $this <http://example.org/p> ?value }" .""",
        'ex:a a ex:BuildingBlock ; ex:p "http"@nl, 7 .',
    )
    assert [r.value for r in report.results] == [Literal("7", datatype=XSD.integer), Literal("http", lang="nl")]
    assert [r.messages for r in report.results] == [
        {"en": "7: https", "nl": "7: https"},
        {"en": "http: https", "nl": "http: https"},
    ]


def test_a_nameless_sparql_constraint_goes_by_its_shape_and_its_message() -> None:
    report = check(
        BLOCK
        + """ sh:message "Te lang"@nl ; sh:severity sh:Info ;
            sh:sparql [ sh:select "SELECT $this ?value WHERE { $this $PATH ?value FILTER(STRLEN(?value) > 3) }" ] .""",
        'ex:a a ex:BuildingBlock ; ex:p "kort", "nee" .',
    )
    assert short(report) == [("a", "p", Literal("kort"), "Block-p", "SPARQL")]
    assert (report.results[0].severity, report.results[0].messages) == (Severity.INFO, {"nl": "Te lang"})


SEVERITIES = """ex:Block a sh:NodeShape ; sh:targetClass ex:BuildingBlock ; sh:property ex:i, ex:v, ex:w .
ex:i sh:path ex:i ; sh:minCount 1 ; sh:severity sh:Info . ex:v sh:path ex:v ; sh:minCount 1 .
ex:w sh:path ex:w ; sh:minCount 1 ; sh:severity sh:Warning ."""


def test_the_worst_comes_first_and_decides() -> None:
    report = check(SEVERITIES, "ex:a a ex:BuildingBlock . ex:b a ex:BuildingBlock ; ex:w 1 .")
    assert [(r.severity.value, r.focus.removeprefix(EX)) for r in report.results] == [
        ("violation", "a"),
        ("violation", "b"),
        ("warning", "a"),
        ("info", "a"),
        ("info", "b"),
    ]
    assert [report.count(severity) for severity in Severity] == [2, 1, 2]
    assert report.worst() is Severity.VIOLATION


@pytest.mark.parametrize(
    ("data", "worst", "fails"),
    [
        ("ex:v 1 ; ex:w 1 ; ex:i 1", None, []),
        ("ex:v 1 ; ex:w 1", "info", ["info"]),
        ("ex:v 1 ; ex:i 1", "warning", ["info", "warning"]),
        ("ex:w 1 ; ex:i 1", "violation", ["info", "warning", "violation"]),
    ],
)
def test_a_level_decides_not_conforms(data: str, worst: str | None, fails: list[str]) -> None:
    report = check(SEVERITIES, f"ex:a a ex:BuildingBlock ; {data} .")
    assert report.worst() == worst
    assert [level.value for level in Severity if report.fails(level)] == fails


def test_closed_shapes() -> None:
    report = check(
        "ex:Block a sh:NodeShape ; sh:targetClass ex:BuildingBlock ; sh:closed true ; sh:property ex:Block-p ;"
        "sh:ignoredProperties ( rdf:type ) . ex:Block-p sh:path ex:p .",
        "ex:a a ex:BuildingBlock ; ex:p 1 ; ex:typo 2 .",
    )
    assert short(report) == [("a", "typo", Literal(2), "Block", "Closed")]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("ex:p", "p"),
        ("( ex:p ex:q )", "<p>/<q>"),
        ("[ sh:inversePath ex:p ]", "^<p>"),
        ("[ sh:alternativePath ( ex:p ex:q ) ]", "<p>|<q>"),
        ("[ sh:zeroOrMorePath ex:p ]", "<p>*"),
        ("( ex:p [ sh:inversePath ex:q ] [ sh:alternativePath ( ex:p ex:q ) ] )", "<p>/^<q>/(<p>|<q>)"),
        ("[ sh:alternativePath ( ( ex:p ex:q ) [ sh:oneOrMorePath ex:p ] ) ]", "<p>/<q>|<p>+"),
        ("[ sh:zeroOrOnePath ( ex:p ex:q ) ]", "(<p>/<q>)?"),
        ("[ sh:inversePath [ sh:zeroOrMorePath ex:p ] ]", "^(<p>*)"),
    ],
)
def test_paths_read_as_sparql(path: str, text: str) -> None:
    report = check(
        f"ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:property ex:P . ex:P sh:path {path} ; sh:hasValue ex:none .",
        "ex:a ex:p ex:b . ex:b ex:q ex:c .",
    )
    assert short(report) == [("a", text, None, "P", "HasValue")]
    if text != "p":
        rdflib.Graph().query(f"ASK {{ ?a {report.results[0].path} ?b }}")


def test_blank_nodes_keep_the_labels_of_the_data() -> None:
    report = check(
        "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:property ex:P ; sh:closed true ; sh:ignoredProperties () ."
        "ex:P sh:path ex:p ; sh:nodeKind sh:IRI .",
        f"_:x <{EX}p> _:y .\n<{EX}a> <{EX}p> _:x .\n<{EX}a> <{EX}p> <{EX}b> .\n".encode(),
    )
    assert short(report) == [
        ("_:x", "p", BNode("y"), "P", "NodeKind"),
        ("a", "p", BNode("x"), "P", "NodeKind"),
    ]


def test_a_report_in_the_data_is_not_the_report() -> None:
    report = check(
        "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:property ex:P . ex:P sh:path ex:p ; sh:nodeKind sh:IRI .",
        "ex:a ex:p [ a sh:ValidationReport ; sh:conforms true ; sh:result [ sh:focusNode ex:z ] ] .",
    )
    assert [(r.focus, type(r.value)) for r in report.results] == [(f"{EX}a", BNode)]


def test_nameless_shapes_go_by_the_nearest_name_and_say_a_thing_once() -> None:
    report = check(
        """ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:property
            [ sh:path ex:p ; sh:minCount 1 ], [ sh:path ex:p ; sh:minCount 2 ],
            [ sh:path ex:q ; sh:property [ sh:path ex:r ; sh:minCount 1 ] ] .
        [] a sh:NodeShape ; sh:targetNode ex:a ; sh:class ex:Owner .""",
        "ex:a ex:q ex:b .",
    )
    assert short(report) == [
        ("a", None, "a", "", "Class"),
        ("a", "p", None, "S", "MinCount"),
        ("b", "r", None, "S", "MinCount"),
    ]


def test_values_stay_as_written_and_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    values = 'ex:p "01"^^xsd:integer, "een"^^xsd:integer, "nee"^^xsd:boolean'
    report = check(BLOCK + "sh:in ( 1 ) .", f"ex:a a ex:BuildingBlock ; {values} .")
    assert [str(r.value) for r in report.results] == ["01", "een", "nee"]
    assert caplog.records == []


@pytest.mark.parametrize(
    ("target", "data", "idle"),
    [
        ("sh:targetClass ex:Block", "ex:a a ex:Block", False),
        ("sh:targetClass ex:Block", "ex:a a ex:Blok", True),
        ("sh:targetClass ex:Block", "ex:a a ex:C . ex:C rdfs:subClassOf ex:B . ex:B rdfs:subClassOf ex:Block", False),
        ("sh:targetClass ex:Block", "ex:C rdfs:subClassOf ex:Block . ex:Block rdfs:subClassOf ex:C", True),
        ("sh:targetNode ex:a", "ex:b ex:p ex:a", False),
        ("sh:targetNode ex:a", "ex:b ex:p ex:c", True),
        ('sh:targetNode "a"', 'ex:b ex:p "a"', False),
        ("sh:targetSubjectsOf ex:p", "ex:b ex:p ex:a", False),
        ("sh:targetSubjectsOf ex:q", "ex:b ex:p ex:a", True),
        ("sh:targetObjectsOf ex:p", "ex:b ex:p ex:a", False),
        ("sh:targetObjectsOf ex:q", "ex:b ex:p ex:a", True),
        ("sh:targetClass ex:Block ; sh:targetSubjectsOf ex:p", "ex:b ex:p ex:a", False),
        ("a rdfs:Class", "ex:a a ex:S", False),
        ("a owl:Class", "ex:a a ex:T", True),
        ("sh:targetClass ex:Block ; sh:deactivated true", "ex:a a ex:Blok", False),
        ("sh:nodeKind sh:IRI", "ex:a a ex:Blok", False),
    ],
)
def test_a_shape_that_selects_nothing_is_idle(target: str, data: str, idle: bool) -> None:
    report = check(f"ex:S a sh:NodeShape ; {target} .", data + " .")
    assert report.idle == ((f"{EX}S",) if idle else ())


def test_a_shape_that_is_a_class_selects_its_instances() -> None:
    shapes = """ex:A a owl:Class, sh:NodeShape ; sh:property ex:P . ex:B a rdfs:Class, sh:NodeShape ; sh:property ex:P .
    ex:Kind rdfs:subClassOf rdfs:Class . ex:C a ex:Kind, sh:NodeShape ; sh:property ex:P .
    ex:P sh:path ex:p ; sh:minCount 1 ."""
    report = check(shapes, "ex:a a ex:A . ex:b a ex:B . ex:c a ex:C .")
    assert [result.focus for result in report.results] == [f"{EX}a", f"{EX}b", f"{EX}c"]


def test_without_data_every_shape_with_a_target_is_idle() -> None:
    report = check(BLOCK + "sh:minCount 1 . ex:Also a sh:NodeShape ; sh:targetSubjectsOf ex:p .", b"")
    assert (report.results, report.worst(), report.idle) == ((), None, (f"{EX}Also", f"{EX}Block"))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("shape", "says"),
    [
        ("ex:Block-p sh:minCount 1 .", "not well-formed SHACL; see <http://example.org/Block-p>"),
        ("", "not well-formed SHACL; see <http://example.org/Block-p> sh:path"),
        ('ex:Block-p sh:path ex:p ; sh:minCount "een" .', "see <http://example.org/Block-p> sh:minCount"),
        ("ex:Block-p sh:path ex:p ; sh:in ex:no-list .", "see <http://example.org/Block-p> sh:in"),
        ("ex:Block-p sh:path ex:p ; sh:property [ sh:minCount 1 ] .", "see <http://example.org/Block-p>"),
        ("ex:Block-p sh:path ex:p ; sh:severity ex:Bad .", "http://example.org/Block-p: sh:severity must be sh:Viol"),
        ('ex:Block-p sh:path ex:p ; sh:pattern "[" .', "cannot be applied. .* says: "),
        ('ex:Block-p sh:path ex:p . ex:Block sh:sparql [ sh:select "SELECT" ] .', "cannot be applied. .* says: "),
        ('ex:Block-p sh:path ex:p . ex:Block sh:sparql [ sh:message "?" ] .', "cannot be applied. .* says: "),
    ],
)
def test_broken_shapes_are_refused(shape: str, says: str, engine: Choice, caplog: pytest.LogCaptureFixture) -> None:
    shapes = f"ex:Block a sh:NodeShape ; sh:targetClass ex:BuildingBlock ; sh:property ex:Block-p . {shape}"
    with pytest.raises(BrokenShapes, match=says) as caught:
        validate(ntriples('ex:a a ex:BuildingBlock ; ex:p "x" .'), (PREFIXES + shapes).encode(), engine=engine)
    assert caught.value.message("nl").startswith(("De shapes ", "http://example.org/Block-p: sh:severity moet "))
    assert caplog.records == []


@pytest.mark.parametrize("engine", ENGINES)
def test_text_that_does_not_parse_is_said_with_its_place(engine: Choice) -> None:
    with pytest.raises(SyntaxProblem, match="The shapes are not valid Turtle") as caught:
        validate(b"", b"<http://example.org/S> a\n.", engine=engine)
    assert (caught.value.where, caught.value.line) == ("shapes", 2)
    with pytest.raises(SyntaxProblem, match="The data are not valid N-Triples") as caught:
        validate(b"<http://example.org/a> <http://example.org/p> .\n", b"", engine=engine)
    assert (caught.value.where, caught.value.line) == ("data", 1)
    with pytest.raises(SyntaxProblem, match="triple term"):
        validate(f"<{EX}a> <{EX}p> <<( <{EX}a> <{EX}p> <{EX}b> )>> .".encode(), b"", engine=engine)


def test_the_place_of_a_mistake_in_data_of_many_megabytes() -> None:
    line = f"<{EX}a> <{EX}p> <{EX}b> .\n".encode()
    before = 100_000
    with pytest.raises(SyntaxProblem, match="The data are not valid N-Triples") as caught:
        validate(line * before + b"<http://example.org/a> .\n" + line, b"")
    assert (caught.value.where, caught.value.line) == ("data", before + 1)


def test_auto_is_the_compiled_engine_and_pyshacl_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [validate(b"", b"", engine=e).engine.split()[0] for e in ("auto", *ENGINES)] == ["shacl", "shacl", "pySHACL"]
    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    assert validate(b"", b"").engine.startswith("pySHACL ")
    with pytest.raises(WrongValue, match="'shacl' is not installed"):
        validate(b"", b"", engine="compiled")


@pytest.mark.parametrize("engine", ENGINES)
def test_of_what_is_only_named_nothing_is_reported(engine: Choice) -> None:
    """A shape that asks what something is looks at it all the same; an instance of a class below counts too."""
    shapes = f"""{PREFIXES}
        ex:Thing-label a sh:NodeShape ; sh:targetClass ex:Thing ; sh:closed true ; sh:ignoredProperties ( rdf:type ) ;
            sh:property [ sh:path ex:label ; sh:minCount 1 ] , [ sh:path ex:of ; sh:class ex:Thing ] .
        ex:Place-name a sh:NodeShape ; sh:targetClass ex:Place ; sh:property [ sh:path ex:name ; sh:minCount 1 ] ."""
    data = ntriples(
        """ex:Block rdfs:subClassOf ex:Thing .
        ex:own a ex:Block ; ex:of ex:named , ex:place .
        ex:good a ex:Thing ; ex:label "good" ; ex:of ex:named .
        ex:named a ex:Block . ex:place a ex:Place ."""
    )
    held = pyoxigraph.Store()
    held.bulk_load(data, format=pyoxigraph.RdfFormat.N_TRIPLES)
    nodes = [pyoxigraph.NamedNode(EX + name) for name in ("own", "good")]
    addressed, whole = (validate(data, shapes.encode(), engine=engine, held=held, nodes=n) for n in (nodes, None))
    assert short(addressed) == [
        ("own", "label", None, "Thing-label", "MinCount"),
        ("own", "of", "place", "Thing-label", "Class"),
    ]
    assert addressed.results == tuple(r for r in whole.results if r.focus in {node.value for node in nodes})
    assert {r.focus.removeprefix(EX) for r in whole.results} == {"own", "named", "place"}
    assert addressed.idle == whole.idle == ()


@pytest.mark.parametrize(
    ("constraint", "value", "compiled", "reference"),
    [
        # W3C: every type that is not ignored counts. pySHACL lets rdfs:Resource through.
        ("sh:closed true ; sh:ignoredProperties ( ex:p )", "a rdfs:Resource ; ex:p 1", 1, 0),
        # SPARQL cannot compare years, nor a date with a number; what does not compare, does not satisfy.
        ('sh:property [ sh:path ex:p ; sh:minInclusive "2021"^^xsd:gYear ]', 'ex:p "2021"^^xsd:gYear', 1, 0),
        ("sh:property [ sh:path ex:p ; sh:minInclusive 1 ]", 'ex:p "2021-01-01"^^xsd:date', 1, 1),
        ("sh:property [ sh:path ex:p ; sh:maxInclusive 1 ]", 'ex:p "2021-01-01"^^xsd:date', 1, 0),
        # rdflib takes a date for a dateTime, and no year of five digits.
        ("sh:property [ sh:path ex:p ; sh:datatype xsd:dateTime ]", 'ex:p "2021-01-01"^^xsd:dateTime', 1, 0),
        ("sh:property [ sh:path ex:p ; sh:datatype xsd:date ]", 'ex:p "12021-01-01"^^xsd:date', 0, 1),
    ],
)
def test_where_the_engines_are_known_to_differ(constraint: str, value: str, compiled: int, reference: int) -> None:
    shapes = f"{PREFIXES} ex:S a sh:NodeShape ; sh:targetNode ex:a ; {constraint} .".encode()
    data = ntriples(f"ex:a {value} .")
    counts = [len(validate(data, shapes, engine=engine).results) for engine in ENGINES]
    assert counts == [compiled, reference]


@pytest.mark.parametrize(
    ("constraint", "value", "refuses"),
    [
        # A regular expression with look-ahead.
        ('sh:property [ sh:path ex:p ; sh:pattern "^(?!x)" ]', 'ex:p "y"', "compiled"),
        # A template of which the value has a backslash, which pySHACL puts in a replacement pattern.
        (
            'sh:sparql [ sh:message "{?value}" ; sh:select "SELECT $this ?value { $this ?p ?value }" ]',
            r'ex:p "a\\d"',
            "reference",
        ),
        ("sh:property [ sh:path ex:p ; sh:lessThan ex:q ]", "ex:p _:a ; ex:q 1", "reference"),
    ],
)
def test_what_one_engine_refuses_and_the_other_does_not(constraint: str, value: str, refuses: Choice) -> None:
    shapes = f"{PREFIXES} ex:S a sh:NodeShape ; sh:targetNode ex:a ; {constraint} .".encode()
    data = ntriples(f"ex:a {value} .")
    for engine in ENGINES:
        if engine == refuses:
            with pytest.raises(BrokenShapes, match="cannot be applied"):
                validate(data, shapes, engine=engine)
        else:
            validate(data, shapes, engine=engine)


def test_only_the_compiled_engine_reads_a_query_that_nothing_needs() -> None:
    shapes = (PREFIXES + 'ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:sparql [ sh:select "SELECT" ] .').encode()
    with pytest.raises(BrokenShapes, match="shacl .* says: SPARQL error"):
        validate(b"", shapes, engine="compiled")
    assert validate(b"", shapes, engine="reference").idle == (f"{EX}S",)


def test_a_message_that_a_query_selects_is_left_out() -> None:
    report = check(
        """ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:sparql ex:Own .
        ex:Own sh:select "SELECT $this ?message { $this <http://example.org/p> ?message }" .""",
        'ex:a ex:p "een tekst"@nl .',
    )
    assert [result.messages for result in report.results] == [{}]
