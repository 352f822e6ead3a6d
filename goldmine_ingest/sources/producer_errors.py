"""Items by which a feed's producer tells of an error: no job, whatever they look like.

The wordings are those of the producers' own code or help pages: RSS-Bridge (`FeedExpander`,
"Bridge returned error"), FetchRSS, RSS.app, PolitePol, Feed43, Kill the Newsletter, Vollna, and
what WordPress and log-in walls put into a feed.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from goldmine_ingest.model.entry import RawEntry
from goldmine_ingest.text.lazy_re import lazy_re
from goldmine_ingest.text.plain_text import html_to_text, plain

_TITLE = lazy_re(
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
_BODY = lazy_re(
    r"rss-bridge (?:was unable|tried to receive)|bridge returned error|your feed has expired"
    r"|(?:feed|filter|subscription) has expired|renew your feed|quota (?:was |has been )?exceeded"
    r"|you have reached (?:your|the) (?:\w+ ){0,3}limit|please upgrade|filter (?:was )?not found",
    re.IGNORECASE,
)
# Told by these words alone, wherever they stand: no job is called so.
_ALWAYS = lazy_re(
    r"\bbridge returned error\b|\brss-bridge (?:was unable|tried to receive)"
    r"|\b(?:your|this|the) (?:rss )?feed (?:has|is) (?:expired|been disabled)\b"
    r"|\bthis route is empty\b",
    re.IGNORECASE,
)
# Words of messages about a feed, an account or a server. Alone they say little: a job may be about
# any of them.
_MESSAGE = lazy_re(
    r"\b(?:errors?|exception|failed|failure|expired?|disabled|suspended|paused|deactivated|deleted"
    r"|removed|not found|no longer|unavailable|unreachable|cannot|could ?n[o']t|can['’]t|unable"
    r"|denied|forbidden|unauthori[sz]ed|log[ -]?in|sign[ -]?in|quota|limits?|too many requests"
    r"|upgrade|renew\w*|trial|plan|turned off|timed? ?-?out|bad gateway|gateway|went wrong"
    r"|route is empty|no (?:results|items|jobs|entries|listings|matches)|past due|payment required"
    r"|deprecated|has moved|session|captcha|blocked|maintenance|inbox|sign up|subscri(?:be|ption)"
    r"|cloudflare|attention required|just a moment|inactivity|permission|invalid"
    r"|fehler|abgelaufen|deaktiviert|gesperrt|nicht (?:gefunden|verfügbar|erreichbar)"
    r"|anmeld\w+|melden sie sich|kontingent|überschritten|erreicht"
    r"|erreur|expirée?|désactivée?|suspendue?|introuvable|indisponible|connectez|dépassée?"
    r"|caducad[oa]|expirad[oa]|ha caducado|desactivad[oa]|no encontrad[oa]|no disponible"
    r"|inici[ea] sesión|límite|cuota|superad[oa]"
    r"|erro|expirou|desativad[oa]|não encontrad[oa]|indisponível|faça login|excedid[oa]"
    r"|errore|scadut[oa]|disattivat[oa]|non (?:trovat[oa]|disponibile|raggiungibile)|accedi"
    r"|superat[oa])\b"
    # A server's status: a number alone may be a job's.
    r"|\b(?:https?|status(?: code)?|code)\W{0,3}[45]\d\d\b|^\W*[45]\d\d\W*$",
    re.IGNORECASE,
)
# Pages that are no job's: a site's front door, its log-in and errors, and outside of where its jobs
# lie its prices and help. A job's own page may be called by any word or number: /jobs/404,
# /jobs/help-desk, /jobs/support/12.
_NO_PAGE = lazy_re(
    r"^/?$|/(?:log-?in|sign-?(?:in|up)|errors?)(?:[/.]|$)"
    r"|^(?:/[a-z]{2}(?:-[a-z]{2})?)?/[45]\d\d(?:\.\w+)?/?$"
    r"|^(?!.*/(?:[\w-]+-)?(?:jobs?|projects?|listings?|vacanc(?:y|ies)|positions?|openings?|careers?"
    r"|gigs?|tasks?|postings?|offers?|work|freelance|comments)/)"
    r".*/(?:account|billing|pricing|plans?|upgrade|renew|subscribe|help|support|docs|faq|status"
    r"|settings|dashboard)(?:[/.]|$)",
    re.IGNORECASE,
)
_PRODUCERS = lazy_re(
    r"(?:^|\.)(?:fetchrss\.com|rss\.app|politepol\.com|politepaul\.com|feed43\.com|rsshub\.app"
    r"|rss-bridge\.\w+|morss\.it|openrss\.org|kill-the-newsletter\.com|zapier\.com|ifttt\.com"
    r"|fivefilters\.org|feedburner\.com|inoreader\.com|feedly\.com|rssground\.com|mysitemapgenerator"
    r"\.com|rss\.feedspot\.com|changedetection\.io)$",
    re.IGNORECASE,
)
# What a job's title has and an error's hasn't.
_LOOKS_LIKE_A_JOB = lazy_re(
    r"\b(?:developers?|engineers?|designers?|writers?|needed|wanted|hiring|looking for|freelanc\w+"
    r"|experts?|fix(?:es|ing)?|build|help (?:with|us|me)|implement|solve|integration|specialist"
    r"|consultant|remote|repair|redesign|migrat\w+|set ?up|develop\w*|translat\w+|analyst|manager"
    r"|audit|copy|research|handling|middleware)\b",
    re.IGNORECASE,
)
_MONEY = lazy_re(r"[$€£]\s?\d|\d\s?(?:[$€£]|USD|EUR|GBP)\b")
_LONGEST = 200
_READ = 2_000  # characters of a body
# What hides nothing of what it holds; one that is cut at the end is none.
_PLAIN_TAG = lazy_re(
    r"</?(?:p|br|b|i|u|em|strong|ul|ol|li|h[1-6]|div|span|a)\b[^<>]*>|<[^<>]*$", re.IGNORECASE
)
_ENTITY = lazy_re(r"&#?\w{1,40};?")
_NO_LETTERS = bytes(byte for byte in range(128) if not chr(byte).isalnum())
_LONGEST_MESSAGE = 600  # characters; a text that is longer says more than that something failed


def producer_error(entry: RawEntry) -> str | None:
    """The producer's words, where an entry is a message of its own; None for any other.

    A title that says it plainly needs a text that says nothing else; words that a job could have
    too need a link that leads to no job as well.
    """
    title = plain(entry.title[:_LONGEST])
    if title and _ALWAYS.search(title):
        return title
    if title and (_LOOKS_LIKE_A_JOB.search(title) or _is_surely_long(entry.body[: _READ // 2])):
        return None
    whole = " ".join(html_to_text(entry.body[:_READ]).split()) if entry.body else ""
    body = whole[:_LONGEST]
    if not title and _ALWAYS.search(body):
        return body
    if _MONEY.search(f"{title} {whole}"):
        return None
    if len(whole) > _LONGEST_MESSAGE or (
        body and not (_MESSAGE.search(body) or _BODY.search(body))
    ):
        return None
    if _TITLE.search(title) or _BODY.match(body):
        return title or body
    message = title or body
    return message if _leads_nowhere(entry.link) and _MESSAGE.search(message) else None


def _is_surely_long(markup: str) -> bool:
    """Whether plain markup has too many letters for a message, told without reading it as a page:
    nine in ten jobs have.
    """
    if "<" not in markup and "&" in markup:  # which may be markup that was escaped
        return False
    words = _ENTITY.sub("", _PLAIN_TAG.sub("", markup))
    if not words.isascii() or "<" in words:
        return False
    return len(words.encode().translate(None, _NO_LETTERS)) > _LONGEST_MESSAGE


def _leads_nowhere(link: str) -> bool:
    try:
        parts = urlsplit(link)
        host, path = (parts.hostname or "").lower(), parts.path
    except ValueError:
        return True
    return not host or bool(_NO_PAGE.search(path) or _PRODUCERS.search(host))
