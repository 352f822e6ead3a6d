"""A text taken apart once: what stands between two spaces is looked up in one table that knows all
of it: its stems, its words and their lemmas, how wide it is, whether a sentence may end there.

Texts consist of pieces that were met before, so one look-up for each is most of what reading them
costs; sentences, cues, fillers and lemmas are all made of the same columns.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property
from itertools import accumulate, chain
from typing import NamedTuple

from goldmine_ingest.text.filler import letters_of
from goldmine_ingest.text.lemmas import TOKEN, Lemmas, lowered
from goldmine_ingest.text.stems import SECTION, Stems, tokens_with_places
from goldmine_ingest.text.terms import TermIndex
from goldmine_ingest.text.utf8 import Utf8Text

OPENS, CLOSES, QUOTED, CUED = 1, 2, 6, 8
"""Marks of a piece: a sentence may end before it; behind it; behind it and before the quotation
mark that it ends with (sentence_ends.py); a cue may begin in it (cues.py). Most have none."""

_OPENS = re.compile(r"\Z|[•●▪✔✅➤·\t]|-(?:\Z|[A-Z][a-z])")
_CLOSES = re.compile(r"[.!?]\Z")
_QUOTED = re.compile(r"[.!?][\"”)]\Z")
_ALONE = ("\n", "\t", SECTION)  # pieces of their own, wherever they stand


Place = tuple[int, int]
"""From and to (exclusive)."""


class Piece(NamedTuple):
    """`width` characters lie between its beginning and the next one's; `places` are those of the
    tokens, counted from its beginning. `letters` has one for each word (filler.py), `lemmas` a
    space behind each."""

    width: int
    mark: int
    tokens: tuple[str, ...]
    places: tuple[Place, ...]
    letters: str
    lemmas: str


_LONGEST_PIECE = 40  # characters; longer ones hardly come back


class PieceTable(dict[str, Piece]):
    """What is known of each piece met so far, by one language's inflection. Forgets all when it is
    full: a stream of invented words can't grow it.
    """

    limit = 20_000

    def __init__(self, stems: Stems, lemmas: Lemmas, cues: TermIndex) -> None:
        super().__init__()
        self._cues = cues
        self._stems = stems
        self._lemmas = lemmas

    def __missing__(self, piece: str) -> Piece:
        known = self._looked_at(piece)
        if len(piece) <= _LONGEST_PIECE:
            if len(self) >= self.limit:
                self.clear()
            self[piece] = known
        return known

    def _looked_at(self, piece: str) -> Piece:
        tokens, places = tokens_with_places(piece, self._stems)
        words = TOKEN.findall(lowered(piece))
        width = len(piece) + 1
        if piece in _ALONE:  # between spaces that the text doesn't have
            width, places = 0, tuple((start - 1, end - 1) for start, end in places)
        mark = OPENS * bool(_OPENS.match(piece))
        mark |= CLOSES * bool(_CLOSES.search(piece)) | QUOTED * bool(_QUOTED.search(piece))
        mark |= CUED * self._cues.may_occur(frozenset(tokens))
        lemmas = "".join([f"{self._lemmas[word]} " for word in words])
        return Piece(width, mark, tokens, places, letters_of(words), lemmas)


class TakenApart:
    """A `text` by its pieces: `starts` says where each begins, `marks` has a byte for each,
    `tokens` and their `places`, counted from there, a tuple.
    """

    def __init__(self, text: str, table: PieceTable) -> None:
        self.text = text
        self.encoded = Utf8Text(text)
        for one in _ALONE:
            text = text.replace(one, f" {one} ")
        widths, marks, self.tokens, self.places, self._letters, self._lemmas = zip(
            *map(table.__getitem__, text.split(" ")), strict=True
        )
        self.starts = list(accumulate(widths, initial=0))
        self.starts.pop()  # the end of the text
        self.marks = bytes(marks)

    def at(self, place: int) -> int:
        """The number of the piece that holds a character or ends before it."""
        return bisect_right(self.starts, place) - 1

    def before(self, place: int) -> int:
        """How many pieces begin before a character."""
        return bisect_left(self.starts, place)

    def letters(self, first: int, after: int) -> str:
        """A character for each word of the pieces `first` to `after` (exclusive)."""
        return "".join(self._letters[first:after])

    def lemmas(self, first: int, after: int) -> str:
        """Their lemmas in a line."""
        return "".join(self._lemmas[first:after])[:-1]

    @cached_property
    def stream(self) -> list[str]:
        """All tokens in a row."""
        return list(chain.from_iterable(self.tokens))

    @cached_property
    def begins(self) -> list[int]:
        """Where each of them begins."""
        return [
            begin + start
            for begin, places in zip(self.starts, self.places, strict=True)
            for start, _ in places
        ]
