"""What judging needs from a text, extracted once per text and stored under its hash, independent of any setting.

So a moved threshold or a changed phrase is judged without reading the text again: the payload holds the stemmed word stream (for terms)
and every cue of the shipped lists with its place (for scope, specificity, red flags, effort). Quotes are cut from the listing by place.
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import accumulate, islice
from operator import itemgetter, sub
from typing import Any, NamedTuple

import re2

from goldmine_ingest.model.decision import TextFeatures
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.terms import SECTION, Occurrence, Stems, TermIndex, is_negated, stem, token_end, tokenise_with_places, words
from goldmine_ingest.wordlists import cues, function_words, pairs

# Part of every text hash: raise it with any change to the word lists, the stemmer or the payload, and stored features are made again.
FEATURE_VERSION = 3
_MAX_TEXT = 60_000
_MAX_PER_KIND = 8
_MAX_PER_PATTERN = 4
# "No data entry" is no sign of data entry.
_DISMISSIBLE = ("production", "exposure.automatable")
_GUESS_FROM = 400
_LANGUAGES = ("en", "de", "xx")
# "At most 40 times" makes thousands of states of a machine that looks for many patterns at once; "any number of times" makes one.
_COUNTED = re.compile(r"\{0,\d+\}")
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def full_text(posting: Posting) -> str:
    """Title, description and skills as one text, one separator between any two."""
    return SECTION.join((posting.title, posting.description, *posting.skills))


def text_hash(posting: Posting) -> str:
    """32 hex digits that name a text and the version of what was extracted from it."""
    return hashlib.sha256(f"{FEATURE_VERSION}{SECTION}{full_text(posting)}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


class Cue(NamedTuple):
    """One place where a shipped list found something: characters `start` to `end` of the full text."""

    kind: str
    start: int
    end: int


_cue = tuple.__new__  # Cue(…) at a third of the cost
_PLACE = itemgetter(1, 2, 0)


@dataclass(frozen=True)
class TextFacts:
    """Features read back. `stream` are the tokens of the full text, `gaps` the characters from one's beginning
    to the next, between spaces; `title_end` and `skills_start` are places in it.

    `boilerplate` are the token ranges of sentences that every listing has ('to apply …'). `language` is a guess from function words:
    'en', 'de', 'xx' (another), '' (too little to tell).
    """

    stream: list[str]
    gaps: str = field(repr=False)
    title_end: int
    skills_start: int
    cues: Mapping[str, list[tuple[int, int]]]
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
        return list(accumulate(map(int, self.gaps.split())))

    def place(self, found: Occurrence) -> tuple[int, int]:
        """The characters that an occurrence covers."""
        return self.starts[found.start], token_end(self.searchable, self.starts[found.end - 1])

    def quote(self, start: int, end: int) -> str:
        """The listing's own words, whole and from one field."""
        words = self.text[start:end]
        return words.strip() if SECTION not in words else words.strip(SECTION).split(SECTION)[0].strip()

    def quote_tokens(self, found: Occurrence) -> str:
        return self.quote(*self.place(found))

    def of(self, *kinds: str) -> list[Cue]:
        """The cues of these kinds, in order of place; 'beyond.' means all that begin so."""
        cues = self.cues
        if len(kinds) == 1 and kinds[0][-1] != ".":
            return [_cue(Cue, (kinds[0], start, end)) for start, end in cues.get(kinds[0], ())]
        wanted = [kind for kind in kinds if kind in cues]
        wanted += [kind for start in kinds if start[-1] == "." for kind in cues if kind.startswith(start)]
        found = [_cue(Cue, (kind, start, end)) for kind in wanted for start, end in cues[kind]]
        return sorted(found, key=_PLACE) if len(wanted) > 1 else found

    def quotes(self, found: list[Cue], at_most: int = 3) -> tuple[str, ...]:
        quoted = dict.fromkeys(self.quote(cue.start, cue.end) for cue in found)
        return tuple(quote for quote in quoted if quote)[:at_most]

    def in_title(self, cue: Cue) -> bool:
        return cue.start < self._title_length

    @cached_property
    def _title_length(self) -> int:
        return self.text.find(SECTION)


@dataclass(frozen=True, slots=True)
class ShippedLists:
    """The shipped lists, compiled. `prefilter` tells in one pass which of `patterns` may occur."""

    cues: TermIndex
    patterns: tuple[tuple[str, Any], ...]
    prefilter: Any
    language_words: Mapping[str, frozenset[str]]


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
        cues=TermIndex((kind, words(phrase, stems)) for kind, phrases in cues() for phrase in phrases),
        patterns=tuple((kind, re2.compile(pattern, options)) for kind, pattern in pairs("patterns.tsv")),
        prefilter=prefilter,
        language_words={language: frozenset(stem(word) for word in function_words(language)) for language in _LANGUAGES},
    )


