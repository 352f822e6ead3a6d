"""Where the cues of the shipped lists stand in a text that was taken apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import compress, islice

from goldmine_ingest.text.pieces import Begun, Place, TakenApart
from goldmine_ingest.text.terms import TermIndex


def find_cues(apart: TakenApart, most: int) -> dict[str, list[Place]]:
    """The first places of each kind that occurs, at most so many, in the order of the text. The
    table of pieces says in which of them a cue may begin.
    """
    by_kind: defaultdict[str, list[Place]] = defaultdict(list)
    starts, begun_in = apart.starts, apart.begun
    for piece in compress(range(len(begun_in)), begun_in):
        begin = starts[piece]
        for begun in begun_in[piece]:
            _, start, end, alone, longer = begun
            ends = _longer_ends(apart, piece, begun) if longer else None
            for kinds, until in ends or ((alone, begin + end),):
                for kind in kinds:
                    if len(places := by_kind[kind]) < most:
                        places.append((begin + start, until))
    return by_kind


def find_terms(apart: TakenApart, terms: TermIndex, most: int) -> dict[str, list[Place]]:
    """The same of terms that the table of pieces doesn't know."""
    by_kind: defaultdict[str, list[Place]] = defaultdict(list)
    ends = [end for _, end in _behind(apart, 0, -1)]
    for kind, first, after in terms.find(apart.stream):
        if len(places := by_kind[kind]) < most:
            places.append((apart.begins[first], ends[after - 1]))
    return by_kind


def _longer_ends(apart: TakenApart, piece: int, begun: Begun) -> list[tuple[Sequence[str], int]]:
    """Kinds of the cues that a token begins, and where they end; none where the next token
    continues none of several words, as mostly.
    """
    following = begun.longer.get(_next_token(apart, piece, begun.token))
    if following is None:
        return []
    most = max(len(rest) for rest, _ in following)
    own = apart.starts[piece] + begun.end
    words, ends = zip(("", own), *islice(_behind(apart, piece, begun.token), most), strict=True)
    return [
        (kinds, ends[len(rest)]) for rest, kinds in following if words[1 : len(rest) + 1] == rest
    ]


def _next_token(apart: TakenApart, piece: int, number: int) -> str:
    """The token after one; '' at the end of the text."""
    tokens: tuple[tuple[str, Place], ...] = apart.tokens[piece][number + 1 :]
    while not tokens and piece + 1 < len(apart.tokens):
        piece += 1
        tokens = apart.tokens[piece]
    return tokens[0][0] if tokens else ""


def _behind(apart: TakenApart, piece: int, number: int) -> Iterator[tuple[str, int]]:
    """The tokens after one, and where each ends."""
    first = number + 1
    for later in range(piece, len(apart.tokens)):
        begin = apart.starts[later]
        for token, (_, end) in apart.tokens[later][first:]:
            yield token, begin + end
        first = 0
