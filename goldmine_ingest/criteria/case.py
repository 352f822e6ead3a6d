"""One listing before the criteria: its facts, its text features and the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from goldmine_ingest.criteria.features import TextFacts
from goldmine_ingest.model.posting import Listing, Posting
from goldmine_ingest.text.wordlists import WITH_LISTS

ZERO, ONE = Decimal(0), Decimal(1)
_FOUR_PLACES = Decimal("0.0001")
_NONE, _ALL = Decimal("0.0000"), Decimal("1.0000")


@dataclass(frozen=True, slots=True)
class Case:
    """`dollar` is what a US dollar is worth in the base currency on the day of the first sight,
    None where no rate is known.
    """

    listing: Listing
    facts: TextFacts
    now: datetime
    dollar: Decimal | None = ONE

    @property
    def posting(self) -> Posting:
        return self.listing.posting

    @property
    def why_absence_says_nothing(self) -> str | None:
        """Why a missing sign proves nothing here (the text is cut, or in a language without word
        lists); None where it does.
        """
        if self.posting.truncated:
            return "the text is cut"
        language = (self.posting.language or self.facts.listing.language).partition("-")[0].lower()
        if language not in WITH_LISTS:
            return "there are no word lists for its language"
        return None


def share(value: Decimal | float) -> Decimal:
    """A score or share, 0 to 1, four places, half even."""
    if value <= 0:
        return _NONE
    if value >= 1:
        return _ALL
    return Decimal(value).quantize(_FOUR_PLACES, ROUND_HALF_EVEN)


@lru_cache(maxsize=1_024)  # thresholds, and figures that many listings share
def plain(value: Decimal) -> str:
    """A figure as people write it: '1,500', '0.35', '12.5'."""
    text = f"{value:,.4f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text


def ratio_score(value: Decimal, minimum: Decimal) -> Decimal:
    """How far above or below a minimum: one half at it, 1 from twice it on. Never falls while
    the value rises.
    """
    if minimum <= 0:
        return ONE
    return share(value / minimum / 2)
