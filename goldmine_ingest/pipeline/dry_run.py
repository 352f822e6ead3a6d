"""A dry run: what the feeds hold now, judged, and each message as each destination would get it.
Needs no database, changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from goldmine_ingest.config import reveal_address
from goldmine_ingest.errors import UnavailableError
from goldmine_ingest.model.alert import AlertEvent, AlertKind, Cause
from goldmine_ingest.model.decision import Decision
from goldmine_ingest.model.feed import FeedState
from goldmine_ingest.model.fetched import Fetched, Outcome
from goldmine_ingest.pipeline.delivery.buttons import inbox_of
from goldmine_ingest.pipeline.delivery.user_templates import worded
from goldmine_ingest.pipeline.environment import Environment
from goldmine_ingest.pipeline.ingest.ingest_context import IngestContext, KnownListings
from goldmine_ingest.pipeline.ingest.taking_in import take_in
from goldmine_ingest.pipeline.polling import poll_result
from goldmine_ingest.pipeline.polling.feed_answer import first_look
from goldmine_ingest.pipeline.polling.gather import Ask, gather, select
from goldmine_ingest.pipeline.polling.poll_result import PollResult, read_as
from goldmine_ingest.pipeline.polling.read_answer import read_answers
from goldmine_ingest.pipeline.run_report import FeedReport, MessagePreview, RunReport, new_run_id
from goldmine_ingest.render.match import match_alert
from goldmine_ingest.render.message import DigestAlert, MatchAlert
from goldmine_ingest.render.targets import Target, target_of
from goldmine_ingest.settings.destinations import DestinationSettings
from goldmine_ingest.settings.project import Project


def rehearse(project: Project, environment: Environment) -> RunReport:
    """Asks every enabled feed unconditionally, as if none had been read before, and renders what
    would be sent.
    """
    started, run_id = environment.now(), new_run_id()
    context = environment.resources.ingest_context(project, run_id, started)
    known = KnownListings()
    feeds: list[FeedReport] = []
    events: list[AlertEvent] = []
    for asks in select(project.feeds, {}, started, all_feeds=True).rounds:
        by_name = {ask.feed.name: ask for ask in asks}
        for batch in gather(
            asks,
            project,
            env=environment.env,
            redactor=environment.redactor,
            now=environment.now,
            conditionally=False,
            resolve=environment.resolve,
        ):
            for fetched in batch:
                report, owed = _read(
                    by_name[fetched.feed], fetched, known, context, project, environment
                )
                feeds.append(report)
                events.extend(owed)
            environment.progress(f"{len(feeds)} feeds asked")
    kinds = Counter(decision.decision for decision in known.decisions.values())
    messages, problems = _messages(project, environment, known, context, events)
    broken = [
        (feed.feed, feed.error or feed.outcome.value) for feed in feeds if not feed.outcome.good
    ]
    return RunReport(
        run_id,
        started,
        environment.now(),
        dry_run=True,
        feeds=tuple(feeds),
        new_listings=len(known.listings),
        qualified=kinds["qualified"],
        review=kinds["review"],
        rejected=kinds["rejected"],
        messages=tuple(messages),
        problems=(*broken, *problems),
        notes=(
            (
                "dry run: nothing was stored and nothing was sent; every feed was read as if for"
                " the first time"
            ),
        ),
        qualified_ids=tuple(
            i for i, decision in known.decisions.items() if decision.decision == "qualified"
        ),
    )


def _read(
    ask: Ask,
    fetched: Fetched,
    known: KnownListings,
    context: IngestContext,
    project: Project,
    environment: Environment,
) -> tuple[FeedReport, tuple[AlertEvent, ...]]:
    now = environment.now()
    if fetched.outcome is Outcome.OK:
        asks = {ask.feed.name: ask}
        answers = first_look([fetched], asks, environment.now)
        (answer,) = read_answers(answers, asks, lambda _: {}, project, environment)
        poll = read_as(ask, answer, answer.read, {}, context.run_id) if answer.read else fetched
        if isinstance(poll, PollResult):
            intake = take_in(poll, known, context)
            row = intake.changes.poll
            return (
                FeedReport(
                    row.feed, row.outcome, row.http_status, row.entries, intake.new, row.error
                ),
                intake.changes.events,
            )
        fetched = poll
    row, _ = poll_result.failed(
        Ask(ask.feed, FeedState(ask.feed.name)), fetched, context.run_id, now
    )
    return FeedReport(row.feed, row.outcome, row.http_status, error=row.error), ()


def _messages(
    project: Project,
    environment: Environment,
    known: KnownListings,
    context: IngestContext,
    events: Iterable[AlertEvent],
) -> tuple[list[MessagePreview], list[tuple[str, str]]]:
    by_destination: dict[str, list[AlertEvent]] = {}
    for event in events:
        by_destination.setdefault(event.destination, []).append(event)
    previews: list[MessagePreview] = []
    problems: list[tuple[str, str]] = []
    for destination in project.destinations:
        try:
            target = _target(destination, project, environment)
        except UnavailableError as error:
            problems.append((destination.name, error.message))
            continue
        mine = sorted(
            by_destination.get(destination.name, ()), key=lambda e: (-(e.score or 0), e.alert_id)
        )
        previews.extend(_previews(destination, target, mine, known, context, project))
    return previews, problems


def _target(destination: DestinationSettings, project: Project, environment: Environment) -> Target:
    if destination.is_terminal:
        return target_of("terminal")
    return target_of(reveal_address(destination, project.home, environment.env))


def _previews(
    destination: DestinationSettings,
    target: Target,
    events: list[AlertEvent],
    known: KnownListings,
    context: IngestContext,
    project: Project,
) -> list[MessagePreview]:
    """One preview for each message of its own, those that the backlog rule holds back marked,
    and one for the digest.
    """

    def alert(listing_id: str) -> MatchAlert:
        decision: Decision = known.decisions[listing_id]
        return match_alert(
            known.listings[listing_id],
            decision,
            feeds=known.feeds.get(listing_id, ()),
            base_currency=context.base_currency,
            now=context.now,
            proofs=project.criteria.proofs,
        )

    def preview(
        kind_of_alert: AlertKind, ids: tuple[str, ...], held_back: str | None
    ) -> MessagePreview:
        message = (
            alert(ids[0])
            if kind_of_alert != "digest"
            else DigestAlert(tuple(map(alert, ids)), inbox=inbox_of(project, destination))
        )
        rendered, _ = worded(project, message, destination.name, target)
        text = f"{rendered.title}\n{rendered.body}".strip()
        return MessagePreview(destination.name, kind_of_alert, ids, text, held_back)

    previews = []
    for event in events:
        backlog = event.event == "suppressed" and event.cause is Cause.BACKLOG
        if event.listing_id and (
            event.event == "owed"
            or (backlog and known.decisions[event.listing_id].decision == "qualified")
        ):
            previews.append(
                preview("match", (event.listing_id,), event.reason if backlog else None)
            )
    digest = tuple(
        event.listing_id for event in events if event.event == "held" and event.listing_id
    )
    if digest:
        previews.append(preview("digest", digest, None))
    return previews
