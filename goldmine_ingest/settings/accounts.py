"""[imap.NAME] and [webhook.NAME]: where feeds come in that aren't asked for over HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field

from goldmine_ingest.settings import kinds
from goldmine_ingest.settings.addresses import host_port
from goldmine_ingest.settings.declaration import needed, setting
from goldmine_ingest.settings.quantities import size
from goldmine_ingest.settings.reference import NOTHING, Reference, reference


@dataclass(frozen=True, slots=True)
class ImapSettings:
    """One [imap.NAME]: where alert mails are read, read-only."""

    name: str
    host: str = field(
        metadata=needed(kinds.text, "the mail server; always with TLS", example="imap.example.com")
    )
    user: Reference = field(
        metadata=needed(
            reference, "the name that you sign in with", example="env:MAIL_USER", missing=NOTHING
        )
    )
    password: Reference = field(
        metadata=needed(
            reference,
            "many providers want an app password here",
            example="env:MAIL_PASSWORD",
            missing=NOTHING,
        )
    )
    folder: str = setting(kinds.text, "INBOX", "only read: nothing in it is marked or moved")
    port: int = setting(kinds.integer(1, 65535), 993, "the mail server's port")


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """One [webhook.NAME]: a receiver within `goldmine serve`, on loopback unless said otherwise."""

    name: str
    token: Reference = field(
        metadata=needed(
            reference,
            "Authorization: Bearer TOKEN, or X-Webhook-Token: TOKEN; never in the URL",
            example="env:WEBHOOK_TOKEN",
            missing=NOTHING,
        )
    )
    listen: str = setting(
        host_port,
        "127.0.0.1:8787",
        "a reverse proxy with TLS in front, if it shall be reached from outside",
    )
    max_bytes: int = setting(size(1, "50MiB"), "1MiB", "the largest body that is taken")
