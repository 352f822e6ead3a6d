"""Matches as a feed of one's own, for those who live in a feed reader: Atom (RFC 4287), or JSON
Feed 1.1 (https://www.jsonfeed.org/version/1.1/).

The same history gives the same bytes, and a file that says it already isn't touched: a reader that
asks by date or tag sees a change only where something qualified.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

from goldmine_ingest.config.replacement import replace_file
from goldmine_ingest.render.clean import clean, safe_link
from goldmine_ingest.render.pay import pay_of
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.history import open_store
from goldmine_ingest.store.rows import select

TITLE = "Goldmine: matches"
_ATOM = "http://www.w3.org/2005/Atom"
_JSON_FEED = "https://jsonfeed.org/version/1.1"
_NO_XML = re.compile("[\ufffe\uffff]")  # what `clean` leaves and XML 1.0 has no way to say


@dataclass(frozen=True, slots=True)
class Match:
    """What a feed says of a listing: texts without controls, a link that can be followed or None,
    and when it was first seen and posted.
    """

    listing_id: str
    title: str
    link: str | None
    text: str
    seen_at: datetime
    posted_at: datetime | None


def write_feed(path: Path, con: Any) -> None:
    """The newest matches of a history, whole or not at all, its owner's alone. Raises
    GoldmineError.
    """
    matches = [_match(row) for row in select(con, "published_matches")]
    document = (json_feed if path.suffix == ".json" else atom)(matches)
    if not path.is_file() or path.read_bytes() != document:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, document)


def publish_feed(project: Project, now: datetime) -> None:
    """The feed of [publish], from the history. Raises GoldmineError, BusyError among them."""
    if project.publish.feed is not None:
        with open_store(project.database.path, now=now) as store:
            write_feed(project.publish.feed, store.con)


def _match(row: dict[str, Any]) -> Match:
    facts = " · ".join(part for part in (pay_of(row), row["country"]) if part)
    ask = f"“{row['ask']}”" if row["ask"] else ""
    proof = f"Proof: {row['proof']}" if row["proof"] else ""
    return Match(
        row["listing_id"],
        clean(row["title"]),
        safe_link(row["url"]),
        "\n".join(clean(part) for part in (facts, ask, proof) if part),
        row["first_seen_at"],
        row["posted_at"],
    )


def atom(matches: Sequence[Match]) -> bytes:
    """RFC 4287."""
    feed = Xml.Element("feed", xmlns=_ATOM)
    _add(feed, "id", "urn:goldmine:matches")
    _add(feed, "title", TITLE)
    _add(feed, "updated", _time(_newest(matches)))
    _add(Xml.SubElement(feed, "author"), "name", "goldmine-ingest")
    for match in matches:
        entry = Xml.SubElement(feed, "entry")
        _add(entry, "id", f"urn:goldmine:{match.listing_id}")
        _add(entry, "title", match.title)
        _add(entry, "updated", _time(match.seen_at))
        if match.posted_at:
            _add(entry, "published", _time(match.posted_at))
        if match.link:
            Xml.SubElement(entry, "link", rel="alternate", href=match.link)
        _add(entry, "content", match.text).set("type", "text")
    Xml.indent(feed)
    return bytes(Xml.tostring(feed, encoding="utf-8", xml_declaration=True)) + b"\n"


def json_feed(matches: Sequence[Match]) -> bytes:
    """JSON Feed 1.1."""
    items = []
    for match in matches:
        item = {
            "id": f"urn:goldmine:{match.listing_id}",
            "url": match.link,
            "title": match.title,
            "content_text": match.text,
            "date_published": _time(match.posted_at or match.seen_at),
            "date_modified": _time(match.seen_at),
        }
        items.append({name: value for name, value in item.items() if value is not None})
    feed = {"version": _JSON_FEED, "title": TITLE, "items": items}
    return json.dumps(feed, ensure_ascii=False, indent=1).encode() + b"\n"


def _add(parent: Xml.Element, name: str, text: str) -> Xml.Element:
    element = Xml.SubElement(parent, name)
    element.text = _NO_XML.sub("", text)
    return element


def _newest(matches: Sequence[Match]) -> datetime:
    return max((match.seen_at for match in matches), default=datetime.fromtimestamp(0, UTC))


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
