"""[review]: how the reality test counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from goldmine_ingest.settings.declaration import setting
from goldmine_ingest.settings.quantities import duration


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """[review]. `ignored_after` is also how long an interview without a deal stays open."""

    ignored_after: timedelta = setting(
        duration("1d", "90d"),
        "7d",
        "a proposal without an answer counts as ignored, an interview without a deal as lost",
    )
