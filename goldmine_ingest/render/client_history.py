"""What the history knows of a listing's client, in words: the same in an alert, in `explain` and on
the page. Pure.
"""

from __future__ import annotations

from datetime import datetime

from goldmine_ingest.model.client import ClientHistory, ClientJob

_REPOSTED = 3  # so often is worth a word in an alert
_PERHAPS = "perhaps the same client: "
# What the user did about an earlier job, or what came of it, as far as it matters for the next one.
_DONE = {
    "hired": "hired you",
    "interviewed": "interviewed you",
    "replied": "replied to you",
    "viewed": "looked at your proposal",
    "pursued": "has your proposal",
    "followed_up": "has your proposal",
    "declined": "declined",
    "withdrawn": "you withdrew",
    "bad": "you rated a job of theirs bad",
}


def client_note(history: ClientHistory | None) -> str:
    """What an alert says of the client: only where it matters, else "". That the job was posted
    again and again and nobody was hired; what came of an earlier one of theirs.
    """
    if history is None or not history.earlier:
        return ""
    parts = [part for part in (_posted_again(history), _between_us(history)) if part]
    return ("" if history.is_sure or not parts else _PERHAPS) + "; ".join(parts)


def client_heading(history: ClientHistory) -> str:
    """'2 earlier listings of this client, since 12 May 2026; hires 12, now 14'."""
    count = len(history.earlier)
    listings = "1 earlier listing" if count == 1 else f"{count} earlier listings"
    whose = "of this client" if history.is_sure else "of perhaps the same client"
    since = history.jobs[0].first_seen_at
    then = next((job.hires for job in history.jobs if job.hires is not None), None)
    now = history.listing.hires
    hires = "" if then is None or now is None else f"; hires {then}"
    hires += f", now {now}" if hires and now != then else ""
    return f"{listings} {whose}, since {since.day} {since:%b %Y}{hires}"


def client_job(job: ClientJob, history: ClientHistory) -> str:
    """One earlier job: 'Month-end reconciliation, the same job, you: declined'."""
    same = job.first_posted_as == history.listing.first_posted_as
    parts = [
        job.title or "(untitled listing)",
        "the same job" if same else "",
        f"you: {job.answer.how.replace('_', ' ')}" if job.answer else "",
    ]
    return ", ".join(filter(None, parts))


def _posted_again(history: ClientHistory) -> str:
    """'posted this 3 times since May, hired nobody'; without the end where that isn't known."""
    same = [j for j in history.jobs if j.first_posted_as == history.listing.first_posted_as]
    if len(same) < _REPOSTED:
        return ""
    nobody = same[0].hires is not None and len({job.hires for job in same}) == 1
    since = _month(same[0].first_seen_at, history.listing.first_seen_at)
    return f"posted this {len(same)} times since {since}" + (", hired nobody" if nobody else "")


def _between_us(history: ClientHistory) -> str:
    """What came of the newest earlier job that the user answered; skipping one says nothing."""
    answers = [job.answer for job in history.earlier if job.answer and job.answer.how in _DONE]
    if not answers:
        return ""
    newest = max(answers, key=lambda answer: answer.answered_at)
    return f"{_DONE[newest.how]} ({_month(newest.answered_at, history.listing.first_seen_at)})"


def _month(at: datetime, now: datetime) -> str:
    return f"{at:%B}" if at.year == now.year else f"{at:%B %Y}"
