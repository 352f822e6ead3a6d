"""Upwork's job-alert mails: one job a mail, title, address, pay, and a text that is cut with
'... more'.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from goldmine_ingest.facts import stated_facts
from goldmine_ingest.facts.dates import parse_date
from goldmine_ingest.facts.money import parse_amount, parse_spend
from goldmine_ingest.facts.places import country_code, country_in
from goldmine_ingest.model.entry import FeedDocument, RawEntry
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.sources import stated
from goldmine_ingest.sources.mail_blocks import Block
from goldmine_ingest.sources.mail_text import CHIP
from goldmine_ingest.sources.source import compose, pay_of, title_of
from goldmine_ingest.text.lazy_re import lazy_re
from goldmine_ingest.text.plain_text import split_skills

_URL = lazy_re(r"https?://[^\s<>()\"']+")
# A label, then an amount or nothing: "Budget is flexible" is the client's own sentence.
_PAY = lazy_re(
    r"^(hourly(?: rate| range)?|fixed(?:[ -]price)?|est\.? budget|budget|stundensatz|stundenlohn"
    r"|festpreis|taux horaire|prix fixe|tarifa por hora|por hora|precio fijo|preço fixo|valor fixo"
    r"|tariffa oraria|prezzo fisso|budget estimé|presupuesto(?: estimado)?|orçamento(?: estimado)?"
    r"|budget stimato|geschätztes budget)\s*(?::\s*(.*)|(?:[-–]\s*)?((?:[$€£]|\d).*)|)$",
    re.I,
)
_PER_HOUR = lazy_re(r"hour|hora|stunde|horaire|oraria", re.I)
# Between the facts of one line: "Hourly: $45 - $60 · Intermediate · Est. time: 1 to 3 months".
_PARTS = lazy_re(r"\s+[·•|]\s+|\s+[-–]\s+(?=[A-Za-z])")
_TIME = lazy_re(r"^est\.?\s*time\s*:\s*(.+)$", re.I)
_POSTED = lazy_re(r"^posted(?: on)?\s*:?\s*(.+)$", re.I)
_READ_ON = r"(?:more|mehr|plus|voir plus|más|mais|altro|leggi tutto|weiterlesen|lire la suite)"
_MORE = lazy_re(rf"\s*(?:\.\.\.|…)\s*{_READ_ON}?\s*$", re.I)
_CUT = lazy_re(rf"(?:\.\.\.|…)\s*{_READ_ON}\s*$", re.I)
_SKILLS = lazy_re(
    r"^(?:(?:required )?skills|fähigkeiten|kenntnisse|compétences|habilidades|competências"
    r"|competenze)\s*:\s*(.+)$",
    re.I,
)
_PLACE = lazy_re(r"^(?:client )?(?:location|country)\s*:\s*(.+)$", re.I)
_REVIEWS = lazy_re(
    r"^(?:([0-5](?:\.\d+)?)\s*(?:stars?|★)?\s*(?:of|from|\()\s*)?([\d,]{1,9}) reviews?\)?$", re.I
)
_LONGEST_SKILLS = 80  # characters of a line of skills
_MORE_SKILLS = lazy_re(r"(?:,\s*)?\+\s*\d+\s*more\s*$", re.I)
_SKIPPED = lazy_re(
    r"^(?:view job(?: details)?|apply now|see more|unsubscribe.*|more like this.*)\s*:?$", re.I
)
_CLIENT = lazy_re(
    r"payment (?:method )?(?:un|not"
    r" )?verified|[$€£]\s?[\d.,]{1,20}\s?[km]?\+?\s+(?:total\s+)?spent\b",
    re.I,
)
_STATED = frozenset(name.lower() for name in stated.LABELS)
_STARS = lazy_re(r"[0-5]\.\d{1,2}(?:\s*(?:stars?|★))?")
_LEVEL = lazy_re(r"^(?:experience(?: level)?\s*:\s*)?(entry(?: level)?|intermediate|expert)$", re.I)


def recognise(feed: FeedDocument) -> bool:
    return any(
        "upwork" in entry.author.lower() or "upwork.com/jobs" in entry.body
        for entry in feed.entries
    )


def posting(entry: RawEntry, block: Block, sent: datetime | None, now: datetime) -> Posting:
    """The job of a block of an alert mail. A rate of $0.00 is no rate: the job is hourly, at what
    is not said. `sent` is when the mail was sent.
    """
    title = title_of(block.title)
    facts = _read([line.strip() for line in block.lines], title, sent or now)
    words = facts.pop("text")
    truncated = facts.pop("cut")
    if sent and ("posted_at" not in facts or facts["posted_at"].date() == sent.date()):
        facts["posted_at"] = sent  # the text names the day only
    return compose(
        entry,
        platform="upwork",
        title=title,
        text=words,
        link=block.job.url if block.job else "",
        truncated=truncated,
        **facts,
    )


def _read(lines: list[str], title: str, now: datetime) -> dict[str, Any]:
    facts: dict[str, Any] = {"text": "", "cut": False}
    prose: list[str] = []
    for line in (part for whole in lines for part in _apart(whole)):
        if not line or _URL.fullmatch(line) or _SKIPPED.match(line) or title_of(line) == title:
            prose.append("") if not line else None
        elif (fact := _fact(line, now)) and not _told_already(fact, facts):
            facts |= {name: value for name, value in fact.items() if value is not None}
        elif "client_payment_verified" in facts and _STARS.fullmatch(line):
            facts["client_rating"] = stated_facts.rating(line)
        elif country := _country_line(line, facts):
            facts["country"] = country
        else:
            prose.append(line)
    own = _prose(prose)
    if "skills" in facts:  # a line with their label; the last words of the text are none then
        own.pop("skills")
    return facts | own


def _apart(line: str) -> list[str]:
    """The facts of a line that holds several, the pay first; any other line as it is."""
    parts = [part.strip() for part in _PARTS.split(line) if part.strip()]
    return parts if len(parts) > 1 and _PAY.match(parts[0]) and CHIP not in line else [line]


def _told_already(fact: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """A second amount: a line of the client's text that looks like the pay."""
    amounts = ("budget_min", "budget_max")
    return any(fact.get(name) is not None for name in amounts) and any(
        facts.get(name) is not None for name in amounts
    )


