"""Every way in goes through the same cycle: one listing per job, one alert, nothing lost by a
crash, nothing taken twice.
"""

from __future__ import annotations

import http.client
import json
from pathlib import Path

import pytest

from goldmine_ingest.inputs.multipart_body import PARTS, pack
from goldmine_ingest.model.feed import FeedState
from goldmine_ingest.model.fetched import Fetched, Outcome
from goldmine_ingest.parse.reading import FeedRead
from goldmine_ingest.pipeline.ingest import storing
from goldmine_ingest.pipeline.polling.feed_answer import FeedAnswer
from goldmine_ingest.pipeline.polling.gather import Ask
from goldmine_ingest.pipeline.polling.poll_result import PollResult, read_as
from goldmine_ingest.pipeline.polling.webhook_receivers import receiver
from goldmine_ingest.runtime.redaction import Redactor
from goldmine_ingest.settings.feeds import FeedSettings
from goldmine_ingest.settings.reference import Reference
from goldmine_ingest.store.backup import back_up, restore
from goldmine_ingest.store.history import Store
from tests.rig.mailbox import MailServer, private_letter, upwork_alert
from tests.rig.ports import free_port
from tests.rig.project import NOON, Home
from tests.rig.waiting import PATIENCE

SCREEN = '[[notify]]\nname = "screen"\nurl = "terminal"\n'


def feed(url: str, name: str = "in", *, backlog: str = "all") -> str:
    return f'[[feed]]\nname = "{name}"\nurl = "{url}"\nbacklog = "{backlog}"\nevery = "5m"\n'


def vollna(n: int) -> dict[str, object]:
    """A webhook payload for the job that upwork_alert(n) is about."""
    project = {
        "url": (
            f"https://www.vollna.com/go?pid={n}&url=https%253A%252F%252Fwww.upwork.com%252Fjobs%252F%257E02{n:019d}"
        ),
        "title": f"Month-end reconciliation {n}",
        "description": (
            f"Our month-end close no. {n} takes too long. We need a reconciliation of bank exports"
            " in Python and SQL."
        ),
        "budget": "1500 USD",
        "budget_type": "fixed",
        "skills": "Python, SQL",
        "published": "2026-11-23T11:30:00+00:00",
        "client_details": {"country": {"name": "Germany", "iso_code2": "DE"}},
    }
    return {"total": 1, "filter": {"id": 1, "name": "x"}, "projects": [project]}


def polls(home: Home) -> list[tuple[object, ...]]:
    return home.rows(
        "SELECT outcome::VARCHAR, entries, new_listings FROM polls ORDER BY started_at"
    )


def test_mails_become_alerts_once(tmp_path: Path) -> None:
    with MailServer({1: upwork_alert(1), 2: private_letter(1)}) as server:
        account = (
            f'[imap.box]\nhost = "127.0.0.1"\nport = {server.port}\nuser = "owner"\npassword ='
            ' "env:MAIL"\n'
        )
        home = Home(tmp_path, feed("imap:box") + account + SCREEN, env={"MAIL": server.password})
        first = home.run()
        assert (first.exit_status, first.new_listings, first.sent) == (0, 1, 1)
        for _ in range(3):
            home.clock.forward(minutes=5)
            again = home.run()
            assert (again.exit_status, again.new_listings, again.sent) == (0, 0, 0)
        server.mails[3] = upwork_alert(2)
        home.clock.forward(minutes=5)
        assert home.run().new_listings == 1
    assert server.fetched() == [1, 2, 3]
    assert polls(home) == [
        ("ok", 1, 1),
        ("ok", 0, 0),
        ("not_modified", 0, 0),
        ("not_modified", 0, 0),
        ("ok", 1, 1),
    ]
    assert "CANARY" not in (tmp_path / "data" / "goldmine.duckdb").read_bytes().decode("latin-1")


def test_a_mailbox_that_fails_keeps_its_position(tmp_path: Path) -> None:
    with MailServer({1: upwork_alert(1)}) as server:
        account = (
            f'[imap.box]\nhost = "127.0.0.1"\nport = {server.port}\nuser = "owner"\npassword ='
            ' "env:MAIL"\n'
        )
        home = Home(tmp_path, feed("imap:box") + account + SCREEN, env={"MAIL": server.password})
        home.run()
        home.env = {"MAIL": "wrong-password"}
        failed = home.run()
        assert (failed.exit_status, failed.feeds[0].outcome) == (3, Outcome.AUTH)
        home.env = {"MAIL": server.password}
        assert home.run().exit_status == 0
    assert server.fetched() == [1]


def test_a_missing_password_stops_that_feed_only(tmp_path: Path) -> None:
    account = '[imap.box]\nhost = "127.0.0.1"\nuser = "owner"\npassword = "env:MAIL"\n'
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "a.json").write_text(json.dumps(vollna(1)))
    report = Home(tmp_path, feed("imap:box") + feed("drop:drop", "folder") + account + SCREEN).run()
    assert (report.exit_status, report.sent) == (3, 1)
    assert [problem for problem in report.problems if "MAIL" in problem[1]]


def test_the_same_job_by_mail_folder_and_webhook_is_one_listing_and_one_alert(
    tmp_path: Path,
) -> None:
    (tmp_path / "drop").mkdir()
    (tmp_path / "mails").mkdir()
    (tmp_path / "drop" / "a.json").write_text(json.dumps(vollna(1)))
    (tmp_path / "mails" / "a.eml").write_bytes(upwork_alert(1))
    home = Home(tmp_path, feed("drop:drop", "folder") + feed("eml:mails", "mails") + SCREEN)
    report = home.run()
    assert (report.new_listings, report.sent) == (1, 1)
    assert home.rows("SELECT feed FROM sightings ORDER BY feed") == [("folder",), ("mails",)]


