"""What an offer says, and what a weak one lacks: who it is for, what is before and what after, a
measure of it, and a reason to pay. Pure. Patterns, by language: offer_patterns.tsv, and `job.*`
of sentence_patterns.tsv.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import re2

from goldmine_ingest.settings.tasks import REASONS
from goldmine_ingest.text.language import detect_language
from goldmine_ingest.text.lemmas import TOKEN, Lemmas, lowered
from goldmine_ingest.text.reasons import REASON
from goldmine_ingest.text.sentences import patterns
from goldmine_ingest.text.wordlists import WITH_LISTS, pairs, synonyms, word_group

# The first three as offer_patterns.tsv names them.
LACKS = ("who", "before_and_after", "measure", "reason")

_NO_THINGS = ("stop", "generic", "quality", "opening")
_SHORTEST = 3  # letters of a word that names something


@dataclass(frozen=True, slots=True)
class Offer:
    """`words` are what it names: by lemma the spelling in the text. `reasons` are the reasons to
    pay that it speaks to, `lacks` those of LACKS that it doesn't say.
    """

    text: str
    words: Mapping[str, str]
    reasons: tuple[str, ...]
    lacks: tuple[str, ...]


def read_offer(text: str, lemmas_of: Mapping[str, Lemmas]) -> Offer:
    """What an offer says; a text that names nothing has no words."""
    language = detect_language(text) or "en"
    by_kind = patterns(language)
    reasons = tuple(name for name in REASONS if by_kind[f"{REASON}{name}"].search(text))
    says = {name: bool(_says(language, name).search(text)) for name in LACKS[:3]}
    says["reason"] = bool(reasons)
    words = dict(_named(text, lemmas_of[language if language in WITH_LISTS else "en"]))
    return Offer(text, words, reasons, tuple(name for name in LACKS if not says[name]))


@cache
def _says(language: str, name: str) -> Any:
    """What says one of LACKS in a language; in English where it has no list."""
    options = re2.Options()
    options.case_sensitive = False
    listed = dict(pairs("offer_patterns.tsv"))
    return re2.compile(listed.get(f"{language}.{name}", listed[f"en.{name}"]), options)


def _named(text: str, lemmas: Lemmas) -> Iterator[tuple[str, str]]:
    for match in TOKEN.finditer(lowered(text)):
        word = match.group()
        lemma = lemmas[word]
        if names_something(lemma) and names_something(word):
            yield lemma, word


def names_something(word: str) -> bool:
    """Whether a word is no small, generic or praising one, and no figure."""
    return (
        len(word) >= _SHORTEST
        and not any(c.isdigit() for c in word)
        and not any(
            word in word_group(group) for group in ("stop", "generic", "quality", "opening")
        )
    )


def like(word: str) -> frozenset[str]:
    """A word and those that the shipped list calls the same."""
    return frozenset((word,)).union(*(group for group in synonyms() if word in group))
