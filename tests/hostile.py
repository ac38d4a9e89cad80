"""What a hostile client sends, as data: queries, and other requests, each with why, and the answers that are right.

``tests/test_hostile.py`` sends each to a real service; ``tests/soak`` sends :data:`HOSTILE` beside ordinary traffic.
The addresses that a query would call are of a port of this machine where nobody is.
"""

from __future__ import annotations

import gzip
from itertools import zip_longest
from typing import Final, NamedTuple
from urllib.parse import quote

NOWHERE: Final = "http://127.0.0.1:9/sparql"
REFUSED: Final = frozenset({400})
HEAVY: Final = frozenset({413})
BROKEN: Final = frozenset({400, 413})
"""The guard, or the engine that breaks down under it: a worker is lost, and the reason told."""
ENDLESS: Final = frozenset({413, 504})
"""Stopped: by what it takes of time, of memory, or of the size of its answer, whichever comes first."""


class Query(NamedTuple):
    """A hostile query: its text, why it is one, and the statuses that are right (when busy 429 and 503 too)."""

    text: str
    why: str
    right: frozenset[int]


class Hostile(NamedTuple):
    """A hostile request of another kind; ``right`` are the statuses of which one must come back."""

    why: str
    right: frozenset[int]
    path: str = "/sparql"
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None


def _nested(open_: str, inside: str, close: str, times: int) -> str:
    return open_ * times + inside + close * times


def _doubled(function: str, times: int) -> str:
    binds = " ".join(f"BIND({function.replace('?x', f'?x{n}')} AS ?x{n + 1})" for n in range(times))
    return f"SELECT (STRLEN(?x{times}) AS ?n) {{ BIND('xxxxxxxxxx' AS ?x0) {binds} }}"


_CALL = f"SERVICE <{NOWHERE}> {{ ?s ?p ?o }}"
_ALL = "?s ?p ?o . ?a ?b ?c . ?d ?e ?f"

