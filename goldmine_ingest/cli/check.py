"""`goldmine check`: every problem in the configuration at once; with --online also what the
feeds and destinations say.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from goldmine_ingest.analysis.criteria_advice import Sample, advice, newest
from goldmine_ingest.analysis.older_judgement import Redecided, redecided, warnings
from goldmine_ingest.cli.check_actions import (
    WORDS,
    Way,
    about_the_door,
    action_doubts,
    ways_to_decide,
)
from goldmine_ingest.cli.check_door import AskedDoor, ask_door
from goldmine_ingest.cli.check_online import ask_destinations, ask_feeds
from goldmine_ingest.cli.notify import example_match
from goldmine_ingest.cli.output import counted, print_json, print_table
from goldmine_ingest.cli.prefect_api import open_servers
from goldmine_ingest.cli.session import Session
from goldmine_ingest.config import (
    ConfigProblems,
    Problem,
    called,
    names_of,
    reveal,
    reveal_address,
)
from goldmine_ingest.config.data_place import place_problems
from goldmine_ingest.config.opinion import what_goes_where
from goldmine_ingest.config.permissions import loose_data
from goldmine_ingest.errors import BusyError, StoreError, UnavailableError
from goldmine_ingest.model import Json
from goldmine_ingest.notify import Notifier
from goldmine_ingest.pipeline.delivery.user_templates import folder, template_problems
from goldmine_ingest.render.targets import target_of
from goldmine_ingest.settings.addresses import doubts
from goldmine_ingest.settings.kinds import Wrong
from goldmine_ingest.settings.reference import check_http
from goldmine_ingest.store.history import open_store

if TYPE_CHECKING:
    from goldmine_ingest.config.problems import Names
    from goldmine_ingest.settings.destinations import DestinationSettings
    from goldmine_ingest.settings.feeds import FeedSettings
    from goldmine_ingest.settings.project import Project
    from goldmine_ingest.settings.reference import Reference


_SHORT = timedelta(seconds=1)  # `check` waits for no cycle


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--online",
        action="store_true",
        help="ask each feed (stores nothing), connect to each destination (sends nothing), knock at"
        " the door (presses nothing)",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="one JSON document; with --online and [actions] url, `door`: {door: url, ok, detail}",
    )


def run(args: argparse.Namespace, session: Session) -> int:
    """0 without problems (warnings leave it 0), 2 with problems in the files, 3 where only this
    machine lacks something.
    """
    problems: tuple[Problem, ...] = ()
    try:
        project: Project | None = session.project()
        odd, names = (project.warnings, names_of(project)) if project else ((), {})
    except ConfigProblems as error:
        problems, odd, project = error.problems, error.warnings, error.project
        names = error.names
    machine: list[Problem] = []
    places: dict[str, str] = {}
    asked: AskedDoor | None = None
    ways: dict[str, Way | None] = {}
    door: str | None = None
    if project:
        refused, places = _ask_apprise(project, session)
        machine = [*machine_problems(project, session), *refused]
        odd = (*odd, *address_warnings(project, session), *loose_data(project))
        odd = (*odd, *template_warnings(project, session))
        urls = _addresses(project, session)
        odd = (*odd, *action_doubts(project, urls))
        ways, door = ways_to_decide(project, urls), about_the_door(project)
        odd = (*odd, *history_warnings(project, session))
    odd = (*odd, *(("PREFECT_API_URL", message) for message in open_servers(session.env)))
    feeds: list[Json] = [{"feed": feed.name} for feed in project.feeds] if project else []
    destinations: list[dict[str, Json]] = (
        [{"destination": destination.name} for destination in project.destinations]
        if project
        else []
    )
    if args.online and project and not problems:
        feeds, destinations = ask_feeds(project, session), ask_destinations(project, session)
        asked = ask_door(project, session, ways)
        if asked is not None and asked.ok is None:
            odd = (*odd, ("actions.url", asked.detail))
    for row in destinations:
        row["to"] = places.get(row["destination"])
        row["decide"] = ways.get(row["destination"])
    if door and not args.json:
        session.say(door)
    report = _report((*problems, *machine), odd, feeds, destinations, asked)
    if project and (opinion := _opinion(project, session)):
        report["opinion"] = opinion
    _show(args, session, report, names)
    if problems:
        return ConfigProblems.exit_status
    return 0 if report["ok"] else UnavailableError.exit_status


def machine_problems(project: Project, session: Session) -> Iterator[Problem]:
    """What depends on this machine: missing variables and secret files, where the history goes."""
    for index, feed in enumerate(project.feeds):
        if feed.enabled:
            yield from _unavailable(project, session, f"feed[{index}].url", feed.url)
            yield from _no_web_address(feed, f"feed[{index}].url", project, session)
            for name, value in feed.headers.items():
                yield from _unavailable(project, session, f"feed[{index}].headers.{name}", value)
            if feed.kind == "file" and feed.path is not None and not feed.path.is_file():
                yield Problem(
                    f"feed[{index}].url",
                    f"the file of the feed {feed.name!r} does not exist",
                    "file:PATH of a file that exists",
                )
            yield from _way_in_problems(feed, f"feed[{index}].url", project, session)
    for index, destination in enumerate(project.destinations):
        try:
            reveal_address(destination, project.home, session.env)
        except UnavailableError as error:
            yield Problem(f"notify[{index}].url", error.message, error.hint or "")
    if opinion := project.criteria.opinion:
        yield from _unavailable(project, session, "opinion.url", opinion.url)
        if opinion.key:
            yield from _unavailable(project, session, "opinion.key", opinion.key)
    yield from place_problems(project)


def _opinion(project: Project, session: Session) -> str | None:
    """What a language model would be sent, and where to; None where none is asked."""
    opinion = project.criteria.opinion
    if opinion is None or any(_unavailable(project, session, "", opinion.url)):
        return None
    return what_goes_where(opinion, reveal(opinion.url, project.home, session.env))


def _way_in_problems(
    feed: FeedSettings, where: str, project: Project, session: Session
) -> Iterator[Problem]:
    """What a feed that isn't HTTP needs: its folder, its account's secrets."""
    if feed.kind in ("maildir", "drop") and feed.path is not None and not feed.path.is_dir():
        yield Problem(
            where,
            f"the folder of the feed {feed.name!r} does not exist",
            f"{feed.kind}:PATH of a folder that exists",
        )
    if feed.kind == "eml" and feed.path is not None and not feed.path.exists():
        yield Problem(
            where,
            f"what the feed {feed.name!r} reads does not exist",
            "eml:PATH of a file or folder that exists",
        )
    if feed.kind == "imap" and (mailbox := project.imap.get(feed.account or "")):
        yield from _unavailable(project, session, f"imap.{mailbox.name}.user", mailbox.user)
        yield from _unavailable(project, session, f"imap.{mailbox.name}.password", mailbox.password)
    if feed.kind == "webhook" and (receiver := project.webhooks.get(feed.account or "")):
        yield from _unavailable(project, session, f"webhook.{receiver.name}.token", receiver.token)


def template_warnings(project: Project, session: Session) -> tuple[tuple[str, str], ...]:
    """Templates that can't be used, or that no destination uses. The built-in wording is used
    then, so that they stop nothing.
    """
    if not folder(project).is_dir():
        return ()

    targets = {d.name: target_of("terminal") for d in project.destinations if d.is_terminal}
    for destination in project.destinations:
        if not destination.is_terminal and _available(destination, project, session):
            targets[destination.name] = target_of(
                reveal_address(destination, project.home, session.env)
            )
    return tuple(template_problems(project, targets, example_match(project.criteria)))


def history_warnings(project: Project, session: Session) -> tuple[tuple[str, str], ...]:
    """Advice on the criteria, and what an update changed for them. By the history, where there is
    one and no other program is using it.
    """
    now = session.now()
    sample = Sample((), ())
    before: list[Redecided] = []
    if project.database.path.is_file():
        try:
            with open_store(project.database.path, wait=_SHORT, now=now) as store:
                before = redecided(store, project, now)
                sample = newest(store, project, now)
        except (BusyError, StoreError):
            pass
    return (*warnings(project, before), *advice(project, sample, now.date()))


def _unavailable(
    project: Project, session: Session, where: str, ref: Reference
) -> Iterator[Problem]:
    try:
        reveal(ref, project.home, session.env)
    except UnavailableError as error:
        yield Problem(where, error.message, error.hint or "")


def _addresses(project: Project, session: Session) -> dict[str, str]:
    """Those that can be had, by the destinations' names."""
    return {
        destination.name: reveal_address(destination, project.home, session.env)
        for destination in project.destinations
        if _available(destination, project, session)
    }


