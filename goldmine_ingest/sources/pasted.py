"""Text that a person copied from a job's page or wrote down: a posting from lines of prose among
lines of facts. Pure.

Made for the page and the search results of Upwork as a browser copies them ("Fixed-price", "Hourly:
$25.00 - $35.00", "Est. time", "Posted 2 hours ago", "Payment verified", "$17K spent", "20 to 50"),
and for "Label: value" lines anywhere. A line is a fact only if all of it reads as one; every other
line is the client's own text. In plain text the first line is the title.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from goldmine_ingest.facts import stated_facts as facts
from goldmine_ingest.facts.dates import parse_date
from goldmine_ingest.facts.money import parse_amount, parse_spend
from goldmine_ingest.facts.places import country_code, country_in, open_to
from goldmine_ingest.model.entry import RawEntry
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.sources.marketplaces import platform_of_link
from goldmine_ingest.sources.source import compose, dollars, fixed, hourly
from goldmine_ingest.text.plain_text import split_skills, tidy

Facts = dict[str, Any]

_URL = re.compile(r"https?://[^\s<>()\"']+")
_MONEY = r"(?:[$€£₹]|[A-Z]{3} ?)? ?\d[\d,.]*(?: ?[kKmM]\b)?\+?(?: ?[A-Z]{3}\b| ?€)?"
_RANGE = rf"{_MONEY}(?:\s*(?:-|–|to)\s*{_MONEY})?"
_PARTS = re.compile(r"\s+[-–|·•]\s+|\s{3,}|\t+")
_SKILLS_BEGIN = re.compile(
    r"(?:skills(?: and expertise| required)?|required skills|mandatory skills|nice-to-have"
    r" skills|tags)\s*:?",
    re.I,
)
_CLIENT_BEGINS = re.compile(r"about the client|client(?: info(?:rmation)?)?\s*:?", re.I)
_TEXT_BEGINS = re.compile(r"(?:summary|job description|description|details|overview)\s*:?", re.I)
# What pages print around a job; no fact about it and not the client's words.
_FURNITURE = re.compile(
    r"job details|activity on this job|summary|description|save job|apply now|submit a"
    r" proposal|flag as inappropriate|copy link|job link"
    r"|view job|view job posting|project type|remote job|one-time project|ongoing"
    r" project|experience level|duration|skip skills"
    r"|questions|more|less|(?:hourly|fixed-price|fixed price) job|(?:available|required)"
    r" connects:?.*|bid range.*"
    r"|\d+ (?:hours|days?) ago|about the client"
    r"|member since.*|individual client|company size.*|(?:small|mid-sized|large) company.*|payment"
    r" (?:method )?verified icon"
    r"|\d{1,3}(?:,\d{3})* hours|[A-Z][\w .'-]+ \d{1,2}:\d\d ?[AP]M|mandatory skills|nice-to-have"
    r" skills",
    re.I,
)
_SECTION_ENDS = re.compile(
    r"activity on this job|about the client|preferred qualifications|job link|project"
    r" type|summary|similar jobs.*|bid range.*",
    re.I,
)


def _rate(found: re.Match[str]) -> Facts:
    return hourly(found["money"], dollars(found["money"]))


def _price(found: re.Match[str]) -> Facts:
    return fixed(found["money"], dollars(found["money"]))


def _any_pay(found: re.Match[str]) -> Facts:
    """A 'Budget:' says neither; a rate says so itself ('30 USD / hr')."""
    amount = parse_amount(found["money"], default_currency=dollars(found["money"]))
    return (
        hourly(found["money"], dollars(found["money"])) if amount.pay == "hourly" else _price(found)
    )


def _spent(found: re.Match[str]) -> Facts:
    spent = parse_spend(found[0])
    return {
        "client_spent": spent,
        "client_currency": (
            (parse_amount(found[0]).currency or "USD") if spent is not None else None
        ),
    }


def _proposals(found: re.Match[str]) -> Facts:
    low, high = facts.proposals_band(found["n"])
    return {"proposals_min": low, "proposals_max": high}


def _country(found: re.Match[str]) -> Facts:
    return {"country": country_code(found["value"]) or country_in(found["value"])}


_READERS: tuple[tuple[str, Callable[[re.Match[str]], Facts]], ...] = (
    (
        (
            r"(?:hourly(?: rate| range)?|rate|hourly"
            rf" budget)\s*:?\s*(?P<money>{_RANGE})(?:\s*/\s*hr| per hour)?"
        ),
        _rate,
    ),
    (rf"(?P<money>{_RANGE})\s*(?:/\s*h(?:ou)?r|per hour|an hour|hourly)\.?", _rate),
    (
        (
            r"(?:fixed[- ]price|est\. budget|fixed[- ]price budget|project"
            rf" budget)\s*:?\s*(?P<money>{_RANGE})"
        ),
        _price,
    ),
    (rf"(?P<money>{_RANGE})\s*fixed[- ]price", _price),
    (rf"(?:est(?:imated)?\.? )?(?:budget|price)\s*:\s*(?P<money>{_RANGE}.{{0,20}})", _any_pay),
    (r"hourly", lambda _: {"pay": "hourly"}),
    (r"fixed[- ]price", lambda _: {"pay": "fixed"}),
    (r"posted\b:?\s*(?P<ago>.{3,40})", lambda found: {"posted": found["ago"]}),
    (r"proposals?\s*:?\s*(?P<n>(?:less than|fewer than)?\s*\d[\d+ toa-]*)", _proposals),
    (
        r"(?P<n>(?:less than |fewer than )?\d+\+?(?: to \d+)?) (?:proposals?|bids?|applicants?)",
        _proposals,
    ),
    (r"interviewing\s*:?\s*(?P<n>\d+)", lambda found: {"interviewing": int(found["n"])}),
    (
        (
            r"(?:send a proposal for|connects(?: to submit a proposal)?)\s*:?\s*(?P<n>\d+)(?:"
            r" connects)?|(?P<m>\d+) connects"
        ),
        lambda f: {"connects": int(f["n"] or f["m"])},
    ),
    (
        r"payment (?:method )?(?:not |un)?verified",
        lambda found: {"client_payment_verified": facts.payment_verified(found[0])},
    ),
    (rf"{_MONEY}\s*(?:total )?spen[dt](?:ing)?|total spent\s*:?\s*{_MONEY}", _spent),
    (
        r"(?P<n>\d[\d,]*) hires?(?:, \d+ active)?",
        lambda found: {"client_hires": facts.count(found["n"])},
    ),
    (
        r"(?P<n>\d[\d,]*) jobs? posted",
        lambda found: {"client_posted_jobs": facts.count(found["n"])},
    ),
    (
        r"(?P<n>\d{1,3}%) hire rate(?:, \d+ open jobs?)?",
        lambda found: {"client_hire_rate": facts.hire_rate(found["n"])},
    ),
    (
        r"(?:rating is )?(?P<n>[0-5][.,]\d{1,2})(?: out of 5| of 5)?(?: stars?)?\.?",
        lambda found: {"client_rating": facts.rating(found["n"])},
    ),
    (
        r"(?P<n>[0-5][.,]\d{1,2}) of (?P<m>\d+) reviews?",
        lambda found: {
            "client_rating": facts.rating(found["n"]),
            "client_reviews": int(found["m"][:6]),
        },
    ),
    (
        rf"(?P<money>{_MONEY})\s*/\s*hr avg\.? hourly rate paid",
        lambda found: {"client_avg_hourly": parse_amount(found["money"]).minimum},
    ),
    (
        (
            r"(?:experience(?: level)?\s*:\s*)?(?P<level>entry level|intermediate|expert)(?:"
            r" \(?\${1,3}\)?)?"
        ),
        lambda f: {"experience_level": facts.experience_level(f["level"])},
    ),
    (
        r"(?:est(?:imated)?\.? time|duration|project length)\s*:\s*(?P<span>.{3,60})"
        r"|(?P<bare>(?:less than|more than) \d+ (?:week|month)s?|\d+ to \d+ months)",
        lambda found: _span(found["span"] or found["bare"]),
    ),
    (
        r"(?:less than |more than )?\d+\+? (?:hrs|hours)/week(?:, .*)?",
        lambda found: {"hours_per_week": facts.hours_per_week(found[0])},
    ),
    (
        r"(?:skills|required skills|tags)\s*:\s*(?P<value>\S.*)",
        lambda found: {"skills": split_skills(found["value"])},
    ),
    (r"category\s*:\s*(?P<value>\S.{0,100})", lambda found: {"category": found["value"].strip()}),
    (r"company\s*:\s*(?P<value>\S.{0,100})", lambda found: {"company": found["value"].strip()}),
    (r"(?:client (?:country|location)|country)\s*:\s*(?P<value>.{2,60})", _country),
    (
        (
            r"only freelancers located in (?P<value>.{2,80}?) may apply\.?|location"
            r" requirement\s*:\s*(?P<other>.{2,80})"
        ),
        lambda f: {"open_to": open_to(f[0])},
    ),
    (r"worldwide", lambda _: {}),
)
_FACTS = tuple((re.compile(rf"\s*(?:{pattern})\s*", re.I), read) for pattern, read in _READERS)
# A value on its own line whose label stands on the next one, as pages with icons are copied: "Less
# than 5" under "Proposals:".
_LABELS_BEFORE = re.compile(
    r"(proposals|interviewing|budget|hourly rate|send a proposal"
    r" for|skills|country|category|duration|posted)\s*:?",
    re.I,
)
_LABELS_OF_NOTHING = re.compile(
    r"(?:last viewed by client|invites sent|unanswered invites|hires|available connects|member"
    r" since)\s*:",
    re.I,
)


def _span(text: str) -> Facts:
    return {
        "duration": facts.duration(text.partition(",")[0]),
        "hours_per_week": facts.hours_per_week(text),
    }


def read_pasted(text: str, now: datetime) -> Posting:
    """The posting that a pasted text is. `now` dates "2 hours ago". Raises ValueError for a text
    without a word.
    """
    lines = [line.strip() for line in _joined(tidy(text).splitlines())]
    reader = _Reader(now)
    for number, line in enumerate(lines):
        reader.take(line, lines[number + 1] if number + 1 < len(lines) else "")
    title, body = reader.title, "\n".join(reader.body).strip()
    if not title and not body:
        raise ValueError("there is no text in it")
    entry = RawEntry(link=reader.link, title=title, body=text)
    return compose(entry, platform="generic", title=title, text=body, **reader.facts())


def _joined(lines: list[str]) -> list[str]:
    """'$25.00', '-', '$35.00' on three lines is one range; an amount above 'Hourly' or
    'Fixed-price' is one line with it.
    """
    text = "\n".join(line.strip() for line in lines)
    text = re.sub(rf"^({_MONEY})\n+[-–][ \n]*({_MONEY})$", r"\1 - \2", text, flags=re.M)
    return re.sub(
        rf"^({_RANGE})\n+(hourly|fixed-price|fixed price)$", r"\1 \2", text, flags=re.M | re.I
    ).splitlines()


class _Reader:
    """Takes the lines one by one. A section ("Skills and Expertise", "About the client") says
    how plain lines are to be read.
    """

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._said: Facts = {}
        self._skills: list[str] = []
        self._section = "text"
        self._pending = ""
        self._skip = False
        self.title = ""
        self.link = ""
        self.body: list[str] = []

    def take(self, line: str, following: str) -> None:
        if not line:
            self.body.append("")
        elif self._skip:
            self._skip = False
        elif self._pending:
            label, self._pending = self._pending, ""
            if not self._learn(_facts_of(f"{label}: {line}")):
                self._prose(line)
        elif _URL.fullmatch(line):
            self.link = self.link or line
        elif self._begins_section(line):
            pass
        elif _LABELS_BEFORE.fullmatch(line) and line.endswith(":") and following:
            self._pending = line.rstrip(": ")
        elif self.title and _LABELS_OF_NOTHING.fullmatch(line):
            self._skip = True
        elif self._section != "skills" and self._learn(_facts_of(line)):
            pass
        else:
            self._plain(line)

    def _begins_section(self, line: str) -> bool:
        if self.title and _SKILLS_BEGIN.fullmatch(line):
            self._section = "skills"
        elif self.title and _CLIENT_BEGINS.fullmatch(line):
            self._section = "client"
        elif self.title and _TEXT_BEGINS.fullmatch(line):
            self._section = "text"
        else:
            if self._section == "skills" and _SECTION_ENDS.fullmatch(line):
                self._section = "facts"
            return False
        return True

    def _plain(self, line: str) -> None:
        """A line that states no fact by itself."""
        if self.title and _FURNITURE.fullmatch(line):
            return
        if self._section == "skills" and len(line) <= 120 and not line.endswith("."):
            if not self._learn(_client_only(line)):
                self._skills += split_skills(line)
        elif (self._section != "text" or "client_payment_verified" in self._said) and (
            place := country_code(line)
        ):
            self._said.setdefault("country", place)
        else:
            self._prose(line)

    def _prose(self, line: str) -> None:
        if not self.link and (found := _URL.search(line)) and _is_job(found[0]):
            self.link = found[0]
        if self.title:
            self.body.append(line)
        else:
            self.title = line

    def _learn(self, found: Facts | None) -> bool:
        """Keeps the facts of a line; the first that states one wins."""
        if found is None:
            return False
        for name, value in found.items():
            if value is not None and value != ():
                self._said.setdefault(name, value)
        return True

    def facts(self) -> Facts:
        """What the lines said, as fields of Posting."""
        said = dict(self._said)
        posted = said.pop("posted", None)
        said["posted_at"] = parse_date(posted, now=self._now) if posted else None
        if self._skills and "skills" not in said:
            said["skills"] = split_skills(self._skills)
        return said


def _facts_of(line: str) -> Facts | None:
    """The facts that make up a whole line; None if any part of it is something else."""
    if (alone := _fact(line)) is not None:
        return alone
    parts = [part for part in _PARTS.split(line) if part]
    if len(parts) < 2:
        return None
    found: Facts = {}
    for part in parts:
        fact = _fact(part)
        if fact is None and "client_payment_verified" in found and country_code(part):
            fact = {"country": country_code(part)}
        if fact is None:
            return None
        found = {**{name: value for name, value in fact.items() if value is not None}, **found}
    return found


def _fact(text: str) -> Facts | None:
    return next(
        (read(found) for pattern, read in _FACTS if (found := pattern.fullmatch(text))), None
    )


def _client_only(line: str) -> Facts | None:
    """In a list of skills only what can be no skill: what the client has paid, hired, posted."""
    found = _facts_of(line)
    return (
        found
        if found and any(name.startswith(("client_", "proposals", "posted")) for name in found)
        else None
    )


def _is_job(link: str) -> bool:
    return platform_of_link(link) is not None
