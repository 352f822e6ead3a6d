"""What each page says, and what it says when something is in the way."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from goldmine_ingest import config
from goldmine_ingest.errors import ConfigError
from goldmine_ingest.model.feed import FeedCondition
from goldmine_ingest.store.queries import query
from goldmine_ingest.web.finding_rows import two_digits
from goldmine_ingest.web.page_store import Memory
from goldmine_ingest.web.rendering import assets
from tests.rig.feed_server import FeedServer
from tests.rig.page import Served, forms, serving
from tests.rig.project import NOON, Home
from tests.web.conftest import ITEMS, copied, make_home


def test_the_inbox_has_what_waits_in_order(page: Served) -> None:
    """Qualified ones before those for review, each best first; what was turned away isn't there."""
    text = page.get("/").text
    assert re.findall(r"<h2>([^<]*)</h2>", text) == ["To decide", "For your review"]
    words = page.get("/").words
    assert "Paint our office walls" not in words
    assert "small" not in words  # under the floor
    assert words.index("Reconcile payouts with our books") < words.index("For your review")
    assert words.index("pay not stated") > words.index("For your review")
    assert "1 feed, 0 min ago" in words


def test_a_listing_in_its_order(page: Served) -> None:
    """Title, facts, the ask with what was found marked, the lead, the findings, what happened."""
    with page.site.history() as store:
        listing = store.resolve_listing(f"https://www.upwork.com/jobs/~01{1:016x}")
    got = page.get(f"/l/{listing[:6]}")
    order = ["Pay $1,500 fixed", "Posted", "Client DE", "Our month-end close no. 1", "Lead with"]
    order += ["First step: Reconcile one closed month", "Why it came", "Proof ✓ fits"]
    order += ["Budget ✓ viable"]
    order += ["What happened", "first seen in jobs", "Pursue", "Open on upwork.com"]
    places = [got.words.rindex(part) for part in order]
    assert places == sorted(places)
    assert "<mark>month-end close</mark>" in got.text
    assert 'rel="noopener noreferrer"' in got.text


def test_a_rejected_listing_says_what_would_change_it(page: Served) -> None:
    with page.site.history() as store:
        listing = store.resolve_listing(f"https://www.upwork.com/jobs/~01{4:016x}")
    words = page.get(f"/l/{listing}").words
    assert "Why it didn’t come" in words
    assert "Budget ✗ too low" in words
    assert "budget.fixed_minimum = 450 now 500" in words
    assert "Nearest Finance reconciliation" in words
    assert "First step: Reconcile" not in words


def test_find_shows_decision_and_stage(page: Served) -> None:
    got = page.get("/find?q=reconcile+payouts")
    assert "Reconcile payouts with our books" in got.words
    assert "✓ qualified" in got.words
    assert "<mark>" in got.text
    assert "Nothing found for “zebra”" in page.get("/find?q=zebra").words
    assert page.get("/find?q=%20").status == 200
    assert page.get("/find?q=..").status == 200


def test_judge_says_what_the_criteria_say_and_keeps_it_if_asked(own_page: Served) -> None:
    fields = own_page.form("/judge", "/judge")
    text = (
        "Reconcile our bank statements\n\nBudget: $1,200\nOur month-end close takes too long. We"
        " need a reconciliation of exports in Python and SQL: list every exception."
    )
    told = own_page.post("/judge", {**fields, "text": text})
    assert told.status == 200
    assert "✓ It qualifies" in told.words
    with own_page.site.history() as store:
        before = len(store.listing_ids())
    again = dict(next(found for at, found in forms(told.text) if found.get("save")))
    kept = own_page.post("/judge", again)
    assert kept.status == 303
    assert "Reconcile our bank statements" in own_page.get(kept.headers["location"]).words
    with own_page.site.history() as store:
        assert len(store.listing_ids()) == before + 1
    assert "nothing was given" in own_page.post("/judge", {**fields, "text": " "}).words


