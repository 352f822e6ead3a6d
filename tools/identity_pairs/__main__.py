"""`python -m tools.identity_pairs`: how well reposts and cross-posts are told from other jobs that
look like them.

Precision: of the pairs that are linked, how many are one job. Recall: of those that are one job,
how many are linked. "found" counts a pair only if the stored text keys would have brought the older
posting up at all, as in a cycle. `--scale N` measures the lookup among N stored listings in a
DuckDB file, and the work per new listing.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from goldmine_ingest.identity import job_names, near_duplicates
from goldmine_ingest.model.posting import Posting

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Pair:
    """Two postings and whether they are one job."""

    name: str
    kind: str
    half: str
    one_job: bool
    stored: Posting
    seen: Posting

    @property
    def candidate(self) -> bool:
        exact = job_names.fingerprint(self.stored) == job_names.fingerprint(self.seen)
        return exact or bool(
            set(near_duplicates.text_keys(self.stored)) & set(near_duplicates.text_keys(self.seen))
        )

    @property
    def linked(self) -> bool:
        if not self.candidate:
            return False
        same = job_names.fingerprint(self.stored) == job_names.fingerprint(self.seen)
        return (
            not near_duplicates.facts_differ(self.seen, self.stored)
            if same
            else near_duplicates.same_job(self.seen, self.stored)
        )


def pairs() -> list[Pair]:
    jobs = tomllib.loads((HERE / "pairs.toml").read_text(encoding="utf-8"))["job"]
    found = [
        Pair(
            f"{job['name']}: {variant['kind']}",
            variant["kind"],
            job["half"],
            label == "same",
            *_both(job, variant),
        )
        for job in jobs
        for label in ("same", "apart")
        for variant in job.get(label, ())
    ]
    for half in ("tuned", "held out"):
        mine = [_posting(job) for job in jobs if job["half"] == half]
        found += [
            Pair(f"{one.title} / {other.title}", "unrelated", half, False, one, other)
            for number, one in enumerate(mine)
            for other in mine[number + 1 :]
        ]
    return found


def _both(job: dict[str, Any], variant: dict[str, Any]) -> tuple[Posting, Posting]:
    return _posting(job | variant.get("first", {})), _posting(job | variant)


def _posting(said: dict[str, Any]) -> Posting:
    text = said["text"]
    for old, new in said.get("edits", ()):
        if old not in text:
            raise ValueError(f"{said['name']}: no {old!r} in the text")
        text = text.replace(old, new)
    text = " ".join(part for part in (said.get("before"), text, said.get("after")) if part)
    cut = said.get("cut")
    budget = Decimal(said["budget"]) if said.get("budget") else None
    return Posting(
        platform=said.get("platform", "upwork"),
        title=said["title"],
        description=f"{text[:cut]}…" if cut else text,
        truncated=bool(cut),
        budget_min=budget,
        budget_max=budget,
        currency=said.get("currency", "USD") if budget else None,
        skills=tuple(said.get("skills", ())),
        company=said.get("company"),
        country=said.get("country", "GB"),
    )


@dataclass(frozen=True)
class Score:
    """Counts of pairs: linked and one job, linked and not, one job and not linked."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def score(some: list[Pair]) -> Score:
    return Score(
        sum(p.one_job and p.linked for p in some),
        sum(not p.one_job and p.linked for p in some),
        sum(p.one_job and not p.linked for p in some),
    )


def _show(some: list[Pair]) -> None:
    for half in ("tuned", "held out"):
        mine = [p for p in some if p.half == half]
        result = score(mine)
        candidates = sum(p.one_job and p.candidate for p in mine)
        print(
            f"{half:9} {len(mine)} pairs, {result.right + result.missed} of them one job: precision"
            f" {result.precision:.3f}, recall {result.recall:.3f}; {candidates} brought up by their"
            " keys"
        )
    kinds = Counter(p.kind for p in some)
    for kind in sorted(kinds):
        wrong = [p.name for p in some if p.kind == kind and p.linked != p.one_job]
        if wrong:
            print(f"  {kind}: {len(wrong)} of {kinds[kind]} wrong: {'; '.join(wrong)}")


def _texts(count: int) -> Iterator[Posting]:
    """Listings of about 1.2 kB over the words of the labelled jobs."""
    chance = random.Random(7)  # noqa: S311 - test data
    jobs = tomllib.loads((HERE / "pairs.toml").read_text(encoding="utf-8"))["job"]
    sentences = [s.strip() for job in jobs for s in job["text"].split(". ")]
    words = sorted({w for s in sentences for w in s.split()})
    for number in range(count):
        own = [" ".join(chance.choices(words, k=14)).capitalize() for _ in range(11)]
        shared = chance.sample(sentences, 2)
        yield Posting("upwork", f"Job {number}", ". ".join([shared[0], *own, shared[1]]))


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _names_of(postings: list[Posting]) -> None:
    for posting in postings:
        job_names.names(posting, "feed")


def _measure(count: int) -> None:
    from goldmine_ingest.store.history import open_store
    from tools.identity_pairs.scale import fill, lookup

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "h.duckdb"
        sample = list(_texts(2000))
        keys: list[tuple[int, ...]] = []
        spans = []
        for start in range(0, 2000, 200):
            some = sample[start : start + 200]
            named = _cpu(partial(_names_of, some))
            spans.append(
                (
                    _cpu(partial(keys.extend, map(near_duplicates.text_keys, some))),
                    named,
                )
            )
        for label, spent in zip(("keys", "all exact names"), zip(*spans, strict=True), strict=True):
            print(
                f"{label}: {min(spent) / 200 * 1e6:.0f} µs of CPU for each new text of"
                f" {len(sample[0].description)} characters"
            )
        fill(path, _texts(count) if count <= 100_000 else sample, count)
        for entries in (1, 35):
            wall, cpu, rows = lookup(
                path, [key for each in keys[:entries] for key in each], open_store
            )
            print(
                f"lookup of {entries} new texts among {count:,}: {wall * 1000:.1f} ms,"
                f" {cpu * 1000:.1f} ms of CPU, {rows} rows"
            )


if __name__ == "__main__":
    if "--scale" in sys.argv:
        _measure(int(sys.argv[sys.argv.index("--scale") + 1]))
    else:
        _show(pairs())
