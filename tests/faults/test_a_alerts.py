"""2.6 Alerts: destinations that fail, refuse, hang, lie, are slow, vanish or were never right.
The phone is broken, the desk is well.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime

import pytest

from tests.faults.scene import CANARIES, Scene
from tests.rig.fault_table import fault
from tests.rig.feed_server import Answer
from tests.rig.project import Clock, upwork_feed
from tests.rig.receiver import MailSink, Receiver
from tests.rig.watching import headlines, item, told

NEVER = "digest_at = []"
AT_ONCE = {"phone_lines": NEVER, "desk_lines": NEVER}
STATES = (
    "SELECT destination, state, count(*) FROM alerts WHERE kind = 'match' AND state <> 'suppressed'"
    " GROUP BY ALL ORDER BY ALL"
)
Stage = Callable[..., Scene]


def only(scene: Scene, *numbers: int) -> None:
    """One quiet feed, so that each request of the phone is about these jobs."""
    scene.served.clear()
    scene.serve("/healthy", qualified=numbers)
    scene.feeds.script("/faulty", Answer(body=upwork_feed()))


@fault("A1", "500 three times, then 200", "retried by the ledger: 4 attempts, 1 accepted")
def test_a1_three_failures(stage: Stage) -> None:
    scene = stage(**AT_ONCE)
    only(scene, 1)
    scene.phone.script = ["500", "500", "500", "200"]
    for wait in (0, 31, 121, 601):
        scene.home.clock.forward(seconds=wait)
        scene.run()
    assert len(scene.phone.arrived) == 4
    assert scene.rows("SELECT state, attempts FROM alerts WHERE destination = 'phone'") == [
        ("sent", 4)
    ]
    scene.settles()


@fault(
    "A2",
    "429 (Apprise hides its Retry-After)",
    "that destination pauses a minute at least, the other goes on",
)
def test_a2_a_rate_limit(stage: Stage) -> None:
    scene = stage(**AT_ONCE)
    only(scene, 1, 2)
    scene.phone.script = ["429:1", "200"]
    scene.run()
    assert (len(scene.phone.arrived), len(scene.sent(scene.desk))) == (1, 2)
    scene.home.clock.forward(seconds=50)
    scene.run()
    assert len(scene.phone.arrived) == 1
    scene.home.clock.forward(seconds=11)
    scene.run()
    assert len(scene.sent(scene.phone)) == 2
    scene.settles()


@fault("A3", "one destination works, the other fails", "each has its own ledger rows")
def test_a3_one_of_two(stage: Stage) -> None:
    scene = stage(**AT_ONCE)
    only(scene, 1)
    scene.phone.script = ["500", "200"]
    assert scene.run().exit_status == 3
    assert scene.rows(STATES) == [("desk", "sent", 1), ("phone", "retrying", 1)]
    scene.settles()


@fault("A4", "302 to a 200", "not followed, not sent")
def test_a4_a_redirect(scene: Scene) -> None:
    only(scene, 1)
    scene.phone.script = [f"302:http://127.0.0.1:{scene.tripwires[0].port}/", "200"]
    scene.run()
    assert ("phone", "retrying", 1) in scene.rows(STATES)
    assert len(scene.phone.arrived) == 1
    scene.settles()


@fault(
    "A5",
    "200 with a login page, from a service that answers otherwise",
    "may have arrived: repeated once, marked",
)
def test_a5_a_status_is_no_proof(scene: Scene) -> None:
    """ntfy says an id when it takes a message; what other services say is in
    tests/notify/test_services.py.
    """
    only(scene, 1)
    scene.home.env = {**scene.home.env, "PHONE_URL": scene.phone.url("ntfy", "jobs")}
    scene.phone.script = ["200=<html>login</html>", '200={"id": "x1"}']
    for seconds in (0, 31, 121):
        scene.home.clock.forward(seconds=seconds)
        scene.run()
    first, second = (str(arrived.json["title"]) for arrived in scene.phone.arrived)
    assert second == f"(may repeat) {first}"
    assert ("phone", "sent", 1) in scene.rows(STATES)
    scene.settled = ("desk",)  # ntfy's messages are text, which `sent` doesn't read
    scene.phone.arrived.clear()
    scene.home.env = scene._env()
    scene.settles()


@fault(
    "A5",
    "a login page for each message",
    "repeated once, then held for a person to look: two messages, not seven",
)
def test_a5_an_answer_that_stays_odd(scene: Scene) -> None:
    only(scene, 1)
    scene.home.env = {**scene.home.env, "PHONE_URL": scene.phone.url("ntfy", "jobs")}
    scene.phone.script = ["200=<html>login</html>"]
    for seconds in (0, 31, 121, 601, 3601, 86_400):
        scene.home.clock.forward(seconds=seconds)
        scene.run()
    messages = [
        arrived for arrived in scene.phone.arrived if "Month-end" in str(arrived.json["title"])
    ]
    assert len(messages) == 2
    [(reason,)] = scene.rows(
        "SELECT reason FROM alerts WHERE kind = 'match' AND destination = 'phone'"
    )
    assert "goldmine alerts retry" in str(reason)
    scene.settled = ("desk",)
    scene.phone.arrived.clear()
    scene.home.env = scene._env()
    scene.phone.script = ["200"]
    scene.settles()


@pytest.mark.parametrize(
    "how", ["rst", pytest.param("hang", marks=pytest.mark.drill)]
)  # the child waits for 10 s (docs/reliability.md "States")
@fault(
    "A6",
    "the body is taken, then the connection breaks, or hangs (in the drill)",
    "uncertain; sent again with the same id and 'may repeat'",
)
def test_a6_it_may_have_arrived(how: str, scene: Scene) -> None:
    only(scene, 1)
    scene.phone.script = [how, "200"]
    scene.run()
    assert ("phone", "uncertain", 1) in scene.rows(STATES)
    scene.home.clock.forward(seconds=31)
    scene.run()
    first, second = told(scene.phone)
    assert (first["may_repeat"], second["may_repeat"]) == (False, True)
    assert first["listing"]["listing_id"] == second["listing"]["listing_id"]
    del scene.phone.arrived[0]  # the one repeat that is allowed
    scene.settles()


@fault("A6", "the same, with uncertain = 'hold'", "waits for a person")
def test_a6_held_for_a_person(stage: Stage) -> None:
    scene = stage(backlog='backlog = "all"\nmax_age = "none"\nuncertain = "hold"')
    only(scene, 1)
    scene.phone.script = ["rst", "200"]
    scene.run()
    scene.settles()
    [(reason,)] = scene.rows(
        "SELECT reason FROM alerts WHERE kind = 'match' AND destination = 'phone'"
    )
    assert "goldmine alerts retry" in str(reason)
    assert len([message for message in told(scene.phone) if message["kind"] == "match"]) == 1


@pytest.mark.drill
@fault(
    "A7",
    "an answer that drips, with the real deadline of 20 s",
    "uncertain at the deadline; the other destination has everything",
)
def test_a7_a_dripping_answer(scene: Scene) -> None:
    """With a short deadline it runs always: tests/notify/test_notify.py."""
    only(scene, 1)
    scene.phone.script = ["drip", "200"]
    started = time.monotonic()
    scene.run()
    scene.figures.append(f"{time.monotonic() - started:.0f} s")
    assert ("phone", "uncertain", 1) in scene.rows(STATES)
    scene.phone.script = ["200"]
    del scene.phone.arrived[0]
    scene.settles()


@pytest.mark.parametrize("status", ["400", "422"])
@fault("A8", "400, 422 for this one message", "dead at once, told on the other destination")
def test_a8_one_message_is_refused(status: str, stage: Stage) -> None:
    scene = stage(**AT_ONCE)
    only(scene, 1, 2)
    scene.phone.script = ["200", status, "200"]
    scene.run()
    assert scene.rows(STATES) == [("desk", "sent", 2), ("phone", "dead", 1), ("phone", "sent", 1)]
    assert headlines(scene.desk) == ["phone refused an alert"]
    scene.settled = ("desk",)
    scene.settles()
    assert len(scene.sent(scene.phone)) == 1


@fault(
    "A8",
    "a mail provider's daily limit after two of five mails",
    "none dies; all arrive once it is over",
)
def test_a8_a_mail_quota(stage: Stage) -> None:
    """550 5.4.5 is about the sender's account, whatever else was taken meanwhile."""
    scene = stage(**AT_ONCE)
    scene.home.clock = Ticking(scene.home.clock.at)
    only(scene, 1, 2, 3, 4, 5)
    limit = b"550 5.4.5 Daily user sending limit exceeded"
    with MailSink(refuse=limit, takes=2) as sink:
        url = f"mailto://127.0.0.1:{sink.port}?from=me@example.com&to=you@example.com&mode=insecure"
        scene.home.env = {**scene.home.env, "PHONE_URL": url}
        scene.run()
        assert len(sink.mails) == 2
        rows = scene.rows(
            "SELECT state, cause, count(*) FROM alerts"
            " WHERE destination = 'phone' AND kind = 'match' GROUP BY ALL ORDER BY ALL"
        )
        assert rows == [("owed", None, 2), ("retrying", "account", 1), ("sent", None, 2)]
        sink.refuse = None
        scene.home.clock.forward(minutes=61)
        scene.run()
        assert len(sink.mails) == 5
    scene.settled = ("desk",)  # mails are read by nobody else here
    scene.home.env = scene._env()
    scene.settles()


