"""The sentences of a listing, and what each of them does: ask, name a problem, require, say how to
apply, speak of the company.

What is asked for decides whether a listing fits; what is required of anybody, or said of the
company, hardly does. Roles are told by the heading a sentence stands under and by its own words
(sentence_patterns.tsv), each by patterns that are linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cache
from itertools import combinations
from typing import Any, NamedTuple

import re2

from goldmine_ingest.text.pieces import TakenApart
from goldmine_ingest.text.sentence_ends import WRAPPED, parts
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
_LABEL = re.compile(r"[^.!?:]{3,45}:[ \t]{1,3}(?=\S)")


@cache
def patterns(language: str = "en") -> dict[str, Any]:
    """Each kind of sentence_patterns.tsv, compiled; a language with a list of its own has its own
    patterns in place of the English ones.
    """
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    own = pairs(f"sentence_patterns.{language}.tsv") if language in OTHER_LANGUAGES else ()
    if language != "en" and not own:
        return patterns()
    sources = dict(pairs("sentence_patterns.tsv")) | dict(own)
    return {kind: re2.compile(pattern, options) for kind, pattern in sources.items()}


# "At most 40 times" makes thousands of states of a machine that looks for many patterns at once;
# "any number of times" makes one.
COUNTED = re.compile(r"\{0,\d+\}")


_NONE: frozenset[str] = frozenset()


class PatternGroup:
    """Some kinds of sentence_patterns.tsv, looked for in one pass: a text is handed to the library
    once, not once for each kind.
    """

    def __init__(self, language: str, kinds: Sequence[str]) -> None:
        options = re2.Options()
        options.case_sensitive = False
        options.log_errors = False
        self._kinds = tuple(kinds)
        self._set = re2.Set.SearchSet(options)
        by_kind = patterns(language)
        for kind in self._kinds:
            self._set.Add(COUNTED.sub("*", by_kind[kind].pattern))
        self._set.Compile()
        self._by_kind = by_kind
        self.counted = frozenset(
            [kind for kind in self._kinds if COUNTED.search(by_kind[kind].pattern)]
        )
        self._met: dict[tuple[int, ...], frozenset[str]] = {}

    def may_occur(self, text: bytes) -> frozenset[str]:
        """The kinds that occur in a text, and perhaps some of which a gap is longer than it may
        be.
        """
        found = self._set.Match(text)
        if found is None:
            return _NONE
        numbers = tuple(found)
        kinds = self._met.get(numbers)
        if kinds is None:
            kinds = self._met[numbers] = frozenset([self._kinds[number] for number in numbers])
        return kinds

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
    *("apply", "asks_plainly", "requirements", "company", "company_but"),
    *("problem", "ask", "asks_deed"),
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
        self._known: dict[tuple[frozenset[str], Role | None, bool], Role | None] = {}

    def role(self, sentence: bytes, heading: Role | None, lemmas: str) -> Role:
        if heading is Role.APPLY:
            return Role.APPLY
        kinds = self._group.may_occur(sentence)
        met = kinds, heading, lemmas.partition(" ")[0] in self._deeds
        try:
            role = self._known[met]
        except KeyError:
            role = self._known[met] = _whatever_gaps(self._group.counted & kinds, *met)
        return role if role is not None else _role(self._group.sure(kinds, sentence), *met[1:])


@cache
def _roles(language: str) -> _Roles:
    return _Roles(language)


Read = tuple[Sentence, str, str]
"""A sentence, the letters of its words (filler.py) and their lemmas in a line."""


def sentences(apart: TakenApart, begin: int, end: int, language: str) -> Iterator[Read]:
    """The sentences of a description, which are characters `begin` to `end` of a text."""
    role_of_heading: Role | None = None
    read, rules = _unwrapped(apart.encoded, begin, end), _roles(language)
    text = read.text
    for start, stop, first, after, bullet, fills_line in parts(text, apart, begin, end):
        piece, encoded = text[start:stop], read.slice(start, stop)
        letters, lemmas = apart.letters(first, after), apart.lemmas(first, after)
        if fills_line and not bullet and _is_heading(piece, encoded, len(letters), language):
            role_of_heading = _heading_role(encoded, language)
            yield Sentence(start, stop, Role.HEADING), letters, lemmas
            continue
        label = _LABEL.match(piece) if ":" in piece else None
        if label and (named := _heading_role(label.group().encode(), language)):
            role_of_heading = named
        role = rules.role(encoded, role_of_heading, lemmas)
        yield Sentence(start, stop, role, bullet), letters, lemmas


def _unwrapped(text: Utf8Text, begin: int, end: int) -> Utf8Text:
    """The text with the lines of the description whole that a mail program broke."""
    whole = text.text
    if whole.find("\n", begin, end) < 0:
        return text
    unwrapped = WRAPPED.sub(" ", whole[begin:end])
    if unwrapped == whole[begin:end]:
        return text
    return Utf8Text(whole[:begin] + unwrapped + whole[end:])


def _is_heading(piece: str, read: bytes, words: int, language: str) -> bool:
    piece = piece.strip()
    if len(piece) > _HEADING_LENGTH:
        return False
    if piece.endswith(":"):
        return True
    return (
        piece[-1:] not in ".!?,;"
        and words <= _HEADING_WORDS
        and _heading_role(read, language) is not None
    )


def _heading_role(read: bytes, language: str) -> Role | None:
    kinds = _headings(language).found(read)
    return next((role for role in _HEADINGS if f"heading.{role}" in kinds), None)


def _whatever_gaps(
    unsure: frozenset[str], kinds: frozenset[str], heading: Role | None, begins_with_deed: bool
) -> Role | None:
    """The role, if it is the same whichever of the unsure kinds occur."""
    roles = {
        _role(kinds.difference(absent), heading, begins_with_deed)
        for count in range(len(unsure) + 1)
        for absent in combinations(unsure, count)
    }
    return roles.pop() if len(roles) == 1 else None


def _role(kinds: frozenset[str], heading: Role | None, begins_with_deed: bool) -> Role:
    """The first that holds. An experience that is asked to do something ('experience building X to
    …') asks.
    """
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
