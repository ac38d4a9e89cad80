"""A SPARQL server over HTTP: one question, one whole answer, or a reason that says what can be done about it.

A query can be asked again, so what fails in passing is tried a few times. An answer that is cut short, is no answer to
what was asked or cannot be seen to be whole is never taken for one.
"""

from __future__ import annotations

import ast
import contextlib
import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import Message
from typing import IO, Final, Literal, NoReturn

from SPARQLWrapper import POST, SPARQLExceptions, SPARQLWrapper

from samenhang.errors import Busy, SamenhangError, TooMuch

# Virtuoso sends a field for each graph that a query names, and a release has more than the hundred that Python takes.
http.client._MAXHEADERS = 10_000  # type: ignore[attr-defined]

Kind = Literal["SELECT", "ASK", "CONSTRUCT"]

JSON: Final = "application/sparql-results+json"
TRIPLES: Final = "application/n-triples"
_ACCEPT: Final = {"SELECT": JSON, "ASK": JSON, "CONSTRUCT": TRIPLES}
_KNOWN: Final = {JSON: (JSON, "application/json"), TRIPLES: (TRIPLES, "text/plain")}
_TRIES: Final = 4
_PAUSE: Final = 0.2
"""Seconds before the second try; each next one waits twice as long."""
_AFTER: Final = 5
"""Seconds after which asking again makes sense, when a server does not answer."""
_SAID: Final = 300
"""Characters of what a server says that are passed on."""
_TIMED_OUT: Final = ("S1T00", "S1TAT", "timeout", "timed out", "time limit", "42000 Error The estimated execution time")
"""What servers say when a query took too long, with whatever status."""

_UNABLE: Final = ("not supported", "unsupported", "not implemented")
"""What servers say when they can never do what is asked, with whatever status."""


@dataclass(frozen=True)
class Endpoint:
    """Where a server is asked, and as whom (nobody: without a name)."""

    address: str
    user: str = ""
    password: str = field(default="", repr=False)

    def ask(
        self,
        text: str,
        kind: Kind,
        graphs: Sequence[str],
        named: Sequence[str] = (),
        *,
        seconds: float = 60,
    ) -> bytes:
        """The whole answer to *text*, as JSON (rows, yes or no) or N-Triples, over *graphs* and *named*.

        Raises TooMuch (504, 413), Busy (503: try later), SamenhangError (502: the server cannot do this).
        """
        end, pause = time.monotonic() + seconds, _PAUSE
        for tried in range(1, _TRIES + 1):
            try:
                return self._ask(text, kind, graphs, named, max(1, end - time.monotonic()))
            except Busy as problem:
                if problem.after != _AFTER or tried == _TRIES or time.monotonic() + pause > end:
                    raise
                time.sleep(pause)
                pause *= 2
        raise AssertionError

    def _ask(self, text: str, kind: Kind, graphs: Sequence[str], named: Sequence[str], seconds: float) -> bytes:
        install(self, self.address)
        wrapper = SPARQLWrapper(self.address)
        wrapper.setMethod(POST)
        wrapper.setOnlyConneg(True)
        wrapper.setTimeout(int(seconds) + 1)
        for graph in graphs:
            wrapper.addParameter("default-graph-uri", graph)
        for graph in named:
            wrapper.addParameter("named-graph-uri", graph)
        wrapper.addCustomHttpHeader("Accept", _ACCEPT[kind])
        # Its own setQuery guesses the kind, and a comment can mislead it.
        wrapper.queryString, wrapper.queryType = text, kind
        with answers(), wrapper.query().response as response:
            _refuse_part(response.status, response.headers)
            body: bytes = response.read()
        _refuse_other(response.headers, body, _ACCEPT[kind])
        return body


@contextlib.contextmanager
def answers() -> Iterator[None]:
    """What fails while a server is asked, as an error that says what it means."""
    try:
        yield
    except SPARQLExceptions.SPARQLWrapperException as problem:
        refuse(_STATUS.get(type(problem), 500), _response(problem))
    except urllib.error.HTTPError as problem:
        with problem:  # after the last try with a password there is nothing to read
            refuse(problem.code, "" if problem.code == 401 else problem.read(4 * _SAID).decode(errors="replace"))
    except TimeoutError:
        raise late() from None
    except urllib.error.URLError as problem:
        if isinstance(problem.reason, TimeoutError):
            raise late() from None
        raise away(str(problem.reason)) from None
    except (http.client.HTTPException, OSError, ValueError) as problem:
        raise away(type(problem).__name__) from None


def _response(problem: Exception) -> str:
    """What the server said, out of the sentence in which the bytes of it stand as Python writes them."""
    try:
        said = ast.literal_eval(str(problem).partition("Response:\n")[2])
    except (SyntaxError, ValueError):
        return ""
    return said.decode(errors="replace") if isinstance(said, bytes) else ""


_STATUS: Final[Mapping[type[Exception], int]] = {
    SPARQLExceptions.QueryBadFormed: 400,
    SPARQLExceptions.Unauthorized: 401,
    SPARQLExceptions.EndPointNotFound: 404,
    SPARQLExceptions.URITooLong: 414,
}