CALLING: Final = {
    "service": Query(f"SELECT * {{ {_CALL} }}", "makes the engine send requests", REFUSED),
    "service silent": Query(f"SELECT * {{ SERVICE SILENT <{NOWHERE}> {{ ?s ?p ?o }} }}", "hides its failure", REFUSED),
    "service in a sub-select": Query(f"SELECT * {{ {{ SELECT * {{ {_CALL} }} }} }}", "deeper", REFUSED),
    "service in exists": Query(f"ASK {{ FILTER EXISTS {{ {_CALL} }} }}", "in an expression", REFUSED),
    "service in not exists": Query(f"ASK {{ ?s ?p ?o FILTER NOT EXISTS {{ {_CALL} }} }}", "in one more", REFUSED),
    "service in minus": Query(f"ASK {{ ?s ?p ?o MINUS {{ {_CALL} }} }}", "in what is taken away", REFUSED),
    "service in optional": Query(f"ASK {{ OPTIONAL {{ {_CALL} }} }}", "in what may be absent", REFUSED),
    "service in union": Query(f"ASK {{ {{ }} UNION {{ {_CALL} }} }}", "in one branch", REFUSED),
    "service in graph": Query(f"ASK {{ GRAPH ?g {{ {_CALL} }} }}", "in a graph", REFUSED),
    "service in a having": Query(f"SELECT ?s {{ ?s ?p ?o }} GROUP BY ?s HAVING (EXISTS {{ {_CALL} }})", "", REFUSED),
    "service in a projection": Query(f"SELECT (EXISTS {{ {_CALL} }} AS ?x) {{ }}", "before the braces", REFUSED),
    "service in construct": Query(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {_CALL} }}", "another kind of query", REFUSED),
    "service in describe": Query(f"DESCRIBE ?s WHERE {{ {_CALL} }}", "one more", REFUSED),
    "service by variable": Query("SELECT * { ?s ?p ?g SERVICE ?g { ?x ?y ?z } }", "calls whatever is in data", REFUSED),
    "service by prefix": Query(
        "PREFIX n: <http://127.0.0.1:9/> SELECT * { SERVICE n:sparql { ?s ?p ?o } }", "no IRI to see", REFUSED
    ),
    "service by base": Query(
        "BASE <http://127.0.0.1:9/> SELECT * { SERVICE <sparql> { ?s ?p ?o } }", "relative", REFUSED
    ),
    "service, escaped": Query(f"SELECT * {{ \\u0053ERVICE <{NOWHERE}> {{ ?s ?p ?o }} }}", "SPARQL decodes it", REFUSED),
    "service, escaped at length": Query(
        f"SELECT * {{ S\\U00000045RVICE <{NOWHERE}> {{ ?s ?p ?o }} }}", "decoded too", REFUSED
    ),
    "service, its brace escaped": Query(f"SELECT * {{ SERVICE <{NOWHERE}> \\u007B ?s ?p ?o }} }}", "the same", REFUSED),
    "service behind a comment": Query(
        f"SELECT * {{ SERVICE # a comment\n # {{ }}\n <{NOWHERE}> # one more\n {{ ?s ?p ?o }} }}", "torn apart", REFUSED
    ),
    "service behind a long comment": Query(
        f"SELECT * {{ SERVICE #{'x' * 5_000}\n <{NOWHERE}> {{ ?s ?p ?o }} }}", "further than one looks", REFUSED
    ),
    "service in odd case": Query(f"SELECT * {{ sErViCe<{NOWHERE}>{{ ?s ?p ?o }} }}", "keywords have no case", REFUSED),
    "service behind a hash in a string": Query(
        f"SELECT * {{ FILTER ('#' != \"'\") {_CALL} }}", "where no comment begins", REFUSED
    ),
    "service behind a comparison": Query(
        f"SELECT * {{ FILTER (1<2&&'>'='>') {_CALL} }}", "where no IRI begins", REFUSED
    ),
    "service in a doubtful string": Query(
        f"SELECT * {{ FILTER (1<2&&'a'>'b') {_CALL} FILTER (3<4&&'c'>'d') }}", "read in two ways", REFUSED
    ),
    "service in a name": Query(f"SELECT * {{ FILTER (true) true{_CALL} }}", "glued to what stands before", REFUSED),
    "from elsewhere": Query(f"SELECT * FROM <{NOWHERE}> {{ ?s ?p ?o }}", "loads a graph from there", REFUSED),
    "from a file": Query("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", "reads a file", REFUSED),
    "from named elsewhere": Query(f"SELECT * FROM NAMED <{NOWHERE}> {{ GRAPH ?g {{ ?s ?p ?o }} }}", "", REFUSED),
    "load": Query(f"LOAD <{NOWHERE}>", "an update that fetches", REFUSED),
    "load into": Query(f"LOAD SILENT <{NOWHERE}> INTO GRAPH <http://example.org/g>", "hides its failure", REFUSED),
    "insert": Query("INSERT DATA { <http://example.org/a> <http://example.org/b> 1 }", "an update", REFUSED),
    "delete": Query("DELETE WHERE { ?s ?p ?o }", "an update", REFUSED),
    "drop": Query("DROP ALL", "an update", REFUSED),
    "update behind a query": Query("ASK { } ; DROP ALL", "two in one", REFUSED),
}
"""Queries that would send requests, read files or change data."""

