"""Any other RSS, Atom or JSON Feed: what can be told without knowing the board. Doubt leaves a
field unknown.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from goldmine_ingest.facts.dates import parse_date
from goldmine_ingest.facts.job_keys import client_and_activity
from goldmine_ingest.facts.job_pay import pay_of_keys
from goldmine_ingest.facts.places import country_of_field, open_to
from goldmine_ingest.facts.time_zones import timezone_offsets
from goldmine_ingest.model import Json
from goldmine_ingest.model.entry import FeedDocument, RawEntry
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.sources import stated
from goldmine_ingest.sources.archives import own_link
from goldmine_ingest.sources.labels import labelled
from goldmine_ingest.sources.source import Source, compose, text_of, title_of
from goldmine_ingest.text.lazy_re import lazy_re
from goldmine_ingest.text.plain_text import split_skills

_SKILLS = (
    "Skills",
    "Required skills",
    "Skills required",
    "Tags",
    "Technologies",
    "Tech stack",
    "Kenntnisse",
    "Compétences",
)
_PLACE = ("Country", "Client country", "Client location")
_OPEN = ("Location requirement", "Freelancer location")
# A plain "Location" may be the client's; what it says of remote work is not.
_LOCATION = "Location"
_REMOTE = lazy_re(r"\b(?:remote|only|must|candidates?|applicants?)\b", re.I)
_ZONES = ("Time zone", "Time zones", "Timezone", "Timezones", "Zeitzone", "Fuseau horaire")
_OTHER = ("Category", "Company", "Posted on", "Deadline", "Expires")
_LABELS = (
    *(*stated.PAY_LABELS, *_SKILLS, *_PLACE, *_OPEN, _LOCATION, *_ZONES, *_OTHER, *stated.LABELS),
)
_SUFFIX = lazy_re(
    r"\s*[(\[]\s*(budget|fixed(?:[ -]price)?|hourly(?:"
    r" rate)?|rate|salary)\s*:\s*([^()\[\]]*)[)\]]\s*$",
    re.I,
)


# Dribbble and its like: "Northwind is hiring a Brand Designer in Oslo".
_HIRING = lazy_re(
    r"^(?!who\b|what\b|we\b)([^?]{2,60}?) is (?:hiring|looking for) (?:an? )?(.{3,120}?)(?: in"
    r" ([A-Z][^,]*(?:, .+)?|anywhere))?$",
    re.I,
)


def _normalise(entry: RawEntry, feed: FeedDocument, now: datetime) -> Posting | None:
    return read_entry(entry, feed, now, "generic")


def read_entry(entry: RawEntry, feed: FeedDocument, now: datetime, platform: str) -> Posting | None:
    """What can be told of an entry."""
    title, text = title_of(entry.title), _text(entry)
    fields = labelled(text, _LABELS)[0] | stated.of_keys(entry.extra, _LABELS)
    suffix = _SUFFIX.search(title)
    title, company, place = _title_parts(_SUFFIX.sub("", title) if suffix else title, entry.author)
    creator, where = _creator(entry)
    location = fields.get(_LOCATION.lower(), "")
    remote = location if _REMOTE.search(location) else ""
    return compose(
        entry,
        platform=platform,
        title=title or title_of(text.partition("\n")[0]),
        text=text,
        link=_link(entry, feed),
        posted_at=parse_date(
            entry.published or entry.updated or fields.get("posted on", ""), now=now
        ),
        expires_at=_expiry(entry, fields, now),
        skills=split_skills(_one_of(fields, _SKILLS) or list(entry.categories)),
        category=fields.get("category"),
        open_to=open_to(_one_of(fields, _OPEN) or remote) or open_to(place) or open_to(where),
        timezones=timezone_offsets(_one_of(fields, _ZONES) or _one_of(fields, _OPEN) or remote),
        company=fields.get("company") or _company(entry) or creator or company,
        language=_language(entry),
        **_facts(entry, feed, fields),
        **_pay(entry, feed, fields, (suffix[1], suffix[2]) if suffix else None),
    )


def _facts(entry: RawEntry, feed: FeedDocument, fields: dict[str, str]) -> dict[str, Any]:
    """Client, applicants and effort by labels, and by the keys of a JSON object."""
    place = _one_of(fields, _PLACE)
    facts = stated.facts_of(fields) | {"country": country_of_field(place) if place else None}
    keyed = client_and_activity(entry.extra) if feed.kind == "json" else {}
    return keyed | {name: fact for name, fact in facts.items() if fact is not None}


def _pay(
    entry: RawEntry, feed: FeedDocument, fields: dict[str, str], suffix: tuple[str, str] | None
) -> dict[str, Any]:
    """Pay by the title's suffix and labels, else by the keys of a JSON object."""
    pay = stated.stated_pay(fields, suffix=suffix)
    keyed = pay_of_keys(entry.extra) if feed.kind == "json" else {}
    if all(pay.get(name) is None for name in ("budget_min", "budget_max", "unit_price")):
        return keyed or pay
    return pay if pay.get("currency") else pay | {"currency": keyed.get("currency")}


