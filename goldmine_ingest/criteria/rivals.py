"""Languages and frameworks in a title that stand in the place of one's own: a "Flask developer" is
asked to write what who works in Node doesn't, however near the rest is.

Only kinds of which a job needs one or another count (rivals.tsv), and only where the title names
none of one's own of that kind. It never rejects: such a listing waits for a look.
"""

from __future__ import annotations

from goldmine_ingest.criteria.homographs import is_other_word
from goldmine_ingest.criteria.own_terms import OwnTerms
from goldmine_ingest.criteria.word_kinds import Words, word_kinds
from goldmine_ingest.text.listing_text import ListingText
from goldmine_ingest.text.terms import Occurrence, TermIndex


class Rivals:
    """The names that stand in the place of one's own."""

    def __init__(self, own: OwnTerms) -> None:
        # Of each name its kinds, and whether it goes with one's own there.
        self._kinds: dict[str, dict[str, bool]] = {}
        terms: list[tuple[str, Words]] = []
        for kind, names in word_kinds("rivals.tsv"):
            mine = any(_is_own(words, own) for words in names)
            for words, name in names.items():
                self._kinds.setdefault(name, {})[kind] = mine
                terms.append((name, words))
        self._mine = {
            kind for kinds in self._kinds.values() for kind, mine in kinds.items() if mine
        }
        self._index = TermIndex(terms)

    def find(self, text: ListingText) -> tuple[str, ...]:
        """The rivals in a title, as it writes them; none where it names one of one's own kind."""
        title = text.words[0]
        if not self._mine or not self._index.may_occur(title):
            return ()
        hits = _longest(self._index.find(title))
        hits = [hit for hit in hits if not is_other_word(text, 0, hit)]
        asked = {kind for hit in hits for kind, mine in self._kinds[hit.key].items() if mine}
        others = self._mine - asked
        rivals = [hit for hit in hits if not others.isdisjoint(self._kinds[hit.key])]
        places = (text.place(hit.start, hit.end) for hit in rivals)
        return tuple(dict.fromkeys(text.text[start:end] for start, end in places))


def _is_own(words: Words, own: OwnTerms) -> bool:
    return any(hit.end - hit.start == len(words) for hit in own.index.find(list(words)))


def _longest(hits: list[Occurrence]) -> list[Occurrence]:
    """Without those inside another: "React Native" isn't "React"."""
    return [hit for hit in hits if not any(_within(hit, other) for other in hits)]


def _within(hit: Occurrence, other: Occurrence) -> bool:
    inside = other.start <= hit.start and hit.end <= other.end
    return inside and other.end - other.start > hit.end - hit.start
