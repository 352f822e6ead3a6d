"""Lists of names that are of one kind: tools of which a job needs one or another, exclusions that
go together.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from goldmine_ingest.text.lemmas import Lemmas
from goldmine_ingest.text.wordlists import pairs, phrases

Words = tuple[str, ...]


@cache
def word_kinds(file: str) -> tuple[tuple[str, Mapping[Words, str]], ...]:
    """Each kind of a shipped list with its names, by their lemmas."""
    lemmas = Lemmas()
    return tuple(
        (kind, {tuple(lemmas.of(name)): name for name in phrases(rest)})
        for kind, rest in pairs(file)
    )
