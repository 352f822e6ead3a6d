"""The ledger's sentences: each made from its cause and the facts of the case, for people alone.
Nothing reads them, so that any of them may be worded anew. Pure.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from goldmine_ingest.model.absence import Origin
from goldmine_ingest.model.alert import Cause, Why

if TYPE_CHECKING:
    from goldmine_ingest.model.pursuit import Answer
    from goldmine_ingest.settings.destinations import DestinationSettings

NOTHING = Why()
JUDGED = Why(Cause.JUDGED, "judged by hand: you have seen it")
RESCANNED = Why(
    Cause.RESCAN,
    "rescan: it qualifies under criteria changed since; goldmine rescan --alert owes it",
)
REREAD = Why(Cause.RESCAN, "read again (goldmine reparse): alerts no one")
DIGEST = Why(Cause.DIGEST, "waits for the next digest")
REVIEW = Why(Cause.REVIEW, "review listing: waits for the next digest")
RESTORED = Why(Cause.RESTORED, "owed when the backup was made; it may have been sent since")
LEFT = Why(Cause.RECIPIENT_GONE, "its recipient is not in the url of this destination any more")
ASKED_FOR = Why(Cause.BY_HAND, "asked for by hand")
_FOR_YOU = "held for you: `goldmine alerts retry` or `drop`"
_MAYBE_BEFORE = "; a message before may have arrived"


def backlog(feed: str) -> Why:
    return Why(Cause.BACKLOG, f"backlog: it was already there when {feed} was first read")


def too_old(posted: datetime) -> Why:
    return Why(
        Cause.TOO_OLD,
        f"older than max_age when it was first seen (posted {posted:%Y-%m-%d %H:%M} UTC)",
    )


def repost(listing_id: str, alerted_at: datetime) -> Why:
    return Why(
        Cause.REPOST, f"a repost of {listing_id[:8]}, which was alerted on {alerted_at:%Y-%m-%d}"
    )


def baseline(origin: Origin) -> Why:
    return Why(Cause.BASELINE, origin.said)


def answered(answer: Answer, *, may_repeat: bool = False, copy_of: str | None = None) -> Why:
    """Its person has tracked it, or rated it bad; `copy_of`: it is a repost of the listing of
    which that is so.
    """
    what = f"a repost of {copy_of[:8]}, which you answered" if copy_of else "you answered it"
    how = "rated bad" if answer.how == "bad" else answer.how
    return Why(
        Cause.ANSWERED,
        f"{what} ({how} {answer.answered_at:%Y-%m-%d}){_MAYBE_BEFORE if may_repeat else ''}",
    )


def no_digest(destination: DestinationSettings, *, review: bool) -> Why:
    what = "a review listing" if review else "mode digest"
    return Why(
        Cause.REVIEW if review else Cause.DIGEST,
        f"{what}, and {destination.name} has no digest (digest_at = [])",
    )


def filtered(setting_says: str) -> Why:
    return Why(Cause.FILTERED, setting_says)


def no_notices(destination: DestinationSettings) -> Why:
    return filtered(f"{destination.name} takes no notices (notices)")


def turned_away(decision_says: str, *, may_repeat: bool) -> Why:
    """An edit made of its listing one that the criteria reject."""
    return Why(
        Cause.FILTERED, f"no longer qualifies: {decision_says}{_MAYBE_BEFORE if may_repeat else ''}"
    )


def told_as_changed(*, may_repeat: bool) -> Why:
    """It waited as a review match, and its listing is now told as one that an edit made qualify."""
    return Why(Cause.REVIEW, f"told as a changed listing{_MAYBE_BEFORE if may_repeat else ''}")


def quiet_hours(until: str) -> Why:
    return Why(Cause.QUIET_HOURS, f"quiet hours until {until}")


def muted(until: str) -> Why:
    return Why(Cause.MUTED, f"muted until {until}: goldmine mute off")


def hourly_limit(limit: int) -> Why:
    return Why(
        Cause.HOURLY_LIMIT, f"hourly limit of {limit}: waits for a free slot or the next digest"
    )


def rate_limited(words: str) -> Why:
    return Why(Cause.RATE_LIMITED, f"rate limit: {words}")


def account(words: str) -> Why:
    """The sender's own quota, credit or policy."""
    return Why(Cause.ACCOUNT, f"account: {words}")


def refused(words: str) -> Why:
    return Why(Cause.REFUSED, f"refused: {words}")


def kept_failing(words: str, attempts: int) -> Why:
    """It failed for a day at a destination that took others meanwhile."""
    return Why(
        Cause.REFUSED,
        f"{words}; failed {attempts} times over a day while other messages went through",
    )


def uncertain(words: str) -> Why:
    return Why(Cause.UNCERTAIN, words)


def uncertain_for_you(words: str, *, repeats: int = 0) -> Why:
    """It may have arrived, and a person decides; `repeats`: how often it was sent again before."""
    return Why(
        Cause.UNCERTAIN,
        f"{words}; repeated {repeats} times, now {_FOR_YOU}" if repeats else f"{words}; {_FOR_YOU}",
    )


def unconfirmed_for_you(words: str) -> Why:
    """The service's answer was twice not the one that it gives when it takes a message."""
    return Why(
        Cause.UNCERTAIN,
        f"{words}; held for you: look whether it is there, then `goldmine alerts retry` or `drop`",
    )


def killed(*, for_you: bool) -> Why:
    return Why(
        Cause.KILLED,
        "the program ended while sending; the message may have"
        f" arrived{f'; {_FOR_YOU}' if for_you else ''}",
    )


def damaged(what: str) -> Why:
    """What the alert is about is lost or unreadable, so that it can never be told."""
    return Why(Cause.DAMAGED, f"damaged: {what}")


def in_a_digest(alerts: int) -> Why:
    """It was sent, with others."""
    return Why(None, f"in a digest of {alerts}")


def sent_as(headline: str) -> Why:
    return Why(None, headline)
