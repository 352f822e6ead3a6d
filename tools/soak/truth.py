"""The truth: what was served, and what each destination ought to get for it. A small model that
shares no code with the product.

Its rules, each a promise of the contract:

- A job that a poll received whole is stored, once, whatever name it comes under.
- Decided at first sight: qualified goes to each destination that it is for, once; a review listing
  goes in a digest, at most once; a rejected one goes nowhere.
- Nobody is told of the backlog of a feed that is read first (backlog = "none"), of what was too old
  at first sight (max_age; a first sight goes by backlog alone), or of a repost of something alerted
  within thirty days.
- An edit that makes a job qualify is told once, unless it was told before; one that makes it fail
takes back what was not sent yet.
- A destination that takes some feeds only gets what came in one of them.
- New ids, and new addresses of the same texts, change nothing but for a notice. Another site's
  content in a feed's place is neither stored nor told until its owner accepts it, and is then a
  first sight.
- What arrived may arrive again only if its cycle was killed or its connection broke, and then it is
marked.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tools.soak.sinks import Place, Taken
from tools.soak.world import Feed, Job, Shown, Verdict

REPOST_WINDOW = timedelta(days=30)


@dataclass
class Owed:
    """How often a pair of job and destination may be told as qualified: from `least` to `most`;
    as review at most `reviews` times.
    """

    least: int = 0
    most: int = 0
    reviews: int = 0


@dataclass
class Fate:
    """What the model knows of one job. `loose`: it can't say exactly, because a kill or a
    restore came in between.
    """

    job: Job
    stored: bool = False
    loose: bool = False
    verdict: Verdict | None = None
    feeds: set[str] = field(default_factory=set)
    first: datetime | None = None
    alerted: datetime | None = None
    doubtful: list[tuple[Verdict, str | None]] = field(default_factory=list)
    owed: dict[str, Owed] = field(default_factory=lambda: defaultdict(Owed))
    touched: datetime | None = None
    edits: int = -1  # of the job as it was last received in its own words
    history: list[str] = field(default_factory=list)

    def note(self, now: datetime, what: str) -> None:
        self.touched = now
        self.history.append(f"{now:%m-%d %H:%M} {what}")


@dataclass(frozen=True)
class Receipt:
    """A page that a poll got. `sure`: the poll's cycle ended, so it counts. `renamed`: all its jobs
    have new ids and addresses. `plain`: nothing was wrong with it, so that the texts are the jobs'
    own.
    """

    feed: Feed
    jobs: Sequence[Shown]
    sure: bool
    renamed: bool = False
    plain: bool = True


class Truth:
    def __init__(self, places: Sequence[Place]) -> None:
        self._places = places
        self._seen: set[str] = set()  # feeds that brought entries
        self.fates: dict[int, Fate] = {}
        self.renamed: Counter[str] = (
            Counter()
        )  # feeds that were surely received under all new names
        self.in_doubt: set[str] = (
            set()
        )  # feeds whose new names a killed cycle may have taken in without saying so
        self.baseline: set[str] = (
            set()
        )  # feeds whose first good poll since a restore is still to come

    def fate(self, job: Job) -> Fate:
        return self.fates.setdefault(job.number, Fate(job))

    def knows(self, feed: Feed, job: Job) -> bool:
        """Whether a poll of this feed has surely received the job as it is now."""
        fate = self.fates.get(job.number)
        sure = fate is not None and fate.stored and not fate.loose and not fate.doubtful
        return (
            sure
            and fate is not None
            and feed.name in fate.feeds
            and fate.edits == job.edits
            and fate.verdict == job.verdict
        )

    def accepted(self, feed: Feed) -> None:
        """The owner took what a held feed has now for right: it will be read as if for the first
        time.
        """
        self._seen.discard(feed.name)

    def received(self, receipts: Iterable[Receipt], now: datetime) -> None:
        """One cycle's pages. Feeds that are known come before those at first sight, and those
        whose backlog is wanted before the others.
        """
        ranked = sorted(
            receipts, key=lambda r: (r.feed.name not in self._seen, r.feed.backlog == "none")
        )
        several = _in_several(ranked)
        for receipt in ranked:
            self._renamed(receipt)
            for each in receipt.jobs:
                self._receive(receipt, each, now, several=each.job.number in several)
        self.baseline -= {r.feed.name for r in ranked if r.sure}
        self._seen.update(r.feed.name for r in ranked if r.jobs and r.sure)

    def _renamed(self, receipt: Receipt) -> None:
        if receipt.renamed and not receipt.sure:
            self.in_doubt.add(receipt.feed.name)
        elif receipt.renamed:
            self.renamed[receipt.feed.name] += 1

    def _receive(self, receipt: Receipt, each: Shown, now: datetime, *, several: bool) -> None:
        fate, feed = self.fate(each.job), receipt.feed
        fate.loose |= feed.name in self.baseline
        held_back = self._held_back(fate, feed, now)
        if not receipt.sure:
            if not fate.stored or fate.verdict != each.verdict or feed.name not in fate.feeds:
                fate.note(now, f"perhaps received in {feed.name} as {each.verdict}")
                fate.doubtful.append((each.verdict, held_back))
            return
        if fate.doubtful and any(doubt != (each.verdict, held_back) for doubt in fate.doubtful):
            fate.loose = True
        fate.doubtful.clear()
        if receipt.plain:
            fate.edits = each.edits
        if not fate.stored:
            self._first(fate, feed, each, held_back, now)
            fate.loose |= several and held_back is not None
        elif each.verdict != fate.verdict:
            self._edited(fate, each, now)
        if feed.name not in fate.feeds:
            self._told_by_feed(fate, feed, held_back, now)
            fate.feeds.add(feed.name)

    def _held_back(self, fate: Fate, feed: Feed, now: datetime) -> str | None:
        if feed.name in self.baseline:
            return "baseline"
        original = fate.job.repost_of
        if original and (before := self.fate(original).alerted) and now - before <= REPOST_WINDOW:
            return "repost"
        if feed.name not in self._seen:
            return "backlog" if feed.backlog == "none" else None
        return "too old" if feed.max_age and now - fate.job.posted > feed.max_age else None

    def _first(
        self, fate: Fate, feed: Feed, each: Shown, held_back: str | None, now: datetime
    ) -> None:
        fate.note(
            now,
            f"received in {feed.name} as {each.verdict}"
            + (f", held back: {held_back}" if held_back else ""),
        )
        fate.stored, fate.verdict, fate.first = True, each.verdict, now
        if fate.job.repost_of and self.fate(fate.job.repost_of).loose:
            fate.loose = True
        if held_back or each.verdict == "rejected":
            return
        if each.verdict == "qualified":
            fate.alerted = now
        for place in self._places:
            if not place.feeds:
                self._owe(fate.owed[place.name], each.verdict)

    def _told_by_feed(self, fate: Fate, feed: Feed, held_back: str | None, now: datetime) -> None:
        """Destinations that take some feeds only: the job has come into one of theirs, for the
        first time.
        """
        if fate.verdict == "rejected" or held_back:
            return
        for place in self._places:
            if feed.name in place.feeds and not place.feeds & fate.feeds:
                fate.note(now, f"owed to {place.name}, which takes {feed.name}")
                self._owe(fate.owed[place.name], fate.verdict or "rejected")

    @staticmethod
    def _owe(owed: Owed, verdict: Verdict) -> None:
        if verdict == "qualified":
            owed.least = owed.most = 1
        else:
            owed.reviews = 1

    def _edited(self, fate: Fate, each: Shown, now: datetime) -> None:
        fate.note(now, f"edited from {fate.verdict} to {each.verdict}")
        fate.verdict = each.verdict
        for place in self._places:
            if place.feeds and not place.feeds & fate.feeds:
                continue
            owed = fate.owed[place.name]
            if each.verdict != "qualified":
                owed.least = 0  # taken back if it was not sent yet
            elif fate.alerted is None:
                owed.least = owed.most = 1
            elif owed.most:
                owed.least = 1  # it was owed once, and is worth telling again if it wasn't told
        if each.verdict == "qualified":
            fate.alerted = fate.alerted or now

    def disturb(self, since: datetime, told: Iterable[int]) -> None:
        """A backup of that time was restored: what was received since is forgotten; that and
        what was `told` since may be told again.
        """
        for number in told:
            self.fates[number].loose = True
        for fate in self.fates.values():
            if fate.touched and fate.touched >= since:
                fate.loose, fate.stored = (
                    True,
                    fate.stored and fate.first is not None and fate.first < since,
                )

    def wrong(self, place: Place, taken: Sequence[Taken]) -> list[str]:
        """What a destination got that it should not have, or lacks."""
        by_job: dict[int, list[Taken]] = defaultdict(list)
        for each in taken:
            by_job[each.job].append(each)
        found = []
        for number, fate in self.fates.items():
            if not fate.loose and not fate.doubtful:
                found += [
                    f"{place.name}: job {number} {what}"
                    for what in _judge(fate.owed[place.name], by_job[number])
                ]
        return [
            *found,
            *(
                f"{place.name}: job {number} was told, but never served"
                for number in by_job.keys() - self.fates.keys()
            ),
        ]

    def wrong_notices(self, place: Place, headlines: Sequence[str]) -> list[str]:
        """A feed whose listings all got new names is told about, and no other."""
        told = {line.split()[1] for line in headlines if line.endswith("gave its listings new ids")}
        missing = self.renamed.keys() - self.in_doubt - told
        return [
            f"{place.name}: nothing was said of the new ids in {name}" for name in sorted(missing)
        ] + [
            f"{place.name}: {name} is said to have new ids"
            for name in sorted(told - self.renamed.keys() - self.in_doubt)
        ]

    def tell(self, number: int, places: Mapping[str, Sequence[Taken]]) -> str:
        """What happened to a job, for whoever has to find out why."""
        lines = list(self.fates[number].history) if number in self.fates else []
        for name, taken in places.items():
            for each in taken:
                if each.job == number:
                    marks = f"{' digest' * each.in_digest}{' may repeat' * each.may_repeat}{' unsure' * each.unsure}"
                    lines.append(
                        f"{each.at:%m-%d %H:%M} told {name} as {each.verdict}{marks} (cycle"
                        f" {each.cycle})"
                    )
        return f"job {number}:\n    " + "\n    ".join(sorted(lines))


def _in_several(receipts: Sequence[Receipt]) -> set[int]:
    """Jobs that two pages of one cycle hold: which came first is not for us to say."""
    seen: set[int] = set()
    twice: set[int] = set()
    for receipt in receipts:
        mine = {each.job.number for each in receipt.jobs}
        twice |= seen & mine
        seen |= mine
    return twice


def _judge(owed: Owed, taken: Sequence[Taken]) -> list[str]:
    wrong = []
    for verdict, least, most in (
        ("qualified", owed.least, owed.most),
        ("review", 0, owed.reviews),
        ("rejected", 0, 0),
    ):
        mine = [each for each in taken if each.verdict == verdict]
        told = 0
        for before, each in zip([None, *mine], mine, strict=False):
            if before is None or not before.unsure:
                told += 1
            elif not each.may_repeat:
                wrong.append("came again and isn't marked")
        if told > most:
            wrong.append(f"was told {told} times as {verdict}, {most} expected")
        if told < least:
            wrong.append(f"was never told as {verdict}")
        if verdict == "review" and any(not each.in_digest for each in mine):
            wrong.append("is a review listing, and came outside a digest")
    return wrong
