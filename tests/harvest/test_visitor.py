"""Going to somebody else's server: as a guest, within limits, and never to where it must not go."""

from __future__ import annotations

import gzip
import socket
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from samenhang import __version__
from samenhang.harvest import wire
from samenhang.harvest.visitor import Answer, Limits, Visit, Visitor
from tests.harvest import host as hosts
from tests.harvest.host import Host, hosted

LIMITS = Limits(
    seconds=0.4, size=100_000, hosts=("127.0.0.1",), contact="https://samenhang.example.org", pause=0, loopback=True
)
TEXT = b"<x:a> <x:b> <x:c> ."


@pytest.fixture(scope="module")
def server() -> Iterator[Host]:
    with hosted() as server:
        yield server


@pytest.fixture
def host(server: Host) -> Host:
    """A host that says nothing yet, and was asked nothing."""
    server.says.clear()
    server.asked.clear()
    return server


def visited(host: Host, path: str = "/a", limits: Limits = LIMITS, **known: str) -> Visit:
    return Visitor(limits).visit(host.site + path, **known)


def test_a_guest_says_who_it_is_and_asks_robots_first(host: Host) -> None:
    host.tell("/a", TEXT, Content_Type="text/turtle; charset=utf-8", ETag='"v1"', Last_Modified="Mon, 30 Nov 2026")
    visit = visited(host)
    assert (visit.answer, visit.body, visit.media) == (Answer.NEW, TEXT, "text/turtle")
    assert (visit.tag, visit.modified) == ('"v1"', "Mon, 30 Nov 2026")
    assert [path for path, _ in host.asked] == ["/robots.txt", "/a"]
    agent = f"samenhang/{__version__} (+https://samenhang.example.org)"
    assert {headers["User-Agent"] for _, headers in host.asked} == {agent}


def test_what_is_what_it_was_is_not_sent_again(host: Host) -> None:
    host.tell("/a", b"", 304)
    assert visited(host, tag='"v1"', modified="Mon, 30 Nov 2026").answer is Answer.SAME
    sent = host.asked[-1][1]
    assert (sent["If-None-Match"], sent["If-Modified-Since"]) == ('"v1"', "Mon, 30 Nov 2026")
    assert "If-None-Match" not in host.asked[0][1]
    # Whoever did not ask whether it changed cannot be told that it did not.
    assert visited(host).answer is Answer.AWAY


@pytest.mark.parametrize(
    ("status", "answer"),
    [(404, Answer.GONE), (410, Answer.GONE), (500, Answer.AWAY), (403, Answer.AWAY), (429, Answer.AWAY)],
)
def test_gone_is_not_the_same_as_away(host: Host, status: int, answer: Answer) -> None:
    host.tell("/a", b"", status)
    visit = visited(host)
    assert (visit.answer, visit.wait) == (answer, 0)
    assert str(status) in visit.words.nl
    assert str(status) in visit.words.en


def test_who_asks_to_wait_is_heard(host: Host) -> None:
    host.tell("/a", b"", 503, Retry_After="120")
    assert visited(host).wait == 120
    host.tell("/a", b"", 429, Retry_After=format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True))
    assert 590 <= visited(host).wait <= 601
    for nonsense in ("soon", "-5", "", "Mon, 99 Nov 2026"):
        host.tell("/a", b"", 503, Retry_After=nonsense)
        assert visited(host).wait == 0
    host.tell("/a", b"", 503, Retry_After="999999999999")
    assert visited(host).wait == 7 * 24 * 3600


@pytest.mark.parametrize("bad", [hosts.drip, hosts.drip_head, hosts.silent])
def test_what_takes_too_long_is_left(host: Host, bad: hosts.Says) -> None:
    host.says["/a"] = bad
    begun = time.monotonic()
    visit = visited(host)
    assert visit.answer is Answer.AWAY
    assert "0.4 s" in visit.words.en
    # The drip goes on for twenty seconds.
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("bad", [hosts.endless, hosts.bomb])
def test_a_hundred_megabytes_are_not_taken(host: Host, bad: hosts.Says) -> None:
    host.says["/a"] = bad
    tracemalloc.start()
    visit = visited(host, limits=replace(LIMITS, seconds=20))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert visit.answer is Answer.UNFIT
    assert "0.0953674 MB" in visit.words.en
    if bad is hosts.endless:
        assert most < 10 << 20


def test_what_says_that_it_is_too_large_is_not_begun(host: Host) -> None:
    host.says["/a"] = lambda guest: hosts.head(guest, Content_Length=str(100 << 20))
    assert visited(host).answer is Answer.UNFIT


def test_what_is_compressed_is_read_whole_or_not_at_all(host: Host) -> None:
    whole = gzip.compress(TEXT * 100)
    host.tell("/a", whole, Content_Encoding="gzip")
    assert visited(host).body == TEXT * 100
    for body in (whole[:-12], b"no gzip", b""):
        host.tell("/a", body, Content_Encoding="gzip")
        assert visited(host).answer is Answer.AWAY
    host.tell("/a", whole, Content_Encoding="br")
    assert visited(host).answer is Answer.UNFIT


def test_what_breaks_off_is_no_description(host: Host) -> None:
    host.says["/a"] = hosts.cut
    visit = visited(host)
    assert (visit.answer, visit.body) == (Answer.AWAY, b"")


def test_nobody_there_is_said(host: Host) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"http://127.0.0.1:{free.getsockname()[1]}/a"
    visit = Visitor(LIMITS).visit(address)
    assert visit.answer is Answer.AWAY
    assert visit.words.nl.startswith("Er antwoordt niemand")


