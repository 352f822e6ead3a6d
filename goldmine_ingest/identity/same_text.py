"""What two copies of one text share: its words without live counters, case and punctuation."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Words that a feed counts up between two polls of an unchanged job. Taken out before texts are
# compared.
_COUNTERS = re.compile(
    r"\b(?:less than )?\d+\s*(?:\+|to"
    r" \d+)?\s*(?:proposals?|bids?|applicants?|applications?|views?|offers?|entries|interviewing|quotes?)\b"
    r"|\b(?:last (?:viewed|seen|active)(?: by (?:the )?client)?\s*:?\s*)?"
    r"(?:posted|published|renewed|updated|listed)?\s*(?:about |over )?(?:\d+|an?|one)\s*\+?\s*"
    r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?)\s+ago\b"
    r"|\b(?:proposals?|bids?|applicants?|views?|interviewing|invites sent|unanswered invites)"
    r"\s*:\s*(?:less than )?\d+(?:\s*(?:to|-|–)\s*\d+\b|\s*\+|\b)"
)
# What every counter holds, in lower case; looking for it first costs a twentieth of looking for
# counters.
_COUNTED = re.compile(r"\d\s*\+?\s*(?:to\b|proposal|bid|appli|view|offer|entries|interview|quote)")
_LABELLED = re.compile(r":(?<=[sldtwg\s]:)\s*(?:less than )?\d")  # a colon is found fast
_WORD = re.compile(r"[^\W_]+")

_REMEMBERED = 4096  # each text of a batch of feeds is compared several times
_LONGEST_REMEMBERED = 8_000  # characters


def stable_words(text: str) -> str:
    """The text without live counters, case, punctuation and accents' encodings: what two copies
    of one text share.
    """
    return _remembered(text) if len(text) <= _LONGEST_REMEMBERED else _stable_words(text)


def forget() -> None:
    """Lets go the texts that are remembered, tens of megabytes where a batch was large."""
    _remembered.cache_clear()


@lru_cache(maxsize=_REMEMBERED)
def _remembered(text: str) -> str:
    return _stable_words(text)


def _stable_words(text: str) -> str:
    folded = (text if text.isascii() else unicodedata.normalize("NFKC", text)).casefold()
    if " ago" in folded or _COUNTED.search(folded) or _LABELLED.search(folded):
        folded = _COUNTERS.sub(" ", folded)
    return " ".join(_WORD.findall(folded))