class _Straight(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: a question would lose its text, and a password could go to somebody else."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        """No request at all, so that the answer is the redirect."""


class _Digest(urllib.request.HTTPDigestAuthHandler):
    """Tells who we are with the request, once a server asked: what is large is not sent twice."""

    challenge = ""

    def http_error_401(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: http.client.HTTPMessage
    ) -> IO[bytes] | None:
        """Remember what the server asks."""
        self.challenge = headers.get("www-authenticate", "")
        return super().http_error_401(req, fp, code, msg, headers)

    def http_request(self, req: urllib.request.Request) -> urllib.request.Request:
        """*req*, with the answer to what was asked before."""
        scheme, _, asked = self.challenge.partition(" ")
        if scheme.lower() == "digest":
            listed = urllib.request.parse_keqv_list(urllib.request.parse_http_list(asked))
            if told := self.get_authorization(req, listed):
                req.add_unredirected_header("Authorization", f"Digest {told}")
        return req

    https_request = http_request


_openers: dict[tuple[str, ...], urllib.request.OpenerDirector] = {}


def install(endpoint: Endpoint, address: str) -> None:
    """Let this process send a request to *address* as *endpoint* wants it: with its name, and to nobody else."""
    who = (address, endpoint.user, endpoint.password)
    if who not in _openers:
        handlers: list[urllib.request.BaseHandler] = [_Straight()]
        if endpoint.user:
            known = urllib.request.HTTPPasswordMgrWithDefaultRealm()
            known.add_password(None, address, endpoint.user, endpoint.password)
            handlers += [_Digest(known), urllib.request.HTTPBasicAuthHandler(known)]
        _openers[who] = urllib.request.build_opener(*handlers)
    urllib.request.install_opener(_openers[who])


def _refuse_part(status: int, headers: Message) -> None:
    """Raise what is wrong with an answer of which the server says itself that it is not the whole."""
    if "X-SQL-State" in headers or status == 206:
        raise late()
    if limit := headers.get("X-SPARQL-MaxRows"):
        raise TooMuch(
            f"De SPARQL-server geeft niet meer dan {limit} rijen, en hier zijn er meer. Vraag minder (LIMIT, OFFSET).",
            f"The SPARQL server gives no more than {limit} rows, and there are more. Ask for less (LIMIT, OFFSET).",
            status=413,
        )
    if status != 200:
        raise away(f"{status}")


def _refuse_other(headers: Message, body: bytes, wanted: str) -> None:
    """Raise Busy when *body* is not what was *wanted*, or when nothing tells that it is whole."""
    if headers.get_content_type() not in _KNOWN[wanted]:
        raise away(headers.get_content_type())
    if wanted == JSON:
        if not body.rstrip().endswith(b"}"):
            raise away("half JSON")
    elif "Content-Length" not in headers and headers.get("Transfer-Encoding", "").lower() != "chunked":
        raise away("no length")  # it may have been cut off between two triples


def refuse(status: int, said: str) -> NoReturn:
    """Raise what it means that a server answers with *status* and *said* so."""
    said = " ".join(said.split())[:_SAID]
    if status not in (401, 403) and any(word in said for word in _TIMED_OUT):
        raise late()
    if status in (401, 403):
        who = ("SAMENHANG_ENGINE_USER", "SAMENHANG_ENGINE_PASSWORD")
        raise _unusable(f"weigert ons ({status})", f"refuses us ({status})", *who)
    if status == 404 or 300 <= status < 400:
        raise _unusable(f"is daar niet ({status})", f"is not there ({status})")
    unable = status == 501 or any(word in said.lower() for word in _UNABLE)
    if (status >= 500 and not unable) or status in (408, 429):
        raise away(f"{status} {said}".strip())
    raise SamenhangError(
        f"De SPARQL-server kan deze query niet aan ({status}): {said}",
        f"The SPARQL server cannot do this query ({status}): {said}",
        status=502,
    )


def away(why: str) -> Busy:
    """The error for a server that does not answer as it should, for the moment."""
    return Busy(
        f"De SPARQL-server antwoordt niet zoals het hoort ({why}). Probeer het zo weer.",
        f"The SPARQL server does not answer as it should ({why}). Try again in a moment.",
        after=_AFTER,
    )


def late() -> TooMuch:
    """The error for a query that the server stopped, or of which it gave a part only."""
    return TooMuch(
        "De SPARQL-server had niet genoeg tijd voor deze query. Vraag minder, of begin bij iets bepaalds.",
        "The SPARQL server had not enough time for this query. Ask for less, or start from something specific.",
    )


def _unusable(nl: str, en: str, *names: str) -> Busy:
    """The error for a server that whoever runs the service has to do something about; trying at once does not help.

    *names*: the settings to look at beside ``SAMENHANG_ENGINE``.
    """
    listed = ", ".join(("SAMENHANG_ENGINE", *names))
    return Busy(
        f"De SPARQL-server {nl}. Wie de dienst beheert, kijkt na: {listed}.",
        f"The SPARQL server {en}. Whoever runs the service has to look at {listed}.",
        after=60,
    )
