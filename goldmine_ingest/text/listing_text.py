"""A listing's text as the criteria read it: its sentences with their roles, lemma by lemma, and how
much of it is filler.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate
from typing import Any

from goldmine_ingest.text.language import detect_language
from goldmine_ingest.text.lemmas import TOKEN, Lemmas, lowered
from goldmine_ingest.text.sentences import Role, Sentence, sentences
from goldmine_ingest.text.wordlists import WITH_LISTS, counts

BREAK = "¶"
_ROLES = tuple(Role)
_NUMBERS = {role: number for number, role in enumerate(_ROLES)}
_LONGEST = 60_000  # characters of one listing that are read


@dataclass(frozen=True)
class ListingText:
    """`words` holds the lemmas of each sentence; `filler` the share of a sentence's three-word runs
    that many listings have, 0 to 1.

    `language` is that of the text, 'en' where it can't be told.

    The first sentence is the title; the skills tags come last, one sentence each.
    """

    text: str
    sentences: tuple[Sentence, ...]
    words: tuple[list[str], ...]
    filler: tuple[float, ...]
    language: str = "en"

    @cached_property
    def searchable(self) -> str:
        """The text as patterns may read it; places are those of `text`."""
        return readable(self.text)

    @cached_property
    def stream(self) -> list[str]:
        """All lemmas in a row, a BREAK after each sentence."""
        lemmas: list[str] = []
        for words in self.words:
            lemmas += words
            lemmas.append(BREAK)
        return lemmas

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The different lemmas, those of the tags too."""
        return frozenset(self.stream)

    @cached_property
    def first_tag(self) -> int:
        """The number of the first sentence that is a tag; how many sentences there are, where none
        is: tags come last.
        """
        roles = [sentence.role for sentence in self.sentences]
        return roles.index(Role.TAG) if Role.TAG in roles else len(roles)

    @cached_property
    def tags_begin(self) -> int:
        """Where in the stream the first tag begins; the stream's end, where there is none."""
        tag, firsts = self.first_tag, self.firsts
        return firsts[tag] if tag < len(firsts) else len(self.stream)

    @cached_property
    def firsts(self) -> list[int]:
        """Where in the stream each sentence begins."""
        return list(accumulate((len(words) + 1 for words in self.words), initial=0))[:-1]

    def sentence_of(self, token: int) -> int:
        """The number of the sentence that holds a token of the stream."""
        return bisect_right(self.firsts, token) - 1

    @cached_property
    def _spans(self) -> dict[int, list[tuple[int, int]]]:
        """Where the words of a sentence stand in it; of those that were asked for."""
        return {}

    def spans(self, number: int) -> list[tuple[int, int]]:
        """Where the words of a sentence stand, counted from its beginning."""
        spans = self._spans.get(number)
        if spans is None:
            sentence = self.sentences[number]
            read = lowered(self.text[sentence.start : sentence.end])
            spans = self._spans[number] = [one.span() for one in TOKEN.finditer(read)]
        return spans

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The characters that tokens `start` to `end` (exclusive) of one sentence cover."""
        number = self.sentence_of(start)
        begin, first, spans = self.sentences[number].start, self.firsts[number], self.spans(number)
        return begin + spans[start - first][0], begin + spans[end - 1 - first][1]

    def quote(self, number: int) -> str:
        """A sentence as it stands in the listing, on one line."""
        sentence = self.sentences[number]
        return " ".join(self.text[sentence.start : sentence.end].split())

    def numbered(self, *roles: Role) -> list[int]:
        """The numbers of the sentences with these roles."""
        return [number for number, sentence in enumerate(self.sentences) if sentence.role in roles]


def readable(text: str) -> str:
    """Half surrogates can't be searched; replaced one for one, so that places stay."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


@cache
def filler_runs() -> frozenset[tuple[str, ...]]:
    """Runs of three words that stand in a dozen listings or more of those that were counted."""
    return frozenset(tuple(run.split(" ")) for run in counts("template_trigrams")["counts"])


def read_text(
    title: str, description: str, skills: Sequence[str], lemmas: Mapping[str, Lemmas] | Lemmas
) -> ListingText:
    """Reads a listing's text. Never raises, whatever the text; linear in its length. `lemmas`:
    those of each language, or of English alone.
    """
    language = detect_language(readable(f"{title}\n{description}")) or "en"
    if isinstance(lemmas, Lemmas):
        lemmas_of = lemmas
    else:
        lemmas_of = lemmas[language if language in WITH_LISTS else "en"]
    text = "\x1f".join((title, description, *skills))[:_LONGEST]
    original, text = text, readable(text)
    begin = len(title) + 1
    parts = [Sentence(0, min(len(title), len(text)), Role.TITLE)]
    parts += sentences(text[begin : begin + len(description)], begin, lemmas_of, language)
    place = begin + len(description) + 1
    for skill in skills:
        if place >= len(text):
            break
        parts.append(Sentence(place, min(place + len(skill), len(text)), Role.TAG))
        place += len(skill) + 1
    low = lowered(text)
    read = [lemmas_of.read(low[sentence.start : sentence.end]) for sentence in parts]
    raw, words = zip(*read, strict=True)
    return ListingText(original, tuple(parts), words, tuple(map(_filler, raw)), language)


def _filler(raw: Sequence[str]) -> float:
    runs = len(raw) - 2
    if runs < 1:
        return 0.0
    fillers = map(filler_runs().__contains__, zip(raw, raw[1:], raw[2:], strict=False))
    return round(sum(fillers) / runs, 3)


def payload(text: ListingText) -> dict[str, Any]:
    """What `restore` needs beside the listing's own text."""
    return {
        "s": [
            (start, end, _NUMBERS[role], int(bullet), filler)
            for (start, end, role, bullet), filler in zip(text.sentences, text.filler, strict=True)
        ],
        "w": "\n".join(map(" ".join, text.words)),
        "d": text.language,
    }


def restore(text: str, stored: Mapping[str, Any]) -> ListingText:
    """A ListingText from its payload and the text that it was read from."""
    rows = stored["s"]
    words = tuple(line.split(" ") if line else [] for line in stored["w"].split("\n"))
    parts = tuple(
        Sentence(start, end, _ROLES[role], bullet == 1) for start, end, role, bullet, _ in rows
    )
    return ListingText(text[:_LONGEST], parts, words, tuple(row[4] for row in rows), stored["d"])
