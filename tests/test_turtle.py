"""Turtle in one form: nothing is lost, nothing is changed twice, and what cannot be kept is refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samenhang import turtle
from samenhang.namespaces import PREFIXES

XSD = PREFIXES["xsd"]
PREFIX = "@prefix ex: <http://example.org/> .\n@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"


def graph(text: str) -> ox.Dataset:
    """The triples of *text*, with canonical labels for blank nodes: two texts say the same when these are equal."""
    dataset = ox.Dataset(ox.parse(text, format=ox.RdfFormat.TURTLE))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def test_the_form_by_hand() -> None:
    text = """# A block, by hand.

@prefix s: <https://w3id.org/samenhang/ns#> . @prefix b: <https://w3id.org/samenhang/id/building-block/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
b:zoeken s:homepage <http://example.org/a> . b:zoeken skos:prefLabel 'Search'@en, "Zoeken"@nl ; a s:BuildingBlock .
b:agenda a s:BuildingBlock ; s:homepage <http://example.org/x/> , <http://example.org/> .
"""
    assert (
        turtle.reformat(text)
        == """# A block, by hand.

@prefix building-block: <https://w3id.org/samenhang/id/building-block/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix sam: <https://w3id.org/samenhang/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

building-block:agenda a sam:BuildingBlock ;
    sam:homepage
        <http://example.org/> ,
        <http://example.org/x/> .

building-block:zoeken a sam:BuildingBlock ;
    skos:prefLabel
        "Search"@en ,
        "Zoeken"@nl ;
    sam:homepage <http://example.org/a> .
"""
    )


SAME = {
    "nothing": "",
    "only a header": "# nothing yet\n# really\n",
    "only a header without an end of line": "# nothing yet",
    "list": "ex:a ex:p ( 1 2 ( 3 ) () [ ex:q ( ex:b ) ] ) .",
    "list that two share": "ex:a ex:p _:l . ex:b ex:p _:l . _:l rdf:first 1 ; rdf:rest () .",
    "list with a shared tail": "ex:a ex:p _:l . ex:b ex:p _:t . _:l rdf:first 1 ; rdf:rest _:t . _:t rdf:first 2 ; "
    "rdf:rest () .",
    "list that bites its tail": "ex:a ex:p _:l . _:l rdf:first 1 ; rdf:rest _:l .",
    "list with two heads": "ex:a ex:p _:l . _:l rdf:first 1 , 2 ; rdf:rest () .",
    "list that says more": "ex:a ex:p _:l . _:l rdf:first 1 ; rdf:rest () ; ex:q 3 .",
    "list as subject": "( 1 2 ) ex:p 3 .",
    "nested nodes": "ex:a ex:p [ ex:q [ ex:r [ ex:s 1 ] ] , [ ex:r 2 ] ] .",
    "node of nobody": "[] ex:p 1 . [] ex:p 2 ; ex:q [] .",
    "nodes in a circle": "_:a ex:p _:b . _:b ex:p _:c . _:c ex:p _:a ; ex:q 1 .",
    "node that names itself": "_:a ex:p _:a .",
    "node that leads to a circle": "_:x ex:p _:a . _:a ex:q _:b . _:b ex:q _:a .",
    "shared node": "ex:a ex:p _:x . ex:b ex:p _:x . _:x ex:q 1 .",
    "node that says nothing": "ex:a ex:p [] , [] .",
    "numbers": "ex:a ex:p 1 , -1 , +1 , 01 , 1.0 , -.5 , 1e3 , true , false , '5.'^^<" + XSD + "decimal> , "
    "'yes'^^<"
    + XSD
    + "boolean> , '1'^^<"
    + XSD
    + "boolean> , 'x'^^<"
    + XSD
    + "integer> , '1 '^^<"
    + XSD
    + "integer> .",
    "languages": "ex:a ex:p 'a' , 'a'@nl , 'a'@en , 'a'@nl-be .",
    "escapes": r"""ex:a ex:p "a\"b\\c\nd\te\rf\u0007\u007F\b\f" , '''it's "two"\nlines''' , "\\u0041" .""",
    "hash that is no comment": r"""ex:a ex:p "# a" , '# b' , '''# c''' , '''it's # d''' ; ex:a\#b <http://e.org/#> .""",
    "quote that hides nothing": """ex:a ex:p '"' , "'" .""",
    "odd local names": r"ex:a.b ex:p-1 ex:%41 , ex:a\~b , ex:1 , ex:é , <http://example.org/a.> , ex: .",
    "unicode in an address": "<http://example.org/\\u00e9> ex:p <http://example.org/é/b> .",
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_says_the_same_and_the_second_time_changes_nothing(text: str) -> None:
    whole = text if text.startswith("#") or not text else PREFIX + text
    once = turtle.reformat(whole)
    assert graph(once) == graph(whole)
    assert turtle.reformat(once) == once


