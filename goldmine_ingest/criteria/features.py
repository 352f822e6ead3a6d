"""What judging needs from a text, extracted once per text and stored under its hash, independent of
any setting.

So a moved threshold or a changed phrase is judged without reading the text again: the payload holds
the stemmed word stream (for terms) and every cue of the shipped lists with its place (for scope,
specificity, red flags, effort). Quotes are cut from the listing by place.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import chain, islice
from typing import Any

import orjson
import re2

from goldmine_ingest.model.decision import TextFeatures
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.text.terms import (
    SECTION,
    SENTENCE_ENDS,
    Occurrence,
    Stems,
    TermIndex,
    is_negated,
    stem,
    token_end,
    token_starts,
    tokenise_with_places,
    words,
)
from goldmine_ingest.text.wordlists import cues, function_words, pairs

# Part of every text hash: raise it with any change to the word lists, the stemmer or the payload,
# and stored features are made again.
FEATURE_VERSION = 4
_MAX_TEXT = 60_000
_MAX_PER_KIND = 8
_MAX_PER_PATTERN = 4
# "No data entry" is no sign of data entry.
_DISMISSIBLE = ("production", "exposure.automatable")
_GUESS_FROM = 400
_LANGUAGES = ("en", "de", "xx")
# "At most 40 times" makes thousands of states of a machine that looks for many patterns at once;
# "any number of times" makes one.
_COUNTED = re.compile(r"\{0,\d+\}")


def full_text(posting: Posting) -> str:
    """Title, description and skills as one text, one separator between any two."""
    return SECTION.join((posting.title, posting.description, *posting.skills))


def text_hash(posting: Posting) -> str:
    """32 hex digits that name a text and the version of what was extracted from it."""
    return hashlib.sha256(
        f"{FEATURE_VERSION}{SECTION}{full_text(posting)}".encode("utf-8", "surrogatepass")
    ).hexdigest()[:32]


Place = tuple[int, int]
"""Characters of the full text, from and to (exclusive)."""


@dataclass(frozen=True)
class TextFacts:
    """Features read back. `stream` are the tokens of the full text; `title_end` and `skills_start`
    are places in it.

    `boilerplate` are the token ranges of sentences that every listing has ('to apply …').
    `language` is a guess from function words: 'en', 'de', 'xx' (another), '' (too little to tell).
    """

    stream: list[str]
    title_end: int
    skills_start: int
    cues: Mapping[str, Sequence[Place]]
    effort: tuple[int, int, int, int] | None
    boilerplate: tuple[tuple[int, int], ...]
    language: str
    text: str = field(repr=False)

    @cached_property
    def searchable(self) -> str:
        """The text as patterns may read it; places are those of `text`."""
        return _readable(self.text)

    @cached_property
    def starts(self) -> list[int]:
        """Where each token of the stream begins."""
        return token_starts(self.searchable)

    def place(self, found: Occurrence) -> tuple[int, int]:
        """The characters that an occurrence covers."""
        return self.starts[found.start], token_end(self.searchable, self.starts[found.end - 1])

    def quote(self, start: int, end: int) -> str:
        """The listing's own words, whole and from one field."""
        words = self.text[start:end]
        if words.isalnum():  # one word, as most are
            return words
        return (
            words.strip()
            if SECTION not in words
            else words.strip(SECTION).split(SECTION)[0].strip()
        )

    def quote_tokens(self, found: Occurrence) -> str:
        return self.quote(*self.place(found))

    def kinds(self, prefix: str) -> list[str]:
        """The kinds of cues that occur and begin so ('beyond.'), in the order in which the text
        shows them first.
        """
        found = [kind for kind in self.cues if kind.startswith(prefix)]
        return (
            sorted(found, key=lambda kind: (*self.cues[kind][0], kind)) if len(found) > 1 else found
        )

    def places(self, *kinds: str) -> Sequence[Place]:
        """Where cues of these kinds stand, in order."""
        found = [self.cues[kind] for kind in kinds if kind in self.cues]
        return sorted(chain.from_iterable(found)) if len(found) > 1 else found[0] if found else ()

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
    """The shipped lists, compiled. `prefilter` tells in one pass which of `patterns` may occur."""

    cues: TermIndex
    patterns: tuple[tuple[str, Any], ...]
    prefilter: Any
    languages_of_words: Mapping[str, tuple[str, ...]]


@cache
def _shipped_lists() -> ShippedLists:
    stems = Stems()
    options = re2.Options()
    options.case_sensitive = False
    prefilter = re2.Set.SearchSet(options)
    for _, pattern in pairs("patterns.tsv"):
        prefilter.Add(_COUNTED.sub("*", pattern))
    prefilter.Compile()
    return ShippedLists(
        cues=TermIndex(
            (kind, words(phrase, stems)) for kind, phrases in cues() for phrase in phrases
        ),
        patterns=tuple(
            (kind, re2.compile(pattern, options)) for kind, pattern in pairs("patterns.tsv")
        ),
        prefilter=prefilter,
        languages_of_words=_languages_of_words(),
    )


