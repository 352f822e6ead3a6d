"""Several recipients in one URL: each is told by itself, whatever becomes of the others."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import duckdb
import pytest

from goldmine_ingest.exchange.invariants import invariants, read_only
from goldmine_ingest.model.recipient import REFUSED_URL
from goldmine_ingest.notify import Notifier
from goldmine_ingest.pipeline.resources import Resources
from goldmine_ingest.store.migrations import migrations
from goldmine_ingest.store.schemas import TABLES, VIEWS, look_in
from tests.rig.command import goldmine
from tests.rig.fault_table import fault
from tests.rig.feed_server import FeedServer
from tests.rig.nursery import Nursery
from tests.rig.people import PostOffice, Topics
from tests.rig.project import Home
from tests.rig.services import Services
from tests.rig.watching import item, serve, watching

ONE_OF_SEVERAL = (
    "one of a URL's recipients refuses for good, asks to wait, or hangs; a kill between them",
    "the others have each job once and at once, and hear who refuses",
)
THEY_CHANGE = (
    "a URL's recipients come and go; a history that knew none is opened",
    "nothing lost, nothing told twice",
)


def states(home: Home, destination: str = "phone") -> dict[str, list[str]]:
    """The states of a destination's alerts about jobs, by the label of the recipient."""
    rows = home.rows("SELECT destination, recipient, state, kind FROM alerts ORDER BY ALL")
    found: dict[str, list[str]] = {}
    for to, recipient, state, kind in rows:
        if to == destination and kind != "notice":
            found.setdefault(str(recipient).partition(" ")[2], []).append(str(state))
    return found


def cycles(home: Home, count: int, **every: float) -> None:
    for _ in range(count):
        home.clock.forward(**every)
        home.run()


@fault("A17", *ONE_OF_SEVERAL)
def test_one_that_refuses_for_good_keeps_nothing_from_the_other(
    tmp_path: Path, feeds: FeedServer
) -> None:
    """Five jobs at once, then four hours: the healthy topic gets each once and at once, and
    hears which one refuses.
    """
    serve(feeds, "/a", *(item(n) for n in range(1, 6)))
    with Topics(refusing=["closed"]) as ntfy:
        home = watching(
            tmp_path, feeds, "/a", to={"phone": f'url = "{ntfy.url("open", "closed")}"'}
        )
        report = home.run()
        assert ntfy.jobs("open") == {str(n): 1 for n in range(1, 6)}
        cycles(home, 24, minutes=10)
        assert ntfy.jobs("open") == {str(n): 1 for n in range(1, 6)}
        notices = [text for text in ntfy.got("open") if "takes no messages" in text]
    assert report.exit_status == 3
    assert len(notices) == 1
    assert "phone (cl…)" in notices[0]
    assert "goldmine notify test phone\n" in notices[0]  # a command that works as it stands
    assert states(home) == {"op…": ["sent"] * 5, "cl…": ["retrying"] * 5}


@fault("A17", *ONE_OF_SEVERAL)
def test_a_busy_or_silent_one_keeps_nothing_from_the_others(
    tmp_path: Path, feeds: FeedServer
) -> None:
    """A rate limit and a missing answer are of one recipient: the others have everything."""
    serve(feeds, "/a", item(1), item(2))
    with Topics(busy=["busy"], hangs=["silent"]) as ntfy:
        to = {"phone": f'url = "{ntfy.url("busy", "silent", "open")}"'}
        home = watching(tmp_path, feeds, "/a", to=to)
        home.run()
        assert ntfy.jobs("open") == {"1": 1, "2": 1}
        ntfy.busy = ()
        cycles(home, 1, minutes=10)
        assert ntfy.jobs("busy") == {"1": 1, "2": 1}
        assert ntfy.jobs("open") == {"1": 1, "2": 1}


@fault("A17", *ONE_OF_SEVERAL)
def test_each_address_of_a_mail_is_one(tmp_path: Path, feeds: FeedServer) -> None:
    """To, Cc and Bcc: one unknown user, and the others have each mail once."""
    serve(feeds, "/a", item(1), item(2))
    with PostOffice(refusing=["bad@example.com"]) as office:
        to = "to=you@example.com,bad@example.com&cc=cat@example.com&bcc=dan@example.com"
        url = f"mailto://127.0.0.1:{office.port}?from=me@example.com&{to}"
        home = watching(tmp_path, feeds, "/a", to={"mail": f'url = "{url}"\ndigest_at = []'})
        home.run()
        cycles(home, 6, hours=1)
        counted = {name: office.to(f"{name}@example.com") for name in ("you", "cat", "dan", "bad")}
        assert {len(recipients) for recipients, _ in office.mails} == {1}
    # Two jobs, and the notice that bad@example.com refuses.
    assert counted == {"you": 3, "cat": 3, "dan": 3, "bad": 0}
    assert states(home, "mail")["y…@example.com"] == ["sent", "sent"]


