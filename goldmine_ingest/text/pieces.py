"""A text taken apart once: what stands between two spaces is looked up in one table that knows all
of it: its stems and the cues that they begin, its words and their lemmas, how wide it is, whether
a sentence may end there.

Texts consist of pieces that were met before, so one look-up for each is most of what reading them
costs; language, sentences, cues, fillers and lemmas are all made of the same columns.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate, chain
from typing import NamedTuple

from goldmine_ingest.text.filler import letters_of
from goldmine_ingest.text.language import speech_of
from goldmine_ingest.text.lemmas import TOKEN, Lemmas, lowered
from goldmine_ingest.text.stems import SECTION, Stems, tokens_with_places
from goldmine_ingest.text.terms import Longer, TermIndex
from goldmine_ingest.text.utf8 import Utf8Text

OPENS, CLOSES, QUOTED, LINE = 1, 2, 6, 8
"""Marks of a piece: a sentence may end before it; behind it; behind it and before the quotation
mark that it ends with; a line ends with it (sentence_ends.py). Most have none."""

_OPENS = re.compile(r"\Z|[•●▪✔✅➤·\t]|-(?:\Z|[A-Z][a-z])")
_CLOSES = re.compile(r"[.!?]\Z")
_QUOTED = re.compile(r"[.!?][\"”)]\Z")
_ALONE = ("\n", "\t", SECTION)  # pieces of their own, wherever they stand


Place = tuple[int, int]
"""From and to (exclusive)."""


class Begun(NamedTuple):
    """A token, by its number in the piece, that cues begin with: the keys of those that it is by
    itself, and the longer ones."""

    token: int
    start: int
    end: int
    alone: tuple[str, ...]
    longer: Longer


class Piece(NamedTuple):
    """`width` characters lie between its beginning and the next one's. `letters` has one for each
    word (filler.py), `lemmas` are those of the words, `speech` has one letter for each word as the
    language is told by them (language.py). `tokens` are stems, each with its place; places are
    counted from the piece's beginning."""

    width: int
    mark: int
    letters: str
    lemmas: tuple[str, ...]
    speech: str
    begun: tuple[Begun, ...]
    tokens: tuple[tuple[str, Place], ...]


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
        tokens, words = tokens_with_places(piece, self._stems), TOKEN.findall(lowered(piece))
        width = len(piece) + 1
        if piece in _ALONE:  # between spaces that the text doesn't have
            width, tokens = (
                0,
                tuple((token, (start - 1, end - 1)) for token, (start, end) in tokens),
            )
        mark = OPENS * bool(_OPENS.match(piece)) | LINE * (piece == "\n")
        mark |= CLOSES * bool(_CLOSES.search(piece)) | QUOTED * bool(_QUOTED.search(piece))
        return Piece(
            width,
            mark,
            letters_of(words),
            tuple([self._lemmas[word] for word in words]),
            speech_of(piece),
            tuple(
                Begun(number, *place, *begun)
                for number, (token, place) in enumerate(tokens)
                if (begun := self._cues.beginning_with(token))
            ),
            tokens,
        )


Part = tuple[int, int, int, int, bool, bool]
"""A part of a text: characters from, to (exclusive); the pieces that hold its words, from, to
(exclusive); whether it is an item of a list; whether it fills its line."""


class TakenApart:
    """A `text` by its pieces: `starts` says where each begins, `marks` has a byte for each,
    `begun` the cues that may begin in it, `tokens` what it consists of, counted from there.
    """

    def __init__(self, text: str, table: PieceTable) -> None:
        self.text = text
        self.encoded = Utf8Text(text)
        for one in _ALONE:
            text = text.replace(one, f" {one} ")
        columns = zip(*map(table.__getitem__, text.split(" ")), strict=True)
        widths, marks, self._letters, self._lemmas, self._speech, self.begun, self.tokens = columns
        self.starts = list(accumulate(widths, initial=0))
        self.starts.pop()  # the end of the text
        self.marks = bytes(marks)

    def at(self, place: int) -> int:
        """The number of the piece that holds a character or ends before it."""
        return bisect_right(self.starts, place) - 1

    def before(self, place: int) -> int:
        """How many pieces begin before a character."""
        return bisect_left(self.starts, place)

    def parts(self, fields: Iterable[Place]) -> list[Part]:
        """Of each field, the part that is all of it."""
        starts = self.starts
        return [
            (start, end, bisect_right(starts, start) - 1, bisect_left(starts, end), False, False)
            for start, end in fields
        ]

    def words(self, parts: Sequence[Part]) -> tuple[list[str], list[list[str]]]:
        """Of each part, a character for each word, and the lemmas: the same objects each time,
        which costs who looks them up later a fraction of what new ones would.
        """
        letters, lemmas = self._letters, self._lemmas
        return (
            ["".join(letters[first:after]) for _, _, first, after, _, _ in parts],
            [list(chain.from_iterable(lemmas[first:after])) for _, _, first, after, _, _ in parts],
        )

    def speech(self, end: int) -> str:
        """The letters of the words before a character, by which the language is told."""
        cut = self.at(end)
        return "".join(self._speech[:cut]) + speech_of(self.text[self.starts[cut] : end])

    @cached_property
    def stream(self) -> list[str]:
        """All tokens in a row."""
        return [token for token, _ in chain.from_iterable(self.tokens)]

    @cached_property
    def begins(self) -> list[int]:
        """Where each of them begins."""
        return [
            begin + start
            for begin, tokens in zip(self.starts, self.tokens, strict=True)
            for _, (start, _) in tokens
        ]
