"""How the history speaks of an offer: how many listings name its problem and outcome, in which
words, for what pay and in what crowd.

A listing names it if what it asks (title, ask, problem) holds words of the offer that weigh a third
of what the offer names, two at least; rare words weigh more. `read_asked` asks the history, the
rest is pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING, Any

import orjson

from goldmine_ingest.analysis.offer_text import Offer, like, names_something
from goldmine_ingest.analysis.shares import Share, share
from goldmine_ingest.criteria.features import FeatureReader, full_text
from goldmine_ingest.criteria.own_terms import Rarity
from goldmine_ingest.errors import PROVOKED
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.store.rows import select
from goldmine_ingest.text.listing_text import ListingText, read_text, restore
from goldmine_ingest.text.sentences import Role

if TYPE_CHECKING:
    import duckdb

# Under so many listings nothing is said; 0 of 20 leaves 16 % open.
LEAST_LISTINGS = 20
# Under so many that name the offer, neither pay nor words are told.
LEAST_NAMED = 5

_ASKED = frozenset((Role.TITLE, Role.ASK, Role.PROBLEM))
_PART = 1 / 3  # of what the offer names that a listing must name
_WEIGHTIEST = 6  # words of the offer that this is counted of: a long text asks for no more
_TWO = 2
_MOST_WORDS = 12
_OFTEN = 0.15  # of the listings that name it: so many must use a word that the offer lacks
_MORE = 2.0  # times as often as other listings


@dataclass(frozen=True, slots=True)
class Asked:
    """What one listing asks for: the lemmas of its title, ask and problem. Pay in the base
    currency; None: not stated.
    """

    words: frozenset[str]
    fixed: Decimal | None = None
    hourly: Decimal | None = None
    proposals: int | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OfferReport:
    """`looked_at` listings, of which `named` name the offer. Words in the order of how many
    listings use them; medians are None under LEAST_NAMED that state theirs. `reasons`: why those
    clients pay, with how many say so. `missing` says what is too thin to speak, None where nothing
    is.
    """

    looked_at: int
    named: Share
    words_used: tuple[tuple[str, int], ...]
    words_missing: tuple[tuple[str, int], ...]
    median_pay: Decimal | None
    median_hourly: Decimal | None
    proposals: float | None
    reasons: tuple[tuple[str, int], ...]
    lacks: tuple[str, ...]
    missing: str | None


def read_asked(con: duckdb.DuckDBPyConnection, since: datetime | None) -> Iterator[Asked]:
    """What each listing first seen since then asks for; reposts are left out. A text that this
    version can't take from the history is read anew.
    """
    reader = FeatureReader()
    for row in select(con, "offer_listings", since=since):
        text = _text(row, reader)
        numbers = text.numbered(*_ASKED)
        yield Asked(
            frozenset(word for number in numbers for word in text.words[number]),
            row["fixed"],
            row["hourly"],
            row["proposals"],
            tuple(row["reasons"]),
        )


def _text(row: dict[str, Any], reader: FeatureReader) -> ListingText:
    title, description, skills = row["title"], row["description"], tuple(row["skills"])
    if row["payload"] is not None:
        with suppress(*PROVOKED):
            stored = full_text(Posting("", title, description=description, skills=skills))
            return restore(stored, orjson.loads(row["payload"]))
    return read_text(title, description, skills, reader.lemmas_of)


def weigh(offer: Offer, listings: Iterable[Asked], rarity: Rarity) -> OfferReport:
    """Pure: the same listings and words give the same report."""
    everything = list(listings)
    weights = {word: rarity.of_words[word] for word in offer.words}
    spellings = {word: like(word) for word in offer.words}
    named = [asked for asked in everything if _names(asked, weights, spellings)]
    used = Counter(
        word
        for asked in everything
        for word, same in spellings.items()
        if not same.isdisjoint(asked.words)
    )
    enough = len(everything) >= LEAST_LISTINGS and len(named) >= LEAST_NAMED
    return OfferReport(
        len(everything),
        share(len(named), len(everything)),
        tuple((offer.words[word], count) for word, count in _ordered(used)),
        tuple(_missing_words(offer, named, everything)) if enough else (),
        _middle([a.fixed for a in named if a.fixed is not None]),
        _middle([a.hourly for a in named if a.hourly is not None]),
        _middle([a.proposals for a in named if a.proposals is not None]),
        tuple(_ordered(Counter(name for asked in named for name in asked.reasons))),
        offer.lacks,
        _thin(len(everything), len(named)),
    )


def _names(asked: Asked, weights: dict[str, float], spellings: dict[str, frozenset[str]]) -> bool:
    there = [weights[word] for word, same in spellings.items() if not same.isdisjoint(asked.words)]
    whole = sum(sorted(weights.values(), reverse=True)[:_WEIGHTIEST])
    return len(there) >= min(_TWO, len(weights)) > 0 and sum(there) >= _PART * whole


def _missing_words(
    offer: Offer, named: Sequence[Asked], everything: Sequence[Asked]
) -> Iterator[tuple[str, int]]:
    """What clients who name the offer say, oftener than others, and the offer doesn't."""
    own = frozenset().union(*(like(word) for word in offer.words))
    here = Counter(word for asked in named for word in asked.words - own)
    there = Counter(word for asked in everything for word in asked.words)
    counts = Counter(
        {
            word: count
            for word, count in here.items()
            if names_something(word)
            and count >= max(2, _OFTEN * len(named))
            and count / len(named) >= _MORE * there[word] / len(everything)
        }
    )
    yield from _ordered(counts)


def _ordered(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_MOST_WORDS]


def _middle(values: Sequence[Any]) -> Any:
    return median(values) if len(values) >= LEAST_NAMED else None


def _thin(looked_at: int, named: int) -> str | None:
    if looked_at < LEAST_LISTINGS:
        return f"listings to look at: {looked_at} of {LEAST_LISTINGS}"
    if named < LEAST_NAMED:
        return f"listings that name it: {named} of {LEAST_NAMED}"
    return None
