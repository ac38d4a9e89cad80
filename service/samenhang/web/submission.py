"""What somebody sends to be looked at: a description as the body itself, or in the form of the page."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import PurePath
from typing import Final, NamedTuple

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from samenhang.errors import WrongValue
from samenhang.web import protocol

TYPES: Final[Mapping[str, str]] = {
    "text/turtle": "ttl",
    "application/x-turtle": "ttl",
    "application/ld+json": "jsonld",
    "application/json": "json",
    "application/n-triples": "nt",
    "application/n-quads": "nq",
    "application/trig": "trig",
    "application/rdf+xml": "rdf",
    "application/openapi+json": "json",
    "application/openapi+yaml": "yml",
    "application/yaml": "yml",
    "application/x-yaml": "yml",
    "text/yaml": "yml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "text/csv": "csv",
    "application/xml": "xml",
    "text/xml": "xml",
}
"""The media types of descriptions, each with the ending that a file of it has."""
SYNTAXES: Final[Mapping[str, str]] = {
    "ttl": "Turtle",
    "jsonld": "JSON-LD",
    "json": "JSON (OpenAPI, OSLO)",
    "nt": "N-Triples",
    "nq": "N-Quads",
    "trig": "TriG",
    "rdf": "RDF/XML",
    "yml": "YAML (publiccode.yml, OpenAPI)",
    "csv": "CSV",
    "xlsx": "Excel",
    "xml": "ArchiMate",
}
"""The endings, each with the name of what it stands for."""
TYPED: Final[Mapping[str, str]] = {ending: name for ending, name in SYNTAXES.items() if ending != "xlsx"}
"""Those of them that are text, which can be typed in."""
_MULTIPART: Final = "multipart/form-data"
_FIELDS: Final = "application/x-www-form-urlencoded"
_ODD: Final = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST: Final = 60


class Submission(NamedTuple):
    """A description: its bytes, the name of a file for it (its ending says the syntax), and whether a form sent it.

    ``keep``: it is asked back as a file, to be sent to somebody.
    """

    text: bytes
    name: str
    filled_in: bool = False
    keep: bool = False

    @property
    def syntax(self) -> str:
        """The ending of its name."""
        return self.name.rpartition(".")[2]


async def read(request: Request) -> Submission:
    """What the request holds. Raises WrongValue: 400 (nothing, or a broken form), 413, 415."""
    header = request.headers.get("content-type", "")
    media, charset = protocol.content_type(header)
    if request.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise WrongValue(
            "De inhoud is verpakt; stuur hem zoals hij is.", "The content is encoded; send it as it is.", status=415
        )
    if media in TYPES and charset not in ("", "utf-8", "utf8", "us-ascii"):
        raise WrongValue(
            f"'{charset[:40]}' kan hier niet; stuur UTF-8.",
            f"'{charset[:40]}' is not possible here; send UTF-8.",
            status=415,
        )
    if media not in (*TYPES, _MULTIPART, _FIELDS):
        raise _unknown_type(media)
    body = await protocol.received(request.headers, request.receive)
    if media == _MULTIPART:
        async with _parts(request, body) as form:
            return await _from_form(form)
    if media == _FIELDS:
        fields = protocol.decoded(body) if b"text=" in body else {}
        if not fields:
            raise _unknown_type(media)  # what some programs say of any body
        return await _from_form(FormData([(name, value) for name, values in fields.items() for value in values]))
    return _whole(Submission(body, f"voorstel.{TYPES[media]}"))


@asynccontextmanager
async def _parts(request: Request, body: bytes) -> AsyncGenerator[FormData, None]:
    """The fields of a form with files, which are closed afterwards."""

    async def once() -> AsyncGenerator[bytes, None]:
        yield body

    try:
        parser = MultiPartParser(request.headers, once(), max_files=1, max_fields=10, max_part_size=protocol.LARGEST)
        form = await parser.parse()
    except MultiPartException as problem:
        raise WrongValue(
            f"Het formulier kan niet gelezen worden: {problem.message[:200]}",
            f"The form cannot be read: {problem.message[:200]}",
        ) from None
    try:
        yield form
    finally:
        await form.close()


async def _from_form(form: FormData) -> Submission:
    """The file of the form if there is one, else what was typed in."""
    file, typed, keep = form.get("file"), form.get("text"), bool(form.get("keep"))
    if isinstance(file, UploadFile) and file.filename and (content := await file.read()):
        name = _ODD.sub("-", PurePath(file.filename).name)[-_LONGEST:].lstrip(".-") or "voorstel.ttl"
        ending = name.rpartition(".")[2].lower().replace("yaml", "yml")
        if ending not in SYNTAXES:
            raise WrongValue(
                f"Een bestand op .{ending} kan hier niet; wel op {_listed()}.",
                f"A file that ends in .{ending} is not possible here; these are: {_listed()}.",
                status=415,
            )
        return _whole(Submission(content, f"{name.rpartition('.')[0] or 'voorstel'}.{ending}", True, keep))
    syntax = form.get("syntax") or "ttl"
    if syntax not in TYPED:
        raise WrongValue(
            f"'{str(syntax)[:40]}' is geen schrijfwijze die hier kan; wel {_listed(TYPED)}.",
            f"'{str(syntax)[:40]}' is no syntax that is possible here; these are: {_listed(TYPED)}.",
            status=415,
        )
    text = typed if isinstance(typed, str) else ""
    # A browser sends the lines of a form with carriage returns.
    return _whole(Submission(text.replace("\r\n", "\n").encode(), f"voorstel.{syntax}", True, keep))


def _whole(submission: Submission) -> Submission:
    if not submission.text.strip():
        raise WrongValue(
            "Er kwam geen beschrijving binnen. Stuur ze als inhoud, of vul ze in op de pagina.",
            "No description came in. Send it as the body, or fill it in on the page.",
        )
    return submission


def _listed(endings: Iterable[str] = SYNTAXES) -> str:
    return ", ".join(f".{ending}" for ending in endings)


def _unknown_type(media: str) -> WrongValue:
    listed = ", ".join(TYPES)
    return WrongValue(
        f"Inhoudstype '{media[:200]}' kan hier niet; wel {listed}, of het formulier van de pagina ({_MULTIPART}).",
        f"Content type '{media[:200]}' is not possible here; these are: {listed}, or the form of the page "
        f"({_MULTIPART}).",
        status=415,
    )
