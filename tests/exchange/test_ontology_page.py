"""The two pages about the ontology: up to date, whole, true, and short enough to read."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml

from samenhang import sources
from samenhang.exchange import FORMATS, Order
from samenhang.exchange.ontology import CLAIMS, GROUPS, PAGES
from samenhang.namespaces import NS, PREFIXES, SCOPES, shorten
from samenhang.release import Release, open_current
from samenhang.settings import Lang
from tests.support import ROOT, content_files

LANGS = sorted(PAGES)
HEADER = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())
WORDS = 3900
"""Of the part to be read: twenty minutes for somebody who reads 195 words a minute, code included."""


@cache
def page(lang: Lang) -> str:
    return FORMATS["ontology"].write(Order(ROOT, lang, open_current)).decode()


@cache
def store() -> ox.Store:
    """Ontology and vocabularies, in one default graph."""
    found = ox.Store()
    for file in content_files():
        if file.source in ("ontology", "vocabularies"):
            found.extend(ox.Quad(*quad.triple) for quad in sources.quads_of(file))
    return found


def asked(columns: str, pattern: str) -> list[tuple[str, ...]]:
    answer = store().query(f"{HEADER} SELECT DISTINCT {columns} WHERE {{ {pattern} }}")
    assert isinstance(answer, ox.QuerySolutions)
    return [tuple(getattr(cell, "value", "") for cell in row) for row in answer]


def blocks(lang: Lang, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", page(lang), re.MULTILINE | re.DOTALL)


def rows(lang: Lang) -> list[list[str]]:
    """The cells of each row of each table."""
    lines = [line for line in page(lang).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_is_what_the_ontology_says_now(lang: Lang) -> None:
    kept = (ROOT / "ontology" / PAGES[lang]).read_text(encoding="utf-8")
    assert kept == page(lang), f"ontology/{PAGES[lang]} is out of date: run 'make format'"


@pytest.mark.parametrize("lang", LANGS)
def test_every_term_has_a_row_with_its_words(lang: Lang) -> None:
    """Each class and property once, with name, definition and example; each code with name and definition."""
    first = [(row[0].strip("*`"), " ".join(row)) for row in rows(lang)]
    own = {term for (term,) in asked("?term", "?term rdfs:isDefinedBy <https://w3id.org/samenhang/ns>")}
    terms = [(term, label) for term, label in labels(lang) if term in own]
    assert len(terms) > 300
    for term, label in terms:
        found = [text for name, text in first if name == shorten(term)]
        assert any(label in text for text in found), f"{term}: {label}"
        assert len(found) == 1 or term in twice(), term


def labels(lang: Lang) -> set[tuple[str, str]]:
    found = asked("?term ?label", f"?term rdfs:label|skos:prefLabel ?label . FILTER (LANG(?label) = '{lang}')")
    return {(term, label) for term, label in found}


def twice() -> set[str]:
    """What stands in the story too: the codes of modality and answer."""
    return {term for (term,) in asked("?term", "VALUES ?list { sam:Modality sam:Answer } ?term a ?list") if term}


@pytest.mark.parametrize("lang", LANGS)
def test_every_kind_is_shown_by_an_example(lang: Lang) -> None:
    for term, kind in asked("?term ?kind", "?term sam:kind ?kind . FILTER (STRSTARTS(STR(?term), STR(sam:)))"):
        assert re.search(rf"^\| `{shorten(term)}` \|.*`{kind}:[\w-]+` \|$", page(lang), re.MULTILINE), term


@pytest.mark.parametrize("lang", LANGS)
def test_every_property_says_of_what_it_is_and_what_it_yields(lang: Lang) -> None:
    told = {row[0].strip("`"): " ".join(row[1:]) for row in rows(lang) if row[0].startswith("`sam:")}
    for edge, name in (("domain", 0), ("range", 1)):
        for term, other in asked("?term ?other", f"?term rdfs:{edge} ?other . FILTER (?other != sam:Thing)"):
            ends = re.search(r"([\w:·]+) → ([\w:·]+)", told[shorten(term)])
            assert ends is not None, term
            assert ends[1 + name] == shorten(other).removeprefix("sam:"), term


@pytest.mark.parametrize("lang", LANGS)
def test_every_tie_is_told(lang: Lang) -> None:
    told = {row[0]: " ".join(row[1:]) for row in rows(lang) if row[0].startswith("[")}
    ties = asked(
        "?tie ?term ?outside",
        "VALUES ?tie { rdfs:subClassOf rdfs:subPropertyOf skos:exactMatch skos:closeMatch skos:relatedMatch"
        " skos:broadMatch skos:narrowMatch } ?term ?tie ?outside ; rdfs:isDefinedBy <https://w3id.org/samenhang/ns> ."
        " FILTER (isIRI(?outside) && !STRSTARTS(STR(?outside), STR(sam:)))",
    )
    assert len(ties) > 80
    for tie, term, outside in ties:
        address, local = re.fullmatch(r"(.*[/#])([^/#]+)", outside).groups()  # type: ignore[union-attr]
        sign = "→" if "rdf-schema" in tie else "=" if tie.endswith("exactMatch") else "≈"
        (cells,) = [text for name, text in told.items() if f"({address})" in name]
        assert f"{term.removeprefix(NS)} {sign} {local}" in cells


@pytest.mark.parametrize("lang", LANGS)
def test_every_type_and_predicate_of_the_inventory_is_told(lang: Lang) -> None:
    folding = yaml.safe_load((ROOT / "ontology" / "inventory.yaml").read_text(encoding="utf-8"))
    tables = {row[0]: row for row in rows(lang) if row[0] in folding["classes"]}
    assert len(folding["classes"]) == 17
    assert set(tables) == set(folding["classes"]) == set(folding["tables"])
    for letter, patterns in folding["classes"].items():
        told = []
        for types, name in re.findall(r"((?:`[^`]+`(?:, )?)+) → \*\*(\w+)\*\*", tables[letter][2]):
            told += [{"type": kind, "class": name} for kind in re.findall(r"`([^`]+)`", types)]
        assert told == [{"type": p["type"], "class": p["class"]} for p in patterns]
    end = page(lang)[page(lang).index("(inventory.yaml)") :]
    changed = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", end, re.MULTILINE))
    (kept,) = re.findall(r": (`.+`)\. ", end)
    for name, forms in folding["predicates"].items():
        assert (name in changed) != (f"`{name}`" in kept), name
        if name not in changed:
            assert forms == [{"predicate": f"sam:{name}"}]
            continue
        told = changed[name].split("; ")
        for form, words in zip(forms, told, strict=True):
            for part in ("predicate", "subject", "object"):
                assert part not in form or f"`{form[part]}`" in words
            for part in ("claim", "type"):
                assert form.get(part, "") in words
            for sign, (nl, en) in SIGNS.items():
                assert ((nl if lang == "nl" else en) in words) == bool(form.get(sign)), f"{name}: {sign}"


SIGNS = {
    "turned": ("omgekeerd", "turned round"),
    "derived": ("onze lezing", "our reading"),
    "denied": ("geldt niet", "does not hold"),
}


@pytest.mark.parametrize("lang", LANGS)
def test_links_lead_somewhere(lang: Lang) -> None:
    text = re.sub(r"^```.*?^```$", "", page(lang), flags=re.MULTILINE | re.DOTALL)
    anchors = [
        re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in re.findall(r"^#+ (.+)$", text, re.M)
    ]
    assert len(set(anchors)) == len(anchors)
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert sum(link.startswith("#") for link in links) >= 12
    for link in links:
        if link.startswith("#"):
            assert link[1:] in anchors
        elif not link.startswith(("http://", "https://")):
            assert (ROOT / "ontology" / link).exists(), link


@pytest.mark.parametrize("lang", LANGS)
def test_first_queries_give_rows(lang: Lang, release: Release) -> None:
    queries = blocks(lang, "sparql")
    assert len(queries) == 3
    for query in queries:
        assert sum(1 for _ in release.query(query).rows()) > 3, query


@pytest.mark.parametrize("lang", LANGS)
def test_the_walk_is_in_the_map(lang: Lang, release: Release) -> None:
    """The example of the story, its triples and the direct relation that is said to follow."""
    (walk,) = blocks(lang, "turtle")
    triples = list(
        ox.parse(HEADER.replace("PREFIX", "@prefix").replace(">\n", "> .\n") + walk, format=ox.RdfFormat.TURTLE)
    )
    assert len(triples) > 10
    for triple in triples:
        assert release.query(f"ASK {{ {triple.subject} {triple.predicate} {triple.object} }}").yes, triple
    (derived,) = re.findall(r"`(building-block:\S+ sam:providesDataTo building-block:\S+)`", page(lang))
    assert release.query(f"{HEADER} ASK {{ {derived} }}").yes
    found = "?f sam:because claim:uitpas-from-uitdatabank ; sam:rule rule:interoperability-gap"
    assert release.query(f"{HEADER} ASK {{ {found} ; sam:outcome sam:outcome-unknown }}").yes


@pytest.mark.parametrize("lang", LANGS)
def test_the_graphs_that_are_named_hold_something(lang: Lang, release: Release) -> None:
    named = [graph for row in rows(lang) for graph in re.findall(r"`(graph:[^`]+)`", " ".join(row))]
    assert {f"graph:scope/{scope}" for scope in SCOPES} <= set(named)
    for graph in (name for name in named if "{" not in name):
        iri = PREFIXES["graph"] + graph.removeprefix("graph:")
        assert release.query(f"ASK {{ GRAPH <{iri}> {{ ?s ?p ?o }} }}").yes, graph


@pytest.mark.parametrize("lang", LANGS)
def test_the_diagram_says_what_the_ontology_says(lang: Lang) -> None:
    """Each node is a class under its own name; each arrow a property with that domain and range, or wider ones."""
    (diagram,) = blocks(lang, "mermaid")
    nodes = dict(re.findall(r'^  (\w+)\(?\["(.+?)"\]\)?$', diagram, re.MULTILINE))
    arrows = re.findall(r"^  (\w+) -- (\w+) --> (\w+)$", diagram, re.MULTILINE)
    assert len(nodes) == 10
    assert len(arrows) == 10
    for term, label in nodes.items():
        assert (NS + term, label) in labels(lang)
    for start, name, end in arrows:
        for edge, node in (("domain", start), ("range", end)):
            assert asked("?any", f"sam:{name} rdfs:{edge} ?any") in ([], [(NS + node,)]), f"{name}: {edge}"


@pytest.mark.parametrize("lang", LANGS)
def test_the_part_to_be_read_takes_twenty_minutes(lang: Lang) -> None:
    story, line, _ = page(lang).partition("\n---\n")
    assert line
    assert len(re.findall(r"\w[\w:/.'-]*", story)) < WORDS


def test_both_languages_have_the_same_tables() -> None:
    first = [sorted(row[0] for row in rows(lang) if re.match(r"`(?!graph:)[\w-]+:", row[0])) for lang in LANGS]
    assert first[0] == first[1]


def test_groups_name_classes_that_exist() -> None:
    known = {term.removeprefix(NS) for (term,) in asked("?term", "?term a owl:Class")}
    named = [*CLAIMS.split(), *(term for _, terms in GROUPS for term in terms.split())]
    assert set(named) <= known
    assert len(set(named)) == len(named)


def export(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "samenhang", "export", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_export_to_a_file_to_the_output_and_to_nothing(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    assert export("ontology", "--lang", "en").stdout == page("en")
    late = export("ontology", str(file), "--check", "--lang", "en")
    assert (late.returncode, late.stdout) == (1, "")
    assert "page.md is out of date" in late.stderr
    assert "make format" in late.stderr
    assert not file.exists()
    assert export("ontology", str(file), "--lang", "nl").returncode == 0
    assert file.read_text(encoding="utf-8") == page("nl")
    assert export("ontology", str(file), "--check", "--lang", "nl").returncode == 0
    assert export("ontology", str(file), "--check", "--lang", "en").returncode == 1


def test_what_cannot_be_exported_is_said() -> None:
    wrong = export("ontologie", "--lang", "nl")
    assert wrong.returncode == 2
    assert "Er bestaat geen vorm 'ontologie'. Bedoelde u: ontology?" in wrong.stderr
    assert export("ontology", "--check", "--lang", "en").returncode == 2
    nowhere = export("ontology", "/nowhere/page.md", "--lang", "en")
    assert (nowhere.returncode, nowhere.stderr) == (2, "Error: '/nowhere/page.md': does not exist.\n")
