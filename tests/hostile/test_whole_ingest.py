"""Mutated bodies (Z16) and public corpora (X9) through all of it: read in the child, normalised,
judged, stored in one real history.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.parse.reading import FeedRead, ReadJob
from tests.corpus_cases import CORPUS
from tests.hostile.bodies import MODES, bodies, fuzzed, needs_public_feeds, public_folders, variants
from tests.rig.command import goldmine
from tests.rig.fault_table import fault
from tests.rig.feed_server import Answer, FeedServer
from tests.rig.project import Home, kept_resources

_FETCH = '[fetch]\nallow_private = ["{}"]\n'
_FEED = '[[feed]]\nname = "f{0}"\nurl = "{1}"\nbacklog = "all"\n'
_RAISED = ("reading it", "the reading process")
_NAMED = frozenset(
    {
        Outcome.OK,
        Outcome.PARTIAL,
        Outcome.NOT_A_FEED,
        Outcome.ERROR,  # held, for its content looks swapped
        Outcome.TRUNCATED,
        Outcome.BAD_ENCODING,
        Outcome.TOO_LARGE,
        Outcome.EMPTY_SUSPICIOUS,
    }
)


@pytest.mark.parametrize(
    "rounds", [2, pytest.param(130, marks=pytest.mark.drill)], ids=["150", "10,000"]
)
@fault(
    "Z16",
    "mutated bodies, 16 bytes each, through the whole ingest",
    "0 exceptions, 0 hangs; p99 at most a second",
)
def test_z16_mutated_bodies(
    rounds: int,
    quick_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    record_property: Callable[[str, object], None],
) -> None:
    """Every body is entries or a named outcome, and what was stored is sound. The drill's
    figures are printed.
    """
    seeds = bodies(CORPUS)
    times = _timed(monkeypatch)
    outcomes: Counter[Outcome] = Counter()
    served: dict[int, bytes] = {}
    began, repeats = time.monotonic(), 0
    with FeedServer() as server:
        addresses = [server.url(f"/{number}") for number in range(len(seeds))]
        home = Home(
            quick_folder,
            _FETCH.format(server.place)
            + "".join(_FEED.format(*each) for each in enumerate(addresses)),
        )
        for number in range(rounds):
            for feed, seed in enumerate(
                seeds
            ):  # a feed keeps its kind, or it would be held as swapped
                body = fuzzed(seed.content, number * len(seeds) + feed)
                repeats += served.get(feed) == body  # 16 spaces left out of 20, twice
                served[feed] = body
                server.script(
                    f"/{feed}",
                    Answer(body=body, headers={"Content-Type": seed.content_type or "text/plain"}),
                )
            report = home.run()
            outcomes.update(feed.outcome for feed in report.feeds)
            raised = [feed.error for feed in report.feeds if (feed.error or "").startswith(_RAISED)]
            assert raised == []
            _accept_held(home)
            home.clock.forward(hours=1)
    took = time.monotonic() - began
    assert sum(outcomes.values()) == rounds * len(seeds)
    assert outcomes.pop(Outcome.NOT_MODIFIED, 0) <= repeats
    assert set(outcomes) <= _NAMED
    assert home.rows(
        "SELECT count(*) FROM listings WHERE title IS NULL AND description IS NULL AND url IS NULL"
    ) == [(0,)]
    assert home.rows(
        "SELECT count(*) FROM listings l ANTI JOIN decisions d USING (listing_id)"
    ) == [(0,)]
    p99 = sorted(times)[len(times) * 99 // 100]
    figures = (
        f"{len(times)} bodies in {took:.0f} s, 0 exceptions, 0 hangs, p99 {p99 * 1000:.0f} ms,"
        f" slowest {max(times) * 1000:.0f} ms"
    )
    assert p99 <= 1.0 or rounds == 2, (
        figures
    )  # a figure of the drill's; a short run is mostly the start of the child
    print(figures, dict(outcomes), home.rows("SELECT count(*) FROM listings"))
    record_property("figure", figures)


def _accept_held(home: Home) -> None:
    """Noise in a title, and in all that was known below it, makes another site's feed; its owner
    takes it for right each time.
    """
    for (name,) in home.rows("SELECT feed FROM feeds WHERE state = 'held'"):
        said = goldmine(
            "--config",
            str(home.folder / "config/goldmine.toml"),
            "feeds",
            "accept",
            str(name),
            cwd=home.folder,
        )
        assert said.returncode == 0, said.stderr


def _timed(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that each reading takes, as they come."""
    worker, times = kept_resources().worker, []
    read = worker.read

    def timed(job: ReadJob, **how: Any) -> FeedRead:
        began = time.monotonic()
        found = read(job, **how)
        times.append(time.monotonic() - began)
        return found

    monkeypatch.setattr(worker, "read", timed)
    return times


@needs_public_feeds
@pytest.mark.drill
@pytest.mark.parametrize("mode", MODES)
@fault(
    "X9",
    "public corpora through the whole ingest, each body a feed of its own",
    "0 exceptions, 0 hangs, each body accounted for",
)
def test_x9_public_corpora_are_taken_in(
    mode: str, quick_folder: Path, record_property: Callable[[str, object], None]
) -> None:
    """One cycle over thousands of feeds: fetched, read, judged and stored, all in one history."""
    found = [
        variant
        for folder in public_folders()
        for body in bodies(folder)
        for variant in variants(body, mode)
    ]
    began = time.monotonic()
    with FeedServer() as server:
        for number, body in enumerate(found):
            server.script(
                f"/{number}",
                Answer(
                    body=body.content, headers={"Content-Type": body.content_type or "text/plain"}
                ),
            )
        feeds = "".join(
            _FEED.format(number, server.url(f"/{number}")) for number in range(len(found))
        )
        home = Home(quick_folder, _FETCH.format(server.place) + feeds)
        report = home.run()
    assert len(report.feeds) == len(found)
    outcomes = Counter(feed.outcome for feed in report.feeds)
    assert set(outcomes) <= _NAMED
    raised = [
        f"{found[int(f.feed[1:])].origin}: {f.error}"
        for f in report.feeds
        if (f.error or "").startswith(_RAISED)
    ]
    assert raised == []
    assert home.rows(
        "SELECT count(*) FROM listings WHERE title IS NULL AND description IS NULL AND url IS NULL"
    ) == [(0,)]
    assert home.rows(
        "SELECT count(*) FROM listings l ANTI JOIN decisions d USING (listing_id)"
    ) == [(0,)]
    [(stored,)] = home.rows("SELECT count(*) FROM listings")
    figure = (
        f"{mode}: {len(found)} bodies taken in, {stored} listings, 0 exceptions, 0 hangs,"
        f" {time.monotonic() - began:.0f} s"
    )
    print(figure, dict(outcomes))
    record_property("figure", figure)
