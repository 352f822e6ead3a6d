"""Which entries are one listing, and what counts as an edit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.facts.links import canonical_link
from goldmine_ingest.identity import edits, job_identity, job_names
from goldmine_ingest.model.names import KnownAlias
from goldmine_ingest.model.posting import Listing, Observation, Posting

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TEXT = (
    "We close our books by hand every month and need someone to reconcile three bank exports with"
    " the ledger."
)


def posting(**facts: object) -> Posting:
    base = Posting(
        "generic",
        "Reconcile our month-end books",
        TEXT,
        url="https://jobs.example/42",
        guid="job-42",
    )
    return replace(base, **facts)  # type: ignore[arg-type]  # the tests name fields freely


class History:
    """Listings as they are taken in one after another: the id of each, new or known."""

    def __init__(self) -> None:
        self.known: dict[str, list[KnownAlias]] = {}
        self.listings: dict[str, Listing] = {}

    def take(self, entry: Posting, feed: str = "a", at: datetime = NOON) -> str:
        names = job_names.names(entry, feed)
        found = job_identity.match(entry, names, self.known, self.listings)
        listing_id = found.listing_id
        if listing_id is None:
            listing_id = job_names.new_listing_id(names, self.listings)
            self.listings[listing_id] = Listing(listing_id, entry, at, repost_of=found.repost_of)
        for name in names:
            entries = self.known.setdefault(name.digest, [])
            if all(e.listing_id != listing_id for e in entries):
                entries.append(KnownAlias(name.kind, name.digest, listing_id, at))
        return listing_id


UPWORK = posting(
    platform="upwork",
    platform_job_id="01ab",
    url="https://www.upwork.com/jobs/~01ab",
    guid="https://www.upwork.com/jobs/X_~01ab",
)

SAME_JOB = {
    "the same entry again": (posting(), posting()),
    "another feed": (posting(), posting()),
    "i1: a rebuilt feed gave it another guid": (posting(), posting(guid="new-1")),
    "i2: another link, same guid and text": (
        posting(),
        posting(url="https://jobs.example/42-reconcile"),
    ),
    "a re-encoded title": (
        posting(),
        posting(title="Reconcile our month&end books".replace("&", "-")),
    ),
    "i3: no guid": (posting(guid=None), posting(guid=None)),
    "i3: no link": (posting(url=None), posting(url=None)),
    "i3: neither": (posting(url=None, guid=None), posting(url=None, guid=None)),
    "a changed guid and no link": (posting(url=None), posting(url=None, guid="job-77")),
    "the marketplace's id, everything else changed": (
        UPWORK,
        replace(UPWORK, title="New title", description="", url=None, guid="mail-1"),
    ),
    "a live counter in the title": (
        posting(title="Reconcile (12 proposals)"),
        posting(title="Reconcile (31 proposals)"),
    ),
    "i2: http, www, a token and a slash": (
        posting(url=canonical_link("http://www.jobs.example/42/?token=1"), guid=None),
        posting(guid=None),
    ),
    "i2: a guid that is a link with a session": (
        posting(url=None, guid="https://jobs.example/x?id=4&sid=abc"),
        posting(
            url=None,
            guid="http://jobs.example/x?sid=def&id=4",
            title="Reconcile our month-end books now",
        ),
    ),
    "a global guid in another feed": (
        posting(guid="tag:x,2026:1", url=None),
        posting(guid="tag:x,2026:1", url="https://y.example/1"),
    ),
    "a guid without link, only the text edited": (
        posting(url=None),
        posting(url=None, description="We changed our mind about all of it."),
    ),
    "a number in one link and a slug in the other": (
        posting(
            platform="freelancer",
            platform_job_id="39123456",
            url="https://www.freelancer.com/projects/a/b",
            guid="F_39123456",
        ),
        posting(
            platform="freelancer",
            platform_job_id="a/b",
            url="https://www.freelancer.com/projects/a/b",
            guid=None,
        ),
    ),
    "a link with letters that are escaped or not": (
        posting(url=canonical_link("https://x.example/développeur"), guid=None),
        posting(url=canonical_link("https://x.example/d%C3%A9veloppeur"), guid=None),
    ),
    "no guid, and a link that a click counter changes at each poll": (
        posting(guid=None, url="https://click.mailer.example/ls?upn=u1x", posted_at=NOON),
        posting(guid=None, url="https://click.mailer.example/ls?upn=u2y", posted_at=NOON),
    ),
    "no guid, a counter in the link's path": (
        posting(guid=None, url="https://trk.example/c/Ab12/x", posted_at=NOON),
        posting(guid=None, url="https://trk.example/c/Zz98/x", posted_at=NOON),
    ),
    "no guid, no date, another query": (
        posting(guid=None, url="https://jobs.example/go?k=1"),
        posting(guid=None, url="https://jobs.example/go?k=2"),
    ),
    "an edit under the same link": (
        posting(),
        posting(title="Reconcile our year-end books", description="Now a year of it."),
    ),
}

OTHER_JOB = {
    "i4: a reused guid": (
        posting(),
        posting(
            url="https://jobs.example/43", title="Logo for a bakery", description="Draw a logo."
        ),
    ),
    "i4: a reused guid without links": (
        posting(url=None),
        posting(url=None, title="Logo for a bakery", description="Draw a logo."),
    ),
    "i4: a reused guid under the same title": (
        posting(title="Developer"),
        posting(
            title="Developer",
            url="https://jobs.example/43",
            description="Build an app for a zoo that shows its visitors the way to the apes.",
        ),
    ),
    "a careers page that lists two jobs": (
        posting(url="https://x.example/jobs", guid="1"),
        posting(
            url="https://x.example/jobs",
            guid="2",
            title="Logo for a bakery",
            description="Draw a logo.",
        ),
    ),
    "the same text, open to another country": (
        posting(open_to=("US",), url="https://jobs.example/1", guid="1"),
        posting(open_to=("CA",), url="https://jobs.example/2", guid="2"),
    ),
    "another job of the same marketplace": (
        UPWORK,
        replace(UPWORK, platform_job_id="01cd", url="https://www.upwork.com/jobs/~01cd"),
    ),
    "the same text with another budget and id": (
        posting(budget_max=Decimal(500)),
        posting(budget_max=Decimal(900), url="https://jobs.example/43", guid="job-43"),
    ),
    "the same text without guid, posted again under another link": (
        posting(guid=None, url="https://jobs.example/1", posted_at=NOON),
        posting(guid=None, url="https://jobs.example/2", posted_at=NOON + timedelta(days=9)),
    ),
    "the same text without guid on another host": (
        posting(guid=None, url="https://jobs.example/1", posted_at=NOON),
        posting(guid=None, url="https://other.example/1", posted_at=NOON),
    ),
    "the same post for another city": (
        posting(title="Bookkeeper in Ulm", url="https://jobs.example/1", guid="1"),
        posting(title="Bookkeeper in Bonn", url="https://jobs.example/2", guid="2"),
    ),
}


@pytest.mark.parametrize(("first", "second"), SAME_JOB.values(), ids=SAME_JOB)
def test_one_job_is_one_listing(first: Posting, second: Posting) -> None:
    history = History()
    assert history.take(first) == history.take(second)


@pytest.mark.parametrize(("first", "second"), OTHER_JOB.values(), ids=OTHER_JOB)
def test_two_jobs_stay_two(first: Posting, second: Posting) -> None:
    history = History()
    assert history.take(first) != history.take(second)


def test_the_same_text_under_a_new_id_is_a_repost_of_the_first() -> None:
    history = History()
    first = history.take(UPWORK)
    second = history.take(
        replace(UPWORK, platform_job_id="01cd", url="https://www.upwork.com/jobs/~01cd", guid=None)
    )
    third = history.take(
        replace(
            UPWORK,
            platform="freelancer",
            platform_job_id="9",
            url="https://www.freelancer.com/projects/9",
            guid=None,
        )
    )
    assert history.listings[second].repost_of == first
    assert history.listings[third].repost_of == first


def test_a_template_for_another_country_is_no_repost() -> None:
    history = History()
    history.take(posting(open_to=("US",), url="https://jobs.example/1", guid="1"))
    other = history.take(posting(open_to=("CA",), url="https://jobs.example/2", guid="2"))
    assert history.listings[other].repost_of is None


def test_an_id_is_the_first_twenty_digits_of_the_strongest_name() -> None:
    names = job_names.names(UPWORK, "a")
    assert [name.kind for name in names] == ["platform_id", "link", "guid", "fingerprint"]
    assert job_names.new_listing_id(names, {}) == names[0].digest[:20]


def test_the_oldest_wins_where_guid_and_link_mean_two_listings() -> None:
    history = History()
    old = history.take(posting(guid="g1", url="https://jobs.example/1"))
    young = history.take(
        posting(guid="g2", url="https://jobs.example/2", title="Other", description="Else"),
        at=NOON + timedelta(hours=1),
    )
    both = posting(guid="g1", url="https://jobs.example/2", title="Other", description="Else")
    assert history.take(both) in (old, young)
    assert len(history.listings) == 2


def test_a_link_that_several_jobs_share_names_none_of_them() -> None:
    board = [
        posting(title=f"Job {n}", guid=f"g{n}", url="https://board.example/jobs") for n in range(3)
    ]
    assert job_names.shared_links(board) == {"https://board.example/jobs"}
    assert job_names.shared_links([posting(), posting()]) == frozenset()
    nameless = [
        posting(title=f"Job {n}", guid=None, url="https://board.example/jobs") for n in range(3)
    ]
    assert job_names.shared_links(nameless) == {"https://board.example/jobs"}


@given(
    st.permutations(
        [
            UPWORK,
            replace(UPWORK, guid="x"),
            replace(UPWORK, url=None),
            posting(),
            posting(guid=None),
            posting(url=None),
        ]
    )
)
def test_which_entries_are_one_job_does_not_depend_on_their_order(order: list[Posting]) -> None:
    history = History()
    ids = {history.take(entry, feed=f"feed{n}") for n, entry in enumerate(order)}
    assert len([i for i in ids if history.listings[i].posting.platform == "upwork"]) == 1


def test_every_order_of_feeds_gives_the_same_listings() -> None:
    entries = [
        UPWORK,
        posting(),
        posting(url="https://jobs.example/43", title="Logo", description="Draw", guid="l"),
    ]
    found = {frozenset(map(History().take, order)) for order in permutations(entries)}
    assert len(found) == 1


def test_an_edit_names_the_old_and_the_new_value() -> None:
    edit = edits.changes(
        posting(budget_max=Decimal(100)), posting(budget_max=Decimal(900)), same_feed=True
    )
    assert edit == {"budget_max": (Decimal(100), Decimal(900))}


@pytest.mark.parametrize(
    ("stored", "seen"),
    [
        (posting(title="Books (12 proposals)"), posting(title="Books (13 proposals)")),
        (
            posting(description=TEXT + " Posted 5 minutes ago"),
            posting(description=TEXT + " Posted 3 hours ago"),
        ),
        (
            posting(description=TEXT + "\nProposals: 10 to 15"),
            posting(description=TEXT + "\nProposals: 20 to 50"),
        ),
        (
            posting(description=TEXT + "\nProposals: Less than 5"),
            posting(description=TEXT + "\nProposals: 50+"),
        ),
        (posting(), posting(description=TEXT + "\nLast viewed by client: 5 minutes ago")),
        (posting(proposals_max=5), posting(proposals_max=50)),
        (posting(country="DE"), posting(country=None)),
        (posting(), posting(description=TEXT[:40], truncated=True)),
    ],
    ids=[
        "counter in the title",
        "age in the text",
        "a band",
        "first and last band",
        "last viewed",
        "live facts",
        "unsaid",
        "a cut text",
    ],
)
def test_what_is_not_an_edit(stored: Posting, seen: Posting) -> None:
    assert edits.changes(stored, seen, same_feed=True) == {}


def test_another_feed_adds_what_was_unknown_and_changes_nothing_else() -> None:
    edit = edits.changes(
        posting(country=None), posting(country="DE", title="Other wording"), same_feed=False
    )
    assert edit == {"country": (None, "DE")}


def test_a_whole_text_replaces_a_cut_one_whoever_brings_it() -> None:
    cut = posting(description=TEXT[:40] + "…", truncated=True)
    edit = edits.changes(cut, posting(title="Other wording"), same_feed=False)
    assert edit == {"description": (TEXT[:40] + "…", TEXT), "truncated": (True, False)}


@pytest.mark.parametrize(
    "title",
    [
        "Write 20 proposals for grants",
        "Need someone who wins 5 bids a month",
        "Review 40 applications",
    ],
)
def test_a_count_that_is_the_work_is_no_live_fact(title: str) -> None:
    assert edits.observe("x", posting(title=title), NOON, None) is None


def test_i5_a_counter_in_the_title_is_an_observation() -> None:
    first = edits.observe("x", posting(title="Books (12 proposals)"), NOON, None)
    assert first == Observation("x", NOON, 12, 12, None, None)
    assert edits.observe("x", posting(title="Books (12 proposals)"), NOON, first) is None
    assert edits.observe("x", posting(), NOON, None) is None


def test_live_facts_that_a_feed_leaves_out_are_kept() -> None:
    before = Observation("x", NOON, 5, 10, 2, 12)
    assert edits.observe("x", posting(interviewing=3), NOON, before) == Observation(
        "x", NOON, 5, 10, 3, 12
    )


@pytest.mark.parametrize(
    ("new", "twins", "total", "expected"),
    [(10, 10, 10, True), (8, 6, 10, True), (7, 7, 10, False), (10, 5, 10, False), (2, 2, 2, False)],
)
def test_rotation_is_many_new_names_on_known_texts(
    new: int, twins: int, total: int, expected: bool
) -> None:
    assert job_identity.rotated(new, twins, total) is expected


@given(st.text(), st.text())
def test_no_text_breaks_a_name(title: str, guid: str) -> None:
    names = job_names.names(posting(title=title, guid=guid), "feed")
    assert all(len(name.digest) == 32 for name in names)
