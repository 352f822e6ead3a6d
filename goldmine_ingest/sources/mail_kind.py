"""What a mail is, before anyone looks at what it links to: an alert, a word on a proposal,
something else, or not understood.

Told by who sent it and how it is built first, then by its words. A mail that a site's sender wrote
in words that nobody knows is UNKNOWN, so that it is counted and never overwrites a listing.
"""

from __future__ import annotations

import re
from typing import Literal, cast

from goldmine_ingest.model.mail_outcome import MailOutcome
from goldmine_ingest.sources.mail_lines import GREETING
from goldmine_ingest.sources.mail_text import Mail
from goldmine_ingest.sources.mail_words import ABOUT_ALERTS, ALERT, ONE_JOB, PERSONAL, outcome_in
from goldmine_ingest.text.lazy_re import lazy_re

Kind = Literal[
    "alert",
    "viewed",
    "invited",
    "interviewed",
    "offered",
    "hired",
    "declined",
    "closed",
    "other",
    "unknown",
]
# Kinds that say something of a proposal or a job, so that they can be recorded.
OUTCOME_KINDS = ("viewed", "invited", "interviewed", "offered", "hired", "declined", "closed")

# Sites that send alerts and outcomes, by the host of their senders.
_SITES = lazy_re(
    r"(?:^|\.)(?:upwork|odesk|vollna|linkedin|freelancer|fiverr|contra|peopleperhour|codeur"
    r"|wellfound|angel|guru|toptal|workana|truelancer|twago|freelancermap|gulp|remoteok|remotive"
    r"|weworkremotely|himalayas|jobicy|workingnomads|larajobs|ziprecruiter|glassdoor|monster|dice"
    r"|stepstone|xing|flexjobs|solidgigs|hubstaff|dribbble|behance|comeup|5euros|yunojuno"
    r"|braintrust|gun|topcoder|crossover|arc|turing|lemon|fl|freelance|malt|indeed|indeedemail"
    r"|welcometothejungle|infojobs|catho|subito|addlance)"
    r"\.(?:com|co|io|dev|net|org|works|de|fr|es|it|pt|ru|app|eu|[a-z]{2}|co\.[a-z]{2}"
    r"|com\.[a-z]{2})$",
    re.I,
)
_BY_PERSON = lazy_re(
    r"^(?:room|chat|message|msg|reply|conversation|inmail|messaging)[\w.+-]*@", re.I
)
_BY_OFFICE = lazy_re(
    r"^(?:billing|invoices?|payments?|receipts?|support|security|legal|accounts?|help|news"
    r"|newsletter|marketing|community)\b",
    re.I,
)
_VIA = lazy_re(r"\bvia (?:upwork|freelancer|linkedin|fiverr|malt|contra|\w+)$", re.I)
_SHAPES = tuple(
    lazy_re(pattern, re.I | re.M)
    for pattern in (
        r"^(?:hourly|fixed(?:[ -]price)?|est\.? budget|budget|hourly rate|hourly range|salary"
        r"|honorar|stundensatz|tarif|presupuesto|orçamento|compenso)\b\s*:?.*\d",
        r"payment (?:method )?(?:un|not )?verified|[$€£]\s?[\d.,]+\s?[km]?\+? (?:total )?spent",
        r"^(?:est\.? time|duration|project length|dauer|durée)\b.{0,3}:",
        r"^posted(?: on)?\b|^published:|^(?:proposals|bids|interviewing)\b.{0,3}:",
        r"(?:\.\.\.|…)\s*more\s*$|^(?:skills|fähigkeiten|compétences)\b.{0,3}:",
    )
)
_NO_OUTCOME = frozenset({"other"})
_SEVERAL = 2  # kinds of facts that a mail of something else seldom has together
_MOST_INTRO = 8  # lines before the first job in which a mail says what it is


def is_site(mail: Mail) -> bool:
    """Sent by a site that is known to send alerts."""
    return bool(_SITES.search(mail.host))


def mail_kind(mail: Mail) -> Kind:
    """What a mail is."""
    jobs = len(mail.jobs())
    if not is_site(mail):
        return _of_stranger(mail, jobs)
    if ONE_JOB.match(mail.subject):
        return "alert"
    if _BY_PERSON.match(mail.address) or _VIA.search(mail.name):
        return _said(mail.subject) or "other"
    if kind := outcome_in(mail.subject, but=_NO_OUTCOME):
        return _as_kind(kind)
    if ABOUT_ALERTS.search(mail.subject):
        return "other"
    if ALERT.search(mail.subject):
        return "alert"
    return _said(mail.subject) or _said_first(mail) or _by_shape(mail, jobs)


def _by_shape(mail: Mail, jobs: int) -> Kind:
    """A site's mail in words that nobody knows: an alert only where it is built like nothing
    else, for an invitation or an offer states a job's pay too.
    """
    if _BY_OFFICE.match(mail.address):
        return "other"
    facts = 0 if PERSONAL.search(mail.subject) else shapes(mail.text)
    if (jobs > 1 and facts >= _SEVERAL) or (jobs and facts > _SEVERAL and not _greets(mail)):
        return "alert"
    return "unknown" if jobs or ALERT.search(_intro(mail)) else "other"


def _of_stranger(mail: Mail, jobs: int) -> Kind:
    """A mail of a sender that no table names: an alert where it is built like one and says so."""
    by_subject = bool(ALERT.search(mail.subject) or ONE_JOB.match(mail.subject))
    if not jobs:
        return "unknown" if by_subject and mail.list_id else "other"
    if outcome_in(mail.subject, but=_NO_OUTCOME) and not ONE_JOB.match(mail.subject):
        return "other"
    says, facts = by_subject or bool(ALERT.search(_intro(mail))), shapes(mail.text)
    if facts > _SEVERAL or (says and (jobs > 1 or facts)):
        return "alert"
    return "unknown" if says else "other"


def shapes(text: str) -> int:
    """How many kinds of facts that only a listing has stand in the text: pay, client, time,
    posting, skills.
    """
    return sum(bool(shape.search(text)) for shape in _SHAPES)


def _said(text: str) -> Kind | None:
    kind = outcome_in(text)
    return _as_kind(kind) if kind else None


def _said_first(mail: Mail) -> Kind | None:
    """What the lines before the first job say, where the subject doesn't."""
    intro = _intro(mail)
    if ALERT.search(intro):
        return "alert" if shapes(mail.text) or len(mail.jobs()) > 1 else None
    kind = outcome_in(intro)
    return _as_kind(kind) if kind else None


def _intro(mail: Mail) -> str:
    lines = []
    for line in mail.lines:
        if any(url for url, _ in line.links) or _SHAPES[0].search(line.text):
            break
        if line.text:
            lines.append(line.text)
    return " ".join(lines[:_MOST_INTRO])


def _greets(mail: Mail) -> bool:
    return any(GREETING.match(line.text) for line in mail.lines[:5])


def _as_kind(kind: str) -> Kind:
    return cast("Kind", kind)  # the table's keys are the kinds


def mail_outcome(mail: Mail) -> MailOutcome | None:
    """What a mail says of one job that it names; None where it says nothing to record."""
    kind = mail_kind(mail)
    jobs = mail.jobs()
    if kind not in OUTCOME_KINDS or len(jobs) != 1:
        return None
    return MailOutcome(kind, jobs[0].url, mail.subject, mail.sent)


__all__ = ["OUTCOME_KINDS", "Kind", "is_site", "mail_kind", "mail_outcome", "shapes"]
