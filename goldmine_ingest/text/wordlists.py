"""The word lists that ship with the package (`data/criteria/`), read once per process. Each file
says where its content comes from.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def pairs(name: str) -> tuple[tuple[str, str], ...]:
    """The lines of a list as (before the tab, after it); comments and blank lines left out."""
    text = files("goldmine_ingest").joinpath("data", "criteria", name).read_text(encoding="utf-8")
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
