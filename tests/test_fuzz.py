"""What strangers send, made up by Hypothesis: it is answered or refused with a reason, and never a defect of ours.

What once failed stands as an ``example``, so that it is tried for ever.
"""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from samenhang import lexis, syntax
from samenhang.engine import guard
from samenhang.errors import SamenhangError, SyntaxProblem, WrongValue
from samenhang.questions import files
from samenhang.web import accept, negotiation

FEW = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
"""The same examples each time: whether a test fails does not depend on luck. More of them: --hypothesis-profile."""

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40)
PIECES = st.sampled_from(
    [
        *(
            "SELECT",
            "ASK",
            "CONSTRUCT",
            "DESCRIBE",
            "WHERE",
            "FROM",
            "FROM NAMED",
            "GRAPH",
            "SERVICE",
            "SILENT",
            "BASE",
        ),
        *("PREFIX", "VALUES", "FILTER", "BIND", "AS", "UNION", "OPTIONAL", "MINUS", "INSERT DATA", "LOAD", "*", "a"),
        *(
            "{",
            "}",
            "(",
            ")",
            "[",
            "]",
            ";",
            ",",
            ".",
            "|",
            "/",
            "^",
            "!",
            "=",
            "<",
            ">",
            "<<",
            ">>",
            "?x",
            "$y",
            "_:b",
        ),
        *("<http://x/a>", "<a>", "<//[>", "<http://[>", "<#>", "<>", "x:y", "x:", ":", "x:%41", "'", '"', "'''", '"""'),
        *(
            "\\",
            "\\u0053",
            "\\U0001F600",
            "\\uD800",
            "\\U00110000",
            "#",
            "\n",
            "\r",
            "\t",
            " ",
            "1",
            "-1.5e3",
            "@nl",
            "^^",
        ),
        *("\x00", "\ufeff", "é", "😀", "SERVICE\n<http://x>{", "S\\u0045RVICE <x> {"),
    ]
)
QUERIES = st.lists(st.one_of(PIECES, TEXT), max_size=30).map(" ".join) | st.lists(PIECES, max_size=30).map("".join)


@FEW
@given(QUERIES)
@example("BASE <//[> SELECT * FROM <x> {}")
@example("PREFIX x: <//[> SELECT * FROM x:y {}")
def test_any_text_is_a_query_or_refused_with_a_reason(query: str) -> None:
    for look in (guard.read, guard.words, lexis.blanked, lexis.comments, syntax.mistake):
        try:
            look(query)
        except WrongValue as problem:
            assert problem.status in (400, 413)
            assert problem.nl != problem.en


SPACE = st.lists(st.sampled_from([" ", "\n", "\t", "\r", "# x\n", "#'\n", '# { "\n']), min_size=1, max_size=4).map(
    "".join
)
SPELT = st.sampled_from(["SERVICE", "service", "SerVice", "\\u0053ERVICE", "S\\U00000045RVICE", "SERVIC\\u0065"])
PLACE = st.sampled_from(["<http://127.0.0.1:9/>", "?s", "x:y", "SILENT <http://127.0.0.1:9/>", "<x>"])
BEFORE = st.sampled_from(
    ["", "?s ?p 'SERVICE' . ", '?s ?p """a\n# b""" . ', "?s ?p <#x> . ", "{ } UNION ", "?a ?b 'it\\'s' . "]
)


@FEW
@given(SPACE, SPELT, SPACE, PLACE, SPACE, BEFORE)
def test_a_call_of_another_server_is_refused_however_it_is_written(
    first: str, word: str, second: str, place: str, third: str, before: str
) -> None:
    query = (
        f"PREFIX x: <http://127.0.0.1:9/>{first}SELECT * {{ {before}{first}{{ {word}{second}{place}{third}{{ }} }} }}"
    )
    with pytest.raises(WrongValue, match="SERVICE is refused"):
        guard.read(query)


HEADERS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *(
                    "text/html",
                    "text/*",
                    "*/*",
                    "application/json",
                    "text/turtle",
                    "nl",
                    "en",
                    "*",
                    ",",
                    ";",
                    "=",
                    '"',
                    "q",
                ),
                *(
                    ";q=0",
                    ";q=1",
                    ";q=0.5",
                    ";q=nan",
                    ";q=-1",
                    ";q=1e9",
                    ";q=",
                    "q=0.1",
                    ";charset=utf-8",
                    ';a="b,c"',
                    " ",
                ),
                *("text/", "/", "\\", "\x00", "é", "application/sparql-results+json"),
            ]
        ),
        st.text(alphabet=st.characters(max_codepoint=255), max_size=10),
    ),
    max_size=20,
).map("".join)


@FEW
@given(HEADERS, st.sampled_from([None, "json", "csv", "ttl", "html", "nergens", ""]))
def test_any_accept_chooses_a_form_or_is_told_which_there_are(header: str, asked: str | None) -> None:
    for choice in accept.choices(header):
        assert 0 <= choice.weight <= 1
    assert negotiation.preferred(header) in ("nl", "en")
    assert negotiation.wants_page(header) in (True, False)
    for known in (negotiation.ROWS, negotiation.TRIPLES, negotiation.BOOLEAN):
        try:
            assert negotiation.choose(header, asked, known) in known
        except SamenhangError as problem:
            assert problem.status in (400, 406)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | TEXT,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(TEXT, inside, max_size=3),
    max_leaves=6,
)
WELL: dict[str, Any] = {
    "title": {"nl": "Blokken", "en": "Blocks"},
    "summary": {"nl": "Wat er is.", "en": "What there is."},
    "theme": "overview",
    "params": [{"name": "block", "type": "iri", "about": {"nl": "Het blok.", "en": "The block."}}],
    "columns": [{"name": "block", "about": {"nl": "Het blok.", "en": "The block."}}],
}
PATHS = st.sampled_from(
    [
        *(("title",), ("title", "nl"), ("summary",), ("theme",), ("params",), ("params", 0), ("params", 0, "name")),
        *(("params", 0, "type"), ("params", 0, "kinds"), ("params", 0, "about"), ("params", 0, "column"), ("columns",)),
        *(
            ("columns", 0),
            ("columns", 0, "name"),
            ("columns", 0, "about"),
            ("picture",),
            ("matrix",),
            ("key",),
            ("rules",),
        ),
    ]
)


@FEW
@given(PATHS, VALUES)
def test_a_header_with_anything_in_any_place_is_read_or_refused_with_a_reason(
    tmp_path_factory: pytest.TempPathFactory, path: tuple[str | int, ...], value: object
) -> None:
    header = yaml.safe_load(yaml.safe_dump(WELL))
    inside: Any = header
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    head = "".join(f"#+ {line}\n" for line in yaml.safe_dump(header, allow_unicode=True).splitlines())
    file = tmp_path_factory.getbasetemp() / "fuzz" / "overview" / "one.rq"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(head + "SELECT ?block { VALUES ?block { UNDEF } ?block a ?c }\n", encoding="utf-8")
    try:
        assert files.read(file).name == "one"
    except SyntaxProblem as problem:
        assert problem.where
        assert problem.nl != problem.en
