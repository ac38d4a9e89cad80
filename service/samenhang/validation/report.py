"""What a validation says, the same from every engine: severities, results, the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from rdflib.term import Node

from samenhang.namespaces import PREFIXES


class Severity(StrEnum):
    """How bad a result is; ``rank`` grows with it."""

    INFO = "info"
    WARNING = "warning"
    VIOLATION = "violation"

    @property
    def rank(self) -> int:
        """0 for info, 1 for warning, 2 for violation."""
        return list(Severity).index(self)

    @property
    def iri(self) -> str:
        """The SHACL term, ``sh:Info`` ... in full."""
        return f"{PREFIXES['sh']}{self.value.capitalize()}"


SEVERITIES: Final[Mapping[str, Severity]] = {severity.iri: severity for severity in Severity}
"""The SHACL term to the severity; a shapes graph with any other is refused."""


@dataclass(frozen=True)
class Result:
    """One thing that a shape found. Two engines agree when their results are equal.

    ``focus``: IRI, ``_:label`` as in the data, or a literal in N-Triples. ``path``: a predicate's IRI, or a SPARQL
    property path, or None. ``shape``: IRI of the named constraint or shape nearest to what found it, empty when no
    shape around it has a name. ``component``: IRI. ``messages``: language tag (empty when untagged) to the text that
    the shapes declare; what an engine says of its own is left out.
    """

    focus: str
    path: str | None
    value: Node | None
    severity: Severity
    shape: str
    component: str
    messages: Mapping[str, str] = field(hash=False)

    @property
    def key(self) -> tuple[object, ...]:
        """What results are sorted by: the worst first, then by focus node and so on."""
        order = (-self.severity.rank, self.focus, self.path or "", self.shape, self.component)
        return (*order, type(self.value).__name__, repr(self.value), sorted(self.messages.items()))

    def message(self, lang: str) -> str:
        """The text in *lang*, else English, else untagged, else any; empty when the shape declares none."""
        for choice in (lang, "en", ""):
            if choice in self.messages:
                return self.messages[choice]
        return min(self.messages.items(), default=("", ""))[1]


@dataclass(frozen=True)
class Report:
    """All results, sorted and each once; the engine with its version; and the IRIs of the shapes that were ``idle``:
    they have a target, and nothing in the data is selected by it."""

    results: tuple[Result, ...]
    engine: str
    idle: tuple[str, ...]

    def worst(self) -> Severity | None:
        """The highest severity among the results; None without results."""
        return max((result.severity for result in self.results), key=lambda severity: severity.rank, default=None)

    def count(self, severity: Severity) -> int:
        """How many results have exactly this severity."""
        return sum(result.severity is severity for result in self.results)

    def fails(self, level: Severity) -> bool:
        """Whether anything is as bad as *level* or worse. This decides, never ``sh:conforms``."""
        worst = self.worst()
        return worst is not None and worst.rank >= level.rank
