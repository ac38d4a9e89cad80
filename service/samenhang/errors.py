"""The errors a user can meet: each says what came in and what would work, in Dutch and in English.

Everything that is raised on purpose is a :class:`SamenhangError`; the command line turns it into one plain message
and an exit code, the web into ``application/problem+json``. Anything else that escapes is a defect of ours.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class SamenhangError(Exception):
    """A problem that the user can do something about.

    ``nl`` and ``en`` are whole sentences; ``exit_code`` is what the command line ends with (2: wrong use or unreadable
    input), ``status`` what the web answers.
    """

    nl: str
    en: str
    exit_code: int = field(default=2, kw_only=True)
    status: int = field(default=400, kw_only=True)

    def message(self, lang: str) -> str:
        """The sentence in *lang* (``nl`` or ``en``)."""
        return self.nl if lang == "nl" else self.en

    def __str__(self) -> str:
        return self.en


@dataclass
class SyntaxProblem(SamenhangError):
    """Text that does not parse: a Turtle file, a query, a header. Lines and columns count from 1."""

    where: str = field(default="", kw_only=True)
    line: int | None = field(default=None, kw_only=True)
    column: int | None = field(default=None, kw_only=True)


class NotFound(SamenhangError):
    """A name that we do not know: a question, a parameter, a release, a scope, a thing."""


@dataclass
class Withdrawn(SamenhangError):
    """A thing that was declared withdrawn, or that is no longer there.

    ``thing`` is its IRI, ``successors`` are those of what replaces it. ``since`` when it is gone (ISO 8601), ``last``
    the release that had it last; empty when that is not known. ``said``: what it said itself, as N-Triples.
    """

    thing: str = field(default="", kw_only=True)
    successors: tuple[str, ...] = field(default=(), kw_only=True)
    since: str = field(default="", kw_only=True)
    last: str = field(default="", kw_only=True)
    said: bytes = field(default=b"", kw_only=True)
    status: int = field(default=410, kw_only=True)


class WrongValue(SamenhangError):
    """A value of the wrong type or outside the choices."""


class Unreadable(SamenhangError):
    """A file or folder that is missing, may not be read, or cannot be written."""


@dataclass
class TooMuch(SamenhangError):
    """A query that needed more than it may have: time (504), or memory or size of its answer (413)."""

    status: int = field(default=504, kw_only=True)


@dataclass
class NotAllowed(SamenhangError):
    """A method that an address does not know; ``allow`` lists those that it does."""

    allow: str = field(default="", kw_only=True)
    status: int = field(default=405, kw_only=True)


@dataclass
class Busy(SamenhangError):
    """Too many questions at once: from one client (429), or from all together (503).

    ``after`` is in how many seconds asking again makes sense.
    """

    after: int = field(default=1, kw_only=True)
    status: int = field(default=503, kw_only=True)


def unknown(what: tuple[str, str], name: str, known: Iterable[str], where: tuple[str, str] = ("", "")) -> NotFound:
    """The error for an unknown *name* of a kind of thing (*what*: Dutch, English), with the nearest known names.

    ``where`` says of which it is one, when the kind of thing alone does not.

    >>> unknown(("vraag", "question"), "bouwblok", ["bouwblokken", "taken"]).en
    "There is no question 'bouwblok'. Did you mean: bouwblokken?"
    """
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.5) or [n for n in names if name and name in n][:3]
    if near:
        nl, en = f" Bedoelde u: {', '.join(near)}?", f" Did you mean: {', '.join(near)}?"
    elif names and len(names) <= 30:
        nl, en = f" Wel bekend: {', '.join(names)}.", f" Known: {', '.join(names)}."
    else:
        nl = en = ""
    return NotFound(
        f"Er bestaat geen {what[0]} '{name}'{where[0]}.{nl}",
        f"There is no {what[1]} '{name}'{where[1]}.{en}",
        exit_code=2,
        status=404,
    )
