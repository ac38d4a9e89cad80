"""Every aspect has its wording as a question, in both languages, with one place for the name of the thing."""

from __future__ import annotations

import pyoxigraph as ox

from samenhang.namespaces import PREFIXES
from tests.support import code_lists

SAM = PREFIXES["sam"]


def test_every_aspect_can_be_asked_in_both_languages() -> None:
    aspects: set[str] = set()
    wordings: list[tuple[str, str]] = []
    for file in code_lists():
        for quad in ox.parse(path=file.path):
            if quad.predicate.value.endswith("#type") and quad.object == ox.NamedNode(f"{SAM}Aspect"):
                aspects.add(str(quad.subject.value))
            elif quad.predicate == ox.NamedNode(f"{SAM}askWording"):
                assert isinstance(quad.object, ox.Literal)
                text = quad.object.value
                assert text.endswith("?") and text.count("{thing}") == 1, text
                wordings.append((str(quad.subject.value), str(quad.object.language)))
    assert sorted(wordings) == sorted((aspect, language) for aspect in aspects for language in ("nl", "en"))
