"""Job identity: which stored listing an entry is, or that it is a new job.

An entry means the job that one of its names means (job_names.py). A name that comes back with
another job behind it (a reused guid, a link that many entries share) does not merge two jobs: it
needs a second sign.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from urllib.parse import urlsplit

from goldmine_ingest.identity import near_duplicates
from goldmine_ingest.identity.job_names import fingerprint
from goldmine_ingest.identity.same_text import stable_words
from goldmine_ingest.model.names import Alias, KnownAlias
from goldmine_ingest.model.posting import Listing, Posting

# Of the jobs that share one name or text, so many of the first and of the last are looked at. A
# template shares its text with thousands, and a hostile feed gives 20,000 entries one text (X12):
# looking at each for each took hours.
ENDS = 20
_SHORT_TEXT = 40  # characters of words: under it, equal words say little about being the same job


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
    present: AbstractSet[str] = frozenset(),
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
    if oldest := _oldest(by_kind.get("platform_id", ()), listings):
        return Match(oldest)
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
    if oldest := _oldest(agreeing, listings):
        return Match(oldest)
    twins = [
        e
        for e in by_kind.get("fingerprint", ())
        if e.listing_id in listings
        and not near_duplicates.facts_differ(posting, listings[e.listing_id].posting)
    ]
    unnamed = [
        e
        for e in twins
        if e.listing_id not in present
        and _only_text_names_it(posting, listings[e.listing_id].posting)
    ]
    if oldest := _oldest(unnamed, listings):
        return Match(oldest)
    if len(stable_words(posting.description)) < _SHORT_TEXT:
        return Match(None)
    return _repost(
        posting, _oldest(twins, listings), [e.listing_id for e in twins], alike, listings
    )


def _ends(aliases: Sequence[KnownAlias]) -> Sequence[KnownAlias]:
    return aliases if len(aliases) <= 2 * ENDS else [*aliases[:ENDS], *aliases[-ENDS:]]


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
        if i in listings
        and i not in twins
        and near_duplicates.same_job(posting, listings[i].posting)
    ]
    copies = dict.fromkeys([*twins, *near_ones])
    first = min((listings[i].first_seen_at, i) for i in copies)[1] if copies else None
    return Match(None, (listings[first].repost_of or first) if first else None, twin, tuple(copies))


def _names_one(aliases: Sequence[KnownAlias], listing_id: str, present: AbstractSet[str]) -> bool:
    """Whether a name means this listing alone, and no other entry of the document is it: only
    then can it go without a second sign.
    """
    return listing_id not in present and {entry.listing_id for entry in aliases} == {listing_id}


def _oldest(aliases: Sequence[KnownAlias], listings: Mapping[str, Listing]) -> str | None:
    ages = [
        (listings[e.listing_id].first_seen_at, e.listing_id)
        for e in aliases
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
            or near_duplicates.titles_agree(posting, stored)
            or near_duplicates.texts_agree(posting, stored)
        )
    return near_duplicates.titles_agree(posting, stored) and near_duplicates.texts_agree(
        posting, stored
    )


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
    link, no name at all, or a link that is another at each poll.
    """
    if posting.platform_job_id or posting.platform != stored.platform:
        return False
    if not posting.url or not stored.url or posting.url == stored.url:
        return True
    return not (posting.guid or stored.guid) and _passing_link(posting, stored)


def _passing_link(posting: Posting, stored: Posting) -> bool:
    """Whether two links without guids differ as those of a click counter do: on one host, for the
    same moment of posting; where no moment is stated, in nothing but the query.
    """
    ours, theirs = urlsplit(posting.url or ""), urlsplit(stored.url or "")
    if ours.netloc != theirs.netloc or posting.posted_at != stored.posted_at:
        return False
    return posting.posted_at is not None or ours.path == theirs.path


def rotated(new: int, new_with_known_text: int, total: int) -> bool:
    """Whether a poll shows a feed whose ids were all changed, rather than new jobs.

    At least 80 % of the entries are new by name while at least 60 % have a text that is known
    (docs/reliability.md "Limits"); three entries or more.
    """
    return total >= 3 and new * 10 >= total * 8 and new_with_known_text * 10 >= total * 6
