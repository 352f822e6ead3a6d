"""From a listing and its decision to the typed alert: what is worth saying, in words and
figures, nothing invented.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from goldmine_ingest.facts.stated_pay import possible_pay
from goldmine_ingest.model import Json
from goldmine_ingest.model.client import ClientHistory
from goldmine_ingest.model.decision import Decision, Finding
from goldmine_ingest.model.opinion import Opinion
from goldmine_ingest.model.posting import Listing, Posting
from goldmine_ingest.render.changed_facts import changed_facts
from goldmine_ingest.render.clean import host_of, safe_link
from goldmine_ingest.render.client_history import client_note
from goldmine_ingest.render.excerpt import excerpt
from goldmine_ingest.render.message import MatchAlert
from goldmine_ingest.render.opinion_words import opinion_words
from goldmine_ingest.render.pay import amount_range, pay_text, pay_words
from goldmine_ingest.text.utc_time import instant

_QUOTES_SHOWN = 3


class ProofFacts(Protocol):
    """What a message says of a [[proof]]; settings.ProofSettings fits."""

    @property
    def name(self) -> str: ...
    @property
    def result(self) -> str | None: ...
    @property
    def offer(self) -> str | None: ...


def match_alert(  # noqa: PLR0913 - what a message says comes from as many places
    listing: Listing,
    decision: Decision,
    *,
    feeds: Sequence[str],
    base_currency: str,
    now: datetime,
    proofs: Iterable[ProofFacts] = (),
    changed: Mapping[str, tuple[Json, Json]] | None = None,
    may_repeat: bool = False,
    silent: Collection[str] = (),
    client: ClientHistory | None = None,
    opinions: Sequence[Opinion] = (),
) -> MatchAlert:
    """The alert for one listing. `feeds` are all feeds that hold it; `proofs` are the criteria's,
    for result and offer of the best one; `changed` (of a listing that became qualified by an edit)
    maps a field to its old and new value; `silent` are criteria whose facts these feeds never
    state; `client` is what the history knows of who asks; `opinions` are what a language model was
    asked about the listing.
    """
    posting = listing.posting
    proof = next((p for p in proofs if p.name == decision.proof), None)
    link = safe_link(posting.url)
    opinion = opinion_words(decision, opinions)
    own_step = None if opinion.first_step else decision.first_step
    leads = decision.decision == "qualified" and not _is_near(decision)
    return MatchAlert(
        listing_id=listing.listing_id,
        title=posting.title,
        decision=decision.decision,
        score=decision.score,
        platform=posting.platform,
        company=posting.company or "",
        pay=_pay(posting),
        pay_base=_pay_base(listing, base_currency),
        proof=decision.proof or "",
        result=(proof.result if proof else None) or "",
        offer=(proof.offer if proof else None) or "",
        quotes=_quotes(decision.findings),
        first_step=decision.first_step or "",
        ask=decision.ask or "",
        excerpt=decision.ask or excerpt(posting.title, posting.description, _words(decision)),
        lead=". ".join(part for part in (decision.proof, own_step) if part) if leads else "",
        nearest="" if leads else decision.proof or "",
        check=tuple(f.reason for f in decision.findings if _is_to_check(f, posting, silent)),
        flags=tuple(f.reason for f in decision.findings if f.flag),
        changed=changed_facts(posting, changed or {}),
        age=_age(listing, now),
        expires=_expires(posting, now),
        competition=_competition(posting),
        connects=f"{posting.connects} connects" if posting.connects is not None else "",
        country=posting.country or "",
        client=_client(posting),
        client_note=client_note(client),
        host=host_of(link or ""),
        feeds=tuple(feeds),
        link=link,
        link_text="" if link else posting.url or "",
        may_repeat=may_repeat,
        opinion=opinion,
        fields=_fields(listing, decision, feeds, base_currency),
    )


def _pay(posting: Posting) -> str:
    """As stated; where only the text has a sum that may be anything, that."""
    pay = pay_text(posting)
    if (posting.budget_min, posting.budget_max, posting.unit_price) != (None, None, None):
        return pay
    sums = possible_pay(f"{posting.title}\n{posting.description}")
    if not sums or (sums[0].amount.minimum, sums[0].amount.maximum) == (None, None):
        return pay
    amount = sums[0].amount
    figure = amount_range(amount.minimum, amount.maximum, amount.currency)
    return f"{pay}, “{figure}” in the text" + ("" if sums[0].is_pay else ", not as pay")


def _is_near(decision: Decision) -> bool:
    """Whether its best proof only comes near what is asked for, and no opinion settles that."""
    proof, opinion = decision.finding("proof"), decision.finding("opinion")
    settled = opinion is not None and opinion.verdict == "pass"
    return proof is not None and proof.verdict != "pass" and not settled


def _is_to_check(finding: Finding, posting: Posting, silent: Collection[str]) -> bool:
    """Unknown, and not what the pay's place says already, or what these feeds never state."""
    if finding.verdict != "unknown" or finding.criterion in silent:
        return False
    unpaid = posting.budget_min is None and posting.budget_max is None
    return finding.criterion not in ("proof", *(("budget",) if unpaid else ()))