class Ticking(Clock):
    """Moves on by a moment whenever someone looks, so that two failures are two, not one digest."""

    def __call__(self) -> datetime:
        self.forward(milliseconds=1)
        return self.at


@contextmanager
def further(count: int) -> Iterator[tuple[list[Receiver], str, dict[str, str]]]:
    """As many destinations more, "more-1" and so on: their receivers, lines of goldmine.toml,
    and the variables that hold their URLs.
    """
    with ExitStack() as stack:
        sinks = [stack.enter_context(Receiver()) for _ in range(count)]
        lines = "".join(
            f'[[notify]]\nname = "more-{n}"\nurl = "env:MORE_{n}"\n{NEVER}\n'
            for n in range(1, count + 1)
        )
        yield sinks, lines, {f"MORE_{n}": sink.url() for n, sink in enumerate(sinks, start=1)}


@fault(
    "A8",
    "401, 403, 404, or every message refused",
    "the destination is down: nothing dies, told once a day, all sent when it is back",
)
def test_a8_destinations_that_are_down(stage: Stage) -> None:
    """A first message that is refused may be that message's own fault, so that a notice comes
    later there.
    """
    with further(3) as (sinks, lines, urls):
        scene = stage(**AT_ONCE, more=lines)
        scene.home.env = {**scene.home.env, **urls}
        scene.home.clock = Ticking(scene.home.clock.at)
        only(scene, 1, 2)
        broken = [scene.phone, *sinks]
        for sink, status in zip(broken, ("401", "403", "404", "400"), strict=True):
            sink.script = [status]
        for hours in (0, 6, 12):
            scene.home.clock.forward(hours=hours)
            scene.run()
        tries = [len(sink.arrived) for sink in broken]
        assert max(tries) <= 6, tries
        assert scene.rows("SELECT count(*) FROM alerts WHERE state = 'dead'") == [(0,)]
        told_of = [line for line in headlines(scene.desk) if line.endswith("takes no messages")]
        assert set(told_of) >= {
            f"destination {name} takes no messages" for name in ("phone", "more-1", "more-2")
        }
        assert len(told_of) == len(set(told_of))
        for sink in broken:
            sink.script = ["200"]
        scene.settles()
        assert [sorted(scene.sent(sink).values()) for sink in sinks] == [[1, 1]] * 3