def test_order_in_the_file_does_not_matter() -> None:
    lines = [
        "ex:a ex:p [ ex:q 1 ] , [ ex:q 2 ] .",
        "ex:b ex:p _:x .",
        "ex:c ex:p _:x .",
        "_:x ex:q 'x' .",
        "[] ex:p 3 .",
    ]
    assert turtle.reformat(PREFIX + "\n".join(lines)) == turtle.reformat(PREFIX + "\n".join(reversed(lines)))


LITERALS = st.one_of(
    st.builds(ox.Literal, st.text()),
    st.builds(lambda text, lang: ox.Literal(text, language=lang), st.text(), st.sampled_from(["nl", "en", "nl-be"])),
    st.builds(
        lambda text, datatype: ox.Literal(text, datatype=ox.NamedNode(XSD + datatype)),
        st.one_of(st.text(), st.from_regex(r"[+-]?[0-9]*\.?[0-9]*([eE][+-]?[0-9]+)?", fullmatch=True)),
        st.sampled_from(["integer", "decimal", "double", "boolean", "date", "string", "gYear"]),
    ),
)


@settings(deadline=None)
@given(st.lists(LITERALS, min_size=1, max_size=5))
def test_every_literal_comes_back_as_it_was(literals: list[ox.Literal]) -> None:
    subject, predicate = ox.NamedNode("http://example.org/a"), ox.NamedNode("http://example.org/p")
    text = turtle.write(ox.Triple(subject, predicate, literal) for literal in literals)
    assert {quad.object for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)} == set(literals)
    assert turtle.reformat(text) == text


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 1), st.integers(0, 4)), max_size=12))
def test_every_knot_of_blank_nodes_comes_back_as_it_was(links: list[tuple[int, int, int]]) -> None:
    whole = PREFIX + "".join(f"_:n{a} ex:p{p} _:n{b} .\n" for a, p, b in links)
    once = turtle.reformat(whole)
    assert graph(once) == graph(whole)
    assert turtle.reformat(once) == once


@pytest.mark.parametrize(
    "text",
    [
        "ex:a ex:p 1 . # why",
        "ex:a ex:p 1 .\n# ex:b ex:p 2 .\n",
        "# after the prefixes\nex:a ex:p 1 .",
        """ex:a ex:p '"' . # hidden behind a "quote\n""",
        "ex:a ex:p 'it' . # 's",
        "ex:a ex:b#c\n ex:d .",
    ],
)
def test_a_comment_that_would_be_lost_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"the comment '#.*' below the header would be lost"):
        turtle.reformat(PREFIX + text)


@pytest.mark.parametrize(
    "text", ["ex:a ex:p <<( ex:a ex:p 1 )>> .", "ex:a ex:p 'x'@ar--rtl ."], ids=["triple term", "direction"]
)
def test_what_turtle_1_1_cannot_say_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"Turtle 1\.1"):
        turtle.reformat(PREFIX + text)


