"""Text that a person copied from a job's page or wrote down: a posting from lines of prose among
lines of facts. Pure.

Made for the page and the search results of Upwork as a browser copies them ("Fixed-price", "Hourly:
$25.00 - $35.00", "Est. time", "Posted 2 hours ago", "Payment verified", "$17K spent", "20 to 50"),
and for "Label: value" lines anywhere. What lines are facts, `pasted_facts` says; every other
line is the client's own text. In plain text the first line is the title.
"""

from __future__ import annotations

import re
from datetime import datetime

from goldmine_ingest.facts.dates import parse_date
from goldmine_ingest.facts.places import country_code
from goldmine_ingest.model.entry import RawEntry
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.sources.marketplaces import platform_of_link
from goldmine_ingest.sources.pasted_facts import MONEY, RANGE, Facts, client_only, facts_of
from goldmine_ingest.sources.source import compose
from goldmine_ingest.text.plain_text import split_skills, tidy

_URL = re.compile(r"https?://[^\s<>()\"']+")
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
    text = re.sub(rf"^({MONEY})\n+[-–][ \n]*({MONEY})$", r"\1 - \2", text, flags=re.M)
    return re.sub(
        rf"^({RANGE})\n+(hourly|fixed-price|fixed price)$", r"\1 \2", text, flags=re.M | re.I
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
            if not self._learn(facts_of(f"{label}: {line}")):
                self._prose(line)
        elif _URL.fullmatch(line):
            self.link = self.link or line
        elif self._begins_section(line):
            pass
        elif _LABELS_BEFORE.fullmatch(line) and line.endswith(":") and following:
            self._pending = line.rstrip(": ")
        elif self.title and _LABELS_OF_NOTHING.fullmatch(line):
            self._skip = True
        elif self._section != "skills" and self._learn(facts_of(line)):
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
            if not self._learn(client_only(line)):
                self._skills += split_skills(line)
        elif (self._section != "text" or "client_payment_verified" in self._said) and (
            place := country_code(line)
        ):
            self._said.setdefault("country", place)
        else:
            self._prose(line)

    def _prose(self, line: str) -> None:
        if not self.link and (match := _URL.search(line)) and _is_job(match[0]):
            self.link = match[0]
        if self.title:
            self.body.append(line)
        else:
            self.title = line

    def _learn(self, facts: Facts | None) -> bool:
        """Keeps the facts of a line; the first that states one wins."""
        if facts is None:
            return False
        for name, value in facts.items():
            if value is not None and value != ():
                self._said.setdefault(name, value)
        return True

    def facts(self) -> Facts:
        """What the lines said, as fields of Posting."""
        facts = dict(self._said)
        posted = facts.pop("posted", None)
        facts["posted_at"] = parse_date(posted, now=self._now) if posted else None
        if self._skills and "skills" not in facts:
            facts["skills"] = split_skills(self._skills)
        return facts


def _is_job(link: str) -> bool:
    return platform_of_link(link) is not None
