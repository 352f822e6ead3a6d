"""Whether the tools that a listing names are one's own: (own + ½) / (own + foreign + 1)."""

from __future__ import annotations

from collections.abc import Set
from functools import cache
from typing import NamedTuple

from goldmine_ingest.criteria.own_terms import OwnTerms
from goldmine_ingest.text.listing_text import ListingText
from goldmine_ingest.text.wordlists import counts


@cache
def tools() -> frozenset[str]:
    """Names of tools: words that listings write with a capital inside sentences, and use as
    tags.
    """
    return frozenset(counts("tools"))


class Stack(NamedTuple):
    """Shares of one's own among the tools of the tags and of the text, 0 to 1; None where none is
    named.
    """

    tags: float | None
    text: float | None
    foreign: tuple[str, ...] = ()


def fit(text: ListingText, own: OwnTerms) -> Stack:
    tags = text.tags_begin
    tagged = tools().intersection(text.stream[tags:])
    untagged = tools().intersection(text.stream[:tags])
    return Stack(_share(tagged, own), _share(untagged, own), tuple(sorted(untagged - own.words)))


def _share(named: Set[str], own: OwnTerms) -> float | None:
    mine = len(named & own.words)
    return (mine + 0.5) / (len(named) + 1) if named else None
