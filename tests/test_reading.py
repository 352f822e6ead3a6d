"""Reading a feed: digests, one bad entry, what is told of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from goldmine_ingest.model import Outcome, RawEntry
from goldmine_ingest.reading import entry_digest
from tests.corpus_cases import CORPUS, postings, read_bytes

ENTRY = RawEntry(guid="g", link="https://x.example/1", title="T", body="B", categories=("a", "b"), extra={"x": ["1", "2"], "y": "ü\ud800"})


def test_the_digest_is_pinned() -> None:
    """A digest is stored: it may never change with Python's version or this code."""
    assert entry_digest(ENTRY) == "13e13f073c55c3bd2aee202dd2480ca9"


def test_the_order_of_extra_does_not_matter() -> None:
    """The same facts in another order are the same entry."""
    assert entry_digest(replace(ENTRY, extra={"y": "ü\ud800", "x": ["1", "2"]})) == entry_digest(ENTRY)


@pytest.mark.parametrize("field", ["guid", "link", "title", "body", "published", "updated", "author"])
def test_every_field_is_in_the_digest(field: str) -> None:
    """Whatever changes in an entry makes it one to look at."""
    assert entry_digest(replace(ENTRY, **{field: "other"})) != entry_digest(ENTRY)


def test_one_bad_entry_never_loses_the_feed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The entries beside it come through; it is counted, with its reason."""
    body = b"<rss><channel><item><title>a</title></item><item><guid>only-an-id</guid></item><item><title>c</title></item></channel></rss>"
    found = read_bytes(body)
    assert found.outcome is Outcome.OK
    assert [posting.title for posting in postings(found)] == ["a", "c"]
    assert found.skipped == 1
    assert "without title" in (found.problem or "")


def test_all_bad_fails_the_feed() -> None:
    """A feed of which nothing can be read is an error, not an empty feed."""
    found = read_bytes(b"<rss><channel><item><guid>a</guid></item><item><guid>b</guid></item></channel></rss>")
    assert (found.outcome, found.skipped, found.entries) == (Outcome.ERROR, 2, ())


def test_a_feed_of_non_jobs_is_fine() -> None:
    """Only for-hire posts today: nothing to take in, nothing wrong."""
    link = '<link href="https://www.reddit.com/r/forhire/comments/1/x/"/>'
    body = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>t3_1</id>{link}<title>[For Hire] Me</title></entry></feed>'.encode()
    found = read_bytes(body)
    assert (found.outcome, found.not_jobs, found.skipped) == (Outcome.OK, 1, 0)


def test_the_host_decides_before_the_vocabulary() -> None:
    """A feed is read as what its host serves, and as what the user says before that."""
    body = (CORPUS / "generic-rss" / "input.xml").read_bytes()
    assert read_bytes(body, host="www.codeur.com").platform == "codeur"
    assert read_bytes(body, host="codeur.com.evil.example").platform == "generic"
    assert read_bytes(body, host="codeur.com", platform="guru").platform == "guru"


def test_x13_huge_fields_are_capped() -> None:
    """A title and a text of 2 MB are cut and marked; the guid stays whole, for the id is made of it."""
    title, text, guid = "t" * 2_000_000, "word " * 400_000, "g" * 65_536
    item = f"<item><title>{title}</title><description>{text}</description><guid>{guid}</guid></item>"
    (posting,) = postings(read_bytes(f"<rss><channel>{item}</channel></rss>".encode()))
    assert len(posting.title) <= 500
    assert len(posting.description) <= 100_000
    assert posting.truncated
    assert posting.guid == guid


def test_x15_invisible_characters_are_out_of_the_posting_but_not_of_the_raw_entry() -> None:
    """Overrides that turn text around are kept as they came, and never shown."""
    found = read_bytes("<rss><channel><item><title>a\u202eb\u2066c</title></item></channel></rss>".encode())
    (entry,) = found.entries
    assert entry.raw is not None
    assert entry.posting is not None
    assert entry.raw.title == "a\u202eb\u2066c"
    assert entry.posting.title == "abc"


def test_canary_tokens_of_channel_links_are_nowhere() -> None:
    """No feed of the corpus passes its own token on in what a posting says."""
    for case in ("upwork-2014-labels", "upwork-2019-posted-on-is-feed-time", "reddit-forhire", "upwork-mail-full", "vollna-rss"):
        source = next((CORPUS / case).glob("input.*"))
        found = read_bytes(source.read_bytes(), content_type="message/rfc822" if source.suffix == ".eml" else "")
        assert "CANARY" not in repr(postings(found)) + found.title + str(found.problem), case
