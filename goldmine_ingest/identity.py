"""Which entries are one listing: names under which a job can come back, and what counts as new, changed or the same job again.

The strongest name that an entry has gives a new listing its id: the marketplace's own job id, else the canonical link, else the feed's
guid, else the fingerprint of title, text and pay. Every name is kept for ever, so the job is known again when one of them changes: another
feed, a tracking parameter, another slug, a rebuilt feed with new guids. A name that comes back with another job behind it (a reused guid, a
link that many entries share) does not merge two jobs: it needs a second sign.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from urllib.parse import urlsplit

from goldmine_ingest.model import Alias, AliasKind, Json, KnownAlias, Listing, Observation, Posting

LISTING_ID_DIGITS = 20

# Words that a feed counts up between two polls of an unchanged job. Taken out before texts are compared.
_COUNTERS = re.compile(
    r"\b(?:less than )?\d+\s*(?:\+|to \d+)?\s*(?:proposals?|bids?|applicants?|applications?|views?|offers?|entries|interviewing|quotes?)\b"
    r"|\b(?:posted|published|renewed|updated|listed)?\s*(?:about |over )?(?:\d+|an?|one)\s*\+?\s*"
    r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?)\s+ago\b"
    r"|\b(?:proposals?|bids?|applicants?|views?|interviewing)\s*:\s*\d+\b",
    re.IGNORECASE,
)
_PROPOSALS = re.compile(
    r"\b(\d{1,5})\s*(?:proposals?|bids?|applicants?)\b|\b(?:proposals?|bids?|applicants?)\s*:\s*(\d{1,5})\b", re.IGNORECASE
)
_SHORT_TEXT = 40  # characters of words: under it, equal words say little about being the same job

# Facts that move while a job stays the same: they make observations, not revisions.
LIVE_FIELDS = ("proposals_min", "proposals_max", "interviewing", "connects")
# Not facts of the job: how the feed names the entry, or how much of the text it gave.
_NOT_CONTENT = frozenset({*LIVE_FIELDS, "guid", "url", "platform", "platform_job_id", "posted_at", "truncated"})
CONTENT_FIELDS = tuple(f.name for f in fields(Posting) if f.name not in _NOT_CONTENT)


def _digest(kind: AliasKind, value: str) -> Alias:
    return Alias(kind, hashlib.sha256(f"{kind}|{value}".encode("utf-8", "surrogatepass")).hexdigest()[:32])


def stable_words(text: str) -> str:
    """The text without live counters, case, punctuation and accents' encodings: what two copies of one text share."""
    folded = unicodedata.normalize("NFKC", _COUNTERS.sub(" ", text)).casefold()
    return " ".join(re.findall(r"[^\W_]+", folded))


def fingerprint(posting: Posting) -> str:
    """Title, text and pay in one line; equal for a repost or a cross-post, different when the budget or the city differs."""
    pay = (posting.pay, posting.budget_min, posting.budget_max, posting.currency)
    return f"{stable_words(posting.title)}|{stable_words(posting.description)}|{pay}"


def names(posting: Posting, feed: str) -> tuple[Alias, ...]:
    """Every name of the entry, strongest first. A guid is a name within its marketplace, or within its feed where none is known.

    `feed` is the feed's own name. A link that is only a site's front page names no job.
    """
    found = []
    if posting.platform_job_id:
        found.append(_digest("platform_id", f"{posting.platform}|{posting.platform_job_id}"))
    if posting.url and _names_one_page(posting.url):
        found.append(_digest("link", posting.url))
    if posting.guid:
        found.append(_digest("guid", f"{_guid_scope(posting, feed)}|{posting.guid}"))
    found.append(_digest("fingerprint", fingerprint(posting)))
    return tuple(found)


def link_alias(canonical: str) -> Alias:
    """The name that a canonical link gives, for finding a listing by its URL."""
    return _digest("link", canonical)


