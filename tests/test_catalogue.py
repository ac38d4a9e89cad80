"""The catalogue: valid by DCAT-AP, true of what is served, and the same for search engines in its page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from samenhang.namespaces import PREFIXES
from samenhang.release import Release
from samenhang.validation import validate
from samenhang.web.negotiation import DOCUMENT
from tests.support import ROOT
from tests.test_documents import RDF
from tests.test_web import BROWSER, problem

PUBLIC = "http://127.0.0.1:8000"
PREFIX = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("dcat", "dct", "foaf", "spdx", "void", "schema"))
DCAT_AP = "https://semiceu.github.io/DCAT-AP/releases/3.0.1#dcat:DataServiceShape/"
UNDEFINED = ("dc08f4dca4377fade57f89454e3fa06a8389d314", "eb3ac4e4fdde2e2588a9502c5956060a18c5c99f")
"""Property shapes that the published file names and does not define: a defect of that file, so they are left out."""


@pytest.fixture(scope="module")
def catalogue(client: httpx.Client) -> ox.Store:
    answer = client.get("/catalog.ttl")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/turtle; charset=utf-8")
    store = ox.Store()
    store.load(answer.content, format=ox.RdfFormat.TURTLE)
    return store


def ask(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    answer = store.query(PREFIX + query)
    assert isinstance(answer, ox.QuerySolutions)
    return sorted(tuple("" if term is None else getattr(term, "value", "") for term in row) for row in answer)


def ntriples(store: ox.Store) -> bytes:
    triples = (ox.Triple(quad.subject, quad.predicate, quad.object) for quad in store)
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""


@pytest.fixture(scope="module")
def dcat_ap(shared: Path) -> bytes:
    """The published shapes of DCAT-AP 3.0.1, without the two that are named and not defined."""
    store = ox.Store()
    store.load(path=shared / "vocab/dcat-ap/dcat-ap-SHACL.ttl", format=ox.RdfFormat.TURTLE)
    for name in UNDEFINED:
        node = ox.NamedNode(DCAT_AP + name)
        assert not list(store.quads_for_pattern(node, None, None, None)), "mended: leave nothing out any more"
        for quad in list(store.quads_for_pattern(None, None, node, None)):
            store.remove(quad)
    return ntriples(store)


def test_it_is_valid_by_dcat_ap_3(client: httpx.Client, dcat_ap: bytes) -> None:
    report = validate(client.get("/catalog.nt").content, dcat_ap)
    assert [(r.focus, r.path, str(r.severity)) for r in report.results] == []
    for shape in ("Catalog", "Dataset", "Distribution", "DataService"):
        assert not any(f"dcat:{shape}Shape" in iri for iri in report.idle), "the shape selected nothing"


@pytest.mark.parametrize(
    ("left_out", "path"),
    [
        ("?s dct:publisher ?o", "dct:publisher"),
        ("?s dct:title ?o", "dct:title"),
        ("?s dcat:accessURL ?o", "dcat:accessURL"),
        ("?s dcat:endpointURL ?o", "dcat:endpointURL"),
    ],
)
def test_without_what_dcat_ap_demands_it_is_not(catalogue: ox.Store, dcat_ap: bytes, left_out: str, path: str) -> None:
    less = ox.Store()
    less.extend(catalogue)
    less.update(f"{PREFIX} DELETE WHERE {{ {left_out} }}")
    prefix, _, name = path.partition(":")
    assert PREFIXES[prefix] + name in {r.path for r in validate(ntriples(less), dcat_ap).results}


def test_every_download_and_access_address_answers(client: httpx.Client, catalogue: ox.Store) -> None:
    addresses = ask(
        catalogue,
        "SELECT DISTINCT ?a { ?s dcat:downloadURL|dcat:accessURL|dcat:endpointURL|dcat:endpointDescription"
        "|dcat:landingPage|foaf:homepage ?a }",
    )
    assert len(addresses) > 15
    for (address,) in addresses:
        assert address.startswith(PUBLIC)
        assert client.head(address.removeprefix(PUBLIC), headers={"accept": "*/*"}).status_code in (200, 303), address


def test_size_and_checksum_are_those_of_the_dump(client: httpx.Client, catalogue: ox.Store, release: Release) -> None:
    found = ask(
        catalogue,
        """SELECT ?url ?size ?sum ?type { ?d dcat:downloadURL ?url ; dcat:byteSize ?size ;
        spdx:checksum [ spdx:checksumValue ?sum ; spdx:algorithm spdx:checksumAlgorithm_sha256 ] .
        BIND (DATATYPE(?size) AS ?type) }""",
    )
    assert {url for url, *_ in found} == {f"{PUBLIC}/dumps/{release.name}.{form}.gz" for form in ("nq", "trig")}
    for url, size, checksum, _ in found:
        body = client.get(url.removeprefix(PUBLIC)).content
        assert int(size) == len(body)
        assert client.get(url.removeprefix(PUBLIC) + ".sha256").text.split()[0] == checksum


def test_the_datasets_are_the_scopes_and_the_service_serves_them(catalogue: ox.Store) -> None:
    query = """SELECT ?dataset { <https://w3id.org/samenhang/catalog> dcat:dataset ?dataset .
      <https://w3id.org/samenhang/sparql> dcat:servesDataset ?dataset }"""
    base = "https://w3id.org/samenhang/dataset"
    assert ask(catalogue, query) == [(base,), (f"{base}/field",), (f"{base}/report-2021",)]


def test_nobody_is_made_up(catalogue: ox.Store) -> None:
    """No contact point, no person: the publisher is the project, and that is all that is known."""
    agents = ask(catalogue, "SELECT ?agent ?name { ?agent a foaf:Agent OPTIONAL { ?agent foaf:name ?name } }")
    assert agents == [("https://w3id.org/samenhang/", "Samenhang")]
    assert ask(catalogue, "SELECT ?o { ?s dcat:contactPoint ?o }") == []


@pytest.mark.parametrize("address", ["/catalog", "/.well-known/void"])
@pytest.mark.parametrize("form", [form for form in DOCUMENT if form != "html"])
def test_each_form_holds_the_same_triples(client: httpx.Client, address: str, form: str) -> None:
    def triples(key: str) -> set[str]:
        return {str(quad.triple) for quad in ox.parse(client.get(f"{address}.{key}").content, format=RDF[key])}

    assert triples(form) == triples("nt")
    assert client.get(f"{address}?format={form}").content == client.get(f"{address}.{form}").content


def test_void_tells_where_each_dataset_is_served(client: httpx.Client, release: Release) -> None:
    store = ox.Store()
    store.load(client.get("/.well-known/void").content, format=ox.RdfFormat.TURTLE)
    found = ask(store, "SELECT ?d ?e ?dump { ?d void:triples ?n ; void:sparqlEndpoint ?e ; void:dataDump ?dump }")
    base, scopes = "https://w3id.org/samenhang/dataset", f"{PUBLIC}/graph/scope"
    assert found == [
        (base, f"{PUBLIC}/sparql", f"{PUBLIC}/dumps/{release.name}.nq.gz"),
        (base, f"{PUBLIC}/sparql", f"{PUBLIC}/dumps/{release.name}.trig.gz"),
        (base, f"{PUBLIC}/sparql", f"{scopes}/all.ttl"),
        (f"{base}/field", f"{PUBLIC}/sparql", f"{scopes}/field.ttl"),
        (f"{base}/report-2021", f"{PUBLIC}/sparql", f"{scopes}/report-2021.ttl"),
    ]
    assert ask(store, "SELECT ?c { ?d void:classPartition ?p . ?p void:class ?c ; void:propertyPartition ?pp }")


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_page_has_the_dataset_for_search_engines(client: httpx.Client, release: Release, lang: str) -> None:
    page = client.get(f"/catalog?lang={lang}", headers={"accept": BROWSER}).text
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    json.loads(block)
    store = ox.Store()
    store.load(block.encode(), format=ox.RdfFormat.JSON_LD)
    rows = ask(
        store,
        "SELECT ?name ?version ?url { ?d a schema:Dataset ; schema:name ?name ; schema:version ?version ;"
        " schema:distribution/schema:contentUrl ?url }",
    )
    assert len({name for name, _, _ in rows}) == 2
    assert {version for _, version, _ in rows} == {release.name}
    assert f"{PUBLIC}/dumps/{release.name}.nq.gz" in {url for _, _, url in rows}


def test_the_dataset_and_its_parts_lead_to_the_catalogue(client: httpx.Client) -> None:
    for name in ("", "/field", "/report-2021"):
        answer = client.get(f"/dataset{name}?lang=en&x=%0d%0aa:b")
        assert (answer.status_code, answer.headers["location"]) == (303, f"{PUBLIC}/catalog?lang=en")
    problem(client.get("/dataset/rapport"), 404)


def test_the_readme_shows_what_the_catalogue_says(client: httpx.Client) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(rf"curl -H 'Accept: (\S+)' {PUBLIC}(/catalog)\n\n```turtle\n(.*?)```", text, re.DOTALL)
    assert found
    lines = iter(client.get(found[2], headers={"accept": found[1]}).text.splitlines())
    for expected in (line for line in found[3].splitlines() if line != "..."):
        assert expected in lines, f"not in the catalogue, or not in this order: {expected}"
