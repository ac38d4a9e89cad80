"""Query files: what is refused of a header, and that nothing a user gives for a parameter can become SPARQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samenhang import questions
from samenhang.errors import NotFound, SyntaxProblem, Unreadable, WrongValue
from samenhang.questions import Query
from tests.support import ROOT

HEADER = """#+ title: {nl: Titel, en: Title}
#+ summary: {nl: Uitleg, en: Words}
"""
COLUMNS = """#+ columns:
#+   - {name: a, about: {nl: A, en: A}}
"""
SELECT = "SELECT ?a WHERE { VALUES ?a { UNDEF } }\n"
PARAMETERS = """#+ params:
#+   - {name: a, type: TYPE, about: {nl: A, en: A}}
"""


def query(folder: Path, text: str, name: str = "vraag") -> Query:
    path = folder / f"{name}.rq"
    path.write_text(text, encoding="utf-8")
    return questions.read(path)


def with_parameter(folder: Path, kind: str, text: str = SELECT) -> Query:
    return query(folder, HEADER + PARAMETERS.replace("TYPE", kind) + COLUMNS + text)


def rows(text: str) -> list[Any]:
    """What the first column of *text* gives over no data at all."""
    answer = ox.Store().query(text)
    assert isinstance(answer, ox.QuerySolutions)
    return [solution[0] for solution in answer]


def literal(text: str, datatype: str = "string") -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(f"http://www.w3.org/2001/XMLSchema#{datatype}"))


def test_a_whole_file(tmp_path: Path) -> None:
    found = with_parameter(tmp_path, "iri, kinds: [actor, body]")
    assert (found.name, found.theme, found.form) == ("vraag", tmp_path.name, "SELECT")
    assert (found.title["nl"], found.title["en"], found.summary["en"]) == ("Titel", "Title", "Words")
    assert [(p.name, p.type, p.kinds) for p in found.parameters] == [("a", "iri", ("actor", "body"))]
    assert [(c.name, c.about["nl"]) for c in found.columns] == [("a", "A")]
    assert rows(found.text) == [None]


def test_a_construct_is_one_whatever_its_words_say(tmp_path: Path) -> None:
    text = (
        HEADER
        + "PREFIX ex: <http://example.org/SELECT/>\n# SELECT it\nconstruct { ?a ex:SELECT ?c } WHERE { ?a ?b ?c }"
    )
    assert query(tmp_path, text).form == "CONSTRUCT"
    assert query(tmp_path, HEADER + COLUMNS + "select ?a where { BIND ('CONSTRUCT' AS ?a) }").form == "SELECT"


@pytest.mark.parametrize(
    ("text", "nl", "en"),
    [
        (SELECT, "de kop ontbreekt (YAML achter #+)", "the header is missing (YAML behind #+)"),
        ("#+ zomaar een zin\n" + SELECT, "de kop ontbreekt", "the header is missing"),
        ("#+ summary: {nl: a, en: b}\n" + SELECT, "in de kop ontbreekt 'title'", "the header has no 'title'"),
        ("#+ title: Titel\n" + SELECT, "in de kop ontbreekt 'title.nl'", "the header has no 'title.nl'"),
        ("#+ title: {nl: Titel}\n" + SELECT, "in de kop ontbreekt 'title.en'", "the header has no 'title.en'"),
        ("#+ title: {nl: Titel, en: ''}\n" + SELECT, "in de kop ontbreekt 'title.en'", "the header has no 'title.en'"),
        (
            HEADER + "#+ params: a\n" + SELECT,
            "'params' in de kop is geen lijst",
            "'params' in the header is not a list",
        ),
        (HEADER + "#+ params: [{type: iri}]\n" + SELECT, "ontbreekt 'params.name'", "has no 'params.name'"),
        (HEADER + "#+ params: [{name: a}]\n" + SELECT, "ontbreekt 'params.a.type'", "has no 'params.a.type'"),
        (HEADER + "#+ params: [{name: a, type: iri}]\n" + SELECT, "'params.a.about'", "'params.a.about'"),
        (
            HEADER + PARAMETERS.replace("TYPE", "uri") + COLUMNS + SELECT,
            "het type 'uri' van parameter 'a' bestaat niet; wel bekend: iri, string, integer, decimal, boolean, date",
            "there is no type 'uri', of parameter 'a'; known: iri, string, integer, decimal, boolean, date",
        ),
        (
            HEADER + PARAMETERS.replace("TYPE", "iri, kinds: [bouwblok]") + COLUMNS + SELECT,
            "de soort 'bouwblok' van parameter 'a' bestaat niet",
            "there is no kind 'bouwblok', of parameter 'a'",
        ),
        (
            HEADER + PARAMETERS.replace("TYPE", "iri, column: b") + COLUMNS + SELECT,
            "parameter 'a' noemt 'b', wat geen kolom is",
            "parameter 'a' names 'b', which is no column",
        ),
        (
            HEADER + SELECT,
            "de kolommen in de kop (-) zijn niet die van SELECT (a)",
            "the columns in the header (-) are not those of SELECT (a)",
        ),
        (
            HEADER + COLUMNS + "SELECT ?b ?a { VALUES ?a { UNDEF } VALUES ?b { 1 } }",
            "de kolommen in de kop (a) zijn niet die van SELECT (b, a)",
            "the columns in the header (a) are not those of SELECT (b, a)",
        ),
        (
            HEADER + PARAMETERS.replace("TYPE", "iri") + COLUMNS + "SELECT ?a { ?a ?b ?c }",
            "parameter 'a' vraagt een regel VALUES ?a { UNDEF }",
            "parameter 'a' needs a line VALUES ?a { UNDEF }",
        ),
        (
            HEADER
            + PARAMETERS.replace("TYPE", "iri")
            + COLUMNS
            + "SELECT ?a { { VALUES ?a { 1 } } UNION { VALUES ?a { 2 } } }",
            "parameter 'a' vraagt een regel",
            "parameter 'a' needs a line",
        ),
        (
            HEADER + PARAMETERS.replace("TYPE", "iri") + COLUMNS + "# VALUES ?a { UNDEF }\nSELECT ?a { ?a ?b ?c }",
            "parameter 'a' vraagt een regel",
            "parameter 'a' needs a line",
        ),
        (HEADER + "ASK { ?a ?b ?c }", "geen ASK", "not ASK"),
        *(
            (
                HEADER + f"#+ kept: {wrong}\n" + COLUMNS + SELECT,
                "'kept' in de kop is niet",
                "'kept' in the header is not",
            )
            for wrong in ("yes please", "0", "[1]")
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, text: str, nl: str, en: str) -> None:
    with pytest.raises(SyntaxProblem) as caught:
        query(tmp_path, text)
    assert caught.value.nl.startswith(f"{tmp_path}/vraag.rq: ")
    assert nl in caught.value.nl
    assert en in caught.value.en


RULE = """#+ why: {nl: Omdat, en: Because}
#+ problem: parallelle-projecten
#+ layer: [eif:IL4]
#+ severity: [sam:severity-low]
#+ principle: []
#+ key: [a]
#+ modalities: {claim: [fact]}
"""
CONSTRUCT = "CONSTRUCT { ?a ?b ?c } WHERE { ?a ?b ?c }"


def test_what_is_missing_in_the_header_of_a_rule_is_said(tmp_path: Path) -> None:
    assert len(list(questions.described_rule(query(tmp_path, HEADER + RULE + CONSTRUCT)))) == 12
    for line in RULE.splitlines():
        name = line.split()[1].rstrip(":")
        with pytest.raises(SyntaxProblem) as caught:
            list(questions.described_rule(query(tmp_path, HEADER + RULE.replace(f"{line}\n", "") + CONSTRUCT)))
        assert caught.value.nl.startswith(f"{tmp_path}/vraag.rq: in de kop van deze regel ontbreekt '{name}: "), name
        assert f"the header of this rule lacks '{name}: " in caught.value.en, name
    with pytest.raises(SyntaxProblem, match="'IL4' in the header is no address"):
        list(questions.described_rule(query(tmp_path, HEADER + RULE.replace("eif:IL4", "IL4") + CONSTRUCT)))


def test_broken_yaml_and_broken_sparql_are_said_with_their_place_in_the_file(tmp_path: Path) -> None:
    with pytest.raises(SyntaxProblem) as caught:
        query(tmp_path, "# A comment.\n" + HEADER + "#+ params: [{name: a\n" + SELECT)
    assert caught.value.line is not None
    assert caught.value.nl.startswith(
        f"{tmp_path}/vraag.rq:{caught.value.line}:{caught.value.column}: de kop is geen YAML"
    )
    with pytest.raises(SyntaxProblem) as caught:
        query(tmp_path, "#+ title: {nl: a: b}\n" + SELECT)
    assert (caught.value.line, caught.value.column) == (1, 14)
    with pytest.raises(SyntaxProblem) as caught:
        query(tmp_path, HEADER + COLUMNS + "SELECT ?a {\n  FILTER (?a = ) }\n")
    assert (caught.value.line, caught.value.column) == (6, 16)
    assert caught.value.nl == f"{tmp_path}/vraag.rq:6:16: geen geldige SPARQL, bij ')'."
    assert caught.value.en == f"{tmp_path}/vraag.rq:6:16: not valid SPARQL, at ')'."


def test_a_file_that_is_not_there_or_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as caught:
        questions.read(tmp_path / "weg.rq")
    assert caught.value.nl == f"'{tmp_path}/weg.rq': bestaat niet."
    (tmp_path / "latin.rq").write_bytes(b"# \xe9")
    with pytest.raises(Unreadable) as caught:
        questions.read(tmp_path / "latin.rq")
    assert caught.value.nl == f"'{tmp_path}/latin.rq': de tekst is geen UTF-8."


def test_a_name_is_used_once(tmp_path: Path) -> None:
    for theme in ("een", "twee"):
        (tmp_path / theme).mkdir()
        with_parameter(tmp_path / theme, "iri")
    with pytest.raises(SyntaxProblem) as caught:
        questions.questions(tmp_path)
    assert caught.value.nl == (
        f"{tmp_path}/twee/vraag.rq: de naam 'vraag' is al van {tmp_path}/een/vraag.rq; een naam is een adres."
    )


HOSTILE = [
    '" } VALUES ?b { "z" } #',
    '"',
    "\\",
    '\\" } #',
    "\n} DROP ALL #",
    "\r\n\t\x00\x7f\u2028",
    "\\u0022 } #",
    "VALUES ?a { UNDEF }",
    "VALUES ?b { 1 }",
    '"""',
    "'''",
    "{}()<>?$",
    "é ✓ 𝄞",
    "",
    r"\g<1>\1",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_text_is_that_text_and_nothing_else(tmp_path: Path, value: str) -> None:
    found = with_parameter(tmp_path, "string", "SELECT ?a WHERE { VALUES ?b { 1 } VALUES ?a { UNDEF } }")
    assert rows(found.bind({"a": value})) == [literal(value)]


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_every_text_comes_through(value: str) -> None:
    term = questions.Parameter("a", "string", questions.Words("A", "A")).term(value, "vraag")
    assert rows(f"SELECT ?a {{ VALUES ?a {{ {term} }} }}") == [literal(value)]


