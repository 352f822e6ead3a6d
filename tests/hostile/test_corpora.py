"""Every body of every corpus is accounted for: entries or a named outcome, no exception, no
hang, the same on a second reading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.hostile.bodies import (
    MODES,
    Body,
    bodies,
    needs_public_feeds,
    our_folders,
    public_folders,
    variants,
)
from tests.hostile.readings import read_all
from tests.rig.fault_table import fault


def test_our_corpus_cut_and_damaged() -> None:
    """The project's own cases, each cut once and damaged once, every other way."""
    found = [
        body
        for number, body in enumerate(bodies(our_folders()[0]))
        for body in list(_spoilt(body))[number % 2 :: 4]
    ]
    figures = read_all(found)
    assert figures.wrong == []
    assert figures.bodies > 100


def _spoilt(body: Body) -> Iterator[Body]:
    for mode in ("cut", "flipped"):
        yield from variants(body, mode)


@needs_public_feeds
@pytest.mark.drill
@pytest.mark.parametrize("mode", MODES)
@fault(
    "X9",
    "public corpora of feeds, whole, cut and with flipped bytes",
    "0 exceptions, 0 hangs, each body accounted for",
)
def test_x9_public_corpora(mode: str, record_property: Callable[[str, object], None]) -> None:
    """All files below FEED_CORPUS_DIR. Prints what the run came to."""
    found = (
        variant
        for folder in public_folders()
        for body in bodies(folder)
        for variant in variants(body, mode)
    )
    figures = read_all(found)
    print(f"{mode}: {figures.line()}")
    record_property("figure", f"{mode}: {figures.bodies} bodies in {figures.seconds:.0f} s")
    assert figures.wrong == []
