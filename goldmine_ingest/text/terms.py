"""Words of a listing and of the user's criteria, and where one occurs in the other.

A text becomes a stream of stemmed words with the boundaries that matter (sentence, line, comma). A
term ('Power BI', 'month-end close') becomes one or more short sequences of stems; an index over the
first word finds all terms of all criteria in one pass.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import accumulate, chain, compress
from typing import NamedTuple

from goldmine_ingest.text.wordlists import function_words, same_skill

SECTION = "\x1f"
Sequenced = tuple[str, ...]
LINE = "¶"
# One group around the whole, for split().
_TOKEN = re.compile(r"([^\W_]+(?:['’][^\W_]+|\+\+|#)?|[.!?](?=\s|$)|[,;:()\n•|\x1f])")
SENTENCE_ENDS = frozenset((".", "!", "?", LINE, SECTION))
_CLAUSE_ENDS = SENTENCE_ENDS | {",", ";", ":", "(", ")", "•", "|", "but", "aber", "sondern"}
_NEGATION_REACH = 4
_LIST_REACH = 30
_WISH_LIST = 5  # commas
_DEEDS = ("ion", "ing", "ment")
_BETWEEN = ("of", "the", "our", "your", "my", "a", "all", "some", "this", "these")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")

# Longest first; the stem that remains keeps four letters, so that short words stay what they are.
_SUFFIXES = (
    *(
        "izations",
        "isations",
        "ization",
        "isation",
        "iations",
        "iation",
        "ations",
        "ation",
        "ating",
        "ated",
        "ates",
        "ate",
    ),
    *(
        "izing",
        "ising",
        "ized",
        "ised",
        "izes",
        "ises",
        "ize",
        "ise",
        "ungen",
        "ung",
        "ions",
        "ion",
        "ings",
        "ing",
        "ies",
    ),
    *("ern", "en", "es", "ed", "s", "e", "y"),
)
# 'technischer' meets 'technische'; '-er' alone would take 'server' too.
_GERMAN_ADJECTIVES = ("ischer", "ischem", "licher", "lichem")
_KEEPS_S = ("ss", "us", "is")


def stem(word: str) -> str:
    """A light stem, one for English and German: 'reconciliation', 'reconciling' and 'reconcile'
    meet, 'server' stays.

    Letters only are touched: 'c++', 'ga4' and figures stay as they are.
    """
    word = word.removesuffix("'s").removesuffix("’s").replace("’", "'")
    if len(word) < 4 or not word.isalpha():
        return word
    if word.endswith(_KEEPS_S):
        return word
    if word.endswith(_GERMAN_ADJECTIVES):
        return word[:-2]
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= (3 if len(suffix) == 1 else 4):
            return _undouble(word[: -len(suffix)])
    return word


def _undouble(word: str) -> str:
    """'plann' (from 'planning') is 'plan'; 'sell' and 'pass' keep theirs."""
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz" else word


# The tokens of a piece of text without spaces, how long each is, and how far it is from its
# beginning to the next one's.
Piece = tuple[tuple[str, ...], tuple[int, ...], tuple[int, ...]]
_NO_TOKEN = ""  # stands for what is no token ("-", "$"), so that its width counts
_LONGEST_PIECE = 40  # characters; longer ones hardly come back


class Pieces(dict[str, Piece]):
    """What stood between two spaces, taken apart; texts consist of pieces that were met before.
    Forgets all when it is full.
    """

    limit = 20_000

    def __init__(self, stems: Stems) -> None:
        super().__init__()
        self._stems = stems

    def __missing__(self, piece: str) -> Piece:
        found = self._taken_apart(piece)
        if len(piece) <= _LONGEST_PIECE:
            if len(self) >= self.limit:
                self.clear()
            self[piece] = found
        return found

    def _taken_apart(self, piece: str) -> Piece:
        *parts, rest = _TOKEN.split(piece)
        tokens, lengths, widths = [], [], []
        for before, word in zip(parts[::2], parts[1::2], strict=True):
            if before:
                widths.append(len(before))
                tokens.append(_NO_TOKEN)
                lengths.append(0)
            widths.append(len(word))
            tokens.append(self._stems[word.lower()])
            lengths.append(len(word))
        if not widths:
            return (_NO_TOKEN,), (0,), (len(rest) + 1,)
        widths[-1] += len(rest) + 1  # and the space that follows
        return tuple(tokens), tuple(lengths), tuple(widths)


class Stems(dict[str, str]):
    """Stems of words met so far. Forgets all when it is full: a stream of invented words can't
    grow it.
    """

    limit = 50_000

    def __init__(self) -> None:
        super().__init__()
        self.pieces = Pieces(self)

    def __missing__(self, word: str) -> str:
        if len(self) >= self.limit:
            self.clear()
        found = LINE if word == "\n" else stem(word)
        self[word] = found
        return found


def tokenise(text: str, stems: Stems) -> list[str]:
    """The stemmed words and boundaries of a text, in order."""
    return [stems[word.lower()] for word in _TOKEN.findall(text)]


def tokenise_with_places(text: str, stems: Stems) -> tuple[list[str], list[int], list[int]]:
    """The tokens, where each begins and how many characters it has: for a text that is read for
    the first time.
    """
    pieces = list(map(stems.pieces.__getitem__, text.split(" ")))
    stream = list(chain.from_iterable([tokens for tokens, _, _ in pieces]))
    lengths = list(chain.from_iterable([lengths for _, lengths, _ in pieces]))
    starts = list(accumulate(chain.from_iterable([widths for _, _, widths in pieces]), initial=0))
    starts.pop()  # the end of the text
    if _NO_TOKEN in stream:
        starts, lengths = list(compress(starts, stream)), list(filter(None, lengths))
        stream = list(filter(None, stream))
    return stream, starts, lengths


def words(text: str, stems: Stems) -> list[str]:
    """The stemmed words without boundaries."""
    return [token for token in tokenise(text, stems) if token[0].isalnum()]


@cache
def _negation(group: str) -> frozenset[str]:
    return frozenset(stem(word) for word in function_words(group))


class Occurrence(NamedTuple):
    """One place of one term: tokens `start` to `end` (exclusive) of the stream."""

    key: str
    start: int
    end: int


class TermIndex:
    """Finds many terms in a stream in one pass. A key may have several sequences (its variants)."""

    def __init__(self, terms: Iterable[tuple[str, Sequence[str]]]) -> None:
        """`terms` are (key, stemmed words)."""
        index: dict[str, dict[Sequenced, list[str]]] = {}
        for key, sequence in terms:
            if sequence:
                keys = index.setdefault(sequence[0], {}).setdefault(tuple(sequence[1:]), [])
                if key not in keys:
                    keys.append(key)
        self._index = {first: _by_second(rests) for first, rests in index.items()}

    def find(self, stream: list[str]) -> list[Occurrence]:
        """Every occurrence, in the order of the stream."""
        index = self._index
        found: list[Occurrence] = []
        add, last = found.append, len(stream) - 1
        for start in compress(range(len(stream)), map(index.__contains__, stream)):
            alone, longer = index[stream[start]]
            following = longer.get(stream[start + 1]) if longer and start < last else None
            if following is None:
                for key in alone:
                    add(Occurrence(key, start, start + 1))
                continue
            for rest, keys in following:
                end = start + 1 + len(rest)
                if len(rest) < 2 or tuple(stream[start + 1 : end]) == rest:
                    for key in keys:
                        add(Occurrence(key, start, end))
        return found

    def find_few(self, stream: list[str], most: int) -> dict[str, list[tuple[int, int]]]:
        """The first places of each key that occurs, at most so many, in the order of the stream:
        tokens from, to (exclusive).
        """
        index = self._index
        found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        last = len(stream) - 1
        for start in compress(range(len(stream)), map(index.__contains__, stream)):
            alone, longer = index[stream[start]]
            following = longer.get(stream[start + 1]) if longer and start < last else None
            if following is None:
                place = (start, start + 1)
                for key in alone:
                    if len(places := found[key]) < most:
                        places.append(place)
                continue
            for rest, keys in following:
                end = start + 1 + len(rest)
                if len(rest) < 2 or tuple(stream[start + 1 : end]) == rest:
                    for key in keys:
                        if len(places := found[key]) < most:
                            places.append((start, end))
        return found


# The keys of a word that is a term by itself; for each word that may follow it, what begins with
# either, in the order of the terms.
_BySecond = tuple[tuple[str, ...], dict[str, tuple[tuple[Sequenced, tuple[str, ...]], ...]]]


def _by_second(rests: Mapping[Sequenced, list[str]]) -> _BySecond:
    longer = {
        second: tuple(
            (rest, tuple(keys)) for rest, keys in rests.items() if not rest or rest[0] == second
        )
        for second in {rest[0] for rest in rests if rest}
    }
    return tuple(rests.get((), ())), longer


def is_negated(stream: Sequence[str], start: int, end: int) -> bool:
    """Whether tokens `start` to `end` (exclusive) are ruled out: 'no WordPress', 'not Power BI',
    'WordPress is not needed'; 'not only Power BI' isn't.
    """
    negations = _negation("negation")
    if negations.isdisjoint(stream[max(0, start - _NEGATION_REACH) : start]):
        return _dismissed_after(stream, end)
    for place in range(start - 1, max(-1, start - 1 - _NEGATION_REACH), -1):
        token = stream[place]
        if token in _CLAUSE_ENDS:
            break
        if token in negations:
            return stream[place + 1] not in _negation("not_a_negation") and not _is_complaint(
                stream, place, start
            )
    return _dismissed_after(stream, end)


def _dismissed_after(stream: Sequence[str], end: int) -> bool:
    """'WordPress is not needed'."""
    after = stream[end : end + 4]
    return not _negation("negation_after").isdisjoint(after) and not _negation(
        "dismissal"
    ).isdisjoint(after)


def _is_complaint(stream: Sequence[str], place: int, start: int) -> bool:
    """'Our accounts don't reconcile' states the problem; 'we don't need reconciliation'
    dismisses it.
    """
    denies_a_verb = stream[place].endswith("n't") or (
        stream[place] in ("not", "nicht") and stream[place - 1] in _negation("auxiliary")
    )
    return denies_a_verb and _negation("dismissal").isdisjoint(stream[place + 1 : start])


def in_wish_list(stream: Sequence[str], found: Occurrence) -> bool:
    """Whether a term stands in a long list of short items ('React, Node, PHP, Python, Excel,
    SQL, AWS …').
    """
    commas, start, end = 0, found.start, found.end
    if stream[max(0, start - _LIST_REACH) : end + _LIST_REACH].count(",") < _WISH_LIST:
        return False
    while (
        start > 0 and found.start - start < _LIST_REACH and stream[start - 1] not in SENTENCE_ENDS
    ):
        start -= 1
        commas += stream[start] == ","
    while end < len(stream) and end - found.end < _LIST_REACH and stream[end] not in SENTENCE_ENDS:
        commas += stream[end] == ","
        end += 1
    return commas >= _WISH_LIST and (end - start) <= 4 * (commas + 1)


def spellings(term: str, aliases: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """A term and all names of the same skill, the shipped ones and the user's own; each also
    joined and split ('PowerBI', 'Power BI').
    """
    names = {term.lower(), _CAMEL.sub(" ", term).lower()}
    for name, others in aliases.items():
        if name.lower() in names or not names.isdisjoint(other.lower() for other in others):
            names |= {name.lower(), *(other.lower() for other in others)}
    for group in same_skill():
        if not names.isdisjoint(group):
            names |= group
    return frozenset(names)


def sequences(names: Iterable[str], stems: Stems) -> frozenset[Sequenced]:
    """The stemmed words of each name; a name of several words also written as one, where that
    isn't too short to mean anything.
    """
    split = {tuple(words(name, stems)) for name in names} - {()}
    joined = {
        (stems["".join(words_)],)
        for words_ in split
        if len(words_) == 2 and len("".join(words_)) > 4
    }
    return frozenset(split | joined)


def other_forms(name: str, stems: Stems) -> frozenset[Sequenced]:
    """What else English makes of 'video editing' and 'data migration': 'video editor', 'edit your
    videos', 'migration of data'. Of two words only: one word alone would meet too much
    ('illustration', Illustrator).
    """
    own = [token for token in _TOKEN.findall(name.lower()) if token[0].isalnum()]
    if len(own) != 2:
        return frozenset()
    what, deed = own
    base = next(
        (
            deed.removesuffix(ending)
            for ending in _DEEDS
            if deed.endswith(ending) and len(deed) - len(ending) > 3
        ),
        None,
    )
    if base is None:
        return frozenset()
    thing, act = stems[what], stems[deed]
    doers = {(thing, stems[base + ending]) for ending in ("er", "or", "ers", "ors")}
    return frozenset(
        doers | {(act, thing)} | {(act, small, thing) for small in map(stem, _BETWEEN)}
    )
