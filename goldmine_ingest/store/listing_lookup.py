"""Finding one listing by what a person types: an id, its beginning, or a URL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from goldmine_ingest.errors import UsageError
from goldmine_ingest.facts.links import canonical_link
from goldmine_ingest.identity.job_names import link_alias, names
from goldmine_ingest.model.posting import Posting
from goldmine_ingest.model.pursuit import PursuedWork
from goldmine_ingest.store.jobs import known_aliases
from goldmine_ingest.store.rows import (
    select,
)

if TYPE_CHECKING:
    import duckdb
_SHORTEST_PREFIX = 4
_ID_DIGITS = 20


def resolve_listing(con: duckdb.DuckDBPyConnection, text: str) -> str:
    """See Store.resolve_listing."""
    wanted = text.strip()
    if "://" in wanted:
        return _by_link(con, wanted)
    prefix = wanted.lower()
    if not _SHORTEST_PREFIX <= len(prefix) <= _ID_DIGITS:
        raise UsageError(
            f"{_shown(wanted)} is no listing",
            hint=(
                f"Give a listing id, {_SHORTEST_PREFIX} or more of its first characters, or its"
                " URL."
            ),
        )
    whole = len(prefix) == _ID_DIGITS
    rows = (
        select(con, "listing_ids_are", listing_id=prefix)
        if whole
        else select(con, "listing_ids_like", prefix=prefix)
    )
    if len(rows) == 1:
        return str(rows[0]["listing_id"])
    if rows:
        raise UsageError(
            f"{_shown(wanted)} begins more than one listing id", hint="Give more characters."
        )
    raise UsageError(
        f"no listing begins with {_shown(wanted)}",
        hint="`goldmine find WORDS` shows listings and their ids.",
    )


def resolve_pursued(con: duckdb.DuckDBPyConnection, text: str) -> PursuedWork:
    """See OutcomeStore.resolve_pursued."""
    prefix = text.strip().lower()
    own = select(con, "own_pursuits_like", prefix=prefix) if len(prefix) >= _SHORTEST_PREFIX else []
    if not own:
        return PursuedWork(resolve_listing(con, text))
    if len(own) > 1 or select(con, "listing_ids_like", prefix=prefix):
        raise UsageError(f"{_shown(prefix)} begins more than one id", hint="Give more characters.")
    return PursuedWork(**own[0])


def _by_link(con: duckdb.DuckDBPyConnection, url: str) -> str:
    """By the link itself, or by the marketplace's job that it leads to: another slug, a
    redirector, a tracking parameter.
    """
    from goldmine_ingest.sources import platform_of_link  # every source's module, for one link

    link, job = canonical_link(url), platform_of_link(url)
    named = (
        Posting(job.platform, "", url=job.url, platform_job_id=job.job_id)
        if job
        else Posting("generic", "", url=link)
    )
    digests = [alias.digest for alias in names(named, "") if alias.kind != "fingerprint"]
    aliases = known_aliases(con, [*digests, *([link_alias(link).digest] if link else [])])
    if not aliases:
        raise UsageError(
            "no stored listing has this URL",
            hint="`goldmine find WORDS` shows listings and their ids.",
        )
    return aliases[0].listing_id


def _shown(text: str) -> str:
    return repr(text if len(text) <= _ID_DIGITS else text[:_ID_DIGITS] + "…")
