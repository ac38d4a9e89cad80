"""What is kept of answers: bounded in bytes, and what was asked last stays."""

from __future__ import annotations

from samenhang.engine.body import Body
from samenhang.engine.cache import Cache
from samenhang.engine.inquiry import Inquiry

A, B, C, D, E = (Inquiry(letter, "csv") for letter in "abcde")


def test_what_was_asked_longest_ago_leaves_first() -> None:
    cache = Cache(10_000)
    for inquiry in (A, B, C):
        cache.put(inquiry, Body(b"x" * 1_300))  # and a kilobyte for the entry itself
    assert cache.get(A) is not None
    for inquiry in (D, E):
        cache.put(inquiry, Body(b"y" * 1_300))
    assert [inquiry.text for inquiry in (A, B, C, D, E) if cache.get(inquiry) is not None] == ["a", "c", "d", "e"]
    assert cache.size <= 10_000


def test_an_answer_that_would_push_out_most_is_not_kept() -> None:
    cache = Cache(10_000)
    cache.put(A, Body(b"x" * 2_600))
    assert cache.get(A) is None
    assert cache.size == 0


def test_the_same_answer_counts_once() -> None:
    cache = Cache(10_000)
    cache.put(A, Body(b"x"))
    size = cache.size
    cache.put(A, Body(b"x"))
    assert cache.size == size


def test_another_form_or_scope_is_another_answer() -> None:
    cache = Cache(100_000)
    cache.put(A, Body(b"x"))
    assert cache.get(Inquiry("a", "json")) is None
    assert cache.get(Inquiry("a", "csv", "field")) is None
    assert cache.get(Inquiry("a", "csv", graphs=("http://x/g",))) is None
    assert cache.get(Inquiry("a", "csv", most=1)) is None
    assert cache.get(Inquiry("a", "csv")) is not None
