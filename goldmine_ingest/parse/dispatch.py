"""What kind of thing a body is, and the reader for it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lxml import etree

from goldmine_ingest.model.entry import FeedDocument
from goldmine_ingest.model.fetched import Outcome
from goldmine_ingest.parse import loose
from goldmine_ingest.parse.charset import as_windows_meant, decode
from goldmine_ingest.parse.unpacking import unpacked
from goldmine_ingest.parse.xml_tree import read_tree

# per tag; feedparser needs time quadratic in them (docs/reliability.md "Limits")
MAX_ATTRIBUTES = 256
_LONG_TAG = re.compile(r"<[^<>]{1500,}")
_SKIPPED = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[<>]*(?:\[.*?\]\s*)?>", re.S | re.I)
_FIRST_TAG = re.compile(r"<([A-Za-z_][\w.:-]*)")
_FEED_TAG = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?(?:rss|feed|RDF|channel)(?=[\s>/])", re.I)
_FEED_END = re.compile(r"</(?:[A-Za-z_][\w.-]*:)?(?:rss|feed|RDF|channel)\s*>", re.I)
_LOOKED_AT = 4000  # characters at either end of a feed that can't be read
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_PIECE = 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class NotAFeed:
    """Why a body is no feed, for a person. `outcome` is NOT_A_FEED (something else was served, or
    XML that is damaged beyond reading), TRUNCATED (a feed that broke off before its first entry
    was whole), BAD_ENCODING (its bytes are no text) or TOO_LARGE (tags that no honest feed has).
    """

    problem: str
    outcome: Outcome = Outcome.NOT_A_FEED


def parse(
    body: bytes, content_type: str = "", *, max_entries: int = 20_000
) -> FeedDocument | NotAFeed:
    """A body as a feed, whatever it is: RSS, Atom, RDF, JSON or a mail. Never raises on bad input.

    `content_type` is the header's value, for its charset; the body's own look decides what it is,
    for servers are careless.
    """
    plain = unpacked(body)
    if plain is None:
        return NotAFeed(
            "the answer is gzip data that is damaged or too large", Outcome.BAD_ENCODING
        )
    body = plain
    if not body.strip(b" \t\r\n\0\xef\xbb\xbf"):
        return NotAFeed("the answer is empty")
    if content_type.lower().startswith("message/rfc822"):
        from goldmine_ingest.parse.mail import parse_mail  # 16 ms, with the library's

        return parse_mail(body)
    text, guessed = decode(body, content_type)
    text = as_windows_meant(text).lstrip("\ufeff \t\r\n")
    if text[:1] in ("{", "["):
        from goldmine_ingest.parse.json_feed import read_json

        document = read_json(text, max_entries=max_entries)
        read = NotAFeed(f"{document}: {excerpt(text)}") if isinstance(document, str) else document
    elif (refused := _refused(text)) is not None:
        read = refused
    else:
        strictly = "<!DOCTYPE" not in text[:2000]
        xml, begin = _as_utf8(text)
        # A large feed isn't held twice while its tree is built.
        del text
        xml = body if xml == body else xml
        read = _read_xml(xml, begin, max_entries, strictly=strictly)
    if guessed and isinstance(read, FeedDocument):
        return replace(
            read, problem=read.problem or f"the characters were read as {guessed}, which is a guess"
        )
    return read


def excerpt(text: str, length: int = 80) -> str:
    """The first characters of a text on one line, for an error; what can't be printed is
    escaped.
    """
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode()
        for c in " ".join(text[: length * 4].split())[:length]
    )


def _refused(text: str) -> NotAFeed | None:
    """Why a text isn't read as a feed, or None for one that may be one."""
    start = _first_tag(text)
    if not (start is not None and _FEED_TAG.match(text, start)) and not _is_feed_after_junk(text):
        what = (
            "a web page"
            if start is not None and text[start : start + 5].lower() in ("<html", "<head", "<body")
            else "no feed"
        )
        return NotAFeed(f"the answer is {what}: {excerpt(text)}")
    if _too_many_attributes(text):
        return NotAFeed(
            f"a tag has more than {MAX_ATTRIBUTES} attributes, which no honest feed has",
            Outcome.TOO_LARGE,
        )
    return None


