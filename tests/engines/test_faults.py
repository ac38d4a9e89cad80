"""A SPARQL server that is slow, gone, cut short or wrong: a clear reason, another try where it is safe, never half."""

from __future__ import annotations

import gc
import threading
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest

from samenhang.engine import EmbeddedEngine
from samenhang.engine.endpoint import JSON, TRIPLES, Endpoint, answers, install
from samenhang.engine.inquiry import Inquiry
from samenhang.engine.lodging import RELEASES, Elsewhere, Lodging
from samenhang.engine.remote import RemoteEngine, mark
from samenhang.errors import Busy, SamenhangError, TooMuch
from samenhang.namespaces import scope_graph
from tests.benchmarks.peers import port

ROWS = b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"x:a"}}]}}'
YES = b'{"head":{},"boolean":true}'
TRIPLE = b"<x:a> <x:b> <x:c> .\n"
LODGING = Lodging("r1", "sum")
KNOWN = b'{"head":{"vars":["sum"]},"results":{"bindings":[{"sum":{"type":"literal","value":"sum"}}]}}'

Fault = Callable[["Faulty"], None]


class Faulty(BaseHTTPRequestHandler):
    """Does, for each query but that for the release, the next of what is planned, and then what is right."""

    plan: ClassVar[list[Fault]] = []
    asked: ClassVar[list[dict[str, list[str]]]] = []
    known: ClassVar[bytes] = KNOWN

    def do_POST(self) -> None:
        self.fields = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if RELEASES in self.fields["default-graph-uri"]:
            self.say(type(self).known)
            return
        self.asked.append(self.fields)
        (self.plan.pop(0) if self.plan else right)(self)

    def say(self, body: bytes, status: int = 200, media: str = JSON, length: int | None = -1, **fields: str) -> None:
        """Answer with *body*; *length*: what is said of its length, when that is not the truth (None: nothing)."""
        self.send_response(status)
        self.send_header("Content-Type", media)
        if length is not None:
            self.send_header("Content-Length", str(len(body) if length < 0 else length))
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


def right(server: Faulty) -> None:
    query = server.fields["query"][0]
    if "CONSTRUCT" in query:
        server.say(TRIPLE, media=TRIPLES)
    else:
        server.say(YES if "ASK" in query else ROWS)


def hang_up(server: Faulty) -> None:
    server.close_connection = True
    server.connection.close()


def never(server: Faulty) -> None:
    stopped.wait(20)


stopped = threading.Event()


class Server(ThreadingHTTPServer):
    """One that does not tell of connections that were broken off: that is what it is for."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = Server(("127.0.0.1", 0), Faulty)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    # What pyoxigraph made in this thread may not be let go of in another, which collecting garbage there would do.
    gc.disable()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    gc.enable()
    stopped.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def engine(address: str, monkeypatch: pytest.MonkeyPatch) -> RemoteEngine:
    monkeypatch.setattr("samenhang.engine.endpoint._PAUSE", 0.01)
    Faulty.plan, Faulty.asked, Faulty.known = [], [], KNOWN
    return RemoteEngine(Elsewhere(Endpoint(address), LODGING), [scope_graph("all")], {}, None, 0, 1)


def answer(engine: RemoteEngine, query: str = "SELECT ?s { ?s ?p ?o }", form: str = "csv") -> bytes:
    return engine.answer(Inquiry(query, form)).serialize(form)


PASSING: list[Fault] = [
    hang_up,
    lambda server: server.say(b"busy", 503, "text/plain"),
    lambda server: server.say(b"restarting", 500, "text/html"),
    lambda server: server.say(b"", 502),
    lambda server: server.say(ROWS[:40], length=len(ROWS)),
    lambda server: server.say(ROWS[:40]),
    lambda server: server.say(ROWS[:40], length=None),
    lambda server: server.say(b"<html>Welcome</html>", media="text/html"),
    lambda server: server.say(b"", 204),
]
"""What may be over in a moment: gone, restarting, cut off in the middle with and without a length, another's page."""


@pytest.mark.parametrize("fault", PASSING)
def test_what_fails_in_passing_is_asked_again(engine: RemoteEngine, fault: Fault) -> None:
    Faulty.plan = [fault, fault]
    assert answer(engine) == b"s\r\nx:a\r\n"
    assert len(Faulty.asked) == 3
    Faulty.plan = [fault] * 4
    with pytest.raises(Busy) as caught:
        answer(engine)
    assert (caught.value.status, caught.value.after) == (503, 5)
    assert len(Faulty.asked) == 7


