"""imap:NAME: a mailbox, opened read-only (EXAMINE). The mails that have come since the last
position are fetched and never marked.

The position is (UIDVALIDITY, last UID taken), RFC 9051 2.3.1.1: where UIDVALIDITY has changed, the
server has numbered its mails anew, so the newest ones are read again, and their jobs are known. TLS
is required except on loopback, where mail bridges speak plain.
"""

from __future__ import annotations

import imaplib
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime

from imap_tools import BaseMailBox
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError

from goldmine_ingest.inputs.mail_files import LARGEST_MAIL, MOST_AT_ONCE
from goldmine_ingest.inputs.mailbox_login import IMPLICIT_TLS, Login
from goldmine_ingest.inputs.multipart_body import MAIL, PARTS, Part, pack
from goldmine_ingest.model.fetched import Fetched, Outcome, Validators
from goldmine_ingest.runtime import threads
from goldmine_ingest.settings.feeds import FetchSettings

_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_CHUNK = 25  # mails asked for at a time
_OVERHEAD = 8 * 1024 * 1024  # bytes that a server may say beside the mails


class _TooLarge(Exception):  # noqa: N818 - becomes an outcome
    """The server says more than all the mails that were asked for can be."""


def poll(
    feed: str,
    login: Login,
    position: Validators,
    settings: FetchSettings,
    now: Callable[[], datetime],
) -> Fetched:
    """The mails since `position` (its etag is "UIDVALIDITY:UID"), the oldest first; without one the
    newest. Never raises.

    It runs in a thread that is let go at the total timeout: neither a server that drips nor a
    resolver that hangs holds the cycle.
    """
    started = now()
    talk = _Talk(login, position, settings)
    try:
        threads.start(talk)
    except OSError as error:
        why = f"no thread can be started ({error.strerror})"
        return Fetched(feed, Outcome.ERROR, started, error=why, local=True)
    talk.join(settings.total_timeout.total_seconds())
    if talk.is_alive():
        talk.hang_up()
        return Fetched(
            feed,
            Outcome.TIMEOUT,
            started,
            error=f"the mail server {login.host} doesn't answer in time",
        )
    if talk.failure is not None:
        outcome, why = _classify(talk.failure, login)
        return Fetched(feed, outcome, started, error=why)
    size = sum(len(part.body) for part in talk.parts)
    return Fetched(
        feed,
        Outcome.OK,
        started,
        body=pack(talk.parts),
        content_type=PARTS,
        validators=Validators(talk.position),
        wire_bytes=size,
    )


class _Talk(threading.Thread):
    """One visit to the mailbox. Afterwards `failure`, or the new mails and the position after
    them.
    """

    def __init__(self, login: Login, position: Validators, settings: FetchSettings) -> None:
        super().__init__(name="goldmine-imap", daemon=True)
        self._login, self._before, self._settings = login, position.etag or "", settings
        self._box: _MailBox | None = None
        self._until = time.monotonic() + settings.total_timeout.total_seconds() / 2
        self.failure: BaseException | None = None
        self.parts: list[Part] = []
        self.position = self._before

    def run(self) -> None:
        try:
            with _mailbox(self._login, self._settings) as self._box:
                validity = _examine(self._box, self._login.folder)
                stored, _, uid = self._before.partition(":")
                last = int(uid) if stored == str(validity) and uid.isdigit() else None
                self.position = f"{validity}:{self._take(self._box, last)}"
        except Exception as error:  # noqa: BLE001 - whatever a server provokes is this feed's failure; poll() classifies it
            self.failure = error

    def hang_up(self) -> None:
        if self._box is not None:
            with suppress(OSError):
                self._box.client.sock.shutdown(socket.SHUT_RDWR)

    def _take(self, box: _MailBox, last: int | None) -> int:
        """Fetches the mails after `last`, and gives the UID up to which all are taken (or are
        too large to be alerts).
        """
        since = 1 if last is None else last + 1
        # "n:*" always gives the last mail, even where n is beyond it (RFC 9051 6.4.8).
        uids = sorted(
            uid for text in box.uids(f"UID {since}:*", charset=None) if (uid := int(text)) >= since
        )
        wanted = uids[-MOST_AT_ONCE:] if last is None else uids[:MOST_AT_ONCE]
        reached, room = last or 0, self._settings.max_body
        for start in range(0, len(wanted), _CHUNK):
            chunk = _fitting(
                _sizes(box, wanted[start : start + _CHUNK]), room, first=not self.parts
            )
            bodies = _bodies(box, [uid for uid, size in chunk.items() if size <= LARGEST_MAIL])
            self.parts += [Part(f"mail {uid}", MAIL, body) for uid, body in bodies.items() if body]
            room -= sum(map(len, bodies.values()))
            reached = max([reached, *chunk])
            if len(chunk) < len(wanted[start : start + _CHUNK]) or time.monotonic() > self._until:
                break  # the rest comes with the next poll
        return reached


def _fitting(sizes: dict[int, int], room: int, *, first: bool) -> dict[int, int]:
    """The first of these mails that fit in `room` bytes; at least one if it is the `first`.
    Those too large to be alerts take none.
    """
    fitting: dict[int, int] = {}
    for uid, size in sorted(sizes.items()):
        room -= size if size <= LARGEST_MAIL else 0
        if room < 0 and (fitting or not first):
            break
        fitting[uid] = size
    return fitting


