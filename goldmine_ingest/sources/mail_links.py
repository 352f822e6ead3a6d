"""Links of mails: what a click-tracking link leads to, and which job a link means.

A tracker is unwrapped only where its target stands in the link itself (Outlook's Safe Links,
Proofpoint's URL Defense, Amazon SES, Mandrill, Customer.io and the like); nothing is asked for.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from goldmine_ingest.facts.links import canonical_link
from goldmine_ingest.sources.marketplaces import job_behind, platform_of_link
from goldmine_ingest.text.lazy_re import lazy_re

URL = lazy_re(r"https?://[^\s<>()\"']+")
_MOST_WRAPPINGS = 5
_LONGEST = 8_000
_PROOFPOINT_3 = lazy_re(r"^https?://urldefense\.(?:com|us)/v3/__(https?:/{1,2}.+?)__;", re.I)
_PROOFPOINT_2 = lazy_re(r"^https?://urldefense\.proofpoint\.com/v2/url\?u=([^&]+)", re.I)
_PLAIN_IN_PATH = lazy_re(r"^https?://[^?#]{4,}?/(https?(?::|%3A)(?:/|%2F){2}[^\s]+)", re.I)
_BASE64 = lazy_re(r"(?:^|[/=])((?:aHR0c|eyJ)[A-Za-z0-9_+-]{12,}={0,2})")
_URL_IN_JSON = lazy_re(r'https?:\\*/\\*/[^"\s]+')


@dataclass(frozen=True, slots=True)
class MailJob:
    """A job that a link of a mail means. `job_id` is None where the board's ids aren't known."""

    platform: str
    job_id: str | None
    url: str


# Boards whose links no feed of ours brings: host, and where the job's own id stands in path and
# query; the address that shows it. (Shapes as the boards' own alert mails and pages have them.)
_BOARDS: tuple[tuple[str, str, re.Pattern[str], str], ...] = tuple(
    (platform, host, lazy_re(pattern, re.I), url)
    for platform, host, pattern, url in (
        (
            "linkedin",
            r"(?:[\w-]+\.)*linkedin\.com",
            r"/jobs/view/(?:[^/?]*-)?(\d{6,})",
            "https://www.linkedin.com/jobs/view/{}",
        ),
        ("linkedin", r"(?:[\w-]+\.)*linkedin\.com", r"[?&]currentJobId=(\d{6,})", ""),
        (
            "indeed",
            r"(?:[\w-]+\.)*indeed\.[a-z.]{2,6}",
            r"[?&](?:jk|vjk)=([0-9a-f]{8,})",
            "https://{host}/viewjob?jk={}",
        ),
        ("fiverr", r"(?:[\w-]+\.)*fiverr\.com", r"/briefs?/([\w-]{4,})", ""),
        (
            "contra",
            r"(?:[\w-]+\.)*contra\.com",
            r"/(?:opportunity|opportunities|jobs?|roles?)/([\w-]{4,})",
            "",
        ),
        (
            "peopleperhour",
            r"(?:[\w-]+\.)*peopleperhour\.com",
            r"/(?:freelance-jobs|jobs?|job)/(?:[^?]*[-/])?(\d{5,})",
            "",
        ),
        (
            "malt",
            r"(?:[\w-]+\.)*malt\.[a-z.]{2,6}",
            r"/(?:[^?]*/)?(?:projects?|missions?|offers?|opportunit\w+|client-projects?)"
            r"/([0-9a-z-]{6,})",
            "",
        ),
        (
            "wellfound",
            r"(?:[\w-]+\.)*(?:wellfound\.com|angel\.co)",
            r"/(?:jobs|l)/(?:[^?]*?)(\d{4,})",
            "",
        ),
    )
)
_SENDERS = (
    *("upwork", "freelancer", "linkedin", "indeed", "fiverr", "contra", "peopleperhour", "malt"),
    *("codeur", "wellfound", "guru"),
)
_JOB_PATH = lazy_re(
    r"/(?:jobs?|jobposts?|job-listings?|projects?|projekte?|projets?|proyectos?|progett\w+"
    r"|projetos?|gigs?|missions?|offres?(?:-emploi)?|offers?|ofertas?|offerte?|vagas?|trabajos?"
    r"|empleos?|lavor\w+|annonces?|annunc\w+|stellen\w*|auftr\w+|briefs?|opportunit\w+"
    r"|positions?|roles?|listings?|remote-jobs?|freelance-jobs|leads?|tenders?|vacanc\w+"
    r"|viewjob|careers?|postings?)(?:/[^/?#]+)*?/([^/?#]*(?:\d{3,}|[-_][^/?#]+)[^/?#]*)",
    re.I,
)
_ID_IN_QUERY = lazy_re(
    r"/(?:job|project|projekt|mission|offre|oferta|vaga|listing|viewjob|posting|vacancy)\w*"
    r"(?:\.\w+)?/?\?(?:[^#]*&)?(?:id|job|jobid|job_id|projectid|jk|p)=([\w-]{2,})",
    re.I,
)
_NO_JOB = lazy_re(
    r"/(?:search|alerts?|settings?|preferences?|unsubscribe\w*|notification\S*|saved[\w-]*|login"
    r"|signup|account|profile|messages?|inbox|help|support|privacy|terms|browse|similar)\b",
    re.I,
)


def unwrapped(link: str) -> str:
    """What a click-tracking link leads to, where that stands in it; else the link itself."""
    for _ in range(_MOST_WRAPPINGS):
        inner = _inner(link[:_LONGEST])
        if inner is None or inner == link:
            return link
        link = inner
    return link


def _inner(link: str) -> str | None:
    if match := _PROOFPOINT_3.match(link):
        return re.sub(r"^(https?:)/(?!/)", r"\1//", match[1])
    if match := _PROOFPOINT_2.match(link):
        return unquote(match[1].replace("_", "/").replace("-", "%"))
    behind = job_behind(link)
    if behind != link:
        return behind
    if match := _PLAIN_IN_PATH.match(link):
        return unquote(match[1]) if "%3a" in match[1].lower() else match[1]
    return _from_base64(link)


def _from_base64(link: str) -> str | None:
    """The address in a link's base64: as it is ('aHR0cHM6…'), or within JSON ('eyJ…')."""
    for code in _BASE64.findall(unquote(link)):
        try:
            text = base64.urlsafe_b64decode(
                code.rstrip("=").replace("+", "-").replace("/", "_")
                + "=" * (-len(code.rstrip("=")) % 4)
            ).decode("utf-8")
        except (binascii.Error, ValueError):
            continue
        if match := _URL_IN_JSON.search(text):
            return match[0].replace("\\", "")
    return None