@pytest.mark.parametrize(
    "value",
    [
        "http://example.org/a> } #",
        "<http://example.org/a> } VALUES ?b { <b>",
        "http://example.org/a b",
        "http://example.org/\n",
        "http://example.org/\\u003E",
        "http://example.org/{a}",
        'http://example.org/"',
        "http://[",
        "http://example.org/%zz",
        "actor:publiq> }",
        "actor:pub liq",
        "<>",
        "<",
        "",
        " ",
        "publiq",
        "http://example.org/\udce9",
        "a" * 50,
    ],
)
def test_what_is_not_an_address_is_refused(tmp_path: Path, value: str) -> None:
    found = with_parameter(tmp_path, "iri")
    with pytest.raises(WrongValue) as caught:
        found.bind({"a": value})
    assert caught.value.nl.startswith(
        f"Parameter 'a' van 'vraag' kreeg '{value}'; gevraagd is het adres of de korte naam"
    )
    assert "for instance https://w3id.org/samenhang/id/actor/publiq" in caught.value.en


@pytest.mark.parametrize(
    ("value", "iri"),
    [
        ("http://example.org/a", "http://example.org/a"),
        ("<http://example.org/a#b>", "http://example.org/a#b"),
        ("<urn:x:y>", "urn:x:y"),
        ("actor:publiq", "https://w3id.org/samenhang/id/actor/publiq"),
        ("https://example.org/é(1)'", "https://example.org/é(1)'"),
        ("sam:holds", "https://w3id.org/samenhang/ns#holds"),
    ],
)
def test_addresses(tmp_path: Path, value: str, iri: str) -> None:
    assert rows(with_parameter(tmp_path, "iri").bind({"a": value})) == [ox.NamedNode(iri)]


