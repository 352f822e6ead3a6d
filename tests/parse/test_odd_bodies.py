"""Bodies that are no clean feed: producers' messages, broken JSON, gzip that nobody announced,
relative and escaped links.
"""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.parse.reading import FeedRead, ReadJob, read_feed
from goldmine_ingest.parse.unpacking import LARGEST, unpacked

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def read(body: bytes, host: str = "board.example") -> FeedRead:
    return read_feed(ReadJob("f", body, "", host, "auto", frozenset(), NOW))


def rss(*items: str) -> bytes:
    return f"<rss version='2.0'><channel><title>t</title>{''.join(items)}</channel></rss>".encode()


def item(title: str, body: str = "", link: str = "https://board.example/1") -> str:
    return (
        f"<item><title>{title}</title><link>{link}</link><description>{body}</description></item>"
    )


MESSAGES = [
    "Bridge returned error 0! (20420)",
    "Bridge returned error 403! (20421)",
    "Your feed has expired",
    "This feed has been disabled",
    "Feed not found",
    "Filter not found",
    "Please log in to continue",
    "Login required",
    "Monthly quota exceeded",
    "API rate limit exceeded",
    "Daily limit reached",
    "Your trial has ended",
    "Your subscription has expired",
    "Too many requests",
    "Access denied",
    "Error 429",
    "Failed to fetch the feed",
    "Just a moment...",
]


@pytest.mark.parametrize("message", MESSAGES)
def test_a_producers_message_is_no_job(message: str) -> None:
    found = read(rss(item(message, "RSS-Bridge tried to receive the page")))
    assert found.outcome is Outcome.NOT_A_FEED
    assert found.entries == ()
    assert message in str(found.problem)
    beside = read(rss(item(message), item("Bookkeeper wanted", "Close our month")))
    assert (beside.outcome, len(beside.entries), beside.skipped) == (Outcome.PARTIAL, 1, 1)
    assert message in str(beside.problem)


@pytest.mark.parametrize(
    "title",
    [
        "Fix error 500 on our WordPress site",
        "Login required page: developer wanted",
        "Build a bridge between two APIs",
        "Help: our feed has expired and we need an RSS developer",
        "Error handling expert",
        "Expired listings cleanup",
        "Limit order trading bot",
        "Captioner for a talk",
    ],
)
def test_a_job_about_errors_is_a_job(title: str) -> None:
    assert len(read(rss(item(title, "Text."))).entries) == 1


