"""Alert mails of any board: each job of a mail as an entry of its own, and what a block of lines
says of a job.

Upwork's and Vollna's mails have readers of their own for what their lines mean; every other
sender's are read here: title, company, place, and facts that a label or their own form tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta, timezone

from goldmine_ingest.facts.dates import parse_date
from goldmine_ingest.facts.places import country_code, country_in
from goldmine_ingest.model.entry import FeedDocument, NotUnderstoodError, RawEntry
from goldmine_ingest.model.mail_outcome import MailOutcome
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.sources import stated, upwork_mail
from goldmine_ingest.sources.archives import is_mailbox
from goldmine_ingest.sources.labels import labelled
from goldmine_ingest.sources.mail_blocks import Block, blocks
from goldmine_ingest.sources.mail_card import FOREIGN_PAY, card_of
from goldmine_ingest.sources.mail_kind import Kind, mail_kind, mail_outcome
from goldmine_ingest.sources.mail_links import MailJob, job_of, platform_of_sender
from goldmine_ingest.sources.mail_text import CHIP, Mail, mail_of
from goldmine_ingest.sources.source import Source, compose
from goldmine_ingest.text.plain_text import split_skills

_SKILLS = (
    *("Skills", "Required skills", "Skills required", "Tags", "Technologies", "Tech stack"),
    *("Fähigkeiten", "Kenntnisse", "Skills & Kenntnisse", "Compétences", "Habilidades"),
    *("Competências", "Competenze", "Aptitudes", "Conocimientos"),
)
_TEXT = (
    *("Description", "Project description", "Job description", "Beschreibung", "Descripción"),
    *("Descrição", "Descrizione", "Projektbeschreibung", "About the job", "Summary"),
)
_PLACE = ("Location", "Country", "Client country", "Client location", "Ort", "Lieu", "Ubicación")
_COMPANY = ("Company", "Client", "Firma", "Unternehmen", "Entreprise", "Empresa", "Azienda")
_POSTED = ("Posted", "Posted on", "Published", "Veröffentlicht", "Publié le", "Publicado")
_LABELS = (*stated.PAY_LABELS, *_SKILLS, *_PLACE, *_COMPANY, *_POSTED, *stated.LABELS)
_AGO = re.compile(r"\b(?:just posted|today|\d+ (?:minutes?|hours?|days?) ago)\b", re.I)
_MORE = re.compile(
    r"\s*(?:\.\.\.|…|\[\.\.\.\]|\[…\])\s*(?:(?:read |see |show )?more|mehr|weiterlesen"
    r"|lire la suite|plus|más|mais)?\s*$",
    re.I,
)
_BLOCK_GUID = re.compile(r"#\d+$")
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})\b")
_DAY = 24 * 60  # minutes
MOST_JOBS = 200  # of one mail; the longest digests seen list some 50


def split(entry: RawEntry) -> Iterator[RawEntry]:
    """The jobs of an alert mail, each as an entry; a mail of one job, or one that is no alert, as
    it is.
    """
    mail = mail_of(entry)
    if mail_kind(mail) != "alert":
        yield entry
        return
    jobs = blocks(mail)[:MOST_JOBS]
    if len(jobs) < 2:
        yield entry
        return
    for number, block in enumerate(jobs, 1):
        yield _entry(block, entry, mail, number)


def _entry(block: Block, entry: RawEntry, mail: Mail, number: int) -> RawEntry:
    text = "\n".join(block.lines)
    extra = {"text": text} | ({"problem": block.problem} if block.problem else {})
    if mail.sent != entry.published:
        extra["sent"] = mail.sent
    return RawEntry(
        f"{entry.guid}#{number}",
        block.job.url if block.job else "",
        block.title,
        text,
        entry.published,
        author=f"{mail.name} <{mail.address}>" if mail.forwarded else entry.author,
        extra=extra,
    )


def is_block(entry: RawEntry) -> bool:
    """One job that was split off a mail of several."""
    return bool(_BLOCK_GUID.search(entry.guid)) and not {"from", "subject"} & entry.extra.keys()


def kind_of(entry: RawEntry) -> Kind:
    """What an entry's mail is; a job that was split off an alert is one."""
    return "alert" if is_block(entry) else mail_kind(mail_of(entry))


def outcome_of(entry: RawEntry) -> MailOutcome | None:
    """What a mail that is no alert says of a job."""
    return None if is_block(entry) else mail_outcome(mail_of(entry))


def block_of(entry: RawEntry, now: datetime) -> tuple[Block, datetime | None] | None:
    """The one job of an entry and when its mail was sent; None for a mail that is no alert. Raises
    NotUnderstoodError where nobody can tell what a mail says.
    """
    if is_block(entry):
        return _split_off(entry), _sent(str(entry.extra.get("sent", "")), entry.published, now)
    mail = mail_of(entry)
    kind = mail_kind(mail)
    if kind not in ("alert", "unknown"):
        return None
    jobs = blocks(mail) if kind == "alert" else []
    if len(jobs) != 1:
        raise NotUnderstoodError(f"not understood: “{mail.subject[:80]}”")
    if jobs[0].problem:
        raise NotUnderstoodError(jobs[0].problem)
    return jobs[0], _sent(mail.sent, entry.published, now)


