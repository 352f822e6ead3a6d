"""Reads bodies in the children that read in production, and says what is wrong with what comes
back.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from goldmine_ingest.identity import job_names
from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.parse.reading import FeedRead, ReadJob
from goldmine_ingest.parse.reading_child import ReadingWorker
from tests.corpus_cases import NOW
from tests.hostile.bodies import Body

DEADLINE = 10.0  # seconds for one body
_BATCH = 40  # bodies after which the children say where they are
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_TAGS = re.compile(
    r"</?(?:a|b|i|u|p|em|br|hr|ul|ol|li|div|img|font|span|script|style|h[1-6])\b[^<>]*>", re.I
)
_ENTRY_ERROR = re.compile(r"entries could not be read \((\w+):")
# Plain "error" is none of them: what has become of a body has a class of its own.
_CLASSES = frozenset(
    {
        *(Outcome.OK, Outcome.PARTIAL, Outcome.NOT_A_FEED),
        *(Outcome.TRUNCATED, Outcome.BAD_ENCODING, Outcome.TOO_LARGE),
    }
)
_PYTHON = re.compile(r"\b[A-Z]\w*(?:Error|Exception|Expired)\b")


@dataclass
class Figures:
    """What a run over a corpus comes to. `wrong` are sentences, each with the body that it is
    about; there must be none.
    """

    bodies: int = 0
    entries: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    hangs: int = 0
    slowest: tuple[float, str] = (0.0, "")
    seconds: float = 0.0

    def line(self) -> str:
        told = ", ".join(f"{count} {outcome}" for outcome, count in self.outcomes.most_common())
        return (
            f"{self.bodies} bodies ({told}; {self.entries} entries) in {self.seconds:.1f} s,"
            f" {len(self.wrong)} exceptions or faults, {self.hangs} hangs, slowest"
            f" {self.slowest[0]:.2f} s ({self.slowest[1]})"
        )


def read_all(found: Iterable[Body]) -> Figures:
    """Reads each body in two children, which must agree: what depends on the order of a set
    differs between two processes.
    """
    figures = Figures()
    began = time.monotonic()
    with (
        ReadingWorker(deadline=DEADLINE) as one,
        ReadingWorker(deadline=DEADLINE) as other,
        ThreadPoolExecutor(2) as at_once,
    ):
        for batch in _batches(found):
            first = at_once.submit(_readings, one, batch)
            again = at_once.submit(_readings, other, batch)
            for body, (read, seconds), (reread, _) in zip(
                batch, first.result(), again.result(), strict=True
            ):
                _take(figures, body, read, seconds)
                if read != reread:
                    figures.wrong.append(f"{body.origin}: another answer on a second reading")
    figures.seconds = time.monotonic() - began
    return figures


def _batches(found: Iterable[Body]) -> Iterator[list[Body]]:
    batch: list[Body] = []
    for body in found:
        batch.append(body)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch


def _readings(worker: ReadingWorker, batch: list[Body]) -> list[tuple[FeedRead, float]]:
    return [_timed(worker, body) for body in batch]


def _timed(worker: ReadingWorker, body: Body) -> tuple[FeedRead, float]:
    began = time.monotonic()
    read = worker.read(job(body))
    return read, time.monotonic() - began


def job(body: Body, host: str = "feeds.example") -> ReadJob:
    return ReadJob("corpus", body.content, body.content_type, host, "auto", frozenset(), NOW)


def _take(figures: Figures, body: Body, read: FeedRead, seconds: float) -> None:
    figures.bodies += 1
    figures.entries += len(read.entries)
    figures.outcomes[read.outcome.value] += 1
    figures.hangs += read.outcome is Outcome.PARSE_TIMEOUT
    figures.slowest = max(figures.slowest, (seconds, body.origin))
    figures.wrong += [f"{body.origin}: {fault}" for fault in faults(read)]


def faults(read: FeedRead) -> Iterator[str]:
    """What must not be, whatever was read."""
    problem = read.problem or ""
    if read.outcome not in _CLASSES or problem.startswith(("reading it", "the reading process")):
        yield f"{read.outcome.value}: {problem}"
    if _PYTHON.search(problem.partition(":")[0]):
        yield f"a class of Python's in a reason: {problem}"
    if not read.outcome.good and not problem:
        yield f"{read.outcome.value} without a reason"
    if (raised := _ENTRY_ERROR.search(problem)) and raised[1] != "ValueError":
        yield problem
    for entry in read.entries:
        if entry.posting is None:
            yield "an entry without a posting"
        else:
            yield from _posting_faults(entry.posting)


def _posting_faults(posting: Posting) -> Iterator[str]:
    if not job_names.names(posting, "corpus"):
        yield f"no identity: {posting.title!r}"
    if _TAGS.search(posting.title) or "\n" in posting.title:
        yield f"markup in the title: {posting.title!r}"
    texts = (
        posting.title,
        posting.description,
        posting.guid,
        posting.url,
        posting.company,
        posting.category,
        *posting.skills,
    )
    for text in texts:
        if text and _CONTROLS.search(text):
            yield f"control characters or surrogates: {text[:100]!r}"
