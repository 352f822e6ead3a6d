"""The names of the platforms that feeds can be read as, and how often each may be asked.

The sources are imported only where a platform is named: a poll in which nothing changed needs none of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from goldmine_ingest.config.values import choice
from goldmine_ingest.settings import FeedSettings


def platform(value: Any) -> str:
    """The name of a platform, as `goldmine feeds --platforms` lists them."""
    from goldmine_ingest.sources import SOURCES

    name: str = choice(*(source.name for source in SOURCES))(value)
    return name


def platform_or_auto(value: Any) -> str:
    return "auto" if value == "auto" else platform(value)


def pace_warnings(feeds: Sequence[FeedSettings]) -> Iterator[tuple[str, str]]:
    """Feeds that are asked more often than their platform allows, where the platform is named."""
    if all(feed.platform == "auto" for feed in feeds):
        return
    from goldmine_ingest.sources import SOURCES

    slowest = {source.name: source.slowest_pace for source in SOURCES}
    for index, feed in enumerate(feeds):
        pace = slowest.get(feed.platform)
        if pace and feed.every and feed.kind == "http" and feed.every < pace:
            yield f"feed[{index}].every", f"{feed.platform} asks not to be polled more often than every {pace}"
