"""What isn't well-formed: a repair pass, feedparser, and what lxml can recover."""

from __future__ import annotations

import html
import io
import re
import time
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from goldmine_ingest.model import Json
from goldmine_ingest.model.entry import FeedDocument, RawEntry
from goldmine_ingest.parse.xml_tree import ttl_seconds

_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.S)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NUMERIC = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,8}));?")
_NAMED = re.compile(r"&(?!#)([A-Za-z][A-Za-z0-9]{1,31});")
_BARE = re.compile(r"&(?!#\d{1,8};|#x[0-9a-fA-F]{1,8};|(?:amp|lt|gt|quot|apos);)")
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[<>]*(?:\[.*?\]\s*)?>", re.S | re.I)
_TAG_PREFIX = re.compile(r"</?([A-Za-z_][\w.-]*):[A-Za-z_]")
_ATTRIBUTE_PREFIX = re.compile(r"\s([A-Za-z_][\w.-]*):[A-Za-z_][\w.-]*\s*=\s*[\"']")
_DECLARED_PREFIX = re.compile(r"xmlns:([A-Za-z_][\w.-]*)")
_ROOT = re.compile(r"<((?:[A-Za-z_][\w.-]*:)?(?:rss|feed|RDF|channel))(?=[\s>/])", re.I)
_KNOWN_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})


def repaired(text: str) -> str:
    """The document with what XML forbids taken out: anything around the root, a DTD (entities that
    it defines stay unexpanded), illegal characters and references, bare ampersands; with HTML's
    entities as characters, and prefixes declared that the feed forgot to.
    """
    text = _CONTROLS.sub("", _cut_to_root(text))
    last = (
        text.rfind("]]>") + 3
    )  # behind it nothing is closed, and each opening would be looked for an end in vain
    pieces = [*_CDATA.split(text[:last]), "", text[last:]] if last > 2 else [text]
    pieces[::2] = [_repaired_markup(piece) for piece in pieces[::2]]
    return _with_prefixes("".join(pieces), "".join(pieces[::2]))


def _cut_to_root(text: str) -> str:
    root = _ROOT.search(_DOCTYPE.sub(lambda m: " " * len(m[0]), text[:100_000], count=1))
    if root is None:
        return text
    end = text.rfind(f"</{root[1]}")
    close = text.find(">", end) + 1 if end > root.start() else 0
    return text[root.start() : close or len(text)]


def _repaired_markup(text: str) -> str:
    if "&" not in text:
        return text
    text = _NUMERIC.sub(_legal_reference, text)
    text = _NAMED.sub(_named_reference, text)
    return _BARE.sub("&amp;", text)


def _legal_reference(match: re.Match[str]) -> str:
    point = int(match[1], 16) if match[1] else int(match[2])
    legal = (
        point in (9, 10, 13)
        or 0x20 <= point <= 0xD7FF
        or 0xE000 <= point <= 0xFFFD
        or 0x10000 <= point <= 0x10FFFF
    )
    return f"&#{point};" if legal else ""


def _named_reference(match: re.Match[str]) -> str:
    if match[1] in _KNOWN_ENTITIES:
        return match[0]
    meaning = html.unescape(match[0])
    return match[0] if meaning == match[0] else "".join(f"&#{ord(char)};" for char in meaning)


def _with_prefixes(text: str, markup: str) -> str:
    used = set(_TAG_PREFIX.findall(markup)) | set(_ATTRIBUTE_PREFIX.findall(markup))
    missing = sorted(used - {"xml", "xmlns"} - set(_DECLARED_PREFIX.findall(markup)))
    root = _ROOT.search(text)
    if not missing or root is None:
        return text
    declared = "".join(f' xmlns:{prefix}="urn:undeclared:{prefix}"' for prefix in missing[:100])
    return text[: root.end()] + declared + text[root.end() :]


