"""``/describe``: a form instead of Turtle; what is filled in becomes a description, which is assessed as any other."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Final

import pyoxigraph as ox
from fastapi import APIRouter, Request, Response

from samenhang import turtle
from samenhang.errors import unknown
from samenhang.namespaces import ID, NS, PREFIXES, expand
from samenhang.questions import is_iri
from samenhang.web import asking, form, negotiation, pages, proposals, protocol, search
from samenhang.web.form import FORMS, PROOF, Field, Part
from samenhang.web.index import Index, plain
from samenhang.web.naming import Naming
from samenhang.web.submission import Submission

router = APIRouter()

_LANGUAGES: Final = ("nl", "en")
_TYPE: Final = ox.NamedNode(PREFIXES["rdf"] + "type")
_LONGEST: Final = 60
"""Characters of the last part of an address that is made of a name."""
_TRIES: Final = 50
"""Numbers that tell apart what has one name."""

Filled = Mapping[str, str]
"""What stands in the fields, by the name that :func:`named` gives them."""


@router.get("/describe", summary="What there is a form for")
async def forms(request: Request) -> Response:
    """The forms, by what they describe."""
    iris, lang = {name: NS + sorts[0].cls for name, sorts in FORMS.items()}, negotiation.language(request)
    naming = Naming(lang, "all", await asking.named(request.app.state.pool, iris.values()))
    told = {
        row["class"].value: row["text"].value
        for row in await asking.rows(
            request.app.state.pool, asking.own("pages")["meaning"].bind({"class": [*iris.values()], "lang": lang})
        )
    }
    listed = [
        (name, naming.plain(iri), form.spoken(told.get(iri, "")), bool(FORMS[name][0].called))
        for name, iri in iris.items()
    ]
    return pages.answer(request, "describe.html", forms=listed)


@router.get("/describe/{name}", summary="A form to describe something with, made of the shapes")
async def blank(request: Request, name: str) -> Response:
    """The form, to fill in; what the address says for a field stands in it. 404 for one that there is not."""
    request.app.state.antechamber.prepare()  # while it is filled in
    index, lang = await search.indexed(request, "all"), negotiation.language(request)
    given = {key: value for key, value in request.query_params.items() if key != "lang"}
    return await _page(request, _known(name), {key: _called(index, value, lang) for key, value in given.items()}, {})


@router.post("/describe/{name}", summary="What a form that was filled in would change")
async def filled(request: Request, name: str) -> Response:
    """The description that the form makes, assessed; or the form again, with what is to be mended (422)."""
    name = _known(name)
    fields = protocol.decoded(await protocol.received(request.headers, request.receive))
    values = {key: several[0].strip() for key, several in fields.items()}
    lang = negotiation.language(request)
    found = await form.parts(request.app.state.pool, name, lang)
    draft = Draft(name, found, values, await search.indexed(request, "all"), lang)
    text = draft.turtle(await _free(request, draft.slug()))
    if draft.wrong:
        return await _page(request, name, values, draft.wrong)
    return await proposals.assessed(request, Submission(text.encode(), "voorstel.ttl", True))


def _called(index: Index, value: str, lang: str) -> str:
    """The name of the thing whose short address *value* is, where no other of its kind is called so; else *value*."""
    entry = index.entries.get(expand(value) or "")
    lone = entry is not None and len(index.called(entry.called(lang), (entry.kind,))) == 1
    return entry.called(lang) if entry is not None and lone else value


def _known(name: str) -> str:
    if name not in FORMS:
        raise unknown(("formulier", "form"), name[:200], FORMS)
    return name


async def _page(request: Request, name: str, values: Filled, wrong: Mapping[str, str]) -> Response:
    lang = negotiation.language(request)
    found = await form.parts(request.app.state.pool, name, lang)
    return pages.answer(
        request,
        "describing.html",
        status=422 if wrong else 200,
        headers={"Cache-Control": "no-store"} if values else {},
        parts=found,
        proof=len(found) - len(PROOF),
        values=values,
        wrong=wrong,
        usual=form.usual,
        listing=form.listing,
        lists=form.suggestions(found, await search.indexed(request, "all"), lang),
        named=named,
        languages=_LANGUAGES,
        path=f"/describe/{name}",
    )


def named(part: Part, number: int, field: Field, lang: str = "") -> str:
    """The name of a field in a form.

    >>> named(Part(form.Sort("Use"), form.Text(""), [], []), 0, Field("user", "", "", "", *[False] * 3, (), [], ()))
    'Use.0.user'
    """
    return ".".join([part.sort.cls, str(number), field.name, *([lang] if lang else [])])


class Draft:
    """What was filled in, as triples. ``wrong`` says what is to be mended, by the name of the field."""

    def __init__(self, name: str, parts: list[Part], values: Filled, index: Index, lang: str) -> None:
        self.wrong: dict[str, str] = {}
        self._kind = "claim" if parts[0].sort.called else name
        self._parts = parts
        self._values = values
        self._index = index
        self._nl = lang == "nl"
        self._triples: list[ox.Triple] = []

    def slug(self) -> str:
        """The last part of the address of what is described: made of its name, or of the names of its two ends."""
        about = self._parts[0]
        if about.sort.called:
            one, word, other = about.sort.called
            ends = [self._values.get(f"{about.sort.cls}.0.{name}", "").removeprefix(NS) for name in (one, other)]
            if not ends[0]:
                self._blame(f"{about.sort.cls}.0.{one}", *_NAMELESS)
            words = f"-{word}-".join(end for end in ends if end)
        else:
            key = named(about, 0, about.fields[0], "nl")
            words = self._values.get(key, "")
            if not plain(words):
                self._blame(key, *_NAMELESS)
            elif f"{ID}{self._kind}/{_sluggish(words)}" in self._index.entries:
                self._blame(key, *_TAKEN)
        return _sluggish(words) or "x"

    def turtle(self, slug: str) -> str:
        """The description, with *slug* as the last part of addresses; of no use when something is ``wrong``."""
        (about, *claims), (evidence, source) = self._parts[: -len(PROOF)], self._parts[-len(PROOF) :]
        subject, proof = ox.NamedNode(f"{ID}{self._kind}/{slug}"), ox.NamedNode(f"{ID}evidence/{slug}")
        self._fill(about, 0, subject, proof)
        for part in claims:
            for number in range(part.sort.times):
                # What was chosen unasked does not make a claim.
                if any(self._value(part, number, field) for field in part.all if not form.usual(part.sort, field.name)):
                    name = f"{slug}-{plain(part.title.text).replace(' ', '-')}-{number + 1}"
                    claim = ox.NamedNode(f"{ID}claim/{name}")
                    self._add(claim, part.sort.link, subject)
                    for key, value in part.sort.fixed.items():
                        self._add(claim, key, ox.NamedNode(NS + value))
                    self._fill(part, number, claim, proof)
                    self._add(claim, "polarity", ox.NamedNode(NS + form.USUAL["polarity"]))
                    modality = self._value(about, 0, next(field for field in about.all if field.name == "modality"))
                    self._add(claim, "modality", ox.NamedNode(modality or form.usual(about.sort, "modality")))
        self._prove(evidence, source, proof, slug)
        return turtle.write(self._triples, prefixes=PREFIXES)

    def _prove(self, evidence: Part, source: Part, proof: ox.NamedNode, slug: str) -> None:
        """The evidence, and its source when that is not on the map yet."""
        field = next(one for one in evidence.fields if one.name == "source")
        title = self._values.get(named(evidence, 0, field), "")
        known = self._index.called(title, ("source",)) if title else []
        if not title:
            self._blame(named(evidence, 0, field), *_SOURCELESS)
        self._fill(evidence, 0, proof, None, without="source")
        made = ox.NamedNode(known[0].thing if known else f"{ID}source/{slug}")
        self._add(proof, "source", made)
        if not known:
            for lang in _LANGUAGES:
                self._put(made, PREFIXES["skos"] + "prefLabel", ox.Literal(title, language=lang))
            self._fill(source, 0, made, None)
        fragment = self._values.get(f"{evidence.sort.cls}.0.fragment", "")
        if fragment:
            digest = hashlib.sha256(fragment.encode()).hexdigest()[:16]
            self._add(proof, "fragmentDigest", ox.Literal(digest))

    def _fill(
        self, part: Part, number: int, subject: ox.NamedNode, proof: ox.NamedNode | None, without: str = ""
    ) -> None:
        self._put(subject, _TYPE.value, ox.NamedNode(NS + part.sort.cls))
        if proof is not None:
            self._add(subject, "evidence", proof)
        for field in part.all:
            if field.name != without:
                for lang in _LANGUAGES if field.bilingual else ("",):
                    key = named(part, number, field, lang)
                    if (text := self._values.get(key, "")) and (term := self._term(field, key, text, lang)):
                        self._put(subject, field.property, term)
                        if field.property == _AMOUNT:
                            self._put(subject, _CURRENCY, ox.Literal(form.CURRENCY))

    def _value(self, part: Part, number: int, field: Field) -> str:
        return "".join(self._values.get(named(part, number, field, lang), "") for lang in ("", *_LANGUAGES))

    def _term(self, field: Field, key: str, text: str, lang: str) -> ox.NamedNode | ox.Literal | None:
        """What was filled in as a term; None when it is none, which is then told."""
        if field.codes:
            if text in (code for code, _ in field.codes):
                return ox.NamedNode(text)
            self._blame(key, *_NO_CODE)
            return None
        if field.kinds:
            return self._thing(field, key, text)
        if field.address:
            bare = text.removeprefix("<").removesuffix(">")
            if is_iri(bare) and bare.startswith(("https://", "http://")):
                return ox.NamedNode(bare)
            self._blame(key, *_NO_ADDRESS)
            return None
        if field.types:
            kind = _fitting(field.types, text)
            if (form_ := _LEXICAL.get(kind.removeprefix(PREFIXES["xsd"]))) and not form_[0].fullmatch(text):
                self._blame(key, *form_[1])
                return None
            return ox.Literal(text.replace(",", "."), datatype=ox.NamedNode(kind))
        spoken = lang or ("nl" if self._nl else "en")
        plain_text = field.name in ("creator", "version")
        return ox.Literal(text) if plain_text else ox.Literal(text, language=spoken)

    def _thing(self, field: Field, key: str, text: str) -> ox.NamedNode | None:
        called = self._index.called(text, field.kinds)
        if len(called) == 1:
            return ox.NamedNode(called[0].thing)
        lang = "nl" if self._nl else "en"
        near = called or [hit.entry for hit in self._index.find(text) if hit.entry.kind in field.kinds]
        names = ", ".join(f"{entry.called(lang)} ({entry.short})" for entry in near[:5])
        if called:
            nl, en = f"Er zijn er meer die zo heten: {names}.", f"There are several of that name: {names}."
        elif names:
            nl, en = (
                f"“{text}” staat niet op de kaart. Bedoelde u: {names}?",
                f"“{text}” is not on the map. Did you mean: {names}?",
            )
        else:
            nl, en = f"“{text}” staat niet op de kaart.", f"“{text}” is not on the map."
        self._blame(key, nl, en)
        return None

    def _blame(self, key: str, nl: str, en: str) -> None:
        """Say once what is to be mended in a field."""
        self.wrong.setdefault(key, nl if self._nl else en)

    def _add(self, subject: ox.NamedNode, name: str, value: ox.NamedNode | ox.Literal) -> None:
        self._put(subject, (PREFIXES["rdf"] if name in _STATED else NS) + name, value)

    def _put(self, subject: ox.NamedNode, property: str, value: ox.NamedNode | ox.Literal) -> None:
        self._triples.append(ox.Triple(subject, ox.NamedNode(property), value))


_TAKEN: Final = (
    "Dit staat al met deze naam op de kaart. Kies daar “Dit verbeteren”, of neem een andere naam.",
    "This is on the map already by this name. Choose “Improve this” there, or take another name.",
)
_NAMELESS: Final = ("Vul dit in: het adres wordt ervan gemaakt.", "Fill this in: the address is made of it.")
_SOURCELESS: Final = (
    "Noem de bron: een stuk, een webpagina, of uw eigen verklaring.",
    "Name the source: a document, a web page, or your own statement.",
)
_NO_CODE: Final = ("Kies een waarde uit de lijst.", "Choose a value of the list.")
_NO_ADDRESS: Final = (
    "Schrijf het hele adres, met https:// ervoor.",
    "Write the whole address, with https:// in front.",
)


_DAY: Final = (form.DAY.nl, form.DAY.en)
_NUMBER: Final = (
    "Schrijf een getal zonder punten of munt: 250000, of 1250,50.",
    "Write a number without separators or currency: 250000, or 1250.50.",
)
_LEXICAL: Final = {
    "date": (re.compile(r"\d{4}-\d{2}-\d{2}"), _DAY),
    "gYearMonth": (re.compile(r"\d{4}-\d{2}"), _DAY),
    "gYear": (re.compile(r"\d{4}"), _DAY),
    "decimal": (re.compile(r"\d+([.,]\d{1,2})?"), _NUMBER),
    "integer": (re.compile(r"\d+"), _NUMBER),
    "duration": (
        re.compile(r"P(\d+[YM])+"),
        (
            "Schrijf hoelang: P1Y voor een jaar, P6M voor zes maanden.",
            "Write how long: P1Y for a year, P6M for six months.",
        ),
    ),
}
"""How a value of a datatype is written here, and what to say where it is not."""
_STATED: Final = ("subject", "predicate", "object")
"""The properties of a statement that are RDF's own."""
_AMOUNT: Final = PREFIXES["schema"] + "amount"
_CURRENCY: Final = PREFIXES["schema"] + "currency"


def _sluggish(words: str) -> str:
    return plain(words).replace(" ", "-")[:_LONGEST].strip("-")


async def _free(request: Request, slug: str) -> str:
    """*slug*, with a number where the map has a claim or evidence by that name already."""
    tried = [slug, *(f"{slug}-{number}" for number in range(2, _TRIES))]
    listed = " ".join(f"<{ID}{kind}/{one}>" for one in tried for kind in ("claim", "evidence"))
    taken = await asking.rows(
        request.app.state.pool, f"SELECT DISTINCT ?thing WHERE {{ VALUES ?thing {{ {listed} }} ?thing ?p ?o }}"
    )
    used = {row["thing"].value.rpartition("/")[2] for row in taken}
    return next((one for one in tried if one not in used), tried[-1])


def _fitting(types: tuple[str, ...], text: str) -> str:
    """The datatype of *types* that *text* is written as: a year, a month and a day differ by their length."""
    xsd = PREFIXES["xsd"]
    wanted = {4: xsd + "gYear", 7: xsd + "gYearMonth", 10: xsd + "date"}.get(len(text), types[0])
    return wanted if wanted in types else types[0]
