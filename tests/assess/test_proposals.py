"""Proposals as organisations would write them, and what each changes: expected by hand, before any was assessed.

With those of ``test_assess`` they are the twelve of the issue, and more. All of them are invented.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from samenhang.assessment import Assessment, assess
from samenhang.namespaces import shorten
from tests.support import ROOT

HERE = Path(__file__).parent


@cache
def assessed(name: str) -> Assessment:
    return assess(ROOT, [HERE / f"{name}.ttl"])


def changes(name: str) -> dict[str, set[tuple[str, str]]]:
    """By kind of change: rule, and the question in English where there is one, else the finding."""
    found: dict[str, set[tuple[str, str]]] = {}
    for c in assessed(name).changes:
        told = (shorten(c.rule).removeprefix("rule:"), c.question["en"] or c.words["en"])
        found.setdefault(c.change, set()).add(told)
    return found


def touched(name: str) -> list[str]:
    return [t.words["en"] for t in assessed(name).touched]


def asked(name: str) -> set[str]:
    return {who["en"] for c in assessed(name).changes for who in c.asked}


def new_block(label: str) -> set[tuple[str, str]]:
    """What is asked of every new block of which nobody says what it costs or whether it meets the criteria."""
    return {
        ("funding", f"Who pays for {label}, and out of which means?"),
        ("principle-not-met", f"May others reuse the data of {label}, and under which conditions?"),  # two criteria
        ("principle-not-met", f"Which standards does {label} follow?"),
        ("principle-not-met", f"Who uses {label}?"),
    }


UITDATABANK = ["UiTdatabank: publiq (operates)", "UiTdatabank: publiq (owns)"]


def test_uitdatabank_documents_its_oslo_support() -> None:
    """The map looked for documentation of it and found none; now there is."""
    assert changes("oslo-documented") == {
        "answered": {
            (
                "undocumented-support",
                "UiTdatabank applies a standard; documentation of it was looked for and not found: "
                "OSLO Cultuurparticipatie.",
            )
        }
    }
    assert touched("oslo-documented") == UITDATABANK


def test_the_library_catalogue_adopts_oai_pmh() -> None:
    """No exchange of the catalogue is known or needed, so nothing that the map asks is settled by it."""
    assert changes("catalogue-adopts-oai-pmh") == {}
    assert touched("catalogue-adopts-oai-pmh") == [
        "Catalogus webservices: Cultuurconnect (operates)",
        "Catalogus webservices: Cultuurconnect (owns)",
    ]


def test_a_regional_calendar_repeats_uitdatabank() -> None:
    assert changes("regional-calendar") == {
        "added": {
            (
                "capability-overlap",
                "UiTdatabank and Example calendar realise the same capability: Publish cultural offer.",
            ),
            (
                "capability-overlap",
                "Search service of UiTdatabank (SAPI3) and Example calendar realise the same capability: "
                "Publish cultural offer.",
            ),
            ("competing-sources", "UiTdatabank and Example calendar are both source of record: Activity data."),
        },
        "unknown": new_block("Example calendar"),
    }
    assert asked("regional-calendar") == {"Example region"}
    assert touched("regional-calendar") == ["Search service of UiTdatabank (SAPI3): publiq (owns)", *UITDATABANK]


def test_meemoo_accepts_uitid() -> None:
    """Of the exchange that this needs nothing is known yet, so each layer is a question to those concerned."""
    rule = "interoperability-gap"
    assert changes("meemoo-accepts-uitid") == {
        "unknown": {
            (rule, "May others reuse the data, and under which conditions? This is about: UiTiD."),
            (rule, "Which agreement governs the exchange? This is about: UiTiD and meemoo account."),
            (
                rule,
                "Which standards for the meaning of data are followed? This is about: UiTiD and meemoo account.",
            ),
            # Both sides have standards to sign in with, and share none that is known.
            (rule, "Which protocol, format and authentication are used? This is about: UiTiD."),
        }
    }
    assert asked("meemoo-accepts-uitid") == {"publiq", "meemoo"}
    assert touched("meemoo-accepts-uitid") == [
        "meemoo account: meemoo (owns)",
        "UiTiD: publiq (operates)",
        "UiTiD: publiq (owns)",
    ]


def test_a_block_is_phased_out_while_others_depend_on_it() -> None:
    resting = ("Cultuurkuur", "Search service of UiTdatabank (SAPI3)", "UiTPAS", "UiTinVlaanderen")
    assert changes("phased-out") == {
        "added": {
            ("lifecycle-conflict", f"{block} rests on what is being phased out: UiTdatabank.") for block in resting
        }
    }
    assert touched("phased-out") == [
        "Cultuurkuur: owner not known",
        "Search service of UiTdatabank (SAPI3): publiq (owns)",
        *UITDATABANK,
        "UiTinVlaanderen: owner not known",
        "UiTPAS: publiq (operates)",
        "UiTPAS: publiq (owns)",
    ]


def test_a_platform_tied_to_one_vendor() -> None:
    """Its contract is over; the product itself is judged with the platform that runs on it."""
    assert changes("one-vendor") == {
        "unknown": {
            ("lifecycle-conflict", "Who manages Example till, how and under which agreement?"),
            ("capability-overlap", "Which capability does Example till realise, and for whom?"),
            *new_block("Example till"),
        }
    }
    assert asked("one-vendor") == {"publiq"}
    assert touched("one-vendor") == []


def test_one_that_closes_a_gap_and_opens_an_overlap() -> None:
    """UiTdatabank drops its own additions to the standard, and takes up what Digitaal Podium does."""
    assert changes("closes-and-opens") == {
        "closed": {
            (
                "standard-fragmentation",
                "UiTdatabank follows a standard with extensions or deviations of its own: OSLO Cultuurparticipatie.",
            )
        },
        "added": {("capability-overlap", "Digitaal Podium and UiTdatabank realise the same capability: Ticketing.")},
    }
    assert touched("closes-and-opens") == [
        "Digitaal Podium: Cultuurconnect (operates)",
        "Digitaal Podium: Cultuurconnect (owns)",
        *UITDATABANK,
    ]


def test_one_that_contradicts_a_source() -> None:
    assert changes("contradicts-a-source") == {
        "added": {("contradiction", "meemoo account: sources contradict each other (standard).")}
    }
    assert touched("contradicts-a-source") == ["meemoo account: meemoo (owns)"]


def test_one_with_only_unknowns() -> None:
    """Nobody is known who could say: not even whose it is."""
    assert changes("only-unknowns") == {
        "unknown": {
            ("accountability", "Who owns or is responsible for Example unknown?"),
            ("capability-overlap", "Which capability does Example unknown realise, and for whom?"),
            *new_block("Example unknown"),
        }
    }
    assert asked("only-unknowns") == set()
    assert touched("only-unknowns") == []


KASSA = "building-block:voorbeeld-kassa"
OPERATED = "claim:voorbeeld-kassa-operated-by-publiq"
MENDED = {
    "Thing-label": [f'# - {KASSA} skos:prefLabel "Voorbeeldkassa" .', f'{KASSA} skos:prefLabel "Voorbeeldkassa"@nl .'],
    "Thing-definition": [f'{KASSA} skos:definition "…"@en .'],
    "Thing-evidence": [f"{KASSA} sam:evidence evidence:voorbeeld-kassa ."],
    "hand-written-shortcut": [
        f"# - {KASSA} sam:operatedBy actor:publiq .",
        f"{OPERATED} a sam:Responsibility .",
        f"{OPERATED} sam:modality sam:proposed .",
        f"{OPERATED} sam:polarity sam:holds .",
        f"{OPERATED} sam:responsibilityType sam:responsibility-operates .",
        f"{OPERATED} sam:responsible actor:publiq .",
        f"{OPERATED} sam:responsibleFor {KASSA} .",
    ],
    "dangling-reference": [
        "# - claim:voorbeeld-kassa-eigenaar sam:responsible actor:publique .",
        "claim:voorbeeld-kassa-eigenaar sam:responsible actor:publiq .",
    ],
    "Claim-validFrom": [
        "# - claim:voorbeeld-kassa-eigenaar sam:validFrom 2025 .",
        'claim:voorbeeld-kassa-eigenaar sam:validFrom "2025"^^xsd:gYear .',
    ],
    "undeclared-term": [
        "# - claim:voorbeeld-kassa-ticketing sam:capabilty capability:ticketing .",
        "claim:voorbeeld-kassa-ticketing sam:capability capability:ticketing .",
    ],
    # Only who proposes can know whether it is a fact or a plan, and of the capability the line above speaks already.
    "Claim-modality": [],
    "CapabilityRealisation-capability": [],
    "Evidence-digestMatch": [
        '# - evidence:voorbeeld-kassa sam:fragmentDigest "0000000000000000" .',
        'evidence:voorbeeld-kassa sam:fragmentDigest "8c6542dcf2c2434a" .',
    ],
    "Evidence-slide": ['# - evidence:voorbeeld-kassa sam:slide "3" .', "evidence:voorbeeld-kassa sam:slide 3 ."],
}
"""What each of the ten mistakes sets off, and what would settle it."""
MENDED["Responsibility-responsible"] = MENDED["dangling-reference"]


def test_ten_mistakes_are_told_with_the_lines_that_mend_them() -> None:
    found: dict[str, list[str]] = {}
    for flaw in assessed("ten-mistakes").inspection.flaws:
        lines = sorted(flaw.mend.turtle()) if flaw.mend else []
        shape = flaw.result.shape.rpartition("#")[2]
        assert found.setdefault(shape, lines) == lines
    assert found == {shape: sorted(lines) for shape, lines in MENDED.items()}


def test_the_mended_proposal_is_accepted(tmp_path: Path) -> None:
    """A user who copies the lines, fills in what is left open and says what only he knows, has a good proposal."""
    text = (HERE / "ten-mistakes.ttl").read_text(encoding="utf-8")
    for gone in (
        ' ,\n        "Voorbeeldkassa"',
        ";\n    sam:operatedBy actor:publiq ",
        "    sam:responsible actor:publique ;\n",
        ";\n    sam:validFrom 2025 ",
        "    sam:capabilty capability:ticketing ;\n",
        '    sam:fragmentDigest "0000000000000000" ;\n',
        '    sam:slide "3" ;\n',
    ):
        assert gone in text
        text = text.replace(gone, "")
    lines = {line for lines in MENDED.values() for line in lines if not line.startswith("#")}
    lines |= {
        "claim:voorbeeld-kassa-ticketing sam:modality sam:proposed .",
        f"{OPERATED} sam:evidence evidence:voorbeeld-kassa .",
    }
    added = "\n".join(sorted(lines)).replace("…", "An invented till.")
    xsd = "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
    path = tmp_path / "verbeterd.ttl"
    path.write_text(xsd + text + added, encoding="utf-8")
    assert assess(ROOT, [path]).inspection.flaws == ()


@pytest.mark.parametrize("name", sorted(path.stem for path in HERE.glob("*.ttl")))
def test_every_proposal_is_invented_and_says_so(name: str) -> None:
    """What it describes has *voorbeeld* in its address: nobody may take it for a fact."""
    text = (HERE / f"{name}.ttl").read_text(encoding="utf-8")
    described = [line.split()[0] for line in text.splitlines() if line and line[0] not in " @#"]
    assert described
    assert [iri for iri in described if "voorbeeld" not in iri] == []
