"""What of a listing is sent: without links, mails and telephone numbers, and without the sentences
that speak to a model.

A sentence is disarmed by the patterns of the red flag `speaks_to_models`, one definition for both.
They find the orders that listings give to bots which write applications; they are no wall, so
nothing rests on them alone (criteria/opinion.py: an opinion never lifts a fail).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import re2

from goldmine_ingest.text.wordlists import pairs

TO_ROBOTS = "[a sentence to robots]"
_TOP_LEVEL = "com|net|org|io|co|me|dev|app|ai|de|fr|es|uk|eu|info|biz|xyz|site|online|link|ly|gg"
_MAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_LINK = re.compile(
    r"(?i:https?://|www\.)[^\s<>\"')\]]+"
    rf"|\b(?:[a-z0-9-]{{1,63}}\.){{1,5}}(?:{_TOP_LEVEL})\b(?:/[^\s<>\"')\]]*)?"
)
_NUMBER = re.compile(r"(?<![\w.,$€£])\+?\(?\d[\d ()./-]{5,24}\d(?![\w,%])")
_LEAST_DIGITS = 7  # of a telephone number
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)|\n")


def disarmed(text: str) -> str:
    """A text as it may be sent."""
    text = _MAIL.sub("[mail]", _without_orders(text))
    text = _LINK.sub("[link]", text)
    return _NUMBER.sub(_masked_number, text)


def _masked_number(match: re.Match[str]) -> str:
    digits = sum(map(str.isdigit, match.group()))
    return "[number]" if digits >= _LEAST_DIGITS else match.group()


def _without_orders(text: str) -> str:
    orders = sorted(_sentence(text, *place) for place in _orders(text))
    parts, done = [], 0
    for start, end in orders:
        if start >= done:
            parts += [text[done:start], TO_ROBOTS]
        done = max(done, end)
    return "".join([*parts, text[done:]])


def _orders(text: str) -> list[tuple[int, int]]:
    return [match.span() for pattern in _patterns() for match in pattern.finditer(text)]


def _sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence around a place."""
    first = max((found.end() for found in _SENTENCE_END.finditer(text, 0, start)), default=0)
    while first < start and text[first].isspace():
        first += 1
    last = _SENTENCE_END.search(text, max(start, end - 1))
    return first, (last.end() if last.group() != "\n" else last.start()) if last else len(text)


@cache
def _patterns() -> tuple[Any, ...]:
    options = re2.Options()
    options.case_sensitive = False
    return tuple(
        re2.compile(pattern, options)
        for kind, pattern in pairs("patterns.tsv")
        if kind == "flag:speaks_to_models"
    )