@pytest.mark.parametrize("kind", ["drop", "maildir", "eml"])
def test_a_crash_before_the_commit_loses_nothing_and_one_after_it_repeats_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    name, content = (
        ("a.json", json.dumps(vollna(1)).encode()) if kind == "drop" else ("a.eml", upwork_alert(1))
    )
    for sub in ("new", "cur"):
        (tmp_path / "in" / sub).mkdir(parents=True)
    (tmp_path / "in" / ("new" if kind == "maildir" else ".") / name).write_bytes(content)
    home = Home(tmp_path, feed(f"{kind}:in") + SCREEN)
    with monkeypatch.context() as killed:
        killed.setattr(Store, "apply", _die)
        with pytest.raises(KeyboardInterrupt):
            home.run()
    with monkeypatch.context() as killed:
        killed.setattr(storing, "put_away", _die)
        with pytest.raises(KeyboardInterrupt):
            home.run()
    report = home.run()
    assert (report.new_listings, report.sent) == (0, 1)
    assert home.rows("SELECT count(*) FROM listings") == [(1,)]
    assert home.run().sent == 0


def _die(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_a_folder_is_watched(tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()
    home = Home(tmp_path, feed("drop:drop") + SCREEN)
    for n in range(1, 4):
        (tmp_path / "drop" / f"{n}.json").write_text(json.dumps(vollna(n)))
        assert home.run().new_listings == 1
        home.clock.forward(minutes=5)
    assert sorted(path.name for path in (tmp_path / "drop" / "done").iterdir()) == [
        "1.json",
        "2.json",
        "3.json",
    ]


def test_a_folder_that_was_never_empty_and_now_is_is_not_suspected() -> None:
    settings = FeedSettings("in", Reference("drop:in"), kind="drop", path=Path("in"))
    state = FeedState("in", seen_entries=True, good_polls=100)
    fetched = Fetched("in", Outcome.OK, NOON, body=pack([]), content_type=PARTS)
    assert isinstance(
        read_as(Ask(settings, state), FeedAnswer(fetched, NOON), FeedRead(Outcome.OK), {}, "run"),
        PollResult,
    )


def test_a_bad_file_is_said_once_and_holds_up_nothing(tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "bad.json").write_text('{"hello": "world"}')
    (tmp_path / "drop" / "good.json").write_text(json.dumps(vollna(1)))
    home = Home(tmp_path, feed("drop:drop") + SCREEN)
    first = home.run()
    assert (first.exit_status, first.new_listings, first.sent) == (3, 1, 1)
    assert "bad.json" in first.problems[0][1]
    assert home.run().exit_status == 0
    assert (tmp_path / "drop" / "bad" / "bad.json.txt").exists()


def test_what_a_webhook_was_sent_comes_with_the_next_cycle_due_or_not(tmp_path: Path) -> None:
    port = free_port()
    hook = f'[webhook.vollna]\nlisten = "127.0.0.1:{port}"\ntoken = "env:HOOK"\n'
    home = Home(tmp_path, feed("webhook:vollna") + hook + SCREEN, env={"HOOK": "hook-token-CANARY"})
    home.run()
    running, problems = receiver(home.project(), env=home.env, redactor=Redactor())
    assert problems == ()
    with running:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        connection.request(
            "POST",
            "/",
            body=json.dumps(vollna(1)),
            headers={"Authorization": "Bearer hook-token-CANARY"},
        )
        assert connection.getresponse().status == 202
    report = home.run(all_feeds=False)
    assert (report.new_listings, report.sent) == (1, 1)
    assert home.run(all_feeds=False).new_listings == 0
    assert list((tmp_path / "data" / "webhooks" / "to-vollna").iterdir()) == []


@pytest.mark.parametrize("taken_before", [True, False], ids=["known", "at first sight"])
def test_what_is_posted_after_a_restore_is_new(tmp_path: Path, taken_before: bool) -> None:
    """A webhook holds nothing that the restored history could have told before."""
    port = free_port()
    hook = f'[webhook.vollna]\nlisten = "127.0.0.1:{port}"\ntoken = "env:HOOK"\n'
    home = Home(tmp_path, feed("webhook:vollna") + hook + SCREEN, env={"HOOK": "hook-token-CANARY"})

    def post(n: int) -> None:
        running, _ = receiver(home.project(), env=home.env, redactor=Redactor())
        with running:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            token = {"Authorization": "Bearer hook-token-CANARY"}
            connection.request("POST", "/", body=json.dumps(vollna(n)), headers=token)
            assert connection.getresponse().status == 202

    home.run()
    if taken_before:
        post(1)
        home.run()
    database = home.project().database
    back_up(database.path, tmp_path / "kept.duckdb", home.clock())
    restore(database, tmp_path / "kept.duckdb", home.clock(), uncertain="resend", force=True)
    post(2)
    report = home.run(all_feeds=False)
    assert (report.new_listings, "Month-end reconciliation 2" in home.printed.getvalue()) == (
        1,
        True,
    )


def test_a_dry_run_takes_nothing_away(tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "a.json").write_text(json.dumps(vollna(1)))
    home = Home(tmp_path, feed("drop:drop") + SCREEN)
    assert len(home.run(dry_run=True).messages) == 1
    assert (tmp_path / "drop" / "a.json").exists()
    assert not (tmp_path / "data").exists()
