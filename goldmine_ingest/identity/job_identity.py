"""Which entries are one listing: names under which a job can come back, and what counts as new,
changed or the same job again.

The strongest name that an entry has gives a new listing its id: the marketplace's own job id, else
the canonical link, else the feed's guid, else the fingerprint of title, text and pay. Every name is
kept for ever, so the job is known again when one of them changes: another feed, a tracking
parameter, another slug, a rebuilt feed with new guids. A name that comes back with another job
behind it (a reused guid, a link that many entries share) does not merge two jobs: it needs a second
sign.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from goldmine_ingest.facts.links import canonical_link
from goldmine_ingest.identity import near_duplicates as near
from goldmine_ingest.identity.same_text import stable_words
from goldmine_ingest.model.names import Alias, AliasKind, KnownAlias
from goldmine_ingest.model.posting import Listing, Observation, Posting

if TYPE_CHECKING:
    from goldmine_ingest.model import Json

LISTING_ID_DIGITS = 20

# A live count of proposals: in brackets or at the end of a title, or a line of its own. "Write 20
# proposals" is the work, not a count.
_PROPOSALS = re.compile(
    r"[(\[|·•–—-]\s*(\d{1,5})\s*(?:proposals?|bids?|applicants?)\s*[)\]]?\s*$"
    r"|^\s*(\d{1,5})\s*(?:proposals?|bids?|applicants?)\s*$|^\s*(?:proposals?|bids?|applicants?)\s*:\s*(\d{1,5})\s*$",
    re.IGNORECASE | re.MULTILINE,
)
# What each of these holds: most texts hold none of it.
_ANY_COUNT = re.compile(
    r"\d\s*(?:proposal|bid|applicant)|\b(?:proposals?|bids?|applicants?)\s*:", re.IGNORECASE
)
# Of the jobs that share one name or text, so many of the first and of the last are looked at. A
# template shares its text with thousands, and a hostile feed gives 20,000 entries one text (X12):
# looking at each for each took hours.
ENDS = 20
_SHORT_TEXT = 40  # characters of words: under it, equal words say little about being the same job

# Facts that move while a job stays the same: they make observations, not revisions.
LIVE_FIELDS = ("proposals_min", "proposals_max", "interviewing", "connects")
# Not facts of the job: how the feed names the entry, or how much of the text it gave.
_NOT_CONTENT = frozenset(
    {*LIVE_FIELDS, "guid", "url", "platform", "platform_job_id", "posted_at", "truncated"}
)
CONTENT_FIELDS = tuple(f.name for f in fields(Posting) if f.name not in _NOT_CONTENT)


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
    found = []
    if posting.platform_job_id:
        found.append(_digest("platform_id", f"{posting.platform}|{posting.platform_job_id}"))
    if posting.url and _names_one_page(posting.url):
        found.append(link_alias(posting.url))
    if posting.guid:
        found.append(_digest("guid", _guid_name(posting, posting.guid, feed)))
    if not _says_anything(posting) and (posting.url or found):
        return tuple(found or [link_alias(posting.url or "")])
    found.append(_digest("fingerprint", fingerprint(posting)))
    return tuple(found)


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
    known = posting.platform not in ("generic", "jsonfeed", "wpjobmanager")
    return f"{posting.platform if known else f'feed {feed}'}|{guid}"


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
        for url, found in jobs.items()
        if _several({key for key, _ in found}) and len({title for _, title in found}) > 1
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
    none of them), a number.
    """
    first = aliases[0].digest[:LISTING_ID_DIGITS]
    if first not in taken:
        return first
    both = f"{aliases[0].digest}|{aliases[-1].digest}"
    spellings = (both if number == 1 else f"{both}|{number}" for number in itertools.count(1))
    ids = (
        hashlib.sha256(spelling.encode()).hexdigest()[:LISTING_ID_DIGITS] for spelling in spellings
    )
    return next(found for found in ids if found not in taken)


@dataclass(frozen=True, slots=True)
class Match:
    """The stored listing that an entry is, or None for a new job. `repost_of` is the first job
    whose text a new one repeats, `twin` the oldest that has just this text, `copies` are all that
    are known.
    """

    listing_id: str | None
    repost_of: str | None = None
    twin: str | None = None
    copies: tuple[str, ...] = ()


