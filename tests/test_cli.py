"""The command line as somebody uses it: a process, arguments, what comes out, and the exit status."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pyoxigraph as ox
import pytest

from samenhang.cli.main import group
from samenhang.cli.running import shown
from samenhang.release import Release, Shelf
from samenhang.settings import Setting
from tests.command import Commands, Done
from tests.small import AGENDA, PREFIXES, content, write

COMMANDS = group.list_commands(click.Context(group))
Run = Callable[..., Done]
Both = Callable[..., tuple[Done, Done]]


WRONG: list[tuple[list[str], str, str]] = [
    (
        ["ask", "owner"],
        "Er bestaat geen vraag 'owner'. Bedoelde u: owners, without-owner, answers?",
        "no question 'owner'. Did you mean: owners, without-owner, answers?",
    ),
    (
        ["ask", "owners", "--param", "blok=uitid"],
        "Er bestaat geen parameter 'blok' bij de vraag 'owners'. Bedoelde u: block?",
        "There is no parameter 'blok' of the question 'owners'. Did you mean: block?",
    ),
    (
        ["ask", "owners", "--scope", "report"],
        "Er bestaat geen scope 'report'. Bedoelde u: report-2021?",
        "Did you mean: report-2021?",
    ),
    (
        ["query", "-", "--scope", "velden"],
        "Er bestaat geen scope 'velden'. Bedoelde u: field?",
        "There is no scope 'velden'.",
    ),
    (
        ["ask", "owners", "--param", "block=uitdatabnk"],
        "Er bestaat geen ding 'uitdatabnk'. Bedoelde u: uitdatabank",
        "There is no thing 'uitdatabnk'. Did you mean: uitdatabank",
    ),
    (
        ["ask", "owners", "--param", "block=UiT databank"],
        "Parameter 'block' van 'owners' kreeg 'UiT databank'; gevraagd is het adres of de korte naam van een ding",
        "Parameter 'block' of 'owners' got 'UiT databank'; wanted is the address or short name of a thing",
    ),
    (
        ["ask", "owners", "--param", "block"],
        "'block' is geen parameter; schrijf naam=waarde, bijvoorbeeld block=uitdatabank.",
        "'block' is not a parameter; write name=value, for instance block=uitdatabank.",
    ),
    (
        ["ask", "owners", "--param", "scope=field"],
        "De scope is geen parameter van een vraag; geef die met --scope.",
        "The scope is no parameter of a question; give it with --scope.",
    ),
    (["ask", "owners", "--param", "question=x"], "geen parameter 'question'", "no parameter 'question'"),
    (
        ["ask", "owners", "--format", "ttl"],
        "Dit antwoord bestaat niet als 'ttl'; wel als table, json, csv, tsv.",
        "This answer does not exist as 'ttl'; it does as table, json, csv, tsv.",
    ),
    (
        ["findings", "--rule", "capability-overlaps"],
        "Bedoelde u: capability-overlap",
        "Did you mean: capability-overlap",
    ),
    (["findings", "--about", "publik"], "Bedoelde u: publiq", "Did you mean: publiq"),
    (["questions", "findngs"], "Er bestaat geen vraag 'findngs'. Bedoelde u: findings", "Did you mean: findings"),
    (["query", "weg.rq"], "'weg.rq': bestaat niet.", "'weg.rq': does not exist."),
    (["query", "."], "'.': is een map, geen bestand.", "'.': is a folder, not a file."),
    (["check", "weg.ttl"], "'weg.ttl': bestaat niet.", "'weg.ttl': does not exist."),
    (
        ["chekc"],
        "Er bestaat geen opdracht 'chekc'. Bedoelde u: check",
        "There is no command 'chekc'. Did you mean: check",
    ),
    (["ask"], "Hier ontbreekt VRAAG.", "Missing argument 'QUESTION'"),
    (["ask", "owners", "uitid"], "Te veel argumenten: uitid.", "Got unexpected extra argument (uitid)"),
    (
        ["ask", "owners", "--params", "x"],
        "Er bestaat geen optie '--params'. Bedoelde u: --param?",
        "No such option",
    ),
    (
        ["ask", "owners", "--param"],
        "De optie '--param' vraagt een waarde.",
        "Option '--param' requires an argument.",
    ),
    (
        ["ask", "owners", "--format", "xml"],
        "--format: 'xml' kan niet; wel: 'table', 'json'",
        "'xml' is not one of 'table', 'json'",
    ),
    (
        ["check", "--fail-on", "error"],
        "--fail-on: 'error' kan niet; wel: 'violation', 'warning', 'never'.",
        "is not one of",
    ),
    (["serve", "--port", "70000"], "--port: 70000 ligt niet tussen 0 en 65535.", "70000 is not in the range"),
    (["serve", "--port", "http"], "--port: 'http' is geen geheel getal.", "'http' is not a valid integer"),
    (["build", "--out", "pyproject.toml"], "--out: 'pyproject.toml' is een bestand, geen map.", "is a file"),
    (["--lang", "fr", "releases"], "--lang: 'fr' kan niet; wel: 'nl', 'en'.", "'fr' is not one of 'nl', 'en'."),
]
"""Arguments, and what is said of them in Dutch and in English."""


@pytest.fixture(scope="session")
def environment(release: Release) -> dict[str, str]:
    """Nobody's settings: only those of the session's release."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SAMENHANG_", "LC_", "LANG"))}
    return kept | {"SAMENHANG_VAR": str(release.folder.parent.parent)}


