"""Forms to describe something with: which parts they have, and of each part the fields that its shapes ask for."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from samenhang.engine.embedded import Row
from samenhang.engine.pool import Pool
from samenhang.namespaces import KINDS, NS, PREFIXES
from samenhang.questions import Words
from samenhang.web import asking
from samenhang.web.index import Index
from samenhang.web.naming import Naming, Text

NAMES: Final = 400
"""Names of one kind that a field suggests, at most; others can be typed as well."""
_APART: Final = {
    "evidence": "every part has that of the form",
    "replaces": "a form describes what is new",
    "withdraws": "a form describes what is new",
    "listNumber": "the place in a list of a source, which who describes something of their own has not",
    "isPast": "the same",
    "silentOn": "what a source does not say, which who knows it can say",
    "expectedAround": "a day says it",
    "happenedAround": "a day says it",
}
"""Properties that no field asks for, with the reason."""


class Sort(NamedTuple):
    """A part of a form: a class, by which property it points to what the form is about, and how often it can be given.

    *fixed*: values that it always has; *asked*: the properties that are asked at once, by default those required;
    *called*: of a claim, the properties of which its address is made, with a word between; *usual*: what is chosen
    unasked, where that is not what :data:`USUAL` says; *kinds*: of which kinds the thing is that a statement is about.
    """

    cls: str
    link: str = ""
    fixed: Mapping[str, str] = {}
    asked: tuple[str, ...] = ()
    times: int = 1
    called: tuple[str, str, str] | None = None
    usual: Mapping[str, str] = {}
    kinds: tuple[str, ...] = ()


_NAMED: Final = ("prefLabel", "definition", "modality", "homepage")
_FACT: Final = {"modality": "fact"}
_OWNER: Final = Sort(
    "Responsibility", "responsibleFor", {"responsibilityType": "responsibility-owns"}, ("responsible",)
)
FORMS: Final[Mapping[str, tuple[Sort, ...]]] = {
    "building-block": (
        Sort("BuildingBlock", asked=_NAMED),
        _OWNER,
        Sort("Lifecycle", "block", asked=("lifecycleState", "validFrom")),
        Sort("CapabilityRealisation", "block", asked=("capability", "targetGroup"), times=3),
        Sort("InformationUse", "block", asked=("informationObject", "informationRole"), times=2),
        Sort("StandardSupport", "block", asked=("standard", "supportLevel"), times=3),
    ),
    "interface": (
        Sort("Interface", asked=("prefLabel", "definition", "modality", "endpointURL", "endpointDescription")),
        Sort("Statement", "subject", {"predicate": "interfaceOf"}, ("object",), kinds=("building-block",)),
    ),
    "dataset": (Sort("Dataset", asked=_NAMED), _OWNER),
    "service": (Sort("Service", asked=_NAMED), _OWNER),
    "actor": (Sort("Actor", asked=(*_NAMED, "kbo"), usual=_FACT),),
    "business-case": (
        Sort("BusinessCase", asked=_NAMED),
        Sort("Responsibility", "responsibleFor", asked=("responsible", "responsibilityType"), times=2),
        Sort("Funding", "funded", asked=("fundingSource", "amount", "hedge")),
    ),
    "project": (
        Sort("Project", asked=_NAMED),
        Sort("Responsibility", "responsibleFor", asked=("responsible", "responsibilityType"), times=2),
        Sort("Funding", "funded", asked=("fundingSource", "amount", "hedge")),
    ),
    "agreement": (Sort("Agreement", asked=_NAMED, usual=_FACT),),
    "exchange": (
        Sort(
            "Exchange",
            asked=("provider", "consumer", "informationObject", "need", "requiredBy", "protocol", "format", "modality"),
            called=("consumer", "from", "provider"),
        ),
    ),
    "standard-support": (
        Sort(
            "StandardSupport",
            asked=("block", "interface", "standard", "standardVersion", "supportLevel", "modality"),
            called=("block", "follows", "standard"),
        ),
    ),
    "dependency": (
        Sort(
            "Dependency",
            asked=("dependent", "dependedOn", "dependencyKind", "modality"),
            called=("dependent", "depends-on", "dependedOn"),
        ),
    ),
    "use": (Sort("Use", asked=("block", "user", "modality"), called=("block", "used-by", "user")),),
    "lifecycle": (
        Sort(
            "Lifecycle",
            asked=("block", "lifecycleState", "validFrom", "modality"),
            called=("block", "is", "lifecycleState"),
        ),
    ),
    "responsibility": (
        Sort(
            "Responsibility",
            asked=("responsibleFor", "responsible", "responsibilityType", "modality"),
            called=("responsibleFor", "responsible", "responsible"),
        ),
    ),
    "management": (
        Sort(
            "Management",
            asked=("managed", "manager", "managementModel", "agreement", "modality"),
            called=("managed", "managed-by", "manager"),
        ),
    ),
    "cost": (
        Sort(
            "Cost",
            asked=("costOf", "costKind", "amount", "hedge", "payer", "modality"),
            called=("costOf", "has", "costKind"),
        ),
    ),
    "funding": (
        Sort(
            "Funding",
            asked=("funded", "fundingSource", "amount", "hedge", "modality"),
            called=("funded", "funded-by", "fundingSource"),
        ),
    ),
}
"""The forms that there are, by the name of their class in addresses; the first part is what the form is about."""
PROOF: Final = (
    Sort("Evidence", asked=("source", "heading", "path", "fragment", "confidence")),
    Sort("Source", asked=("page", "issued")),
)
"""The parts that every form ends with."""
USUAL: Final = {"modality": "proposed", "polarity": "holds", "confidence": "A", "supportLevel": "support-planned"}
"""What is chosen unasked: a form mostly tells of a plan, by who plans it."""
DAY: Final = Words(
    "Schrijf een jaar, een maand of een dag: 2026, 2026-11 of 2026-11-30.",
    "Write a year, a month or a day: 2026, 2026-11 or 2026-11-30.",
)
"""How a day is written, in place of how Turtle writes it."""
CURRENCY: Final = "EUR"
"""What amounts are in."""
_CHIEF: Final = (
    "actor",
    "body",
    "building-block",
    "business-case",
    "collective",
    "dataset",
    "interface",
    "portfolio",
    "project",
    "roadmap-step",
    "service",
    "task",
)
"""The kinds that are suggested where anything can stand."""

_WRITTEN: Final = re.compile(r" \(@\w+\)| \([^()]*\b[a-z]+:[A-Za-z]\w+\)| (?:tussen < en >|between < and >)")
"""What the words of a shape or class tell of how to write Turtle: a form does that itself."""


class Field(NamedTuple):
    """A property that can be filled in: its name, words, what its value is, and what it can be chosen from.

    *codes*: all values that there are; *kinds*: of which kinds of things, by the name of one.
    """

    name: str
    property: str
    label: str
    help: str
    required: bool
    bilingual: bool
    address: bool
    types: tuple[str, ...]
    codes: list[tuple[str, Text]]
    kinds: tuple[str, ...]


class Part(NamedTuple):
    """A part of a form as its page shows it: *fields* at once, *more* when one wants to."""

    sort: Sort
    title: Text
    fields: list[Field]
    more: list[Field]

    @property
    def all(self) -> list[Field]:
        """Every field."""
        return [*self.fields, *self.more]


async def parts(pool: Pool, name: str, lang: str) -> list[Part]:
    """The parts of the form *name* of :data:`FORMS`, in the words of *lang*."""
    sorts, queries = (*FORMS[name], *PROOF), asking.own("pages")
    rows, kinds = await asyncio.gather(
        asking.rows(pool, queries["fields"].bind({"class": [NS + sort.cls for sort in sorts]})),
        asking.rows(pool, queries["kinds"].text),
    )
    ranges = sorted({row["range"].value for row in rows if row["code"].value == "true" and "range" in row})
    codes = await asking.rows(pool, queries["codes-of"].bind({"class": ranges}))
    fixed = [NS + value for sort in sorts for value in sort.fixed.values()]
    names = await asking.named(
        pool, {*fixed, *(NS + sort.cls for sort in sorts), *(row["thing"].value for row in codes)}
    )
    naming, kind_of = Naming(lang, "all", names), {row["class"].value: row["kind"].value for row in kinds}
    return [
        _part(sort, [row for row in rows if row["class"].value == NS + sort.cls], codes, kind_of, naming)
        for sort in sorts
    ]


def spoken(text: str) -> str:
    """*text* of a shape or class without how to write Turtle.

    >>> spoken("How long (Management: sam:validFrom, sam:validUntil) stands there.")
    'How long stands there.'
    """
    return _WRITTEN.sub("", text)


def listing(field: Field) -> str:
    """The name of the list of what a field suggests."""
    return "-".join(field.kinds) if field.kinds != KINDS else "any"


def usual(sort: Sort, name: str) -> str:
    """The address of what is chosen unasked for a property; empty when nothing is."""
    chosen = sort.usual.get(name) or USUAL.get(name)
    return NS + chosen if chosen else ""


def suggestions(found: Iterable[Part], index: Index, lang: str) -> dict[str, list[str]]:
    """The names that fields suggest, by the kinds that they are of."""
    names: dict[str, list[str]] = {}
    for listed, kinds in {(listing(field), field.kinds) for part in found for field in part.all if field.kinds}:
        told = _CHIEF if kinds == KINDS else kinds
        some = sorted({entry.called(lang) for entry in index.entries.values() if entry.kind in told}, key=str.casefold)
        names[listed] = some[:NAMES]
    return names


def _part(sort: Sort, rows: list[Row], codes: list[Row], kind_of: Mapping[str, str], naming: Naming) -> Part:
    fields: dict[str, Field] = {}
    for row in rows:
        name, lang = _local(row["property"].value), naming.lang
        if name in _APART or name == sort.link or name in sort.fixed:
            continue
        field = fields.setdefault(
            name,
            Field(
                name,
                row["property"].value,
                row[lang].value,
                DAY[lang] if "^^" in (text := row[f"help{lang.capitalize()}"].value) else spoken(text),
                "least" in row,
                row["bilingual"].value == "true",
                row["address"].value == "true",
                (),
                [],
                (),
            ),
        )
        if "range" in row:
            values = [one["thing"].value for one in codes if one["class"] == row["range"]]
            kind = kind_of.get(row["range"].value)
            if row["range"].value == f"{NS}Thing":
                field = field._replace(kinds=KINDS)
            fields[name] = field._replace(
                types=(*field.types, *([row["range"].value] if row["range"].value.startswith(PREFIXES["xsd"]) else [])),
                codes=field.codes
                or sorted(((one, naming.plain(one)) for one in values), key=lambda pair: pair[1].text),
                kinds=(*field.kinds, *([kind] if kind and not values else [])),
            )
    asked = sort.asked or tuple(field.name for field in fields.values() if field.required)
    if "amount" in fields:
        fields["amount"] = fields["amount"]._replace(label=f"{fields['amount'].label} ({CURRENCY})")
    title = naming.plain(NS + next(iter(sort.fixed.values()), sort.cls))
    if sort.kinds:
        # The object of a statement is called as the relation is, of which it has the kinds.
        fields["object"] = fields["object"]._replace(label=title.text, help="", kinds=sort.kinds)
    return Part(
        sort,
        title,
        [fields[name] for name in asked if name in fields],
        [field for name, field in fields.items() if name not in asked],
    )


def _local(iri: str) -> str:
    return iri.replace("#", "/").rpartition("/")[2]
