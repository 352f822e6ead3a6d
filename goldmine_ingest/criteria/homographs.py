"""Skills that are ordinary words too ('Go', 'R', 'C', 'React', 'Excel', '.NET'): whether one place
of a text means the skill.

Among the skills tags it does. In a sentence the spelling and the neighbours tell: 'in Go', 'Go
developer', 'Python, R and SQL', '.NET 8', but not 'go live', 'R&D', 'C-level', 'react to', 'net
income'. The words are the groups `ordinary`, `ordinary_verb` … of function_words.tsv.
"""

from __future__ import annotations

import re
from functools import cache

from goldmine_ingest.text.lemmas import Lemmas
from goldmine_ingest.text.listing_text import ListingText
from goldmine_ingest.text.sentences import Role
from goldmine_ingest.text.terms import Occurrence
from goldmine_ingest.text.wordlists import function_words

_LIST_BEFORE = (",", "(", ":", "|", "•", "/")
_GLUED = ("&", "-", "–", "'", "’")  # 'R&D', 'C-level'
_WORD_BEFORE = re.compile(r"([^\W_]+(?:['’][^\W_]+)?[+#]*)[^\S\n]*$")
_WORD_AFTER = re.compile(r"[^\S\n]*([^\W_]+(?:['’][^\W_]+)?[+#]*)")
_NEAR = 40  # characters before and after that are looked at


@cache
def _group(name: str) -> frozenset[str]:
    lemmas = Lemmas()
    return frozenset(lemma for word in function_words(name) for lemma in (word, *lemmas.of(word)))


@cache
def _ambiguous() -> frozenset[str]:
    return _group("ordinary") | _group("ordinary_verb")


def is_other_word(text: ListingText, number: int, found: Occurrence) -> bool:
    """Whether this place of sentence `number` rather is the ordinary word. Terms of several
    words never are.
    """
    if found.end - found.start != 1:
        return False
    word = text.stream[found.start]
    if word not in _ambiguous():
        return False
    if text.sentences[number].role is Role.TAG:
        return False
    start, end = text.place(found.start, found.end)
    sentence = text.sentences[number]
    near = _Near(
        text.text[max(sentence.start, start - _NEAR) : start],
        text.text[start:end],
        text.text[end : min(sentence.end, end + _NEAR)],
    )
    return near.is_verb() if word in _group("ordinary_verb") else not near.is_name(word)


class _Near:
    """A word with the characters around it, within its sentence."""

    def __init__(self, before: str, word: str, after: str) -> None:
        self.left, self.word, self.right = before, word, after
        precedes, follows = _WORD_BEFORE.search(before), _WORD_AFTER.match(after)
        self.before = precedes[1].lower() if precedes else ""
        self.after = follows[1].lower() if follows else ""

    def is_verb(self) -> bool:
        """'You excel in', 'we react to': written small (or first), with a verb's neighbour."""
        said_small = self.word.islower() or not self.left.strip()
        return said_small and (
            self.before in _group("verb_before") or self.after in _group("verb_after")
        )

    def is_name(self, word: str) -> bool:
        if word.startswith("."):
            return True
        if self.word[0].islower() or self.right.startswith(_GLUED) or self.left.endswith(_GLUED):
            return False
        if self.after in _group("name_never_before") or self.before in _group("name_never_after"):
            return False
        if not _group("craft").isdisjoint((self.before, self.after)):
            return True
        left = self.left.rstrip()
        if not left:
            return self.right.lstrip()[:1] == ","
        if self.before in _group("name_joined"):
            return len(word) > 1 or len(left.split()[-2:][0]) > 1
        return left[-1] in _LIST_BEFORE or self.before in _group("name_after")