def _words(decision: Decision) -> list[str]:
    return [quote for finding in decision.findings for quote in finding.evidence]


def _client(posting: Posting) -> str:
    """What is known of who asks: 'GB, verified, 4.9'."""
    verified = {True: "verified", False: "payment not verified"}
    rating = posting.client_rating
    parts = (
        posting.company,
        posting.country,
        verified.get(posting.client_payment_verified)
        if posting.client_payment_verified is not None
        else "",
        f"{rating.normalize():f}" if rating is not None else "",
    )
    return ", ".join(part for part in parts if part)


def _pay_base(listing: Listing, base_currency: str) -> str:
    if listing.posting.currency == base_currency:
        return ""
    low, high = (
        None if amount is None else round(amount)
        for amount in (listing.base.budget_min, listing.base.budget_max)
    )
    return pay_words(
        listing.posting,
        None if low is None else Decimal(low),
        None if high is None else Decimal(high),
        base_currency,
    )


def _quotes(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The proof's words as the listing has them. What is asked for is quoted by itself."""
    return next(
        (f.evidence for f in findings if f.criterion == "proof" and f.verdict != "fail"), ()
    )[:_QUOTES_SHOWN]


def _age(listing: Listing, now: datetime) -> str:
    posted = listing.posting.posted_at
    if posted is None or posted > now:
        return f"seen {duration(now - listing.first_seen_at)} ago"
    age = now - posted
    return duration(age) if age >= timedelta(minutes=1) else "just now"


def _expires(posting: Posting, now: datetime) -> str:
    if posting.expires_at is None:
        return ""
    left = posting.expires_at - now
    return f"expires in {duration(left)}" if left > timedelta(0) else "expired"


def duration(span: timedelta) -> str:
    """A span in its largest unit: '3 min', '5 h', '2 d'."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} d"


def hours_text(hours: Decimal | float) -> str:
    """Hours as people say them, to the minute: '2 h', '1 h 30 min', '45 min'."""
    minutes = max(1, round(hours * 60))
    whole, rest = divmod(minutes, 60)
    parts = (f"{whole:,} h" if whole else "", f"{rest} min" if rest else "")
    return " ".join(filter(None, parts))


def _competition(posting: Posting) -> str:
    low, high = posting.proposals_min, posting.proposals_max
    if low is None and high is None:
        return ""
    if low is None:
        return f"under {high} proposals"
    return (
        f"{low}+ proposals"
        if high is None
        else f"{low} proposals"
        if low == high
        else f"{low}–{high} proposals"
    )


def _fields(
    listing: Listing, decision: Decision, feeds: Sequence[str], base_currency: str
) -> dict[str, Json]:
    """Every field under its name in the views, in types that JSON has. Money stays a number as
    written.
    """
    return {
        "listing_id": listing.listing_id,
        **{f.name: _value(getattr(listing.posting, f.name)) for f in fields(listing.posting)},
        "first_seen_at": _value(listing.first_seen_at),
        "repost_of": listing.repost_of,
        "base_currency": base_currency,
        **{f"{f.name}_base": _value(getattr(listing.base, f.name)) for f in fields(listing.base)},
        "decision": decision.decision,
        "score": _value(decision.score),
        "criteria_hash": decision.criteria_hash,
        "proof": decision.proof,
        "first_step": decision.first_step,
        "ask": decision.ask,
        "exposure": decision.exposure,
        "proof_exposure": decision.proof_exposure,
        "signals": [
            {f.name: getattr(signal, f.name) for f in fields(signal)}
            for signal in decision.signals or ()
        ],
        "reason": decision.reason,
        "findings": [
            {f.name: _value(getattr(finding, f.name)) for f in fields(finding)}
            for finding in decision.findings
        ],
        "feeds": list(feeds),
    }


def _value(value: object) -> Json:
    """As the contract's JSON has it: times in UTC with a Z, decimals as numbers, tuples as
    lists.
    """
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return (
            (int(value) if value == value.to_integral_value() else float(value))
            if value.is_finite()
            else None
        )
    return [_value(v) for v in value] if isinstance(value, (list, tuple)) else value