@pytest.fixture(scope="session")
def run(environment: dict[str, str]) -> Iterator[Run]:
    """``samenhang`` with these arguments, in a pipe; *more* goes into the environment."""
    commands = Commands(environment)
    yield commands.run
    commands.close()


@pytest.fixture
def both(run: Run) -> Both:
    """The same arguments in Dutch and in English."""

    def twice(*arguments: str) -> tuple[Done, Done]:
        dutch, english = (run(*arguments, stdin="SELECT * { ?s ?p ?o }", SAMENHANG_LANG=lang) for lang in ("nl", "en"))
        return dutch, english

    return twice


def refused(done: Done) -> str:
    """The message of a command that ended with 2: on standard error, without a stack trace, and nothing else said."""
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()[-1]


# Help.


@pytest.mark.parametrize("command", COMMANDS)
def test_help_in_both_languages_with_an_example(both: Both, command: str) -> None:
    dutch, english = both(command, "--help")
    assert (dutch.returncode, english.returncode) == (0, 0)
    assert re.search(rf"Voorbeeld:\n +samenhang {command}\b", dutch.stdout)
    assert re.search(rf"Example:\n +samenhang {command}\b", english.stdout)
    assert dutch.stdout.startswith(f"Gebruik: python -m samenhang {command} ")
    assert english.stdout.startswith(f"Usage: python -m samenhang {command} ")
    for word in ("Usage", "Options", "Show this", "default:", "QUESTION", "[FILE]", "VALUE"):
        assert word not in dutch.stdout
    for word in ("Gebruik", "Opties", "Toon", "standaard:", "VRAAG", "BESTAND", "WAARDE"):
        assert word not in english.stdout
    # Every option says what it is for.
    for name in re.findall(r"^  (--[a-z-]+)(?: \S+)?$", dutch.stdout, re.MULTILINE):
        assert re.search(rf"^  {name}\b.*\n {{20,}}\S", dutch.stdout, re.MULTILINE), f"{command} {name} has no help"


def test_the_list_of_commands(run: Run) -> None:
    done = run("--help")
    assert done.returncode == 0
    assert "Opdrachten:" in done.stdout
    listed = re.findall(r"^  ([a-z]+)  +\S.*\.$", done.stdout, re.MULTILINE)
    assert listed == COMMANDS
    assert COMMANDS == [
        "ask",
        "assess",
        "backup",
        "build",
        "check",
        "diff",
        "doctor",
        "export",
        "findings",
        "harvest",
        "import",
        "load",
        "query",
        "questions",
        "releases",
        "restore",
        "serve",
        "settings",
    ]


def test_without_arguments_the_help_is_shown_as_wrong_use(run: Run) -> None:
    done = run()
    assert (done.returncode, done.stdout) == (2, "")
    assert "Opdrachten:" in done.stderr


