"""What the report does not say, the graph does not say either: U1-U31 of part 3.1 of its inventory.

Where a row of that list names what is known beside what is not, the test holds the known part to exactly that.
"""

from __future__ import annotations

import pytest

from tests.report.conftest import Ask

BLOCKS = [
    "basisinfra-digitale-collecties",
    "bibliotheeksysteem",
    "data-uitwisselingsplatform",
    "digitaal-podium",
    "duurzame-preservatie",
    "erfgoeddatabanken",
    "uitdatabank",
    "uitid",
]
OWNS = "FILTER (?type IN (sam:responsibility-owns, sam:responsibility-operates))"


def responsible_for(thing: str) -> str:
    """Who owns or operates *thing*, as a claim or as the shortcut derived from it."""
    return (
        "SELECT DISTINCT ?who WHERE { { ?claim sam:responsibleFor <" + thing + "> ; sam:responsible ?who ;"
        f" sam:polarity sam:holds ; sam:responsibilityType ?type {OWNS} }}"
        f" UNION {{ <{thing}> sam:ownedBy|sam:operatedBy|sam:providedBy|dct:publisher ?who }}"
        f" UNION {{ ?claim rdf:subject <{thing}> ; rdf:object ?who ; rdf:predicate ?p"
        "  FILTER (?p IN (sam:ownedBy, sam:operatedBy, sam:providedBy, dct:publisher)) } }"
    )


def parts_of(thing: str) -> str:
    """What is said to be in *thing*: parts and members, from either side, whatever the modality."""
    return (
        "SELECT DISTINCT ?part WHERE { { ?claim rdf:subject <" + thing + "> ; rdf:predicate dct:hasPart ;"
        " rdf:object ?part ; sam:polarity sam:holds } UNION { ?claim rdf:subject ?part ; rdf:object <" + thing + "> ;"
        " sam:polarity sam:holds ; rdf:predicate ?p FILTER (?p IN (dct:isPartOf, org:memberOf, sam:subsetOf,"
        " sam:proposedMemberOf, skos:broader)) }"
        f" UNION {{ <{thing}> dct:hasPart|org:hasMember|^dct:isPartOf|^org:memberOf|^sam:subsetOf ?part }} }}"
    )


DATES = "dct:date, dct:issued, dct:temporal, sam:validFrom, sam:validUntil, sam:happenedAround, sam:expectedAround"


def dates_of(things: str) -> str:
    """Every date of *things* and of the claims that involve them."""
    return (
        f"SELECT DISTINCT ?thing ?date WHERE {{ VALUES ?thing {{ {things} }}"
        f" {{ ?thing ?p ?date }} UNION {{ ?claim ?role ?thing ; ?p ?date . ?claim sam:polarity ?polarity }}"
        f" FILTER (?p IN ({DATES})) }}"
    )


def test_u1_no_standard_is_named(scope: Ask) -> None:
    assert scope("SELECT ?block WHERE { ?claim a sam:StandardSupport ; sam:block ?block }") == []
    assert scope("SELECT ?standard WHERE { ?standard a sam:Standard }") == []
    assert scope("SELECT ?thing ?o WHERE { ?thing a sam:BuildingBlock ; dct:conformsTo ?o }") == []
    assert scope("SELECT ?interface WHERE { ?interface a sam:Interface }") == []


def test_u2_what_existing_blocks_do_is_not_said(scope: Ask) -> None:
    """Functions and information are claimed of the two blocks still to be built, and of no other."""
    assert scope("SELECT ?block WHERE { ?block a sam:BuildingBlock }") == [(block,) for block in BLOCKS]
    assert scope(
        "SELECT DISTINCT ?block ?type WHERE { VALUES ?type { sam:CapabilityRealisation sam:InformationUse }"
        " ?claim a ?type ; sam:block ?block }"
    ) == [
        ("basisinfra-digitale-collecties", "CapabilityRealisation"),
        ("data-uitwisselingsplatform", "InformationUse"),
    ]


def test_u3_who_owns_digitaal_podium_is_not_said(scope: Ask) -> None:
    assert scope(responsible_for("building-block/digitaal-podium")) == []
    assert scope(
        "SELECT ?who WHERE { ?claim rdf:subject <building-block/digitaal-podium> ; rdf:predicate sam:ownedByOneOf ;"
        " rdf:object ?who ; sam:polarity sam:holds }"
    ) == [("drie-sectoractoren",)]


