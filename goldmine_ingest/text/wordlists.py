"""The word lists that ship with the package (`data/criteria/`), read once per process. Each file
says where its content comes from.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

# Beside the package's code, in a wheel too; importlib.resources costs a quiet poll 20 ms.
_LISTS = Path(__file__).parents[1] / "data" / "criteria"


@cache
def pairs(name: str) -> tuple[tuple[str, str], ...]:
    """The lines of a list as (before the tab, after it); comments and blank lines left out."""
    text = (_LISTS / name).read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return tuple((head, rest) for head, _, rest in (line.partition("\t") for line in lines))


def phrases(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


@cache
def cues() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(kind, its phrases), as in cues.tsv."""
    return tuple((kind, phrases(rest)) for kind, rest in pairs("cues.tsv"))


@cache
def same_skill() -> tuple[frozenset[str], ...]:
    """Groups of names of one skill."""
    return tuple(
        frozenset((name.lower(), *phrases(rest))) for name, rest in pairs("skill_aliases.tsv")
    )


@cache
def synonyms() -> tuple[tuple[str, ...], ...]:
    return tuple(phrases(head) for head, _ in pairs("synonyms.tsv"))


@cache
def term_frequencies() -> dict[str, int]:
    """How many of 10,000 listings use a term; never changed by a caller."""
    return {term: int(count) for term, count in pairs("term_frequencies.tsv")}


def function_words(group: str) -> tuple[str, ...]:
    """One group of function_words.tsv."""
    return phrases(dict(pairs("function_words.tsv"))[group])


@cache
def counts(name: str) -> Mapping[str, Any]:
    """A table of counts mined from real listings (`NAME.json.gz`; no texts). What it holds and
    how it is made: tests/mine_tables.py.
    """
    packed = (_LISTS / f"{name}.json.gz").read_bytes()
    found: Mapping[str, Any] = json.loads(gzip.decompress(packed))
    return found


@cache
def word_group(group: str) -> frozenset[str]:
    """One group of listing_words.tsv."""
    return frozenset(phrases(dict(pairs("listing_words.tsv"))[group]))


@cache
def language_names() -> Mapping[str, str]:
    """English names of languages that listings demand, with their ISO 639-1 codes."""
    return dict(pairs("language_names.tsv"))


@cache
def craft_names() -> Mapping[str, str]:
    """The crafts of crafts.tsv, and how each is said ('a developer')."""
    return {craft: rest.partition("\t")[0] for craft, rest in pairs("crafts.tsv")}
