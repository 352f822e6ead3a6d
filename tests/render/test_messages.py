"""Each kind of message as each kind of destination gets it: golden files that a person can read,
limits, and no way in for markup.

GOLDEN=write pytest tests/render writes the golden files anew; look at the difference before you
keep it.
"""

from __future__ import annotations

import html
import json
import os
import re
import textwrap
from dataclasses import replace
from datetime import timedelta
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from goldmine_ingest.model.alert import Topic
from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.model.press import ActionLinks
from goldmine_ingest.render import notices
from goldmine_ingest.render.clean import ZWSP, clean
from goldmine_ingest.render.message import (
    Alert,
    DaySummary,
    DigestAlert,
    MatchAlert,
    NoticeAlert,
    Rendered,
    TestAlert,
)
from goldmine_ingest.render.rendering import SUMMARY_SHOWN, render, terminal
from goldmine_ingest.render.targets import TARGETS, TargetKind, kind_of
from tests.alert_cases import LINK, NOW, listing, match
from tests.rig.fault_table import fault

GOLDEN = Path(__file__).parent / "golden"
CHATS = [kind for kind in TargetKind if kind not in (TargetKind.WEBHOOK, TargetKind.TERMINAL)]
HOSTILE = (
    "*b* _i_ [x](http://evil) <b> @everyone <!channel> <@U1> ``` ||s|| <a"
    " href='https://evil.com'>y</a> www.evil.com # h"
)

SUMMARY = DaySummary(12, 140, 0, 1, "budget", {"upwork-python": NOW - timedelta(hours=3)})
ALERTS: dict[str, Alert] = {
    "match": match(),
    "repeat": match(may_repeat=True),
    "changed": match(changed={"budget_min": (300, 500), "budget_max": (400, 1000)}),
    "hostile": match(listing(title=HOSTILE)),
    "digest": DigestAlert(
        (match(), match(listing(2, title="Bank feeds in QuickBooks"), "review")), SUMMARY
    ),
    "inbox": DigestAlert((match(),), SUMMARY, inbox="https://box.example.ts.net/"),
    "quiet": DigestAlert((), SUMMARY),
    "notice": notices.feed_failing(
        "upwork-python", Outcome.NOT_A_FEED, failures=3, last_ok_at=NOW, next_poll_at=NOW
    ),
    "test": TestAlert("phone", match()),
}
DOOR = "https://box.example.ts.net:8443/a/"
LINKS = ActionLinks(
    tuple((word, DOOR + (word.lower() * 22)[:44]) for word in ("Pursue", "Skip", "Bad")),
    DOOR + ("decide" * 8)[:44],
)
# Telegram and ntfy have buttons of their own, a terminal a command.
LINKED = [
    kind
    for kind in TargetKind
    if kind not in (TargetKind.TELEGRAM, TargetKind.NTFY, TargetKind.TERMINAL)
]
EACH_ACTION = (TargetKind.SLACK, TargetKind.DISCORD, TargetKind.MAIL)


@cache
def many() -> tuple[MatchAlert, ...]:
    """2,000 matches: a fifth of a second, once, and not for those who only read this file."""
    return tuple(match(listing(n)) for n in range(2000))


@pytest.mark.parametrize("kind", list(TargetKind))
def test_golden(kind: TargetKind) -> None:
    """One file per kind of destination with all messages in it; zero-width spaces are shown as
    ␣.
    """
    parts = []
    linked = {"linked": replace(match(), links=LINKS)} if kind in LINKED else {}
    for name, alert in (ALERTS | linked).items():
        made = render(alert, kind)
        body = (
            json.dumps(json.loads(made.body), indent=1, ensure_ascii=False)
            if kind is TargetKind.WEBHOOK
            else made.body
        )
        parts.append(f"=== {name} ({made.body_format}, {made.size})\ntitle: {made.title}\n{body}\n")
    text = "\n".join(parts).replace(ZWSP, "␣")
    path = GOLDEN / f"{kind.value}.txt"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text)
    assert text == path.read_text()


# Columns of what a message is read on, and the line at the latest on which the client's own words
# begin: phones show about six lines of a message that just came.
SCREENS = {
    TargetKind.NTFY: (42, 5),
    TargetKind.TELEGRAM: (40, 6),
    TargetKind.PUSHOVER: (42, 5),
    TargetKind.TERMINAL: (80, 4),
    TargetKind.MAIL: (72, 5),
}


