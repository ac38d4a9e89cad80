"""A query gets its answer or a reason, and can hurt nothing but its own worker."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import time
from pathlib import Path

import pytest

from samenhang.engine.body import Body
from samenhang.engine.budget import Budget
from samenhang.engine.holding import Holding
from samenhang.engine.inquiry import Inquiry
from samenhang.engine.pool import Pool
from samenhang.errors import Busy, SamenhangError, SyntaxProblem, TooMuch, Unreadable, WrongValue
from tests.engine.conftest import SMALL, Client

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o FILTER(?a != ?z) }"
GREEDY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d ?g"
NESTED = "ASK { FILTER(" + "(" * 20_000 + "1" + ")" * 20_000 + ") }"


def processes(pool: Pool) -> list[int]:
    """The template of *pool* and its workers."""
    template = pool.template
    children = Path(f"/proc/{template}/task/{template}/children").read_text(encoding="ascii")
    return [template, *map(int, children.split())]


def workers(pool: Pool, number: int = 3) -> set[int]:
    """The workers of *pool*, once all are there and confined: for queries, for documents, and a spare one."""
    while True:
        status = {pid: Path(f"/proc/{pid}/status").read_text(encoding="ascii") for pid in processes(pool)[1:]}
        if len(status) == number and all("Seccomp:\t2" in text and "zombie" not in text for text in status.values()):
            return set(status)
        time.sleep(0.01)


def count(client: Client) -> str:
    """The number of triples, freshly computed."""
    body = client.run(client.pool.answer(Inquiry(f"{COUNT} # {os.urandom(8).hex()}", "csv")))
    return bytes(body).decode()


def refused(client: Client, query: str, form: str = "json") -> SamenhangError:
    """Why *query* has no answer; and the next one has."""
    with pytest.raises(SamenhangError) as caught:
        client.run(client.pool.answer(Inquiry(query, form)))
    assert count(client) == "n\r\n300\r\n"
    return caught.value


def test_answers_in_the_form_that_is_asked(client: Client) -> None:
    ask = client.pool.answer
    rows = "SELECT ?t { ?s <http://x/text> ?t } ORDER BY ?t"
    assert bytes(client.run(ask(Inquiry(rows, "csv"))))[:8] == b"t\r\n0\r\n1\r"
    first = client.run(ask(Inquiry(rows, "json", most=2)))
    assert json.loads(bytes(first))["results"]["bindings"] == [
        {"t": {"type": "literal", "value": "0"}},
        {"t": {"type": "literal", "value": "1"}},
    ]
    assert bytes(client.run(ask(Inquiry(rows, "tsv", most=1)))) == b'?t\n"0"\n'
    graph = "CONSTRUCT WHERE { ?s ?p '7' }"
    assert bytes(client.run(ask(Inquiry(graph, "nt")))) == b'<http://x/7> <http://x/text> "7" .\n'
    assert b"<http://x/7>" in client.run(client.pool.document(Inquiry(graph, "ttl")))


def test_a_query_that_is_wrong_has_its_reason(client: Client) -> None:
    problem = refused(client, "SELECT ?a {\n ?a foo:b ?c }")
    assert isinstance(problem, SyntaxProblem)
    assert (problem.status, problem.line, problem.column) == (400, 2, 5)
    assert isinstance(refused(client, "ASK {}", "csv"), WrongValue)
    assert isinstance(refused(client, "ASK { FILTER('\ud800' = 'x') }"), WrongValue)


@pytest.mark.parametrize(
    ("query", "kind", "status", "word"),
    [
        (ENDLESS, TooMuch, 504, "longer than 0.5 seconds"),
        (GREEDY, TooMuch, 413, "64 MB of memory"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", TooMuch, 413, "larger than 8 MB"),
        (NESTED, SamenhangError, 400, "nested too deep"),
    ],
    ids=["time", "memory", "answer", "crash"],
)
def test_a_query_that_takes_too_much_ends_alone(
    client: Client, query: str, kind: type[SamenhangError], status: int, word: str
) -> None:
    problem = refused(client, query)
    assert (type(problem), problem.status) == (kind, status)
    assert word in problem.en


def test_documents_are_made_while_a_query_runs_on(client: Client) -> None:
    async def both() -> None:
        endless = asyncio.create_task(client.pool.answer(Inquiry(ENDLESS, "csv")))
        for number in range(20):
            assert await client.pool.document(Inquiry(f"ASK {{}} # {number}", "json"))
        assert not endless.done()
        with pytest.raises(TooMuch):
            await endless

    client.run(both())


def test_a_worker_opens_no_connection(client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        problem = refused(client, f"SELECT * {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}")
        assert problem.status == 400
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()
    for pid in workers(client.pool):
        assert "NoNewPrivs:\t1" in Path(f"/proc/{pid}/status").read_text(encoding="ascii")


def test_the_same_question_is_computed_once_and_kept(client: Client) -> None:
    async def ask() -> list[Body]:
        inquiry = Inquiry(f"{COUNT} # once", "csv")
        asked = await asyncio.gather(*(client.pool.answer(inquiry, f"client {n}") for n in range(50)))
        return [*asked, await client.pool.answer(inquiry)]

    assert len({id(body) for body in client.run(ask())}) == 1


def test_what_differs_each_time_is_computed_each_time(client: Client) -> None:
    async def ask() -> set[bytes]:
        inquiry = Inquiry("SELECT (STRUUID() AS ?id) {}", "csv")
        asked = await asyncio.gather(*(client.pool.answer(inquiry, f"client {n}") for n in range(3)))
        return {bytes(body) for body in (*asked, await client.pool.answer(inquiry))}

    assert len(client.run(ask())) == 4


def test_one_client_has_so_many_questions_and_all_together_so_many(client: Client) -> None:
    async def ask() -> list[Body | BaseException]:
        asked = [("a", n) for n in range(6)] + [(client, 0) for client in "bcdef"]
        tasks = [
            asyncio.create_task(client.pool.answer(Inquiry(f"{COUNT} # {who} {n}", "csv"), who)) for who, n in asked
        ]
        return await asyncio.gather(*tasks, return_exceptions=True)

    told = client.run(ask())
    busy = {place: one for place, one in enumerate(told) if isinstance(one, Busy)}
    assert {place: one.status for place, one in busy.items()} == {5: 429, 10: 503}
    assert all(one.after >= 1 for one in busy.values())
    assert {bytes(one) for one in told if isinstance(one, Body)} == {b"n\r\n300\r\n"}
    assert len(told) == 11


def test_who_had_nothing_yet_goes_first(client: Client) -> None:
    order: list[str] = []

    async def ask(who: str, number: int) -> None:
        await client.pool.answer(Inquiry(f"{COUNT} # turn {who} {number}", "csv"), who)
        order.append(f"{who}{number}")

    async def all_of_them() -> None:
        await asyncio.gather(*(ask(who, number) for who, number in [*(("a", n) for n in range(4)), ("b", 0), ("c", 0)]))

    client.run(all_of_them())
    assert order == ["a0", "b0", "c0", "a1", "a2", "a3"]


def test_who_goes_away_frees_the_worker(client: Client) -> None:
    async def leave() -> None:
        running = asyncio.create_task(client.pool.answer(Inquiry(ENDLESS + " # left", "csv")))
        waiting = asyncio.create_task(client.pool.answer(Inquiry(COUNT + " # left", "csv")))
        await asyncio.sleep(0.05)
        waiting.cancel()
        running.cancel()
        started = client.loop.time()
        assert bytes(await client.pool.answer(Inquiry(COUNT + " # after", "csv")))
        assert client.loop.time() - started < SMALL.seconds

    before = workers(client.pool)
    client.run(leave())
    while not workers(client.pool) - before:
        time.sleep(0.01)


def test_who_asks_again_in_time_still_gets_the_answer(client: Client) -> None:
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h '1' . FILTER(?a != ?d) }"

    async def leave_and_return() -> bytes:
        first = asyncio.create_task(client.pool.answer(Inquiry(slow, "csv")))
        await asyncio.sleep(0.01)
        first.cancel()
        return bytes(await client.pool.answer(Inquiry(slow, "csv")))

    assert client.run(leave_and_return()) == b"n\r\n89700\r\n"


def test_a_large_answer_outlives_its_worker(numbers: Path) -> None:
    """A worker that asks to be replaced is gone before a slow reader has the half of its answer."""
    pool = Pool(Holding((numbers,), scoped=False), Budget(dirt=0, workers=1))
    pool.wait()
    query = "SELECT ?a ?d ?x { ?a ?b ?c . ?d ?e ?f BIND(CONCAT(STR(?a), STR(?d), '0123456789012345') AS ?x) }"

    async def read_slowly() -> int:
        await pool.answer(Inquiry(COUNT, "csv"))
        before = set(processes(pool))
        body = await pool.answer(Inquiry(query, "tsv"))
        chunks = body.chunks()
        size = len(next(chunks))
        while before <= set(processes(pool)):
            await asyncio.sleep(0.01)
        for chunk in chunks:
            size += len(chunk)
            await asyncio.sleep(0)
        assert size == len(body)
        return size

    try:
        size = asyncio.run(asyncio.wait_for(read_slowly(), 20))
    finally:
        pool.close()
    assert size > 2_000_000


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of 100,000 triples: who reads all of it writes to so much memory that it is better replaced."""
    path = tmp_path_factory.mktemp("many") / "many.nt"
    text = "".join(f'<http://x/{n}> <http://x/text> "{n} of many" .\n' for n in range(100_000))
    path.write_text(text, encoding="utf-8")
    return path