BUILT: Final = {
    "parentheses": Query(f"ASK {{ FILTER ({_nested('(', '1', ')', 5_000)}) }}", "ends a recursive parser", HEAVY),
    "braces": Query(f"SELECT * {_nested('{', '', '}', 5_000)}", "ends a recursive parser", HEAVY),
    "empty lists": Query(f"ASK {{ ?s ?p {_nested('(', '', ')', 200)} }}", "12 s in the parser", HEAVY),
    "blank nodes": Query(f"ASK {{ ?s ?p {_nested('[ ?p ', '1', ']', 2_000)} }}", "deep", HEAVY),
    "calls": Query(f"ASK {{ FILTER ({_nested('STR(', '1', ')', 2_000)}) }}", "deep", HEAVY),
    "conditions": Query(f"SELECT ({_nested('IF(true, ', '1', ', 2)', 2_000)} AS ?x) {{ }}", "deep", HEAVY),
    "exists in exists": Query(f"ASK {_nested('{ FILTER EXISTS ', '{ }', '}', 1_000)}", "deep", HEAVY),
    "optional in optional": Query(f"ASK {_nested('{ OPTIONAL ', '{ }', '}', 1_000)}", "deep", HEAVY),
    "sub-selects": Query(f"SELECT * {_nested('{ { SELECT * ', '{ }', '} }', 1_000)}", "deep", HEAVY),
    "annotations": Query("ASK { ?s ?p ?o " + _nested("{| ?p ?o ", "", "|}", 1_000) + " }", "RDF 1.2, deep", HEAVY),
    "triple terms": Query(f"ASK {{ ?s ?p {_nested('<<( ?s ?p ', '?o', ' )>>', 3_000)} }}", "RDF 1.2, deep", HEAVY),
    "quoted triples": Query(
        f"ASK {{ {_nested('<< ', '?s ?p ?o', ' >> ?p ?o', 1_000)} ?p ?o }}", "RDF 1.2, deep", BROKEN
    ),
    "reifiers": Query(f"ASK {{ ?s ?p ?o {'~ ' * 20_000} }}", "RDF 1.2, long", BROKEN),
    "escaped parentheses": Query(
        f"ASK {{ FILTER ({_nested(chr(92) + 'u0028', '1', ')', 5_000)}) }}", "deep, once decoded", HEAVY
    ),
    "parentheses behind a comparison": Query(
        f"ASK {{ FILTER (1<2&&'>'='>' || {_nested('(', '1', ')', 3_000)}) }}", "where it seems a string", BROKEN
    ),
    "nots": Query(f"ASK {{ FILTER ({'!' * 20_000}true) }}", "recursion without a bracket", HEAVY),
    "or": Query(f"ASK {{ FILTER ({'||'.join(['?a'] * 10_000)}) }}", "ends the process that parses it", HEAVY),
    "and": Query(f"ASK {{ FILTER ({'&&'.join(['?a'] * 10_000)}) }}", "the same", HEAVY),
    "plus": Query(f"ASK {{ FILTER ({'+'.join(['1'] * 10_000)}) }}", "the same", HEAVY),
    "times": Query(f"ASK {{ FILTER ({'*'.join(['1'] * 10_000)}) }}", "the same", HEAVY),
    "divided": Query(f"ASK {{ FILTER ({'/'.join(['1'] * 10_000)}) }}", "the same", HEAVY),
    "union": Query(f"SELECT * {{ {' UNION '.join(['{}'] * 10_000)} }}", "the same", HEAVY),
    "optional": Query(f"SELECT * {{ {'OPTIONAL { } ' * 5_000} }}", "the same", HEAVY),
    "minus": Query(f"SELECT * {{ {'MINUS { } ' * 5_000} }}", "the same", HEAVY),
    "filters": Query(f"SELECT * {{ {'FILTER (1) ' * 5_000} }}", "the same", HEAVY),
    "bind": Query(f"SELECT * {{ {' '.join(f'BIND(1 AS ?x{n})' for n in range(4_000))} }}", "the same", HEAVY),
    "projections": Query(f"SELECT {' '.join(f'(1 AS ?x{n})' for n in range(4_000))} {{ }}", "the same", HEAVY),
    "steps": Query(f"ASK {{ ?s {'/'.join(['a'] * 10_000)} ?o }}", "a path of so many steps", HEAVY),
    "ways": Query(f"ASK {{ ?s {'|'.join(['a'] * 10_000)} ?o }}", "a path of so many ways", HEAVY),
    "chain": Query(
        f"ASK {{ {' '.join(f'?v{n} ?p ?v{n + 1} .' for n in range(1_200))} }}", "20 s before the first row", HEAVY
    ),
    "predicates": Query(f"ASK {{ ?s {' ; '.join(['?p ?o'] * 1_200)} }}", "the same", HEAVY),
    "objects": Query(f"ASK {{ ?s ?p {' , '.join(['?o'] * 1_200)} }}", "the same", HEAVY),
    "long list": Query(f"ASK {{ ?s ?p ( {'() ' * 5_000} ) }}", "two patterns for each member", BROKEN),
    "described": Query(f"DESCRIBE {' '.join(f'<x:{n}>' for n in range(10_000))}", "so many things", BROKEN),
    "prefixes": Query("PREFIX a: <b:> " * 6_000 + "ASK { }", "so many declarations", HEAVY),
    "bases": Query("BASE <a/> " * 9_000 + "ASK { }", "each resolved against those before it", HEAVY),
    "graphs": Query(f"SELECT * {'FROM <x:g> ' * 5_000} {{ }}", "so many graphs", HEAVY),
    "length": Query(f"ASK {{ }} # {'x' * 200_000}", "longer than any question", HEAVY),
    "escapes": Query("ASK { " + "\\u" * 40_000 + " }", "escapes of nothing", REFUSED),
    "strings without end": Query("ASK { " + "\\'\"" * 30_000, "a trap for backtracking", REFUSED),
    "comments about services": Query("#service\n" * 10_000 + "SELECT", "a trap for those who look for it", REFUSED),
    "dotted": Query("SELECT * { " + "a." * 40_000, "another", BROKEN),
    "deep regular expression": Query(
        f"ASK {{ FILTER REGEX('a', '{_nested('(', 'a', ')', 30)}' ", "unclosed as well", REFUSED
    ),
    "huge limit": Query("SELECT * { ?s ?p ?o } LIMIT 99999999999999999999999", "no such number", REFUSED),
}
"""Queries built to hurt what reads them: the guard, the parser, the optimiser."""