def test_version(run: Run) -> None:
    done = run("--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"samenhang, version \d+\.\d+\.\d+\n", done.stdout)


# Language.


@pytest.mark.parametrize(
    ("arguments", "settings", "word"),
    [
        ([], {}, "Fout"),
        ([], {"LANG": "nl_BE.UTF-8"}, "Fout"),
        ([], {"LANG": "en_GB.UTF-8"}, "Error"),
        ([], {"LANG": "nl_BE.UTF-8", "LC_ALL": "en_US.UTF-8"}, "Error"),
        ([], {"LANG": "en_US.UTF-8", "SAMENHANG_LANG": "nl"}, "Fout"),
        ([], {"LANG": "fr_BE.UTF-8"}, "Fout"),
        (["--lang", "en"], {"SAMENHANG_LANG": "nl"}, "Error"),
        (["--lang=nl"], {"SAMENHANG_LANG": "en"}, "Fout"),
    ],
)
def test_language_of_the_messages(run: Run, arguments: list[str], settings: dict[str, str], word: str) -> None:
    assert refused(run(*arguments, "nergens", **settings)).startswith(f"{word}: ")


def test_language_before_or_after_the_command(run: Run) -> None:
    said = [
        refused(run(*arguments))
        for arguments in (["--lang", "en", "questions", "x y"], ["questions", "x y", "--lang", "en"])
    ]
    assert said == ["Error: There is no question 'x y'."] * 2


# Asking.


def test_ask_in_every_form(run: Run, release: Release) -> None:
    question = ("ask", "owners", "--scope", "report-2021", "--param", "block=bibliotheeksysteem")
    table, *others = (run(*question, "--format", form) for form in ("table", "json", "csv", "tsv"))
    assert [done.returncode for done in (table, *others)] == [0, 0, 0, 0]
    assert all(done.stderr == "" for done in (table, *others))
    owner = "https://w3id.org/samenhang/id/actor/cultuurconnect"
    rows = json.loads(others[0].stdout)["results"]["bindings"]
    assert [row["owner"] for row in rows] == [{"type": "uri", "value": owner}]
    assert [row["owner"] for row in csv.DictReader(io.StringIO(others[1].stdout))] == [owner]
    head, line = others[2].stdout.splitlines()
    assert head.split("\t")[:2] == ["?block", "?owner"]
    assert line.split("\t")[1] == f"<{owner}>"
    assert "Cultuurconnect" in table.stdout
    assert table.stdout.endswith("\n1 rij\n")
    english = run("--lang", "en", *question)
    assert english.stdout.endswith("\n1 row\n")
    assert owner not in english.stdout
    ids = run(*question, "--ids")
    assert "actor:cultuurconnect" in ids.stdout


def test_scope_and_several_values(run: Run) -> None:
    both = run(
        "ask", "owners", "--param", "block=uitdatabank", "--param", "block=building-block:uitid", "--format", "csv"
    )
    blocks = {row["block"].rpartition("/")[2] for row in csv.DictReader(io.StringIO(both.stdout))}
    assert blocks == {"uitdatabank", "uitid"}
    counts = {
        scope: len(run("ask", "existing-blocks", "--scope", scope, "--format", "csv").stdout.splitlines())
        for scope in ("all", "report-2021", "field")
    }
    assert counts["all"] > max(counts["report-2021"], counts["field"]) > 1


@pytest.mark.parametrize(("arguments", "nl", "en"), WRONG, ids=[" ".join(case[0]) for case in WRONG])
def test_wrong_use_is_said_with_what_would_work(both: Both, arguments: list[str], nl: str, en: str) -> None:
    dutch, english = both(*arguments)
    assert nl in refused(dutch)
    assert en in refused(english)


# Queries of one's own.


def test_query_from_a_file_and_from_standard_input(run: Run, tmp_path: Path) -> None:
    text = "PREFIX sam: <https://w3id.org/samenhang/ns#>\nSELECT (COUNT(*) AS ?n) { ?f a sam:Finding }"
    file = write(tmp_path / "mijn vraag.rq", text)
    answers = {run("query", file, "--format", "csv").stdout, run("query", "-", "--format", "csv", stdin=text).stdout}
    assert len(answers) == 1
    head, count = answers.pop().split()
    assert head == "n"
    assert int(count) > 0


def test_graphs_and_yes_or_no(run: Run) -> None:
    construct = "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c } LIMIT 5"
    table, turtle = run("query", "-", stdin=construct), run("query", "-", "--format", "ttl", stdin=construct)
    assert table.stdout == turtle.stdout
    assert len(list(ox.parse(turtle.stdout, format=ox.RdfFormat.TURTLE))) == 5
    assert refused(run("query", "-", "--format", "csv", stdin=construct)).endswith("'csv'; wel als table, ttl.")
    assert run("query", "-", stdin="ASK { ?s ?p ?o }").stdout == "ja\n"
    assert run("--lang", "en", "query", "-", stdin="ASK { ?s ?p 'x y z' }").stdout == "no\n"
    assert json.loads(run("query", "-", "--format", "json", stdin="ASK {}").stdout)["boolean"] is True
    assert refused(run("query", "-", "--format", "csv", stdin="ASK {}")).endswith("'csv'; wel als table, json.")


def test_a_long_answer_is_shown_whole(run: Run) -> None:
    """Also when it has more addresses than one question for their names can hold."""
    done = run("query", "-", stdin="SELECT DISTINCT ?s { ?s ?p ?o }")
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.splitlines()[-1].removesuffix(" rijen")) > 1000


