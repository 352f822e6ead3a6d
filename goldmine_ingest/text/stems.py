"""The words of a text as stems, with the boundaries that matter (sentence, line, comma): what cues
and searches are looked up in.

Stems take derivation off too ("reconciliation" meets "reconcile"); what fits a proof is judged by
lemmas, which don't (lemmas.py).
"""

from __future__ import annotations

import re
from itertools import accumulate, chain, compress

SECTION = "\x1f"
LINE = "¶"
WORD = r"[^\W_]+(?:['’][^\W_]+|\+\+|#)?"
# One group around the whole, for split().
_TOKEN = re.compile(rf"({WORD}|[.!?](?=\s|$)|[,;:()\n•|\x1f])")

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


# The tokens of a piece of text without spaces, how long each is, and how far it is from its
# beginning to the next one's.
Piece = tuple[tuple[str, ...], tuple[int, ...], tuple[int, ...]]
_NO_TOKEN = ""  # stands for what is no token ("-", "$"), so that its width counts
_LONGEST_PIECE = 40  # characters; longer ones hardly come back


class Pieces(dict[str, Piece]):
    """What stood between two spaces, taken apart; texts consist of pieces that were met before.
    Forgets all when it is full.
    """

    limit = 20_000

    def __init__(self, stems: Stems) -> None:
        super().__init__()
        self._stems = stems

    def __missing__(self, piece: str) -> Piece:
        parts = self._taken_apart(piece)
        if len(piece) <= _LONGEST_PIECE:
            if len(self) >= self.limit:
                self.clear()
            self[piece] = parts
        return parts

    def _taken_apart(self, piece: str) -> Piece:
        *parts, rest = _TOKEN.split(piece)
        tokens, lengths, widths = [], [], []
        for before, word in zip(parts[::2], parts[1::2], strict=True):
            if before:
                widths.append(len(before))
                tokens.append(_NO_TOKEN)
                lengths.append(0)
            widths.append(len(word))
            tokens.append(self._stems[word.lower()])
            lengths.append(len(word))
        if not widths:
            return (_NO_TOKEN,), (0,), (len(rest) + 1,)
        widths[-1] += len(rest) + 1  # and the space that follows
        return tuple(tokens), tuple(lengths), tuple(widths)


class Stems(dict[str, str]):
    """Stems of words met so far. Forgets all when it is full: a stream of invented words can't
    grow it.
    """

    limit = 50_000

    def __init__(self) -> None:
        super().__init__()
        self.pieces = Pieces(self)

    def __missing__(self, word: str) -> str:
        if len(self) >= self.limit:
            self.clear()
        token = LINE if word == "\n" else stem(word)
        self[word] = token
        return token


def tokenise(text: str, stems: Stems) -> list[str]:
    """The stemmed words and boundaries of a text, in order."""
    return [stems[word.lower()] for word in _TOKEN.findall(text)]


def tokenise_with_places(text: str, stems: Stems) -> tuple[list[str], list[int], list[int]]:
    """The tokens, where each begins and how many characters it has: for a text that is read for
    the first time.
    """
    of_tokens, of_lengths, of_widths = zip(
        *map(stems.pieces.__getitem__, text.split(" ")), strict=True
    )
    stream = list(chain.from_iterable(of_tokens))
    lengths = list(chain.from_iterable(of_lengths))
    starts = list(accumulate(chain.from_iterable(of_widths), initial=0))
    starts.pop()  # the end of the text
    if _NO_TOKEN in stream:
        starts, lengths = list(compress(starts, stream)), list(filter(None, lengths))
        stream = list(filter(None, stream))
    return stream, starts, lengths


def tokens_with_places(
    text: str, stems: Stems
) -> tuple[tuple[str, ...], tuple[tuple[int, int], ...]]:
    """The tokens, and where each stands: from, to (exclusive)."""
    found = list(_TOKEN.finditer(text))
    return (
        tuple([stems[one.group().lower()] for one in found]),
        tuple([one.span() for one in found]),
    )


def words(text: str, stems: Stems) -> list[str]:
    """The stemmed words without boundaries."""
    return [token for token in tokenise(text, stems) if token[0].isalnum()]