@fault("A8", "Telegram: the group became a supergroup", "down at once; the new id is said")
def test_a_chats_new_id_is_told_and_stored_nowhere(tmp_path: Path, feeds: FeedServer) -> None:
    """The notice on the other destination has it whole, at once; ledger, report and every file
    have its last digits.
    """
    serve(feeds, "/a", item(1))
    with Services() as services, Resources(notifier=Notifier(services.child)) as tools:
        services.script("telegram", "supergroup…")
        to = {name: f'url = "{services.url(name)}"' for name in ("telegram", "slack")}
        home = watching(tmp_path, feeds, "/a", to=to)
        report = home.run(tools=tools)
        (notice,) = (text for text in services.texts("slack") if "takes no messages" in text)
    assert "has a new id: -1001557912345; put it into the URL" in notice
    stored = home.rows("SELECT reason FROM alerts WHERE destination = 'telegram'")
    assert ["ends in 2345" in str(reason) for (reason,) in stored] == [True]
    assert "1001557912345" not in str(report)
    for file in tmp_path.rglob("*.*"):
        assert b"1001557912345" not in file.read_bytes(), file


def test_the_message_limit_is_each_ones_own(tmp_path: Path, feeds: FeedServer) -> None:
    """Two an hour, three jobs, two recipients: each gets two now and one when a slot is free."""
    serve(feeds, "/a", item(1), item(2))
    with Topics() as ntfy:
        lines = f'url = "{ntfy.url("one", "two")}"\nmax_per_hour = 2\ndigest_at = []'
        home = watching(tmp_path, feeds, "/a", to={"phone": lines})
        home.run()
        serve(feeds, "/a", item(1), item(2), item(3))
        cycles(home, 1, minutes=6)
        assert [ntfy.jobs(topic) for topic in ("one", "two")] == [{"1": 1, "2": 1}] * 2
        cycles(home, 1, minutes=61)
        assert [ntfy.jobs(topic) for topic in ("one", "two")] == [{"1": 1, "2": 1, "3": 1}] * 2


def test_where_all_refuse_it_is_told_of_the_destination_elsewhere(
    tmp_path: Path, feeds: FeedServer
) -> None:
    """One notice, not one for each; and it is said when they are back."""
    serve(feeds, "/a", item(1), item(2))
    with Topics(refusing=["one", "two"]) as ntfy, Topics() as mail:
        to = {
            "phone": f'url = "{ntfy.url("one", "two")}"',
            "mail": f'url = "{mail.url("m")}"\nfeeds = ["a"]',
        }
        home = watching(tmp_path, feeds, "/a", to=to)
        home.run()
        told = [text for text in mail.got("m") if "takes no messages" in text]
        assert ["destination phone takes no messages" in text for text in told] == [True]
        ntfy.refusing = ()
        cycles(home, 1, minutes=6)
        assert sum("takes messages again" in text for text in mail.got("m")) == 1
        assert ntfy.jobs("one") == ntfy.jobs("two") == {"1": 1, "2": 1}


def test_a_url_that_apprise_refuses_is_said_in_each_cycle(
    tmp_path: Path, feeds: FeedServer
) -> None:
    """Also where nothing is to be sent there, and once a cycle; until the URL is another."""
    serve(feeds, "/a", item(1))
    home = watching(tmp_path, feeds, "/a", to={"phone": 'url = "nonsense://x"'})
    refused = [("phone", REFUSED_URL)]
    for _ in range(3):
        report = home.run()
        assert (report.exit_status, list(report.problems)) == (3, refused)
        home.clock.forward(minutes=10)
    with Topics() as ntfy:
        home = watching(tmp_path, feeds, "/a", to={"phone": f'url = "{ntfy.url("open")}"'})
        home.clock.forward(minutes=40)
        assert home.run().exit_status == 0


