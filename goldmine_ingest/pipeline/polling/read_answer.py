"""Reading the bodies of answers: in the child, and without the feeds' own secrets afterwards."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from goldmine_ingest.errors import PROVOKED
from goldmine_ingest.identity.same_text import stable_words
from goldmine_ingest.inputs import brings_only_news
from goldmine_ingest.inputs.multipart_body import read_parts
from goldmine_ingest.parse.reading import ReadJob
from goldmine_ingest.pipeline.narrowing import refused
from goldmine_ingest.pipeline.polling.feed_answer import FeedAnswer, unread
from goldmine_ingest.pipeline.polling.secret_cleaning import clean_read, redactor_for
from goldmine_ingest.runtime.signals import StoppedError

if TYPE_CHECKING:
    from goldmine_ingest.model.fetched import Fetched
    from goldmine_ingest.pipeline.environment import Environment
    from goldmine_ingest.pipeline.polling.gather import Ask
    from goldmine_ingest.settings.project import Project


# Gives the digests that are in each of these feeds, with their listings: entries that need no
# second reading.
EntriesOf = Callable[[Collection[str]], Mapping[str, Mapping[str, str]]]


def read_answers(
    answers: list[FeedAnswer],
    asks: Mapping[str, Ask],
    entries_of: EntriesOf,
    project: Project,
    environment: Environment,
) -> list[FeedAnswer]:
    """Reads answers that came together, and takes the feeds' own secrets out; first those of which
    there is nothing to read. Opens no database but by `entries_of`. Each is taken out of the list,
    so that its body goes once it is read.

    Those that can't be read any more because the process is to end are left out: they are asked
    again.
    """
    to_read = unread(answers, asks)
    entries = entries_of(to_read) if to_read else {}
    read = [answer for answer in answers if answer.feed not in to_read]
    answers[:] = [answer for answer in reversed(answers) if answer.feed in to_read]
    with suppress(StoppedError):
        while answers:
            answer = answers.pop()
            feed, known = answer.feed, entries.get(answer.feed, {})
            try:
                read.append(read_answer(answer, asks[feed], known, project, environment))
            except PROVOKED as error:
                read.append(refused(answer, error))
    return read


def read_answer(
    answer: FeedAnswer,
    ask: Ask,
    known: Mapping[str, str],
    project: Project,
    environment: Environment,
) -> FeedAnswer:
    """What an answer that came holds. `known` are the digests of its entries that need no second
    reading, with their listings. Only what has yet to put the body away keeps it.
    """
    read = read_parts(read_job(ask, answer.fetched, known, answer.at), environment.read)
    redactor = redactor_for(ask.feed, project, environment.env)
    redactor.learn_url(answer.fetched.url)  # where a redirect led to may be as secret
    read = clean_read(read, redactor)
    origin = origin_of(answer.fetched.url, read.title)
    fetched = answer.fetched
    if not brings_only_news(ask.feed):
        fetched = replace(fetched, body=b"")
    return replace(answer, fetched=fetched, read=read, origin=origin, known=known)


def read_job(ask: Ask, fetched: Fetched, known: Collection[str], now: datetime) -> ReadJob:
    """The body of an answer as a job for the reader. `known` are the digests of entries that
    need no second reading.
    """
    parts = urlsplit(fetched.url)
    web = parts.scheme in ("http", "https")
    return ReadJob(
        feed=ask.feed.name,
        body=fetched.body,
        content_type=fetched.content_type,
        url_host=parts.hostname or "",
        # Without query and log-in: that is where most addresses have their secrets.
        address=urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
        if web
        else "",
        platform=ask.feed.platform,
        known=frozenset(known),
        now=now,
    )


def origin_of(url: str, title: str) -> str | None:
    """The host that answered (hashed: an address may be a secret) and the channel's title
    without its numbers.
    """
    host = urlsplit(url).hostname or ""
    words = " ".join(word for word in stable_words(title).split() if not word.isdigit())
    return (
        f"{hashlib.blake2b(host.encode(), digest_size=8).hexdigest() if host else ''}|{words}"
        if host or words
        else None
    )
