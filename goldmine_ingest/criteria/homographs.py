"""Skills that are ordinary words too ('Go', 'R', 'C', 'React', 'Excel', '.NET'): whether one place
of a text means the skill.

Among the skills tags it does. In a sentence the spelling and the neighbours tell: 'in Go', 'Go
developer', 'Python, R and SQL', '.NET 8', but not 'go live', 'R&D', 'C-level', 'react to', 'net
income'. The words are the groups `ordinary`, `ordinary_verb` … of function_words.tsv.
"""

from __future__ import annotations

from functools import cache

from goldmine_ingest.criteria.features import TextFacts
from goldmine_ingest.text.terms import LINE, SECTION, Occurrence, stem
from goldmine_ingest.text.wordlists import function_words

_BOUNDARIES = frozenset((".", "!", "?", ";", LINE, SECTION))
_LIST_BEFORE = frozenset((",", "(", ":", "|", "•"))
_GLUED = frozenset("&-–'’")  # 'R&D', 'C-level'


@cache
def _group(name: str) -> frozenset[str]:
    return frozenset(stem(word) for word in function_words(name))


def is_another_word(facts: TextFacts, found: Occurrence) -> bool:
    """Whether this place rather is the ordinary word. Terms of several words never are."""
    if found.end - found.start != 1 or found.start >= facts.skills_start:
        return False
    token = facts.stream[found.start]
    if token in _group("ordinary_verb"):
        return _is_verb(facts, found)
    return token in _group("ordinary") and not _is_name(facts, found, token)


def _neighbours(facts: TextFacts, found: Occurrence) -> tuple[str, str]:
    stream = facts.stream
    before = stream[found.start - 1] if found.start else SECTION
    return before, stream[found.end] if found.end < len(stream) else SECTION


def _is_verb(facts: TextFacts, found: Occurrence) -> bool:
    """'You excel in', 'we react to': written small, with a verb's neighbour."""
    before, after = _neighbours(facts, found)
    start, end = facts.place(found)
    said_small = facts.text[start:end].islower() or before in _BOUNDARIES
    return said_small and (before in _group("verb_before") or after in _group("verb_after"))


def _is_name(facts: TextFacts, found: Occurrence, token: str) -> bool:
    text = facts.text
    start, end = facts.place(found)
    if text[start - 1 : start] == "." and (
        not text[: start - 1][-1:].isalnum() or text[: start - 1].lower().endswith("asp")
    ):
        return True  # '.NET', 'ASP.NET', but not a domain
    if text[start].islower() or text[end : end + 1] in _GLUED or text[start - 1 : start] in _GLUED:
        return False
    before, after = _neighbours(facts, found)
    if after in _group("name_never_before") or before in _group("name_never_after"):
        return False
    if not _group("craft").isdisjoint((before, after)):
        return True
    if before in _BOUNDARIES:
        return after == ","
    if before in _group("name_joined"):
        return len(token) > 1 or len(facts.stream[found.start - 2]) > 1
    return before in _LIST_BEFORE or before in _group("name_after")
