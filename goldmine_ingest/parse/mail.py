"""A mail as a raw entry: its headers, its plain text (or its HTML), and its date. What the text says is for the sources."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage

from goldmine_ingest.model import FeedDocument, RawEntry

_KEPT_HEADERS = ("from", "subject", "date", "list-id", "reply-to")


def parse_mail(message: bytes) -> FeedDocument:
    """One mail (RFC 5322) as a document of kind 'mail' with one entry: guid is the Message-ID, title the subject, body the text.

    The plain part is preferred; a mail without one gives its HTML. `extra` holds 'from', 'subject', 'date', 'text' and 'html'. What a
    broken mail doesn't give is empty. Sources split a digest of several jobs themselves.
    """
    mail = email.message_from_bytes(message, policy=email.policy.default)
    headers = {name: text for name in _KEPT_HEADERS if (text := _header(mail, name))}
    plain, markup = _part(mail, "plain"), _part(mail, "html")
    entry = RawEntry(
        guid=_header(mail, "message-id").strip("<>"),
        title=headers.get("subject", ""),
        body=plain or markup,
        published=headers.get("date", ""),
        author=headers.get("from", ""),
        extra={**headers, **({"text": plain} if plain else {}), **({"html": markup} if markup else {})},
    )
    return FeedDocument(kind="mail", title=headers.get("from", ""), entries=(entry,), keys=frozenset(entry.extra))


def _header(mail: EmailMessage, name: str) -> str:
    try:
        value = mail.get(name)
    except (ValueError, TypeError, IndexError, AttributeError):  # the standard library's header parser fails so on broken headers
        return ""
    return " ".join(_clean(str(value)).split()) if value else ""


def _part(mail: EmailMessage, subtype: str) -> str:
    for part in mail.walk():
        if part.get_content_type() == f"text/{subtype}" and part.get_content_disposition() != "attachment":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return _decoded(payload, part.get_content_charset() or "utf-8").strip()
    return ""


def _decoded(payload: bytes, charset: str) -> str:
    try:
        return _clean(payload.decode(charset))
    except (LookupError, ValueError):
        return payload.decode("utf-8", errors="goldmine-stray-as-cp1252")


def _clean(text: str) -> str:
    return text.encode("utf-8", "ignore").decode("utf-8")