def _available(destination: DestinationSettings, project: Project, session: Session) -> bool:
    try:
        reveal_address(destination, project.home, session.env)
    except UnavailableError:
        return False
    return True


def _no_web_address(
    feed: FeedSettings, where: str, project: Project, session: Session
) -> Iterator[Problem]:
    """A variable or file that should hold a feed's URL, and holds something else."""
    if feed.kind == "http" and not any(_unavailable(project, session, "", feed.url)):
        try:
            check_http(reveal(feed.url, project.home, session.env))
        except Wrong as wrong:
            yield Problem(where, f"what {feed.url.text} holds {wrong.message}", wrong.expected)


def _ask_apprise(project: Project, session: Session) -> tuple[list[Problem], dict[str, str]]:
    """Destinations whose URL Apprise doesn't take; and, by their names, where the messages of the
    others go. What can't be revealed was said already.
    """
    urls = {
        index: reveal_address(destination, project.home, session.env)
        for index, destination in enumerate(project.destinations)
        if not destination.is_terminal and _available(destination, project, session)
    }
    refused: list[Problem] = []
    places: dict[str, str] = {}
    if not urls:
        return refused, places

    expected = "a URL as in https://github.com/caronc/apprise/wiki"
    with Notifier() as notifier:
        for index, url in urls.items():
            name = project.destinations[index].name
            try:
                places[name] = notifier.check_url(name, url)
            except UnavailableError as error:
                refused.append(Problem(f"notify[{index}].url", error.message, expected))
    return refused, places


