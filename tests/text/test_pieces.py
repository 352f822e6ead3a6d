"""What is read of a text's pieces is what is read of the text (Hypothesis): its sentences, their
words and lemmas, filler and cues."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from goldmine_ingest.text.cues import find_cues, find_terms
from goldmine_ingest.text.filler import letters_of, shares
from goldmine_ingest.text.language import detect_language, language_of, speech_of
from goldmine_ingest.text.lemmas import TOKEN, Lemmas, lowered
from goldmine_ingest.text.pieces import PieceTable, TakenApart
from goldmine_ingest.text.sentence_ends import _BULLET, ENDS, parts
from goldmine_ingest.text.stems import Stems, tokens_with_places
from goldmine_ingest.text.terms import TermIndex
from goldmine_ingest.text.utf8 import Utf8Text
from goldmine_ingest.text.wordlists import counts

LEMMAS = Lemmas()
CUES = TermIndex(
    [
        ("x", ("a",)),
        ("x", ("a", "b")),
        ("y", ("b", "c", "d")),
        ("z", ("a", "b", "c")),
        ("y", ("d",)),
        ("z", ("c", "c")),
    ]
)
TABLE = PieceTable(Stems(), LEMMAS, CUES)
# What sentences end at, items begin with and words consist of.
SIGNS = st.sampled_from(
    [
        *("a", "b", "c", "d", "A", "Ab", "Z", "1", "12", " ", " ", " ", "  ", "\t", "\n", "\n\n"),
        *(".", "!", "?", ".NET", ",", ";", ":", "(", ")", '"', "”", "“", "’", "'", "-", " - ", "•"),
        *(
            "✔",
            "*",
            "1. ",
            "a) ",
            "- ",
            ". ",
            '." ',
            "\x1f",
            "_",
            "+",
            "#",
            "&",
            "é",
            "ß",
            "\u00a0",
        ),
    ]
)
TEXT = st.lists(SIGNS, max_size=40).map("".join)


def plain_sentences(text: str) -> Iterator[tuple[int, int, bool, bool]]:
    """Line by line, each end looked for from the last one on."""
    begin = 0
    for line in text.split("\n"):
        stop = begin + len(line)
        mark = _BULLET.match(text, begin, stop)
        start = first = mark.end() if mark else begin
        bullet = mark is not None
        for ending in ENDS.finditer(text, first, stop):
            if text[start : ending.start()].strip():
                yield start, ending.start(), bullet, False
            bullet = not ending.group().isspace()
            start = ending.end()
        if text[start:stop].strip():
            yield start, stop, bullet, start == first
        begin = stop + 1


@settings(max_examples=1000, deadline=None)
@given(TEXT)
def test_sentences_of_the_pieces_are_those_of_the_text(text: str) -> None:
    apart = TakenApart(text, TABLE)
    found = list(parts(text, apart, 0, len(text)))
    plain = list(plain_sentences(text))
    assert [(start, end, bullet, line) for start, end, _, _, bullet, line in found] == plain
    texts = [text[start:end] for start, end, *_ in found]
    letters, lemmas = apart.words(found)
    assert lemmas == list(map(LEMMAS.of, texts))
    assert letters == [letters_of(TOKEN.findall(lowered(one))) for one in texts]


@settings(max_examples=500, deadline=None)
@given(TEXT, st.integers(1, 3))
def test_cues_of_the_pieces_are_the_first_of_those_of_the_text(text: str, most: int) -> None:
    tokens = tokens_with_places(text, Stems())
    stream, places = [token for token, _ in tokens], [place for _, place in tokens]
    plain: dict[str, list[tuple[int, int]]] = {}
    for hit in CUES.find(stream):
        place = places[hit.start][0], places[hit.end - 1][1]
        plain.setdefault(hit.key, []).append(place)
    apart = TakenApart(text, TABLE)
    assert find_cues(apart, most) == {kind: found[:most] for kind, found in plain.items()}
    assert find_terms(apart, CUES, most) == find_cues(apart, most)
    assert apart.stream == stream
    assert apart.begins == [start for start, _ in places]


SPEECH = st.lists(
    st.sampled_from(
        [
            *(
                "the",
                "THE",
                "of",
                "der",
                "und",
                "nous",
                "l'eau",
                "don’t",
                "für",
                "n’est",
                "İst",
                "ß",
            ),
            *("https://der.die/das", "www.und", "a@und.de", "@", "x–der", "“the”", "der•die", "•"),
            *(
                "zebra",
                "web3der",
                "der_die",
                "これは",
                "仕事",
                "של",
                "1",
                "'",
                "\n",
                "\t",
                "\x1f",
                "\r",
                "",
            ),
        ]
    ),
    max_size=400,
).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(SPEECH, SPEECH, st.integers(0, 1500))
def test_the_language_told_by_the_pieces_is_that_of_the_text(
    title: str, description: str, end: int
) -> None:
    apart = TakenApart("\x1f".join((title, description, "le la les nous")), TABLE)
    described, scripts = f"{title}\n{description}", Counter({"\1": len(title + description)})
    assert Counter(apart.speech(end)) - scripts == Counter(speech_of(apart.text[:end])) - scripts
    found = language_of(apart.text[: len(described)], apart.speech)
    assert found == detect_language(described)


RUNS = [run.split(" ") for run in sorted(counts("template_trigrams")["counts"])]
WORDS = st.lists(st.sampled_from(RUNS) | st.just(["zebra"]), max_size=5).map(
    lambda runs: [word for run in runs for word in run]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=6))
def test_filler_is_the_share_of_runs_that_many_listings_have(sentences: list[list[str]]) -> None:
    plain = [
        sum(words[at : at + 3] in RUNS for at in range(len(words) - 2)) / max(1, len(words) - 2)
        for words in sentences
    ]
    found = shares([letters_of(words) for words in sentences])
    assert list(found) == [round(share, 3) for share in plain]


@given(st.text("aéß漢 👩n", max_size=30), st.integers(0, 5))
def test_places_of_what_re2_finds_are_in_characters(text: str, most: int) -> None:
    found = [place for _, place in Utf8Text(text).matches(re2.compile("[a漢é]+"), most)]
    assert found == [match.span() for match in re.finditer("[a漢é]+", text)][:most]


def test_the_table_of_pieces_forgets_rather_than_grow() -> None:
    table = PieceTable(Stems(), LEMMAS, CUES)
    table.limit = 100
    TakenApart(" ".join(f"word{number}" for number in range(1000)), table)
    TakenApart("long" * 100, table)
    assert len(table) <= 100
    assert not [piece for piece in table if len(piece) > 100]
