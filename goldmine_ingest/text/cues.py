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
    for cued in _CUED.finditer(apart.marks):
        piece = cued.start()
        begin = apart.starts[piece]
        for number, token in enumerate(apart.tokens[piece]):
            met = cues.beginning_with(token)
            if met is None:
                continue
            alone, longer = met
            start, end = apart.places[piece][number]
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
    behind = _behind(apart, piece, number)
    second = next(behind, None)
    following = longer.get(second[0]) if second else None
    if second is None or following is None:
        return []
    most = max(len(rest) for rest, _ in following)
    own = apart.starts[piece] + apart.places[piece][number][1]
    words, ends = zip(("", own), second, *islice(behind, most - 1), strict=True)
    return [
        (kinds, ends[len(rest)]) for rest, kinds in following if words[1 : len(rest) + 1] == rest
    ]


def _behind(apart: TakenApart, piece: int, number: int) -> Iterator[tuple[str, int]]:
    """The tokens after one, and where each ends."""
    first = number + 1
    for later in range(piece, len(apart.tokens)):
        begin, tokens, places = apart.starts[later], apart.tokens[later], apart.places[later]
        for one in range(first, len(tokens)):
            yield tokens[one], begin + places[one][1]
        first = 0
