"""Whether a cue is ruled out where it stands: 'no data entry', but not 'our accounts don't
reconcile'.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from goldmine_ingest.text.stems import LINE, SECTION, stem
from goldmine_ingest.text.wordlists import function_words

_SENTENCE_ENDS = frozenset((".", "!", "?", LINE, SECTION))
_CLAUSE_ENDS = _SENTENCE_ENDS | {",", ";", ":", "(", ")", "•", "|", "but", "aber", "sondern"}
_NEGATION_REACH = 4


@cache
def _negation(group: str) -> frozenset[str]:
    return frozenset(stem(word) for word in function_words(group))


def is_negated(stream: Sequence[str], start: int, end: int) -> bool:
    """Whether tokens `start` to `end` (exclusive) are ruled out: 'no WordPress', 'not Power BI',
    'WordPress is not needed'; 'not only Power BI' isn't.
    """
    negations = _negation("negation")
    for place in range(start - 1, max(-1, start - 1 - _NEGATION_REACH), -1):
        token = stream[place]
        if token in _CLAUSE_ENDS:
            break
        if token in negations:
            return stream[place + 1] not in _negation("not_a_negation") and not _is_complaint(
                stream, place, start
            )
    return _dismissed_after(stream, end)


def _dismissed_after(stream: Sequence[str], end: int) -> bool:
    """'WordPress is not needed'."""
    after = stream[end : end + 4]
    return not _negation("negation_after").isdisjoint(after) and not _negation(
        "dismissal"
    ).isdisjoint(after)


def _is_complaint(stream: Sequence[str], place: int, start: int) -> bool:
    """'Our accounts don't reconcile' states the problem; 'we don't need reconciliation'
    dismisses it.
    """
    denies_a_verb = stream[place].endswith("n't") or (
        place > 0
        and stream[place] in ("not", "nicht")
        and stream[place - 1] in _negation("auxiliary")
    )
    return denies_a_verb and _negation("dismissal").isdisjoint(stream[place + 1 : start])
