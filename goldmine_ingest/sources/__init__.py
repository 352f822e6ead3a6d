"""One module per platform's vocabulary. Adding a source is adding its module, its line in
_MODULES and its cases in tests/corpus.

A source is loaded when it is first asked whether a document is its own: all of them take 40 ms of
CPU, and a cycle with news starts a process that reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module

from goldmine_ingest.errors import UsageError
from goldmine_ingest.model.entry import FeedDocument
from goldmine_ingest.sources.marketplaces import Job, job_behind, platform_of_link
from goldmine_ingest.sources.source import Source

# The modules, by the names of their sources. Bridges come before the marketplaces that their links
# lead to; the generic reader takes what nobody knows.
_MODULES = {
    "vollna": "vollna",
    "upwork": "upwork",
    "mail": "alert_mail",
    "freelancer": "freelancer",
    "weworkremotely": "weworkremotely",
    "himalayas": "himalayas",
    "remoteok": "remoteok",
    "remotive": "remotive",
    "jobicy": "jobicy",
    "wpjobmanager": "wpjobmanager",
    "workingnomads": "workingnomads",
    "larajobs": "larajobs",
    "codeur": "codeur",
    "flru": "flru",
    "reddit": "reddit",
    "hn": "hackernews",
    "guru": "guru",
    "elance": "elance",
    "jsonfeed": "jsonfeed",
    "generic": "generic",
}


@cache
def by_name(name: str) -> Source:
    """The source called `name` in the configuration. UsageError for a name that isn't known."""
    if name not in _MODULES:
        hint = f"known: auto, {', '.join(_MODULES)}"
        raise UsageError(f"no platform is called {name!r}", hint=hint)
    source: Source = import_module(f"goldmine_ingest.sources.{_MODULES[name]}").SOURCE
    return source


def all_sources() -> Iterator[Source]:
    """Each source in the order in which documents are shown to them."""
    return map(by_name, _MODULES)


def detect(document: FeedDocument, *, host: str = "", platform: str = "auto") -> Source:
    """Who reads a document: the platform asked for; else by the document's vocabulary; else by the
    host that served it; else generic.

    What is only a format (JSON Feed, WP Job Manager's elements) says less than a host that is
    known.
    """
    if platform != "auto":
        return by_name(platform)
    recognised = (source for source in all_sources() if source.recognise(document))
    reader = next(recognised, None) or by_name("generic")
    return (by_host(host) or reader) if reader.name in _FORMATS else reader


_FORMATS = ("wpjobmanager", "jsonfeed", "generic")


def by_host(host: str) -> Source | None:
    """The source that a host serves, or a host above it; None for others."""
    host = host.lower().rpartition("@")[2].partition(":")[0].removeprefix("www.")
    return next(
        (
            source
            for source in all_sources()
            if any(host == each or host.endswith("." + each) for each in source.hosts)
        ),
        None,
    )


__all__ = [
    "Job",
    "Source",
    "all_sources",
    "by_host",
    "by_name",
    "detect",
    "job_behind",
    "platform_of_link",
]
