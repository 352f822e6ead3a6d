"""A listing as the page shows it: facts that are stated, in the words of people; what isn't stated
has no place. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from goldmine_ingest.render.clean import clean, cut, safe_link
from goldmine_ingest.render.match import duration
from goldmine_ingest.render.pay import amount_range, pay_text, pay_words
from goldmine_ingest.web.finding_rows import FindingRow, finding_row, two_digits
from goldmine_ingest.web.marking import MarkedText, marked_text

if TYPE_CHECKING:
    from goldmine_ingest.model.decision import Decision
    from goldmine_ingest.model.posting import Listing, Observation, Posting
    from goldmine_ingest.settings.criteria import ProofSettings

_EXCERPT = 240
_LONGEST_TITLE = 240
_THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Age:
    """How long ago something was, and when."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A listing in a list. `pay` is the sum, `pay_kind` what follows it; "" where none is stated.
    `bits` are proposals, country and host; `flags` the red ones.
    """

    listing_id: str
    title: str
    age: Age
    pay: str
    pay_kind: str
    bits: tuple[str, ...]
    flags: tuple[str, ...]
    excerpt: str
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """One fact of the head: its name, what matters, and what goes beside it."""

    name: str
    strong: str
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lead:
    """The proof to lead with. `near`: it is the nearest one only, so there is no first step."""

    name: str
    result: str
    url: str
    first_step: str
    near: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A listing on a page of its own, top to bottom."""

    listing_id: str
    title: str
    decision: str
    score: str
    reason: str
    cells: tuple[Cell, ...]
    flags: tuple[str, ...]
    text: MarkedText
    truncated: bool
    lead: Lead | None
    findings: tuple[FindingRow, ...]
    link: str
    host: str
    connects: int | None


def age_of(listing: Listing, now: datetime) -> Age:
    """Since it was posted; since it was first seen where it doesn't say when that was."""
    posted = listing.posting.posted_at
    at = listing.first_seen_at if posted is None or posted > now else posted
    return Age(at, duration(now - at))


def host_of(url: str | None) -> str:
    host = urlsplit(url or "").hostname or ""
    return host.removeprefix("www.")


def row(
    listing: Listing,
    decision: Decision | None,
    live: Observation | None,
    now: datetime,
    *,
    mark: str = "",
) -> Row:
    """What a list shows of a listing. `mark`: 'backlog' or 'judged', if it is one."""
    posting = listing.posting
    pay, kind = _pay(posting)
    country = posting.country or ""
    bits = (proposals(posting, live), country, host_of(posting.url) or posting.platform)
    ask = (decision.ask if decision else None) or posting.description
    return Row(
        listing.listing_id,
        _title(posting),
        age_of(listing, now),
        pay,
        kind,
        tuple(filter(None, bits)),
        tuple(two_digits(f.reason) for f in decision.findings if f.flag) if decision else (),
        cut(clean(ask[: 4 * _EXCERPT]), _EXCERPT),
        tuple(filter(None, (mark, "repost" if listing.repost_of else ""))),
    )


def sheet(
    listing: Listing,
    decision: Decision,
    live: Observation | None,
    *,
    now: datetime,
    base_currency: str,
    proofs: Sequence[ProofSettings] = (),
) -> Sheet:
    """All that is shown of a listing by itself."""
    posting = listing.posting
    criteria = [finding for finding in decision.findings if not finding.flag]
    return Sheet(
        listing.listing_id,
        _title(posting),
        decision.decision,
        f"{round(decision.score)}",
        two_digits(decision.reason),
        tuple(_cells(listing, live, now, base_currency)),
        tuple(two_digits(f.reason) for f in decision.findings if f.flag),
        marked_text(
            posting.description,
            [quote for f in decision.findings for quote in f.evidence],
        ),
        posting.truncated,
        _lead(decision, proofs),
        tuple(map(finding_row, criteria)),
        safe_link(posting.url) or "",
        host_of(posting.url),
        live.connects if live and live.connects is not None else posting.connects,
    )


def title_and_pay(posting: Posting) -> tuple[str, str]:
    """What names a listing, and what it pays as stated; "" where it doesn't say."""
    return _title(posting), "".join(_pay(posting))


def _title(posting: Posting) -> str:
    return cut(clean(posting.title), _LONGEST_TITLE) or "(untitled listing)"


