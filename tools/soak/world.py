"""Jobs, the feeds that show them, and what happens to both from hour to hour. Knows nothing of
the product.
"""

from __future__ import annotations

import hashlib
import html
import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Literal

from tests.rig.project import upwork_feed, upwork_item

Verdict = Literal["qualified", "review", "rejected"]
Grammar = Literal["upwork", "rss", "atom", "json"]
# What happens to one feed in an hour, on average.
NEW_JOBS, NEW_FAULTS, REBUILDS = 0.015, 0.01, 0.002
FLOOR = 500  # [budget] fixed_minimum of the rig's criteria

# What a site calls its feed; a swapped feed has the next one's title.
_SITES = ("board", "gazette", "exchange", "bulletin", "bazaar")
_SYLLABLES = (
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "ha",
    "jo",
    "ka",
    "li",
    "mo",
    "nu",
    "pe",
    "qui",
    "ra",
    "se",
    "to",
    "vu",
    "bril",
    "klem",
    "dorf",
)


@dataclass(eq=False)
class Job:
    """A job as its board has it now. `budget` None: not stated."""

    number: int
    grammar: Grammar
    posted: datetime
    budget: int | None
    repost_of: Job | None = None
    edits: int = 0
    counting: bool = False  # its title has a live counter
    renames: int = 0  # how often a rebuilt site gave it another address

    @property
    def verdict(self) -> Verdict:
        """By construction: everything but the budget always passes."""
        return (
            "review" if self.budget is None else "qualified" if self.budget >= FLOOR else "rejected"
        )

    @property
    def words(self) -> str:
        """A text that no other job has, except for the job that it reposts."""
        number = self.repost_of.number if self.repost_of else self.number
        chance = random.Random(number)  # noqa: S311 - the same words each time
        names = ["".join(chance.choices(_SYLLABLES, k=3)) for _ in range(24)]
        return (
            f"Our {names[0]} {names[1]} office needs the month-end close of its {names[2]} ledger"
            " mended: a reconciliation of bank exports in Python and SQL. It covers"
            f" {', '.join(names[3:12])}. Later come {' '.join(names[12:])}."
        )

    @property
    def title(self) -> str:
        name = (
            "Month-end reconciliation no."
            f" {self.repost_of.number if self.repost_of else self.number}"
        )
        return f"{name} revised {self.edits}" if self.edits else name

    @property
    def link(self) -> str:
        folder = f"site{self.renames}/" if self.renames else ""
        return f"https://jobs.example/{folder}{self.grammar}/{self.number}"


@dataclass(frozen=True)
class Shown:
    """A job as a page showed it at one moment."""

    job: Job
    budget: int | None
    verdict: Verdict
    edits: int = 0


@dataclass(eq=False)
class Feed:
    """A saved search. `pinned`: its page stays as it is until a poll has received it (a site that
    was rebuilt, or another site's content).

    `swapped_from`: what it held before another site's content came in its place, until its owner
    has looked. `renamed`: its ids and addresses are new, and no poll has surely received them yet.
    """

    name: str
    grammar: Grammar
    page_size: int
    oldest_first: bool
    backlog: Literal["all", "none"]
    max_age: timedelta | None
    jobs: list[Job] = field(default_factory=list)
    fault: str | None = None
    until: datetime | None = None
    salt: int = 0
    pinned: bool = False
    asked: int = 0
    site: int = 0
    swapped_from: list[Job] | None = None
    renamed: bool = False
    query: str = ""

    @property
    def title(self) -> str:
        return f"{self.name} {_SITES[self.site % len(_SITES)]}"

    def link(self, job: Job) -> str:
        return job.link + self.query

    @property
    def page(self) -> list[Job]:
        newest = self.jobs[-self.page_size :]
        return newest if self.oldest_first else newest[::-1]

    def body(self, page: list[Job]) -> bytes:
        return _BODIES[self.grammar](self, page)

    def etag(self, body: bytes) -> str:
        return f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'

    @property
    def content_type(self) -> str:
        return "application/feed+json" if self.grammar == "json" else "application/rss+xml"

    def guid(self, job: Job) -> str:
        return f"{self.grammar}-{self.salt}-{job.number}"

    def counter(self, job: Job) -> str:
        return f" ({self.asked % 40 + 1} proposals)" if job.counting else ""


