"""[client]: each known fact against its minimum. What isn't known says nothing."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from goldmine_ingest.criteria.case import ONE, ZERO, Case, plain, ratio_score, share
from goldmine_ingest.model.decision import Finding
from goldmine_ingest.settings.criteria import ClientSettings

# Under five posted jobs a hire rate says little: it is drawn towards one half as if four more were
# posted.
_FEW_JOBS, _PRIOR_JOBS, _PRIOR_HIRES = 5, Decimal(4), Decimal(2)


class Fact(NamedTuple):
    """One known fact that has a minimum."""

    name: str
    value: Decimal
    minimum: Decimal
    unit: str
    words: str
    setting: str

    @property
    def holds(self) -> bool:
        return self.value >= self.minimum

    @property
    def score(self) -> Decimal:
        return (
            (ONE if self.holds else ZERO)
            if self.unit == "verified"
            else ratio_score(self.value, self.minimum)
        )


def judge(case: Case, settings: ClientSettings, currency: str) -> Finding:
    facts = list(known(case, settings, currency))
    if not facts:
        return Finding("client", "unknown", ZERO, _unsaid(settings), setting="client")
    score = share(sum((fact.score for fact in facts), ZERO) / len(facts))
    failing = [fact for fact in facts if not fact.holds]
    shown = failing[0] if failing else facts[0]
    reason = "; ".join(fact.words for fact in failing or facts) + _also(case)
    return Finding(
        "client",
        "fail" if failing else "pass",
        score,
        reason,
        shown.value,
        shown.minimum,
        shown.unit,
        (),
        shown.setting,
    )


def known(case: Case, settings: ClientSettings, currency: str) -> Iterator[Fact]:
    """Every fact that is known and has a minimum."""
    posting = case.posting
    if settings.payment_verified and posting.client_payment_verified is not None:
        verified = posting.client_payment_verified
        words = (
            "the payment method is verified" if verified else "the payment method is not verified"
        )
        yield Fact(
            "payment_verified",
            Decimal(int(verified)),
            ONE,
            "verified",
            words,
            "client.payment_verified",
        )
    spent = spent_in_base(case, currency)
    if settings.spent_minimum is not None and spent is not None:
        words = _words("spent", spent, settings.spent_minimum, f" {currency}")
        yield Fact("spent", spent, settings.spent_minimum, currency, words, "client.spent_minimum")
    rate = hire_rate(case)
    if settings.hire_rate_minimum is not None and rate is not None:
        words = _words("hire rate", rate, settings.hire_rate_minimum, "")
        yield Fact(
            "hire_rate",
            rate,
            settings.hire_rate_minimum,
            "share",
            words,
            "client.hire_rate_minimum",
        )
    if settings.rating_minimum is not None and posting.client_rating is not None:
        words = _words("rating", posting.client_rating, settings.rating_minimum, "")
        yield Fact(
            "rating",
            posting.client_rating,
            settings.rating_minimum,
            "stars",
            words,
            "client.rating_minimum",
        )


def _unsaid(settings: ClientSettings) -> str:
    asked = (
        (settings.payment_verified, "verified payment"),
        (settings.spent_minimum is not None, "money spent"),
        (settings.hire_rate_minimum is not None, "hire rate"),
        (settings.rating_minimum is not None, "rating"),
    )
    wanted = [words for on, words in asked if on]
    return (
        f"of the client, the listing doesn't say: {', '.join(wanted)}"
        if wanted
        else "you ask nothing of the client"
    )


def spent_in_base(case: Case, currency: str) -> Decimal | None:
    spent = case.listing.base.client_spent
    if spent is None and case.posting.client_currency == currency:
        return case.posting.client_spent
    return spent


def hire_rate(case: Case) -> Decimal | None:
    """Hires per posted job, 0 to 1. Few jobs prove little, so a rate over fewer than five is
    drawn towards one half.
    """
    rate, posted = case.posting.client_hire_rate, case.posting.client_posted_jobs
    if rate is None and posted and case.posting.client_hires is not None:
        rate = min(ONE, Decimal(case.posting.client_hires) / posted)
    if rate is None or posted is None or posted >= _FEW_JOBS:
        return rate
    return share((rate * posted + _PRIOR_HIRES) / (posted + _PRIOR_JOBS))


def _words(name: str, value: Decimal, minimum: Decimal, unit: str) -> str:
    compared = "under your minimum of" if value < minimum else "your minimum is"
    return f"{name} {plain(value)}{unit}, {compared} {plain(minimum)}"


def _also(case: Case) -> str:
    paid = case.listing.base.client_avg_hourly
    return f" (pays {plain(paid)} an hour on average)" if paid is not None else ""
