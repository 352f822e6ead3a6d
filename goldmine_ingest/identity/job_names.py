"""Names under which a job can come back, and the id that the strongest of them gives it.

The strongest name that an entry has gives a new listing its id: the marketplace's own job id, else
the canonical link, else the feed's guid, else the fingerprint of title, text and pay. Every name is
kept for ever, so the job is known again when one of them changes: another feed, a tracking
parameter, another slug, a rebuilt feed with new guids.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from goldmine_ingest.facts.links import canonical_link
from goldmine_ingest.identity.same_text import stable_words
from goldmine_ingest.model.names import Alias, AliasKind
from goldmine_ingest.model.posting import Posting

LISTING_ID_DIGITS = 20


def _digest(kind: AliasKind, value: str) -> Alias:
    return Alias(
        kind, hashlib.sha256(f"{kind}|{value}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
    )


def fingerprint(posting: Posting) -> str:
    """Title, text and pay in one line; equal for a repost or a cross-post, different when the
    budget or the city differs.
    """
    pay = (posting.pay, posting.budget_min, posting.budget_max, posting.currency)
    return f"{stable_words(posting.title)}|{stable_words(posting.description)}|{pay}"


def names(posting: Posting, feed: str) -> tuple[Alias, ...]:
    """Every name of the entry, strongest first. A guid is a name within its marketplace, or within
    its feed where none is known.

    `feed` is the feed's own name. A link that is only a site's front page names no job, unless the
    entry says nothing else: then its title, text and pay, all of them empty, are no name.
    """
    aliases = []
    if posting.platform_job_id:
        aliases.append(_digest("platform_id", f"{posting.platform}|{posting.platform_job_id}"))
    if posting.url and _names_one_page(posting.url):
        aliases.append(link_alias(posting.url))
    if posting.guid:
        aliases.append(_digest("guid", _guid_name(posting, posting.guid, feed)))
    if not _says_anything(posting) and (posting.url or aliases):
        return tuple(aliases or [link_alias(posting.url or "")])
    aliases.append(_digest("fingerprint", fingerprint(posting)))
    return tuple(aliases)


def _says_anything(posting: Posting) -> bool:
    return bool(
        stable_words(posting.title)
        or stable_words(posting.description)
        or posting.budget_min
        or posting.budget_max
    )


def link_alias(canonical: str) -> Alias:
    """The name that a canonical link gives, for finding a listing by its URL; with and without
    'www.' it is one name.
    """
    return _digest("link", canonical.replace("://www.", "://", 1))


def _names_one_page(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path.strip("/") != "" or parts.query != "" or parts.fragment != ""


def _guid_name(posting: Posting, guid: str, feed: str) -> str:
    """A guid with its scope. Addresses, 'tag:' and 'urn:' are one name everywhere; of an
    address, what only tracks doesn't count.
    """
    if "://" in guid:
        return f"url|{canonical_link(guid) or guid}"
    if guid.startswith(("tag:", "urn:")):
        return f"uri|{guid}"
    is_marketplace = posting.platform not in ("generic", "jsonfeed", "wpjobmanager")
    return f"{posting.platform if is_marketplace else f'feed {feed}'}|{guid}"


def shared_links(postings: Sequence[Posting]) -> frozenset[str]:
    """Links that several jobs of one document carry (a board's front page, a search): they name
    none of them.
    """
    jobs: dict[str, set[tuple[str | None, str]]] = {}
    for posting in postings:
        if posting.url:
            jobs.setdefault(posting.url, set()).add(
                (posting.platform_job_id or posting.guid, stable_words(posting.title))
            )
    return frozenset(
        url
        for url, names in jobs.items()
        if _several({key for key, _ in names}) and len({title for _, title in names}) > 1
    )


def _several(keys: set[str | None]) -> bool:
    """Whether entries are several jobs by their own names; without any name, nothing says that
    they are one.
    """
    return len(keys) > 1 or None in keys


def new_listing_id(aliases: Sequence[Alias], taken: Mapping[str, object]) -> str:
    """The id of a job at first sight: the first 20 hex digits of its strongest name's SHA-256.

    Where another job already bears that id (a reused guid), the weakest name is added to it, which
    is the fingerprint; where that is taken as well (jobs that say the same and whose links name
    none of them), the next number. Numbers are given one after another, so that it is looked for by
    halves: thousands of jobs may say the same.
    """
    first = aliases[0].digest[:LISTING_ID_DIGITS]
    if first not in taken:
        return first
    both = f"{aliases[0].digest}|{aliases[-1].digest}"

    def numbered(number: int) -> str:
        spelling = both if number == 1 else f"{both}|{number}"
        return hashlib.sha256(spelling.encode()).hexdigest()[:LISTING_ID_DIGITS]

    free = 1
    while numbered(free) in taken:
        free *= 2
    numbers = range(free // 2 + 1, free)
    return numbered(
        numbers.start + bisect_left(numbers, True, key=lambda each: numbered(each) not in taken)
    )
