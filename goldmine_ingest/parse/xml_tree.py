"""A well-formed RSS, Atom or RDF document as raw entries, by lxml."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterator
from urllib.parse import urljoin

from lxml import etree

from goldmine_ingest.model import Json
from goldmine_ingest.model.entry import FeedDocument, RawEntry

_ATOM = frozenset({"http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"})
# Namespaces that mean nothing beyond "this is RSS"; feeds get them wrong in many ways.
_PLAIN = frozenset(
    {
        "http://purl.org/rss/1.0/",
        "http://purl.org/net/rss1.1#",
        "http://my.netscape.com/rdf/simple/0.9/",
        "http://channel.netscape.com/rdf/simple/0.9/",
        "http://backend.userland.com/rss2",
        "http://backend.userland.com/rss",
        "http://blogs.law.harvard.edu/tech/rss",
        "http://www.rssboard.org/rss-specification",
    }
)
_PREFIXES = {
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/1999/xhtml": "xhtml",
}
_XMLNS = re.compile(r"\sxmlns(?::[\w.-]+)?=(?:\"[^\"]*\"|'[^']*')")
_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
ENTRY_NAMES = ("item", "entry")
# Where the parts of an entry stand, first choice first: RSS 0.9 to 2.0, Atom 0.3 and 1.0, RDF,
# Dublin Core.
GUID = ("guid", "atom:id", "id", "dc:identifier")
TITLE = ("title", "atom:title", "dc:title", "media:title")
BODY = (
    *(
        "content:encoded",
        "atom:content",
        "content",
        "description",
        "atom:summary",
        "xhtml:body",
        "dc:description",
        "summary",
    ),
    *("body", "fullitem", "itunes:summary", "media:description"),
)
PUBLISHED = (
    "pubdate",
    "atom:published",
    "dc:date",
    "dcterms:issued",
    "atom:issued",
    "dcterms:created",
    "atom:created",
    "published",
)
UPDATED = ("atom:updated", "dcterms:modified", "atom:modified", "updated", "lastbuilddate")
AUTHOR = ("author", "dc:creator", "atom:author", "dc:author", "itunes:author")
CATEGORY = ("category", "atom:category", "dc:subject")
_OWN = frozenset(
    {*GUID, *TITLE, *PUBLISHED, *UPDATED, *AUTHOR, *CATEGORY, "link", "atom:link", "comments"}
)
Fields = dict[str, list[etree._Element]]


def read_tree(root: etree._Element, *, max_entries: int) -> FeedDocument | None:
    """The feed under `root`; None if it is no feed of a known kind. More than `max_entries`
    entries: those first, not complete.
    """
    kind = _kind(root)
    if kind is None:
        return None
    channel = next((e for e in root.iter() if _local(e) == "channel"), root)
    head = _fields(channel)
    base = _link(head, "") or ""
    entries: list[RawEntry] = []
    keys: set[str] = set()
    skipped, more = 0, False
    for element in _entry_elements(root):
        if len(entries) >= max_entries:
            more = True
            break
        fields = _fields(element)
        if not fields:
            skipped += 1
            continue
        keys.update(fields)
        entries.append(_entry(element, fields, base))
    return FeedDocument(
        kind=kind,
        title=_first(head, TITLE),
        link=base.partition("?")[0],  # queries of channel links hold the reader's own token
        generator=_first(head, ("generator", "atom:generator")),
        ttl=ttl_seconds(_first(head, ("ttl",))),
        skip_hours=_skip_hours(head),
        entries=tuple(entries),
        skipped=skipped,
        complete=not more,
        problem=f"the feed holds more than {max_entries} entries; those after were left out"
        if more
        else None,
        keys=frozenset(keys),
    )


def _kind(root: etree._Element) -> str | None:
    local, namespace = _local(root), root.tag[1:].rpartition("}")[0] or None
    if local in {"rss", "channel"}:
        return "rss"
    if local == "rdf":
        return "rdf"
    return (
        "atom" if local in {"feed", "entry"} and (namespace in _ATOM or namespace is None) else None
    )


def _entry_elements(root: etree._Element) -> Iterator[etree._Element]:
    if _local(root) in ENTRY_NAMES:
        yield root
        return
    for element in root.iter(etree.Element):
        parent = element.getparent()
        if (
            _local(element) in ENTRY_NAMES
            and parent is not None
            and _local(parent) not in ENTRY_NAMES
        ):
            yield element


def _local(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _fields(element: etree._Element) -> Fields:
    fields: Fields = {}
    for child in element:
        if isinstance(child.tag, str):
            name = _name(child)
            if name not in ENTRY_NAMES:
                fields.setdefault(name, []).append(child)
    return fields


def _name(element: etree._Element) -> str:
    """The lower-case name with its usual prefix; Atom's elements bear 'atom:', RSS's none,
    others the document's own prefix.
    """
    tag: str = element.tag
    namespace, _, local = tag.rpartition("}")
    local = local.lower()
    if not namespace:
        return local
    namespace = namespace[1:]
    if namespace in _ATOM:
        return "atom:" + local
    if namespace in _PLAIN:
        return local
    prefix = _PREFIXES.get(namespace) or (element.prefix or "").lower()
    return f"{prefix}:{local}" if prefix else local


def _entry(element: etree._Element, fields: Fields, base: str) -> RawEntry:
    base = urljoin(base, element.get(_XML_BASE, "")) if element.get(_XML_BASE) else base
    body_name, body = _body(fields)
    guid = _first(fields, GUID) or (element.get(_RDF_ABOUT) or "").strip()
    link = _link(fields, base)
    if not link and guid[:8].lower().startswith(("http://", "https://")):
        link = guid
    return RawEntry(
        guid=guid,
        link=link,
        title=_first(fields, TITLE),
        body=body,
        published=_first(fields, PUBLISHED),
        updated=_first(fields, UPDATED),
        categories=tuple(_categories(fields)),
        author=_author(fields),
        extra=dict(_extra(fields, body_name, body)),
    )


def _body(fields: Fields) -> tuple[str, str]:
    for name in BODY:
        if text := _first(fields, (name,)):
            return name, text
    return "", ""


def _first(fields: Fields, names: tuple[str, ...]) -> str:
    for name in names:
        for element in fields.get(name, ()):
            if text := _text(element):
                return text
    return ""


def _text(element: etree._Element) -> str:
    """What stands between the tags, markup included; the XHTML of Atom without its enclosing
    div, base64 decoded.
    """
    if len(element) == 0:
        text = (element.text or "").strip()
        return (
            _from_base64(text)
            if text and _is_coded(element.get("mode", ""), element.get("type", ""))
            else _uncovered(text)
        )
    inner = (
        element[0]
        if len(element) == 1 and _local(element[0]) == "div" and not (element.text or "").strip()
        else element
    )
    # As in markup, not as after decoding: what was escaped between tags must stay so.
    pieces = [html.escape(inner.text or "", quote=False)]
    pieces += [_XMLNS.sub("", etree.tostring(child, encoding="unicode")) for child in inner]
    return _uncovered("".join(pieces).strip())


def _is_coded(mode: str, kind: str) -> bool:
    return "base64" in (mode, kind, kind.partition(";")[2]) or kind == "application/octet-stream"


def _from_base64(text: str) -> str:
    try:
        return base64.b64decode(text).decode("utf-8")
    except ValueError:
        return text


def _uncovered(text: str) -> str:
    """A CDATA section that was escaped itself, so that its marks became text, is taken out of
    them.
    """
    return text.replace("<![CDATA[", "").replace("]]>", "").strip() if "<![CDATA[" in text else text


def _link(fields: Fields, base: str) -> str:
    for element in fields.get("link", ()):
        if text := _text(element):
            return _absolute(base, text)
    links = [e for e in (*fields.get("atom:link", ()), *fields.get("link", ())) if e.get("href")]
    for element in links:
        if element.get("rel", "alternate") == "alternate":
            return _absolute(base, element.get("href", "").strip())
    return ""


def _absolute(base: str, link: str) -> str:
    if "://" in link[:12] or not base:
        return link
    try:
        return urljoin(base, link)
    except ValueError:
        return link


def _categories(fields: Fields) -> Iterator[str]:
    for name in CATEGORY:
        for element in fields.get(name, ()):
            if text := (
                _text(element) or element.get("label") or element.get("term") or ""
            ).strip():
                yield text


def _author(fields: Fields) -> str:
    for name in AUTHOR:
        for element in fields.get(name, ()):
            # Of an author without a name, mere addresses stand there.
            named = (
                element
                if len(element) == 0
                else next((child for child in element if _local(child) == "name"), None)
            )
            if named is not None and (text := _text(named)):
                return text
    return ""


def _extra(fields: Fields, body_name: str, body: str) -> Iterator[tuple[str, Json]]:
    """Everything that has no field of its own in a RawEntry, and what is said twice in other
    words.
    """
    for name, elements in fields.items():
        if name in _OWN and (len(elements) == 1 or name in CATEGORY):
            continue
        values = [text for text in map(_text, elements) if text]
        if name in _OWN:
            values = values[1:]
        elif name in BODY:
            values = [] if name == body_name else [text for text in values if text != body]
        if values:
            yield name, values[0] if len(values) == 1 else values


def _skip_hours(head: Fields) -> frozenset[int]:
    """RSS's hours in which not to ask: 0 to 23, GMT; RSS 0.91 wrote midnight as 24. All of them
    are a mistake, and none.
    """
    texts = (
        (hour.text or "").strip()
        for element in head.get("skiphours", ())
        for hour in element
        if _local(hour) == "hour"
    )
    hours = frozenset(int(text) % 24 for text in texts if text.isdecimal() and int(text) <= 24)
    return hours if len(hours) < 24 else frozenset()


def ttl_seconds(text: str) -> float | None:
    """RSS gives `ttl` in minutes. (sy:updatePeriod isn't asked: WordPress writes 'hourly' into
    every feed, whatever its owner wants.)
    """
    try:
        minutes = float(text)
    except ValueError:
        return None
    return minutes * 60 if 0 < minutes < 100_000 else None
