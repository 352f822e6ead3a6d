"""`goldmine feeds import`: the subscriptions of a feed reader (OPML) as feeds."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from goldmine_ingest.cli.feeds_new import Addition, add, free_name, known_addresses, name_of_host
from goldmine_ingest.errors import UsageError
from goldmine_ingest.exchange.opml import LARGEST, Outline, read_opml

if TYPE_CHECKING:
    from goldmine_ingest.cli.session import Session


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FILE", type=Path, help="an OPML file, as feed readers export it"
    )
    parser.add_argument(
        "--folder", metavar="FOLDER", help="only what lies in this folder of the file, at any depth"
    )


def run(args: argparse.Namespace, session: Session) -> int:
    """0, also where all were known; 2 where nothing in the file could be a feed. Nothing is
    fetched here; `check --online` asks them.
    """
    project = session.project()
    document = read_opml(_content(session.cwd / args.file))
    outlines = _in_folder(document.outlines, args.folder) if args.folder else document.outlines
    addresses = known_addresses(project, session)
    names = {feed.name for feed in project.feeds}
    additions, there = [], []
    for outline in outlines:
        if outline.url in addresses:
            there.append(addresses[outline.url])
            continue
        name = free_name(outline.title or name_of_host(outline.url), names)
        names.add(name)
        additions.append(Addition(name, outline.url))
    if additions:
        add(additions, project, session)
    for name in there:
        session.say(f"{name} is there already")
    for title in document.repeated:
        session.say(f"{title} stands in the file more than once; taken once")
    for title, why in document.refused:
        session.complain(f"{title}: not taken: {why}")
    print(
        f"{len(additions)} added, {len(there) + len(document.repeated)} already there,"
        f" {len(document.refused)} refused",
        file=session.out,
    )
    if not document.outlines:
        raise UsageError("no feed could be taken from the file", subject=str(args.file))
    return 0


def _in_folder(outlines: Sequence[Outline], folder: str) -> Sequence[Outline]:
    """Those in it, by its name in any case. Raises UsageError where there is no such folder."""
    within = [o for o in outlines if folder.casefold() in map(str.casefold, o.folders)]
    if not within:
        names = sorted({name for outline in outlines for name in outline.folders})
        raise UsageError(
            f"no feed lies in a folder {folder!r}",
            hint=f"the file has: {', '.join(names)}" if names else "the file has no folders",
        )
    return within


def _content(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise UsageError("there is no such file", subject=str(path))
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(f"can't be read ({error.strerror})", subject=str(path)) from error