GREEDY: Final = {
    "cross product": Query(f"SELECT * {{ {_ALL} }}", "more rows than fit anywhere", ENDLESS),
    "cross product, sorted": Query(f"SELECT * {{ {_ALL} }} ORDER BY STR(?s) STR(?f)", "eats all memory", ENDLESS),
    "cross product, sorted at random": Query("SELECT * { ?s ?p ?o . ?a ?b ?c } ORDER BY RAND()", "", ENDLESS),
    "cross product, counted": Query(f"SELECT (COUNT(*) AS ?n) {{ {_ALL} }}", "one row after years", ENDLESS),
    "cross product, distinct": Query(f"SELECT DISTINCT * {{ {_ALL} }}", "remembers all", ENDLESS),
    "cross product, grouped": Query(f"SELECT ?s ?a ?d (COUNT(*) AS ?n) {{ {_ALL} }} GROUP BY ?s ?a ?d", "", ENDLESS),
    "cross product, constructed": Query(f"CONSTRUCT {{ ?s ?b ?f }} WHERE {{ {_ALL} }}", "a graph of it", ENDLESS),
    "cross product, described": Query("DESCRIBE ?s ?a WHERE { ?s ?p ?o . ?a ?b ?c }", "", ENDLESS),
    "cross product, skipped": Query(f"SELECT * {{ {_ALL} }} OFFSET 1000000000000 LIMIT 1", "one row, late", ENDLESS),
    "cross product, joined as text": Query(f"SELECT (GROUP_CONCAT(STR(?o)) AS ?x) {{ {_ALL} }}", "one term", ENDLESS),
    "cross product, nobody fits": Query(
        f"ASK {{ {_ALL} FILTER (STRLEN(CONCAT(STR(?s), STR(?c), STR(?f))) < 0) }}", "no row at all", ENDLESS
    ),
    "cross product, having": Query(
        f"SELECT ?s {{ {_ALL} }} GROUP BY ?s HAVING (COUNT(DISTINCT ?c) > 1000000000)", "", ENDLESS
    ),
    "cross product, sub-selects": Query(
        "SELECT (COUNT(*) AS ?n) { " + " ".join(f"{{ SELECT ?x{n} {{ ?x{n} ?y ?z{n} }} }}" for n in range(4)) + " }",
        "",
        ENDLESS,
    ),
    "cross product, optional": Query(
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o OPTIONAL { ?a ?b ?c } OPTIONAL { ?d ?e ?f } }", "", ENDLESS
    ),
    "cross product, taken away": Query(
        f"SELECT (COUNT(*) AS ?n) {{ {_ALL} MINUS {{ ?s ?q ?r . ?t ?u ?v FILTER (STRLEN(STR(?v)) < 0) }} }}",
        "",
        ENDLESS,
    ),
    "cross product, not exists": Query(
        "ASK { ?s ?p ?o FILTER NOT EXISTS { ?a ?b ?c . ?d ?e ?f FILTER (STRLEN(CONCAT(STR(?s), STR(?f))) > 0) } "
        "FILTER EXISTS { ?a ?b ?c . ?d ?e ?f FILTER (STRLEN(STR(?f)) < 0) } }",
        "for each row anew",
        ENDLESS | {200},
    ),
    "unions multiplied": Query(
        "SELECT (COUNT(*) AS ?n) { "
        + "{ ?s ?p ?o } UNION { ?o ?p ?s } { ?a ?b ?c } UNION { ?c ?b ?a } { ?d ?e ?f } UNION { ?f ?e ?d } }",
        "",
        ENDLESS,
    ),
    "values multiplied": Query(
        "SELECT (COUNT(*) AS ?n) { "
        + " ".join(f"VALUES ?x{n} {{ {' '.join(map(str, range(100)))} }}" for n in range(12))
        + " }",
        "100 to the twelfth",
        ENDLESS,
    ),
    "values of anything": Query(
        "SELECT (COUNT(*) AS ?n) { VALUES ?x { " + "UNDEF " * 15_000 + "} ?x ?p ?o . ?o ?q ?r }",
        "many times all",
        ENDLESS,
    ),
    "values sorted": Query(
        "SELECT * { "
        + " ".join(f"VALUES ?x{n} {{ {' '.join(map(str, range(200)))} }}" for n in range(4))
        + " } ORDER BY DESC(?x3)",
        "200 to the fourth in memory",
        ENDLESS,
    ),
    "path, any star": Query("SELECT (COUNT(*) AS ?n) { ?s (!<x:a>)* ?o . ?o (!<x:b>)* ?z }", "the closure", ENDLESS),
    "path, both ways": Query(
        "SELECT (COUNT(*) AS ?n) { ?s (!<x:a>|^(!<x:a>))+ ?o . ?a (!<x:a>|^(!<x:a>))+ ?b }", "all to all", ENDLESS
    ),
    "path, stars in stars": Query("SELECT (COUNT(*) AS ?n) { ?s ((!<x:a>)*/(^(!<x:a>))*)* ?o }", "", ENDLESS),
    "text doubled": Query(_doubled("CONCAT(?x, ?x)", 40), "ten characters, forty times doubled", ENDLESS),
    "text replaced": Query(_doubled("REPLACE(?x, 'x', 'xxxxxxxxxx')", 10), "ten times ten times ...", ENDLESS),
    "text escaped": Query(
        _doubled("ENCODE_FOR_URI(CONCAT(?x, '%', ?x))", 40), "the same with another function", ENDLESS
    ),
    "regular expression": Query(
        "ASK { ?s ?p ?o . ?a ?b ?c FILTER REGEX(STR(?o), '(((a{1,100}){1,100}){1,100})*b') }",
        "compiles for ever",
        ENDLESS,
    ),
    "checksums": Query(
        "ASK { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f FILTER (SHA512(CONCAT(STR(?o), STR(?c), STR(?f))) = 'x') }",
        "work",
        ENDLESS,
    ),
    "many columns": Query(
        "SELECT " + " ".join(f"?v{n}" for n in range(10_000)) + " { ?s ?p ?o . ?a ?b ?c }", "rows of nothing", ENDLESS
    ),
    "many keys": Query("SELECT * { ?s ?p ?o . ?a ?b ?c } ORDER BY " + "STR(?o) " * 50, "sorts by all", ENDLESS),
    "many patterns": Query(
        "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?s ?p{n} ?o{n} ." for n in range(390)) + " }", "just allowed", ENDLESS
    ),
    "many options": Query(
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o " + " ".join(f"OPTIONAL {{ ?s ?p{n} ?o{n} }}" for n in range(150)) + " }",
        "just allowed",
        ENDLESS,
    ),
    "lateral": Query(f"SELECT * {{ ?s ?p ?o LATERAL {{ SELECT * {{ {_ALL} }} }} }}", "beyond SPARQL 1.1", ENDLESS),
}
"""Queries that are valid, short and never done: what only limits can stop."""

