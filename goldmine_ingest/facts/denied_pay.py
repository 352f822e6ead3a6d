"""Sums that a sentence names to turn them down, or that go to someone else: "Anything above $40/h
is too much", "This is no $5/hr job", "We pay Mailchimp $300 a month".

What is turned down as too much is the most that is paid; what is denied is told and not taken.
"""

from __future__ import annotations

import re
from dataclasses import replace

from goldmine_ingest.facts import pay_cues
from goldmine_ingest.facts.money import Amount
from goldmine_ingest.text.lazy_re import lazy_re

_NEVER_LESS = lazy_re(
    r"(?:never|won't|don't|do not|will not|wouldn't) (?:\w+ ){0,2}(?:pay|offer|go)\b", re.IGNORECASE
)
_LESS_BEFORE = lazy_re(r"\b(?:less than|under|below|lower than)\W{0,3}$", re.IGNORECASE)
_OR_MORE_BEFORE = lazy_re(
    r"\b(?:more than|over|above|exceeding|higher than|mehr als|über|plus de|más de|mais de|più di"
    r"|meer dan|boven|więcej niż|powyżej|больше|более|свыше|выше|понад|більше)\W{0,3}$",
    re.IGNORECASE,
)


def turned(amount: Amount, line: str, start: int, end: int) -> Amount:
    """The amount with its other end where the sentence turns down what is beyond it: "We can't pay
    more than $25/hr" is at most 25, "We never pay less than $50/hr" at least 50.
    """
    low, high = amount.minimum, amount.maximum
    if high is None and _OR_MORE_BEFORE.search(line[:start]):
        around = line[:start] + " … " + line[end:]
        return (
            replace(amount, minimum=None, maximum=low)
            if pay_cues.cue("too_much").search(around.lower())
            else amount
        )
    if low is None and _NEVER_LESS.search(line[:start]) and _LESS_BEFORE.search(line[:start]):
        return replace(amount, minimum=high, maximum=None)
    return amount


_DENIED = lazy_re(
    r"(?:^|[\s(])no $"
    r"|(?:\bnot|n't|\bnever) (?:\w+ ){0,2}?"
    r"(?:an?|pay(?:ing)?|for|the cheapest|another|some|your|want) $"
    r"|\bif you(?:'re|’re| are| charge| want| expect| ask(?: for)?| need) (?:an? |about |only )?$",
    re.IGNORECASE,
)
# "We pay HubSpot $1,200 a month": a name behind the verb, as the author wrote it.
_TO_A_NAME = lazy_re(
    r"\b(?:pay|paying|paid|pays)"
    r" (?!(?i:up|around|about|you|only|max|from|between|by|in|rs|usd|eur)\b|\w+(?:ers|ors|ists)\b)"
    r"[A-Z][A-Za-z]*[a-z][A-Za-z]*(?: [A-Z]\w*)?"
    r"(?: (?:around|about|over|roughly|almost|nearly|up to))? $"
)
_TO_SOMEONE = lazy_re(
    r"(?:[ /](?:an?|per|h|hr|hour|day|week|mo|month|year)\b){0,2} to (?:[A-Z][a-z]+[A-Z]\w*"
    r"|(?:our|my|the|a) (?:current|present|existing|previous|old|last|former|other)\b)"
)


def is_denied(line: str, start: int, end: int) -> bool:
    """Whether the sentence names the sum to say that it isn't paid, or it goes to a supplier."""
    before, behind = line[max(0, start - 60) : start], line[end : end + 60]
    return bool(_DENIED.search(before) or _TO_A_NAME.search(before) or _TO_SOMEONE.match(behind))
