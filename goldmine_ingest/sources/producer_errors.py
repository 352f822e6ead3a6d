"""Items by which a feed's producer tells of an error: no job, whatever they look like.

The wordings are those of the producers' own code or help pages: RSS-Bridge (`FeedExpander`,
"Bridge returned error"), FetchRSS, RSS.app, PolitePol, Feed43, Kill the Newsletter, Vollna, and
what WordPress and log-in walls put into a feed.
"""

from __future__ import annotations

import re

from goldmine_ingest.model.entry import RawEntry
from goldmine_ingest.text.plain_text import html_to_text, plain

_TITLE = re.compile(
    r"^\W*(?:bridge (?:returned|error)|(?:\w+[ -]?){0,3}bridge returned error|rss-?bridge (?:error|"
    r"was unable|tried)|error (?:\d{3}|in feed|loading|fetching|generating|parsing)|(?:http )?error"
    r"[: ]+\d{3}\b|feed (?:has )?(?:expired|error|not found|is (?:disabled|suspended|paused|broken)"
    r"|disabled|unavailable|deleted|limit)|(?:your|this) (?:\w+ ){0,2}?(?:feed|filter|search|trial"
    r"|subscription|account|plan|token|quota)\b.{0,40}?\b(?:expired|ended|disabled|suspended|paused"
    r"|deactivated|deleted|not found|exceeded|reached|removed|inactive|stopped|no longer|over)\b"
    r"|(?:filter|search|feed|query|board|user|page|source|resource) (?:was "
    r"|could )?not (?:be )?found"
    r"|(?:please )?(?:log|sign) ?in (?:to (?:continue|view|see|access)|required|first|again)"
    r"|(?:login|log-in|authentication|authorization|subscription) (?:is )?(?:required|failed)"
    r"|(?:daily|monthly|api|request|rate|usage|free)[ -](?:\w+ )?(?:limit|quota)(?: (?:has been"
    r"|was))?"
    r" (?:reached|exceeded)|(?:rate[ -]?limit(?:ed)?|quota|limit) (?:exceeded|reached)"
    r"|too many requests"
    r"|access (?:denied|forbidden)|forbidden$|unauthori[sz]ed$"
    r"|(?:this )?service (?:is )?(?:temporarily )?"
    r"unavailable|internal server error|something went wrong|unable to (?:fetch|load|retrieve"
    r"|parse)"
    r"|could ?n[o']t (?:fetch|load|retrieve|parse|find)|failed to (?:fetch|load|retrieve|parse)"
    r"|upgrade (?:your|to (?:a )?(?:pro|paid|premium))|renew your (?:subscription|plan|feed)"
    r"|no longer (?:available|supported)|this feed (?:is|has|was|will)\b.{0,40}?\b(?:no longer"
    r"|moved"
    r"|discontinued|shut|closed|expire)|captcha|cloudflare|just a moment|are you (?:a )?(?:human"
    r"|robot)"
    r"|invalid (?:token|api key|feed|key|filter)|(?:exception|uncaught|fatal error|warning):)",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"rss-bridge (?:was unable|tried to receive)|bridge returned error|your feed has expired"
    r"|(?:feed|filter|subscription) has expired|renew your feed|quota (?:was |has been )?exceeded"
    r"|you have reached (?:your|the) (?:\w+ ){0,3}limit|please upgrade|filter (?:was )?not found",
    re.IGNORECASE,
)
# What a job's title has and an error's hasn't.
_LOOKS_LIKE_A_JOB = re.compile(
    r"\b(?:developer|engineer|designer|writer|needed|wanted|hiring|looking for|freelanc\w+|expert"
    r"|fix|build|help|implement|solve|integration|specialist|consultant|remote)\b",
    re.IGNORECASE,
)
_LONGEST = 200


def producer_error(entry: RawEntry) -> str | None:
    """The producer's words, where an entry is a message of its own; None for any other."""
    title = plain(entry.title[:_LONGEST])
    body = " ".join(html_to_text(entry.body[:2000]).split())[:_LONGEST] if entry.body else ""
    if _TITLE.search(title) and not _LOOKS_LIKE_A_JOB.search(title):
        return title
    if not title and _BODY.search(body):
        return body
    return title or body if _BODY.match(body) and not _LOOKS_LIKE_A_JOB.search(title) else None
