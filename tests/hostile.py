"""Queries that are meant to hurt: each must be refused with a reason, and leave the service as it was."""

from __future__ import annotations

from typing import Final

HOSTILE: Final = {
    "parentheses": "ASK { FILTER(" + "(" * 5_000 + "1" + ")" * 5_000 + ") }",
    "braces": "ASK " + "{" * 5_000 + "}" * 5_000,
    "or": "ASK { FILTER(" + "||".join(["1"] * 10_000) + ") }",
    "plus": "ASK { FILTER(" + "+".join(["1"] * 10_000) + ") }",
    "union": "ASK { " + "UNION".join(["{}"] * 10_000) + " }",
    "bind": "ASK { " + "".join(f"BIND({n} AS ?v{n})" for n in range(5_000)) + " }",
    "path": "ASK { ?s " + "/".join(["<http://x/p>"] * 5_000) + " ?o }",
    "lists": "ASK { ?s ?p " + "(" * 200 + ")" * 200 + " }",
    "patterns": "SELECT * { " + "".join(f"?a{n} ?p{n} ?a{n + 1} ." for n in range(1_200)) + " }",
    "product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?z) }",
    "sort": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?e ?i",
    "values": "SELECT (COUNT(*) AS ?n) { "
    + " ".join(f"VALUES ?v{n} {{ {' '.join(map(str, range(100)))} }}" for n in range(5))
    + " FILTER(?v0 + ?v1 + ?v2 + ?v3 + ?v4 < 0) }",
    "service": "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "update": "DELETE WHERE { ?s ?p ?o }",
    "foreign graph": "SELECT * FROM <http://127.0.0.1:9/> { ?s ?p ?o }",
    "concatenation": "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d))) AS ?all) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
}