def match(
    posting: Posting,
    aliases: Sequence[Alias],
    known: Mapping[str, Sequence[KnownAlias]],
    listings: Mapping[str, Listing],
    *,
    present: frozenset[str] = frozenset(),
    alike: Sequence[str] = (),
) -> Match:
    """Finds the listing that an entry belongs to.

    `known` holds the stored aliases by digest, `listings` those that they mean, `present` the
    listings that the same document holds under names of their own (they can't be this one under a
    changed guid, nor by a link or guid that several jobs share). Of several that fit, the oldest
    wins. `alike` are listings whose texts may be nearly the same: they can only be what a new job
    reposts.
    """
    by_kind = {alias.kind: _ends(known.get(alias.digest, ())) for alias in aliases}
    if found := _oldest(by_kind.get("platform_id", ()), listings):
        return Match(found)
    agreeing = [
        entry
        for kind in ("link", "guid")
        for entry in by_kind.get(kind, ())
        if entry.listing_id in listings
        and _agrees(
            kind,
            posting,
            listings[entry.listing_id].posting,
            alone=_names_one(by_kind[kind], entry.listing_id, present),
            confirmed=any(
                other.listing_id == entry.listing_id
                for other in by_kind.get("guid" if kind == "link" else "link", ())
            ),
        )
    ]
    if found := _oldest(agreeing, listings):
        return Match(found)
    twins = [
        e
        for e in by_kind.get("fingerprint", ())
        if e.listing_id in listings
        and not near.facts_differ(posting, listings[e.listing_id].posting)
    ]
    unnamed = [
        e
        for e in twins
        if e.listing_id not in present
        and _only_text_names_it(posting, listings[e.listing_id].posting)
    ]
    if found := _oldest(unnamed, listings):
        return Match(found)
    if len(stable_words(posting.description)) < _SHORT_TEXT:
        return Match(None)
    return _repost(
        posting, _oldest(twins, listings), [e.listing_id for e in twins], alike, listings
    )


def _ends(found: Sequence[KnownAlias]) -> Sequence[KnownAlias]:
    return found if len(found) <= 2 * ENDS else [*found[:ENDS], *found[-ENDS:]]


def _repost(
    posting: Posting,
    twin: str | None,
    twins: Sequence[str],
    alike: Sequence[str],
    listings: Mapping[str, Listing],
) -> Match:
    """A new job, and what it repeats: the same text, or nearly the same where nothing that
    matters differs.
    """
    near_ones = [
        i
        for i in alike
        if i in listings and i not in twins and near.same_job(posting, listings[i].posting)
    ]
    copies = dict.fromkeys([*twins, *near_ones])
    first = min((listings[i].first_seen_at, i) for i in copies)[1] if copies else None
    return Match(None, (listings[first].repost_of or first) if first else None, twin, tuple(copies))


def _names_one(found: Sequence[KnownAlias], listing_id: str, present: frozenset[str]) -> bool:
    """Whether a name means this listing alone, and no other entry of the document is it: only
    then can it go without a second sign.
    """
    return listing_id not in present and {entry.listing_id for entry in found} == {listing_id}


def _oldest(found: Sequence[KnownAlias], listings: Mapping[str, Listing]) -> str | None:
    ages = [
        (listings[e.listing_id].first_seen_at, e.listing_id)
        for e in found
        if e.listing_id in listings
    ]
    return min(ages)[1] if ages else None


def _agrees(kind: str, posting: Posting, stored: Posting, *, alone: bool, confirmed: bool) -> bool:
    """Whether a shared link or guid means the same job.

    The same or nearly the same words are a second sign. Without it, a link that is this listing's
    `alone` is believed where the guids don't contradict it: an edit; a guid without links, if the
    title or the text stayed. A reused guid with other content is not believed, nor a link that many
    jobs share. `confirmed`: the entry's other name means this listing too, though it may not be the
    one that the listing came with (a feed whose ids rotated).
    """
    if _other_id(posting, stored):
        return False
    if fingerprint(posting) == fingerprint(stored):
        return True
    ours, theirs = (posting.guid, stored.guid) if kind == "link" else (posting.url, stored.url)
    contradicted = bool(ours) and bool(theirs) and ours != theirs and not confirmed
    if alone and not contradicted:
        return (
            kind == "link"
            or bool(ours and theirs)
            or near.titles_agree(posting, stored)
            or near.texts_agree(posting, stored)
        )
    return near.titles_agree(posting, stored) and near.texts_agree(posting, stored)