def _sent(date: str, outer: str, now: datetime) -> datetime | None:
    """When a mail was first sent, by a forward's header `date`. That names no zone: it is the
    forwarder's own, as the Date of the mail that passes it on has it; and never later than that.
    """
    passed_on = parse_date(outer, now=now)
    if not date or date == outer:
        return passed_on
    zone = _OFFSET.search(outer)
    minutes = (int(zone[2]) * 60 + int(zone[3])) * (-1 if zone[1] == "-" else 1) if zone else 0
    own = timezone(timedelta(minutes=minutes)) if abs(minutes) < _DAY else UTC
    sent = parse_date(date, now=passed_on or now, default_tz=own)
    if not sent or not passed_on:
        return sent or passed_on
    day_only = sent.astimezone(own).time() == time() and sent.date() == passed_on.date()
    return passed_on if day_only else min(sent, passed_on)


def _split_off(entry: RawEntry) -> Block:
    if problem := entry.extra.get("problem"):
        raise NotUnderstoodError(str(problem))
    if entry.title:
        host = entry.author.rpartition("@")[2].strip(" >")
        job = job_of(entry.link, host) or MailJob(platform_of_sender(host), None, entry.link)
        return Block(entry.title, job, tuple(str(entry.extra.get("text", "")).splitlines()))
    # An older version kept the block's lines with its title and links among them.
    jobs = blocks(mail_of(entry))
    if not jobs:
        raise NotUnderstoodError("a job of a mail without title or link")
    return jobs[0]


def normalise(entry: RawEntry, _feed: FeedDocument, now: datetime) -> Posting | None:
    """The job of an alert; None for a mail that is none. Raises NotUnderstoodError."""
    alert = block_of(entry, now)
    if alert is None:
        return None
    block, sent = alert
    if block.job and block.job.platform == "upwork":
        return upwork_mail.posting(entry, block, sent, now)
    return posting(entry, block, sent, now)


def posting(entry: RawEntry, block: Block, sent: datetime | None, now: datetime) -> Posting:
    """What a block says of a job, on a board without a reader of its own."""
    job = block.job or MailJob("", None, "")
    fields, words = labelled(
        "\n".join(block.lines).replace(CHIP, " "), (*_LABELS, *FOREIGN_PAY, *_TEXT)
    )
    card = card_of(block.title, words.splitlines(), fields, job.platform)
    body = "\n".join(
        [*(fields[name.lower()] for name in _TEXT if name.lower() in fields), *card.prose]
    )
    cut = bool(_MORE.search(body))
    place = _one_of(fields, _PLACE) or card.place
    return compose(
        entry,
        platform=job.platform or "generic",
        title=card.title,
        text=_MORE.sub("…", body).strip() if cut else body.strip(),
        link=job.url,
        posted_at=_posted(fields, block.lines, sent, now),
        company=_one_of(fields, _COMPANY) or card.company,
        country=country_code(place) or country_in(place) if place else None,
        skills=split_skills(_one_of(fields, _SKILLS)),
        truncated=cut or None,
        platform_job_id=job.job_id,
        **({"url": job.url} if job.job_id else {}),
        **stated.facts_of(fields),
        **card.pay,
    )


def _posted(
    fields: dict[str, str], lines: Sequence[str], at: datetime | None, now: datetime
) -> datetime | None:
    """When the job was posted by its own word, else when the mail was sent."""
    own = _one_of(fields, _POSTED) or next((x for x in lines if _AGO.fullmatch(x.strip())), "")
    posted = parse_date(own, now=at or now) if own else None
    return at if posted is None or (at and posted.date() == at.date()) else posted


def _one_of(fields: dict[str, str], names: Sequence[str]) -> str:
    return next((fields[name.lower()] for name in names if name.lower() in fields), "")


def _recognise(feed: FeedDocument) -> bool:
    return feed.kind == "mail" or is_mailbox(feed)


SOURCE = Source(
    name="mail",
    title="Alert mails of any board",
    recognise=_recognise,
    normalise=normalise,
    fields=(
        *("platform_job_id", "url", "title", "description", "posted_at", "pay", "pay_period"),
        *("budget_min", "budget_max", "currency", "skills", "country", "company", "language"),
        "truncated",
        *stated.FIELDS,
    ),
    status="alive: a way in",
    checked="mock",
    notes=(
        "One job a link: LinkedIn, Indeed, Freelancer.com, Fiverr, Contra, PeoplePerHour, Malt,"
        " Codeur, Wellfound, and boards whose mails link to their own site. Facts are taken from"
        " labelled lines and from lines that are nothing but an amount. A mail that is no alert is"
        " no listing; one that isn't understood is counted as skipped, and its sender named."
    ),
)