def test_u3_the_other_existing_blocks_have_the_owners_that_the_report_names(scope: Ask) -> None:
    """So that the empty answers of these tests are answers: the same question finds who is named."""
    assert scope(responsible_for("building-block/bibliotheeksysteem")) == [("cultuurconnect",)]
    assert scope(responsible_for("building-block/duurzame-preservatie")) == [("meemoo",)]


def test_u4_heritage_databases_have_no_owner_and_no_names(scope: Ask) -> None:
    assert scope(responsible_for("building-block/erfgoeddatabanken")) == []
    assert scope(parts_of("building-block/erfgoeddatabanken")) == []


def test_u5_self_scan_and_training_have_no_provider(scope: Ask) -> None:
    assert scope(responsible_for("tool/zelfscan-digitale-maturiteit")) == []
    assert scope(responsible_for("service/opleiding-digitaal-leiderschap")) == []


@pytest.mark.parametrize("actor", ["cultuurconnect", "meemoo", "publiq"])
def test_u6_what_an_actor_manages_itself_is_not_listed(scope: Ask, actor: str) -> None:
    assert scope(parts_of(f"portfolio/infra-{actor}")) == []
    assert scope(responsible_for(f"portfolio/infra-{actor}")) == [(actor,)]


def test_u7_no_users_of_existing_blocks(scope: Ask) -> None:
    assert scope("SELECT ?claim WHERE { ?claim a sam:Use }") == []
    assert scope(
        "SELECT DISTINCT ?block ?group WHERE { ?block a sam:BuildingBlock . { ?block sam:usedBy|sam:targets ?group }"
        " UNION { ?claim rdf:subject ?block ; rdf:object ?group ; rdf:predicate sam:targets } }"
    ) == [
        ("basisinfra-digitale-collecties", "cultuurorganisaties"),
        ("basisinfra-digitale-collecties", "kleinere-spelers"),
    ]


def test_u8_no_exchange_exists_and_none_is_denied(scope: Ask) -> None:
    assert scope(
        "SELECT DISTINCT ?need ?modality ?polarity WHERE { ?claim a sam:Exchange ; sam:need ?need ;"
        " sam:modality ?modality ; sam:polarity ?polarity }"
    ) == [("required", "proposed", "holds")]
    assert scope("SELECT ?claim WHERE { ?claim a sam:Dependency }") == []
    assert scope(
        "SELECT ?one ?p ?other WHERE { ?one a sam:BuildingBlock ; ?p ?other . ?other a sam:BuildingBlock }"
    ) == [
        ("bibliotheeksysteem", "candidateFor", "data-uitwisselingsplatform"),
        ("uitdatabank", "candidateFor", "data-uitwisselingsplatform"),
        ("uitid", "candidateFor", "data-uitwisselingsplatform"),
    ]


def test_u9_public_values_are_not_listed(scope: Ask) -> None:
    assert scope(parts_of("value/publieke-waarden")) == []


def test_u10_two_policy_priorities_and_no_more(scope: Ask) -> None:
    assert scope(parts_of("value/beleidsprioriteiten-cultuur")) == [
        ("culturele-diversiteit",),
        ("cultuurparticipatie",),
    ]


@pytest.mark.parametrize(
    ("group", "members"),
    [
        ("collective/culturele-bovenbouw", [("drie-sectoractoren",), ("sociaal-fonds-podiumkunsten",)]),
        ("collective/sectorsteunpunten", []),
        ("collective/opleidingsactoren", []),
        ("body/adviserende-organen", []),
        ("body/werkgroepen", []),
        ("collective/partnernetwerk-cultuurconnect", []),
        ("collective/sleutelactoren", None),
    ],
)
def test_u11_members_are_those_that_are_named(scope: Ask, group: str, members: list[tuple[str, ...]] | None) -> None:
    five = [("cultuurconnect",), ("dcjm",), ("digitaal-vlaanderen",), ("meemoo",), ("publiq",)]
    wider = {("drie-sectoractoren",), ("overheidsactoren",)}
    found = scope(parts_of(group))
    assert (found if members is not None else sorted(set(found) - wider)) == (five if members is None else members)