def address_warnings(project: Project, session: Session) -> Iterator[tuple[str, str]]:
    """Signs in an address that probably mean something else than they say, of feeds and
    destinations alike.
    """
    feeds = [("feed", n, feed.url) for n, feed in enumerate(project.feeds) if feed.kind == "http"]
    notify = [("notify", n, destination.url) for n, destination in enumerate(project.destinations)]
    for table, index, ref in (*feeds, *notify):
        if not any(_unavailable(project, session, "", ref)):
            address = reveal(ref, project.home, session.env)
            for doubt in doubts(address, apprise=table == "notify"):
                yield f"{table}[{index}].url", doubt


def _report(
    problems: Sequence[Problem],
    warnings: Sequence[tuple[str, str]],
    feeds: Sequence[Json],
    destinations: Sequence[Json],
    door: AskedDoor | None,
) -> dict[str, Json]:
    doors = [door.row] if door is not None and door.ok is not None else []
    asked = (*feeds, *destinations, *doors)
    return {
        "schema": 1,
        "ok": not problems and all(row.get("ok", True) for row in asked),
        "problems": [problem._asdict() for problem in problems],
        "warnings": [{"where": where, "message": message} for where, message in warnings],
        "feeds": list(feeds),
        "destinations": list(destinations),
        **({"door": doors[0]} if doors else {}),
    }


def _show(
    args: argparse.Namespace, session: Session, report: dict[str, Json], names: Names
) -> None:
    if args.json:
        print_json(report, session.out)
        return
    rows = [("problem", called(p["where"], names), _sentence(p)) for p in report["problems"]]
    rows += [("warning", called(w["where"], names), w["message"]) for w in report["warnings"]]
    if rows:
        print_table(("", "where", "what"), rows, session.out)
    places = [
        (row["destination"], row["to"], WORDS[row["decide"]])
        for row in report["destinations"]
        if row["to"]
    ]
    if places:
        width = 3 if any(row["decide"] for row in report["destinations"]) else 2
        heads = ("destination", "where its messages go", "how one decides")[:width]
        print_table(heads, [place[:width] for place in places], session.out)
    if "opinion" in report:
        print(f"opinion: {report['opinion']}", file=session.out)
    asked = [
        (row.get("feed") or row["destination"], row)
        for row in (*report["feeds"], *report["destinations"])
        if "ok" in row
    ]
    if "door" in report:
        asked.append((report["door"]["door"], report["door"]))
    if asked:
        lines = [("ok" if row["ok"] else "failed", name, row["detail"]) for name, row in asked]
        print_table(("", "asked", "answer"), lines, session.out)
    if report["ok"]:
        counts = (
            f"{counted(len(report['feeds']), 'feed')},"
            f" {counted(len(report['destinations']), 'destination')}"
        )
        session.say(f"the configuration is fine: {counts}")


def _sentence(problem: dict[str, str]) -> str:
    return problem["message"] + (f"; expected {problem['expected']}" if problem["expected"] else "")
