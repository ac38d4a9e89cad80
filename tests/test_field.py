"""The field part says what its facts say: expectations written by hand from ``facts/field.md``, not from the data."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from samenhang.release import Release, Shelf
from samenhang.release.build import build
from tests.support import ROOT, cells

PREFIXES = """
PREFIX adms: <http://www.w3.org/ns/adms#>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX ovo: <https://data.vlaanderen.be/id/organisatie/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rov: <http://www.w3.org/ns/regorg#>
PREFIX sam: <https://w3id.org/samenhang/ns#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX vann: <http://purl.org/vocab/vann/>
"""

OVO = {
    "dcjm": "OVO000067",
    "digitaal-vlaanderen": "OVO002949",
    "informatie-vlaanderen": "OVO001828",
    "meemoo": "OVO008227",
    "publiq": "OVO003887",
    "werkplaats-immaterieel-erfgoed": "OVO021103",
    "vlaamse-erfgoedbibliotheken": "OVO021323",
    "onroerend-erfgoed": "OVO000104",
}
KBO = {"meemoo": "0644.450.380", "cultuurconnect": "0629.858.909"}
VZW = {"meemoo", "publiq", "cultuurconnect"}

ACTORS = [
    *["faro", "cult", "oko", "oclc", "zetcom", "tixly", "aca-group", "corecrew", "viaa", "packed", "lukas"],
    *["vlaamse-gemeenschap"],
]

OSLO = [
    ("oslo-cultuurparticipatie", "ErkendeStandaard", "2022-04-28", "dcjm"),
    ("oslo-cultureel-erfgoed", "ErkendeStandaard", "2021-04-22", "dcjm"),
    ("oslo-basisregistratie-cultureel-erfgoed", "KandidaatStandaard", "2024-10-02", "dcjm"),
    ("oslo-cultuur-en-jeugdinfrastructuur", "KandidaatStandaard", "2022-03-21", "dcjm"),
    ("oslo-feitelijke-verenigingen", "KandidaatStandaard", "2022-02-03", "dcjm"),
    ("oslo-financiele-rapportering", "ErkendeStandaard", "2022-03-17", "dcjm"),
    ("oslo-zaalreservatie", "KandidaatStandaard", "2025-07-01", None),
    ("oslo-organisatie", "ErkendeStandaard", "2018-07-03", "digitaal-vlaanderen"),
    ("oslo-organisatie-basis", "KandidaatStandaard", None, "digitaal-vlaanderen"),
    ("ldes", "ErkendeStandaard", "2022-12-01", "digitaal-vlaanderen"),
    ("metadata-dcat", "ErkendeStandaard", None, "digitaal-vlaanderen"),
    ("dcat-ap-vl", "ErkendeStandaard", "2026-02-24", "digitaal-vlaanderen"),
    ("generieke-hypermedia-api", "ErkendeStandaard", "2019-02-07", "digitaal-vlaanderen"),
    ("api-richtlijnen", "NotaWerkgroep", "2020-02-01", "digitaal-vlaanderen"),
]

NAMESPACES = {
    "oslo-cultuurparticipatie": "https://data.vlaanderen.be/ns/cultuurparticipatie#",
    "oslo-cultureel-erfgoed": "https://data.vlaanderen.be/ns/cultureel-erfgoed",
    "oslo-cultuur-en-jeugdinfrastructuur": "https://data.vlaanderen.be/ns/cultuur-en-jeugd/infrastructuur#",
    "oslo-feitelijke-verenigingen": "https://data.vlaanderen.be/ns/FeitelijkeVerenigingen#",
    "oslo-organisatie": "https://data.vlaanderen.be/ns/organisatie",
    "metadata-dcat": "https://data.vlaanderen.be/ns/metadata-dcat#",
}

ENDPOINTS = [
    ("uitdatabank-search-api", "uitdatabank", "https://search.uitdatabank.be", "3.0"),
    ("uitdatabank-entry-api", "uitdatabank", "https://io.uitdatabank.be", "3.0"),
    ("uitdatabank-taxonomy-api", "uitdatabank", "https://taxonomy.uitdatabank.be", "3.0"),
    ("uitdatabank-widgets", "uitdatabank", None, None),
    ("uitid-aanmelding", "uitid", None, None),
    ("uitpas-api", "uitpas", None, "4.0"),
    ("museumpassmusees-partner-api", "museumpassmusees", None, "1.0"),
    ("uwp-output-port", "data-uitwisselingsplatform", None, None),
    ("uwp-input-port", "data-uitwisselingsplatform", None, None),
    ("catalogus-webservices-rijk", "catalogus-webservices", "https://cataloguswebservices.bibliotheek.be/", "1"),
    ("catalogus-webservices-vrij", "catalogus-webservices", "https://cataloguswebservices.bibliotheek.be/", "1"),
    ("meemoo-oai-pmh", "duurzame-preservatie", "https://archief.meemoo.be/mediahaven-oai/oai", "2.0"),
    ("mediahaven-rest-v1", "duurzame-preservatie", None, "1"),
    ("mediahaven-rest-v2", "duurzame-preservatie", None, "2"),
    ("meemoo-iiif", "duurzame-preservatie", "https://images.meemoo.be/iiif/", "3.0"),
    ("meemoo-organizations-api", "organisaties-meemoo", None, "2"),
]

SUPPORTS = [
    *[("uitdatabank", None, s, "implemented") for s in ("oslo-cultuurparticipatie", "cidoc-crm", "turtle", "rdf")],
    *[("uitdatabank", None, s, "implemented") for s in ("locn", "m8g", "oslo-generiek", "adms")],
    ("uitdatabank", None, "oslo-cultuurparticipatie", "deviating"),
    ("uitdatabank", None, "cdbxml", "claimed"),
    ("uitdatabank", "uitdatabank-entry-api", "json-ld", "deviating"),
    ("uitdatabank", "uitdatabank-search-api", "openapi", "implemented"),
    ("uitid", "uitid-aanmelding", "oauth-2-0", "implemented"),
    ("uitid", "uitid-aanmelding", "openid-connect-1-0", "implemented"),
    ("uitpas", "uitpas-api", "json", "implemented"),
    ("museumpassmusees", "museumpassmusees-partner-api", "openapi", "implemented"),
    ("data-uitwisselingsplatform", None, "shacl", "implemented"),
    ("data-uitwisselingsplatform", None, "yarrrml", "implemented"),
    ("data-uitwisselingsplatform", "uwp-output-port", "sparql-1-1", "implemented"),
    ("catalogus-webservices", None, "marc21", "implemented"),
    ("catalogus-webservices", None, "xml", "implemented"),
    ("catalogus-webservices", None, "api-key", "implemented"),
    *[
        ("duurzame-preservatie", None, s, "claimed")
        for s in ("e-ark-sip", "mets", "premis-3", "dc-terms", "mods", "schema-org")
    ],
    *[
        ("duurzame-preservatie", "meemoo-oai-pmh", s, "implemented")
        for s in ("oai-pmh", "http-basic", "oai-dc", "mets")
    ],
    ("duurzame-preservatie", "meemoo-iiif", "iiif-image-api", "implemented"),
    ("duurzame-preservatie", "mediahaven-rest-v2", "rest", "implemented"),
    ("organisaties-meemoo", "meemoo-organizations-api", "graphql", "implemented"),
    *[
        ("kennisgraaf-meemoo", None, s, "implemented")
        for s in ("premis-3", "schema-org", "ebucore", "bibframe", "edm", "org", "shacl", "skos", "sparql-1-1", "rdf")
    ],
    ("meemoo-account", None, "saml", "implemented"),
    *[
        ("erfgoeddatabank", None, s, "claimed")
        for s in ("spectrum", "isad-g", "invulboek-objecten", "cometa", "oslo-cultureel-erfgoed")
    ],
]

SEARCHES = [
    ("publiq-kbo", "actor:publiq", "publiq"),
    ("cultuurconnect-ovo", "actor:cultuurconnect", "cultuurconnect"),
    ("bibliotheeksysteem-overeenkomst-na-2025", "building-block:bibliotheeksysteem", "cultuurconnect"),
    ("bibliotheeksysteem-sip2-ncip", "building-block:bibliotheeksysteem", "cultuurconnect"),
    ("bibliotheeksysteem-rdf-oai-pmh-oslo", "building-block:bibliotheeksysteem", "cultuurconnect"),
    ("catalogus-webservices-rdf-oai-pmh-oslo", "building-block:catalogus-webservices", "cultuurconnect"),
    ("digitaal-podium-uitdatabank", "building-block:digitaal-podium", "cultuurconnect"),
    ("digitaal-podium-uitpas", "building-block:digitaal-podium", "cultuurconnect"),
    ("digitaal-podium-api", "building-block:digitaal-podium", "cultuurconnect"),
    ("digitaal-podium-oslo", "building-block:digitaal-podium", "cultuurconnect"),
    ("kennisgraaf-meemoo-sparql", "building-block:kennisgraaf-meemoo", "meemoo"),
    ("kennisgraaf-meemoo-ldes", "building-block:kennisgraaf-meemoo", "meemoo"),
    ("meemoo-account-uitid", "building-block:meemoo-account", "meemoo"),
    ("organisaties-meemoo-ovo-kbo", "building-block:organisaties-meemoo", "meemoo"),
    ("uitdatabank-ldes", "building-block:uitdatabank", "publiq"),
    ("uitdatabank-rdf-documentatie", "building-block:uitdatabank", "publiq"),
    ("data-uitwisselingsplatform-catalogus", "building-block:data-uitwisselingsplatform", "publiq"),
    ("uitpas-bibliotheeksysteem", "building-block:uitpas", "publiq"),
    ("decreet-kernspelers-tekst", "policy:visienota-2022", "dcjm"),
    ("business-case-ddt-tekst", "business-case:business-case-ddt", "dcjm"),
    ("business-case-digitale-collecties-tekst", "business-case:business-case-digitale-collecties", "dcjm"),
    ("oslo-dienst-adressen", "standard:oslo-dienst", "digitaal-vlaanderen"),
    ("eira-6-turtle", "standard:eira", None),
]

NUMBERS = {
    "organisatoren-uitdatabank": 28000,
    "activiteiten-uitdatabank": 215000,
    "kalenders-uitdatabank": 1000,
    "kalenderpartners-uitdatabank": 500,
    "paden-uitdatabank-search-api": 4,
    "paden-uitdatabank-entry-api": 108,
    "paden-uitpas-api": 75,
    "paden-museumpassmusees-partner-api": 5,
    "pashouders-uitpas": 470000,
    "musea-museumpassmusees": 200,
    "bibliotheken-provinciale-systemen": 258,
    "lokale-bibliotheeksystemen": 59,
    "hoofdbibliotheken-2015": 313,
    "andere-bibliotheekpunten-2015": 297,
    "leners-2015": 1500000,
    "uitleningen-2015": 40000000,
    "doelgroep-digitaal-podium": 248,
    "cultuurcentra-digitaal-podium": 68,
    "gemeenschapscentra-digitaal-podium": 111,
    "kunstenorganisaties-digitaal-podium": 69,
    "contentpartners-meemoo": 160,
    "iiif-pixels-meemoo": 5000,
    "instellingen-erfgoedinzicht-2017": 300,
    "objecten-erfgoedinzicht-2017": 178000,
    "getal-47-stellingen": 47,
    "categorieen-zelfscan": 5,
    "organisaties-zelfscan-2019-2021": 52,
    "geraadpleegd-digitale-collecties": 100,
    "cultuurhuizen-cult": 172,
    "standaarden-digitaal-vlaanderen": 99,
    "register-alle": 251,
    "register-erkend": 176,
    "register-kandidaat": 50,
    "register-ontwerp": 18,
    "register-nota": 3,
    "register-zonder-status": 2,
    "register-herroepen": 1,
    "register-leeg": 1,
    "register-aansluitingen": 621,
}

DEPENDENCIES = [
    ("uitpas", "building-block:uitdatabank", "hard"),
    ("cultuurkuur", "building-block:uitdatabank", "data-feed"),
    ("uitinvlaanderen", "building-block:uitdatabank", "data-feed"),
    ("sapi3", "building-block:uitdatabank", "data-feed"),
    ("uitdatabank", "building-block:kinepolis", "data-feed"),
    ("uitdatabank", "building-block:rabbitmq", "hosting"),
    ("sapi3", "building-block:elasticsearch", "hosting"),
    ("uitid", "building-block:auth0", "hosting"),
    ("uitid", "building-block:keycloak", "hosting"),
    ("data-uitwisselingsplatform", "building-block:fuseki", "hosting"),
    ("bibliotheeksysteem", "building-block:wise", "hosting"),
    ("bibliotheeksysteem", "agreement:overeenkomst-ebs-2017", "contract"),
    ("catalogus-webservices", "building-block:aquabrowser", "hosting"),
    ("digitaal-podium", "building-block:tixly", "hosting"),
    ("duurzame-preservatie", "building-block:mediahaven", "hosting"),
    ("kennisgraaf-meemoo", "building-block:triplydb", "hosting"),
    ("hetarchief-be", "building-block:kennisgraaf-meemoo", "data-feed"),
    ("hetarchief-be", "building-block:postgresql", "hosting"),
    ("hetarchief-be", "building-block:elasticsearch", "hosting"),
    ("erfgoeddatabank", "building-block:museumplus", "hosting"),
    ("meemoo-account", "building-block:acm-idm", "identity"),
    ("meemoo-account", "building-block:smartschool", "identity"),
    ("meemoo-account", "building-block:klascement", "identity"),
]

LIFECYCLES = [
    ("building-block:erfgoedplus", "phasing-out", None),
    ("building-block:erfgoedinzicht", "phasing-out", None),
    ("building-block:donnet", "ended", "2019"),
    ("building-block:erfgoeddatabank", "live", "2024"),
    ("interface:mediahaven-rest-v1", "ended", "2023-06-01"),
    ("building-block:verenigingsloket", "live", "2024-01-30"),
    ("building-block:open-vlacc", "live", "1987"),
    ("building-block:digitaal-podium", "live", "2022-12"),
]

SUCCESSIONS = [
    ("actor:digitaal-vlaanderen", "actor:informatie-vlaanderen"),
    ("actor:meemoo", "actor:viaa"),
    ("actor:meemoo", "actor:packed"),
    ("actor:meemoo", "actor:lukas"),
    ("building-block:bibliotheeksysteem", "portfolio:provinciale-bibliotheeksystemen"),
    ("building-block:erfgoeddatabank", "building-block:erfgoedplus"),
    ("building-block:erfgoeddatabank", "building-block:erfgoedinzicht"),
    ("interface:mediahaven-rest-v2", "interface:mediahaven-rest-v1"),
]

EVENTS = {
    "ontstaan-meemoo": None,
    "gunning-digitaal-podium": "2022-04",
    "eerste-huizen-digitaal-podium": None,
    "groen-licht-digitaal-podium": "2024-05-27",
    "erfgoeddatabanken-naar-dcjm": "2018",
    "lancering-zelfscan": "2019-01",
    "goedkeuring-visienota-2022": "2022-12-23",
}

GOVERNMENT = [
    *["standaardenregister", "wegwijs", "vsds", "acm-idm", "magda", "verenigingsloket", "ensor", "faam", "goedgezien"],
]


def ask(release: Release, where: str, scope: str = "field") -> list[tuple[str | None, ...]]:
    return cells(release.query(f"{PREFIXES} {where}", scope=scope))


def test_the_confirmed_numbers_of_organisations_are_there_and_no_others(release: Release) -> None:
    found = ask(release, "SELECT ?a ?ovo { ?a a sam:Actor ; owl:sameAs ?ovo }")
    assert found == sorted((f"actor:{actor}", f"ovo:{number}") for actor, number in OVO.items())
    assert ask(release, "SELECT ?a ?kbo { ?a sam:kbo ?kbo }") == sorted((f"actor:{a}", n) for a, n in KBO.items())
    assert {a for (a,) in ask(release, "SELECT ?a { ?a rov:orgType ?vzw }")} == {f"actor:{a}" for a in VZW}


def test_actors_and_suppliers_are_there(release: Release) -> None:
    found = {a for (a,) in ask(release, "SELECT ?a { ?a a sam:Actor }")}
    assert {f"actor:{a}" for a in [*OVO, *KBO, *ACTORS]} <= found


@pytest.mark.parametrize(("standard", "status", "date", "creator"), OSLO)
def test_standards_of_the_culture_domain(
    release: Release, standard: str, status: str, date: str | None, creator: str | None
) -> None:
    rows = ask(
        release,
        f"""SELECT ?status ?date ?creator {{
          ?claim rdf:subject <https://w3id.org/samenhang/id/standard/{standard}> ; rdf:predicate adms:status ;
            rdf:object ?status ; sam:polarity sam:holds ; sam:modality sam:fact .
          OPTIONAL {{ ?claim sam:validFrom ?date }}
          OPTIONAL {{ ?made rdf:subject <https://w3id.org/samenhang/id/standard/{standard}> ;
            rdf:predicate dct:creator ; rdf:object ?creator }} }}""",
    )
    assert rows == [(f"standaardstatus:{status}", date, creator and f"actor:{creator}")]


def test_namespaces_of_standards(release: Release) -> None:
    found = ask(release, "SELECT ?s ?n { ?s a sam:Standard ; vann:preferredNamespaceUri ?n }")
    assert found == sorted((f"standard:{s}", n) for s, n in NAMESPACES.items())


@pytest.mark.parametrize(("interface", "block", "endpoint", "version"), ENDPOINTS)
def test_interfaces(release: Release, interface: str, block: str, endpoint: str | None, version: str | None) -> None:
    iri = f"<https://w3id.org/samenhang/id/interface/{interface}>"
    blocks = ask(release, f"SELECT ?b {{ ?c rdf:subject {iri} ; rdf:predicate sam:interfaceOf ; rdf:object ?b }}")
    assert (f"building-block:{block}",) in blocks
    rows = ask(
        release,
        f"SELECT ?e ?v {{ {iri} a sam:Interface . OPTIONAL {{ {iri} dcat:endpointURL ?e }}"
        f" OPTIONAL {{ {iri} dcat:version ?v }} }}",
    )
    assert rows == [(endpoint and f"<{endpoint}>", version)]


def test_every_interface_of_the_facts_is_known_here(release: Release) -> None:
    found = {i for (i,) in ask(release, "SELECT ?i { ?i a sam:Interface }")}
    assert found == {f"interface:{i}" for i, *_ in ENDPOINTS} | {
        "interface:kinepolis-api",
        "interface:uwp-demo-output-port",
    }


def test_who_may_reach_and_reuse(release: Release) -> None:
    right = "http://publications.europa.eu/resource/authority/access-right/"
    assert ask(
        release,
        "SELECT ?i ?r { ?c rdf:subject ?i ; rdf:predicate dct:accessRights ; rdf:object ?r ; sam:modality sam:fact }",
    ) == [("interface:meemoo-iiif", f"<{right}PUBLIC>"), ("interface:meemoo-oai-pmh", f"<{right}NON_PUBLIC>")]
    reuse = ask(release, "SELECT ?i ?r { ?c rdf:subject ?i ; rdf:predicate sam:reuseCondition ; rdf:object ?r }")
    assert ("dataset:metadata-hetarchief", "sam:reuse-not-permitted") in reuse
    assert ("dataset:uwp-demo-dataproduct", "sam:reuse-open") in reuse
    assert ("interface:catalogus-webservices-rijk", "sam:reuse-conditional") in reuse


def test_support_of_standards(release: Release) -> None:
    rows = ask(
        release,
        """SELECT ?b ?i ?s ?l { ?c a sam:StandardSupport ; sam:block ?b ; sam:standard ?s ; sam:supportLevel ?l ;
          sam:polarity sam:holds . OPTIONAL { ?c sam:interface ?i } }""",
    )
    wanted = {
        (f"building-block:{b}", i and f"interface:{i}", f"standard:{s}", f"sam:support-{level}")
        for b, i, s, level in SUPPORTS
    }
    assert wanted - set(rows) == set()


def test_the_knowledge_graph_is_said_not_to_use_two_standards_and_nothing_else_is_denied(release: Release) -> None:
    denied = ask(
        release,
        "SELECT ?b ?s { ?c a sam:StandardSupport ; sam:block ?b ; sam:standard ?s ; sam:polarity sam:doesNotHold }",
    )
    assert denied == [
        ("building-block:kennisgraaf-meemoo", "standard:cidoc-crm"),
        ("building-block:kennisgraaf-meemoo", "standard:oslo-cultuurparticipatie"),
    ]


def test_what_was_not_found_is_a_search_with_whom_to_ask(release: Release) -> None:
    rows = ask(release, "SELECT ?s ?t ?a { ?s a sam:Search ; sam:thing ?t . OPTIONAL { ?s sam:askActor ?a } }")
    wanted = {(f"search:{s}", thing, actor and f"actor:{actor}") for s, thing, actor in SEARCHES}
    assert wanted - set(rows) == set()


def test_no_source_claims_to_be_complete(release: Release) -> None:
    assert ask(release, "SELECT ?c { ?c a sam:Completeness }") == []


def test_numbers(release: Release) -> None:
    rows = ask(release, "SELECT ?q ?v { ?q a sam:Quantity ; schema:value ?v }")
    assert rows == sorted((f"quantity:{slug}", str(value)) for slug, value in NUMBERS.items())


def test_digital_maturity_as_measured(release: Release) -> None:
    assert (
        ask(
            release,
            "SELECT ?i ?v ?w { ?o a sam:Observation ; sam:indicator ?i ; schema:value ?v ; sam:happenedAround ?w }",
        )
        == [("indicator:score-digitale-maturiteit", "57", "2019-2021")] * 2
    )
    tool = "<https://w3id.org/samenhang/id/tool/zelfscan-digitale-maturiteit>"
    assert ask(
        release, f"SELECT ?a ?t {{ ?c sam:responsibleFor {tool} ; sam:responsible ?a ; sam:responsibilityType ?t }}"
    ) == [
        ("actor:dcjm", "sam:responsibility-commissions"),
        ("actor:meemoo", "sam:responsibility-operates"),
    ]
    assert ask(release, f"SELECT ?a {{ ?c rdf:subject {tool} ; rdf:predicate dct:creator ; rdf:object ?a }}") == [
        ("actor:corecrew",),
        ("actor:packed",),
    ]


def test_dependencies(release: Release) -> None:
    rows = ask(
        release,
        "SELECT ?a ?b ?k { ?c a sam:Dependency ; sam:dependent ?a ; sam:dependedOn ?b ; sam:dependencyKind ?k }",
    )
    assert {(f"building-block:{a}", b, f"sam:dependency-{kind}") for a, b, kind in DEPENDENCIES} - set(rows) == set()


def test_phases_of_life(release: Release) -> None:
    rows = ask(
        release,
        """SELECT ?thing ?state ?from { ?c sam:block|sam:interface ?thing ; sam:lifecycleState ?state .
          OPTIONAL { ?c sam:validFrom ?from } }""",
    )
    assert {(thing, f"sam:lifecycle-{state}", since) for thing, state, since in LIFECYCLES} - set(rows) == set()


def test_successions(release: Release) -> None:
    rows = ask(release, "SELECT ?new ?old { ?c rdf:subject ?new ; rdf:predicate sam:succeeds ; rdf:object ?old }")
    assert rows == sorted(SUCCESSIONS)


def test_events(release: Release) -> None:
    rows = ask(release, "SELECT ?e ?d { ?e a sam:Event . OPTIONAL { ?e dct:date ?d } }")
    assert rows == sorted((f"event:{e}", date) for e, date in EVENTS.items())


def test_blocks_of_government_have_a_likely_owner(release: Release) -> None:
    rows = ask(
        release,
        "SELECT ?b ?who { ?c sam:responsibleFor ?b ; sam:responsible ?who ;"
        " sam:responsibilityType sam:responsibility-owns }",
    )
    owners = {row[0]: row[1] for row in rows}
    for block in GOVERNMENT:
        wanted = "dcjm" if block in ("verenigingsloket", "ensor", "faam", "goedgezien") else "digitaal-vlaanderen"
        assert owners[f"building-block:{block}"] == f"actor:{wanted}"


def test_readings_are_marked_as_readings(release: Release) -> None:
    rows = ask(
        release,
        """SELECT DISTINCT ?class ?modality { VALUES ?class { sam:CapabilityRealisation sam:InformationUse }
          ?c a ?class ; sam:modality ?modality }""",
    )
    assert rows == [("sam:CapabilityRealisation", "sam:derived"), ("sam:InformationUse", "sam:derived")]
    assert ask(
        release, "SELECT DISTINCT ?confidence { ?c a sam:CapabilityRealisation ; sam:confidence ?confidence }"
    ) == [("sam:C",)]


def test_no_source_has_an_address_with_the_name_of_a_person(release: Release) -> None:
    rows = ask(release, "SELECT ?text { ?s a sam:Source ; ?p ?text }") + ask(
        release, "SELECT ?path { ?e a sam:Evidence ; sam:path ?path }"
    )
    for (text,) in rows:
        assert "prezly" not in str(text)
        assert "coudyser" not in str(text).lower()


def test_the_report_stays_as_it_is(release: Release) -> None:
    """In scope report-2021 nothing rests on the field, but the notions of the common vocabularies."""
    rows = ask(
        release,
        """SELECT DISTINCT ?class { ?x a ?class ; sam:evidence/sam:source ?source .
          FILTER (?source != <https://w3id.org/samenhang/id/source/eindverslag-2021>)
          FILTER NOT EXISTS { ?x skos:inScheme ?scheme } }""",
        scope="report-2021",
    )
    assert rows == []


def test_the_report_is_the_same_without_the_field(release: Release, tmp_path: Path) -> None:
    """Built without ``data/field``, scope report-2021 has the same triples and the same findings."""
    for folder in ("ontology", "shapes", "queries", "data"):
        shutil.copytree(ROOT / folder, tmp_path / "content" / folder)
    shutil.rmtree(tmp_path / "content" / "data" / "field")
    built = build(tmp_path / "content", Shelf(tmp_path / "var"))
    assert built.release is not None
    everything = "SELECT ?s ?p ?o { ?s ?p ?o }"
    without = ask(built.release, everything, scope="report-2021")
    assert len(without) > 10_000
    assert ask(release, everything, scope="report-2021") == without
