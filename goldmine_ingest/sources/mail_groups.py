"""Which links of an alert mail lead to one job, and which of their words name it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from goldmine_ingest.sources.mail_borders import is_foreign
from goldmine_ingest.sources.mail_lines import is_button, is_pay
from goldmine_ingest.sources.mail_links import MailJob, job_of, platform_of_sender, unwrapped
from goldmine_ingest.sources.mail_text import Line, Mail

_WORDS = re.compile(r"[^\W\d_]")
_REST = re.compile(r"\s*[-–—|·•:,(].*\w", re.S)  # behind a link's words: facts, no sentence


@dataclass(slots=True)
class Group:
    """The links of one job: where the first and last stand, and the words that name the job.
    `button` is True where a link says what to do ("View job") in place of naming it.
    """

    job: MailJob
    first: int
    last: int
    words: str
    button: bool = False


def groups_of(lines: Sequence[Line], host: str) -> list[Group]:
    """The jobs that the links of a mail from `host` mean, in order."""
    groups: dict[str, Group] = {}
    repeated = _repeated(lines)
    last = ""
    for number, line in enumerate(lines):
        for url, words in line.links:
            job = job_of(url if "://" in url else absolute(url, host), host)
            if job is None:
                continue
            button = is_button(words) or words in repeated
            words = "" if button or not re.search(r"[^\W\d_]{2}", words) else words
            group = groups.get(job.url)
            if group is None:
                groups[job.url] = Group(job, number, number, words, button)
            elif last == job.url:  # a link to a job above, further down, says nothing more of it
                group.last = number
                group.words = group.words or (words if number <= group.first + 2 else "")
                group.button = group.button or button
            last = job.url
    return list(groups.values())


def apart(line: Line, host: str) -> tuple[Line, ...]:
    """A line that names its job and tells its facts too ("TITLE — Northwind — €25/hour"), as
    two.
    """
    if len(line.links) != 1:
        return (line,)
    ((url, words),) = line.links
    before, title, rest = line.text.partition(words) if words else ("", "", "")
    if not (title and _REST.match(rest)) or _WORDS.search(before) or is_button(words):
        return (line,)
    if job_of(url, host) is None:
        return (line,)
    return Line(words, line.links, line.strong), Line(rest.strip(" \t-–—|·•:,"))


def _repeated(lines: Sequence[Line]) -> frozenset[str]:
    """Words that lead to several addresses: a button, in whatever language, for no two jobs of a
    mail have one title.
    """
    targets: dict[str, set[str]] = {}
    for line in lines:
        for url, words in line.links:
            targets.setdefault(words, set()).add(unwrapped(url))
    return frozenset(words for words, urls in targets.items() if words and len(urls) > 1)


def absolute(path: str, host: str) -> str:
    """Freelancer.com's plain mails name the path alone."""
    site = "www.freelancer.com" if host.endswith("freelancer.com") else host
    return f"https://{site}{path}"


def opaque_groups(lines: Sequence[Line], mail: Mail) -> list[Group]:
    """The jobs of a mail whose links are the sender's own click counters: titles that are links,
    each with a line of pay below it.
    """
    platform = platform_of_sender(mail.host)
    titles = [
        Group(MailJob(platform, None, line.links[0][0]), n, n, line.text)
        for n, line in enumerate(lines)
        if is_foreign(line, mail.host) and not (line.bare or is_button(line.text))
    ]
    ends = [*(group.first for group in titles[1:]), len(lines)]
    return [
        group
        for group, end in zip(titles, ends, strict=False)
        if any(is_pay(line.text) for line in lines[group.first : end])
    ]


__all__ = ["Group", "absolute", "apart", "groups_of", "opaque_groups"]