def _as_utf8(text: str) -> tuple[bytes, int]:
    """The text for lxml, and where it begins behind the declaration, which may name an encoding
    that this isn't. Half characters stay what is no XML.
    """
    declaration = _DECLARATION.match(text)
    return (
        text.encode("utf-8", "surrogatepass"),
        len(declaration[0].encode("utf-8", "surrogatepass")) if declaration else 0,
    )


def _read_xml(
    xml: bytes, begin: int, max_entries: int, *, strictly: bool
) -> FeedDocument | NotAFeed:
    document = _strictly(xml, begin, max_entries) if strictly else None
    if document is not None:
        return document
    return _damaged(xml.decode("utf-8", "surrogatepass"), max_entries)


def _first_tag(text: str) -> int | None:
    at = 0
    while skipped := _SKIPPED.match(text, at):
        at = skipped.end()
    return at if _FIRST_TAG.match(text, at) else None


def _is_feed_after_junk(text: str) -> bool:
    """Some servers print warnings before the feed. A web page has a feed's tag nowhere, or far
    down in its text.
    """
    head = text[:20_000]
    feed = _FEED_TAG.search(head)
    return feed is not None and not re.search(r"<(?:html|body|head)\b", head[: feed.start()], re.I)


def _too_many_attributes(text: str) -> bool:
    return any(
        match[0].count('="') + match[0].count("='") > MAX_ATTRIBUTES
        for match in _LONG_TAG.finditer(text)
    )


def _strictly(xml: bytes, begin: int, max_entries: int) -> FeedDocument | None:
    """What lxml's strict parser reads from there on; it is given a piece at a time, for it keeps
    a copy of what it is given.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for at in range(begin, len(xml), _PIECE):
            parser.feed(xml[at : at + _PIECE])
        root = parser.close()
    except etree.XMLSyntaxError:
        return None
    return read_tree(root, max_entries=max_entries)


def _damaged(text: str, max_entries: int) -> FeedDocument | NotAFeed:
    """Repair and retry; if the document broke off, only what was closed; then feedparser; then
    what lxml recovers.
    """
    text = loose.repaired(text)
    if (document := _strictly(*_as_utf8(text), max_entries)) is not None:
        return document
    cut = loose.closed_entries(text)
    text = cut or text
    document = (
        (cut and _strictly(*_as_utf8(text), max_entries))
        or loose.read_loosely(text, max_entries=max_entries)
        or _recovered(text, max_entries)
    )
    if not document:
        return _beyond_reading(text)
    if cut is not None:
        return replace(
            document,
            complete=False,
            problem="the document broke off; the entries that were whole were taken",
        )
    return document


def _beyond_reading(text: str) -> NotAFeed:
    """What has become of a feed that nothing can be read of: each kind has its own outcome, for
    what helps is different.
    """
    stray = sum(not (c.isprintable() or c.isspace()) or c == "\ufffd" for c in text[:_LOOKED_AT])
    if stray * 20 > len(text[:_LOOKED_AT]):
        return NotAFeed(
            f"the feed's bytes are no text in any encoding: {excerpt(text)}", Outcome.BAD_ENCODING
        )
    if not _FEED_END.search(text[-_LOOKED_AT:]):
        return NotAFeed(
            f"the feed broke off before its first entry was whole: {excerpt(text)}",
            Outcome.TRUNCATED,
        )
    return NotAFeed(f"the XML is damaged beyond reading: {excerpt(text)}")


def _recovered(text: str, max_entries: int) -> FeedDocument | None:
    root = loose.recovered_root(text)
    document = read_tree(root, max_entries=max_entries) if root is not None else None
    if document is None or not document.entries:
        return None
    return replace(document, problem="the XML is damaged; what could be recovered was taken")