def test_nobodys_address_is_written_down(tmp_path: Path, feeds: FeedServer) -> None:
    """Not in the history, its published copy or the files beside it: labels and keyed hashes
    only.
    """
    serve(feeds, "/a", item(1))
    canaries = ["-1004815162342", "4915123456789", "canary-topic-one"]
    with Topics(refusing=["canary-topic-one"]) as ntfy:
        home = watching(tmp_path, feeds, "/a", to={"phone": f'url = "{ntfy.url(*canaries)}"'})
        home.settings = 'publish = "data/history.duckdb"\npublish_every = "1m"\n' + home.settings
        home.run()
        cycles(home, 1, minutes=6)
        recipients = home.rows("SELECT DISTINCT recipient FROM alerts")
    shown = sorted(str(recipient) for (recipient,) in recipients)
    assert len(shown) == 3
    assert all(key.isalpha() and len(key) == 12 for key, _, _ in (r.partition(" ") for r in shown))
    data = tmp_path / "data"
    key = (data / "goldmine.duckdb.key").read_bytes()
    assert (data / "goldmine.duckdb.key").stat().st_mode & 0o777 == 0o600
    for file in (f for f in data.rglob("*") if f.is_file()):
        content = file.read_bytes()
        assert not any(canary.strip("-+").encode() in content for canary in canaries), file
        assert file.suffix == ".key" or key not in content, file


@fault("A18", *THEY_CHANGE)
def test_from_one_to_two_and_back_nothing_is_lost_or_doubled(
    tmp_path: Path, feeds: FeedServer
) -> None:
    """Whoever stays goes on where they stood, waiting alerts too; who joins owes from then on;
    what waited for who left ends.
    """
    with Topics(refusing=["one", "two"]) as ntfy:

        def name(*topics: str) -> None:
            home.settings = watching(
                tmp_path, feeds, "/a", to={"phone": f'url = "{ntfy.url(*topics)}"'}
            ).settings

        home = watching(tmp_path, feeds, "/a", to={"phone": f'url = "{ntfy.url("one")}"'})
        serve(feeds, "/a", item(1))
        home.run()
        assert [r for (r,) in home.rows("SELECT recipient FROM alerts")] == [""]
        name("two", "one")
        serve(feeds, "/a", item(1), item(2))
        cycles(home, 1, minutes=6)
        ntfy.refusing = ["two"]
        cycles(home, 1, minutes=6)
        assert ntfy.jobs("one") == {"1": 1, "2": 1}
        name("one")
        serve(feeds, "/a", item(1), item(2), item(3))
        cycles(home, 2, minutes=6)
        assert ntfy.jobs("one") == {"1": 1, "2": 1, "3": 1}
        ended = home.rows(
            "SELECT state, cause FROM alerts WHERE recipient LIKE '% t…' AND kind = 'match'"
        )
        assert ended == [("suppressed", "recipient_gone")]
        name("one", "two")
        ntfy.refusing = ()
        serve(feeds, "/a", item(1), item(2), item(3), item(4))
        cycles(home, 2, minutes=6)
        assert ntfy.jobs("one") == {"1": 1, "2": 1, "3": 1, "4": 1}
        assert ntfy.jobs("two") == {"4": 1}


def test_another_spelling_of_the_same_url_changes_nothing(
    tmp_path: Path, feeds: FeedServer
) -> None:
    """Order, a rotated token, another host."""
    serve(feeds, "/a", item(1))
    with Topics() as ntfy, Topics() as other:
        home = watching(tmp_path, feeds, "/a", to={"phone": f'url = "{ntfy.url("one", "two")}"'})
        home.run()
        before = home.rows("FROM recipient ORDER BY ALL")
        home.settings = home.settings.replace(ntfy.url("one", "two"), other.url("two", "one"))
        serve(feeds, "/a", item(1), item(2))
        cycles(home, 1, minutes=6)
        assert home.rows("FROM recipient ORDER BY ALL") == before
        assert other.jobs("one") == other.jobs("two") == {"2": 1}


# A history of the version before: without a recipient anywhere.
AS_BEFORE = """
DROP VIEW alerts;
ALTER TABLE alert_event DROP COLUMN slot;
ALTER TABLE alert_event DROP COLUMN recipient;
ALTER TABLE open_alert DROP COLUMN slot;
ALTER TABLE open_alert DROP COLUMN recipient;
DROP TABLE recipient;
DELETE FROM meta WHERE key = 'views' OR key LIKE 'recipients:%';
"""