# Titles, links and texts of messages, as producers of feeds write them.
OTHER_MESSAGES: tuple[tuple[str, str, str], ...] = (
    (
        "Bridge returned error 503! (20089)",
        "https://rss-bridge.example/?action=display",
        "<p>Error Message: Unexpected response</p>",
    ),
    ("UpworkBridge: Bridge returned error 403!", "", ""),
    ("Error: HTTP 429 Too Many Requests", "", ""),
    ("Your feed has expired", "https://fetchrss.com/", "This feed has expired. Please renew."),
    ("FetchRSS: feed disabled", "https://fetchrss.com/", "Your free plan allows 5 feeds"),
    (
        "RSS.app | Feed paused",
        "https://rss.app/",
        "Your trial has ended. Upgrade to keep receiving updates",
    ),
    ("Subscription expired", "https://x.example", "Please renew your subscription to continue"),
    ("Filter not found", "https://www.vollna.com/", ""),
    ("This filter has been deleted", "https://www.vollna.com/", ""),
    ("Your Vollna trial has ended", "https://www.vollna.com/", "Upgrade"),
    ("Sign in to Upwork", "https://www.upwork.com/login", "Please log in"),
    ("Please log in to view this feed", "https://x.example", ""),
    ("You need to log in", "https://x.example", ""),
    ("Quota exceeded", "https://x.example", ""),
    ("Daily limit reached", "https://x.example", ""),
    ("API rate limit exceeded for 1.2.3.4", "https://x.example", ""),
    ("Feed temporarily unavailable", "https://x.example", ""),
    ("Error", "https://x.example", "Could not fetch the page: timeout"),
    ("Oops! Something went wrong", "https://x.example", ""),
    ("PolitePol: this feed has been disabled", "https://politepol.com", "because of inactivity"),
    ("Feed43 :: Error: feed not found", "https://feed43.com", ""),
    ("Attention Required! | Cloudflare", "https://x.example", ""),
    ("Access Denied", "https://x.example", "You don't have permission to access"),
    ("RSSHub: Error: Request https://upwork.com fail, status code: 403", "https://x.example", ""),
    (
        "Looks like something went wrong in RSSHub",
        "https://x.example",
        "Error message: this route is empty, please check",
    ),
    ("This route is empty", "", ""),
    ("No results found", "https://x.example", "Your search returned no results"),
    ("Ihr Feed ist abgelaufen", "https://x.example", ""),
    ("Votre flux a expiré", "https://x.example", ""),
    ("Su feed ha caducado", "https://x.example", ""),
    ("Fehler beim Abrufen des Feeds", "https://x.example", ""),
    ("Erreur lors de la récupération du flux", "https://x.example", ""),
    ("Bitte melden Sie sich an", "https://x.example", ""),
    ("Feed error", "https://x.example", "Bridge could not find any items"),
    ("Not Found", "https://x.example", "404"),
    ("Exception in bridge", "https://x.example", ""),
    ("HTTP Error 404: Not Found", "https://x.example", ""),
    ("502 Bad Gateway", "https://x.example", ""),
    ("[Error] The source of this feed cannot be reached", "https://x.example", ""),
    ("Payment required", "https://x.example", "Your account is past due."),
    ("Account suspended", "https://x.example", ""),
    ("We could not load this search. Your session has expired", "https://x.example", ""),
    ("Zapier: your Zap was turned off", "https://x.example", ""),
    (
        "Kill the Newsletter! “Alerts” inbox created",
        "https://x.example",
        "Sign up for the newsletter with",
    ),
    (
        "Inbox created: alerts",
        "https://kill-the-newsletter.com/",
        "Subscribe to newsletters with the address",
    ),
    ("morss error: could not download feed", "https://x.example", ""),
    ("Feed deprecated - please update your feed URL", "https://x.example", ""),
    ("This RSS feed has moved", "https://x.example", ""),
    ("Upgrade to Premium to see this item", "https://x.example", ""),
)


@pytest.mark.parametrize(
    ("title", "link", "body"), OTHER_MESSAGES, ids=[m[0] for m in OTHER_MESSAGES]
)
def test_what_a_producer_tells_in_other_words_is_no_job(title: str, link: str, body: str) -> None:
    found = read(rss(item(title, body, link)))
    assert (found.outcome, found.entries) == (Outcome.NOT_A_FEED, ())


@pytest.mark.parametrize(
    "title",
    [
        "Fix error 503 on our WordPress site",
        "Error handling in a Rust service",
        "Sign in with Apple for our iOS app",
        "Feed reader app: bug fixes",
        "Cloudflare expert",
        "Quota system for a SaaS",
        "Login page redesign",
        "Feed not found: repair our podcast feed",
        "RSS feed has expired certificate, fix",
        "Rate limit middleware in Go",
        "404 page illustration",
        "Subscription expired emails: set up in Klaviyo",
        "Access denied error in SharePoint",
        "Something went wrong with our checkout",
        "Account suspended on Amazon: appeal letter",
        "Trial balance reconciliation",
        "Limit switches for a CNC",
        "Search results page in Vue",
        "Expired domains research",
        "Upgrade to Premium theme",
        "Payment required fields validation",
        "Not Found pages: fix 200 broken links",
        "Filter press maintenance manual",
        "No results found page copy",
    ],
)
def test_a_job_in_the_words_of_a_message_is_a_job(title: str) -> None:
    text = "We want someone for it."
    found = read(rss(item(title, text, "https://board.example/jobs/12"), item(title, text, "")))
    assert len(found.entries) == 2