def shown(page: list[Job]) -> list[Shown]:
    return [Shown(job, job.budget, job.verdict, job.edits) for job in page]


def _upwork(feed: Feed, page: list[Job]) -> bytes:
    return upwork_feed(
        *(
            upwork_item(
                j.number,
                title=j.title,
                budget=f"${j.budget:,}" if j.budget else None,
                posted=j.posted,
                body=j.words,
            )
            for j in page
        )
    )


def _text(job: Job) -> str:
    return (
        f"<p>{html.escape(job.words)}</p>"
        + (f"<p>Budget: ${job.budget:,}</p>" if job.budget else "")
        + "<p>Skills: Python, SQL</p>"
    )


def _rss(feed: Feed, page: list[Job]) -> bytes:
    items = "".join(
        f"<item><title>{html.escape(j.title + feed.counter(j))}</title><link>{html.escape(feed.link(j))}</link>"
        f"<guid isPermaLink='false'>{feed.guid(j)}</guid>"
        f"<pubDate>{format_datetime(j.posted)}</pubDate><description>{html.escape(_text(j))}</description></item>"
        for j in page
    )
    head = '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0">'
    return f"{head}<channel><title>{feed.title}</title>{items}</channel></rss>".encode()


def _atom(feed: Feed, page: list[Job]) -> bytes:
    entries = "".join(
        f"<entry><title>{html.escape(j.title + feed.counter(j))}</title><link"
        f" href='{html.escape(feed.link(j))}'/><id>{feed.guid(j)}</id><published>{j.posted.isoformat()}</published><content"
        f" type='html'>{html.escape(_text(j))}</content></entry>"
        for j in page
    )
    head = '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
    return f"{head}<title>{feed.title}</title>{entries}</feed>".encode()


def _json(feed: Feed, page: list[Job]) -> bytes:
    items = [
        {
            "id": feed.guid(j),
            "url": feed.link(j),
            "title": j.title + feed.counter(j),
            "content_html": _text(j),
            "date_published": j.posted.isoformat(),
        }
        for j in page
    ]
    return json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": feed.title, "items": items}
    ).encode()


_BODIES = {"upwork": _upwork, "rss": _rss, "atom": _atom, "json": _json}


