"""`goldmine mute 2h`: no matches for a while, at one destination or at all. They are held, and sent
afterwards by the usual limits; notices pass.
"""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta

from goldmine_ingest.cli.session import Session
from goldmine_ingest.cli.since import span
from goldmine_ingest.errors import UsageError
from goldmine_ingest.settings.project import Project
from goldmine_ingest.store.history import open_store

_LONGEST = timedelta(days=30)
_OFF = "off"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "duration",
        metavar="DURATION|off",
        nargs="?",
        type=_duration,
        help="how long, 2h or 3d, at most 30d; off ends it (nothing: what is muted now)",
    )
    parser.add_argument("--destination", metavar="NAME", help="only this one (default: all)")


def _duration(text: str) -> timedelta | str:
    if text == _OFF:
        return _OFF
    length = span(text)
    if length > _LONGEST:
        raise argparse.ArgumentTypeError(f"{text!r} is longer than 30d: take it out of [[notify]]")
    return length


def run(args: argparse.Namespace, session: Session) -> int:
    """0; 2 for a destination that isn't there."""
    project = session.project()
    name = args.destination
    names = [destination.name for destination in project.destinations]
    if name is not None and name not in names:
        raise UsageError(
            f"there is no destination {name!r}",
            hint=f"goldmine.toml has: {', '.join(names)}",
        )
    session.need_history(project)
    now = session.now()
    with open_store(project.database.path, now=now) as store:
        if args.duration == _OFF:
            store.unmute(name)
        elif args.duration is not None:
            store.mute(name or "", now + args.duration)
        muted = {destination: store.muted_until(destination) for destination in names}
    for line in _told(project, muted, now):
        print(line, file=session.out)
    return 0


def _told(project: Project, muted: dict[str, datetime | None], now: datetime) -> list[str]:
    """A line for each destination that is muted now."""
    lines = [
        f"{destination.name}: no matches until {until.astimezone():%Y-%m-%d %H:%M}; notices come"
        for destination in project.destinations
        if (until := muted[destination.name]) and until > now
    ]
    return lines or ["nothing is muted"]
