"""Whether a feed is asked more often than its platform allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from goldmine_ingest.settings.platform_names import PACED_HOSTS, SLOWEST_PACES

if TYPE_CHECKING:
    from goldmine_ingest.settings.feeds import FeedSettings


def pace_warnings(feeds: Sequence[FeedSettings]) -> Iterator[tuple[str, str]]:
    """Feeds that are asked more often than their platform allows, where the platform is named or
    its address says it.
    """
    for index, feed in enumerate(feeds):
        name = _by_address(feed) if feed.platform == "auto" else feed.platform
        pace = SLOWEST_PACES.get(name)
        if pace and feed.every and feed.kind == "http" and feed.every < pace:
            yield (
                f"feed[{index}].every",
                f"{name} asks not to be polled more often than every {pace}",
            )


def _by_address(feed: FeedSettings) -> str:
    host = (urlsplit(feed.url.text).hostname or "") if feed.url.scheme == "literal" else ""
    return next(
        (
            name
            for known, name in PACED_HOSTS.items()
            if host == known or host.endswith("." + known)
        ),
        "",
    )