@pytest.mark.parametrize("kind", SCREENS)
def test_golden_as_a_screen_shows_it(kind: TargetKind) -> None:
    """A match, one of a client who posts again, and a digest, wrapped as wide as screens are."""
    width, latest = SCREENS[kind]
    parts = []
    again = replace(match(), client_note="posted this 3 times since May, hired nobody")
    for name, alert in {"match": match(), "again": again, "digest": ALERTS["digest"]}.items():
        made = render(alert, kind)
        lines = on_screen(f"{made.title}\n{as_read(made)}", width)
        assert max(map(len, lines)) <= width
        parts.append(f"=== {name}, {width} columns\n" + "\n".join(lines) + "\n")
        if name != "digest":
            assert next(n for n, line in enumerate(lines) if "At every" in line) < latest
    path = GOLDEN / f"{kind.value}_screen.txt"
    text = "\n".join(parts).replace(ZWSP, "")
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text)
    assert text == path.read_text()


def as_read(made: Rendered) -> str:
    """The body without its markup."""
    if made.body_format != "html":
        return made.body
    lines = re.sub(r"<br */?>|</(?:p|div|tr|h\d|blockquote)>", "\n", made.body)
    return html.unescape(re.sub(r"<[^>]*>", "", lines))


def on_screen(text: str, width: int) -> list[str]:
    """Its lines as a screen of this width breaks them; empty ones between others once."""
    lines = [
        part
        for line in text.strip().splitlines()
        for part in (textwrap.wrap(line, width) if line.strip() else [""])
    ]
    return [line for n, line in enumerate(lines) if line or (n and lines[n - 1])]


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("tgram://123:abc/456", TargetKind.TELEGRAM),
        ("https://discord.com/api/webhooks/1/x", TargetKind.DISCORD),
        ("mailtos://user:pw@example.com", TargetKind.MAIL),
        ("JSON://localhost", TargetKind.WEBHOOK),
        ("pover://u@t", TargetKind.PUSHOVER),
        ("terminal", TargetKind.TERMINAL),
        ("signal://127.0.0.1/1/2", TargetKind.SIGNAL),
        ("whatsapp://t@1/2", TargetKind.WHATSAPP),
        ("sendgrid://key:me@example.com/you@example.com", TargetKind.MAIL),
        ("ses://me@example.com/a/b/us-east-1", TargetKind.MAIL),
        ("mailgun://me@example.com/key", TargetKind.MAIL),
        ("apprises://example.com/token", TargetKind.CHAT),
        (
            "https://prod-1.westus.logic.azure.com:443/workflows/a/triggers/manual/paths/invoke?sig=b",
            TargetKind.TEAMS,
        ),
        ("twilio://a:b@1/2", TargetKind.SMS),
        ("unheard://of", TargetKind.TEXT),
    ],
)
def test_kind_of(url: str, kind: TargetKind) -> None:
    """By the scheme, or the host of a native URL; careful text for the unknown."""
    assert kind_of(url) is kind


@pytest.mark.parametrize("kind", list(TargetKind))
@pytest.mark.parametrize("title", ["", " \u200b\u202e ", "\x00"])
def test_a16_an_empty_title_has_a_fallback(kind: TargetKind, title: str) -> None:
    """Apprise never gets an empty body, and a person always has something to read."""
    made = render(match(listing(title=title)), kind)
    assert made.body.strip()
    if kind is not TargetKind.TERMINAL:
        assert "untitled listing" in made.title + made.body


