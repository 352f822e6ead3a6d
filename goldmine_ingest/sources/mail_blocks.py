"""The jobs of an alert mail, each with its own lines.

A block is told by its links: all that lead to one job belong together, and the lines between two
jobs belong to the one whose layout they fit (a title above its facts, or a button below them). What
may belong to a neighbour is left out: no fact is better than another job's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from goldmine_ingest.sources.mail_borders import is_foreign, second_job, stray
from goldmine_ingest.sources.mail_groups import Group, absolute, apart, groups_of, opaque_groups
from goldmine_ingest.sources.mail_lines import (
    FOOTER,
    GREETING,
    RULE,
    is_button,
    is_fact,
    is_pay,
)
from goldmine_ingest.sources.mail_links import MailJob, job_of, platform_of_sender, unwrapped
from goldmine_ingest.sources.mail_rules import between_rules, lost_between_rules
from goldmine_ingest.sources.mail_text import Line, Mail
from goldmine_ingest.sources.mail_words import ALERT, ONE_JOB
from goldmine_ingest.text.lazy_re import lazy_re

_NUMBERED = lazy_re(r"^\d{1,2}[.)]\s+(?=[^\W\d])")  # of a list of jobs
_CARD_ABOVE = 6  # lines at most above a job's first fact that are its title and company


@dataclass(frozen=True, slots=True)
class Block:
    """One job of a mail: its title, its job's link, and the lines that are surely its own.
    `problem` says why it can't be read, where it can't.
    """

    title: str
    job: MailJob | None
    lines: tuple[str, ...]
    problem: str | None = None


def blocks(mail: Mail) -> list[Block]:
    """The jobs of an alert. A job that can't be told from its neighbours has a `problem`."""
    lines = [part for line in mail.lines for part in apart(line, mail.host)]
    groups = groups_of(lines, mail.host)
    end = _end(lines, groups)
    lines = lines[:end]
    if not groups:
        opaque = opaque_groups(lines, mail)
        if len(opaque) < 2:
            return _without_link(mail, lines)
        return [block for jobs in _titled(lines, opaque, mail) for block in jobs]
    if len(groups) == 1 and (one := ONE_JOB.match(mail.subject)):
        return [_only(lines, groups[0], one[1].strip())]
    cards = between_rules(lines, groups, mail.host)
    if cards is not None:
        jobs = [_card(lines[start:stop], group, mail) for group, (start, stop) in cards]
        return jobs + [_lost(mail)] * lost_between_rules(lines, cards, mail.host)
    if _titles_come_first(lines, groups, mail.host):
        return [block for jobs in _titled(lines, groups, mail) for block in jobs]
    return _ended(lines, groups, mail)


def _end(lines: Sequence[Line], groups: Sequence[Group]) -> int:
    """Where the mail's own footer begins, behind the last job's links."""
    start = groups[-1].last + 1 if groups else 0
    return next((n for n in range(start, len(lines)) if FOOTER.match(lines[n].text)), len(lines))


# --- Cards between rules


def _card(lines: Sequence[Line], group: Group, mail: Mail) -> Block:
    own = list(lines)
    if group.words:
        at = next((n for n, line in enumerate(own) if line.text == group.words), 0)
        return _block(group.words, group, own[at:])
    at = next((n for n, line in enumerate(own) if any(_leads_to(line, group, mail))), len(own))
    start = _paragraph_start(own, at)
    fact = next((n for n, line in enumerate(own) if is_pay(line.text)), None)
    if fact is not None and fact < start:
        start = _paragraph_start(own, fact)
    return _from(own[start:], group)


def _leads_to(line: Line, group: Group, mail: Mail) -> list[bool]:
    return [
        True
        for url, _ in line.links
        if (job := job_of(url if "://" in url else absolute(url, mail.host), mail.host))
        and job.url == group.job.url
    ]


def _paragraph_start(lines: Sequence[Line], at: int) -> int:
    """The first line of the paragraph that line `at` stands in, or ends."""
    at = min(at, len(lines) - 1)
    while at > 0 and (not lines[at].text and not lines[at].links):
        at -= 1
    while at > 0 and lines[at - 1].text:
        at -= 1
    return max(at, 0)


# --- A title, then its facts