class World:
    """All feeds and jobs, moved on by chance. `say` is told of everything that happens to a job."""

    def __init__(self, chance: random.Random, feeds: int, now: datetime, faults: list[str]) -> None:
        self._chance = chance
        self._faults = faults
        self.jobs: list[Job] = []
        self.calm = False  # towards the end nothing goes wrong any more
        self.settled = True  # no feed is rebuilt or swapped while a restore may forget it
        self.happened: Counter[str] = Counter()
        self.feeds = [self._feed(number) for number in range(feeds)]
        for feed in self.feeds:
            for _ in range(feed.page_size // 2):
                self._add(feed, now)

    def _feed(self, number: int) -> Feed:
        pick = self._chance
        grammar: Grammar = ("upwork", "rss", "upwork", "atom", "json")[number % 5]
        backlog: Literal["all", "none"] = "none" if number % 4 == 3 else "all"
        max_age = timedelta(hours=24) if number % 3 == 0 else None
        return Feed(
            f"feed{number}", grammar, pick.choice((6, 8, 12)), pick.random() < 0.3, backlog, max_age
        )

    def _add(self, feed: Feed, now: datetime, repost_of: Job | None = None) -> Job:
        pick = self._chance
        old = pick.random() < 0.05
        posted = now - (timedelta(days=4) if old else timedelta(minutes=pick.randint(1, 50)))
        budget = pick.choices((900, 1500, None, 100, 200), (2, 2, 1, 4, 3))[0]
        if repost_of:
            posted, budget = now, repost_of.budget
        counting = (
            feed.grammar != "upwork" and pick.random() < 0.03
        )  # a page with one is never the same twice
        job = Job(
            len(self.jobs) + 1,
            feed.grammar,
            posted,
            budget,
            repost_of,
            counting=counting and not repost_of,
        )
        self.jobs.append(job)
        feed.jobs.append(job)
        return job

    def move_on(
        self,
        now: datetime,
        hours: float,
        repostable: list[Job],
        received: Callable[[Feed, Job], bool],
    ) -> None:
        """What happens in so many hours. `repostable` are jobs that may come back as new ones;
        `received` says which surely were.
        """
        pick = self._chance
        for feed in self.feeds:
            feed.asked += 1
            if feed.until and now >= feed.until:
                feed.fault = feed.until = None
            if not feed.pinned:
                for _ in range(_poisson(pick, NEW_JOBS * hours)):
                    self._add(feed, now)
                self._happen(feed, now, hours, repostable)
                if not feed.fault and self.settled and pick.random() < REBUILDS * hours:
                    self._rebuild_or_swap(feed, now, received)
            if not (feed.fault or feed.pinned or self.calm) and pick.random() < NEW_FAULTS * hours:
                feed.fault, feed.until = (
                    pick.choice(self._faults),
                    now + timedelta(hours=pick.uniform(0.5, 8)),
                )
        if self.calm:
            for feed in self.feeds:
                feed.fault = feed.until = None

    def _happen(self, feed: Feed, now: datetime, hours: float, repostable: list[Job]) -> None:
        pick = self._chance
        if pick.random() < 0.01 * hours:  # the same job in another search of the board
            others = [
                f
                for f in self.feeds
                if f.grammar == feed.grammar
                and f is not feed
                and not f.pinned
                and f.max_age == feed.max_age
            ]
            others = [f for f in others if f.site == feed.site == 0]
            if (
                others
                and feed.jobs
                and (other := pick.choice(others))
                and feed.jobs[-1] not in other.jobs
                and not feed.jobs[-1].edits
            ):
                other.jobs.append(feed.jobs[-1])
        if (
            pick.random() < 0.02 * hours and len(feed.jobs) > feed.page_size + 2
        ):  # one that had left the page comes back
            back = feed.jobs.pop(pick.randrange(len(feed.jobs) - feed.page_size))
            feed.jobs.append(back)
        if pick.random() < 0.015 * hours and feed.page:
            self._edit(pick.choice(feed.page))
        # One that was edited within these very hours is another job until that is received.
        if pick.random() < 0.005 * hours and (
            found := [j for j in repostable if j.grammar == feed.grammar and not j.edits]
        ):
            self._add(feed, now, repost_of=pick.choice(found[-50:]))

    def _rebuild_or_swap(
        self, feed: Feed, now: datetime, received: Callable[[Feed, Job], bool]
    ) -> None:
        """A site that is built anew gives its jobs new ids, and half the time new addresses as well
        (I1); or another site's jobs come in place of the feed's (I13). Only where every job of the
        page is known: what was never received has no name to keep.
        """
        if (
            feed.grammar == "upwork"
            or len(feed.page) < 6
            or not all(received(feed, job) for job in feed.page)
        ):
            return
        what = self._chance.choice(("ids", "ids and addresses", "swap"))
        alone = not any(self._is_shared(job) for job in feed.page)
        if what == "ids":
            feed.salt += 1
        elif what == "swap":
            feed.swapped_from, feed.jobs = feed.jobs, []
            feed.site += 1
            for _ in range(6):
                self._add(feed, now)
        elif alone:
            feed.jobs, feed.renamed = feed.page if feed.oldest_first else feed.page[::-1], True
            feed.salt += 1
            for job in feed.page:
                job.renames += 1
        else:
            return
        feed.pinned = True
        self.happened[what] += 1

    def give_back(self, feed: Feed) -> None:
        """A swapped feed holds its own site's jobs again."""
        assert feed.swapped_from is not None
        feed.jobs, feed.site = feed.swapped_from, feed.site - 1

    def _is_shared(self, job: Job) -> bool:
        """In several feeds, or one of a job and its repost: a new address would then be another
        job to anyone.
        """
        return (
            job.repost_of is not None
            or any(j.repost_of is job for j in self.jobs)
            or self._feeds_of(job) > 1
        )

    def _feeds_of(self, job: Job) -> int:
        return sum(job in f.jobs or job in (f.swapped_from or ()) for f in self.feeds)

    def _edit(self, job: Job) -> None:
        if (
            job.repost_of
            or any(j.repost_of is job for j in self.jobs[-200:])
            or self._feeds_of(job) > 1
        ):
            return
        job.edits += 1
        if self._chance.random() < 0.6:
            job.budget = (
                self._chance.choice((900, 1200, 100)) if job.verdict == "qualified" else 900
            )


def _poisson(chance: random.Random, mean: float) -> int:
    count, left = 0, chance.expovariate(1)
    while left < mean:
        count, left = count + 1, left + chance.expovariate(1)
    return count