def test_a_redirect_is_followed_and_one_for_good_is_told(host: Host) -> None:
    host.tell("/b", TEXT)
    host.tell("/a", b"", 302, Location="/b")
    assert (visited(host).body, visited(host).moved) == (TEXT, "")
    host.tell("/a", b"", 301, Location="/b")
    visit = visited(host)
    assert visit.moved == f"{host.site}/b"
    assert f"{host.site}/b" in visit.words.en


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("http://10.0.0.1/", "leads to '10.0.0.1'"),
        ("http://localhost:1/", "leads to 'localhost'"),
        ("file:///etc/passwd", "is no address"),
        ("http://user:secret@127.0.0.1/", "is no address"),
        ("/a", "in a circle"),
    ],
)
def test_a_redirect_leads_nowhere_that_is_not_registered(host: Host, target: str, said: str) -> None:
    host.tell("/a", b"", 302, Location=target)
    visit = visited(host)
    assert (visit.answer, visit.body) == (Answer.AWAY, b"")
    assert said in visit.words.en
    assert [path for path, _ in host.asked] == ["/robots.txt", "/a"]


def test_redirects_end(host: Host) -> None:
    for number in range(9):
        host.tell(f"/{number}", b"", 302, Location=f"/{number + 1}")
    assert "5 times" in visited(host, "/0").words.en
    assert [path for path, _ in host.asked if path != "/robots.txt"] == [f"/{number}" for number in range(6)]


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1", "fe80::1%lo"]
)
def test_a_name_that_stands_for_a_private_address_is_not_gone_to(host: Host, address: str) -> None:
    limits = replace(LIMITS, hosts=("inside.example.org",), loopback=False)
    # One public address beside it makes no difference.
    visit = Visitor(limits, look=lambda name, port: ["93.184.215.14", address]).visit("http://inside.example.org/a")
    assert visit.answer is Answer.AWAY
    assert f"'inside.example.org' stands for {address}" in visit.words.en
    assert host.asked == []


def test_the_address_that_was_looked_at_is_the_one_that_is_gone_to(host: Host) -> None:
    """A name that stands for something else the second time is asked for once for each connection."""
    host.tell("/a", TEXT)
    port, looked = host.server_address[1], list[str]()

    def look(name: str, port: int) -> list[str]:
        looked.append(name)
        return ["127.0.0.1"]

    limits = replace(LIMITS, hosts=("rebound.invalid",))
    assert Visitor(limits, look=look).visit(f"http://rebound.invalid:{port}/a").body == TEXT
    assert looked == ["rebound.invalid"] * len(host.asked)
    assert host.asked[-1][1]["Host"] == f"rebound.invalid:{port}"


def test_robots_are_obeyed(host: Host) -> None:
    host.tell("/a", TEXT)
    host.tell("/robots.txt", b"User-agent: samenhang\nDisallow: /a\n\nUser-agent: *\nDisallow:\n")
    assert "robots.txt" in visited(host).words.en
    assert [path for path, _ in host.asked] == ["/robots.txt"]
    host.tell("/robots.txt", b"User-agent: samenhang\nAllow: /a\nDisallow: /\n")
    assert visited(host).body == TEXT
    host.tell("/b", b"", 302, Location="/c")
    host.tell("/robots.txt", b"User-agent: *\nDisallow: /c\n")
    assert visited(host, "/b").answer is Answer.AWAY
    assert host.asked[-1][0] == "/b"


@pytest.mark.parametrize("status", [500, 503, 429])
def test_while_it_is_not_known_what_is_allowed_nothing_is_taken(host: Host, status: int) -> None:
    host.tell("/a", TEXT)
    host.tell("/robots.txt", b"", status)
    assert visited(host).answer is Answer.AWAY
    assert [path for path, _ in host.asked] == ["/robots.txt"]


def test_robots_without_end_are_read_as_far_as_they_count(host: Host) -> None:
    host.tell("/a", TEXT)
    host.says["/robots.txt"] = hosts.endless
    assert visited(host, limits=replace(LIMITS, seconds=20)).body == TEXT


def test_between_two_requests_to_a_host_there_is_a_pause(host: Host) -> None:
    host.tell("/a", TEXT)
    slept: list[float] = []
    visitor = Visitor(replace(LIMITS, seconds=60, pause=2), sleep=slept.append)
    visitor.visit(host.site + "/a")
    visitor.visit(host.site + "/a")
    assert [round(seconds) for seconds in slept] == [2, 2]
    host.tell("/robots.txt", b"User-agent: *\nCrawl-delay: 5\n")
    slept.clear()
    Visitor(replace(LIMITS, seconds=60, pause=2), sleep=slept.append).visit(host.site + "/a")
    assert [round(seconds) for seconds in slept] == [5]


@pytest.mark.parametrize(
    "address", ["ftp://127.0.0.1/a", "/a", "http://127.0.0.1:99999/a", "http://[::::]/a", "http://127.0.0.1/a b"]
)
def test_only_addresses_of_the_web_are_gone_to(address: str) -> None:
    assert Visitor(LIMITS).visit(address).answer is Answer.AWAY


def test_a_private_address_is_one_in_any_writing() -> None:
    private = ("0.0.0.0", "100.64.0.1", "224.0.0.1", "fc00::1", "::", "64:ff9b::a00:1", "2002:a00:1::", "nonsense")
    assert [one for one in private if wire.public(one)] == []
    assert all(wire.public(one) for one in ("93.184.215.14", "2606:2800:21f:cb07::1", "64:ff9b::808:808"))