def _fact(line: str, now: datetime) -> dict[str, Any]:
    if pay := _PAY.match(line):
        return _pay(pay[1], pay[2] or pay[3] or "")
    if time := _TIME.match(line):
        weekly = stated_facts.hours_per_week(time[1])
        return {
            "duration": stated_facts.duration(time[1].partition(",")[0]),
            "hours_per_week": weekly,
        }
    if (posted := _POSTED.match(line)) and (at := parse_date(posted[1], now=now)):
        return {"posted_at": at}
    return _labelled(line) or (_client(line) if _CLIENT.search(line) else {})


def _labelled(line: str) -> dict[str, Any]:
    """Facts behind a label, or in a form of their own."""
    if skills := _SKILLS.match(line):
        return {"skills": split_skills(_MORE_SKILLS.sub("", skills[1]))}
    if place := _PLACE.match(line):
        return {"country": country_code(place[1]) or country_in(place[1])}
    if reviews := _REVIEWS.match(line):
        return {
            "client_rating": stated_facts.rating(reviews[1]) if reviews[1] else None,
            "client_reviews": stated_facts.count(reviews[2]),
        }
    if level := _LEVEL.match(line):
        return {"experience_level": stated_facts.experience_level(level[1])}
    label, colon, value = line.partition(":")
    if colon and label.strip().lower() in _STATED:
        return stated.facts_of({label.strip().lower(): value.strip()})
    return {}


def _pay(kind: str, text: str) -> dict[str, Any]:
    hourly = bool(_PER_HOUR.search(kind))
    amount = parse_amount(
        text, default_currency="USD", default_period="hour" if hourly else "project"
    )
    pay = pay_of(amount, pay="hourly" if hourly else "fixed") | {
        "experience_level": stated_facts.experience_level(text)
    }
    return {name: value for name, value in pay.items() if value is not None}


def _client(line: str) -> dict[str, Any]:
    """'Payment verified · 4.82 · $166K spent · United States', in any order and with any
    separator.
    """
    facts: dict[str, Any] = {"client_payment_verified": stated_facts.payment_verified(line)}
    for part in re.split(r"\s*[|·•,]\s*|\s{2,}", line):
        if "spent" in part.lower():
            spent = parse_spend(part)
            facts |= {
                "client_spent": spent,
                "client_currency": "USD" if spent is not None else None,
            }
        elif re.fullmatch(r"[0-5](?:\.\d+)?(?:\s*(?:stars?|★))?", part):
            facts["client_rating"] = stated_facts.rating(part)
        elif reviews := _REVIEWS.match(part):
            facts["client_rating"] = stated_facts.rating(reviews[1]) if reviews[1] else None
            facts["client_reviews"] = stated_facts.count(reviews[2])
        elif country := country_code(part):
            facts["country"] = country
    return facts


def _country_line(line: str, facts: dict[str, Any]) -> str | None:
    """A line that is nothing but a country, once the client's line has come."""
    return country_code(line) if "client_payment_verified" in facts and len(line) < 40 else None


def _prose(lines: list[str]) -> dict[str, Any]:
    """The excerpt, and the skills in the last line if it looks like a list of them. An excerpt
    ends where it is cut; what follows are skills.
    """
    chips = [line for line in lines if CHIP in line]
    lines = [line for line in lines if CHIP not in line]
    end = next((n for n, line in enumerate(lines) if line and _CUT.search(line)), None)
    if end is not None and all(len(line) < _LONGEST_SKILLS for line in lines[end + 1 :]):
        lines = [*lines[: end + 1], "", *lines[end + 1 :]]
    text = "\n".join(lines).strip()
    paragraphs = [p.strip() for p in re.split(r"\n\s*\n", text) if p.strip()]
    skills: tuple[str, ...] = ()
    if chips:
        skills = split_skills([skill for line in chips for skill in line.split(CHIP)])
    elif len(paragraphs) > 1 and (
        _is_skills(paragraphs[-1])
        or (_MORE.search(paragraphs[-2]) and len(paragraphs[-1]) < _LONGEST_SKILLS)
    ):
        skills = split_skills(_MORE_SKILLS.sub("", paragraphs.pop()))
    text = "\n\n".join(paragraphs)
    return {"text": _MORE.sub("…", text), "cut": bool(_MORE.search(text)), "skills": skills}


def _is_skills(text: str) -> bool:
    if _MORE_SKILLS.search(text):
        return True
    parts = text.split("\n" if "\n" in text else ",")
    return (
        len(parts) > 1
        and not re.search(r"[.!?:]$|^\s*(?:[-*•]|\d+[.)])", text, re.M)
        and all(0 < len(p.split()) <= 4 for p in parts)
    )