@pytest.mark.parametrize("kind", CHATS)
@pytest.mark.parametrize("char", ["x", "é", "👩\u200d💻", "<", "&", "*", "@", "e\u0301"])
@pytest.mark.parametrize("length", [1025, 2001, 4097, 200_000])
def test_a10_x13_cut_by_us_with_the_link_kept(kind: TargetKind, char: str, length: int) -> None:
    """However long and however costly to escape: within the limit, with the link."""
    made = render(match(listing(title=char * (length // len(char)))), kind)
    assert (
        made.size
        == TARGETS[kind].size(made.title) + TARGETS[kind].size(made.body)
        <= TARGETS[kind].limit
    )
    assert LINK in made.body or TARGETS[kind].taps
    assert made.tap == LINK


@pytest.mark.parametrize("kind", CHATS)
@fault("Z7", "javascript:, data:, file: as link", "shown as text")
def test_z7_an_unsafe_link_is_shown_as_text(kind: TargetKind) -> None:
    """No link at all then."""
    made = render(match(listing(url="http://user:pw@evil.example/x")), kind)
    assert links(kind, made) == []
    assert made.tap == ""


@pytest.mark.parametrize("kind", [*CHATS, TargetKind.WEBHOOK])
def test_a_long_digest_says_how_many_more(kind: TargetKind) -> None:
    """What is shown and what is left add up; within the limit."""
    items = many()
    made = render(DigestAlert(items, SUMMARY), kind)
    assert made.size <= TARGETS[kind].limit or kind is TargetKind.WEBHOOK
    shown = tuple(name for name in made.shown if name != SUMMARY_SHOWN)
    left = len(items) - len(shown)
    assert 0 < len(shown) < len(items)
    assert shown == tuple(item.listing_id for item in items[: len(shown)])
    assert f"and {left} more" in made.body


@pytest.mark.parametrize("kind", [*CHATS, TargetKind.WEBHOOK])
def test_a_digest_tells_notices_first_and_says_what_it_shows(kind: TargetKind) -> None:
    """By their short ids; a summary that doesn't fit isn't among them."""
    warning = NoticeAlert(
        Topic.FEED, "f", "feed f is gone", ("It is paused.",), "0a1b2c3d", may_repeat=True
    )
    made = render(DigestAlert((match(),), SUMMARY, (warning,)), kind)
    assert made.shown[0] == "0a1b2c3d"
    assert "feed f is gone" in clean(made.body)
    assert "may repeat" in clean(made.body) or kind is TargetKind.WEBHOOK
    assert (SUMMARY_SHOWN in made.shown) == ("140 listings" in clean(made.body))


@pytest.mark.parametrize("kind", CHATS)
@pytest.mark.parametrize("items", [0, 1, 2000])
@pytest.mark.parametrize("host", ["box.example.ts.net", "a" * 63 + ".example"])
def test_a_digest_ends_with_the_way_to_the_inbox(kind: TargetKind, items: int, host: str) -> None:
    """Whole and last, or where there is no room for it, not at all; a touch leads there too."""
    inbox = f"https://{host}/"
    digest = DigestAlert(many()[:items], SUMMARY, inbox=inbox)
    made = render(digest, kind)
    assert made.size <= TARGETS[kind].limit
    assert made.tap == inbox
    assert made.body.count(inbox) == (1 if kind is not TargetKind.SMS else made.body.count(host))
    assert not made.body.count(inbox) or inbox in made.body.splitlines()[-1]
    assert items == 0 or len(made.shown) > 0


def test_quiet_is_explained() -> None:
    """Nothing qualified is told apart from feeds that fail."""
    text = terminal(ALERTS["quiet"])
    assert "12 feeds, 140 listings, 0 qualified, 1 to review; nearest failed on budget" in text
    assert "1 feed is failing: upwork-python since 2026-11-23 09:00 UTC" in text


@fault("Z6", "ESC, OSC 8, OSC 52, CR, BEL, C1 in a title", "no control byte on the terminal")
def test_z6_a_hostile_terminal_message_has_no_control_bytes() -> None:
    """Escape sequences in every field are shown, not obeyed."""
    text = terminal(match(listing(title="a\x1b[2J\x1b]8;;http://evil\x07b\rc")))
    assert "\x1b" not in text
    assert r"a\x1b[2J\x1b]8;;http://evil\x07b\x0dc" in text.splitlines()[0]


@fault("Z15", "$(id), backticks, a leading - for desktop notifiers", "only text")
def test_z15_text_for_a_notifier_is_only_text() -> None:
    """What a shell would expand stays as it is: no message is ever a command line."""
    made = render(match(listing(title="-rf $(touch canary) `id`")), TargetKind.NTFY)
    assert made.title.replace(ZWSP, "") == "-rf $(touch canary) `id`"


def test_a_webhook_gets_every_field() -> None:
    """All columns of the listing, the decision and its findings; numbers are numbers, unknown is
    null.
    """
    made = render(match(), TargetKind.WEBHOOK)
    document = json.loads(made.body)
    job = document["listing"]
    assert (job["budget_min"], job["budget_min_base"], job["client_spent"]) == (500, 461.54, None)
    assert (job["url"], job["posted_at"], job["decision"]) == (
        LINK,
        "2026-11-23T10:00:00Z",
        "qualified",
    )
    assert {f["criterion"] for f in job["findings"]} == {"proof", "client", "flag:offsite"}
    assert made.title == job["title"]


@fault("Z7", "the same in a webhook", "no URL")
def test_z7_a_webhook_gets_no_unsafe_url() -> None:
    """A receiver may make it clickable."""
    assert (
        json.loads(render(match(listing(url="javascript:x")), TargetKind.WEBHOOK).body)["listing"][
            "url"
        ]
        is None
    )


class Page(HTMLParser):
    """The links, the tags and the text of an HTML message, as a reader's program sees them."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.text += data


def visible(kind: TargetKind, made: Rendered) -> str:
    """What a person reads: markup parsed away, escapes undone."""
    text = f"{made.title}\n{made.body}"
    if made.body_format == "html":
        return Page(made.body).text if not made.title else f"{made.title}\n{Page(made.body).text}"
    if made.body_format == "markdown":
        return re.sub(r"\\([^A-Za-z0-9\s])|\*\*", lambda found: found.group(1) or "", text)
    return f"{made.title}\n{html.unescape(made.body)}" if kind is TargetKind.SLACK else text


_AUTOLINK = re.compile(
    r"(?i)\b[a-z][a-z0-9+.-]*://[^\s<>)]+|\b(?:[\w-]+\.)+(?:com|org|net|de|evil|[a-z]{2,})\b|\S@\w"
)


def links(kind: TargetKind, made: Rendered) -> list[str]:
    """Everything clickable: links in the markup, and what a service would link by itself."""
    if made.body_format == "html":
        page = Page(made.body)
        return page.links + [
            found for found in _AUTOLINK.findall(page.text) if found not in page.links
        ]
    return _AUTOLINK.findall(f"{made.title}\n{made.body}")


def check_hostile(kind: TargetKind, title: str) -> None:
    """One link, no mention, our own markup only, the title readable as it was."""
    made = render(match(listing(title=title)), kind)
    assert made.size <= TARGETS[kind].limit
    assert (links(kind, made) or [made.tap]) == [LINK]
    assert made.tap == LINK
    raw = made.title + made.body
    assert not re.search(r"@(everyone|here|channel|room|\w)", raw)
    if kind is TargetKind.DISCORD:
        assert re.findall(r"<(?!\u200b)[^>]*>", raw) == [f"<{LINK}>"]
    if made.body_format == "html":
        assert Page(made.body).tags <= {"b", "a", "br", "blockquote"}
        assert not re.search(r"[<>]", made.title) or kind is TargetKind.MAIL
    if kind is TargetKind.TEAMS:
        named = f"[Open on upwork.{ZWSP}com]({LINK})"
        assert made.body.count(named) == 1
        raw = raw.replace(named, "")
    if made.body_format == "markdown":
        assert not re.search(r"(?<!\\)(?:\\\\)*\](?:\\\\)*\(", raw)
    if kind is TargetKind.SLACK:
        assert re.findall(r"<[^>]*>", made.body) == [f"<{LINK}>"]
    said = visible(kind, made).replace(ZWSP, "")
    expected = clean(title) or "(untitled listing)"
    assert expected in said or expected[:20] in said


TITLES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "@everyone",
                "<@U1>",
                "<!channel>",
                "[x](http://evil)",
                "<b>",
                "</a>",
                "**",
                "__",
                "```",
                "||",
                "\\",
                "&lt;",
                "&",
                "#",
                "/start",
                "http://evil.com",
                "www.evil.com",
                "evil.com",
                "a@b.de",
                "<http://evil|x>",
                "\n# ",
                "> ",
                "~~",
                "<#1>",
                "<t:1>",
                "](",
                "\u202e",
                "\x1b[2J",
                "\x00",
                "tg://x",
                "<a href='x'>",
                "&nbsp;",
                "&apos;",
                "{}",
                "%s",
                "$1",
                "👩\u200d💻",
                "🇩🇪",
                "é",
                "\u202e",
                "<!--",
                "-->",
                "!",
            ]
        ),
        st.text(max_size=12),
    ),
    min_size=1,
    max_size=6,
).map("".join)


@pytest.mark.parametrize("kind", CHATS)
@pytest.mark.parametrize(
    "title",
    [HOSTILE, "*" * 150, "\\" * 100, "<" * 100, "&lt;script&gt;", "a\\](http://evil)", "@" * 50],
)
@fault("Z5", "hostile titles on each service", "literal text; one link")
def test_z5_hostile_titles(kind: TargetKind, title: str) -> None:
    """The known attacks, on every kind."""
    check_hostile(kind, title)


@pytest.mark.parametrize("kind", CHATS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(title=TITLES)
def test_z5_any_title(kind: TargetKind, title: str) -> None:
    """Thirty random titles for each kind in every run."""
    assume(LINK not in title)
    check_hostile(kind, title)


CHATS_LINKED = [kind for kind in CHATS if kind in LINKED]


def door_links(kind: TargetKind, made: Rendered) -> list[str]:
    """The addresses of the door in a message, in their order."""
    text = made.body if made.body_format != "html" else " ".join(Page(made.body).links)
    return re.findall(re.escape(DOOR) + r"[A-Za-z0-9_=-]+", text)


@pytest.mark.parametrize("kind", CHATS_LINKED)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(title=TITLES, ask=TITLES)
def test_z5_our_links_are_the_only_others(kind: TargetKind, title: str, ask: str) -> None:
    """Whatever a listing says: our own addresses, each once and whole, and without them the message
    as it is without a door. A service where a touch opens the listing leaves its link out first.
    """
    assume(LINK not in title + ask and DOOR not in title + ask)
    alert = replace(match(listing(title=title)), excerpt=ask, links=LINKS)
    made = render(alert, kind)
    assert made.size <= TARGETS[kind].limit
    ours = door_links(kind, made)
    if kind in EACH_ACTION:
        assert ours == [address for _, address in LINKS.actions]
    else:
        assert ours in ([LINKS.decide], [])
        assert ours or kind not in (TargetKind.PUSHOVER, TargetKind.GOTIFY)
    without = made.body
    for word, address in (*LINKS.actions, ("Decide", LINKS.decide)):
        for written in (f"[{word}](<{address}>)", f"[{word}]({address})", f"<{address}|{word}>"):
            without = without.replace(written, "")
        without = without.replace(address, "")
    if made.body_format == "html":
        page = Page(without)
        assert [link for link in page.links if link] == [LINK]
        mail = {"table", "tr", "td"} if kind is TargetKind.MAIL else set()
        assert page.tags <= {"b", "a", "br", "blockquote", *mail}
        assert _AUTOLINK.findall(page.text) in ([LINK], [])
    else:
        assert (links(kind, replace(made, body=without)) or [made.tap]) == [LINK]
    assert not re.search(r"@(everyone|here|channel|room|\w)", made.title + without)


@pytest.mark.parametrize("kind", CHATS_LINKED)
@pytest.mark.parametrize("char", ["x", "👩\u200d💻", "<", "&", "*"])
def test_our_links_stay_whole_in_the_longest_message(kind: TargetKind, char: str) -> None:
    """Long titles and texts give way, not the links, but for the one "where there is room"."""
    long = match(listing(title=char * 3000))
    made = render(replace(long, excerpt=char * 3000, lead=char * 3000, links=LINKS), kind)
    assert made.size <= TARGETS[kind].limit
    ours = door_links(kind, made)
    if kind in EACH_ACTION:
        assert ours == [address for _, address in LINKS.actions]
    else:
        assert ours in ([LINKS.decide], [])


def test_the_plain_part_of_a_mail_has_the_same_addresses() -> None:
    made = render(replace(match(), links=LINKS), TargetKind.MAIL)
    for word, address in LINKS.actions:
        assert f"{word}: {address}" in made.plain
        assert f'<a href="{address}" style=' in made.body


def test_a_webhook_gets_the_link_where_one_decides() -> None:
    document = json.loads(render(replace(match(), links=LINKS), TargetKind.WEBHOOK).body)
    assert document["decide"] == LINKS.decide


@pytest.mark.parametrize("kind", CHATS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(title=TITLES, ask=TITLES)
def test_z5_any_digest(kind: TargetKind, title: str, ask: str) -> None:
    """Nor in a digest, whose titles are links on some services: the listing's is the only one."""
    assume(LINK not in title + ask)
    item = replace(match(listing(title=title)), excerpt=ask)
    made = render(DigestAlert((item,)), kind)
    assert made.size <= TARGETS[kind].limit
    assert not re.search(r"@(everyone|here|channel|room|\w)", made.title + made.body)
    if made.body_format == "html":
        assert Page(made.body).links == [LINK]
        assert Page(made.body).tags <= {"b", "a", "br"}
    elif kind is TargetKind.SLACK:
        found = re.findall(r"<[^>]*>", made.body)
        assert [link.partition("|")[0] for link in found] == [f"<{LINK}"]
    elif made.body_format == "markdown":
        body = made.body.replace(f"](<{LINK}>)", "]()").replace(f"]({LINK})", "]()")
        assert len(re.findall(r"(?<!\\)(?:\\\\)*\](?:\\\\)*\(", body)) == 1
        assert links(kind, made) == [LINK]
    else:
        assert links(kind, made) == [LINK]


@pytest.mark.parametrize("kind", [kind for kind in CHATS if TARGETS[kind].short])
def test_a_push_has_no_more_than_a_lock_screen_shows(kind: TargetKind) -> None:
    """320 characters below the title; what goes first is the link where a touch opens it, then the
    end of the ask, never the pay.
    """
    made = render(match(), kind)
    below = made.body.removeprefix("Reconcile two years of month-end close in Xero\n")
    assert len(below) <= 320
    assert below.startswith("$500–1,000 fixed · 2 h · 5–10 proposals\n“At every month-end close")
    assert LINK in below or TARGETS[kind].taps


def test_what_an_alert_does_not_say_any_more() -> None:
    """Score, result, one-word quotes, a command on phones, a feed's name where there is one."""
    one = replace(match(), feeds=("finance",))
    for kind in CHATS:
        made = render(one, kind)
        said = made.title + made.body
        for gone in ("87.50", "six days", "bank reconciliation", "goldmine", "finance", "upwork\n"):
            assert gone not in said.replace(ZWSP, ""), (kind, gone)
    assert "goldmine track 00000001 pursued" in terminal(one)


def test_the_lead_is_for_qualified_listings() -> None:
    """One that is near names what it is near to, without a step; no proof, no line."""
    assert "\nLead: Finance reconciliation. Reconcile one closed month" in terminal(match())
    review = terminal(match(None, "review"))
    assert "\nNearest: Finance reconciliation\n" in review
    assert "Reconcile one closed month" not in review
    bare = terminal(replace(match(), lead="", nearest=""))
    assert not re.search("Lead|Nearest", bare)


@pytest.mark.drill
@pytest.mark.parametrize("kind", CHATS)
@settings(max_examples=5000, deadline=None, suppress_health_check=list(HealthCheck))
@given(title=TITLES)
@fault("Z5", "5,000 random titles on each (drill)", "literal text; one link")
def test_z5_five_thousand_titles(kind: TargetKind, title: str) -> None:
    """The drill's number, for each kind."""
    check_hostile(kind, title)


@pytest.mark.parametrize(
    "notice",
    [
        notices.feed_recovered("f", failing_since=NOW - timedelta(hours=5), now=NOW),
        notices.feed_swapped("f"),
        notices.ids_rotated("f", 40),
        notices.storm("f", 500, 20),
        notices.destination_down(
            "phone", "the token is not valid (HTTP 401)", name="phone", since=NOW, waiting=3
        ),
        notices.message_refused("phone", "1a2b3c4d", "HTTP 400"),
        notices.dead_man(None, NOW),
        notices.feed_silent("f", NOW - timedelta(days=9), timedelta(days=2), NOW),
        notices.first_sight("f", 100, 3),
        notices.restored(4),
    ],
    ids=lambda notice: notice.subject,
)
def test_notices_read_well_everywhere(notice: NoticeAlert) -> None:
    """Each fits each kind, and says which feed or destination it is about."""
    for kind in CHATS:
        made = render(notice, kind)
        assert made.size <= TARGETS[kind].limit
        assert made.body


def test_a_match_without_facts_says_nothing_invented() -> None:
    """A bare alert has a title and its id; no line for what isn't known."""
    text = terminal(MatchAlert("1a2b3c4d", "Title", "qualified", ALERTS["match"].score))  # type: ignore[union-attr]
    assert text == "Title\ngoldmine track 1a2b3c4d pursued"