LASTING: list[tuple[Fault, type[SamenhangError], int]] = [
    (never, TooMuch, 504),
    (lambda server: server.say(ROWS, X_SQL_State="S1TAT"), TooMuch, 504),
    (lambda server: server.say(ROWS, 206), TooMuch, 504),
    (lambda server: server.say(b"Virtuoso S1T00 Error SR171: Transaction timed out", 500), TooMuch, 504),
    (lambda server: server.say(ROWS, X_SPARQL_MaxRows="10000"), TooMuch, 413),
    (lambda server: server.say(b"who?", 401), Busy, 503),
    (lambda server: server.say(b"no", 403), Busy, 503),
    (lambda server: server.say(b"", 404), Busy, 503),
    (lambda server: server.say(b"", 302, Location="http://127.0.0.1:9/"), Busy, 503),
    (lambda server: server.say(b"SP031: internal error", 400), SamenhangError, 502),
    (lambda server: server.say(b"no such function: not supported", 500), SamenhangError, 502),
    (lambda server: server.say(ROWS.replace(b'"s"', b'"t"')), Busy, 503),
    (lambda server: server.say(YES), Busy, 503),
    (lambda server: server.say(ROWS.replace(b'"uri"', b'"url"')), Busy, 503),
]
"""What another try does not help: too slow, in part, refused, sent elsewhere, unable, an answer to something else."""


@pytest.mark.parametrize(("fault", "kind", "status"), LASTING)
def test_what_lasts_has_its_reason_at_once(
    engine: RemoteEngine, fault: Fault, kind: type[SamenhangError], status: int
) -> None:
    Faulty.plan = [fault]
    with pytest.raises(kind) as caught:
        answer(engine)
    assert type(caught.value) is kind
    assert caught.value.status == status
    assert len(Faulty.asked) == 1


def test_a_wrong_password_is_told_as_such(address: str, engine: RemoteEngine) -> None:
    """By Digest the client tries a few times, and then has no answer to show."""
    asks = 'Digest realm="r", nonce="n", qop="auth", algorithm=MD5'
    Faulty.plan = [lambda server: server.say(b"", 401, WWW_Authenticate=asks)] * 20
    install(Endpoint(address, "dba", "wrong"), address)
    with pytest.raises(Busy, match="refuses us \\(401\\).*SAMENHANG_ENGINE_PASSWORD"), answers():
        urllib.request.urlopen(address, f"default-graph-uri={address}".encode())
    assert 1 < len(Faulty.asked) < 20


def test_triples_that_may_have_been_cut_off_are_none(engine: RemoteEngine) -> None:
    """Between two triples the half of a graph looks whole, unless something tells how long it is."""
    query = "CONSTRUCT WHERE { ?s ?p ?o }"
    assert answer(engine, query, "nt") == TRIPLE
    Faulty.plan = [lambda server: server.say(TRIPLE, media=TRIPLES, length=None)] * 4
    with pytest.raises(Busy, match="no length"):
        answer(engine, query, "nt")
    Faulty.plan = [lambda server: server.say(TRIPLE[:9], media=TRIPLES)]
    with pytest.raises(Busy, match="N-Triples"):
        answer(engine, query, "nt")


def test_a_release_that_is_gone_is_told_though_the_server_answers(engine: RemoteEngine) -> None:
    Faulty.known = KNOWN.replace(b'{"sum":{"type":"literal","value":"sum"}}', b"")
    with pytest.raises(Busy, match="samenhang load") as caught:
        answer(engine)
    assert caught.value.after == 60


def test_a_yes_or_no_as_virtuoso_gives_it(engine: RemoteEngine) -> None:
    table = b'{"head":{"vars":["__ASK_RETVAL"]},"results":{"bindings":[%s]}}'
    row = b'{"__ASK_RETVAL":{"type":"typed-literal","datatype":"x:i","value":"1"}}'
    Faulty.plan = [lambda server: server.say(table % row), lambda server: server.say(table % b"")]
    assert [b"true" in answer(engine, "ASK {}", "json") for _ in range(2)] == [True, False]


def test_what_a_server_was_not_seen_to_get_right_is_answered_here(engine: RemoteEngine) -> None:
    """Other values, another scope: nobody tried these."""
    query = "SELECT ?s { VALUES ?s { <x:here> } }"
    proven = Inquiry(query, "csv")
    engine.here, engine.proven = EmbeddedEngine(ox.Store()), frozenset({mark(proven)})
    for other in (Inquiry(query.replace("?s {", "?s  {"), "csv"), proven._replace(scope="field")):
        assert engine.answer(other).serialize("csv") == b"s\r\nx:here\r\n"
    assert Faulty.asked == []
    assert engine.answer(proven).serialize("csv") == b"s\r\nx:a\r\n"


def test_nobody_there_and_no_password_told(engine: RemoteEngine) -> None:
    away = Endpoint(f"http://127.0.0.1:{port()}/", "dba", "geheim")
    assert "geheim" not in repr(away)
    with pytest.raises(Busy) as caught:
        away.ask("ASK {}", "ASK", ["x:g"], seconds=1)
    assert "geheim" not in str(caught.value)
    assert caught.value.after == 5
