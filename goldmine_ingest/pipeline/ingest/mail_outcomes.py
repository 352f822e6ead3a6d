"""What mails that are no alerts mean for jobs that are stored: an event of a proposal, or the end
of a job. Pure.

Only a job that its link names is meant; of one that nobody has stored nothing is recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from goldmine_ingest.facts.dates import parse_date
from goldmine_ingest.identity.job_names import link_alias
from goldmine_ingest.model.pursuit import Pursuit, Stage

if TYPE_CHECKING:
    from goldmine_ingest.model.mail_outcome import MailOutcome
    from goldmine_ingest.pipeline.ingest.ingest_context import KnownListings
    from goldmine_ingest.pipeline.polling.poll_result import PollResult

_MAILBOXES = ("imap", "maildir", "eml")
CLOSED = "closed"
# The stage that each kind of mail is, and what the event's note says where the stage says less: an
# invitation or an offer is a client who turned to the user.
STAGES: dict[str, tuple[Stage, str | None]] = {
    "viewed": ("viewed", None),
    "invited": ("replied", "invitation"),
    "interviewed": ("interviewed", None),
    "offered": ("replied", "offer"),
    "hired": ("hired", None),
    "declined": ("declined", None),
}


@dataclass(frozen=True, slots=True)
class Ended:
    """A stored job that a mail says is closed, and when that was said."""

    listing_id: str
    at: datetime


def digests(outcomes: Iterable[MailOutcome]) -> set[str]:
    """The names by which the history knows the jobs that mails tell of."""
    return {link_alias(outcome.url).digest for outcome in outcomes}


def listings_of(outcomes: Iterable[MailOutcome], known: KnownListings) -> set[str]:
    """The stored jobs that mails tell of."""
    return {listing_id for outcome in outcomes if (listing_id := _listing_of(outcome, known))}


def events(
    outcomes: Iterable[MailOutcome], known: KnownListings, now: datetime
) -> Iterator[Pursuit | Ended]:
    """What the mails say of stored jobs and isn't recorded yet; `known` learns it."""
    for outcome in outcomes:
        listing_id = _listing_of(outcome, known)
        if listing_id is None:
            continue
        at = min(parse_date(outcome.sent, now=now) or now, now)
        if outcome.kind == CLOSED:
            expires = known.listings[listing_id].posting.expires_at
            if expires is None or expires > at:
                yield Ended(listing_id, at)
        elif event := _new_event(outcome.kind, listing_id, at, known):
            known.pursuits[listing_id] = (*known.pursuits.get(listing_id, ()), event)
            yield event


def notes(poll: PollResult, events: int, *, recorded: bool) -> tuple[str, ...]:
    """What became of the mails of a poll that are no alerts, for the person who runs a cycle."""
    others, telling = poll.read.not_jobs, len(poll.read.mail_outcomes)
    if not others or poll.feed.kind not in _MAILBOXES:
        return ()
    counted = "1 mail is no alert" if others == 1 else f"{others} mails are no alerts"
    if not telling:
        return (counted,)
    what = (
        f"{events} {'event' if events == 1 else 'events'} recorded of stored jobs"
        if recorded
        else f"{telling} of them {'says' if telling == 1 else 'say'} what came of a job, which"
        " `[mail] outcomes = true` would record"
    )
    return (f"{counted}; {what}",)


def _new_event(kind: str, listing_id: str, at: datetime, known: KnownListings) -> Pursuit | None:
    """The event; None where that stage was recorded for the day already, in whatever way."""
    stage, note = STAGES[kind]
    before = known.pursuits.get(listing_id, ())
    if any(each.stage == stage and each.at_time.date() == at.date() for each in before):
        return None
    return replace(Pursuit(listing_id, stage, at), note=note, way="mail")


def _listing_of(outcome: MailOutcome, known: KnownListings) -> str | None:
    """The one stored job that the mail's link names; the newest where it names several."""
    aliases = known.aliases.get(link_alias(outcome.url).digest, [])
    ids = [each.listing_id for each in aliases if each.listing_id in known.listings]
    return max(ids, key=lambda i: known.listings[i].first_seen_at, default=None)
