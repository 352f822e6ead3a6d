"""Terms of the user's criteria and of the shipped lists, and where they occur in a stream of words.

A term ('Power BI', 'month-end close') becomes one or more short sequences of words; an index over
the first of them finds all terms of all criteria in one pass.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence, Set
from itertools import compress
from typing import NamedTuple

from goldmine_ingest.text.wordlists import same_skill

Sequenced = tuple[str, ...]
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Occurrence(NamedTuple):
    """One place of one term: tokens `start` to `end` (exclusive) of the stream."""

    key: str
    start: int
    end: int


class TermIndex:
    """Finds many terms in a stream in one pass. A key may have several sequences (its variants)."""

    def __init__(self, terms: Iterable[tuple[str, Sequence[str]]]) -> None:
        """`terms` are (key, stemmed words)."""
        index: dict[str, dict[Sequenced, list[str]]] = {}
        self.longest = 1
        for key, sequence in terms:
            if sequence:
                self.longest = max(self.longest, len(sequence))
                keys = index.setdefault(sequence[0], {}).setdefault(tuple(sequence[1:]), [])
                if key not in keys:
                    keys.append(key)
        self._index = {first: _by_second(rests) for first, rests in index.items()}
        self._firsts = frozenset(index)

    def may_occur(self, words: Iterable[str]) -> bool:
        """Whether any term begins with one of these words; costs no more than a look at the
        smaller of two sets.
        """
        return not self._firsts.isdisjoint(words)

    def _possible(self, vocabulary: Set[str]) -> set[str]:
        """The first words of terms of which the second one is among these too."""
        possible = set()
        for first in self._firsts & vocabulary:
            alone, longer = self._index[first]
            if alone or not longer.keys().isdisjoint(vocabulary):
                possible.add(first)
        return possible

    def find(self, stream: list[str], vocabulary: Set[str] | None = None) -> list[Occurrence]:
        """Every occurrence, in the order of the stream. `vocabulary` are its different words
        (others may be among them), where they are known: of most indexes a text has nothing, which
        is told by them at a tenth of the cost.
        """
        index = self._index
        firsts: Container[str] = index
        if vocabulary is not None:
            firsts = possible = self._possible(vocabulary)
            if not possible:
                return []
        occurrences: list[Occurrence] = []
        add, last = occurrences.append, len(stream) - 1
        for start in compress(range(len(stream)), map(firsts.__contains__, stream)):
            alone, longer = index[stream[start]]
            following = longer.get(stream[start + 1]) if longer and start < last else None
            if following is None:
                for key in alone:
                    add(Occurrence(key, start, start + 1))
                continue
            for rest, keys in following:
                end = start + 1 + len(rest)
                if len(rest) < 2 or tuple(stream[start + 1 : end]) == rest:
                    for key in keys:
                        add(Occurrence(key, start, end))
        return occurrences

    def beginning_with(self, word: str) -> Beginning | None:
        """What begins with a word."""
        return self._index.get(word)


# For each word that may follow a first one, what begins with either, in the order of the terms.
Longer = dict[str, tuple[tuple[Sequenced, tuple[str, ...]], ...]]
# The keys of a word that is a term by itself, and of what it begins.
Beginning = tuple[tuple[str, ...], Longer]


def _by_second(rests: Mapping[Sequenced, list[str]]) -> Beginning:
    longer = {
        second: tuple(
            (rest, tuple(keys)) for rest, keys in rests.items() if not rest or rest[0] == second
        )
        for second in {rest[0] for rest in rests if rest}
    }
    return tuple(rests.get((), ())), longer


def spellings(term: str, aliases: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """A term and all names of the same skill, the shipped ones and the user's own; each also
    joined and split ('PowerBI', 'Power BI').
    """
    names = {term.lower(), _CAMEL.sub(" ", term).lower()}
    for name, others in aliases.items():
        if name.lower() in names or not names.isdisjoint(other.lower() for other in others):
            names |= {name.lower(), *(other.lower() for other in others)}
    for group in same_skill():
        if not names.isdisjoint(group):
            names |= group
    return frozenset(names)
