"""Which marketplace holds a job, told by its link."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from goldmine_ingest.facts.links import canonical_link
from goldmine_ingest.text.lazy_re import lazy_re

_MOST_ENCODINGS = 6  # alert mails encode a link up to four times, one redirector inside the other
# Job ciphertexts since 2014, and ~02 with the decimal id since autumn 2024 (FORMATS: both live side
# by side).
_UPWORK_ID = lazy_re(r"(?:~|%7E|%257E|%25257E)(0[12][0-9a-f]{16,20})(?![0-9a-z])", re.I)
_UPWORK_OTHER_ID = lazy_re(r"/jobs/(?:[^/?#]*_)?(?:~|%7E|%257E)([0-9A-Za-z]{4,40})", re.I)
_UPWORK_HOST = lazy_re(r"^(?:[\w-]+\.)*(?:upwork|odesk)\.com$")

_IN_PATH = lazy_re(
    r"^[^?]{8,}?/(https?(?::|%3A)%2F(?:%2F|/)[^/?]+)", re.I
)  # mail services: /L0/https:%2F%2Fwww.example.com%2Fjob/1/…

# Host (its subdomains too) and where in "path?query" the job's own id stands.
_PLACES: tuple[tuple[str, str, re.Pattern[str]], ...] = tuple(
    (platform, host, lazy_re(pattern, re.I))
    for platform, host, pattern in (
        # A number of seven to nine digits at the slug's end is the project's id; older links have a
        # slug only.
        (
            "freelancer",
            "freelancer.com",
            r"^/projects/(?:[^?]*[-/])?(\d{7,9})(?:\.html)?(?:/\w+)?/?(?:\?|$)",
        ),
        ("freelancer", "freelancer.com", r"^/(?:projects|contest)/(.+?)(?:\.html)?/?(?:\?|$)"),
        ("weworkremotely", "weworkremotely.com", r"^/(?:remote-jobs|listings)/([^/?]+)"),
        ("himalayas", "himalayas.app", r"^/companies/([^/?]+/jobs/[^/?]+)"),
        ("remoteok", "remoteok.com", r"^/remote-jobs/(\d{4,})-"),
        ("remoteok", "remoteok.io", r"^/remote-jobs/(\d{4,})-"),
        ("remoteok", "remoteok.com", r"^/(?:remote-jobs|l)/(?:[^/?]*-)?(\d+)(?:[/?]|$)"),
        ("remoteok", "remoteok.io", r"^/(?:remote-jobs|l)/(?:[^/?]*-)?(\d+)(?:[/?]|$)"),
        ("remotive", "remotive.com", r"^/remote-jobs/(?:[^/?]+/)?[^/?]*?-(\d+)(?:[/?]|$)"),
        ("remotive", "remotive.io", r"^/remote-jobs/(?:[^/?]+/)?[^/?]*?-(\d+)(?:[/?]|$)"),
        ("jobicy", "jobicy.com", r"^/jobs/(\d+)(?:-|[/?]|$)"),
        ("workingnomads", "workingnomads.com", r"^/jobs?/(?:go/)?(\d+)"),
        ("larajobs", "larajobs.com", r"^/job/(\d+)"),
        ("codeur", "codeur.com", r"^/projects/(\d+)"),
        ("flru", "fl.ru", r"^/projects/(\d+)"),
        ("reddit", "reddit.com", r"^/(?:r/[^/]+/)?comments/([a-z0-9]+)"),
        ("hn", "news.ycombinator.com", r"^/item\?(?:.*&)?id=(\d+)"),
        ("guru", "guru.com", r"^/(?:d/)?jobs/(?:.*/)?(\d{4,})(?:[/?&]|$)"),
        ("elance", "elance.com", r"^/j/(?:[^/?]+/)?(\d+)"),
    )
)


@dataclass(frozen=True, slots=True)
class Job:
    """A job on a marketplace: its id there, and the address that is known to show it."""

    platform: str
    job_id: str
    url: str


def platform_of_link(link: str) -> Job | None:
    """The marketplace and job that a link means; None for links of no known marketplace.
    Redirectors are looked through.

    Upwork ids come without their '~' ('012905e0ec87d296fa'), and their address is always
    https://www.upwork.com/jobs/~ID.
    """
    target = job_behind(link)
    try:
        parts = urlsplit(target)
        host = (parts.hostname or "").lower().removeprefix("www.")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https"):
        return None
    if _UPWORK_HOST.match(host):
        return _upwork(target)
    where = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return _on_board(host, where, target)


def _on_board(host: str, where: str, target: str) -> Job | None:
    for platform, place, pattern in _PLACES:
        if (host == place or host.endswith("." + place)) and (match := pattern.search(where)):
            url = canonical_link(target)
            return Job(platform, unquote(match[1]).lower(), url) if url else None
    return None


def _upwork(link: str) -> Job | None:
    ids = _UPWORK_ID.findall(link) or _UPWORK_OTHER_ID.findall(link)
    if not ids:
        return None
    job_id = ids[-1].lower() if _UPWORK_ID.search(link) else ids[-1]
    return Job("upwork", job_id, f"https://www.upwork.com/jobs/~{job_id}")


def job_behind(link: str) -> str:
    """The address inside a redirector's link (parameter url, u, target …, encoded any number of
    times); the link itself without one.
    """
    for _ in range(_MOST_ENCODINGS):
        inner = _inner(link) or _inner(_query_decoded(link))
        if inner is None:
            return link
        link = inner
    return link


def _query_decoded(link: str) -> str:
    """A redirector's link whose query is encoded as a whole ('?pid%3D7%26url%3Dhttps…'), with
    its parameters told apart again.
    """
    head, mark, query = link.partition("?")
    return f"{head}?{unquote(query)}" if mark and "=" not in query else link


def _inner(link: str) -> str | None:
    if "http" not in link[4:].lower():  # most links hold no other
        return None
    if path := _IN_PATH.search(link):
        return unquote(path[1])
    try:
        query = parse_qsl(urlsplit(link).query)
    except ValueError:
        return None
    for name, value in query:
        if name.lower() in {
            "url",
            "u",
            "q",
            "target",
            "to",
            "redirect",
            "dest",
            "destination",
            "link",
        }:
            for _ in range(_MOST_ENCODINGS):
                if value.lower().startswith(("http://", "https://")):
                    return value
                value = unquote(value)
    return None