def test_what_is_shared_fills_the_box_and_nothing_more(page: Served) -> None:
    """As a phone's Share fills the manifest's target, and the bookmark of other browsers."""
    shown = page.get("/install")
    path = re.search(r'rel="manifest" href="([^"]*)"', shown.text)
    assert path
    told = json.loads(page.get(path[1], signed_in=False).text)
    target = told["share_target"]
    assert target["method"] == "GET"
    names = target["params"]
    shared = {
        names["title"]: "A <job>",
        names["text"]: "Books",
        names["url"]: "https://x.example/1",
    }
    filled = page.get(f"{target['action']}?{urlencode(shared)}")
    assert "A &lt;job&gt;\n\nBooks\n\nhttps://x.example/1</textarea>" in filled.text
    assert "It qualifies" not in filled.words
    assert f"void open('http://{page.name}/judge?text='" in shown.words


def test_an_address_or_an_id_finds_its_listing_at_once(page: Served) -> None:
    link = f"https://www.upwork.com/jobs/~01{1:016x}"
    with page.site.history() as store:
        listing = store.resolve_listing(link)
    for words in (link, listing, listing[:12]):
        assert page.get(f"/find?{urlencode({'q': words})}").headers["location"] == f"/l/{listing}"
    unknown = page.get("/find?q=https://www.upwork.com/jobs/~0fff")
    assert (unknown.status, "no stored listing has this URL" in unknown.words) == (200, True)


def test_no_reason_has_more_than_two_digits(page: Served) -> None:
    with page.site.history() as store:
        ids = store.listing_ids()
        stored = [f.reason for d in store.decisions(ids).values() for f in d.findings]
    assert any(re.search(r"\(0\.\d{3,}\)", reason) for reason in stored)
    for path in ("/", "/near", *(f"/l/{each}" for each in ids)):
        assert re.findall(r"\b\d\.\d{3,}", page.get(path).words) == [], path
    assert two_digits("fits (0.9891)") == "fits (0.99)"
    assert two_digits("says “v1.2345” and 1,000.500; 3.5") == "says “v1.2345” and 1,000.500; 3.5"


def test_a_listing_shows_its_signs_with_the_words_that_show_them(
    seeded: Home, tmp_path: Path
) -> None:
    """Why the client pays, a task of yours, AI, exposure: of a listing that is judged, then of the
    same when it is kept.
    """
    home = copied(seeded, tmp_path)
    task = '[[task]]\nname = "Bank matching"\nwords = ["match bank exports"]\n'
    home.criteria = home.criteria.replace("[budget]", f'exposure = "ai-assisted"\n{task}[budget]')
    text = (
        "Match bank exports with the ledger\n\nBudget: $1,200\nOur month-end close is in Python"
        " and SQL. We must avoid errors in the books of last year. Build an AI agent that sorts the"
        " exceptions & lists them."
    )
    with serving(home) as page:
        told = page.post("/judge", {**page.form("/judge", "/judge"), "text": text})
        again = dict(next(found for at, found in forms(told.text) if found.get("save")))
        kept = page.get(page.post("/judge", again).headers["location"])
    for shown in (told.words, kept.words):
        assert "What it shows Pays for less risk We must avoid errors in the books" in shown
        assert "Asks for AI Build an AI agent that sorts the exceptions & lists them." in shown
        assert "Your task Bank matching Match bank exports with the ledger" in shown
        assert "Exposure by your proof ai-assisted" in shown


def test_w7_no_address_in_a_form_is_fetched(own_page: Served) -> None:
    with FeedServer() as trap:
        fields = own_page.form("/judge", "/judge")
        for text in (trap.url("/x"), f"Job at {trap.url('/y')}\n\nBudget: $900\nWe need a script."):
            own_page.post("/judge", {**fields, "text": text})
        own_page.get(f"/judge?url={trap.url('/z')}")
        own_page.get(f"/find?q={trap.url('/z')}")
        assert trap.requests() == []


