"""A proof drafted from a text about finished work: its name, the tools that it names, the words in
which clients with such a problem may ask. Only words of the text; nothing is invented. Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from goldmine_ingest.criteria.own_terms import Rarity
from goldmine_ingest.settings.criteria import ProofSettings
from goldmine_ingest.text.lemmas import TOKEN, Lemmas, lowered
from goldmine_ingest.text.wordlists import counts, phrases, same_skill, word_group

_LONGEST_NAME = 60
_LONGEST_RESULT = 160
_LONGEST_PHRASE = 3  # words
_MOST_PHRASES = 8
_MOST_SKILLS = 10
_SHORTEST_WORD = 5  # letters of a word that stands alone as a phrase
# A phrase that one listing in fifty uses tells one's work from little else.
_COMMON = 50
# Listings that must use a word before clients are believed to say it.
_KNOWN = 3
# Words that name nothing, beside those of listing_words.tsv.
_SMALL = phrases(
    "was, were, has, had, did, "
    "two, three, four, five, six, seven, eight, nine, ten, eleven, twelve, every, each, both, "
    "nobody, everybody, everyone, everything, nothing, against, across, between, down, again, "
    "went, old, new, later, year, month"
)
_LINK = re.compile(r"https?://[^\s<>()\[\]\"']+[^\s<>()\[\]\"'.,;:!?]")
_MARKUP = re.compile(r"^[#*>\s-]+|[*_`]+|\[([^\]]*)\]\([^)]*\)")
_SENTENCE = re.compile(r"[^.!?\n]+(?:\.\d[^.!?\n]*)*")
# What changed, in figures: "from six days to two", "12 % less", "saved 40 hours".
_RESULT = re.compile(
    r"\bfrom\b.{1,60}\bto\b|\d+ ?(?:%|percent|hours|days|x\b)|\b(?:sav|cut|reduc|halv)", re.I
)
_APART = re.compile(r"[\s-]")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of the text; in how many of `listings` listings they stand, None where nobody counted
    them.
    """

    text: str
    count: int | None
    listings: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What a text gives; `skills` and `phrases` in the order of how much they tell."""

    name: str
    url: str | None
    result: str | None
    skills: tuple[str, ...]
    phrases: tuple[Phrase, ...]

    def proof(self) -> ProofSettings:
        return ProofSettings(
            self.name,
            url=self.url,
            result=self.result,
            skills=self.skills,
            phrases=tuple(phrase.text for phrase in self.phrases),
        )


def draft(text: str, rarity: Rarity, lemmas: Lemmas) -> Draft | None:
    """None for a text that says nothing. `rarity` is that of the criteria in force."""
    lines = [plain for line in text.splitlines() if _says(plain := _plain(line))]
    if not lines:
        return None
    link = _LINK.search(text)
    sentences = [
        sentence.strip() for line in lines for sentence in _SENTENCE.findall(_LINK.sub(" ", line))
    ]
    skills = _skills(sentences, lemmas)
    taken = {lowered(word) for skill in skills for word in TOKEN.findall(lowered(skill))}
    return Draft(
        _name(lines[0]),
        link[0] if link else None,
        _result(sentences),
        skills,
        tuple(_phrases(sentences, taken, rarity, lemmas)),
    )


def _plain(line: str) -> str:
    """A line without Markdown's marks and control characters."""
    bare = _MARKUP.sub(lambda match: match[1] or "", line)
    return " ".join("".join(c if c.isprintable() else " " for c in bare).split())


def _says(line: str) -> bool:
    """Whether there is a word or a figure in it: dots and dashes are no name."""
    return any(character.isalnum() for character in line)


def _name(line: str) -> str:
    """The heading; what stands before a colon, where that says something."""
    head, colon, _ = line.partition(": ")
    line = head if colon and len(head.split()) > 1 else line
    if len(line) <= _LONGEST_NAME:
        return line.rstrip(" .:") or line
    return line[:_LONGEST_NAME].rpartition(" ")[0].rstrip(" ,.:;-") or line[:_LONGEST_NAME]


def _result(sentences: Sequence[str]) -> str | None:
    fitting = (one for one in sentences[1:] if _RESULT.search(one) and len(one) <= _LONGEST_RESULT)
    return next(fitting, None)


@cache
def tool_names() -> frozenset[str]:
    """Names of tools and their other names, as lemmas in small letters."""
    names: Collection[str] = counts("tools")
    return frozenset(names) | frozenset().union(*same_skill())


