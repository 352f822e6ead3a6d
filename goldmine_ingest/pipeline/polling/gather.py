"""The first step of a cycle: which feeds are due, and asking them. Nothing is decided or stored
here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from goldmine_ingest import inputs
from goldmine_ingest.config import reveal
from goldmine_ingest.errors import UnavailableError, UsageError
from goldmine_ingest.fetch import fetch_batches, read_file
from goldmine_ingest.model.feed import FeedCondition, FeedState
from goldmine_ingest.model.fetched import FeedRequest, Fetched, Outcome, Validators
from goldmine_ingest.pipeline.polling import due

if TYPE_CHECKING:
    from goldmine_ingest.fetch.name_lookup import Resolver
    from goldmine_ingest.inputs import Login
    from goldmine_ingest.runtime.redaction import Redactor
    from goldmine_ingest.settings.feeds import FeedSettings
    from goldmine_ingest.settings.project import Project


@dataclass(frozen=True, slots=True)
class Ask:
    """A feed to ask in this cycle, and what is known of it."""

    feed: FeedSettings
    state: FeedState


@dataclass(frozen=True, slots=True)
class Selection:
    """`rounds` of feeds to ask, one after the other; `skipped` says why an enabled feed isn't
    asked although one might expect it, `waiting` which ones failed and aren't due yet.
    """

    rounds: tuple[tuple[Ask, ...], ...]
    skipped: tuple[tuple[str, str], ...] = ()
    waiting: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return sum(len(asks) for asks in self.rounds)


def select(
    feeds: Sequence[FeedSettings],
    states: Mapping[str, FeedState],
    now: datetime,
    *,
    all_feeds: bool,
    by_name: bool = False,
) -> Selection:
    """The feeds to ask now. `by_name`: they were named, so that a pause by hand doesn't count.

    Feeds at first sight come in later rounds than established ones, and those whose backlog is
    wanted before those whose backlog is held back: a job that an established feed brings too is
    news, not backlog.
    """
    asks, skipped, waiting = [], [], []
    for feed in feeds:
        state = states.get(feed.name) or FeedState(feed.name)
        if not feed.enabled:
            continue
        if state.condition is FeedCondition.DISABLED and not by_name:
            if all_feeds:
                skipped.append((feed.name, f"paused by hand; goldmine resume {feed.name}"))
            continue
        if state.condition is FeedCondition.HELD:
            skipped.append(
                (
                    feed.name,
                    (
                        "held: its content was swapped for another site's; look, then `goldmine"
                        f" feeds accept {feed.name}`"
                    ),
                )
            )
        elif due.must_wait(state, now):
            skipped.append(
                (
                    feed.name,
                    (
                        f"the server asked to wait until {state.retry_after_until:%Y-%m-%d %H:%M}"
                        " UTC (Retry-After)"
                    ),
                )
            )
        elif (
            all_feeds
            or feed.kind == "webhook"
            or due.is_due(state, now)
            or due.is_changed(feed, state)
        ):  # what was sent to us is there already
            asks.append(Ask(feed, state))
        elif state.consecutive_failures and state.next_poll_at:
            until = f"{state.next_poll_at:%Y-%m-%d %H:%M} UTC"
            waiting.append(f"{feed.name} waits until {until} after a failure; --all asks it now")
    rounds: dict[int, list[Ask]] = {}
    for ask in asks:
        rounds.setdefault(rank_of(ask), []).append(ask)
    return Selection(
        tuple(tuple(rounds[rank]) for rank in sorted(rounds)), tuple(skipped), tuple(waiting)
    )


def wanted(project: Project, names: Collection[str]) -> list[FeedSettings]:
    """The feeds of these names, to be asked whether they are enabled or not. Raises UsageError
    for one that isn't configured.
    """
    feeds = {feed.name: feed for feed in project.feeds}
    if unknown := [name for name in names if name not in feeds]:
        raise UsageError(
            f"there is no feed {unknown[0]!r}", hint=f"goldmine.toml has: {', '.join(feeds)}"
        )
    return [replace(feed, enabled=True) for feed in project.feeds if feed.name in names]


def rank_of(ask: Ask) -> int:
    """0 for an established feed; at first sight 1 to 3, later the less of its backlog is wanted."""
    return (
        0 if ask.state.seen_entries else {"all": 1, "within": 2, "none": 3}[ask.feed.backlog.kind]
    )


def gather(
    asks: Iterable[Ask],
    project: Project,
    *,
    env: Mapping[str, str],
    redactor: Redactor,
    now: Callable[[], datetime],
    conditionally: bool = True,
    resolve: Resolver | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[list[Fetched]]:
    """Asks every feed and yields the answers in batches as they come. Where a URL or header isn't
    to be had on this machine, an error.

    Feeds are fetched by a thread that runs a little ahead, so that reading answers and waiting for
    the next ones overlap. Once `stop` is true, feeds that haven't answered are let go.
    """
    requests, files, visits = [], [], []
    for ask in asks:
        try:
            if ask.feed.kind == "file":
                files.append(ask)
            elif inputs.brings_only_news(ask.feed):
                visits.append((ask, _login(ask.feed, project, env, redactor)))
            else:
                requests.append(_request(ask, project, env, redactor, now(), conditionally))
        except UnavailableError as error:
            yield [Fetched(ask.feed.name, Outcome.ERROR, now(), error=error.message, local=True)]
    for ask in files:
        if ask.feed.path is not None:
            fetched = read_file(ask.feed.name, ask.feed.path, project.fetch, now)
            yield [replace(fetched, local=fetched.outcome is not Outcome.OK)]
    if requests:
        proxy = reveal(project.fetch.proxy, project.home, env) if project.fetch.proxy else None
        yield from fetch_batches(
            requests, project.fetch, now=now, resolve=resolve, proxy=proxy, stop=stop
        )
    for ask, login in visits:
        if not stop():
            yield [_visit(ask, login, project, now, conditionally)]


# What answers with a body wait for, to be taken in by one transaction: 20 changed feeds among a
# thousand, each by itself, cost 9 s of CPU, together 1 to 2. So many answers, bytes or seconds are
# enough.
_BUNDLE = 128
_BUNDLE_BYTES = 8 * 1024 * 1024
_BUNDLE_SECONDS = 5.0


def bundled(
    batches: Iterable[list[Fetched]], clock: Callable[[], float] = time.monotonic
) -> Iterator[list[Fetched]]:
    """The same answers: those without a body at once, the others together. What a kill takes
    while they wait is asked for again.
    """
    waiting: list[Fetched] = []
    size, since = 0, 0.0
    for batch in batches:
        if without := [fetched for fetched in batch if not fetched.body]:
            yield without
        since = since if waiting else clock()
        waiting += (fetched for fetched in batch if fetched.body)
        size += sum(len(fetched.body) for fetched in batch)
        batch.clear()  # who made the list keeps it meanwhile: only who takes a body in holds it
        if (
            len(waiting) >= _BUNDLE
            or size >= _BUNDLE_BYTES
            or (waiting and clock() - since >= _BUNDLE_SECONDS)
        ):
            bundle, waiting, size = waiting, [], 0
            yield bundle
    if waiting:
        yield waiting


def lacking(
    feeds: Iterable[FeedSettings], project: Project, env: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """(feed, sentence) for each enabled feed whose address or header isn't to be had on this
    machine: said each time, due or not.
    """
    for feed in feeds:
        references = (feed.url, *feed.headers.values()) if feed.kind == "http" else ()
        try:
            for reference in references if feed.enabled else ():
                if reference.scheme != "literal":
                    reveal(reference, project.home, env)
        except UnavailableError as error:
            yield feed.name, error.message


def _visit(
    ask: Ask,
    login: Login | None,
    project: Project,
    now: Callable[[], datetime],
    conditionally: bool,
) -> Fetched:
    """What a mailbox, folder or receiver has got since its last good poll; for a rehearsal, as
    if there had been none.
    """
    position = ask.state.validators if conditionally else Validators()
    return inputs.poll(
        ask.feed, position, project.fetch, database=project.database.path, now=now, login=login
    )


def _login(
    feed: FeedSettings, project: Project, env: Mapping[str, str], redactor: Redactor
) -> Login | None:
    if feed.kind != "imap" or feed.account is None:
        return None
    account = project.imap[feed.account]
    user, password = (
        reveal(reference, project.home, env) for reference in (account.user, account.password)
    )
    redactor.learn(password)
    if account.user.scheme != "literal":
        redactor.learn(user)
    return inputs.Login(account.host, user, password, account.folder, account.port)


def _request(
    ask: Ask,
    project: Project,
    env: Mapping[str, str],
    redactor: Redactor,
    now: datetime,
    conditionally: bool,
) -> FeedRequest:
    url = reveal(ask.feed.url, project.home, env)
    redactor.learn_url(url)
    if ask.feed.url.scheme != "literal":
        redactor.learn(url)
    headers = []
    for name, reference in ask.feed.headers.items():
        value = reveal(reference, project.home, env)
        if reference.scheme != "literal":
            redactor.learn(value)
        headers.append((name, value))
    believed = conditionally and due.may_ask_conditionally(ask.state, now)
    return FeedRequest(
        ask.feed.name, url, tuple(headers), ask.state.validators if believed else Validators()
    )