def test_a_bare_name_is_of_the_first_kind(tmp_path: Path) -> None:
    found = with_parameter(tmp_path, "iri, kinds: [body, actor]")
    assert rows(found.bind({"a": "publiq"})) == [ox.NamedNode("https://w3id.org/samenhang/id/body/publiq")]
    assert rows(found.bind({"a": "actor:publiq"})) == [ox.NamedNode("https://w3id.org/samenhang/id/actor/publiq")]
    with pytest.raises(WrongValue, match="for instance body:"):
        found.bind({"a": "Publiq vzw"})


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("integer", ["0", "-12", "+3", "007"], ["", "1.0", "1e3", "een", "٣", "1 ", "1 } #"]),
        ("decimal", ["0", "1.5", "-.5", "3."], ["", ".", "1e3", "1,5", "NaN", "٣.٥"]),
        ("boolean", ["true", "false"], ["", "1", "True", "ja", "true "]),
        ("date", ["2024-02-29", "0001-01-01"], ["", "2023-02-29", "2021-13-01", "20210101", "2021-1-1", "2021-01-01Z"]),
    ],
)
def test_values_of_a_type(tmp_path: Path, kind: str, good: list[str], bad: list[str]) -> None:
    found = with_parameter(tmp_path, kind)
    for value in good:
        (term,) = rows(found.bind({"a": value}))
        assert term.datatype == literal("", kind).datatype
        assert term.value == value or float(term.value) == float(value)  # the engine writes numbers in its own way
    for value in bad:
        with pytest.raises(WrongValue) as caught:
            found.bind({"a": value})
        assert f"kreeg '{value}'; gevraagd is " in caught.value.nl
        assert f"got '{value}'; wanted is " in caught.value.en
        assert "bijvoorbeeld" in caught.value.nl


