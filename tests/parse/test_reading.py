"""Reading a feed: digests, one bad entry, what is told of it."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from goldmine_ingest.model.entry import RawEntry
from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.parse.limits import capped
from goldmine_ingest.parse.reading import ReadJob, entry_digest, read_feed
from tests.corpus_cases import CORPUS, postings, read_bytes

ENTRY = RawEntry(
    guid="g",
    link="https://x.example/1",
    title="T",
    body="B",
    categories=("a", "b"),
    extra={"x": ["1", "2"], "y": "ü\ud800"},
)


def test_the_digest_is_pinned() -> None:
    """A digest is stored: it may never change with Python's version or this code."""
    assert entry_digest(ENTRY) == "13e13f073c55c3bd2aee202dd2480ca9"


def test_the_order_of_extra_does_not_matter() -> None:
    """The same facts in another order are the same entry."""
    assert entry_digest(replace(ENTRY, extra={"y": "ü\ud800", "x": ["1", "2"]})) == entry_digest(
        ENTRY
    )


@pytest.mark.parametrize(
    "field", ["guid", "link", "title", "body", "published", "updated", "author"]
)
def test_every_field_is_in_the_digest(field: str) -> None:
    """Whatever changes in an entry makes it one to look at."""
    assert entry_digest(replace(ENTRY, **{field: "other"})) != entry_digest(ENTRY)


def test_one_bad_entry_never_loses_the_feed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The entries beside it come through; it is counted, with its reason."""
    body = b"<rss><channel><item><title>a</title></item><item><guid>only-an-id</guid></item><item><title>c</title></item></channel></rss>"
    found = read_bytes(body)
    assert found.outcome is Outcome.PARTIAL
    assert [posting.title for posting in postings(found)] == ["a", "c"]
    assert found.skipped == 1
    assert "without title" in (found.problem or "")


def test_all_bad_fails_the_feed() -> None:
    """A feed of which nothing can be read is an error, not an empty feed."""
    found = read_bytes(
        b"<rss><channel><item><guid>a</guid></item><item><guid>b</guid></item></channel></rss>"
    )
    assert (found.outcome, found.skipped, found.entries) == (Outcome.NOT_A_FEED, 2, ())


def test_a_feed_of_non_jobs_is_fine() -> None:
    """Only for-hire posts today: nothing to take in, nothing wrong."""
    link = '<link href="https://www.reddit.com/r/forhire/comments/1/x/"/>'
    body = (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>t3_1</id>{link}<title>[For Hire]'
        " Me</title></entry></feed>".encode()
    )
    found = read_bytes(body)
    assert (found.outcome, found.not_jobs, found.skipped) == (Outcome.OK, 1, 0)


def test_the_host_decides_before_the_vocabulary() -> None:
    """A feed is read as what its host serves, and as what the user says before that."""
    body = (CORPUS / "generic-rss" / "input.xml").read_bytes()
    assert read_bytes(body, host="www.codeur.com").platform == "codeur"
    assert read_bytes(body, host="codeur.com.evil.example").platform == "generic"
    assert read_bytes(body, host="codeur.com", platform="guru").platform == "guru"


def test_x13_huge_fields_are_capped() -> None:
    """A title and a text of 2 MB are cut and marked; a guid of 64 kB becomes its start and the
    hash of all of it.
    """
    title, text, guid = "t" * 2_000_000, "word " * 400_000, "g" * 65_536
    item = (
        f"<item><title>{title}</title><description>{text}</description><guid>{guid}</guid></item>"
    )
    (entry,) = read_bytes(f"<rss><channel>{item}</channel></rss>".encode()).entries
    posting, raw = entry.posting, entry.raw
    assert posting is not None
    assert raw is not None
    assert max(len(raw.title), len(raw.guid)) <= 8 * 1024
    assert len(raw.body) <= 512 * 1024
    assert capped(raw) == raw
    assert len(posting.title) <= 500
    assert len(posting.description) <= 100_000
    assert posting.truncated
    assert posting.guid == raw.guid != guid
    assert capped(RawEntry(guid=guid + "x")).guid != raw.guid


def test_x15_invisible_characters_are_out_of_the_posting_but_not_of_the_raw_entry() -> None:
    """Overrides that turn text around are kept as they came, and never shown."""
    found = read_bytes(
        "<rss><channel><item><title>a\u202eb\u2066c</title></item></channel></rss>".encode()
    )
    (entry,) = found.entries
    assert entry.raw is not None
    assert entry.posting is not None
    assert entry.raw.title == "a\u202eb\u2066c"
    assert entry.posting.title == "abc"


def test_canary_tokens_of_channel_links_are_nowhere() -> None:
    """No feed of the corpus passes its own token on in what a posting says."""
    for case in (
        "upwork-2014-labels",
        "upwork-2019-posted-on-is-feed-time",
        "reddit-forhire",
        "upwork-mail-full",
        "vollna-rss",
    ):
        source = next((CORPUS / case).glob("input.*"))
        found = read_bytes(
            source.read_bytes(), content_type="message/rfc822" if source.suffix == ".eml" else ""
        )
        assert "CANARY" not in repr(postings(found)) + found.title + str(found.problem), case


@pytest.mark.parametrize(
    ("channel", "now", "seconds"),
    [
        ("<ttl>60</ttl>", "2026-11-23T20:15:00+00:00", 3600),
        (
            "<skipHours><hour>20</hour><hour>21</hour><hour>23</hour></skipHours>",
            "2026-11-23T20:15:00+00:00",
            105 * 60,
        ),
        (
            "<ttl>180</ttl><skipHours><hour>20</hour></skipHours>",
            "2026-11-23T20:15:00+00:00",
            3 * 3600,
        ),
        ("<skipHours><hour>24</hour></skipHours>", "2026-11-24T00:30:00+00:00", 1800),
        (
            "<skipHours><hour>3</hour><hour>x</hour><hour>99</hour></skipHours>",
            "2026-11-23T20:15:00+00:00",
            None,
        ),
        (
            "<skipHours>" + "".join(f"<hour>{n}</hour>" for n in range(24)) + "</skipHours>",
            "2026-11-23T20:15:00+00:00",
            None,
        ),
    ],
)
def test_ttl_and_skip_hours_are_the_pace_that_a_feed_asks_for(
    channel: str, now: str, seconds: float | None
) -> None:
    """In a skipped hour the pace reaches to the first hour that isn't; a feed that skips all of
    them doesn't mean it.
    """
    body = f"<rss><channel><title>t</title>{channel}<item><title>a</title></item></channel></rss>".encode()
    job = ReadJob("f", body, "", "", "auto", frozenset(), datetime.fromisoformat(now))
    assert read_feed(job).ttl == seconds


def test_what_a_feed_holds_says_more_than_its_host() -> None:
    """Config, then content, then host: a bridge on a board's host is read by its own words, a
    format by the host's.
    """
    upwork = (CORPUS / "upwork-copied-from-a-browser" / "input.xml").read_bytes()
    plain = b"<rss><channel><item><title>a</title><link>https://other.example/1</link></item></channel></rss>"
    json_feed = (
        b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "a"}]}'
    )
    assert read_bytes(upwork, host="www.codeur.com").platform == "upwork"
    assert read_bytes(upwork, host="www.codeur.com", platform="generic").platform == "generic"
    assert read_bytes(plain, host="www.codeur.com").platform == "codeur"
    assert read_bytes(plain, host="evilcodeur.com").platform == "generic"
    assert read_bytes(json_feed, host="himalayas.app").platform == "himalayas"
    assert read_bytes(json_feed).platform == "jsonfeed"


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("And so on...", False),
        ("And so on. [...]", True),
        ("And so on. Read more", True),
        ("A long excerpt of words. " * 8 + "And then it...", True),
        ("A long excerpt of words. " * 8 + "And then it.", False),
    ],
)
def test_an_authors_own_dots_are_no_cut(text: str, cut: bool) -> None:
    """Short texts that end in dots are whole, as are all of Upwork's old feeds."""
    (posting,) = postings(
        read_bytes(
            f"<rss><channel><item><title>t</title><description>{text}</description></item></channel></rss>".encode()
        )
    )
    assert posting.truncated is cut