def _title_parts(title: str, author: str) -> tuple[str, str | None, str]:
    """The job's own title, the company and the place, where the title holds them: "X is hiring a
    Y in Z", "Y at X (Z)" by the author X.
    """
    if match := _HIRING.match(title):
        return match[2], match[1], match[3] or ""
    head, at, rest = title.partition(f" at {author}") if author else (title, "", "")
    place = re.match(r"\s*\(([^()]*)\)", rest)
    return (
        (head, author, place[1] if place else "")
        if at and head and not rest[:1].isalnum()
        else (title, None, "")
    )


_PIN = lazy_re(r"[⚲📍📌🌍🌎🌏]")


def _creator(entry: RawEntry) -> tuple[str | None, str]:
    """Company and place of a board that puts both into dc:creator: "Smith & Sons<br>⚲ USA"."""
    author = text_of(entry.author) if "<" in entry.author else entry.author
    lines = [line.strip() for line in _PIN.sub("\n", author).splitlines() if line.strip()]
    return (title_of(lines[0]), ", ".join(lines[1:])) if len(lines) > 1 else (None, "")


def _language(entry: RawEntry) -> str | None:
    """JSON Feed 1.1 names an item's language."""
    match = re.fullmatch(
        r"([a-z]{2})(?:[-_]\w+)*", _string(entry.extra.get("language")).strip().lower()
    )
    return match[1] if match else None


def _text(entry: RawEntry) -> str:
    if "content_text" in entry.extra and not entry.extra.get("content_html"):
        return str(entry.extra["content_text"]).strip()
    return text_of(entry.body)


def _link(entry: RawEntry, feed: FeedDocument) -> str:
    """JSON Feed's `external_url` is the thing that the item is about; its own page otherwise."""
    own = str(entry.extra.get("url") or "") if feed.kind == "json" else ""
    return own if "://" in own[:12] else own_link(entry)


def _one_of(fields: dict[str, str], names: tuple[str, ...]) -> str:
    return next((fields[name.lower()] for name in names if name.lower() in fields), "")


def _company(entry: RawEntry) -> str | None:
    for name in ("company", "company_name", "companyName", "job:company", "job_listing:company"):
        if isinstance(value := entry.extra.get(name), str) and value.strip():
            return title_of(value)
    return None


def _expiry(entry: RawEntry, fields: dict[str, str], now: datetime) -> datetime | None:
    stated = (
        _string(entry.extra.get("expires_at") or entry.extra.get("expires"))
        or fields.get("deadline")
        or fields.get("expires", "")
    )
    return parse_date(stated, now=now, future=True) if stated else None


def _string(value: Json) -> str:
    return value if isinstance(value, str) else ""


SOURCE = Source(
    name="generic",
    title="Any RSS, Atom or RDF feed",
    normalise=_normalise,
    fields=(
        *(
            "platform_job_id",
            "url",
            "title",
            "description",
            "posted_at",
            "expires_at",
            "pay",
            "pay_period",
            "budget_min",
            "budget_max",
            "currency",
            "skills",
        ),
        *("category", "country", "open_to", "language", "truncated", "company"),
        *("unit_price", "unit"),
        *stated.FIELDS,
    ),
    status="alive: a format",
    checked="mock",
    notes=(
        "Amounts and facts are taken from labelled lines ('Budget: $500') and from the title's"
        " suffix only."
    ),
)
