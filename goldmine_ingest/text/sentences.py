"""The sentences of a listing, and what each of them does: ask, name a problem, require, say how to
apply, speak of the company.

What is asked for decides whether a listing fits; what is required of anybody, or said of the
company, hardly does. Roles are told by the heading a sentence stands under and by its own words
(sentence_patterns.tsv), each by patterns that are linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from itertools import combinations
from typing import Any, NamedTuple

import re2

from goldmine_ingest.text.pieces import Part
from goldmine_ingest.text.sentence_ends import WRAPPED
from goldmine_ingest.text.utf8 import Utf8Text
from goldmine_ingest.text.wordlists import OTHER_LANGUAGES, pairs, word_group


class Role(StrEnum):
    """What a sentence is for. `TITLE` is the listing's title, `TAG` one of its skills."""

    TITLE = "title"
    ASK = "ask"
    PROBLEM = "problem"
    REQUIREMENTS = "requirements"
    COMPANY = "company"
    APPLY = "apply"
    TERMS = "terms"
    HEADING = "heading"
    OTHER = "other"
    TAG = "tag"


class Sentence(NamedTuple):
    """Characters `start` to `end` (exclusive) of the full text, and what they are for. `bullet`: an
    item of a list.
    """

    start: int
    end: int
    role: Role
    bullet: bool = False


_HEADING_WORDS = 6
_HEADING_LENGTH = 60
APART = (
    ".apart"  # ends a kind whose words stand apart; the same kind without it needs no second look
)
_LABEL = re.compile(r"[^.!?:]{3,45}:[ \t]{1,3}(?=\S)")


@cache
def patterns(language: str = "en") -> dict[str, Any]:
    """Each kind of sentence_patterns.tsv, compiled; a language with a list of its own has its own
    patterns in place of the English ones.
    """
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    own = dict(pairs(f"sentence_patterns.{language}.tsv") if language in OTHER_LANGUAGES else ())
    if language != "en" and not own:
        return patterns()
    sources = own | {
        kind: pattern
        for kind, pattern in pairs("sentence_patterns.tsv")
        if kind.removesuffix(APART) not in own
    }
    return {kind: re2.compile(pattern, options) for kind, pattern in sources.items()}


# "At most 40 times" makes thousands of states of a machine that looks for many patterns at once;
# "any number of times" makes one.
COUNTED = re.compile(r"\{0,\d+\}")


Numbers = tuple[int, ...]


class PatternGroup:
    """Some kinds of sentence_patterns.tsv, looked for in one pass: a text is handed to the library
    once, not once for each kind.
    """

    def __init__(self, language: str, kinds: Sequence[str]) -> None:
        options = re2.Options()
        options.case_sensitive = False
        options.log_errors = False
        self._set = re2.Set.SearchSet(options)
        by_kind = patterns(language)
        self._kinds = tuple([kind for kind in kinds if kind in by_kind])
        for kind in self._kinds:
            self._set.Add(COUNTED.sub("*", by_kind[kind].pattern))
        self._set.Compile()
        self._by_kind = by_kind
        self.counted = frozenset(
            [kind for kind in self._kinds if COUNTED.search(by_kind[kind].pattern)]
        )

    def numbers(self, text: bytes) -> Numbers:
        """The kinds that occur in a text, by their numbers, and perhaps some of which a gap is
        longer than it may be.
        """
        return tuple(self._set.Match(text) or ())

    def kinds(self, numbers: Numbers) -> frozenset[str]:
        """The kinds that have these numbers."""
        return frozenset([self._kinds[number] for number in numbers])

    def may_occur(self, text: bytes) -> frozenset[str]:
        """The same by their names."""
        return self.kinds(self.numbers(text))

    def found(self, text: bytes) -> frozenset[str]:
        """The kinds that occur in a text."""
        return self.sure(self.may_occur(text), text)

    def sure(self, kinds: frozenset[str], text: bytes) -> frozenset[str]:
        """Those of the kinds that may occur which do."""
        return kinds.difference(
            [kind for kind in kinds & self.counted if not self._by_kind[kind].search(text)]
        )


# In the order in which they are tried.
_HEADINGS = (Role.APPLY, Role.TERMS, Role.REQUIREMENTS, Role.COMPANY, Role.ASK)
_OF_ROLES = (
    *("apply", "apply.apart", "asks_plainly", "requirements", "requirements.apart"),
    *("company", "company_but", "problem", "ask", "asks_deed"),
)


@cache
def _headings(language: str) -> PatternGroup:
    return PatternGroup(language, [f"heading.{role}" for role in _HEADINGS])