def _titles_come_first(lines: Sequence[Line], groups: Sequence[Group], host: str) -> bool:
    head = lines[: groups[0].first]
    for at, line in enumerate(head):
        if line.bare and is_foreign(line, host):
            below = takewhile(lambda each: each.text, head[at + 1 :])
            if any(is_fact(each.text) for each in below):
                return True  # a job that lost its link: its facts stand below its address
    before = any(is_fact(line.text) for line in head)
    after = any(is_fact(line.text) for line in lines[groups[-1].last :])
    named = sum(bool(group.words) for group in groups) * 2 > len(groups)
    by_button = sum(group.button and not group.words for group in groups) * 2 > len(groups)
    if by_button and any(is_button(line.text) and is_foreign(line, host) for line in lines):
        return False  # another job's button, below its facts
    if before != after:
        return after
    if before or named:
        return named
    if by_button:
        return False
    start = _paragraph_start(lines, groups[0].first)
    return sum(bool(line.text) for line in lines[start : groups[0].first]) < 2


def _titled(lines: Sequence[Line], groups: Sequence[Group], mail: Mail) -> list[list[Block]]:
    starts = [_title_line(lines, group) for group in groups]
    stops = [*starts[1:], len(lines)]
    parts = [lines[start:stop] for start, stop in zip(starts, stops, strict=True)]
    strays = stray([part[1:] for part in parts], mail.host)
    return [
        _split(part, group, mail, _before_stray(part, at))
        for part, group, at in zip(parts, groups, strays, strict=True)
    ]


def _before_stray(lines: Sequence[Line], strays: Sequence[int]) -> int:
    """How many of a job's lines stand before another's title, by a link that leads nowhere: the
    link's own line, or the one above a bare address.
    """
    if not strays:
        return len(lines)
    at = strays[0] + 1
    above = next((n for n in range(at - 1, 0, -1) if lines[n].text), 0) if lines[at].bare else at
    return above or at


def _title_line(lines: Sequence[Line], group: Group) -> int:
    if group.words:
        return group.first
    return next((n for n in range(group.first - 1, -1, -1) if lines[n].text), group.first)


def _split(lines: Sequence[Line], group: Group, mail: Mail, border: int) -> list[Block]:
    """A job's lines; where a second pay comes after a gap, another job lost its link: its part is
    a block of its own that can't be read.
    """
    title = group.words or (lines[0].text if lines else "")
    cut = min(second_job(lines), border)
    jobs = [_block(title, group, lines[1:cut])]
    if second_job(lines) < len(lines) or any(is_fact(line.text) for line in lines[border:]):
        jobs.append(_lost(mail))
    return jobs


def _lost(mail: Mail) -> Block:
    return Block("", None, (), f"a job of {mail.name or mail.address} has no link")


# --- Facts, then a button


def _ended(lines: Sequence[Line], groups: Sequence[Group], mail: Mail) -> list[Block]:
    starts = [0, *(group.last + 1 for group in groups[:-1])]
    parts = [list(lines[s : g.last + 1]) for s, g in zip(starts, groups, strict=True)]
    lost = []
    for number, at in enumerate(stray([part[:-1] for part in parts], mail.host)):
        if at and (number or any(is_fact(line.text) for line in parts[number][: at[-1]])):
            lost.append(_lost(mail))
            parts[number] = parts[number][at[-1] + 1 :]
    later = [_trimmed(part) for part in parts[1:]]
    jobs: list[Block] = []
    for number, (part, group) in enumerate(zip(parts, groups, strict=True)):
        own = _trimmed(part)
        if number == 0:
            own = _first_card(own, later, mail.subject)
        jobs.append(_from(own, group))
    return jobs + lost


def _trimmed(lines: list[Line]) -> list[Line]:
    start = next(
        (
            n
            for n, line in enumerate(lines)
            if line.text and not RULE.match(line.text) and not is_button(line.text)
        ),
        0,
    )
    return lines[start:]


def _before_fact(lines: Sequence[Line]) -> int:
    """How many lines of words stand before the first fact."""
    fact = next((n for n, line in enumerate(lines) if is_pay(line.text)), None)
    return sum(bool(line.text) for line in lines[:fact]) if fact is not None else 0


