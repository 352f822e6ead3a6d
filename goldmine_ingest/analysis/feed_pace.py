"""How often feeds are asked, said for a person: the interval, why the next poll is when it is,
and whether anybody polls at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from goldmine_ingest.model import Json
from goldmine_ingest.settings.feeds import FeedSettings
from goldmine_ingest.sources import all_sources

# A feed whose poll is overdue by so many intervals, and by this time at least, is one that nobody
# asks any more.
_MISSED = 3
_PATIENCE = timedelta(hours=1)


def span(seconds: float | None) -> str | None:
    """Seconds as the configuration writes a duration; seconds that say nothing beside minutes
    are left out.
    """
    if seconds is None:
        return None
    whole = round(seconds) if seconds < 120 else round(seconds / 60) * 60
    return next(
        (
            f"{whole // size}{unit}"
            for unit, size in (("d", 86400), ("h", 3600), ("m", 60))
            if whole and whole % size == 0
        ),
        f"{whole}s",
    )


def why(row: Mapping[str, Json], feed: FeedSettings | None) -> str:
    """Why this feed is asked when it is."""
    if feed is None:
        return "not in goldmine.toml any more"
    state, failures = row["state"], row["consecutive_failures"]
    if state == "disabled":
        by_hand = f"paused by hand; goldmine resume {feed.name}"
        return by_hand if feed.enabled else "enabled = false"
    if state == "paused":
        return "gone; asked again each day, later each week; `goldmine run --all` asks now"
    if state == "held":
        return f"its content was swapped; look, then goldmine feeds accept {feed.name}"
    if failures:
        return f"failed {failures} times in a row" if failures > 1 else "failed once"
    if row["next_poll_at"] is None:
        return "not asked yet"
    return _pace(row, feed)


def _pace(row: Mapping[str, Json], feed: FeedSettings) -> str:
    if feed.every is None:
        return "auto: by how often it changes, and as its board allows"
    slowest = _slowest(row["platform"]) if feed.kind == "http" else None
    if slowest and feed.every < slowest:
        return f"as configured; {row['platform']} asks for {span(slowest.total_seconds())} or more"
    return "as configured"


def _slowest(platform: Json) -> timedelta | None:
    return next((source.slowest_pace for source in all_sources() if source.name == platform), None)


def unasked(
    rows: Sequence[Mapping[str, Json]], feeds: Mapping[str, FeedSettings], now: datetime
) -> list[str]:
    """The feeds that should have been asked long ago: nobody runs the cycle, or it never gets to
    them.
    """
    return [row["feed"] for row in rows if _is_unasked(row, feeds.get(row["feed"]), now)]


def _is_unasked(row: Mapping[str, Json], feed: FeedSettings | None, now: datetime) -> bool:
    if (
        feed is None
        or not feed.enabled
        or feed.kind == "file"
        or row["state"] not in ("ok", "backoff")
        or row["next_poll_at"] is None
    ):
        return False
    patience = max(timedelta(seconds=row["interval_s"] or 0) * _MISSED, _PATIENCE)
    return bool(now - row["next_poll_at"] > patience)