@pytest.mark.parametrize(
    ("query", "line", "column", "nl"),
    [
        ("# één\nSELECT ?a {\n  FILTER (?a = )\n}", 3, 16, "bij ')'"),
        ("PREFIX sam: <https://w3id.org/samenhang/ns#>\nINSERT DATA { sam:a sam:b 1 }", 2, 1, "wijzigen kan niet"),
    ],
)
def test_a_query_that_does_not_parse_is_said_with_line_and_column(
    run: Run, query: str, line: int, column: int, nl: str
) -> None:
    message = refused(run("query", "-", stdin=query))
    assert message.startswith(f"Fout: De query is niet geldig op regel {line}, kolom {column}, ")
    assert nl in message


def test_an_undeclared_prefix_of_ours_is_given(run: Run) -> None:
    message = refused(run("--lang", "en", "query", "-", stdin="SELECT ?a { ?a a sam:Finding ; skos:prefLabel ?b }"))
    assert "PREFIX sam: <https://w3id.org/samenhang/ns#>" in message
    assert "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>" in message


def test_service_is_refused(run: Run) -> None:
    message = refused(run("query", "-", stdin="SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"))
    assert message == "Fout: SERVICE wordt geweigerd: deze dienst stelt geen vragen aan andere servers."


def test_a_query_that_is_not_utf_8(run: Run, tmp_path: Path) -> None:
    (tmp_path / "latin.rq").write_bytes(b"# caf\xe9\nSELECT * { ?s ?p ?o }")
    assert refused(run("query", tmp_path / "latin.rq")).endswith("latin.rq': de tekst is geen UTF-8.")


# Questions, findings, releases.


def test_questions_are_listed_by_theme_and_explained(run: Run, release: Release) -> None:
    listed = re.findall(r"^  ([a-z0-9-]+)  +\S", run("questions").stdout, re.MULTILINE)
    assert sorted(listed) == sorted(release.questions)
    dutch, english = run("questions", "owners"), run("questions", "owners", "--sparql", "--lang", "en")
    owners = release.questions["owners"]
    assert dutch.stdout.splitlines()[0] == owners.title.nl
    assert f"  block (building-block): {owners.parameters[0].about.nl}" in dutch.stdout
    assert f"  owner: {owners.columns[1].about.nl}" in dutch.stdout
    assert english.stdout.splitlines()[0] == owners.title.en
    assert english.stdout.endswith(owners.text)


def test_findings(run: Run) -> None:
    everything = list(csv.DictReader(io.StringIO(run("findings", "--format", "csv").stdout)))
    of_rule = list(
        csv.DictReader(io.StringIO(run("findings", "--rule", "capability-overlap", "--format", "csv").stdout))
    )
    about = list(csv.DictReader(io.StringIO(run("findings", "--about", "uitdatabank", "--format", "csv").stdout)))
    assert {row["rule"].rpartition("/")[2] for row in of_rule} == {"capability-overlap"}
    assert 0 < len(of_rule) < len(everything)
    assert 0 < len(about) < len(everything)
    assert all("UiTdatabank" in row["nl"] for row in about if row["rule"].endswith("/interoperability-gap"))
    table = run("findings", "--rule", "capability-overlap")
    assert (table.returncode, table.stderr) == (0, "")


