"""Edits and observations: what an entry changes of a job that is known, and what moves while the
job stays the same (proposals, interviews).
"""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import datetime

from goldmine_ingest.identity import statements
from goldmine_ingest.identity.same_text import stable_words
from goldmine_ingest.model import Json
from goldmine_ingest.model.posting import Observation, Posting

# A live count of proposals: in brackets or at the end of a title, or a line of its own. "Write 20
# proposals" is the work, not a count.
_PROPOSALS = re.compile(
    r"[(\[|·•–—-]\s*(\d{1,5})\s*(?:proposals?|bids?|applicants?)\s*[)\]]?\s*$"
    r"|^\s*(\d{1,5})\s*(?:proposals?|bids?|applicants?)\s*$|^\s*(?:proposals?|bids?|applicants?)\s*:\s*(\d{1,5})\s*$",
    re.IGNORECASE | re.MULTILINE,
)
# One of these is in each of them, in lower case: most texts hold neither.
_COUNTED = re.compile(r"\d\s*(?:proposal|bid|applicant)")
_LABELLED = re.compile(r"(?:proposal|bid|applicant)s?\s*:")
# Facts that move while a job stays the same: they make observations, not revisions.
LIVE_FIELDS = ("proposals_min", "proposals_max", "interviewing", "connects")
# Not facts of the job: how the feed names the entry, or how much of the text it gave.
_NOT_CONTENT = frozenset(
    {*LIVE_FIELDS, "guid", "url", "platform", "platform_job_id", "posted_at", "truncated"}
)
CONTENT_FIELDS = tuple(f.name for f in fields(Posting) if f.name not in _NOT_CONTENT)


def changes(stored: Posting, posting: Posting, *, same_feed: bool) -> dict[str, tuple[Json, Json]]:
    """What an entry changes of a stored job: field to (old, new). What it leaves unsaid changes
    nothing; nor do live counters.

    Of facts, the newer or more exact statement wins, whoever makes it (statements.py). Of words,
    another feed may only add what was unknown: two feeds' wordings of one job would otherwise edit
    it for ever. A text that is cut never replaces a whole one; a whole one replaces a cut one,
    whoever brings it.
    """
    edit: dict[str, tuple[Json, Json]] = {}
    whole = (
        stored.truncated
        and not posting.truncated
        and len(posting.description) > len(stored.description)
    )
    better = frozenset[str]() if same_feed else statements.better(stored, posting)
    for name in CONTENT_FIELDS:
        old, new = getattr(stored, name), getattr(posting, name)
        if name in better and new != old:
            edit[name] = (old, new)
            continue
        if new in (None, "", ()) or new == old:
            continue
        if not same_feed and name in statements.PAY and statements.pay_stated(stored):
            continue  # one statement of pay isn't mixed with another
        may_replace = same_feed or (whole and name == "description")
        if old not in (None, "", ()) and (
            not may_replace or _same_to_a_reader(name, old, new, stored, posting)
        ):
            continue
        edit[name] = (old, new)
    if whole and "description" in edit:
        edit["truncated"] = (True, False)
    return edit


def _same_to_a_reader(name: str, old: Json, new: Json, stored: Posting, posting: Posting) -> bool:
    if name == "description" and posting.truncated and not stored.truncated:
        return True
    if name in ("title", "description"):
        return stable_words(str(old)) == stable_words(str(new))
    return False


def observe(
    listing_id: str, posting: Posting, seen_at: datetime, last: Observation | None
) -> Observation | None:
    """The live facts of an entry, if one of them is known and differs from the last stored ones.

    A count of proposals in the title or text ("12 proposals") is taken where the feed has no field
    for it.
    """
    low, high = posting.proposals_min, posting.proposals_max
    if low is None and high is None and (count := _count_in(posting)) is not None:
        low = high = count
    facts = (low, high, posting.interviewing, posting.connects)
    before = (
        (last.proposals_min, last.proposals_max, last.interviewing, last.connects)
        if last
        else (None,) * 4
    )
    if last and statements.within(low, high, last.proposals_min, last.proposals_max):
        low, high = last.proposals_min, last.proposals_max
    merged = tuple(new if new is not None else old for new, old in zip(facts, before, strict=True))
    if low is not None or high is not None:
        merged = (low, high, *merged[2:])
    return Observation(listing_id, seen_at, *merged) if merged != before else None


def _count_in(posting: Posting) -> int | None:
    """The count of proposals that stands in the title or the text."""
    text = f"{posting.title}\n{posting.description}"
    small = text.lower()
    if not ("proposal" in small or "bid" in small or "applicant" in small):
        return None
    if not (_COUNTED.search(small) or (":" in small and _LABELLED.search(small))):
        return None
    count = _PROPOSALS.search(text)
    return int(next(filter(None, count.groups()))) if count else None
