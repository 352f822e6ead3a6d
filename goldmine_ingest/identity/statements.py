"""What two sources state of one job, where they disagree: the newer or more exact statement wins.
What each of them said stays in the history as it came (raw entries, and the edit's old and new
value).
"""

from __future__ import annotations

from decimal import Decimal

from goldmine_ingest.model.posting import Posting

# One statement: its parts are never mixed with another's.
PAY = (
    "pay",
    "pay_period",
    "budget_min",
    "budget_max",
    "currency",
    "unit_price",
    "unit",
)
# Facts that stand alone. Words (title, text, skills, category) are no statements: two sources word
# one job differently.
FACTS = (
    "expires_at",
    "country",
    "experience_level",
    "duration",
    "hours_per_week",
    "client_payment_verified",
    "client_spent",
    "client_hires",
    "client_posted_jobs",
    "client_hire_rate",
    "client_rating",
    "client_reviews",
    "client_avg_hourly",
)
_ROUNDED = Decimal("0.05")  # by so much a rounded figure ("$166K") may differ from the exact one


def better(stored: Posting, posting: Posting) -> frozenset[str]:
    """The fields in which a later statement of another source replaces the stored one: those that
    it states otherwise, unless the stored one is more exact and not contradicted.
    """
    names = {name for name in FACTS if _replaces(getattr(stored, name), getattr(posting, name))}
    if pay_stated(stored) and pay_stated(posting) and _pay_replaces(stored, posting):
        names.update(PAY)
    return frozenset(names)


def pay_stated(posting: Posting) -> bool:
    """Whether an amount is stated."""
    return any(
        value is not None for value in (posting.budget_min, posting.budget_max, posting.unit_price)
    )


def _pay_replaces(stored: Posting, posting: Posting) -> bool:
    ours, theirs = _terms(posting), _terms(stored)
    if ours == theirs:
        return False
    same_kind = (posting.unit_price is None) == (stored.unit_price is None)
    says_no_more = all(
        our in (None, their) for our, their in zip(ours[2:], theirs[2:], strict=True)
    )
    return not (same_kind and says_no_more and _looser(ours[:2], theirs[:2]))


def _terms(posting: Posting) -> tuple[Decimal | None, Decimal | None, str | None, str | None]:
    if posting.unit_price is not None:
        return (posting.unit_price, posting.unit_price, posting.currency, posting.unit)
    return (posting.budget_min, posting.budget_max, posting.currency, posting.pay_period)


def _looser(
    ours: tuple[Decimal | None, Decimal | None], theirs: tuple[Decimal | None, Decimal | None]
) -> bool:
    """Whether a range holds the other one: it says less, and contradicts nothing."""
    low = ours[0] is None or (theirs[0] is not None and ours[0] <= theirs[0])
    high = ours[1] is None or (theirs[1] is not None and ours[1] >= theirs[1])
    return low and high


def _replaces(old: object, new: object) -> bool:
    if new in (None, "", ()) or old in (None, "", ()) or new == old:
        return False
    if isinstance(old, Decimal) and isinstance(new, Decimal):
        return not (_digits(new) < _digits(old) and abs(new - old) <= abs(old) * _ROUNDED)
    return True


def _digits(value: Decimal) -> int:
    """How many significant digits a figure has: 166000 has three, 165812.50 has eight."""
    return len(value.normalize().as_tuple().digits)


def within(low: int | None, high: int | None, last_low: int | None, last_high: int | None) -> bool:
    """Whether a band ("15 to 20") only repeats, less exactly, a count that is known (17)."""
    exact = last_low is not None and last_low == last_high
    if not exact or last_low is None or low == high:
        return False
    return (low is None or low <= last_low) and (high is None or high >= last_low)


__all__ = ["FACTS", "PAY", "better", "pay_stated", "within"]
