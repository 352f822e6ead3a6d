"""What most tools do: a keyword filter, to compare with."""

from __future__ import annotations

import re

from goldmine_ingest.model.posting import Listing
from goldmine_ingest.settings.criteria import CriteriaSettings


def keyword_filter(listing: Listing, settings: CriteriaSettings) -> bool:
    """Any of the user's words, none of the excluded, pay at or above the floor or not stated."""
    text = " ".join(
        (listing.posting.title, listing.posting.description, *listing.posting.skills)
    ).lower()
    words = [word.lower() for proof in settings.proofs for word in (*proof.phrases, *proof.skills)]
    banned = [
        word
        for word in (settings.rules.exclude if settings.rules else ())
        if not word.startswith("/")
    ]
    assert settings.budget is not None
    floor = (
        settings.budget.hourly_minimum
        if listing.posting.pay == "hourly"
        else settings.budget.fixed_minimum
    )
    amount = listing.posting.budget_max
    pays = floor is None or amount is None or amount >= floor
    return (
        pays
        and any(re.search(rf"\b{re.escape(word)}\b", text) for word in words)
        and not any(word in text for word in banned)
    )