# A job's number and its page's name say nothing: links of jobs, and words of messages in titles.
JOBS_OF_ODD_NAMES = (
    ("Job 404", "https://board.example/jobs/404"),
    ("Job 404", "https://board.example/404-close-our-month"),
    ("Position 503", "https://board.example/vacancies/503"),
    ("Ref. 451: trial balance", "https://board.example/jobs/support/451"),
    ("Trial balance", "https://board.example/jobs/help-desk-and-trial-balance"),
    ("Customs limits explained", "https://board.example/docs-for-customs"),
    ("Login flow drawings", "https://board.example/projects/docs/12"),
    ("Session musician", "https://board.example/remote-jobs/status/9"),
    ("Error budget review", "https://board.example/jobs/errors-and-budgets"),
)


@pytest.mark.parametrize(("title", "link"), JOBS_OF_ODD_NAMES)
@pytest.mark.parametrize("body", ["", "The last one failed."])
def test_a_job_is_one_whatever_its_page_is_called(title: str, link: str, body: str) -> None:
    assert len(read(rss(item(title, body, link))).entries) == 1


@pytest.mark.parametrize(
    ("title", "link"),
    [
        ("404", "https://board.example/404"),
        ("Page unavailable", "https://board.example/en/404.html"),
        ("HTTP 503", "https://board.example/"),
        ("status code: 403", "https://board.example/"),
        ("Session over", "https://board.example/jobs/login"),
        ("Plan over limits", "https://board.example/account/billing"),
    ],
)
def test_a_message_that_leads_to_a_page_of_messages_is_none(title: str, link: str) -> None:
    assert read(rss(item(title, "", link))).outcome is Outcome.NOT_A_FEED


def test_items_that_say_nothing_are_counted() -> None:
    found = read(rss("<item></item>", item("A job")))
    assert (found.outcome, found.skipped, len(found.entries)) == (Outcome.PARTIAL, 1, 1)
    only = read(rss("<item></item>", "<item><guid>7</guid></item>"))
    assert only.outcome is Outcome.NOT_A_FEED
    assert only.skipped == 2
    assert "Error" not in str(only.problem)


@pytest.mark.parametrize(
    "text",
    [
        '[{"title": "A\tB", "url": "https://b.example/1"}]',
        '[{"title": "A\nB", "url": "https://b.example/1"}]',
        '[{"title": "A\x01B", "url": "https://b.example/1"}]',
        r'[{"title": "C:\dir", "url": "https://b.example/1"}]',
        r'[{"title": "bad \u12 escape", "url": "https://b.example/1"}]',
        '[{"title": "A", "url": "https://b.example/1",},]',
    ],
)
def test_a_bad_character_loses_no_feed(text: str) -> None:
    found = read(text.encode())
    assert [e.posting.url for e in found.entries if e.posting] == ["https://b.example/1"]


@given(st.text(max_size=40))
def test_any_string_between_quotes(text: str) -> None:
    body = json.dumps([{"title": "x " + text, "url": "https://b.example/1"}], ensure_ascii=False)
    raw = body.encode("utf-8", "surrogatepass")
    read(raw.replace(b"\\n", b"\n").replace(b"\\t", b"\t"))


@pytest.mark.parametrize(
    ("link", "base", "expected"),
    [
        ("/j/1", "https://a.example/feed.json", "https://a.example/j/1"),
        ("j/1", "https://a.example/x/feed.json", "https://a.example/x/j/1"),
        ("//a.example/j/1", "https://a.example/", "https://a.example/j/1"),
        ("/j/1", "", "https://board.example/j/1"),
        ("https://c.example/j?a=1&amp;amp;b=2", "", "https://c.example/j?a=1&b=2"),
        ("https://c.example/?x=1&#038;p=2", "", "https://c.example?p=2&x=1"),
        ("https://c.example/#/jobs/56", "", "https://c.example#/jobs/56"),
        ("https://c.example/app#!job=56", "", "https://c.example/app#!job=56"),
        ("https://c.example/job/5#comments", "", "https://c.example/job/5"),
    ],
)
def test_links(link: str, base: str, expected: str) -> None:
    found = read(json.dumps({"feed_url": base, "items": [{"title": "A", "url": link}]}).encode())
    assert [e.posting.url for e in found.entries if e.posting] == [expected]


