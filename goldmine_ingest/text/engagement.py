"""What kind of engagement a listing is (employment, an agency's bench, teaching, one place only),
why the client pays, and how much it says: filler or substance."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from goldmine_ingest.text.listing_text import ListingText
from goldmine_ingest.text.reasons import find_reasons, may_show
from goldmine_ingest.text.sentences import PatternGroup, Role, patterns
from goldmine_ingest.text.utf8 import Utf8Text

Place = tuple[int, int]
"""Characters of the full text, from and to (exclusive)."""

SIGNS = (
    "employment",
    "full_time",
    "internship",
    "teaching",
    "bench",
    "place",
    "language",
    "unit_price",
    "filled",
    "language_of_work",
    "jurisdiction",
)
_FEW = 4
_ASIDE = frozenset((Role.REQUIREMENTS, Role.APPLY, Role.TERMS))
_TELLING = frozenset((Role.ASK, Role.PROBLEM, Role.COMPANY, Role.OTHER))
_FILLER = 0.35
_DEMANDS = frozenset(("place", "language", "language_of_work"))
_DENIED = ("not", "no", "isn't", "nicht", "pas", "não", "sin", "sem", "sans")
_BEFORE, _AFTER = 8, 60  # characters in which a demand is denied or called optional


@dataclass(frozen=True, slots=True)
class Engagement:
    """`signs` maps a kind of SIGNS, or a reason to pay (reasons.py), to where it shows, the first
    few. `required` is the share of the
    description's words in requirements, terms and how to apply; `filler` the share of its words
    that many listings have; `telling` the words left, as ln(1 + n); `problems` how many sentences
    name a problem."""

    signs: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    required: float = 0.0
    filler: float = 0.0
    telling: float = 0.0
    problems: int = 0

    def count(self, kind: str) -> int:
        return len(self.signs.get(kind, ()))


def read_engagements(texts: Sequence[ListingText], encoded: Sequence[Utf8Text]) -> list[Engagement]:
    """`encoded` are the same texts as patterns read them. Each machine looks through all of them
    before the next one does, so that its states stay at hand.
    """
    reads = [one.until(text.end_of_description) for text, one in zip(texts, encoded, strict=True)]
    signs = [
        _group(text.language).may_occur(read.data) for text, read in zip(texts, reads, strict=True)
    ]
    reasons = may_show(texts, reads)
    return [_engagement(*one) for one in zip(texts, reads, signs, reasons, strict=True)]


def _engagement(
    text: ListingText, read: Utf8Text, signs: Set[str], reasons: Set[str]
) -> Engagement:
    """`signs` and `reasons` are the kinds that may show."""
    words = required = telling = problems = 0
    filler = 0.0
    described = slice(1, text.first_tag)  # without the title
    for (_, _, role, _), length, of_filler in zip(
        text.sentences[described], text.lengths[described], text.filler[described], strict=True
    ):
        words += length
        filler += length * of_filler
        if role in _ASIDE:
            required += length
        elif of_filler < _FILLER and role in _TELLING:
            telling += length
        problems += role is Role.PROBLEM
    return Engagement(
        signs=_signs(text.language, read, signs) | find_reasons(text, read, reasons),
        required=round(required / words, 4) if words else 0.0,
        filler=round(filler / words, 4) if words else 0.0,
        telling=round(math.log(1 + telling), 4),
        problems=problems,
    )


@cache
def _group(language: str) -> PatternGroup:
    return PatternGroup(language, SIGNS)


def _signs(language: str, described: Utf8Text, met: Set[str]) -> dict[str, tuple[Place, ...]]:
    """In title and description; places in the tags don't count."""
    by_kind, signs = patterns(language), {}
    for kind in (one for one in SIGNS if one in met) if met else ():
        different: dict[str, Place] = {}
        for _, (start, end) in described.matches(by_kind[kind], _FEW):
            if not _is_soft(kind, described.text, start, end, by_kind):
                different.setdefault(described.text[start:end].lower(), (start, end))
        if different:
            signs[kind] = tuple(different.values())
    return signs


def _is_soft(kind: str, text: str, start: int, end: int, by_kind: Mapping[str, Any]) -> bool:
    """'Not US-only', 'German speakers preferred'."""
    if kind not in _DEMANDS:
        return False
    before, after = (
        text[max(0, start - _BEFORE) : start].lower(),
        text[end : end + _AFTER].split("\n")[0],
    )
    return before.rstrip().endswith(_DENIED) or bool(by_kind["optional"].search(after))


def payload(signs: Engagement) -> dict[str, Any]:
    """What `restore_signs` makes an Engagement of."""
    return {"s": signs.signs, "n": [signs.required, signs.filler, signs.telling, signs.problems]}


def restore_signs(stored: Mapping[str, Any]) -> Engagement:
    required, filler, telling, problems = stored["n"]
    return Engagement(
        {kind: tuple(map(tuple, places)) for kind, places in stored["s"].items()},
        required,
        filler,
        telling,
        problems,
    )