def test_settings_show_the_file_without_its_secrets(feeds: FeedServer, tmp_path: Path) -> None:
    home = make_home(
        tmp_path,
        feeds,
        *ITEMS[:1],
        settings=(
            '[[feed]]\nname = "private"\nenabled = false\nurl ='
            ' "https://user:hunter2hunter2@feeds.example/rss?key=abcdef0123456789abcdef"\nheaders ='
            ' {Authorization = "Bearer tok-0123456789"}\n'
        ),
    )
    with serving(home) as page:
        text = page.get("/settings").text
        assert "•••" in text
        for secret in ("hunter2hunter2", "abcdef0123456789abcdef", "tok-0123456789"):
            assert secret not in text
        assert "config/goldmine.toml" in text


def test_without_a_history_one_may_poll(tmp_path: Path) -> None:
    home = Home(tmp_path, '[[feed]]\nname = "jobs"\nurl = "https://feeds.example/rss"\n')
    with serving(home) as page:
        got = page.get("/")
        assert (got.status, "Nothing was polled yet" in got.words) == (200, True)
        assert page.post("/poll", page.form("/", "/poll")).status == 200
        assert page.polled == [()]
        for path in ("/keys", "/settings", "/judge", "/find?q=x", "/l/abcd"):
            assert page.get(path).status == 200, path


def test_an_empty_inbox_says_what_the_watch_did(feeds: FeedServer, tmp_path: Path) -> None:
    with serving(make_home(tmp_path, feeds, ITEMS[4])) as page:
        words = page.get("/").words
        assert "Nothing waits for you. 1 feed, 1 listing since yesterday, none qualified" in words
        assert "the nearest failed on proof" in words


def test_what_waits_too_long_goes_by(own_page: Served) -> None:
    own_page.site.now.forward(days=15)  # type: ignore[attr-defined]
    words = own_page.get("/").words
    assert "Nothing waits for you" in words
    assert "4 went by undecided" in words


def test_failing_feeds_are_said(own_page: Served) -> None:
    home = Home(own_page.site.data.parent, "", clock=own_page.site.now)  # type: ignore[arg-type]
    with home.store() as store:
        (state,) = store.feed_states().values()
        store.save_state(replace(state, condition=FeedCondition.BACKOFF, consecutive_failures=3))
    words = own_page.get("/").words
    assert "1 of 1 feed fails" in words
    assert "jobs can’t be read" in words


def test_broken_criteria_break_nothing_else(own_page: Served) -> None:
    criteria = own_page.site.data.parent / "config/criteria.toml"
    criteria.write_text("[decision\n", encoding="utf-8")
    os.utime(criteria, (1, 1))
    got = own_page.get("/")
    assert (got.status, "The configuration can’t be read" in got.words) == (200, True)
    assert "Month-end reconciliation 1" in got.words


def test_a_damaged_history_is_told_in_the_doctors_words(own_page: Served) -> None:
    database = own_page.site.project().database.path
    database.write_bytes(b"rubbish" * 1000)
    got = own_page.get("/")
    assert got.status == 500
    assert "goldmine doctor may know more" in got.words
    assert str(database.parent) not in got.text
    assert "Traceback" not in got.text


def test_an_error_of_ours_shows_a_reference_and_no_trace(
    own_page: Served, caplog: pytest.LogCaptureFixture
) -> None:
    site = own_page.site
    site._judge = site.project().criteria.criteria_hash, None  # type: ignore[assignment]
    with site.history() as store:
        listing = store.resolve_listing(f"https://www.upwork.com/jobs/~01{4:016x}")
    got = own_page.get(f"/l/{listing}")  # turned away: judged again for what would change it
    reference = re.search(r"Something went wrong \(ref ([0-9a-f]{4})\)", got.words)
    assert (got.status, bool(reference)) == (500, True)
    assert reference
    assert f"page error {reference[1]}" in caplog.text
    assert "TypeError" not in got.text


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('listen = "0.0.0.0:4300"', "other machines reach"),
        ('listen = "localhost:4300"', "names no IP address"),
        ('hosts = ["https://box.example"]', "a host name such as"),
        ('inbox = "5m"', "1h"),
    ],
)
def test_w1_settings_that_would_open_the_page_are_refused(
    line: str, problem: str, tmp_path: Path
) -> None:
    home = Home(tmp_path, f'[[feed]]\nname = "a"\nurl = "https://a.example/"\n[web]\n{line}\n')
    with pytest.raises(ConfigError, match=problem):
        home.project()