@fault(
    "A9",
    "an unknown scheme, URLs that Apprise refuses",
    "said on each run by their names; those destinations stop, the others work",
)
def test_a9_urls_that_are_no_destinations(stage: Stage) -> None:
    with further(3) as (sinks, lines, urls):
        scene = stage(**AT_ONCE, more=lines)
        canary = CANARIES["PHONE_TOKEN"]
        wrong = {
            "PHONE_URL": f"nosuchservice://{canary}",
            "MORE_1": f"tgram://{canary}/",
            "MORE_2": "json://",
            "MORE_3": canary,
        }
        scene.home.env = {**scene.home.env, **wrong}
        only(scene, 1)
        for _ in range(2):
            report = scene.run()
            assert sorted(subject for subject, _ in report.problems) == [
                "more-1",
                "more-2",
                "more-3",
                "phone",
            ]
            assert report.exit_status == 3
            scene.home.clock.forward(hours=13)
        assert len(scene.sent(scene.desk)) == 1
        scene.home.env = {**scene._env(), **urls}
        scene.settles()
        assert [sorted(scene.sent(sink).values()) for sink in sinks] == [[1]] * 3


LENGTHS = {11: 1025, 12: 2001, 13: 4097}


@fault(
    "A10",
    "bodies of 1025, 2001, 4097 characters, an emoji at the cut",
    "cut by us between graphemes, the link kept",
)
def test_a10_texts_that_are_too_long(scene: Scene) -> None:
    """What each service's own limit does to them: tests/render/test_messages.py."""
    only(scene)
    words = "The month-end close needs a reconciliation in Python and SQL. "
    texts = {
        n: f"Firm {n}. " + (words * 90)[: length - 13] + "👩‍👩‍👧‍👦 and more"
        for n, length in LENGTHS.items()
    }
    scene.feeds.script(
        "/faulty", Answer(body=upwork_feed(*(item(n, body=text) for n, text in texts.items())))
    )
    scene.body(qualified=LENGTHS)
    scene.run()
    messages = told(scene.phone)
    assert len(messages) == 3
    for message in messages:
        assert "https://www.upwork.com/jobs/" in str(message["text"])
        assert not re.search("[\ud800-\udfff]|\u200d$", str(message["text"]))
    scene.settles()


