"""A listing's text as the criteria read it: its sentences with their roles, lemma by lemma, and how
much of it is filler.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from typing import Any, NamedTuple

from goldmine_ingest.text.filler import shares
from goldmine_ingest.text.language import language_of
from goldmine_ingest.text.lemmas import TOKEN, Lemmas, lowered
from goldmine_ingest.text.pieces import Part, PieceTable, TakenApart
from goldmine_ingest.text.sentence_ends import parts
from goldmine_ingest.text.sentences import Numbers, Role, Sentence, role_signs, roles, unwrapped
from goldmine_ingest.text.stems import SECTION, Stems
from goldmine_ingest.text.terms import TermIndex
from goldmine_ingest.text.wordlists import WITH_LISTS

BREAK = "¶"
_ROLES = tuple(Role)
_NUMBERS = {role: number for number, role in enumerate(_ROLES)}
LONGEST = 60_000  # characters of one listing that are read


@dataclass(frozen=True)
class ListingText:
    """`lemmas` has a line of each sentence; `filler` holds the share of a sentence's runs of three
    words that many listings have, 0 to 1.

    `language` is that of the text, 'en' where it can't be told.

    The first sentence is the title; the skills tags come last, one sentence each.
    """

    text: str
    sentences: tuple[Sentence, ...]
    lemmas: str
    filler: tuple[float, ...]
    language: str = "en"

    @cached_property
    def searchable(self) -> str:
        """The text as patterns may read it; places are those of `text`."""
        return readable(self.text)

    @cached_property
    def stream(self) -> list[str]:
        """All lemmas in a row, a BREAK after each sentence."""
        stream = f"{self.lemmas}\n".replace("\n", f" {BREAK} ").split(" ")
        stream.pop()  # what follows the last BREAK
        return list(filter(None, stream)) if "" in stream else stream  # of sentences without words

    @cached_property
    def lengths(self) -> list[int]:
        """How many words each sentence has."""
        return [line.count(" ") + 1 if line else 0 for line in self.lemmas.split("\n")]

    @cached_property
    def firsts(self) -> list[int]:
        """Where in the stream each sentence begins."""
        firsts = list(accumulate([length + 1 for length in self.lengths], initial=0))
        firsts.pop()  # the end
        return firsts

    @cached_property
    def words(self) -> tuple[list[str], ...]:
        """The lemmas of each sentence."""
        stream = self.stream
        return tuple(
            [
                stream[first : first + length]
                for first, length in zip(self.firsts, self.lengths, strict=True)
            ]
        )

    def saying(self, words: Iterable[Iterable[str]]) -> ListingText:
        """The same sentences with these lemmas."""
        return replace(self, lemmas="\n".join(map(" ".join, words)))

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The different lemmas, those of the tags too."""
        return frozenset(self.stream)

    @cached_property
    def first_tag(self) -> int:
        """The number of the first sentence that is a tag; how many sentences there are, where none
        is: tags come last.
        """
        first = len(self.sentences)
        while first and self.sentences[first - 1].role is Role.TAG:
            first -= 1
        return first

    @cached_property
    def tags_begin(self) -> int:
        """Where in the stream the first tag begins; the stream's end, where there is none."""
        tag, firsts = self.first_tag, self.firsts
        return firsts[tag] if tag < len(firsts) else len(self.stream)

    @cached_property
    def end_of_description(self) -> int:
        """The character with which the first tag begins, or the text ends."""
        first = self.first_tag
        return self.sentences[first].start if first < len(self.sentences) else len(self.text)

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


def take_apart(
    texts: Sequence[str], described: Sequence[int], tables: Mapping[str, PieceTable]
) -> list[tuple[TakenApart, str]]:
    """Texts by the table of their language, each with the language: that of its first characters,
    title and description, English where it can't be told. Most are English, so that is tried
    first.
    """
    tried = [TakenApart(text, tables["en"]) for text in texts]
    languages = [
        language_of(one.text[:end], one.speech) or "en"
        for one, end in zip(tried, described, strict=True)
    ]
    return [
        (
            TakenApart(one.text, tables[language])
            if language in tables and language != "en"
            else one,
            language,
        )
        for one, language in zip(tried, languages, strict=True)
    ]


