"""An IMAP server on loopback that holds scripted mails, and writes down each command that it gets.

    with MailServer(mails={1: b"From: …"}) as server:
        login = Login("127.0.0.1", server.user, server.password, port=server.port)
        ...
        assert server.opened == ["EXAMINE"]        # SELECT would have been a way to change the
        mailbox

It speaks what a reader of mail needs (CAPABILITY, LOGIN, SELECT/EXAMINE, UID SEARCH, UID FETCH,
LOGOUT), one thread per connection. `silent=True` accepts and says nothing, `drip` is the pause
between the single bytes of a greeting that never ends, `lie` announces mails of that many bytes
more than they have. With `tls=context` it speaks TLS from the first byte.
"""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import threading
import time
from dataclasses import dataclass, field
from typing import BinaryIO, Self

from tests.rig.waiting import PATIENCE


@dataclass
class MailServer:
    """The mailbox and its behaviour; change `mails` and `validity` while it runs."""

    mails: dict[int, bytes] = field(default_factory=dict)
    validity: int = 7
    user: str = "owner"
    password: str = "pass-CANARY-word"
    folder: str = "INBOX"
    silent: bool = False
    drip: float | None = None
    lie: int = 0
    tls: ssl.SSLContext | None = None
    commands: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._stop = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    @property
    def opened(self) -> list[str]:
        """How the folder was opened, each time."""
        return [
            command.split()[0]
            for command in self.commands
            if command.startswith(("SELECT", "EXAMINE"))
        ]

    def fetched(self) -> list[int]:
        """The UIDs whose mails were asked for, in order."""
        asked = [re.match(r"UID FETCH ([\d,]+) .*BODY", command, re.I) for command in self.commands]
        return [int(uid) for match in asked if match for uid in match[1].split(",")]

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
            if self.silent:
                self._stop.wait(PATIENCE)
                return
            while self.drip is not None and not self._stop.is_set():
                connection.sendall(b"*")
                time.sleep(self.drip)
            connection.sendall(b"* OK ready\r\n")
            with connection.makefile("rb") as lines:
                self._answer_all(connection, lines)

    def _answer_all(self, connection: socket.socket, lines: BinaryIO) -> None:
        for line in lines:
            tag, _, command = line.decode("latin-1").strip().partition(" ")
            self.commands.append(command)
            name = command.split()[0].upper() if command else ""
            answer, result = self._answer(name, command)
            connection.sendall(answer + f"{tag} {result}\r\n".encode())
            if name == "LOGOUT":
                return

    def _answer(self, name: str, command: str) -> tuple[bytes, str]:
        if name == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1\r\n", "OK done"
        if name == "LOGIN":
            right = command == f'LOGIN "{self.user}" "{self.password}"'
            return b"", "OK in" if right else f"NO [AUTHENTICATIONFAILED] wrong: {command}"
        if name in ("SELECT", "EXAMINE"):
            if self.folder not in command:
                return b"", "NO no such folder"
            return (
                f"* {len(self.mails)} EXISTS\r\n* OK [UIDVALIDITY {self.validity}] valid\r\n".encode(),
                "OK open",
            )
        if name == "UID":
            return self._uid(command), "OK done"
        return (b"* BYE\r\n" if name == "LOGOUT" else b""), "OK done"

    def _uid(self, command: str) -> bytes:
        if match := re.match(r"UID SEARCH UID (\d+):\*", command, re.I):
            since = int(match[1])
            found = [uid for uid in sorted(self.mails) if uid >= since] or (
                [max(self.mails)] if self.mails else []
            )
            return f"* SEARCH {' '.join(map(str, found))}\r\n".encode()
        match = re.match(r"UID FETCH ([\d,]+) \((.*)\)", command, re.I)
        assert match, command
        wanted = [
            (n, uid)
            for n, uid in enumerate(sorted(self.mails), 1)
            if str(uid) in match[1].split(",")
        ]
        if "BODY" not in match[2]:
            return b"".join(
                b"* %d FETCH (UID %d RFC822.SIZE %d)\r\n" % (n, uid, len(self.mails[uid]))
                for n, uid in wanted
            )
        return b"".join(
            b"* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n"
            % (n, uid, len(self.mails[uid]) + self.lie, self.mails[uid] + b" " * self.lie)
            for n, uid in wanted
        )


def upwork_alert(
    n: int,
    *,
    title: str | None = None,
    rate: str = "$45.00 - $60.00",
    sent: str = "Mon, 23 Nov 2026 11:30:00 +0000",
) -> bytes:
    """An alert mail in the shape of Upwork's, for job number `n`."""
    title = title or f"Month-end reconciliation {n}"
    link = f"https://www.upwork.com/jobs/~02{n:019d}"
    text = (
        f"{title}\r\n{link}?email_uid=token{n}\r\n\r\nHourly: {rate}\r\nEst. time: 1 to 3"
        f" months\r\n\r\nOur month-end close no. {n} takes too long. We need a reconciliation of"
        " bank exports against the ledger in Python and SQL.\r\n\r\nPython, SQL\r\n\r\nPayment"
        " verified | 4.9 | $20K spent | Germany\r\n"
    )
    head = (
        f"Message-ID: <alert-{n}@mail.example>\r\nDate: {sent}\r\nFrom: Upwork Notification"
        f" <donotreply@upwork.com>\r\nSubject: New job alert: {title}\r\nContent-Type: text/plain;"
        " charset=utf-8\r\n\r\n"
    )
    return (head + text).encode()


def private_letter(n: int) -> bytes:
    """A mail that is no job alert, as any mailbox holds."""
    head = (
        f"Message-ID: <letter-{n}@mail.example>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\nFrom: A"
        " Friend <friend@mail.example>\r\n"
    )
    return f"{head}Subject: Dinner on Sunday?\r\n\r\nAre you free on Sunday? We could cook.\r\n".encode()
