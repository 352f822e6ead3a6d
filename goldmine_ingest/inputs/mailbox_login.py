"""Where a mailbox is and how to open it. A module of its own, for it is named where imaplib must
not be loaded.
"""

from __future__ import annotations

from dataclasses import dataclass, field

IMPLICIT_TLS = 993


@dataclass(frozen=True, slots=True)
class Login:
    """An [imap.NAME] with its references revealed.

    `implicit_tls` None goes by the port: TLS from the first byte on 993, STARTTLS elsewhere.
    `ca_file` replaces the trusted certificates.
    """

    host: str
    user: str = field(repr=False)
    password: str = field(repr=False)
    folder: str = "INBOX"
    port: int = IMPLICIT_TLS
    implicit_tls: bool | None = None
    ca_file: str | None = None
