"""Feeds whose entries are pages about a page: changedetection.io's differences, mail archives, and
mailboxes that are read as feeds (Kill the Newsletter). The job's own link stands inside.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from goldmine_ingest.model.entry import FeedDocument, RawEntry
from goldmine_ingest.sources.mail_links import MailJob, job_of
from goldmine_ingest.sources.mail_text import lines_of

# changedetection.io's pages of a watch, by its UUID; archives of mailing lists and campaigns
# (HyperKitty, Pipermail, Sympa, Mailchimp and the public ones).
_PAGE = re.compile(
    r"/(?:diff|preview)/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"
    r"|/(?:pipermail|hyperkitty|mailman3?|sympa|listinfo)/|/archives?/list/",
    re.I,
)
_HOST = re.compile(
    r"^(?:lists?|mailman|listserv|groups)\."
    r"|(?:^|\.)(?:mail-archive\.com|groups\.io|freelists\.org|marc\.info|spinics\.net|mailchi\.mp"
    r"|campaign-archive\.com|kill-the-newsletter\.com)$",
    re.I,
)
_MAILBOX = re.compile(r"(?:^https?://(?:[\w-]+\.)*|^urn:)kill-the-newsletter\b", re.I)


def is_mailbox(feed: FeedDocument) -> bool:
    """Each entry is a mail: its title the subject, its author the sender, its body the HTML."""
    return bool(feed.entries) and all(
        _MAILBOX.match(entry.guid) or _MAILBOX.match(entry.link) for entry in feed.entries[:5]
    )


def own_link(entry: RawEntry) -> str:
    """The link of the one job that an archive's entry is about; the entry's own link where it is
    no archive's, or names no job or several.
    """
    if not is_archive(entry.link):
        return entry.link
    jobs: dict[str, MailJob] = {}
    for line in lines_of(entry.body):
        for url, _ in line.links:
            if not is_archive(url) and (job := job_of(url, _host(url))):
                jobs.setdefault(job.url, job)
    return next(iter(jobs)) if len(jobs) == 1 else entry.link


def is_archive(link: str) -> bool:
    """An address of a page about another page."""
    return bool(_PAGE.search(link) or _HOST.search(_host(link)))


def _host(link: str) -> str:
    try:
        return (urlsplit(link).hostname or "").lower()
    except ValueError:
        return ""


__all__ = ["is_archive", "is_mailbox", "own_link"]
