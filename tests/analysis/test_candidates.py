"""Which jobs may answer a question: the same, in the same order, however few of them are looked
through at a time and however soon there are enough.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goldmine_ingest.analysis.candidates import Extent, candidates
from goldmine_ingest.model.changes import ListingVersion
from goldmine_ingest.store.history import Store, open_store
from tests.histories import NOON, brought, job_id, listing, minutes

STEMS = ("ledger", "reconcil", "xero", "bank's", "été")
WORDS = ("Ledger", "bookledgers", "RECONCILED", "xero", "Bank’s", "Été", *["and"] * 12)
JOBS = 90


@dataclass(frozen=True)
class Job:
    number: int
    seen: datetime
    title: str
    skills: tuple[str, ...]
    text: str

    def words(self, stems: Sequence[str]) -> tuple[int, int]:
        """How many of them it has, and how many in title and skills."""
        head = " ".join((self.title, *self.skills)).lower().replace("’", "'")
        text = self.text.lower().replace("’", "'")
        return sum(s in head or s in text for s in stems), sum(s in head for s in stems)


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Job]]:
    """Stored in another order than they were seen in, three to a minute; every fifth was edited."""
    chance = random.Random(9)  # noqa: S311 - the same jobs each time

    def some(most: int) -> list[str]:
        return chance.choices(WORDS, k=chance.randint(0, most))

    path = tmp_path_factory.mktemp("candidates") / "h.duckdb"
    stored = []
    with open_store(path, now=NOON) as store:
        for number in chance.sample(range(1, JOBS + 1), JOBS):
            seen = minutes(number // 3)
            for revision in range(2 if number % 5 == 0 else 1):
                job = Job(number, seen, " ".join(some(2)), tuple(set(some(2))), " ".join(some(6)))
                changed = listing(
                    number,
                    revision=revision,
                    seen=seen,
                    title=job.title,
                    skills=job.skills,
                    description=job.text,
                )
                version = ListingVersion(changed, seen, f"{number} {revision}")
                store.apply(brought(number, at_time=seen, versions=(version,)))
            stored.append(job)
    return path, stored


@pytest.fixture(scope="module")
def history(jobs: tuple[Path, list[Job]]) -> object:
    with open_store(jobs[0], now=NOON) as store:
        yield store


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    stems=st.lists(st.sampled_from((*STEMS, "zebra")), min_size=1, max_size=4, unique=True),
    extent=st.builds(
        Extent, st.sampled_from((1, 3, 10, 40, 2000)), st.sampled_from((4, 20)), st.integers(1, 3)
    ),
    since=st.none() | st.integers(0, JOBS // 3).map(minutes),
    all_words=st.booleans(),
)
def test_they_are_those_that_reading_every_text_would_give(
    history: Store,
    jobs: tuple[Path, list[Job]],
    stems: list[str],
    extent: Extent,
    since: datetime | None,
    all_words: bool,
) -> None:
    least = len(stems) if all_words else 1
    expected = sorted(
        (
            job
            for job in jobs[1]
            if job.words(stems)[0] >= least and (since is None or job.seen >= since)
        ),
        key=lambda job: (
            *(-count for count in job.words(stems)),
            NOON - job.seen,
            job_id(job.number),
        ),
    )
    found = candidates(
        lambda: nullcontext(history.con), stems, extent, since=since, all_words=all_words
    )
    assert [(row["listing_id"], row["there"]) for row in found] == [
        (job_id(job.number), job.words(stems)[0]) for job in expected[: extent.candidates]
    ]


def test_once_there_are_enough_with_all_words_in_their_titles_older_jobs_are_not_looked_at(
    tmp_path: Path,
) -> None:
    """Of eight jobs in parts of one, the newest two are enough: the history is asked for its
    parts, and for the first of them.
    """
    path, opened = tmp_path / "h.duckdb", 0
    with open_store(path, now=NOON) as store:
        for number in range(8):
            seen = NOON + timedelta(hours=number)
            job = listing(number, seen=seen, title="Ledger")
            version = ListingVersion(job, seen, f"{number}")
            store.apply(brought(number, at_time=seen, versions=(version,)))

        def history() -> nullcontext[object]:
            nonlocal opened
            opened += 1
            return nullcontext(store.con)

        found = candidates(history, ["ledger"], Extent(candidates=2, first=1, parts=1))
    assert [row["listing_id"] for row in found] == [job_id(7), job_id(6)]
    assert opened == 2
