"""What judging needs from a text, extracted once per text and stored under its hash, independent of
any setting.

So a moved threshold or a changed phrase is judged without reading the text again: the payload holds
the sentences with their roles and lemmas (for terms and the fit), the signs of the engagement, and
every cue of the shipped lists with its place (for scope, red flags, effort). Quotes are cut from
the listing by place.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import chain
from typing import Any

import orjson
import re2

from goldmine_ingest.model.decision import TextFeatures
from goldmine_ingest.model.flags import FLAG
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.text.cues import find_cues, find_terms
from goldmine_ingest.text.engagement import Engagement, read_engagements, restore_signs
from goldmine_ingest.text.engagement import payload as payload_of_signs
from goldmine_ingest.text.lemmas import Lemmas
from goldmine_ingest.text.listing_text import (
    LONGEST,
    ListingText,
    read_apart,
    readable,
    restore,
    take_apart,
)
from goldmine_ingest.text.listing_text import payload as payload_of
from goldmine_ingest.text.pieces import PieceTable, TakenApart
from goldmine_ingest.text.sentences import COUNTED
from goldmine_ingest.text.stem_negation import is_negated
from goldmine_ingest.text.stems import SECTION, Stems, words
from goldmine_ingest.text.terms import TermIndex
from goldmine_ingest.text.wordlists import WITH_LISTS, cues, pairs

# Part of every text hash: raise it with any change to the word lists, the stemmer or the payload,
# and stored features are made again. Not where kinds go that nothing reads: what is stored with
# them is as good as what is made without.
FEATURE_VERSION = 8
_MAX_PER_KIND = 8
_MAX_PER_PATTERN = 4
# "No data entry" is no sign of data entry.
_DISMISSIBLE = "exposure.automatable"
# What is to be delivered is asked for only where the work is called simple (red_flags.py): looked
# for there alone, in one text of ten.
_SIMPLE, _DELIVERED = f"{FLAG}simple", ("spec.deliverable", "spec.tool")


def full_text(posting: Posting) -> str:
    """Title, description and skills as one text, one separator between any two."""
    return SECTION.join((posting.title, posting.description, *posting.skills))


def text_hash(posting: Posting) -> str:
    """32 hex digits that name a text and the version of what was extracted from it."""
    return _hash(full_text(posting))


def _hash(text: str) -> str:
    named = f"{FEATURE_VERSION}{SECTION}{text}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(named).hexdigest()[:32]


Place = tuple[int, int]
"""Characters of the full text, from and to (exclusive)."""


@dataclass(frozen=True)
class TextFacts:
    """Features read back. `listing` are the sentences, `engagement` the signs in them."""

    listing: ListingText
    engagement: Engagement
    cues: Mapping[str, Sequence[Place]]
    effort: tuple[int, int, int, int] | None
    text: str = field(repr=False)

    @cached_property
    def searchable(self) -> str:
        """The text as patterns may read it; places are those of `text`."""
        return _readable(self.text)

    def quote(self, start: int, end: int) -> str:
        """The listing's own words, whole and from one field."""
        return self.text[start:end].strip(SECTION).split(SECTION)[0].strip()

    def places(self, *kinds: str) -> Sequence[Place]:
        """Where cues of these kinds stand, in order."""
        groups = [self.cues[kind] for kind in kinds if kind in self.cues]
        return (
            sorted(chain.from_iterable(groups)) if len(groups) > 1 else groups[0] if groups else ()
        )

    def quotes(self, places: Iterable[Place], at_most: int = 3) -> tuple[str, ...]:
        """Different quotes of these places, the first ones."""
        quoted = dict.fromkeys([self.quote(start, end) for start, end in places])
        quoted.pop("", None)
        return tuple(quoted)[:at_most]

    @cached_property
    def title_length(self) -> int:
        """Places before it are in the title."""
        return self.text.find(SECTION)


@dataclass(frozen=True, slots=True)
class ShippedLists:
    """The shipped lists, compiled. `prefilter` tells in one pass which of `patterns` may occur;
    `delivered` are the cues that are looked for only where the work is called simple.
    """

    cues: TermIndex
    delivered: TermIndex
    patterns: tuple[tuple[str, Any], ...]
    prefilter: Any


@cache
def _shipped_lists() -> ShippedLists:
    options = re2.Options()
    options.case_sensitive = False
    prefilter = re2.Set.SearchSet(options)
    for _, pattern in pairs("patterns.tsv"):
        prefilter.Add(COUNTED.sub("*", pattern))
    prefilter.Compile()
    return ShippedLists(
        cues=_index({kind: some for kind, some in cues() if kind not in _DELIVERED}),
        delivered=_index({kind: some for kind, some in cues() if kind in _DELIVERED}),
        patterns=tuple(
            (kind, re2.compile(pattern, options)) for kind, pattern in pairs("patterns.tsv")
        ),
        prefilter=prefilter,
    )


def _index(by_kind: Mapping[str, Iterable[str]]) -> TermIndex:
    stems = Stems()
    return TermIndex(
        (kind, words(phrase, stems)) for kind, some in by_kind.items() for phrase in some
    )


