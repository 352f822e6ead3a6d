"""What a source is, and how a posting is put together from what an entry says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

from goldmine_ingest.facts.links import canonical_link
from goldmine_ingest.facts.money import Amount, parse_amount
from goldmine_ingest.facts.pay_words import DOLLARS
from goldmine_ingest.facts.stated_pay import stated_pay, sums
from goldmine_ingest.model.entry import FeedDocument, RawEntry
from goldmine_ingest.model.posting import PayKind, PayPeriod, Posting
from goldmine_ingest.sources.marketplaces import platform_of_link
from goldmine_ingest.text.plain_text import (
    detect_language,
    html_to_text,
    is_truncated,
    plain,
    unescape_all,
)

Checked = Literal["capture", "mock", "documentation"]
LONGEST_TITLE = 500
LONGEST_TEXT = 100_000  # characters; a longer description is cut and marked truncated
_SHORTEST_EXCERPT = 120  # characters; the shortest excerpts seen in captures have about 150
_OWN_DOTS = re.compile(r"[^\[(…. ]\s?(?:\.{3}|…)\s*$")
_PERIODS: dict[str, PayPeriod] = {"hourly": "hour", "fixed": "project"}
_CUT_OFF = re.compile(r"(?:\.\.\.|…|\[…\])\s*$")


@dataclass(frozen=True, slots=True)
class Source:
    """A vocabulary that postings come in: one platform's feed, or the generic one.

    `fields` are the names of the `listings` columns that it can fill. `hosts` are the hosts that
    serve it (their subdomains too). `recognise` tells a document by its vocabulary where the host
    doesn't. `normalise` turns one entry into a posting; None means that the entry is no job (a
    reply, a freelancer's own advertisement). It raises ValueError for an entry that it can't read.
    `slowest_pace` is the shortest interval between polls that the board allows, where it states
    one; `attribution` what its terms ask of whoever shows its jobs. `checked` says what the reader
    was tested against: a capture of the live feed, a mock made after code that reads it, or only
    documentation. `status` says whether the feed is still served, by the newest evidence (October
    2026, none of it asked for live); `addresses` are its feeds, with what is one's own in capitals.
    docs/sources.md is made of all this.
    """

    name: str
    title: str
    fields: tuple[str, ...]
    normalise: Callable[[RawEntry, FeedDocument, datetime], Posting | None]
    recognise: Callable[[FeedDocument], bool] = lambda _: False
    hosts: tuple[str, ...] = ()
    slowest_pace: timedelta | None = None
    attribution: str | None = None
    checked: Checked = "documentation"
    notes: str = ""
    status: str = "unverified"
    addresses: tuple[str, ...] = ()


def compose(
    entry: RawEntry, *, platform: str, title: str, text: str, link: str | None = None, **facts: Any
) -> Posting:
    """A posting of `entry`: its link made canonical, the marketplace and job id taken from it,
    language and cuts told from the text.

    `platform` is used where the link names no known marketplace. `facts` are further fields of
    Posting, and win over what is derived.
    """
    address = unescape_all(entry.link if link is None else link)
    job = platform_of_link(address)
    title = _shortened(title, LONGEST_TITLE)
    fields = {name: value for name, value in facts.items() if value is not None}
    # The kind says the period, with an amount and without one; a salary may be per month or per
    # year.
    if fields.get("unit") is None:  # a price per piece has no period
        fields.setdefault("pay_period", _PERIODS.get(fields.get("pay", "")))
    derived: dict[str, Any] = {
        "platform": job.platform if job else platform,
        "title": title,
        "description": _shortened(text, LONGEST_TEXT),
        "url": job.url if job else canonical_link(address),
        "platform_job_id": job.job_id if job else None,
        "guid": entry.guid or None,
        "language": detect_language(f"{title}\n{text}"),
        "truncated": _looks_cut(text) or len(text) > LONGEST_TEXT,
    }
    return Posting(**{**derived, **fields, **_pay_in_sentences(fields, title, text)})


def _pay_in_sentences(fields: Mapping[str, Any], title: str, text: str) -> dict[str, Any]:
    """What title and text say of pay where the fields give no amount; nothing where it is of
    another kind than the platform states. Where the fields give an amount and no period, the period
    with which the text names that amount.
    """
    if fields.get("unit_price") is not None:
        return {}
    bounds = (fields.get("budget_min"), fields.get("budget_max"))
    if bounds != (None, None):
        return {} if fields.get("pay_period") else _period_in_sentences(bounds, title, text)
    mention = stated_pay(f"{title}\n{text}")
    if mention is None or fields.get("pay") not in (None, mention.amount.pay):
        return {}
    return {name: value for name, value in pay_of(mention.amount).items() if value is not None}


def _period_in_sentences(bounds: tuple[Any, Any], title: str, text: str) -> dict[str, Any]:
    for mention in sums(f"{title}\n{text}"):
        same = (mention.amount.minimum, mention.amount.maximum) == bounds
        if same and mention.is_pay and mention.amount.period:
            return {"pay": mention.amount.pay, "pay_period": mention.amount.period}
    return {}


def _looks_cut(text: str) -> bool:
    """Cut by its board: '[…]' and 'read more' say so, bare dots only after a text of an
    excerpt's length (authors end so too).
    """
    return is_truncated(text) and (len(text) >= _SHORTEST_EXCERPT or not _OWN_DOTS.search(text))


def leads_to(feed: FeedDocument, *hosts: str) -> bool:
    """Most of the first ten entries link to one of the hosts or a host below it; one such link
    in a mixed feed says nothing of the rest.
    """
    links = [link for entry in feed.entries[:10] if (link := entry.link or entry.guid)]
    hits = sum(any(_on(link, host) for host in hosts) for link in links)
    return hits * 2 > len(links)


def _on(link: str, host: str) -> bool:
    try:
        own = (urlsplit(link).hostname or "").lower()
    except ValueError:
        return False
    return own == host or own.endswith("." + host)


def title_of(raw: str) -> str:
    """A title on one line, without markup and without entities, however often they were escaped."""
    return plain(raw)


def text_of(markup: str) -> str:
    """The readable text of a body: the body itself where it reads the same. Both are kept until a
    listing is stored, and plain text would be there twice, here and on the way to the parent.
    """
    text = html_to_text(markup) if markup else ""
    return markup if text == markup else text


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def was_cut(text: str) -> bool:
    """The text ends in an ellipsis, on a board that cuts its texts so."""
    return bool(_CUT_OFF.search(text))


def pay_of(amount: Amount, *, pay: PayKind | None = None) -> dict[str, Any]:
    """The fields of Posting that say what a job pays. `pay` is what the platform calls it, where
    it says so apart from the amount.
    """
    kind = amount.pay if amount.unit else pay or amount.pay
    stated = amount.stated
    return {
        "pay": kind if stated or pay or amount.unit else None,
        "pay_period": amount.period if stated else None,
        "budget_min": amount.minimum,
        "budget_max": amount.maximum,
        "currency": amount.currency if stated or amount.unit else None,
        "unit_price": amount.unit_price,
        "unit": amount.unit,
    }


def fixed(text: str, currency: str | None = None) -> dict[str, Any]:
    """A price for the whole project."""
    return pay_of(
        parse_amount(text, default_currency=currency, default_period="project"), pay="fixed"
    )


def dollars(text: str) -> str | None:
    """The currency that a bare '$' (or "dollars", "cents") is taken for, on boards where nothing
    says which dollar: USD. A code or 'A$' in the text wins.
    """
    return "USD" if DOLLARS.search(text) else None


def hourly(text: str, currency: str | None = None) -> dict[str, Any]:
    """A rate per hour."""
    return pay_of(
        parse_amount(text, default_currency=currency, default_period="hour"), pay="hourly"
    )


__all__ = [
    "Checked",
    "Source",
    "compose",
    "dollars",
    "fixed",
    "hourly",
    "leads_to",
    "pay_of",
    "text_of",
    "title_of",
    "was_cut",
]
