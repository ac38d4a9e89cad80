"""What is sent, and what must come back: documents, pages and queries as people ask them, and hostile queries."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from itertools import count, cycle
from urllib.parse import urlencode

from samenhang.namespaces import ID
from samenhang.release import Release
from tests.hostile import HOSTILE
from tests.soak.wire import Answer, fetch

RATES = {"document": 20.0, "page": 3.0, "query": 3.0, "attack": 10.0}
"""Requests a second of each."""
PAGES = (
    "/",
    "/health",
    "/?lang=en",
    "/ns",
    "/shapes",
    "/graph",
    "/questions",
    "/catalog",
    "/sitemap.xml",
    "/robots.txt",
)
REFUSALS = {400, 413, 429, 503, 504}
LATER = {429, 503}
BROWSER = "text/html"
PEOPLE, ATTACKER = "127.0.0.2", "127.0.0.3"
"""The addresses they come from."""
ASKED = {
    "things": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c FILTER(STRSTARTS(STR(?s), '%s')) }" % ID,  # noqa: UP031
    "kinds": "SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c } GROUP BY ?c ORDER BY DESC(?n) ?c",
    "names": "SELECT ?s ?n { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?n } ORDER BY ?s ?n LIMIT 500",
}
"""Queries whose answers the tests know from the data themselves."""


class Traffic:
    """Requests to the service at *port*, which serves *release*, and what came of them."""

    def __init__(self, port: int, release: Release) -> None:
        self.port = port
        self.waits: list[float] = []
        """Seconds that each document took, since this was last emptied."""
        self.counted: Counter[str] = Counter()
        self.problems: list[str] = []
        self.seen: dict[str, bytes] = {}
        """A digest of what each document and page was, by its path."""
        self._known = {name: release.query(text).serialize("csv") for name, text in ASKED.items()}
        self._documents = self._walk(release)
        self._pages = cycle([*PAGES, *(f"/questions/{name}.csv" for name in release.questions)])
        self._queries, self._hostile, self._number = cycle(ASKED), cycle(HOSTILE.items()), count()

    def _walk(self, release: Release) -> Iterator[str]:
        """The documents of all things in turn, in an order that has nothing to do with how they are stored."""
        things = "SELECT DISTINCT ?s { ?s a ?c FILTER(STRSTARTS(STR(?s), '%s')) } ORDER BY ?s" % ID  # noqa: UP031
        names = [row["s"].value.removeprefix(ID) for row in release.query(things).rows()]
        random.Random(4).shuffle(names)
        return cycle(f"/doc/{name}{suffix}" for name in names for suffix in (".ttl", ".html"))

    async def run(self, seconds: float, *, hostile: bool) -> None:
        """Send for so many *seconds*, each request at its time whether those before it are answered or not."""
        kinds = [kind for kind in RATES if hostile or kind != "attack"]
        await asyncio.gather(*(self._stream(seconds, RATES[kind], getattr(self, kind)) for kind in kinds))

    async def _stream(self, seconds: float, rate: float, send: Callable[[], Awaitable[None]]) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        async with asyncio.TaskGroup() as sent:
            for number in range(int(seconds * rate)):
                await asyncio.sleep(begun + number / rate - loop.time())
                sent.create_task(self._counted(send))

    async def _counted(self, send: Callable[[], Awaitable[None]]) -> None:
        try:
            await send()
        except (OSError, TimeoutError, ValueError) as problem:
            self.problems.append(f"{send.__name__}: {problem!r}")

    async def document(self) -> None:
        """The document of the next thing, which must be there and always the same."""
        path = next(self._documents)
        answer = await fetch(self.port, path, source=PEOPLE, accept=BROWSER)
        self.waits.append(answer.seconds)
        self.same(path, answer)

    async def page(self) -> None:
        """The next page, the same way."""
        path = next(self._pages)
        answer = await fetch(self.port, path, source=PEOPLE, accept=BROWSER)
        if path == "/health":
            self._told("page", path, answer, ok=answer.status == 200)
        else:
            self.same(path, answer)

    async def query(self) -> None:
        """A query whose answer is known: that one, or (now and then) to come back later."""
        name, number = next(self._queries), next(self._number)
        text = ASKED[name] + (f" # {number}" if number % 2 else "")  # the half of them was not asked before
        answer = await fetch(self.port, "/sparql?" + urlencode({"query": text, "format": "csv"}), source=PEOPLE)
        right = answer.status == 200 and answer.body == self._known[name]
        self._told("query", name, answer, ok=right or (answer.status in LATER and reasoned(answer)))

    async def attack(self) -> None:
        """The next hostile query, which must be refused with a reason."""
        name, text = next(self._hostile)
        answer = await fetch(self.port, "/sparql", source=ATTACKER, query=f"{text} # {next(self._number)}")
        self._told("hostile", name, answer, ok=answer.status in REFUSALS and reasoned(answer))

    def same(self, path: str, answer: Answer) -> None:
        """Count *answer* as that of *path*: 200, and what it was before."""
        digest = hashlib.sha256(answer.body).digest()
        self._told("page", path, answer, ok=answer.status == 200 and self.seen.setdefault(path, digest) == digest)

    def _told(self, kind: str, what: str, answer: Answer, *, ok: bool) -> None:
        self.counted[f"{kind} {answer.status}"] += 1
        if not ok:
            self.problems.append(f"{kind} '{what}': {answer.status} {answer.body[:300]!r}")


def reasoned(answer: Answer) -> bool:
    """Whether *answer* says why it is no other, and when to come back if that helps."""
    if answer.headers.get("content-type") != "application/problem+json":
        return False
    told = json.loads(answer.body)
    later = answer.headers.get("retry-after", "").isdigit() or answer.status not in LATER
    return bool(told["status"] == answer.status and told["detail"] and later)
