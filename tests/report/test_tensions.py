"""Where the report contradicts itself, the graph keeps both sides: the ten tensions of part 3.3 of its inventory."""

from __future__ import annotations

from tests.report.conftest import Ask


def test_the_pre_analysis_is_of_2021_and_of_2020(files: Ask) -> None:
    assert files(
        "SELECT ?slide ?fragment WHERE { <source-note/anom-preanalyse-jaar> sam:evidence"
        " [ sam:slide ?slide ; sam:fragment ?fragment ] }"
    ) == [
        ("14", "Op basis van de in 2020 gemaakte pre-analyse door DV"),
        ("8", "de pre-analyse van Digitaal Vlaanderen (2021)"),
    ]
    assert (
        files("SELECT ?p ?year WHERE { <study/pre-analyse-dv> ?p ?year FILTER (?p IN (dct:date, dct:issued)) }") == []
    )


def test_three_sources_would_pay_the_preliminary_analysis(files: Ask) -> None:
    """Each on its own slide: pooled (23, 40), bundled earmarks (24), DCJM's regular study budget (36)."""
    assert files(
        "SELECT DISTINCT ?source ?slide ?modality WHERE { ?claim a sam:Funding ; sam:polarity sam:holds ;"
        " sam:funded <study/vooranalyse-competentienoden> ; sam:fundingSource ?source ; sam:modality ?modality ;"
        " sam:evidence/sam:slide ?slide }"
    ) == [
        ("geoormerkte-middelen", "24", "proposed"),
        ("pooling-middelen", "23", "proposed"),
        ("pooling-middelen", "40", "proposed"),
        ("studiebudget-dcjm", "36", "proposed"),
    ]


def test_one_problem_owner_or_more(files: Ask) -> None:
    assert files(
        "SELECT DISTINCT ?who ?slide ?fragment WHERE { VALUES (?who ?p) { (<recommendation/aanb-een-probleemeigenaar>"
        " sam:concerns) (<position/pos-een-probleemeigenaar> sam:concerns)"
        " (<roadmap-step/stap-comp-gesprekken-bho> sam:engages) }"
        " ?claim rdf:subject ?who ; rdf:predicate ?p ; rdf:object <role/rol-probleemeigenaar-competenties> ;"
        " sam:polarity sam:holds ; sam:evidence [ sam:slide ?slide ; sam:fragment ?fragment ]"
        " FILTER (REGEX(?fragment, 'één|probleemeigenaar')) }"
    ) == [
        (
            "aanb-een-probleemeigenaar",
            "23",
            "best één van de drie sectoractoren binnen het transitieteam het probleemeigenaarschap",
        ),
        ("pos-een-probleemeigenaar", "23", "best één van de drie sectoractoren"),
        ("pos-een-probleemeigenaar", "30", "sleutelactoren delen wel de mening dat er nood is aan één organisatie"),
        (
            "stap-comp-gesprekken-bho",
            "40",
            "gesprekken tussen DCJM, kabinet en aangeduide probleemeigenaar(s) omtrent (toekomstige) rol(len)",
        ),
    ]


def test_the_wider_structure_ratifies_and_the_superstructure_does_not(files: Ask) -> None:
    """The later advice prevails, as something that the report advises; it does not remove what it deviates from."""
    assert files(
        "SELECT DISTINCT ?who ?polarity ?modality ?slide WHERE { ?claim a sam:Responsibility ;"
        " sam:responsibilityType sam:responsibility-decides ; sam:responsibleFor <body/transitieteam> ;"
        " sam:responsible ?who ; sam:polarity ?polarity ; sam:modality ?modality ; sam:evidence/sam:slide ?slide"
        " FILTER (?who != <actor/dcjm>) }"
    ) == [
        ("bredere-overlegstructuur", "holds", "proposed", "8"),
        ("culturele-bovenbouw", "doesNotHold", "proposed", "31"),
    ]
    assert files(
        "SELECT ?state ?from WHERE { <decision/besluit-geen-formele-bekrachtiging> sam:decisionState ?state ."
        " ?claim rdf:subject <decision/besluit-geen-formele-bekrachtiging> ; rdf:predicate sam:deviatesFrom ;"
        " rdf:object ?from ; sam:polarity sam:holds }"
    ) == [("decision-advised", "studie-idea-consult-2021")]


def test_dcjm_gets_24_roles_while_its_capacity_falls_short(files: Ask) -> None:
    assert files(
        "SELECT ?type (COUNT(DISTINCT ?role) AS ?n) WHERE { ?claim a sam:Responsibility ; sam:role ?role ;"
        " sam:responsible <actor/dcjm> ; sam:polarity sam:holds ; sam:responsibilityType ?type"
        " FILTER NOT EXISTS { ?role sam:isPast true } } GROUP BY ?type"
    ) == [
        ("responsibility-commissions", "2"),
        ("responsibility-contributes", "1"),
        ("responsibility-coordinates", "5"),
        ("responsibility-decides", "3"),
        ("responsibility-funds", "6"),
        ("responsibility-liaises", "3"),
        ("responsibility-monitors", "3"),
        ("responsibility-operates", "1"),
    ]
    assert files(
        "SELECT ?modality ?fragment WHERE { <problem/capaciteit-dcjm-onvoldoende> sam:modality ?modality ;"
        " sam:evidence [ sam:slide 34 ; sam:fragment ?fragment ] FILTER CONTAINS(?fragment, 'onvoldoende') }"
    ) == [("fact", "onvoldoende om de in dit rapport geschetste rol adequaat in te vullen")]