def test_releases(run: Run, release: Release, tmp_path: Path) -> None:
    done = run("releases")
    assert re.fullmatch(
        rf"{release.name}  \d{{4}}-\d\d-\d\dT[0-9:]{{8}}\+00:00  {release.manifest['quads']} quads  <- gepubliceerd\n",
        done.stdout,
    )
    assert done.stderr == ""
    nothing = run("releases", SAMENHANG_VAR=str(tmp_path))
    assert (nothing.returncode, nothing.stdout, nothing.stderr) == (0, "", f"Geen releases in '{tmp_path}'.\n")
    shelf = Shelf(tmp_path)
    shelf.put({"data.nq": b""}, {"quads": 0})
    (shelf.get(shelf.names()[0]).folder / "manifest.json").write_text("{", encoding="utf-8")
    damaged = run("releases", SAMENHANG_VAR=str(tmp_path))
    assert (damaged.returncode, damaged.stdout.split()) == (0, [shelf.names()[0], "-", "beschadigd"])


@pytest.mark.parametrize("command", [["ask", "owners"], ["query", "-"], ["findings"], ["serve"]])
def test_without_a_release_the_way_to_one_is_told(run: Run, tmp_path: Path, command: list[str]) -> None:
    message = refused(run(*command, stdin="ASK {}", SAMENHANG_VAR=str(tmp_path)))
    assert message == f"Fout: In '{tmp_path}' is nog niets gepubliceerd. Bouw eerst: samenhang build."


