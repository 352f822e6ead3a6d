"""Several mails or files in one body, each read by itself."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.inputs.multipart_body import JSON, MAIL, PARTS, Part, pack, read_parts, unpack
from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.parse.reading import FeedRead, ReadJob, read_feed
from tests.rig.mailbox import private_letter, upwork_alert

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
VOLLNA = b"""{"total": 1, "filter": {"id": 1, "name": "x"}, "projects": [{
    "url": "https://www.vollna.com/go?pid=5&url=https%253A%252F%252Fwww.upwork.com%252Fjobs%252F%257E022000000000000000099",
    "title": "Ledger cleanup", "description": "Reconcile a ledger.", "budget": "800 USD", "budget_type": "fixed",
    "skills": "SQL", "published": "2026-11-23T08:00:00+00:00", "client_details": {"country": null}}]}"""


def read(*parts: Part, platform: str = "auto") -> FeedRead:
    return read_parts(
        ReadJob("inbox", pack(parts), PARTS, "", platform, frozenset(), NOW), read_feed
    )


@given(
    st.lists(st.builds(Part, st.text(), st.text(), st.binary(), st.none() | st.text(), st.text()))
)
def test_parts_come_out_as_they_went_in(parts: list[Part]) -> None:
    assert unpack(pack(parts)) == parts


def test_a_body_may_hold_alerts_of_several_senders_and_a_webhook_payload() -> None:
    found = read(
        Part("1", MAIL, upwork_alert(1)), Part("2", JSON, VOLLNA), Part("3", MAIL, upwork_alert(2))
    )
    assert found.outcome is Outcome.OK
    assert [e.posting.platform_job_id for e in found.entries if e.posting] == [
        "020000000000000000001",
        "022000000000000000099",
        "020000000000000000002",
    ]
    assert found.platform == "upwork"


def test_a_private_letter_is_no_job() -> None:
    found = read(Part("1", MAIL, private_letter(1)), Part("2", MAIL, upwork_alert(1)))
    assert (len(found.entries), found.not_jobs, found.outcome) == (1, 1, Outcome.OK)


def test_any_sender_is_read_where_the_feed_says_how() -> None:
    found = read(Part("1", MAIL, private_letter(1)), platform="generic")
    assert [e.posting.title for e in found.entries if e.posting] == ["Dinner on Sunday?"]


def test_one_bad_part_loses_no_other_and_is_named() -> None:
    found = read(
        Part("a.json", JSON, b'{"half": '),
        Part("b", JSON, VOLLNA),
        Part("c.json", JSON, problem="too large"),
    )
    assert (found.outcome, len(found.entries), found.skipped) == (Outcome.PARTIAL, 1, 2)
    assert [label for label, _ in found.bad_parts] == ["a.json", "c.json"]
    assert found.problem is not None
    assert "a.json: broken JSON" in found.problem
    assert "c.json: too large" in found.problem


def test_the_same_mail_twice_is_one_entry() -> None:
    assert (
        len(read(Part("1", MAIL, upwork_alert(1)), Part("2", MAIL, upwork_alert(1))).entries) == 1
    )


def test_nothing_new_needs_no_reader() -> None:
    def never(_: ReadJob) -> FeedRead:
        raise AssertionError

    job = ReadJob("inbox", pack([]), PARTS, "", "auto", frozenset(), NOW)
    assert read_parts(job, never) == FeedRead(Outcome.OK)


def test_another_body_goes_to_the_reader_as_it_is() -> None:
    job = ReadJob("feed", b"<rss/>", "application/xml", "", "auto", frozenset(), NOW)
    assert (
        read_parts(job, lambda j: FeedRead(Outcome.OK, title=j.content_type)).title
        == "application/xml"
    )


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not beside the repository")
def test_the_samples_of_mails_and_webhooks_are_read() -> None:
    mails = [Part(path.name, MAIL, path.read_bytes()) for path in sorted(SAMPLES.glob("*.eml"))]
    hooks = [
        Part(path.name, JSON, path.read_bytes()) for path in sorted(SAMPLES.glob("*webhook*.json"))
    ]
    found = read(*mails, *hooks)
    assert (found.outcome, len(found.entries)) == (Outcome.OK, 3)
    assert {entry.posting.platform for entry in found.entries if entry.posting} == {"upwork"}
