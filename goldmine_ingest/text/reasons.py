"""Why a client pays, by what the listing says: more revenue, less cost, less risk, more speed,
scarce judgment; and whether it asks for work with AI.

The five are the article's (docs/criteria.md). A sentence counts where it asks, names a problem or
tells of the work, and only for the client's own sake: a company that praises itself, an app that
helps its users, what applicants must know and what they are asked are no reasons to pay. Patterns,
by language: `job.*` of sentence_patterns.tsv.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence, Set
from functools import cache
from typing import Any

from goldmine_ingest.settings.tasks import REASONS
from goldmine_ingest.text.listing_text import ListingText
from goldmine_ingest.text.sentences import PatternGroup, Role, patterns
from goldmine_ingest.text.utf8 import Utf8Text

REASON = "job."
AI = "ai"

Place = tuple[int, int]

_KINDS = (*(f"{REASON}{name}" for name in REASONS), AI)
# Looked for in one pass each: a machine that looks for all at once has so many states that it takes
# eight times as long as six, and one for cost and any other takes longer than both.
_TOGETHER = (("job.revenue", "job.risk", AI), ("job.cost",), ("job.speed",), ("job.judgment",))
_ASKED = frozenset((Role.TITLE, Role.ASK, Role.PROBLEM, Role.OTHER))
_FEW = 2
_LOOKED_AT = 12
_BEFORE = 90  # characters in which a denial stands


@cache
def _groups(language: str) -> tuple[PatternGroup, ...]:
    return tuple([PatternGroup(language, kinds) for kinds in _TOGETHER])


def may_show(texts: Sequence[ListingText], described: Sequence[Utf8Text]) -> list[set[str]]:
    """Of each text, the kinds of which a pattern may occur in what stands before the tags."""
    met: list[set[str]] = [set() for _ in texts]
    for number in range(len(_TOGETHER)):
        for kinds, text, read in zip(met, texts, described, strict=True):
            kinds |= _groups(text.language)[number].may_occur(read.data)
    return met


def find_reasons(
    text: ListingText, described: Utf8Text, met: Set[str]
) -> dict[str, tuple[Place, ...]]:
    """Where each of these kinds shows first, in characters of the text; kinds that don't show are
    left out. `described`: what stands before the tags.
    """
    by_kind, reasons = patterns(text.language), {}
    for kind in [kind for kind in _KINDS if kind in met]:
        places = [
            place
            for _, place in described.matches(by_kind[kind], _LOOKED_AT)
            if _is_meant(kind, text, described, place, by_kind)
        ]
        if places:
            reasons[kind] = tuple(places[:_FEW])
    return reasons


def _is_meant(
    kind: str, text: ListingText, read: Utf8Text, place: Place, by_kind: Mapping[str, Any]
) -> bool:
    """Whether the words at a place are the client's own wish."""
    start, end = place
    number = bisect_right(text.sentences, start, key=lambda sentence: sentence.start) - 1
    sentence = text.sentences[max(0, number)]
    if sentence.role not in _ASKED or end > sentence.end:
        return False
    before = read.slice(max(sentence.start, start - _BEFORE), start)
    if kind in (AI, "job.judgment") and by_kind["denied_before"].search(before):
        return False
    if kind == AI:
        return True
    if by_kind["of_others"].search(read.slice(sentence.start, end)):
        return False
    if by_kind["asks_back"].search(read.slice(sentence.start, sentence.end)):
        return False
    return kind != "job.judgment" or not (
        by_kind["machine_advice"].search(read.slice(start, end))
        or by_kind["advice_to_others"].search(read.slice(end, sentence.end))
    )
