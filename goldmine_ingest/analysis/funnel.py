"""What happened in a window of time, as counts: the values that the queries fill, and the
arithmetic of the funnel over them. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median

from goldmine_ingest.analysis.near_misses import Cost
from goldmine_ingest.model.pursuit import Contact
from goldmine_ingest.settings.review import ReviewSettings

# From listing to deal. A later stage implies those of a proposal before it: who was hired was
# interviewed, replied to and viewed.
PROPOSAL_STAGES = ("pursued", "viewed", "replied", "interviewed", "hired")
# [review] ignored_after: a proposal without an answer counts as ignored after this long, an
# interview without a deal as lost; before, they are in flight.
IN_FLIGHT = ReviewSettings().ignored_after


@dataclass(frozen=True, slots=True)
class Window:
    """The time that a review looks at, from (inclusive) to (exclusive)."""

    since: datetime
    until: datetime

    @property
    def before(self) -> Window:
        """The window of the same length that ends where this one begins."""
        return Window(self.since - (self.until - self.since), self.since)

    @property
    def days(self) -> float:
        return (self.until - self.since) / timedelta(days=1)


@dataclass(frozen=True, slots=True)
class FeedDays:
    """How one feed was: days on which it was polled, those of them without one good poll, and
    the marketplaces that it ever brought.
    """

    feed: str
    days: int
    dark_days: int
    polls: int
    good_polls: int
    last_good_at: datetime | None = None
    last_failure: str | None = None
    platforms: tuple[str, ...] = ()
    watched_days: float | None = None

    @property
    def seen_days(self) -> float:
        """For how long good polls watched it: ten minutes are no day."""
        return self.days - self.dark_days if self.watched_days is None else self.watched_days

    def belongs(self, by: str, name: str) -> bool:
        """Whether it is this 'feed', or one that brings this 'platform'."""
        return self.feed == name if by == "feed" else by == "platform" and name in self.platforms


@dataclass(frozen=True, slots=True)
class Brought:
    """What came in, as a whole or from one marketplace, feed or for one proof. Medians in hours
    over what is known, else None.

    `stuck`: qualified listings whose alert is owed, retried, uncertain or dead and never went out.
    `earlier`: listings that were there before their feed was first read; they count in no rate and
    no wait from posting. `not_alerted`: why qualified listings alerted no one, and how many (the
    words of sentences.NOT_ALERTED). `posting_known` counts the alerted
    listings that state their time; `proposals` is the median of how many had applied at first
    sight.
    """

    listings: int = 0
    qualified: int = 0
    review: int = 0
    rejected: int = 0
    alerted: int = 0
    stuck: int = 0
    earlier: int = 0
    earlier_qualified: int = 0
    not_alerted: Mapping[str, int] | None = None
    hours_to_sight: float | None = None
    hours_to_alert: float | None = None
    hours_posting_to_alert: float | None = None
    posting_known: int = 0
    proposals: float | None = None

    @property
    def new(self) -> int:
        """Listings that came while their feed was watched."""
        return self.listings - self.earlier

    @property
    def new_qualified(self) -> int:
        return self.qualified - self.earlier_qualified


@dataclass(frozen=True, slots=True)
class Pursued:
    """A job that was pursued: when each stage was first recorded, what the proposal cost in
    connects, what a deal brought, the hours that all of it took, what the proposal led with.

    `known_at` is when its alert was sent, or its first sight where none was. `channel` is where it
    came from: the user's own word, else the marketplace. `elsewhere`: no feed brought it; then that
    word is its `platform` too.
    """

    listing_id: str
    begun_at: datetime
    stages: Mapping[str, datetime]
    known_at: datetime
    platform: str = ""
    proof: str | None = None
    feeds: tuple[str, ...] = ()
    connects: int | None = None
    won: Decimal | None = None
    objections: tuple[str, ...] = ()
    ignored_after: timedelta = IN_FLIGHT
    channel: str = ""
    elsewhere: bool = False
    hours: Decimal | None = None
    led: str | None = None

    def belongs(self, by: str) -> tuple[str, ...]:
        """The names of its feeds, its proof or its marketplace ('feed', 'proof', 'platform')."""
        if by == "feed":
            return self.feeds
        name = self.proof if by == "proof" else self.platform
        return (name,) if name else ()

    def reached(self, stage: str) -> bool:
        """Whether this stage or a later one was recorded; a rejection afterwards doesn't erase
        it.
        """
        return stage == "pursued" or any(
            later in self.stages for later in PROPOSAL_STAGES[PROPOSAL_STAGES.index(stage) :]
        )

    def answered(self, now: datetime) -> bool | None:
        """Replied to, or not; None while it is in flight, and for what the user withdrew before
        an answer.
        """
        if self.reached("replied"):
            return True
        if "withdrawn" in self.stages and "declined" not in self.stages:
            return None
        return (
            False
            if "declined" in self.stages or now - self.begun_at >= self.ignored_after
            else None
        )

    def closed(self, now: datetime) -> bool | None:
        """Whether an interview became a deal; None without an interview, or while it may still
        become one.
        """
        if self.reached("hired"):
            return True
        if not self.reached("interviewed"):
            return None
        ended = {"declined", "withdrawn"} & self.stages.keys()
        return False if ended or now - self.stages["interviewed"] >= self.ignored_after else None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a review rests on. `observed_days`: days of the window that were watched
    (review_watched.sql). `tags`: those that stand most often on what was turned away, with how many
    bear it.
    """

    window: Window
    observed_days: float
    feeds: tuple[FeedDays, ...] = ()
    brought: Brought = Brought()
    by: Mapping[str, Mapping[str, Brought]] | None = None
    pursued: tuple[Pursued, ...] = ()
    turned_away: tuple[Cost, ...] = ()
    contacts: tuple[Contact, ...] = ()
    turned_away_by: Mapping[tuple[str, str], tuple[Cost, ...]] | None = None
    ignored_after: timedelta = IN_FLIGHT
    tags: tuple[tuple[str, int], ...] = ()
    tags_by: Mapping[tuple[str, str], tuple[tuple[str, int], ...]] | None = None

    @property
    def is_own_channel(self) -> bool:
        """Whether all of it came by a channel that no feed brings, so that there is no market to be
        watched.
        """
        brought = self.brought.listings or not self.pursued
        return not brought and all(each.elsewhere for each in self.pursued)

    def part(self, by: str, name: str) -> Facts:
        """The same of one 'feed', 'proof' or 'platform' alone.

        A feed is watched on the days on which it was polled well, a marketplace on those of its
        best feed: a broken source is no quiet market.
        """
        feeds = tuple(each for each in self.feeds if each.belongs(by, name))
        days = min(
            self.observed_days,
            max((float(each.seen_days) for each in feeds), default=self.observed_days),
        )
        brought = (self.by or {}).get(by, {}).get(name, Brought())
        own = tuple(each for each in self.pursued if name in each.belongs(by))
        return Facts(
            self.window,
            days,
            feeds,
            brought,
            None,
            own,
            (self.turned_away_by or {}).get((by, name), ()),
            ignored_after=self.ignored_after,
            tags=(self.tags_by or {}).get((by, name), ()),
        )


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the funnel: how many listings reached it, and the median of hours since the
    stage recorded before it. `count` None: it is known of none of the pursuits.
    """

    stage: str
    count: int | None
    median_hours: float | None = None


def funnel(brought: Brought, pursued: Sequence[Pursued]) -> tuple[Step, ...]:
    """Listings by their first sight, proposals by their beginning. Deciding takes no time, so
    that `qualified` has no median.
    """
    market = (
        Step("listing", brought.listings, _hours(brought.hours_to_sight)),
        Step("qualified", brought.qualified),
        Step("alerted", brought.alerted, _hours(brought.hours_to_alert)),
    )
    return (
        *market,
        *(Step(s, _reached(pursued, s), _waited(pursued, s)) for s in PROPOSAL_STAGES),
    )


def recorded(pursued: Iterable[Pursued], stage: str) -> bool:
    """Whether the user, or a mail, ever told of this stage."""
    return any(stage in each.stages for each in pursued)


def _reached(pursued: Sequence[Pursued], stage: str) -> int | None:
    """An answer is told of when it comes, so that none is none. That a proposal was opened is told
    of only by who looks it up: where nobody did, it is unknown.
    """
    count = sum(each.reached(stage) for each in pursued)
    return None if stage == "viewed" and pursued and not count else count


def _waited(pursued: Iterable[Pursued], stage: str) -> float | None:
    waits = [hours for each in pursued if (hours := _wait(each, stage)) is not None]
    return _hours(median(waits)) if waits else None


def _wait(pursued: Pursued, stage: str) -> float | None:
    """Hours from what was recorded before this stage; for 'pursued', from when the listing was
    known.
    """
    at_time = pursued.stages.get(stage)
    if at_time is None:
        return None
    earlier = [
        pursued.stages[s]
        for s in PROPOSAL_STAGES[: PROPOSAL_STAGES.index(stage)]
        if s in pursued.stages and pursued.stages[s] <= at_time
    ]
    start = max(earlier, default=pursued.known_at)
    return max(0.0, (at_time - start) / timedelta(hours=1))


def _hours(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
