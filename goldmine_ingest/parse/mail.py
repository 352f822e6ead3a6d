"""A mail as a raw entry: its headers, its plain text (or its HTML), and its date. What the text
says is for the sources.
"""

from __future__ import annotations

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
    """One mail (RFC 5322) as a document of kind 'mail' with one entry: guid is the Message-ID,
    title the subject, body the text.

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
    headers = {name: text for name in _KEPT_HEADERS if (text := _header(mail, name))}
    plain, markup = _part(mail, "plain"), _part(mail, "html")
    entry = RawEntry(
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
    return FeedDocument(
        kind="mail",
        title=headers.get("from", ""),
        entries=(entry,),
        problem=problem,
        keys=frozenset(entry.extra),
    )


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