def closed_entries(text: str) -> str | None:
    """A document that broke off, cut after its last closed entry and closed properly; None if
    its root is closed.
    """
    root = _ROOT.search(text)
    if root is None or re.search(rf"</{re.escape(root[1])}\s*>\s*$", text[-200:]):
        return None
    entry = "entry" if root[1].lower().endswith("feed") else "item"
    ends = [match.end() for match in re.finditer(rf"</(?:[\w.-]+:)?{entry}\s*>", text, re.I)]
    head = text[: ends[-1]] if ends else text[: text.find(">", root.end()) + 1 or len(text)]
    channel = (
        re.findall(r"<(/?)((?:[\w.-]+:)?channel)(?=[\s>])", head)
        if root[1].lower() == "rss"
        else []
    )
    close = f"</{channel[-1][1]}>" if channel and not channel[-1][0] else ""
    return f"{head}{close}</{root[1]}>"


def recovered_root(text: str) -> etree._Element | None:
    """The root of whatever lxml can make of a broken document."""
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False
    )
    try:
        return etree.fromstring(text.encode("utf-8", "ignore"), parser)
    except etree.XMLSyntaxError:
        return None


def read_loosely(text: str, *, max_entries: int) -> FeedDocument | None:
    """The feed as feedparser reads it; None where it finds no entry or raises, as it does on
    some damaged input.
    """
    import feedparser  # 0.1 s, and most feeds never need it

    try:
        parsed = feedparser.parse(
            io.BytesIO(text.encode("utf-8", "ignore")),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            # Safe only because the sources turn every field into text and check every link.
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception:  # noqa: BLE001 - KeyError, ValueError, TypeError, AttributeError and others were seen; what is lost here lxml recovers
        return None
    entries = parsed.get("entries", [])
    if not entries:
        return None
    prefixes = sorted(
        {prefix.lower() for prefix in _TAG_PREFIX.findall(text)}, key=len, reverse=True
    )
    raw = tuple(_entry(each, prefixes) for each in entries[:max_entries])
    version = parsed.get("version", "")
    feed = parsed.get("feed", {})
    return FeedDocument(
        kind="atom"
        if version.startswith("atom")
        else "rdf"
        if version in {"rss090", "rss10"}
        else "rss",
        title=str(feed.get("title", "")),
        link=str(feed.get("link", "")).partition("?")[0],
        generator=str(feed.get("generator", "")),
        ttl=ttl_seconds(str(feed.get("ttl", ""))),
        entries=raw,
        complete=len(entries) <= max_entries,
        problem="the XML is damaged; what could be read was taken",
        keys=frozenset(key for entry in raw for key in entry.extra),
    )


_READ = frozenset(
    {
        "id",
        "guid",
        "guidislink",
        "link",
        "links",
        "title",
        "title_detail",
        "summary",
        "summary_detail",
        "content",
        "published",
        "published_parsed",
        "updated",
        "updated_parsed",
        "tags",
        "author",
        "author_detail",
        "authors",
        "created",
        "created_parsed",
    }
)


def _entry(entry: dict[str, Any], prefixes: list[str]) -> RawEntry:
    contents = [each.get("value", "") for each in entry.get("content", [])]
    body = next((text for text in (*contents, entry.get("summary", "")) if text), "")
    tags = (tag.get("label") or tag.get("term") or "" for tag in entry.get("tags", []))
    return RawEntry(
        guid=str(entry.get("id", "")),
        link=str(entry.get("link", "")),
        title=str(entry.get("title", "")),
        body=body,
        published=str(entry.get("published") or entry.get("created") or ""),
        # Asked as itself, feedparser answers with `published` where there is no `updated`.
        updated=str(dict.get(entry, "updated") or ""),
        categories=tuple(tag for tag in tags if tag),
        author=str(entry.get("author", "")),
        extra=dict(_extra(entry, prefixes)),
    )


def _extra(entry: Mapping[str, Any], prefixes: list[str]) -> Iterator[tuple[str, Json]]:
    for key, value in entry.items():
        if (
            key in _READ
            or isinstance(value, time.struct_time)
            or not isinstance(value, str)
            or not value.strip()
        ):
            continue
        prefix = next((p for p in prefixes if key.startswith(p + "_")), None)
        yield (f"{prefix}:{key[len(prefix) + 1 :]}" if prefix else key), value.strip()