def _names_one_page(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path.strip("/") != "" or parts.query != ""


def _guid_scope(posting: Posting, feed: str) -> str:
    if "://" in (posting.guid or ""):
        return "url"
    return posting.platform if posting.platform not in ("generic", "jsonfeed", "wpjobmanager") else f"feed {feed}"


def shared_links(postings: Sequence[Posting]) -> frozenset[str]:
    """Links that several jobs of one document carry (a board's front page, a search): they name none of them."""
    jobs: dict[str, set[tuple[str | None, str]]] = {}
    for posting in postings:
        if posting.url:
            jobs.setdefault(posting.url, set()).add((posting.platform_job_id or posting.guid, stable_words(posting.title)))
    return frozenset(url for url, found in jobs.items() if len({key for key, _ in found}) > 1 and len({title for _, title in found}) > 1)


def new_listing_id(aliases: Sequence[Alias], taken: Mapping[str, object]) -> str:
    """The id of a job at first sight: the first 20 hex digits of its strongest name's SHA-256.

    Where another job already bears that id (a reused guid), the fingerprint is added to the name.
    """
    first = aliases[0].digest[:LISTING_ID_DIGITS]
    if first not in taken:
        return first
    both = f"{aliases[0].digest}|{aliases[-1].digest}"
    return hashlib.sha256(both.encode()).hexdigest()[:LISTING_ID_DIGITS]


@dataclass(frozen=True, slots=True)
class Match:
    """The stored listing that an entry is, or None for a new job; the job whose text a new one repeats (`twin`), and the first such job."""

    listing_id: str | None
    repost_of: str | None = None
    twin: str | None = None


def match(
    posting: Posting,
    aliases: Sequence[Alias],
    known: Mapping[str, Sequence[KnownAlias]],
    listings: Mapping[str, Listing],
    *,
    present: frozenset[str] = frozenset(),
) -> Match:
    """Finds the listing that an entry belongs to.

    `known` holds the stored aliases by digest, `listings` those that they mean, `present` the listings that the same document holds
    under names of their own (they can't be this one under a changed guid). Of several that fit, the oldest wins.
    """
    by_kind = {alias.kind: known.get(alias.digest, ()) for alias in aliases}
    if found := _oldest(by_kind.get("platform_id", ()), listings):
        return Match(found)
    agreeing = [
        entry
        for kind in ("link", "guid")
        for entry in by_kind.get(kind, ())
        if entry.listing_id in listings and _agrees(kind, posting, listings[entry.listing_id].posting)
    ]
    if found := _oldest(agreeing, listings):
        return Match(found)
    twins = [entry for entry in by_kind.get("fingerprint", ()) if entry.listing_id in listings]
    unnamed = [e for e in twins if e.listing_id not in present and _only_text_names_it(posting, listings[e.listing_id].posting)]
    if found := _oldest(unnamed, listings):
        return Match(found)
    if len(stable_words(posting.description)) < _SHORT_TEXT:
        return Match(None)
    twin = _oldest(twins, listings)
    return Match(None, _original(twin, listings), twin)


def _original(twin: str | None, listings: Mapping[str, Listing]) -> str | None:
    return (listings[twin].repost_of or twin) if twin else None


def _oldest(found: Sequence[KnownAlias], listings: Mapping[str, Listing]) -> str | None:
    ages = [(listings[e.listing_id].first_seen_at, e.listing_id) for e in found if e.listing_id in listings]
    return min(ages)[1] if ages else None


def _agrees(kind: str, posting: Posting, stored: Posting) -> bool:
    """A shared link or guid means the same job only with a second sign: a reused guid or a shared link alone does not."""
    if posting.platform_job_id and stored.platform_job_id and posting.platform_job_id != stored.platform_job_id:
        return False
    if stable_words(posting.title) == stable_words(stored.title) or fingerprint(posting) == fingerprint(stored):
        return True
    if kind == "link":
        return posting.guid == stored.guid or not posting.guid or not stored.guid
    return posting.url == stored.url or not posting.url or not stored.url


def _only_text_names_it(posting: Posting, stored: Posting) -> bool:
    """Same text, and no name that says it is another job: a changed guid on an entry without link, or no name at all."""
    if posting.platform_job_id or posting.platform != stored.platform:
        return False
    return not posting.url or not stored.url or posting.url == stored.url


def changes(stored: Posting, posting: Posting, *, same_feed: bool) -> dict[str, tuple[Json, Json]]:
    """What an entry changes of a stored job: field to (old, new). What it leaves unsaid changes nothing; nor do live counters.

    Another feed may only add what was unknown: two feeds' wordings of one job would otherwise edit it for ever. A text that is cut
    never replaces a whole one.
    """
    found: dict[str, tuple[Json, Json]] = {}
    for name in CONTENT_FIELDS:
        old, new = getattr(stored, name), getattr(posting, name)
        if new in (None, "", ()) or new == old:
            continue
        if old not in (None, "", ()) and (not same_feed or _same_to_a_reader(name, old, new, stored, posting)):
            continue
        found[name] = (old, new)
    return found


def _same_to_a_reader(name: str, old: Json, new: Json, stored: Posting, posting: Posting) -> bool:
    if name == "description" and posting.truncated and not stored.truncated:
        return True
    if name in ("title", "description"):
        return stable_words(str(old)) == stable_words(str(new))
    return False


def observe(listing_id: str, posting: Posting, seen_at: datetime, last: Observation | None) -> Observation | None:
    """The live facts of an entry, if one of them is known and differs from the last stored ones.

    A count of proposals in the title or text ("12 proposals") is taken where the feed has no field for it.
    """
    low, high = posting.proposals_min, posting.proposals_max
    if low is None and high is None and (count := _PROPOSALS.search(f"{posting.title}\n{posting.description}")):
        low = high = int(count.group(1) or count.group(2))
    facts = (low, high, posting.interviewing, posting.connects)
    before = (last.proposals_min, last.proposals_max, last.interviewing, last.connects) if last else (None,) * 4
    merged = tuple(new if new is not None else old for new, old in zip(facts, before, strict=True))
    if low is not None or high is not None:
        merged = (low, high, *merged[2:])
    return Observation(listing_id, seen_at, *merged) if merged != before else None


def rotated(new: int, new_with_known_text: int, total: int) -> bool:
    """Whether a poll shows a feed whose ids were all changed, rather than new jobs.

    At least 80 % of the entries are new by name while at least 60 % have a text that is known (RELIABILITY.md 1.4); three entries or more.
    """
    return total >= 3 and new * 10 >= total * 8 and new_with_known_text * 10 >= total * 6


def duplicates(ids: Sequence[str]) -> int:
    """How many entries of a document repeat another entry's job."""
    return sum(count - 1 for count in Counter(ids).values())
