"""``/metrics``: the service in numbers, in the form that Prometheus reads; never who asked, or what."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator, Mapping
from itertools import accumulate
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from starlette.datastructures import State

from samenhang import __version__
from samenhang.engine.pool import Pool
from samenhang.web import health
from samenhang.web.connection import Connection
from samenhang.web.record import BOUNDS, Record

router = APIRouter()

_FRESH: Final = 5.0
"""Seconds that a look at the memory holds: the system counts its pages, which takes the longer the more there are."""


class Numbers:
    """What is told of an application with this *state*, whenever it is looked at."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._memory: dict[str, int] = {}
        self._looked = -_FRESH

    async def look(self) -> None:
        """See how much memory there is in use."""
        if time.monotonic() - self._looked > _FRESH:
            self._looked = time.monotonic()
            pool: Pool = self._state.pool
            self._memory = await asyncio.to_thread(_shares, pool.template)

    def collect(self) -> Iterator[Metric]:
        """Each number, as Prometheus has it."""
        record: Record = self._state.record
        yield from _requests(record)
        yield from _engine(self._state.pool)
        yield _gauge("connections", "Connections of clients.", Connection.count())
        yield _gauges("memory_bytes", "Memory in use, what is shared counted once.", "part", self._memory)
        yield _gauge("loads", "How often data were loaded to be served: once, and once a switch.", self._state.loaded)
        yield _gauge("past_open", "Earlier releases that are open.", len(self._state.past.names))
        yield _gauge("problems", "What /health tells that is wrong.", len(health.wrong(self._state)))
        about = GaugeMetricFamily(
            "samenhang_release", "The release that is served.", labels=["release", "version", "engine"]
        )
        release = self._state.release
        about.add_metric([release.name if release else "", __version__, self._state.pool.engine], 1)
        yield about
        if release is not None and (age := health.age(release)) is not None:
            yield _gauge("release_age_seconds", "Since the release was published.", age)


def _requests(record: Record) -> Iterator[Metric]:
    counted = CounterMetricFamily(
        "samenhang_requests",
        "Requests by method, route and status (0: its client went away).",
        labels=["method", "route", "status"],
    )
    for (method, route, status), number in record.requests.items():
        counted.add_metric([method, route, str(status)], number)
    yield counted
    took = HistogramMetricFamily(
        "samenhang_request_duration_seconds", "From its head to the last byte of the answer.", labels=["route"]
    )
    for route, counts in record.durations.items():
        bounds = (*map(str, BOUNDS), "+Inf")
        took.add_metric([route], list(zip(bounds, accumulate(counts), strict=True)), record.seconds[route])
    yield took
    yield CounterMetricFamily("samenhang_sent_bytes", "Bytes of the bodies of answers.", value=record.sent)
    told = "Requests answered from what was sent before, without asking anybody."
    yield CounterMetricFamily("samenhang_requests_remembered", told, value=record.remembered)


def _engine(pool: Pool) -> Iterator[Metric]:
    tally = pool.tally
    yield _counter("inquiries", "Queries, of clients and of our own pages.", "lane", tally.asked)
    yield _counter("inquiries_remembered", "Those answered from what was answered before.", "lane", tally.remembered)
    yield _counter("inquiries_refused", "Those without an answer, by reason.", "reason", tally.refused)
    yield CounterMetricFamily("samenhang_workers_started", "Workers that were started.", value=tally.born)
    yield _counter("workers_ended", "Workers that ended, by signal.", "signal", tally.ended)
    yield CounterMetricFamily("samenhang_templates_started", "Processes that hold the data.", value=tally.loaded)
    lanes = pool.lanes
    yield _gauges("workers", "Workers that are alive.", "lane", {lane.name: len(lane.links) for lane in lanes})
    yield _gauges("running", "Inquiries that a worker is at.", "lane", {lane.name: lane.running for lane in lanes})
    yield _gauges("waiting", "Inquiries that wait for a worker.", "lane", {lane.name: lane.waiting for lane in lanes})
    yield _gauges("kept_bytes", "Answers that are kept.", "lane", {lane.name: lane.kept for lane in lanes})
    yield _gauge("engine_up", "1 when the engine answers, 0 while it starts again.", 0 if pool.trouble else 1)


def _counter(name: str, about: str, label: str, numbers: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(f"samenhang_{name}", about, labels=[label])
    for key, number in numbers.items():
        family.add_metric([key], number)
    return family


def _gauges(name: str, about: str, label: str, numbers: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(f"samenhang_{name}", about, labels=[label])
    for key, number in numbers.items():
        family.add_metric([key], number)
    return family


def _gauge(name: str, about: str, number: int) -> Metric:
    return GaugeMetricFamily(f"samenhang_{name}", about, value=number)


def _shares(template: int) -> dict[str, int]:
    """The bytes of this process, of that which holds the data, and of its workers together."""
    try:
        workers = Path(f"/proc/{template}/task/{template}/children").read_text(encoding="ascii").split()
    except OSError:
        workers = []
    return {"service": _share("self"), "data": _share(str(template)), "workers": sum(map(_share, workers))}


def _share(process: str) -> int:
    """Bytes of a process, what it shares with others counted for its share; 0 when it has ended."""
    try:
        told = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    found = re.search(r"^Pss: +(\d+) kB$", told, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


@router.get("/metrics", summary="The service in numbers, for Prometheus")
async def metrics(request: Request) -> Response:
    """Requests, queues, workers, memory and the release, in the text form of Prometheus or OpenMetrics."""
    state = request.app.state
    if not hasattr(state, "numbers"):
        state.numbers = Numbers(state)
        state.registry = CollectorRegistry()
        state.registry.register(state.numbers)
        ProcessCollector(registry=state.registry)
    await state.numbers.look()
    encode, media = choose_encoder(request.headers.get("accept", ""))
    return Response(encode(state.registry), headers={"content-type": media, "cache-control": "no-store"})