def test_u12_the_drawn_structure_is_lost(scope: Ask) -> None:
    assert scope(parts_of("body/bredere-overlegstructuur")) == [("adviserende-organen",), ("transitieteam",)]


def test_u13_steps_without_a_named_responsible_have_one_only_as_a_reading(scope: Ask) -> None:
    assert scope("SELECT ?step WHERE { ?step a sam:RoadmapStep ; sam:silentOn sam:aspect-owner }") == [
        ("stap-comp-ambities",),
        ("stap-comp-opdracht-aanbesteding",),
        ("stap-comp-probleemeigenaar",),
        ("stap-comp-strategisch-plan",),
        ("stap-infra-draft-roadmap",),
        ("stap-infra-mapping-financiering",),
        ("stap-infra-mapping-infrastructuur",),
        ("stap-infra-mlt-agenda",),
        ("stap-infra-terugkoppeling",),
    ]
    assert scope(
        "SELECT ?step ?who WHERE { ?step a sam:RoadmapStep . ?claim sam:responsibleFor ?step ; sam:responsible ?who ;"
        " sam:modality ?modality FILTER (?modality != sam:derived) }"
    ) == [
        ("stap-comp-inventarisatie-middelen", "dcjm"),
        ("stap-comp-mapping-cc", "cultuurconnect"),
        ("stap-comp-vooranalyse", "dcjm"),
        ("stap-t1-uitnodigingen", "dcjm"),
    ]
    assert scope("SELECT ?step ?who WHERE { ?step a sam:RoadmapStep ; sam:ownedBy ?who }") == []


def test_u14_steps_have_offsets_and_no_dates(scope: Ask) -> None:
    assert (
        scope(
            "SELECT DISTINCT ?p WHERE { ?step a sam:RoadmapStep ; ?p ?o FILTER (?p IN (dct:date, dct:issued,"
            " sam:validFrom, sam:validUntil, schema:startDate, schema:endDate)"
            " || REGEX(STR(DATATYPE(?o)), '#(date|gYear)')) }"
        )
        == []
    )
    assert scope("SELECT DISTINCT ?around WHERE { ?step a sam:RoadmapStep ; sam:expectedAround ?around }") == [
        ("+/- nazomer 2022",),
        ("+/- voorjaar 2022",),
    ]


def test_u15_terms_have_no_length(scope: Ask) -> None:
    assert (
        scope(
            "SELECT ?p ?o WHERE { <domain/tijdshorizon-kt-mlt-lt> ?p ?o"
            " FILTER (isNumeric(?o) || ?p IN (sam:period, schema:value)) }"
        )
        == []
    )
    assert (
        scope(
            "SELECT ?number WHERE { ?number a sam:Quantity . ?claim rdf:subject ?number ;"
            " rdf:object <domain/tijdshorizon-kt-mlt-lt> }"
        )
        == []
    )


def test_u16_two_amounts_and_no_more(scope: Ask) -> None:
    assert scope("SELECT ?thing ?amount WHERE { ?thing schema:amount ?amount }") == [
        ("bedrag-5mio", "5000000"),
        ("bedrag-cultuurloket-1-6mio", "1600000"),
    ]
    assert scope("SELECT ?thing WHERE { ?thing sam:silentOn sam:aspect-amount }") == [
        ("budget-deelname-overleg",),
        ("budget-extern-advies",),
        ("budget-vooranalyse",),
        ("maximumscenario",),
        ("middelen-bijkomende-opdracht",),
        ("minimumscenario",),
        ("relancemiddelen-collecties",),
        ("relancemiddelen-ddt",),
        ("structurele-minimummiddelen",),
    ]


def test_u17_the_five_million_is_one_very_rough_sum(scope: Ask) -> None:
    assert scope(parts_of("quantity/bedrag-5mio")) == []
    assert scope("SELECT ?claim WHERE { ?claim a sam:Cost }") == []
    assert scope(
        "SELECT ?what WHERE { ?claim rdf:subject <quantity/bedrag-5mio> ; rdf:predicate sam:meantFor ;"
        " rdf:object ?what }"
    ) == [("portfolio-business-cases",)]
    assert scope(
        "SELECT ?modality ?hedge WHERE { <quantity/bedrag-5mio> sam:modality ?modality ; sam:hedge ?hedge"
        " FILTER (LANG(?hedge) = 'nl') }"
    ) == [("opinion", "ongeveer; zeer ruwe schatting")]