def test_w1_an_open_address_with_a_name_is_warned_of(tmp_path: Path) -> None:
    home = Home(
        tmp_path,
        '[[feed]]\nname = "a"\nurl = "https://a.example/"\n[web]\nlisten = "0.0.0.0:4300"\nhosts ='
        ' ["box.example"]\ninbox = "3d"\n',
    )
    project = home.project()
    assert project.web.inbox == timedelta(days=3)
    assert [where for where, _ in project.warnings if where.startswith("web")] == ["web.listen"]
    assert config.load(project.config_path, env={}, cwd=tmp_path).web == project.web


def test_the_script_learns_what_is_new(own_page: Served) -> None:
    at = int(NOON.timestamp())
    assert "4 new" in own_page.get(f"/new?since={at - 60}").words
    assert own_page.get(f"/new?since={at + 60}").words == ""
    assert own_page.get("/new?since=x").status == 200


def test_the_first_load_is_small(page: Served) -> None:
    """Bytes and requests, which are the same on every machine."""
    sizes = {name: len(asset.content) for name, asset in assets().items()}
    assert sizes["page.css"] <= 16_000
    assert assets()["page.js"].content.count(b"\n") <= 300
    text = page.get("/").text
    wanted = [name for name, asset in assets().items() if asset.name in text]
    assert len(wanted) + 1 <= 4  # each asset once, and the page
    assert sum(sizes[name] for name in wanted) + len(text.encode()) <= 90_000


# Questions to the history that a page may ask: each costs some milliseconds, whatever its answer.
# First of a history that was never read, then of one that didn't change since.
QUESTIONS = {
    "/": (16, 2),
    "/l/LISTING": (18, 3),
    "/board": (7, 2),
    "/sources": (8, 4),
    "/keys": (4, 2),
}


@pytest.mark.parametrize("path", QUESTIONS)
def test_a_page_asks_few_questions(
    path: str, page: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def counted(name: str) -> str:
        asked.append(name)
        return query(name)

    with page.site.history() as store:
        listing = store.listing_ids()[0]
    monkeypatch.setattr("goldmine_ingest.store.rows.query", counted)
    monkeypatch.setattr(page.site, "memory", Memory())
    for most in QUESTIONS[path]:
        asked.clear()
        assert page.get(path.replace("LISTING", listing)).status == 200
        assert 0 < len(asked) <= most, asked


def test_what_is_no_news_is_marked(feeds: FeedServer, tmp_path: Path) -> None:
    """In the inbox all the same: what was there when its feed was first read, what was pasted."""
    own = tmp_path / "own"
    home = make_home(own, feeds, *ITEMS[:2])
    home.settings = home.settings.replace('backlog = "all"', 'backlog = "none"')
    held = Home(tmp_path / "held", home.settings, criteria=home.criteria)
    assert held.run().new_listings == 2
    text = (
        "Reconcile our bank statements\n\nBudget: $1,200\nOur month-end close takes too long. We"
        " need a reconciliation of exports in Python and SQL: list every exception."
    )
    with serving(held) as page:
        told = page.post("/judge", {**page.form("/judge", "/judge"), "text": text})
        again = dict(next(found for at, found in forms(told.text) if found.get("save")))
        assert page.post("/judge", again).status == 303
        shown = page.get("/").text
    assert (shown.count("<i>backlog</i>"), shown.count("<i>judged</i>")) == (2, 1)
    with serving(home) as page:
        assert "<i>" not in page.get("/").text
