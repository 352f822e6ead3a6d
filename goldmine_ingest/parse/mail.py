"""A mail as a raw entry: its headers, its plain text (or its HTML), and its date. What the text
says is for the sources.
"""

from __future__ import annotations

import base64
import binascii
import email
import email.policy
import re
from email.message import Message
from email.parser import BytesHeaderParser
from itertools import islice
from typing import Any

from goldmine_ingest.model.entry import FeedDocument, RawEntry
from goldmine_ingest.parse.charset import decode

_KEPT_HEADERS = ("from", "subject", "date", "list-id", "reply-to")
LONGEST_HEADER = (
    2 * 1024
)  # characters; the standard library needs time quadratic in them: 50,000 addresses took it 48 s
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
MOST_PARTS = 500  # of a mail, as far as its text is looked for


_END_TAGS = re.compile(r"</(?:a|p|td|tr|table|div|span|li|h[1-6]|body|html)\s*>", re.IGNORECASE)
_ENOUGH_TAGS = 2


class _ShortHeaders(email.policy.Compat32):
    """Headers as they were sent, cut at a sane length. (`policy.default` interprets all headers
    of all parts: 0.6 ms each, and raises.)
    """

    def header_source_parse(self, sourcelines: Any) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:LONGEST_HEADER]

    def header_fetch_parse(self, name: str, value: Any) -> Any:  # noqa: ARG002 - the signature is the library's
        return value


_POLICY = _ShortHeaders()


def parse_mail(message: bytes) -> FeedDocument:
    """One mail (RFC 5322) as a document of kind 'mail': guid is the Message-ID, title the subject,
    body the text. A mail that was passed on as an attachment is the entry, in place of the one that
    brings it.

    The plain part is preferred; a mail without one gives its HTML. `extra` holds 'from', 'subject',
    'date', 'text' and 'html'. What a broken mail doesn't give is empty. Sources split a digest of
    several jobs themselves.
    """
    problem = None
    try:
        mail: Message = email.message_from_bytes(message, policy=_POLICY)
    except RecursionError:  # a thousand parts, each within the one before
        mail = BytesHeaderParser(policy=_POLICY).parsebytes(message)
        mail.set_payload("")
        problem = "the mail's parts are nested too deeply; only its headers were read"
    entries = tuple(_entry(each) for each in (_attached(mail) or [mail]))
    return FeedDocument(
        kind="mail",
        title=_header(mail, "from"),
        entries=entries,
        problem=problem,
        keys=frozenset().union(*(entry.extra for entry in entries)),
    )


def _entry(mail: Message) -> RawEntry:
    headers = {name: text for name in _KEPT_HEADERS if (text := _header(mail, name))}
    plain, markup = _part(mail, "plain"), _part(mail, "html")
    if not markup and len(_END_TAGS.findall(plain)) >= _ENOUGH_TAGS:
        plain, markup = "", plain  # HTML that was sent as text, or whose headers broke off
    return RawEntry(
        guid=_header(mail, "message-id").strip("<>"),
        title=headers.get("subject", ""),
        body=plain or markup,
        published=headers.get("date", ""),
        author=headers.get("from", ""),
        extra={
            **headers,
            **({"text": plain} if plain else {}),
            **({"html": markup} if markup else {}),
        },
    )


def _attached(mail: Message) -> list[Message]:
    """The mails that hang on a mail: as message/rfc822 parts (which hold a mail already), or as
    files named .eml. Those of a report that a mail wasn't delivered are not meant.
    """
    if mail.get_content_type() == "multipart/report":
        return []
    mails = (_mail_in(part) for part in islice(mail.walk(), MOST_PARTS))
    return [inner for inner in mails if inner is not None]


def _mail_in(part: Message) -> Message | None:
    if part.get_content_type() == "message/rfc822" and part.is_multipart():
        inner = part.get_payload()
        first = inner[0] if isinstance(inner, list) and inner else None
        encoded = str(part.get("content-transfer-encoding", "")).strip().lower() == "base64"
        if not isinstance(first, Message) or not encoded:
            return first if isinstance(first, Message) else None
        return _decoded(str(first.get_payload()).encode("ascii", "replace"))
    if _filename(part).lower().endswith(".eml"):
        payload = part.get_payload(decode=True)
        return (
            email.message_from_bytes(payload, policy=_POLICY)
            if isinstance(payload, bytes)
            else None
        )
    return None


def _decoded(text: bytes) -> Message | None:
    """A mail that was attached in base64, which RFC 2046 5.2.1 forbids and some clients do."""
    try:
        return email.message_from_bytes(base64.b64decode(text), policy=_POLICY)
    except (binascii.Error, ValueError, RecursionError):
        return None


def _filename(part: Message) -> str:
    try:
        return part.get_filename() or ""
    except Exception:  # noqa: BLE001 - its header parser raises much on broken parameters
        return ""


def _header(mail: Message, name: str) -> str:
    """A header's text, its encoded words as characters; as it was sent where the standard
    library can't interpret it.
    """
    sent = (
        decode(str(mail.get(name, "")).encode("ascii", "surrogateescape"))[0]
        .replace("\r", "")
        .replace("\n", "")
    )
    try:
        text = str(email.policy.default.header_factory(name, sent))
    except Exception:  # noqa: BLE001 - its header parser raised OverflowError, RecursionError, IndexError and more on broken headers
        text = sent
    return " ".join(_clean(text).split())


def _part(mail: Message, subtype: str) -> str:
    for part in islice(mail.walk(), MOST_PARTS):
        if (
            part.get_content_type() == f"text/{subtype}"
            and part.get_content_disposition() != "attachment"
        ):
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return _clean(decode(payload, f"charset={_charset(part)}")[0]).strip()
    return ""


def _charset(part: Message) -> str:
    try:
        return part.get_content_charset() or "utf-8"
    except (LookupError, ValueError):  # RFC 2231 lets the charset's name be in a charset of its own
        return "utf-8"


def _clean(text: str) -> str:
    return _CONTROLS.sub("", text)
