"""Answers on their way from asking to taking in."""

from __future__ import annotations

from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.model.fetched import Fetched, Outcome
from goldmine_ingest.pipeline.polling.gather import bundled
from tests.histories import NOON


def answer(number: int, size: int) -> Fetched:
    return Fetched(
        f"f{number}", Outcome.OK if size else Outcome.NOT_MODIFIED, NOON, body=bytes(size)
    )


@given(st.lists(st.lists(st.sampled_from([0, 0, 1, 3 * 2**20]), max_size=6), max_size=200))
def test_every_answer_comes_once_and_few_wait(sizes: list[list[int]]) -> None:
    """Without a body at once; with one together with others, 128 or 4 MiB of them being enough,
    whatever came last.
    """
    numbers = iter(range(10_000))
    batches = [[answer(next(numbers), size) for size in batch] for batch in sizes]
    came = sorted(each.feed for each in chain(*batches))
    bundles = list(bundled(batches, clock=lambda: 0.0))
    assert sorted(each.feed for bundle in bundles for each in bundle) == came
    assert not any(batches), "who made a list would hold its bodies while they are taken in"
    assert all(len({bool(each.body) for each in bundle}) == 1 for bundle in bundles)
    full = [bundle for bundle in bundles if bundle[0].body]
    assert all(
        len(bundle) >= 128 or sum(len(each.body) for each in bundle) >= 4 * 2**20
        for bundle in full[:-1]
    )
    assert all(len(bundle) < 128 + 6 for bundle in full)


def test_nothing_waits_longer_than_five_seconds() -> None:
    """A thousand feeds of one host are asked one by one: what came is taken in meanwhile."""
    seconds = iter(range(0, 1000, 2))
    bundles = list(bundled(([answer(n, 1)] for n in range(9)), clock=lambda: float(next(seconds))))
    assert [len(bundle) for bundle in bundles] == [3, 3, 3]
