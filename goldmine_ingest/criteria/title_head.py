"""The noun phrase that a title begins with: it says what is wanted, what follows says for whom and
with what ("flyer for a video editor").
"""

from __future__ import annotations

import re
from functools import cache

from goldmine_ingest.text.lemmas import TOKEN, Lemmas, lowered
from goldmine_ingest.text.sentences import patterns
from goldmine_ingest.text.wordlists import word_group


@cache
def _ends(language: str) -> re.Pattern[str]:
    """What ends the noun phrase that a title begins with, in lower case."""
    ends = patterns(language)["head_ends"].pattern
    return re.compile(rf"\b(?:{ends})\b|[–—|:(,]|-(?:(?=\s)|(?<=\s-))")


@cache
def _lemmas() -> Lemmas:
    return Lemmas()


def head_place(title: str, language: str = "en") -> tuple[int, int]:
    """Where the head begins and ends (exclusive), in characters; words like "looking for" and
    "experienced" before it are passed by.
    """
    start = 0
    title, lemmas, opening = lowered(title), _lemmas(), word_group("opening")
    for token in TOKEN.finditer(title):
        if lemmas[token[0]] not in opening:
            start = token.start()
            break
    end = _ends(language).search(title, start + 1)
    return start, end.start() if end else len(title)


def title_head(title: str, language: str = "en") -> tuple[str, str]:
    """The head, and the rest."""
    start, end = head_place(title, language)
    return title[start:end], title[end:]