def test_u18_the_budget_of_cultuurloket_is_an_indication_only(scope: Ask) -> None:
    assert scope(
        "SELECT ?p ?what WHERE { ?claim rdf:subject <quantity/bedrag-cultuurloket-1-6mio> ; rdf:predicate ?p ;"
        " rdf:object ?what }"
    ) == [("concerns", "cultuurloket"), ("referenceFor", "maximumscenario")]
    assert scope("SELECT ?claim WHERE { ?claim sam:quantity <quantity/bedrag-cultuurloket-1-6mio> }") == []


@pytest.mark.parametrize(
    ("thing", "names"),
    [
        ("actor/dcjm", ["DCJM", "Departement CJM", "Departement CJM (DCJM)", "Departement DCJM"]),
        ("actor/den", ["DEN (Nederland)"]),
        ("actor/minister", ["Minister"]),
        ("actor/kabinet", ["Kabinet", "kabinet-DCJM", "minister/kabinet"]),
        ("actor/parlement", ["Parlement"]),
        ("instrument/foci", ["FoCI"]),
        ("instrument/pmv-investeringsmiddelen", ["PMV-investeringsmiddelen"]),
        ("quantity/cultuurloket-11-vte", ["Team Cultuurloket: ongeveer 11 VTE in loondienst (eind 2019)"]),
    ],
)
def test_u19_u20_abbreviations_and_offices_keep_the_names_of_the_report(
    scope: Ask, thing: str, names: list[str]
) -> None:
    assert scope(
        f"SELECT DISTINCT ?name WHERE {{ <{thing}> skos:prefLabel|skos:altLabel ?name FILTER (LANG(?name) = 'nl') }}"
    ) == [(name,) for name in names]


def test_u21_the_study_on_the_superstructure_has_no_author_and_no_date(scope: Ask) -> None:
    assert scope(dates_of("<study/vbh-studie-bovenbouw>")) == []
    assert (
        scope(
            "SELECT ?who WHERE { { <study/vbh-studie-bovenbouw> dct:creator ?who } UNION { ?claim rdf:object ?who ;"
            " rdf:subject <study/vbh-studie-bovenbouw> ; rdf:predicate dct:creator } }"
        )
        == []
    )
    assert scope(dates_of("<study/studie-idea-consult-2021>")) == [("studie-idea-consult-2021", "2021")]


def test_u21_u22_there_are_no_persons_only_heads(scope: Ask) -> None:
    assert scope("SELECT ?who WHERE { ?who a ?type FILTER (?type IN (foaf:Person, schema:Person)) }") == []
    assert scope("SELECT ?who WHERE { ?who org:role|org:holds|org:post|schema:jobTitle ?post }") == []
    assert scope("SELECT ?event ?heads WHERE { ?event sam:headCount ?heads }") == [
        ("gesprek-2021-09-10-dcjm", "3"),
        ("gesprek-2021-09-13-dv", "1"),
        ("gesprek-2021-09-14-cultuurconnect", "2"),
        ("gesprek-2021-09-14-publiq", "2"),
        ("gesprek-2021-09-17-meemoo", "1"),
    ]


def test_u23_management_agreements_have_no_dates(scope: Ask) -> None:
    agreements = (
        "<agreement/beheersovereenkomst> <agreement/bho-cultuurconnect> <agreement/bho-meemoo>"
        " <agreement/bho-publiq> <agreement/nieuwe-bho>"
    )
    assert scope(dates_of(agreements)) == []
    assert scope(dates_of("<agreement/overeenkomst-dcjm-dv-2020>")) == [("overeenkomst-dcjm-dv-2020", "2020")]


def test_u24_which_groups_an_agreement_leaves_out_is_not_said(scope: Ask) -> None:
    assert (
        scope(
            "SELECT ?thing ?group WHERE { VALUES ?thing { <problem/cc-doelgroepbeperking> <problem/bho-beperkend>"
            " <agreement/bho-cultuurconnect> } ?claim rdf:subject|rdf:object ?thing , ?group ."
            " ?group a sam:TargetGroup }"
        )
        == []
    )


