"""What one hop came to: the answer, or why there is none, as a Fetched. Pure."""

from __future__ import annotations

from datetime import datetime

from goldmine_ingest.fetch.answer import Head, classify, retry_after
from goldmine_ingest.fetch.guard import ForbiddenAddressError, parse_url
from goldmine_ingest.fetch.transfer import Hop, Reply
from goldmine_ingest.model.fetched import Fetched, Outcome, Validators

_NO_HEAD = Head(0, {})


def answered(hop: Hop, reply: Reply, at: datetime) -> Fetched:
    """What an exchange that came to an end means for its feed; `at` dates what has no time."""
    head = reply.head or _NO_HEAD
    outcome, sentence = classify(head, conditional=hop.request.validators != Validators())
    if reply.failure:
        outcome, sentence = reply.failure.outcome, reply.failure.sentence
    elif (
        outcome is Outcome.AUTH
        and not hop.own
        and (hop.request.headers or hop.request.url != hop.target.url)
    ):
        sentence = (
            f"{sentence}; a redirect led to another site, where the feed's own headers and"
            " password are not sent"
        )
    elif reply.unended:
        sentence = "the answer ended without saying that it was whole"
    return Fetched(
        hop.request.feed,
        outcome,
        hop.started_at or at,
        status=head.status or None,
        body=reply.body if outcome is Outcome.OK else b"",
        content_type=head.get("content-type"),
        url=hop.target.url,
        validators=_validators(outcome, hop, reply),
        retry_after=None if outcome.good else retry_after(head.get("retry-after"), at),
        wire_bytes=reply.wire,
        error=sentence,
        moved_host=_moved_host(hop),
    )


def failed(hop: Hop, outcome: Outcome, sentence: str, reply: Reply | None, at: datetime) -> Fetched:
    """A feed that couldn't be asked, or whose answer isn't followed."""
    head = reply.head if reply else None
    return Fetched(
        hop.request.feed,
        outcome,
        hop.started_at or at,
        status=head.status if head else None,
        url=hop.target.url,
        wire_bytes=reply.wire if reply else 0,
        error=sentence,
        moved_host=_moved_host(hop),
    )


def _moved_host(hop: Hop) -> str | None:
    host = hop.target.host
    return host if hop.redirects and parse_url(hop.request.url).host != host else None


def refusal(hop: Hop, error: ForbiddenAddressError) -> str:
    """Why an address isn't asked, in words for its feed."""
    if hop.redirects:
        # its host came from the server: no advice to open the guard for it
        return f"a redirect was refused: {error.message}"
    return f"{error.message}. {error.hint}" if error.hint else error.message


def _validators(outcome: Outcome, hop: Hop, reply: Reply) -> Validators:
    """What to send next time: from a whole 200; from a 304, which need not repeat what it leaves
    as it was (RFC 9110, 15.4.5).
    """
    if outcome is Outcome.OK and reply.head and not reply.unended:
        return reply.head.validators
    if outcome is Outcome.NOT_MODIFIED and reply.head:
        new, old = reply.head.validators, hop.request.validators
        return Validators(new.etag or old.etag, new.last_modified or old.last_modified)
    return Validators()
