"""Reddit's r/forhire and its like: '[Hiring]' posts are jobs, '[For Hire]' ones are freelancers'
advertisements and left out.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

from goldmine_ingest.facts.dates import parse_date
from goldmine_ingest.facts.places import open_to
from goldmine_ingest.facts.stated_pay import sums
from goldmine_ingest.facts.time_zones import timezone_offsets
from goldmine_ingest.model.entry import FeedDocument, RawEntry
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.sources import stated
from goldmine_ingest.sources.boards import restriction
from goldmine_ingest.sources.labels import labelled
from goldmine_ingest.sources.source import (
    Source,
    compose,
    leads_to,
    pay_of,
    text_of,
    title_of,
)
from goldmine_ingest.text.lazy_re import lazy_re

# Own advertisements: "[For Hire]", "{For Hire}", "FOR HIRE: …", "Web developer for hire"; but
# not "[Hiring] For-hire marketplace …".
_FOR_HIRE = lazy_re(
    r"^\s*(?:[\[({<]\s*(?:for[ -]?hire|fh|offer(?:ing)?|closed|filled)\b[^\])}>]{0,20}[\])}>]"
    r"|\W{0,3}for[ -]?hire\b(?! (?:platform|marketplace|site|app|company|board))"
    r"|\W{0,3}(?:offer|closed|filled)\s*[:|])"
    r"|[\[({<]\s*for[ -]?hire\s*[\])}>]"
    r"|\b(?:available )?for hire\W*$|\bhire me\b|\bavailable for (?:hire|work|projects|freelance)\b"
    r"|^\W{0,3}(?:looking for|seeking|open (?:to|for)) (?:\w+ ){0,2}(?:work|gigs|clients)\b",
    re.I,
)
_HIRING = lazy_re(
    r"^\s*(?:[\[({<]\s*(?:hiring|task|paid|h)\s*[\])}>]|hiring\s*[-–—:|])\s*[-–—:|]?\s*", re.I
)
# What stands in brackets behind "[Hiring]" and says only where.
_WHERE = lazy_re(
    r"^[\[(]\s*(?:remote|online|worldwide|anywhere|global)\s*[\])]\s*[-–—:|]?\s*", re.I
)
_FOOTER = lazy_re(r"submitted by(?:&#32;|\s)*<a\b.*$", re.S | re.I)
_WHOLE = lazy_re(r"\b(?:budget|fixed|flat|total|one[ -]time|per project)\b", re.I)
_IN_BRACKETS = lazy_re(r"[\[(]\s*([^\[\]()]{2,60}?)\s*[\])]")
_SAYS_WHERE = lazy_re(
    r"\b(?:remote|only|based|onsite|on-site|hybrid|time ?zones?|hours|overlap|UTC|GMT|CET|EST"
    r"|PST)\b",
    re.I,
)
_LONGEST_CODE = 3
_SHORT_PLACES = frozenset({"US", "UK", "EU", "USA"})  # other capitals are languages: "(EN > DE)"


def _normalise(entry: RawEntry, _feed: FeedDocument, now: datetime) -> Posting | None:
    title = title_of(entry.title)
    if not _HIRING.match(title) and _FOR_HIRE.search(title):
        return None
    place, text = _place(title), text_of(_FOOTER.sub("", entry.body))
    fields, _ = labelled(text, stated.PAY_LABELS)
    return compose(
        entry,
        platform="reddit",
        title=_WHERE.sub("", _HIRING.sub("", title)) or title,
        text=text,
        # A post that was edited is no newer job.
        posted_at=parse_date(entry.published or entry.updated, now=now),
        client_id=_author(entry.author),
        category="hiring" if _HIRING.match(title) else None,
        **(restriction(place) if place else {}),
        **(_pay(title) or stated.stated_pay(fields)),
    )


def _author(name: str) -> str | None:
    """'/u/name'; None where the account was deleted."""
    author = name.strip().removeprefix("/").removeprefix("u/").strip().lower()
    return author if re.fullmatch(r"[\w-]{2,30}", author) else None


def _place(title: str) -> str | None:
    """What stands in the title's brackets and says where: "(Remote, EU hours)", "[US only]"."""
    for match in _IN_BRACKETS.finditer(title):
        part = match[1]
        code = part.isupper() and len(part) <= _LONGEST_CODE and part not in _SHORT_PLACES
        named = open_to(part) and not code
        if _SAYS_WHERE.search(part) or named or timezone_offsets(part):
            return part
    return None


def _pay(title: str) -> dict[str, Any]:
    """An amount in the title; a 'budget' is for the whole project, others say their period or
    none.
    """
    amount = next((each.amount for each in sums(title) if each.is_pay is not False), None)
    if amount is None:
        return {}
    if amount.unit is None and amount.period is None and _WHOLE.search(title):
        amount = replace(amount, period="project", pay="fixed")
    return pay_of(amount)


def _recognise(feed: FeedDocument) -> bool:
    return leads_to(feed, "reddit.com")


SOURCE = Source(
    name="reddit",
    title="Reddit r/forhire",
    hosts=("reddit.com",),
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
        *("category", "open_to", "timezones", "language", "truncated", "client_id"),
    ),
    status="alive with one's own feed token; anonymous readers get 429 or 403 since June 2026",
    addresses=("https://www.reddit.com/r/forhire/new/.rss?feed=TOKEN&user=NAME",),
    checked="mock",
    notes=(
        "Since June 2026 anonymous readers get 429 or 403; the address with one's own feed token"
        " works, and is a credential."
    ),
)
