"""Whether what a model answered may be used: its shape, its quotes, its first step.

Nothing of an answer is trusted. A quote that isn't in what was sent makes the whole answer invalid,
for a score without a sentence is a guess; a first step that claims or carries anything is left out.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from goldmine_ingest.model.opinion import Answer
from goldmine_ingest.opinion.disarming import TO_ROBOTS
from goldmine_ingest.opinion.question import DOUBTS, ENGAGEMENTS, Question
from goldmine_ingest.text.wordlists import word_group

_LONGEST = 20_000  # characters of an answer; it has some 90 tokens
_LEAST_ASK = 3  # words
_MOST_ASK = 60  # words that are shown of a longer quote
_NONE_FITS_AT_MOST = 50
_STEP_FROM = 50  # fit from which a first step is asked for
_LONGEST_STEP = 30  # words
_THINKING = re.compile(r"\s*<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
_FENCED = re.compile(r"\s*```[a-zA-Z]*\s*\n(.*?)\n?\s*```\s*", re.DOTALL)
_TYPES: Mapping[str, type] = {
    "ask": str,
    "proof": str,
    "fit": int,
    "specific": bool,
    "engagement": str,
    "doubt": str,
    "doubt_quote": str,
    "first_step": str,
}
_NOT_IN_STEP = re.compile(r"[\r\n@<>*_`\[\]{}|#\\]|https?:|www\.|\w\.(?:com|net|org|io|me)\b")
_CLAIMS = re.compile(
    r"\bI(?:['’]ve| have| had)\b|\bI (?:built|made|did|worked|delivered|led|ran|shipped|wrote)\b"
    r"|\bmy (?:past|previous|earlier|own) |\byears of\b|\bexperience\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{4,}")
_SAME_LETTERS = 5  # of two words that are forms of one
_ALIKE = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " ", "…": "."}
)


@dataclass(frozen=True, slots=True)
class Unusable:
    """An answer that isn't used. `shaped`: it came in the right shape, and doesn't hold."""

    why: str
    shaped: bool = False


def read_answer(content: str, question: Question, names: Mapping[str, str]) -> Answer | Unusable:
    """What a model wrote, as an answer to a question. `names` are the proofs' by their ids."""
    if not content.strip():
        return Unusable("the answer is empty")
    if len(content) > _LONGEST:
        return Unusable(f"the answer is longer than {_LONGEST:,} characters")
    fields = _fields_of(content)
    if isinstance(fields, Unusable):
        return fields
    return _checked(fields, question, names)


def _fields_of(content: str) -> Mapping[str, Any] | Unusable:
    text = _THINKING.sub("", content, count=1) if _THINKING.match(content) else content
    fenced = _FENCED.fullmatch(text)
    try:
        fields = json.loads(fenced[1] if fenced else text)
    except (ValueError, RecursionError):
        return Unusable("the answer is not JSON")
    if not isinstance(fields, dict):
        return Unusable("the answer is not a JSON object")
    if missing := [name for name in _TYPES if name not in fields]:
        return Unusable(f"the answer has no {missing[0]}")
    if len(fields) > len(_TYPES):
        return Unusable("the answer has a field that was not asked for")
    wrong = [name for name, kind in _TYPES.items() if type(fields[name]) is not kind]
    return Unusable(f"{wrong[0]} is not of the type that was asked for") if wrong else fields


def _checked(
    fields: Mapping[str, Any], question: Question, names: Mapping[str, str]
) -> Answer | Unusable:
    choices = {"proof": ("none", *names), "engagement": ENGAGEMENTS, "doubt": DOUBTS}
    for name, words in choices.items():
        if fields[name] not in words:
            return Unusable(f"{name} is none of the words that were asked for")
    fit = fields["fit"]
    if not 0 <= fit <= 100:
        return Unusable("fit is not from 0 to 100")
    ask = _quoted(fields["ask"], question)
    if ask is None or len(ask.split()) < _LEAST_ASK:
        return Unusable("its quote isn't in the listing", shaped=True)
    if fields["proof"] == "none" and fit > _NONE_FITS_AT_MOST:
        return Unusable(f"it names no proof, and a fit of {fit}", shaped=True)
    doubt_quote = _quoted(fields["doubt_quote"], question) if fields["doubt_quote"].strip() else ""
    step = fields["first_step"].strip()
    return Answer(
        ask=_short(ask),
        proof=names.get(fields["proof"]),
        fit=fit,
        specific=fields["specific"],
        engagement=fields["engagement"],
        doubt="none" if doubt_quote is None else fields["doubt"],
        doubt_quote=_short(doubt_quote or ""),
        first_step=step if fit >= _STEP_FROM and _is_sayable(step, question) else "",
    )


def _quoted(quote: str, question: Question) -> str | None:
    """The words of title or text that a quote copies, as they stand there; None where it copies
    none. Case, spaces, and the forms of quotes and dashes don't count.
    """
    wanted, _ = _plain(quote)
    wanted = wanted.strip(" .\"'")
    if not wanted:
        return None
    for text in (question.text, question.title):
        plain, places = _plain(text)
        if (start := plain.find(wanted)) >= 0:
            end = places[start + len(wanted) - 1] + 1
            words = " ".join(text[places[start] : end].split())
            return None if TO_ROBOTS in words else words
    return None


def _plain(text: str) -> tuple[str, list[int]]:
    """A text in one plain form, and for each of its characters its place in the text."""
    plain: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        form = unicodedata.normalize("NFKC", char).translate(_ALIKE).casefold()
        for letter in form:
            if letter.isspace():
                if plain and plain[-1] == " ":
                    continue
                letter = " "
            plain.append(letter)
            places.append(place)
    return "".join(plain), places


def _short(quote: str) -> str:
    words = quote.split()
    return quote if len(words) <= _MOST_ASK else " ".join(words[:_MOST_ASK])


def _is_sayable(step: str, question: Question) -> bool:
    """Whether a first step may be shown: one short plain sentence that claims no past work, and
    that has something of this listing.
    """
    if not step or len(step.split()) > _LONGEST_STEP:
        return False
    if _NOT_IN_STEP.search(step) or _CLAIMS.search(step):
        return False
    listing = _content(f"{question.title} {question.text}")
    return not _content(step).isdisjoint(listing)


def _content(text: str) -> set[str]:
    """The words that mean something, by their first letters."""
    words = (word.lower() for word in _WORD.findall(text))
    ignored = word_group("stop") | word_group("generic")
    return {word[:_SAME_LETTERS] for word in words if word not in ignored}