def test_half_a_character_is_no_text(tmp_path: Path) -> None:
    """An argument that is not UTF-8 comes in as such halves."""
    with pytest.raises(WrongValue):
        with_parameter(tmp_path, "string").bind({"a": "caf\udce9"})


def test_several_values_mean_any_of_them_and_none_means_nothing(tmp_path: Path) -> None:
    found = with_parameter(tmp_path, "string")
    assert rows(found.bind({"a": ["x", 'y" "z']})) == [literal("x"), literal('y" "z')]
    assert rows(found.bind({"a": []})) == []
    assert rows(found.bind({})) == [None]
    assert found.bind({}) == found.text


def test_unknown_parameters_get_the_nearest_names(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as caught:
        questions.pick("owners", questions.questions(ROOT / "queries")).bind({"blok": "uitdatabank"})
    assert caught.value.nl == "Er bestaat geen parameter 'blok' bij de vraag 'owners'. Bedoelde u: block?"
    assert caught.value.en == "There is no parameter 'blok' of the question 'owners'. Did you mean: block?"
    with pytest.raises(NotFound) as caught:
        query(tmp_path, HEADER + COLUMNS + SELECT).bind({"a": "x"})
    assert caught.value.nl == "De vraag 'vraag' heeft geen parameters; 'a' werd opgegeven."


def test_only_the_line_itself_is_replaced(tmp_path: Path) -> None:
    text = """# VALUES ?a { UNDEF }
SELECT ?a WHERE {
  BIND ("VALUES ?a { UNDEF }" AS ?b) # VALUES ?a { UNDEF }
  BIND ('''it's VALUES ?a { UNDEF }''' AS ?c)
  BIND (<http://example.org/#VALUES> AS ?d)
  VALUES ?a { UNDEF }
  VALUES ?aa { UNDEF }
}
"""
    found = with_parameter(tmp_path, "string", text)
    bound = found.bind({"a": "x"})
    assert bound == found.text.replace("\n  VALUES ?a { UNDEF }", '\n  VALUES ?a { "x" }')
    assert bound != found.text


@pytest.mark.parametrize("default", ['"a } b"', '"""VALUES ?a { "x" }"""', "1 2 UNDEF"])
def test_a_default_with_odd_signs_is_replaced_as_a_whole(tmp_path: Path, default: str) -> None:
    found = with_parameter(tmp_path, "string", f"SELECT ?a WHERE {{ VALUES ?a {{ {default} }} }}")
    assert rows(found.bind({"a": "new"})) == [literal("new")]


def test_two_parameters_cannot_touch_each_other(tmp_path: Path) -> None:
    text = (
        HEADER
        + """#+ params:
#+   - {name: a, type: string, about: {nl: A, en: A}}
#+   - {name: b, type: string, about: {nl: B, en: B}}
#+ columns:
#+   - {name: a, about: {nl: A, en: A}}
#+   - {name: b, about: {nl: B, en: B}}
SELECT ?a ?b WHERE { VALUES ?a { UNDEF } VALUES ?b { UNDEF } }
"""
    )
    bound = query(tmp_path, text).bind({"a": "VALUES ?b { UNDEF }", "b": "VALUES ?a { UNDEF }"})
    answer = ox.Store().query(bound)
    assert isinstance(answer, ox.QuerySolutions)
    assert [(row["a"], row["b"]) for row in answer] == [
        (literal("VALUES ?b { UNDEF }"), literal("VALUES ?a { UNDEF }"))
    ]


def test_every_file_of_the_project_runs_unchanged_in_any_client() -> None:
    """Plain SPARQL with its own prefixes, and a default for every parameter."""
    files = sorted((ROOT / "queries").rglob("*.rq"))
    assert len(files) > 30
    for path in files:
        found = questions.read(path)
        ox.Store().query(found.text)
        assert found.path == path


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        ([], {}),
        (["a=1", "b=x=y", "a=2", "c="], {"a": ["1", "2"], "b": ["x=y"], "c": [""]}),
    ],
)
def test_pairs(texts: list[str], values: dict[str, list[str]]) -> None:
    assert questions.pairs(texts) == values


@pytest.mark.parametrize("text", ["block", "=uitid", "", "block:uitid"])
def test_what_is_not_a_pair_is_refused(text: str) -> None:
    with pytest.raises(WrongValue) as caught:
        questions.pairs([text])
    assert caught.value.nl == f"'{text}' is geen parameter; schrijf naam=waarde, bijvoorbeeld block=uitdatabank."


def test_what_a_query_names_is_found_whole_and_shortened(tmp_path: Path) -> None:
    file = tmp_path / "names.rq"
    file.write_text(
        """#+ title: {nl: Namen, en: Names}
#+ summary: {nl: Namen., en: Names.}
#+ columns: [{name: x, about: {nl: Iets, en: Something}}]
PREFIX ex: <http://example.org/>
SELECT ?x WHERE { ?x ex:part-of/ex:is ?y ; <http://example.org/whole> "ex:no" # ex:neither
}
""",
        encoding="utf-8",
    )
    assert questions.read(file).named == {"http://example.org/" + name for name in ("", "part-of", "is", "whole")}