def _first_card(lines: list[Line], later: Sequence[Sequence[Line]], subject: str) -> list[Line]:
    """The first job's lines without the greeting above them: from the line that the subject
    names, from the heading that the other jobs begin with too, or as far above its pay as the
    other jobs' titles stand above theirs.
    """
    one = ONE_JOB.match(subject)
    for number, line in enumerate(lines):
        if one and line.text.lower() == one[1].strip().lower():
            return lines[number:]
    if (heading := _heading(lines, later)) is not None:
        return lines[heading:]
    above = min((n for part in later if (n := _before_fact(part))), default=0)
    fact = next((n for n, line in enumerate(lines) if is_pay(line.text)), None)
    if fact is None:
        paragraph = lines[_paragraph_start(lines, len(lines) - 1) :]
        return paragraph if sum(bool(line.text) for line in paragraph) > 1 else lines
    words = [n for n in range(fact) if lines[n].text and not RULE.match(lines[n].text)]
    if above:
        return lines[words[-above] :] if len(words) >= above else lines
    start = _paragraph_start(lines, fact)
    count = sum(start <= n for n in words)
    if 0 < count <= _CARD_ABOVE // 2:
        return lines[start:]
    return lines[words[-1] :] if words else lines


def _heading(lines: Sequence[Line], later: Sequence[Sequence[Line]]) -> int | None:
    """Where the first card's heading stands, where every other card begins with one: as many
    headings before the card's end as the others have.
    """
    counts = {sum(line.strong for line in part) for part in later}
    strong = [n for n, line in enumerate(lines) if line.strong]
    if not later:
        return (
            strong[-1] if strong and not any(is_pay(x.text) for x in lines[: strong[-1]]) else None
        )
    if len(counts) != 1 or not all(part and part[0].strong for part in later):
        return None
    count = counts.pop()
    return strong[-count] if len(strong) >= count else None


def _from(lines: Sequence[Line], group: Group) -> Block:
    """A block whose title is its first line. With two pays it can't be told whose they are."""
    own = [line for line in lines if line.text and not RULE.match(line.text)]
    title = group.words or next((line.text for line in own if not is_button(line.text)), "")
    pays = [n for n, line in enumerate(lines) if is_pay(line.text)]
    if len(pays) > 1 and second_job(lines) < len(lines):
        return Block(title, group.job, (), "the facts of two jobs stand above one link")
    start = next((n for n, line in enumerate(lines) if line.text == title), -1)
    return _block(title, group, lines[start + 1 :])


def _block(title: str, group: Group, lines: Sequence[Line]) -> Block:
    title = _NUMBERED.sub("", title.strip(" -–—:•·*"))
    problem = None if title and not is_pay(title) else "a job without a title of its own"
    return Block(title, group.job, _own(lines, title), problem)


def _own(lines: Sequence[Line], title: str) -> tuple[str, ...]:
    kept: list[str] = []
    for line in lines:
        if FOOTER.match(line.text):
            break
        if RULE.match(line.text) or line.text == title or (line.text and is_button(line.text)):
            continue
        if line.links and not line.text:
            continue
        kept.append(line.text)
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept)


def _only(lines: Sequence[Line], group: Group, title: str) -> Block:
    """The job of a mail whose subject names it: all that stands below its title."""
    start = next((n for n, line in enumerate(lines) if _names(line.text, title)), -1)
    paid_above = any(is_pay(line.text) for line in lines[: group.first])
    if start < 0 and group.words and not paid_above:
        start = group.first
    elif start < 0 and group.first and lines[group.first].text == "":
        start = group.first if not any(is_pay(line.text) for line in lines[: group.first]) else -1
    if start < 0:
        start = next((n for n, line in enumerate(lines) if not _opens(line.text)), 0) - 1
    return _block(title, group, lines[start + 1 :])


def _opens(text: str) -> bool:
    """A line with which a mail begins, before anything of the job."""
    return not text or bool(GREETING.match(text)) or (bool(ALERT.search(text)) and not is_pay(text))


def _names(text: str, title: str) -> bool:
    """A line that is the title, alone or behind the subject's words ("New brief: TITLE")."""
    text, title = text.lower(), title.lower()
    return text == title or (text.endswith(title) and bool(ONE_JOB.match(text)))


def _without_link(mail: Mail, lines: Sequence[Line]) -> list[Block]:
    """The one job of an alert whose links can't be looked behind: its title is the subject's, and
    its link the first that there is.
    """
    one = ONE_JOB.match(mail.subject)
    if one is None or not any(is_pay(line.text) for line in lines):
        return []
    link = next((unwrapped(url) for line in lines for url, _ in line.links), "")
    job = MailJob(platform_of_sender(mail.host), None, link)
    title = one[1].strip()
    start = next((n for n, line in enumerate(lines) if line.text.lower() == title.lower()), -1)
    return [Block(title, job, _own(lines[start + 1 :], title))]


__all__ = ["Block", "blocks"]
