"""Where the cues of the shipped lists stand in a text that was taken apart."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

from goldmine_ingest.text.pieces import Place, TakenApart
from goldmine_ingest.text.terms import Longer, TermIndex

_CUED = re.compile(rb"[\x08-\x0f]")  # marks with the bit CUED


def find_cues(apart: TakenApart, cues: TermIndex, most: int) -> dict[str, list[Place]]:
    """The first places of each kind that occurs, at most so many, in the order of the text. Only
    those pieces are looked at in which a cue may begin.
    """
    by_kind: defaultdict[str, list[Place]] = defaultdict(list)
    starts, tokens, places_of = apart.starts, apart.tokens, apart.places
    beginning_with = cues.beginning_with
    for cued in _CUED.finditer(apart.marks):
        piece = cued.start()
        begin = starts[piece]
        for number, token in enumerate(tokens[piece]):
            met = beginning_with(token)
            if met is None:
                continue
            alone, longer = met
            start, end = places_of[piece][number]
            ends = _longer_ends(apart, piece, number, longer) if longer else None
            for kinds, until in ends or ((alone, begin + end),):
                for kind in kinds:
                    if len(places := by_kind[kind]) < most:
                        places.append((begin + start, until))
    return by_kind


def _longer_ends(
    apart: TakenApart, piece: int, number: int, longer: Longer
) -> list[tuple[Sequence[str], int]]:
    """Kinds of the cues that a token begins, and where they end; none where the next token
    continues none of several words.
    """
    second = _token_behind(apart.tokens, piece, number)
    following = longer.get(second) if second else None
    if following is None:
        return []
    most = max(len(rest) for rest, _ in following)
    own = apart.starts[piece] + apart.places[piece][number][1]
    words, ends = zip(("", own), *islice(_behind(apart, piece, number), most), strict=True)
    return [
        (kinds, ends[len(rest)]) for rest, kinds in following if words[1 : len(rest) + 1] == rest
    ]


def _token_behind(tokens: Sequence[Sequence[str]], piece: int, number: int) -> str | None:
    own = tokens[piece]
    if number + 1 < len(own):
        return own[number + 1]
    for later in range(piece + 1, len(tokens)):
        if tokens[later]:
            return tokens[later][0]
    return None


def _behind(apart: TakenApart, piece: int, number: int) -> Iterator[tuple[str, int]]:
    """The tokens after one, and where each ends."""
    first = number + 1
    for later in range(piece, len(apart.tokens)):
        begin, tokens, places = apart.starts[later], apart.tokens[later], apart.places[later]
        for one in range(first, len(tokens)):
            yield tokens[one], begin + places[one][1]
        first = 0