QUERIES: Final = CALLING | BUILT | GREEDY
_MIXED = (item for some in zip_longest(CALLING.items(), BUILT.items(), GREEDY.items()) for item in some if item)
HOSTILE: Final = {name: query.text for name, query in _MIXED if 200 not in query.right}
"""The text of each query that is always refused or stopped; any few that follow each other are of all sorts."""

_ASK: Final = quote("ASK {}")
_FORM: Final = (("content-type", "application/x-www-form-urlencoded"),)
_DIRECT: Final = (("content-type", "application/sparql-query"),)
_UPDATE: Final = (("content-type", "application/sparql-update"),)
_NOT_THERE: Final = frozenset({400, 404})

REQUESTS: Final = {
    "default graph of a file": Hostile(
        "reads a file", REFUSED, f"/sparql?query={_ASK}&default-graph-uri=file%3A%2F%2F%2Fetc%2Fpasswd"
    ),
    "default graph elsewhere": Hostile(
        "fetches", REFUSED, f"/sparql?query={_ASK}&default-graph-uri={quote(NOWHERE, safe='')}"
    ),
    "named graph elsewhere": Hostile(
        "fetches", REFUSED, f"/sparql?query={_ASK}&named-graph-uri={quote(NOWHERE, safe='')}"
    ),
    "graph with a line end": Hostile(
        "header injection", REFUSED, f"/sparql?query={_ASK}&default-graph-uri=x%0D%0Ay%3A1"
    ),
    "two queries": Hostile("which one is checked?", REFUSED, f"/sparql?query={_ASK}&query={_ASK}"),
    "query in address and body": Hostile(
        "which one is checked?", REFUSED, f"/sparql?query={_ASK}", "POST", _DIRECT, b"ASK {}"
    ),
    "update in the address": Hostile("an update by GET", frozenset({400, 403}), "/sparql?update=DROP%20ALL"),
    "update beside a query": Hostile(
        "hidden behind it", frozenset({400, 403}), f"/sparql?query={_ASK}&update=DROP%20ALL"
    ),
    "update in a form": Hostile("an update", frozenset({403}), "/sparql", "POST", _FORM, b"update=DROP%20ALL"),
    "update beside a query in a form": Hostile(
        "hidden behind it", frozenset({403}), "/sparql", "POST", _FORM, b"query=ASK%20%7B%7D&update=DROP%20ALL"
    ),
    "update directly": Hostile("an update", frozenset({403}), "/sparql", "POST", _UPDATE, b"DROP ALL"),
    "update behind another type": Hostile("an update", REFUSED, "/sparql", "POST", _DIRECT, b"DROP ALL"),
    "put": Hostile(
        "writes a graph", frozenset({405}), "/sparql", "PUT", (("content-type", "text/turtle"),), b"<a> a <b> ."
    ),
    "delete": Hostile("deletes a graph", frozenset({405}), "/sparql", "DELETE"),
    "patch": Hostile("changes a graph", frozenset({405}), "/sparql", "PATCH", (), b"x"),
    "trace": Hostile("echoes headers", frozenset({405, 501}), "/sparql", "TRACE"),
    "another body": Hostile(
        "no query", frozenset({415}), "/sparql", "POST", (("content-type", "application/json"),), b'{"query": "ASK {}"}'
    ),
    "multipart": Hostile(
        "no query",
        frozenset({415}),
        "/sparql",
        "POST",
        (("content-type", "multipart/form-data; boundary=x"),),
        b"--x--",
    ),
    "rdf/xml with a doctype": Hostile(
        "entities that grow",
        frozenset({415}),
        "/sparql",
        "POST",
        (("content-type", "application/rdf+xml"),),
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>',
    ),
    "json-ld with a context elsewhere": Hostile(
        "fetches it",
        frozenset({415}),
        "/sparql",
        "POST",
        (("content-type", "application/ld+json"),),
        b'{"@context": "http://127.0.0.1:9/context"}',
    ),
    "gzip bomb": Hostile(
        "a thousand times as large when unpacked",
        frozenset({415}),
        "/sparql",
        "POST",
        (*_DIRECT, ("content-encoding", "gzip")),
        gzip.compress(b"ASK {} # " + b" " * 50_000_000, 6),
    ),
    "gzip without saying so": Hostile("not UTF-8", REFUSED, "/sparql", "POST", _DIRECT, gzip.compress(b"ASK {}")),
    "not utf-8": Hostile("what is it then?", REFUSED, "/sparql", "POST", _DIRECT, b"ASK { FILTER ('\xff') }"),
    "not utf-8 in the address": Hostile("what is it then?", REFUSED, "/sparql?query=ASK%20%7B%7D%FF"),
    "utf-16": Hostile(
        "another reading",
        REFUSED,
        "/sparql",
        "POST",
        (("content-type", "application/sparql-query; charset=utf-16"),),
        "ASK {}".encode("utf-16"),
    ),
    "overlong": Hostile("hides a slash", REFUSED, "/sparql?query=ASK%20%7B%7D%C0%AF"),
    "surrogate": Hostile("no character", REFUSED, "/sparql?query=ASK%20%7B%7D%ED%A0%80"),
    "nul": Hostile("ends a text in C", REFUSED, "/sparql?query=ASK%20%7B%00%7D"),
    "odd percent": Hostile("which character?", REFUSED, "/sparql?query=ASK%20%7B%7D%ZZ"),
    "percent at the end": Hostile("which character?", REFUSED, "/sparql?query=ASK%20%7B%7D%"),
    "escaped twice": Hostile("decoded once too often", REFUSED, "/sparql?query=ASK%2520%257B%257D"),
    "many fields": Hostile("work for nothing", REFUSED, "/sparql?" + "&".join(f"a{n}=1" for n in range(2_000))),
    "body of two megabytes": Hostile("fills memory", HEAVY, "/sparql", "POST", _DIRECT, b" " * 2_000_000),
    "long address": Hostile("20 kB", frozenset({400, 413, 414, 431}), "/sparql?query=" + "x" * 20_000),
    "long path": Hostile("10 kB", frozenset({404, 414}), "/" + "a/" * 5_000),
    "long header": Hostile("10 kB", frozenset({200, 431}), f"/sparql?query={_ASK}", "GET", (("x-long", "x" * 10_000),)),
    "longer header": Hostile(
        "100 kB", frozenset({200, 431}), f"/sparql?query={_ASK}", "GET", (("x-long", "x" * 100_000),)
    ),
    "long accept": Hostile(
        "a list of thousands",
        frozenset({200, 406, 431}),
        f"/sparql?query={_ASK}",
        "GET",
        (("accept", ", ".join(["text/x;q=0.1"] * 700) + ", */*;q=0.01"),),
    ),
    "odd accept": Hostile(
        "a trap for those who read it",
        frozenset({200, 406}),
        f"/sparql?query={_ASK}",
        "GET",
        (("accept", '"' * 2_000 + ";" * 2_000 + "," * 2_000),),
    ),
    "long language": Hostile(
        "a list of thousands",
        frozenset({400}),
        "/sparql?query=x",
        "GET",
        (("accept-language", "a-" * 4_000),),
    ),
    "unknown form": Hostile("what is it?", frozenset({406}), f"/sparql?query={_ASK}&format=exe"),
    "form with a line end": Hostile(
        "header injection", frozenset({406}), f"/sparql?query={_ASK}&format=json%0d%0aset-cookie%3Aa%3Db"
    ),
    "unknown scope": Hostile("whose data?", frozenset({400, 404}), f"/sparql?query={_ASK}&scope=../../etc"),
    "path out of the folder": Hostile("reads a file", _NOT_THERE, "/../../../../etc/passwd"),
    "path out of the folder, escaped": Hostile("reads a file", _NOT_THERE, "/%2e%2e/%2e%2e/%2e%2e/etc/passwd"),
    "path out of the folder, slash escaped": Hostile("reads a file", _NOT_THERE, "/..%2f..%2f..%2fetc%2fpasswd"),
    "document out of the folder": Hostile("reads a file", _NOT_THERE, "/doc/../../etc/passwd"),
    "document out of the folder, escaped": Hostile("reads a file", _NOT_THERE, "/doc/%2e%2e%2f%2e%2e%2fetc/passwd.ttl"),
    "asset out of the folder": Hostile("reads a file", _NOT_THERE, "/assets/..%2f..%2f__init__.py"),
    "backslashes": Hostile("reads a file, elsewhere", _NOT_THERE, "/doc/..%5c..%5cetc%5cpasswd"),
    "nul in a path": Hostile("ends a text in C", _NOT_THERE, "/doc/actor/publiq%00.ttl"),
    "line end in a path": Hostile("header injection", _NOT_THERE, "/id/actor/publiq%0d%0aset-cookie:a=b"),
    "redirect elsewhere": Hostile("open redirect", _NOT_THERE, "//example.org/%2e%2e"),
    "redirect elsewhere by id": Hostile("open redirect", _NOT_THERE, "/id//example.org"),
    "redirect elsewhere, escaped": Hostile("open redirect", _NOT_THERE, "/id/%2f%2fexample.org"),
    "query in an id": Hostile("injection", _NOT_THERE, "/doc/actor/x%3E%20%3Fp%20%3Fo%20%7D%20%23.ttl"),
    "script in a path": Hostile("runs in a page", _NOT_THERE, "/doc/actor/%3Cscript%3Ealert(1)%3C/script%3E"),
    "another host": Hostile(
        "gets into links", frozenset({303}), "/id/actor/publiq", "GET", (("host", "evil.example.org"),)
    ),
    "another host, forwarded": Hostile(
        "gets into links",
        frozenset({303}),
        "/id/actor/publiq",
        "GET",
        (
            ("x-forwarded-host", "evil.example.org"),
            ("x-forwarded-proto", "ftp"),
            ("forwarded", "host=evil.example.org"),
        ),
    ),
    "another path, by header": Hostile(
        "gets around rules",
        frozenset({404}),
        "/nergens",
        "GET",
        (("x-original-url", "/sparql"), ("x-rewrite-url", "/sparql"), ("x-http-method-override", "PUT")),
    ),
}
"""Hostile requests that need no more than a client which sends what it is told."""

