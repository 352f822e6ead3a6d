"""maildir: and eml: read what is new, change nothing, and remember what was taken in the feed's
state.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from goldmine_ingest.inputs import mail_files
from goldmine_ingest.inputs.mail_files import collect, in_eml, in_maildir
from goldmine_ingest.inputs.multipart_body import unpack
from goldmine_ingest.model.fetched import Fetched, Outcome, Validators
from goldmine_ingest.settings.feeds import FetchSettings
from tests.rig.mailbox import upwork_alert

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def take(
    folder: Path,
    position: Validators = Validators(),
    *,
    eml: bool = False,
    largest: int = 10_000_000,
) -> Fetched:
    return collect(
        "mails",
        in_eml if eml else in_maildir,
        folder,
        position,
        FetchSettings(max_body=largest),
        lambda: NOW,
    )


def labels(fetched: Fetched) -> list[str]:
    return [part.label for part in unpack(fetched.body)]


def put(path: Path, content: bytes, *, at: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (1_790_000_000 + at, 1_790_000_000 + at))
    return path


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for sub in ("new", "cur", "tmp"):
        (tmp_path / sub).mkdir()
    put(tmp_path / "new" / "200.b.host", upwork_alert(2), at=2)
    put(tmp_path / "cur" / "100.a.host:2,S", upwork_alert(1), at=1)
    put(tmp_path / "tmp" / "300.c.host", b"half of a mai", at=3)
    return tmp_path


def test_the_mails_of_new_and_cur_oldest_first(maildir: Path) -> None:
    first = take(maildir)
    assert labels(first) == ["100.a.host:2,S", "200.b.host"]
    assert labels(take(maildir, first.validators)) == []


def test_a_mail_that_is_read_and_flagged_meanwhile_is_the_same_mail(maildir: Path) -> None:
    taken = take(maildir).validators
    (maildir / "new" / "200.b.host").rename(maildir / "cur" / "200.b.host:2,RS")
    assert labels(take(maildir, taken)) == []


def test_reading_changes_nothing(maildir: Path) -> None:
    before = sorted(
        (str(p), p.stat().st_mtime_ns, p.stat().st_ctime_ns) for p in maildir.rglob("*")
    )
    take(maildir)
    assert (
        sorted((str(p), p.stat().st_mtime_ns, p.stat().st_ctime_ns) for p in maildir.rglob("*"))
        == before
    )


def test_an_older_mail_that_arrives_later_is_found(maildir: Path) -> None:
    taken = take(maildir).validators
    put(maildir / "new" / "050.z.host", upwork_alert(3), at=-500)
    assert labels(take(maildir, taken)) == ["050.z.host"]


def test_a_poll_that_did_not_commit_brings_the_same_mails_again(maildir: Path) -> None:
    assert take(maildir).body == take(maildir).body


def test_what_does_not_fit_comes_with_the_next_poll(maildir: Path) -> None:
    room = len(upwork_alert(1)) + 10
    first = take(maildir, largest=room)
    assert labels(first) == ["100.a.host:2,S"]
    assert labels(take(maildir, first.validators, largest=room)) == ["200.b.host"]


def test_of_a_large_old_mailbox_only_the_newest_are_read(
    maildir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_files, "MOST_AT_ONCE", 1)
    first = take(maildir)
    assert labels(first) == ["200.b.host"]
    assert labels(take(maildir, first.validators)) == []


def test_a_mail_with_attachments_is_passed_over(
    maildir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_files, "LARGEST_MAIL", 100)
    first = take(maildir)
    assert labels(first) == []
    assert labels(take(maildir, first.validators)) == []


def test_links_and_pipes_are_no_mails(maildir: Path, tmp_path: Path) -> None:
    (maildir / "new" / "400.d.host").symlink_to("/etc/hostname")
    os.mkfifo(maildir / "new" / "500.e.host")
    assert labels(take(maildir)) == ["100.a.host:2,S", "200.b.host"]


@pytest.mark.parametrize(("path", "eml"), [("nowhere", False), ("nowhere", True)])
def test_a_missing_folder_is_an_error_that_names_it(
    tmp_path: Path, path: str, *, eml: bool
) -> None:
    fetched = take(tmp_path / path, eml=eml)
    assert fetched.outcome is Outcome.ERROR
    assert "nowhere" in (fetched.error or "")


def test_one_eml_file(tmp_path: Path) -> None:
    path = put(tmp_path / "alert.eml", upwork_alert(1))
    first = take(path, eml=True)
    assert labels(first) == ["alert.eml"]
    assert labels(take(path, first.validators, eml=True)) == []
    put(path, upwork_alert(2), at=60)
    assert labels(take(path, first.validators, eml=True)) == ["alert.eml"]


def test_a_folder_of_eml_files(tmp_path: Path) -> None:
    put(tmp_path / "b.EML", upwork_alert(2), at=2)
    put(tmp_path / "a.eml", upwork_alert(1), at=1)
    put(tmp_path / "notes.txt", b"not a mail")
    assert labels(take(tmp_path, eml=True)) == ["a.eml", "b.EML"]
