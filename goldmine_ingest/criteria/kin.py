"""What a listing says in place of what the user excludes: "Glide" for who excludes "Bubble" and
"FlutterFlow", "YouTube views" for who excludes "view bot".

Nobody writes down every tool of a kind that isn't theirs. The kinds are a short list of our own
(families.tsv). One in the title, or plainly in two sentences, isn't rejected, for the user didn't
say it: it waits for a look. Single words in passing don't count, and what is among the user's own
words never does. (Of the labelled listings of six trades it met 89 unwanted, five doubtful and one
wanted; the list was written with them in view.)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from goldmine_ingest.criteria.mentions import Excluded, Mention, Weight
from goldmine_ingest.criteria.objections import Objection
from goldmine_ingest.criteria.patterns import is_pattern
from goldmine_ingest.criteria.word_kinds import Words, word_kinds
from goldmine_ingest.text.lemmas import Lemmas
from goldmine_ingest.text.listing_text import ListingText


class Kin:
    """What is of one kind with what is excluded, and neither excluded nor one's own."""

    def __init__(self, excluded: Iterable[str], own: Iterable[str], lemmas: Lemmas) -> None:
        named = {tuple(lemmas.of(phrase)): phrase for phrase in excluded if not is_pattern(phrase)}
        mine = {word for name in own for word in lemmas.of(name)}
        self._of: dict[str, tuple[str, Words]] = {}
        terms: list[tuple[str, Words]] = []
        for family, members in word_kinds("families.tsv"):
            met = tuple(phrase for words, phrase in named.items() if words in members)
            for words, member in members.items():
                if met and words not in named and not mine.issuperset(words):
                    self._of.setdefault(member, (family, met))
                    terms.append((member, words))
        self._members = Excluded(terms)

    def doubts(self, text: ListingText, excluded: Iterable[str]) -> Iterator[Objection]:
        """`excluded` are the phrases that still are, of those that this was made of."""
        if not self._of:
            return
        left = frozenset(excluded)
        for mention in self._members.find(text):
            family, met = self._of[mention.phrase]
            nearest = next((phrase for phrase in met if phrase in left), None)
            if mention.weight >= Weight.TWICE and nearest is not None:
                yield Objection("rules.exclude", _said(mention, family, nearest), mention.quotes)


def _said(mention: Mention, family: str, nearest: str) -> str:
    where = "in the title" if mention.weight is Weight.TITLE else "more than once"
    return (
        f"says “{mention.quotes[0]}” {where}, of one kind ({family}) with “{nearest}”, which you"
        " exclude"
    )