def test_a_document_abbreviated_by_hand() -> None:
    document = f"""<http://e.org/x> <http://www.w3.org/2000/01/rdf-schema#label> "een <b>"@nl .
<https://w3id.org/samenhang/id/actor/a> <{PREFIXES["rdf"]}type> <https://w3id.org/samenhang/ns#A> .
<https://w3id.org/samenhang/id/actor/a> <{PREFIXES["rdf"]}type> <https://w3id.org/samenhang/ns#B> .
<https://w3id.org/samenhang/id/actor/a> <https://w3id.org/samenhang/ns#p> "1"^^<{XSD}integer> .
<https://w3id.org/samenhang/id/actor/a> <https://w3id.org/samenhang/ns#p> "2026"^^<{XSD}gYear> .
<https://w3id.org/samenhang/id/actor/b> <https://w3id.org/samenhang/ns#p> <https://w3id.org/samenhang/id/actor/a/b> .
"""
    assert (
        turtle.abbreviated(document.encode()).decode()
        == f"""@prefix rdfs: <{PREFIXES["rdfs"]}> .
@prefix actor: <{PREFIXES["actor"]}> .
@prefix xsd: <{PREFIXES["xsd"]}> .
@prefix sam: <{PREFIXES["sam"]}> .
<http://e.org/x> rdfs:label "een <b>"@nl .
actor:a a sam:A , sam:B ;
	sam:p 1 , "2026"^^xsd:gYear .
actor:b sam:p <https://w3id.org/samenhang/id/actor/a/b> .
"""
    )
    assert turtle.abbreviated(b"") == b""


NAMES = st.one_of(
    st.builds(
        lambda space, local: ox.NamedNode(space + local),
        st.sampled_from([*PREFIXES.values(), "http://e.org/", "http://e.org/é"]),
        st.from_regex(r"[A-Za-z0-9._~é/:'()-]{0,5}", fullmatch=True),
    ),
    st.sampled_from([ox.NamedNode(PREFIXES["rdf"] + "type"), ox.NamedNode("urn:x:y")]),
)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.one_of(NAMES, st.just(ox.BlankNode("b"))), NAMES, st.one_of(NAMES, LITERALS, st.just(ox.BlankNode("c")))
        ),
        max_size=6,
    )
)
def test_every_document_abbreviated_says_the_same(
    triples: list[tuple[ox.NamedNode | ox.BlankNode, ox.NamedNode, ox.NamedNode | ox.BlankNode | ox.Literal]],
) -> None:
    document = ox.serialize((ox.Triple(*triple) for triple in triples), format=ox.RdfFormat.N_TRIPLES)
    assert document is not None
    assert graph(turtle.abbreviated(document).decode()) == graph(document.decode())


def test_command_checks_and_rewrites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, loose = tmp_path / "good.ttl", tmp_path / "loose.ttl"
    good.write_text(turtle.reformat(PREFIX + "ex:a ex:p 1 ."), encoding="utf-8")
    loose.write_text(PREFIX + "ex:a ex:p  1 .", encoding="utf-8")
    before = loose.read_text(encoding="utf-8")

    assert turtle.main(["--check", str(good)]) == 0
    assert capsys.readouterr().err == ""
    assert turtle.main(["--check", str(good), str(loose)]) == 1
    assert capsys.readouterr().err == f"{loose}: is not in the one form\n"
    assert loose.read_text(encoding="utf-8") == before  # only looked at

    assert turtle.main([str(good), str(loose)]) == 0
    assert capsys.readouterr().err == f"{loose}: rewritten\n"
    assert turtle.main(["--check", str(good), str(loose)]) == 0


def test_command_names_every_file_that_it_cannot_read_and_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken, comment, latin, loose = (
        tmp_path / name for name in ("broken.ttl", "comment.ttl", "latin.ttl", "loose.ttl")
    )
    broken.write_text(PREFIX + "ex:a ex:p .\n", encoding="utf-8")
    comment.write_text(PREFIX + "ex:a ex:p 1 . # no\n", encoding="utf-8")
    latin.write_bytes(PREFIX.encode() + b"ex:a ex:p 'caf\xe9' .")
    loose.write_text(PREFIX + "ex:a ex:p  1 .", encoding="utf-8")
    missing = tmp_path / "missing.ttl"
    assert turtle.main([str(p) for p in (broken, comment, latin, missing, loose)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(":")[0] for line in lines] == [str(p) for p in (broken, comment, latin, missing, loose)]
    assert "line 3 column 11" in lines[0]
    assert lines[-1].endswith(": rewritten")
    assert comment.read_text(encoding="utf-8").endswith("# no\n")  # a file that is refused is left alone


def test_command_ends_with_its_status(tmp_path: Path) -> None:
    path = tmp_path / "loose.ttl"
    path.write_text(PREFIX + "ex:a ex:p  1 .", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "samenhang.turtle", "--check", str(path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{path}: is not in the one form\n")