def _sizes(box: _MailBox, uids: Sequence[int]) -> dict[int, int]:
    _, answers = box.client.uid("fetch", ",".join(map(str, uids)), "(UID RFC822.SIZE)")
    lines = [answer for answer in answers if isinstance(answer, bytes)]
    matches = ((_UID.search(line), _SIZE.search(line)) for line in lines)
    return {int(uid[1]): int(size[1]) for uid, size in matches if uid and size}


def _bodies(box: _MailBox, uids: Sequence[int]) -> dict[int, bytes]:
    """The mails as they are; those that have gone meanwhile are missing. PEEK leaves them
    unread.
    """
    if not uids:
        return {}
    _, answers = box.client.uid("fetch", ",".join(map(str, uids)), "(UID BODY.PEEK[])")
    bodies: dict[int, bytes] = {}
    head, body = b"", b""
    for answer in (
        answers
    ):  # a mail comes as (what stands before it, the mail), and then what stands after it
        head, body = answer if isinstance(answer, tuple) else (head + (answer or b""), body)
        if body and (uid := _UID.search(head)):
            bodies[int(uid[1])] = body
            head, body = b"", b""
    return {uid: bodies[uid] for uid in uids if uid in bodies}


def _examine(box: _MailBox, folder: str) -> int:
    box.folder.set(folder, readonly=True)
    _, values = box.client.response("UIDVALIDITY")
    first = values[0] if values else None
    return int(first) if isinstance(first, bytes) and first.isdigit() else 0


class _Bounded:
    """Counts what the server says, and ends the talk when it is too much: imaplib would read
    whatever length the server names.
    """

    allowance = _OVERHEAD

    def read(self, size: int) -> bytes:
        self._spend(size)
        read: bytes = super().read(size)  # type: ignore[misc] # of the imaplib class beside it
        return read

    def readline(self) -> bytes:
        line: bytes = super().readline()  # type: ignore[misc] # the same
        self._spend(len(line))
        return line

    def _spend(self, size: int) -> None:
        self.allowance -= size
        if self.allowance < 0:
            raise _TooLarge


class _Plain(_Bounded, imaplib.IMAP4):
    pass


class _Tls(_Bounded, imaplib.IMAP4_SSL):
    pass


class _MailBox(BaseMailBox):
    """imap-tools' mailbox on a client of ours: TLS by itself on port 993, by STARTTLS elsewhere,
    none on loopback if it isn't offered.
    """

    def __init__(self, login: Login, settings: FetchSettings) -> None:
        self._login, self._settings = login, settings
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        login, timeout = self._login, self._settings.connect_timeout.total_seconds()
        context = ssl.create_default_context(cafile=login.ca_file)
        client: _Plain | _Tls
        if login.implicit_tls or (login.implicit_tls is None and login.port == IMPLICIT_TLS):
            client = _Tls(login.host, login.port, ssl_context=context, timeout=timeout)
        else:
            client = _Plain(login.host, login.port, timeout=timeout)
            if "STARTTLS" in client.capabilities and not _is_loopback(login.host):
                client.starttls(context)
            elif not _is_loopback(login.host):
                client.shutdown()
                raise ssl.SSLError("the server offers no TLS")
        client.sock.settimeout(self._settings.idle_timeout.total_seconds())
        client.allowance = self._settings.max_body + LARGEST_MAIL + _OVERHEAD
        return client


@contextmanager
def _mailbox(login: Login, settings: FetchSettings) -> Iterator[_MailBox]:
    """The mailbox, logged in; the connection is closed at the end."""
    box = _MailBox(login, settings)
    try:
        if login.user.isascii() and login.password.isascii():
            box.login(login.user, login.password, initial_folder=None)
        else:
            box.login_utf8(login.user, login.password, initial_folder=None)
        yield box
        with suppress(OSError, imaplib.IMAP4.error, ImapToolsError):
            box.logout()
    finally:
        with suppress(OSError):
            box.client.shutdown()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"


def _classify(error: BaseException, login: Login) -> tuple[Outcome, str]:
    """The class of a failure and a sentence without secrets; what the server said isn't quoted,
    for it may repeat the login.
    """
    where = f"the mail server {login.host}"
    if isinstance(error, MailboxLoginError) or (
        isinstance(error, imaplib.IMAP4.error) and "AUTHENTICATE" in str(error).upper()
    ):
        return Outcome.AUTH, f"{where} refuses user and password"
    if isinstance(error, MailboxFolderSelectError):
        return Outcome.ERROR, f"{where} can't open the folder {login.folder}"
    if isinstance(error, _TooLarge):
        return Outcome.TOO_LARGE, f"{where} sends more than it was asked for"
    if isinstance(error, socket.gaierror):
        return Outcome.DNS, f"the name {login.host} can't be resolved"
    if isinstance(error, ssl.SSLError):
        return (
            Outcome.TLS,
            f"no secure connection to {where} ({getattr(error, 'reason', None) or error.args[-1]})",
        )
    if isinstance(error, TimeoutError):
        return Outcome.TIMEOUT, f"{where} doesn't answer in time"
    if isinstance(error, ConnectionRefusedError):
        return Outcome.REFUSED, f"{where} takes no connection on port {login.port}"
    return (
        Outcome.ERROR,
        f"{where} broke off or said what can't be understood",
    )
