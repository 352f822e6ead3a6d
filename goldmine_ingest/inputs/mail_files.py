"""maildir:PATH and eml:PATH: mails in files. They are only read; which ones were taken stands in
the feed's state.

The state keeps twelve hex digits for each taken file that is still there, so it is as large as the
folder, and a file that leaves and returns is read again (its job is known by then).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from goldmine_ingest.inputs.multipart_body import MAIL, PARTS, Part, pack
from goldmine_ingest.inputs.regular_files import read_regular, why_not
from goldmine_ingest.model.fetched import Fetched, Outcome, Validators
from goldmine_ingest.settings.feeds import FetchSettings

LARGEST_MAIL = (
    1024 * 1024
)  # bytes; an alert mail has some 100 KiB, what is larger has attachments and is left alone
# mails; the rest comes with the next poll. Of what was there before the first poll, the newest so
# many are read
MOST_AT_ONCE = 500
MOST_FILES = 20_000

_KIND = "files"


@dataclass(frozen=True, slots=True)
class MailFile:
    """A mail in a file. `key` stays the same as long as the mail does; `at` orders mails by age."""

    path: Path
    key: str
    at: int


def in_maildir(folder: Path) -> list[MailFile]:
    """The mails of a Maildir's new/ and cur/, by the names that stay the same when flags change
    (cr.yp.to/proto/maildir.html).

    Raises OSError where it is no Maildir.
    """
    mails = [
        _mail_file(entry, entry.name.partition(":2,")[0])
        for sub in ("new", "cur")
        for entry in _files(folder / sub)
    ]
    return list({mail.key: mail for mail in mails}.values())


def in_eml(path: Path) -> list[MailFile]:
    """One .eml file, or all of a folder; a file that was written again is another mail. Raises
    OSError.
    """
    if not path.is_dir():
        status = path.stat()
        return [
            MailFile(
                path.resolve(),
                _digest(f"{path.name}|{status.st_size}|{status.st_mtime_ns}"),
                status.st_mtime_ns,
            )
        ]
    mails = []
    for entry in _files(path):
        if entry.name.lower().endswith(".eml"):
            status = entry.stat(follow_symlinks=False)
            mails.append(_mail_file(entry, f"{entry.name}|{status.st_size}|{status.st_mtime_ns}"))
    return mails


def collect(
    feed: str,
    list_mails: Callable[[Path], list[MailFile]],
    path: Path,
    position: Validators,
    settings: FetchSettings,
    now: Callable[[], datetime],
) -> Fetched:
    """The mails that aren't among those taken, the oldest first."""
    started = now()
    try:
        mails = sorted(list_mails(path), key=lambda mail: (mail.at, mail.key))
    except OSError as error:
        return Fetched(feed, Outcome.ERROR, started, error=why_not(path, error))
    if len(mails) > MOST_FILES:
        return Fetched(
            feed,
            Outcome.TOO_LARGE,
            started,
            error=f"{path} holds more than {MOST_FILES} mails; move old ones elsewhere",
        )
    first = position.etag != _KIND
    before = frozenset() if first else frozenset((position.last_modified or "").split())
    fresh = [mail for mail in mails if mail.key not in before]
    wanted = fresh[-MOST_AT_ONCE:] if first else fresh[:MOST_AT_ONCE]
    parts, looked_at = _read(wanted, settings.max_body)
    older = {mail.key for mail in fresh if first and mail not in wanted}
    taken = sorted((before & {mail.key for mail in mails}) | looked_at | older)
    body = pack(parts)
    return Fetched(
        feed,
        Outcome.OK,
        started,
        body=body,
        content_type=PARTS,
        validators=Validators(_KIND, " ".join(taken)),
        wire_bytes=sum(len(part.body) for part in parts),
    )


def _read(mails: Iterable[MailFile], most: int) -> tuple[list[Part], set[str]]:
    """The mails that can be read, and the keys of all that were looked at; not more than `most`
    bytes at once.
    """
    parts: list[Part] = []
    looked_at: set[str] = set()
    size = 0
    for mail in mails:
        try:
            content = read_regular(mail.path, min(LARGEST_MAIL, most))
        except FileNotFoundError:
            continue  # a mail program renamed it meanwhile; it comes with the next poll
        except OSError as error:
            parts.append(Part(mail.path.name, MAIL, problem=why_not(mail.path, error)))
            continue  # not looked at: tried again
        size += len(content or b"")
        if size > most:
            break
        looked_at.add(mail.key)
        if content:
            parts.append(Part(mail.path.name, MAIL, content))
    return parts, looked_at


def _files(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return [
            entry
            for entry in entries
            if not entry.name.startswith(".") and entry.is_file(follow_symlinks=False)
        ]


def _mail_file(entry: os.DirEntry[str], name: str) -> MailFile:
    return MailFile(Path(entry.path), _digest(name), entry.stat(follow_symlinks=False).st_mtime_ns)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=6).hexdigest()
