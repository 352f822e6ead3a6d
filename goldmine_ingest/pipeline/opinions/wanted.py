"""Which listings a model is asked about, in which order; which answers are there already. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from goldmine_ingest.criteria.decide import decide
from goldmine_ingest.criteria.opinion import SecondOpinion, is_open
from goldmine_ingest.model.decision import Decision
from goldmine_ingest.model.opinion import Opinion
from goldmine_ingest.model.posting import Listing
from goldmine_ingest.opinion.question import Question
from goldmine_ingest.settings.criteria import CriteriaSettings
from goldmine_ingest.store.cycle import MOST_TRIES


@dataclass(slots=True)
class Wanted:
    """`ask` are the questions in the order in which they matter; `there` opinions that equal
    texts have; `again` maps a key to the other listings that wait for the same answer. `answered`
    are listings whose own answer is stored: a killed cycle may not have decided by it.
    """

    ask: list[tuple[str, Question]] = field(default_factory=list)
    there: list[Opinion] = field(default_factory=list)
    again: dict[str, list[str]] = field(default_factory=dict)
    answered: list[str] = field(default_factory=list)


def is_wanted(decision: Decision, criteria: CriteriaSettings) -> bool:
    """Whether a model is to be asked about a listing with this decision."""
    if criteria.opinion is None or not is_open(decision.findings, criteria):
        return False
    if criteria.opinion.ask == "open":
        return True
    others = [f for f in decision.findings if f.criterion != "opinion" and not f.flag]
    flags = [finding for finding in decision.findings if finding.flag]
    return decide(others, criteria.decision, flags)[0] == "qualified"


def questions(
    listings: Iterable[Listing], second: SecondOpinion
) -> dict[str, tuple[Listing, Question]]:
    """Each listing's question, by listing_id."""
    return {listing.listing_id: (listing, second.question(listing.posting)) for listing in listings}


def sort(
    about: Mapping[str, tuple[Listing, Question]],
    stored: Mapping[str, Sequence[Opinion]],
    now: datetime,
    *,
    tries: int | None = MOST_TRIES,
) -> Wanted:
    """What is left to ask of these questions, in their order. `stored` is what was asked under
    each key, about any listing; after so many `tries` (None: any) nobody is asked again.
    """
    wanted = Wanted()
    for listing_id, (_, question) in about.items():
        under = stored.get(question.key, ())
        if answered := next((one for one in reversed(under) if one.answer), None):
            if any(one.listing_id == listing_id and one.answer for one in under):
                wanted.answered.append(listing_id)
            else:
                wanted.there.append(copied(answered, listing_id, now))
        elif tries is not None and sum(one.listing_id == listing_id for one in under) >= tries:
            continue
        elif question.key in wanted.again:
            wanted.again[question.key].append(listing_id)
        else:
            wanted.again[question.key] = []
            wanted.ask.append((listing_id, question))
    return wanted


def copied(opinion: Opinion, listing_id: str, now: datetime) -> Opinion:
    """An opinion on another listing with the same text: it costs nothing."""
    return replace(opinion, listing_id=listing_id, asked_at=now, ms=0, tokens=0, purpose="copy")


def first(ids: Sequence[str], ringing: Collection[str]) -> list[str]:
    """Those that may ring before those that alert no one (a backlog, a repost); else in their
    order.
    """
    return sorted(ids, key=lambda listing_id: listing_id not in ringing)
