"""The platform of a feed, and whether it is asked more often than that platform allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from goldmine_ingest.config.values import choice
from goldmine_ingest.settings.platform_names import PACED_HOSTS, PLATFORMS, SLOWEST_PACES

if TYPE_CHECKING:
    from goldmine_ingest.settings.feeds import FeedSettings


def platform(value: Any) -> str:
    """The name of a platform, as `goldmine feeds --platforms` lists them."""
    name: str = choice(*PLATFORMS)(value)
    return name


def platform_or_auto(value: Any) -> str:
    return "auto" if value == "auto" else platform(value)


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
