"""A small map of two organisations, with addresses that they registered, on a host of this machine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.harvest.host import Host
from tests.small import ACTORS, AGENDA, OWNER, PREFIXES, content


def registered(host: Host, name: str, speaker: str, form: str = "turtle", more: str = "") -> str:
    """The registration of the source *name*, at the path of that name."""
    return f"""
source:{name} a sam:Source ; skos:prefLabel "Bron {name}"@nl , "Source {name}"@en ;
    dcat:downloadURL <{host.site}/{name}> ; dct:publisher actor:{speaker} ; sam:descriptionFormat "{form}" {more} .
"""


def map_of(folder: Path, registrations: str, more: Mapping[str, str] | None = None) -> Path:
    """A content folder in which Anna owns the one building block, with *registrations*."""
    top = (
        "@prefix dcat: <http://www.w3.org/ns/dcat#> .\n@prefix dct: <http://purl.org/dc/terms/> .\n"
        + PREFIXES
        + "".join(line + "\n" for line in AGENDA.splitlines() if not line.startswith("@prefix"))
    )
    return content(folder, {"data/field/blocks.ttl": top + ACTORS + OWNER + registrations, **(more or {})})


def use(name: str, user: str, *, claim: str = "gebruik", since: str = "2020") -> bytes:
    """A description by the source *name* that says that *user* uses the block since a year; with its own evidence."""
    return f"""{PREFIXES}
claim:{name}-{claim} a sam:Use ; sam:block building-block:agenda ; sam:user actor:{user} ;
    sam:validFrom "{since}"^^xsd:gYear ; sam:polarity sam:holds ; sam:modality sam:fact ;
    sam:evidence evidence:{name}-1 .
{proof(name)}""".encode()


def phase(name: str, state: str) -> bytes:
    """A description by the source *name* that says in which phase the block is since 2020.

    Of its evidence it does not say where it stands, which is a warning.
    """
    return f"""{PREFIXES}
claim:{name}-fase a sam:Lifecycle ; sam:block building-block:agenda ; sam:lifecycleState sam:lifecycle-{state} ;
    sam:validFrom "2020"^^xsd:gYear ; sam:polarity sam:holds ; sam:modality sam:fact ; sam:evidence evidence:{name}-1 .
{proof(name).replace(f' ; sam:path "{name}"', "")}""".encode()


def proof(name: str) -> str:
    """Evidence of the source *name*, which says that it is the owner's own word."""
    return f"""
evidence:{name}-1 a sam:Evidence ; sam:confidence sam:A ; sam:path "{name}" ; sam:source source:{name} .
"""
