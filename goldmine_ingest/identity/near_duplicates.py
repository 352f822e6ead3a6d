"""Jobs whose texts are nearly the same: reposts and cross-posts that an exact comparison misses,
and what must differ to keep two apart.

Candidates come from MinHash and LSH banding (Broder 1997; Indyk and Motwani 1998) over pairs of
neighbouring longer words, with one hash per pair spread over bins (one permutation hashing: Li,
Owen and Zhang 2012; empty bins borrow from the next one: Shrivastava and Li 2014). Two views of a
text are sketched: the whole, and its head, because a copy that was cut shares its beginning only.
Each candidate is then verified exactly, and stays apart if what differs matters: pay, place,
company, a number, a name, the words of the title. A wrong link can silence an alert, a missed one
only repeats it: in doubt two jobs stay two. docs/identity.md has figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from zlib import crc32

from goldmine_ingest.identity.same_text import stable_words
from goldmine_ingest.model.posting import Posting

# The sketch. These figures are part of the stored keys: with others, older listings are no longer
# found by their texts.
_LONG = 4  # bytes; shorter words are mostly function words
_HEAD = 30  # long words
_FEWEST = 12  # long words; a shorter text says too little
_ROWS = 3  # bins that must agree in one band
_HEAD_BANDS, _WHOLE_BANDS = 3, 5
_EMPTY = 1 << 32  # in place of a bin's least value: above all checksums

# What counts as the same text: found by trying on the tuned half of tools/identity_pairs.
_SIMILAR = 0.5  # share of common word pairs among all
_CONTAINED = 0.8  # share of the shorter text's word pairs that the longer one has
_OTHER_PASSAGE = (
    8  # words on both sides; a passage this long that was put for another is another job's
)
_COMPARED = 1500  # words; what follows in a longer text is not aligned

# Words of a title that say that somebody is sought, not what for.
_HIRING_WORDS = frozenset(
    """
    a an the and or of for to in on at with by from my our your we i is are be as need needed needs
    wanted want looking look seeking seek hire hiring required require urgent urgently asap repost
    reposting reposted again still open new job project task gig work position role opportunity help
    please freelancer freelance contractor remote remotely ongoing immediately immediate start
    someone who can us up some this that it experienced skilled talented professional expert
    specialist good great best reliable
    """.split()  # noqa: SIM905 - a list of eighty quoted words is no easier to read
)
_ENDINGS = frozenset({"", "s", "es", "ed", "d", "ing", "er", "ers", "n", "en"})
_WORD = re.compile(r"[^\W_]+")
_SENTENCE_ENDS = re.compile(r"(?:[.!?:;•*\n–—-]|\d\))\s*$")


def text_keys(posting: Posting) -> tuple[int, ...]:
    """32-bit keys of a text; two texts that share one may be the same. () for a text too short
    to tell.
    """
    return _keys(stable_words(posting.description))


def _keys(words: str) -> tuple[int, ...]:
    long = [word for word in words.encode("utf-8", "surrogatepass").split() if len(word) >= _LONG]
    if len(long) < _FEWEST:
        return ()
    pairs = list(
        map(crc32, long[1:], map(crc32, long))
    )  # each word's checksum goes on from that of the word before it
    return (*_bands(pairs[: _HEAD - 1], _HEAD_BANDS, 1), *_bands(pairs, _WHOLE_BANDS, 2))


def _bands(pairs: Sequence[int], bands: int, view: int) -> Iterator[int]:
    """One key for each band: a hash of the least values in its bins."""
    least = [_EMPTY] * (bands * _ROWS)
    for value in pairs:
        number = value % len(least)
        if value < least[number]:  # noqa: PLR1730 - calling min() takes four times as long
            least[number] = value
    if _EMPTY in least:
        least = [_borrowed(least, number) for number in range(len(least))]
    for band in range(bands):
        yield crc32(f"({view}, {band}, {least[band * _ROWS : (band + 1) * _ROWS]})".encode())


def _borrowed(least: Sequence[int], number: int) -> int:
    """The bin's least value, or that of the next bin that has one."""
    for step in range(len(least)):
        value = least[(number + step) % len(least)]
        if value != _EMPTY:
            return value + step
    return 0


def same_job(posting: Posting, stored: Posting) -> bool:
    """Whether two postings tell of one job in nearly the same words, and nothing that matters
    differs.
    """
    return (
        not facts_differ(posting, stored)
        and titles_agree(posting, stored)
        and texts_agree(posting, stored)
        and not _substituted(posting.description, stored.description)
    )


