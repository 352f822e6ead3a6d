"""[imap.NAME] and [webhook.NAME]: where feeds come in that aren't asked for over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from goldmine_ingest.settings.reference import Reference


@dataclass(frozen=True, slots=True)
class ImapSettings:
    """One [imap.NAME]: where alert mails are read, read-only."""

    name: str
    host: str
    user: Reference
    password: Reference
    folder: str = "INBOX"
    port: int = 993


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """One [webhook.NAME]: a receiver within `goldmine serve`, on loopback unless said otherwise."""

    name: str
    token: Reference
    listen: str = "127.0.0.1:8787"
    max_bytes: int = 1024 * 1024