class FeatureReader:
    """Extracts features by the shipped lists; remembers the stems of words met."""

    def __init__(self) -> None:
        self.stems = Stems()
        self.lemmas_of = {language: Lemmas(language=language) for language in WITH_LISTS}
        self.lemmas = self.lemmas_of["en"]
        self.lists = _shipped_lists()
        self.tables = {
            language: PieceTable(self.stems, lemmas, self.lists.cues)
            for language, lemmas in self.lemmas_of.items()
        }

    def extract(self, posting: Posting) -> TextFeatures:
        """Never raises, whatever the text; of a text longer than 60,000 characters the beginning
        counts.
        """
        return self.extract_and_read(posting)[0]

    def extract_and_read(self, posting: Posting) -> tuple[TextFeatures, TextFacts]:
        """The features, and what `read` would make of them."""
        return self.read_all([posting])[0]

    def read_all(self, postings: Sequence[Posting]) -> list[tuple[TextFeatures, TextFacts]]:
        """The same of many: one step of all of them, then the next, so that what a step needs
        stays at hand; that takes four fifths of one posting after the other.
        """
        wholes = [full_text(posting) for posting in postings]
        lengths = [
            (len(one.title), len(one.description), *map(len, one.skills)) for one in postings
        ]
        described = [title + description + 1 for title, description, *_ in lengths]
        apart = take_apart([_readable(whole) for whole in wholes], described, self.tables)
        cues = [self._cues(text) for text, _ in apart]
        efforts = [
            self._match(text, by_kind) for (text, _), by_kind in zip(apart, cues, strict=True)
        ]
        listings = read_apart(wholes, apart, lengths)
        engagements = read_engagements(listings, [text.encoded for text, _ in apart])
        read = [
            _facts(*one) for one in zip(listings, engagements, cues, efforts, wholes, strict=True)
        ]
        return [(_features(one), one) for one in read]

    def _cues(self, apart: TakenApart) -> dict[str, list[Place]]:
        by_kind = find_cues(apart, _MAX_PER_KIND)
        if _DISMISSIBLE in by_kind:
            by_kind[_DISMISSIBLE] = _meant(apart, by_kind[_DISMISSIBLE])
        return by_kind

    def _match(self, apart: TakenApart, by_kind: dict[str, list[Place]]) -> list[int] | None:
        """Adds what the patterns find, and gives the stated effort: its least and most hours,
        and where it stands.
        """
        text = apart.encoded
        effort = None
        weekly: list[Place] = []
        for number in sorted(self.lists.prefilter.Match(text.data) or ()):  # None: none matched
            kind, pattern = self.lists.patterns[number]
            for match, place in text.matches(pattern, _MAX_PER_PATTERN):
                if kind == "weekly":
                    weekly.append(place)
                elif kind == "effort" and effort is None:
                    least = int(match.group(1))
                    effort = [least, int(match.group(2) or least), *place]
                by_kind.setdefault(kind, []).append(place)
        if _SIMPLE in by_kind:
            by_kind |= find_terms(apart, self.lists.delivered, _MAX_PER_KIND)
        if effort and any(start < effort[3] and effort[2] < end for start, end in weekly):
            effort = None
        return effort


def _facts(
    listing: ListingText,
    engagement: Engagement,
    by_kind: Mapping[str, Iterable[Place]],
    effort: Sequence[int] | None,
    whole: str,
) -> TextFacts:
    cues = {kind: sorted(set(by_kind[kind])) for kind in sorted(by_kind) if by_kind[kind]}
    return TextFacts(listing, engagement, cues, _effort(effort), whole)


def _features(facts: TextFacts) -> TextFeatures:
    payload = {
        "v": FEATURE_VERSION,
        **payload_of(facts.listing),
        "g": payload_of_signs(facts.engagement),
        "q": facts.cues,
        "e": facts.effort,
    }
    return TextFeatures(_hash(facts.text), orjson.dumps(payload).decode())


def _meant(apart: TakenApart, places: list[Place]) -> list[Place]:
    """The places that aren't dismissed."""
    stream, begins = apart.stream, apart.begins
    return [
        (start, end)
        for start, end in places
        if not is_negated(stream, bisect_left(begins, start), bisect_left(begins, end))
    ]


def is_current(payload: str) -> bool:
    """Whether stored features were extracted by this version."""
    return payload.startswith(f'{{"v":{FEATURE_VERSION},')


def read(features: TextFeatures, posting: Posting) -> TextFacts:
    """Features as values again, with the listing's text to quote from."""
    payload = orjson.loads(features.payload)
    text = full_text(posting)
    return TextFacts(
        listing=restore(text, payload),
        engagement=restore_signs(payload["g"]),
        cues=payload["q"],
        effort=_effort(payload["e"]),
        text=text,
    )


def _effort(stored: Sequence[int] | None) -> tuple[int, int, int, int] | None:
    if not stored:
        return None
    least, most, start, end = stored
    return least, most, start, end


def _readable(text: str) -> str:
    return readable(text[:LONGEST])
