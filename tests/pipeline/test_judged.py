"""Judging what a person found: every grammar is read as the same kind of listing, stored only if
asked, and never alerted.
"""

from __future__ import annotations

import json
import random
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldmine_ingest.errors import UsageError
from goldmine_ingest.pipeline.ingest.pasted_listing import judge, read_anything
from tests.rig.project import NOON, Home, upwork_feed, upwork_item

SETTINGS = """
[[feed]]
name = "f"
url = "file:feed.xml"
backlog = "all"
[[notify]]
name = "phone"
url = "terminal"
"""
TEXT = (
    "Month-end reconciliation\nFixed-price: $1,500\nSkills: Python, SQL\n\nReconcile two bank"
    " exports with the ledger."
)
ITEM = upwork_item(1)
ATOM = (
    "<entry><title>Month-end reconciliation</title><summary>Reconcile in Python."
    " $1,500</summary><id>tag:a</id></entry>"
)
ODD_ITEM = (
    "<item><title>Month-end reconciliation</title><board:pay>1500 USD</board:pay><description>In"
    " Python &amp; SQL</description></item>"
)
JOB = {
    "title": "Month-end reconciliation",
    "description": "Reconcile two bank exports in Python.",
    "budget": "1500 USD",
}
MAIL = f"""From: Upwork Notification <donotreply@upwork.com>
Subject: New job alert: Month-end reconciliation 1
Date: Mon, 23 Nov 2026 12:00:00 +0000

Month-end reconciliation 1
https://www.upwork.com/jobs/~01{1:016x}

Fixed-price: $1,500
Reconcile two bank exports with the ledger in Python.
"""
PAGE = (
    "<!doctype html><html><body><h1>Month-end reconciliation</h1><p>Fixed-price:"
    " $1,500</p><p>Reconcile in Python.</p></body></html>"
)


_NOISE = random.Random(1).randbytes(5000)  # noqa: S311 - garbage, no secret


@pytest.mark.parametrize(
    "garbage",
    [
        _NOISE,
        b"\x89PNG\r\n\x1a\n" + _NOISE,
        b"%PDF-1.7\n1 0 obj\n<< /Type /Page >>\n",
        b"\0" * 500 + b"job",
    ],
    ids=["random", "png", "pdf", "nul"],
)
def test_what_is_no_text_is_refused_and_not_judged(garbage: bytes) -> None:
    with pytest.raises(UsageError, match="no text"):
        read_anything(garbage, NOON)


@pytest.mark.parametrize(
    ("pasted", "kind"),
    [
        (TEXT, "generic"),
        (ITEM, "upwork"),
        (upwork_feed(ITEM).decode(), "upwork"),
        (ATOM, "generic"),
        (ODD_ITEM, "generic"),
        (json.dumps(JOB), "generic"),
        (json.dumps([JOB]), "generic"),
        (json.dumps({"jobs": [{**JOB, "url": "https://example.com/j/1"}]}), "generic"),
        (json.dumps({**JOB, "data": "2026"}), "generic"),
        (MAIL, "upwork"),
        (MAIL.replace("\n", "\r\n"), "upwork"),
        (PAGE, "generic"),
        ("\ufeff" + TEXT, "generic"),
    ],
    ids=[
        "text",
        "item",
        "feed",
        "atom entry",
        "undeclared prefix",
        "json",
        "json list",
        "json wrapper",
        "json word",
        "mail",
        "crlf",
        "page",
        "bom",
    ],
)
def test_every_grammar_that_we_know(pasted: str, kind: str) -> None:
    (entry,) = read_anything(pasted.encode(), NOON).entries
    assert entry.posting is not None
    assert (entry.posting.title.removesuffix(" 1"), entry.posting.platform) == (
        "Month-end reconciliation",
        kind,
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  \n",
        b"{broken",
        b'<rss version="2.0"><channel></channel></rss>',
        b"[]",
        b"\xef\xbb\xbf",
        b"\0" * 9,
    ],
)
def test_what_holds_no_listing_is_said(data: bytes) -> None:
    with pytest.raises(UsageError):
        read_anything(data, NOON)


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_listings_or_refused(data: bytes) -> None:
    with suppress(UsageError):
        assert read_anything(data, NOON).entries


def test_a_feed_of_several_is_judged_item_by_item(tmp_path: Path) -> None:
    home = Home(tmp_path, SETTINGS)
    body = upwork_feed(upwork_item(1), upwork_item(2, budget="$50"))
    found, problem = judge(body, home.project(), NOON)
    assert [(each.decision.decision, each.stored) for each in found] == [
        ("qualified", False),
        ("rejected", False),
    ]
    assert (problem, [event.event for event in found[0].would_owe]) == (None, ["owed"])


def test_a_saved_listing_alerts_no_one_even_when_a_feed_brings_it_later(tmp_path: Path) -> None:
    home = Home(tmp_path, SETTINGS)
    (saved,), _ = judge(ITEM.encode(), home.project(), NOON, save=True)
    assert (saved.new, saved.feeds, [(row.state, row.cause) for row in saved.alerts]) == (
        True,
        ("judged",),
        [("suppressed", "judged")],
    )
    (tmp_path / "feed.xml").write_bytes(upwork_feed(ITEM, upwork_item(2)))
    report = home.run()
    assert (report.new_listings, report.sent) == (1, 1)
    assert home.rows("SELECT feed FROM sightings ORDER BY feed") == [("f",), ("f",), ("judged",)]


def test_listings_saved_one_after_the_other_stay(tmp_path: Path) -> None:
    """Each is a poll of the feed named 'judged'; the one before is no longer in it, and still in
    the history.
    """
    home = Home(tmp_path, SETTINGS)
    for number in (1, 2, 2):
        judge(upwork_item(number).encode(), home.project(), NOON, save=True)
    assert home.rows("SELECT count(*) FROM listings") == [(2,)]
    assert home.rows("SELECT count(*) FROM decisions WHERE decision = 'qualified'") == [(2,)]
