"""Whether a listing rules something out: 'no WordPress', 'instead of WordPress', 'WordPress is not
needed', but not 'not only WordPress', 'no Drupal, WordPress yes', and not a complaint ('our
accounts don't reconcile').
"""

from __future__ import annotations

from functools import cache

from goldmine_ingest.text.lemmas import Lemmas, lowered
from goldmine_ingest.text.listing_text import ListingText
from goldmine_ingest.text.wordlists import OTHER_LANGUAGES, function_words, without_ending

_REACH = 4
# What stands between a negated verb and what it rules out ("don't want a …", "ne … pas de …").
_ARTICLES = {
    "en": frozenset(("a", "an", "the", "any")),
    "de": frozenset(("ein", "eine", "einen")),
    "fr": frozenset(("de", "d", "du", "un", "une")),
    "es": frozenset(("es",)),
    "pt": frozenset(("é",)),
}
# Words that deny the verb beside them, where they aren't right before what they rule out.
_OF_VERBS = {"de": ("nicht",), "fr": ("pas",), "es": ("no",), "pt": ("não",)}
_INSTEAD = frozenset(("statt", "anstatt", "anstelle"))
_CLAUSE_ENDS = (
    *(",", ";", ":", "(", ")", "|", "•"),
    *(" but ", " aber ", " sondern ", " mais ", " pero ", " sino ", " mas ", " porém "),
)


@cache
def _group(name: str) -> frozenset[str]:
    lemmas = Lemmas()
    return frozenset(lemma for word in function_words(name) for lemma in lemmas.of(word)).union(
        function_words(name),
        (
            without_ending(word, language)
            for word in function_words(name)
            for language in OTHER_LANGUAGES
        ),
    )


@cache
def _replaced() -> frozenset[tuple[str, str]]:
    """The last two words of each phrase of several words that rules out what follows."""
    lemmas = Lemmas()
    phrases = [phrase for phrase in function_words("not_this_skill") if " " in phrase]
    ends = [lemmas.of(phrase)[-2:] for phrase in phrases]
    ends += [
        [without_ending(word, language) for word in phrase.split()[-2:]]
        for phrase in phrases
        for language in OTHER_LANGUAGES
    ]
    return frozenset((first, second) for first, second in ends)


def is_negated(text: ListingText, number: int, start: int, end: int) -> bool:
    """Whether tokens `start` to `end` (exclusive) of the stream, in sentence `number`, are ruled
    out.
    """
    stream = text.stream
    first = text.firsts[number]
    before = stream[max(first, start - _REACH) : start]
    if before[-2:] and (tuple(before[-2:]) in _replaced() or before[-1] in _INSTEAD):
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
    at = start - len(before) + place
    begins = at == text.firsts[number] or _clause_ends(text, number, at - 1, at)
    denies_a_verb = not begins and _denies_a_verb(text.language, before, place)
    if not denies_a_verb or _ARTICLES.get(text.language, frozenset()).intersection(following):
        return True
    return not _group("dismissal").isdisjoint(following)


def _denies_a_verb(language: str, before: list[str], place: int) -> bool:
    """'doesn't match the ledger', 'no cuadran con el banco': a complaint, nothing that is ruled
    out.
    """
    word = before[place]
    if word in _OF_VERBS.get(language, ()):
        return place + 1 < len(before)
    return word.endswith("n't") or (
        word in ("not", "nicht") and place > 0 and before[place - 1] in _group("auxiliary")
    )


def _clause_ends(text: ListingText, number: int, negation: int, start: int) -> bool:
    """Whether a comma, a bracket or a 'but' stands between a negation and a term."""
    sentence, first = text.sentences[number], text.firsts[number]
    read = lowered(text.text[sentence.start : sentence.end])
    places = text.spans(number)
    between = read[places[negation - first][0] : places[start - first][0]]
    return any(end in between for end in _CLAUSE_ENDS)


def _dismissed_after(after: list[str]) -> bool:
    """'WordPress is not needed'."""
    return not _group("negation_after").isdisjoint(after) and not _group("dismissal").isdisjoint(
        after
    )
