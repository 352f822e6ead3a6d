"""Feeds that aren't HTTP: mailboxes, mail folders, a watched folder, a receiver. What is new in one
comes as one body of several parts.

A mail or file counts as taken once the transaction that took it in is committed: a mailbox's
position and the names of taken mails lie in the feed's state, which that transaction writes;
dropped files and received bodies are put away by `settle` after it. A crash between reading and
that means reading again, and the identities of the jobs make that harmless. Mail is only ever read,
never marked or moved.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from goldmine_ingest.inputs.mailbox_login import Login
from goldmine_ingest.model.fetched import Fetched, Outcome, Validators

if TYPE_CHECKING:
    from goldmine_ingest.settings.feeds import FeedSettings, FetchSettings

__all__ = ["Login", "brings_only_news", "poll", "settle", "spool_folder"]


def brings_only_news(feed: FeedSettings) -> bool:
    """A poll of the feed brings what is new since the last one, not all that there is."""
    return feed.kind not in ("http", "file")


def spool_folder(database: Path, account: str) -> Path:
    """Where the receiver of [webhook.ACCOUNT] puts what it is sent, beside the database."""
    return database.parent / "webhooks" / f"to-{quote(account, safe='')}"


def poll(
    feed: FeedSettings,
    position: Validators,
    settings: FetchSettings,
    *,
    database: Path,
    now: Callable[[], datetime],
    login: Login | None = None,
) -> Fetched:
    """What has come since `position`, as if it had been fetched. `login` is needed for imap. A
    failure is an answer, not an exception.
    """
    if feed.kind == "imap" and login is not None:
        from goldmine_ingest.inputs import (
            imap,
        )  # imap-tools and imaplib are for those who have a mailbox

        return imap.poll(feed.name, login, position, settings, now)
    if feed.kind == "webhook" and feed.account is not None:
        from goldmine_ingest.inputs import drop_folder

        return drop_folder.collect(
            feed.name, spool_folder(database, feed.account), settings, now, may_be_missing=True
        )
    if feed.path is None:
        return Fetched(
            feed.name, Outcome.ERROR, now(), error="its url names nothing that can be read"
        )
    if feed.kind == "drop":
        from goldmine_ingest.inputs import drop_folder

        return drop_folder.collect(feed.name, feed.path, settings, now)
    from goldmine_ingest.inputs import mail_files

    list_mails = mail_files.in_maildir if feed.kind == "maildir" else mail_files.in_eml
    return mail_files.collect(feed.name, list_mails, feed.path, position, settings, now)


def settle(
    feed: FeedSettings, body: bytes, bad_parts: tuple[tuple[str, str], ...], *, database: Path
) -> tuple[str, ...]:
    """Puts away the files of a body whose transaction is committed. Gives what couldn't be put
    away, as sentences.
    """
    if feed.kind == "drop" and feed.path is not None:
        from goldmine_ingest.inputs import drop_folder

        return drop_folder.settle(feed.path, body, bad_parts, keep=True)
    if feed.kind == "webhook" and feed.account is not None:
        from goldmine_ingest.inputs import drop_folder

        return drop_folder.settle(spool_folder(database, feed.account), body, bad_parts, keep=False)
    return ()