@fault("A18", *THEY_CHANGE)
def test_an_upgrade_alerts_nothing_again(tmp_path: Path, feeds: FeedServer) -> None:
    """What was sent, held, dead or retried before is so for both recipients that the url names."""
    with Topics(jobs_refused=["3"], jobs_failing=["4"]) as ntfy:
        home = watching(tmp_path, feeds, "/a", to={"phone": f'url = "{ntfy.url("one")}"'})
        serve(feeds, "/a", item(1), item(2, budget=None), item(3), item(4))
        home.run()
        with duckdb.connect(str(tmp_path / "data/goldmine.duckdb")) as con:
            look_in(con, TABLES, VIEWS)
            before = con.execute(
                "SELECT state, count(*) FROM alerts WHERE kind = 'match' GROUP BY 1 ORDER BY 1"
            ).fetchall()
            for statement in filter(str.strip, AS_BEFORE.split(";")):
                con.execute(statement)
            # What the upgrade did to such a history; later migrations have nothing to do with it.
            con.execute(next(p for p in migrations() if "recipients" in p.name).read_text())
        assert before == [("dead", 1), ("held", 1), ("retrying", 1), ("sent", 1)]
        home.settings = home.settings.replace(ntfy.url("one"), ntfy.url("one", "two"))
        ntfy.jobs_refused = ntfy.jobs_failing = ()
        asked = len(ntfy.arrived)
        cycles(home, 1, seconds=1)
        assert [m for m in ntfy.arrived[asked:] if "Month-end" in str(m.get("title"))] == []
        # Of one the rows go on that were there; the other has its own of what isn't finished.
        assert sorted(states(home).values()) == [
            ["dead", "held", "retrying"],
            ["dead", "held", "retrying", "sent"],
        ]
        serve(feeds, "/a", *(item(n) for n in (1, 3, 4, 5)), item(2, budget=None))
        cycles(home, 1, minutes=2)
        assert ntfy.jobs("one") == {"1": 1, "4": 1, "5": 1}
        assert ntfy.jobs("two") == {"4": 1, "5": 1}
        cycles(home, 1, hours=6)  # the digest
        assert ntfy.jobs("one")["2"] == ntfy.jobs("two")["2"] == 0
        assert [sum("1 to review" in t for t in ntfy.got(w)) for w in ("one", "two")] == [1, 1]
        with read_only(tmp_path / "data/goldmine.duckdb") as con:
            assert [check.detail for check in invariants(con) if not check.ok] == []


@fault("A17", *ONE_OF_SEVERAL)
@pytest.mark.parametrize(
    "point", ["attempted:1", "accepted:1", "recorded:1", "accepted:2", "before_commit:6"]
)
def test_a_kill_between_recipients_loses_nothing(
    point: str, quick_folder: Path, feeds: FeedServer, nursery: Nursery
) -> None:
    """Each recipient has each job, and what came again is marked; who refuses gets none."""
    serve(feeds, "/a", item(1), item(2))
    with Topics(refusing=["closed"]) as ntfy:
        to = {"phone": f'url = "{ntfy.url("one", "closed", "two")}"\ndigest_at = []'}
        home = watching(quick_folder, feeds, "/a", to=to)
        home.project()
        config_path = quick_folder / "config/goldmine.toml"
        assert nursery.run(config_path, home.clock(), fault=point, ends=3) == -signal.SIGKILL
        for _ in range(2):
            home.clock.forward(minutes=6)
            assert nursery.run(config_path, home.clock(), ends=3) == 3
        for topic in ("one", "two"):
            times = ntfy.jobs(topic)
            assert set(times) == {"1", "2"}
            again = sum("may repeat" in text for text in ntfy.got(topic))
            assert sum(times.values()) - 2 <= again <= 1
        assert ntfy.got("closed") == []


