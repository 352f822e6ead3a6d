"""Whether a listing rules something out: 'no WordPress', 'instead of WordPress', 'WordPress is not
needed', but not 'not only WordPress', 'no Drupal, WordPress yes', and not a complaint ('our
accounts don't reconcile').
"""

from __future__ import annotations

from functools import cache

from goldmine_ingest.text.lemmas import TOKEN, Lemmas, lowered
from goldmine_ingest.text.listing_text import ListingText
from goldmine_ingest.text.wordlists import function_words

_REACH = 4
_ARTICLES = frozenset(("a", "an", "the", "any", "ein", "eine", "einen"))
_CLAUSE_ENDS = (",", ";", ":", "(", ")", " but ", " aber ", " sondern ", "|", "•")


@cache
def _group(name: str) -> frozenset[str]:
    lemmas = Lemmas()
    return frozenset(
        lemma for word in function_words(name) for lemma in lemmas.of(word)
    ) | frozenset(function_words(name))


@cache
def _replaced() -> frozenset[tuple[str, str]]:
    """The last two words of each phrase of several words that rules out what follows."""
    lemmas = Lemmas()
    ends = [lemmas.of(phrase)[-2:] for phrase in function_words("not_this_skill") if " " in phrase]
    return frozenset((first, second) for first, second in ends)


def is_negated(text: ListingText, number: int, start: int, end: int) -> bool:
    """Whether tokens `start` to `end` (exclusive) of the stream, in sentence `number`, are ruled
    out.
    """
    first = text.firsts[number]
    stream = text.stream
    before = stream[max(first, start - _REACH) : start]
    if before[-2:] and (
        tuple(before[-2:]) in _replaced() or before[-1] in ("statt", "anstatt", "anstelle")
    ):
        return True
    for place in range(len(before) - 1, -1, -1):
        if before[place] in _group("negation"):
            return _rules_out(text, number, before, place, start)
    return _dismissed_after(stream[end : min(end + _REACH, first + len(text.words[number]))])


def _rules_out(text: ListingText, number: int, before: list[str], place: int, start: int) -> bool:
    following = before[place + 1 :]
    if following and following[0] in _group("not_a_negation"):
        return False
    if _clause_ends(text, number, start - len(before) + place, start):
        return False
    word = before[place]
    denies_a_verb = word.endswith("n't") or (
        word in ("not", "nicht") and place and before[place - 1] in _group("auxiliary")
    )
    if not denies_a_verb or _ARTICLES.intersection(following):
        return True
    return not _group("dismissal").isdisjoint(following)


def _clause_ends(text: ListingText, number: int, negation: int, start: int) -> bool:
    """Whether a comma, a bracket or a 'but' stands between a negation and a term."""
    sentence, first = text.sentences[number], text.firsts[number]
    read = lowered(text.text[sentence.start : sentence.end])
    places = [found.start() for found in TOKEN.finditer(read)]
    between = read[places[negation - first] : places[start - first]]
    return any(end in between for end in _CLAUSE_ENDS)


def _dismissed_after(after: list[str]) -> bool:
    """'WordPress is not needed'."""
    return not _group("negation_after").isdisjoint(after) and not _group("dismissal").isdisjoint(
        after
    )