def read_text(
    title: str, description: str, skills: Sequence[str], lemmas: Mapping[str, Lemmas] | Lemmas
) -> ListingText:
    """Reads a listing's text. Never raises, whatever the text; linear in its length. `lemmas`:
    those of each language, or of English alone. Who reads many keeps the tables (`read_apart`).
    """
    if isinstance(lemmas, Lemmas):
        lemmas = dict.fromkeys(WITH_LISTS, lemmas)
    whole = SECTION.join((title, description, *skills))
    stems, no_cues = Stems(), TermIndex(())
    tables = {language: PieceTable(stems, each, no_cues) for language, each in lemmas.items()}
    lengths = (len(title), len(description), *map(len, skills))
    described = len(title) + 1 + len(description)
    apart = take_apart([readable(whole[:LONGEST])], [described], tables)
    return read_apart([whole], apart, [lengths])[0]


def read_apart(
    wholes: Sequence[str],
    apart: Sequence[tuple[TakenApart, str]],
    lengths: Sequence[Sequence[int]],
) -> list[ListingText]:
    """The same of texts that were taken apart as far as they are read, each with its language.
    `lengths`: of title, description and each of the skills.
    """
    cuts = [_cut(text, fields) for (text, _), fields in zip(apart, lengths, strict=True)]
    languages = [language for _, language in apart]
    signs = [role_signs(cut.said, language) for cut, language in zip(cuts, languages, strict=True)]
    return [_listing_text(*one) for one in zip(wholes, cuts, languages, signs, strict=True)]


class _Cut(NamedTuple):
    """A text cut into title, sentences and tags. `said` are the sentences in bytes; of each part
    `letters` has a character for each word (filler.py), `words` the lemmas.
    """

    read: str
    parts: list[Part]
    said: list[bytes]
    letters: list[str]
    words: list[list[str]]


def _cut(apart: TakenApart, lengths: Sequence[int]) -> _Cut:
    title, described, *tags = _fields(lengths, len(apart.text))
    read = unwrapped(apart.encoded, *described)
    sentences = list(parts(read.text, apart, *described))
    of_title, *of_tags = apart.parts((title, *tags))
    cut = [of_title, *sentences, *of_tags]
    said = [read.slice(start, end) for start, end, *_ in sentences]
    return _Cut(read.text, cut, said, *apart.words(cut))


def _listing_text(whole: str, cut: _Cut, language: str, signs: Sequence[Numbers]) -> ListingText:
    first_tag = len(cut.said) + 1
    described = slice(1, first_tag)
    of_sentences = roles(
        cut.read, cut.parts[described], cut.said, cut.words[described], signs, language
    )
    tags = [Role.TAG] * (len(cut.parts) - first_tag)
    text = ListingText(
        whole[:LONGEST],
        tuple(
            [
                Sentence(start, end, role, bullet)
                for (start, end, _, _, bullet, _), role in zip(
                    cut.parts, (Role.TITLE, *of_sentences, *tags), strict=True
                )
            ]
        ),
        "\n".join(map(" ".join, cut.words)),
        shares(cut.letters),
        language,
    )
    # What the properties would work out again.
    vars(text).update(
        words=tuple(cut.words),
        stream=_in_a_row(cut.words),
        lengths=list(map(len, cut.words)),
        first_tag=first_tag,
    )
    return text


def _in_a_row(sentences: Iterable[list[str]]) -> list[str]:
    stream: list[str] = []
    for words in sentences:
        stream += words
        stream.append(BREAK)
    return stream


def _fields(lengths: Sequence[int], size: int) -> list[tuple[int, int]]:
    """The characters of title, description and each of the tags that such a text has."""
    begins = accumulate([length + 1 for length in lengths], initial=0)
    fields = [
        (begin, min(begin + length, size)) for begin, length in zip(begins, lengths, strict=False)
    ]
    return fields[:2] + [field for field in fields[2:] if field[0] < size]


def payload(text: ListingText) -> dict[str, Any]:
    """What `restore` needs beside the listing's own text."""
    return {
        "s": [
            (start, end, _NUMBERS[role], int(bullet), filler)
            for (start, end, role, bullet), filler in zip(text.sentences, text.filler, strict=True)
        ],
        "w": text.lemmas,
        "d": text.language,
    }


def restore(text: str, stored: Mapping[str, Any]) -> ListingText:
    """A ListingText from its payload and the text that it was read from."""
    rows = stored["s"]
    sentences = tuple(
        [Sentence(start, end, _ROLES[role], bullet == 1) for start, end, role, bullet, _ in rows]
    )
    filler = tuple([row[4] for row in rows])
    return ListingText(text[:LONGEST], sentences, stored["w"], filler, stored["d"])
