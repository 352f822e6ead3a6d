"""imap: reads what is new in a mailbox, changes nothing there, and tells what went wrong without
telling the password.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from goldmine_ingest.inputs import Login, imap
from goldmine_ingest.inputs.multipart_body import unpack
from goldmine_ingest.model.fetched import Fetched, Outcome, Validators
from goldmine_ingest.settings.feeds import FetchSettings
from tests.rig.certificates import Authority
from tests.rig.feed_server import closed_port
from tests.rig.mailbox import MailServer, private_letter, upwork_alert

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
QUICK = FetchSettings(
    connect_timeout=timedelta(seconds=1),
    idle_timeout=timedelta(milliseconds=300),
    total_timeout=timedelta(milliseconds=900),
)
USUAL = FetchSettings()


def visit(
    server: MailServer,
    position: Validators = Validators(),
    settings: FetchSettings = USUAL,
    **login: object,
) -> Fetched:
    access = replace(Login("127.0.0.1", server.user, server.password, port=server.port), **login)  # type: ignore[arg-type] # a test's shorthand
    return imap.poll("inbox", access, position, settings, lambda: NOW)


def labels(fetched: Fetched) -> list[str]:
    assert fetched.outcome is Outcome.OK, fetched.error
    return [part.label for part in unpack(fetched.body)]


def test_mails_come_once_and_whole() -> None:
    with MailServer({3: upwork_alert(1), 5: private_letter(1)}) as server:
        first = visit(server)
        assert [part.body for part in unpack(first.body)] == [upwork_alert(1), private_letter(1)]
        assert first.validators == Validators("7:5")
        assert labels(visit(server, first.validators)) == []
        server.mails[9] = upwork_alert(2)
        third = visit(server, first.validators)
        assert (labels(third), third.validators) == (["mail 9"], Validators("7:9"))


def test_the_mailbox_is_opened_read_only_and_mails_stay_unread() -> None:
    with MailServer({1: upwork_alert(1)}) as server:
        visit(server)
    assert server.opened == ["EXAMINE"]
    assert not [
        command
        for command in server.commands
        if "STORE" in command or ("BODY" in command and "BODY.PEEK" not in command)
    ]


def test_a_poll_that_did_not_commit_brings_the_same_mails_again() -> None:
    with MailServer({1: upwork_alert(1)}) as server:
        assert visit(server).body == visit(server).body


def test_a_mailbox_that_was_numbered_anew_is_read_again() -> None:
    with MailServer({1: upwork_alert(1)}, validity=8) as server:
        again = visit(server, Validators("7:900"))
    assert (labels(again), again.validators) == (["mail 1"], Validators("8:1"))


def test_an_empty_mailbox() -> None:
    with MailServer() as server:
        fetched = visit(server)
    assert (fetched.outcome, labels(fetched), fetched.validators) == (
        Outcome.OK,
        [],
        Validators("7:0"),
    )


def test_of_a_large_old_mailbox_only_the_newest_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "MOST_AT_ONCE", 2)
    with MailServer({uid: upwork_alert(uid) for uid in range(1, 6)}) as server:
        first = visit(server)
        assert labels(first) == ["mail 4", "mail 5"]
        server.mails.update({uid: upwork_alert(uid) for uid in range(6, 9)})
        second = visit(server, first.validators)
        assert labels(second) == ["mail 6", "mail 7"]
        assert labels(visit(server, second.validators)) == ["mail 8"]


def test_mails_are_asked_for_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "_CHUNK", 2)
    with MailServer({uid: upwork_alert(uid) for uid in range(1, 6)}) as server:
        assert labels(visit(server)) == [f"mail {uid}" for uid in range(1, 6)]
    assert sum("BODY" in command for command in server.commands) == 3


def test_a_mail_with_attachments_is_never_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "LARGEST_MAIL", 2000)
    with MailServer({1: b"x" * 3000, 2: upwork_alert(2), 3: b"x" * 3000}) as server:
        fetched = visit(server)
    assert (labels(fetched), fetched.validators, server.fetched()) == (
        ["mail 2"],
        Validators("7:3"),
        [2],
    )


def test_what_does_not_fit_comes_with_the_next_poll() -> None:
    room = FetchSettings(max_body=len(upwork_alert(1)) * 5 // 2)
    with MailServer({uid: upwork_alert(uid) for uid in range(1, 4)}) as server:
        first = visit(server, settings=room)
        assert labels(first) == ["mail 1", "mail 2"]
        assert labels(visit(server, first.validators, room)) == ["mail 3"]


def test_tls_with_a_certificate_that_is_trusted(tmp_path: Path) -> None:
    authority = Authority.create(tmp_path)
    with MailServer({1: upwork_alert(1)}, tls=authority.server_context("127.0.0.1")) as server:
        fetched = visit(server, implicit_tls=True, ca_file=authority.ca_file)
    assert labels(fetched) == ["mail 1"]


def failing(outcome: Outcome, fetched: Fetched) -> str:
    assert fetched.outcome is outcome
    assert fetched.error
    assert "CANARY" not in repr(fetched)
    return fetched.error


def test_a_wrong_password_is_told_without_it() -> None:
    with MailServer() as server:
        assert "refuses user and password" in failing(
            Outcome.AUTH, visit(server, password="wrong-CANARY")
        )


def test_a_folder_that_is_not_there() -> None:
    with MailServer() as server:
        assert "Jobs/Alerts" in failing(Outcome.ERROR, visit(server, folder="Jobs/Alerts"))


def test_nobody_listens() -> None:
    with closed_port() as port:
        login = Login("127.0.0.1", "a", "b", port=port)
        failing(Outcome.REFUSED, imap.poll("inbox", login, Validators(), USUAL, lambda: NOW))


def test_a_name_that_does_not_exist() -> None:
    login = Login("mail.does-not-exist.invalid", "a", "b")
    failing(Outcome.DNS, imap.poll("inbox", login, Validators(), USUAL, lambda: NOW))


def test_a_silent_server() -> None:
    with MailServer(silent=True) as server:
        failing(Outcome.TIMEOUT, visit(server, settings=QUICK))


def test_a_greeting_that_never_ends() -> None:
    with MailServer(drip=0.05) as server:
        failing(Outcome.TIMEOUT, visit(server, settings=QUICK))


def test_a_server_that_sends_more_than_was_asked_for() -> None:
    with MailServer({1: upwork_alert(1)}, lie=40_000_000) as server:
        failing(Outcome.TOO_LARGE, visit(server))


def test_a_server_without_tls_is_not_given_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "_is_loopback", lambda _: False)
    with MailServer() as server:
        failing(Outcome.TLS, visit(server))
    assert not [command for command in server.commands if "LOGIN" in command]


def test_a_certificate_that_nobody_trusts(tmp_path: Path) -> None:
    with MailServer(tls=Authority.create(tmp_path).server_context("127.0.0.1")) as server:
        failing(Outcome.TLS, visit(server, implicit_tls=True))