def test_commands_call_recipients_by_their_labels(tmp_path: Path, feeds: FeedServer) -> None:
    """`alerts`, `explain` and `notify test` name each; the id in a message means every one's."""
    serve(feeds, "/a", item(1))
    with Topics(refusing=["closed", "shut"]) as ntfy:
        url = ntfy.url("open", "closed", "shut")
        home = watching(tmp_path, feeds, "/a", to={"phone": f'url = "{url}"'})
        home.run()
        tried = goldmine("notify", "test", cwd=tmp_path)
        assert tried.returncode == 3
        assert [line.split()[:3] for line in tried.stdout.splitlines()[1:]] == [
            ["sent", "phone", "(op…)"],
            ["down", "phone", "(cl…)"],
            ["down", "phone", "(sh…)"],
        ]
        listed = json.loads(goldmine("alerts", "--json", cwd=tmp_path).stdout)
        labels = {row["recipient"].split(" ", 1)[1] for row in listed}
        assert labels == {"op…", "cl…", "sh…"}
        listing_id = next(row["listing_id"] for row in listed if row["listing_id"])
        explained = json.loads(goldmine("explain", listing_id, "--json", cwd=tmp_path).stdout)
        told = {
            (d["destination"], d["recipient"].partition(" ")[2]): d["state"]
            for d in explained["destinations"]
        }
        assert told["phone", "op…"] == "sent"
        assert told["phone", "cl…"] == told["phone", "sh…"] == "retrying"
        assert "phone (cl…)" in goldmine("explain", listing_id, cwd=tmp_path).stdout
        dropped = goldmine("alerts", "drop", listing_id[:8], "--why", "enough", cwd=tmp_path)
        assert dropped.stderr.count("to phone (") + dropped.stdout.count("to phone (") == 2
    assert states(home) == {"op…": ["sent"], "cl…": ["suppressed"], "sh…": ["suppressed"]}
    assert "closed" not in tried.stdout + json.dumps(listed) + json.dumps(explained)


def test_check_refuses_two_addresses_in_a_secret(tmp_path: Path, feeds: FeedServer) -> None:
    """The run says it as well, and the other destinations are served."""
    serve(feeds, "/a", item(1))
    with Topics() as ntfy:
        to = {"phone": 'url = "env:PHONES"', "mail": f'url = "{ntfy.url("m")}"'}
        home = watching(tmp_path, feeds, "/a", to=to)
        home.env = {"PHONES": f"{ntfy.url('CANARY')}, {ntfy.url('two')}"}
        report = home.run()
        found = goldmine("check", "--json", cwd=tmp_path, **home.env)
        assert ntfy.jobs("m") == {"1": 1}
        assert ntfy.asked == ["m"]
    assert ("phone", "env:PHONES holds more than one address") in report.problems
    assert found.returncode == 3
    assert [p["where"] for p in json.loads(found.stdout)["problems"]] == ["notify[0].url"]
    assert "CANARY" not in found.stdout + found.stderr


def test_a_history_that_lost_its_key_knows_its_recipients_by_their_labels(
    tmp_path: Path, feeds: FeedServer
) -> None:
    """Another computer without data/goldmine.duckdb.key: nothing comes twice, nothing is lost."""
    serve(feeds, "/a", item(1))
    with Topics(refusing=["second"]) as ntfy:
        to = {"phone": f'url = "{ntfy.url("first", "second")}"'}
        home = watching(tmp_path, feeds, "/a", to=to)
        home.run()
        (tmp_path / "data/goldmine.duckdb.key").unlink()
        ntfy.refusing = ()
        serve(feeds, "/a", item(1), item(2))
        cycles(home, 2, minutes=6)
        assert ntfy.jobs("first") == ntfy.jobs("second") == {"1": 1, "2": 1}


def test_a_url_that_is_refused_loses_nobody_and_is_read_once_an_hour(
    tmp_path: Path, feeds: FeedServer
) -> None:
    """A typing mistake that is mended: what waited for each goes out then."""
    serve(feeds, "/a", item(1))
    with Topics(refusing=["first", "second"]) as ntfy:
        url = ntfy.url("first", "second")
        home = watching(tmp_path, feeds, "/a", to={"phone": 'url = "env:PHONE"'})
        home.env = {"PHONE": url}
        home.run()
        home.env = {"PHONE": f"no{url}"}
        cycles(home, 2, minutes=6)
        marks = home.rows("SELECT value FROM meta WHERE key = 'recipients:phone'")
        assert [str(mark).endswith("|2026-11-23T12") for (mark,) in marks] == [True]
        ntfy.refusing = ()
        home.env = {"PHONE": url}
        cycles(home, 2, minutes=6)
        assert ntfy.jobs("first") == ntfy.jobs("second") == {"1": 1}