def test_references_to_the_wider_structure_and_to_the_conditions_differ(files: Ask) -> None:
    assert files(
        "SELECT ?note ?to WHERE { ?note sam:refersTo ?to . VALUES ?note { <source-note/xref-s09-p31-32>"
        " <source-note/xref-s28-p31-32> <source-note/xref-s38-p30-31> } }"
    ) == [("xref-s09-p31-32", "S31-S32"), ("xref-s28-p31-32", "S31-S32"), ("xref-s38-p30-31", "S30-S31")]
    assert files(
        "SELECT ?fragment WHERE { VALUES ?note { <source-note/xref-s27-voorlaatste> <source-note/xref-s27-laatste> }"
        " ?note sam:evidence/sam:fragment ?fragment FILTER CONTAINS(?fragment, 'laatste deel van dit rapport') }"
    ) == [
        ("laatste deel van dit rapport, waar een aantal kritieke aandachtspunten hieromtrent geformuleerd",),
        ("transitieteam wordt dieper ingegaan in het voorlaatste deel van dit rapport.",),
    ]
    assert files(
        "SELECT ?one ?other WHERE { ?claim rdf:predicate sam:conflictsWith ; rdf:subject ?one ; rdf:object ?other ;"
        " sam:polarity sam:holds . ?one a sam:SourceNote }"
    ) == [("xref-s27-laatste", "xref-s27-voorlaatste"), ("xref-s38-p30-31", "xref-s28-p31-32")]


def test_targets_rest_on_an_analysis_of_the_same_months(files: Ask) -> None:
    assert files(
        "SELECT DISTINCT ?before ?after ?fragment WHERE { ?claim rdf:subject <roadmap-step/stap-comp-ambities> ;"
        " rdf:predicate dct:requires ; rdf:object <roadmap-step/stap-comp-vooranalyse> ; sam:polarity sam:holds ;"
        " sam:evidence/sam:fragment ?fragment . <roadmap-step/stap-comp-vooranalyse> sam:offset ?before ."
        " <roadmap-step/stap-comp-ambities> sam:offset ?after FILTER CONTAINS(?fragment, 'op basis van') }"
    ) == [("T0+3M-6M", "T0+3M-6M", "op basis van resultaten vooranalyse, ambities (streefdoelen) vastleggen")]


def test_talks_on_new_agreements_start_soon_and_late(files: Ask) -> None:
    assert files(
        "SELECT ?advice ?fragment WHERE { ?claim rdf:subject ?advice ; rdf:predicate sam:concerns ;"
        " rdf:object <agreement/nieuwe-bho> ; sam:polarity sam:holds ; sam:evidence/sam:fragment ?fragment ."
        " ?advice a sam:Recommendation FILTER CONTAINS(?fragment, 'zo snel') }"
    ) == [("aanb-bho-gesprek-snel", "in aanloop naar een nieuwe BHO, die o.i. best zo snel")]
    assert files(
        "SELECT ?step ?offset WHERE { ?claim rdf:subject ?step ; rdf:predicate sam:produces ; sam:polarity sam:holds ;"
        " rdf:object <output/voorbereiding-bho> . ?step sam:offset ?offset }"
    ) == [("stap-comp-gesprekken-bho", "najaar 2022"), ("stap-t9-gesprekken-bho", "T0+9M")]


def test_base_infrastructure_is_defined_and_open_to_interpretation(files: Ask) -> None:
    assert files(
        "SELECT DISTINCT ?s ?p ?modality ?slide WHERE { ?claim rdf:subject ?s ; rdf:predicate ?p ;"
        " rdf:object <portfolio/digitale-basisinfrastructuur> ; sam:modality ?modality ; sam:polarity sam:holds ;"
        " sam:evidence/sam:slide ?slide FILTER (?p = sam:defines || ?s = <problem/begrippen-onduidelijk>) }"
    ) == [
        ("begrippen-onduidelijk", "affects", "derived", "30"),
        ("def-digitale-basisinfrastructuur", "defines", "fact", "12"),
    ]
    assert files("SELECT ?modality WHERE { <problem/begrippen-onduidelijk> sam:modality ?modality }") == [("fact",)]


def test_review_sessions_are_several_and_one_has_a_date(files: Ask) -> None:
    """Who was there is told of the sessions together, so the dated one has nobody."""
    assert files(
        "SELECT ?event ?kind ?date ?slide WHERE { VALUES ?event { <event/aftoetsessies>"
        " <event/aftoetsessie-2021-10-18> } ?event sam:eventKind ?kind ; sam:evidence [ sam:slide ?slide ;"
        " sam:fragment ?fragment ] OPTIONAL { ?event dct:date ?date } FILTER CONTAINS(LCASE(?fragment), 'aftoetsessie')"
        " }"
    ) == [
        ("aftoetsessie-2021-10-18", "event-meeting", "2021-10-18", "38"),
        ("aftoetsessies", "event-series", "", "4"),
    ]
    assert (
        files(
            "SELECT ?who WHERE { ?claim rdf:subject <event/aftoetsessie-2021-10-18> ; rdf:object ?who ;"
            " rdf:predicate sam:engages }"
        )
        == []
    )
