"""Vollna's alert mails: 'New Job: TITLE', labelled lines, the client's facts. A digest ('Here
are N new freelance jobs') has several.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from goldmine_ingest.facts import stated_facts
from goldmine_ingest.facts.dates import parse_date
from goldmine_ingest.facts.places import country_code
from goldmine_ingest.model.entry import FeedDocument, NotUnderstoodError, RawEntry
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.sources import stated
from goldmine_ingest.sources.labels import labelled
from goldmine_ingest.sources.mail_blocks import Block, blocks
from goldmine_ingest.sources.mail_kind import mail_kind
from goldmine_ingest.sources.mail_text import mail_of
from goldmine_ingest.sources.marketplaces import platform_of_link
from goldmine_ingest.sources.source import compose, fixed, hourly, text_of, title_of
from goldmine_ingest.text.plain_text import split_skills

_SUBJECT = re.compile(r"^(?:(?:fwd?|re):\s*)*new job:\s*(.+)$", re.I | re.M)
_DIGEST = re.compile(r"here are \d+ new freelance jobs", re.I)
_PAY_LINE = re.compile(r"^\s*(?:Budget|Hourly Rate|Fixed Price)\s*:", re.I)
_URL = re.compile(r"https?://[^\s<>()\"']+")
_BRIDGE = re.compile(r"https?://(?:[\w-]+\.)*vollna\.com/go\?[^\s<>()\"']+")
_LABELS = (
    *(
        "Budget",
        "Hourly Rate",
        "Fixed Price",
        "Published",
        "Filter",
        "Client rank",
        "Registered",
        "AI Qualification",
        "Reason",
        "Skills",
    ),
    *("Categories", "Category", *stated.LABELS),
)
_CLIENT_LINE = re.compile(
    r"^(?:payment method (?:not )?verified|[\d,]{1,12} reviews?|.{0,8}\b[0-5](?:\.\d+)? of"
    r" [\d,]{1,12} reviews?|view job|apply)\b.*$",
    re.I,
)


def recognise(feed: FeedDocument) -> bool:
    return any(
        "vollna" in entry.author.lower() or "vollna.com/" in entry.body for entry in feed.entries
    )


def normalise(entry: RawEntry, _feed: FeedDocument, now: datetime) -> Posting | None:
    """The job of an alert; None for a mail that is none. Raises ValueError for a mail of Vollna's
    that isn't understood.
    """
    if problem := entry.extra.get("problem"):
        raise NotUnderstoodError(str(problem))
    text, title = _sent_first(entry)
    subject = _SUBJECT.match(title)
    if subject is None and "subject" in entry.extra and not _SUBJECT.search(text):
        kind = mail_kind(mail_of(entry))
        if kind not in ("alert", "unknown"):
            return None
        if kind == "unknown":
            raise NotUnderstoodError(f"not understood: “{title[:80]}”")
    links = [entry.link] if entry.link else []
    links += [url for url in _URL.findall(text) if platform_of_link(url)] or _BRIDGE.findall(text)
    if _DIGEST.search(text) and not subject:
        raise ValueError("a digest mail has to be split before it is read")
    if subject is None and not links:
        return None
    fields, words = labelled(text, _LABELS)
    title = title_of(subject[1] if subject else words.partition("\n")[0])
    return compose(
        entry,
        platform="vollna",
        title=title,
        text=_prose(words, title),
        link=links[0] if links else "",
        posted_at=parse_date(fields.get("published") or entry.published, now=now, order="mdy"),
        skills=split_skills(fields.get("skills")),
        category=fields.get("categories") or fields.get("category"),
        **_pay(fields),
        **stated.facts_of(fields)
        | {name: value for name, value in _client(words).items() if value is not None},
    )


def _sent_first(entry: RawEntry) -> tuple[str, str]:
    """Text and subject of a mail as Vollna sent it, whoever has passed it on."""
    text = str(entry.extra.get("text") or text_of(str(entry.extra.get("html", ""))))
    mail = mail_of(entry)
    if "subject" not in entry.extra or not mail.forwarded:
        return text, entry.title
    lines = (" ".join([line.text, *(url for url, _ in line.links)]) for line in mail.lines)
    return "\n".join(lines), mail.subject


def split_digest(entry: RawEntry) -> Iterator[RawEntry]:
    """The jobs of a digest mail, each as an entry of its own; a mail with one job is its own
    only part.
    """
    text, title = _sent_first(entry)
    head = _DIGEST.search(text)
    if "subject" not in entry.extra or not (head or _lists_several(entry, title)):
        yield entry
        return
    jobs = blocks(mail_of(entry))
    if head and not any(block.job for block in jobs):
        jobs = _unlinked(text[head.end() :].splitlines())
    for number, block in enumerate(jobs, 1):
        body = "\n".join(block.lines)
        link = block.job.url if block.job else ""
        yield RawEntry(
            f"{entry.guid}#{number}",
            link,
            f"New Job: {block.title}",
            body,
            entry.published,
            author=entry.author,
            extra={"text": body} | ({"problem": block.problem} if block.problem else {}),
        )


def _lists_several(entry: RawEntry, title: str) -> bool:
    """An alert that links several jobs, in whatever words it says so."""
    mail = mail_of(entry)
    return not _SUBJECT.match(title) and len(mail.jobs()) > 1 and mail_kind(mail) == "alert"


def _unlinked(lines: list[str]) -> list[Block]:
    """The jobs of a digest whose links nobody can look behind, told by their lines of pay."""
    starts = _titles(lines)
    return [
        Block(_URL.sub("", lines[start]).strip(" ()"), None, tuple(lines[start + 1 : end]))
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=False)
    ]


def _titles(lines: list[str]) -> list[int]:
    """Where the titles stand: the last line of words before each line that tells the pay."""
    starts = []
    for number, line in enumerate(lines):
        if _PAY_LINE.match(line):
            before = (n for n in range(number - 1, -1, -1) if _URL.sub("", lines[n]).strip(" ()"))
            starts += [n for n in (next(before, None),) if n is not None]
    return starts


def _prose(words: str, title: str) -> str:
    lines = (line.strip() for line in words.splitlines())
    own = (
        line
        for line in lines
        if not _CLIENT_LINE.match(line) and not _URL.fullmatch(line) and title_of(line) != title
    )
    return re.sub(
        r"\n{3,}",
        "\n\n",
        "\n".join(line for line in own if not _SUBJECT.match(line) and not _country(line)),
    ).strip()


def _country(line: str) -> str | None:
    return country_code(line) if 0 < len(line) < 60 else None


def _pay(fields: dict[str, str]) -> dict[str, Any]:
    if rate := fields.get("hourly rate"):
        return hourly(rate, "USD")
    if price := fields.get("fixed price"):
        return fixed(price, "USD")
    pay = fixed(fields.get("budget", ""), "USD")
    return pay if pay["budget_min"] is not None or pay["budget_max"] is not None else {}


def _client(words: str) -> dict[str, Any]:
    payment = next(
        (line for line in words.splitlines() if line.strip().lower().startswith("payment")), ""
    )
    facts: dict[str, Any] = {"client_payment_verified": stated_facts.payment_verified(payment)}
    if stars := re.search(
        r"\b([0-5](?:\.\d+)?) (?:of|from|\() ?[\d,]{1,12} reviews?\b", words, re.I
    ):
        facts["client_rating"] = stated_facts.rating(stars[1])
    if reviews := re.search(r"\b([\d,]{1,12}) reviews?\b", words, re.I):
        facts["client_reviews"] = stated_facts.count(reviews[1])
    facts["country"] = next(
        (code for line in words.splitlines() if (code := _country(line.strip()))), None
    )
    return facts
