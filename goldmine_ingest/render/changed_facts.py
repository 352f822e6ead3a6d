"""What an edit changed, as a person would say it: 'Now $800 fixed (was $450)', 'Xero added'. A few
facts, those first that decide; never a whole text, a list as a program writes it, or one amount
twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from goldmine_ingest.render.pay import amount_range, pay_words

if TYPE_CHECKING:
    from goldmine_ingest.model import Json
    from goldmine_ingest.model.posting import Posting

FACTS_SHOWN = 4
_NAMES_SHOWN = 3
_LONGEST_VALUE = 40
_ARROW = " → "

Edit = Mapping[str, "tuple[Json, Json]"]


@dataclass(frozen=True, slots=True)
class _Both:
    """A posting before and after an edit, as far as words are made of it."""

    before: Posting
    after: Posting
    edit: Edit


def changed_facts(posting: Posting, edit: Edit) -> tuple[str, ...]:
    """The edit's facts, those first that decide most often, FACTS_SHOWN at most. `posting` is as
    it is now; `edit` maps its fields to (old, new) as the history keeps them.
    """
    both = _Both(_before(posting, edit), posting, edit)
    facts = [fact for words in _IN_ORDER for fact in words(both) if fact]
    return tuple(dict.fromkeys(facts))[:FACTS_SHOWN]


def _before(posting: Posting, edit: Edit) -> Posting:
    """The posting with its old pay, which is told as one fact."""
    old = {name: edit[name][0] for name in _PAY if name in edit}
    amounts = {name: _decimal(old[name]) for name in _AMOUNTS if name in old}
    words = {name: value if isinstance(value, str) else None for name, value in old.items()}
    return replace(posting, **{**words, **amounts})  # type: ignore[arg-type]  # by their names


def _decimal(value: Json) -> Decimal | None:
    try:
        number = None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number is None or number.is_finite() else None


def _pay(both: _Both) -> Iterator[str]:
    if not any(name in both.edit for name in _PAY):
        return
    old, new = _pay_of(both.before), _pay_of(both.after)
    fixed = both.after.pay == "fixed" and (both.before.pay == "fixed" or not old)
    if fixed:
        old = _range_of(both.before)
    if old != new and (not fixed or old != _range_of(both.after)):
        was = f"was {old}" if old else "was not stated"
        yield f"Now {new} ({was})" if new else f"Pay not stated any more ({was})"


def _pay_of(posting: Posting) -> str:
    return pay_words(posting, posting.budget_min, posting.budget_max, posting.currency)


def _range_of(posting: Posting) -> str:
    if posting.budget_min is None and posting.budget_max is None:
        return ""
    return amount_range(posting.budget_min, posting.budget_max, posting.currency)


def _verified(both: _Both) -> Iterator[str]:
    if "client_payment_verified" in both.edit:
        verified = both.edit["client_payment_verified"][1]
        yield "payment verified" if verified else "payment not verified any more"


def _money(name: str, words: str) -> Callable[[_Both], Iterator[str]]:
    def said(both: _Both) -> Iterator[str]:
        if name in both.edit:
            old, new = (_decimal(value) for value in both.edit[name])
            yield _moved(words, *(_amount(v, both.after.client_currency) for v in (old, new)))

    return said


def _amount(value: Decimal | None, currency: str | None) -> str:
    return "" if value is None else amount_range(value, value, currency)


def _names(name: str, words: str) -> Callable[[_Both], Iterator[str]]:
    """What came to a list, and what left it; its order is no fact."""

    def said(both: _Both) -> Iterator[str]:
        old, new = (_listed(value) for value in both.edit.get(name, ((), ())))
        parts = [_few(_without(new, old), "added"), _few(_without(old, new), "removed")]
        if any(parts):
            yield f"{words}{', '.join(filter(None, parts))}"

    return said


def _listed(value: Json) -> Sequence[str]:
    return [str(each) for each in value] if isinstance(value, list | tuple) else ()


def _without(names: Sequence[str], others: Sequence[str]) -> list[str]:
    excluded = {other.casefold() for other in others}
    return [name for name in names if name.casefold() not in excluded]


def _few(names: Sequence[str], what: str) -> str:
    if not names:
        return ""
    more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    return f"{', '.join(name[:_LONGEST_VALUE] for name in names[:_NAMES_SHOWN])}{more} {what}"


def _plain(name: str, words: str, unit: str = "") -> Callable[[_Both], Iterator[str]]:
    def said(both: _Both) -> Iterator[str]:
        if name in both.edit:
            old, new = (_short(value, unit) for value in both.edit[name])
            yield f"{words} changed" if None in (old, new) else _moved(words, old or "", new or "")

    return said


def _short(value: Json, unit: str) -> str | None:
    """A value in a few characters, '' for none; None if it is longer than a fact."""
    if value is None or value == "":
        return ""
    number = None if isinstance(value, bool) else _decimal(value)
    if unit == "%" and number is not None:
        return f"{100 * number:.0f} %"
    text = f"{number.normalize():f}" if number is not None and number.is_finite() else str(value)
    return text if len(text) <= _LONGEST_VALUE and "\n" not in text else None


def _moved(words: str, old: str, new: str) -> str:
    return f"{words} {old}{_ARROW}{new or 'not stated'}" if old else f"{words} {new}"


def _day(name: str, words: str) -> Callable[[_Both], Iterator[str]]:
    def said(both: _Both) -> Iterator[str]:
        if name in both.edit:
            old, new = (str(value or "")[:10] for value in both.edit[name])
            if old != new:
                yield _moved(words, old, new)

    return said


def _reworded(name: str, words: str) -> Callable[[_Both], Iterator[str]]:
    def said(both: _Both) -> Iterator[str]:
        if name in both.edit:
            yield f"{words} {'rewritten' if both.edit[name][0] else 'given'}"

    return said


_AMOUNTS = ("budget_min", "budget_max")
_PAY = (*_AMOUNTS, "currency", "pay", "pay_period")
# Every field that an edit can change and a person can judge by; the others (guid, link, what the
# feed cut) say nothing of the job.
_IN_ORDER: tuple[Callable[[_Both], Iterator[str]], ...] = (
    _pay,
    _names("skills", ""),
    _verified,
    _money("client_spent", "client spent"),
    _plain("client_hire_rate", "hire rate", "%"),
    _plain("client_rating", "client rating"),
    _names("open_to", "open to "),
    _plain("country", "country"),
    _names("timezones", "time zones "),
    _plain("hours_per_week", "hours a week"),
    _plain("duration", "duration"),
    _plain("experience_level", "level"),
    _plain("category", "category"),
    _plain("company", "company"),
    _plain("client_hires", "client's hires"),
    _plain("client_posted_jobs", "client's jobs"),
    _plain("client_reviews", "client's reviews"),
    _money("client_avg_hourly", "client's average rate"),
    _plain("connects", "connects"),
    _plain("language", "language"),
    _day("expires_at", "expires"),
    _day("posted_at", "posted"),
    _reworded("title", "title"),
    _reworded("description", "text"),
)