@pytest.mark.parametrize(
    "thing",
    [
        "agreement/overeenkomst-dcjm-dv-2020",
        "problem/cultuurloket-aandachtspunten",
        "problem/kritiek-visienota",
        "study/midterm-evaluatie-cultuurloket-2021",
    ],
)
def test_u25_what_is_only_referred_to_has_no_contents(scope: Ask, thing: str) -> None:
    assert scope(parts_of(thing)) == []
    assert (
        scope(
            f"SELECT ?what WHERE {{ ?claim rdf:predicate ?p FILTER (?p IN (sam:statedIn, sam:statedBy))"
            f" {{ ?claim rdf:subject <{thing}> ; rdf:object ?what }} UNION"
            f" {{ ?claim rdf:subject ?what ; rdf:object <{thing}> }} }}"
        )
        == []
    )


def test_u26_no_indicators_targets_or_scenario_values(scope: Ask) -> None:
    assert scope("SELECT ?thing WHERE { ?thing a ?type FILTER (?type IN (sam:Indicator, sam:Observation)) }") == []
    assert (
        scope(
            "SELECT ?thing ?p ?o WHERE { VALUES ?thing { <target/streefdoelen-maturiteit>"
            " <document/groeiscenario-competenties> <document/indicatorenkader> } ?thing ?p ?o FILTER isNumeric(?o) }"
        )
        == []
    )
    assert scope(parts_of("document/indicatorenkader")) == []


@pytest.mark.parametrize("decision", ["besluit-probleemeigenaar", "besluit-exploitatiemodaliteit"])
def test_u27_who_decides_is_not_said(scope: Ask, decision: str) -> None:
    assert (
        scope(
            "SELECT ?who WHERE { { ?claim sam:responsibleFor <decision/" + decision + "> ; sam:responsible ?who }"
            " UNION { ?claim rdf:subject <decision/" + decision + "> ; rdf:object ?who . ?who a ?type"
            " FILTER (?type IN (sam:Actor, sam:Collective, sam:Body)) } }"
        )
        == []
    )
    assert scope(f"SELECT ?aspect WHERE {{ <decision/{decision}> sam:silentOn ?aspect }}") == [("aspect-decider",)]


def test_u28_the_lines_of_action_of_digitaal_vlaanderen_are_not_listed(scope: Ask) -> None:
    assert scope(parts_of("domain/actielijnen-basisinfrastructuur")) == []


def test_u29_nothing_on_rights_privacy_or_sign_in_of_blocks(scope: Ask) -> None:
    assert (
        scope(
            "SELECT ?block ?p WHERE { ?block a sam:BuildingBlock ; ?p ?o FILTER (?p IN (dct:license, dct:rights,"
            " dct:accessRights, sam:reuse, sam:reuseCondition, sam:authentication, sam:protocol, sam:format)) }"
        )
        == []
    )
    assert (
        scope(
            "SELECT ?claim ?p WHERE { ?claim a sam:Exchange ; ?p ?o FILTER (?p IN (sam:protocol, sam:format,"
            " sam:authentication, sam:standard)) }"
        )
        == []
    )


def test_u30_no_list_of_blocks_is_complete(scope: Ask) -> None:
    """The report writes 'o.a.', 'voorbeelden' and 'e.g.': that is said as such, and no block is ruled out."""
    assert scope(
        "SELECT ?thing ?aspect ?polarity WHERE { ?claim a sam:Completeness ; sam:thing ?thing ; sam:aspect ?aspect ;"
        " sam:polarity ?polarity }"
    ) == [
        ("business-case-ddt", "aspect-candidates", "doesNotHold"),
        ("business-case-digitale-collecties", "aspect-candidates", "doesNotHold"),
        ("data-uitwisselingsplatform", "aspect-candidates", "doesNotHold"),
        ("data-uitwisselingsplatform", "aspect-exchange", "doesNotHold"),
        ("digitale-basisinfrastructuur", "aspect-operator", "doesNotHold"),
    ]
    assert (
        scope(
            "SELECT ?block WHERE { ?claim rdf:subject ?block ; rdf:predicate sam:candidateFor ;"
            " sam:polarity sam:doesNotHold }"
        )
        == []
    )


def test_u31_the_report_has_no_licence(scope: Ask) -> None:
    assert (
        scope(
            "SELECT ?thing ?p WHERE { VALUES ?thing { <document/eindverslag-2021> <source/eindverslag-2021> }"
            " ?thing ?p ?o FILTER (?p IN (dct:license, dct:rights, dct:accessRights)) }"
        )
        == []
    )