def test_a_pool_that_is_closed_ends_nobody_afterwards(many: Path) -> None:
    pool = Pool(Holding((many,), scoped=False), Budget(workers=2, rest=0.1))
    pool.wait()
    wrong: list[object] = []

    async def ask() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: wrong.append(context))
        await pool.answer(Inquiry(COUNT, "csv"))
        pool.close()
        await asyncio.sleep(0.2)

    asyncio.run(asyncio.wait_for(ask(), 20))
    assert wrong == []


def test_the_data_are_in_memory_once(many: Path) -> None:
    """However many workers there are; one that read all of it, and so has its own copy, is replaced when it rests."""
    pool = Pool(Holding((many,), scoped=False), Budget(workers=6, rest=0.1))
    pool.wait()

    def proportional(pid: int) -> int:
        """Kilobytes of a process, of what it shares only its part."""
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        return int(text.partition("Pss:")[2].split()[0])

    async def ask() -> None:
        for number in range(50):
            await pool.answer(Inquiry(f"SELECT * {{ <http://x/{number}> ?p ?o }}", "csv"))
        before = workers(pool, 8)
        assert bytes(await pool.answer(Inquiry(COUNT, "csv"))) == b"n\r\n100000\r\n"
        assert before == workers(pool, 8)
        while before <= set(processes(pool)):
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)

    try:
        asyncio.run(asyncio.wait_for(ask(), 20))
        all_of_them = [pool.template, *workers(pool, 8)]
        status = Path(f"/proc/{pool.template}/status").read_text(encoding="ascii")
        resident = int(status.partition("VmRSS:")[2].split()[0])
        assert sum(map(proportional, all_of_them)) < 1.5 * resident
    finally:
        pool.close()