@fault("A11", "30 alerts, 12 an hour", "they wait across cycles, the best first; all arrive")
def test_a11_a_queue_across_cycles(stage: Stage) -> None:
    scene = stage(phone_lines="max_per_hour = 12\ndigest_at = []")
    scene.served.clear()
    scene.feeds.script("/healthy", Answer(body=upwork_feed()))
    jobs = {n: item(n, budget=f"${500 + 400 * n}") for n in range(1, 31)}
    scene.feeds.script("/faulty", Answer(body=upwork_feed(*jobs.values())))
    scene.body(qualified=jobs)
    for _ in range(4):
        scene.run()
        scene.home.clock.forward(minutes=61)
    scores = [
        message["listing"]["score"] for message in told(scene.phone) if message["kind"] == "match"
    ]
    assert len(scores) == 30
    assert scores == sorted(scores, reverse=True)
    scene.settles()


@fault(
    "A12", "down for 48 hours, 300 alerts", "kept; back up, more than the limit come as one digest"
)
def test_a12_down_for_two_days(stage: Stage) -> None:
    scene = stage(phone_lines="digest_at = []")
    scene.home.clock = Ticking(scene.home.clock.at)
    only(scene, *range(100, 400))
    scene.phone.script = ["500"]
    for hours in (0, 1, 23, 24):
        scene.home.clock.forward(hours=hours)
        scene.run()
    assert not scene.sent(scene.phone)
    assert len(scene.phone.arrived) <= 6  # two show that it is down, then a probe at a time
    scene.phone.script = ["200"]
    scene.home.clock.forward(hours=13)
    scene.run()
    assert len(scene.phone.accepted) <= 3
    scene.settles()


@fault("A13", "all destinations removed while alerts wait", "their rows stay, and that is said")
def test_a13_no_destination_left(scene: Scene) -> None:
    only(scene, 1)
    scene.phone.script = ["500"]
    scene.run()
    kept = scene.home.settings
    scene.home.settings = kept.partition("[[notify]]")[0]
    scene.home.clock.forward(minutes=10)
    assert any("'phone'" in note for note in scene.run().notes)
    scene.phone.script = ["200"]
    scene.home.settings = kept
    scene.settles()


@fault(
    "A14", "a rotated token; a renamed destination", "nothing again; a renamed one owes nothing old"
)
def test_a14_token_and_name(scene: Scene) -> None:
    scene.run()
    scene.home.env = {
        **scene.home.env,
        "PHONE_URL": f"json://another@127.0.0.1:{scene.phone.port}/other",
    }
    scene.settles()
    before = len(scene.phone.accepted)
    scene.home.settings = scene.home.settings.replace('name = "phone"', 'name = "mobile"')
    scene.settles()
    assert [
        m for m in told(scene.phone)[before:] if m["kind"] == "match" or m.get("listings")
    ] == []


@fault("A15", "quiet hours over a change of the clocks", "held, then sent")
def test_a15_quiet_hours(stage: Stage) -> None:
    """Berlin's clocks went back in the night of 25 October 2026: a quiet night of one hour more."""
    scene = stage(phone_lines='quiet_hours = "22:00-07:00"')
    scene.home.settings = scene.home.settings.replace(
        'timezone = "UTC"', 'timezone = "Europe/Berlin"', 1
    )
    only(scene, 1, 2)
    scene.home.clock.at = scene.home.clock.at.replace(month=10, day=24, hour=20, minute=30)
    sent = []
    for _ in range(12):
        scene.run()
        sent.append(sum(scene.sent(scene.phone).values()))
        scene.home.clock.forward(hours=1)
    assert (
        sent.index(2) == 10
    )  # 06:30 UTC is the first hour after 07:00 in Berlin, which has UTC+1 by then
    scene.settles()


@fault("A16", "no title, no text", "'(untitled listing)'")
def test_a16_nothing_to_show(scene: Scene) -> None:
    """A job without words can't qualify here; one without a title can."""
    untitled = re.sub(r"<title>.*?</title>", "<title> </title>", item(11))
    scene.feeds.script("/faulty", Answer(body=upwork_feed(untitled)))
    scene.run()
    assert [m for m in told(scene.phone) if "(untitled listing)" in str(m["text"])]
    scene.settles()