def test_one_link_to_a_board_does_not_make_a_mixed_feed_that_boards() -> None:
    """Each job of an aggregator's feed belongs to the marketplace that its own link leads to."""
    links = [
        "https://www.upwork.com/jobs/~0155aa44bb55cc66dd",
        "https://www.codeur.com/projects/5-x",
        "https://a.example/1",
    ]
    items = "".join(f"<item><title>a</title><link>{link}</link></item>" for link in links)
    found = read_bytes(f"<rss><channel>{items}</channel></rss>".encode())
    assert found.platform == "generic"
    assert [posting.platform for posting in postings(found)] == ["upwork", "codeur", "generic"]


def test_a_text_without_markup_is_there_once() -> None:
    """A very large feed of plain texts would be held twice otherwise, on both sides of the pipe."""
    text = "Reconcile the monthly ledger exports and load them into our warehouse. " * 5
    items = "".join(
        f"<item><guid>{n}</guid><title>Job {n}</title><description>{body}</description></item>"
        for n, body in enumerate((text.strip(), f"&lt;p&gt;{text}&lt;/p&gt;"))
    )
    body = f"<rss><channel><title>t</title>{items}</channel></rss>".encode()
    job = ReadJob("f", body, "", "", "auto", frozenset(), datetime(2026, 11, 20, tzinfo=UTC))
    plain, marked = pickle.loads(pickle.dumps(read_feed(job))).entries  # noqa: S301 - made here
    assert plain.posting.description is plain.raw.body == text.strip()
    assert marked.posting.description == text.strip() != marked.raw.body