def _pay(posting: Posting) -> tuple[str, str]:
    """The sum as stated, and how it is paid: ('$1,500', ' fixed'), ('$45–75', '/hour')."""
    text = pay_text(posting)
    if posting.budget_min is None and posting.budget_max is None and posting.unit_price is None:
        return "", ""
    low, high = posting.budget_min, posting.budget_max
    if posting.unit_price is not None and posting.unit:
        low = high = posting.unit_price
    amount = amount_range(low, high, posting.currency)
    return (amount, text[len(amount) :]) if text.startswith(amount) else (text, "")


def proposals(posting: Posting, live: Observation | None, *, noun: str = " proposals") -> str:
    """'under 5 proposals', '5–10 proposals'; "" where it doesn't say."""
    source = live or posting
    low, high = source.proposals_min, source.proposals_max
    if low is None and high is None:
        return ""
    if low is None:
        return f"under {high}{noun}"
    if high is None:
        return f"{low}+{noun}"
    return f"{low}{noun}" if low == high else f"{low}–{high}{noun}"


def _cells(
    listing: Listing, live: Observation | None, now: datetime, base_currency: str
) -> list[Cell]:
    posting = listing.posting
    age = age_of(listing, now)
    stated = posting.posted_at is not None and posting.posted_at <= now
    return [
        cell
        for cell in (
            _pay_cell(listing, base_currency),
            Cell(
                "Posted" if stated else "First seen", f"{age.text} ago", tuple(_left(posting, now))
            ),
            _applied(posting, live),
            _client(listing, base_currency),
        )
        if cell
    ]


def _pay_cell(listing: Listing, base_currency: str) -> Cell | None:
    posting = listing.posting
    amount, kind = _pay(posting)
    if not amount:
        return None
    beside = []
    low, high = listing.base.budget_min, listing.base.budget_max
    if posting.currency != base_currency and (low is not None or high is not None):
        rounded = (None if low is None else _round(low), None if high is None else _round(high))
        beside.append(f"≈ {pay_words(posting, *rounded, base_currency).removesuffix(kind)}")
    return Cell("Pay", f"{amount}{kind}", tuple(beside))


def _round(amount: Decimal) -> Decimal:
    return Decimal(round(amount))


def _left(posting: Posting, now: datetime) -> tuple[str, ...]:
    if posting.expires_at is None:
        return ()
    left = posting.expires_at - now
    return (f"{duration(left)} left" if left > timedelta(0) else "expired",)


def _applied(posting: Posting, live: Observation | None) -> Cell | None:
    applicants = proposals(posting, live, noun="")
    connects = live.connects if live and live.connects is not None else posting.connects
    interviewing = live.interviewing if live else posting.interviewing
    beside = [
        *([f"{interviewing} interviewing"] if interviewing else []),
        *([f"{connects} connects"] if connects is not None else []),
    ]
    if not applicants and not beside:
        return None
    return Cell("Applied", applicants or beside.pop(0), tuple(beside))


def _client(listing: Listing, base_currency: str) -> Cell | None:
    posting = listing.posting
    verified = {True: "verified", False: "payment not verified", None: ""}
    strong = [clean(posting.company or ""), posting.country or ""]
    strong.append(verified[posting.client_payment_verified])
    beside = []
    if listing.base.client_spent is not None:
        beside.append(f"{short_money(listing.base.client_spent, base_currency)} spent")
    if posting.client_hire_rate is not None:
        beside.append(f"hires {posting.client_hire_rate:.0%}")
    if posting.client_rating is not None:
        beside.append(f"rated {posting.client_rating.normalize():f}")
    text = ", ".join(filter(None, strong))
    if not text and not beside:
        return None
    return Cell("Client", text or beside.pop(0), tuple(beside))


def short_money(amount: Decimal, currency: str) -> str:
    """'$17K', '$900'."""
    if amount < _THOUSAND:
        return amount_range(_round(amount), _round(amount), currency)
    thousands = _round(amount / _THOUSAND)
    return f"{amount_range(thousands, thousands, currency)}K"


def _lead(decision: Decision, proofs: Sequence[ProofSettings]) -> Lead | None:
    settings = next((proof for proof in proofs if proof.name == decision.proof), None)
    if settings is None:
        return None
    near = decision.decision != "qualified"
    return Lead(
        settings.name,
        settings.result or "",
        safe_link(settings.url) or "",
        "" if near else decision.first_step or settings.first_step or "",
        near,
    )