def _languages_of_words() -> dict[str, tuple[str, ...]]:
    """Each stemmed function word, and the languages that have it."""
    words_of = {
        language: {stem(word) for word in function_words(language)} for language in _LANGUAGES
    }
    return {
        word: tuple(name for name in _LANGUAGES if word in words_of[name])
        for word in set().union(*words_of.values())
    }


class FeatureReader:
    """Extracts features by the shipped lists; remembers the stems of words met."""

    def __init__(self) -> None:
        self.stems = Stems()
        self._lists = _shipped_lists()

    def extract(self, posting: Posting) -> TextFeatures:
        """Never raises, whatever the text; of a text longer than 60,000 characters the beginning
        counts.
        """
        return self.extract_and_read(posting)[0]

    def extract_and_read(self, posting: Posting) -> tuple[TextFeatures, TextFacts]:
        """The features, and what `read` would make of them."""
        text = _readable(full_text(posting))
        stream, starts, lengths = tokenise_with_places(text, self.stems)
        title_end = stream.index(SECTION) if SECTION in stream else len(stream)
        skills_start = bisect_left(starts, len(posting.title) + 1 + len(posting.description))
        few = self._lists.cues.find_few(stream, _MAX_PER_KIND)
        boilerplate = sorted({_sentence(stream, *place) for place in few.pop("boilerplate", ())})
        found = {
            kind: _in_characters(_meant(kind, places, stream), starts, lengths)
            for kind, places in few.items()
        }
        effort = self._match(text, found)
        payload = {
            "v": FEATURE_VERSION,
            "s": " ".join(stream),
            "c": (title_end, skills_start),
            "q": {kind: sorted(set(found[kind])) for kind in sorted(found) if found[kind]},
            "e": effort,
            "b": boilerplate,
            "l": _guess_language(stream, self._lists.languages_of_words),
        }
        facts = _facts({**payload, "s": stream}, posting)
        vars(facts).update(
            starts=starts, searchable=text
        )  # what the properties would work out again
        return TextFeatures(text_hash(posting), orjson.dumps(payload).decode()), facts

    def _match(self, text: str, found: dict[str, list[Place]]) -> list[int] | None:
        """Adds what the patterns find, and gives the stated effort: its least and most hours,
        and where it stands.
        """
        effort = None
        weekly: list[Place] = []
        for number in sorted(self._lists.prefilter.Match(text) or ()):  # None: nothing matched
            kind, pattern = self._lists.patterns[number]
            for match in islice(pattern.finditer(text), _MAX_PER_PATTERN):
                if kind == "weekly":
                    weekly.append(match.span())
                elif kind == "effort" and effort is None:
                    effort = [
                        int(match.group(1)),
                        int(match.group(2) or match.group(1)),
                        *match.span(),
                    ]
                found.setdefault(kind, []).append(match.span())
        if effort and any(start < effort[3] and effort[2] < end for start, end in weekly):
            effort = None
        return effort


def _meant(kind: str, places: list[Place], stream: list[str]) -> list[Place]:
    """The places that aren't dismissed, for kinds of which that matters."""
    return (
        [place for place in places if not is_negated(stream, *place)]
        if kind.startswith(_DISMISSIBLE)
        else places
    )


def _in_characters(places: list[Place], starts: list[int], lengths: list[int]) -> list[Place]:
    return [(starts[start], starts[end - 1] + lengths[end - 1]) for start, end in places]


def is_current(payload: str) -> bool:
    """Whether stored features were extracted by this version."""
    return payload.startswith(f'{{"v":{FEATURE_VERSION},')


def read(features: TextFeatures, posting: Posting) -> TextFacts:
    """Features as values again, with the listing's text to quote from."""
    payload = orjson.loads(features.payload)
    payload["s"] = payload["s"].split(" ")
    return _facts(payload, posting)


def _facts(payload: Mapping[str, Any], posting: Posting) -> TextFacts:
    return TextFacts(
        stream=payload["s"],
        title_end=payload["c"][0],
        skills_start=payload["c"][1],
        cues=payload["q"],
        effort=tuple(payload["e"]) if payload["e"] else None,
        boilerplate=tuple((start, end) for start, end in payload["b"]),
        language=payload["l"],
        text=full_text(posting),
    )


def _readable(text: str) -> str:
    """Half surrogates can't be searched; replaced one for one, so that places stay."""
    text = text[:_MAX_TEXT]
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _sentence(stream: list[str], start: int, end: int) -> tuple[int, int]:
    """The tokens of the sentence around a place."""
    while start > 0 and stream[start - 1] not in SENTENCE_ENDS:
        start -= 1
    while end < len(stream) and stream[end] not in SENTENCE_ENDS:
        end += 1
    return start, end


def _guess_language(stream: list[str], languages_of_words: Mapping[str, tuple[str, ...]]) -> str:
    head = [token for token in stream[:_GUESS_FROM] if token[0].isalpha()]
    if len(head) < 8:
        return "" if all(token.isascii() for token in head) else "xx"
    if not "".join(head).isascii() and sum(map(str.isascii, head)) < len(head) / 2:
        return "xx"
    counts = Counter(
        chain.from_iterable(
            map(languages_of_words.__getitem__, filter(languages_of_words.__contains__, head))
        )
    )
    return max(_LANGUAGES, key=counts.__getitem__) if counts else ""