def test_an_automations_object() -> None:
    """The names of n8n's RSS node, and facts under their own keys."""
    job = {
        "title": "Bookkeeper",
        "link": "https://b.example/5",
        "contentSnippet": "Close our month.",
        "isoDate": "2026-11-27T10:00:00.000Z",
        "budget": "$1,400 fixed",
        "skills": ["Xero", "Excel"],
        "proposals_count": 12,
        "hireRate": "80%",
        "totalSpent": "$17K",
        "paymentVerified": True,
    }
    posting = read(json.dumps([job]).encode()).entries[0].posting
    assert posting is not None
    assert (posting.pay, posting.budget_max, posting.currency) == ("fixed", 1400, "USD")
    assert posting.posted_at == datetime(2026, 11, 27, 10, tzinfo=UTC)
    assert (posting.proposals_min, posting.client_spent) == (12, 17000)
    assert posting.skills == ("Xero", "Excel")
    assert posting.client_payment_verified is True
    assert posting.description == "Close our month."


@pytest.mark.parametrize("layers", [1, 2])
def test_gzip_that_nobody_announced(layers: int) -> None:
    body = rss(item("A job"))
    for _ in range(layers):
        body = gzip.compress(body)
    assert len(read(body).entries) == 1


def test_damaged_and_huge_gzip() -> None:
    assert read(gzip.compress(rss(item("A job")))[:40]).outcome is Outcome.BAD_ENCODING
    assert unpacked(gzip.compress(b"0" * (LARGEST + 1))) is None


RUSSIAN = rss(item("Переводчик договоров с немецкого", "Перевести десять договоров")).decode()


@pytest.mark.parametrize("codec", ["cp1251", "koi8-r"])
def test_undeclared_cyrillic_is_guessed_and_the_guess_is_told(codec: str) -> None:
    found = read(RUSSIAN.encode(codec))
    (entry,) = found.entries
    assert entry.posting is not None
    assert entry.posting.title == "Переводчик договоров с немецкого"
    assert "which is a guess" in str(found.problem)


@pytest.mark.parametrize("text", ["Größe für Übersetzung, schöne Grüße", "Développeur très élevé"])
def test_undeclared_western_text_is_not_taken_for_cyrillic(text: str) -> None:
    (entry,) = read(rss(item(text)).decode().encode("cp1252")).entries
    assert entry.posting is not None
    assert entry.posting.title == text


FEED = rss(item("A", "text", "/jobs/1"), item("B", "text", "/jobs/2"))


@pytest.mark.parametrize(
    ("body", "count", "outcome"),
    [
        (gzip.compress(FEED[:60]) + gzip.compress(FEED[60:]), 2, Outcome.OK),
        (gzip.compress(FEED) + b"\0\0", 2, Outcome.OK),
        (gzip.compress(FEED, 0)[:170], 1, Outcome.PARTIAL),
    ],
    ids=["several members", "padded", "broken off"],
)
def test_gzip_is_read_as_far_as_it_goes(body: bytes, count: int, outcome: Outcome) -> None:
    found = read(body)
    assert (len(found.entries), found.outcome) == (count, outcome)


@pytest.mark.parametrize(
    ("link", "absolute"),
    [
        ("/jobs/5", "http://board.example:8080/jobs/5"),
        ("5", "http://board.example:8080/feeds/5"),
        ("?id=5", "http://board.example:8080/feeds/all.json?id=5"),
        ("//other.example/5", "https://other.example/5"),
        ("#/jobs/5", "http://board.example:8080/feeds/all.json#/jobs/5"),
        ("https://x.example/5", "https://x.example/5"),
    ],
)
@pytest.mark.parametrize("kind", ["json", "rss"])
def test_a_relative_link_is_resolved_against_the_feeds_own_address(
    kind: str, link: str, absolute: str
) -> None:
    json_body = json.dumps([{"title": "A", "url": link}]).encode()
    body = json_body if kind == "json" else rss(item("A", "text", link))
    where = "http://board.example:8080/feeds/all.json"
    job = ReadJob("f", body, "", "board.example", "auto", frozenset(), NOW, address=where)
    (entry,) = read_feed(job).entries
    assert entry.posting is not None
    assert entry.posting.url == absolute