def _skills(sentences: Sequence[str], lemmas: Lemmas) -> tuple[str, ...]:
    """Tools as the text spells them, each word with a capital letter: "excel" may be a verb, "Brand
    identity" begins a sentence.
    """
    counts: Counter[str] = Counter()
    for sentence in sentences:
        for words in _runs(sentence):
            name = _as_written(sentence, words)
            small = lowered(name)
            lemma = " ".join(lemmas.of(name))
            named = all(word[0].isupper() for word in name.replace("-", " ").split())
            if len(small) > 1 and {small, lemma} & tool_names() and named:
                counts[name] += 1
    by_words = sorted(counts, key=lambda name: (-len(name.split()), -counts[name]))
    kept: list[str] = []
    for name in by_words:
        if not any(lowered(name) in lowered(other) for other in kept):
            kept.append(name)
    return tuple(sorted(kept, key=lambda name: -counts[name])[:_MOST_SKILLS])


def _phrases(
    sentences: Sequence[str], taken: Collection[str], rarity: Rarity, lemmas: Lemmas
) -> Iterator[Phrase]:
    """What is said often here and seldom elsewhere; what listings use too before what none of those
    counted does.
    """
    spelled: dict[tuple[str, ...], str] = {}
    times: Counter[tuple[str, ...]] = Counter()
    for sentence in sentences:
        for words in _runs(sentence):
            name = lowered(_as_written(sentence, words))
            key = tuple(lemmas.of(name))
            if could_be_phrase(key, name, taken):
                spelled.setdefault(key, name)
                times[key] += 1
    weights = {key: _weight(key, times[key], rarity) for key in spelled}
    chosen: list[tuple[str, ...]] = []
    for key in sorted(weights, key=lambda one: (-weights[one], one)):
        overlaps = any(set(key) & set(other) for other in chosen)
        if weights[key] > 0 and not overlaps and len(chosen) < _MOST_PHRASES:
            chosen.append(key)
            yield Phrase(spelled[key], rarity.count(key), rarity.listings)


def could_be_phrase(key: Sequence[str], name: str, taken: Collection[str] = ()) -> bool:
    """Whether words could be a phrase at all: no tool, no figure, nothing at an end that names no
    thing ("printed", "differently", "the").
    """
    words = TOKEN.findall(name)
    ends = ((key[0], words[0]), (key[-1], words[-1]))
    return (
        (len(key) > 1 or len(name) >= _SHORTEST_WORD)
        and all(_is_thing(lemma, word) for lemma, word in ends)
        and not set(words) & set(taken)
        and not any(c.isdigit() for c in name)
    )


@cache
def _no_things() -> frozenset[str]:
    groups = ("stop", "generic", "opening", "work_verb", "quality")
    return frozenset().union(*(word_group(group) for group in groups)) | {*_SMALL}


def _is_thing(lemma: str, word: str) -> bool:
    inflected = lemma != word and not word.endswith(("s", "ing"))  # "printed", "went"
    return not {lemma, word} & _no_things() and not inflected and not word.endswith(("ly", "'s"))


def _weight(key: Sequence[str], times: int, rarity: Rarity) -> float:
    """0 for what isn't worth a line: everyday words, and what no listing says. Two words that
    belong together tell more than one.
    """
    counts = [rarity.count((word,)) or 0 for word in key]
    count = rarity.count(tuple(key))
    if (count or 0) * _COMMON > rarity.listings or min(counts) < _KNOWN:
        return 0.0
    if len(key) == 1:
        return times * rarity.of(tuple(key))
    means = sum(rarity.of((word,)) for word in key) / len(key)
    return times * means * (2.5 if count else 2.0) if len(key) == 2 else times * means * 1.5


def _runs(sentence: str) -> Iterator[Sequence[re.Match[str]]]:
    """One to three words in a row, with nothing but a space or a hyphen between them."""
    words = list(TOKEN.finditer(lowered(sentence)))
    for start in range(len(words)):
        for length in range(1, _LONGEST_PHRASE + 1):
            run = words[start : start + length]
            if len(run) < length or not _in_a_row(sentence, run):
                break
            yield run


def _in_a_row(sentence: str, run: Sequence[re.Match[str]]) -> bool:
    return all(
        _APART.fullmatch(sentence[one.end() : other.start()]) for one, other in pairwise(run)
    )


def _as_written(sentence: str, run: Sequence[re.Match[str]]) -> str:
    return sentence[run[0].start() : run[-1].end()]
