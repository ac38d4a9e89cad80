"""The ontology as one page of Markdown, for who meets it for the first time.

What the page tells of a term comes from the graph, by ``queries/ontology``; how the report's inventory folds into the
terms, from ``ontology/inventory.yaml``. The words around it are the templates beside this module, one a language.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox
import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined

from samenhang import questions, sources
from samenhang.engine import EmbeddedEngine
from samenhang.errors import Unreadable
from samenhang.namespaces import NS, PREFIXES, shorten
from samenhang.settings import Lang

PAGES: Final[Mapping[Lang, str]] = {"en": "README.md", "nl": "LEESMIJ.md"}
"""The page of each language: its file in ``ontology/``, and the template that makes it."""

GROUPS: Final = (
    ("landscape", "BuildingBlock Portfolio Tool Service Part Capability InformationObject Dataset TargetGroup Domain"),
    ("coupling", "Interface Standard Agreement"),
    ("organisations", "Actor Body Collective Role Place"),
    ("steering", "Policy Principle Value Criterion Instrument Decision Position Condition Recommendation AddedValue"),
    ("work", "BusinessCase Project Task RoadmapStep Output Event Problem"),
    ("measuring", "Quantity Target Indicator Observation"),
    ("writing", "Document Study Question Definition SourceNote"),
)
"""The classes of things in the order in which a newcomer needs them; a class that is not named comes last."""

CLAIMS: Final = (
    "Exchange Dependency Use CapabilityRealisation InformationUse StandardSupport "
    "Responsibility Management Cost Funding Lifecycle Statement Completeness"
)
"""The classes of claims, in that order too."""

_LITERAL: Final = 60
"""Characters of a text in an example; the rest says nothing about the term."""

_NAME: Final = re.compile(rf"(?<![\w/`-])(?:{'|'.join(map(re.escape, PREFIXES))}):[A-Za-z]\w*(?:-\w+)*")

Row = dict[str, str]
"""Of each column its text: short names for addresses, nothing for what is not bound."""


def write(content: Path, lang: Lang) -> str:
    """The page in *lang* about the ontology in the folder *content*. Raises Unreadable, SyntaxProblem."""
    told = {name: _rows(answer) for name, answer in _answers(content, lang).items()}
    classes, properties, codes = told["classes"], told["properties"], told["codes"]
    plain = [row for row in properties if not row["role"]]
    below = {name: [row for row in classes if row["above"] == f"sam:{name}"] for name in ("Thing", "Claim", "Code")}
    text = _ENVIRONMENT.get_template(PAGES[lang]).render(
        lang=lang,
        name={_local(row["term"]): row["label"] for row in classes},
        row={_local(row["term"]): row for row in classes},
        groups=_grouped(below["Thing"]),
        claims=_ordered(below["Claim"], CLAIMS),
        apart=[row for row in classes if row["above"] not in ("sam:Thing", "sam:Claim", "sam:Code")],
        roles={row["term"]: sorted(role["term"] for role in plain if role["domain"] == row["term"]) for row in classes},
        properties=_described(plain),
        relations=[row for row in properties if row["role"] == "sam:StatedRelation"],
        shortcuts=[row for row in properties if row["role"] == "sam:Shortcut"],
        codes={name: list(rows) for name, rows in itertools.groupby(codes, lambda row: row["list"])},
        borrowed=told["borrowed"],
        ties=_tied(told["ties"]),
        inventory=_inventory(content / "ontology" / "inventory.yaml", lang),
    )
    return text.rstrip("\n") + "\n"


def _local(term: str) -> str:
    return term.removeprefix("sam:")


def _answers(content: Path, lang: Lang) -> dict[str, Iterable[Mapping[str, Any]]]:
    """The answer to each query about the ontology, over ontology and vocabularies alone."""
    files = [f for f in sources.find(content) if f.source in ("ontology", sources.COMMON)]
    store = ox.Store()
    sources.load(store, files)
    engine, graphs = EmbeddedEngine(store), sorted({f.graph for f in files})
    return {
        name: [
            {column: row.get(column) for column in (c.name for c in query.columns)}
            for row in engine.query(query.bind({"lang": lang} if query.parameters else {}), graphs=graphs).rows()
        ]
        for name, query in questions.collect(content / "queries" / "ontology").items()
    }


def _rows(answer: Iterable[Mapping[str, Any]]) -> list[Row]:
    return [{column: _text(term) for column, term in row.items()} for row in answer]


def _text(term: object) -> str:
    if isinstance(term, ox.NamedNode):
        return shorten(term.value)
    return term.value if isinstance(term, ox.Literal) else ""


def _ordered(rows: Iterable[Row], terms: str) -> list[Row]:
    """*rows* with those of *terms* (names without prefix) first, in that order; the others stay as they are."""
    order = {f"sam:{term}": number for number, term in enumerate(terms.split())}
    return sorted(rows, key=lambda row: order.get(row["term"], len(order)))


def _grouped(things: list[Row]) -> list[tuple[str, list[Row]]]:
    """The classes of things by group, in the order of GROUPS."""
    left = {_local(row["term"]): row for row in things}
    groups = [(name, [left.pop(term) for term in terms.split() if term in left]) for name, terms in GROUPS]
    return [(name, rows) for name, rows in (*groups, ("other", list(left.values()))) if rows]


def _described(properties: list[Row]) -> list[tuple[str, list[Row]]]:
    """The plain properties by what they describe, and then by class."""
    groups: dict[str, list[Row]] = {"claim": [], "thing": [], "evidence": [], "finding": [], "several": []}
    for row in sorted(properties, key=lambda row: row["domain"]):
        if "sam:Claim" in (row["domain"], row["over"]):
            groups["claim"].append(row)
        elif "sam:Thing" in (row["domain"], row["over"]):
            groups["thing"].append(row)
        else:
            name = {"sam:Evidence": "evidence", "sam:Search": "evidence", "sam:Finding": "finding"}.get(row["domain"])
            groups[name or "several"].append(row)
    return list(groups.items())


def _tied(ties: list[Row]) -> list[tuple[str, str, list[str], list[str]]]:
    """Of each outside vocabulary its name and address, the ties that entail, and those that only resemble."""
    found = []
    for (name, address), rows in itertools.groupby(ties, lambda row: _vocabulary(row["outside"])):
        under, like = [], []
        for row in rows:
            ours, theirs = (
                _local(row["term"]),
                row["outside"].strip("<>").removeprefix(f"{name}:").removeprefix(address),
            )
            if row["tie"].startswith("rdfs:"):
                under.append(f"{ours} → {theirs}")
            else:
                like.append(f"{ours} {'=' if row['tie'] == 'skos:exactMatch' else '≈'} {theirs}")
        found.append((name, address, under, like))
    return found


def _vocabulary(term: str) -> tuple[str, str]:
    """The prefix and the address of the vocabulary of *term*; for want of a prefix, the last word of the address."""
    if not term.startswith("<"):
        prefix = term.partition(":")[0]
        return prefix, PREFIXES[prefix]
    address = re.split(r"[^/#]+>", term)[0][1:]
    return address.rstrip("/#").rsplit("/", 1)[-1], address


def _inventory(path: Path, lang: Lang) -> dict[str, Any]:
    """How the report's inventory folds: of each table the runs of patterns with one class, and its predicates."""
    try:
        folding = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as problem:
        raise sources.unreadable(path, problem) from None
    except yaml.YAMLError as problem:
        raise Unreadable(f"'{path}' is geen YAML: {problem}", f"'{path}' is not YAML: {problem}") from None
    tables = [
        (
            letter,
            folding["tables"][letter][lang],
            [(name, [row["type"] for row in rows]) for name, rows in itertools.groupby(rows, lambda row: row["class"])],
        )
        for letter, rows in folding["classes"].items()
    ]
    predicates = folding["predicates"]
    kept = [name for name, forms in predicates.items() if forms == [{"predicate": f"sam:{name}"}]]
    return {
        "tables": tables,
        "total": len(predicates),
        "kept": kept,
        "changed": {name: forms for name, forms in predicates.items() if name not in kept},
    }


def _prose(text: str) -> str:
    """*text* as it may stand in a cell: nothing in it is markup, and names of terms are set as code."""
    escaped = re.sub(r"([|*\\])", r"\\\1", text).replace("<", "&lt;").replace("\n", " ")
    return _NAME.sub(lambda found: f"`{found[0]}`", escaped)


def _code(text: str) -> str:
    """*text* as code in a cell; none when there is no text."""
    return f"`{text.replace('|', chr(92) + '|')}`" if text else ""


def _example(text: str) -> str:
    """An example as code, its texts cut to what shows their form."""

    def cut(found: re.Match[str]) -> str:
        return found[0] if len(found[1]) <= _LITERAL else f'"{found[1][:_LITERAL].rsplit(" ", 1)[0]} ..."'

    return _code(re.sub(r'"((?:[^"\\]|\\.)*)"', cut, text))


_ENVIRONMENT: Final = Environment(
    loader=PackageLoader("samenhang.exchange"),
    autoescape=False,  # it writes Markdown, from the project's own files; see _prose
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_ENVIRONMENT.filters |= {"prose": _prose, "code": _code, "example": _example, "ordered": _ordered}
_ENVIRONMENT.globals |= {"NS": NS, "PREFIXES": PREFIXES}
