"""Parameters of a question: what a person may write for them, and the SPARQL term that it becomes."""

from __future__ import annotations

import datetime
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal

import pyoxigraph as ox

from samenhang.errors import WrongValue
from samenhang.namespaces import ID, PREFIXES, expand

ParameterType = Literal["iri", "string", "integer", "decimal", "boolean", "date"]

_XSD: Final = PREFIXES["xsd"]
_LEXICAL: Final[dict[ParameterType, re.Pattern[str]]] = {
    "integer": re.compile(r"[+-]?[0-9]+\Z"),
    "decimal": re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)\Z"),
    "boolean": re.compile(r"(true|false)\Z"),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"),
}
_EXAMPLES: Final[dict[ParameterType, str]] = {
    "iri": "https://w3id.org/samenhang/id/actor/publiq, actor:publiq",
    "string": "OSLO",
    "integer": "3",
    "decimal": "0.5",
    "boolean": "true",
    "date": "2026-11-22",
}
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]+\Z")
SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]*\Z")


def is_iri(text: str) -> bool:
    """Whether *text* is an absolute IRI that can stand between ``<`` and ``>``."""
    with suppress(ValueError):  # of the engine: a bad host or percent sign, half a character
        return bool(_IRI.match(text) and ox.NamedNode(text))
    return False


@dataclass(frozen=True)
class Words:
    """A text in Dutch and English."""

    nl: str
    en: str

    def __getitem__(self, lang: str) -> str:
        return self.nl if lang == "nl" else self.en


@dataclass(frozen=True)
class Parameter:
    """One parameter: its type, and for an IRI the kinds of things that a bare slug may stand for.

    ``column``: where its values stand in the answer, when that column has another name; with ``classes`` they are the
    classes of what stands there.
    """

    name: str
    type: ParameterType
    about: Words
    kinds: tuple[str, ...] = ()
    column: str = ""
    classes: bool = False

    def term(self, value: str, question: str) -> str:
        """*value* as a SPARQL term. Raises WrongValue with what came in and what is wanted."""
        if self.type == "iri":
            iri = expand(value)
            if iri is None and self.kinds and SLUG.match(value):
                iri = f"{ID}{self.kinds[0]}/{value}"
            if iri is not None and is_iri(iri):
                return f"<{iri}>"
        elif self._fits(value):
            datatype = None if self.type == "string" else ox.NamedNode(_XSD + self.type)
            return str(ox.Literal(value, datatype=datatype))
        example = f"{self.kinds[0]}:..., " + _EXAMPLES["iri"].split(",")[0] if self.kinds else _EXAMPLES[self.type]
        raise WrongValue(
            f"Parameter '{self.name}' van '{question}' kreeg '{value}'; gevraagd is {_TYPE_NL[self.type]}, "
            f"bijvoorbeeld {example}.",
            f"Parameter '{self.name}' of '{question}' got '{value}'; wanted is {_TYPE_EN[self.type]}, "
            f"for instance {example}.",
            status=422,
        )

    def _fits(self, value: str) -> bool:
        with suppress(ValueError):  # half a character, of an argument that is not UTF-8; no such day
            value.encode()
            if self.type == "date":
                datetime.date.fromisoformat(value)
            return self.type == "string" or bool(_LEXICAL[self.type].match(value))
        return False


_TYPE_NL: Final[dict[ParameterType, str]] = {
    "iri": "het adres of de korte naam van een ding",
    "string": "tekst",
    "integer": "een geheel getal",
    "decimal": "een getal",
    "boolean": "true of false",
    "date": "een datum (jjjj-mm-dd)",
}
_TYPE_EN: Final[dict[ParameterType, str]] = {
    "iri": "the address or short name of a thing",
    "string": "text",
    "integer": "a whole number",
    "decimal": "a number",
    "boolean": "true or false",
    "date": "a date (yyyy-mm-dd)",
}