def test_a_template_that_ends_is_started_again(numbers: Path) -> None:
    pool = Pool(Holding((numbers,), scoped=False), SMALL)
    pool.wait()

    async def end_it() -> bytes:
        await pool.answer(Inquiry(COUNT, "csv"))
        os.kill(pool.template, signal.SIGKILL)
        await asyncio.sleep(0.1)
        return bytes(await pool.answer(Inquiry(COUNT + " # again", "csv")))

    try:
        assert asyncio.run(asyncio.wait_for(end_it(), 20)) == b"n\r\n300\r\n"
    finally:
        pool.close()


def test_data_that_come_back_are_loaded_again(numbers: Path, tmp_path: Path) -> None:
    path = tmp_path / "numbers.nt"
    path.write_bytes(numbers.read_bytes())
    pool = Pool(Holding((path,), scoped=False), SMALL)
    pool.wait()

    async def lose_them() -> bytes:
        await pool.answer(Inquiry(COUNT, "csv"))
        path.unlink()
        os.kill(pool.template, signal.SIGKILL)
        await asyncio.sleep(1.2)
        path.write_bytes(numbers.read_bytes())
        return bytes(await pool.answer(Inquiry(COUNT + " # again", "csv")))

    try:
        assert asyncio.run(asyncio.wait_for(lose_them(), 20)) == b"n\r\n300\r\n"
    finally:
        pool.close()


def test_as_many_documents_can_wait_as_there_is_room_for(client: Client) -> None:
    async def ask() -> int:
        asked = (client.pool.document(Inquiry(f"ASK {{}} # at once {n}", "json")) for n in range(SMALL.crowd))
        return len(await asyncio.gather(*asked))

    assert client.run(ask()) == SMALL.crowd > SMALL.waiting


def test_data_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.ttl").write_text("<http://x/a> <http://x/b> .", encoding="utf-8")
    for name, kind in (("bad.ttl", SyntaxProblem), ("none.ttl", Unreadable), ("bad.docx", Unreadable)):
        pool = Pool(Holding((tmp_path / name,), scoped=False), SMALL)
        try:
            with pytest.raises(kind, match=name):
                pool.wait()
        finally:
            pool.close()
