"""Words of a text and their lemmas: inflection is taken off, derivation stays.

"Codes", "coding" and "code" are one word; "portion" and "port" are two. Which of two readings of an
ending holds ("rating": rate or rat) is told by how often each is used in real listings. Stems that
cut more took other words along (docs/criteria.md).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from goldmine_ingest.text.wordlists import counts, pairs, without_ending

TOKEN = re.compile(r"\.net\b|[^\W_]+(?:[.'’&][^\W_]+)*[+#]*")

_WHOLE = re.compile(r"[.&+#\d]")  # "node.js", "r&d", "c++", "ga4": names, as they are
_KEEPS_S = ("ss", "us", "is")
_TAKES_ES = ("ses", "xes", "zes", "ches", "shes")
_KNOWN = 5  # listings that must use a reading of -ing or -ed before it is believed
_SHORTEST = 3


def lowered(text: str) -> str:
    """In lower case, letter for letter: places stay. (A few letters, "İ", have a longer lower case;
    they keep their own.)
    """
    lower = text.lower()
    return (
        lower
        if len(lower) == len(text)
        else "".join(low if len(low := char.lower()) == 1 else char for char in text)
    )


@cache
def listing_counts() -> Mapping[str, int]:
    """In how many of the listings that were counted a lemma, or two or three in a row, stand."""
    frequencies: Mapping[str, int] = counts("document_frequency")["counts"]
    return frequencies


class Lemmas(dict[str, str]):
    """The lemma of each lower-case word met so far. Forgets all when it is full: a stream of
    invented words can't grow it.
    """

    limit = 50_000

    def __init__(self, used: Mapping[str, int] | None = None, language: str = "en") -> None:
        """`used`: how many listings use a word, if not by the table that ships. Of another
        `language` its own endings come off what isn't an English word.
        """
        super().__init__()
        self._irregular = dict(pairs("irregular_lemmas.tsv"))
        self._language = language
        self._used = listing_counts() if used is None else used

    def __missing__(self, word: str) -> str:
        if len(self) >= self.limit:
            self.clear()
        lemma = self[word] = self._lemma(word)
        return lemma

    def _lemma(self, word: str) -> str:
        word = word.replace("’", "'").removesuffix("'s")
        if word in self._irregular:
            return self._irregular[word]
        if len(word) <= _SHORTEST or _WHOLE.search(word):
            return word
        if self._language != "en" and self._used.get(word, 0) < _KNOWN:
            return without_ending(word, self._language)
        if word.endswith("s"):
            return self._without_s(word)
        if word.endswith("ing"):
            return self._without_ending(word, word[:-3])
        if word.endswith("ed"):
            return self._without_ending(word, word[:-2])
        return word

    def _without_s(self, word: str) -> str:
        if word.endswith(_KEEPS_S):
            return word
        if word.endswith("ies"):
            return self._commonest(word[:-3] + "y", word[:-1])
        if word.endswith(_TAKES_ES):
            return self._commonest(word[:-1], word[:-2])
        return word[:-1]

    def _without_ending(self, word: str, stem: str) -> str:
        if len(stem) < _SHORTEST - 1:
            return word
        readings = [stem, f"{stem}e"]
        if len(stem) > _SHORTEST and stem[-1] == stem[-2]:
            readings.append(stem[:-1])
        if stem.endswith("i"):
            readings.append(f"{stem[:-1]}y")
        best = self._commonest(*readings)
        return best if self._used.get(best, 0) >= _KNOWN else word

    def _commonest(self, *readings: str) -> str:
        """The first of those that most listings use."""
        return max(readings, key=lambda reading: self._used.get(reading, 0))

    def of(self, text: str) -> list[str]:
        """The lemmas of a text, in order."""
        return [self[word] for word in TOKEN.findall(lowered(text))]
