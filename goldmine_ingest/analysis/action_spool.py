"""Actions that could not be recorded because another program had the history open: each is a file
until someone opens the history for writing.

A file is whole or not there: written aside, flushed to the disk, renamed. It is removed after the
commit, so that a kill in between takes it in twice, which its event's id makes one.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from goldmine_ingest.analysis.actions import Action, act
from goldmine_ingest.analysis.arrival import arrived
from goldmine_ingest.errors import UsageError
from goldmine_ingest.runtime.crash_points import reach
from goldmine_ingest.runtime.locks import make_folder
from goldmine_ingest.store.action_files import ENDING, actions_folder

if TYPE_CHECKING:
    from goldmine_ingest.store.history import Store

_EVENT_ID = re.compile(r"[0-9a-f]{32}")


def set_aside(database: Path, action: Action) -> None:
    """Keep an action on the disk. What the person saw no longer counts: they are told that it is
    noted. Raises OSError where the folder can't be written.
    """
    folder = actions_folder(database)
    make_folder(folder.parent)
    make_folder(folder)
    part = folder / f".{action.event_id}.part"
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(replace(action, seen=None)), file, default=str)
            file.flush()
            os.fsync(file.fileno())
        part.replace(folder / f"{action.event_id}{ENDING}")
    except OSError:
        part.unlink(missing_ok=True)
        raise


def waiting(database: Path) -> Iterator[tuple[Path, Action]]:
    """The actions that wait, the oldest first. A file that can't be read is left where it is."""
    folder = actions_folder(database)
    if not folder.is_dir():
        return
    actions = []
    for path in folder.glob(f"*{ENDING}"):
        try:
            actions.append((path, _action(path)))
        except (OSError, RecursionError, ValueError, TypeError, KeyError, ArithmeticError):
            continue
    yield from sorted(actions, key=lambda pair: (pair[1].at_time, pair[1].event_id))


def take_in(store: Store, database: Path) -> int:
    """Record every action that waits; how many there were."""
    taken = 0
    for path, action in waiting(database):
        try:
            act(store, action)
        except UsageError:
            continue  # an undo of an event that isn't there (yet)
        if action.destination is not None:
            arrived(store, action.listing_id, action.destination)
        reach("taken_in")
        path.unlink(missing_ok=True)
        taken += 1
    return taken


def _action(path: Path) -> Action:
    fields = json.loads(path.read_text(encoding="utf-8"))
    if not _EVENT_ID.fullmatch(fields["event_id"]):
        raise ValueError("no event's id")
    fields["at_time"] = datetime.fromisoformat(fields["at_time"])
    for name in ("amount", "hours"):
        fields[name] = None if fields.get(name) is None else Decimal(fields[name])
    return Action(**fields)