class FeatureReader:
    """Extracts features by the shipped lists; remembers the stems of words met."""

    def __init__(self) -> None:
        self.stems = Stems()
        self._lists = _shipped_lists()

    def extract(self, posting: Posting) -> TextFeatures:
        """Never raises, whatever the text; of a text longer than 60,000 characters the beginning counts."""
        return self.extract_and_read(posting)[0]

    def extract_and_read(self, posting: Posting) -> tuple[TextFeatures, TextFacts]:
        """The features, and what `read` would make of them."""
        text = _readable(full_text(posting))
        stream, starts, ends = tokenise_with_places(text, self.stems)
        title_end = stream.index(SECTION) if SECTION in stream else len(stream)
        skills_start = bisect_left(starts, len(posting.title) + 1 + len(posting.description))
        hits = _first_few(self._lists.cues.find(stream))
        found = [
            (hit.key, starts[hit.start], ends[hit.end - 1])
            for hit in hits
            if hit.key != "boilerplate" and not (hit.key.startswith(_DISMISSIBLE) and is_negated(stream, hit))
        ]
        boilerplate = sorted({_sentence(stream, hit) for hit in hits if hit.key == "boilerplate"})
        matched, effort = self._matched(text)
        payload = {
            "v": FEATURE_VERSION,
            "s": " ".join(stream),
            "p": " ".join(map(str, map(sub, starts, [0, *starts]))),
            "c": [title_end, skills_start],
            "q": _by_kind(found + matched),
            "e": effort,
            "b": boilerplate,
            "l": _guess_language(stream, self._lists.language_words),
        }
        facts = _facts({**payload, "s": stream}, posting)
        vars(facts).update(starts=starts, searchable=text)  # what the properties would work out again
        return TextFeatures(text_hash(posting), _ENCODE(payload)), facts

    def _matched(self, text: str) -> tuple[list[tuple[str, int, int]], list[int] | None]:
        found: list[tuple[str, int, int]] = []
        effort = None
        weekly: list[tuple[int, int]] = []
        for number in sorted(self._lists.prefilter.Match(text) or ()):  # None: nothing matched
            kind, pattern = self._lists.patterns[number]
            for match in islice(pattern.finditer(text), _MAX_PER_PATTERN):
                if kind == "weekly":
                    weekly.append(match.span())
                elif kind == "effort" and effort is None:
                    effort = [int(match.group(1)), int(match.group(2) or match.group(1)), *match.span()]
                found.append((kind, *match.span()))
        if effort and any(start < effort[3] and effort[2] < end for start, end in weekly):
            effort = None
        return found, effort


def is_current(payload: str) -> bool:
    """Whether stored features were extracted by this version."""
    return payload.startswith(f'{{"v":{FEATURE_VERSION},')


def read(features: TextFeatures, posting: Posting) -> TextFacts:
    """Features as values again, with the listing's text to quote from."""
    payload = json.loads(features.payload)
    payload["s"] = payload["s"].split(" ")
    return _facts(payload, posting)


def _facts(payload: Mapping[str, Any], posting: Posting) -> TextFacts:
    return TextFacts(
        stream=payload["s"],
        gaps=payload["p"],
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


def _sentence(stream: list[str], hit: Occurrence) -> tuple[int, int]:
    start, end = hit.start, hit.end
    while start > 0 and stream[start - 1] not in {".", "!", "?", "¶", SECTION}:
        start -= 1
    while end < len(stream) and stream[end] not in {".", "!", "?", "¶", SECTION}:
        end += 1
    return start, end


def _by_kind(found: list[tuple[str, int, int]]) -> dict[str, list[tuple[int, int]]]:
    """The places of each kind, in order."""
    kinds: dict[str, list[tuple[int, int]]] = {}
    for kind, start, end in sorted(set(found)):
        kinds.setdefault(kind, []).append((start, end))
    return kinds


def _first_few(hits: list[Occurrence]) -> list[Occurrence]:
    """The first few of each kind: a text that repeats one word a thousand times stays small."""
    kept: dict[str, int] = {}
    few = []
    for hit in hits:
        count = kept.get(hit.key, 0)
        if count < _MAX_PER_KIND:
            kept[hit.key] = count + 1
            few.append(hit)
    return few


def _guess_language(stream: list[str], language_words: Mapping[str, frozenset[str]]) -> str:
    head = [token for token in stream[:_GUESS_FROM] if token[0].isalpha()]
    if len(head) < 8:
        return "" if all(token.isascii() for token in head) else "xx"
    if not "".join(head).isascii() and sum(map(str.isascii, head)) < len(head) / 2:
        return "xx"
    counts = {language: sum(map(stopwords.__contains__, head)) for language, stopwords in language_words.items()}
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] else ""
