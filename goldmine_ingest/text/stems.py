"""The words of a text as stems, with the boundaries that matter (sentence, line, comma): what cues
and searches are looked up in.

Stems take derivation off too ("reconciliation" meets "reconcile"); what fits a proof is judged by
lemmas, which don't (lemmas.py).
"""

from __future__ import annotations

import re

SECTION = "\x1f"
LINE = "¶"
WORD = r"[^\W_]+(?:['’][^\W_]+|\+\+|#)?"
_TOKEN = re.compile(rf"{WORD}|[.!?](?=\s|$)|[,;:()\n•|\x1f]")

# Longest first; the stem that remains keeps four letters, so that short words stay what they are.
_SUFFIXES = (
    *(
        "izations",
        "isations",
        "ization",
        "isation",
        "iations",
        "iation",
        "ations",
        "ation",
        "ating",
        "ated",
        "ates",
        "ate",
    ),
    *(
        "izing",
        "ising",
        "ized",
        "ised",
        "izes",
        "ises",
        "ize",
        "ise",
        "ungen",
        "ung",
        "ions",
        "ion",
        "ings",
        "ing",
        "ies",
    ),
    *("ern", "en", "es", "ed", "s", "e", "y"),
)
# 'technischer' meets 'technische'; '-er' alone would take 'server' too.
_GERMAN_ADJECTIVES = ("ischer", "ischem", "licher", "lichem")
_KEEPS_S = ("ss", "us", "is")


def stem(word: str) -> str:
    """A light stem, one for English and German: 'reconciliation', 'reconciling' and 'reconcile'
    meet, 'server' stays.

    Letters only are touched: 'c++', 'ga4' and figures stay as they are.
    """
    word = word.removesuffix("'s").removesuffix("’s").replace("’", "'")
    if len(word) < 4 or not word.isalpha():
        return word
    if word.endswith(_KEEPS_S):
        return word
    if word.endswith(_GERMAN_ADJECTIVES):
        return word[:-2]
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= (3 if len(suffix) == 1 else 4):
            return _undouble(word[: -len(suffix)])
    return word


def _undouble(word: str) -> str:
    """'plann' (from 'planning') is 'plan'; 'sell' and 'pass' keep theirs."""
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz" else word


class Stems(dict[str, str]):
    """Stems of words met so far. Forgets all when it is full: a stream of invented words can't
    grow it.
    """

    limit = 50_000

    def __missing__(self, word: str) -> str:
        if len(self) >= self.limit:
            self.clear()
        token = LINE if word == "\n" else stem(word)
        self[word] = token
        return token


def tokenise(text: str, stems: Stems) -> list[str]:
    """The stemmed words and boundaries of a text, in order."""
    return [stems[word.lower()] for word in _TOKEN.findall(text)]


def tokens_with_places(text: str, stems: Stems) -> tuple[tuple[str, tuple[int, int]], ...]:
    """The tokens, each with where it stands: from, to (exclusive)."""
    return tuple([(stems[one.group().lower()], one.span()) for one in _TOKEN.finditer(text)])


def words(text: str, stems: Stems) -> list[str]:
    """The stemmed words without boundaries."""
    return [token for token in tokenise(text, stems) if token[0].isalnum()]
