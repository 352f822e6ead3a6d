"""Quotes found again in a listing's text, by their words, so that a page can mark them where they
stand. Pure; pieces of plain text, which the template escapes each by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from goldmine_ingest.render.clean import clean

LONGEST_SHOWN = 20_000
# A quote of more words is a whole sentence; marked, it would drown the words that were looked for.
_LONGEST_MARKED = 12
_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_LONG_PARAGRAPH = 700


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, and whether evidence stands in it."""

    text: str
    marked: bool = False


Paragraph = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class MarkedText:
    """`first` are the paragraphs to begin with, `whole` all of them; `cut`: the text is longer
    than a page shows.
    """

    first: tuple[Paragraph, ...]
    whole: tuple[Paragraph, ...]
    words: int
    cut: bool = False

    @property
    def folded(self) -> bool:
        """Whether there is more than what is shown first."""
        return len(self.first) < len(self.whole)


def marked_text(text: str, quotes: Iterable[str]) -> MarkedText:
    """The text in paragraphs with its quotes marked; first those that hold one, in their order."""
    shown = text[:LONGEST_SHOWN]
    paragraphs = [part for line in shown.splitlines() for part in _bearable(clean(line)) if part]
    wanted = _wanted(quotes)
    whole = tuple(_marked(paragraph, wanted) for paragraph in paragraphs)
    first = tuple(paragraph for paragraph in whole if any(piece.marked for piece in paragraph))
    return MarkedText(
        first or whole[:2], whole, len(_WORD.findall(shown)), len(text) > LONGEST_SHOWN
    )


def _bearable(line: str) -> list[str]:
    """A line as paragraphs: one that some feed ran together is taken apart between sentences."""
    if len(line) <= _LONG_PARAGRAPH:
        return [line]
    parts: list[str] = [""]
    for sentence in _SENTENCE_END.split(line):
        if parts[-1] and len(parts[-1]) + len(sentence) > _LONG_PARAGRAPH // 2:
            parts.append("")
        parts[-1] = f"{parts[-1]} {sentence}".strip()
    return parts


def _wanted(quotes: Iterable[str]) -> list[list[str]]:
    """The words of each quote that is worth marking, the longest first."""
    word_lists = [[word.casefold() for word in _WORD.findall(quote)] for quote in quotes]
    return sorted(
        (words for words in word_lists if 0 < len(words) <= _LONGEST_MARKED), key=len, reverse=True
    )


def _marked(paragraph: str, wanted: Sequence[Sequence[str]]) -> Paragraph:
    words = [(m.start(), m.end(), m[0].casefold()) for m in _WORD.finditer(paragraph)]
    spellings = [word for _, _, word in words]
    inside = [False] * len(words)
    for quote in wanted:
        size = len(quote)
        for at in range(len(spellings) - size + 1):
            if spellings[at : at + size] == list(quote) and not any(inside[at : at + size]):
                inside[at : at + size] = [True] * size
    spans = _spans([(start, end) for (start, end, _), on in zip(words, inside, strict=True) if on])
    pieces, done = [], 0
    for start, end in _joined(spans, paragraph):
        pieces += [Piece(paragraph[done:start]), Piece(paragraph[start:end], marked=True)]
        done = end
    pieces.append(Piece(paragraph[done:]))
    return tuple(piece for piece in pieces if piece.text)


def _spans(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return sorted(spans)


def _joined(spans: list[tuple[int, int]], paragraph: str) -> list[tuple[int, int]]:
    """Marked words that only a space or a hyphen divides are one mark."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and paragraph[joined[-1][1] : start] in (" ", "-", "", "’", "'"):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
