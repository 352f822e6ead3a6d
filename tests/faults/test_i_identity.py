"""2.4 Meaning, dates and identity: ids and links that change, jobs that come back, dates that
can't be, feeds that turn into others.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.faults.scene import Scene
from tests.rig.fault_table import fault
from tests.rig.feed_server import Answer
from tests.rig.project import upwork_feed
from tests.rig.watching import headlines, item, told

Stage = Callable[..., Scene]
ALL = 'backlog = "all"\nmax_age = "none"'


def later(scene: Scene, *items: str, minutes: float = 6, **span: float) -> None:
    """The faulty feed holds these items at its next poll."""
    scene.feeds.script("/faulty", Answer(body=upwork_feed(*items)))
    scene.home.clock.forward(minutes=minutes, **span)
    scene.run()


def bare(n: int, *, guid: str = "", link: str = "", posted: str = "", title: str = "") -> str:
    """A job of a board without grammar, with just these parts."""
    words = (
        f"Our month-end close no. {n} needs a reconciliation of bank exports {n * 7919} against"
        f" ledger {n * 104729} in Python and SQL."
    )
    parts = {"guid": guid, "link": link, "pubDate": posted}
    tags = "".join(f"<{name}>{text}</{name}>" for name, text in parts.items() if text)
    return (
        f"<item><title>{title or f'Close of books {n}'}</title>{tags}<description>{words} Budget:"
        " $1,500</description></item>"
    )


@fault(
    "I1",
    "all guids and links change, the content doesn't",
    "0 alerts, one notice that the ids rotated",
)
def test_i1_rotated_ids(scene: Scene) -> None:
    jobs = range(11, 21)
    scene.serve("/faulty", qualified=jobs)
    scene.run()
    before = sum(scene.sent(scene.phone).values())
    later(
        scene,
        *(item(n).replace("7E01", "7E77").replace("Reconciliation-", "Rebuilt-") for n in jobs),
    )
    assert scene.reports[-1].new_listings == 0
    assert sum(scene.sent(scene.phone).values()) == before
    assert headlines(scene.phone) == ["feed faulty gave its listings new ids"]
    scene.settles()


@fault(
    "I2",
    "http to https, tracking and session parameters, a token in the link; the guid stays",
    "the same listing",
)
def test_i2_links_that_change(scene: Scene) -> None:
    guid = "job-4711"
    links = (
        "http://board.example/j/1",
        "https://board.example/j/1?utm_source=rss",
        "https://board.example/j/1;jsessionid=AB?token=x#top",
    )
    for link in links:
        later(scene, bare(1, guid=guid, link=link))
    scene.served["Close of books 1"] = "qualified"
    assert scene.rows("SELECT count(*) FROM sightings WHERE feed = 'faulty'") == [(1,)]
    scene.settles()


@fault(
    "I3", "no guid; no link; neither", "the same ids at each run: guid, then link, then fingerprint"
)
def test_i3_what_is_missing(stage: Stage) -> None:
    scene = stage(broken=3)
    parts: tuple[dict[str, str], ...] = (
        {"link": "https://board.example/j/{n}"},
        {"guid": "g{n}"},
        {},
    )
    for _ in range(3):
        for first, feed, part in zip((1, 3, 5), scene.faulty, parts, strict=True):
            jobs = [
                bare(n, **{name: text.format(n=n) for name, text in part.items()})
                for n in (first, first + 1)
            ]
            scene.feeds.script(f"/{feed}", Answer(body=upwork_feed(*jobs)))
        scene.home.clock.forward(minutes=6)
        scene.run()
    scene.served.update({f"Close of books {n}": "qualified" for n in range(1, 7)})
    assert scene.rows(
        "SELECT feed, count(*) FROM sightings WHERE feed LIKE 'faulty%' GROUP BY ALL ORDER BY ALL"
    ) == [(feed, 2) for feed in scene.faulty]
    scene.settles()


@fault("I4", "one guid for two different jobs", "two listings, both told")
def test_i4_a_guid_used_twice(scene: Scene) -> None:
    other = bare(2, guid="same", link="https://board.example/j/2", title="Payroll ledger, weekly")
    later(scene, bare(1, guid="same", link="https://board.example/j/1"))
    later(scene, other)
    later(scene, bare(1, guid="same", link="https://board.example/j/1"), other)
    scene.served.update({"Close of books 1": "qualified", "Payroll ledger, weekly": "qualified"})
    scene.settles()


@pytest.mark.parametrize("polls", [12, pytest.param(50, marks=pytest.mark.drill)])
@fault(
    "I5",
    "a live counter in the title, twelve polls; fifty (in the drill)",
    "an observation, no revision, one alert",
)
def test_i5_a_live_counter(polls: int, scene: Scene) -> None:
    for poll in range(polls):
        title = f"Close of books 1 ({poll + 3} proposals, posted {poll + 1} min ago)"
        later(scene, bare(1, guid="g1", link="https://board.example/j/1", title=title))
    assert scene.rows("SELECT count(*) FROM revisions") == [(0,)]
    [(title,)] = scene.rows("SELECT title FROM listings WHERE title LIKE 'Close of books%'")
    scene.served[str(title)] = "qualified"
    scene.settles()


@fault(
    "I6",
    "a budget edited so that the job qualifies, and back, and again",
    "one alert, which says what changed",
)
def test_i6_an_edit_that_qualifies(scene: Scene) -> None:
    for budget in ("$100", "$1,500", "$100", "$1,500"):
        later(scene, item(11, budget=budget))
    scene.body(qualified=(11,))
    [message] = [m for m in told(scene.phone) if m["kind"] == "changed" or m.get("changed")]
    assert "Now $1,500 fixed (was $100)" in message["changed"]
    assert len([m for m in told(scene.phone) if m["listing"]["title"].endswith(" 11")]) == 1
    scene.served.clear()  # a changed job is told under its own kind, which was counted here
    scene.settles()


@fault("I7", "a job leaves and comes back after 1, 30, 400 days", "known: 0 alerts")
def test_i7_back_again(scene: Scene) -> None:
    scene.serve("/faulty", qualified=(11, 12))
    scene.run()
    for days, new in ((1, 13), (30, 14), (400, 15)):
        later(scene, item(12), item(new))
        scene.body(qualified=(new,))
        later(scene, item(11), item(12), item(new), days=days)
        assert scene.reports[-1].new_listings == 0
    scene.settles()


@fault("I8", "one job in three saved searches", "one alert that names them all")
def test_i8_one_job_in_three_feeds(stage: Stage) -> None:
    scene = stage(backlog='backlog = "none"\nmax_age = "none"')
    scene.home.settings += f'[[feed]]\nname = "third"\nurl = "{scene.feeds.url("/third")}"\n'
    scene.served.clear()
    for path in ("/healthy", "/faulty", "/third"):
        scene.feeds.script(path, Answer(body=upwork_feed(item(90, budget="$10"))))
    scene.run()
    scene.home.clock.forward(minutes=6)
    for path in ("/healthy", "/faulty", "/third"):
        scene.serve(path, qualified=(11,))
    scene.run()
    [message] = [m for m in told(scene.phone) if m["kind"] == "match"]
    assert message["listing"]["feeds"] == ["faulty", "healthy", "third"]
    scene.settles()


DATES = (
    "",
    "Sat, 01 Jan 2100 00:00:00 GMT",
    "Mon, 01 Jan -001 00:00:00 GMT",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "1795435200",
    "2024-13-45",
    "Mon, 23 Nov 2026 24:00:00 GMT",
    "2026-11-23T10:59:60Z",
    "Mon, 23 Nov 2026 10:00:00 IST",
    "Mon, 23 Nov 2026 10:00:00 +9999",
    "lun., 23 nov. 2026 10:00:00 +0100",
)


@fault(
    "I9",
    "dates: none, 2100, year -1, 1970, epoch, month 13, 24:00, a leap second, IST, +9999, French",
    "no exception, nobody is lost by one",
)
def test_i9_odd_dates(stage: Stage) -> None:
    scene = stage(
        backlog='backlog = "all"'
    )  # with the default age limit: a date that can't be must not make a job too old
    later(
        scene,
        *(bare(n, guid=f"g{n}", posted=date) for n, date in enumerate(DATES, start=1)),
        minutes=0,
    )
    kept = scene.rows(
        "SELECT posted_at FROM listings WHERE title LIKE 'Close%' AND posted_at IS NOT NULL"
    )
    now = scene.home.clock()
    assert all(
        now - timedelta(days=3660) <= posted <= now + timedelta(days=1) for (posted,) in kept
    )  # type: ignore[operator]
    assert len(kept) <= 5
    scene.served.update({f"Close of books {n}": "qualified" for n in range(1, len(DATES) + 1)})
    scene.settles()


@fault("I10", "feeds out of order and oldest first, a new item at the bottom", "found")
def test_i10_any_order(scene: Scene) -> None:
    old = [item(n, posted=scene.home.clock() - timedelta(days=n)) for n in (13, 11, 14, 12)]
    later(scene, *old)
    later(scene, *old, item(15, posted=scene.home.clock() - timedelta(days=40)))
    assert scene.reports[-1].new_listings == 1
    scene.body(qualified=range(11, 16))
    scene.settles()


@fault("I11", "a first run on a feed with 100 old items", "all stored, none told, and it says so")
def test_i11_first_sight(stage: Stage) -> None:
    scene = stage(backlog="")
    scene.settled = ()
    scene.serve("/faulty", qualified=range(100, 200))
    report = scene.run()
    assert scene.phone.arrived == []
    assert any("first sight, 100 new listings stored" in note for note in report.notes)
    scene.settles()
    assert not scene.sent(scene.phone)


@pytest.mark.parametrize("count", [100, pytest.param(500, marks=pytest.mark.drill)])
@fault(
    "I12",
    "100 new qualified jobs in one poll; 500 (in the drill)",
    "the best of an hour's limit at once, the rest in the digest, 0 lost",
)
def test_i12_a_burst(count: int, stage: Stage) -> None:
    scene = stage(backlog='max_age = "none"', phone_lines="max_per_hour = 10")
    scene.settled = ()  # the first jobs of both feeds are backlog
    scene.serve("/faulty", rejected=(10,))
    scene.run()
    scene.home.clock.forward(minutes=6)
    jobs = range(100, 100 + count)
    scene.serve("/faulty", qualified=jobs)
    assert scene.run().qualified == count
    assert len(scene.phone.accepted) <= 11
    scene.settles(hours=7)
    assert (
        len(
            {title.rpartition(" ")[2] for title in scene.sent(scene.phone)} & {str(n) for n in jobs}
        )
        == count
    )
    scene.settles()


@fault(
    "I13",
    "another site's feed under the same address",
    "held and told; 0 alerts until a person accepts it",
)
def test_i13_a_swapped_feed(scene: Scene) -> None:
    scene.serve("/faulty", qualified=range(11, 16))
    scene.run()
    other = "".join(
        bare(n, guid=f"x{n}", link=f"https://jobs.example.net/{n}") for n in range(1, 6)
    )
    body = (
        '<rss version="2.0"><channel><title>Other'
        f" jobs</title><link>https://jobs.example.net</link>{other}</channel></rss>"
    )
    scene.feeds.script("/faulty", Answer(body=body.encode()))
    scene.home.clock.forward(minutes=6)
    scene.run()
    assert scene.rows("SELECT state FROM feeds WHERE feed = 'faulty'") == [("held",)]
    assert headlines(scene.phone) == ["feed faulty has other content than before"]
    assert scene.rows("SELECT count(*) FROM listings WHERE title LIKE 'Close of books%'") == [(0,)]
    scene.settles()


BUDGETS = (
    ("$1,000-$2.5k", "qualified"),
    ("USD 1500 - 2500", "qualified"),
    ("EUR 500/hr", None),
    ("not specified", "review"),
    ("N/A", "review"),
    ("$0.00 - $0.00", "review"),
    ("$99,999,999,999,999,999,999", None),
    ("١٥٠٠ $", None),
    ("$450", "rejected"),
)
DECISIONS = "SELECT title, decision FROM decisions JOIN listings USING (listing_id)"


@fault(
    "I14",
    "budgets: a range with k, unstated, zero, Arabic digits, huge",
    "pass, fail or unknown, never an exception",
)
def test_i14_amounts(scene: Scene) -> None:
    """The golden table of amounts is tests/facts/test_money.py."""
    later(scene, *(item(100 + n, budget=budget) for n, (budget, _) in enumerate(BUDGETS)))
    for n, (budget, verdict) in enumerate(BUDGETS):
        [found] = [
            decision
            for title, decision in scene.rows(DECISIONS)
            if str(title).endswith(f" {100 + n}")
        ]
        assert verdict in (None, found), budget
    scene.settles()


@fault(
    "I15",
    "looser criteria while jobs are stored",
    "each decision keeps its criteria's hash; no alert for what is stored",
)
def test_i15_other_criteria(scene: Scene) -> None:
    scene.run()
    later(scene, *(item(n, budget="$300") for n in range(11, 16)))
    before = sum(scene.sent(scene.phone).values())
    scene.home.criteria = scene.home.criteria.replace("fixed_minimum = 500", "fixed_minimum = 100")
    later(scene, *(item(n, budget="$300") for n in range(11, 16)))
    assert sum(scene.sent(scene.phone).values()) == before
    later(scene, *(item(n, budget="$300") for n in range(11, 17)))
    assert sum(scene.sent(scene.phone).values()) == before + 1
    assert scene.rows("SELECT count(DISTINCT criteria_hash) FROM decisions") == [(2,)]
    scene.settles()