def job_of(link: str, sender_host: str = "") -> MailJob | None:
    """The job that a link of a mail means: on a marketplace or board that is known, or on the
    sender's own site by an address that is a single job's. None for any other link.
    """
    target = unwrapped(link.rstrip(".,;:!"))
    if job := platform_of_link(target):
        return MailJob(job.platform, job.job_id, job.url)
    try:
        parts = urlsplit(target)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    where = f"{parts.path}?{parts.query}" if parts.query else parts.path
    for platform, place, pattern, shown in _BOARDS:
        if re.fullmatch(place, host) and (match := pattern.search(where)):
            return _job_on(platform, match[1], shown, host, target)
    own = bool(sender_host) and _same_site(host, sender_host) and not _NO_JOB.search(parts.path)
    if own and (_JOB_PATH.search(parts.path) or _ID_IN_QUERY.search(where)):
        url = canonical_link(target)
        return MailJob("generic", None, url) if url else None
    return None


def _job_on(platform: str, job_id: str, shown: str, host: str, target: str) -> MailJob | None:
    if shown:
        return MailJob(platform, job_id.lower(), shown.format(job_id, host=host))
    parts = urlsplit(target)
    if platform == "linkedin":
        return MailJob(platform, job_id, f"https://www.linkedin.com/jobs/view/{job_id}")
    url = canonical_link(f"{parts.scheme}://{parts.netloc}{parts.path}")
    return MailJob(platform, job_id.lower(), url) if url else None


def platform_of_sender(host: str) -> str:
    """The platform whose mails come from a host; '' for others."""
    return next((name for name in _SENDERS if re.search(rf"(?:^|\.){name}\.", host)), "")


def _same_site(host: str, sender_host: str) -> bool:
    """Both below one registered name ('mail.board.example', 'www.board.example')."""
    return bool(host) and _site(host) == _site(sender_host)


def _site(host: str) -> str:
    labels = host.lower().split(".")
    keep = 3 if len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3 else 2
    return ".".join(labels[-keep:])


__all__ = ["URL", "MailJob", "job_of", "platform_of_sender", "unwrapped"]