class _Roles:
    """What a sentence does, by its own words and the heading that it stands under. The answer to
    each combination that was met is kept: there are a few hundred.
    """

    def __init__(self, language: str) -> None:
        self._group = PatternGroup(language, _OF_ROLES)
        self._deeds = word_group("work_verb")
        self._known: dict[tuple[Numbers, Role | None, bool], Role | None] = {}

    def signs(self, said: Sequence[bytes]) -> list[Numbers]:
        """What may occur in each sentence."""
        return [self._group.numbers(sentence) for sentence in said]

    def role(
        self, sentence: bytes, heading: Role | None, words: Sequence[str], numbers: Numbers
    ) -> Role:
        if heading is Role.APPLY:
            return Role.APPLY
        met = numbers, heading, bool(words) and words[0] in self._deeds
        try:
            role = self._known[met]
        except KeyError:
            role = self._known[met] = self._whatever_gaps(*met)
        if role is not None:
            return role
        return _role(self._group.sure(self._group.kinds(numbers), sentence), *met[1:])

    def _whatever_gaps(
        self, numbers: Numbers, heading: Role | None, begins_with_deed: bool
    ) -> Role | None:
        """The role, if it is the same whichever of the unsure kinds occur."""
        kinds = self._group.kinds(numbers)
        unsure = self._group.counted & kinds
        roles = {
            _role(kinds.difference(absent), heading, begins_with_deed)
            for count in range(len(unsure) + 1)
            for absent in combinations(unsure, count)
        }
        return roles.pop() if len(roles) == 1 else None


@cache
def _roles(language: str) -> _Roles:
    return _Roles(language)


def role_signs(said: Sequence[bytes], language: str) -> list[Numbers]:
    """What may tell the role of each sentence. Apart from `roles`, so that who reads many texts
    looks through all of them before anything else: the machine's states stay at hand.
    """
    return _roles(language).signs(said)


def roles(
    read: str,
    cut: Sequence[Part],
    said: Sequence[bytes],
    words: Sequence[Sequence[str]],
    signs: Sequence[Numbers],
    language: str,
) -> list[Role]:
    """What each sentence of a description does, given by its bytes, its lemmas and its signs."""
    heading: Role | None = None
    found, by_words = [], _roles(language)
    for (start, stop, _, _, bullet, fills_line), sentence, lemmas, numbers in zip(
        cut, said, words, signs, strict=True
    ):
        if fills_line and not bullet and _is_heading(sentence, len(lemmas), language):
            heading = _heading_role(sentence, language)
            found.append(Role.HEADING)
            continue
        if b":" in sentence and (label := _LABEL.match(read, start, stop)):
            heading = _heading_role(label.group().encode(), language) or heading
        found.append(by_words.role(sentence, heading, lemmas, numbers))
    return found


def unwrapped(text: Utf8Text, begin: int, end: int) -> Utf8Text:
    """The text with the lines of the description whole that a mail program broke."""
    whole = text.text
    if not WRAPPED.search(whole, begin, end):
        return text
    return Utf8Text(whole[:begin] + WRAPPED.sub(" ", whole[begin:end]) + whole[end:])


def _is_heading(said: bytes, words: int, language: str) -> bool:
    line = said.decode().strip()
    if len(line) > _HEADING_LENGTH:
        return False
    return line[-1] == ":" or (
        line[-1] not in ".!?,;"
        and words <= _HEADING_WORDS
        and _heading_role(said, language) is not None
    )


def _heading_role(read: bytes, language: str) -> Role | None:
    numbers = _headings(language).numbers(read)  # in the order of the roles; none has a gap
    return _HEADINGS[min(numbers)] if numbers else None


def _role(kinds: frozenset[str], heading: Role | None, begins_with_deed: bool) -> Role:
    """The first that holds. An experience that is asked to do something ('experience building X to
    …') asks.
    """
    kinds = frozenset([kind.removesuffix(APART) for kind in kinds])
    if "apply" in kinds:
        return Role.APPLY
    if heading is Role.REQUIREMENTS and "asks_plainly" not in kinds:
        return Role.REQUIREMENTS
    if "requirements" in kinds and not ("ask" in kinds and "asks_deed" in kinds):
        return Role.REQUIREMENTS
    if "company" in kinds and "company_but" not in kinds:
        return Role.COMPANY
    if "problem" in kinds:
        return Role.PROBLEM
    if "ask" in kinds or begins_with_deed:
        return Role.ASK
    return heading if heading is not None else Role.OTHER
