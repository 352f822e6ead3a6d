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
from typing import Any, NamedTuple

import re2

from goldmine_ingest.text.lemmas import TOKEN, Lemmas
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


# A sentence ends at .!? before a capital, at a bullet in running text, at a dash that begins an
# item. Each begins with one of four characters, so that the others are passed by at once.
_ENDS = re.compile(
    r"[ \t\"”)](?:"
    r"(?<=[.!?][\"”)])[ \t]{1,3}(?=[\"“(]?[A-Z0-9•*-])"
    r"|(?<=[.!?][ \t])[ \t]{0,2}(?=[\"“(]?[A-Z0-9•*-])"
    r"|(?<=[ \t])(?:[•●▪✔✅➤·][ \t]?|[ \t]{1,2})"
    r"|(?<=[a-z0-9.)][ \t])-[ \t](?=[A-Z])|(?<=[.:;)a-z][ \t])-(?=[A-Z][a-z])"
    r")"
)
_BULLET = re.compile(
    r"[ \t]{0,3}(?:[-–—*•●▪◦✔✅➤→·]|\d{1,2}[.)]|[a-z][.)])[ \t]{1,3}"
    r"|[ \t]{0,3}[^\w\s\"'(\[$#@&/+.]{1,3}[ \t]{0,3}"
)
# A line that a mail program broke: a long one that goes on in lower case.
_WRAPPED = re.compile(r"\n(?<=[^\n]{40}[a-z,]\n)(?=[a-z])")
_HEADING_WORDS = 6
_HEADING_LENGTH = 60
_SHORT_LABEL = 45
_LABEL = re.compile(r"[^.!?:]{3,45}:[ \t]{1,3}(?=\S)")
_FIRST_WORDS = 3


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
        self._counted = {
            kind: by_kind[kind] for kind in self._kinds if COUNTED.search(by_kind[kind].pattern)
        }

    def may_occur(self, text: str | bytes) -> set[str]:
        """The kinds that occur in a text, and perhaps some of which a gap is longer than it may
        be.
        """
        return {self._kinds[number] for number in self._set.Match(text) or ()}  # None: no kind

    def found(self, text: str) -> set[str]:
        """The kinds that occur in a text."""
        # Bytes are what the library takes as it is.
        read = text.encode()
        kinds = self.may_occur(read)
        if not kinds.isdisjoint(self._counted):
            for kind in kinds & self._counted.keys():
                if self._counted[kind].search(read) is None:
                    kinds.discard(kind)
        return kinds


# In the order in which they are tried.
_HEADINGS = (Role.APPLY, Role.TERMS, Role.REQUIREMENTS, Role.COMPANY, Role.ASK)
_OF_ROLES = (
    *("apply", "asks_plainly", "requirements", "company", "company_but"),
    *("problem", "ask", "asks_deed"),
)


@cache
def _headings(language: str) -> PatternGroup:
    return PatternGroup(language, [f"heading.{role}" for role in _HEADINGS])


@cache
def _roles(language: str) -> PatternGroup:
    return PatternGroup(language, _OF_ROLES)


def sentences(text: str, offset: int, lemmas: Lemmas, language: str = "en") -> Iterator[Sentence]:
    """The sentences of a description, with places counted from `offset`."""
    role_of_heading: Role | None = None
    text = _WRAPPED.sub(" ", text)
    for start, end, bullet, ends_line in _pieces(text):
        piece = text[start:end]
        if ends_line and not bullet and _is_heading(piece, language):
            role_of_heading = _heading_role(piece, language)
            yield Sentence(offset + start, offset + end, Role.HEADING)
            continue
        label = _LABEL.match(piece) if ":" in piece else None
        if label and (named := _heading_role(label.group(), language)):
            role_of_heading = named
        yield Sentence(
            offset + start, offset + end, _role(piece, role_of_heading, lemmas, language), bullet
        )


def _pieces(text: str) -> Iterator[tuple[int, int, bool, bool]]:
    """Start, end, whether it is an item of a list, and whether it fills its line."""
    begin = 0
    for line in text.split("\n"):
        stop = begin + len(line)
        mark = _BULLET.match(text, begin, stop)
        first = mark.end() if mark else begin
        start, bullet = first, bool(mark)
        for ending in _ENDS.finditer(text, first, stop):
            if text[start : ending.start()].strip():
                yield start, ending.start(), bullet, False
            bullet = not ending.group().isspace()
            start = ending.end()
        if text[start:stop].strip():
            yield start, stop, bullet, start == first
        begin = stop + 1


def _is_heading(piece: str, language: str) -> bool:
    piece = piece.strip()
    if len(piece) > _HEADING_LENGTH:
        return False
    if piece.endswith(":"):
        return True
    return (
        piece[-1:] not in ".!?,;"
        and len(TOKEN.findall(piece.lower())) <= _HEADING_WORDS
        and _heading_role(piece, language) is not None
    )


def _heading_role(piece: str, language: str) -> Role | None:
    kinds = _headings(language).found(piece)
    return next((role for role in _HEADINGS if f"heading.{role}" in kinds), None)


def _role(piece: str, heading: Role | None, lemmas: Lemmas, language: str) -> Role:
    """The first that holds. An experience that is asked to do something ('experience building X to
    …') asks.
    """
    if heading is Role.APPLY:
        return Role.APPLY
    kinds = _roles(language).found(piece)
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
    if "ask" in kinds or _begins_with_deed(piece, lemmas):
        return Role.ASK
    return heading if heading is not None else Role.OTHER


def _begins_with_deed(piece: str, lemmas: Lemmas) -> bool:
    first = TOKEN.search(piece.lower())
    return first is not None and lemmas[first.group()] in word_group("work_verb")
