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
    how it is made: tools/mine_tables.py.
    """
    packed = (_LISTS / f"{name}.json.gz").read_bytes()
    table: Mapping[str, Any] = json.loads(gzip.decompress(packed))
    return table


# Languages beside English whose listings are read by lists of their own (`listing_words.fr.tsv`,
# `sentence_patterns.fr.tsv` …).
OTHER_LANGUAGES = ("de", "fr", "es", "pt")
WITH_LISTS = ("en", *OTHER_LANGUAGES)


@cache
def word_group(group: str) -> frozenset[str]:
    """One group of listing_words.tsv, with that of the other languages: words of one language that
    mean something else in another are left out of the lists.
    """
    return frozenset(phrases(dict(pairs("listing_words.tsv"))[group])).union(
        *(words_of(language, group) for language in OTHER_LANGUAGES)
    )


@cache
def words_of(language: str, group: str) -> frozenset[str]:
    """One group of another language's list, as the words are written and without their endings;
    none where it has no such group.
    """
    words = phrases(dict(pairs(f"listing_words.{language}.tsv")).get(group, ""))
    if group == "stop":
        return frozenset(words)
    return frozenset(words) | {without_ending(word, language) for word in words}


@cache
def _endings(language: str) -> tuple[dict[str, str], int]:
    """Each inflected ending of another language with its plain form, and how long the longest is;
    none of a language without a list.
    """
    endings = {
        ending: plain
        for one, rest in pairs("endings.tsv")
        if one == language
        for ending, _, plain in (each.partition(">") for each in rest.split())
    }
    return endings, max(map(len, endings), default=0)


_SHORTEST_STEM = 3


def without_ending(word: str, language: str) -> str:
    """A word without the longest ending of its language, or with that ending's plain form; small
    words stay as they are.
    """
    if word in words_of(language, "stop"):
        return word
    endings, longest = _endings(language)
    for length in range(min(longest, len(word) - _SHORTEST_STEM), 0, -1):
        plain = endings.get(word[-length:])
        if plain is not None:
            return word[:-length] + plain
    return word


@cache
def foreign_words(group: str) -> frozenset[str]:
    """The same of all other languages together."""
    return frozenset().union(*(words_of(language, group) for language in OTHER_LANGUAGES))


@cache
def language_names() -> Mapping[str, str]:
    """English names of languages that listings demand, with their ISO 639-1 codes."""
    return dict(pairs("language_names.tsv"))


@cache
def jurisdictions() -> Mapping[str, str]:
    """Words that say whose law or licence is meant, with ISO 3166 codes."""
    return dict(pairs("jurisdictions.tsv"))


@cache
def craft_names() -> Mapping[str, str]:
    """The crafts of crafts.tsv, and how each is said ('a developer')."""
    return {craft: rest.partition("\t")[0] for craft, rest in pairs("crafts.tsv")}
