"""Hacker News 'Who is hiring?': Algolia's JSON and hnrss.org. Convention: 'Company | Role |
Place | …' in the first line.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from goldmine_ingest.facts.dates import parse_date
from goldmine_ingest.facts.places import open_to
from goldmine_ingest.facts.stated_pay import sums
from goldmine_ingest.facts.time_zones import timezone_offsets
from goldmine_ingest.model.entry import FeedDocument, RawEntry
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.sources.boards import restriction, salary
from goldmine_ingest.sources.source import Source, compose, leads_to, text_of, title_of
from goldmine_ingest.text.lazy_re import lazy_re

_FIRST_LINE = lazy_re(r"<p>|\n", re.I)
_FIRST_TAG = lazy_re(r"^\s*<p>", re.I)
_HNRSS_TITLE = lazy_re(r"^New comment by \S+ in .*$|^.{0,80}\bin \"Ask HN:.*$", re.I)
_HNRSS_FOOTER = lazy_re(r"<hr\s*/?>\s*<p>\s*(?:Comments URL|Article URL|URL)\s*:.*$", re.S | re.I)
_SEEKING_HELP = lazy_re(r"^\s*SEEKING (?:FREELANCERS?|CONTRACTORS?|HELP)\b", re.I)
_TERMS = lazy_re(
    r"^(?:full|part)["
    r" -]?time$|^(?:contract(?:or)?|freelance|visa|interns?|permanent|https?://\S+)$",
    re.I,
)
_ADDRESS = lazy_re(r"\s*(?:[(\[]\s*)?(?:https?://|www\.)[^\s()\[\]]+\s*[)\]]?")
_IS_HIRING = lazy_re(r"^(.{2,60}?)(?: \(YC \w+\))? (?:is|are) hiring(?: (?:an? )?(.+))?$", re.I)
_SEEKING_WORK = lazy_re(r"^\s*SEEKING WORK\b", re.I)
_PLACE = lazy_re(r"\b(?:remote|on-?site|hybrid|worldwide|anywhere|emea|europe|usa?|uk)\b", re.I)
_ROLE = lazy_re(
    r"engineer|developer|designer|manager|scientist|analyst|architect|lead|head|founder|support|specialist|advocate|marketer|writer|sre|devops|consultant|intern\b|programmer|researcher|cto\b|multiple|various",
    re.I,
)
_LONGEST_HEAD = 300


def _normalise(entry: RawEntry, feed: FeedDocument, now: datetime) -> Posting | None:
    if feed.kind == "json" and _is_reply(entry):
        return None
    body = _HNRSS_FOOTER.sub("", entry.body)
    head = title_of(_FIRST_LINE.split(_FIRST_TAG.sub("", body), maxsplit=1)[0])
    if _SEEKING_WORK.match(head):
        return None
    parts = _parts(head)
    if (
        len(parts) < 2
        and feed.kind != "json"
        and entry.title
        and not _HNRSS_TITLE.match(entry.title)
    ):
        title, company = _hiring(title_of(entry.title))
        return _compose(entry, title, body, {"company": company}, now)
    if parts and _SEEKING_HELP.match(
        parts[0]
    ):  # the freelancer thread's other half names no company there
        return _compose(entry, _title(parts, head), body, _facts(["", *parts[1:]]), now)
    return _compose(entry, _title(parts, head), body, _facts(parts), now)


# Between the parts of a head that has no bars: "Wayne Labs — Staff ML Engineer — NYC — $220K".
_DASHES = lazy_re(r"\s+(?:[—–•·]|--?)\s+")
_FEWEST_PARTS = 3


def _parts(head: str) -> list[str]:
    """The parts of a first line that follows the convention; [] of any other."""
    if len(head) > _LONGEST_HEAD:
        return []
    parts = [part.strip() for part in head.split("|") if part.strip()]
    dashed = [part.strip() for part in _DASHES.split(head) if part.strip()]
    return dashed if len(parts) < 2 and len(dashed) >= _FEWEST_PARTS else parts


def _says_where(part: str) -> bool:
    """A part that is a place or a time zone and no role: "Bangalore, India", "CET ±2h"."""
    return not _ROLE.search(part) and bool(open_to(part) or timezone_offsets(part))


def _is_pay(part: str) -> bool:
    return any(each.is_pay is not False for each in sums(part))


def _compose(
    entry: RawEntry, title: str, body: str, facts: dict[str, Any], now: datetime
) -> Posting:
    link = entry.link or (
        f"https://news.ycombinator.com/item?id={entry.guid}" if entry.guid.isdigit() else ""
    )
    item = entry.guid if entry.guid.isdigit() or "news.ycombinator.com/item" in entry.guid else ""
    if "news.ycombinator.com/item" in item:
        link = item
    elif item:
        link = f"https://news.ycombinator.com/item?id={item}"
    return compose(
        entry,
        platform="hn",
        title=title,
        text=text_of(body),
        link=link,
        posted_at=parse_date(entry.published, now=now),
        client_id=entry.author.strip() or None,
        **facts,
    )


def _hiring(title: str) -> tuple[str, str | None]:
    """The title of a job post that isn't a comment: "Northwind (YC W22) Is Hiring a Data
    Engineer".
    """
    match = _IS_HIRING.match(title)
    return (match[2] or title, match[1]) if match else (title, None)


def _is_reply(entry: RawEntry) -> bool:
    """A comment on another comment, not on the thread itself."""
    parent, story = entry.extra.get("parent_id"), entry.extra.get("story_id")
    return parent is not None and story is not None and parent != story


def _title(parts: list[str], head: str) -> str:
    if len(parts) < 2:
        return head[:120].rsplit(" ", 1)[0] + "…" if len(head) > 120 else head
    roles = [part for part in parts[1:] if _ROLE.search(part)]
    others = [
        part
        for part in parts[1:]
        if not (_PLACE.search(part) or _is_pay(part) or _TERMS.match(part))
    ]
    return next(iter(roles or others), head)


def _facts(parts: list[str]) -> dict[str, Any]:
    if len(parts) < 2:
        return {}
    places = [
        part
        for part in parts[1:]
        if (_PLACE.search(part) or _says_where(part)) and not _is_pay(part)
    ]
    pay = next((part for part in parts[1:] if _is_pay(part)), "")
    return {
        "company": _ADDRESS.sub("", parts[0]).strip() or None,
        **restriction(*places),
        **salary(pay),
    }


def _recognise(feed: FeedDocument) -> bool:
    return "comment_text" in feed.keys or leads_to(feed, "news.ycombinator.com") or _by_guid(feed)


def _by_guid(feed: FeedDocument) -> bool:
    """Job posts link to the company's own page; their guid is the item's."""
    return bool(feed.entries) and all(
        "news.ycombinator.com/item" in entry.guid for entry in feed.entries[:3]
    )


SOURCE = Source(
    name="hn",
    title="Hacker News: who is hiring (Algolia, hnrss.org)",
    hosts=("hnrss.org", "hn.algolia.com"),
    recognise=_recognise,
    normalise=_normalise,
    fields=(
        *(
            "platform_job_id",
            "url",
            "title",
            "description",
            "posted_at",
            "pay",
            "pay_period",
            "budget_min",
            "budget_max",
            "currency",
            "unit_price",
            "unit",
        ),
        *("open_to", "timezones", "language", "truncated", "company", "client_id"),
    ),
    status="alive",
    addresses=(
        "https://hnrss.org/whoishiring/jobs?q=WORDS",
        "https://hnrss.org/whoishiring/freelance.jsonfeed",
        "https://hn.algolia.com/api/v1/search_by_date?tags=comment,story_NUMBER",
    ),
    checked="capture",
    notes=(
        "Algolia's JSON: capture. hnrss: documentation. Replies, and the 'SEEKING WORK' posts of"
        " the freelancer thread, are left out."
    ),
)