_POST: Final = b"POST /sparql HTTP/1.1\r\nHost: x\r\n"

RAW: Final = {
    "no length": _POST + b"Content-Type: application/sparql-query\r\n\r\nASK {}",
    "length that is no number": _POST + b"Content-Length: many\r\n\r\nASK {}",
    "two lengths": _POST + b"Content-Length: 6\r\nContent-Length: 7\r\n\r\nASK {}x",
    "length and chunks": _POST + b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"0\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\n\r\n",
    "chunk that is no number": _POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nASK {}\r\n",
    "nul in the request line": b"GET /spar\x00ql HTTP/1.1\r\nHost: x\r\n\r\n",
    "nul in a header": b"GET /health HTTP/1.1\r\nHost: x\r\nX-Y: a\x00b\r\n\r\n",
    "address of 100 kB": b"GET /sparql?query=" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "no http": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 64 + b"\r\n\r\n",
    "space in the address": b"GET /sparql?query=ASK {} HTTP/1.1\r\nHost: x\r\n\r\n",
    "folded header": b"GET /health HTTP/1.1\r\nHost: x\r\nX-Y: a\r\n b: c\r\n\r\n",
    "bare line ends": b"GET /health HTTP/1.1\nHost: x\n\n",
}
"""Bytes that are no proper HTTP, or nearly so: whatever comes back, it is HTTP or nothing, and never a 5xx."""
