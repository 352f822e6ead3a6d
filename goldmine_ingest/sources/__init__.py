"""One module per platform's vocabulary. Adding a source is adding its module, its line in
SOURCES and its cases in tests/corpus.
"""

from __future__ import annotations

from goldmine_ingest.errors import UsageError
from goldmine_ingest.model.entry import FeedDocument
from goldmine_ingest.sources import (
    alert_mail,
    codeur,
    elance,
    flru,
    freelancer,
    generic,
    guru,
    hackernews,
    himalayas,
    jobicy,
    jsonfeed,
    larajobs,
    reddit,
    remoteok,
    remotive,
    upwork,
    vollna,
    weworkremotely,
    workingnomads,
    wpjobmanager,
)
from goldmine_ingest.sources.marketplaces import Job, job_behind, platform_of_link
from goldmine_ingest.sources.source import Source

# Bridges come before the marketplaces that their links lead to; the generic reader takes what
# nobody knows.
SOURCES: tuple[Source, ...] = (
    vollna.SOURCE,
    upwork.SOURCE,
    alert_mail.SOURCE,
    freelancer.SOURCE,
    weworkremotely.SOURCE,
    himalayas.SOURCE,
    remoteok.SOURCE,
    remotive.SOURCE,
    jobicy.SOURCE,
    wpjobmanager.SOURCE,
    workingnomads.SOURCE,
    larajobs.SOURCE,
    codeur.SOURCE,
    flru.SOURCE,
    reddit.SOURCE,
    hackernews.SOURCE,
    guru.SOURCE,
    elance.SOURCE,
    jsonfeed.SOURCE,
    generic.SOURCE,
)


def by_name(name: str) -> Source:
    """The source called `name` in the configuration. UsageError for a name that isn't known."""
    for source in SOURCES:
        if source.name == name:
            return source
    names = ", ".join(source.name for source in SOURCES)
    raise UsageError(f"no platform is called {name!r}", hint=f"known: auto, {names}")


def detect(document: FeedDocument, *, host: str = "", platform: str = "auto") -> Source:
    """Who reads a document: the platform asked for; else by the document's vocabulary; else by the
    host that served it; else generic.

    What is only a format (JSON Feed, WP Job Manager's elements) says less than a host that is
    known.
    """
    if platform != "auto":
        return by_name(platform)
    reader = next((source for source in SOURCES if source.recognise(document)), generic.SOURCE)
    return (by_host(host) or reader) if reader in _FORMATS else reader


_FORMATS = (wpjobmanager.SOURCE, jsonfeed.SOURCE, generic.SOURCE)


def by_host(host: str) -> Source | None:
    """The source that a host serves, or a host above it; None for others."""
    host = host.lower().rpartition("@")[2].partition(":")[0].removeprefix("www.")
    return next(
        (
            source
            for source in SOURCES
            if any(host == each or host.endswith("." + each) for each in source.hosts)
        ),
        None,
    )


__all__ = [
    "SOURCES",
    "Job",
    "Source",
    "by_host",
    "by_name",
    "detect",
    "job_behind",
    "platform_of_link",
]
