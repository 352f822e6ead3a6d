"""How much of a sentence is filler: runs of three words that many listings have.

A word that begins, continues or ends such a run is one character of an alphabet of their own, any
other word is `OTHER`, so that a text is a short string, and what may be a run is found by one
pattern.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from goldmine_ingest.text.wordlists import counts

OTHER = "\0"
_END = "\1"  # of a sentence


@dataclass(frozen=True, slots=True)
class _Runs:
    """`letters`: the character of each word; `runs`: three characters each; `candidates` finds
    what may be one, a first, a second and a third word of any runs, and where a sentence ends."""

    letters: dict[str, str]
    runs: frozenset[str]
    candidates: re.Pattern[str]


@cache
def _runs() -> _Runs:
    """Runs that stand in a dozen listings or more of those that were counted."""
    listed = [tuple(run.split(" ")) for run in counts("template_trigrams")["counts"]]
    words = dict.fromkeys(word for run in listed for word in run)
    letters = {word: chr(number) for number, word in enumerate(words, start=ord("a"))}
    runs = frozenset("".join([letters[word] for word in run]) for run in listed)
    first, second, third = ("".join(sorted(set(column))) for column in zip(*runs, strict=True))
    candidates = re.compile(
        f"(?=([{re.escape(first)}][{re.escape(second)}][{re.escape(third)}]))|{_END}"
    )
    return _Runs(letters, runs, candidates)


def letters_of(words: Sequence[str]) -> str:
    """A character for each word."""
    return "".join([_runs().letters.get(word, OTHER) for word in words])


def shares(sentences: Sequence[str]) -> tuple[float, ...]:
    """Of each sentence, given by its letters, the share of its runs that many listings have."""
    known = _runs()
    found, met = [], 0
    for run in known.candidates.findall(_END.join(sentences) + _END):
        if run:
            met += run in known.runs
        else:  # the end of a sentence
            found.append(met)
            met = 0
    return tuple(
        [
            round(met / (len(one) - 2), 3) if met else 0.0
            for met, one in zip(found, sentences, strict=True)
        ]
    )