def _other_id(posting: Posting, stored: Posting) -> bool:
    """The same marketplace gave them two ids (of one kind: a number and a slug may name the same
    job).
    """
    ours, theirs = posting.platform_job_id, stored.platform_job_id
    if not ours or not theirs or posting.platform != stored.platform:
        return False
    return ours != theirs and ours.isdigit() == theirs.isdigit()


def _only_text_names_it(posting: Posting, stored: Posting) -> bool:
    """Same text, and no name that says it is another job: a changed guid on an entry without
    link, or no name at all.
    """
    if posting.platform_job_id or posting.platform != stored.platform:
        return False
    return not posting.url or not stored.url or posting.url == stored.url


def changes(stored: Posting, posting: Posting, *, same_feed: bool) -> dict[str, tuple[Json, Json]]:
    """What an entry changes of a stored job: field to (old, new). What it leaves unsaid changes
    nothing; nor do live counters.

    Another feed may only add what was unknown: two feeds' wordings of one job would otherwise edit
    it for ever. A text that is cut never replaces a whole one; a whole one replaces a cut one,
    whoever brings it.
    """
    found: dict[str, tuple[Json, Json]] = {}
    whole = (
        stored.truncated
        and not posting.truncated
        and len(posting.description) > len(stored.description)
    )
    for name in CONTENT_FIELDS:
        old, new = getattr(stored, name), getattr(posting, name)
        if new in (None, "", ()) or new == old:
            continue
        may_replace = same_feed or (whole and name == "description")
        if old not in (None, "", ()) and (
            not may_replace or _same_to_a_reader(name, old, new, stored, posting)
        ):
            continue
        found[name] = (old, new)
    if whole and "description" in found:
        found["truncated"] = (True, False)
    return found


def _same_to_a_reader(name: str, old: Json, new: Json, stored: Posting, posting: Posting) -> bool:
    if name == "description" and posting.truncated and not stored.truncated:
        return True
    if name in ("title", "description"):
        return stable_words(str(old)) == stable_words(str(new))
    return False


def observe(
    listing_id: str, posting: Posting, seen_at: datetime, last: Observation | None
) -> Observation | None:
    """The live facts of an entry, if one of them is known and differs from the last stored ones.

    A count of proposals in the title or text ("12 proposals") is taken where the feed has no field
    for it.
    """
    low, high = posting.proposals_min, posting.proposals_max
    if low is None and high is None and (count := _count_in(posting)) is not None:
        low = high = count
    facts = (low, high, posting.interviewing, posting.connects)
    before = (
        (last.proposals_min, last.proposals_max, last.interviewing, last.connects)
        if last
        else (None,) * 4
    )
    merged = tuple(new if new is not None else old for new, old in zip(facts, before, strict=True))
    if low is not None or high is not None:
        merged = (low, high, *merged[2:])
    return Observation(listing_id, seen_at, *merged) if merged != before else None


def _count_in(posting: Posting) -> int | None:
    """The count of proposals that stands in the title or the text."""
    text = f"{posting.title}\n{posting.description}"
    small = text.lower()
    if not ("proposal" in small or "bid" in small or "applicant" in small) or not _ANY_COUNT.search(
        text
    ):
        return None
    found = _PROPOSALS.search(text)
    return int(next(filter(None, found.groups()))) if found else None


def rotated(new: int, new_with_known_text: int, total: int) -> bool:
    """Whether a poll shows a feed whose ids were all changed, rather than new jobs.

    At least 80 % of the entries are new by name while at least 60 % have a text that is known
    (docs/reliability.md "Limits"); three entries or more.
    """
    return total >= 3 and new * 10 >= total * 8 and new_with_known_text * 10 >= total * 6
