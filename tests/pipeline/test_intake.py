"""What one poll means: new jobs, edits, backlog, age, reposts, and who is owed what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from goldmine_ingest.alerts import reasons
from goldmine_ingest.criteria.opinion import Opinions
from goldmine_ingest.model.absence import Origin
from goldmine_ingest.model.alert import Cause
from goldmine_ingest.model.decision import Decision, DecisionKind, TextFeatures
from goldmine_ingest.model.entry import RawEntry
from goldmine_ingest.model.feed import FeedState, PollRecord
from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.model.names import Alias, KnownAlias
from goldmine_ingest.model.posting import Listing, Posting
from goldmine_ingest.parse.reading import FeedRead, ReadEntry
from goldmine_ingest.pipeline.ingest.ingest_context import IngestContext, KnownListings
from goldmine_ingest.pipeline.ingest.ingest_result import IngestResult
from goldmine_ingest.pipeline.ingest.taking_in import take_in
from goldmine_ingest.pipeline.polling.poll_result import PollResult
from goldmine_ingest.settings.destinations import DestinationSettings
from goldmine_ingest.settings.feeds import AlertSettings, Backlog, FeedSettings
from goldmine_ingest.settings.reference import Reference

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PHONE = DestinationSettings("phone", Reference("json://127.0.0.1/"))


@dataclass(frozen=True)
class FloorJudge:
    """Qualified from a budget of 500 on, review where none is stated: enough of a judge to see
    what intake does with its verdicts.
    """

    seen_proofs: list[tuple[str, ...]] = field(default_factory=list)

    def expect(
        self, listings: Sequence[Listing], *, now: datetime, proofs: tuple[str, ...] = ()
    ) -> None:
        """Looks at nothing before it is asked."""

    def features(self, posting: Posting) -> TextFeatures:
        return TextFeatures(f"hash of {posting.title}", "{}")

    def decide(
        self,
        listing: Listing,
        features: TextFeatures,  # noqa: ARG002 - as Judge
        *,
        now: datetime,  # noqa: ARG002 - as Judge
        proofs: tuple[str, ...] = (),
        opinions: Opinions | None = None,  # noqa: ARG002 - as Judge
    ) -> Decision:
        self.seen_proofs.append(proofs)
        budget = listing.posting.budget_max
        kind: DecisionKind = (
            "review" if budget is None else "qualified" if budget >= 500 else "rejected"
        )
        return Decision(listing.listing_id, "c0ffee", kind, Decimal(70), (), reason="budget")


def job(n: int, **facts: object) -> Posting:
    text = (
        f"Job number {n}: reconcile the bank exports of one month against the ledger and list what"
        " differs."
    )
    base = Posting(
        "generic",
        f"Job {n}",
        text,
        url=f"https://jobs.example/{n}",
        guid=f"g{n}",
        budget_max=Decimal(900),
        posted_at=NOON,
    )
    return replace(base, **facts)  # type: ignore[arg-type]  # the tests name fields freely


class Feeds:
    """Feeds that are taken in one after another, with what is known carried along."""

    def __init__(
        self, *feeds: FeedSettings, baseline: str | None = None, alerts: AlertSettings | None = None
    ) -> None:
        self.feeds = {feed.name: feed for feed in feeds}
        self.states = {feed.name: FeedState(feed.name, seen_entries=True) for feed in feeds}
        self.current: dict[str, dict[str, str]] = {}
        self.known = KnownListings()
        self.judge = FloorJudge()
        self.context = IngestContext(
            self.judge,
            "USD",
            lambda amount, *_: amount,
            self.feeds,
            (PHONE,),
            alerts or AlertSettings(),
            "run1",
            NOON,
            baseline,
        )

    def poll(
        self, name: str, *postings: Posting, at: datetime = NOON, outcome: Outcome = Outcome.OK
    ) -> IngestResult:
        read = FeedRead(outcome, "generic", entries=tuple(entry(posting) for posting in postings))
        record = PollRecord("run1", name, at, outcome, 200, 10, len(postings))
        poll = PollResult(
            self.feeds[name], self.states[name], read, record, self.current.get(name, {})
        )
        intake = take_in(poll, self.known, replace(self.context, now=at))
        self.states[name] = intake.changes.state
        self.current[name] = dict(intake.changes.present or {})
        return intake


def entry(posting: Posting) -> ReadEntry:
    return ReadEntry(repr(posting), RawEntry(guid=posting.guid or "", title=posting.title), posting)


def feed(name: str, **settings: object) -> FeedSettings:
    return replace(FeedSettings(name, Reference("https://x.example")), **settings)  # type: ignore[arg-type]  # named freely


def owed(intake: IngestResult) -> list[str]:
    return [event.event for event in intake.changes.events]


def causes(intake: IngestResult) -> Sequence[Cause | None]:
    return [event.cause for event in intake.changes.events]


def test_a_new_qualified_job_is_owed_to_the_destination() -> None:
    intake = Feeds(feed("a")).poll(
        "a", job(1), job(2, budget_max=Decimal(10)), job(3, budget_max=None)
    )
    assert (intake.new, owed(intake)) == (3, ["owed", "held"])
    assert len(intake.changes.versions) == 3


def test_the_same_entries_again_change_nothing() -> None:
    feeds = Feeds(feed("a"))
    feeds.poll("a", job(1), job(2))
    again = feeds.poll("a", job(1), job(2), at=NOON + timedelta(minutes=5))
    assert (again.new, again.changed, again.changes.versions, again.changes.events) == (
        0,
        0,
        (),
        (),
    )
    assert len(again.changes.present or {}) == 2


def test_i8_one_job_in_three_feeds_is_owed_once() -> None:
    feeds = Feeds(feed("a"), feed("b"), feed("c"))
    polls = [feeds.poll(name, job(1)) for name in "abc"]
    assert [owed(poll) for poll in polls] == [["owed"], [], []]
    assert next(iter(feeds.known.feeds.values())) == ("a", "b", "c")


def test_i11_the_first_sight_of_a_feed_is_backlog() -> None:
    feeds = Feeds(feed("a"))
    feeds.states["a"] = FeedState("a")
    first = feeds.poll("a", job(1), job(2))
    assert owed(first) == ["suppressed", "suppressed"]
    assert causes(first)[0] is Cause.BACKLOG
    assert owed(feeds.poll("a", job(1), job(2), job(3), at=NOON + timedelta(minutes=5))) == ["owed"]


@pytest.mark.parametrize(
    ("backlog", "hours_old", "expected"),
    [
        (Backlog("all"), 500, "owed"),
        (Backlog("within", timedelta(hours=6)), 5, "owed"),
        (Backlog("within", timedelta(hours=6)), 7, "suppressed"),
        (Backlog("none"), 0, "suppressed"),
    ],
)
def test_the_backlog_rule_alone_judges_a_first_sight(
    backlog: Backlog, hours_old: int, expected: str
) -> None:
    feeds = Feeds(feed("a", backlog=backlog, max_age=timedelta(hours=1)))
    feeds.states["a"] = FeedState("a")
    assert owed(feeds.poll("a", job(1, posted_at=NOON - timedelta(hours=hours_old)))) == [expected]


@pytest.mark.parametrize(
    ("posted_at", "expected"),
    [
        (NOON - timedelta(hours=23), "owed"),
        (NOON - timedelta(hours=25), "suppressed"),
        (None, "owed"),
        (NOON + timedelta(days=9), "owed"),
    ],
    ids=["young", "old", "i9: not said", "i9: in the future"],
)
def test_an_old_listing_is_stored_and_not_alerted(
    posted_at: datetime | None, expected: str
) -> None:
    assert owed(Feeds(feed("a")).poll("a", job(1, posted_at=posted_at))) == [expected]


def test_what_another_feed_had_is_not_backlog() -> None:
    feeds = Feeds(feed("old"), feed("new"))
    feeds.states["new"] = FeedState("new")
    assert owed(feeds.poll("old", job(1))) == ["owed"]
    assert feeds.poll("new", job(1)).changes.events == ()


def test_after_a_restore_nothing_is_owed() -> None:
    intake = Feeds(feed("a"), baseline=reasons.baseline(Origin.RESTORED)).poll("a", job(1))
    assert causes(intake) == [Cause.BASELINE]


def test_a_repost_of_something_alerted_is_stored_and_stays_silent() -> None:
    feeds = Feeds(feed("a"))
    feeds.poll("a", job(1))
    later = NOON + timedelta(days=3)
    again = feeds.poll(
        "a", job(1, url="https://jobs.example/77", guid="g77", posted_at=later), at=later
    )
    assert (again.new, owed(again)) == (1, ["suppressed"])
    assert causes(again)[0] is Cause.REPOST
    much_later = NOON + timedelta(days=40)
    third = feeds.poll(
        "a", job(1, url="https://jobs.example/78", guid="g78", posted_at=much_later), at=much_later
    )
    assert owed(third) == ["owed"]


def test_i6_an_edit_that_qualifies_a_job_is_told_once() -> None:
    feeds = Feeds(feed("a"))
    feeds.poll("a", job(1, budget_max=Decimal(100)))
    raised = feeds.poll("a", job(1, budget_max=Decimal(900)), at=NOON + timedelta(hours=1))
    assert [(e.event, e.kind) for e in raised.changes.events] == [("owed", "changed")]
    assert raised.changes.versions[0].changes == {"budget_max": (Decimal(100), Decimal(900))}
    lowered = feeds.poll("a", job(1, budget_max=Decimal(100)), at=NOON + timedelta(hours=2))
    flapping = feeds.poll("a", job(1, budget_max=Decimal(900)), at=NOON + timedelta(hours=3))
    assert (lowered.changes.events, flapping.changes.events) == ((), ())


def test_i1_a_feed_whose_ids_rotate_brings_nothing_new() -> None:
    feeds = Feeds(feed("a"))
    before = [job(n) for n in range(10)]
    feeds.poll("a", *before)
    after = [
        replace(p, guid=f"rebuilt-{n}", url=f"https://new.example/x/{n}")
        for n, p in enumerate(before)
    ]
    rotated = feeds.poll("a", *after, at=NOON + timedelta(hours=1))
    assert (rotated.rotated, rotated.new, rotated.changes.events) == (True, 0, ())
    assert len(feeds.known.listings) == 10


@pytest.mark.parametrize(
    "site", ["https://new.example", "https://jobs.example"], ids=["ids and links", "ids alone"]
)
def test_i1_an_edit_after_the_ids_rotated_is_an_edit(site: str) -> None:
    """Found by the soak: the names that a job came with contradict its new ones, but both of
    these are known by then.
    """
    feeds = Feeds(feed("a"))
    before = [job(n) for n in range(10)]
    feeds.poll("a", *before)
    after = [replace(p, guid=f"rebuilt-{n}", url=f"{site}/{n}") for n, p in enumerate(before)]
    feeds.poll("a", *after, at=NOON + timedelta(hours=1))
    after[3] = replace(after[3], title="Job 3, revised", budget_max=Decimal(1200))
    edited = feeds.poll("a", *after, at=NOON + timedelta(hours=2))
    assert (edited.new, edited.changed, edited.changes.events) == (0, 1, ())


def test_i7_a_job_that_leaves_and_returns_is_known() -> None:
    feeds = Feeds(feed("a"))
    feeds.poll("a", job(1), job(2))
    gone = feeds.poll("a", job(2), at=NOON + timedelta(days=1))
    assert len(gone.changes.present or {}) == 1
    back = feeds.poll("a", job(1), job(2), at=NOON + timedelta(days=400))
    assert (back.new, back.changes.events) == (0, ())


def test_a_feed_that_broke_off_makes_nothing_go_away() -> None:
    feeds = Feeds(feed("a"))
    feeds.poll("a", job(1), job(2))
    cut = feeds.poll("a", job(3), outcome=Outcome.PARTIAL, at=NOON + timedelta(minutes=5))
    assert (cut.new, len(cut.changes.present or {})) == (1, 3)


def test_i5_a_live_counter_is_an_observation_and_no_edit() -> None:
    feeds = Feeds(feed("a"))
    feeds.poll("a", job(1, title="Job 1 (3 proposals)"))
    for n in range(4, 54):
        poll = feeds.poll(
            "a", job(1, title=f"Job 1 ({n} proposals)"), at=NOON + timedelta(minutes=n)
        )
        assert (poll.new, poll.changed, poll.changes.events) == (0, 0, ())
        assert [o.proposals_max for o in poll.changes.observations] == [n]


def test_a_second_feed_with_other_proofs_judges_the_job_by_both() -> None:
    feeds = Feeds(feed("a", proofs=("Books",)), feed("b", proofs=("Logos",)))
    feeds.poll("a", job(1, budget_max=Decimal(100)))
    feeds.poll("b", job(1, budget_max=Decimal(100)))
    assert feeds.judge.seen_proofs == [("Books",), ("Books", "Logos")]


def test_two_entries_of_one_document_that_are_one_job_make_one_listing() -> None:
    intake = Feeds(feed("a")).poll("a", job(1), job(1, guid="g1b", title="Job 1!"))
    assert (intake.new, owed(intake)) == (1, ["owed"])


def test_nearly_the_same_text_on_another_board_is_a_repost_and_stays_silent() -> None:
    feeds = Feeds(feed("a"), feed("b"))
    whole = (
        job(1).description
        + " Every difference is explained in one line, with the voucher that it comes from and the"
        " account it belongs to."
    )
    feeds.poll("a", job(1, description=whole))
    text = (
        whole.replace("reconcile the bank exports", "please reconcile the bank exports")
        + " Apply on our own board."
    )
    again = feeds.poll(
        "b",
        job(1, platform="guru", description=text, url="https://guru.example/9", guid="x9"),
        at=NOON + timedelta(days=1),
    )
    assert (again.new, owed(again)) == (1, ["suppressed"])
    assert again.changes.versions[0].listing.repost_of == next(iter(feeds.known.listings))
    other = feeds.poll(
        "b",
        job(
            1, description=text, budget_max=Decimal(2000), url="https://guru.example/10", guid="x10"
        ),
    )
    assert (owed(other), other.changes.versions[0].listing.repost_of) == (["owed"], None)


def test_a_repost_is_silent_after_any_copy_that_was_alerted_not_only_after_the_first() -> None:
    feeds = Feeds(feed("a"))
    told = []
    for days in (0, 40, 45):
        at = NOON + timedelta(days=days)
        told += owed(
            feeds.poll(
                "a",
                job(1, url=f"https://jobs.example/c{days}", guid=f"c{days}", posted_at=at),
                at=at,
            )
        )
    assert told == ["owed", "owed", "suppressed"]


def test_jobs_without_guids_that_share_a_link_are_separate_also_when_they_come_one_by_one() -> None:
    feeds = Feeds(feed("a"))
    page = [job(n, url="https://company.example/jobs", guid=None) for n in range(5)]
    new = [
        feeds.poll("a", *page[:count], at=NOON + timedelta(hours=count)).new
        for count in (2, 3, 4, 5)
    ]
    assert new == [2, 1, 1, 1]
    assert len({listing.posting.title for listing in feeds.known.listings.values()}) == 5


def test_fifteen_cities_are_fifteen_jobs() -> None:
    cities = (
        "Ulm",
        "Bonn",
        "Kiel",
        "Jena",
        "Graz",
        "Linz",
        "Bern",
        "Trier",
        "Essen",
        "Halle",
        "Celle",
        "Worms",
        "Hof",
        "Köln",
        "Gera",
    )
    text = (
        "We open a branch in {} and look for a bookkeeper who records invoices, prepares the"
        " monthly return and answers the manager."
    )
    posts = [
        job(
            n,
            title=f"Bookkeeper in {city}",
            description=text.format(city),
            url=f"https://jobs.example/c{n}",
            guid=f"c{n}",
        )
        for n, city in enumerate(cities)
    ]
    intake = Feeds(feed("a")).poll("a", *posts)
    assert (intake.new, owed(intake)) == (15, ["owed"] * 15)
    assert all(version.listing.repost_of is None for version in intake.changes.versions)


def test_x12_of_a_text_that_thousands_share_the_first_and_the_last_are_kept() -> None:
    """Otherwise each of 20,000 entries with one text is compared with each."""
    known = KnownListings()
    for number in range(1000):
        known.learn_text([1, number + 2], str(number))
    assert known.texts[1] == (*map(str, range(20)), *map(str, range(980, 1000)))
    assert known.texts[2] == ("0",)


@pytest.mark.parametrize("others", [0, 5, 100])
def test_a_name_means_every_listing_that_it_was_learnt_for(others: int) -> None:
    known = KnownListings({"d": [KnownAlias("guid", "d", "old", NOON)]})
    for number in range(others):
        known.learn_alias(KnownAlias("guid", "d", str(number), NOON))
    assert known.means(Alias("guid", "d"), "old")
    known.learn_alias(KnownAlias("guid", "d", "new", NOON))
    assert [known.means(Alias("guid", "d"), listing) for listing in ("old", "new", "none")] == [
        True,
        True,
        False,
    ]