def test_a_damaged_release_is_said(run: Run, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.publish(shelf.put({"data.nq": b""}, {"quads": 0}))
    (shelf.current().folder / "data.nq").write_bytes(b"x")
    assert "is beschadigd" in refused(run("query", "-", stdin="ASK {}", SAMENHANG_VAR=str(tmp_path)))


# Building and checking.


def test_build_sums_up_what_it_made(run: Run, tmp_path: Path) -> None:
    var = tmp_path / "var"
    done = run("build", SAMENHANG_CONTENT=str(content(tmp_path / "content")), SAMENHANG_VAR=str(var))
    assert (done.returncode, done.stderr) == (0, "")
    name = Shelf(var).current().name
    assert done.stdout.startswith(f"Release {name}: ")
    for title in ("Dingen per soort", "Claims per bron", "Wat per aspect bekend is", "Bevindingen per regel"):
        assert title in done.stdout
    assert done.stdout.endswith("0 fouten en 0 waarschuwingen in de gegevens.\n")
    assert "\x1b" not in done.stdout
    english = run("--lang", "en", "build", "--out", tmp_path / "other", SAMENHANG_CONTENT=str(tmp_path / "content"))
    assert english.stdout.startswith(f"Release {name}: ")
    assert "Things per kind" in english.stdout
    assert english.stdout.endswith("0 violations and 0 warnings in the data.\n")
    assert not (tmp_path / "content" / "var").exists()


def test_build_with_a_violation_publishes_nothing(run: Run, tmp_path: Path) -> None:
    var, folder = tmp_path / "var", content(tmp_path / "content")
    assert run("build", "--out", var, SAMENHANG_CONTENT=str(folder)).returncode == 0
    before = Shelf(var).current().name
    file = write(folder / "data/field/blocks.ttl", AGENDA.replace("sam:slide 3", "sam:slide 0"))
    done = run("build", "--out", var, SAMENHANG_CONTENT=str(folder))
    assert done.returncode == 1
    assert done.stdout.startswith("FOUT  evidence:agenda\n  ")
    assert "\n  eigenschap: sam:slide\n  waarde: " in done.stdout
    line = PREFIXES.count("\n") + 11
    assert f"\n  bestand: {file}:{line}\n  graaf: https://w3id.org/samenhang/graph/field/blocks\n" in done.stdout
    assert "\n1 fout, 0 waarschuwingen, 0 adviezen " in done.stdout
    assert done.stderr.startswith("Niets gepubliceerd")
    assert Shelf(var).names() == [before]
    english = run("--lang", "en", "build", "--out", var, SAMENHANG_CONTENT=str(folder))
    assert english.stdout.startswith("VIOLATION  evidence:agenda\n")
    assert "\n1 violation, 0 warnings, 0 pieces of advice " in english.stdout


def test_build_of_broken_turtle(run: Run, tmp_path: Path) -> None:
    folder = content(tmp_path / "content")
    files = [write(folder / f"data/field/{name}.ttl", PREFIXES + "evidence:x a .") for name in ("x", "y")]
    done = run("build", "--out", tmp_path / "var", SAMENHANG_CONTENT=str(folder))
    assert (done.returncode, done.stdout) == (2, "")
    line = PREFIXES.count("\n") + 1
    said = done.stderr.removeprefix("Fout: ").splitlines()
    assert [text.partition(": ")[0] for text in said] == [f"{file}:{line}:14" for file in files]
    assert all("hier werd een waarde verwacht" in text for text in said)
    assert not (tmp_path / "var").exists()


def test_missing_folders_are_said(run: Run, tmp_path: Path) -> None:
    for command in ("build", "check", "questions"):
        message = refused(run(command, SAMENHANG_CONTENT=str(tmp_path)))
        assert message.startswith(f"Fout: In '{tmp_path}' ontbreekt de map 'ontology'. Zet SAMENHANG_CONTENT op ")
    assert refused(run("build", "--out", "/dev/null/var")).startswith("Fout: '/dev/null/var")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small content folder, for SAMENHANG_CONTENT."""
    return str(content(tmp_path_factory.mktemp("small") / "content"))


@pytest.fixture(scope="module")
def proposals(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """A good description, one with a warning, one with a violation."""
    folder = tmp_path_factory.mktemp("proposals")
    good = AGENDA.replace("agenda", "voorbeeld-agenda").replace('"Agenda"', '"Voorbeeldagenda"')
    return (
        write(folder / "goed.ttl", good),
        write(
            folder / "matig.ttl", good.replace('    sam:heading "Verzonnen hoofdstuk"@nl ;\n    sam:slide 3 ;\n', "")
        ),
        write(folder / "met fout.ttl", good.replace("sam:slide 3", "sam:slide 0")),
    )


@pytest.mark.parametrize(
    ("which", "level", "status"),
    [
        (0, None, 0),
        (1, None, 0),
        (1, "warning", 1),
        (2, None, 1),
        (2, "never", 0),
    ],
)
def test_exit_status_of_check(
    run: Run, small: str, proposals: tuple[Path, Path, Path], which: int, level: str | None, status: int
) -> None:
    done = run("check", proposals[which], *(["--fail-on", level] if level else []), SAMENHANG_CONTENT=small)
    assert (done.returncode, done.stderr) == (status, "")
    assert ("FOUT  " in done.stdout, "WAARSCHUWING  " in done.stdout) == (which == 2, which == 1)


def test_check_as_json(run: Run, small: str, proposals: tuple[Path, Path, Path]) -> None:
    done = run("check", proposals[2], "--format", "json", SAMENHANG_CONTENT=small)
    assert done.returncode == 1
    document = json.loads(done.stdout)
    (result,) = document["results"]
    assert document["engine"]
    assert result["thing"] == "https://w3id.org/samenhang/id/evidence/voorbeeld-agenda"
    assert (result["severity"], result["files"]) == ("violation", [str(proposals[2])])
    assert result["path"] == "https://w3id.org/samenhang/ns#slide"
    assert result["value"] == '"0"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert set(result["message"]) == {"nl", "en"}


def test_check_of_broken_turtle_and_of_no_turtle(run: Run, tmp_path: Path) -> None:
    broken = write(tmp_path / "b.ttl", PREFIXES + "evidence:x a .")
    assert f"{broken}:{PREFIXES.count(chr(10)) + 1}:14: the file is not valid Turtle" in refused(
        run("--lang", "en", "check", broken)
    )
    assert "onbekend formaat '.docx'" in refused(run("check", write(tmp_path / "b.docx", "x")))


def test_check_without_a_file_looks_at_everything(run: Run, small: str) -> None:
    done = run("check", SAMENHANG_CONTENT=small)
    assert done.returncode == 0, done.stdout
    assert re.search(r"^0 fouten, \d+ waarschuwing(en)?, \d+ advie(s|zen) \(nagekeken met ", done.stdout, re.MULTILINE)


# Pipes and terminals.


def test_settings_tells_what_is_set_and_what_looks_like_it(run: Run) -> None:
    done = run("settings", SAMENHANG_SECONDS="7", SAMENHANG_MEMORY="", SAMENHANG_LANG="en")
    assert (done.returncode, done.stderr) == (0, "")
    assert "SAMENHANG_SECONDS=7\n    How long a query to the service may take.\n    Without: 10 s\n" in done.stdout
    assert "SAMENHANG_MEMORY=\n" in done.stdout
    done = run("settings", "--format", "json", SAMENHANG_SECOND="7")
    assert done.returncode == 1
    assert done.stderr == "SAMENHANG_SECOND is geen instelling.\n"
    told = json.loads(done.stdout)["SAMENHANG_SECONDS"]
    assert told == {"given": "", "default": "10 s", "about": "Hoelang een query aan de dienst mag duren."}


def test_a_secret_is_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = Setting("SAMENHANG_VAR", "Geheim.", "Secret.", secret=True)
    monkeypatch.setenv("SAMENHANG_VAR", "sesam")
    assert shown(secret) == "***"
    monkeypatch.delenv("SAMENHANG_VAR")
    assert shown(secret) == ""


def test_output_in_a_pipe_has_no_progress_and_no_colour(run: Run) -> None:
    for arguments in (["ask", "owners"], ["questions"]):
        done = run(*arguments, FORCE_COLOR="1", TERM="xterm-256color")
        assert done.stderr == ""
        assert "\x1b" not in done.stdout
        assert "\r" not in done.stdout


def test_progress_on_a_terminal(environment: dict[str, str], tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "samenhang", "build", "--out", str(tmp_path / "var")],
            env=environment | {"SAMENHANG_CONTENT": str(content(tmp_path / "content"))},
            stdout=subprocess.PIPE,
            stderr=theirs,
            check=False,
        )
        shown = os.read(ours, 65536).decode()
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == 0
    for step in ("lezen", "nakijken", "afleiden en toetsen: scope field", "wegschrijven"):
        assert step in shown
    assert shown.rstrip().endswith("\x1b[2K")  # and it wipes its line when it is done
    assert b"lezen" not in done.stdout


@pytest.mark.parametrize("form", ["table", "json"])
def test_a_reader_that_has_seen_enough_is_no_error(environment: dict[str, str], form: str) -> None:
    command = subprocess.Popen(
        [sys.executable, "-m", "samenhang", "query", "-", "--format", form],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert command.stdout is not None
    command.stdout.close()
    _, said = command.communicate(b"SELECT * { ?s ?p ?o }")
    assert (command.returncode, said) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="SKIPPED ALOUD: no /dev/full, so no full disk to write to")
@pytest.mark.parametrize("arguments", [["questions"], ["findings", "--format", "json"]])
def test_output_to_a_full_disk_is_said(environment: dict[str, str], arguments: list[str]) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "samenhang", *arguments],
            env=environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (2, "Fout: 'de uitvoer': de schijf is vol.\n")


def test_data_cannot_steer_a_terminal(run: Run) -> None:
    done = run("query", "-", stdin='SELECT ("\\u001B[31mrood\\u009B2J\\u0007" AS ?x) {}')
    assert "rood" in done.stdout
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", done.stdout)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_that_knows_no_utf_8_is_no_error(environment: dict[str, str], encoding: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "samenhang", "query", "-"],
        env=environment | {"PYTHONIOENCODING": encoding},
        input='SELECT ("één \u2713" AS ?x) {}'.encode(encoding, "replace"),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_an_argument_that_is_not_utf_8(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable.encode(), b"-m", b"samenhang", b"ask", b"owners", b"--param", b"block=caf\xe9"],
        env=environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