def facts_differ(posting: Posting, stored: Posting) -> bool:
    """Whether both state a fact and it isn't the same: two budgets, two countries, two companies
    are two jobs.
    """
    ours, theirs = _pay(posting), _pay(stored)
    if ours and theirs and ours != theirs:
        return True
    names = ("pay", "country", "open_to", "timezones", "language", "experience_level")
    if any(_both_differ(getattr(posting, name), getattr(stored, name)) for name in names):
        return True
    return _both_differ(_words(posting.company), _words(stored.company))


def _both_differ(ours: object, theirs: object) -> bool:
    return bool(ours) and bool(theirs) and ours != theirs


def _pay(posting: Posting) -> tuple[object, ...] | None:
    if posting.unit_price is not None:
        return (posting.unit_price, posting.unit, posting.currency)
    if posting.budget_min is None and posting.budget_max is None:
        return None
    return (posting.budget_min, posting.budget_max, posting.currency, posting.pay_period)


def _words(text: str | None) -> frozenset[str]:
    return frozenset(stable_words(text or "").split())


def titles_agree(posting: Posting, stored: Posting) -> bool:
    """The titles differ in nothing but how they ask, and in words that the other one's text says
    too.
    """
    ours, theirs = _meaning(posting.title), _meaning(stored.title)
    only_ours = [word for word in ours if not _has(theirs, word)]
    only_theirs = [word for word in theirs if not _has(ours, word)]
    if only_ours and only_theirs:
        return False
    return _said_in(only_ours, stored) and _said_in(only_theirs, posting)


def _meaning(title: str) -> frozenset[str]:
    return frozenset(stable_words(title).split()) - _HIRING_WORDS


def _has(words: frozenset[str], word: str) -> bool:
    """The word, or another form of it: bookkeeper, bookkeeping; script, scripts."""
    return word in words or any(_forms_of_one(word, other) for other in words)


def _forms_of_one(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if long.startswith(short) and long[len(short) :] in _ENDINGS:
        return True
    stem = len(short) - 3
    return stem >= 5 and short[:stem] == long[:stem] and not short.isdigit()


def _said_in(words: Sequence[str], posting: Posting) -> bool:
    text_words = _words(posting.description) if words else frozenset()
    return all(_has(text_words, word) for word in words)


def texts_agree(posting: Posting, stored: Posting) -> bool:
    """The texts share most of their word pairs, or the longer one has those of the shorter (a
    copy that was cut, or with a footer).
    """
    ours, theirs = (set(pairwise(stable_words(p.description).split())) for p in (posting, stored))
    common = len(ours & theirs)
    if not common:
        return False
    return common >= _SIMILAR * len(ours | theirs) or common >= _CONTAINED * min(
        len(ours), len(theirs)
    )


def _substituted(ours: str, theirs: str) -> bool:
    """Whether one text has a number, a name or a whole passage where the other has another one."""
    one, other = _tokens(ours), _tokens(theirs)
    steps = SequenceMatcher(
        None, [t.casefold() for t, _ in one], [t.casefold() for t, _ in other], autojunk=False
    ).get_opcodes()
    return any(
        kind == "replace" and _matters(one[start:end], other[other_start:other_end])
        for kind, start, end, other_start, other_end in steps
    )


def _tokens(text: str) -> list[tuple[str, bool]]:
    """The words, each with whether it is a name or a number: capitals inside a sentence, or
    digits.
    """
    tokens = []
    for match in _WORD.finditer(text):
        word, before = match[0], text[max(0, match.start() - 3) : match.start()]
        begins = not before.strip() or bool(_SENTENCE_ENDS.search(before))
        named = word[1:] != word[1:].lower() or (
            word[0].isupper() and not begins and match.start() > 0
        )
        tokens.append((word, named or any(c.isdigit() for c in word)))
        if len(tokens) == _COMPARED:
            break
    return tokens


def _matters(ours: Sequence[tuple[str, bool]], theirs: Sequence[tuple[str, bool]]) -> bool:
    if min(len(ours), len(theirs)) >= _OTHER_PASSAGE:
        return True
    if max(len(ours), len(theirs)) > 2 * _OTHER_PASSAGE:
        return False  # one of them ends here, or brings a passage of its own
    names, others = (
        {word.casefold() for word, special in side if special} for side in (ours, theirs)
    )
    return bool(names - others) and bool(others - names)
