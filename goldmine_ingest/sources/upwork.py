"""Upwork: its saved-search RSS and Atom in all eras (2014 to 2024, gone since), its alert mails,
and its search JSON.

The label block at the end of a description is what Upwork says; the text before it is what the
client says. Users' markup is escaped there, so a bold label is always Upwork's own. '$' is USD: no
Upwork feed showed another currency.
"""

from __future__ import annotations

import html
import re
from datetime import datetime
from typing import Any

from goldmine_ingest.facts.dates import parse_date
from goldmine_ingest.facts.places import country_code, country_in, open_to
from goldmine_ingest.model.entry import FeedDocument, RawEntry
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.sources.source import (
    Source,
    compose,
    fixed,
    hourly,
    leads_to,
    text_of,
    title_of,
)
from goldmine_ingest.text.plain_text import plain, split_skills, unescape_all

_LABEL = re.compile(
    r"<(b|strong)>\s*(Budget|Hourly Range|Posted On|ID|Category|Skills|Location"
    r" Requirement|Country)\s*:?\s*</\1>\s*:?",
    re.I,
)
_VALUE_ENDS = re.compile(r"<(?!/?(?:b|i|em|strong|span)\b)[a-z/]", re.I)
_APPLY_LINK = re.compile(r"<a\b[^>]*>\s*click to apply\s*</a>", re.I)
_RELAY_FOOTER = re.compile(
    r"\bfrom\s{1,5}(?:<a\b[^<>]*>)?\s{0,5}All (?:\w+ )?jobs \| upwork\.com", re.I
)
_TITLE_SUFFIX = re.compile(r"\s+-\s+(?:Upwork|oDesk)\s*$", re.I)
_TAG = re.compile(r"<[^>]*>")


def _normalise(entry: RawEntry, feed: FeedDocument, now: datetime) -> Posting | None:
    if feed.kind == "mail":
        from goldmine_ingest.sources import alert_mail

        return alert_mail.normalise(entry, feed, now)
    if feed.kind == "json" and not _LABEL.search(
        entry.body
    ):  # a bridge may put the old items into a JSON Feed
        from goldmine_ingest.sources import upwork_json

        return upwork_json.normalise(entry, feed, now)
    markup, labels = split_labels(entry.body)
    return compose(
        entry,
        platform="upwork",
        title=_TITLE_SUFFIX.sub("", title_of(entry.title)),
        text=text_of(markup),
        # Until 2019 'Posted On' was the time at which the feed was made.
        posted_at=parse_date(
            entry.published or entry.updated or labels.get("posted on", ""), now=now
        ),
        skills=split_skills(labels.get("skills")),
        category=labels.get("category"),
        country=_country(labels.get("country", "")),
        open_to=open_to(labels.get("location requirement", "")),
        truncated=False,  # the feed gave the whole text
        **_pay(labels),
    )


def split_labels(body: str) -> tuple[str, dict[str, str]]:
    """The client's own markup, and the values of the label block by lower-case label (the first
    that says anything, where repeated).
    """
    if "<" not in body and re.search(r"&lt;(?:br|b|strong)\b", body):
        body = html.unescape(body)  # escaped once more on its way here
    labels: dict[str, str] = {}
    matches = list(_LABEL.finditer(body))
    ends = [following.start() for following in matches[1:]] + [len(body)]
    for match, value_end in zip(matches, ends[: len(matches)], strict=True):
        value = body[match.end() : value_end]
        end = _VALUE_ENDS.search(value)
        value = plain(unescape_all(_TAG.sub("", value[: end.start()] if end else value)))
        if value:
            labels.setdefault(match[2].lower(), value)
    own = body[: matches[0].start()] if matches else _APPLY_LINK.sub("", body)
    footer = _RELAY_FOOTER.search(own) if "|" in own else None
    return own[: footer.start()] if footer else own, labels


def _pay(labels: dict[str, str]) -> dict[str, Any]:
    """Neither label: hourly without a rate, or a placeholder. Nobody can tell, so the pay is
    unknown.
    """
    if budget := labels.get("budget"):
        return fixed(budget, "USD")
    if rate := labels.get("hourly range"):
        return hourly(rate, "USD")
    return {}


def _country(text: str) -> str | None:
    return country_code(text) or country_in(text) if text else None


def _recognise(feed: FeedDocument) -> bool:
    if feed.kind == "mail":
        from goldmine_ingest.sources import upwork_mail

        return upwork_mail.recognise(feed)
    if feed.kind == "json":
        from goldmine_ingest.sources import upwork_json

        return upwork_json.recognise(feed)
    return (
        "upwork.com" in feed.title
        or feed.generator.startswith("Upwork")
        or leads_to(feed, "upwork.com", "odesk.com")
    )


SOURCE = Source(
    name="upwork",
    title="Upwork",
    hosts=("upwork.com", "odesk.com"),
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
            "skills",
        ),
        *(
            "category",
            "country",
            "open_to",
            "language",
            "truncated",
            "experience_level",
            "duration",
            "hours_per_week",
        ),
        *(
            "proposals_min",
            "proposals_max",
            "client_payment_verified",
            "client_spent",
            "client_hires",
            "client_rating",
            "client_reviews",
        ),
        *("client_posted_jobs", "client_currency", "connects", "interviewing"),
        *("client_hire_rate", "client_avg_hourly"),
    ),
    status=(
        "the feed is dead since 20 August 2024 (its address answers 410 Gone); job-alert mails are"
        " alive, one job a mail, the text cut"
    ),
    checked="capture",
    notes=(
        "RSS and Atom: gone since August 2024 (the address answers 410), read for archives and"
        " bridges. Alert mails: mocks after observed mails; their text is cut. Search JSON:"
        " documentation."
    ),
)
